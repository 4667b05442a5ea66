/** What is known of a module that owes an answer, and how the wire gets in step with it again.
 *
 *    given up ──▶ leave() ──▶ synchronise(): its result, or the end of a payload, or of an open send ──▶ probes
 *
 * A module that waits for payload takes whatever is written for it and sends it to the peer. So nothing is written
 * while that can be: see D-006 in docs/DECISIONS.md.
 */
import type { ErrorCode } from '../../errors.ts';
import { type Clock, delay } from '../../streams/clock.ts';
import type { Command } from '../dialects/dialect.ts';
import { eitherSignal } from './either-signal.ts';
import { ESCAPE, type ProbeResult, type ProbeTiming, resynchronise, SPARE_MS } from './resynchronise.ts';

/** The channel, as the probe needs it. */
export interface ProbeHost {
  readonly clock: Clock;
  /** Silence after which a module that waits for payload gives the send up. */
  readonly sendInputTimeoutMs: number;
  /** Writes and traces; never rejects, because a lost port is reported elsewhere. */
  readonly write: (bytes: Uint8Array, shown: string) => Promise<void>;
  readonly isInPayload: () => boolean;
  readonly giveUpPayload: () => void;
  /** CONNECT was read: what is written is the payload of a connection, until an escape is answered. */
  readonly isInData: () => boolean;
}

/** A send that was written, never prompted, and may still be carried out. */
interface OpenSend {
  readonly payload: Uint8Array;
  /** After this it is believed to be forgotten. */
  readonly untilMs: number;
}

const MOST_OPEN_MS = 600_000;
/** More results than a module can owe; what comes after is not kept (invariant 4). */
const MOST_FINALS = 512;
/** A given-up command has this long to end before the wire is probed all the same. */
const MOST_ORPHAN_MS = 20_000;
/** A slow line may be slower still the next time; but what takes longer than this is no line. */
const SLOWER = 1.5;
const LONGEST_REPLY_MS = 10_000;
/** A full payload at 9600 baud, twice. */
const LONGEST_FILL_MS = 3_000;
/** Five escapes and a drop of DTR, behind bytes that the line had still to carry. */
const MOST_DATA_MS = 30_000;
/** After these nothing runs in the module any more. */
export const GONE: ReadonlySet<ErrorCode> = new Set(['PORT_LOST', 'MODULE_REBOOTED']);

export class WireProbe {
  readonly #host: ProbeHost;
  /** Ends the synchronisation at work; a later one takes over. */
  #current: AbortController | undefined;
  #finals: string[] = [];
  #lastByteAtMs = 0;
  #orphanUntilMs = 0;
  /** A line was written at that time, and nothing has come for it yet. */
  #unansweredSinceMs = Number.NEGATIVE_INFINITY;
  #openSend: OpenSend | undefined;
  /** When the probes were written whose answers may still come, oldest first. */
  #unanswered: number[] = [];
  /** How long the last answer took of which it is known which probe it was for. */
  #roundTripMs = 0;
  #wake: (() => void) | undefined;

  constructor(host: ProbeHost) {
    this.#host = host;
  }

  /** True while nothing else may be written. */
  get isActive(): boolean {
    return this.#current !== undefined;
  }

  /** Clock time at which the module last said something. */
  get lastByteAtMs(): number {
    return this.#lastByteAtMs;
  }

  /** Tells whether the line repeats a probe: nothing else of a module ends so, whatever stood on the line before. */
  isEchoedBy(line: string): boolean {
    return this.isActive && /AT$/.test(line);
  }

  /** Bytes are coming in. */
  noteBytes(cameAtMs: number): void {
    this.#lastByteAtMs = cameAtMs;
  }

  /** Bytes have come in and were read. */
  wake(): void {
    this.#wake?.();
  }

  /** A final result that belongs to no command of the channel. */
  noteFinal(result: string): void {
    const writtenAtMs = this.#unanswered.shift();
    if (writtenAtMs !== undefined && this.#unanswered.length === 0)
      this.#roundTripMs = this.#host.clock.now() - writtenAtMs;
    this.#unansweredSinceMs = Number.NEGATIVE_INFINITY;
    if (this.isActive && this.#finals.length < MOST_FINALS) this.#finals.push(result);
  }

  /** A prompt for no command of the channel: the open send is being carried out after all. */
  notePrompt(): void {
    this.#completeOpenSend();
  }

  /** The module starts anew, or another one is there: it owes nothing. */
  forget(): void {
    this.#openSend = undefined;
    this.#unanswered = [];
    this.#roundTripMs = 0; // of a module that hung, perhaps
  }

  /** A command that was written at that time is given up for `code` before its result came. */
  leaveCommand(command: Command, code: ErrorCode, writtenAtMs: number): void {
    // It may have been read after the start that voids it.
    if (code === 'MODULE_REBOOTED') this.#unansweredSinceMs = Math.max(this.#unansweredSinceMs, writtenAtMs);
    const { clock, sendInputTimeoutMs } = this.#host;
    const lostMs = command.prompts === true && code === 'PORT_LOST' ? sendInputTimeoutMs + SPARE_MS : 0;
    this.#orphanUntilMs = clock.now() + (GONE.has(code) ? lostMs : MOST_ORPHAN_MS);
  }

  /** A send was written and never prompted: a module that only slept will take the next bytes for its payload.
   * So these must be the payload itself, unless they could do harm as a command to a module that lost the send. */
  leaveOpenSend(payload: Uint8Array): void {
    this.#openSend = { payload, untilMs: this.#host.clock.now() + MOST_OPEN_MS };
    if (!hasCommandInside(Buffer.from(payload).toString('latin1'))) this.#completeOpenSend();
  }

  /** Writes so many line ends that a module which waits for the rest of a payload has it. Rejects only when aborted. */
  fillInput(lengthBytes: number, signal: AbortSignal): Promise<void> {
    return this.#writeWithin(Buffer.alloc(lengthBytes, '\r'), '(line ends)', LONGEST_FILL_MS, signal);
  }

  /** Gets the wire in step. Rejects only when aborted, or when another one takes over. */
  async synchronise(timing: ProbeTiming, caller: AbortSignal): Promise<ProbeResult> {
    const current = new AbortController();
    this.#current?.abort();
    this.#current = current;
    const [signal, release] = eitherSignal(caller, current.signal);
    this.#finals = [];
    try {
      this.#orphanUntilMs = Math.max(this.#orphanUntilMs, this.#unansweredSinceMs + this.#replyMs(timing));
      await this.#orphanEnded(signal);
      if (this.#host.isInPayload()) await this.#quiet(timing.quietMs, signal); // the rest of it is no text
      this.#host.giveUpPayload();
      if (await this.#isWaitingForPrompt(timing, signal)) {
        return { isSynchronised: false, hasAnswered: false, swallowed: [] };
      }
      const wire = {
        write: async (text: string) => {
          const wasInData = await this.#dataEnded(signal);
          signal.throwIfAborted();
          if (wasInData && text === ESCAPE) return;
          if (text !== ESCAPE) this.#probes();
          return this.#writeWithin(Buffer.from(text, 'latin1'), text.trim(), timing.replyMs, signal);
        },
        takeFinals: () => this.#finals.splice(0),
        lastByteAtMs: () => this.#lastByteAtMs,
        bytesWithin: (withinMs: number, abort: AbortSignal) => this.#bytesWithin(withinMs, abort),
        unanswered: () => this.#unanswered.length,
        forgetUnanswered: () => {
          this.#unanswered = [];
        },
        replyMs: () => this.#replyMs(timing),
      };
      return await resynchronise(wire, this.#host.clock, timing, signal);
    } finally {
      release();
      if (this.#current === current) this.#current = undefined;
    }
  }

  #probes(): void {
    this.#unansweredSinceMs = this.#host.clock.now();
    this.#unanswered.push(this.#unansweredSinceMs);
    if (this.#unanswered.length > MOST_FINALS) this.#unanswered.shift();
  }

  #replyMs({ replyMs }: ProbeTiming): number {
    return Math.max(replyMs, Math.min(LONGEST_REPLY_MS, Math.ceil(SLOWER * this.#roundTripMs)));
  }

  /** A late CONNECT: data mode is left by its own statechart (invariant 8). Tells whether there was something to wait for. */
  async #dataEnded(signal: AbortSignal): Promise<boolean> {
    const { clock, isInData } = this.#host;
    if (!isInData()) return false;
    const untilMs = clock.now() + MOST_DATA_MS;
    while (isInData() && clock.now() < untilMs) await this.#bytesWithin(untilMs - clock.now(), signal);
    return true;
  }

  /** A line that is held takes nothing, perhaps for ever: no wait of a probe may hang on that. */
  async #writeWithin(bytes: Uint8Array, shown: string, limitMs: number, signal: AbortSignal): Promise<void> {
    const enough = new AbortController();
    const [either, release] = eitherSignal(signal, enough.signal);
    const late = delay(this.#host.clock, limitMs, either).catch(() => undefined);
    await Promise.race([this.#host.write(bytes, shown), late]);
    enough.abort();
    release();
    signal.throwIfAborted();
  }

  #completeOpenSend(): void {
    const open = this.#openSend;
    this.#openSend = undefined;
    if (open) void this.#host.write(open.payload, '(payload of an unanswered send)');
  }

  /** A command that nobody waits for any more still runs in the module: its result comes first. */
  async #orphanEnded(signal: AbortSignal): Promise<void> {
    const { clock } = this.#host;
    while (this.#finals.length === 0 && clock.now() < this.#orphanUntilMs) {
      await this.#bytesWithin(this.#orphanUntilMs - clock.now(), signal);
    }
    this.#orphanUntilMs = 0;
    this.#unansweredSinceMs = Number.NEGATIVE_INFINITY;
  }

  /** While a send is open nothing may be written: listens for a sign of life instead. True when there is none. */
  async #isWaitingForPrompt(timing: ProbeTiming, signal: AbortSignal): Promise<boolean> {
    const open = this.#openSend;
    if (open === undefined) return false;
    const heardAtMs = this.#lastByteAtMs;
    await this.#bytesWithin(timing.tries * timing.replyMs, signal);
    const isSilent = this.#lastByteAtMs === heardAtMs;
    if (isSilent && this.#host.clock.now() < open.untilMs) return true;
    await this.#quiet(timing.quietMs, signal); // a prompt among it has taken the payload by then
    this.#openSend = undefined;
    return false;
  }

  /** Waits until nothing has come in for so long. */
  async #quiet(quietMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#host;
    const sinceMs = clock.now();
    for (;;) {
      const restMs = quietMs - (clock.now() - Math.max(sinceMs, this.#lastByteAtMs));
      if (restMs <= 0) return;
      await this.#bytesWithin(restMs, signal);
    }
  }

  /** Resolves when bytes come in, or after `withinMs`. */
  #bytesWithin(withinMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#host;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const settle = (done: () => void): void => {
        clock.clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#wake = undefined;
        done();
      };
      const abort = (): void => settle(() => reject(signal.reason));
      // Whole milliseconds: a rest that is too small for the clock to advance would be waited for again and again.
      const timer = clock.setTimeout(() => settle(resolve), Math.ceil(withinMs));
      this.#wake = () => settle(resolve);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}

/** Bytes that a module without an open send would read as a command of ours. */
function hasCommandInside(payload: string): boolean {
  const start = payload.search(/AT/i);
  return start >= 0 && payload.includes('\r', start);
}
