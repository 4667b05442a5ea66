/** UDP in memory: ports of the module on one side, peers on the other, whole datagrams in between. */
import type { Clock } from '../streams/clock.ts';
import type { ChangingLatency } from './latency.ts';
import type { DatagramEndpoint, DatagramEvents, RemoteEndpoint } from './network.ts';
import { Timers } from './timers.ts';

/** Address from which the module's datagrams come. */
const MODULE_ADDRESS = '10.7.157.1';
/** Address of a peer that is bound to all, before the module has sent to one of them. */
const PEER_ADDRESS = '192.0.2.7';

/** A remote UDP port. */
export interface MemoryDatagramPeer {
  /** UDP port of the peer. */
  readonly port: number;
  /** Called with each datagram that the module sends here. Without it they are dropped. */
  onMessage: (bytes: Uint8Array, from: RemoteEndpoint) => void;
  /** Sends one datagram to a port of the module. A peer of any address sends from the one it was last sent to. */
  send(bytes: Uint8Array, port: number): void;
  /** Frees the port. */
  close(): void;
}

interface BoundPeer {
  readonly peer: MemoryDatagramPeer;
  address: string;
}

/** See the head of the file. */
export class MemoryDatagrams {
  readonly #clock: Clock;
  readonly #latency: ChangingLatency;
  readonly #choosePort: () => number;
  readonly #ports = new Map<number, DatagramEvents>();
  readonly #peers = new Map<string, BoundPeer>();

  constructor(clock: Clock, latency: ChangingLatency, choosePort: () => number) {
    this.#clock = clock;
    this.#latency = latency;
    this.#choosePort = choosePort;
  }

  /** Number of ports that the module has bound. */
  get openPorts(): number {
    return this.#ports.size;
  }

  /** Binds a port of the module. */
  open(wantedPort: number, events: DatagramEvents): DatagramEndpoint {
    const timers = new Timers(this.#clock);
    const port = wantedPort || this.#choosePort();
    const taken = this.#ports.has(port);
    if (!taken) this.#ports.set(port, events);
    timers.after(0, () => (taken ? events.onFailed('localPortInUse') : events.onOpen(port)));
    return {
      send: (bytes, to) => this.#toPeer(new Uint8Array(bytes), port, to),
      close: () => {
        timers.end();
        if (this.#ports.get(port) === events) this.#ports.delete(port);
      },
    };
  }

  /** Binds a remote port at an address, or at any. A second call replaces the first. */
  bindPeer(port: number, address = '*'): MemoryDatagramPeer {
    const key = `${address}:${port}`;
    const peer: MemoryDatagramPeer = {
      port,
      onMessage: () => {},
      send: (bytes, to) => this.#toModule(new Uint8Array(bytes), to, { address: bound.address, port }),
      close: () => {
        if (this.#peers.get(key) === bound) this.#peers.delete(key);
      },
    };
    const bound: BoundPeer = { peer, address: address === '*' ? PEER_ADDRESS : address };
    this.#peers.set(key, bound);
    return peer;
  }

  #toPeer(bytes: Uint8Array, fromPort: number, to: RemoteEndpoint): void {
    this.#clock.setTimeout(() => {
      const bound = this.#peers.get(`${to.address}:${to.port}`) ?? this.#peers.get(`*:${to.port}`);
      if (bound === undefined) return;
      bound.address = to.address;
      bound.peer.onMessage(bytes, { address: MODULE_ADDRESS, port: fromPort });
    }, this.#latency.ms);
  }

  #toModule(bytes: Uint8Array, port: number, from: RemoteEndpoint): void {
    this.#clock.setTimeout(() => this.#ports.get(port)?.onDatagram(bytes, from), this.#latency.ms);
  }
}
