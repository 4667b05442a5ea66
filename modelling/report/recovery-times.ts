/** How long outages lasted, by what began them. */
import * as Plot from '@observablehq/plot';
import { durationAxis, thinned, tickName } from './axis.ts';
import { causesOf, rowsByCause } from './facets.ts';
import { section, sentence, type Table } from './figure.ts';
import type { Markup } from './html.ts';
import { plotted } from './plotting.ts';
import { policyLegend, rowName, type Shown } from './shown.ts';
import { count, duration } from './words.ts';

const ID = 'recovery';
const TITLE = 'Recovery time by cause';
/** Outages of no length at all have a place on the axis too. */
const LEAST_S = 0.01;

interface Point {
  readonly cause: string;
  readonly policy: string;
  readonly seconds: number;
}

export function recoveryTimes(shown: readonly Shown[]): Markup {
  const causes = causesOf(shown);
  if (causes.length === 0) return sentence(ID, TITLE, 'There was no outage.');
  const points = shown.flatMap((one) => causes.flatMap((cause) => pointsOf(one, cause)));
  const { scale, ticks } = durationAxis(points.map(({ seconds }) => seconds));
  const plot = plotted(`Time without service by cause: ${causes.join(', ')}`, (size) => {
    const { options, title } = rowsByCause(shown, causes, size);
    const fill = ({ policy }: Point): string => shown.find(({ name }) => name === policy)?.colour ?? '';
    const channels = { x: 'seconds', y: 'policy', fy: 'cause' } as const;
    return {
      ...options,
      x: scale,
      marks: [
        Plot.gridX(ticks),
        Plot.axisX(ticks, { text: tickName, label: 'time without service' }),
        Plot.boxX(points, { ...channels, fill, fillOpacity: 0.45, stroke: 'currentColor', r: 2 }),
        title,
      ],
    };
  });
  return section({
    ...{ id: ID, title: TITLE, plot, table: tableOf(shown, causes) },
    legend: policyLegend(shown),
    caption:
      'From the moment in which a fault strikes until a reading could be delivered again, on a logarithmic axis. The box holds the middle half of the outages, the line in it is the median; single dots lie far outside.',
  });
}

function pointsOf({ name, result }: Shown, cause: string): Point[] {
  const own = result.lives.flatMap(({ outages }) => outages.filter((one) => one.cause === cause));
  const seconds = thinned(own.map(({ fromMs, toMs }) => Math.max(LEAST_S, (toMs - fromMs) / 1000)));
  return seconds.map((one) => ({ cause, policy: name, seconds: one }));
}

function tableOf(shown: readonly Shown[], causes: readonly string[]): Table {
  return {
    head: ['cause', 'outages', 'median', 'p95', 'p99', 'longest'],
    rows: causes.flatMap((cause) =>
      shown.flatMap(({ name, result }) => {
        const figures = result.figures.recoveriesMs[cause];
        if (figures === undefined) return [];
        const { median, p95, p99, max } = figures;
        return [
          [rowName(shown, cause, name), count(figures.count), ...[median, p95, p99, max].map(duration)],
        ];
      }),
    ),
  };
}
