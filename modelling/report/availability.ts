/** Availability, day by day. */
import * as Plot from '@observablehq/plot';
import { section } from './figure.ts';
import type { Markup } from './html.ts';
import { plotted } from './plotting.ts';
import { dotLook, policyLegend, type Shown } from './shown.ts';
import { percent } from './words.ts';

interface Day {
  readonly policy: string;
  readonly colour: string;
  readonly day: number;
  readonly share: number;
}

export function availabilityByDay(shown: readonly Shown[]): Markup {
  const days = shown.flatMap(({ name, colour, result }) =>
    result.figures.availabilityByDay.map(
      (share, at): Day => ({ policy: name, colour, day: at + 1, share: 100 * share }),
    ),
  );
  const last = Math.max(1, ...days.map(({ day }) => day));
  const least = Math.min(100, ...days.map(({ share }) => share));
  const plot = plotted('Share of each day with service, in percent', ({ name }) => ({
    ...{ height: name === 'wide' ? 240 : 200, marginLeft: 64, marginRight: 20, marginTop: 28 },
    x: {
      ...{ domain: [0.5, last + 0.5], label: 'day', interval: 1, tickFormat: 'd' },
      ticks: Math.min(last, name === 'wide' ? 15 : 6),
    },
    y: {
      domain: [least === 100 ? 99 : Math.max(0, 100 - 1.1 * (100 - least)), 100],
      ...{ label: 'with service, %', grid: true, ticks: 5 },
    },
    marks: [
      Plot.lineY(days, { x: 'day', y: 'share', z: 'policy', stroke: 'colour', strokeWidth: 1.5 }),
      ...shown.map((one) =>
        Plot.dot(
          days.filter(({ policy }) => policy === one.name),
          {
            ...{ x: 'day', y: 'share', ...dotLook(one, last > 100 ? 1.5 : 3.5) },
            title: ({ policy, day, share }: Day) => `day ${day}, ${policy}: ${percent(share / 100)}`,
          },
        ),
      ),
    ],
  }));
  return section({
    ...{ id: 'availability', title: 'Availability by day', plot, legend: policyLegend(shown) },
    caption:
      'Share of the day in which a reading could be delivered, over all agents. The axis does not begin at zero.',
    table: {
      head: ['day', ...shown.map(({ name }) => name)],
      rows: Array.from({ length: last }, (_, at) => [
        at + 1,
        ...shown.map(({ result }) => percent(result.figures.availabilityByDay[at] ?? Number.NaN)),
      ]),
    },
  });
}
