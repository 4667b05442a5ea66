/** How long the network in memory takes from one side to the other, now. */
import type { Clock } from '../streams/clock.ts';
import type { Slowdown } from './network.ts';

/** Who sends: the module, or whoever is at the other end. */
export type Sender = 'module' | 'peer';

/** A latency in milliseconds, or what tells it for a time of the clock. */
export type Latency = number | ((atMs: number, from: Sender) => number);

/** A latency that can change, and slow downs on top of it: first all factors, then all that is added. */
export class ChangingLatency {
  readonly #clock: Clock;
  readonly #slowdowns = new Set<Slowdown>();
  #base: Latency;

  constructor(clock: Clock, base: Latency) {
    this.#clock = clock;
    this.#base = base;
  }

  /** What holds now. */
  get ms(): number {
    return this.msFrom('module');
  }

  /** What holds now for what is sent by one side. */
  msFrom(sender: Sender): number {
    let ms = typeof this.#base === 'number' ? this.#base : this.#base(this.#clock.now(), sender);
    for (const { times = 1 } of this.#slowdowns) ms *= times;
    for (const { plusMs = 0 } of this.#slowdowns) ms += plusMs;
    return ms;
  }

  /** Replaces the latency; slow downs stay. */
  set(base: Latency): void {
    this.#base = base;
  }

  /** Begins a slow down; returns what ends it. */
  slowDown(slowdown: Slowdown): () => void {
    const own = { ...slowdown };
    this.#slowdowns.add(own);
    return () => void this.#slowdowns.delete(own);
  }
}
