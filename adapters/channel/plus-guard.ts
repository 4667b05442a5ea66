/** Keeps payload from being taken for the escape sequence (invariant 8).
 *
 * A module leaves data mode at exactly three plus signs within a second and silence around them. Whoever writes cannot
 * know what silence follows, so the third of three plus signs is held back until something else goes out with it, or
 * until it stands alone.
 */
const PLUS = 0x2b;
const SEQUENCE_LENGTH = 3;

export class PlusGuard {
  readonly #apartMs: number;
  /** Plus signs at the end of what was written, without a pause between them. */
  #run = 0;
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  /** @param apartMs plus signs that are further apart do not belong together. */
  constructor(apartMs: number) {
    this.#apartMs = apartMs;
  }

  /** How many of the bytes may be written now; what is left may follow together with others, or after `waitMs`. */
  allowed(bytes: Uint8Array, nowMs: number): number {
    return this.#runBehind(bytes, nowMs) === SEQUENCE_LENGTH ? bytes.length - 1 : bytes.length;
  }

  /** Time until a plus sign that was held back stands alone. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#writtenAtMs + this.#apartMs - nowMs);
  }

  /** These bytes were written. */
  written(bytes: Uint8Array, nowMs: number): void {
    this.#run = this.#runBehind(bytes, nowMs);
    this.#writtenAtMs = nowMs;
  }

  #runBehind(bytes: Uint8Array, nowMs: number): number {
    let start = bytes.length;
    while (start > 0 && bytes[start - 1] === PLUS) start--;
    const trailing = bytes.length - start;
    return start > 0 || this.waitMs(nowMs) === 0 ? trailing : this.#run + trailing;
  }
}
