/** Observable Plot on a document without a browser: plots become text, which needs no script where it is read. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Markup } from './html.ts';

/** A plot is drawn once for a page and paper, and once for a phone; the style sheet shows one of them. */
export interface Size {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  readonly fontSize: number;
}

const WIDE: Size = { name: 'wide', width: 840, fontSize: 12 };
const NARROW: Size = { name: 'narrow', width: 328, fontSize: 11 };
/** Half a page, for plots beside each other. */
const HALF: Size = { name: 'wide', width: 410, fontSize: 12 };

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** What linkedom's elements and Plot's have in common. */
interface Drawn {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  querySelectorAll(selector: string): Iterable<{ remove(): void }>;
}

/** A plot in both sizes.
 *
 * @param label what it shows, for those who cannot see it
 */
export function plotted(
  label: string,
  draw: (size: Size) => Plot.PlotOptions,
  { isHalf = false }: { readonly isHalf?: boolean } = {},
): Markup {
  return new Markup([isHalf ? HALF : WIDE, NARROW].map((size) => drawn(label, draw(size), size)).join(''));
}

function drawn(label: string, options: Plot.PlotOptions, { name, width, fontSize }: Size): string {
  const svg: Drawn = Plot.plot({
    ...{ document, width, className: 'plot', ariaLabel: label, style: { fontSize: `${fontSize}px` } },
    ...options,
  });
  svg.setAttribute('class', `plot ${name}`);
  svg.setAttribute('role', 'img');
  return textOf(svg);
}

/** Names with their colours. */
export function legend(names: readonly string[], colours: readonly string[]): Markup {
  const color: Plot.ScaleOptions = { type: 'ordinal', domain: [...names], range: [...colours] };
  const options = { color, document, className: 'legend', swatchSize: 12 };
  return new Markup(textOf(Plot.legend(options)));
}

const LABEL_OR_FRACTION = /aria-label="[^"]*"|-?\d+\.\d{3,}(?:e-?\d+)?/g;

/** Plot brings a style with each picture, which the page has once; a hundredth of a pixel is fine enough. */
function textOf(drawn: Drawn): string {
  for (const style of drawn.querySelectorAll('style')) style.remove();
  const rounded = (found: string): string =>
    found.startsWith('aria') ? found : String(Math.round(100 * Number(found)) / 100);
  return drawn.outerHTML.replace(/<[^>]+>/g, (tag) => tag.replace(LABEL_OR_FRACTION, rounded));
}
