/** Lets a module sleep while nobody talks to it: by DTR, with AT+QSCLK=1 (gsm §9).
 *
 *    a command waits ──▶ DTR on ──▶ 20 ms ──▶ awake ──▶ nothing waits for a second ──▶ DTR off: it may sleep
 */
import { type Clock, delay, type TimerHandle } from '../../streams/clock.ts';
import type { PortLines } from '../port.ts';

/** The serial port of the module is active 20 ms after DTR (gsm §9); what is just enough is sometimes too short. */
const WAKE_MS = 25;
/** A command seldom comes alone. */
const IDLE_MS = 1_000;

export class SleepLine {
  readonly #lines: PortLines;
  readonly #clock: Clock;
  #isAsleep = false;
  #waking: Promise<void> | undefined;
  #timer: TimerHandle;

  constructor(lines: PortLines, clock: Clock) {
    this.#lines = lines;
    this.#clock = clock;
  }

  /** The port was opened: that raises DTR. */
  opened(): void {
    this.closed();
    this.#isAsleep = false;
  }

  closed(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  /** Resolves when the module listens; `undefined` when it does already. */
  wake(): Promise<void> | undefined {
    this.#clock.clearTimeout(this.#timer);
    if (!this.#isAsleep) return undefined;
    this.#waking ??= this.#raise().finally(() => {
      this.#waking = undefined;
    });
    return this.#waking;
  }

  /** Nobody talks to the module now. */
  idle(): void {
    if (this.#isAsleep) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => {
      this.#isAsleep = true;
      this.#lines.set({ dtr: false }).catch(() => undefined); // a lost port is reported elsewhere
    }, IDLE_MS);
  }

  async #raise(): Promise<void> {
    await this.#lines.set({ dtr: true }).catch(() => undefined);
    await delay(this.#clock, WAKE_MS);
    this.#isAsleep = false;
  }
}
