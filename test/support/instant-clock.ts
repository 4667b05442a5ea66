import type { Clock } from '../../streams/clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly task: () => void;
}

const MOST_TIMERS = 100_000;

/** A clock for code that only needs timers to fire in order: `run` fires all of them without waiting for promises. */
export class InstantClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#nowMs;
  }

  setTimeout(task: () => void, delayMs: number): unknown {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), task };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as Timer);
  }

  /** Fires timer after timer for `forMs`. */
  run(forMs: number): void {
    const untilMs = this.#nowMs + forMs;
    for (let fired = 0; ; fired++) {
      if (fired > MOST_TIMERS) throw new RangeError(`more than ${MOST_TIMERS} timers within ${forMs} ms`);
      let next: Timer | undefined;
      for (const timer of this.#timers) if (next === undefined || timer.dueMs < next.dueMs) next = timer;
      if (next === undefined || next.dueMs > untilMs) break;
      this.#timers.delete(next);
      this.#nowMs = next.dueMs;
      next.task();
    }
    this.#nowMs = untilMs;
  }
}
