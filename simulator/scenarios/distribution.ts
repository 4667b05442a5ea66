/** How long something takes, when it is not always the same. */
import type { Random } from '../random.ts';
import { type Duration, durationMs } from './duration.ts';

/** Always the same, or drawn anew each time: `exponential` (many short, few long), `uniform` (anything in between), `logNormal`
 * (a long tail, as outages have it: half of them shorter than the median, one in twenty longer than `p95`). */
export type DurationDistribution =
  | Duration
  | { readonly exponential: { readonly mean: Duration } }
  | { readonly uniform: { readonly from: Duration; readonly to: Duration } }
  | { readonly logNormal: { readonly median: Duration; readonly p95: Duration } };

/** How many, when it is not always the same number. */
export type CountDistribution = number | { readonly uniform: { readonly from: number; readonly to: number } };

/** Standard deviations from the median of a normal distribution to its 95th percentile. */
const P95_SIGMAS = 1.6448536269514722;

/** A number of the exponential distribution whose mean is 1. */
export function drawExponential(random: Random): number {
  return -Math.log(1 - random.next());
}

/** Draws a duration, in whole milliseconds. */
export function drawMs(distribution: DurationDistribution, random: Random): number {
  return Math.round(drawExactMs(distribution, random));
}

/** Draws a whole number. */
export function drawCount(distribution: CountDistribution, random: Random): number {
  if (typeof distribution === 'number') return distribution;
  const { from, to } = distribution.uniform;
  return random.integer(from, to);
}

function drawExactMs(distribution: DurationDistribution, random: Random): number {
  if (typeof distribution === 'string') return durationMs(distribution);
  if ('exponential' in distribution)
    return drawExponential(random) * durationMs(distribution.exponential.mean);
  if ('uniform' in distribution) {
    const fromMs = durationMs(distribution.uniform.from);
    return fromMs + random.next() * (durationMs(distribution.uniform.to) - fromMs);
  }
  const medianMs = durationMs(distribution.logNormal.median);
  const sigma = Math.log(durationMs(distribution.logNormal.p95) / medianMs) / P95_SIGMAS;
  return medianMs * Math.exp(sigma * drawNormal(random));
}

/** A number of the standard normal distribution (Box and Muller). */
function drawNormal(random: Random): number {
  const radius = Math.sqrt(2 * drawExponential(random));
  return radius * Math.cos(2 * Math.PI * random.next());
}
