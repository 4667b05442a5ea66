/** Where the readings arrive: it knows what has come, when, how often, and whether a byte of it was wrong. */
import type { MemoryPeer } from '../simulator/index.ts';
import type { Clock } from '../streams/clock.ts';
import { numberIn } from './load.ts';

/** What the server tells of a reading that it did not have. */
export type Arrived = (number: number, atMs: number) => void;

export class ReadingServer {
  readonly #clock: Clock;
  readonly #sizeBytes: number;
  readonly #arrived: Arrived;
  readonly #probe: Buffer;
  readonly #known = new Set<number>();
  /** Readings that came more than once. */
  duplicates = 0;
  /** Readings that were none: cut, damaged, out of step. */
  damaged = 0;
  #peer: MemoryPeer | undefined;
  #skipped = 0;

  /** @param probe what may stand between two readings, and is none. */
  constructor(clock: Clock, sizeBytes: number, arrived: Arrived, probe = '') {
    this.#probe = Buffer.from(probe);
    this.#clock = clock;
    this.#sizeBytes = sizeBytes;
    this.#arrived = arrived;
  }

  /** Give it to `network.listen`. */
  readonly accept = (peer: MemoryPeer): void => {
    this.#peer = peer;
    let pending = Buffer.alloc(0);
    peer.onData = (bytes) => {
      pending = pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([pending, bytes]);
      for (let next = this.#nextIn(pending); next !== undefined; next = this.#nextIn(pending)) {
        if (next.isReading) this.#take(pending.subarray(0, next.lengthBytes));
        pending = pending.subarray(next.lengthBytes);
      }
    };
  };

  /** Whether a reading has come. */
  has(number: number): boolean {
    return this.#known.has(number);
  }

  /** Number of different readings that have come. */
  get received(): number {
    return this.#known.size + this.#skipped;
  }

  /** Readings have come in time that was not lived. */
  skip(readings: number): void {
    this.#skipped += readings;
  }

  /** Ends the present connection. */
  hangUp(): void {
    this.#peer?.end();
  }

  /** What stands at the beginning, when all of it is there. */
  #nextIn(pending: Buffer): { readonly lengthBytes: number; readonly isReading: boolean } | undefined {
    const { length: probeBytes } = this.#probe;
    if (probeBytes > 0 && pending.subarray(0, probeBytes).equals(this.#probe))
      return { lengthBytes: probeBytes, isReading: false };
    return pending.length < this.#sizeBytes ? undefined : { lengthBytes: this.#sizeBytes, isReading: true };
  }

  #take(frame: Uint8Array): void {
    const number = numberIn(frame);
    if (number === undefined) this.damaged++;
    else if (this.#known.has(number)) this.duplicates++;
    else {
      this.#known.add(number);
      this.#arrived(number, this.#clock.now());
    }
  }
}
