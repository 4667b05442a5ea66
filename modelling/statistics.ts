/** Numbers about numbers. */

/** The quantile of sorted values, by the nearest rank; `null` of none. */
function quantile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? null;
}

/** What a distribution is told by. */
export interface Spread {
  /** How many values there are. Of none the others are `null`. */
  readonly count: number;
  /** Half of the values are no greater. */
  readonly median: number | null;
  /** 95 of a hundred are no greater. */
  readonly p95: number | null;
  /** 99 of a hundred are no greater. */
  readonly p99: number | null;
  /** The greatest. */
  readonly max: number | null;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    ...{ count: sorted.length, median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) },
    ...{ p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? null },
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A mean, and the interval in which the true one lies with 95 % confidence. */
export interface Estimate {
  /** Mean of the values. */
  readonly mean: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
}

/** Two-sided 97.5 % points of Student's t, by degrees of freedom; behind them the normal distribution's is near enough. */
const T_POINTS = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL_POINT = 1.96;

/** The mean of independent values with its confidence; of fewer than two values nobody knows. */
export function estimateOf(values: readonly number[]): Estimate {
  const { length } = values;
  const mean = length === 0 ? Number.NaN : sum(values) / length;
  if (length < 2) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (length - 1);
  const half = (T_POINTS[length - 2] ?? NORMAL_POINT) * Math.sqrt(variance / length);
  return { mean, low: mean - half, high: mean + half };
}
