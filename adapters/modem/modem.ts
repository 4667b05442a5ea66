import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import {
  exhaustMap,
  filter,
  map,
  merge,
  type Observable,
  observeOn,
  queueScheduler,
  ReplaySubject,
  Subject,
  share,
  switchMap,
  timer,
} from 'rxjs';
import type { ActorRefFrom } from 'xstate';
import { asModemError, ModemError } from '../../errors.ts';
import type { modemMachine, RecoveryStep } from '../../machines/modem.machine.ts';
import type { CommandOutcome } from '../../machines/support/command-runner.ts';
import { schedulerOn, systemClock } from '../../streams/clock.ts';
import type { Urc } from '../../streams/urcs.ts';
import { RecentTrace } from '../channel/recent-trace.ts';
import { shownCommand } from '../channel/redaction.ts';
import { commandError } from '../command-error.ts';
import { flag } from '../dialects/arguments.ts';
import { commonCommands } from '../dialects/common.ts';
import type { Answer, Command, Dialect, DialectName, LastError } from '../dialects/dialect.ts';
import { OpenInspectors } from '../inspect/open-inspectors.ts';
import type { ModemDatagram } from '../net/modem-datagram.ts';
import type { ModemServer } from '../net/modem-server.ts';
import type { ModemSocket } from '../net/modem-socket.ts';
import { type ConnectionOptions, connectionsOn, type ReconnectOptions } from '../node/connections.ts';
import {
  type AgentHost,
  type HttpAgentOptions,
  type HttpsAgentOptions,
  ModemHttpAgent,
  ModemHttpsAgent,
} from '../node/http-agents.ts';
import { lookupBy, type ModemLookup } from '../node/lookup.ts';
import { type MqttStreamOptions, mqttStreamOn } from '../node/mqtt-stream.ts';
import { type ConnectTlsOptions, connectTls } from '../node/tls.ts';
import { needSignal, readAnyOptions, readOptions } from '../plain-options.ts';
import type { PlainEntry, TraceEntry, WireEntry } from '../trace/trace-entry.ts';
import { checkedCommand } from './checked-command.ts';
import {
  type BindUdpOptions,
  type ConnectOptions,
  type ConnectUdpOptions,
  checkedConnect,
  checkedConnectUdp,
  checkedListen,
  type ListenOptions,
} from './connect-options.ts';
import { detectDialect } from './detect-dialect.ts';
import { ModemCore } from './modem-core.ts';
import type { PingOptions, SyncTimeOptions, ToolOptions } from './network-requests.ts';
import type { NetworkTimeReport, PingReport, Resolution } from './network-results.ts';
import { checkedOptions, listOf, type ModemOptions } from './options.ts';
import { readModemOptions } from './read-options.ts';
import type { ModemStatus } from './status.ts';

/** What `start` takes. */
export interface StartOptions {
  /** Gives it up: `stop()`. */
  readonly signal?: AbortSignal;
}

/** What `execute` takes. */
export interface ExecuteOptions {
  /** Limit for the final result; 60 s when left out. */
  readonly timeoutMs?: number;
  /** Gives it up while it waits: rejects with `STOPPED`. A command that is on the wire runs to its end. */
  readonly signal?: AbortSignal;
  /** Goes in front of all others, and interrupts transparent mode where that is allowed. */
  readonly urgent?: boolean;
}

const SIGNAL_PERIOD_MS = 30_000;
/** Lines that `recentTrace` keeps. */
const TRACE_LIMIT = 256;

/** A Quectel module on a port: kept alive, connected, and ready to open sockets.
 *
 * Made by `createModem`. Everything that waits has a limit and ends by `stop()`.
 */
export class Modem {
  readonly #options: ModemOptions;
  readonly #status = new ReplaySubject<ModemStatus>(1);
  readonly #cores = new ReplaySubject<ModemCore>(1);
  /** The trace while the dialect is being found out. */
  readonly #early = new Subject<WireEntry>();
  readonly #detecting = new AbortController();
  readonly #recent: RecentTrace;
  readonly #trace$: Observable<TraceEntry>;
  readonly #inspectors: OpenInspectors;
  #core: ModemCore | undefined;
  #latest: ModemStatus = { state: 'portClosed', contexts: [], connectIds: [] };
  #stopping: Promise<void> | undefined;
  #hasStarted = false;

  /** @internal Use `createModem`. */
  constructor(options: ModemOptions) {
    this.#options = readModemOptions(options);
    const { traceLimit = TRACE_LIMIT } = this.#options;
    this.#recent = new RecentTrace(traceLimit);
    this.#trace$ = merge(this.#early, this.#cores.pipe(switchMap(({ trace }) => trace.entries$))).pipe(
      observeOn(queueScheduler), // what a subscriber causes comes behind what it was told, for all of them
      share(),
    );
    this.#inspectors = new OpenInspectors(listOf(this.#options.inspect));
    // What is on the wire goes there by a shorter way, from the channel.
    const others$ = merge(this.#early, this.#cores.pipe(switchMap(({ trace }) => trace.steps$)));
    if (this.#recent.keepsAny) others$.subscribe((entry) => this.#recent.add(entry));
    if (this.#options.dialect === 'auto') this.#status.next(this.#latest);
    else this.#begin(this.#options as ModemOptions<DialectName>);
  }

  /** False with `dialect: 'auto'`, as long as the module was not asked. */
  get isDialectKnown(): boolean {
    return this.#core !== undefined;
  }

  /** What the module says and understands, as data: limits, commands for `query()`, the manual's names.
   *
   * @throws INVALID_STATE with `dialect: 'auto'`, as long as it has not been found out.
   */
  get dialect(): Dialect {
    return this.#known('dialect').options.dialect;
  }

  /** States, contexts and sockets; replays the latest value, completes after the end. */
  get status$(): Observable<ModemStatus> {
    return this.#status.asObservable();
  }

  /** The latest value of `status$`. */
  get status(): ModemStatus {
    return this.#latest;
  }

  /** Unsolicited result codes, typed, as they arrive. */
  get urcs$(): Observable<Urc> {
    return this.#cores.pipe(switchMap(({ channel }) => channel.urcs$));
  }

  /** Everything that happens, in the order of happening: commands, answers and URCs, events and transitions of the statecharts, steps
   * of the recovery. Secrets are blanked out, payload shows as its length. Completes after the end.
   *
   * The statecharts are looked at only while somebody is subscribed, which costs about as much as they do themselves.
   */
  get trace$(): Observable<TraceEntry> {
    return this.#trace$;
  }

  /** The last lines on the wire and steps of the recovery, oldest first, as many as `traceLimit` says: also after the end. They are
   * always kept, so events and transitions, which cost more, are only in `trace$`. For error reports. */
  get recentTrace(): readonly PlainEntry[] {
    return this.#recent.entries;
  }

  /** @internal What the modem has learnt of its wire and of its connections, and goes by: equal ones go on alike. */
  get wireDoubts(): string {
    return this.#core?.wireDoubts ?? '';
  }

  /** What went wrong and what was mended. */
  get recoveries$(): Observable<RecoveryStep> {
    return this.#cores.pipe(switchMap(({ recoveries$ }) => recoveries$));
  }

  /** Signal strength, asked every 30 s while somebody is subscribed: RSSI and bit error rate of 3GPP TS 27.007 §8.5. */
  get signal$(): Observable<{ readonly rssi: number; readonly bitErrorRate: number }> {
    const clock = this.#options.clock ?? systemClock;
    return timer(0, SIGNAL_PERIOD_MS, schedulerOn(clock)).pipe(
      filter(() => this.#latest.state === 'online'),
      map(() => this.#known('signal$')),
      exhaustMap(({ channel, options: { dialect } }) =>
        channel.execute(dialect.commands.querySignal(), { priority: 'background' }),
      ),
      filter((outcome) => outcome.kind === 'ok'),
      map((outcome) => outcome.value),
    );
  }

  /** The statechart itself: an XState actor reference. */
  get actor(): ActorRefFrom<typeof modemMachine> {
    return this.#known('actor').actor;
  }

  /** Opens the port and brings the module up, with every context of the options.
   *
   * Resolves when it is online. Rejects with the error that makes further tries useless (`PORT_…`, `NO_MODULE`,
   * `SIM_…`, `STORE_FAILED`), or with `STOPPED` when `signal` is aborted; anything else it keeps trying.
   */
  async start(options: StartOptions = {}): Promise<void> {
    const { signal } = readOptions<StartOptions>(options, ['signal']);
    needSignal(signal);
    if (this.#stopping) throw this.#ended('start()');
    if (this.#hasStarted) throw new ModemError('INVALID_STATE', 'start() was called before');
    this.#hasStarted = true;
    const abort = (): void => void this.stop();
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (this.#stopping) throw this.#ended('start()');
      await this.#inspectors.open();
      const core = this.#core ?? (await this.#detect());
      await core.start();
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Opens a TCP connection; resolves when it is established, rejects with the error of the attempt. */
  async connect(options: ConnectOptions): Promise<ModemSocket> {
    return this.#known('connect()').sockets.connect(options);
  }

  /** Checks the options of a connection without opening anything; with `dialect: 'auto'` only once the dialect is known.
   *
   * @throws INVALID_ARGUMENT
   */
  checkConnect(options: ConnectOptions): void {
    if (this.#core) checkedConnect(options, this.#core.options);
  }

  /** As `checkConnect`, for `listen`. */
  checkListen(options: ListenOptions): void {
    if (this.#core) checkedListen(options, this.#core.options);
  }

  /** As `checkConnect`, for `connectUdp`. */
  checkConnectUdp(options: ConnectUdpOptions): void {
    if (this.#core) checkedConnectUdp(options, this.#core.options);
  }

  /** Like `net.createConnection`: returns at once; `connect` or `error` follow.
   *
   * While the context is being recovered it waits, up to `connectTimeoutMs`.
   * @throws INVALID_ARGUMENT
   */
  createConnection(options: ConnectOptions): ModemSocket {
    return this.#known('createConnection()').sockets.createConnection(options);
  }

  /** Accepts TCP connections; resolves when the module listens. Rejects with the error of the attempt, as
   * `ADDRESS_IN_USE` or `INVALID_ARGUMENT`. */
  async listen(options: ListenOptions): Promise<ModemServer> {
    return this.#known('listen()').sockets.listen(options);
  }

  /** Opens a UDP socket to one peer; resolves when datagrams can be sent. */
  async connectUdp(options: ConnectUdpOptions): Promise<ModemDatagram> {
    return this.#known('connectUdp()').sockets.connectUdp(options);
  }

  /** Opens a UDP port for datagrams from and to anybody. */
  async bindUdp(options: BindUdpOptions): Promise<ModemDatagram> {
    return this.#known('bindUdp()').sockets.bindUdp(options);
  }

  /** Sends a command of your own through the same queue. Any final result is a value, not an error.
   *
   * While a socket has the port in transparent mode the command waits; an `urgent` one interrupts it, if that socket's
   * `interrupt` allows. Rejects with `INVALID_ARGUMENT` for a line that is no AT command, `COMMAND_TIMED_OUT`, or the
   * error that ended it.
   */
  async execute(text: string, options: ExecuteOptions = {}): Promise<Answer> {
    const read = readOptions<ExecuteOptions>(options, ['timeoutMs', 'signal', 'urgent']);
    const { timeoutMs, signal, urgent = false } = read;
    needSignal(signal);
    flag('urgent', urgent);
    const command = commonCommands.raw(text, timeoutMs);
    const outcome = await this.#started(shownCommand(command)).channel.execute(command, {
      owner: 'user',
      priority: urgent ? 'urgent' : 'control',
      ...(signal && { signal }),
    });
    if (outcome.kind === 'ok') return outcome.value;
    if (outcome.kind === 'refused') return { lines: [], payload: [], result: outcome.result };
    throw commandError(command, outcome);
  }

  /** Asks for a value; rejects with `COMMAND_REFUSED` and the module's error number when it says no. */
  async query<T>(given: Command<T>): Promise<T> {
    const command = checkedCommand(given);
    const { channel } = this.#started(shownCommand(command));
    const outcome: CommandOutcome<T> = await channel.execute(command, { owner: 'user' });
    if (outcome.kind === 'ok') return outcome.value;
    throw commandError(command, outcome);
  }

  /** Connected sockets, one after the other, for as long as somebody is subscribed: for agents.
   *
   * The next one is opened when the one before has ended: as soon as the module is online, and behind a wait that grows with each
   * failure in a row and is different on each gateway. Completes when the modem is stopped. Errors with what makes further tries useless:
   * wrong options, a modem that is `faulted`. Unsubscribing destroys the socket: `end()` it first where bytes are on their way.
   *
   * @throws INVALID_ARGUMENT
   */
  connection$(options: ConnectionOptions, reconnect: ReconnectOptions = {}): Observable<ModemSocket> {
    const host = {
      clock: this.#options.clock ?? systemClock,
      status$: this.status$,
      check: (one: ConnectionOptions) => this.checkConnect(one),
      connect: (one: ConnectOptions) => this.connect(one),
    };
    return connectionsOn(host, options, reconnect);
  }

  /** TLS, by Node's own `tls`, on a connection through the module. Resolves when the peer has shown a certificate that is trusted.
   *
   * Rejects with `TLS_FAILED`, whose `cause` is Node's error, or with the error of the connection.
   */
  async connectTls(options: ConnectTlsOptions): Promise<TLSSocket> {
    const host = {
      clock: this.#options.clock ?? systemClock,
      connect: (one: ConnectOptions) => this.createConnection(one),
      isStopping: () => this.#stopping !== undefined,
    };
    return connectTls(host, options);
  }

  /** For `http.request({ agent })` and everything built on it. Keeps connections, four at most, unless the options say otherwise. */
  httpAgent(options: HttpAgentOptions = {}): HttpAgent {
    return new ModemHttpAgent(this.#agentHost, options);
  }

  /** For `https.request({ agent })`; certificates are checked as ever. */
  httpsAgent(options: HttpsAgentOptions = {}): HttpsAgent {
    return new ModemHttpsAgent(this.#agentHost, options);
  }

  /** For MQTT.js: what its client opens its connections by.
   *
   * @example new MqttClient(modem.mqttStream({ host: 'broker.example', port: 8883, tls: {} }), { clientId: 'pump-7' })
   * @throws INVALID_ARGUMENT
   */
  mqttStream(options: MqttStreamOptions): () => Duplex {
    const { connect, check } = this.#agentHost;
    return mqttStreamOn(connect, check, options);
  }

  /** Host names by the module's DNS, in the shape of Node's option `lookup`; `UNSUPPORTED` on rg, which has none. */
  get lookup(): ModemLookup {
    return lookupBy(async (name) => (await this.resolve(name)).addresses);
  }

  /** Pings a host from the module. Resolves also when nothing came back: `received` is then 0.
   *
   * Pings run one after the other. While the context is being recovered they wait, up to `recovery.openTimeoutMs`.
   * Rejects with `NAME_NOT_RESOLVED`, `COMMAND_REFUSED` with the module's number, `COMMAND_TIMED_OUT`, `CONTEXT_FAILED`,
   * `CONTEXT_LOST`, or the error that ended it; `INVALID_ARGUMENT` and `UNSUPPORTED` before anything is written.
   */
  async ping(host: string, options: PingOptions = {}): Promise<PingReport> {
    return this.#known('ping()').tools.ping(host, options);
  }

  /** Looks the addresses of a host name up, by the module (up to 60 s; not on rg). Rejects as `ping()` does. */
  async resolve(name: string, options: ToolOptions = {}): Promise<Resolution> {
    return this.#known('resolve()').tools.resolve(name, options);
  }

  /** Asks an NTP server for the time, and sets the module's clock by it (up to 125 s; not on rg). Rejects as `ping()`
   * does. Look at `utc`: it is missing when the module printed a time that has not the documented form. */
  async syncTime(server: string, options: SyncTimeOptions = {}): Promise<NetworkTimeReport> {
    return this.#known('syncTime()').tools.syncTime(server, options);
  }

  /** Sets the DNS servers of a context, by their addresses. A new activation of the context brings the network's own. */
  async setDnsServers(first: string, second?: string, options: ToolOptions = {}): Promise<void> {
    return this.#known('setDnsServers()').tools.setDnsServers(first, second, options);
  }

  /** The DNS servers of a context. */
  async dnsServers(options: ToolOptions = {}): Promise<readonly string[]> {
    return this.#known('dnsServers()').tools.dnsServers(options);
  }

  /** Error number of the last TCP/IP command, whoever sent it; 0 when it went well. `UNSUPPORTED` on gsm. */
  async lastError(): Promise<LastError> {
    const { commands, name } = this.#known('lastError()').options.dialect;
    if (commands.queryLastError) return this.query(commands.queryLastError());
    throw new ModemError('UNSUPPORTED', `lastError(): ${name} modules give their errors no numbers`);
  }

  /** Closes everything: sockets, on wish the contexts, and the port. Idempotent; leaves no timer and no handle. */
  stop(options: { readonly deactivate?: boolean } = {}): Promise<void> {
    this.#stopping ??= this.#end(isDeactivating(options));
    return this.#stopping;
  }

  get #agentHost(): AgentHost {
    return {
      connect: (one) => this.createConnection(one),
      check: (one) => this.checkConnect(one),
    };
  }

  /** From here on the dialect is known. */
  #begin(options: ModemOptions<DialectName>): ModemCore {
    const core = new ModemCore(checkedOptions(options), this.#recent);
    this.#core = core;
    core.status$.subscribe({
      next: (status) => this.#publish(status),
      complete: () => {
        void this.#inspectors.close(); // also when it has ended by itself
        this.#status.complete();
        this.#early.complete();
        this.#cores.complete();
      },
    });
    this.#cores.next(core);
    return core;
  }

  #publish(status: ModemStatus): void {
    this.#latest = status;
    this.#status.next(status);
  }

  /** Finds out which dialect the module speaks, before anything else is done with it. */
  async #detect(): Promise<ModemCore> {
    this.#publish({ ...this.#latest, state: 'syncing' });
    try {
      const dialect = await detectDialect(this.#options, this.#detecting.signal, (entry) =>
        this.#early.next(entry),
      );
      if (this.#stopping) throw this.#ended('start()');
      return this.#begin({ ...this.#options, dialect } as ModemOptions<DialectName>);
    } catch (error) {
      const problem = this.#stopping ? this.#ended('start()') : asModemError(error);
      const isEnded = problem.code === 'STOPPED';
      this.#publish({ ...this.#latest, state: isEnded ? 'stopped' : 'faulted', error: problem });
      throw problem;
    }
  }

  async #end(deactivate: boolean): Promise<void> {
    this.#detecting.abort();
    this.#early.complete();
    if (this.#core) await this.#core.stop(deactivate);
    await this.#inspectors.close();
    if (this.#core) return;
    if (this.#latest.state !== 'faulted') this.#publish({ ...this.#latest, state: 'stopped' });
    this.#status.complete();
    this.#cores.complete();
  }

  /** The modem once its dialect is known.
   *
   * @throws INVALID_STATE before that, and what ended it after the end.
   */
  #known(doing: string): ModemCore {
    if (this.#core === undefined) throw this.#ended(doing);
    return this.#core;
  }

  #started(doing: string): ModemCore {
    const core = this.#known(doing);
    const refusal = core.refusal(doing);
    if (refusal) throw refusal;
    return core;
  }

  #ended(doing: string): ModemError {
    if (this.#core) return this.#core.ended(doing);
    const { error, state } = this.#latest;
    if (error) return new ModemError(error.code, `${doing}: ${error.message}`, error.details, error);
    if (this.#stopping) return new ModemError('STOPPED', `${doing}: the modem was stopped`);
    return new ModemError('INVALID_STATE', `${doing}: the modem is ${state}; call start() first`);
  }
}

/** Stopping must not fail for an option: what is wrong deactivates nothing. */
function isDeactivating(options: unknown): boolean {
  try {
    return readAnyOptions(options, 'options')['deactivate'] === true;
  } catch {
    return false;
  }
}

/** Makes a modem. Nothing is opened or written before `start()`.
 *
 * @throws INVALID_ARGUMENT naming the option that is wrong.
 * @example
 * const modem = createModem({
 *   port: serialPort({ path: '/dev/ttyUSB2' }),
 *   dialect: 'lte',
 *   contexts: [{ id: 1, apn: 'internet' }],
 * });
 * await modem.start();
 */
export function createModem<const Name extends DialectName | 'auto'>(options: ModemOptions<Name>): Modem {
  return new Modem(options);
}
