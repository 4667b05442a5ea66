/** What the host may write to the module (invariants 1, 8, 14 and 16), by what the module makes of it. */
import type { ModuleEvent } from '../../simulator/index.ts';
import type { HostProcess } from './host-process.ts';
import type { Oracle } from './oracle.ts';

/** A process that was killed, or a port that was lost, may leave half a command line or a command under way in the module.
 * The next one can only find out by writing, and that is all it writes then: probes. */
const PROBE = /^wrote "(?:AT|\+\+\+|\\u001b)|^[^:]*AT: /;

/** What a host has handed to its port cannot be taken back: so long it may still be on the line. */
const STRAY_MS = 2_000;

/** A line, and the look at carrier behind it. */
const CARRIER_MS = 100;

/** A command without a result may be given up after this, the shortest limit that schedules have: then the module is probed. */
const SHORTEST_LIMIT_MS = 3_000;

/** Probes that piled up in front of a module that hung, and are read at once when it goes on. */
const PILE = /^wrote "(?:AT\\r|\+\+\+){2}/;

export class Wire {
  /** A process was killed or lost its port in the middle of something. */
  leftovers = false;
  readonly #oracle: Oracle;
  readonly #host: () => HostProcess | undefined;
  readonly #pinIsWrong: boolean;
  #pins = 0;
  #commandAtMs = 0;
  /** The module left data mode by itself: what was on its way then is read as commands. */
  #lostDataAtMs = Number.NEGATIVE_INFINITY;
  #dataAtMs = 0;
  /** The loss of a context was told to nobody: swallowed, or there was no port to say it to. */
  #isLossUnheard = false;

  constructor(oracle: Oracle, host: () => HostProcess | undefined, pinIsWrong: boolean) {
    this.#oracle = oracle;
    this.#host = host;
    this.#pinIsWrong = pinIsWrong;
  }

  /** Data mode was over before a host could see carrier. */
  get endedAtOnce(): boolean {
    return this.#lostDataAtMs - this.#dataAtMs < CARRIER_MS;
  }

  event(event: ModuleEvent): void {
    const { kind, text, atMs } = event;
    this.#follow(event);
    if (kind === 'command') this.#command(text);
    else if (kind === 'violation' && !this.#isExcused(text, atMs)) this.#oracle.fail('command', text);
    else if (kind === 'unknown' && !this.#isProbing && !this.isStray(atMs))
      this.#oracle.fail('command', `unknown command ${text}`);
  }

  #follow({ kind, text, atMs }: ModuleEvent): void {
    if (kind === 'command') this.#commandAtMs = atMs;
    if (kind === 'power' && text === 'booting') {
      if (!this.#pinIsWrong) this.#pins = 0;
      this.#isLossUnheard = false;
    }
    if (kind === 'socket' && text.endsWith(' in data mode')) this.#dataAtMs = atMs;
    if (kind === 'socket' && /left data mode: (?:NO CARRIER|CLOSED|\+PDP DEACT)/.test(text))
      this.#lostDataAtMs = atMs;
    const isSwallowed = kind === 'lost' && text.startsWith('notice pdpdeact');
    const isUnheard = kind === 'context' && text.endsWith(' lost') && this.#host()?.hears !== true;
    if (isSwallowed || isUnheard) this.#isLossUnheard = true;
    if (kind === 'context' && text.endsWith(' deactivated')) this.#isLossUnheard = false;
  }

  #isExcused(text: string, atMs: number): boolean {
    if (PILE.test(text)) return true;
    if (PROBE.test(text) && (this.#isProbing || atMs - this.#commandAtMs >= SHORTEST_LIMIT_MS)) return true;
    if (this.#isLossUnheard && text.includes('needs AT+QIDEACT first')) return true;
    return this.isStray(atMs);
  }

  /** What the host has handed to its port may be read as commands at that time. */
  isStray(atMs: number): boolean {
    return atMs - this.#lostDataAtMs < STRAY_MS;
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
