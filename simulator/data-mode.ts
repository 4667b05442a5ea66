/** Data mode of one connection (lte §1.2): all input is payload, all that the peer sends is output.
 *
 *    line ──▶ EscapeDetector ──▶ [packet: transpktsize, transwaittm] ──▶ send buffer
 *    line ◀──(room)── receive buffer
 *
 * When the send buffer is full the line is held, as hardware flow control does it.
 */
import type { Clock } from '../streams/clock.ts';
import { ByteQueue } from './bytes.ts';
import { EscapeDetector } from './escape-detector.ts';
import { type ArmedFaults, takeTimes } from './faults/armed.ts';
import type { EscapeTiming } from './profiles/profile.ts';
import type { SerialLine } from './serial-line.ts';
import type { Timers } from './timers.ts';
import { SOCKET_STATE, type VirtualSocket } from './virtual-socket.ts';

/** Input that is kept while packets wait for room. */
const INPUT_LIMIT_BYTES = 2048;
/** No more than this may wait on the line before more is read from the receive buffer. */
const OUTPUT_AHEAD_BYTES = 256;
const OUTPUT_CHUNK_BYTES = 512;
const ESCAPE = Uint8Array.of(0x2b, 0x2b, 0x2b);

/** How data mode came to its end. */
export type DataModeEnd = 'escaped' | 'noCarrier';

/** How what was typed is packed (lte §2.1.15, gsm chapter 4). It may change between two packets. */
export interface Packing {
  readonly sizeBytes: number;
  readonly waitMs: number;
  /** `+++` ends data mode. */
  readonly escapes: boolean;
}

/** What data mode works with. */
export interface DataModeSetting {
  readonly socket: VirtualSocket;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly packing: Packing;
  readonly escape: EscapeTiming;
  readonly output: SerialLine;
  readonly armed: ArmedFaults;
  readonly lastArrivalMs: number;
  /** Payload went out to the peer. */
  readonly onSent: (lengthBytes: number) => void;
  /** Payload was handed to the host. */
  readonly onRead: (lengthBytes: number) => void;
  readonly onLost: (what: string) => void;
  /** Input that was held back may come now. */
  readonly onRoom: () => void;
  readonly onEnd: (how: DataModeEnd) => void;
}

/** See the head of the file. */
export class DataMode {
  readonly socket: VirtualSocket;
  readonly #setting: DataModeSetting;
  readonly #detector: EscapeDetector;
  readonly #packet = new ByteQueue();
  #cancelWait: (() => void) | undefined;
  /** The packet has waited long enough, whatever its length. */
  #isDue = false;
  #holds = false;
  #writing = false;
  #carrierLost = false;
  #ended = false;

  constructor(setting: DataModeSetting) {
    this.#setting = setting;
    this.socket = setting.socket;
    const { clock, timers, lastArrivalMs, escape: timing, packing } = setting;
    this.#detector = new EscapeDetector({
      clock,
      timers,
      timing,
      isEnabled: () => packing.escapes,
      lastArrivalMs,
      onPayload: (bytes) => this.#collect(bytes),
      onEscape: () => this.#escape(),
    });
  }

  /** Takes input, and says how much of it: the rest must be offered again after `onRoom`. */
  take(bytes: Uint8Array): number {
    let used = 0;
    while (used < bytes.length && this.#packet.lengthBytes < INPUT_LIMIT_BYTES) {
      const part = bytes.subarray(used, used + INPUT_LIMIT_BYTES - this.#packet.lengthBytes);
      used += part.length;
      this.#detector.arrive(part);
    }
    this.#holds = used < bytes.length;
    return used;
  }

  /** Goes on in both directions: there is something to read, or room to send. */
  proceed(): void {
    if (this.#ended) return;
    this.#send();
    this.#write();
    if (this.#ended || !this.#holds || this.#packet.lengthBytes >= INPUT_LIMIT_BYTES) return;
    this.#holds = false;
    this.#detector.restart();
    this.#setting.onRoom();
  }

  /** The connection is gone: what was received goes out, then data mode ends. */
  loseCarrier(): void {
    this.#carrierLost = true;
    this.#forgetPacket();
    this.proceed();
  }

  /** The connection was lost, and not all that the peer sent has gone out. */
  get isDraining(): boolean {
    return this.#carrierLost;
  }

  /** Hands over what is still collected, whether or not there is room for it, and stops. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#detector.end();
    this.#cancelWait?.();
    const rest = this.#packet.take();
    if (rest.length > 0 && this.socket.state === SOCKET_STATE.connected) this.socket.accept(rest);
  }

  #collect(bytes: Uint8Array): void {
    // The bytes are the line's until this call returns.
    this.#packet.push(new Uint8Array(bytes));
    if (this.#carrierLost) this.#forgetPacket();
    else this.#send();
  }

  /** Sends full packets, and what is short of one when it has waited long enough (lte §2.1.15). */
  #send(): void {
    const { packing, onSent } = this.#setting;
    const { sizeBytes: size, waitMs } = packing;
    while (!this.#ended && this.#packet.lengthBytes > 0) {
      const isComplete = this.#isDue || this.#packet.lengthBytes >= size;
      const roomBytes = Math.min(size, this.socket.sendRoomBytes);
      if (!isComplete) this.#startWaiting(waitMs);
      if (!isComplete || roomBytes <= 0) return;
      const packet = this.#packet.take(roomBytes);
      this.socket.accept(packet);
      onSent(packet.length);
    }
    this.#isDue = false;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  #startWaiting(waitMs: number): void {
    this.#cancelWait ??= this.#setting.timers.after(waitMs, () => {
      this.#cancelWait = undefined;
      this.#isDue = true;
      this.proceed();
    });
  }

  #write(): void {
    if (this.#writing) return;
    this.#writing = true;
    this.#setting.output.whenBelow(OUTPUT_AHEAD_BYTES, () => {
      const { bytes } = this.#ended ? { bytes: new Uint8Array(0) } : this.socket.read(OUTPUT_CHUNK_BYTES);
      this.#setting.output.send(bytes);
      this.#writing = false;
      if (this.#ended) return;
      if (bytes.length > 0) {
        this.#setting.onRead(bytes.length);
        this.#write();
      } else if (this.#carrierLost) {
        this.#finish('noCarrier');
      }
    });
  }

  #escape(): void {
    if (takeTimes(this.#setting.armed, 'missEscape')) this.#collect(ESCAPE);
    else this.#finish('escaped');
  }

  #finish(how: DataModeEnd): void {
    if (this.#ended) return;
    this.end();
    this.#setting.onEnd(how);
  }

  #forgetPacket(): void {
    const lost = this.#packet.take();
    if (lost.length > 0) this.#setting.onLost(`${lost.length} bytes of payload: the connection is gone`);
  }
}
