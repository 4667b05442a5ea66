/** One direction of a TCP connection in memory.
 *
 *    write ──▶ [unsent] ──(window)──▶ on the way (latency) ──▶ [receive buffer] ──▶ onData
 *                                        ack ◀── (latency) ◀──┘
 *
 * What goes back, acknowledgements and window, shares its way with the data of the other direction.
 */
import { ByteQueue } from './bytes.ts';
import type { MemoryWire } from './memory-wire.ts';
import type { Timers } from './timers.ts';

/** What a pipe tells its two ends. */
export interface PipeEvents {
  onData(bytes: Uint8Array): void;
  onEnd(): void;
  onAcknowledged(lengthBytes: number): void;
  /** The FIN was delivered. */
  onFinished(): void;
}

/** What a pipe works with. */
export interface PipeSetting {
  readonly timers: Timers;
  readonly windowBytes: number;
  /** To the receiver. */
  readonly wire: MemoryWire;
  /** Back to the sender. */
  readonly wireBack: MemoryWire;
}

/** A byte pipe with latency, a receive window and acknowledgements. */
export class MemoryPipe {
  readonly #timers: Timers;
  readonly #wire: MemoryWire;
  readonly #wireBack: MemoryWire;
  readonly #events: PipeEvents;
  readonly #unsent = new ByteQueue();
  readonly #arrived = new ByteQueue();
  #windowBytes: number;
  #paused = false;
  #ending = false;
  #finSent = false;
  #finArrived = false;
  #closed = false;
  /** Bytes acknowledged by the receiver so far. */
  acknowledgedBytes = 0;
  /** The FIN was delivered to the receiver. */
  finished = false;

  constructor(setting: PipeSetting, events: PipeEvents) {
    this.#timers = setting.timers;
    this.#wire = setting.wire;
    this.#wireBack = setting.wireBack;
    this.#windowBytes = setting.windowBytes;
    this.#events = events;
  }

  write(bytes: Uint8Array): void {
    if (this.#closed || this.#ending) return;
    this.#unsent.push(new Uint8Array(bytes));
    this.#send();
  }

  end(): void {
    this.#ending = true;
    this.#send();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#timers.after(0, () => this.#deliver());
  }

  close(): void {
    this.#closed = true;
    this.#unsent.clear();
    this.#arrived.clear();
  }

  #send(): void {
    if (this.#closed) return;
    const bytes = this.#unsent.take(this.#windowBytes);
    if (bytes.length > 0) {
      this.#windowBytes -= bytes.length;
      this.#wire.carry(() => this.#arrive(bytes));
    }
    if (!this.#ending || this.#finSent || this.#unsent.lengthBytes > 0) return;
    this.#finSent = true;
    this.#wire.carry(() => {
      this.#finArrived = true;
      this.#deliver();
    });
  }

  /** The receiving TCP acknowledges at once; its application may read much later. */
  #arrive(bytes: Uint8Array): void {
    this.#arrived.push(bytes);
    this.#wireBack.carry(() => {
      this.acknowledgedBytes += bytes.length;
      this.#events.onAcknowledged(bytes.length);
    });
    this.#deliver();
  }

  #deliver(): void {
    if (this.#paused || this.#closed) return;
    const bytes = this.#arrived.take();
    if (bytes.length > 0) {
      this.#wireBack.carry(() => {
        this.#windowBytes += bytes.length;
        this.#send();
      });
      this.#events.onData(bytes);
    }
    if (!this.#finArrived || this.finished || this.#paused || this.#arrived.lengthBytes > 0) return;
    this.finished = true;
    this.#events.onEnd();
    this.#events.onFinished();
  }
}
