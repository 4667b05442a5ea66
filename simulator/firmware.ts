/** The software of a virtual module from one start to the next: everything in it is gone after a reboot.
 *
 *    serial line ──▶ Interpreter ──line──▶ command table ──▶ Reply ──▶ serial line
 *                                              │                          ▲
 *                          contexts · sockets · registration ──▶ UrcQueue ┘
 */
import type { Clock } from '../streams/clock.ts';
import { bytesOf } from './bytes.ts';
import { Fields, parseCommand } from './command-line.ts';
import type { Command, CommandTable } from './commands/command.ts';
import { ContextTable } from './contexts.ts';
import { CME_ERRORS, Refusal } from './errors.ts';
import type { ArmedFaults } from './faults/armed.ts';
import type { FaultSchedule } from './faults/schedule.ts';
import { type Capture, Interpreter } from './interpreter.ts';
import type { SimulatedNetwork } from './network.ts';
import { Notices } from './notices.ts';
import type { ModuleEventKind, ModulePort, ModuleTiming } from './options.ts';
import type { ErrorStyle, Profile } from './profiles/profile.ts';
import type { Random } from './random.ts';
import { Registration } from './registration.ts';
import { Reply } from './reply.ts';
import type { SerialLine } from './serial-line.ts';
import { Settings } from './settings.ts';
import type { SimCard } from './sim-card.ts';
import { SocketTable } from './socket-table.ts';
import { Timers } from './timers.ts';
import { TransparentAccess } from './transparent-access.ts';
import type { VirtualSocket } from './virtual-socket.ts';

/** What stays when the software restarts: the module around it. */
export interface Hardware {
  readonly clock: Clock;
  readonly network: SimulatedNetwork;
  readonly commands: CommandTable;
  readonly profile: Profile;
  readonly errorStyle: ErrorStyle;
  readonly timing: ModuleTiming;
  readonly random: Random;
  readonly sim: SimCard;
  readonly armed: ArmedFaults;
  readonly faults: FaultSchedule;
  readonly input: SerialLine;
  readonly output: SerialLine;
  readonly atPort: ModulePort;
  readonly sendBufferBytes: number;
  readonly model: 'EG91' | 'EG95' | undefined;
  /** Settings that survive (`AT+QURCCFG`). */
  readonly memory: { urcPort: string };
  record(kind: ModuleEventKind, text: string): void;
  violate(text: string): void;
  unknown(line: string): void;
  /** The software asks for a restart, or to be switched off. */
  restart(): void;
  switchOff(): void;
}

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
  readonly #interpreter: Interpreter;
  #prompting = false;
  /** The connection whose data mode begins behind the CONNECT under way. */
  #entering: VirtualSocket | undefined;
  #lastArrivalMs = Number.NEGATIVE_INFINITY;
  #excused = false;
  #ended = false;

  constructor(hardware: Hardware) {
    this.hardware = hardware;
    this.timers = new Timers(hardware.clock);
    this.settings = new Settings(hardware.profile.options);
    const { sim, timing, profile } = hardware;
    this.registration = new Registration(this.timers, sim, timing, profile, (name, line) =>
      this.say(name, line),
    );
    this.#interpreter = new Interpreter({
      onLine: (line, tooLong) => this.#onLine(line, tooLong),
      onInterruption: (text) => this.#onInterruption(text),
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

  #onInterruption(text: string): void {
    if (this.#excused) return;
    this.#excused = true;
    this.hardware.violate(
      `wrote ${JSON.stringify(text.slice(0, 40))} while a command was running (lte §1.1 note 1)`,
    );
  }

  #onLine(raw: string, tooLong: boolean): void {
    const { hardware } = this;
    this.#excused = false;
    if (this.echo) hardware.output.send(bytesOf(`${raw}\r`));
    const start = raw.search(/at/i);
    const line = raw.slice(Math.max(0, start));
    if (start < 0) {
      hardware.record('lost', `input that is no command: ${JSON.stringify(raw.slice(0, 40))}`);
      this.#endCommand();
      return;
    }
    hardware.record('command', withoutSecrets(line));
    hardware.faults.commandArrived(line);
    if (this.#ended) return;
    const delayed = hardware.armed.take('delay');
    // A host that gave up waiting for a delayed answer is not to blame for the next command.
    this.#excused = delayed !== undefined;
    const latencyMs = hardware.timing.commandLatencyMs + (delayed?.ms ?? 0);
    this.timers.after(latencyMs, () => this.#run(line, tooLong));
  }

  #run(line: string, tooLong: boolean): void {
    const parsed = parseCommand(line);
    const command = parsed && this.hardware.commands[parsed.name];
    const isTcpIp = command?.family === 'tcpip';
    const reply = new Reply((lines, final) => this.#answer(lines, final, isTcpIp && !command.keepsLastError));
    if (tooLong) {
      this.hardware.violate(`${line.slice(0, 20)}…: the command line is too long`);
      reply.final('ERROR');
      return;
    }
    const failure = this.hardware.armed.take('error');
    try {
      if (failure) throw new Refusal({ code: failure.code ?? 550, cme: failure.cme ?? 100 });
      if (parsed === undefined || command === undefined) {
        this.#unknown(line, reply);
        return;
      }
      this.#dispatch(command, parsed.form, parsed.body, reply);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.violation) this.hardware.violate(`${withoutSecrets(line)}: ${error.violation}`);
      this.refuse(reply, error, isTcpIp && failure?.cme === undefined);
    }
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

  #dispatch(command: Command, form: 'test' | 'read' | 'write' | 'execute', body: string, reply: Reply): void {
    const handler = command[form];
    if (handler === undefined) throw new Refusal({ cme: 3, violation: `has no ${form} form` });
    if (typeof handler === 'string') {
      reply.info(...handler.split('\n').filter(Boolean)).final('OK');
      return;
    }
    handler({ firmware: this, reply, body, fields: new Fields(form === 'write' ? body : '') });
  }

  #unknown(line: string, reply: Reply): void {
    this.hardware.unknown(withoutSecrets(line));
    reply.final('ERROR');
  }

  #answer(lines: readonly Uint8Array[], final: string | undefined, clearsLastError: boolean): void {
    if (this.#ended) return;
    if (clearsLastError) this.lastError = 0;
    const parts = final === undefined ? [] : [...lines, bytesOf(`\r\n${final}\r\n`)];
    this.hardware.record('result', final ?? '(nothing)');
    const inserted = this.hardware.armed.take('urcInResponse');
    if (inserted) {
      const place = inserted.place ?? (this.hardware.random.next() < 0.5 ? 'first' : 'between');
      const urc = bytesOf(`\r\n${inserted.urc ?? '+QIND: "csq",22,99'}\r\n`);
      parts.splice(place === 'first' ? 0 : Math.max(0, parts.length - 1), 0, urc);
    }
    this.hardware.output.send(Buffer.concat(parts));
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
    this.#excused = false;
    this.#interpreter.endCommand();
    this.notices.flush();
  }
}

/** PINs and passwords never reach a log. */
function withoutSecrets(line: string): string {
  if (/^AT\+CPIN=/i.test(line)) return line.replace(/=.*/s, '=…');
  if (/^AT\+QICSGP=/i.test(line)) return line.replace(/^((?:[^,]*,){3}).+$/s, '$1…');
  return line;
}
