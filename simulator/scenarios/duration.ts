/** Durations of a profile: a number with its unit, so that nobody has to guess. */

/** A number and a unit: `ms`, `s`, `m` (minutes), `h` or `d`, as in `"90s"`, `"1.5h"`. */
export type Duration = string;

/** Milliseconds of a second. */
const SECOND_MS = 1000;
/** Milliseconds of an hour. */
export const HOUR_MS = 3600 * SECOND_MS;
/** Milliseconds of a day. */
export const DAY_MS = 24 * HOUR_MS;

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: HOUR_MS,
  d: DAY_MS,
};
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const TIME_OF_DAY = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Milliseconds of a text; `undefined` when it is no duration. */
export function readDurationMs(text: string): number | undefined {
  const [, amount, unit = ''] = DURATION.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS_MS[unit] ?? 0);
}

/** Milliseconds of a duration that has been checked. */
export function durationMs(duration: Duration): number {
  return readDurationMs(duration) ?? 0;
}

/** Milliseconds since midnight of a text such as `03:00`; `undefined` when it is no time of day. */
export function readTimeOfDayMs(text: string): number | undefined {
  const [, hours, minutes] = TIME_OF_DAY.exec(text) ?? [];
  return hours === undefined ? undefined : Number(hours) * HOUR_MS + Number(minutes) * 60 * SECOND_MS;
}
