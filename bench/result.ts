/** What a bench has found out, in one line of the table and of results.json. */

/** One figure. */
export interface Figure {
  /** Which bench, and of what: the key when two runs are compared. */
  readonly name: string;
  readonly value: number;
  /** `share` is one of 1; `×` is a ratio of two figures of the same run. */
  readonly unit: 'share' | '%' | '×' | 'µs' | 'ms' | 'KiB' | 'MB/s' | 'bytes' | '';
  readonly better: 'more' | 'less';
  /** What it must not fall behind. */
  readonly limit?: number;
}

/** Times of a clock differ from machine to machine, and from day to day; what one run divides by itself does not. */
const COMPARED: ReadonlySet<Figure['unit']> = new Set(['share', '×', 'KiB', 'bytes']);

/** Worse than before by more than this is said. */
const TOLERANCE = 0.1;

export function isMet({ value, better, limit }: Figure): boolean {
  return limit === undefined || (better === 'more' ? value >= limit : value <= limit);
}

/** Figures that have become worse by more than a tenth, each with what it was before. */
export function worseThan(
  before: readonly Figure[],
  now: readonly Figure[],
): readonly { readonly figure: Figure; readonly beforeValue: number }[] {
  const known = new Map(before.map((figure) => [figure.name, figure.value]));
  return now.flatMap((figure) => {
    const beforeValue = known.get(figure.name);
    if (beforeValue === undefined || !COMPARED.has(figure.unit)) return [];
    const isWorse =
      figure.better === 'more'
        ? figure.value < beforeValue * (1 - TOLERANCE)
        : figure.value > beforeValue * (1 + TOLERANCE);
    return isWorse ? [{ figure, beforeValue }] : [];
  });
}

export function shown({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  if (unit === 'share') return `${(100 * value).toFixed(1)} %`;
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
