/** Two policies on the same faults: the differences, and how sure they are. */
import * as Plot from '@observablehq/plot';
import type { Comparison } from '../comparison.ts';
import type { Estimate } from '../statistics.ts';
import { folded, tableMarkup } from './figure.ts';
import { html, type Markup } from './html.ts';
import { plotted } from './plotting.ts';
import { signed } from './words.ts';

interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly estimate: Estimate;
  /** Less of it is better. */
  readonly isBurden: boolean;
}

export function differences(comparison: Comparison): Markup {
  const [first, second] = comparison.names;
  const measures = measuresOf(comparison);
  const known = measures.filter(
    ({ estimate: { low, high } }) => Number.isFinite(low) && Number.isFinite(high),
  );
  const table = tableMarkup({
    head: [`${second} less ${first}`, 'mean', 'from', 'to'],
    rows: measures.map(({ name, unit, estimate: { mean, low, high } }) => [
      `${name}, ${unit}`,
      ...[mean, low, high].map(signed),
    ]),
  });
  return html`
<section id="comparison" aria-labelledby="comparison-title">
<h2 id="comparison-title">${first} or ${second}?</h2>
<p class="verdict">Verdict: ${comparison.verdict}.</p>
${
  known.length === 0
    ? html`<p>One pair of lives has no interval: there is nothing to draw. More agents (<code>--agents</code>) tell chance from difference.</p>`
    : html`<p>Difference of each pair of lives (${second} less ${first}): mean, and the interval in which the true one lies with 95 % confidence. An interval that holds zero may be chance.</p>
<div class="grid">${known.map(measureFigure)}</div>`
}
${folded('The same in figures', table, 'printed')}
</section>`;
}

function measuresOf({
  availability,
  downMinutesPerDay,
  latencyP99S,
  rebootsPerMonth,
}: Comparison): Measure[] {
  const { mean, low, high } = availability;
  const points = { mean: 100 * mean, low: 100 * low, high: 100 * high };
  return [
    { name: 'availability', unit: 'percentage points', estimate: points, isBurden: false },
    { name: 'without service', unit: 'minutes a day', estimate: downMinutesPerDay, isBurden: true },
    { name: 'slowest reading in a hundred', unit: 'seconds', estimate: latencyP99S, isBurden: true },
    { name: 'reboots', unit: 'a month', estimate: rebootsPerMonth, isBurden: true },
  ];
}

function measureFigure({ name, unit, estimate, isBurden }: Measure): Markup {
  const { mean, low, high } = estimate;
  const reach = 1.15 * Math.max(Math.abs(low), Math.abs(high)) || 1;
  const plot = plotted(
    `${name}: ${signed(mean)} ${unit}, 95 % from ${signed(low)} to ${signed(high)}`,
    () => ({
      ...{ height: 96, marginLeft: 20, marginRight: 20, marginTop: 20, marginBottom: 42 },
      x: {
        domain: [-reach, reach],
        label: `${unit} (${isBurden ? 'less' : 'more'} is better)`,
        ticks: 5,
        grid: true,
      },
      marks: [
        Plot.ruleX([0], { stroke: 'currentColor', strokeOpacity: 0.6 }),
        Plot.ruleY([estimate], {
          ...{ y: null, x1: 'low' },
          x2: 'high',
          stroke: 'var(--policy-1)',
          strokeWidth: 4,
          strokeOpacity: 0.6,
        }),
        Plot.dot([estimate], { x: 'mean', r: 5, fill: 'var(--policy-1)', frameAnchor: 'middle' }),
      ],
    }),
    { isHalf: true },
  );
  return html`<figure aria-label="Difference in ${name}">
<h3>${name}</h3>
${plot}
<figcaption>${signed(mean)} ${unit} (${signed(low)} to ${signed(high)}).</figcaption>
</figure>`;
}
