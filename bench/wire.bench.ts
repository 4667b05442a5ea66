/** Our reader against serialport's ReadlineParser with the string tests that a driver puts behind it.
 *
 * Both get the same bytes in the same chunks, in one process. Ours also counts payload, types every notice and passes
 * payload on as slices; the lines of the other are cut wherever payload happens to hold a line end.
 *
 *    process 1 ── figures ─┐
 *    process 2 ── figures ─┼──▶ middle of each      how an engine compiles a hot loop differs from start to start
 *    …                     ┘
 */
import { measuredBy } from './own-process.ts';
import { type Figure, middling } from './result.ts';

const PROCESSES = 25;
const ONE = new URL('./wire/one-process.js', import.meta.url);

export function wireFigures(): readonly Figure[] {
  const runs = Array.from({ length: PROCESSES }, () => measuredBy<readonly Figure[]>(ONE));
  return (runs[0] ?? []).map((figure, at) => ({
    ...figure,
    value: middling(runs.map((run) => run[at]?.value ?? Number.NaN)),
  }));
}
