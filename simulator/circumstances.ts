/** What is around the software of a module and outlasts its restarts: the card in its slot, and the network behind the air.
 *
 *    strike ──▶ Circumstances ──▶ the firmware of the moment, and each that starts before it is over
 */
import { type Clock, uptimeOf } from '../streams/clock.ts';
import type { FaultOf } from './faults/fault.ts';
import type { Firmware } from './firmware.ts';
import type { SimulatedNetwork } from './network.ts';
import type { SimCard } from './sim-card.ts';
import type { Timers } from './timers.ts';

/** What circumstances depend on. */
export interface CircumstancesSetting {
  readonly clock: Clock;
  /** Those of the module, which no restart ends. */
  readonly timers: Timers;
  readonly network: SimulatedNetwork;
  readonly sim: SimCard;
  /** The software, `undefined` while the module is off or booting. */
  readonly firmware: () => Firmware | undefined;
}

/** See the head of the file. */
export class Circumstances {
  readonly #setting: CircumstancesSetting;
  /** Idle times after which the address translation forgets a connection, one of each fault that is on. */
  readonly #natLimitsMs = new Set<{ readonly idleMs: number }>();
  readonly #endSlowdowns = new Set<() => void>();
  #blackUntilMs = Number.NEGATIVE_INFINITY;
  #simFailsUntilMs = Number.NEGATIVE_INFINITY;
  #cancelSim = (): void => {};

  constructor(setting: CircumstancesSetting) {
    this.#setting = setting;
  }

  /** Nothing may be carried on a connection for less than this; without a limit it is infinite. */
  get natIdleMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#natLimitsMs].map(({ idleMs }) => idleMs));
  }

  /** The card cannot be read for a while, and is asked for its PIN again after that. */
  failSim({ forMs, cme }: FaultOf<'simFailure'>): void {
    const { clock, timers, sim, firmware } = this.#setting;
    this.#simFailsUntilMs = Math.max(this.#simFailsUntilMs, uptimeOf(clock) + forMs);
    this.#cancelSim();
    sim.fail(cme);
    firmware()?.simFailed();
    this.#cancelSim = timers.after(this.#simFailsUntilMs - uptimeOf(clock), () => {
      sim.recover();
      firmware()?.simIsBack();
    });
  }

  /** The network is slower for a while, if it can be. */
  slowDown({ forMs, times = 1, plusMs = 0 }: FaultOf<'slowNetwork'>): void {
    const { network, timers } = this.#setting;
    const release = network.slowDown?.({ times, plusMs });
    if (release === undefined) return;
    const end = (): void => {
      this.#endSlowdowns.delete(end);
      release();
    };
    this.#endSlowdowns.add(end);
    timers.after(forMs, end);
  }

  /** Idle connections are forgotten, for a while or for good. */
  limitIdle({ idleMs, forMs }: FaultOf<'natTimeout'>): void {
    const { timers, firmware } = this.#setting;
    const limit = { idleMs };
    this.#natLimitsMs.add(limit);
    firmware()?.sockets.followIdle();
    if (forMs === undefined) return;
    timers.after(forMs, () => {
      this.#natLimitsMs.delete(limit);
      firmware()?.sockets.followIdle();
    });
  }

  /** The air carries nothing for a while, whatever the module does. */
  swallow(forMs: number): void {
    this.#blackUntilMs = Math.max(this.#blackUntilMs, uptimeOf(this.#setting.clock) + forMs);
    this.#setting.firmware()?.swallow(forMs);
  }

  /** The software has started, in circumstances that may have begun before. */
  started(firmware: Firmware): void {
    const leftMs = this.#blackUntilMs - uptimeOf(this.#setting.clock);
    if (leftMs > 0) firmware.swallow(leftMs);
  }

  /** Nothing that was changed outside stays changed. */
  end(): void {
    for (const end of this.#endSlowdowns) end();
  }
}
