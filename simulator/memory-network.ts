/** A network in memory, in the time of a clock: peers are plain functions. One module per network. */
import { isIP } from 'node:net';
import type { Clock } from '../streams/clock.ts';
import { ChangingLatency, type Latency } from './latency.ts';
import { type MemoryClient, MemoryConnection, type MemoryPeer } from './memory-connection.ts';
import { type MemoryDatagramPeer, MemoryDatagrams } from './memory-datagrams.ts';
import type { ListenerEvents, NetworkListener, SimulatedNetwork, Slowdown } from './network.ts';
import { Timers } from './timers.ts';

/** What a memory network is made of. */
export interface MemoryNetworkOptions {
  /** Time of a byte from one side to the other, or what tells it for a time of the clock. Default 20. */
  readonly latencyMs?: Latency;
  /** Receive window of each side. Default 65536. */
  readonly windowBytes?: number;
  /** Addresses by host name; names that are not here do not resolve. */
  readonly names?: Readonly<Record<string, string | readonly string[]>>;
}

/** A network in memory with peers that listen by port, whatever the address. */
export interface MemoryNetwork extends SimulatedNetwork {
  /** Accepts connections to `port` (at `address`, or at any). A second call replaces the first. */
  listen(port: number, accept: (peer: MemoryPeer) => void, address?: string): void;
  /** Stops accepting; connections that stand are kept. */
  unlisten(port: number, address?: string): void;
  /** Connects to a port on which the module listens; set the handlers of what it returns at once. */
  dial(port: number, options?: { readonly address?: string }): MemoryClient;
  /** Binds a remote UDP port (at `address`, or at any). */
  bindPeer(port: number, address?: string): MemoryDatagramPeer;
  /** Time of a byte from one side to the other, now. */
  readonly latencyMs: number;
  /** Changes that time. What is on its way stays so, and nothing of a connection overtakes it. */
  setLatency(latencyMs: Latency): void;
  /** Makes everything slower until the function that it returns is called. */
  slowDown(slowdown: Slowdown): () => void;
  /** Number of connections that stand or are being made: 0 when nothing was left behind. */
  readonly openConnections: number;
  /** Number of ports on which the module listens, or that it has bound for UDP. */
  readonly openPorts: number;
}

const CLIENT_ADDRESS = '198.51.100.22';
const FIRST_CLIENT_PORT = 54_091;
const FIRST_MODULE_PORT = 49_152;

/** Makes a network in memory that runs on `clock`. */
export function memoryNetwork(clock: Clock, options: MemoryNetworkOptions = {}): MemoryNetwork {
  const latency = new ChangingLatency(clock, options.latencyMs ?? 20);
  const servers = new Map<string, (peer: MemoryPeer) => void>();
  const open = new Set<MemoryConnection>();
  let nextPort = FIRST_MODULE_PORT;
  let nextClientPort = FIRST_CLIENT_PORT;
  const datagrams = new MemoryDatagrams(clock, latency, () => nextPort++);
  const listeners = new ModuleListeners(clock);
  const setting = {
    clock,
    latency,
    windowBytes: options.windowBytes ?? 65_536,
    forget: (gone: MemoryConnection) => void open.delete(gone),
  };
  const makeConnection = (modulePort: number, peerAddress: string, peerPort: number): MemoryConnection => {
    const connection = new MemoryConnection(setting, { modulePort, peerAddress, peerPort });
    open.add(connection);
    return connection;
  };

  return {
    listen: (port, accept, address = '*') => void servers.set(`${address}:${port}`, accept),
    unlisten: (port, address = '*') => void servers.delete(`${address}:${port}`),
    dial: (port, { address = CLIENT_ADDRESS } = {}) =>
      makeConnection(port, address, nextClientPort++).dial(() => listeners.at(port)),
    bindPeer: (port, address) => datagrams.bindPeer(port, address),
    get latencyMs() {
      return latency.ms;
    },
    setLatency: (base) => latency.set(base),
    slowDown: (slowdown) => latency.slowDown(slowdown),
    get openConnections() {
      return open.size;
    },
    get openPorts() {
      return datagrams.openPorts + listeners.openPorts;
    },
    resolve(host, done) {
      const known = options.names?.[host] ?? (isIP(host) ? host : []);
      clock.setTimeout(() => done(typeof known === 'string' ? [known] : known), 2 * latency.ms);
    },
    connect({ address, port, localPort }, events) {
      const connection = makeConnection(localPort || nextPort++, address, port);
      connection.connect(() => servers.get(`${address}:${port}`) ?? servers.get(`*:${port}`), events);
      return connection;
    },
    openDatagrams: (localPort, events) => datagrams.open(localPort, events),
    openListener: (localPort, events) => listeners.open(localPort || nextPort++, events),
  };
}

/** The ports on which the module listens. */
class ModuleListeners {
  readonly #clock: Clock;
  readonly #ports = new Map<number, ListenerEvents>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get openPorts(): number {
    return this.#ports.size;
  }

  /** Who takes connections to a port. */
  at(port: number): ListenerEvents['onIncoming'] | undefined {
    const events = this.#ports.get(port);
    return events && ((incoming) => events.onIncoming(incoming));
  }

  open(port: number, events: ListenerEvents): NetworkListener {
    const timers = new Timers(this.#clock);
    const taken = this.#ports.has(port);
    if (!taken) this.#ports.set(port, events);
    timers.after(0, () => (taken ? events.onFailed('localPortInUse') : events.onOpen(port)));
    return {
      close: () => {
        timers.end();
        if (this.#ports.get(port) === events) this.#ports.delete(port);
      },
    };
  }
}
