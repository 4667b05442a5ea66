import { ModemError } from '../../errors.ts';

/** One at a time, in the order of asking. */
export class Turns {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  /** @param limit most that may wait; one more is refused with `QUEUE_FULL`. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves when it is the caller's turn, which lasts until `pass()`. Rejects with the reason of the signal. */
  async take(doing: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#isTaken) {
      this.#isTaken = true;
      return;
    }
    if (this.#waiting.length >= this.#limit) {
      throw new ModemError('QUEUE_FULL', `${doing}: ${this.#limit} of this kind wait already: slow down`);
    }
    await new Promise<void>((resolve, reject) => {
      const begin = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(signal.reason);
      };
      this.#waiting.push(begin);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** The turn is over: the next one's begins. */
  pass(): void {
    const begin = this.#waiting.shift();
    if (begin) begin();
    else this.#isTaken = false;
  }
}
