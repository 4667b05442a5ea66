/** The ladder of resets: when they came, their number in a row, and how long they had to wait. */
import * as Plot from '@observablehq/plot';
import { spreadOf } from '../statistics.ts';
import { waitColour } from './colours.ts';
import { section, sentence, type Table } from './figure.ts';
import type { Markup } from './html.ts';
import { legend, plotted } from './plotting.ts';
import type { Shown } from './shown.ts';
import { count, duration, shortened } from './words.ts';

const ID = 'reboots';
const TITLE = 'Reboots and the ladder';
const DAY_MS = 86_400_000;
const WAITS: readonly (readonly [mostMs: number, name: string])[] = [
  [0, 'no wait'],
  [600_000, 'up to 10 min'],
  [3_600_000, 'up to 1 h'],
  [Number.POSITIVE_INFINITY, 'more than 1 h'],
];

interface Reboot {
  readonly policy: string;
  readonly agent: number;
  readonly day: number;
  readonly inRow: number;
  readonly waitMs: number;
}

export function rebootLadder(shown: readonly Shown[], days: number): Markup {
  const reboots = shown.flatMap(rebootsOf);
  if (reboots.length === 0)
    return sentence(ID, TITLE, 'The module was never reset: no fault needed more than a new connection.');
  const most = Math.max(...reboots.map(({ inRow }) => inRow));
  const [unit, scale] = days < 2 ? (['hour', 24] as const) : (['day', 1] as const);
  const plot = plotted('Reboots over time by their place in a row', ({ name }) => ({
    height: shown.length * (40 + 24 * Math.min(most, 12)) + 64,
    ...{ marginLeft: 44, marginRight: shown.length < 2 ? 20 : 100, marginTop: 28, marginBottom: 40 },
    ...(shown.length > 1 && name === 'narrow' && { marginRight: 76 }),
    x: {
      ...{ domain: [0, days * scale], label: unit },
      ticks: Math.min(Math.ceil(days * scale), name === 'wide' ? 12 : 6),
    },
    y: { domain: [0.4, most + 0.6], label: 'in a row', grid: true, ticks: wholes(most), tickFormat: 'd' },
    fy: {
      domain: shown.map((one) => one.name),
      ...(shown.length < 2
        ? { axis: null }
        : { label: null, tickFormat: (policy: string) => shortened(policy, 12) }),
    },
    marks: [
      Plot.frame({ strokeOpacity: 0.2 }),
      Plot.dot(reboots, {
        ...{ x: ({ day }: Reboot) => day * scale, y: 'inRow', fy: 'policy', r: 4, fillOpacity: 0.85 },
        fill: ({ waitMs }: Reboot) => waitColour(waitAt(waitMs)),
        title: wordsOf,
      }),
    ],
  }));
  return section({
    ...{ id: ID, title: TITLE, plot, table: tableOf(shown) },
    legend: legend(
      WAITS.map(([, name]) => name),
      WAITS.map((_, at) => waitColour(at)),
    ),
    caption:
      'Each dot is a reset of a module, of all agents: when it came, and its number in a row without a stretch of health between. The colour is the wait that the ladder put in front of it.',
  });
}

const waitAt = (waitMs: number): number => WAITS.findIndex(([mostMs]) => waitMs <= mostMs);

const wordsOf = ({ agent, inRow, waitMs }: Reboot): string =>
  `agent ${agent}: number ${inRow} in a row, wait ${duration(waitMs)}`;

/** Whole ticks, not too many. */
function wholes(most: number): number[] {
  const step = Math.ceil(most / 12);
  return Array.from({ length: Math.floor((most - 1) / step) + 1 }, (_, at) => 1 + at * step);
}

function rebootsOf({ name, result }: Shown): Reboot[] {
  return result.lives.flatMap(({ reboots }, at) =>
    reboots.map(({ atMs, inRow, waitMs }) => ({
      ...{ policy: name, agent: at + 1, day: atMs / DAY_MS, inRow, waitMs },
    })),
  );
}

function tableOf(shown: readonly Shown[]): Table {
  return {
    head: ['policy, number in a row', 'resets', 'median wait', 'longest wait'],
    rows: shown.flatMap((one) => {
      const reboots = rebootsOf(one);
      const numbers = [...new Set(reboots.map(({ inRow }) => inRow))].sort((a, b) => a - b);
      return numbers.map((number) => {
        const {
          count: resets,
          median,
          max,
        } = spreadOf(reboots.filter(({ inRow }) => inRow === number).map(({ waitMs }) => waitMs));
        return [`${one.name}, ${number}`, count(resets), duration(median), duration(max)];
      });
    }),
  };
}
