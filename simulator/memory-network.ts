/** A network in memory, in the time of a clock: peers are plain functions.
 *
 *    module side ──▶ Pipe (latency, window) ──▶ peer side
 *                ◀── Pipe (latency, window) ◀──
 */
import { isIP } from 'node:net';
import type { Clock } from '../streams/clock.ts';
import { MemoryPipe } from './memory-pipe.ts';
import type { ConnectionEvents, ConnectionTarget, NetworkConnection, SimulatedNetwork } from './network.ts';
import { Timers } from './timers.ts';

/** One accepted connection, seen from the server. */
export interface MemoryPeer {
  /** Port that was connected to, and the port on the module's side. */
  readonly port: number;
  readonly remotePort: number;
  /** Called with the bytes of the module. Without it they are read and dropped. */
  onData: (bytes: Uint8Array) => void;
  /** Called when the module sent its FIN. Ends this side too unless replaced. */
  onEnd: () => void;
  /** Called when the connection is gone. */
  onClosed: () => void;
  /** Bytes that the module's TCP has acknowledged. */
  readonly acknowledgedBytes: number;
  write(bytes: Uint8Array): void;
  /** Sends FIN after everything written. */
  end(): void;
  /** Breaks the connection at once: bytes on their way are lost. */
  reset(): void;
  /** Stops reading: the module's bytes stay unacknowledged once the window is full. */
  pause(): void;
  resume(): void;
}

/** What a memory network is made of. */
export interface MemoryNetworkOptions {
  /** Time of a byte from one side to the other. Default 20. */
  readonly latencyMs?: number;
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
  /** Number of connections that stand or are being made: 0 when nothing was left behind. */
  readonly openConnections: number;
}

/** Makes a network in memory that runs on `clock`. */
export function memoryNetwork(clock: Clock, options: MemoryNetworkOptions = {}): MemoryNetwork {
  const latencyMs = options.latencyMs ?? 20;
  const windowBytes = options.windowBytes ?? 65_536;
  const listeners = new Map<string, (peer: MemoryPeer) => void>();
  const open = new Set<MemoryConnection>();
  let nextPort = 49_152;

  return {
    listen: (port, accept, address = '*') => void listeners.set(`${address}:${port}`, accept),
    unlisten: (port, address = '*') => void listeners.delete(`${address}:${port}`),
    get openConnections() {
      return open.size;
    },
    resolve(host, done) {
      const known = options.names?.[host] ?? (isIP(host) ? host : []);
      clock.setTimeout(() => done(typeof known === 'string' ? [known] : known), 2 * latencyMs);
    },
    connect(target, events) {
      const localPort = target.localPort || nextPort++;
      const find = (): ((peer: MemoryPeer) => void) | undefined =>
        listeners.get(`${target.address}:${target.port}`) ?? listeners.get(`*:${target.port}`);
      const connection = new MemoryConnection(
        { clock, latencyMs, windowBytes, target, localPort, find, forget: (gone) => open.delete(gone) },
        events,
      );
      open.add(connection);
      return connection;
    },
  };
}

interface ConnectionSetting {
  readonly clock: Clock;
  readonly latencyMs: number;
  readonly windowBytes: number;
  readonly target: ConnectionTarget;
  readonly localPort: number;
  readonly find: () => ((peer: MemoryPeer) => void) | undefined;
  readonly forget: (connection: MemoryConnection) => void;
}

class MemoryConnection implements NetworkConnection {
  readonly #setting: ConnectionSetting;
  readonly #events: ConnectionEvents;
  readonly #timers: Timers;
  readonly #upstream: MemoryPipe;
  readonly #downstream: MemoryPipe;
  #peer: MemoryPeer | undefined;
  #gone = false;

  constructor(setting: ConnectionSetting, events: ConnectionEvents) {
    this.#setting = setting;
    this.#events = events;
    this.#timers = new Timers(setting.clock);
    this.#upstream = new MemoryPipe(this.#timers, setting, {
      onData: (bytes) => this.#peer?.onData(bytes),
      onEnd: () => this.#peer?.onEnd(),
      onAcknowledged: (lengthBytes) => events.onAcknowledged(lengthBytes),
      onFinished: () => this.#checkFinished(),
    });
    this.#downstream = new MemoryPipe(this.#timers, setting, {
      onData: (bytes) => events.onData(bytes),
      onEnd: () => events.onEnd(),
      onAcknowledged: () => {},
      onFinished: () => this.#checkFinished(),
    });
    this.#timers.after(2 * setting.latencyMs, () => this.#open());
  }

  write(bytes: Uint8Array): void {
    this.#upstream.write(bytes);
  }
  pause(): void {
    this.#downstream.pause();
  }
  resume(): void {
    this.#downstream.resume();
  }
  end(): void {
    this.#upstream.end();
  }

  destroy(): void {
    if (this.#gone) return;
    const { clock, latencyMs } = this.#setting;
    const peer = this.#peer;
    this.#leave();
    // The reset reaches the peer like any other packet.
    if (peer) clock.setTimeout(() => peer.onClosed(), latencyMs);
  }

  #open(): void {
    const accept = this.#setting.find();
    if (accept === undefined) {
      this.#leave();
      this.#events.onFailed('refused');
      return;
    }
    const peer = this.#makePeer();
    this.#peer = peer;
    this.#events.onOpen(this.#setting.localPort);
    if (!this.#gone) accept(peer);
  }

  #makePeer(): MemoryPeer {
    const downstream = this.#downstream;
    return {
      port: this.#setting.target.port,
      remotePort: this.#setting.localPort,
      onData: () => {},
      onEnd: () => downstream.end(),
      onClosed: () => {},
      get acknowledgedBytes() {
        return downstream.acknowledgedBytes;
      },
      write: (bytes) => downstream.write(bytes),
      end: () => downstream.end(),
      reset: () => this.#reset(),
      pause: () => this.#upstream.pause(),
      resume: () => this.#upstream.resume(),
    };
  }

  #reset(): void {
    if (this.#gone) return;
    this.#timers.clear();
    this.#timers.after(this.#setting.latencyMs, () => {
      this.#leave();
      this.#events.onClosed();
    });
  }

  #checkFinished(): void {
    if (this.#gone || !this.#upstream.finished || !this.#downstream.finished) return;
    const peer = this.#peer;
    this.#leave();
    this.#events.onClosed();
    peer?.onClosed();
  }

  #leave(): void {
    this.#gone = true;
    this.#timers.clear();
    this.#upstream.close();
    this.#downstream.close();
    this.#setting.forget(this);
  }
}
