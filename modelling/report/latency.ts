/** How long readings took, by percentile, up to the rarest. */
import * as Plot from '@observablehq/plot';
import { durationAxis, tickName } from './axis.ts';
import { section, sentence } from './figure.ts';
import type { Markup } from './html.ts';
import { plotted } from './plotting.ts';
import { policyLegend, type Shown } from './shown.ts';
import { count, duration } from './words.ts';

const ID = 'latency';
const TITLE = 'Delivery latency';
const MOST_POINTS = 160;
const LEAST_S = 0.001;

interface Point {
  readonly policy: string;
  /** One reading in so many took longer. */
  readonly oneIn: number;
  readonly seconds: number;
}

export function deliveryLatency(shown: readonly Shown[]): Markup {
  const points = shown.flatMap(pointsOf);
  if (points.length === 0) return sentence(ID, TITLE, 'No reading arrived.');
  const rarest = Math.max(10, ...points.map(({ oneIn }) => oneIn));
  const powers = Array.from({ length: Math.floor(Math.log10(rarest)) }, (_, at) => 10 ** (at + 1));
  const { scale, ticks } = durationAxis(points.map(({ seconds }) => seconds));
  const plot = plotted('Delivery latency by percentile, both axes logarithmic', (size) => ({
    ...{
      height: size.name === 'wide' ? 300 : 240,
      marginLeft: 60,
      marginRight: 24,
      marginTop: 28,
      marginBottom: 40,
    },
    x: {
      ...{ type: 'log', domain: [1, rarest], label: 'percentile of the readings', grid: true },
      ...{ ticks: [2, ...powers], tickFormat: percentileOf },
    },
    y: scale,
    marks: [
      Plot.gridY(ticks),
      Plot.axisY(ticks, { text: tickName, label: 'latency' }),
      ...shown.map(({ name, colour, isSecond }) =>
        Plot.line(
          points.filter(({ policy }) => policy === name),
          {
            ...{ x: 'oneIn', y: 'seconds', stroke: colour, strokeWidth: 2, curve: 'step-after' },
            ...(isSecond && { strokeDasharray: '5 4' }),
          },
        ),
      ),
    ],
  }));
  return section({
    ...{ id: ID, title: TITLE, plot, legend: policyLegend(shown) },
    caption:
      'From the moment in which a reading is made until the server has it. At 99 % one reading in a hundred took longer than the curve says. Readings that had not arrived at the end are not in it.',
    table: {
      head: ['policy', 'arrived', 'median', 'p95', 'p99', 'longest'],
      rows: shown.map(({ name, result: { figures } }) => {
        const { median, p95, p99, max } = figures.latencyMs;
        return [name, count(figures.latencyMs.count), ...[median, p95, p99, max].map(duration)];
      }),
    },
  });
}

/** 1 → `0 %`, 100 → `99 %` */
function percentileOf(oneIn: number): string {
  return `${Number((100 - 100 / oneIn).toPrecision(12))} %`;
}

/** Ranks that are as dense at the rare end as at the other. */
function pointsOf({ name, result }: Shown): Point[] {
  const sorted = result.lives.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const { length } = sorted;
  const ranks = Array.from({ length: MOST_POINTS + 1 }, (_, at) => {
    const oneIn = (length + 1) ** (at / MOST_POINTS);
    return Math.min(length - 1, Math.floor((length + 1) * (1 - 1 / oneIn)));
  });
  return [...new Set(ranks)].flatMap((rank) => {
    const ms = sorted[rank];
    if (ms === undefined) return [];
    const oneIn = (length + 1) / (length + 1 - rank);
    return [{ policy: name, oneIn, seconds: Math.max(LEAST_S, ms / 1000) }];
  });
}
