/** What each exchange allocates: in a process of its own, whose young generation is so large that nothing is collected meanwhile. */
import { measuredBy } from '../own-process.ts';
import { type Figure, median } from '../result.ts';
import type { Cost } from './work.ts';

const COSTS = new URL('./exchange-process.js', import.meta.url);
const YOUNG = ['--expose-gc', '--min-semi-space-size=512', '--max-semi-space-size=512'];

export function allocationFigures(): readonly Figure[] {
  const costs = measuredBy<Readonly<Record<string, readonly Cost[]>>>(COSTS, ...YOUNG);
  return Object.entries(costs).flatMap(([name, rounds]): Figure[] => {
    const allocated = rounds.flatMap(({ allocatedBytes }) => allocatedBytes ?? []);
    return allocated.length === 0
      ? []
      : [{ name: `allocated per ${name}`, value: median(allocated), unit: 'bytes', better: 'less' }];
  });
}
