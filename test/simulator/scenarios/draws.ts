/** Numbers about many draws. */

/** The mean. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value below which a share of all lies. */
export function quantileOf(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * values.length)] ?? Number.NaN;
}

/** The first values of an endless sequence. */
export function firstOf<T>(count: number, values: Iterable<T>): T[] {
  const taken: T[] = [];
  for (const value of values) {
    taken.push(value);
    if (taken.length === count) break;
  }
  return taken;
}

/** From each value to the next. */
export function gapsOf(values: readonly number[]): number[] {
  return values.slice(1).map((value, at) => value - (values[at] ?? 0));
}
