/** The network between module and server: a network in memory whose latency goes by the calendar, and that knows what has left. */
import { type Latency, type MemoryNetwork, memoryNetwork } from '../simulator/index.ts';
import type { CalendarClock } from './calendar-clock.ts';

export class ModelledAir {
  readonly network: MemoryNetwork;
  #base: Latency;
  #sent: number[] = [];

  /** @param latencyMs one way, until another one is set. */
  constructor(clock: CalendarClock, latencyMs: number) {
    this.#base = latencyMs;
    this.network = memoryNetwork(clock, {
      latencyMs: () => {
        this.#sent.push(clock.now());
        return this.#baseMs(clock.uptime());
      },
    });
  }

  /** Replaces the latency. A function of time is one of the calendar. */
  setLatency(latency: Latency): void {
    this.#base = latency;
  }

  /** Latency of a packet that leaves at that time of the calendar, if it is as slow as now. */
  latencyMs(atMs: number): number {
    return this.network.slowed(this.#baseMs(atMs));
  }

  /** Times of the clock at which packets have left since this was asked last. */
  takeSent(): readonly number[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  #baseMs(atMs: number): number {
    return typeof this.#base === 'number' ? this.#base : this.#base(atMs);
  }
}
