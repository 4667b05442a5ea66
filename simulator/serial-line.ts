/** One direction of a UART: bytes go in at once and come out at the pace of the baud rate.
 *
 *    send ──▶ [queue] ──(10 bit times per byte, 8N1)──▶ deliver
 *
 * What is due is computed from the clock, so that coarse timers and scaled clocks still reach the nominal rate.
 */
import type { Clock, TimerHandle } from '../streams/clock.ts';
import { ByteQueue } from './bytes.ts';

/** Bits on the line per byte: start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;
/** Longest stretch of time delivered in one chunk, as a driver's latency timer would do it. */
const SLICE_MS = 4;
/** Absorbs the rounding of sums of byte times, in bytes. */
const ROUNDING = 1e-6;
/** Late times are coarser: what two sums of them can be off, as a share of the time. */
const CLOCK_ROUNDING = 4 * Number.EPSILON;

interface Waiter {
  readonly limitBytes: number;
  readonly proceed: () => void;
}

/** A paced byte pipe; see the head of the file. */
export class SerialLine {
  readonly #clock: Clock;
  readonly #byteMs: number;
  readonly #deliver: (bytes: Uint8Array) => number | void;
  readonly #queue = new ByteQueue();
  #waiters: Waiter[] = [];
  #timer: TimerHandle;
  #scheduled = false;
  #held = false;
  #isClear = true;
  #gapMs: number | undefined;
  /** The burst under way: when it began, and how much of it has been delivered. */
  #burstStartMs = 0;
  #burstBytes = 0;
  #generation = 0;

  /** @param baud `undefined` for a line without pacing: bytes come out as soon as the caller has returned.
   * @param deliver takes bytes; may say how many: if not all, the others wait on the line until `release()`. */
  constructor(clock: Clock, baud: number | undefined, deliver: (bytes: Uint8Array) => number | void) {
    this.#clock = clock;
    this.#byteMs = baud === undefined ? 0 : (BITS_PER_BYTE * 1000) / baud;
    this.#deliver = deliver;
  }

  /** Bytes that were sent and not yet delivered. */
  get pendingBytes(): number {
    return this.#queue.lengthBytes;
  }

  /** Queues bytes for delivery; never delivers before it returns. */
  send(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#queue.lengthBytes === 0) this.#beginBurst();
    this.#queue.push(bytes);
    this.#schedule();
  }

  /** Calls `proceed` as soon as no more than `limitBytes` are pending: at once if that is so already. */
  whenBelow(limitBytes: number, proceed: () => void): void {
    if (this.#queue.lengthBytes <= limitBytes) proceed();
    else this.#waiters.push({ limitBytes, proceed });
  }

  /** Stops delivery; what is sent meanwhile waits. */
  hold(): void {
    this.#held = true;
    this.#cancel();
  }

  /** Goes on after `hold()`. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#beginBurst();
    this.#schedule();
  }

  /** Clear to send: false while the other end takes nothing. Outlives `clear()`, because it is not the sender's to say. */
  setClearToSend(isClear: boolean): void {
    if (this.#isClear === isClear) return;
    this.#isClear = isClear;
    if (isClear) {
      this.#beginBurst();
      this.#schedule();
    } else this.#cancel();
  }

  /** Delivers byte by byte, `gapMs` apart; `undefined` returns to the normal pace. */
  dribble(gapMs: number | undefined): void {
    this.#gapMs = gapMs;
    this.#cancel();
    this.#beginBurst();
    this.#schedule();
  }

  /** Forgets what is pending, returns to the normal pace, and lets everybody who waits go on. */
  clear(): void {
    this.#cancel();
    this.#queue.clear();
    this.#held = false;
    this.#gapMs = undefined;
    this.#wakeWaiters();
  }

  #beginBurst(): void {
    this.#burstStartMs = this.#clock.now();
    this.#burstBytes = 0;
  }

  #cancel(): void {
    this.#generation += 1;
    this.#scheduled = false;
    this.#clock.clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#scheduled || this.#held || !this.#isClear || this.#queue.lengthBytes === 0) return;
    this.#scheduled = true;
    const generation = this.#generation;
    const run = (): void => {
      if (generation === this.#generation) this.#run();
    };
    const paceMs = this.#gapMs ?? this.#byteMs;
    if (paceMs === 0) queueMicrotask(run);
    else this.#timer = this.#clock.setTimeout(run, this.#nextDelayMs(paceMs));
  }

  /** Time until the next chunk is complete: a slice, or the rest of the queue when that is shorter. */
  #nextDelayMs(paceMs: number): number {
    const sliceBytes = this.#gapMs === undefined ? Math.max(1, Math.floor(SLICE_MS / paceMs)) : 1;
    const bytes = this.#burstBytes + Math.min(sliceBytes, this.#queue.lengthBytes);
    return this.#burstStartMs + bytes * paceMs - this.#clock.now();
  }

  #run(): void {
    this.#scheduled = false;
    const bytes = this.#queue.take(this.#dueBytes());
    this.#burstBytes += bytes.length;
    const generation = this.#generation;
    const used = (bytes.length > 0 ? this.#deliver(bytes) : 0) ?? bytes.length;
    // Not if the line was cleared meanwhile: then the rest is gone too.
    if (used < bytes.length && generation === this.#generation) {
      this.#queue.unshift(bytes.subarray(used));
      this.hold();
    }
    this.#wakeWaiters();
    this.#schedule();
  }

  #dueBytes(): number {
    const paceMs = this.#gapMs ?? this.#byteMs;
    if (paceMs === 0) return this.#queue.lengthBytes;
    const nowMs = this.#clock.now();
    const slackMs = ROUNDING * paceMs + Math.abs(nowMs) * CLOCK_ROUNDING;
    const due = Math.floor((nowMs - this.#burstStartMs + slackMs) / paceMs) - this.#burstBytes;
    // A late timer must not glue dribbled bytes together: there the gap is the point.
    return this.#gapMs === undefined ? Math.max(0, due) : Math.min(1, Math.max(0, due));
  }

  #wakeWaiters(): void {
    const ready = this.#waiters.filter((waiter) => this.#queue.lengthBytes <= waiter.limitBytes);
    if (ready.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const waiter of ready) waiter.proceed();
  }
}
