import type { Readable, Writable } from 'node:stream';

/** Bytes that the peer's TCP has not acknowledged may be asked for again: beyond this, acknowledgements first. */
const MOST_UNACKNOWLEDGED_BYTES = 256 * 1024;

/** Standard input that can be sent again from the first byte that was not acknowledged. */
export class ResendBuffer {
  readonly #input: Readable;
  /** Chunks not acknowledged, oldest first; `#cursor` of them were handed out on this connection. */
  #chunks: Buffer[] = [];
  #cursor = 0;
  #acknowledgedBytes = 0;
  #baseBytes = 0;
  #readBytes = 0;
  #hasEnded = false;
  #wake: (() => void) | undefined;

  constructor(input: Readable) {
    this.#input = input;
    input.on('end', () => this.#finish());
    input.on('close', () => this.#finish());
    input.on('error', () => this.#finish());
    input.on('readable', () => this.#wake?.());
  }

  /** Bytes read from the input so far. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /** Bytes that peers have acknowledged, over all connections. */
  get acknowledgedBytes(): number {
    return this.#acknowledgedBytes;
  }

  /** True when so much is unacknowledged that acknowledgements must come first. */
  get mustWait(): boolean {
    return this.#readBytes - this.#acknowledgedBytes > MOST_UNACKNOWLEDGED_BYTES;
  }

  /** Everything that was read has been handed out, and the input is over. */
  get isAtEnd(): boolean {
    return this.#hasEnded && this.#cursor === this.#chunks.length;
  }

  /** The input is over and every byte of it is acknowledged. */
  get isDone(): boolean {
    return this.#hasEnded && this.#acknowledgedBytes === this.#readBytes;
  }

  /** A new connection begins: what it acknowledges counts from here. */
  begin(): void {
    this.#baseBytes = this.#acknowledgedBytes;
  }

  /** Starts over at the first byte that was not acknowledged. */
  rewind(): void {
    this.#cursor = 0;
  }

  /** The next chunk, `undefined` at the end of the input or of the connection. */
  async next(connection: Writable): Promise<Buffer | undefined> {
    for (;;) {
      const again = this.#chunks[this.#cursor];
      if (again !== undefined) {
        this.#cursor++;
        return again;
      }
      if (this.#hasEnded || connection.destroyed || connection.writableEnded) return undefined;
      const chunk: Buffer | null = this.#input.read();
      if (chunk !== null && chunk.length > 0) {
        this.#readBytes += chunk.length;
        this.#chunks.push(chunk);
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  /** Ends a pending `next()`: the connection is over. */
  stopWaiting(): void {
    this.#wake?.();
  }

  /** Forgets what this connection's peer has acknowledged, counted from `begin()`. */
  acknowledge(connectionBytes: number): void {
    let fresh = this.#baseBytes + connectionBytes - this.#acknowledgedBytes;
    this.#acknowledgedBytes += Math.max(0, fresh);
    while (fresh > 0) {
      const first = this.#chunks[0];
      if (first === undefined) return;
      if (first.length > fresh) {
        this.#chunks[0] = first.subarray(fresh);
        return;
      }
      fresh -= first.length;
      this.#chunks.shift();
      this.#cursor = Math.max(0, this.#cursor - 1);
    }
  }

  /** Lets go of the input, so that the process can end. */
  destroy(): void {
    this.#input.destroy();
  }

  #finish(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }
}
