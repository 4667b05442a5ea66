/** When the strikes of a fault process come.
 *
 *    process + chance ──▶ 0 ≤ t₁ ≤ t₂ ≤ … milliseconds since the beginning of the scenario
 */
import type { Random } from '../random.ts';
import { type ArrivalSetting, nextArrivalMs } from './arrivals.ts';
import {
  type CountDistribution,
  type DurationDistribution,
  drawCount,
  drawExponential,
  drawMs,
} from './distribution.ts';
import { DAY_MS, type Duration, durationMs, readTimeOfDayMs } from './duration.ts';

/** When a fault strikes: one of these five.
 *
 * - `exponential`: by chance, without memory. `hourly` are 24 weights, from midnight on: how likely it is in each hour of the
 *   day, compared with the others; the mean stays the mean.
 * - `fixed`: each `every`, for the first time after `offset` (`every`).
 * - `bursts`: several `strikes`, `spacing` apart. From the last one to the next burst it is an exponential time.
 * - `daily`: at a time of day, up to `jitter` earlier or later; on each day with `probability` (1).
 * - `once`: that long after the beginning.
 */
export type StrikeProcess =
  | { readonly exponential: { readonly mean: Duration; readonly hourly?: readonly number[] } }
  | { readonly fixed: { readonly every: Duration; readonly offset?: Duration } }
  | {
      readonly bursts: {
        readonly mean: Duration;
        readonly strikes: CountDistribution;
        readonly spacing: DurationDistribution;
        readonly hourly?: readonly number[];
      };
    }
  | { readonly daily: { readonly at: string; readonly jitter?: Duration; readonly probability?: number } }
  | { readonly once: { readonly at: Duration } };

type Of<Name extends string> = Extract<StrikeProcess, { readonly [Key in Name]: unknown }>[Name &
  keyof Extract<StrikeProcess, { readonly [Key in Name]: unknown }>];

/** The times of a process, in their order; for ever, except those of `once`.
 *
 * @param startOfDayMs time of day at which the scenario begins, in milliseconds since midnight.
 */
export function strikeTimes(process: StrikeProcess, random: Random, startOfDayMs: number): Generator<number> {
  if ('exponential' in process) return exponential(process.exponential, random, startOfDayMs);
  if ('fixed' in process) return fixed(process.fixed);
  if ('bursts' in process) return bursts(process.bursts, random, startOfDayMs);
  if ('daily' in process) return daily(process.daily, random, startOfDayMs);
  return once(process.once);
}

function* once({ at }: Of<'once'>): Generator<number> {
  yield durationMs(at);
}

function* fixed({ every, offset = every }: Of<'fixed'>): Generator<number> {
  const [firstMs, everyMs] = [durationMs(offset), durationMs(every)];
  for (let n = 0; ; n += 1) yield firstMs + n * everyMs;
}

function* exponential(process: Of<'exponential'>, random: Random, startOfDayMs: number): Generator<number> {
  const setting = arrivals(process, startOfDayMs);
  for (let atMs = 0; ; ) {
    atMs = nextArrivalMs(setting, atMs, drawExponential(random));
    yield Math.round(atMs);
  }
}

function* bursts(process: Of<'bursts'>, random: Random, startOfDayMs: number): Generator<number> {
  const setting = arrivals(process, startOfDayMs);
  for (let atMs = 0; ; ) {
    atMs = nextArrivalMs(setting, atMs, drawExponential(random));
    yield Math.round(atMs);
    for (let left = drawCount(process.strikes, random) - 1; left > 0; left -= 1) {
      atMs += drawMs(process.spacing, random);
      yield Math.round(atMs);
    }
  }
}

function* daily(
  { at, jitter, probability = 1 }: Of<'daily'>,
  random: Random,
  startOfDayMs: number,
): Generator<number> {
  const firstMs = (readTimeOfDayMs(at) ?? 0) - startOfDayMs;
  const jitterMs = jitter === undefined ? 0 : durationMs(jitter);
  for (let day = 0; ; day += 1) {
    // Two draws for each day, whether it has a strike or not.
    const happens = random.next() < probability;
    const atMs = Math.round(firstMs + day * DAY_MS + (2 * random.next() - 1) * jitterMs);
    if (happens && atMs >= 0) yield atMs;
  }
}

function arrivals(
  { mean, hourly }: { readonly mean: Duration; readonly hourly?: readonly number[] },
  startOfDayMs: number,
): ArrivalSetting {
  return { meanMs: durationMs(mean), startOfDayMs, ...(hourly && { hourly }) };
}
