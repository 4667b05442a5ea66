import type { PlainEntry } from '../trace/trace-entry.ts';

/** The last lines of a trace: the oldest goes when there is no room for another one (invariant 4). */
export class RecentTrace {
  readonly #limit: number;
  readonly #ring: PlainEntry[] = [];
  #next = 0;

  /** @param limit most entries that are kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(entry: PlainEntry): void {
    if (this.#limit === 0) return;
    this.#ring[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#limit;
  }

  /** Oldest first. */
  get entries(): readonly PlainEntry[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }
}
