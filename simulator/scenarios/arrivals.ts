/** Strikes that come by chance: how long until the next, when some hours of the day are worse than others. */
import { DAY_MS, HOUR_MS } from './duration.ts';

/** What is the same for all arrivals of a process. */
export interface ArrivalSetting {
  /** Mean time between two of them, over a whole day. */
  readonly meanMs: number;
  /** How likely they are in each of the 24 hours of a day, compared with each other. */
  readonly hourly?: readonly number[];
  /** Time of day at which the scenario begins, in milliseconds since midnight. */
  readonly startOfDayMs: number;
}

/** When the next one comes.
 *
 * @param fromMs time since the beginning of the scenario.
 * @param unit a number of the exponential distribution whose mean is 1.
 */
export function nextArrivalMs(
  { meanMs, hourly, startOfDayMs }: ArrivalSetting,
  fromMs: number,
  unit: number,
): number {
  if (hourly === undefined) return fromMs + unit * meanMs;
  const sum = hourly.reduce((total, weight) => total + weight, 0);
  // Time weighted by the rate of its hour: every whole day counts for a day.
  const days = Math.floor((unit * meanMs) / DAY_MS);
  let leftMs = unit * meanMs - days * DAY_MS;
  let atMs = fromMs + days * DAY_MS;
  for (;;) {
    const timeOfDayMs = (startOfDayMs + atMs) % DAY_MS;
    const weight = ((hourly[Math.floor(timeOfDayMs / HOUR_MS)] ?? 0) * hourly.length) / sum;
    const restOfHourMs = HOUR_MS - (timeOfDayMs % HOUR_MS);
    if (weight > 0 && weight * restOfHourMs >= leftMs) return atMs + leftMs / weight;
    leftMs -= weight * restOfHourMs;
    atMs += restOfHourMs;
  }
}
