/** Two policies on the same faults: which is better, by how much, and how sure that is.
 *
 * Life by life the two have the same seed, and so the same strikes at the same times: the differences are paired.
 */
import { figuresOf } from './figures.ts';
import type { LifeReport } from './life.ts';
import type { PolicyResult } from './model.ts';
import { type Estimate, estimateOf } from './statistics.ts';

/** What is compared: the second policy less the first, mean over the lives. */
export interface Comparison {
  /** Names of the two policies. */
  readonly names: readonly [string, string];
  /** Share of the time with service. */
  readonly availability: Estimate;
  /** Minutes without service a day. */
  readonly downMinutesPerDay: Estimate;
  /** Seconds of the slowest of a hundred readings. */
  readonly latencyP99S: Estimate;
  /** Resets a month of 30 days. */
  readonly rebootsPerMonth: Estimate;
  /** Name of the policy with the better availability; `undefined` while that may be chance (95 %). */
  readonly better: string | undefined;
  /** In words. */
  readonly verdict: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

interface Measures {
  readonly availability: number;
  readonly downMinutesPerDay: number;
  readonly latencyP99S: number;
  readonly rebootsPerMonth: number;
}

function measuresOf(life: LifeReport, sizeBytes: number): Measures {
  const { availability, downMs, latencyMs, reboots } = figuresOf([life], sizeBytes);
  const days = life.durationMs / DAY_MS;
  return {
    availability,
    downMinutesPerDay: downMs / MINUTE_MS / days,
    latencyP99S: (latencyMs.p99 ?? 0) / 1000,
    rebootsPerMonth: (30 * reboots.count) / days,
  };
}

export function compared(first: PolicyResult, second: PolicyResult, sizeBytes: number): Comparison {
  const pairs = first.lives.map((life, at) => {
    const other = second.lives[at] ?? life;
    return [measuresOf(life, sizeBytes), measuresOf(other, sizeBytes)] as const;
  });
  const difference = (name: keyof Measures): Estimate => estimateOf(pairs.map(([a, b]) => b[name] - a[name]));
  const downMinutesPerDay = difference('downMinutesPerDay');
  const names = [first.policy.name, second.policy.name] as const;
  const better = betterOf(downMinutesPerDay, names);
  return {
    names,
    ...{ availability: difference('availability'), downMinutesPerDay },
    ...{ latencyP99S: difference('latencyP99S'), rebootsPerMonth: difference('rebootsPerMonth') },
    ...{ better, verdict: verdictOf(downMinutesPerDay, names, better, pairs.length) },
  };
}

function betterOf({ low, high }: Estimate, [first, second]: readonly [string, string]): string | undefined {
  if (high < 0) return second;
  return low > 0 ? first : undefined;
}

function verdictOf(
  { mean, low, high }: Estimate,
  names: readonly [string, string],
  better: string | undefined,
  lives: number,
): string {
  const [first, second] = names;
  if (lives < 2) return `one life says nothing of ${first} and ${second}: model more agents`;
  const [least, most] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b).map((one) => one.toFixed(2));
  if (better === undefined)
    return `no difference between ${first} and ${second} that could not be chance: ${low.toFixed(2)} to ${high.toFixed(2)} minutes a day`;
  return `${better} has ${Math.abs(mean).toFixed(2)} minutes less without service a day than ${better === first ? second : first} (95 %: ${least} to ${most}, ${lives} lives each)`;
}
