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
import {
  beginningAt,
  type DataStream,
  type Found,
  findPattern,
  longestOf,
  type Pattern,
  patternOf,
} from './data-stream.ts';

const NOTHING: Buffer = Buffer.alloc(0);
const ESCAPED: DataEnd = { text: 'OK', isDoubtful: false };
/** What is held back in doubt; more than this between the line and the answer to the escape is data for sure. */
const MOST_DOUBTFUL_BYTES = 4096;

export class DataMode implements DataStream {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #escaped = patternOf(ESCAPED);
  #ends: readonly Pattern[] = [];
  #isOn = false;
  #isEscaping = false;
  /** Not passed on yet: it may be the beginning of an end, or it begins with a doubtful line. */
  #held: Buffer = NOTHING;
  /** Length of the doubtful line at the beginning of what is held; 0 when there is none. */
  #doubtBytes = 0;
  /** So much of what is held was searched for a certain end. */
  #searchedBytes = 0;

  constructor(emit: (bytes: Uint8Array) => void) {
    this.#emit = emit;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** The beginning of an end is held back: `release` it after a quiet time. */
  get isHolding(): boolean {
    return this.#held.length > 0 && this.#doubtBytes === 0;
  }

  /** A line stands there that ends data mode or is payload: escape, and tell by `settle` when nothing came back. */
  get isInDoubt(): boolean {
    return this.#doubtBytes > 0;
  }

  get heldBytes(): number {
    return this.#held.length;
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
    return this.#read(this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk, 0);
  }

  /** What is held back is data after all: nothing followed in time. A doubt stays. */
  release(): void {
    if (this.#doubtBytes > 0) return;
    const held = this.#held;
    this.#held = NOTHING;
    this.#pass(held);
  }

  /** Whether the doubtful line was the end of data mode; returns what is to be read as lines. */
  settle(isEnd: boolean): Buffer {
    if (this.#doubtBytes === 0) return NOTHING;
    const bytes = this.#held;
    if (isEnd) return this.#leave(bytes.subarray(2));
    return this.#read(bytes, this.#passDoubt(bytes, 0));
  }

  #leave(rest: Buffer): Buffer {
    this.#isOn = false;
    this.#isEscaping = false;
    this.#held = NOTHING;
    this.#doubtBytes = 0;
    this.#searchedBytes = 0;
    return rest;
  }

  /** Passes data on from `start` until something must be waited for, or data mode is over. */
  #read(bytes: Buffer, from: number): Buffer {
    for (let start = from; ; start = this.#passDoubt(bytes, start)) {
      if (this.#doubtBytes === 0) {
        const end = this.#findEnd(bytes, start);
        if (end === undefined) return this.#keepBeginning(bytes, start);
        this.#pass(bytes.subarray(start, end.at));
        start = end.at;
        if (!end.pattern.isDoubtful) return this.#leave(bytes.subarray(start + 2));
        this.#doubtBytes = end.pattern.bytes.length;
      }
      const certain = this.#findCertainEnd(bytes, start + this.#doubtBytes - 2);
      if (certain !== undefined) {
        // A certain end, as OK to the escape, proves that data mode went on until then.
        this.#pass(bytes.subarray(start, certain));
        return this.#leave(bytes.subarray(certain + 2));
      }
      if (bytes.length - start <= MOST_DOUBTFUL_BYTES) return this.#hold(bytes, start);
    }
  }

  #hold(bytes: Buffer, start: number): Buffer {
    this.#held = bytes.subarray(start);
    this.#searchedBytes = Math.max(0, this.#searchedBytes - start);
    return NOTHING;
  }

  /** The doubtful line was payload: its line end may belong to the next end. Returns where to go on. */
  #passDoubt(bytes: Buffer, start: number): number {
    const end = start + this.#doubtBytes - 2;
    this.#pass(bytes.subarray(start, end));
    this.#doubtBytes = 0;
    return end;
  }

  #patterns(): readonly Pattern[] {
    return this.#isEscaping ? [...this.#ends, this.#escaped] : this.#ends;
  }

  #findEnd(bytes: Buffer, from: number): Found | undefined {
    return findPattern(bytes, from, this.#patterns());
  }

  /** Each byte is looked at once, however often more comes. */
  #findCertainEnd(bytes: Buffer, from: number): number | undefined {
    const certain = this.#patterns().filter(({ isDoubtful }) => !isDoubtful);
    const found = findPattern(bytes, Math.max(from, this.#searchedBytes), certain);
    this.#searchedBytes = Math.max(0, bytes.length - longestOf(certain) + 1);
    return found?.at;
  }

  /** Passes the data on but for a tail that may become an end. */
  #keepBeginning(bytes: Buffer, start: number): Buffer {
    const at = beginningAt(bytes, start, this.#patterns());
    this.#pass(bytes.subarray(start, at));
    this.#searchedBytes = 0;
    this.#held = bytes.subarray(at);
    return NOTHING;
  }

  #pass(bytes: Buffer): void {
    if (bytes.length > 0) this.#emit(bytes);
  }
}
