import { type Clock, type TimerHandle, uptimeOf } from '../../streams/clock.ts';

/** Tells when nothing has come for a while. Chunks are many and timers cost something: one is kept until it fires, and then set
 * anew for the time that is missing. */
export class Silence {
  readonly #clock: Clock;
  readonly #quietMs: number;
  readonly #onSilence: () => void;
  #timer: TimerHandle | undefined;
  #heardAtMs = 0;

  constructor(clock: Clock, quietMs: number, onSilence: () => void) {
    this.#clock = clock;
    this.#quietMs = quietMs;
    this.#onSilence = onSilence;
  }

  /** Something came, and more has to. */
  heard(): void {
    this.#heardAtMs = uptimeOf(this.#clock);
    if (this.#timer === undefined) this.#wait(this.#quietMs);
  }

  /** Nothing is waited for. */
  stop(): void {
    if (this.#timer === undefined) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(restMs: number): void {
    this.#timer = this.#clock.setTimeout(() => this.#look(), restMs);
  }

  #look(): void {
    this.#timer = undefined;
    const restMs = this.#heardAtMs + this.#quietMs - uptimeOf(this.#clock);
    if (restMs > 0) this.#wait(restMs);
    else this.#onSilence();
  }
}
