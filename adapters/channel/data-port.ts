/** The port in data mode: payload in and out of it, and the ways back to commands.
 *
 *    pump ──write──▶ plus guard ──▶ port        port ──▶ reader ──data──▶ sink
 *    transparentMode ──▶ guard, writeEscape, awaitAnswer, dropDtr ──▶ port ──OK──▶ commands
 */
import type { DataWire, EscapeAnswer } from '../../machines/transparent-mode.machine.ts';
import { type Clock, delay, type TimerHandle } from '../../streams/clock.ts';
import type { Reader } from '../../streams/reader.ts';
import type { PortLines } from '../port.ts';
import { PlusGuard } from './plus-guard.ts';
import { type LineKind, WriteAhead } from './write-ahead.ts';

/** Times are milliseconds. */
export interface DataTiming {
  /** Silence on both sides of the escape sequence. */
  readonly guardMs: number;
  /** Wait for the OK behind that silence. */
  readonly replyMs: number;
}

/** What happens in data mode by itself. */
export type DataEvent =
  | { readonly type: 'rx.connected' }
  | { readonly type: 'rx.doubted' }
  | { readonly type: 'rx.cleared' };

/** The channel, as data mode needs it. */
export interface DataHost {
  readonly clock: Clock;
  readonly timing: DataTiming;
  readonly line: LineKind;
  readonly lines: PortLines | undefined;
  readonly reader: () => Reader;
  readonly put: (bytes: Uint8Array) => Promise<void>;
  readonly note: (text: string, payloadBytes?: number) => void;
  readonly isIdle: () => boolean;
  readonly tell: (event: DataEvent) => void;
  /** Data mode is about to be over: what is left on the line is read as commands from here on. */
  readonly ends: () => void;
  /** Data mode is over; what the module makes of the escape sequence is not clear when that was not its answer. */
  readonly left: (hasAnswered: boolean) => void;
  /** Data mode is over, though nothing that was read says so. */
  readonly abandon: () => void;
}

const ESCAPE = Buffer.from('+++');
/** Silence after which the beginning of a line that could end data mode is data. */
const TAIL_QUIET_MS = 100;
/** Silence behind a line in doubt after which nothing will clear it by itself, and the longest wait for silence. */
const DOUBT_QUIET_MS = 300;
const LONGEST_DOUBT_MS = 1_000;
/** Carrier drops at once, while what was sent before is still on the line: at 9600 baud a full buffer takes so long. */
const LONGEST_ENDING_MS = 20_000;
/** No command waits or runs for so long: then none is about to come. */
const IDLE_QUIET_MS = 30;
/** Silence behind OK after which it is the last word. */
const ANSWER_QUIET_MS = 150;
/** Distance between two looks at carrier detect, where it is wired. */
const CARRIER_PERIOD_MS = 1_000;

export class DataPort implements DataWire {
  /** Takes the received data. */
  sink: ((bytes: Uint8Array) => void) | undefined;
  /** Told of each escape that had no answer: the module may have taken it for payload. */
  onMissed: (() => void) | undefined;
  readonly #host: DataHost;
  readonly #plus: PlusGuard;
  readonly #ahead: WriteAhead;
  readonly #idleWaiters = new Set<() => void>();
  #writing: Promise<void> = Promise.resolve();
  #receivedAtMs = Number.NEGATIVE_INFINITY;
  #escapedAtMs = 0;
  /** Until its time is over, the beginning of an answer may stand alone for a while. */
  #awaitsAnswer = false;
  #quietTimer: TimerHandle;
  #doubtedAtMs: number | undefined;
  #isReported = false;
  /** Carrier was seen in data mode: its line is wired. */
  #hasCarrier = false;
  #carrierTimer: TimerHandle;
  /** Carrier has dropped. */
  #isEnding = false;
  #wake: (() => void) | undefined;

  constructor(host: DataHost) {
    this.#host = host;
    this.#plus = new PlusGuard(host.timing.guardMs);
    this.#ahead = new WriteAhead(host.clock, host.line);
  }

  get isOn(): boolean {
    return this.#host.reader().isInDataMode;
  }

  // ---- for the channel

  /** CONNECT was read. */
  connected(): void {
    this.#receivedAtMs = this.#host.clock.now();
    this.#awaitsAnswer = false;
    this.#ahead.end(); // the command was no silence
    void this.readCarrier().then((carrier) => {
      this.#hasCarrier = carrier === true;
      if (this.#hasCarrier) this.#watchCarrier();
    });
    this.#host.tell({ type: 'rx.connected' });
  }

  /** Data was read. */
  take(bytes: Uint8Array): void {
    if (this.sink) this.sink(bytes);
    else this.#host.note('data of a connection that nobody has', bytes.length);
  }

  /** A chunk was read. */
  received(): void {
    const { clock } = this.#host;
    clock.clearTimeout(this.#quietTimer);
    this.#wake?.();
    if (!this.isOn) return;
    this.#receivedAtMs = clock.now();
    const isInDoubt = this.#host.reader().isDataModeInDoubt;
    if (!isInDoubt) this.#clear();
    else if (this.#doubtedAtMs === undefined) {
      this.#doubtedAtMs = clock.now();
      void this.#askCarrier();
    }
    const longestMs = this.#isEnding ? LONGEST_ENDING_MS : LONGEST_DOUBT_MS;
    const isLong = this.#doubtedAtMs !== undefined && clock.now() - this.#doubtedAtMs >= longestMs;
    if (isLong) this.#doubt();
    else this.#awaitQuiet(isInDoubt ? DOUBT_QUIET_MS : TAIL_QUIET_MS);
  }

  /** No command waits or runs. */
  idled(): void {
    for (const resolve of this.#idleWaiters) resolve();
  }

  /** Whatever was there is gone: the port was closed, or the module is starting. */
  forget(): void {
    this.#host.clock.clearTimeout(this.#quietTimer);
    this.#host.clock.clearTimeout(this.#carrierTimer);
    this.#doubtedAtMs = undefined;
    this.#isEnding = false;
    this.#isReported = false;
    this.#awaitsAnswer = false;
  }

  // ---- for the pump

  /** Writes payload as far as it can be written without being taken for an escape; returns the number of bytes. */
  async write(bytes: Uint8Array): Promise<number> {
    const { clock } = this.#host;
    const part = bytes.subarray(0, this.#plus.allowed(bytes, clock.now()));
    if (part.length === 0) return 0;
    this.#ahead.begin(part.length);
    this.#writing = this.#host.put(part);
    await this.#writing;
    this.#ahead.end();
    this.#plus.written(part, clock.now());
    return part.length;
  }

  /** Time that leaving data mode takes from now on, when the module answers in time; 0 in command mode. */
  get leavingMs(): number {
    const { guardMs, replyMs } = this.#host.timing;
    return this.isOn ? this.#restMs() + guardMs + replyMs : 0;
  }

  /** Time until a byte that `write` has held back may go out alone. */
  get heldMs(): number {
    return this.#plus.waitMs(this.#host.clock.now());
  }

  // ---- for the statechart

  async guard(signal: AbortSignal): Promise<void> {
    await this.#writing.catch(() => undefined); // a lost port is reported elsewhere
    for (let restMs = this.#restMs(); restMs > 0; restMs = this.#restMs()) {
      await delay(this.#host.clock, restMs, signal);
    }
  }

  async writeEscape(): Promise<void> {
    this.#startEscape('+++');
    this.#ahead.begin(ESCAPE.length);
    await this.#host.put(ESCAPE);
    this.#ahead.end();
    this.#escapedAtMs = this.#host.clock.now();
    this.#plus.written(ESCAPE, this.#escapedAtMs); // if it is missed, they are payload
  }

  async awaitAnswer(signal: AbortSignal): Promise<EscapeAnswer> {
    const answer = await this.#answer(this.#host.timing.guardMs, signal);
    if (!answer.hasEscaped) this.onMissed?.();
    return answer;
  }

  async dropDtr(signal: AbortSignal): Promise<EscapeAnswer> {
    const { lines, clock, reader } = this.#host;
    if (lines === undefined) return { hasEscaped: false, isInDoubt: reader().isDataModeInDoubt };
    this.#startEscape('(DTR dropped)');
    this.#escapedAtMs = clock.now();
    try {
      await lines.set({ dtr: false });
      return await this.#answer(0, signal);
    } finally {
      await lines.set({ dtr: true });
    }
  }

  readCarrier(): Promise<boolean | undefined> {
    const unknown = undefined;
    return this.#host.lines?.dcd().catch(() => unknown) ?? Promise.resolve(unknown);
  }

  settle(isEnd: boolean): void {
    const reader = this.#host.reader();
    if (!reader.isInDataMode) return;
    if (isEnd) this.#host.ends(); // before anybody hears what stands behind that, and answers
    reader.settleDataMode(isEnd);
    this.#clear();
    // Carrier has dropped without a word, or what was said about it was cleared by what came behind.
    if (isEnd && reader.isInDataMode) this.#host.abandon();
    if (!this.isOn) this.#host.left(false);
    else {
      this.#awaitQuiet(TAIL_QUIET_MS);
      if (this.#hasCarrier) this.#watchCarrier();
    }
  }

  /** Whoever has heard of the end of a command may want the next one: idle is what stays so for a moment. */
  async idle(signal: AbortSignal): Promise<void> {
    const { clock, isIdle } = this.#host;
    do {
      await this.#idled(signal);
      await delay(clock, IDLE_QUIET_MS, signal).catch(() => undefined);
    } while (!signal.aborted && !isIdle());
  }

  hasReceived(withinMs: number): boolean {
    return this.#host.clock.now() - this.#receivedAtMs < withinMs;
  }

  #startEscape(note: string): void {
    this.#host.reader().escapeStarted(true);
    this.#host.note(note);
    this.#awaitsAnswer = true;
  }

  #idled(signal: AbortSignal): Promise<void> {
    if (this.#host.isIdle()) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#idleWaiters.delete(settle);
        signal.removeEventListener('abort', settle);
        resolve();
      };
      this.#idleWaiters.add(settle);
      signal.addEventListener('abort', settle, { once: true });
    });
  }

  #restMs(): number {
    return this.#ahead.restMs(this.#host.timing.guardMs);
  }

  /** OK is the answer when the guard time is over and nothing but notices has come behind it. */
  async #answer(guardMs: number, signal: AbortSignal): Promise<EscapeAnswer> {
    const { clock, timing, reader, left } = this.#host;
    const earliestMs = this.#escapedAtMs + guardMs;
    const limitMs = earliestMs + timing.replyMs;
    for (;;) {
      const nowMs = clock.now();
      const silentMs = nowMs - Math.max(this.#receivedAtMs, this.#escapedAtMs);
      const isOver = nowMs >= earliestMs && silentMs >= ANSWER_QUIET_MS;
      if (isOver && reader().settleEscape()) {
        this.#awaitsAnswer = false;
        this.#clear();
        left(true);
        return { hasEscaped: true, isInDoubt: false };
      }
      if (nowMs >= limitMs) break;
      const nextMs = Math.max(earliestMs - nowMs, isOver ? limitMs - nowMs : ANSWER_QUIET_MS - silentMs);
      await this.#bytesWithin(Math.min(nextMs, limitMs - nowMs), signal);
    }
    this.#awaitsAnswer = false;
    reader().escapeStarted(false);
    this.#awaitQuiet(TAIL_QUIET_MS);
    return { hasEscaped: false, isInDoubt: reader().isDataModeInDoubt };
  }

  /** Resolves when bytes come in, or after `withinMs`. */
  #bytesWithin(withinMs: number, signal: AbortSignal): Promise<void> {
    const enough = new AbortController();
    const stop = (): void => enough.abort();
    signal.addEventListener('abort', stop, { once: true });
    this.#wake = stop;
    return delay(this.#host.clock, withinMs, enough.signal)
      .catch(() => undefined)
      .finally(() => {
        this.#wake = undefined;
        signal.removeEventListener('abort', stop);
        signal.throwIfAborted();
      });
  }

  #awaitQuiet(quietMs: number): void {
    const { clock } = this.#host;
    clock.clearTimeout(this.#quietTimer);
    this.#quietTimer = clock.setTimeout(() => this.#quiet(), quietMs);
  }

  /** Nothing has come for a while. */
  #quiet(): void {
    const reader = this.#host.reader();
    if (!reader.isInDataMode || this.#awaitsAnswer) return;
    reader.concludeData(); // the end of a line that was none may begin another one
    reader.giveUp();
    if (reader.isDataModeInDoubt) this.#doubt();
    else this.#clear();
  }

  /** A module that restarts in data mode may say nothing: payload would be commands to it from then on. */
  #watchCarrier(): void {
    const { clock } = this.#host;
    clock.clearTimeout(this.#carrierTimer);
    this.#carrierTimer = clock.setTimeout(async () => {
      if (!this.isOn) return;
      const carrier = await this.readCarrier();
      if (!this.isOn) return;
      if (carrier === false) this.#carrierDropped();
      else this.#watchCarrier();
    }, CARRIER_PERIOD_MS);
  }

  /** A carrier line that has dropped says it at once: what was on its way to the module is carried out as commands by now, and
   * answered, and such an answer behind the line in doubt would clear it. */
  async #askCarrier(): Promise<void> {
    if (!this.#hasCarrier) return;
    const carrier = await this.readCarrier();
    if (carrier === false && this.#doubtedAtMs !== undefined) this.#carrierDropped();
  }

  /** The end is certain; what the module sent before may still be on the line, and looks like it. */
  #carrierDropped(): void {
    if (!this.isOn) return;
    this.#isEnding = true;
    this.#doubtedAtMs ??= this.#host.clock.now();
    this.#host.reader().carrierDropped();
    this.#awaitQuiet(DOUBT_QUIET_MS);
  }

  #doubt(): void {
    if (this.#isReported) return;
    this.#isReported = true;
    this.#host.tell({ type: 'rx.doubted' });
  }

  #clear(): void {
    this.#doubtedAtMs = undefined;
    this.#isEnding = false;
    if (!this.#isReported) return;
    this.#isReported = false;
    this.#host.tell({ type: 'rx.cleared' });
  }
}
