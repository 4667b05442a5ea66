/** What each exchange allocates: in a process of its own, whose young generation is so large that nothing is collected meanwhile. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Figure, median } from '../result.ts';
import { exchangeCosts } from './exchanges.ts';

const SELF = fileURLToPath(import.meta.url);
const ROUNDS = 2;
const YOUNG = ['--expose-gc', '--min-semi-space-size=512', '--max-semi-space-size=512'];

async function measure(): Promise<readonly Figure[]> {
  const costs = await exchangeCosts(ROUNDS);
  return Object.entries(costs).flatMap(([name, rounds]): Figure[] => {
    const allocated = rounds.flatMap(({ allocatedBytes }) => allocatedBytes ?? []);
    return allocated.length === 0
      ? []
      : [{ name: `allocated per ${name}`, value: median(allocated), unit: 'bytes', better: 'less' }];
  });
}

export async function allocationFigures(): Promise<readonly Figure[]> {
  const child = fork(SELF, [], { execArgv: YOUNG });
  const [figures] = (await once(child, 'message')) as [readonly Figure[]];
  await once(child, 'exit');
  return figures;
}

if (process.argv[1] === SELF) {
  const figures = await measure();
  process.send?.(figures, () => process.exit(0));
}
