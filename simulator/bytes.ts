/** Converts text of the serial line to bytes: one byte per character (ISO 8859-1). */
export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** Converts bytes of the serial line to text: one character per byte (ISO 8859-1). */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Bytes that wait, first in, first out. Chunks are kept as slices and joined only when taken. */
export class ByteQueue {
  readonly #chunks: Uint8Array[] = [];
  #lengthBytes = 0;

  /** Number of bytes that wait. */
  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  /** Appends bytes; the array must not be changed afterwards. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#lengthBytes += bytes.length;
  }

  /** Puts bytes back in front of the others. */
  unshift(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.unshift(bytes);
    this.#lengthBytes += bytes.length;
  }

  /** Removes and returns up to `maxBytes` bytes from the front, as one array. */
  take(maxBytes = this.#lengthBytes): Uint8Array {
    const wanted = Math.min(maxBytes, this.#lengthBytes);
    const parts: Uint8Array[] = [];
    for (let missing = wanted; missing > 0; ) {
      const part = this.#takeFromFirst(missing);
      missing -= part.length;
      parts.push(part);
    }
    this.#lengthBytes -= wanted;
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  }

  /** Forgets everything. */
  clear(): void {
    this.#chunks.length = 0;
    this.#lengthBytes = 0;
  }

  #takeFromFirst(maxBytes: number): Uint8Array {
    const first = this.#chunks[0] ?? new Uint8Array(0);
    if (first.length <= maxBytes) {
      this.#chunks.shift();
      return first;
    }
    this.#chunks[0] = first.subarray(maxBytes);
    return first.subarray(0, maxBytes);
  }
}
