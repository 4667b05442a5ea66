/** Data mode on a live port: a peer may send whatever a module says, so no line is believed by its looks alone.
 *
 *    bytes ──▶ CR LF <end> CR LF? ──no──▶ data
 *                   │yes
 *                   ├─ what follows it cannot be the module's own words ──▶ data
 *                   └─ it may ──▶ held back ──▶ settle: an escape, or carrier detect, has told (protocol §7.7)
 *
 * When carrier has dropped, the end is certain, but what was sent before may still be on the line: everything is held back
 * until nothing more comes, and then the line is looked for.
 *
 * While the host escapes, OK is such a line too: it is the answer only if nothing but notices of the module follows.
 */
import type { DataEnd } from '../adapters/dialects/wire.ts';
import { beginningAt, type DataStream, findPattern, type Pattern, patternOf } from './data-stream.ts';

const NOTHING: Buffer = Buffer.alloc(0);
const ANSWER = patternOf({ text: 'OK', isDoubtful: true });
/** More is never held back: a module has not so much to say within the few seconds of an escape. */
const MOST_HELD_BYTES = 16_384;

/** What a module and the line may still hold when carrier drops. */
const MOST_ENDING_BYTES = 65_536;

/** Behind the answer to an escape comes all that the module has kept for other sockets. */
const MOST_ESCAPING_BYTES = 131_072;

/** What may stand behind a line that ends data mode. */
export interface Talk {
  /** Nothing more comes: an unfinished line or push is none of the module's. */
  readonly isComplete: boolean;
  /** One OK may be among it: the answer to an escape. */
  readonly allowsAnswer: boolean;
  /** Escapes were written: a module that has started anew repeats them. */
  readonly allowsEcho: boolean;
  /** What was on its way to the module may have been carried out as commands: their results may be among it. */
  readonly allowsResults: boolean;
}

export type Judgement =
  /** So much of it is whole and need not be judged again when more comes; the answer is in it, or not. */
  | { readonly isTalk: true; readonly wholeBytes: number; readonly hasAnswer: boolean }
  /** It is none: nor is what stands behind the lines that begin there. */
  | { readonly isTalk: false; readonly refuted: readonly number[] };

/** Tells whether these bytes can be what a module says by itself in command mode. */
export type TalkJudge = (bytes: Buffer, talk: Talk) => Judgement;

export class CautiousData implements DataStream {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #judgeTalk: TalkJudge;
  #ends: readonly Pattern[] = [];
  #isOn = false;
  #isEscaping = false;
  /** In this data mode. */
  #hasEscaped = false;
  /** Carrier has dropped: the end is there, or on its way. */
  #isEnding = false;
  /** Not passed on yet: it may become an end, or it begins with one that is in doubt. */
  #held: Buffer = NOTHING;
  /** The line at the beginning of what is held. */
  #doubt: Pattern | undefined;
  /** Of what is held: judged already, the line in doubt with it. */
  #judgedBytes = 0;
  /** The answer to an escape is among that. */
  #hasAnswer = false;

  constructor(emit: (bytes: Uint8Array) => void, judgeTalk: TalkJudge) {
    this.#emit = emit;
    this.#judgeTalk = judgeTalk;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  get isHolding(): boolean {
    return this.#held.length > 0 && this.#doubt === undefined && !this.#isEnding;
  }

  /** Not the answer to an escape: that has its own time. */
  get isInDoubt(): boolean {
    return this.#isEnding || (this.#doubt !== undefined && this.#doubt !== ANSWER);
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
    this.#hasEscaped = false;
    this.#isEnding = false;
  }

  escape(isEscaping: boolean): void {
    this.#isEscaping = isEscaping;
    this.#hasEscaped ||= isEscaping;
    if (this.#doubt && !this.#isEnding) this.#readAgain();
  }

  /** Data mode is over, though what was sent before may still come: until nothing more does. */
  carrierDropped(): void {
    this.#isEnding = this.#isOn;
  }

  push(chunk: Buffer): Buffer {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    if (this.#isEnding) this.#keepEnding(bytes);
    else if (!this.#staysInDoubt(bytes)) this.#read(bytes, 0);
    return NOTHING;
  }

  release(): void {
    if (this.#doubt === undefined && !this.#isEnding) this.#pass(this.#take());
  }

  /** Nothing more came for a while: a line behind which something unfinished stands was payload. */
  conclude(): void {
    if (this.#doubt && !this.#isEnding) this.#read(this.#take(), 0, true);
  }

  /** Ends data mode at the answer to the escape; `undefined` when there is none. Returns what is to be read as lines. */
  settleEscape(): Buffer | undefined {
    if (this.#isEnding) this.#settleEnding(false);
    this.conclude();
    const at = this.#doubt && this.#answerAt();
    if (at === undefined) return undefined;
    const held = this.#take();
    this.#pass(held.subarray(0, at));
    return this.#leave(held.subarray(at + 2));
  }

  settle(isEnd: boolean): Buffer {
    if (this.#isEnding) return this.#settleEnding(isEnd);
    const doubt = this.#doubt;
    if (doubt === undefined) return NOTHING;
    if (isEnd) {
      const held = this.#take();
      const at = this.#lastOf(held, 0, doubt);
      this.#pass(held.subarray(0, at));
      return this.#leave(held.subarray(at + 2));
    }
    this.#passDoubt(doubt);
    return NOTHING;
  }

  #keepEnding(bytes: Buffer): void {
    const tooMany = Math.max(0, bytes.length - MOST_ENDING_BYTES);
    this.#pass(bytes.subarray(0, tooMany));
    this.#held = bytes.subarray(tooMany);
    this.#doubt = undefined;
  }

  #settleEnding(isEnd: boolean): Buffer {
    this.#isEnding = false;
    if (!isEnd) {
      this.#readAgain();
      return NOTHING;
    }
    const held = this.#take();
    const at = this.#endOf(held);
    this.#pass(held.subarray(0, at));
    return this.#leave(held.subarray(at === held.length ? at : at + 2));
  }

  /** Where the line stands behind which the module speaks; the last such line where answers to lost payload follow. */
  #endOf(bytes: Buffer): number {
    let at = bytes.length;
    for (
      let found = findPattern(bytes, 0, this.#ends);
      found;
      found = findPattern(bytes, at + 1, this.#ends)
    ) {
      at = this.#lastOf(bytes, found.at, found.pattern);
      const behind = bytes.subarray(at + found.pattern.bytes.length);
      const talk = {
        isComplete: true,
        allowsAnswer: false,
        allowsEcho: this.#hasEscaped,
        allowsResults: true,
      };
      if (this.#judgeTalk(behind, talk).isTalk) break;
    }
    return at;
  }

  /** A connection ends once: of the same line twice the first was payload. */
  #lastOf(held: Buffer, from: number, { bytes }: Pattern): number {
    let at = from;
    while (held.subarray(at + bytes.length, at + 2 * bytes.length).equals(bytes)) at += bytes.length;
    return at;
  }

  /** The first OK that is not inside a push, where it would be payload. */
  #answerAt(): number | undefined {
    const { length } = ANSWER.bytes;
    let found = findPattern(this.#held, 0, [ANSWER]);
    while (found && !this.#judge(this.#held, found.at + length, ANSWER, true).isTalk)
      found = findPattern(this.#held, found.at + 1, [ANSWER]);
    return found?.at;
  }

  /** More of the module's talk has come: of what is held already, nothing is judged again. */
  #staysInDoubt(bytes: Buffer): boolean {
    const doubt = this.#doubt;
    if (doubt === undefined || bytes.length > this.#mostHeldBytes) return false;
    if (!this.#judge(bytes, this.#judgedBytes, doubt, false, this.#hasAnswer).isTalk) return false;
    this.#held = bytes;
    return true;
  }

  get #mostHeldBytes(): number {
    return this.#isEscaping ? MOST_ESCAPING_BYTES : MOST_HELD_BYTES;
  }

  #leave(rest: Buffer): Buffer {
    this.#isOn = false;
    this.#isEscaping = false;
    this.#isEnding = false;
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
  #read(bytes: Buffer, from: number, isComplete = false): void {
    /** Where lines begin behind which it is known that peers have sent something: none is judged twice. */
    let refuted: ReadonlySet<number> = new Set();
    const mostBytes = this.#mostHeldBytes;
    const patterns = this.#isEscaping ? [...this.#ends, ANSWER] : this.#ends;
    for (let start = from; ; ) {
      const end = findPattern(bytes, start, patterns);
      const stop = end?.at ?? beginningAt(bytes, start, patterns);
      this.#pass(bytes.subarray(start, stop));
      this.#held = bytes.subarray(stop);
      this.#doubt = end?.pattern;
      if (end === undefined) return;
      const { length } = end.pattern.bytes;
      const isBounded = bytes.length - stop <= mostBytes;
      if (isBounded && !refuted.has(stop + 2)) {
        const judgement = this.#judge(this.#held, length, end.pattern, isComplete);
        if (judgement.isTalk) return;
        // Behind an OK no other may stand, behind the other lines one may: its judgement is not theirs.
        if (end.pattern !== ANSWER) refuted = new Set(judgement.refuted.map((at) => stop + length + at));
      }
      // Of too much, half is let go at once: looking at all of it for each line would take ever longer.
      start = Math.max(stop + length - 2, isBounded ? 0 : bytes.length - mostBytes / 2);
      this.#pass(bytes.subarray(stop, start));
    }
  }

  /** Judges the bytes from there on, and remembers how far that need not be done again. */
  #judge(bytes: Buffer, from: number, doubt: Pattern, isComplete: boolean, hasAnswer = false): Judgement {
    const allowsAnswer = this.#isEscaping && doubt !== ANSWER && !hasAnswer;
    const judgement = this.#judgeTalk(bytes.subarray(from), {
      isComplete,
      allowsAnswer,
      allowsEcho: this.#hasEscaped,
      allowsResults: false,
    });
    if (judgement.isTalk) {
      this.#judgedBytes = from + judgement.wholeBytes;
      this.#hasAnswer = hasAnswer || judgement.hasAnswer;
    }
    return judgement;
  }

  #pass(bytes: Buffer): void {
    if (bytes.length > 0) this.#emit(bytes);
  }
}
