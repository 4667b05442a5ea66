/** The section of the statecharts: pictures, what was never taken, and the counts. */
import { HEATS } from './colours.ts';
import { tableMarkup } from './figure.ts';
import { coverage, type HeatedChart, heatClass, heatedChart, wordsOf } from './heat.ts';
import { html, Markup } from './html.ts';
import { chartsOf, type Shown } from './shown.ts';
import { count, plural } from './words.ts';

/** Charts that are looked at while a model runs; the exchange of each command is not (D-093). */
export function coverageSection(shown: readonly Shown[]): Markup {
  return html`
<section id="coverage" aria-labelledby="coverage-title">
<h2 id="coverage-title">Transitions taken</h2>
<p>The statecharts of the modem with each transition coloured by how often all agents took it. Edges of one colour are within a factor of ten; what is dashed and pale was never taken. Several guards of one transition count together. The machine of a single command is not looked at.</p>
<ul class="heat-legend" aria-label="Colours">
<li class="never">never</li>
${Array.from({ length: HEATS }, (_, at) => html`<li class="${heatClass(10 ** at)}">${rangeOf(at)}</li>`)}
</ul>
${shown.map((_, at) => policyCoverage(shown, at))}
</section>`;
}

function rangeOf(at: number): string {
  const [least, most] = [10 ** at, 10 ** (at + 1) - 1];
  return at === HEATS - 1 ? `${count(least)} and more` : `${count(least)}–${count(most)}`;
}

function policyCoverage(shown: readonly Shown[], at: number): Markup[] {
  const own = shown.slice(at, at + 1);
  return own.flatMap(({ name, result }) =>
    chartsOf(own).map((chart) =>
      chartMarkup(
        heatedChart(chart, result.figures.transitions, `${at}-`),
        shown.length < 2 ? '' : ` (${name})`,
      ),
    ),
  );
}

function chartMarkup(chart: HeatedChart, owner: string): Markup {
  const [whole, ...parts] = chart.pictures;
  if (whole === undefined) return html``;
  const never = chart.transitions.filter((one) => one.count === 0);
  return html`
<div class="chart-part">
<h3>${chart.chart}${owner}: ${coverage(chart)}</h3>
${picture(whole)}
${parts.map((part) => html`<details><summary>${part.name}</summary>${picture(part)}</details>`)}
${
  never.length === 0
    ? ''
    : html`<details><summary>${plural(never.length, 'transition')} never taken</summary><ul class="never-list">${never.map(
        (one) => html`<li><code>${wordsOf(one, chart.chart)}</code></li>`,
      )}</ul></details>`
}
${takenTable(chart)}
</div>`;
}

function picture({ name, svg }: HeatedChart['pictures'][number]): Markup {
  return html`<figure class="chart" aria-label="Transitions taken in ${name}"><div class="scroll" tabindex="0">${new Markup(svg)}</div><figcaption>Transitions taken in <code>${name}</code></figcaption></figure>`;
}

function takenTable({ chart, transitions, unknown }: HeatedChart): Markup | '' {
  const taken = transitions.filter((one) => one.count > 0).sort((a, b) => b.count - a.count);
  if (taken.length + unknown.length === 0) return '';
  return html`<details><summary>Counts</summary>${tableMarkup({
    head: ['transition', 'taken'],
    rows: [
      ...taken.map((one) => [wordsOf(one, chart), count(one.count)]),
      ...unknown.map(({ source, event, target, count: times }) => [
        `${source} –${event}→ ${target} (not in the picture)`,
        count(times),
      ]),
    ],
  })}</details>`;
}
