/** What the host costs: each exchange, memory, and many modems in one process. */
import { allocationFigures } from './cpu/allocations.ts';
import { exchangeFigures } from './cpu/exchange-figures.ts';
import { manyFigures } from './cpu/many.ts';
import { memoryFigures } from './cpu/memory.ts';
import type { Figure } from './result.ts';

export async function cpuFigures(): Promise<readonly Figure[]> {
  return [...exchangeFigures(), ...allocationFigures(), ...(await memoryFigures()), ...(await manyFigures())];
}
