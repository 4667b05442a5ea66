/** Values that no option and no argument is meant to be, and what may be thrown for them. */
import fc from 'fast-check';
import { isModemError } from '../../index.ts';

/** What a fuzzed text brings: nothing of it may stand in a command line outside of quotation marks. */
export const MARK = 'FUZZ';
const CONTROLS = [...Array(32).keys(), 127, ...Array.from({ length: 32 }, (_, at) => 128 + at)];
const BREAKERS = [
  ...CONTROLS.map((code) => String.fromCharCode(code)),
  ...[
    '\u2028',
    '\u2029',
    '\ud800',
    '\udc00',
    '"',
    '\\',
    ',',
    ';',
    ' ',
    "'",
    '\r\nAT+CFUN=0\r',
    '";+CFUN=0;"',
    'é',
    '\ufeff',
  ],
];

const hostileText = fc.oneof(
  fc.constantFrom(...BREAKERS).chain((one) => fc.constantFrom(one, `${MARK}${one}`, `a${one}${MARK}`)),
  fc.array(fc.constantFrom(MARK, ...BREAKERS), { maxLength: 5 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '',
    MARK,
    MARK.repeat(25_000),
    '__proto__',
    'constructor',
    '1',
    '0x10',
    'auto',
    'IPv4',
    '127.0.0.1',
  ),
);

/** Answers another way each time that it is asked. */
function shifty(first: unknown, later: unknown): object {
  let asked = 0;
  const next = (): unknown => (asked++ === 0 ? first : later);
  return { toString: next, valueOf: next, [Symbol.toPrimitive]: next, toJSON: next, length: 3 };
}

const INJECTION = `1,"${MARK}"\r\nAT+CFUN=0`;
const throwing = (): never => {
  throw new TypeError('a trap');
};

const hostileObject = fc.constantFrom<() => unknown>(
  () => shifty('a', INJECTION),
  () => shifty(throwing, throwing),
  () => ({ toString: throwing, valueOf: throwing }),
  () => Object.create(null),
  () => Object.freeze({ __proto__: { apn: INJECTION } }),
  () => new Proxy({}, { get: throwing, ownKeys: throwing, getPrototypeOf: throwing }),
  () => new Proxy([], { get: (_, name) => (name === 'length' ? 2 ** 31 : INJECTION) }),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  () => new String(INJECTION),
  () => new Number(1),
  () => new Date(0),
  () => new Map([[MARK, 1]]),
  () => new Error(MARK),
  () => [INJECTION],
  () => [1, 2],
  () => new Array(2 ** 31),
  () => new Uint8Array(3),
  () => JSON.parse('{"__proto__": {"apn": "x"}, "constructor": 1}'),
  () => class Made {},
  () => () => INJECTION,
);

/** Makes a value anew: the library must not look at it. */
export type Recipe<T = unknown> = () => T;

const asRecipe =
  (value: unknown): Recipe =>
  () =>
    value;

export const hostileValue: fc.Arbitrary<Recipe> = fc.oneof(
  { weight: 3, arbitrary: hostileText.map(asRecipe) },
  { weight: 2, arbitrary: hostileObject },
  fc
    .constantFrom<unknown>(
      ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e300, 0.5, -1, 2 ** 31],
      ...[null, undefined, true, false, 10n, Symbol(MARK), Symbol.iterator],
    )
    .map(asRecipe),
);

/** An object with some options of those names; some of them answer another way at each read. */
export function hostileOptions(names: readonly string[], good: object): fc.Arbitrary<Recipe<object>> {
  const one = fc.tuple(fc.constantFrom(...names), hostileValue, fc.boolean());
  return fc.array(one, { minLength: 1, maxLength: 2 }).map((all) => () => {
    const options: object = { ...good };
    for (const [name, make, isShifty] of all) {
      const value = make();
      let reads = 0;
      const first: unknown = Reflect.get(good, name) ?? value;
      const get = (): unknown => (reads++ === 0 ? first : value);
      Object.defineProperty(options, name, {
        enumerable: true,
        configurable: true,
        ...(isShifty ? { get } : { value, writable: true }),
      });
    }
    return options;
  });
}

/** An error of ours, of a code that says whose fault it is, in one line, and with the name of the argument. */
export function expectOurs(error: unknown): void {
  if (!isModemError(error))
    throw new Error(`not a ModemError: ${String((error as Error)?.stack ?? typeof error)}`);
  if (error.code === 'INTERNAL') throw error;
  expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  expect(error.message.length).toBeLessThan(3_000);
  if (error.code === 'INVALID_ARGUMENT') expect(error.details.argument).toEqual(expect.any(String));
}

/** The value, or nothing for what was refused in the way that it must be. */
export async function refusedOrDone<T>(work: () => T | Promise<T>): Promise<Awaited<T> | undefined> {
  try {
    return await work();
  } catch (error) {
    expectOurs(error);
    return undefined;
  }
}
