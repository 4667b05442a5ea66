/** What exchanges cost, from several processes: they differ as the engine compiles what they do. */
import { measuredBy } from '../own-process.ts';
import { type Figure, middling } from '../result.ts';
import { COMMAND, MINIMAL, SEND } from './exchanges.ts';
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
  const timesMinimal = (name: string): number =>
    middling(cpuOf(name).map((cpuUs, at) => cpuUs / (minimal[at] ?? Number.NaN)));
  return [
    ...Object.keys(runs[0] ?? {}).map(
      (name): Figure => ({
        ...{ name: `cpu per ${name}`, value: middling(cpuOf(name)), unit: 'µs', better: 'less' },
        ...(name === COMMAND && { limit: MOST_US }),
      }),
    ),
    // Those of reads depend on how TCP cuts them into chunks.
    ...[COMMAND, SEND].map(
      (name): Figure => ({
        ...{
          name: `cpu per ${name}, against the minimal loop`,
          value: timesMinimal(name),
          unit: '×',
          better: 'less',
        },
        ...(name === COMMAND && { limit: MOST_TIMES_MINIMAL }),
      }),
    ),
  ];
}
