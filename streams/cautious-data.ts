/** Data mode on a live port: a peer may send whatever a module says, so no line is believed by its looks alone.
 *
 *    bytes ──▶ CR LF <end> CR LF? ──no──▶ data
 *                   │yes
 *                   ├─ what follows it cannot be the module's own words ──▶ data
 *                   └─ it may ──▶ held back ──▶ settle: an escape, or carrier detect, has told (protocol §7.7)
 *
 * While the host escapes, OK is such a line too: it is the answer only if nothing but notices of the module follows.
 */
import type { DataEnd } from '../adapters/dialects/wire.ts';
import { beginningAt, type DataStream, findPattern, type Pattern, patternOf } from './data-stream.ts';

const NOTHING: Buffer = Buffer.alloc(0);
const ANSWER = patternOf({ text: 'OK', isDoubtful: true });
/** More is never held back: a module has not so much to say within the few seconds of an escape. */
const MOST_HELD_BYTES = 16_384;

/** What may stand behind a line that ends data mode. */
export interface Talk {
  /** Nothing more comes: an unfinished line or push is none of the module's. */
  readonly isComplete: boolean;
  /** One OK may be among it: the answer to an escape. */
  readonly allowsAnswer: boolean;
}

/** Tells whether these bytes can be what a module says by itself in command mode. */
export type TalkJudge = (bytes: Buffer, talk: Talk) => boolean;

export class CautiousData implements DataStream {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #isTalk: TalkJudge;
  #ends: readonly Pattern[] = [];
  #isOn = false;
  #isEscaping = false;
  /** Not passed on yet: it may become an end, or it begins with one that is in doubt. */
  #held: Buffer = NOTHING;
  /** The line at the beginning of what is held. */
  #doubt: Pattern | undefined;

  constructor(emit: (bytes: Uint8Array) => void, isTalk: TalkJudge) {
    this.#emit = emit;
    this.#isTalk = isTalk;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  get isHolding(): boolean {
    return this.#held.length > 0 && this.#doubt === undefined;
  }

  /** Not the answer to an escape: that has its own time. */
  get isInDoubt(): boolean {
    return this.#doubt !== undefined && this.#doubt !== ANSWER;
  }

  get heldBytes(): number {
    return this.#held.length;
  }

  endsWith(ends: readonly DataEnd[]): void {
    this.#ends = ends.map(patternOf);
  }

  enter(): void {
    this.#isOn = true;
    this.#isEscaping = false;
  }

  escape(isEscaping: boolean): void {
    this.#isEscaping = isEscaping;
    if (this.#doubt) this.#readAgain();
  }

  push(chunk: Buffer): Buffer {
    this.#read(this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk, 0);
    return NOTHING;
  }

  release(): void {
    if (this.#doubt === undefined) this.#pass(this.#take());
  }

  /** Nothing more came for a while: a line behind which something unfinished stands was payload. */
  conclude(): void {
    for (let doubt = this.#doubt; doubt !== undefined; doubt = this.#doubt) {
      if (this.#mayFollow(this.#held.subarray(doubt.bytes.length), true, doubt)) return;
      this.#passDoubt(doubt);
    }
  }

  /** Ends data mode at the answer to the escape; `undefined` when there is none. Returns what is to be read as lines. */
  settleEscape(): Buffer | undefined {
    this.conclude();
    const at = this.#doubt && this.#answerAt();
    if (at === undefined) return undefined;
    const held = this.#take();
    this.#pass(held.subarray(0, at));
    return this.#leave(held.subarray(at + 2));
  }

  settle(isEnd: boolean): Buffer {
    const doubt = this.#doubt;
    if (doubt === undefined) return NOTHING;
    if (isEnd) return this.#leave(this.#take().subarray(2));
    this.#passDoubt(doubt);
    return NOTHING;
  }

  /** The first OK that is not inside a push, where it would be payload. */
  #answerAt(): number | undefined {
    const { length } = ANSWER.bytes;
    let found = findPattern(this.#held, 0, [ANSWER]);
    while (found && !this.#mayFollow(this.#held.subarray(found.at + length), true, ANSWER))
      found = findPattern(this.#held, found.at + 1, [ANSWER]);
    return found?.at;
  }

  #leave(rest: Buffer): Buffer {
    this.#isOn = false;
    this.#isEscaping = false;
    return rest;
  }

  #take(): Buffer {
    const held = this.#held;
    this.#held = NOTHING;
    this.#doubt = undefined;
    return held;
  }

  #readAgain(): void {
    this.#read(this.#take(), 0);
  }

  /** Its line end may belong to the next end. */
  #passDoubt({ bytes }: Pattern): void {
    const held = this.#take();
    this.#pass(held.subarray(0, bytes.length - 2));
    this.#read(held, bytes.length - 2);
  }

  /** Passes data on from there until something must be waited for. */
  #read(bytes: Buffer, from: number): void {
    const patterns = this.#isEscaping ? [...this.#ends, ANSWER] : this.#ends;
    for (let start = from; ; ) {
      const end = findPattern(bytes, start, patterns);
      const stop = end?.at ?? beginningAt(bytes, start, patterns);
      this.#pass(bytes.subarray(start, stop));
      this.#held = bytes.subarray(stop);
      this.#doubt = end?.pattern;
      if (end === undefined) return;
      const { length } = end.pattern.bytes;
      const isBounded = bytes.length - stop <= MOST_HELD_BYTES;
      if (isBounded && this.#mayFollow(bytes.subarray(stop + length), false, end.pattern)) return;
      // Of too much, half is let go at once: looking at all of it for each line would take ever longer.
      start = Math.max(stop + length - 2, isBounded ? 0 : bytes.length - MOST_HELD_BYTES / 2);
      this.#pass(bytes.subarray(stop, start));
    }
  }

  #mayFollow(bytes: Buffer, isComplete: boolean, behind: Pattern): boolean {
    return this.#isTalk(bytes, { isComplete, allowsAnswer: this.#isEscaping && behind !== ANSWER });
  }

  #pass(bytes: Buffer): void {
    if (bytes.length > 0) this.#emit(bytes);
  }
}
