/** Coverage: how often each transition was taken, on the pictures of the statecharts. */
import type { TakenTransition } from '../chart-times.ts';
import { HEATS } from './colours.ts';
import { type DrawnElement, drawingOf, picturesOf, transitionsIn } from './drawings.ts';
import { type DrawnTransition, keyOf, matched } from './taken.ts';
import { plural } from './words.ts';

/** A chart with its pictures, coloured. */
export interface HeatedChart {
  readonly chart: string;
  readonly pictures: readonly { readonly name: string; readonly svg: string }[];
  /** Everything that is drawn, with how often it was taken. */
  readonly transitions: readonly (DrawnTransition & { readonly count: number })[];
  /** Taken, and not in the pictures. */
  readonly unknown: readonly TakenTransition[];
}

/** @param prefix makes the ids of the pictures different from those of another policy */
export function heatedChart(chart: string, taken: readonly TakenTransition[], prefix: string): HeatedChart {
  const drawings = picturesOf(chart).map((name) => ({ name, drawing: drawingOf(name) }));
  const drawn = new Map<string, DrawnTransition>();
  for (const { drawing } of drawings)
    for (const [, transition] of transitionsIn(drawing)) drawn.set(keyOf(transition), transition);
  const { counts, unknown } = matched(chart, [...drawn.values()], taken);
  return {
    ...{ chart, unknown },
    pictures: drawings.map(({ name, drawing }) => ({ name, svg: heated(drawing, counts, prefix + name) })),
    transitions: [...drawn].map(([key, transition]) => ({ ...transition, count: counts.get(key) ?? 0 })),
  };
}

/** Class of a count: `never`, or `heat-0` to `heat-5` by its digits. */
export function heatClass(count: number): string {
  return count === 0 ? 'never' : `heat-${Math.min(HEATS, String(count).length) - 1}`;
}

function heated(drawing: DrawnElement, counts: ReadonlyMap<string, number>, id: string): string {
  markWords(drawing, counts);
  for (const edge of drawing.querySelectorAll('.edge:not(.beginning)')) {
    mark(
      edge,
      together(
        transitionsIn(edge).map(([, transition]) => transition),
        counts,
      ),
    );
  }
  drawing.querySelector('style')?.remove();
  for (const name of ['title', 'desc'])
    drawing.querySelector(`#${name}`)?.setAttribute('id', `${id}-${name}`);
  drawing.setAttribute('aria-labelledby', `${id}-title ${id}-desc`);
  return drawing.outerHTML;
}

/** The same words may stand for several transitions: those without words of their own are behind them. */
function markWords(drawing: DrawnElement, counts: ReadonlyMap<string, number>): void {
  let [shown, said]: [DrawnElement | undefined, DrawnTransition[]] = [undefined, []];
  const finish = (): void => {
    if (shown) mark(shown, together(said, counts));
  };
  for (const [element, transition] of transitionsIn(drawing)) {
    if (element.querySelector('text') === null) said.push(transition);
    else {
      finish();
      [shown, said] = [element, [transition]];
    }
  }
  finish();
}

/** Of several transitions, each counted once. */
function together(transitions: readonly DrawnTransition[], counts: ReadonlyMap<string, number>): number {
  return [...new Set(transitions.map(keyOf))].reduce((total, key) => total + (counts.get(key) ?? 0), 0);
}

function mark(element: DrawnElement, count: number): void {
  element.classList.add(heatClass(count));
  element.setAttribute('data-count', String(count));
}

/** In words, for a list. */
export function wordsOf({ source, target, event }: DrawnTransition, chart: string): string {
  const short = (path: string): string => (path === chart ? chart : path.slice(chart.length + 1));
  const by = event === '' ? 'always' : event;
  return `${short(source)} –${by}→ ${target === undefined ? 'stays' : short(target)}`;
}

/** `43 of 120 transitions taken` */
export function coverage({ transitions }: HeatedChart): string {
  const taken = transitions.filter(({ count }) => count > 0).length;
  return `${taken} of ${plural(transitions.length, 'transition')} taken`;
}
