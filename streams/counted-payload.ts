/** Payload of an announced length: counted, never searched, passed on as slices of the received chunks.
 *
 *    begin(length, header parts) ──▶ RECV FROM: · TO: · IPD<n>: (gsm) ──▶ slices until the count is reached ──▶ complete
 */
import { type HeaderParts, PartsScanner } from './header-parts.ts';

/** What the header parts in front of a payload said, by name. */
export type FoundParts = ReadonlyMap<string, string>;

/** Nothing is missing, because nothing was announced. */
const NONE = -1;
const NO_PARTS: FoundParts = new Map();

export class CountedPayload {
  readonly #complete: (chunks: readonly Uint8Array[], parts: FoundParts) => void;
  readonly #readAgain: (bytes: Uint8Array) => void;
  #missingBytes = NONE;
  #chunks: Uint8Array[] = [];
  #parts = NO_PARTS;
  #scanner: PartsScanner | undefined;

  /** @param readAgain takes bytes behind the payload that were taken for a header part. */
  constructor(
    complete: (chunks: readonly Uint8Array[], parts: FoundParts) => void,
    readAgain: (bytes: Uint8Array) => void,
  ) {
    this.#complete = complete;
    this.#readAgain = readAgain;
  }

  /** Bytes belong to a payload, or to the parts in front of it. */
  get isOpen(): boolean {
    return this.#missingBytes !== NONE || this.#scanner !== undefined;
  }

  get heldBytes(): number {
    return lengthOf(this.#chunks) + (this.#scanner?.heldBytes ?? 0);
  }

  begin(lengthBytes: number, parts: HeaderParts): void {
    if (parts.length > 0) this.#scanner = new PartsScanner(parts, lengthBytes);
    else this.#count(lengthBytes);
  }

  /** Takes the whole chunk when all of it, and more, is missing. The short way of a long payload. */
  takesAll(chunk: Uint8Array): boolean {
    if (this.#missingBytes <= chunk.length) return false;
    this.#chunks.push(chunk);
    this.#missingBytes -= chunk.length;
    return true;
  }

  /** Takes bytes from `start`; returns the position behind the last one taken. */
  take(chunk: Uint8Array, start: number): number {
    if (this.#scanner) return this.#takeParts(chunk, start, this.#scanner);
    const end = Math.min(chunk.length, start + this.#missingBytes);
    this.#chunks.push(start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end));
    this.#missingBytes -= end - start;
    if (this.#missingBytes === 0) this.#finish();
    return end;
  }

  /** No more comes. Returns the number of bytes that are lost with it, `undefined` when none was announced. */
  giveUp(): number | undefined {
    if (this.#scanner) this.#endParts(this.#scanner);
    if (this.#missingBytes === NONE) return undefined;
    const lostBytes = lengthOf(this.#chunks);
    this.#clear();
    return lostBytes;
  }

  #takeParts(chunk: Uint8Array, start: number, scanner: PartsScanner): number {
    const end = scanner.push(chunk, start);
    if (scanner.isDone) this.#endParts(scanner);
    return end;
  }

  /** The header parts are over; what looked like one and was none is payload. */
  #endParts(scanner: PartsScanner): void {
    const leftover = scanner.giveUp();
    this.#scanner = undefined;
    this.#parts = scanner.found;
    this.#count(scanner.lengthBytes);
    const end = leftover.length > 0 && this.isOpen ? this.take(leftover, 0) : 0;
    if (end < leftover.length) this.#readAgain(leftover.subarray(end));
  }

  #count(lengthBytes: number): void {
    this.#missingBytes = lengthBytes;
    if (lengthBytes === 0) this.#finish();
  }

  #finish(): void {
    const chunks = this.#chunks;
    const parts = this.#parts;
    this.#clear();
    this.#complete(chunks, parts);
  }

  #clear(): void {
    this.#missingBytes = NONE;
    this.#chunks = [];
    this.#parts = NO_PARTS;
  }
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
