interface Batch {
  remainingBytes: number;
  readonly lengthBytes: number;
  readonly accepted: () => void;
}

/** Bytes on their way from the application to the module: kept until the module has certainly taken them.
 *
 * Small writes are joined into full sends; a byte leaves the window only when it was accepted, so that exactly
 * the unaccepted rest can be sent again (invariant 6).
 */
export class SendWindow {
  /** Slices not yet accepted, oldest first. */
  readonly #slices: Uint8Array[] = [];
  readonly #batches: Batch[] = [];
  /** Called when bytes were added. */
  onGrowth: (() => void) | undefined;
  #pendingBytes = 0;
  #acceptedBytes = 0;
  #completedBytes = 0;

  /** Bytes that wait for the module. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Bytes that the module has taken since the connection was opened. */
  get acceptedBytes(): number {
    return this.#acceptedBytes;
  }

  /** Bytes of the writes that were taken as a whole. */
  get completedBytes(): number {
    return this.#completedBytes;
  }

  /** Adds one write; `accepted` is called once when the module has taken all of it. */
  push(chunks: readonly Uint8Array[], accepted: () => void): void {
    const slices = chunks.filter((chunk) => chunk.length > 0);
    const lengthBytes = slices.reduce((sum, slice) => sum + slice.length, 0);
    if (lengthBytes === 0) {
      accepted();
      return;
    }
    this.#slices.push(...slices);
    this.#pendingBytes += lengthBytes;
    this.#batches.push({ remainingBytes: lengthBytes, lengthBytes, accepted });
    this.onGrowth?.();
  }

  /** The oldest bytes, up to `mostBytes`, as slices. They stay in the window. */
  peek(mostBytes: number): Uint8Array[] {
    const result: Uint8Array[] = [];
    let room = mostBytes;
    for (const slice of this.#slices) {
      if (room <= 0) break;
      result.push(slice.length <= room ? slice : slice.subarray(0, room));
      room -= slice.length;
    }
    return result;
  }

  /** Notes that the module has taken the oldest `lengthBytes`. */
  accept(lengthBytes: number): void {
    this.#acceptedBytes += lengthBytes;
    this.#pendingBytes -= lengthBytes;
    this.#dropSlices(lengthBytes);
    this.#completeBatches(lengthBytes);
  }

  /** Forgets everything that waits. */
  clear(): void {
    this.#slices.length = 0;
    this.#batches.length = 0;
    this.#pendingBytes = 0;
  }

  #dropSlices(lengthBytes: number): void {
    let rest = lengthBytes;
    while (rest > 0) {
      const first = this.#slices[0];
      if (first === undefined) return;
      if (first.length > rest) {
        this.#slices[0] = first.subarray(rest);
        return;
      }
      rest -= first.length;
      this.#slices.shift();
    }
  }

  #completeBatches(lengthBytes: number): void {
    let rest = lengthBytes;
    while (rest > 0) {
      const first = this.#batches[0];
      if (first === undefined) return;
      const taken = Math.min(first.remainingBytes, rest);
      first.remainingBytes -= taken;
      rest -= taken;
      if (first.remainingBytes > 0) return;
      this.#batches.shift();
      this.#completedBytes += first.lengthBytes;
      first.accepted();
    }
  }
}
