/** What a run has to say at its end. */
import type { Verdict } from './run-case.ts';
import type { Service } from './service.ts';

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** The value below which so large a part of a sorted list lies. */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))),
    )
    .map((cells) => cells.join('  '))
    .join('\n');
}

function tally(
  verdicts: readonly Verdict[],
  of: (verdict: Verdict) => Verdict['recoveries'],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const verdict of verdicts)
    for (const [name, count] of of(verdict)) counts.set(name, (counts.get(name) ?? 0) + count);
  return counts;
}

const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

/** Host time that neither the module nor a rule asked for. */
function idleMs({ totalMs, ownMs, prescribedMs }: Service): number {
  return Math.max(0, totalMs - ownMs - prescribedMs);
}

/** Time to service by kind of fault. */
function serviceTable(services: readonly Service[]): string {
  const kinds = [...new Set<string>(services.map(({ after }) => after)).add('all')];
  kinds.sort((a, b) => Number(a === 'all') - Number(b === 'all') || a.localeCompare(b));
  const rows = kinds.map((kind) => {
    const ones = services.filter(({ after }) => kind === 'all' || after === kind);
    const of = (value: (one: Service) => number): string[] => {
      const sorted = ones.map(value).sort((a, b) => a - b);
      return [quantile(sorted, 0.5), quantile(sorted, 0.95), sorted.at(-1) ?? 0].map(seconds);
    };
    const inTime = ones.filter((one) => one.totalMs <= 1.2 * (one.ownMs + one.prescribedMs)).length;
    return [
      kind,
      String(ones.length),
      ...of(({ totalMs }) => totalMs),
      ...of(({ ownMs }) => ownMs),
      ...of(({ prescribedMs }) => prescribedMs),
      ...of(idleMs),
      `${Math.round((100 * inTime) / ones.length)} %`,
    ];
  });
  const three = (name: string): string[] => [`${name} p50`, 'p95', 'max'];
  return table([
    [
      'after',
      'cases',
      ...three('total'),
      ...three('own'),
      ...three('prescribed'),
      ...three('idle'),
      'in time',
    ],
    ...rows,
  ]);
}

/** The whole report. */
export function report(verdicts: readonly Verdict[]): string {
  const hours = verdicts.reduce((sum, { virtualMs }) => sum + virtualMs, 0) / 3_600_000;
  const by = (of: (verdict: Verdict) => string): Map<string, number> =>
    tally(verdicts, (one) => [[of(one), 1]]);
  const failed = verdicts.filter(({ violations }) => violations.length > 0).length;
  const resets = verdicts.reduce((sum, one) => sum + one.resets, 0);
  const highest = Math.max(0, ...verdicts.map(({ highestRung }) => highestRung));
  return [
    `${verdicts.length} cases, ${failed} failed; ${hours.toFixed(1)} virtual hours`,
    `by dialect: ${listed(by(({ dialect }) => dialect))}`,
    `by kind: ${listed(by(({ kind }) => kind))}`,
    `faults: ${listed(tally(verdicts, ({ struck }) => struck))}`,
    `recoveries: ${listed(tally(verdicts, ({ recoveries }) => recoveries))}`,
    `resets: ${resets}, highest position of the ladder ${highest}`,
    '',
    'Time to service after the end of the fault, seconds:',
    serviceTable(verdicts.flatMap(({ service }) => (service ? [service] : []))),
  ].join('\n');
}
