/** No payload is ever written so that a module takes it for the escape sequence (invariant 8). */
import fc from 'fast-check';
import { PlusGuard } from '../../adapters/channel/plus-guard.ts';
import { wire } from '../support/chunkings.ts';

const APART_MS = 1100;
/** lte §1.2: silence on both sides, and the longest time for the three plus signs. */
const MANUAL_MS = 1000;

/** A byte on the line. */
interface Arrival {
  readonly atMs: number;
  readonly text: string;
}

/** What the application writes, and how long the port takes for it. */
interface Write {
  readonly pauseMs: number;
  readonly text: string;
  readonly takesMs: number;
}

/** The manual's rule, read off a recording: exactly three plus signs within a second, and silence around them. */
function isEscape(arrivals: readonly Arrival[]): boolean {
  const gapBehind = (at: number): number => {
    const [one, next] = [arrivals[at], arrivals[at + 1]];
    return one && next ? next.atMs - one.atMs : Number.POSITIVE_INFINITY;
  };
  return arrivals.some(({ atMs }, at) => {
    const three = arrivals.slice(at, at + 3);
    const isSequence = three.length === 3 && three.every(({ text }) => text === '+');
    const spanMs = (three[2]?.atMs ?? 0) - atMs;
    return (
      isSequence && spanMs <= MANUAL_MS && gapBehind(at - 1) >= MANUAL_MS && gapBehind(at + 2) >= MANUAL_MS
    );
  });
}

/** Writes as the pump does: what is allowed at once, the rest with what comes next or when its time has come. */
function pumped(writes: readonly Write[]): Arrival[] {
  const guard = new PlusGuard(APART_MS);
  const arrivals: Arrival[] = [];
  let nowMs = 0;
  let waiting = '';
  const put = (takesMs: number): void => {
    const length = guard.allowed(wire(waiting), nowMs);
    const part = waiting.slice(0, length);
    waiting = waiting.slice(length);
    if (part === '') return;
    for (const text of part) arrivals.push({ atMs: nowMs, text });
    nowMs += takesMs;
    guard.written(wire(part), nowMs);
  };
  const until = (untilMs: number): void => {
    while (waiting !== '' && nowMs + guard.waitMs(nowMs) <= untilMs) {
      nowMs += guard.waitMs(nowMs);
      put(0);
    }
    nowMs = Math.max(nowMs, untilMs);
  };
  for (const { pauseMs, text, takesMs } of writes) {
    until(nowMs + pauseMs);
    waiting += text;
    put(takesMs);
  }
  until(nowMs + 10 * APART_MS);
  return arrivals;
}

const sent = (arrivals: readonly Arrival[]): string => arrivals.map(({ text }) => text).join('');
const writesOf = (...list: readonly (readonly [pauseMs: number, text: string])[]): Write[] =>
  list.map(([pauseMs, text]) => ({ pauseMs, text, takesMs: 0 }));

describe('the rule of the manual', () => {
  const at = (...list: readonly (readonly [atMs: number, text: string])[]): boolean =>
    isEscape(list.map(([atMs, text]) => ({ atMs, text })));

  it('is what this file takes for an escape', () => {
    expect(at([0, '+'], [400, '+'], [1000, '+'])).toBe(true);
    expect(at([0, 'a'], [1000, '+'], [1000, '+'], [1000, '+'], [2000, 'b'])).toBe(true);
    expect(at([0, '+'], [400, '+'], [1001, '+'])).toBe(false);
    expect(at([0, 'a'], [999, '+'], [999, '+'], [999, '+'])).toBe(false);
    expect(at([0, '+'], [0, '+'], [0, '+'], [999, 'b'])).toBe(false);
    expect(at([0, '+'], [0, '+'], [0, '+'], [0, '+'])).toBe(false);
  });
});

describe('payload', () => {
  it('never escapes and is never lost, whatever is written and with whatever pauses', () => {
    const text = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('+', '++', '+++', '++++', '+++++', '++++++') },
      fc.constantFrom('a', 'a+', 'a++', 'a+++', '+a', '+++a', 'a++++', '+++\r'),
    );
    const pauseMs = fc.oneof(
      fc.constantFrom(0, 1, 100, 300, 500, 999, 1000, 1001, 1099, 1100, 1101, 1500, 2200),
      fc.nat(3000),
    );
    const takesMs = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(1500));
    const writes = fc.array(fc.record({ pauseMs, text, takesMs }), { maxLength: 12 });
    fc.assert(
      fc.property(writes, (list) => {
        const arrivals = pumped(list);
        expect(sent(arrivals)).toBe(list.map((one) => one.text).join(''));
        expect(isEscape(arrivals)).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  it.each<[string, ReturnType<typeof writesOf>, readonly (readonly [number, string])[]]>([
    [
      'of other bytes goes out at once',
      writesOf([0, 'abc'], [10, 'def']),
      [
        [0, 'abc'],
        [10, 'def'],
      ],
    ],
    ['of two plus signs goes out at once', writesOf([0, '++']), [[0, '++']]],
    ['of four plus signs goes out at once', writesOf([0, '++++']), [[0, '++++']]],
    [
      'of three plus signs waits with the third',
      writesOf([0, '+++']),
      [
        [0, '++'],
        [1100, '+'],
      ],
    ],
    [
      'of three plus signs goes on with a fourth',
      writesOf([0, '+++'], [50, '+']),
      [
        [0, '++'],
        [50, '++'],
      ],
    ],
    [
      'of three plus signs goes on with other bytes',
      writesOf([0, '+++'], [50, 'a']),
      [
        [0, '++'],
        [50, '+a'],
      ],
    ],
    [
      'with three plus signs at its end waits with the third',
      writesOf([0, 'abc+++']),
      [
        [0, 'abc++'],
        [1100, '+'],
      ],
    ],
    ['with three plus signs at its beginning goes out at once', writesOf([0, '+++abc']), [[0, '+++abc']]],
    [
      'of one plus sign after the other waits with the third',
      writesOf([0, '+'], [400, '+'], [400, '+']),
      [
        [0, '+'],
        [400, '+'],
        [1500, '+'],
      ],
    ],
    [
      'of plus signs that are far apart goes out at once',
      writesOf([0, '++'], [1100, '+']),
      [
        [0, '++'],
        [1100, '+'],
      ],
    ],
  ])('%s', (_, writes, expected) => {
    const bursts = new Map<number, string>();
    for (const { atMs, text } of pumped(writes)) bursts.set(atMs, (bursts.get(atMs) ?? '') + text);
    expect([...bursts]).toEqual(expected);
  });
});
