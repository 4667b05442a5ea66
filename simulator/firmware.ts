/** The software of a virtual module from one start to the next: everything in it is gone after a reboot.
 *
 *    serial line ──▶ Interpreter ──line──▶ CommandRunner ──▶ Reply ──▶ serial line
 *                                              │                          ▲
 *                          contexts · sockets · registration ──▶ Notices ─┘
 */
import { uptimeOf } from '../streams/clock.ts';
import { bytesOf } from './bytes.ts';
import { CommandRunner } from './command-runner.ts';
import { ContextTable } from './contexts.ts';
import type { Packing } from './data-mode.ts';
import { CME_ERRORS, type Refusal } from './errors.ts';
import { GsmStack } from './gsm/stack.ts';
import { gsmWording } from './gsm/wording.ts';
import type { Hardware } from './hardware.ts';
import { type Capture, Interpreter } from './interpreter.ts';
import { Notices } from './notices.ts';
import { Registration } from './registration.ts';
import type { Reply } from './reply.ts';
import { Settings } from './settings.ts';
import { SIM_NOTICES } from './sim-card.ts';
import { Sleep } from './sleep.ts';
import type { SocketPlace, SocketTableEvents } from './socket-setting.ts';
import { SocketTable } from './socket-table.ts';
import { Timers } from './timers.ts';
import { TransparentAccess } from './transparent-access.ts';
import { SOCKET_STATE, type VirtualSocket } from './virtual-socket.ts';
import { numberedWording, type Wording } from './wording.ts';

/** Unit of transwaittm (lte §2.1.15). */
const WAIT_UNIT_MS = 100;

/** See the head of the file. */
export class Firmware {
  readonly hardware: Hardware;
  readonly timers: Timers;
  readonly settings: Settings;
  readonly contexts = new ContextTable();
  /** What gsm has beside its contexts; the other generations have none of it. */
  readonly gsm = new GsmStack(this.contexts);
  readonly sleep: Sleep;
  readonly sockets: SocketTable;
  readonly notices: Notices;
  readonly transparent: TransparentAccess;
  readonly registration: Registration;
  /** When the SIM can be asked (clock time); before that it is busy. */
  simReadyAtMs = 0;
  echo = true;
  /** AT+CMEE: 0 plain ERROR, 1 numbers, 2 words. */
  errorDetail = 1;
  /** AT+QISDE: the payload of a send is echoed. */
  payloadEcho = true;
  /** For AT+QIGETERROR: of the last TCP/IP command (lte §2.1.17). */
  lastError = 0;
  /** AT+QNTP under way: server and port. */
  ntp: string | undefined;
  /** bc66: the result of a send is still to come (bc66 §4.1.2). */
  isSending = false;
  readonly #runner: CommandRunner;
  readonly #interpreter: Interpreter;
  #prompting = false;
  /** The connection whose data mode begins behind the CONNECT under way. */
  #entering: VirtualSocket | undefined;
  #lastArrivalMs = Number.NEGATIVE_INFINITY;
  #ended = false;

  constructor(hardware: Hardware) {
    this.hardware = hardware;
    this.timers = new Timers(hardware.clock);
    this.settings = new Settings(hardware.profile.options);
    const { clock, sim, timing, radio, profile } = hardware;
    this.registration = new Registration({
      ...{ clock, sim, timing, radio, timers: this.timers, kind: profile },
      say: (name, line) => this.say(name, line),
      onChange: () => this.#followNetwork(),
    });
    this.#runner = new CommandRunner(this, (final) => this.#concluded(final));
    this.#interpreter = new Interpreter(profile.lineLimits, {
      onLine: (line, tooLong) => this.#runner.begin(line, tooLong),
      onPartOfLine: (line) => this.#runner.partArrived(line),
      onInterruption: (text) => this.#runner.interrupted(text),
      onOverrun: (lengthBytes) => hardware.record('lost', `${lengthBytes} bytes of input: nobody read them`),
    });
    this.sleep = new Sleep(hardware, this.settings, () => !this.#interpreter.isBusy);
    this.notices = new Notices(hardware, this.#wording(), () => !this.#interpreter.isBusy);
    this.sockets = this.#makeSockets();
    if (profile.hasForegroundContexts) this.gsm.makeContexts();
    this.transparent = new TransparentAccess({
      hardware,
      timers: this.timers,
      packingOf: (socket) => this.#packingOf(socket),
      notices: this.notices,
      lastArrivalMs: () => this.#lastArrivalMs,
      onRoom: () => this.#offerInput(),
      onEnd: () => {
        this.#endCommand();
        hardware.input.release();
      },
    });
  }

  /** Bytes of the host. Returns how many were taken. */
  feed(bytes: Uint8Array): number {
    const heard = this.sleep.hear(bytes);
    const used = this.#interpreter.feed(heard);
    this.#lastArrivalMs = this.hardware.clock.now();
    return bytes.length - heard.length + used;
  }

  /** Answers CONNECT, and gives the port to a connection. */
  connect(reply: Reply, socket: VirtualSocket): void {
    this.#entering = socket;
    reply.final('CONNECT');
  }

  /** Says CONNECT when its turn comes, and gives the port to a connection then (gsm chapter 4). */
  connectUnasked(socket: VirtualSocket): void {
    const isConnected = (): boolean => socket.state === SOCKET_STATE.connected;
    this.notices.connect(isConnected, () => {
      if (isConnected()) this.#beginData(socket);
    });
  }

  /** Ends a command with an error, in the form of its family: lte §2.1.17 or 27.007 §9.2. */
  refuse(reply: Reply, { code, cme }: Pick<Refusal, 'code' | 'cme'>, isTcpIp: boolean): void {
    if (isTcpIp) {
      const isNumbered = this.hardware.errorStyle === 'cme' && this.errorDetail > 0;
      reply.final(isNumbered ? `+CME ERROR: ${code}` : 'ERROR');
      this.lastError = code;
      return;
    }
    if (this.errorDetail === 0) {
      reply.final('ERROR');
      return;
    }
    reply.final(`+CME ERROR: ${this.errorDetail === 1 ? cme : (CME_ERRORS[cme] ?? 'Unknown')}`);
  }

  /** A hung module reads nothing and says nothing. */
  freeze(frozen: boolean): void {
    this.#interpreter.freeze(frozen);
    if (frozen) {
      this.hardware.output.hold();
      return;
    }
    this.hardware.output.release();
    this.hardware.input.release();
  }

  /** Queues a notice of one line; `after` is called when its turn has come. */
  say(name: string, line: string, after?: () => void): void {
    this.notices.say(name, line, after);
  }

  /** The sockets that are not initial. On gsm a connection that is over leaves nothing behind. */
  get visibleSockets(): readonly VirtualSocket[] {
    const { all } = this.sockets;
    if (!this.hardware.profile.hasForegroundContexts) return all;
    return all.filter(({ state, unreadBytes }) => state !== SOCKET_STATE.closing || unreadBytes > 0);
  }

  /** Shows the prompt of lte §2.1.7 and hands the bytes that follow to `capture`. */
  prompt(capture: Capture): void {
    this.#prompting = true;
    // rg §2.3.1: with formatcfg 1 a line end stands behind the prompt.
    this.hardware.output.send(bytesOf(this.settings.value('formatcfg') === 1 ? '\r\n>\r\n' : '\r\n> '));
    this.#interpreter.beginCapture(capture);
  }

  /** The payload is complete: what follows is a command line again. */
  endPayload(): void {
    this.#prompting = false;
    this.#interpreter.endCapture();
  }

  /** Writes something that belongs to no answer, between two frames. */
  writeNoise(bytes: Uint8Array): void {
    if (this.#prompting) this.notices.noise(bytes);
    else this.hardware.output.send(bytes);
  }

  /** Writes what comes too late for its command: between two frames, never into data mode. */
  writeLate(bytes: Uint8Array): void {
    if (this.#prompting || this.transparent.socket) this.notices.noise(bytes);
    else this.hardware.output.send(bytes);
  }

  /** Takes a context away, as the network does it: on bc66 it detaches the module. */
  takeContext(id?: number): void {
    if (this.hardware.profile.contextsComeWithNetwork) this.registration.expel();
    else this.loseContext(id);
  }

  /** The network is gone, and every context with it. */
  loseRadio(): void {
    this.registration.lose();
    if (!this.hardware.profile.contextsComeWithNetwork) this.loseContext();
  }

  /** The SIM cannot be read any more: the network lets go of the module. */
  simFailed(): void {
    this.#tellSim();
    this.loseRadio();
  }

  /** The SIM can be read again. While the module boots, the boot tells that. */
  simIsBack(): void {
    this.#tellSim();
    if (this.#hasReadSim) this.registration.search();
  }

  /** The air carries nothing for a while. */
  swallow(forMs: number): void {
    this.sockets.freeze(true);
    this.timers.after(forMs, () => this.sockets.freeze(false));
  }

  /** A context is gone (lte §2.2.5). */
  loseContext(id?: number): void {
    const { contextsComeWithNetwork, hasForegroundContexts } = this.hardware.profile;
    for (const context of this.contexts.active) {
      if (id !== undefined && context.id !== id) continue;
      context.state = contextsComeWithNetwork ? 'deactivated' : 'lost';
      this.hardware.record('context', `${context.id} lost`);
      const connected = this.sockets.loseContext(context.id);
      if (contextsComeWithNetwork) {
        for (const socket of connected) this.notices.closed(socket);
        continue;
      }
      const { socket } = this.transparent;
      const farewell = hasForegroundContexts ? '+PDP DEACT' : undefined;
      const isTold = socket?.request.contextId === context.id && this.transparent.lose(socket, farewell);
      if (!isTold || !hasForegroundContexts) this.notices.contextLost(context.id);
    }
  }

  /** Frees the sockets of a context that was deactivated (lte §2.1.3). */
  resetContext(id: number): void {
    const { socket } = this.transparent;
    if (socket?.request.contextId === id) {
      socket.drop();
      this.transparent.lose(socket);
    }
    this.sockets.resetContext(id);
  }

  /** Stops for good: no timer, connection or output is left. */
  end(): void {
    this.#ended = true;
    this.#interpreter.end();
    this.notices.end();
    this.transparent.end();
    this.timers.end();
    this.sockets.end();
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get #hasReadSim(): boolean {
    return this.hardware.clock.now() >= this.simReadyAtMs;
  }

  #tellSim(): void {
    if (this.#hasReadSim) this.say('+CPIN', SIM_NOTICES[this.hardware.sim.state]);
  }

  #makeSockets(): SocketTable {
    const { hardware, settings } = this;
    return new SocketTable({
      clock: hardware.clock,
      timers: this.timers,
      timing: hardware.timing,
      network: hardware.network,
      options: {
        sendBytes: hardware.sendBufferBytes,
        receiveBytes: () => this.#receiveBytes,
        now: () => uptimeOf(hardware.clock),
        natIdleMs: () => hardware.circumstances.natIdleMs,
        readsAsStream: () => settings.value('udp/readmode') === 1,
        accepts: () => hardware.profile.hasForegroundContexts || settings.value('tcp/accept') === 1,
      },
      placeFor: (listener) => this.#placeFor(listener),
      inheritsAccessMode: hardware.profile.inheritsAccessMode,
      events: this.#socketEvents(),
    });
  }

  #socketEvents(): SocketTableEvents {
    const { hardware } = this;
    const { hasForegroundContexts } = hardware.profile;
    return {
      onReadable: (socket) => {
        this.sleep.stir();
        if (socket === this.transparent.socket) this.transparent.proceed();
        else this.notices.announce(socket);
        if (socket.unreadBytes >= this.#receiveBytes) this.#tellFull(socket);
      },
      onProgress: (socket) => {
        if (socket === this.transparent.socket) this.transparent.proceed();
      },
      onClosed: (socket) => {
        const isTold = this.transparent.lose(socket);
        if (!isTold) this.notices.closed(socket);
        if (hasForegroundContexts) this.#forgetEnded(socket, isTold);
      },
      onAccepted: (socket) => {
        this.notices.incoming(socket);
        if (hasForegroundContexts && socket.accessMode === 2) this.connectUnasked(socket);
      },
      onFull: (listener) => this.notices.incomingFull(listener),
      onLost: (socket, what) => {
        hardware.record('lost', `${socket.id} ${what}`);
        if (socket.unreadBytes > 0) this.#tellFull(socket);
      },
      onChange: (socket, what) => hardware.record('socket', `${socket.id} ${what}`),
    };
  }

  /** A command has its final result, or none: on with data mode, or with the next command. */
  #concluded(final: string | undefined): void {
    const entering = this.#entering;
    this.#entering = undefined;
    if (entering === undefined || final !== 'CONNECT') {
      this.#endCommand();
      return;
    }
    this.#beginData(entering);
  }

  #beginData(socket: VirtualSocket): void {
    this.#interpreter.beginData(this.transparent.begin(socket));
    this.transparent.proceed();
  }

  /** gsm: a connection that has ended needs no close, and what waits for ATO then is lost. */
  #forgetEnded(socket: VirtualSocket, isDraining: boolean): void {
    this.gsm.ended(socket);
    this.sockets.letGo(socket);
    if (isDraining || socket.accessMode !== 2 || socket.unreadBytes === 0) return;
    this.hardware.record('lost', `${socket.id} ${socket.unreadBytes} bytes that waited for ATO`);
    socket.discard();
  }

  get #receiveBytes(): number {
    return this.settings.value('recv/buffersize') || this.hardware.profile.receiveBufferBytes;
  }

  #tellFull(socket: VirtualSocket): void {
    if (this.hardware.profile.tellsFullBuffer) this.notices.full(socket);
  }

  #wording(): Wording {
    const { settings, gsm } = this;
    const { hasForegroundContexts, namesFullListener } = this.hardware.profile;
    return hasForegroundContexts ? gsmWording(settings, gsm) : numberedWording(settings, namesFullListener);
  }

  #packingOf({ request }: VirtualSocket): Packing {
    if (this.hardware.profile.hasForegroundContexts) return this.gsm.of(request.contextId).packing;
    const { settings } = this;
    return {
      escapes: true,
      get sizeBytes() {
        return settings.value('transpktsize');
      },
      get waitMs() {
        return settings.value('transwaittm') * WAIT_UNIT_MS;
      },
    };
  }

  /** The highest free id (lte §3.5.2 shows 11); on gsm the index is the lowest. */
  #placeFor(listener: VirtualSocket): SocketPlace | undefined {
    const { connectIds, hasForegroundContexts } = this.hardware.profile;
    if (hasForegroundContexts) return this.gsm.placeFor(listener, this.sockets);
    for (let id = connectIds.max; id >= connectIds.min; id -= 1) if (!this.sockets.get(id)) return { id };
    return undefined;
  }

  /** bc66: the contexts are there while the module is attached. */
  #followNetwork(): void {
    const { contextsComeWithNetwork, contextIds } = this.hardware.profile;
    if (!contextsComeWithNetwork) return;
    if (!this.registration.isAttached) {
      this.loseContext();
      return;
    }
    for (let id = contextIds.min; id <= contextIds.max; id += 1) this.contexts.get(id).state = 'active';
  }

  /** Data mode has room for what it could not take before: first what waits here, then the line. */
  #offerInput(): void {
    this.#interpreter.offer();
    this.hardware.input.release();
  }

  #endCommand(): void {
    this.#prompting = false;
    this.sleep.stir();
    this.#runner.commandEnded();
    this.#interpreter.endCommand();
    this.notices.flush();
  }
}
