/** One connect id of a virtual module: what all kinds of sockets have in common.
 *
 *    VirtualSocket ◀── StreamSocket     TCP, TCP INCOMING
 *                  ◀── DatagramSocket   UDP, UDP SERVICE, UDP INCOMING
 *                  ◀── ListeningSocket  TCP LISTENER
 *                  ◀── DatagramListener UDP LISTENER
 */
import type { IncomingConnection, NetworkConnection, RemoteEndpoint, SimulatedNetwork } from './network.ts';

/** Numbers of lte §2.1.6; an id that is not in the table is 0, initial. */
export const SOCKET_STATE = { opening: 1, connected: 2, listening: 3, closing: 4 } as const;
/** One of the values of `SOCKET_STATE`. */
export type SocketState = (typeof SOCKET_STATE)[keyof typeof SOCKET_STATE];

/** Service types of lte §2.1.4 and §2.1.6. */
export type ServiceType =
  | 'TCP'
  | 'UDP'
  | 'TCP LISTENER'
  | 'TCP INCOMING'
  | 'UDP SERVICE'
  | 'UDP LISTENER'
  | 'UDP INCOMING';

/** The side of a connection that the module is on. */
export type SocketRole = 'client' | 'server';

/** What was asked for with AT+QIOPEN, or what a listener accepted. */
export interface SocketRequest {
  readonly id: number;
  /** Its place in the table, where that is not the id alone. */
  readonly key?: number;
  readonly contextId: number;
  readonly service: ServiceType;
  readonly host: string;
  readonly port: number;
  readonly localPort: number;
  /** 0 buffer, 1 direct push, 2 transparent. */
  readonly accessMode: number;
  /** Most clients that a listener has at once. */
  readonly clientLimit?: number;
  /** A connect that fails is tried again for so long. */
  readonly retryForMs?: number;
  /** Key of the listener that accepted it. */
  readonly acceptedBy?: number;
}

/** What a socket tells the module. */
export interface SocketEvents {
  /** More can be read: called for each arrival. */
  onReadable(socket: VirtualSocket): void;
  /** The peer ended or broke the connection. */
  onPeerClosed(socket: VirtualSocket): void;
  /** A byte count changed that somebody may wait for. */
  onProgress(socket: VirtualSocket): void;
  /** Received data had to be dropped. */
  onLost(socket: VirtualSocket, what: string): void;
  /** A client connects to a listener. */
  onIncoming(listener: VirtualSocket, incoming: IncomingConnection): void;
  /** A datagram came to a listener from somebody new: returns the socket that takes it, if there is room. */
  onStranger(listener: VirtualSocket, from: RemoteEndpoint): VirtualSocket | undefined;
  /** Something was carried, in either direction. */
  onCarried(socket: VirtualSocket): void;
}

/** Options that shape a socket. They may change while it is open. */
export interface SocketOptions {
  readonly sendBytes: number;
  readonly receiveBytes: () => number;
  /** The time of the module's clock. */
  readonly now: () => number;
  /** Idle time after which the address translation of the network forgets a connection; infinite if it never does. */
  readonly natIdleMs: () => number;
  /** AT+QICFG="udp/readmode",1: datagrams are read like a stream of bytes. */
  readonly readsAsStream: () => boolean;
  /** AT+QICFG="tcp/accept",1: clients of a listener are accepted by themselves. */
  readonly accepts: () => boolean;
}

/** What a read yields. */
export interface Received {
  readonly bytes: Uint8Array;
  /** Where a datagram of a UDP SERVICE came from. */
  readonly from?: RemoteEndpoint;
}

/** See the head of the file. */
export abstract class VirtualSocket {
  readonly request: SocketRequest;
  protected readonly events: SocketEvents;
  protected readonly options: SocketOptions;
  /** Sent bytes and events that a black hole keeps back. */
  #held: (() => void)[] = [];
  #frozen = false;
  /** Nothing will ever arrive any more, in either direction, and nobody tells. */
  #cutOff = false;
  /** When something was carried last, in either direction; of a listener, when it was made. */
  carriedAtMs: number;
  #dropped = false;
  state: SocketState = SOCKET_STATE.opening;
  accessMode: number;
  localPort: number;
  /** IP address of the peer, once the name is resolved. */
  address: string;
  /** A recv notice went out, and the buffer has not been empty since (lte §2.2.2). */
  announced = false;
  /** It was said that the buffer is full, and it has not been read since. */
  announcedFull = false;
  /** The open ended with an error: only AT+QICLOSE frees the id. */
  openFailed = false;
  acceptedBytes = 0;
  acknowledgedBytes = 0;
  receivedBytes = 0;

  constructor(request: SocketRequest, options: SocketOptions, events: SocketEvents) {
    this.request = request;
    this.accessMode = request.accessMode;
    this.localPort = request.localPort;
    this.address = request.host;
    this.options = options;
    this.events = events;
    this.carriedAtMs = options.now();
  }

  get id(): number {
    return this.request.id;
  }

  /** Its place in the table of sockets. */
  get key(): number {
    return this.request.key ?? this.request.id;
  }

  /** Who asked for the connection: the module or the peer. */
  get role(): SocketRole {
    return this.isListener || this.request.acceptedBy !== undefined ? 'server' : 'client';
  }

  /** Id of the listener that accepted it. The field is valid for accepted sockets only (lte §2.1.6); the examples show
   * the socket's own id for the others. */
  get serverId(): number {
    return this.request.acceptedBy ?? this.id;
  }

  /** Begins to open; `settle` gets 0 or an error number of lte chapter 4, once. */
  abstract start(network: SimulatedNetwork, settle: (error: number) => void): void;

  /** Bytes in the receive buffer. */
  get unreadBytes(): number {
    return 0;
  }

  /** Bytes that the send buffer still takes. */
  get sendRoomBytes(): number {
    return this.options.sendBytes;
  }

  /** Takes payload to send, to the peer or to a place of its own (UDP SERVICE). */
  accept(_bytes: Uint8Array, _to?: RemoteEndpoint): void {}

  /** Takes up to `maxBytes` out of the receive buffer; of a UDP socket no more than one datagram. */
  read(_maxBytes: number): Received {
    return { bytes: new Uint8Array(0) };
  }

  /** Takes what one notice of direct push mode carries: of a UDP socket one whole datagram. */
  readForPush(maxBytes: number): Received {
    return this.read(maxBytes);
  }

  /** It waits for others, and carries no data itself. */
  get isListener(): boolean {
    return this.request.service === 'TCP LISTENER' || this.request.service === 'UDP LISTENER';
  }

  /** There is a peer that has to be told the end. */
  get hasPeer(): boolean {
    return false;
  }

  /** Sends FIN after everything accepted. */
  finish(): void {}

  /** Everything accepted has been acknowledged, and no black hole holds the FIN back. */
  get isFlushed(): boolean {
    return true;
  }

  /** Lets the connection go without breaking it: what the peer still sends is dropped, what came stays readable. */
  release(): NetworkConnection | undefined {
    return undefined;
  }

  /** Forgets what nobody has read. */
  discard(): void {}

  /** Gives the connection up; buffered data stays readable. */
  drop(): void {
    this.#dropped = true;
    this.#held = [];
  }

  /** Begins or ends a black hole. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen;
    if (frozen) return;
    const held = this.#held;
    this.#held = [];
    if (held.length > 0) this.carry();
    for (const event of held) event();
  }

  /** The address translation of the network has forgotten it. */
  forgottenByNat(): void {}

  /** Nothing will ever arrive any more. */
  get isCutOff(): boolean {
    return this.#cutOff;
  }

  protected cutOff(): void {
    this.#cutOff = true;
    this.#held = [];
  }

  /** Something is carried now. */
  protected carry(): void {
    this.carriedAtMs = this.options.now();
    this.events.onCarried(this);
  }

  protected get isFrozen(): boolean {
    return this.#frozen || this.#cutOff;
  }

  protected get isDropped(): boolean {
    return this.#dropped;
  }

  /** Carries something now, or when the black hole is over. */
  protected later(event: () => void): void {
    if (this.#cutOff) return;
    if (this.#frozen) {
      this.#held.push(event);
      return;
    }
    this.carry();
    event();
  }

  /** The error number of an open that the network refused. */
  protected failureOf(reason: 'refused' | 'unreachable' | 'localPortInUse'): number {
    return reason === 'localPortInUse' ? 556 : 566;
  }
}
