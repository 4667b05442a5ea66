/** A model in words, for a terminal. */
import type { Figures } from './figures.ts';
import type { Model } from './model.ts';
import { PHASES } from './outages.ts';

const percent = (share: number): string => `${(100 * share).toFixed(4)} %`;
const seconds = (ms: number | null): string =>
  ms === null ? '–' : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

/** Lines for one policy. */
function figuresText(
  name: string,
  { availability, latencyMs, recoveriesMs, reboots, readings, violations }: Figures,
): string[] {
  const { made, arrived, duplicates, unconfirmed, lost } = readings;
  const rows = Object.entries(recoveriesMs).map(([cause, { count, median, p95, max, meanPhasesMs }]) => {
    const phases = PHASES.filter((phase) => meanPhasesMs[phase] > 0.5).map(
      (phase) => `${phase} ${seconds(meanPhasesMs[phase])}`,
    );
    const times = [median, p95, max].map((ms) => seconds(ms).padStart(10)).join('');
    return `  ${cause.padEnd(14)}${String(count).padStart(6)}${times}   ${phases.join(', ')}`;
  });
  return [
    `policy ${name}`,
    `  availability  ${percent(availability)}`,
    `  delivery      median ${seconds(latencyMs.median)}, p95 ${seconds(latencyMs.p95)}, p99 ${seconds(latencyMs.p99)}, max ${seconds(latencyMs.max)}`,
    `  readings      ${made} made, ${arrived} arrived, ${duplicates} twice, ${unconfirmed} unconfirmed, ${lost} lost`,
    `  reboots       ${reboots.count}, most in a row ${reboots.mostInRow}, longest wait ${seconds(reboots.longestWaitMs)}`,
    ...(rows.length === 0
      ? []
      : ['  outages        count    median       p95       max   where the time went (mean)', ...rows]),
    ...violations.map((text) => `  VIOLATION     ${text}`),
  ];
}

/** The whole model. */
export function modelText({ dialect, faults, days, agents, seed, load, results, comparison }: Model): string {
  const head = `${agents} × ${days} days of ${dialect} under ${faults}, seed ${seed}, ${load.sizeBytes} bytes every ${load.everyMs / 1000} s`;
  const lines = results.flatMap(({ policy, figures }) => figuresText(policy.name, figures));
  return `${[head, ...lines, ...(comparison ? [comparison.verdict] : [])].join('\n')}\n`;
}
