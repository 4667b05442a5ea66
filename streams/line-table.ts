/** Remembers what was read from recent lines, by their bytes.
 *
 * A module repeats itself: most lines of a busy port are a few dozen different ones. A line that was there before is
 * found by a hash of its last bytes and a comparison of all, without being decoded or read again. Bounded: a new line takes the
 * place of the older one of two in its slot.
 */

const SLOT_BITS = 8;
/** Two places each. */
const SLOTS = 1 << SLOT_BITS;
/** 2^32 divided by the golden ratio: spreads hashes that differ in their last bits only (Knuth, TAOCP 3, §6.4). */
const SPREAD = 0x9e3779b1;
const HASHED_BYTES = 7;
/** Longer lines are seldom the same. */
const LONGEST_REMEMBERED_BYTES = 64;

export class LineTable<T> {
  readonly #read: (text: string) => T;
  readonly #bytes = Buffer.alloc(SLOTS * 2 * LONGEST_REMEMBERED_BYTES);
  readonly #lengths = new Int32Array(SLOTS * 2).fill(-1);
  readonly #hashes = new Int32Array(SLOTS * 2);
  readonly #values = new Array<T | undefined>(SLOTS * 2).fill(undefined);
  /** Which of the two places of a slot is the older one. */
  readonly #older = new Uint8Array(SLOTS);

  constructor(read: (text: string) => T) {
    this.#read = read;
  }

  /** The value of the line at `start` … `end`. */
  get(bytes: Uint8Array, start: number, end: number): T {
    const hash = hashOf(bytes, start, end);
    const slot = Math.imul(hash, SPREAD) >>> (32 - SLOT_BITS);
    const first = slot * 2;
    const hashes = this.#hashes;
    if (hashes[first] === hash && this.#isAt(first, bytes, start, end)) return this.#values[first] as T;
    if (hashes[first + 1] === hash && this.#isAt(first + 1, bytes, start, end))
      return this.#values[first + 1] as T;
    const value = this.#read(latin1(bytes, start, end));
    if (end - start <= LONGEST_REMEMBERED_BYTES) this.#remember(slot, bytes, start, end, hash, value);
    return value;
  }

  #isAt(place: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#lengths[place] !== end - start) return false;
    return isSame(this.#bytes, place * LONGEST_REMEMBERED_BYTES, bytes, start, end);
  }

  #remember(slot: number, bytes: Uint8Array, start: number, end: number, hash: number, value: T): void {
    const older = this.#older[slot] ?? 0;
    const place = slot * 2 + older;
    this.#older[slot] = 1 - older;
    let to = place * LONGEST_REMEMBERED_BYTES;
    for (let at = start; at < end; at++, to++) this.#bytes[to] = bytes[at] as number;
    this.#lengths[place] = end - start;
    this.#hashes[place] = hash;
    this.#values[place] = value;
  }
}

function isSame(known: Uint8Array, from: number, bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start, other = from; at < end; at++, other++) {
    if (known[other] !== bytes[at]) return false;
  }
  return true;
}

/** Lines differ most at their end: ids, numbers, results. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = end - Math.min(HASHED_BYTES, hash); at < end; at++) {
    hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  }
  return hash;
}

/** The bytes as text of as many characters. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return asBuffer(bytes).toString('latin1', start, end);
}

/** The same bytes as a Buffer, not copied. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
