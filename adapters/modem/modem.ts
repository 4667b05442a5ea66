import {
  exhaustMap,
  filter,
  firstValueFrom,
  map,
  type Observable,
  ReplaySubject,
  Subject,
  Subscription,
  timer,
} from 'rxjs';
import { type ActorRefFrom, createActor } from 'xstate';
import { ModemError } from '../../errors.ts';
import { modemMachine, type RecoveryStep } from '../../machines/modem.machine.ts';
import type { CommandOutcome } from '../../machines/support/command-runner.ts';
import { delay, schedulerOn } from '../../streams/clock.ts';
import type { Urc } from '../../streams/urcs.ts';
import { AtChannel } from '../channel/at-channel.ts';
import type { TraceEntry } from '../channel/trace.ts';
import { commandError } from '../command-error.ts';
import type { Answer, Command, Dialect, DialectName, LastError, Sharing } from '../dialects/dialect.ts';
import type { ModemDatagram } from '../net/modem-datagram.ts';
import type { ModemServer } from '../net/modem-server.ts';
import type { ModemSocket } from '../net/modem-socket.ts';
import { SocketOpener } from '../net/socket-opener.ts';
import {
  type BindUdpOptions,
  type ConnectOptions,
  type ConnectUdpOptions,
  checkedConnect,
  checkedConnectUdp,
  checkedListen,
  type ListenOptions,
} from './connect-options.ts';
import { machineInput } from './machine-input.ts';
import type { PingOptions, SyncTimeOptions, ToolOptions } from './network-requests.ts';
import type { NetworkTimeReport, PingReport, Resolution } from './network-results.ts';
import { NetworkTools } from './network-tools.ts';
import { type CheckedOptions, checkedOptions, type ModemOptions } from './options.ts';
import { modemServices, probeTiming, recalledLadder } from './services.ts';
import { ModemSockets } from './sockets.ts';
import { isSameStatus, type ModemStatus, statusOf } from './status.ts';
import { UrcRouter } from './urc-router.ts';

const SIGNAL_PERIOD_MS = 30_000;

/** A Quectel module on a port: kept alive, connected, and ready to open sockets.
 *
 * Made by `createModem`. Everything that waits has a limit and ends by `stop()`.
 */
export class Modem {
  readonly #options: CheckedOptions;
  readonly #channel: AtChannel;
  readonly #actor: ActorRefFrom<typeof modemMachine>;
  readonly #status = new ReplaySubject<ModemStatus>(1);
  readonly #steps = new Subject<RecoveryStep>();
  readonly #subscriptions = new Subscription();
  readonly #router: UrcRouter;
  readonly #sockets: ModemSockets;
  readonly #tools: NetworkTools;
  #latest: ModemStatus;
  #stopping: Promise<void> | undefined;
  #hasStarted = false;

  /** @internal Use `createModem`. */
  constructor(options: ModemOptions) {
    this.#options = checkedOptions(options);
    const { port, dialect, clock, recovery, queueLimit } = this.#options;
    this.#channel = new AtChannel({
      port,
      dialect,
      clock,
      queueLimit,
      timing: {
        drainMs: recovery.drainMs,
        payloadQuietMs: recovery.payloadQuietMs,
        probe: probeTiming(this.#options, recovery.resyncProbes, 0),
        data: { guardMs: recovery.guardMs, replyMs: recovery.escapeReplyMs },
        ...(recovery.commandTimeoutMs > 0 && { commandTimeoutMs: recovery.commandTimeoutMs }),
      },
    });
    this.#tools = new NetworkTools({
      ...this.#options,
      channel: this.#channel,
      status$: this.status$,
      endedError: (doing) => (this.#isOver || !this.#hasStarted ? this.#ended(doing) : undefined),
    });
    const services = modemServices(this.#options, this.#channel, (step) => this.#report(step));
    this.#actor = createActor(modemMachine, {
      clock,
      input: machineInput(this.#options, this.#channel, {
        ...services,
        voidWire: (code) => {
          services.voidWire(code);
          this.#tools.void(code);
        },
      }),
    });
    const opener = new SocketOpener(this.#options, this.#channel, this.#actor);
    this.#router = new UrcRouter({ dialect, actor: this.#actor, opener, channel: this.#channel });
    this.#sockets = new ModemSockets({
      options: this.#options,
      opener,
      sharing: {
        of: (contextId) => this.#sharingOf(contextId),
        isUsed: (contextId) =>
          Object.values(this.#actor.getSnapshot().context.socketActors).some(
            (socket) => socket.getSnapshot().context.open.contextId === contextId,
          ),
        change: (contextId, sharing) => this.#actor.send({ type: 'ask.reshare', contextId, sharing }),
      },
      status$: this.status$,
      refusal: (doing) => (this.#isOver || !this.#hasStarted ? this.#ended(doing) : undefined),
      ended: (doing) => this.#ended(doing),
    });
    this.#latest = statusOf(this.#actor.getSnapshot());
    this.#status.next(this.#latest);
    this.#listen();
  }

  /** What the module says and understands, as data: limits, commands for `query()`, the manual's names. */
  get dialect(): Dialect {
    return this.#options.dialect;
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
    return this.#channel.urcs$;
  }

  /** Commands, answers and URCs, secrets blanked out, payload as its length. */
  get trace$(): Observable<TraceEntry> {
    return this.#channel.trace$;
  }

  /** What went wrong and what was mended. */
  get recoveries$(): Observable<RecoveryStep> {
    return this.#steps.asObservable();
  }

  /** Signal strength, asked every 30 s while somebody is subscribed: RSSI and bit error rate of 3GPP TS 27.007 §8.5. */
  get signal$(): Observable<{ readonly rssi: number; readonly bitErrorRate: number }> {
    const { clock, dialect } = this.#options;
    return timer(0, SIGNAL_PERIOD_MS, schedulerOn(clock)).pipe(
      filter(() => this.#latest.state === 'online'),
      exhaustMap(() => this.#channel.execute(dialect.commands.querySignal(), { priority: 'background' })),
      filter((outcome) => outcome.kind === 'ok'),
      map((outcome) => outcome.value),
    );
  }

  /** The statechart itself: an XState actor reference. */
  get actor(): ActorRefFrom<typeof modemMachine> {
    return this.#actor;
  }

  /** Opens the port and brings the module up, with every context of the options.
   *
   * Resolves when it is online. Rejects with the error that makes further tries useless (`PORT_…`, `NO_MODULE`,
   * `SIM_…`, `STORE_FAILED`), or with `STOPPED` when `signal` is aborted; anything else it keeps trying.
   */
  async start(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options;
    if (this.#stopping) throw this.#ended('start()');
    if (this.#hasStarted) throw new ModemError('INVALID_STATE', 'start() was called before');
    this.#hasStarted = true;
    const abort = (): void => void this.stop();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const record = await recalledLadder(this.#options);
      if (signal?.aborted || this.#stopping) throw this.#ended('start()');
      this.#actor.start();
      if (record) this.#actor.send({ type: 'ladder.recalled', record });
      this.#actor.send({ type: 'ask.start' });
      const status = await firstValueFrom(
        this.status$.pipe(
          filter(({ state }) => state === 'online' || state === 'faulted' || state === 'stopped'),
        ),
      );
      if (status.state !== 'online') throw status.error ?? this.#ended('start()');
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Opens a TCP connection; resolves when it is established, rejects with the error of the attempt. */
  async connect(options: ConnectOptions): Promise<ModemSocket> {
    return this.#sockets.connect(options);
  }

  /** Checks the options of a connection without opening anything.
   *
   * @throws INVALID_ARGUMENT
   */
  checkConnect(options: ConnectOptions): void {
    checkedConnect(options, this.#options);
  }

  /** As `checkConnect`, for `listen`. */
  checkListen(options: ListenOptions): void {
    checkedListen(options, this.#options);
  }

  /** As `checkConnect`, for `connectUdp`. */
  checkConnectUdp(options: ConnectUdpOptions): void {
    checkedConnectUdp(options, this.#options);
  }

  /** Like `net.createConnection`: returns at once; `connect` or `error` follow.
   *
   * While the context is being recovered it waits, up to `connectTimeoutMs`.
   * @throws INVALID_ARGUMENT
   */
  createConnection(options: ConnectOptions): ModemSocket {
    return this.#sockets.createConnection(options);
  }

  /** Accepts TCP connections; resolves when the module listens. Rejects with the error of the attempt, as
   * `ADDRESS_IN_USE` or `INVALID_ARGUMENT`. */
  async listen(options: ListenOptions): Promise<ModemServer> {
    return this.#sockets.listen(options);
  }

  /** Opens a UDP socket to one peer; resolves when datagrams can be sent. */
  async connectUdp(options: ConnectUdpOptions): Promise<ModemDatagram> {
    return this.#sockets.connectUdp(options);
  }

  /** Opens a UDP port for datagrams from and to anybody. */
  async bindUdp(options: BindUdpOptions): Promise<ModemDatagram> {
    return this.#sockets.bindUdp(options);
  }

  /** Sends a command of your own through the same queue. Any final result is a value, not an error.
   *
   * While a socket has the port in transparent mode the command waits; an `urgent` one interrupts it, if that socket's
   * `interrupt` allows. Rejects with `INVALID_ARGUMENT` for a line that is no AT command, `COMMAND_TIMED_OUT`, or the
   * error that ended it.
   */
  async execute(
    text: string,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal; readonly urgent?: boolean } = {},
  ): Promise<Answer> {
    const { timeoutMs, signal, urgent = false } = options;
    const command = this.#options.dialect.commands.raw(text, timeoutMs);
    if (this.#isOver || !this.#hasStarted) throw this.#ended(text);
    const outcome = await this.#channel.execute(command, {
      owner: 'user',
      priority: urgent ? 'urgent' : 'control',
      ...(signal && { signal }),
    });
    if (outcome.kind === 'ok') return outcome.value;
    if (outcome.kind === 'refused') return { lines: [], payload: [], result: outcome.result };
    throw commandError(command, outcome);
  }

  /** Asks for a value; rejects with `COMMAND_REFUSED` and the module's error number when it says no. */
  async query<T>(command: Command<T>): Promise<T> {
    if (this.#isOver || !this.#hasStarted) throw this.#ended(command.text);
    const outcome: CommandOutcome<T> = await this.#channel.execute(command, { owner: 'user' });
    if (outcome.kind === 'ok') return outcome.value;
    throw commandError(command, outcome);
  }

  /** Pings a host from the module. Resolves also when nothing came back: `received` is then 0.
   *
   * Pings run one after the other. While the context is being recovered they wait, up to `recovery.openTimeoutMs`.
   * Rejects with `NAME_NOT_RESOLVED`, `COMMAND_REFUSED` with the module's number, `COMMAND_TIMED_OUT`, `CONTEXT_FAILED`,
   * `CONTEXT_LOST`, or the error that ended it; `INVALID_ARGUMENT` and `UNSUPPORTED` before anything is written.
   */
  ping(host: string, options: PingOptions = {}): Promise<PingReport> {
    return this.#tools.ping(host, options);
  }

  /** Looks the addresses of a host name up, by the module (up to 60 s; not on rg). Rejects as `ping()` does. */
  resolve(name: string, options: ToolOptions = {}): Promise<Resolution> {
    return this.#tools.resolve(name, options);
  }

  /** Asks an NTP server for the time, and sets the module's clock by it (up to 125 s; not on rg). Rejects as `ping()`
   * does. Look at `utc`: it is missing when the module printed a time that has not the documented form. */
  syncTime(server: string, options: SyncTimeOptions = {}): Promise<NetworkTimeReport> {
    return this.#tools.syncTime(server, options);
  }

  /** Sets the DNS servers of a context, by their addresses. A new activation of the context brings the network's own. */
  setDnsServers(first: string, second?: string, options: ToolOptions = {}): Promise<void> {
    return this.#tools.setDnsServers(first, second, options);
  }

  /** The DNS servers of a context. */
  dnsServers(options: ToolOptions = {}): Promise<readonly string[]> {
    return this.#tools.dnsServers(options);
  }

  /** Error number of the last TCP/IP command, whoever sent it; 0 when it went well. `UNSUPPORTED` on gsm. */
  async lastError(): Promise<LastError> {
    const { commands, name } = this.#options.dialect;
    if (commands.queryLastError) return this.query(commands.queryLastError());
    throw new ModemError('UNSUPPORTED', `lastError(): ${name} modules give their errors no numbers`);
  }

  /** Closes everything: sockets, on wish the contexts, and the port. Idempotent; leaves no timer and no handle. */
  stop(options: { readonly deactivate?: boolean } = {}): Promise<void> {
    this.#stopping ??= this.#stop(options.deactivate === true);
    this.#tools.end();
    return this.#stopping;
  }

  get #isOver(): boolean {
    return (
      this.#stopping !== undefined || this.#latest.state === 'faulted' || this.#latest.state === 'stopped'
    );
  }

  #ended(doing: string): ModemError {
    const { state, error } = this.#latest;
    if (error) return new ModemError(error.code, `${doing}: ${error.message}`, error.details, error);
    if (this.#stopping) return new ModemError('STOPPED', `${doing}: the modem was stopped`);
    return new ModemError('INVALID_STATE', `${doing}: the modem is ${state}; call start() first`);
  }

  #listen(): void {
    const { port } = this.#options;
    const { actor, channel } = { actor: this.#actor, channel: this.#channel };
    const publish = (): void => this.#publish();
    const states = actor.subscribe({ next: publish, complete: publish, error: () => void this.stop() });
    this.#subscriptions.add(() => states.unsubscribe());
    this.#subscriptions.add(port.lost$.subscribe(({ message }) => this.#portLost(message)));
    this.#subscriptions.add(channel.signals$.subscribe((urc) => this.#route(urc)));
    this.#subscriptions.add(
      channel.notices$.subscribe((notice) => {
        if (notice.type === 'silent') actor.send({ type: 'command.timedOut', command: notice.command });
        else if (notice.type === 'echo returned')
          actor.send({ type: 'module.booted', notice: 'echo is on again' });
        else actor.send(notice);
      }),
    );
  }

  #sharingOf(contextId: number): Sharing {
    const pdpContext = this.#actor.getSnapshot().context.contextActors[contextId];
    return pdpContext?.getSnapshot().context.parameters.sharing ?? 'multiple';
  }

  #portLost(reason: string): void {
    this.#channel.close();
    this.#actor.send({ type: 'port.lost', reason });
  }

  #route(urc: Urc): void {
    this.#router.route(urc);
    // Printed at every start, also where RDY is missing; while a start is being handled it says nothing new.
    const { state } = this.#latest;
    const isOurStart = state !== 'online' && state !== 'recovering';
    if (urc.name === 'cfun' && urc.value === 1 && !isOurStart) {
      this.#actor.send({ type: 'module.booted', notice: '+CFUN: 1' });
    }
  }

  #publish(): void {
    const status = statusOf(this.#actor.getSnapshot());
    if (isSameStatus(status, this.#latest)) return;
    this.#latest = status;
    this.#status.next(status);
    if (status.state === 'faulted') {
      this.#sockets.fail(status.error);
      void this.stop(); // nothing goes on by itself from here: give the port back
    }
  }

  #report(step: RecoveryStep): void {
    const { logger } = this.#options;
    if (step.step === 'online') logger?.info({ ...step }, step.step);
    else logger?.warn({ ...step }, step.step);
    this.#steps.next(step);
  }

  // ---- stopping

  async #stop(deactivate: boolean): Promise<void> {
    const { clock, recovery, port } = this.#options;
    const limit = new AbortController();
    const limitMs = recovery.stopTimeoutMs + this.#channel.data.leavingMs;
    const waited = delay(clock, limitMs, limit.signal).catch(() => undefined);
    await Promise.race([waited, this.#windDown(deactivate)]);
    limit.abort();
    this.#actor.send({ type: 'ask.stop' });
    this.#actor.stop();
    this.#channel.void('STOPPED');
    this.#channel.close();
    this.#subscriptions.unsubscribe();
    await port.close().catch(() => undefined);
    this.#latest = { ...this.#latest, state: this.#latest.state === 'faulted' ? 'faulted' : 'stopped' };
    this.#status.next(this.#latest);
    this.#status.complete();
    this.#steps.complete();
  }

  /** The polite part: sockets closed, contexts deactivated on wish. */
  async #windDown(deactivate: boolean): Promise<void> {
    const isUp = this.#latest.state === 'online' || this.#latest.state === 'recovering';
    this.#sockets.stop();
    if (!isUp) return;
    const free = this.status$.pipe(filter(({ connectIds }) => connectIds.length === 0));
    await firstValueFrom(free, { defaultValue: undefined });
    if (!deactivate) return;
    for (const { id } of this.#options.contexts) {
      await this.#channel.execute(this.#options.dialect.commands.deactivateContext(id), { owner: 'modem' });
    }
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
export function createModem<const Name extends DialectName>(options: ModemOptions<Name>): Modem {
  return new Modem(options);
}
