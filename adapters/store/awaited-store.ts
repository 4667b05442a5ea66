import type { JsonValue, Store } from './store.ts';

/** A store whose work can be waited for: what was begun has ended when the modem has stopped. */
export class AwaitedStore implements Store {
  readonly #store: Store;
  readonly #work = new Set<Promise<unknown>>();

  constructor(store: Store) {
    this.#store = store;
  }

  read(key: string): Promise<unknown | undefined> {
    return this.#noted(this.#store.read(key));
  }

  write(key: string, value: JsonValue): Promise<void> {
    return this.#noted(this.#store.write(key, value));
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#work);
  }

  #noted<T>(work: Promise<T>): Promise<T> {
    const ended = work.then(ignore, ignore).finally(() => this.#work.delete(ended));
    this.#work.add(ended);
    return work;
  }
}

function ignore(): void {
  // Whoever began it hears how it ended.
}
