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

/** Times of a clock differ from machine to machine, and from day to day; what one run divides by itself, and what is counted, does not. */
const COMPARED: ReadonlySet<Figure['unit']> = new Set(['share', '×', 'KiB', 'bytes', '']);

/** Worse than before by more than this is said. */
const TOLERANCE = 0.1;

export function isMet({ value, better, limit }: Figure): boolean {
  return limit === undefined || (better === 'more' ? value >= limit : value <= limit);
}

/** What has become worse. */
export interface Worsening {
  /** Missing when it was not measured before. */
  readonly before?: Figure;
  /** Missing when it was not measured any more. */
  readonly now?: Figure;
}

/** Tells what a file holds from what it should: figures, at least one, each with a name and a value. */
export function areFigures(given: unknown): given is readonly Figure[] {
  return (
    Array.isArray(given) &&
    given.length > 0 &&
    given.every((one) => typeof one?.name === 'string' && Number.isFinite(one.value))
  );
}

/** Figures that have become worse by more than a tenth, that meet their limit no more, also new ones, or that are missing. */
export function worseThan(before: readonly Figure[], now: readonly Figure[]): readonly Worsening[] {
  const current = new Map(now.map((figure) => [figure.name, figure]));
  const known = new Set(before.map(({ name }) => name));
  const worse = before.flatMap((was): Worsening[] => {
    const is = current.get(was.name);
    if (is === undefined) return [{ before: was }];
    return isWorse(was, is) ? [{ before: was, now: is }] : [];
  });
  const fresh = now.filter((figure) => !known.has(figure.name) && !isMet(figure));
  return [...worse, ...fresh.map((figure) => ({ now: figure }))];
}

function isWorse(was: Figure, is: Figure): boolean {
  if (!Number.isFinite(is.value) || (isMet({ ...was, ...limitOf(is) }) && !isMet(is))) return true;
  if (!COMPARED.has(is.unit)) return false;
  return is.better === 'more'
    ? is.value < was.value * (1 - TOLERANCE)
    : is.value > was.value * (1 + TOLERANCE);
}

const limitOf = ({ limit }: Figure): Pick<Figure, 'limit'> => (limit === undefined ? {} : { limit });

export function shown({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  if (unit === 'share') return `${(100 * value).toFixed(1)} %`;
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}

/** Mean of the middle half: steadier than the median where much was measured. */
export function middling(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.slice(Math.floor(sorted.length / 4), Math.ceil((sorted.length * 3) / 4));
  return half.reduce((sum, value) => sum + value, 0) / half.length;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
