/** The stream of data mode: everything is payload until a line on the way says that it is over.
 *
 *    bytes ──▶ CR LF <end> CR LF? ──no──▶ data
 *                   │yes
 *                   ├─ certain (OK to an escape, NO CARRIER) ──▶ data mode is over, the line is read as a line
 *                   └─ doubtful (gsm: CLOSED, +PDP DEACT) ──▶ held back until an escape has told (gsm §6.3)
 *
 * What may be the beginning of an end is held back until it is known, or until `release`.
 */
import type { DataEnd } from '../adapters/dialects/wire.ts';

const NOTHING: Buffer = Buffer.alloc(0);
const ESCAPED: DataEnd = { text: 'OK', isDoubtful: false };
/** What is held back in doubt; more than this between the line and the answer to the escape is data for sure. */
const MOST_DOUBTFUL_BYTES = 4096;

interface Pattern {
  readonly bytes: Buffer;
  readonly isDoubtful: boolean;
}

const patternOf = ({ text, isDoubtful }: DataEnd): Pattern => ({
  bytes: Buffer.from(`\r\n${text}\r\n`, 'latin1'),
  isDoubtful,
});

export class DataMode {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #escaped = patternOf(ESCAPED);
  #ends: readonly Pattern[] = [];
  #isOn = false;
  #isEscaping = false;
  #held: Buffer = NOTHING;
  /** Begins with the doubtful line; undefined when there is none. */
  #doubtful: Buffer | undefined;
  #doubtfulEnd = 0;

  constructor(emit: (bytes: Uint8Array) => void) {
    this.#emit = emit;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** The beginning of an end is held back: `release` it after a quiet time. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** A line stands there that ends data mode or is payload: escape, and tell by `settle` when nothing came back. */
  get isInDoubt(): boolean {
    return this.#doubtful !== undefined;
  }

  get heldBytes(): number {
    return this.#held.length + (this.#doubtful?.length ?? 0);
  }

  /** The lines that end data mode in this dialect. */
  endsWith(ends: readonly DataEnd[]): void {
    this.#ends = ends.map(patternOf);
  }

  enter(): void {
    this.#isOn = true;
    this.#isEscaping = false;
  }

  /** The host has written the escape sequence (true), or data again (false). */
  escape(isEscaping: boolean): void {
    this.#isEscaping = isEscaping;
  }

  /** Takes received bytes; returns those behind the end of data mode, from the line that ended it. */
  push(chunk: Buffer): Buffer {
    if (this.#doubtful) return this.#pushInDoubt(chunk);
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = NOTHING;
    const end = this.#findEnd(bytes, 0);
    if (end === undefined) return this.#keepBeginning(bytes);
    this.#pass(bytes.subarray(0, end.at));
    const rest = bytes.subarray(end.at);
    if (!end.pattern.isDoubtful) return this.#leave(rest.subarray(2));
    this.#doubtful = NOTHING;
    this.#doubtfulEnd = end.pattern.bytes.length;
    return this.#pushInDoubt(rest);
  }

  /** What is held back is data after all: nothing followed in time. */
  release(): void {
    const held = this.#held;
    this.#held = NOTHING;
    this.#pass(held);
  }

  /** Whether the doubtful line was the end of data mode; returns what is to be read as lines. */
  settle(isEnd: boolean): Buffer {
    const bytes = this.#doubtful;
    this.#doubtful = undefined;
    if (bytes === undefined) return NOTHING;
    if (isEnd) return this.#leave(bytes.subarray(2));
    this.#pass(bytes.subarray(0, this.#doubtfulEnd - 2)); // the line end may belong to the next end
    return this.push(bytes.subarray(this.#doubtfulEnd - 2));
  }

  /** Back to command mode without a word of the module (reboot, or the host knows). */
  leave(): Buffer {
    const bytes = this.#doubtful ?? this.#held;
    this.#doubtful = undefined;
    return this.#leave(bytes);
  }

  #leave(rest: Buffer): Buffer {
    this.#isOn = false;
    this.#isEscaping = false;
    this.#held = NOTHING;
    return rest;
  }

  /** A certain end, as OK to the escape, proves that data mode went on until then. */
  #pushInDoubt(chunk: Buffer): Buffer {
    const bytes = Buffer.concat([this.#doubtful ?? NOTHING, chunk]);
    this.#doubtful = bytes;
    const isOver = this.#findEnd(bytes, this.#doubtfulEnd - 2)?.pattern.isDoubtful === false;
    return isOver || bytes.length > MOST_DOUBTFUL_BYTES ? this.settle(false) : NOTHING;
  }

  #patterns(): readonly Pattern[] {
    return this.#isEscaping ? [...this.#ends, this.#escaped] : this.#ends;
  }

  #findEnd(bytes: Buffer, from: number): { readonly at: number; readonly pattern: Pattern } | undefined {
    const patterns = this.#patterns();
    for (let at = bytes.indexOf('\r\n', from); at >= 0; at = bytes.indexOf('\r\n', at + 1)) {
      const pattern = patterns.find((one) => one.bytes.equals(bytes.subarray(at, at + one.bytes.length)));
      if (pattern) return { at, pattern };
    }
    return undefined;
  }

  /** Passes the data on but for a tail that may become an end. */
  #keepBeginning(bytes: Buffer): Buffer {
    const patterns = this.#patterns();
    const longest = Math.max(0, ...patterns.map((one) => one.bytes.length - 1));
    let at = Math.max(0, bytes.length - longest);
    for (; at < bytes.length; at++) {
      const tail = bytes.subarray(at);
      if (patterns.some((one) => tail.equals(one.bytes.subarray(0, tail.length)))) break;
    }
    this.#pass(bytes.subarray(0, at));
    this.#held = bytes.subarray(at);
    return NOTHING;
  }

  #pass(bytes: Buffer): void {
    if (bytes.length > 0) this.#emit(bytes);
  }
}
