import type { JsonValue, Store } from './store.ts';

/** A store whose writes can be waited for: what was begun is durable, or has failed, when the modem has stopped. */
export class AwaitedStore implements Store {
  readonly #store: Store;
  readonly #writes = new Set<Promise<unknown>>();

  constructor(store: Store) {
    this.#store = store;
  }

  read(key: string): Promise<unknown | undefined> {
    return this.#store.read(key);
  }

  write(key: string, value: JsonValue): Promise<void> {
    const writing = this.#store.write(key, value);
    const ended = writing.then(ignore, ignore).finally(() => this.#writes.delete(ended));
    this.#writes.add(ended);
    return writing;
  }

  /** Resolves when no write is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#writes);
  }
}

function ignore(): void {
  // Whoever began the write hears how it ended.
}
