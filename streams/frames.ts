/** Bytes → lines, prompts and payload. Told by the reader what may come, never guessing from the text.
 *
 *    chunk ──▶ in counted payload? ──▶ slices until the count is reached ──▶ payload
 *          ├─▶ in data mode? ──▶ data-mode.ts ──▶ data
 *          ├─▶ header parts in front of a payload? (gsm) ──▶ RECV FROM: · TO: · IPD<n>:
 *          ├─▶ repetition of what was sent? ──as long as it is the same──▶ swallowed
 *          ├─▶ prompt expected and ">" at the start of a line? ──▶ prompt
 *          └─▶ up to CR or LF ──▶ line ──▶ does it announce a payload? ──▶ (counted payload)
 *
 * Payload is counted, never searched; it passes as slices of the received chunks, without a copy.
 */
import { CountedPayload, type FoundParts } from './counted-payload.ts';
import { DataMode } from './data-mode.ts';
import type { DataStream } from './data-stream.ts';
import type { HeaderParts } from './header-parts.ts';
import { BLANK, blanksEnd, COLON, COMMA, CR, isControl, LF, lineEnd, PROMPT, QUOTE } from './line-bytes.ts';
import { asBuffer, LineTable, latin1 } from './line-table.ts';
import { SentEcho } from './sent-echo.ts';

/** Longest line that a module prints is far below; a longer one is noise and is cut. */
export const LONGEST_LINE_BYTES = 4096;

/** Why bytes could not be read. */
export type GarbageReason = 'line too long' | 'payload cut' | 'control bytes' | 'payload is not hexadecimal';

/** The line announces no payload. */
export const NO_PAYLOAD = -1;

/** Takes what the framer finds, in order, before the bytes behind it are looked at. */
export interface FrameSink<L> {
  /** Reads a line; may be asked once for equal lines. `isPrintable` when it is ASCII without control bytes for sure. */
  readonly read: (text: string, isPrintable: boolean) => L;
  /** A line has ended; returns the number of payload bytes that follow its line end, or `NO_PAYLOAD`. */
  readonly line: (line: L) => number;
  /** The line so far, whenever a comma or colon was read in one that may carry its payload itself: the same. */
  readonly inside: (text: string) => number;
  /** The `>` that a command waits for. */
  readonly prompt: () => void;
  /** The line that `expectText` asked for, byte by byte as it was. */
  readonly text: (text: string) => void;
  /** The payload announced last is complete. */
  readonly payload: (chunks: readonly Uint8Array[], parts: FoundParts) => void;
  /** Payload of data mode. */
  readonly data: (bytes: Uint8Array) => void;
  /** Bytes that could not be read. */
  readonly garbage: (lengthBytes: number, reason: GarbageReason) => void;
}

const NO_HEADER_PARTS: HeaderParts = [];
/** A header that carries its payload on the same line is never longer. */
const LONGEST_INLINE_HEADER_BYTES = 96;

/** What belongs neither to a header nor to its payload, and may stand there. */
type Skip = 'nothing' | 'line end' | 'quote' | 'closing quote';

/** A framer for one port session: remembers the unfinished line or payload between chunks. */
export class Framer<L> {
  /** A command waits for the `>` that asks for its payload. */
  expectsPrompt = false;
  /** Lines may carry their payload behind a comma or colon: `sink.inside` is asked. */
  looksInside = false;
  /** Header parts that may stand between the next announcement and its payload, not counted (gsm, D17). */
  headerParts = NO_HEADER_PARTS;
  /** The next payload may stand between quotation marks, not counted (bc66, hexadecimal). */
  mayBeQuoted = false;
  /** CR LF follows the prompt (rg, AT+QICFG="formatcfg",1). */
  promptEndsLine = false;
  readonly #sink: FrameSink<L>;
  readonly #lines: LineTable<L>;
  /** How bytes are read while the port is in data mode. */
  readonly dataMode: DataStream;
  /** The unfinished line. */
  readonly #carry = Buffer.allocUnsafe(LONGEST_LINE_BYTES);
  #carried = 0;
  #cutBytes = 0;
  #controlBytes = 0;
  readonly #payload: CountedPayload;
  readonly #echo = new SentEcho();
  /** Payload or data begins behind it. */
  #skip: Skip = 'nothing';
  #isEndedByCr = false;
  /** What comes next may be no line. */
  #isInterrupted = false;
  #isQuoted = false;
  #isBehindPrompt = false;
  #isTextNext = false;

  /** @param dataMode how data mode is read; as in a recording when left out. */
  constructor(sink: FrameSink<L>, dataMode: DataStream = new DataMode(sink.data)) {
    this.#sink = sink;
    this.#lines = new LineTable(sink.read);
    this.dataMode = dataMode;
    this.#payload = new CountedPayload(
      (chunks, parts) => this.#finishPayload(chunks, parts),
      (bytes) => this.push(bytes),
    );
  }

  /** Takes received bytes. */
  push(chunk: Uint8Array): void {
    if (this.#isInterrupted && this.#skip === 'nothing' && this.#payload.takesAll(chunk)) return;
    for (let at = 0; at < chunk.length; ) {
      at = this.#isInterrupted ? this.#take(chunk, at) : this.#takeLines(chunk, at);
    }
  }

  /** A payload is unfinished, or data is held back: give it up after a quiet time. */
  get isWaiting(): boolean {
    return this.isInPayload || this.#isTextNext || this.dataMode.isHolding || this.#echo.heldBytes > 0;
  }

  /** A payload is shorter than announced so far. */
  get isInPayload(): boolean {
    return this.#payload.isOpen;
  }

  /** What was waited for does not come: reports it as garbage, or as the data that it is, and starts at the next line. */
  giveUp(): void {
    this.dataMode.release();
    if (this.#isTextNext) this.#endText();
    if (this.#echo.heldBytes > 0) this.push(this.#echo.miss());
    const lostBytes = this.#payload.giveUp();
    if (lostBytes === undefined) return;
    this.#isQuoted = false;
    this.#skip = 'nothing';
    this.#sink.garbage(lostBytes, 'payload cut');
  }

  /** Bytes that wait for others to become an event: never more than the longest line, payload and doubt. */
  get heldBytes(): number {
    return this.#carried + this.#echo.heldBytes + this.#payload.heldBytes + this.dataMode.heldBytes;
  }

  /** The text of the line that has not ended. */
  get unfinishedText(): string {
    return this.#carry.toString('latin1', 0, this.#carried);
  }

  /** The module may repeat these bytes before its result (AT+QISDE=1): skipped as far as they are the same. */
  expectEcho(sent: Uint8Array): void {
    this.#echo.expect(sent);
    this.#isInterrupted = true;
  }

  /** More of what was sent, behind what is expected already. */
  extendEcho(sent: Uint8Array): void {
    this.#echo.extend(sent);
    this.#isInterrupted = true;
  }

  /** Another line came between: what was sent may be repeated behind it. */
  resumeEcho(): void {
    if (!this.#echo.resume()) return;
    this.#isInterrupted = true;
    this.#skip = 'line end';
  }

  /** The next line that is not empty is text, whatever it looks like. */
  expectText(): void {
    this.#isTextNext = true;
    this.#isInterrupted = true;
  }

  /** Data mode begins behind the end of the line that is being read, or with the first byte. */
  enterDataMode(): void {
    this.dataMode.enter();
    this.#isInterrupted = true;
    this.#skipLineEnd();
  }

  #take(chunk: Uint8Array, at: number): number {
    if (this.#skip !== 'nothing') return this.#takeSkipped(chunk, at, this.#skip);
    if (this.#payload.isOpen) return this.#payload.take(chunk, at);
    if (this.dataMode.isOn) return this.#takeData(chunk, at);
    if (this.#isTextNext) return this.#takeText(chunk, at);
    if (this.#isBehindPrompt) return this.#takePromptBlank(chunk, at);
    if (this.#echo.isExpected && this.#carried === 0) return this.#takeEcho(chunk, at);
    this.#isInterrupted = this.#echo.isExpected;
    return this.#takeLines(chunk, at);
  }

  /** Any CR and one LF end the line that announced payload or data. */
  #takeSkipped(chunk: Uint8Array, at: number, skip: Skip): number {
    const byte = chunk[at];
    if (skip === 'line end' && byte === CR) return at + 1;
    this.#skip = 'nothing';
    if (skip === 'line end') return byte === LF ? at + 1 : at;
    if (byte !== QUOTE) return at;
    this.#isQuoted = skip === 'quote';
    return at + 1;
  }

  #finishPayload(chunks: readonly Uint8Array[], parts: FoundParts): void {
    if (this.#isQuoted) this.#skip = 'closing quote';
    this.#isQuoted = false;
    this.#sink.payload(chunks, parts);
  }

  #takeData(chunk: Uint8Array, start: number): number {
    const rest = this.dataMode.push(asBuffer(start === 0 ? chunk : chunk.subarray(start)));
    if (rest.length > 0) this.push(rest);
    return chunk.length;
  }

  #takeText(chunk: Uint8Array, start: number): number {
    const byte = chunk[start];
    if (this.#carried === 0 && (byte === CR || byte === LF)) return start + 1;
    const end = lineEnd(chunk, start, chunk.length);
    this.#keep(chunk, start, end);
    if (end === chunk.length) return end;
    this.#endText();
    return end;
  }

  #endText(): void {
    const { unfinishedText } = this;
    const cutBytes = this.#cutBytes;
    this.#isTextNext = false;
    this.#carried = 0;
    this.#cutBytes = 0;
    this.#sink.text(unfinishedText);
    if (cutBytes > 0) this.#sink.garbage(cutBytes, 'line too long');
  }

  #takePromptBlank(chunk: Uint8Array, at: number): number {
    const byte = chunk[at];
    if (this.promptEndsLine && byte === CR) return at + 1;
    this.#isBehindPrompt = false;
    if (byte === BLANK && this.#echo.mayBeginBehindBlank()) return at;
    return byte === BLANK || (this.promptEndsLine && byte === LF) ? at + 1 : at;
  }

  /** What only began like the sent bytes is read after all. */
  #takeEcho(chunk: Uint8Array, start: number): number {
    const at = this.#echo.take(chunk, start);
    if (this.#echo.isExpected && at < chunk.length) this.push(this.#echo.miss());
    return at;
  }

  #announce(lengthBytes: number, isBehindLine: boolean): void {
    this.#isInterrupted = true;
    const parts = this.headerParts;
    if (lengthBytes > 0 || parts.length > 0) {
      if (isBehindLine) this.#skipLineEnd();
      else if (this.mayBeQuoted) this.#skip = 'quote';
    }
    this.headerParts = NO_HEADER_PARTS;
    this.#payload.begin(lengthBytes, parts);
  }

  /** The line that was read last may have more of its end to come. */
  #skipLineEnd(): void {
    if (this.#isEndedByCr) this.#skip = 'line end';
  }

  /** Reads line after line until one changes what comes next. */
  #takeLines(chunk: Uint8Array, start: number): number {
    const end = chunk.length;
    let at = start;
    while (at < end) {
      if (this.#carried === 0) {
        at = this.#skipBlanks(chunk, at);
        if (at === end) return end;
        if (this.expectsPrompt && chunk[at] === PROMPT) return this.#takePrompt(at);
      }
      const lineStart = at;
      const payloadStart = this.looksInside ? this.#inlinePayload(chunk, lineStart) : NO_PAYLOAD;
      if (payloadStart !== NO_PAYLOAD) return payloadStart;
      at = lineEnd(chunk, lineStart, end);
      this.#isEndedByCr = chunk[at] === CR;
      if (at === end) this.#keep(chunk, lineStart, end);
      else if (this.#finishLine(chunk, lineStart, at++)) return at;
    }
    return end;
  }

  #skipBlanks(chunk: Uint8Array, start: number): number {
    let at = blanksEnd(chunk, start, chunk.length);
    while (at < chunk.length && isControl(chunk[at] as number)) {
      this.#controlBytes++;
      at = blanksEnd(chunk, at + 1, chunk.length);
    }
    return at;
  }

  #takePrompt(at: number): number {
    this.#reportControlBytes();
    this.#isBehindPrompt = true;
    this.#isInterrupted = true;
    this.#sink.prompt();
    return at + 1;
  }

  /** Keeps the beginning of a line for the next chunk. */
  #keep(chunk: Uint8Array, start: number, end: number): void {
    const kept = Math.min(end - start, LONGEST_LINE_BYTES - this.#carried);
    const carry = this.#carry;
    let to = this.#carried;
    for (let at = start; at < start + kept; at++, to++) carry[to] = chunk[at] as number;
    this.#carried = to;
    this.#cutBytes += end - start - kept;
  }

  /** Hands a line on; true when what follows it is no line. */
  #finishLine(chunk: Uint8Array, start: number, end: number): boolean {
    if (this.#carried > 0 || end - start > LONGEST_LINE_BYTES) {
      this.#keep(chunk, start, end);
      return this.#finishCarried();
    }
    if (this.#controlBytes > 0) this.#reportControlBytes();
    return this.#hand(this.#lines.get(chunk, start, end));
  }

  #finishCarried(): boolean {
    const length = this.#carried;
    const cut = this.#cutBytes;
    this.#carried = 0;
    this.#cutBytes = 0;
    if (this.#controlBytes > 0) this.#reportControlBytes();
    if (cut === 0) return this.#hand(this.#lines.get(this.#carry, 0, length));
    this.#sink.garbage(length + cut, 'line too long');
    return false;
  }

  #hand(line: L): boolean {
    const lengthBytes = this.#sink.line(line);
    if (lengthBytes !== NO_PAYLOAD) this.#announce(lengthBytes, true);
    return this.#isInterrupted;
  }

  /** Where the payload begins that the line carries itself, or `NO_PAYLOAD`. */
  #inlinePayload(chunk: Uint8Array, start: number): number {
    const end = lineEnd(
      chunk,
      start,
      Math.min(chunk.length, start + LONGEST_INLINE_HEADER_BYTES - this.#carried),
    );
    for (let at = start; at < end; at++) {
      if ((chunk[at] === COMMA || chunk[at] === COLON) && this.#beginsInside(chunk, start, at + 1))
        return at + 1;
    }
    return NO_PAYLOAD;
  }

  /** Asks whether the payload begins here, in the middle of a line. */
  #beginsInside(chunk: Uint8Array, start: number, end: number): boolean {
    const announced = this.#sink.inside(this.unfinishedText + latin1(chunk, start, end));
    if (announced === NO_PAYLOAD) return false;
    this.#carried = 0;
    this.#reportControlBytes();
    this.#announce(announced, false);
    return true;
  }

  #reportControlBytes(): void {
    const count = this.#controlBytes;
    this.#controlBytes = 0;
    if (count > 0) this.#sink.garbage(count, 'control bytes');
  }
}
