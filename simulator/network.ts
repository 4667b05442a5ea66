/** Where the sockets of a virtual module lead: real loopback sockets or a network in memory.
 *
 *    VirtualModule ──▶ SimulatedNetwork ──▶ loopbackNetwork()  node:net, real time
 *                                      └──▶ memoryNetwork()    scripted peers, any clock
 */

/** What a connection tells the module. Nothing comes from inside a call to the connection or to `connect`. */
export interface ConnectionEvents {
  /** The connection stands. `localPort` is the port on this side. */
  onOpen(localPort: number): void;
  /** The connection could not be made. Nothing follows. */
  onFailed(reason: 'refused' | 'unreachable' | 'localPortInUse'): void;
  /** Bytes arrived. Does not come while paused. */
  onData(bytes: Uint8Array): void;
  /** `lengthBytes` more bytes were acknowledged by the TCP of the peer. */
  onAcknowledged(lengthBytes: number): void;
  /** The peer sent its FIN, and everything before it has been delivered. */
  onEnd(): void;
  /** The connection is gone, by reset or because both sides ended. Nothing follows. */
  onClosed(): void;
}

/** One TCP connection, seen from the module. */
export interface NetworkConnection {
  /** Sends bytes. Always takes them all: the caller bounds what is unacknowledged. */
  write(bytes: Uint8Array): void;
  /** Stops `onData`: the TCP window of the peer closes when the network's own buffer is full. */
  pause(): void;
  /** Goes on after `pause()`. */
  resume(): void;
  /** Sends FIN after everything written; data of the peer still arrives. */
  end(): void;
  /** Gives the connection up at once: bytes that were not acknowledged are lost. No event follows. */
  destroy(): void;
}

/** Destination of a connection. */
export interface ConnectionTarget {
  /** An IP address (names go through `resolve` first). */
  readonly address: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
  /** 0 lets the network choose. */
  readonly localPort: number;
}

/** Where datagrams come from or go to. */
export interface RemoteEndpoint {
  /** IP address. */
  readonly address: string;
  /** TCP or UDP port. */
  readonly port: number;
}

/** What a UDP port tells the module. Nothing comes from inside a call to the endpoint or to `openDatagrams`. */
export interface DatagramEvents {
  /** The port is bound. `localPort` is its number. */
  onOpen(localPort: number): void;
  /** The port could not be bound. Nothing follows. */
  onFailed(reason: 'localPortInUse'): void;
  /** One whole datagram arrived. */
  onDatagram(bytes: Uint8Array, from: RemoteEndpoint): void;
}

/** One UDP port of the module. */
export interface DatagramEndpoint {
  /** Sends one datagram; where nobody listens it is lost without a word. */
  send(bytes: Uint8Array, to: RemoteEndpoint): void;
  /** Frees the port. No event follows. */
  close(): void;
}

/** A remote client that wants to connect to a port of the module. Its data waits until it is accepted. */
export interface IncomingConnection extends RemoteEndpoint {
  /** Takes the connection; `onOpen` and `onFailed` are not called. */
  accept(events: ConnectionEvents): NetworkConnection;
  /** Turns the client away. */
  refuse(): void;
}

/** What a listening port tells the module. Nothing comes from inside a call to the listener or to `openListener`. */
export interface ListenerEvents {
  /** The port is bound. `localPort` is its number. */
  onOpen(localPort: number): void;
  /** The port could not be bound. Nothing follows. */
  onFailed(reason: 'localPortInUse'): void;
  /** A client knocks. The module accepts or refuses it, now or later. */
  onIncoming(incoming: IncomingConnection): void;
}

/** One listening TCP port of the module. */
export interface NetworkListener {
  /** Stops listening; connections that stand are kept. No event follows. */
  close(): void;
}

/** How much slower a network is for a while. */
export interface Slowdown {
  /** The latency is multiplied by this. Default 1. */
  readonly times?: number;
  /** And this many milliseconds are added. Default 0. */
  readonly plusMs?: number;
}

/** The world behind the antenna. */
export interface SimulatedNetwork {
  /** Looks a host name up; IP addresses resolve to themselves. `done` gets an empty list for unknown names, and is
   * never called from inside `resolve`. */
  resolve(host: string, done: (addresses: readonly string[]) => void): void;
  /** Starts to connect; the outcome comes as an event. */
  connect(target: ConnectionTarget, events: ConnectionEvents): NetworkConnection;
  /** Binds a UDP port of the module; 0 lets the network choose. */
  openDatagrams(localPort: number, events: DatagramEvents): DatagramEndpoint;
  /** Listens on a TCP port of the module. */
  openListener(localPort: number, events: ListenerEvents): NetworkListener;
  /** Makes everything slower until the function that it returns is called. A network that cannot do that lacks it. */
  slowDown?(slowdown: Slowdown): () => void;
}
