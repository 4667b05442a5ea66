/** The control plane's way to the module: one command at a time, in order of priority.
 *
 *    execute() ──▶ queue ──▶ exchange actor ──▶ port          port ──▶ reader ─┬─▶ exchange, answer lines
 *                                                                              ├─▶ urcs$ (typed)
 *                                                                              └─▶ trace
 * One owned subscription to the port's bytes per session; the queue is pumped in the tick of the final result.
 */
import { type Observable, Subject, type Subscription, take } from 'rxjs';
import { createActor } from 'xstate';
import { asModemError, type ErrorCode } from '../../errors.ts';
import { CommandQueue } from '../../machines/command-queue.ts';
import {
  type ExchangeActor,
  type ExchangeOrder,
  type ExchangeOutcome,
  exchangeMachine,
} from '../../machines/exchange.machine.ts';
import type { CommandOutcome } from '../../machines/support/command-runner.ts';
import { Reader } from '../../streams/reader.ts';
import { Relay } from '../../streams/relay.ts';
import type { Urc } from '../../streams/urcs.ts';
import type { PayloadHeader, WireEvent } from '../../streams/wire-event.ts';
import type { Command, LastError } from '../dialects/dialect.ts';
import type { ChannelNotice, ChannelOptions, ExecuteOptions } from './channel-options.ts';
import { DataPort } from './data-port.ts';
import { DoubtfulResults } from './doubtful-results.ts';
import { aborting, eitherSignal } from './either-signal.ts';
import { type Exchanged, exchangedOf, type StartedExchange } from './exchanged.ts';
import { type InFlight, isUnprompted, keep, mayStillRun, type Pending, understood } from './in-flight.ts';
import { Preparation } from './preparation.ts';
import { PushSinks } from './push-sinks.ts';
import { shownCommand } from './redaction.ts';
import {
  asksForLastError,
  entersDataMode,
  isResultOf,
  isSuccess,
  joined,
  lengthOf,
  numberIn,
} from './results.ts';
import type { ProbeResult, ProbeTiming } from './resynchronise.ts';
import { Secrets } from './secrets.ts';
import { Silence } from './silence.ts';
import { SleepLine } from './sleep-line.ts';
import { WireProbe } from './wire-probe.ts';
import { WireTrace } from './wire-trace.ts';

const CR = Buffer.from('\r');
/** Silence behind the lines that follow a result (gsm): then they are complete. */
const LINE_QUIET_MS = 200;
/** Owners of the commands of the modem's own statechart. */
const OWN: ReadonlySet<string> = new Set(['modem', 'errors']);
const NO_LINES = { least: 0, most: Number.POSITIVE_INFINITY };

export class AtChannel {
  readonly #options: ChannelOptions;
  readonly #queue: CommandQueue<Pending>;
  readonly #notices = new Subject<ChannelNotice>();
  readonly #urcs = new Relay<Urc>();
  readonly #signals = new Relay<Urc>();
  readonly #exchanges = new Subject<StartedExchange>();
  readonly #exchanged = new Subject<Exchanged>();
  readonly #discarded = new Subject<string>();
  /** The port in data mode. */
  readonly data: DataPort;
  readonly pushes: PushSinks;
  readonly trace: WireTrace;
  #reader: Reader;
  #subscription: Subscription | undefined;
  #inFlight: InFlight | undefined;
  /** Follows the command on the wire. */
  readonly #exchange: ExchangeActor;
  readonly #ended = new Subject<void>();
  readonly #preparation = new Preparation();
  readonly #sleep: SleepLine | undefined;
  readonly #doubtful: DoubtfulResults;
  readonly #probe: WireProbe;
  /** Synchronisations that wait for the command on the wire. */
  #probesWaiting = 0;
  readonly #secrets: Secrets;
  /** The wire is not in step: a command was given up. */
  #isDirty = false;
  #echoIsOff = false;
  /** Whose commands are written; everybody's when it is not set. */
  #admitted: ReadonlySet<string> | undefined;
  /** The module may be in data mode though CONNECT was not read, or the port was lost since: so many escapes come before
   * anything else. */
  #escapesFirst = 0;
  /** Nothing has shown since that it is not: where it stays silent, it is escaped from again and again. */
  #mayBeInData = false;
  /** A payload or a line in doubt is not completed. */
  readonly #silence: Silence;
  /** Ends the probe of this session when the wire is voided. */
  #session = new AbortController();

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#queue = new CommandQueue(options.queueLimit);
    this.#secrets = options.secrets ?? new Secrets();
    this.trace = new WireTrace({ ...options, secrets: this.#secrets });
    this.pushes = new PushSinks(options.dialect.connections);
    this.#reader = this.#newReader();
    this.#probe = new WireProbe({
      clock: options.clock,
      sendInputTimeoutMs: options.dialect.limits.sendInputTimeoutMs,
      write: (bytes, text) => this.#putProbe(bytes, text),
      isInPayload: () => this.#reader.isInPayload,
      giveUpPayload: () => this.#reader.giveUp(),
      isInData: () => this.data.isOn,
    });
    const { port, clock, timing } = options;
    this.#silence = new Silence(clock, timing.payloadQuietMs, () => this.#reader.giveUp());
    this.#doubtful = new DoubtfulResults({
      clock,
      commands: options.dialect.commands,
      quietMs: timing.probe.quietMs,
      ask: (question) => {
        this.trace.note({ kind: 'tx', text: question });
        void this.#put(Buffer.from(`${question}\r`, 'latin1')).catch(() => undefined); // lost$ tells the modem
      },
      goesOn: (command) => this.#reader.commandStarted(command),
      discarded: (result) => this.#discarded.next(result),
    });
    this.#exchange = createActor(exchangeMachine, {
      clock,
      input: { owner: { send: (order) => this.#obey(order) } },
    }).start();
    if (options.sleepsByDtr && port.lines) this.#sleep = new SleepLine(port.lines, clock);
    this.data = new DataPort({
      clock,
      timing: timing.data,
      line: port,
      lines: port.lines,
      reader: () => this.#reader,
      put: (bytes) => this.#put(bytes),
      note: (text, payloadBytes) =>
        this.trace.note({ kind: 'note', text, ...(payloadBytes !== undefined && { payloadBytes }) }),
      isIdle: () => this.#inFlight === undefined && !this.#preparation.isOn && this.#queue.size === 0,
      tell: (event) => this.#notices.next(event),
      ends: () => {
        this.#isDirty = true;
      },
      left: (hasAnswered) => this.#leaveDataMode(hasAnswered),
      abandon: () => {
        this.#reader = this.#newReader();
      },
    });
  }

  /** Typed URCs, in order. */
  get urcs$(): Observable<Urc> {
    return this.#urcs;
  }
  /** The same without those that brought payload: that is where it belongs already. */
  get signals$(): Observable<Urc> {
    return this.#signals;
  }
  get notices$(): Observable<ChannelNotice> {
    return this.#notices.asObservable();
  }
  /** Commands that go out, before they do. */
  get exchanges$(): Observable<StartedExchange> {
    return this.#exchanges.asObservable();
  }
  /** Commands that were on the wire, as they end. */
  get exchanged$(): Observable<Exchanged> {
    return this.#exchanged.asObservable();
  }
  /** Results that belong to no command any more. */
  get discarded$(): Observable<string> {
    return this.#discarded.asObservable();
  }
  /** Clock time at which the module last said something. */
  get lastByteAtMs(): number {
    return this.#probe.lastByteAtMs;
  }

  /** In how far what comes next is not taken at its word: results owed, out of step, escapes that come first. */
  get doubts(): string {
    return [this.#doubtful.owed, this.#isDirty, this.#escapesFirst].join(' ');
  }

  get queueSize(): number {
    return this.#queue.size;
  }

  /** Starts to listen to the opened port, with nothing remembered of an earlier session. */
  listen(): void {
    this.close();
    this.#probe.forget();
    this.data.forget();
    this.#reader = this.#newReader();
    this.#session = new AbortController();
    this.#sleep?.opened();
    this.#subscription = this.#options.port.bytes$.subscribe((chunk) => this.#receive(chunk));
  }

  /** Stops listening. Commands must have been voided before. */
  close(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#session.abort();
    this.#silence.stop();
    this.#doubtful.stop();
    this.#sleep?.closed();
    this.data.forget();
  }

  /** Puts a command on the queue. Never rejects: every end is an outcome. */
  execute<T>(command: Command<T>, options: ExecuteOptions = {}): Promise<CommandOutcome<T>> {
    return new Promise((resolve) => {
      const { signal } = options;
      let isHeld = false;
      let hasEnded = false;
      const pending: Pending = {
        command,
        payload: options.payload ?? [],
        askedAtMs: this.#options.clock.now(),
        ...(command.before && { steps: [...command.before] }),
        settle: (outcome) => {
          hasEnded = true;
          if (isHeld) signal?.removeEventListener('abort', cancel);
          resolve(outcome as CommandOutcome<T>);
        },
      };
      const cancel = (): void => {
        if (this.#queue.remove(pending) || this.#preparation.letGo(pending))
          pending.settle({ kind: 'aborted', code: 'STOPPED' });
      };
      if (signal?.aborted) return resolve({ kind: 'aborted', code: 'STOPPED' });
      try {
        this.#queue.add(pending, options.priority ?? 'control', options.owner ?? 'user');
      } catch (error) {
        return resolve({ kind: 'aborted', code: asModemError(error).code });
      }
      if (this.data.isOn)
        this.#notices.next({ type: 'work.waiting', isUrgent: options.priority === 'urgent' });
      this.#pump();
      if (signal === undefined || hasEnded || this.#inFlight?.pending === pending) return; // it cannot be taken back
      isHeld = true;
      signal.addEventListener('abort', cancel, { once: true });
    });
  }

  /** Ends every command that waits or is in flight; what is still to come for them belongs to nobody. */
  void(code: ErrorCode): void {
    this.#session.abort();
    this.#session = new AbortController();
    this.#admitted = undefined;
    if (this.data.isOn && code !== 'MODULE_REBOOTED') this.#mayBeInData = true;
    if (code === 'PORT_LOST' && this.data.isOn) this.#escapesFirst = this.#options.timing.escapeTries ?? 5;
    if (this.#inFlight) this.#leave(this.#inFlight);
    if (code === 'MODULE_REBOOTED') {
      this.#probe.forget();
      this.#forgetPast();
    }
    // Whatever voids the wire, the set-up follows; but a module that seems to hang may have been started anew.
    if (code !== 'MODULE_HUNG') this.#echoIsOff = false;
    this.data.forget();
    if (this.data.isOn) this.#reader = this.#newReader();
    this.#preparation.forget(code === 'MODULE_REBOOTED');
    for (const pending of this.#waiting()) pending.settle({ kind: 'aborted', code });
    if (this.#inFlight) {
      this.#isDirty = true;
      this.#probe.leaveCommand(this.#inFlight.pending.command, code, this.#inFlight.startedAtMs);
      this.#exchange.send({ type: 'ask.abort', code });
    }
  }

  /** The module is being reset: until it is in step again only the modem itself writes. What others ask for waits. */
  hold(): void {
    this.#admitted = OWN;
    this.#echoIsOff = false; // it comes back with the reset
  }

  /** Gets the channel in step, from whatever state the module was left in. A command that is still on the wire ends first. */
  async synchronise(timing: ProbeTiming, signal: AbortSignal): Promise<ProbeResult> {
    const [both, release] = eitherSignal(signal, this.#session.signal);
    try {
      if (this.#inFlight) await this.#commandEnded(both);
      const past = { escapesFirst: this.#escapesFirst, mayBeInData: this.#mayBeInData };
      const result = await this.#probe.synchronise({ ...timing, ...past }, both);
      if (result.isSynchronised) this.#mayBeInData = false;
      this.#isDirty = !result.isSynchronised;
      this.#admitted = undefined;
      this.#escapesFirst = 0;
      for (const stale of result.swallowed) this.#doubtful.discard(stale);
      return result;
    } finally {
      release();
      if (!this.#isDirty) this.#pump();
    }
  }

  /** Waits for the end of the command on the wire, and lets no other follow. */
  async #commandEnded(signal: AbortSignal): Promise<void> {
    this.#probesWaiting++;
    try {
      await aborting(new Promise<void>((resolve) => this.#ended.pipe(take(1)).subscribe(resolve)), signal);
    } finally {
      this.#probesWaiting--;
    }
  }

  /** Writes so many line ends that a module which waits for the rest of a payload has it. Rejects only when aborted. */
  fillInput(lengthBytes: number, signal: AbortSignal): Promise<void> {
    return this.#probe.fillInput(lengthBytes, signal);
  }

  /** The module has been started anew: it owes nothing. A peer may say so, too: that it takes commands is believed when it answers. */
  #forgetPast(): void {
    this.#doubtful.forget();
    this.#escapesFirst = 0;
  }

  #newReader(): Reader {
    return new Reader(this.#options.dialect, (event) => this.#read(event), {}, { isLive: true });
  }

  /** A port of the user's own may also throw: that is a failed write like any other. */
  async #put(bytes: Uint8Array): Promise<void> {
    await this.#options.port.write(bytes);
  }

  async #putProbe(bytes: Uint8Array, text: string): Promise<void> {
    await this.#sleep?.wake();
    this.trace.note({ kind: 'tx', text });
    await this.#put(bytes).catch(() => undefined); // lost$ tells the modem
  }

  // ---- sending

  #pump(): void {
    if (this.#inFlight || this.#subscription === undefined || this.data.isOn) return;
    if (this.#probe.isActive || this.#probesWaiting > 0) return;
    this.#isDirty ||= this.#maySleep();
    if (this.#isDirty) {
      if (this.#hasWork) void this.#probeThenPump();
      return;
    }
    const hasWork = this.#hasWork;
    const waking = hasWork ? this.#sleep?.wake() : this.#sleep?.idle();
    if (waking) {
      void waking.then(() => this.#pump());
      return;
    }
    const pending = this.#preparation.take() ?? this.#queue.take(this.#admitted);
    if (pending) this.#start(this.#preparation.next(pending));
    else this.data.idled();
  }

  get #hasWork(): boolean {
    return this.#preparation.isOn || this.#queue.has(this.#admitted);
  }

  #maySleep(): boolean {
    const { clock, timing } = this.#options;
    const { wakeAfterMs = 0 } = timing;
    return wakeAfterMs > 0 && this.#queue.size > 0 && clock.now() - this.lastByteAtMs >= wakeAfterMs;
  }

  /** Takes everything out that waits. */
  #waiting(): Pending[] {
    const prepared = this.#preparation.take();
    return prepared ? [prepared, ...this.#queue.clear()] : this.#queue.clear();
  }

  /** The port takes commands again. An escape that nobody answered stands in front of the next command. */
  #leaveDataMode(hasAnswered: boolean): void {
    this.#isDirty ||= !hasAnswered;
    this.#probe.wake();
    this.#pump();
  }

  async #probeThenPump(): Promise<void> {
    const session = this.#session;
    try {
      const { isSynchronised } = await this.synchronise(this.#options.timing.probe, session.signal);
      if (!isSynchronised) this.#declareSilent('AT');
      else this.#pump();
    } catch {
      // voided meanwhile: whoever voided the wire decides how it goes on
      if (session !== this.#session) this.#pump();
    }
  }

  #declareSilent(command: string): void {
    for (const pending of this.#waiting()) pending.settle({ kind: 'aborted', code: 'MODULE_HUNG' });
    this.#notices.next({ type: 'silent', command });
  }

  #start(pending: Pending): void {
    const { command } = pending;
    const { timing, clock } = this.#options;
    const actor = this.#exchange;
    const startedAtMs = clock.now();
    this.#inFlight = {
      ...{ pending, actor, startedAtMs, lines: [], payload: [] },
      ...{ isSpoiled: false, hasPrompted: false },
    };
    this.#secrets.started(command);
    this.#reader.commandStarted(command);
    if (this.#exchanges.observed)
      this.#exchanges.next({
        ...{ actor, command: this.#secrets.shownCommand(command), payloadBytes: lengthOf(pending.payload) },
      });
    actor.send({
      type: 'ask.exchange',
      task: {
        prompts: command.prompts === true,
        hasLaterResult: (command.laterResults?.length ?? 0) > 0,
        laterTimeoutMs: command.laterTimeoutMs,
        linesBehind: command.resultIsAddress ? NO_LINES : command.linesAfterOk,
        lineQuietMs: LINE_QUIET_MS,
        replyTimeoutMs: timing.commandTimeoutMs ?? command.timeoutMs,
        drainMs: timing.drainMs,
      },
    });
  }

  /** What the statechart of the exchanges wants done. A defect in what follows from it is no matter of the chart. */
  #obey(order: ExchangeOrder): void {
    if (order.type === 'write.command') this.#write('command');
    else if (order.type === 'write.payload') this.#write('payload');
    else {
      try {
        this.#finish(order.outcome);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #write(part: 'command' | 'payload'): void {
    const inFlight = this.#inFlight;
    if (inFlight === undefined) return;
    const { command, payload } = inFlight.pending;
    if (part === 'command') this.trace.note({ kind: 'tx', text: this.#secrets.shownCommand(command) });
    else this.trace.note({ kind: 'tx', text: '(payload)', payloadBytes: lengthOf(payload) });
    const bytes =
      part === 'command' ? Buffer.concat([Buffer.from(command.text, 'latin1'), CR]) : joined(payload);
    if (part === 'payload') inFlight.hasPrompted = true;
    if (part === 'payload') this.#reader.payloadStarted(bytes);
    const tell = (event: Parameters<ExchangeActor['send']>[0]): void => {
      if (this.#inFlight === inFlight) this.#exchange.send(event); // its answer may have outrun the note
    };
    this.#put(bytes).then(
      () => tell({ type: 'tx.written' }),
      () => tell({ type: 'ask.abort', code: 'PORT_LOST' }),
    );
  }

  #finish(outcome: ExchangeOutcome): void {
    const inFlight = this.#inFlight;
    if (inFlight === undefined) return;
    const isOpen = mayStillRun(outcome) && isUnprompted(inFlight);
    this.#reader.commandEnded(isOpen);
    this.#inFlight = undefined;
    this.#doubtful.ended();
    const isOwed = mayStillRun(outcome) && !('lateResult' in outcome);
    if (isOwed) this.#doubtful.owe(inFlight.pending.command);
    if (isOwed) this.#leave(inFlight);
    if (isOpen) this.#probe.leaveOpenSend(joined(inFlight.pending.payload));
    const { text, collectsEverything } = inFlight.pending.command;
    if (outcome.kind === 'ok' && text === 'ATE0') this.#echoIsOff = true;
    if (collectsEverything) this.#preparation.doubt(text);
    if (this.data.isOn) this.#enterDataMode();
    if (this.#exchanged.observed)
      this.#exchanged.next(exchangedOf(inFlight, outcome, this.#options.clock.now()));
    void this.#conclude(inFlight, outcome);
    this.#secrets.ended(inFlight.pending.command, outcome.kind === 'ok' || outcome.kind === 'refused');
    this.#ended.next();
    this.#pump();
  }

  /** Nobody waits for its CONNECT any more, which may have been lost, or may still come. */
  #leave({ pending: { command } }: InFlight): void {
    if (!entersDataMode(command)) return;
    this.#escapesFirst = Math.max(this.#escapesFirst, 1);
    this.#mayBeInData = true;
  }

  #enterDataMode(): void {
    this.data.connected();
    if (this.#queue.size > 0) this.#notices.next({ type: 'work.waiting', isUrgent: this.#queue.hasUrgent });
  }

  /** Turns the outcome on the wire into the outcome of the command. Synchronous unless more must be asked. */
  #conclude(inFlight: InFlight, outcome: ExchangeOutcome): Promise<void> | undefined {
    const { command, settle } = inFlight.pending;
    const question = this.#options.dialect.commands.queryLastError;
    if (outcome.kind === 'timedOut') return this.#concludeSilence(inFlight);
    if (outcome.kind === 'aborted') settle(outcome);
    else if (outcome.kind === 'ok') this.#understand(inFlight, outcome.result);
    else if (question && asksForLastError(command, outcome.result))
      return this.#explainRefusal(inFlight, outcome.result, question());
    else {
      const result = this.#secrets.shownResult(outcome.result);
      settle({ kind: 'refused', result, ...numberIn(outcome.result) });
    }
    return undefined;
  }

  /** An OK without the answer may be that of an older command, and all that follow would get their answers too late. */
  #understand(inFlight: InFlight, result: string): void {
    const outcome = understood(inFlight, result, this.#secrets);
    this.#isDirty ||= outcome.kind === 'refused';
    inFlight.pending.settle(outcome);
  }

  /** lte §2.1.17: the number behind a bare ERROR of a TCP/IP command. */
  async #explainRefusal(inFlight: InFlight, result: string, question: Command<LastError>): Promise<void> {
    const last = await this.execute(question, { priority: 'urgent', owner: 'errors' });
    const known = last.kind === 'ok' && last.value.error !== 0 ? { moduleError: last.value.error } : {};
    inFlight.pending.settle({ kind: 'refused', result, ...known });
  }

  async #concludeSilence({ pending }: InFlight): Promise<void> {
    this.#isDirty = true;
    if (pending.command.onSilence !== 'in doubt') {
      pending.settle({ kind: 'timedOut', isSynchronised: false });
      this.#declareSilent(shownCommand(pending.command));
      return;
    }
    const probe = await this.synchronise(this.#options.timing.probe, this.#session.signal).catch(
      () => undefined,
    );
    // A result of the send that comes only after the probe was written may mean that the probe became payload.
    const isClean =
      probe?.isSynchronised === true && !probe.swallowed.some((result) => result.startsWith('SEND'));
    pending.settle({ kind: 'timedOut', isSynchronised: isClean });
    if (probe !== undefined && !probe.isSynchronised) this.#declareSilent(shownCommand(pending.command));
    this.#pump();
  }

  // ---- receiving

  #receive(chunk: Uint8Array): void {
    const cameAtMs = this.#options.clock.now();
    this.#probe.noteBytes(cameAtMs);
    this.trace.began(cameAtMs);
    try {
      this.#reader.push(chunk);
    } finally {
      this.trace.ended();
    }
    this.#probe.wake();
    this.data.received();
    if (this.#reader.isWaiting && !this.data.isOn) this.#silence.heard();
    else this.#silence.stop();
  }

  #read(event: WireEvent): void {
    this.trace.read(event);
    if (event.kind === 'final') this.#readFinal(event.address ?? event.result, event.address !== undefined);
    else if (event.kind === 'data') this.data.take(event.bytes);
    else if (event.kind === 'urc') this.#readUrc(event);
    else if (event.kind === 'prompt' && this.#inFlight) {
      this.#doubtful.prompted();
      this.#exchange.send({ type: 'rx.prompt' });
    } else if (event.kind === 'prompt') this.#probe.notePrompt();
    else if (event.kind === 'info' && this.#inFlight) this.#readInfo(this.#inFlight, event);
    else if (event.kind === 'garbage') this.#readGarbage(event);
    else if (event.kind === 'echo' && this.#echoIsOff) this.#noticeEcho();
    // Neither the question behind a doubtful result nor the probe is a command that the reader knows.
    else if (event.kind === 'unknown' && this.#doubtful.takes(event.text)) return;
    else if (event.kind === 'unknown' && this.#echoIsOff && this.#probe.isEchoedBy(event.text))
      this.#noticeEcho();
  }

  #readInfo(inFlight: InFlight, { line, payload, isBehindFinal }: WireEvent & { kind: 'info' }): void {
    if (this.#doubtful.takes(line.prefix === null ? line.text : `${line.prefix}:`)) return;
    keep(inFlight, line, payload);
    this.#secrets.learn(line);
    if (isBehindFinal) this.#exchange.send({ type: 'rx.lineBehind' });
  }

  /** Pushed payload goes to its socket before anybody is told of it. */
  #readUrc({ urc, payload, header }: WireEvent & { kind: 'urc' }): void {
    const isPush = header !== undefined && this.#readPush(urc, payload, header);
    if (!isPush && !this.#readAnswer(urc) && this.#signals.observed) this.#signals.next(urc);
    if (this.#urcs.observed) this.#urcs.next(urc);
  }

  #readPush(urc: Urc, payload: readonly Uint8Array[], header: PayloadHeader): boolean {
    const delivery = this.pushes.take(urc, payload, header);
    if (delivery === 'nobody') {
      this.trace.note({
        kind: 'note',
        text: 'data of a connection that nobody has',
        payloadBytes: lengthOf(payload),
      });
    }
    return delivery !== 'none';
  }

  /** Takes a notice that somebody waits for, and what concerns the channel itself. */
  #readAnswer(urc: Urc): boolean {
    const later = this.#laterResultIn(urc);
    if (later !== undefined) {
      this.#readFinal(later, false);
      return true;
    }
    switch (urc.name) {
      case 'ready':
      case 'app_ready':
      case 'powered_down':
        this.#forgetPast(); // also behind a reset of ours, which voids nothing any more
        return false;
      case 'open_result':
        if (urc.result === 'CONNECT' && this.data.isOn) this.#enterDataMode(); // D19: nobody asked for it
        return false;
      case 'dns_result':
        if (urc.address) this.#readAddress(urc.address);
        return Boolean(urc.address);
      default:
        return false;
    }
  }

  /** A bare address behind the OK of the command that asked for it (gsm §8.2). */
  #readAddress(text: string): void {
    if (this.#inFlight?.pending.command.linesAfterOk === undefined) return;
    keep(this.#inFlight, { prefix: null, text, fields: [] }, []);
    this.#exchange.send({ type: 'rx.lineBehind' });
  }

  /** A result behind the OK of the command in flight (bc66, gsm). */
  #laterResultIn(urc: Urc): string | undefined {
    const wanted = this.#inFlight?.pending.command.laterResults;
    if (wanted === undefined || !('result' in urc)) return undefined;
    return typeof urc.result === 'string' && wanted.includes(urc.result) ? urc.result : undefined;
  }

  #readGarbage({ reason, connectId, isPushed }: WireEvent & { kind: 'garbage' }): void {
    if (isPushed) this.pushes.damage(connectId);
    else if (this.#inFlight) this.#inFlight.isSpoiled ||= reason === 'payload cut';
  }

  #noticeEcho(): void {
    this.#echoIsOff = false;
    this.trace.note({ kind: 'note', text: 'the echo is on again' });
    this.#notices.next({ type: 'echo returned' });
  }

  #readFinal(result: string, isAddress: boolean): void {
    if (this.#inFlight === undefined) {
      this.#probe.noteFinal(result);
      if (!this.#probe.isActive) this.#doubtful.discard(result);
      return; // a result for nobody completes nothing (invariant 1)
    }
    const { command } = this.#inFlight.pending;
    const isStale = !isResultOf(command, result) || isUnprompted(this.#inFlight);
    if (result.startsWith('SEND ') && isStale) {
      this.#doubtful.discard(result);
      return;
    }
    const success = isSuccess(command, result) || (isAddress && command.resultIsAddress === true);
    const type = command.laterResults?.includes(result) ? 'rx.later' : 'rx.final';
    this.#doubtful.judge(this.#inFlight, { type, result, success });
  }
}
