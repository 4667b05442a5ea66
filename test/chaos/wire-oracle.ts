/** What the host may write to the module (invariants 1, 8, 14 and 16), by what the module makes of it. */
import type { ModuleEvent } from '../../simulator/index.ts';
import type { HostProcess } from './host-process.ts';
import type { Oracle } from './oracle.ts';

/** A process that was killed, or a port that was lost, may leave half a command line or a command under way in the module.
 * The next one can only find out by writing, and that is all it writes then: probes. */
const PROBE = /^wrote "(?:AT(?:"|\\r)|\+\+\+|\\u001b)|^[^:]*AT: /;

/** What is left of a probe whose beginning became the rest of a payload that a dead process had begun. */
const REST_OF_PROBE = /^wrote "(?:A|T|\+{1,2})"/;

/** What a host has handed to its port cannot be taken back: so long it may still be on the line. */
const STRAY_MS = 2_000;

/** A line, and the look at carrier behind it. */
const CARRIER_MS = 100;

/** Commands are printable. */
const NO_COMMAND = /[^\x20-\x7e\r§…]/;

/** A command and the notice that tells that it is in vain may pass each other. */
const ON_THE_LINE_MS = 100;

/** A command without a result may be given up after this, the shortest limit that schedules have: then the module is probed. */
const SHORTEST_LIMIT_MS = 3_000;

/** So long a late result of a process before this one, or of a probe, may have put the wire out of step: no host knows of it. A slow
 * close alone takes 30 s. */
const OUT_OF_STEP_MS = 40_000;
const DEACTIVATION = /^AT\+QIDEACT(?:EX)?(?:=(\d+)|$)/i;
const LATE = /^result .*: comes (\d+) ms late$/;

/** Probes that piled up in front of a module that hung, and are read at once when it goes on. */
const PILE = /^wrote "(?:AT\\r|\+\+\+){2}/;

export class Wire {
  /** A process was killed or lost its port in the middle of something. */
  leftovers = false;
  /** When data mode was over, for whatever reason. */
  leftDataAtMs = Number.NEGATIVE_INFINITY;
  readonly #oracle: Oracle;
  readonly #host: () => HostProcess | undefined;
  readonly #pinIsWrong: boolean;
  readonly #mayStall: () => boolean;
  #pins = 0;
  #commandAtMs = 0;
  /** The module left data mode by itself: what was on its way then is read as commands. */
  #lostDataAtMs = Number.NEGATIVE_INFINITY;
  /** The context that the command under way deactivates; empty where the command does not say it (gsm). */
  #deactivating: string | undefined;
  #dataAtMs = 0;
  /** A client was accepted, and the notice that says so was swallowed: its index is found by a refusal. */
  #isClientUnheard = false;
  /** When the module gave an index to a client. */
  readonly #acceptedAtMs = new Map<string, number>();
  /** Late results that no host can expect. */
  readonly #strayResultsAtMs: number[] = [];
  /** Late results of the process in charge, as they are due. */
  #lateAtMs: number[] = [];
  #isProbe = false;
  /** The last AT+QIDEACT was refused: the host has done what it could. */
  #isDeactivationRefused = false;
  /** Contexts whose loss has reached the process in charge. */
  readonly #heardLosses = new Set<number>();
  /** The module restarted without a word, and the process in charge has not noticed yet, or only at that time. */
  #unheardRestart: { noticedAtMs: number } | undefined;

  /** @param mayStall whether a fault has struck by which the module leaves its input unread for a while. */
  constructor(
    oracle: Oracle,
    host: () => HostProcess | undefined,
    pinIsWrong: boolean,
    mayStall: () => boolean = () => false,
  ) {
    this.#mayStall = mayStall;
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
    else if (kind === 'unknown' && !this.#isProbing && !this.#isExcused(text, atMs))
      this.#oracle.fail('command', `unknown command ${text}`);
  }

  /** Another process is in charge: it has heard nothing. */
  launched(): void {
    this.#heardLosses.clear();
    this.#strayResultsAtMs.push(...this.#lateAtMs.splice(0));
  }

  lossHeard(contextId: number): void {
    this.#heardLosses.add(contextId);
  }

  /** The module restarts and tells nobody. */
  restartUnheard(): void {
    this.#unheardRestart = { noticedAtMs: Number.POSITIVE_INFINITY };
  }

  /** The process in charge starts over. */
  startsOver(atMs: number): void {
    const restart = this.#unheardRestart;
    if (restart) restart.noticedAtMs = Math.min(restart.noticedAtMs, atMs);
  }

  #follow({ kind, text, atMs }: ModuleEvent): void {
    if (kind === 'command') this.#commandBegins(text, atMs);
    else if (kind === 'result') this.#commandEnds(text);
    else if (kind === 'socket') this.#followSocket(text, atMs);
    else if (kind === 'lost') this.#noteLost(text, atMs);
    else if (kind === 'power' && text === 'booting') {
      if (!this.#pinIsWrong) this.#pins = 0;
      this.#heardLosses.clear();
    } else if (kind === 'context') {
      const deactivated = /^(\d+) deactivated$/.exec(text)?.[1];
      if (deactivated !== undefined) this.#heardLosses.delete(Number(deactivated));
    }
  }

  #commandBegins(text: string, atMs: number): void {
    this.#commandAtMs = atMs;
    this.#isProbe = /^AT$/i.test(text);
    const deactivation = DEACTIVATION.exec(text);
    this.#deactivating = deactivation ? (deactivation[1] ?? '') : undefined;
  }

  /** A deactivation that is refused, for what reason ever: the host has done what it could. */
  #commandEnds(result: string): void {
    if (this.#deactivating === undefined) return;
    this.#isDeactivationRefused = result.includes('ERROR');
    if (this.#isDeactivationRefused) this.#heardLosses.delete(Number(this.#deactivating));
    this.#deactivating = undefined;
  }

  #followSocket(text: string, atMs: number): void {
    const accepted = /^(\d+) accepted/.exec(text)?.[1];
    if (accepted !== undefined) this.#acceptedAtMs.set(accepted, atMs);
    if (text.includes('left data mode')) this.leftDataAtMs = atMs;
    if (text.endsWith(' in data mode')) this.#dataAtMs = atMs;
    if (/left data mode: (?:NO CARRIER|CLOSED|\+PDP DEACT)/.test(text)) this.#lostDataAtMs = atMs;
  }

  #noteLost(text: string, atMs: number): void {
    if (text.startsWith('notice incoming')) this.#isClientUnheard = true;
    const lateMs = LATE.exec(text)?.[1];
    if (lateMs === undefined) return;
    (this.#isProbe ? this.#strayResultsAtMs : this.#lateAtMs).push(atMs + Number(lateMs));
  }

  /** Payload that a stalled module reads long after it has left data mode. */
  #isLatePayload(text: string): boolean {
    return this.#mayStall() && this.#lostDataAtMs > 0 && NO_COMMAND.test(text);
  }

  #isExcused(text: string, atMs: number): boolean {
    if (PILE.test(text)) return true;
    if (PROBE.test(text) && (this.#isProbing || atMs - this.#commandAtMs >= SHORTEST_LIMIT_MS)) return true;
    if (this.#isProbing && REST_OF_PROBE.test(text)) return true;
    // Half a line of the process before, and a probe behind it: nothing else is written so early.
    if (this.#isProbing && /^AT/i.test(text) && !/CFUN|COPS|CPIN/i.test(text)) return true;
    if (text.includes('while a command was running') && this.isOutOfStep(atMs)) return true;
    if (text.includes('the context was lost') && this.#isDeactivationRefused) return true;
    const lost = /^AT\+QIACT(?:EX)?=(\d+): .* needs AT\+QIDEACT first/.exec(text)?.[1];
    if (lost !== undefined) return !this.#heardLosses.has(Number(lost));
    const index = /connection (\d+) is in use/.exec(text)?.[1];
    if (index !== undefined && this.#isClientUnheard) return true;
    if (index !== undefined && atMs - (this.#acceptedAtMs.get(index) ?? 0) < ON_THE_LINE_MS) return true;
    return this.isStray(atMs) || this.#isBeforeNotice || this.#isLatePayload(text);
  }

  isOutOfStep(atMs: number): boolean {
    return this.#strayResultsAtMs.some((dueMs) => atMs >= dueMs - 1 && atMs - dueMs < OUT_OF_STEP_MS);
  }

  /** A late result comes within so long. */
  isResultDue(atMs: number, withinMs: number): boolean {
    const due = [...this.#lateAtMs, ...this.#strayResultsAtMs];
    return due.some((dueMs) => dueMs >= atMs && dueMs - atMs < withinMs);
  }

  /** The command was written to a module that had restarted without a word, before the host could know. */
  get #isBeforeNotice(): boolean {
    const restart = this.#unheardRestart;
    return restart !== undefined && this.#commandAtMs <= restart.noticedAtMs;
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
