/** One direction of the way between the two ends of a connection: what goes on it later arrives later.
 *
 *    carry ──(latency of this moment)──▶ arrival, never before what went before
 */
import type { Clock } from '../streams/clock.ts';
import { Timers } from './timers.ts';

/** See the head of the file. */
export class MemoryWire {
  readonly #clock: Clock;
  readonly #latencyMs: () => number;
  readonly #timers: Timers;
  readonly #onTheWay: (() => void)[] = [];
  #lastDueMs = Number.NEGATIVE_INFINITY;

  /** @param latencyMs asked anew for whatever is carried. */
  constructor(clock: Clock, latencyMs: () => number) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.#timers = new Timers(clock);
  }

  /** Calls `arrival` when what leaves now has arrived. */
  carry(arrival: () => void): void {
    const nowMs = this.#clock.now();
    const latencyMs = this.#latencyMs();
    const isOvertaken = nowMs + latencyMs < this.#lastDueMs;
    const delayMs = isOvertaken ? this.#lastDueMs - nowMs : latencyMs;
    if (!isOvertaken) this.#lastDueMs = nowMs + latencyMs;
    this.#onTheWay.push(arrival);
    // Two timers of a real clock may change places; what they stand for does not.
    this.#timers.after(delayMs, () => this.#onTheWay.shift()?.());
  }

  /** Forgets what is on the way. */
  clear(): void {
    this.#timers.clear();
    this.#onTheWay.length = 0;
  }
}
