/** Keeps payload from being taken for the escape sequence (invariant 8).
 *
 * A module leaves data mode at exactly three plus signs within a second and silence around them. Whoever writes cannot
 * know what silence follows, so the third of three plus signs is held back until something else goes out with it, or
 * until it stands alone. Nor can he know what silence was between two writes on the line: both are reckoned with.
 */
const PLUS = 0x2b;
const SEQUENCE_LENGTH = 3;

export class PlusGuard {
  readonly #apartMs: number;
  /** Plus signs at the end of what was written: behind each write between them that may have had silence in front. */
  #runs: readonly number[] = [];
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  /** @param apartMs plus signs that are further apart do not belong together. */
  constructor(apartMs: number) {
    this.#apartMs = apartMs;
  }

  /** How many of the bytes may be written now; what is left may follow together with others, or after `waitMs`. */
  allowed(bytes: Uint8Array, nowMs: number): number {
    let length = bytes.length;
    while (length > 0 && this.#runsBehind(bytes.subarray(0, length), nowMs).includes(SEQUENCE_LENGTH))
      length--;
    return length;
  }

  /** Time until a plus sign that was held back stands alone. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#writtenAtMs + this.#apartMs - nowMs);
  }

  /** These bytes were written. */
  written(bytes: Uint8Array, nowMs: number): void {
    this.#runs = this.#runsBehind(bytes, nowMs);
    this.#writtenAtMs = nowMs;
  }

  /** Runs that are too long already are left out. */
  #runsBehind(bytes: Uint8Array, nowMs: number): number[] {
    let start = bytes.length;
    while (start > 0 && bytes[start - 1] === PLUS) start--;
    const trailing = bytes.length - start;
    const isJoined = start === 0 && this.waitMs(nowMs) > 0;
    const runs = isJoined ? [...this.#runs.map((run) => run + trailing), trailing] : [trailing];
    return runs.filter((run) => run > 0 && run <= SEQUENCE_LENGTH);
  }
}
