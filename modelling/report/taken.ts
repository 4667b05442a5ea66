/** Transitions as they were recorded → those that are written in a machine and drawn in its picture.
 *
 *    recorded   chart `modem`, source `opening.trying`, the event that came, target `syncing` or nothing
 *    drawn      source `modem.opening.trying`, the event that it is written for, target `modem.syncing` or nothing
 *
 * The event that came is the one of the drawing, or is one of those that it stands for (`urc.*`), or led to a transition that
 * is for no event at all: an eventless one is recorded with the event of the transition before it.
 */
import type { TakenTransition } from '../chart-times.ts';

/** As the drawings have it. */
export interface DrawnTransition {
  readonly source: string;
  /** Missing where the state is not left. */
  readonly target: string | undefined;
  readonly event: string;
}

export interface Matched {
  /** How often each drawn transition was taken, by its key; those that never were are missing. */
  readonly counts: ReadonlyMap<string, number>;
  /** Taken, and not drawn. */
  readonly unknown: readonly TakenTransition[];
}

/** The same for transitions that differ in nothing but their guards. */
export function keyOf({ source, target, event }: DrawnTransition): string {
  return [source, target ?? '', event].join(' ');
}

/** Finds the drawn transition for each that was taken in the chart. */
export function matched(
  chart: string,
  drawn: readonly DrawnTransition[],
  taken: readonly TakenTransition[],
): Matched {
  const counts = new Map<string, number>();
  const unknown: TakenTransition[] = [];
  for (const one of taken) {
    if (one.chart !== chart) continue;
    const found = drawingOf(one, drawn);
    if (found === undefined) unknown.push(one);
    else counts.set(keyOf(found), (counts.get(keyOf(found)) ?? 0) + one.count);
  }
  return { counts, unknown };
}

function drawingOf(
  { chart, source, target, event }: TakenTransition,
  drawn: readonly DrawnTransition[],
): DrawnTransition | undefined {
  const from = pathOf(chart, source);
  const to = target === '' ? undefined : pathOf(chart, target);
  const between = drawn.filter((one) => one.source === from && one.target === to);
  return (
    between.find((one) => one.event === event) ??
    between.find((one) => one.event.endsWith('*') && event.startsWith(one.event.slice(0, -1))) ??
    between.find((one) => one.event === '')
  );
}

const pathOf = (chart: string, path: string): string => (path === '' ? chart : `${chart}.${path}`);
