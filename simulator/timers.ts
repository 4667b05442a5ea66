import type { Clock, TimerHandle } from '../streams/clock.ts';

/** The timers of one owner on a clock: when the owner ends, none of them fires any more. */
export class Timers {
  readonly #clock: Clock;
  readonly #handles = new Set<TimerHandle>();
  #ended = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `task` once after `delayMs`, unless cancelled. Returns what cancels it. */
  after(delayMs: number, task: () => void): () => void {
    if (this.#ended) return () => {};
    const handle = this.#clock.setTimeout(() => {
      this.#handles.delete(handle);
      task();
    }, delayMs);
    this.#handles.add(handle);
    return () => {
      this.#handles.delete(handle);
      this.#clock.clearTimeout(handle);
    };
  }

  /** Cancels every timer. */
  clear(): void {
    for (const handle of this.#handles) this.#clock.clearTimeout(handle);
    this.#handles.clear();
  }

  /** Cancels every timer, and sets no more. */
  end(): void {
    this.#ended = true;
    this.clear();
  }
}
