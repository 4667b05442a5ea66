/** What a module can ask the network: pings, names, the time, DNS servers. */
import type { Observable } from 'rxjs';
import { type ErrorCode, isModemError, ModemError } from '../../errors.ts';
import type { Clock } from '../../streams/clock.ts';
import type { AtChannel } from '../channel/at-channel.ts';
import type { Command } from '../dialects/dialect.ts';
import { Calls } from './calls.ts';
import { contextActive } from './context-wait.ts';
import { notBegun } from './network-errors.ts';
import {
  dnsServerList,
  PING_OPTIONS,
  type PingOptions,
  pingRun,
  readToolOptions,
  resolveRun,
  type SyncTimeOptions,
  TIME_OPTIONS,
  type ToolOptions,
  timeRun,
} from './network-requests.ts';
import type { NetworkTimeReport, PingReport, Resolution } from './network-results.ts';
import type { CheckedOptions } from './options.ts';
import type { ModemStatus } from './status.ts';
import type { UrcRun } from './urc-results.ts';
import { UrcRunner } from './urc-run.ts';

/** What the tools need of the modem. */
export interface NetworkToolsParts
  extends Pick<CheckedOptions, 'dialect' | 'contexts' | 'recovery' | 'queueLimit'> {
  readonly clock: Clock;
  readonly channel: Pick<AtChannel, 'execute' | 'urcs$'>;
  readonly status$: Observable<ModemStatus>;
  /** The error for a call before `start()` or after the end; `undefined` in between. */
  readonly endedError: (doing: string) => ModemError | undefined;
}

/** A refusal of a look-up has no number on gsm: it can only mean one thing. */
function notResolved(error: unknown): never {
  if (!isModemError(error, 'COMMAND_REFUSED')) throw error;
  throw new ModemError('NAME_NOT_RESOLVED', `${error.message}: the name has no address`, error.details);
}

/** Each call rejects with a coded error, and ends by its limit, by its signal or by `stop()`. */
export class NetworkTools {
  readonly #parts: NetworkToolsParts;
  readonly #runner: UrcRunner;
  readonly #calls = new Calls();
  /** Calls of `#ask` that wait for their context or their answer (invariant 4). */
  #asking = 0;

  constructor(parts: NetworkToolsParts) {
    this.#parts = parts;
    const { clock, channel, status$, queueLimit, recovery } = parts;
    this.#runner = new UrcRunner({
      ...{ clock, channel, status$, queueLimit },
      contextLimitMs: recovery.openTimeoutMs,
    });
  }

  async ping(host: string, given: PingOptions): Promise<PingReport> {
    const options = readToolOptions(given, ...PING_OPTIONS);
    return this.#run(pingRun(host, options, this.#parts.dialect, this.#contextOf(options)), options);
  }

  async resolve(name: string, given: ToolOptions): Promise<Resolution> {
    const options = readToolOptions(given);
    const { dialect } = this.#parts;
    const id = this.#contextOf(options);
    const command = dialect.commands.resolveAtOnce?.(id, name);
    if (command === undefined) return this.#run(resolveRun(name, dialect, id), options);
    const addresses = await this.#ask(`look-up of ${name}`, command, id, options).catch(notResolved);
    return { addresses, ttlS: undefined };
  }

  async syncTime(server: string, given: SyncTimeOptions): Promise<NetworkTimeReport> {
    const options = readToolOptions(given, ...TIME_OPTIONS);
    return this.#run(timeRun(server, options, this.#parts.dialect, this.#contextOf(options)), options);
  }

  async setDnsServers(first: string, second: string | undefined, given: ToolOptions): Promise<void> {
    const options = readToolOptions(given);
    const id = this.#contextOf(options);
    const servers = dnsServerList(first, second);
    const command = this.#parts.dialect.commands.setDnsServers?.(id, servers);
    if (command === undefined) throw this.#unsupported('setting DNS servers');
    await this.#ask('setting DNS servers', command, id, options);
  }

  async dnsServers(given: ToolOptions): Promise<readonly string[]> {
    const options = readToolOptions(given);
    const id = this.#contextOf(options);
    const command = this.#parts.dialect.commands.queryDnsServers?.(id);
    if (command === undefined) throw this.#unsupported('reading DNS servers');
    const servers = await this.#ask('reading DNS servers', command, id, options);
    return servers.filter((server) => server !== '');
  }

  /** The wire was voided: what waits for results on it gets none. */
  void(code: ErrorCode): void {
    this.#runner.void(code);
  }

  /** The modem is being stopped: ends every wait. */
  end(): void {
    const stopped = (doing: string): ModemError =>
      this.#parts.endedError(doing) ?? new ModemError('STOPPED', `${doing}: the modem was stopped`);
    this.#calls.end(stopped);
    this.#runner.void('STOPPED');
  }

  #unsupported(doing: string): ModemError {
    const { name } = this.#parts.dialect;
    return new ModemError('UNSUPPORTED', `${doing}: modules of the dialect ${name} have no command for it`);
  }

  #contextOf({ context }: ToolOptions): number {
    const known = this.#parts.contexts.map(({ id }) => id);
    const id = context ?? known[0];
    if (id !== undefined && known.includes(id)) return id;
    const message = `context must be one of the modem's contexts (${known.join(', ') || 'none'})`;
    throw new ModemError('INVALID_ARGUMENT', message, { argument: 'context' });
  }

  #run<T>(run: UrcRun<T>, { signal }: ToolOptions): Promise<T> {
    return this.#call(run.doing, signal, (given) => this.#runner.run(run, given));
  }

  /** A command of a context whose answer is all there is to it. */
  #ask<T>(doing: string, command: Command<T>, contextId: number, options: ToolOptions): Promise<T> {
    const { clock, status$, channel, recovery, queueLimit } = this.#parts;
    const limitMs = recovery.openTimeoutMs;
    if (this.#asking >= queueLimit)
      throw new ModemError('QUEUE_FULL', `${doing}: ${queueLimit} such calls wait already: slow down`);
    this.#asking++;
    const done = (): void => void this.#asking--;
    const work = async (signal: AbortSignal): Promise<T> => {
      await contextActive({ clock, status$, contextId, limitMs, doing, code: 'CONTEXT_FAILED', signal });
      const outcome = await channel.execute(command, { signal, owner: 'tools', priority: 'traffic' });
      if (outcome.kind === 'ok') return outcome.value;
      throw notBegun(doing, command, outcome);
    };
    return this.#call(doing, options.signal, work).finally(done);
  }

  async #call<T>(
    doing: string,
    signal: AbortSignal | undefined,
    work: (given: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const ended = this.#parts.endedError(doing);
    if (ended) throw ended;
    return this.#calls.run(doing, signal, work);
  }
}
