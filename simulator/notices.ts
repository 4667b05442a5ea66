/** The notices of a module: what they say, and whether they get out (lte §2.2).
 *
 *    say · announce · incoming ──▶ UrcQueue ──(faults, AT+QURCCFG)──▶ serial line
 */
import { bytesOf } from './bytes.ts';
import type { Hardware } from './hardware.ts';
import { type Urc, UrcQueue } from './urc-queue.ts';
import type { VirtualSocket } from './virtual-socket.ts';
import type { Wording } from './wording.ts';

/** See the head of the file. */
export class Notices {
  readonly #hardware: Hardware;
  readonly #wording: Wording;
  readonly #queue: UrcQueue;
  #ended = false;

  /** @param canSpeak false while a command runs or the port is in data mode. */
  constructor(hardware: Hardware, wording: Wording, canSpeak: () => boolean) {
    this.#hardware = hardware;
    this.#wording = wording;
    this.#queue = new UrcQueue({
      canSpeak: () => !this.#ended && canSpeak(),
      emit: (urc) => this.#emit(urc),
      whenRoom: (limitBytes, proceed) => hardware.output.whenBelow(limitBytes, proceed),
    });
  }

  /** Queues a notice of one line; `after` is called when its turn has come. */
  say(name: string, line: string, after?: () => void): void {
    this.#queue.say({ name, write: () => bytesOf(`\r\n${line}\r\n`), ...(after && { after }) });
  }

  /** Queues CONNECT, which is said only while `isWanted`. */
  connect(isWanted: () => boolean, after: () => void): void {
    const line = bytesOf('\r\nCONNECT\r\n');
    this.#queue.say({ name: '+QIOPEN', write: () => (isWanted() ? line : undefined), after });
  }

  /** Queues bytes that are no notice. */
  noise(bytes: Uint8Array): void {
    this.#queue.say({ name: 'noise', write: () => bytes });
  }

  /** Says that a socket has something to read, or pushes it out, as its access mode wants it (lte §2.2.2). */
  announce(socket: VirtualSocket): void {
    if (socket.accessMode === 1) {
      this.#push(socket);
      return;
    }
    if (socket.announced) return;
    const text = this.#wording.readable(socket);
    if (text === undefined) return;
    socket.announced = true;
    const line = bytesOf(`\r\n${text}\r\n`);
    this.#queue.say({ name: 'recv', readable: socket.key, write: () => line });
  }

  /** Says once that no more fits into a receive buffer that has to be read (bc66 §2.13.3). */
  full(socket: VirtualSocket): void {
    if (socket.accessMode !== 0 || socket.announcedFull) return;
    socket.announcedFull = true;
    this.say('recv', this.#wording.full(socket));
  }

  /** Takes back what was to be said about the data of a socket: it goes another way now. */
  withdraw(socket: VirtualSocket): void {
    socket.announced = false;
    this.#queue.forgetReadable(socket.key);
  }

  /** A connection was accepted (lte §2.2.4). */
  incoming(socket: VirtualSocket): void {
    this.say('incoming', this.#wording.accepted(socket));
  }

  /** A connection had to be refused (lte §2.2.3). */
  incomingFull(listener: VirtualSocket): void {
    const line = this.#wording.turnedAway(listener);
    if (line !== undefined) this.say('incoming full', line);
  }

  /** The peer closed a connection (lte §2.2.1). */
  closed(socket: VirtualSocket): void {
    this.say('closed', this.#wording.closed(socket));
  }

  /** The network took a context away (lte §2.2.5). */
  contextLost(id: number): void {
    this.say('pdpdeact', this.#wording.contextLost(id));
  }

  /** Writes what may be written now. */
  flush(): void {
    this.#queue.flush();
  }

  /** Forgets what waits, and goes quiet. */
  end(): void {
    this.#ended = true;
    this.#queue.clear();
  }

  #push(socket: VirtualSocket, first = false): void {
    const { pushLimitBytes, pushesFirst } = this.#wording;
    const write = (): Uint8Array | undefined => {
      const { bytes, from } = socket.readForPush(pushLimitBytes);
      if (bytes.length === 0) return undefined;
      this.#hardware.faults.bytesMoved(bytes.length);
      if (socket.unreadBytes > 0) this.#push(socket, pushesFirst);
      return this.#wording.pushed(socket, bytes, from);
    };
    this.#queue.say({ name: 'recv', readable: socket.key, write }, first);
  }

  #emit(urc: Urc): void {
    this.#write(urc);
    if (!this.#ended) urc.after?.();
  }

  #write(urc: Urc): void {
    const hardware = this.#hardware;
    hardware.faults.urcGoes(urc.name);
    const lost = hardware.armed.take('loseUrc', (fault) => fault.urc === undefined || fault.urc === urc.name);
    if (this.#ended) return;
    const bytes = urc.write();
    if (bytes === undefined) return;
    if (lost !== undefined) {
      hardware.record('lost', `notice ${urc.name}: swallowed by a fault`);
      return;
    }
    const goesElsewhere = hardware.memory.urcPort !== hardware.atPort && urc.name !== 'RDY';
    if (goesElsewhere) {
      hardware.record('lost', `notice ${urc.name}: goes to ${hardware.memory.urcPort}`);
      return;
    }
    hardware.record('urc', urc.name);
    hardware.output.send(bytes);
  }
}
