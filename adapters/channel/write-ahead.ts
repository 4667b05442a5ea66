/** Estimates how long written bytes are still on their way to the module: what an operating system has taken may wait in
 * front of the line, and silence begins only behind it. */
import type { Clock } from '../../streams/clock.ts';

const DEFAULT_BAUD = 115_200;
/** Bits on the line per byte: start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;
/** Pseudo terminals and drivers of USB ports take so much ahead. */
const DEFAULT_AHEAD_BYTES = 65_536;
/** After so many times what fits ahead the pace of writing is the pace of the line. */
const TIMES_AHEAD = 4;

export interface LineKind {
  readonly baudRate?: number | undefined;
  readonly writeAheadBytes?: number | undefined;
}

export class WriteAhead {
  readonly #clock: Clock;
  readonly #nominalPerMs: number;
  readonly #aheadBytes: number;
  #burstBytes = 0;
  #burstStartMs = 0;
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, { baudRate = DEFAULT_BAUD, writeAheadBytes = DEFAULT_AHEAD_BYTES }: LineKind) {
    this.#clock = clock;
    this.#nominalPerMs = baudRate / BITS_PER_BYTE / 1000;
    this.#aheadBytes = writeAheadBytes;
  }

  /** So many bytes begin to be written. */
  begin(lengthBytes: number): void {
    if (this.restMs(0) === 0) {
      this.#burstBytes = 0;
      this.#burstStartMs = this.#clock.now();
    }
    this.#burstBytes += lengthBytes;
  }

  /** The operating system has taken them. */
  end(): void {
    this.#writtenAtMs = this.#clock.now();
  }

  /** Time until the line has been silent for `silenceMs`, as far as can be known. */
  restMs(silenceMs: number): number {
    return Math.max(0, this.#writtenAtMs + this.#drainMs() + silenceMs - this.#clock.now());
  }

  #drainMs(): number {
    const waitingBytes = Math.min(this.#burstBytes, this.#aheadBytes);
    const isMeasured = this.#burstBytes > TIMES_AHEAD * this.#aheadBytes;
    // What was taken ahead has not passed the line: it says nothing about its pace.
    const passedBytes = this.#burstBytes - this.#aheadBytes;
    const measuredPerMs = passedBytes / Math.max(1, this.#writtenAtMs - this.#burstStartMs);
    return waitingBytes / (isMeasured ? Math.max(measuredPerMs, this.#nominalPerMs) : this.#nominalPerMs);
  }
}
