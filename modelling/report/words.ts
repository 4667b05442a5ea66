/** Numbers as people read them. */

const NONE = '–';
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** What is less comes from binary fractions. */
const LEAST = 1e-9;

/** `750 ms`, `4.91 s`, `3 min 42 s`, `2 h 5 min`; a dash for nothing. */
export function duration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NONE;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < MINUTE_MS) return `${significant(ms / 1000)} s`;
  if (ms < HOUR_MS) return pair(ms, MINUTE_MS, 'min', 1000, 's');
  return ms < DAY_MS ? pair(ms, HOUR_MS, 'h', MINUTE_MS, 'min') : pair(ms, DAY_MS, 'd', HOUR_MS, 'h');
}

function pair(ms: number, bigMs: number, big: string, smallMs: number, small: string): string {
  const smalls = Math.round(ms / smallMs);
  const [whole, rest] = [Math.floor((smalls * smallMs) / bigMs), smalls % (bigMs / smallMs)];
  return rest === 0 ? `${whole} ${big}` : `${whole} ${big} ${rest} ${small}`;
}

/** Three digits that count. */
function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** `99.3641 %`: as many digits as it takes to tell nines apart. */
export function percent(share: number, digits = 4): string {
  return Number.isFinite(share) ? `${Number((100 * share).toFixed(digits))} %` : NONE;
}

/** `12,345` */
export function count(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}

/** `-3.4`, with a sign in front in any case; a dash for what nobody knows. */
export function signed(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (Math.abs(value) < LEAST) return '0';
  const text = significant(value);
  return value > 0 ? `+${text}` : text.replace('-', '−');
}

/** `1 outage`, `2 outages` */
export function plural(value: number, one: string, more = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : more}`;
}

/** A name that has to fit beside a plot. */
export function shortened(name: string, characters = 16): string {
  return name.length <= characters ? name : `${name.slice(0, characters - 1)}…`;
}
