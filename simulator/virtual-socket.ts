/** One connect id of a virtual module.
 *
 *    accept ──▶ (send buffer: accepted − acknowledged) ──▶ connection
 *    read  ◀── [receive buffer] ◀── connection; paused while the buffer is full
 */
import { ByteQueue } from './bytes.ts';
import type { ConnectionEvents, NetworkConnection } from './network.ts';

/** Numbers of lte §2.1.6; an id that is not in the table is 0, initial. */
export const SOCKET_STATE = { opening: 1, connected: 2, closing: 4 } as const;
/** One of the values of `SOCKET_STATE`. */
export type SocketState = (typeof SOCKET_STATE)[keyof typeof SOCKET_STATE];

/** What was asked for with AT+QIOPEN. */
export interface SocketRequest {
  readonly id: number;
  readonly contextId: number;
  readonly service: string;
  readonly host: string;
  readonly port: number;
  readonly localPort: number;
  /** 0 buffer, 1 direct push. */
  readonly accessMode: number;
}

/** What a socket tells the module. */
export interface SocketEvents {
  /** More can be read: called for each arrival. */
  onReadable(socket: VirtualSocket): void;
  /** The peer ended or broke the connection. */
  onPeerClosed(socket: VirtualSocket): void;
  /** A byte count changed that a close may wait for. */
  onProgress(socket: VirtualSocket): void;
}

/** Size of the buffers of a socket. */
export interface SocketBuffers {
  readonly sendBytes: number;
  readonly receiveBytes: () => number;
}

/** See the head of the file. */
export class VirtualSocket {
  readonly request: SocketRequest;
  readonly #events: SocketEvents;
  readonly #buffers: SocketBuffers;
  readonly #received = new ByteQueue();
  /** What the network delivered in one piece and the receive buffer had no room for. */
  readonly #overflow = new ByteQueue();
  /** Sent bytes and events that a black hole keeps back. */
  #held: (() => void)[] = [];
  #connection: NetworkConnection | undefined;
  #frozen = false;
  #paused = false;
  state: SocketState = SOCKET_STATE.opening;
  accessMode: number;
  localPort: number;
  /** IP address of the peer, once the name is resolved. */
  address: string;
  /** A recv notice went out, and the buffer has not been empty since (lte §2.2.2). */
  announced = false;
  /** The open ended with an error: only AT+QICLOSE frees the id. */
  openFailed = false;
  acceptedBytes = 0;
  acknowledgedBytes = 0;
  receivedBytes = 0;

  constructor(request: SocketRequest, buffers: SocketBuffers, events: SocketEvents) {
    this.request = request;
    this.accessMode = request.accessMode;
    this.localPort = request.localPort;
    this.address = request.host;
    this.#buffers = buffers;
    this.#events = events;
  }

  get id(): number {
    return this.request.id;
  }

  get unreadBytes(): number {
    return this.#received.lengthBytes;
  }

  /** Bytes that the send buffer still takes. */
  get sendRoomBytes(): number {
    return this.#buffers.sendBytes - (this.acceptedBytes - this.acknowledgedBytes);
  }

  /** The events to connect with; `onOpened` gets 0 or an error number of lte chapter 4. */
  connectionEvents(onOpened: (error: number) => void): ConnectionEvents {
    return {
      onOpen: (localPort) =>
        this.#later(() => {
          this.localPort = localPort;
          onOpened(0);
        }),
      onFailed: (reason) => this.#later(() => onOpened(reason === 'localPortInUse' ? 556 : 566)),
      onData: (bytes) => this.#later(() => this.#take(bytes)),
      onAcknowledged: (lengthBytes) =>
        this.#later(() => {
          this.acknowledgedBytes += lengthBytes;
          this.#events.onProgress(this);
        }),
      onEnd: () => this.#later(() => this.#events.onPeerClosed(this)),
      onClosed: () =>
        this.#later(() => {
          this.#connection = undefined;
          this.#events.onPeerClosed(this);
        }),
    };
  }

  attach(connection: NetworkConnection): void {
    this.#connection = connection;
    if (this.#frozen) connection.pause();
  }

  /** There is a connection under it. */
  get isAttached(): boolean {
    return this.#connection !== undefined;
  }

  /** Takes payload into the send buffer. */
  accept(bytes: Uint8Array): void {
    this.acceptedBytes += bytes.length;
    this.#later(() => this.#connection?.write(bytes));
  }

  /** Takes up to `maxBytes` out of the receive buffer. */
  read(maxBytes: number): Uint8Array {
    const bytes = this.#received.take(maxBytes);
    if (this.#received.lengthBytes === 0) this.announced = false;
    this.#fill();
    return bytes;
  }

  /** Begins or ends a black hole. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen;
    this.#adjustWindow();
    if (frozen) return;
    const held = this.#held;
    this.#held = [];
    for (const event of held) event();
  }

  /** Sends FIN after everything accepted. */
  finish(): void {
    this.#later(() => this.#connection?.end());
  }

  /** Everything accepted has been acknowledged, and no black hole holds the FIN back. */
  get isFlushed(): boolean {
    return !this.#frozen && this.acknowledgedBytes === this.acceptedBytes;
  }

  /** Gives the connection up; buffered data stays readable. */
  drop(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#held = [];
  }

  /** Lets the connection go without breaking it: what the peer still sends is dropped. */
  release(): NetworkConnection | undefined {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#received.clear();
    this.#overflow.clear();
    connection?.resume();
    return connection;
  }

  #take(bytes: Uint8Array): void {
    if (this.#connection === undefined) return;
    this.#overflow.push(bytes);
    this.#fill();
  }

  #fill(): void {
    const roomBytes = Math.max(0, this.#buffers.receiveBytes() - this.#received.lengthBytes);
    const bytes = this.#overflow.take(roomBytes);
    this.receivedBytes += bytes.length;
    this.#received.push(bytes);
    this.#adjustWindow();
    if (bytes.length > 0) this.#events.onReadable(this);
  }

  /** A full buffer closes the window of the peer's TCP. */
  #adjustWindow(): void {
    const paused = this.#frozen || this.#received.lengthBytes >= this.#buffers.receiveBytes();
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#connection?.pause();
    else this.#connection?.resume();
  }

  #later(event: () => void): void {
    if (this.#frozen) this.#held.push(event);
    else event();
  }
}
