/** How much of the time each machine is in each of its outermost states. */
import * as Plot from '@observablehq/plot';
import { durationAxis, tickName } from './axis.ts';
import { folded, type Table, tableMarkup } from './figure.ts';
import { html, type Markup } from './html.ts';
import { plotted } from './plotting.ts';
import { chartsOf, dotLook, policyLegend, type Shown } from './shown.ts';
import { duration, percent } from './words.ts';

const DAY_S = 86_400;
/** Shorter than that a day has no room on the axis. */
const LEAST_S = 0.001;

interface Share {
  readonly state: string;
  readonly policy: string;
  readonly seconds: number;
}

export function occupancy(shown: readonly Shown[]): Markup {
  const charts = chartsOf(shown).filter((chart) => shown.some((one) => sharesOf(chart, one).length > 0));
  const title = 'Time in each state';
  return html`
<section id="occupancy" aria-labelledby="occupancy-title">
<h2 id="occupancy-title">${title}</h2>
<p>Mean time a day in the outermost states of each machine, on a logarithmic axis. What is over in the instant in which it begins does not show.</p>
${policyLegend(shown)}
<div class="grid">${charts.map((chart) => chartFigure(chart, shown, scaleOf(charts, shown)))}</div>
</section>`;
}

/** The same for all charts, up to a whole day. */
function scaleOf(charts: readonly string[], shown: readonly Shown[]): ReturnType<typeof durationAxis> {
  const shares = charts.flatMap((chart) => shown.flatMap((one) => sharesOf(chart, one)));
  return durationAxis([1, DAY_S, ...shares.map(({ seconds }) => seconds)], 'coarse');
}

function chartFigure(
  chart: string,
  shown: readonly Shown[],
  { scale, ticks }: ReturnType<typeof durationAxis>,
): Markup {
  const shares = shown.flatMap((one) => sharesOf(chart, one));
  const states = [...new Set(shares.toSorted((a, b) => b.seconds - a.seconds).map(({ state }) => state))];
  const plot = plotted(
    `Time a day in the states of ${chart}: ${states.join(', ')}`,
    () => ({
      ...{
        height: 22 * states.length + 62,
        marginLeft: 104,
        marginRight: 30,
        marginTop: 14,
        marginBottom: 42,
      },
      x: { ...scale, insetLeft: 6 },
      y: { domain: states, label: null, tickSize: 0 },
      marks: [
        Plot.gridX(ticks),
        Plot.axisX(ticks, { text: tickName, label: 'time a day' }),
        Plot.ruleY(states, { stroke: 'currentColor', strokeOpacity: 0.12 }),
        ...shown.map((one) =>
          Plot.dot(
            shares.filter(({ policy }) => policy === one.name),
            { x: 'seconds', y: 'state', title: wordsOf, ...dotLook(one, 4) },
          ),
        ),
      ],
    }),
    { isHalf: true },
  );
  return html`<figure aria-label="Time in the states of ${chart}">
<h3>${chart}</h3>
${plot}
<figcaption>Time a day in the states of <code>${chart}</code>.</figcaption>
${folded('The same in figures, with the states within', tableMarkup(tableOf(chart, shown)))}
</figure>`;
}

const wordsOf = ({ state, policy, seconds }: Share): string =>
  `${state}, ${policy}: ${duration(1000 * seconds)} a day`;

function sharesOf(chart: string, { name, result }: Shown): Share[] {
  return Object.entries(result.figures.states[chart] ?? {})
    .filter(([state]) => !state.includes('.'))
    .map(([state, share]) => ({ state, policy: name, seconds: Math.max(LEAST_S, share * DAY_S) }));
}

function tableOf(chart: string, shown: readonly Shown[]): Table {
  const states = shown.map(({ result }) => result.figures.states[chart] ?? {});
  const names = [...new Set(states.flatMap((one) => Object.keys(one)))].sort();
  return {
    head: ['state', ...shown.map(({ name }) => name)],
    rows: names.map((name) => [name, ...states.map((one) => percent(one[name] ?? 0, 6))]),
  };
}
