/** Turns the bytes of the host into command lines and payload.
 *
 *    feed ──▶ [backlog] ──┬─ no command runs ──▶ line up to CR ──▶ onLine
 *                         ├─ payload is awaited ──▶ capture
 *                         ├─ data mode ──▶ sink
 *                         └─ a command runs, or the module hangs: waits
 */
import { ByteQueue, textOf } from './bytes.ts';
import type { LineLimits } from './profiles/profile.ts';

const CR = 13;
/** Lines that carry a payload: AT+QISENDEX, and AT+QISEND of bc66 (§2.4). */
const PAYLOAD_LINE = /^AT\+QISEND(?:EX)?=/i;
/** Bytes that wait for a command to end; more are lost, as in a UART without flow control. */
const BACKLOG_LIMIT_BYTES = 16_384;

/** Takes payload bytes and says how many it used; once it is content it calls `endCapture()`. */
export type Capture = (bytes: Uint8Array) => number;

/** Takes what it has room for in data mode, and says how many bytes that were. */
export type DataSink = (bytes: Uint8Array) => number;

/** What the interpreter calls. */
export interface InterpreterEvents {
  /** A line came to its CR. `tooLong` when part of it had to be dropped. */
  onLine(line: string, tooLong: boolean): void;
  /** A line has begun: this much of it is there. */
  onPartOfLine(line: string): void;
  /** The host wrote while a command was still running. */
  onInterruption(text: string): void;
  onOverrun(lengthBytes: number): void;
}

/** See the head of the file. */
export class Interpreter {
  readonly #events: InterpreterEvents;
  readonly #limits: LineLimits;
  readonly #backlog = new ByteQueue();
  #line = '';
  #busy = false;
  #frozen = false;
  #ended = false;
  #pumping = false;
  #capture: Capture | undefined;
  #sink: DataSink | undefined;

  constructor(limits: LineLimits, events: InterpreterEvents) {
    this.#limits = limits;
    this.#events = events;
  }

  /** A command runs, its final result is still to come; or the port is in data mode. */
  get isBusy(): boolean {
    return this.#busy || this.#sink !== undefined;
  }

  /** Takes bytes from the serial line, and says how many: in data mode the line has to keep what there is no room for. */
  feed(bytes: Uint8Array): number {
    if (this.#sink !== undefined) {
      const isBlocked = this.#frozen || this.#ended || this.#backlog.lengthBytes > 0;
      return isBlocked ? 0 : this.#sink(bytes);
    }
    const room = BACKLOG_LIMIT_BYTES - this.#backlog.lengthBytes;
    if (bytes.length > room) this.#events.onOverrun(bytes.length - room);
    const kept = bytes.subarray(0, room);
    this.#backlog.push(kept);
    this.#pump();
    this.#checkInterruption();
    return bytes.length;
  }

  /** The command that `onLine` began has ended. */
  endCommand(): void {
    this.#busy = false;
    this.#capture = undefined;
    this.#sink = undefined;
    this.#pump();
  }

  /** Hands the bytes that follow to `capture` instead of reading them as commands. */
  beginCapture(capture: Capture): void {
    this.#capture = capture;
    this.#pump();
  }

  endCapture(): void {
    this.#capture = undefined;
  }

  /** From now on all input goes to `sink`, until `endCommand()`. */
  beginData(sink: DataSink): void {
    // Data mode may begin by itself (gsm §4.2), in the middle of a line.
    this.#line = '';
    this.#sink = sink;
    this.#pump();
  }

  /** The sink has room again. */
  offer(): void {
    this.#pump();
  }

  /** Stops (a hung module) or goes on. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen;
    this.#pump();
  }

  /** Never calls anybody again. */
  end(): void {
    this.#ended = true;
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#mayTake()) {
      const bytes = this.#backlog.take();
      const take = this.#sink ?? this.#capture;
      const used = take ? take(bytes) : this.#readLine(bytes);
      this.#backlog.unshift(bytes.subarray(used));
      if (used === 0) break;
    }
    this.#pumping = false;
  }

  /** Whatever waits now came before the final result. A hung module is no reason to blame the host. */
  #checkInterruption(): void {
    if (!this.#busy || this.#capture !== undefined || this.#sink !== undefined || this.#frozen) return;
    const bytes = this.#backlog.take();
    this.#backlog.unshift(bytes);
    const text = textOf(bytes).trim();
    if (text !== '') this.#events.onInterruption(text);
  }

  #mayTake(): boolean {
    if (this.#ended || this.#frozen || this.#backlog.lengthBytes === 0) return false;
    return this.#sink !== undefined || this.#capture !== undefined || !this.#busy;
  }

  /** Reads up to the first CR, and says how many bytes that were. */
  #readLine(bytes: Uint8Array): number {
    const end = bytes.indexOf(CR);
    this.#line += textOf(end < 0 ? bytes : bytes.subarray(0, end));
    // Hosts that end lines with CR LF leave the LF in front of the next one.
    this.#line = this.#line.replace(/^\n+/, '').slice(0, 2 * this.#limits.payload);
    if (end < 0) {
      this.#events.onPartOfLine(this.#line);
      return bytes.length;
    }
    const line = this.#line;
    this.#line = '';
    const limit = PAYLOAD_LINE.test(line) ? this.#limits.payload : this.#limits.plain;
    if (line.trim() !== '') this.#begin(line, line.length > limit);
    return end + 1;
  }

  #begin(line: string, tooLong: boolean): void {
    this.#busy = true;
    this.#events.onLine(line, tooLong);
  }
}
