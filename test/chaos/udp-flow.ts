/** Datagrams, each with its number and its length in it: they may be lost, but not altered, and not come twice. */
import type { ModemDatagram, RemoteInfo } from '../../index.ts';
import type { MemoryDatagramPeer } from '../../simulator/index.ts';
import type { HostProcess } from './host-process.ts';
import type { Oracle } from './oracle.ts';
import { bytesOf } from './streams.ts';

const PEER_ADDRESS = '192.0.2.7';
const HEAD_BYTES = 4;

/** The datagrams of one direction. */
export class DatagramLedger {
  readonly #name: string;
  readonly #oracle: Oracle;
  readonly #lengths: number[] = [];
  readonly #arrived = new Set<number>();
  /** Why anything may come now. */
  excuse: string | undefined;

  constructor(name: string, oracle: Oracle) {
    this.#name = name;
    this.#oracle = oracle;
  }

  /** Makes the next datagram. */
  make(lengthBytes: number): Buffer {
    const number = this.#lengths.length;
    const length = Math.max(HEAD_BYTES, lengthBytes);
    this.#lengths.push(length);
    return this.#bytes(number, length);
  }

  take(bytes: Uint8Array): void {
    if (this.excuse !== undefined) return;
    const number = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    const length = this.#lengths[number];
    const isOurs = length === bytes.length && this.#bytes(number, length).equals(bytes);
    if (!isOurs) {
      const shown = JSON.stringify(Buffer.from(bytes.subarray(0, 24)).toString('latin1'));
      this.#oracle.fail('bytes', `${this.#name}: ${bytes.length} bytes came that nobody sent: ${shown}`);
    } else if (this.#arrived.has(number))
      this.#oracle.fail('bytes', `${this.#name}: datagram ${number} came twice`);
    this.#arrived.add(number);
  }

  #bytes(number: number, lengthBytes: number): Buffer {
    const bytes = bytesOf(number + 5000, 0, lengthBytes);
    bytes.writeUInt16BE(number, 0);
    return bytes;
  }
}

/** A UDP socket of the modem, and its peer. */
export class UdpFlow {
  readonly #host: HostProcess;
  readonly #name: string;
  readonly #socket: ModemDatagram;
  readonly #peer: MemoryDatagramPeer;
  readonly #up: DatagramLedger;
  readonly #down: DatagramLedger;
  /** Port of the module, once it is known. */
  #modulePort: number | undefined;
  #isClosed = false;

  constructor(options: {
    readonly host: HostProcess;
    readonly name: string;
    readonly socket: ModemDatagram;
    readonly peer: MemoryDatagramPeer;
    readonly oracle: Oracle;
    /** Of a socket that is bound. */
    readonly localPort: number | undefined;
  }) {
    const { host, name, socket, peer, oracle } = options;
    this.#host = host;
    this.#name = name;
    this.#socket = socket;
    this.#peer = peer;
    this.#modulePort = options.localPort;
    this.#up = new DatagramLedger(`${name}, up`, oracle);
    this.#down = new DatagramLedger(`${name}, down`, oracle);
    peer.onMessage = (bytes, from) => {
      this.#modulePort ??= from.port;
      if (bytes.length > 0) this.#up.take(bytes);
    };
    this.#watch(oracle);
  }

  get isOpen(): boolean {
    return !this.#isClosed && !this.#socket.closed && !this.#host.isOver;
  }

  /** Its process was killed: what the next one writes may end up in a datagram that was begun. */
  hostDied(host: HostProcess): void {
    if (host === this.#host) this.#up.excuse ??= 'its process was killed';
  }

  close(): void {
    if (this.isOpen) this.#socket.close();
  }

  /** Sends so many datagrams each way. A bound socket says where to. */
  send(count: number, lengthBytes: number, isBound: boolean): void {
    for (let n = 0; n < count; n += 1) {
      const settle = this.#host.owe(`a datagram of ${this.#name}`);
      const done = (error: Error | null): void => {
        if (this.#host.isDead) return;
        settle();
        if (error) this.#host.checkError(this.#name, error);
      };
      const bytes = this.#up.make(lengthBytes);
      if (isBound) this.#socket.send(bytes, this.#peer.port, PEER_ADDRESS, done);
      else this.#socket.send(bytes, done);
      if (this.#modulePort !== undefined) this.#peer.send(this.#down.make(lengthBytes), this.#modulePort);
    }
  }

  #watch(oracle: Oracle): void {
    const socket = this.#socket;
    const closed = this.#host.owe(`the close of ${this.#name}`);
    const isLive = (event: string): boolean => {
      if (this.#host.isDead) return false;
      if (this.#isClosed) oracle.fail('late', `${this.#name}: ${event} after close`);
      return true;
    };
    socket.on('message', (bytes: Buffer, _: RemoteInfo) => isLive('message') && this.#down.take(bytes));
    socket.on('error', (error) => isLive('error') && this.#host.checkError(this.#name, error));
    socket.on('close', () => {
      if (!isLive('close')) return;
      this.#isClosed = true;
      closed();
    });
  }
}
