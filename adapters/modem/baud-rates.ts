import type { RecoveryStep } from '../../machines/modem.machine.ts';
import type { Port } from '../port.ts';

/** Looks at each rate before the next one is tried. */
const TRIES = 3;

type Probe = (tries: number, signal: AbortSignal) => Promise<'synchronised' | 'silent'>;

/** Finds out at which of several baud rates the module talks (design: "autobaud list"), without ever changing its own. */
export class BaudRates {
  readonly #port: Port;
  readonly #probe: Probe;
  readonly #report: (step: RecoveryStep) => void;
  /** In the order of trying: the last good one comes first. */
  #rates: readonly number[];
  #current: number | undefined;

  constructor(port: Port, probe: Probe, report: (step: RecoveryStep) => void) {
    this.#port = port;
    this.#probe = probe;
    this.#report = report;
    this.#rates = port.baudRates ?? [];
    this.#current = this.#rates[0];
  }

  /** True when the module was found in step. A silent one leaves the port at the first rate. */
  async find(signal: AbortSignal): Promise<boolean> {
    const [first, ...others] = this.#rates;
    if (first === undefined || others.length === 0) return false;
    for (const rate of this.#rates) {
      if (!(await this.#use(rate))) continue;
      if ((await this.#probe(TRIES, signal)) === 'silent') continue;
      if (rate !== first) this.#report({ step: 'baud rate found', detail: `${rate} baud` });
      this.#rates = [rate, ...this.#rates.filter((other) => other !== rate)];
      return true;
    }
    await this.#use(first);
    return false;
  }

  /** False when the driver does not take the rate; a lost port is told by the port. */
  async #use(rate: number): Promise<boolean> {
    if (rate === this.#current) return true;
    try {
      await this.#port.setBaudRate?.(rate);
    } catch {
      return false;
    }
    this.#current = rate;
    return true;
  }
}
