/** Time and memory stay in proportion to what is received, whatever it is. Ratios, no absolute times. */
import type { DialectName } from '../../adapters/dialects/dialect.ts';
import { wireDialects } from '../../adapters/dialects/registry.ts';
import { Reader } from '../../streams/reader.ts';
import type { WireEvent } from '../../streams/wire-event.ts';

const SMALL_BYTES = 32 * 1024;
/** Eight times as much costs eight times as long when time is linear, 64 times when it is quadratic. */
const FACTOR = 8;
const STILL_LINEAR = 30;
const TRIES = 3;

/** What a line, a field or a regular expression could stumble over. */
const PATTERNS: readonly [name: string, pattern: string][] = [
  ['letters without an end', 'a'],
  ['digits and commas', '1,'],
  ['quotation marks', '"'],
  ['open parentheses', '('],
  ['blanks', ' '],
  ['control bytes', '\u0001'],
  ['bytes above ASCII', '\u00ff'],
  ['beginnings of addresses', '1.'],
  ['line ends', '\r\n'],
  ['beginnings of lines', '\r\n+QIURC: "recv",'],
  ['prompts', '> '],
  ['beginnings of inline payload', 'IPD'],
  ['short lines', '+X: 1\r\n'],
];

function costMs(dialect: DialectName, pattern: string, lengthBytes: number, chunkBytes: number): number {
  const bytes = Buffer.from(pattern.repeat(Math.ceil(lengthBytes / pattern.length)), 'latin1');
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < TRIES; turn++) {
    const reader = new Reader(wireDialects[dialect], () => undefined);
    reader.commandStarted({ text: 'AT+QISEND=0,5' });
    const start = process.hrtime.bigint();
    for (let at = 0; at < bytes.length; at += chunkBytes) reader.push(bytes.subarray(at, at + chunkBytes));
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e6);
  }
  return best;
}

/** Other work on the machine can only make a ratio larger by chance: the least of several counts. */
function leastRatio(dialect: DialectName, pattern: string, chunkBytes: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < TRIES && least >= STILL_LINEAR; turn++) {
    const small = Math.max(0.2, costMs(dialect, pattern, SMALL_BYTES, chunkBytes));
    least = Math.min(least, costMs(dialect, pattern, FACTOR * SMALL_BYTES, chunkBytes) / small);
  }
  return least;
}

describe.each<DialectName>(['lte', 'gsm', 'bc66'])('%s', (dialect) => {
  it.each(PATTERNS)('takes time in proportion for %s', (_, pattern) => {
    for (const chunkBytes of [7, 4096, FACTOR * SMALL_BYTES]) {
      costMs(dialect, pattern, SMALL_BYTES, chunkBytes); // compiled by now
      expect(leastRatio(dialect, pattern, chunkBytes)).toBeLessThan(STILL_LINEAR);
    }
  });
});

it('a line of a mebibyte without an end holds four kibibytes, and is reported when it ends', () => {
  const events: WireEvent[] = [];
  const reader = new Reader(wireDialects.lte, (event) => events.push(event));
  for (let at = 0; at < 1024; at++) reader.push(Buffer.alloc(1024, 'x'));
  expect(events).toEqual([]);
  expect(reader.heldBytes).toBe(4096);
  reader.push(Buffer.from('\r\n+CEREG: 1\r\n'));
  expect(events.map(({ kind }) => kind)).toEqual(['garbage', 'urc']);
  expect(events[0]).toEqual({ kind: 'garbage', lengthBytes: 1024 * 1024, reason: 'line too long' });
});
