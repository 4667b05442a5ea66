/** What exchanges cost, from several processes: they differ as the engine compiles what they do. */
import { measuredBy } from '../own-process.ts';
import { type Figure, middling } from '../result.ts';
import { COMMAND, MINIMAL } from './exchanges.ts';
import type { Cost } from './work.ts';

const PROCESSES = 4;
const COSTS = new URL('./exchange-process.js', import.meta.url);
/** What a host may cost. */
const MOST_US = 150;
const MOST_TIMES_MINIMAL = 12;

export function exchangeFigures(): readonly Figure[] {
  const runs = Array.from({ length: PROCESSES }, () =>
    measuredBy<Readonly<Record<string, readonly Cost[]>>>(COSTS, '--expose-gc'),
  );
  const cpuOf = (name: string): number[] =>
    runs.flatMap((costs) => (costs[name] ?? []).map(({ cpuUs }) => cpuUs));
  const minimal = cpuOf(MINIMAL);
  const ratios = cpuOf(COMMAND).map((cpuUs, at) => cpuUs / (minimal[at] ?? Number.NaN));
  return [
    ...Object.keys(runs[0] ?? {}).map(
      (name): Figure => ({
        ...{ name: `cpu per ${name}`, value: middling(cpuOf(name)), unit: 'µs', better: 'less' },
        ...(name === COMMAND && { limit: MOST_US }),
      }),
    ),
    {
      name: `cpu per ${COMMAND}, against the minimal loop`,
      ...{ value: middling(ratios), unit: '×', better: 'less', limit: MOST_TIMES_MINIMAL },
    },
  ];
}
