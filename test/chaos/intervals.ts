/** Stretches of time, and how much of another stretch they cover together. */
export interface Interval {
  readonly fromMs: number;
  toMs: number;
}

/** Adds an interval that ends by itself after `mostMs`. */
export function begin(list: Interval[], fromMs: number, mostMs: number): Interval {
  const interval = { fromMs, toMs: fromMs + mostMs };
  list.push(interval);
  return interval;
}

/** Ends an interval, if it has not ended before. */
export function end(interval: Interval | undefined, atMs: number): undefined {
  if (interval) interval.toMs = Math.max(interval.fromMs, Math.min(interval.toMs, atMs));
  return undefined;
}

/** Length of the union of intervals, as far as it lies between two times. */
export function lengthOf(intervals: readonly Interval[], fromMs: number, toMs: number): number {
  const parts = intervals
    .filter((one) => one.toMs > fromMs && one.fromMs < toMs)
    .map((one) => ({ fromMs: Math.max(one.fromMs, fromMs), toMs: Math.min(one.toMs, toMs) }))
    .sort((a, b) => a.fromMs - b.fromMs);
  let lengthMs = 0;
  let coveredMs = fromMs;
  for (const part of parts) {
    lengthMs += Math.max(0, part.toMs - Math.max(part.fromMs, coveredMs));
    coveredMs = Math.max(coveredMs, part.toMs);
  }
  return lengthMs;
}
