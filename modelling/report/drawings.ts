/** The statecharts as they are drawn: in docs/statecharts of the repository, and at the same place in the built package. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import type { DrawnTransition } from './taken.ts';

const FOLDER = new URL('../../docs/statecharts/', import.meta.url);
const LIGHT = '.light.svg';

/** What is needed of an element of a drawing. */
export interface DrawnElement {
  readonly outerHTML: string;
  readonly classList: { add(name: string): void };
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  querySelector(selector: string): DrawnElement | null;
  querySelectorAll(selector: string): Iterable<DrawnElement>;
  remove(): void;
}

/** Names of the pictures of a chart, the whole chart first. */
export function picturesOf(chart: string): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(LIGHT))
    .map((file) => file.slice(0, -LIGHT.length))
    .filter((name) => name === chart || name.startsWith(`${chart}.`))
    .sort();
}

/** A picture, to be changed by whoever asks for it. */
export function drawingOf(name: string): DrawnElement {
  const { document } = parseHTML(readFileSync(new URL(`${name}${LIGHT}`, FOLDER), 'utf8'));
  return document.querySelector('svg') as unknown as DrawnElement;
}

/** The transitions that the picture has words for. */
export function transitionsIn(drawing: DrawnElement): readonly (readonly [DrawnElement, DrawnTransition])[] {
  return [...drawing.querySelectorAll('.transition')].map((element) => [
    element,
    {
      source: element.getAttribute('data-source') ?? '',
      target: element.getAttribute('data-target') ?? undefined,
      event: element.getAttribute('data-event') ?? '',
    },
  ]);
}

/** Rules for all pictures on that ground, for what lies within the class `chart`. */
export function drawingStyle(ground: 'light' | 'dark'): string {
  const text = readFileSync(new URL(`modem.${ground}.svg`, FOLDER), 'utf8');
  const [, rules = ''] = /<style>([\s\S]*?)<\/style>/.exec(text) ?? [];
  return rules.replace(/^([^{\n]+)\{/gm, (_, selectors: string) => {
    const within = selectors.split(',').map((selector) => `.chart ${selector}`);
    return `${within.join(',')}{`;
  });
}
