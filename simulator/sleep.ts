/** When a module does not hear its host: slow clock by DTR (gsm chapter 9), deep sleep after a silence (NB-IoT).
 *
 *    line ──▶ hear ──┬─ awake ──▶ interpreter
 *                    └─ asleep ──▶ lost
 */
import type { Hardware } from './hardware.ts';
import type { Settings } from './settings.ts';

/** gsm chapter 9: the port is active when DTR has been low for so long. */
const WAKE_MS = 20;
const CR = 13;
const NOTHING = new Uint8Array(0);

/** See the head of the file. */
export class Sleep {
  readonly #hardware: Hardware;
  readonly #settings: Settings;
  readonly #isIdle: () => boolean;
  #dtrSinceMs = Number.NEGATIVE_INFINITY;
  #lastActivityMs: number;
  /** Deep sleep ends with the line that comes now. */
  #isWaking = false;

  constructor(hardware: Hardware, settings: Settings, isIdle: () => boolean) {
    this.#hardware = hardware;
    this.#settings = settings;
    this.#isIdle = isIdle;
    this.#lastActivityMs = hardware.clock.now();
  }

  /** The host raised DTR. */
  dtrRose(): void {
    this.#dtrSinceMs = this.#hardware.clock.now();
  }

  /** Something happened: the silence begins anew. */
  stir(): void {
    this.#lastActivityMs = this.#hardware.clock.now();
  }

  /** What the module hears of these bytes. */
  hear(bytes: Uint8Array): Uint8Array {
    if (this.#isDeepAsleep) this.#isWaking = true;
    this.stir();
    if (!this.#isIdle()) return bytes;
    const heard = this.#isSlow ? NOTHING : this.#isWaking ? this.#behindLine(bytes) : bytes;
    const lostBytes = bytes.length - heard.length;
    if (lostBytes > 0) this.#hardware.record('lost', `${lostBytes} bytes of input: the module is asleep`);
    return heard;
  }

  get #isSlow(): boolean {
    if (this.#settings.value('QSCLK') !== 1) return false;
    return !this.#hardware.dtr || this.#hardware.clock.now() < this.#dtrSinceMs + WAKE_MS;
  }

  get #isDeepAsleep(): boolean {
    const silentMs = this.#hardware.clock.now() - this.#lastActivityMs;
    return this.#isIdle() && silentMs > this.#hardware.sleepAfterMs;
  }

  #behindLine(bytes: Uint8Array): Uint8Array {
    const end = bytes.indexOf(CR);
    if (end < 0) return NOTHING;
    this.#isWaking = false;
    return bytes.subarray(end + 1);
  }
}
