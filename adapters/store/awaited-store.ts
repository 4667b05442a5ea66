import { isModemError, ModemError } from '../../errors.ts';
import type { Clock } from '../../streams/clock.ts';
import { endingWithin } from '../ending-within.ts';
import { messageOf } from '../foreign-error.ts';
import type { JsonValue, Store } from './store.ts';

/** A disk that takes longer is as good as none: nothing may wait for it for ever. */
const LONGEST_MS = 20_000;

/** The store of the options, as the modem uses it: whatever becomes of a call, it ends, with a coded error where it fails; and what
 * was begun has ended when the modem has stopped.
 */
export class AwaitedStore implements Store {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #work = new Set<Promise<unknown>>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  read(key: string): Promise<unknown | undefined> {
    return this.#noted(this.#within(`read "${key}"`, async () => this.#store.read(key)));
  }

  write(key: string, value: JsonValue): Promise<void> {
    return this.#noted(this.#within(`write "${key}"`, async () => this.#store.write(key, value)));
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#work);
  }

  async #within<T>(what: string, work: () => Promise<T>): Promise<T> {
    const late = (): Error => failure(what, `it did not end within ${LONGEST_MS} ms`);
    try {
      return await endingWithin(this.#clock, LONGEST_MS, work, late);
    } catch (error) {
      throw isModemError(error) ? error : failure(what, messageOf(error), error);
    }
  }

  #noted<T>(work: Promise<T>): Promise<T> {
    const ended = work.then(ignore, ignore).finally(() => this.#work.delete(ended));
    this.#work.add(ended);
    return work;
  }
}

function failure(what: string, why: string, cause?: unknown): ModemError {
  const text = `the store of the options failed to ${what}: ${why}; check the disk or the database behind it`;
  return new ModemError('STORE_FAILED', text, {}, cause);
}

function ignore(): void {
  // Whoever began it hears how it ended.
}
