/** Rows for causes, and in each of them one for each policy: what plots by cause have in common. */
import * as Plot from '@observablehq/plot';
import type { Size } from './plotting.ts';
import type { Shown } from './shown.ts';
import { shortened } from './words.ts';

const TITLE_HEIGHT = 18;
const ROW_HEIGHT = 20;
const FOOT = 42;

/** The causes of all policies, those with most outages first. */
export function causesOf(shown: readonly Shown[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { result } of shown)
    for (const [cause, { count }] of Object.entries(result.figures.recoveriesMs))
      counts.set(cause, (counts.get(cause) ?? 0) + count);
  return [...counts].sort(([a, few], [b, many]) => many - few || (a < b ? -1 : 1)).map(([cause]) => cause);
}

/** Options for `fy` (cause) and `y` (policy), and the mark that writes each cause above its rows. */
export function rowsByCause(shown: readonly Shown[], causes: readonly string[], { name, fontSize }: Size) {
  const rowsHeight = shown.length * ROW_HEIGHT;
  const facetHeight = rowsHeight + TITLE_HEIGHT;
  const title = Plot.text(causes, {
    ...{ text: (cause: string) => cause, fy: (cause: string) => cause, frameAnchor: 'top-left' as const },
    ...{ dy: -TITLE_HEIGHT + 3, lineAnchor: 'top' as const, fontWeight: 600, fontSize },
  });
  return {
    title,
    options: {
      height: causes.length * facetHeight + TITLE_HEIGHT + FOOT,
      ...{ marginTop: TITLE_HEIGHT + 4, marginBottom: FOOT, marginRight: 24 },
      marginLeft: shown.length < 2 ? 12 : name === 'wide' ? 110 : 84,
      fy: { domain: [...causes], axis: null, padding: TITLE_HEIGHT / facetHeight, paddingOuter: 0 },
      y: {
        domain: shown.map((one) => one.name),
        ...{ label: null, padding: 0.15, tickSize: 0 },
        ...(shown.length < 2
          ? { axis: null }
          : { tickFormat: (policy: string) => shortened(policy, name === 'wide' ? 16 : 12) }),
      },
    } satisfies Plot.PlotOptions,
  };
}
