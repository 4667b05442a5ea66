/** States of the first agent's modem, a row for each day. */
import * as Plot from '@observablehq/plot';
import { inOrder, stateColour } from './colours.ts';
import { section, type Table } from './figure.ts';
import { html, type Markup } from './html.ts';
import { legend, plotted, type Size } from './plotting.ts';
import type { Shown } from './shown.ts';
import { type Span, spansOf } from './spans.ts';
import { count, duration } from './words.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MOST_DAYS = 60;

interface Row extends Span {
  readonly policy: string;
}

export function timeline(shown: readonly Shown[], days: number): Markup {
  const seen = Math.min(days, MOST_DAYS);
  const wide = rowsOf(shown, seen, 720);
  const narrow = rowsOf(shown, seen, 180);
  const states = inOrder(new Set(wide.map(({ state }) => state)));
  const names = shown.map(({ name }) => name);
  const plot = plotted(`States of the modem over ${seen} days, a row for each day`, (size) =>
    drawing(shown, seen, size, size.name === 'wide' ? wide : narrow),
  );
  const order = names.length < 2 ? '' : ` In each day ${names[0]} is above, ${names[1]} below.`;
  const cut = days > seen ? ` Only the first ${seen} days are shown.` : '';
  return section({
    ...{ id: 'timeline', title: 'A life, day by day', plot, table: strikesTable(shown) },
    tableTitle: 'Faults that struck',
    legend: html`${legend(states, states.map(stateColour))}`,
    caption: `Outermost state of the modem of the first agent, a row for each day. Whatever is not online is drawn at least one stroke wide, so that seconds can be seen in a day. Triangles: faults that strike.${order}${cut}`,
  });
}

function rowsOf(shown: readonly Shown[], days: number, slots: number): Row[] {
  const durationMs = days * DAY_MS;
  const slotMs = Math.ceil(Math.min(durationMs, DAY_MS) / slots);
  return shown.flatMap(({ name, result }) =>
    spansOf(result.lives[0]?.timeline ?? [], durationMs, slotMs).map((span) => ({ ...span, policy: name })),
  );
}

function drawing(
  shown: readonly Shown[],
  days: number,
  { name }: Size,
  rows: readonly Row[],
): Plot.PlotOptions {
  const last = Math.ceil(days);
  const rowHeight = last > 10 ? 9 : last > 2 ? 16 : 26;
  const dayHeight = rowHeight * shown.length + 12;
  const numbers = Array.from({ length: last }, (_, at) => at + 1);
  const hours = Math.min(24, 24 * days);
  const hour = (ms: number): number => ms / HOUR_MS;
  return {
    height: last * dayHeight + 60,
    ...{ marginLeft: 34, marginRight: 22, marginTop: 16, marginBottom: 44 },
    x: {
      ...{ domain: [0, hours], label: 'hour of the day' },
      ...(hours === 24
        ? { ticks: name === 'wide' ? HOURS : HOURS.filter((one) => one % 6 === 0) }
        : { ticks: 6 }),
    },
    fy: {
      ...{ domain: numbers, axis: 'left', label: null, padding: 12 / dayHeight, paddingOuter: 0 },
      tickFormat: (day: number) => (last <= 31 || day % 5 === 0 || day === 1 ? String(day) : ''),
    },
    y: { domain: shown.map((one) => one.name), axis: null, padding: shown.length < 2 ? 0 : 0.08 },
    marks: [
      Plot.barX(rows, {
        ...{ x1: ({ fromMs }: Row) => hour(fromMs), x2: ({ toMs }: Row) => hour(toMs) },
        ...{ y: 'policy', fy: 'day', fill: ({ state }: Row) => stateColour(state) },
      }),
      Plot.dot(strikesOf(shown, days), {
        ...{ x: ({ hour: at }: Strike) => at, fy: 'day', frameAnchor: 'top', title: 'kind', dy: -4 },
        ...{ symbol: 'triangle', rotate: 180, r: name === 'wide' ? 2.5 : 2, fill: 'currentColor' },
      }),
    ],
  };
}

const HOURS = [0, 3, 6, 9, 12, 15, 18, 21, 24];

interface Strike {
  readonly day: number;
  readonly hour: number;
  readonly kind: string;
}

/** Both policies meet the same. */
function strikesOf([first]: readonly Shown[], days: number): Strike[] {
  const strikes = first?.result.lives[0]?.strikes ?? [];
  return strikes
    .filter(({ atMs }) => atMs < days * DAY_MS)
    .map(({ atMs, kind }) => {
      const day = Math.floor(atMs / DAY_MS);
      return { day: day + 1, hour: (atMs - day * DAY_MS) / HOUR_MS, kind };
    });
}

function strikesTable([first]: readonly Shown[]): Table {
  const life = first?.result.lives[0];
  const kinds = [...new Set(life?.strikes.map(({ kind }) => kind))].sort();
  return {
    head: ['fault', 'strikes', 'first', 'last'],
    rows: kinds.map((kind) => {
      const times = (life?.strikes ?? []).filter((one) => one.kind === kind).map(({ atMs }) => atMs);
      return [kind, count(times.length), duration(times[0] ?? null), duration(times.at(-1) ?? null)];
    }),
  };
}
