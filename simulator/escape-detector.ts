/** Tells the escape sequence from payload (lte §1.2): silence, `+++`, silence.
 *
 *    arrive ──▶ [plus signs that may be an escape] ──┬─ silence behind them ──▶ onEscape
 *                                                    └─ anything else ──▶ onPayload, unaltered
 */
import type { Clock } from '../streams/clock.ts';
import type { Timers } from './timers.ts';

/** Silence in front of the sequence and behind it. */
const GUARD_MS = 1000;
/** From the first plus sign to the last. */
const WITHIN_MS = 1000;
const PLUS = 0x2b;
const SEQUENCE = Uint8Array.of(PLUS, PLUS, PLUS);

/** What an escape detector works with. */
export interface EscapeSetting {
  readonly clock: Clock;
  readonly timers: Timers;
  /** When the last byte arrived before this one began to listen. */
  readonly lastArrivalMs: number;
  readonly onPayload: (bytes: Uint8Array) => void;
  readonly onEscape: () => void;
}

/** See the head of the file. Goes by the time at which bytes arrive. */
export class EscapeDetector {
  readonly #setting: EscapeSetting;
  #lastArrivalMs: number;
  /** Plus signs that came after a silence, and nothing else since. */
  #plusSigns = 0;
  #cancelTimer = (): void => {};

  constructor(setting: EscapeSetting) {
    this.#setting = setting;
    this.#lastArrivalMs = setting.lastArrivalMs;
  }

  /** Bytes came over the line. */
  arrive(bytes: Uint8Array): void {
    const nowMs = this.#setting.clock.now();
    const wasSilent = nowMs - this.#lastArrivalMs >= GUARD_MS;
    this.#lastArrivalMs = nowMs;
    const mayEscape =
      this.#plusSigns + bytes.length <= SEQUENCE.length && bytes.every((byte) => byte === PLUS);
    if (mayEscape && (this.#plusSigns > 0 || wasSilent)) {
      this.#collect(bytes.length);
      return;
    }
    this.#giveUp();
    this.#setting.onPayload(bytes);
  }

  /** The module held the line until now: the silence so far was its own. */
  restart(): void {
    this.#lastArrivalMs = this.#setting.clock.now();
  }

  /** Forgets what it waits for. */
  end(): void {
    this.#cancelTimer();
    this.#plusSigns = 0;
  }

  #collect(count: number): void {
    const isFirst = this.#plusSigns === 0;
    this.#plusSigns += count;
    if (this.#plusSigns === SEQUENCE.length) {
      this.#wait(GUARD_MS, () => {
        this.#plusSigns = 0;
        this.#setting.onEscape();
      });
    } else if (isFirst) {
      this.#wait(WITHIN_MS, () => this.#giveUp());
    }
  }

  #wait(delayMs: number, task: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#setting.timers.after(delayMs, task);
  }

  #giveUp(): void {
    const payload = SEQUENCE.subarray(0, this.#plusSigns);
    this.end();
    if (payload.length > 0) this.#setting.onPayload(payload);
  }
}
