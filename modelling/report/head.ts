/** The head of the report: what was modelled, and what it came to. */
import type { Model } from '../model.ts';
import type { Policy } from '../policy.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { folded } from './figure.ts';
import { html, type Markup } from './html.ts';
import type { Shown } from './shown.ts';
import { count, duration, percent, plural } from './words.ts';

export function head(model: Model, shown: readonly Shown[]): Markup {
  const { dialect, faults, days, agents, seed, load } = model;
  const facts: readonly (readonly [string, string])[] = [
    ['dialect', dialect],
    ['faults', faults],
    ['length', plural(days, 'day')],
    ['agents', count(agents)],
    ['seed', String(seed)],
    ['load', `${plural(load.sizeBytes, 'byte')} every ${duration(load.everyMs)}`],
    [shown.length < 2 ? 'policy' : 'policies', shown.map(({ name }) => name).join(', ')],
  ];
  return html`
<header>
<p class="maker">urchestra model</p>
<h1>${plural(agents, 'agent')} for ${plural(days, 'day')} on ${faults}</h1>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p class="command"><code>urchestra model${commandOf(model)}</code></p>
</header>
<section id="key-figures" aria-label="Key figures">
<ul class="cards">${cardsOf(shown)}</ul>
${shown.map(troubles)}
${shown.map(({ name, result: { policy } }) => policyFacts(name, policy))}
</section>`;
}

/** The command that makes such a model; a policy or a profile of the user's own is a file there. */
function commandOf({ dialect, faults, days, agents, seed, load, results }: Model): Markup[] {
  const every = load.everyMs % 1000 === 0 ? `${load.everyMs / 1000}s` : `${load.everyMs}ms`;
  const options: readonly (readonly [string, string | number])[] = [
    ...([
      ['dialect', dialect],
      ['faults', faults],
      ['days', days],
      ['agents', agents],
    ] as const),
    ...([
      ['seed', seed],
      ['every', every],
      ['size', load.sizeBytes],
    ] as const),
    ...results.map(({ policy }) => ['policy', policy.name] as const),
  ];
  return options.map(([name, value]) => html` <span class="option">--${name} ${value}</span>`);
}

interface Card {
  readonly name: string;
  readonly value: (shown: Shown) => string;
  /** What is in order; anything else stands out. */
  readonly isGood?: (shown: Shown) => boolean;
}

const CARDS: readonly Card[] = [
  { name: 'availability', value: ({ result }) => percent(result.figures.availability) },
  { name: 'outages', value: ({ result }) => count(result.figures.outages) },
  { name: 'without service', value: ({ result }) => duration(result.figures.downMs) },
  { name: 'recovery, median', value: (one) => duration(recovery(one).median) },
  { name: 'recovery, p95', value: (one) => duration(recovery(one).p95) },
  { name: 'latency, p50', value: ({ result }) => duration(result.figures.latencyMs.median) },
  { name: 'latency, p95', value: ({ result }) => duration(result.figures.latencyMs.p95) },
  { name: 'latency, p99', value: ({ result }) => duration(result.figures.latencyMs.p99) },
  { name: 'latency, longest', value: ({ result }) => duration(result.figures.latencyMs.max) },
  { name: 'reboots', value: ({ result }) => count(result.figures.reboots.count) },
  {
    name: 'readings lost',
    value: ({ result: { figures } }) => `${count(figures.readings.lost)} of ${count(figures.readings.made)}`,
    isGood: ({ result }) => result.figures.readings.lost === 0,
  },
  { name: 'not yet confirmed', value: ({ result }) => count(result.figures.readings.unconfirmed) },
  {
    name: 'violations',
    value: ({ result }) => count(result.figures.violations.length),
    isGood: ({ result }) => result.figures.violations.length === 0,
  },
];

function cardsOf(shown: readonly Shown[]): Markup[] {
  return CARDS.map(({ name, value, isGood = () => true }) => {
    const values = shown.map((one) => {
      const style = isGood(one) ? 'value' : 'value bad';
      const owner = shown.length < 2 ? '' : html`<span class="owner">${one.name}</span>`;
      return html`<span class="${style}">${owner}${value(one)}</span>`;
    });
    return html`<li><span class="name">${name}</span>${values}</li>\n`;
  });
}

const recovery = ({ result }: Shown): Spread =>
  spreadOf(result.lives.flatMap(({ outages }) => outages.map(({ fromMs, toMs }) => toMs - fromMs)));

/** What ought not to be: each violation once, with how often it came. */
function troubles({ name, result }: Shown): Markup | '' {
  const { violations } = result.figures;
  if (violations.length === 0) return '';
  const counts = new Map<string, number>();
  for (const text of violations) counts.set(text, (counts.get(text) ?? 0) + 1);
  return html`<div class="bad"><h2>Violations (${name})</h2><ul>${[...counts].map(
    ([text, times]) => html`<li>${text}${times === 1 ? '' : ` (${count(times)} times)`}</li>`,
  )}</ul></div>`;
}

function policyFacts(name: string, policy: Policy): Markup {
  return folded(
    html`Policy <em>${name}</em>`,
    html`<pre class="scroll" tabindex="0">${JSON.stringify(policy, null, 2)}</pre>`,
  );
}
