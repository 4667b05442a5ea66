import type { Clock, TimerHandle } from '../../streams/clock.ts';

/** Tells when nothing has moved for a while. Costs nothing while nobody waits for that. */
export class QuietTimer {
  readonly #clock: Clock;
  #restart: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something has moved. */
  touch(): void {
    this.#restart?.();
  }

  /** Resolves when nothing has moved for `quietMs`, counted from the call; one may wait at a time. Rejects, and leaves no timer, when
   * aborted. */
  wait(quietMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: TimerHandle;
      const end = (): void => {
        this.#clock.clearTimeout(timer);
        this.#restart = undefined;
        signal.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        end();
        reject(signal.reason);
      };
      const restart = (): void => {
        this.#clock.clearTimeout(timer);
        timer = this.#clock.setTimeout(() => {
          end();
          resolve();
        }, quietMs);
      };
      this.#restart = restart;
      signal.addEventListener('abort', abort, { once: true });
      restart();
    });
  }
}
