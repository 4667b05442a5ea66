/** What a socket table works with. */
import type { Clock } from '../streams/clock.ts';
import type { SimulatedNetwork } from './network.ts';
import type { ModuleTiming } from './options.ts';
import type { Timers } from './timers.ts';
import type { SocketOptions, VirtualSocket } from './virtual-socket.ts';

/** Where a socket stands in the table. */
export interface SocketPlace {
  readonly id: number;
  readonly key?: number;
}

/** What a socket table tells the module. */
export interface SocketTableEvents {
  onReadable(socket: VirtualSocket): void;
  /** The peer is gone: the notice `closed` is due. */
  onClosed(socket: VirtualSocket): void;
  /** Something that was sent has been acknowledged. */
  onProgress(socket: VirtualSocket): void;
  /** A client was accepted. */
  onAccepted(socket: VirtualSocket): void;
  /** A client was turned away: no connect id is free for it. */
  onFull(listener: VirtualSocket): void;
  onLost(socket: VirtualSocket, what: string): void;
  onChange(socket: VirtualSocket, what: string): void;
}

/** Everything a socket table works with. */
export interface SocketTableSetting {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly timing: ModuleTiming;
  readonly network: SimulatedNetwork;
  readonly options: SocketOptions;
  /** A place for a client that a listener takes, if there is one. */
  readonly placeFor: (listener: VirtualSocket) => SocketPlace | undefined;
  /** An accepted socket has the access mode of its listener (protocol.md D15). */
  readonly inheritsAccessMode: boolean;
  readonly events: SocketTableEvents;
}
