import type { SimOptions } from './options.ts';

/** What AT+CPIN? says. */
export type SimState = 'READY' | 'SIM PIN' | 'SIM PUK' | 'absent';

const ATTEMPTS = 3;

/** The SIM card: it remembers wrong PINs over restarts of the module. */
export class SimCard {
  readonly #present: boolean;
  readonly #puk: string;
  #pin: string | undefined;
  #verified = false;
  #attemptsLeft = ATTEMPTS;

  constructor(options: SimOptions = {}) {
    this.#present = options.present ?? true;
    this.#pin = options.pin;
    this.#puk = options.puk ?? '12345678';
  }

  get state(): SimState {
    if (!this.#present) return 'absent';
    if (this.#pin === undefined || this.#verified) return 'READY';
    return this.#attemptsLeft > 0 ? 'SIM PIN' : 'SIM PUK';
  }

  /** Number of PINs that may still be tried. */
  get attemptsLeft(): number {
    return this.#attemptsLeft;
  }

  /** The module was switched on: the PIN is asked for again. */
  powerUp(): void {
    this.#verified = false;
  }

  /** Tries a PIN; tells whether it was right. */
  enterPin(pin: string): boolean {
    if (this.state !== 'SIM PIN') return false;
    this.#verified = pin === this.#pin;
    this.#attemptsLeft = this.#verified ? ATTEMPTS : this.#attemptsLeft - 1;
    return this.#verified;
  }

  /** Sets a new PIN with the PUK; tells whether the PUK was right. */
  enterPuk(puk: string, newPin: string): boolean {
    if (this.state !== 'SIM PUK' || puk !== this.#puk) return false;
    this.#pin = newPin;
    this.#attemptsLeft = ATTEMPTS;
    this.#verified = true;
    return true;
  }
}
