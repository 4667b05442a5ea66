/** Ticks of time on a logarithmic axis, in seconds: those that people have names for. */
const TICKS: readonly (readonly [seconds: number, name: string])[] = [
  [0.001, '1 ms'],
  [0.01, '10 ms'],
  [0.1, '100 ms'],
  [1, '1 s'],
  [10, '10 s'],
  [60, '1 min'],
  [600, '10 min'],
  [3_600, '1 h'],
  [36_000, '10 h'],
  [86_400, '1 d'],
  [864_000, '10 d'],
  [8_640_000, '100 d'],
];

/** For these there is room on a small axis. */
const COARSE: readonly number[] = [0.001, 1, 60, 3_600, 86_400, 8_640_000];

/** A logarithmic scale of durations. Its ticks are marks of their own: D3 leaves out the names of what is no power of ten. */
interface DurationAxis {
  readonly scale: { readonly type: 'log'; readonly domain: [number, number]; readonly axis: null };
  readonly ticks: readonly number[];
}

/** A scale that has room for the values, which are seconds above zero. */
export function durationAxis(values: readonly number[], size: 'fine' | 'coarse' = 'fine'): DurationAxis {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  if (most === 0) [least, most] = [1, 1];
  const steps = size === 'fine' ? TICKS.map(([seconds]) => seconds) : COARSE;
  const low = steps.findLast((step) => step <= least) ?? least;
  const high = steps.find((step) => step >= most && step > low) ?? most;
  return {
    scale: { type: 'log', domain: [low, high], axis: null },
    ticks: steps.filter((step) => step >= low && step <= high),
  };
}

/** Name of a tick. */
export function tickName(seconds: number): string {
  return TICKS.find(([step]) => step === seconds)?.[1] ?? '';
}

/** Quantiles that stand for very many values, the least and the greatest among them. */
export function thinned(values: readonly number[], most = 400): readonly number[] {
  if (values.length <= most) return values;
  const sorted = [...values].sort((a, b) => a - b);
  return Array.from(
    { length: most },
    (_, at) => sorted[Math.round((at * (sorted.length - 1)) / (most - 1))] ?? 0,
  );
}
