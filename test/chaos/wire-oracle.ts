/** What the host may write to the module (invariants 1, 8, 14 and 16), by what the module makes of it. */
import type { ModuleEvent } from '../../simulator/index.ts';
import type { HostProcess } from './host-process.ts';
import type { Oracle } from './oracle.ts';

/** A process that was killed, or a port that was lost, may leave half a command line or a command under way in the module.
 * The next one can only find out by writing, and that is all it writes then: probes. */
const PROBE = /^wrote "(?:AT|\+\+\+|\\u001b)|^[^:]*AT: /;

export class Wire {
  /** A process was killed or lost its port in the middle of something. */
  leftovers = false;
  readonly #oracle: Oracle;
  readonly #host: () => HostProcess | undefined;
  readonly #pinIsWrong: boolean;
  #pins = 0;

  constructor(oracle: Oracle, host: () => HostProcess | undefined, pinIsWrong: boolean) {
    this.#oracle = oracle;
    this.#host = host;
    this.#pinIsWrong = pinIsWrong;
  }

  event({ kind, text }: ModuleEvent): void {
    if (kind === 'command') this.#command(text);
    else if (kind === 'power' && text === 'booting' && !this.#pinIsWrong) this.#pins = 0;
    else if (kind === 'violation' && !(this.#isProbing && PROBE.test(text)))
      this.#oracle.fail('command', text);
    else if (kind === 'unknown' && !this.#isProbing) this.#oracle.fail('command', `unknown command ${text}`);
  }

  /** The process in charge has not yet heard the module since its start, or since it lost the port. */
  get #isProbing(): boolean {
    const host = this.#host();
    return this.leftovers && (host === undefined || host.isDead || !host.hasSynchronised || host.hasLostPort);
  }

  #command(text: string): void {
    if (/^AT\+COPS=(?!\?)/i.test(text)) this.#oracle.fail('command', `${text} was written`);
    if (!/^AT\+CPIN=/i.test(text)) return;
    this.#pins += 1;
    if (this.#pins > 1) this.#oracle.fail('pin', `the PIN was given ${this.#pins} times`);
  }
}
