/** Sockets on which the module waits for clients: TCP LISTENER, and UDP LISTENER of EG91 and EG95 (lte §2.1.4). */
import { DatagramSocket } from './datagram-socket.ts';
import type {
  DatagramEndpoint,
  IncomingConnection,
  NetworkListener,
  RemoteEndpoint,
  SimulatedNetwork,
} from './network.ts';
import { VirtualSocket } from './virtual-socket.ts';

/** Clients that may wait to be accepted; more are refused. */
const BACKLOG = 5;

/** A TCP LISTENER. Clients that it may not accept now wait, with what they send. */
export class ListeningSocket extends VirtualSocket {
  #listener: NetworkListener | undefined;
  #waiting: IncomingConnection[] = [];

  override start(network: SimulatedNetwork, settle: (error: number) => void): void {
    this.#listener = network.openListener(this.request.localPort, {
      onOpen: (localPort) => {
        this.localPort = localPort;
        settle(0);
      },
      onFailed: (reason) => settle(this.failureOf(reason)),
      onIncoming: (incoming) => this.#knock(incoming),
    });
  }

  /** Accepts those who wait, if that is allowed now. */
  acceptWaiting(): void {
    if (this.isFrozen || !this.options.accepts()) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const incoming of waiting) this.events.onIncoming(this, incoming);
  }

  override freeze(frozen: boolean): void {
    super.freeze(frozen);
    this.acceptWaiting();
  }

  override drop(): void {
    super.drop();
    this.#listener?.close();
    this.#listener = undefined;
    for (const incoming of this.#waiting) incoming.refuse();
    this.#waiting = [];
  }

  #knock(incoming: IncomingConnection): void {
    if (this.isDropped || this.#waiting.length >= BACKLOG) {
      incoming.refuse();
      return;
    }
    this.#waiting.push(incoming);
    this.acceptWaiting();
  }
}

/** A UDP LISTENER: each remote that sends something becomes a socket of its own. */
export class DatagramListener extends VirtualSocket {
  readonly #clients = new Map<string, DatagramSocket>();
  #endpoint: DatagramEndpoint | undefined;

  override start(network: SimulatedNetwork, settle: (error: number) => void): void {
    this.#endpoint = network.openDatagrams(this.request.localPort, {
      onOpen: (localPort) => {
        this.localPort = localPort;
        settle(0);
      },
      onFailed: (reason) => settle(this.failureOf(reason)),
      onDatagram: (bytes, from) => this.#clientOf(from)?.deliver(bytes, from),
    });
  }

  /** The port stays bound as long as an accepted socket uses it. */
  override drop(): void {
    super.drop();
    this.#closeUnused();
  }

  #clientOf(from: RemoteEndpoint): DatagramSocket | undefined {
    const key = `${from.address} ${from.port}`;
    const known = this.#clients.get(key);
    if (known !== undefined || this.isDropped || this.isFrozen) return known;
    const client = this.events.onStranger(this, from);
    if (!(client instanceof DatagramSocket)) return undefined;
    this.#clients.set(key, client);
    client.attach({
      send: (bytes, to) => this.#endpoint?.send(bytes, to),
      close: () => {
        this.#clients.delete(key);
        if (this.isDropped) this.#closeUnused();
      },
    });
    return client;
  }

  #closeUnused(): void {
    if (this.#clients.size > 0) return;
    this.#endpoint?.close();
    this.#endpoint = undefined;
  }
}
