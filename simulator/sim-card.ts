import type { SimOptions } from './options.ts';

/** What AT+CPIN? says; `absent` and `failure` are errors. */
export type SimState = 'READY' | 'SIM PIN' | 'SIM PUK' | 'absent' | 'failure';

/** The notice about each state. */
export const SIM_NOTICES: Readonly<Record<SimState, string>> = {
  READY: '+CPIN: READY',
  'SIM PIN': '+CPIN: SIM PIN',
  'SIM PUK': '+CPIN: SIM PUK',
  absent: '+CPIN: NOT INSERTED',
  failure: '+CPIN: NOT READY',
};

const ATTEMPTS = 3;
/** SIM failure (27.007 §9.2.1). */
const SIM_FAILURE = 13;

/** The SIM card: it remembers wrong PINs over restarts of the module. */
export class SimCard {
  readonly #present: boolean;
  readonly #puk: string;
  #pin: string | undefined;
  #verified = false;
  #failure: number | undefined;
  #attemptsLeft = ATTEMPTS;

  constructor(options: SimOptions = {}) {
    this.#present = options.present ?? true;
    this.#pin = options.pin;
    this.#puk = options.puk ?? '12345678';
  }

  get state(): SimState {
    if (!this.#present) return 'absent';
    if (this.#failure !== undefined) return 'failure';
    if (this.#pin === undefined || this.#verified) return 'READY';
    return this.#attemptsLeft > 0 ? 'SIM PIN' : 'SIM PUK';
  }

  /** Number of PINs that may still be tried. */
  get attemptsLeft(): number {
    return this.#attemptsLeft;
  }

  /** While it cannot be read: the number of +CME ERROR. */
  get failure(): number | undefined {
    return this.#failure;
  }

  /** It cannot be read any more; `cme` is what the module says then. */
  fail(cme = SIM_FAILURE): void {
    this.#failure = cme;
  }

  /** It can be read again, and has forgotten the PIN that was entered. */
  recover(): void {
    this.#failure = undefined;
    this.powerUp();
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
