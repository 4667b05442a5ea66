/** Options as plain data: each is read once, before anything is checked.
 *
 *    what the caller gave ──one read each──▶ copy without a prototype ──▶ checks, encoders
 *
 * An object may answer differently each time that it is asked (getters, proxies, `toString`): what was checked must be what is
 * used. Names that something has put on `Object.prototype` are nobody's options.
 */
import { ModemError } from '../errors.ts';
import { shownName, shownValue } from './dialects/shown-value.ts';

type Names<T> = readonly (keyof T & string)[];

/** More names than any of our options have; more items than any list of them has. */
const MOST_NAMES = 200;
const MOST_ITEMS = 100;
const MOST_ANCESTORS = 8;

/** The error of a wrong option or argument. */
export function invalid(argument: string, problem: string, cause?: unknown): ModemError<'INVALID_ARGUMENT'> {
  const name = shownName(argument);
  return new ModemError('INVALID_ARGUMENT', `${name} ${problem}`, { argument: name }, cause);
}

/** Reads options by their names; `undefined` is as good as left out.
 *
 * @param argument what the object itself is called, for the error.
 * @throws INVALID_ARGUMENT when it is no object, cannot be read, or has a name that is not known.
 */
export function readOptions<T extends object>(
  given: T | undefined,
  known: Names<T>,
  argument = 'options',
): Partial<T> {
  return guarded(argument, () => {
    const source = objectOf(given ?? {}, argument, given);
    const unknown = Object.keys(source).find((name) => !(known as readonly string[]).includes(name));
    if (unknown !== undefined) throw invalid(unknown, `is no option: it must be one of ${known.join(', ')}`);
    const read = known.map((name) => [name, isOwn(source, name) ? Reflect.get(source, name) : undefined]);
    return plain(read as [string, unknown][]) as Partial<T>;
  });
}

/** As `readOptions`, whatever the names are: for tables that know them elsewhere. */
export function readAnyOptions(given: unknown, argument: string): Readonly<Record<string, unknown>> {
  return guarded(argument, () => {
    const source = objectOf(given, argument, given);
    const names = Object.keys(source);
    if (names.length > MOST_NAMES) throw invalid(argument, `must not have more than ${MOST_NAMES} members`);
    return plain(names.map((name) => [name, Reflect.get(source, name)]));
  });
}

/** Reads a list once.
 *
 * @throws INVALID_ARGUMENT when it is none, or has too many items for any list of options.
 */
export function readList(given: unknown, argument: string): readonly unknown[] {
  return guarded(argument, () => {
    if (!Array.isArray(given)) throw invalid(argument, `must be a list, got ${shownValue(given)}`);
    const { length } = given;
    if (!(length <= MOST_ITEMS)) throw invalid(argument, `must not have more than ${MOST_ITEMS} items`);
    return Array.from({ length }, (_, at) => Reflect.get(given, at));
  });
}

/** Makes sure that an object has these methods.
 *
 * @param advice what to write instead: `must be a Port: serialPort(…) makes one`.
 * @throws INVALID_ARGUMENT
 */
export function needMethods(
  given: unknown,
  argument: string,
  names: readonly string[],
  advice: string,
): void {
  guarded(argument, () => {
    const isUsable = typeof given === 'object' || typeof given === 'function';
    const lacks = (name: string): boolean => typeof Reflect.get(given as object, name) !== 'function';
    if (!isUsable || given === null || names.some(lacks)) throw invalid(argument, advice);
  });
}

/** Makes sure that a clock is one, where one was given. */
export function needClock(clock: unknown): void {
  if (clock === undefined) return;
  needMethods(
    clock,
    'clock',
    ['now', 'setTimeout', 'clearTimeout'],
    'must have now, setTimeout and clearTimeout',
  );
}

/** Makes sure that a signal is one, where one was given. */
export function needSignal(signal: unknown): void {
  if (signal === undefined) return;
  needMethods(signal, 'signal', ['addEventListener', 'removeEventListener'], 'must be an AbortSignal');
}

/** A text without control characters.
 *
 * @throws INVALID_ARGUMENT
 */
export function needText(text: unknown, argument: string, longest = 1_000): string {
  if (typeof text !== 'string' || text === '')
    throw invalid(argument, `must be a text, got ${shownValue(text)}`);
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text))
    throw invalid(argument, 'must not contain control characters');
  if (text.length > longest)
    throw invalid(argument, `must not be longer than ${longest} characters, got ${text.length}`);
  return text;
}

/** A copy of bytes, or of a text's: what the caller does to his later is nothing to us. Nothing for what holds no bytes. */
export function bytesOf(given: unknown): Uint8Array | undefined {
  if (typeof given === 'string') return Buffer.from(given);
  try {
    return given instanceof Uint8Array ? new Uint8Array(given) : undefined;
  } catch {
    return undefined; // a proxy of the caller's, or bytes that were handed to another thread
  }
}

/** Reads without letting anything out that the caller's object throws. */
function guarded<T>(argument: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ModemError) throw error;
    throw invalid(argument, 'cannot be read', error);
  }
}

function objectOf(source: unknown, argument: string, given: unknown): object {
  if (typeof source === 'object' && source !== null && !Array.isArray(source)) return source;
  throw invalid(argument, `must be an object, got ${shownValue(given)}`);
}

/** True for names of its own, of its class or of whatever it inherits from, other than the root of all. */
function isOwn(source: object, name: string): boolean {
  let at: object | null = source;
  for (let depth = 0; at !== null && depth < MOST_ANCESTORS; depth++) {
    if (Object.hasOwn(at, name)) return true;
    at = Object.getPrototypeOf(at);
    if (at !== null && Object.getPrototypeOf(at) === null) return false;
  }
  return false;
}

function plain(entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> {
  const copy: Record<string, unknown> = Object.create(null);
  for (const [name, value] of entries) if (value !== undefined) copy[name] = value;
  return copy;
}
