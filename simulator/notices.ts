/** The notices of a module: what they say, and whether they get out (lte §2.2).
 *
 *    say · announce · incoming ──▶ UrcQueue ──(faults, AT+QURCCFG)──▶ serial line
 */
import { bytesOf } from './bytes.ts';
import type { Hardware } from './hardware.ts';
import type { RemoteEndpoint } from './network.ts';
import type { Settings } from './settings.ts';
import { type Urc, UrcQueue } from './urc-queue.ts';
import type { VirtualSocket } from './virtual-socket.ts';

/** Direct push hands out at most this much of a TCP connection at once (lte §2.1.8 allows as much per read). */
const PUSH_LIMIT_BYTES = 1500;

/** See the head of the file. */
export class Notices {
  readonly #hardware: Hardware;
  readonly #settings: Settings;
  readonly #queue: UrcQueue;
  #ended = false;

  /** @param canSpeak false while a command runs or the port is in data mode. */
  constructor(hardware: Hardware, settings: Settings, canSpeak: () => boolean) {
    this.#hardware = hardware;
    this.#settings = settings;
    this.#queue = new UrcQueue({
      canSpeak: () => !this.#ended && canSpeak(),
      emit: (urc) => this.#emit(urc),
      whenRoom: (limitBytes, proceed) => hardware.output.whenBelow(limitBytes, proceed),
    });
  }

  /** Queues a notice of one line. */
  say(name: string, line: string): void {
    this.#queue.say({ name, write: () => bytesOf(`\r\n${line}\r\n`) });
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
    socket.announced = true;
    const length = this.#settings.value('recvind') === 1 ? `,${socket.unreadBytes}` : '';
    const line = bytesOf(`\r\n+QIURC: "recv",${socket.id}${length}\r\n`);
    this.#queue.say({ name: 'recv', readable: socket.id, write: () => line });
  }

  /** Takes back what was to be said about the data of a socket: it goes another way now. */
  withdraw(socket: VirtualSocket): void {
    socket.announced = false;
    this.#queue.forgetReadable(socket.id);
  }

  /** A connection was accepted (lte §2.2.4). */
  incoming({ id, serverId, address, request }: VirtualSocket): void {
    this.say('incoming', `+QIURC: "incoming",${id},${serverId},"${address}",${request.port}`);
  }

  /** A connection had to be refused (lte §2.2.3). */
  incomingFull({ id }: VirtualSocket): void {
    const listener = this.#hardware.profile.namesFullListener ? `,${id}` : '';
    this.say('incoming full', `+QIURC: "incoming full"${listener}`);
  }

  /** The peer closed a connection (lte §2.2.1). */
  closed({ id }: VirtualSocket): void {
    this.say('closed', `+QIURC: "closed",${id}`);
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

  #push(socket: VirtualSocket): void {
    const write = (): Uint8Array | undefined => {
      const { bytes, from } = socket.readForPush(PUSH_LIMIT_BYTES);
      if (bytes.length === 0) return undefined;
      this.#hardware.faults.bytesMoved(bytes.length);
      if (socket.unreadBytes > 0) this.#push(socket);
      const source = from === undefined ? '' : addressFields(from);
      const head = `\r\n+QIURC: "recv",${socket.id},${bytes.length}${source}${this.#settings.separator}`;
      return Buffer.concat([bytesOf(head), this.#settings.formatted(bytes), bytesOf('\r\n')]);
    };
    this.#queue.say({ name: 'recv', readable: socket.id, write });
  }

  #emit(urc: Urc): void {
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

/** Where a datagram came from, behind a length: `,"10.7.76.34",7687`. */
export function addressFields({ address, port }: RemoteEndpoint): string {
  return `,"${address}",${port}`;
}
