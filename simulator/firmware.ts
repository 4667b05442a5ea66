/** The software of a virtual module from one start to the next: everything in it is gone after a reboot.
 *
 *    serial line ──▶ Interpreter ──line──▶ CommandRunner ──▶ Reply ──▶ serial line
 *                                              │                          ▲
 *                          contexts · sockets · registration ──▶ Notices ─┘
 */
import { bytesOf } from './bytes.ts';
import { CommandRunner } from './command-runner.ts';
import { ContextTable } from './contexts.ts';
import { CME_ERRORS, type Refusal } from './errors.ts';
import type { Hardware } from './hardware.ts';
import { type Capture, Interpreter } from './interpreter.ts';
import { Notices } from './notices.ts';
import { Registration } from './registration.ts';
import type { Reply } from './reply.ts';
import { Settings } from './settings.ts';
import { SocketTable } from './socket-table.ts';
import { Timers } from './timers.ts';
import { TransparentAccess } from './transparent-access.ts';
import type { VirtualSocket } from './virtual-socket.ts';

/** Receive buffer of each socket where AT+QICFG has no option for it. */
const RECEIVE_BUFFER_BYTES = 10_240;

/** See the head of the file. */
export class Firmware {
  readonly hardware: Hardware;
  readonly timers: Timers;
  readonly settings: Settings;
  readonly contexts = new ContextTable();
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
    const { sim, timing, profile } = hardware;
    this.registration = new Registration(this.timers, sim, timing, profile, (name, line) =>
      this.say(name, line),
    );
    this.#runner = new CommandRunner(this, (final) => this.#concluded(final));
    this.#interpreter = new Interpreter({
      onLine: (line, tooLong) => this.#runner.begin(line, tooLong),
      onInterruption: (text) => this.#runner.interrupted(text),
      onOverrun: (lengthBytes) => hardware.record('lost', `${lengthBytes} bytes of input: nobody read them`),
    });
    this.notices = new Notices(hardware, this.settings, () => !this.#interpreter.isBusy);
    this.sockets = this.#makeSockets();
    this.transparent = new TransparentAccess({
      hardware,
      timers: this.timers,
      settings: this.settings,
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
    const used = this.#interpreter.feed(bytes);
    this.#lastArrivalMs = this.hardware.clock.now();
    return used;
  }

  /** Answers CONNECT, and gives the port to a connection. */
  connect(reply: Reply, socket: VirtualSocket): void {
    this.#entering = socket;
    reply.final('CONNECT');
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

  /** Queues a notice of one line. */
  say(name: string, line: string): void {
    this.notices.say(name, line);
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

  /** Takes a context away, as the network does it (lte §2.2.5). */
  loseContext(id?: number): void {
    for (const context of this.contexts.active) {
      if (id !== undefined && context.id !== id) continue;
      context.state = 'lost';
      this.hardware.record('context', `${context.id} lost`);
      this.sockets.loseContext(context.id);
      const { socket } = this.transparent;
      if (socket?.request.contextId === context.id) this.transparent.lose(socket);
      this.say('pdpdeact', `+QIURC: "pdpdeact",${context.id}`);
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

  #makeSockets(): SocketTable {
    const { hardware, settings } = this;
    return new SocketTable({
      timers: this.timers,
      timing: hardware.timing,
      network: hardware.network,
      options: {
        sendBytes: hardware.sendBufferBytes,
        receiveBytes: () => settings.value('recv/buffersize') || RECEIVE_BUFFER_BYTES,
        readsAsStream: () => settings.value('udp/readmode') === 1,
        accepts: () => settings.value('tcp/accept') === 1,
      },
      inheritsAccessMode: hardware.profile.inheritsAccessMode,
      events: {
        onReadable: (socket) => {
          if (socket === this.transparent.socket) this.transparent.proceed();
          else this.notices.announce(socket);
        },
        onProgress: (socket) => {
          if (socket === this.transparent.socket) this.transparent.proceed();
        },
        onClosed: (socket) => {
          if (!this.transparent.lose(socket)) this.notices.closed(socket);
        },
        onAccepted: (socket) => this.notices.incoming(socket),
        onFull: (listener) => this.notices.incomingFull(listener),
        onLost: (socket, what) => hardware.record('lost', `${socket.id} ${what}`),
        onChange: (socket, what) => hardware.record('socket', `${socket.id} ${what}`),
      },
    });
  }

  /** A command has its final result, or none: on with data mode, or with the next command. */
  #concluded(final: string | undefined): void {
    const entering = this.#entering;
    this.#entering = undefined;
    if (entering === undefined || final !== 'CONNECT') {
      this.#endCommand();
      return;
    }
    this.#interpreter.beginData(this.transparent.begin(entering));
    this.transparent.proceed();
  }

  /** Data mode has room for what it could not take before: first what waits here, then the line. */
  #offerInput(): void {
    this.#interpreter.offer();
    this.hardware.input.release();
  }

  #endCommand(): void {
    this.#prompting = false;
    this.#runner.commandEnded();
    this.#interpreter.endCommand();
    this.notices.flush();
  }
}
