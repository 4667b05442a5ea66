/** Remembers what was read from recent lines, by their bytes.
 *
 * A module repeats itself: most lines of a busy port are a few dozen different ones. A line that was there before is
 * found by a hash of its last bytes and a comparison of all, without being decoded or read again. Bounded: a new line takes the
 * place of that one of two in its slot which was not read for longer.
 */

const SLOT_BITS = 8;
/** Two places each. */
const SLOTS = 1 << SLOT_BITS;
/** 2^32 divided by the golden ratio: spreads hashes that differ in their last bits only (Knuth, TAOCP 3, §6.4). */
const SPREAD = 0x9e3779b1;
const BLANK = 0x20;
const DELETE = 0x7f;
const HASHED_BYTES = 6;
/** Longer lines are seldom the same. */
const LONGEST_REMEMBERED_BYTES = 64;

export class LineTable<T> {
  readonly #read: (text: string, isPrintable: boolean) => T;
  readonly #bytes = Buffer.alloc(SLOTS * 2 * LONGEST_REMEMBERED_BYTES);
  readonly #lengths = new Int32Array(SLOTS * 2).fill(-1);
  readonly #hashes = new Int32Array(SLOTS * 2);
  readonly #values = new Array<T | undefined>(SLOTS * 2).fill(undefined);
  /** Which of the two places of a slot was not read for longer. */
  readonly #older = new Uint8Array(SLOTS);

  constructor(read: (text: string, isPrintable: boolean) => T) {
    this.#read = read;
  }

  /** The value of the line at `start` … `end`. */
  get(bytes: Uint8Array, start: number, end: number): T {
    const hash = hashOf(bytes, start, end);
    const slot = Math.imul(hash, SPREAD) >>> (32 - SLOT_BITS);
    const first = slot * 2;
    const hashes = this.#hashes;
    if (hashes[first] === hash && this.#isAt(first, bytes, start, end)) {
      this.#older[slot] = 1;
      return this.#values[first] as T;
    }
    if (hashes[first + 1] === hash && this.#isAt(first + 1, bytes, start, end)) {
      this.#older[slot] = 0;
      return this.#values[first + 1] as T;
    }
    if (end - start > LONGEST_REMEMBERED_BYTES) return this.#read(latin1(bytes, start, end), false);
    return this.#remember(slot, bytes, start, end, hash);
  }

  #isAt(place: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#lengths[place] !== end - start) return false;
    return isSame(this.#bytes, place * LONGEST_REMEMBERED_BYTES, bytes, start, end);
  }

  #remember(slot: number, bytes: Uint8Array, start: number, end: number, hash: number): T {
    const older = this.#older[slot] ?? 0;
    const place = slot * 2 + older;
    this.#older[slot] = 1 - older;
    const isPrintable = copied(bytes, start, end, this.#bytes, place * LONGEST_REMEMBERED_BYTES);
    const value = this.#read(latin1(bytes, start, end), isPrintable);
    this.#lengths[place] = end - start;
    this.#hashes[place] = hash;
    this.#values[place] = value;
    return value;
  }
}

function isSame(known: Uint8Array, from: number, bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start, other = from; at < end; at++, other++) {
    if (known[other] !== bytes[at]) return false;
  }
  return true;
}

/** Copies the line; returns whether it is ASCII without control bytes. */
function copied(bytes: Uint8Array, start: number, end: number, target: Uint8Array, place: number): boolean {
  let isPrintable = true;
  for (let at = start, to = place; at < end; at++, to++) {
    const byte = bytes[at] as number;
    target[to] = byte;
    if (byte < BLANK || byte >= DELETE) isPrintable = false;
  }
  return isPrintable;
}

/** Lines differ most at their end: ids, numbers, results. Unrolled, because it is the same for every line. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < HASHED_BYTES) return hashOfShort(bytes, start, end);
  let hash = Math.imul(length, 31) + (bytes[end - 1] as number);
  hash = Math.imul(hash, 31) + (bytes[end - 2] as number);
  hash = Math.imul(hash, 31) + (bytes[end - 3] as number);
  hash = Math.imul(hash, 31) + (bytes[end - 4] as number);
  hash = Math.imul(hash, 31) + (bytes[end - 5] as number);
  return (Math.imul(hash, 31) + (bytes[end - 6] as number)) | 0;
}

function hashOfShort(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
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
