/** Tells the escape sequence from payload (lte §1.2): silence, `+++`, silence.
 *
 *    arrive ──▶ [plus signs that may be an escape] ──┬─ silence behind them ──▶ onEscape
 *                                                    └─ anything else ──▶ onPayload, unaltered
 */
import type { Clock } from '../streams/clock.ts';
import type { EscapeTiming } from './profiles/profile.ts';
import type { Timers } from './timers.ts';

const PLUS = 0x2b;
const SEQUENCE = Uint8Array.of(PLUS, PLUS, PLUS);

/** What an escape detector works with. */
export interface EscapeSetting {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly timing: EscapeTiming;
  /** False while the sequence is payload like any other. */
  readonly isEnabled: () => boolean;
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
    const wasSilent = nowMs - this.#lastArrivalMs >= this.#setting.timing.guardMs;
    this.#lastArrivalMs = nowMs;
    const mayEscape =
      this.#setting.isEnabled() &&
      this.#plusSigns + bytes.length <= SEQUENCE.length &&
      bytes.every((byte) => byte === PLUS);
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
    const { guardMs, limitMs, limits } = this.#setting.timing;
    const startsLimit = this.#plusSigns === 0 || limits === 'each';
    this.#plusSigns += count;
    if (this.#plusSigns === SEQUENCE.length) {
      this.#wait(guardMs, () => {
        this.#plusSigns = 0;
        this.#setting.onEscape();
      });
    } else if (startsLimit) {
      this.#wait(limitMs, () => this.#giveUp());
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
