/** Where the faults of a life come from, as the life needs them. */
import type { MemoryNetwork, ModuleTiming, VirtualModule } from '../simulator/index.ts';
import type { VirtualClock } from '../streams/clock.ts';

/** A fault that has struck. */
export interface Strike {
  readonly atMs: number;
  readonly kind: string;
  /** When it is over by itself; missing where it is not. */
  readonly untilMs?: number;
  /** Nothing can be delivered while it lasts, or until the host has recovered. */
  readonly breaks: boolean;
}

/** What faults strike. */
export interface World {
  readonly module: VirtualModule;
  readonly network: MemoryNetwork;
  readonly clock: VirtualClock;
  readonly seed: number;
  readonly server: { hangUp(): void };
}

export interface FaultSource {
  readonly name: string;
  /** One way through the network, milliseconds. */
  readonly latencyMs: number;
  /** What differs from the standard response times of the module. */
  readonly timing?: Partial<ModuleTiming>;
  begin(world: World, struck: (strike: Strike) => void): { dispose(): void };
}
