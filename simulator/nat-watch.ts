/** Forgets connections on which nothing was carried for too long, as the address translation of a network does it. */
import { type Clock, uptimeOf } from '../streams/clock.ts';
import type { Timers } from './timers.ts';
import type { VirtualSocket } from './virtual-socket.ts';

/** What the watch depends on. */
export interface NatWatchSetting {
  readonly clock: Clock;
  readonly timers: Timers;
  /** How long a connection may be idle; infinite without a limit. */
  readonly idleMs: () => number;
  readonly onForgotten: (socket: VirtualSocket) => void;
}

/** See the head of the file. */
export class NatWatch {
  readonly #setting: NatWatchSetting;
  readonly #cancels = new Map<VirtualSocket, () => void>();

  constructor(setting: NatWatchSetting) {
    this.#setting = setting;
  }

  /** Watches a connection from when something was carried last, by the limit of now. Call it whenever something is carried. */
  follow(socket: VirtualSocket): void {
    this.leave(socket);
    const { clock, timers } = this.#setting;
    const idleMs = this.#setting.idleMs();
    const leftMs = socket.carriedAtMs + idleMs - uptimeOf(clock);
    if (leftMs === Number.POSITIVE_INFINITY) return;
    const cancel = timers.after(Math.max(0, leftMs), () => this.#forget(socket));
    this.#cancels.set(socket, cancel);
  }

  /** A connection is over. */
  leave(socket: VirtualSocket): void {
    this.#cancels.get(socket)?.();
    this.#cancels.delete(socket);
  }

  #forget(socket: VirtualSocket): void {
    this.leave(socket);
    socket.forgottenByNat();
    this.#setting.onForgotten(socket);
  }
}
