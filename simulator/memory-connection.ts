/** One TCP connection of a network in memory, whoever began it.
 *
 *    module side ──▶ Pipe (latency, window) ──▶ peer side
 *                ◀── Pipe (latency, window) ◀──
 */
import type { Clock } from '../streams/clock.ts';
import type { ChangingLatency } from './latency.ts';
import { MemoryPipe } from './memory-pipe.ts';
import { MemoryWire } from './memory-wire.ts';
import type { ConnectionEvents, IncomingConnection, NetworkConnection } from './network.ts';
import { Timers } from './timers.ts';

/** One connection, seen from the other end. */
export interface MemoryPeer {
  /** Port on this side, and the port on the module's side. */
  readonly port: number;
  /** Port on the module's side. */
  readonly remotePort: number;
  /** Called with the bytes of the module. Without it they are read and dropped. */
  onData: (bytes: Uint8Array) => void;
  /** Called when the module sent its FIN. Ends this side too unless replaced. */
  onEnd: () => void;
  /** Called when the connection is gone. */
  onClosed: () => void;
  /** Bytes that the module's TCP has acknowledged. */
  readonly acknowledgedBytes: number;
  /** Sends bytes to the module. */
  write(bytes: Uint8Array): void;
  /** Sends FIN after everything written. */
  end(): void;
  /** Breaks the connection at once: bytes on their way are lost. */
  reset(): void;
  /** Stops reading: the module's bytes stay unacknowledged once the window is full. */
  pause(): void;
  /** Reads again. */
  resume(): void;
}

/** A connection that the other end began (`MemoryNetwork.dial`). */
export interface MemoryClient extends MemoryPeer {
  /** Called when the connection stands: what is written earlier waits for it. */
  onOpen: () => void;
  /** Called when nobody listens, or the module turned the client away. Nothing follows. */
  onRefused: () => void;
}

/** What a connection needs. */
export interface MemoryConnectionSetting {
  readonly clock: Clock;
  readonly latency: ChangingLatency;
  readonly windowBytes: number;
  /** The connection is gone. */
  readonly forget: (connection: MemoryConnection) => void;
}

/** Ports and addresses of the two ends. */
export interface MemoryRoute {
  readonly modulePort: number;
  readonly peerAddress: string;
  readonly peerPort: number;
}

/** See the head of the file. */
export class MemoryConnection implements NetworkConnection {
  readonly #setting: MemoryConnectionSetting;
  readonly #route: MemoryRoute;
  readonly #timers: Timers;
  readonly #toPeer: MemoryWire;
  readonly #toModule: MemoryWire;
  readonly #upstream: MemoryPipe;
  readonly #downstream: MemoryPipe;
  #events: ConnectionEvents | undefined;
  #peer: MemoryPeer | undefined;
  #gone = false;

  constructor(setting: MemoryConnectionSetting, route: MemoryRoute) {
    this.#setting = setting;
    this.#route = route;
    this.#timers = new Timers(setting.clock);
    this.#toPeer = new MemoryWire(setting.clock, () => setting.latency.msFrom('module'));
    this.#toModule = new MemoryWire(setting.clock, () => setting.latency.msFrom('peer'));
    const { windowBytes } = setting;
    const up = { timers: this.#timers, windowBytes, wire: this.#toPeer, wireBack: this.#toModule };
    const down = { timers: this.#timers, windowBytes, wire: this.#toModule, wireBack: this.#toPeer };
    this.#upstream = new MemoryPipe(up, {
      onData: (bytes) => this.#peer?.onData(bytes),
      onEnd: () => this.#peer?.onEnd(),
      onAcknowledged: (lengthBytes) => this.#events?.onAcknowledged(lengthBytes),
      onFinished: () => this.#checkFinished(),
    });
    this.#downstream = new MemoryPipe(down, {
      onData: (bytes) => this.#events?.onData(bytes),
      onEnd: () => this.#events?.onEnd(),
      onAcknowledged: () => {},
      onFinished: () => this.#checkFinished(),
    });
  }

  /** The module connects: `find` tells who accepts when the SYN has arrived. */
  connect(find: () => ((peer: MemoryPeer) => void) | undefined, events: ConnectionEvents): void {
    this.#events = events;
    this.#timers.after(2 * this.#setting.latency.ms, () => {
      const accept = find();
      if (accept === undefined) {
        this.#leave();
        events.onFailed('refused');
        return;
      }
      const peer = this.#makePeer();
      this.#peer = peer;
      events.onOpen(this.#route.modulePort);
      if (!this.#gone) accept(peer);
    });
  }

  /** The other end connects: `find` tells which port of the module listens when the SYN has arrived. */
  dial(find: () => ((incoming: IncomingConnection) => void) | undefined): MemoryClient {
    const client: MemoryClient = Object.assign(this.#makePeer(), {
      onOpen: () => {},
      onRefused: () => {},
    });
    this.#peer = client;
    this.#downstream.pause();
    this.#toModule.carry(() => this.#knock(client, find()));
    return client;
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
    const peer = this.#peer;
    this.#leave();
    // The reset reaches the peer like any other packet.
    if (peer) this.#tellPeer(() => peer.onClosed());
  }

  #knock(client: MemoryClient, offer: ((incoming: IncomingConnection) => void) | undefined): void {
    let told = false;
    const open = (): void => {
      if (!told) this.#toPeer.carry(() => client.onOpen());
      told = true;
    };
    const refuse = (): void => {
      if (this.#gone) return;
      this.#leave();
      this.#tellPeer(() => (told ? client.onClosed() : client.onRefused()));
    };
    if (offer === undefined) {
      refuse();
      return;
    }
    const { peerAddress: address, peerPort: port } = this.#route;
    offer({
      address,
      port,
      refuse,
      accept: (events) => {
        open();
        this.#take(events);
        return this;
      },
    });
    // A connection that is not accepted yet stands all the same: the stack of the module has answered the SYN.
    if (!this.#gone) open();
  }

  #take(events: ConnectionEvents): void {
    this.#events = events;
    if (this.#gone) this.#setting.clock.setTimeout(() => events.onClosed(), 0);
    else this.#downstream.resume();
  }

  #makePeer(): MemoryPeer {
    const downstream = this.#downstream;
    return {
      port: this.#route.peerPort,
      remotePort: this.#route.modulePort,
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
    this.#clear();
    this.#toModule.carry(() => {
      this.#leave();
      this.#events?.onClosed();
    });
  }

  #checkFinished(): void {
    if (this.#gone || !this.#upstream.finished || !this.#downstream.finished) return;
    const peer = this.#peer;
    this.#leave();
    this.#events?.onClosed();
    peer?.onClosed();
  }

  #tellPeer(event: () => void): void {
    this.#setting.clock.setTimeout(event, this.#setting.latency.ms);
  }

  #leave(): void {
    this.#gone = true;
    this.#clear();
    this.#upstream.close();
    this.#downstream.close();
    this.#setting.forget(this);
  }

  #clear(): void {
    this.#timers.clear();
    this.#toPeer.clear();
    this.#toModule.clear();
  }
}
