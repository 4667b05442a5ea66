/** Those who wait until the peer has the first so many bytes of a stream. */
interface Waiter {
  readonly targetBytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Acknowledgements {
  readonly #waiters = new Set<Waiter>();
  /** Bytes that the peer is known to have. */
  bytes = 0;

  get isAwaited(): boolean {
    return this.#waiters.size > 0;
  }

  /** Somebody waits for no more than these bytes. */
  isAwaitedWithin(lengthBytes: number): boolean {
    return [...this.#waiters].some(({ targetBytes }) => targetBytes <= lengthBytes);
  }

  await(targetBytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.add({ targetBytes, resolve, reject });
    });
  }

  /** The counters said so; they never go back. */
  reach(acknowledgedBytes: number): void {
    this.bytes = Math.max(this.bytes, acknowledgedBytes);
    for (const waiter of this.#waiters) {
      if (waiter.targetBytes > this.bytes) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  fail(reason: Error): void {
    for (const { reject } of this.#waiters) reject(reason);
    this.#waiters.clear();
  }
}
