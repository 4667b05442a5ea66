/** A model as one page of HTML: it loads nothing, runs nothing, and is the same for the same model.
 *
 *    Model ──▶ sections (plots by Observable Plot, as SVG; statecharts from docs/statecharts) ──▶ page
 *
 * Only whoever wants a report imports this: the libraries that draw are optional (D-099).
 */
import type { Model } from '../model.ts';
import { availabilityByDay } from './availability.ts';
import { coverageSection } from './coverage.ts';
import { differences } from './differences.ts';
import { head } from './head.ts';
import { html, Markup } from './html.ts';
import { deliveryLatency } from './latency.ts';
import { occupancy } from './occupancy.ts';
import { rebootLadder } from './reboots.ts';
import { recoveryPhases } from './recovery-phases.ts';
import { recoveryTimes } from './recovery-times.ts';
import { shownOf } from './shown.ts';
import { styleSheet } from './style.ts';
import { timeline } from './timeline.ts';

/** Nothing may be loaded, whatever is in the page. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function reportHtml(model: Model): string {
  const shown = shownOf(model);
  const { days, comparison } = model;
  const content = [
    head(model, shown),
    contents(comparison !== undefined),
    comparison ? differences(comparison) : '',
    timeline(shown, days),
    availabilityByDay(shown),
    recoveryTimes(shown),
    recoveryPhases(shown),
    rebootLadder(shown, days),
    deliveryLatency(shown),
    occupancy(shown),
    coverageSection(shown),
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>urchestra model: ${model.faults}, ${shown.map(({ name }) => name).join(' or ')}</title>
<style>
${new Markup(styleSheet())}
</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`.text;
}

function contents(isCompared: boolean): Markup {
  const links: readonly (readonly [string, string])[] = [
    ...(isCompared ? [['comparison', 'Which is better'] as const] : []),
    ['timeline', 'Day by day'],
    ['availability', 'Availability'],
    ['recovery', 'Recovery'],
    ['phases', 'Where the time went'],
    ['reboots', 'Reboots'],
    ['latency', 'Latency'],
    ['occupancy', 'States'],
    ['coverage', 'Transitions'],
  ];
  return html`<nav aria-label="Contents"><ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`;
}
