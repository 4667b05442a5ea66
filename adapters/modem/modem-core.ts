import { filter, firstValueFrom, type Observable, ReplaySubject, Subject, Subscription } from 'rxjs';
import { type ActorRefFrom, createActor } from 'xstate';
import { ModemError } from '../../errors.ts';
import { modemMachine, type RecoveryStep } from '../../machines/modem.machine.ts';
import { delay, systemClock } from '../../streams/clock.ts';
import type { Urc } from '../../streams/urcs.ts';
import { AtChannel } from '../channel/at-channel.ts';
import type { RecentTrace } from '../channel/recent-trace.ts';
import { Secrets } from '../channel/secrets.ts';
import type { Sharing } from '../dialects/dialect.ts';
import { happeningsOf, nextModemName } from '../inspect/happenings.ts';
import { InspectionFeed } from '../inspect/inspection-feed.ts';
import { redactorOf } from '../inspect/redacted.ts';
import { lookAt } from '../metrics/modem-look.ts';
import { observeModem } from '../metrics/observe-modem.ts';
import { SocketOpener } from '../net/socket-opener.ts';
import type { Traffic } from '../net/traffic.ts';
import { AwaitedStore } from '../store/awaited-store.ts';
import { ModemTrace } from '../trace/modem-trace.ts';
import { machineInput } from './machine-input.ts';
import { NetworkTools } from './network-tools.ts';
import type { CheckedOptions } from './options.ts';
import { isPathAlive } from './path-probe.ts';
import { modemServices, probeTiming, recalledLadder } from './services.ts';
import { ModemSockets } from './sockets.ts';
import { isSameStatus, type ModemStatus, statusOf } from './status.ts';
import { TcpKeepalive } from './tcp-keepalive.ts';
import { UrcRouter } from './urc-router.ts';

/** So long after the last connection a line that nobody understands may be payload. */
const PAYLOAD_MEMORY_MS = 60_000;

/** The modem of a known dialect: what `Modem` stands in front of. */
export class ModemCore {
  readonly options: CheckedOptions;
  readonly channel: AtChannel;
  readonly actor: ActorRefFrom<typeof modemMachine>;
  readonly trace: ModemTrace;
  readonly #secrets: Secrets;
  readonly #name = nextModemName();
  readonly #status = new ReplaySubject<ModemStatus>(1);
  readonly #steps = new Subject<RecoveryStep>();
  readonly #traffic = new Subject<Traffic>();
  readonly #subscriptions = new Subscription();
  readonly #router: UrcRouter;
  readonly sockets: ModemSockets;
  readonly tools: NetworkTools;
  readonly #store: AwaitedStore;
  #latest: ModemStatus;
  /** Last time that somebody looked and a connection was there. */
  #connectedAtMs = Number.NEGATIVE_INFINITY;
  #stopping: Promise<void> | undefined;
  #hasStarted = false;

  /** @param recent keeps the last lines on the wire. */
  constructor(options: CheckedOptions, recent: RecentTrace) {
    this.#store = new AwaitedStore(options.store, options.clock);
    this.options = { ...options, store: this.#store };
    const { port, dialect, clock, recovery, queueLimit } = this.options;
    this.#secrets = new Secrets(options);
    this.#secrets.mayBePayload = () => this.#mayCarryPayload();
    this.channel = new AtChannel({
      port,
      dialect,
      clock,
      queueLimit,
      recent,
      secrets: this.#secrets,
      sleepsByDtr: this.options.sleepsByDtr,
      timing: {
        drainMs: recovery.drainMs,
        payloadQuietMs: recovery.payloadQuietMs,
        probe: probeTiming(this.options, recovery.resyncProbes, 0),
        escapeTries: recovery.escapeTries,
        data: { guardMs: recovery.guardMs, replyMs: recovery.escapeReplyMs },
        wakeAfterMs: recovery.wakeAfterMs,
        ...(recovery.commandTimeoutMs > 0 && { commandTimeoutMs: recovery.commandTimeoutMs }),
      },
    });
    this.tools = new NetworkTools({
      ...this.options,
      channel: this.channel,
      status$: this.status$,
      endedError: (doing) => this.refusal(doing),
    });
    const services = modemServices(this.options, this.channel, {
      report: (step) => this.#report(step),
      isPathAlive: (contextId, signal) => isPathAlive(this.tools, this.options, contextId, signal),
    });
    this.actor = createActor(modemMachine, {
      id: 'modem',
      clock,
      input: machineInput(this.options, this.channel, {
        ...services,
        voidWire: (code) => {
          services.voidWire(code);
          this.tools.void(code);
        },
      }),
    });
    this.trace = new ModemTrace({
      ...{ wire: this.channel.trace, recoveries$: this.recoveries$, life$: this.status$ },
      ...{ root: this.actor, secrets: this.#secrets },
    });
    const moved = (traffic: Traffic): void => this.#traffic.next(traffic);
    const opener = new SocketOpener(this.options, this.channel, this.actor, moved);
    this.#router = new UrcRouter({ dialect, clock, actor: this.actor, opener, channel: this.channel });
    this.sockets = new ModemSockets({
      options: this.options,
      opener,
      moved,
      sharing: {
        of: (contextId) => this.#sharingOf(contextId),
        isUsed: (contextId) =>
          Object.values(this.actor.getSnapshot().context.socketActors).some(
            (socket) => socket.getSnapshot().context.open.contextId === contextId,
          ),
        change: (contextId, sharing) => this.actor.send({ type: 'ask.reshare', contextId, sharing }),
      },
      status$: this.status$,
      addressOf: (contextId) => this.#latest.contexts.find(({ id }) => id === contextId)?.addresses[0],
      keepalive: new TcpKeepalive(this.channel, dialect, this.status$),
      refusal: (doing) => this.refusal(doing),
      ended: (doing) => this.ended(doing),
    });
    this.#latest = statusOf(this.actor.getSnapshot());
    this.#status.next(this.#latest);
    this.#listen();
  }

  /** States, contexts and sockets; replays the latest value, completes after the end. */
  get status$(): Observable<ModemStatus> {
    return this.#status.asObservable();
  }

  /** The latest value of `status$`. */
  get status(): ModemStatus {
    return this.#latest;
  }

  /** In how far the wire is not taken at its word, and how much each socket believes that the module takes. */
  get wireDoubts(): string {
    const sockets = Object.values(this.actor.getSnapshot().context.socketActors);
    const learnt = sockets.map((socket) => socket.getSnapshot().context.link.knowledge?.() ?? '');
    return [this.channel.doubts, ...learnt].join(' ');
  }

  get recoveries$(): Observable<RecoveryStep> {
    return this.#steps.asObservable();
  }

  /** Resolves when it is online; rejects with what makes further tries useless, or `STOPPED`. */
  async start(): Promise<void> {
    this.#hasStarted = true;
    try {
      const record = await recalledLadder(this.options);
      if (this.#stopping) throw this.ended('start()');
      this.#measure();
      this.#inspect();
      this.actor.start();
      if (record) this.actor.send({ type: 'ladder.recalled', record });
      this.actor.send({ type: 'ask.start' });
      const status = await firstValueFrom(
        this.status$.pipe(
          filter(({ state }) => state === 'online' || state === 'faulted' || state === 'stopped'),
        ),
      );
      if (status.state !== 'online') throw status.error ?? this.ended('start()');
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Closes everything. Idempotent; leaves no timer and no handle. */
  stop(deactivate = false): Promise<void> {
    this.#stopping ??= this.#stop(deactivate);
    this.tools.end();
    return this.#stopping;
  }

  get isOver(): boolean {
    return (
      this.#stopping !== undefined || this.#latest.state === 'faulted' || this.#latest.state === 'stopped'
    );
  }

  /** The error of a call before `start()` or after the end. */
  refusal(doing: string): ModemError | undefined {
    return this.isOver || !this.#hasStarted ? this.ended(doing) : undefined;
  }

  /** Why nothing can be done any more, or not yet. */
  ended(doing: string): ModemError {
    const { state, error } = this.#latest;
    if (error) return new ModemError(error.code, `${doing}: ${error.message}`, error.details, error);
    if (this.#stopping) return new ModemError('STOPPED', `${doing}: the modem was stopped`);
    return new ModemError('INVALID_STATE', `${doing}: the modem is ${state}; call start() first`);
  }

  #listen(): void {
    const { port } = this.options;
    const { actor, channel } = { actor: this.actor, channel: this.channel };
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

  #measure(): void {
    const { meter, port, dialect, clock } = this.options;
    const { channel, actor } = this;
    const measuring = observeModem(meter, {
      ...{ port: port.description, dialect: dialect.name, clock },
      ...{ exchanged$: channel.exchanged$, discarded$: channel.discarded$, urcs$: channel.urcs$ },
      ...{ status$: this.status$, recoveries$: this.recoveries$, traffic$: this.#traffic },
      queueLength: () => channel.queueSize,
      look: () => lookAt(actor),
    });
    this.#subscriptions.add(measuring);
  }

  /** A line that is late belongs to a connection that may have ended since. */
  #mayCarryPayload(): boolean {
    const { clock } = this.options;
    if (this.#latest.connectIds.length > 0) this.#connectedAtMs = clock.now();
    return clock.now() - this.#connectedAtMs < PAYLOAD_MEMORY_MS;
  }

  #inspect(): void {
    const { inspectors } = this.options;
    if (inspectors.length === 0) return;
    const feed = new InspectionFeed({
      happenings$: (takesExchange) =>
        happeningsOf(this.actor, this.channel.exchanges$.pipe(filter(takesExchange)), this.#name),
      ...{ inspectors, redacted: redactorOf(this.#secrets) },
      clock: systemClock, // whoever looks lives in the time of the wall
    });
    this.#subscriptions.add(() => feed.close());
  }

  #sharingOf(contextId: number): Sharing {
    const pdpContext = this.actor.getSnapshot().context.contextActors[contextId];
    return pdpContext?.getSnapshot().context.parameters.sharing ?? 'multiple';
  }

  #portLost(reason: string): void {
    this.channel.close();
    this.actor.send({ type: 'port.lost', reason });
  }

  #route(urc: Urc): void {
    this.#router.route(urc);
    // Printed at every start, also where RDY is missing; while a start is being handled it says nothing new.
    const { state } = this.#latest;
    const isOurStart = state !== 'online' && state !== 'recovering';
    if (urc.name === 'cfun' && urc.value === 1 && !isOurStart) {
      this.actor.send({ type: 'module.booted', notice: '+CFUN: 1' });
    }
  }

  #publish(): void {
    const status = statusOf(this.actor.getSnapshot());
    if (isSameStatus(status, this.#latest)) return;
    if (this.#latest.connectIds.length > 0) this.#connectedAtMs = this.options.clock.now();
    this.#latest = status;
    this.#status.next(status);
    if (status.state === 'stopped') void this.stop(); // the statechart was told to by somebody else
    if (status.state === 'faulted') {
      this.sockets.fail(status.error);
      void this.stop(); // nothing goes on by itself from here: give the port back
    }
  }

  #report(step: RecoveryStep): void {
    const { logger } = this.options;
    if (step.step === 'online') logger?.info({ ...step }, step.step);
    else logger?.warn({ ...step }, step.step);
    this.#steps.next(step);
  }

  // ---- stopping

  async #stop(deactivate: boolean): Promise<void> {
    const { clock, recovery, port } = this.options;
    const limit = new AbortController();
    const limitMs = recovery.stopTimeoutMs + this.channel.data.leavingMs;
    const waited = delay(clock, limitMs, limit.signal).catch(() => undefined); // also for the store
    await Promise.race([waited, this.#windDown(deactivate)]);
    if (this.#hasStarted) this.actor.send({ type: 'ask.stop' });
    this.actor.stop();
    this.sockets.end();
    this.channel.void('STOPPED');
    this.channel.close();
    this.#subscriptions.unsubscribe();
    await Promise.race([waited, this.#store.settled()]);
    limit.abort();
    await port.close().catch(() => undefined);
    this.#latest = { ...this.#latest, state: this.#latest.state === 'faulted' ? 'faulted' : 'stopped' };
    this.#status.next(this.#latest);
    this.#status.complete();
    this.#steps.complete();
  }

  /** The polite part: sockets closed, contexts deactivated on wish. */
  async #windDown(deactivate: boolean): Promise<void> {
    const isUp = this.#latest.state === 'online' || this.#latest.state === 'recovering';
    this.sockets.stop();
    if (!isUp) return;
    const free = this.status$.pipe(filter(({ connectIds }) => connectIds.length === 0));
    await firstValueFrom(free, { defaultValue: undefined });
    if (!deactivate) return;
    for (const { id } of this.options.contexts) {
      await this.channel.execute(this.options.dialect.commands.deactivateContext(id), { owner: 'modem' });
    }
  }
}
