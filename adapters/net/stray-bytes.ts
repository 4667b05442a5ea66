import type { SendCounters } from '../dialects/dialect.ts';

const ESCAPE_BYTES = 3;

/** Bytes in the module's counters that the application did not write: escapes that the module took for payload.
 *
 * The peer has them in its stream, so what it has acknowledged of the application's bytes is less by that.
 */
export class StrayBytes {
  #mostBytes = 0;
  /** Bytes of the application's in front of the first of them. */
  #behindBytes = Number.POSITIVE_INFINITY;
  #knownBytes: number | undefined = 0;

  /** An escape had no answer, so that its three plus signs may have become payload, behind so many of the application's bytes. */
  escapeMissed(behindBytes: number): void {
    this.#mostBytes += ESCAPE_BYTES;
    this.#behindBytes = Math.min(this.#behindBytes, behindBytes);
    this.#knownBytes = undefined;
  }

  /** The counters of the application's bytes alone. Where it cannot be known, what is acknowledged is a lower bound.
   *
   * @param acceptedBytes bytes of the application's that the module has taken.
   */
  without(counters: SendCounters, acceptedBytes: number): SendCounters {
    if (this.#mostBytes === 0) return counters;
    const { sentBytes, acknowledgedBytes } = counters;
    // Everything was taken when the port left data mode: the first look since then tells how many there are.
    if (this.#knownBytes === undefined && sentBytes >= acceptedBytes)
      this.#knownBytes = Math.min(this.#mostBytes, sentBytes - acceptedBytes);
    const strayBytes = this.#knownBytes ?? this.#mostBytes;
    const clean =
      acknowledgedBytes <= this.#behindBytes
        ? acknowledgedBytes
        : Math.max(this.#behindBytes, acknowledgedBytes - strayBytes);
    return { ...counters, sentBytes: sentBytes - strayBytes, acknowledgedBytes: clean };
  }
}
