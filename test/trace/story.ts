/** A modem in virtual time whose whole trace is kept. */
import type { ModemOptions, TraceEntry } from '../../index.ts';
import { echoPeer, type VirtualModuleOptions } from '../../simulator/index.ts';
import { type Rig, rig } from '../integration/rig.ts';

export interface Story extends Rig {
  readonly entries: TraceEntry[];
}

export function story(
  modemOptions: Partial<ModemOptions> = {},
  moduleOptions: Partial<VirtualModuleOptions> = {},
): Story {
  const r = rig(modemOptions, moduleOptions);
  r.network.listen(7000, echoPeer);
  const entries: TraceEntry[] = [];
  r.modem.trace$.subscribe((entry) => entries.push(entry));
  return { ...r, entries };
}

export const textsOf = (entries: readonly TraceEntry[]): string[] =>
  entries.map(({ kind, text }) => `${kind} ${text}`);
