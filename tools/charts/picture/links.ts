/** Which transitions are edges of a picture, and which are rows. */
import { isWithin, statesOf, type Transition } from '../definition/state.ts';
import { boxPath, type View } from './view.ts';

/** So many boxes may have an edge to the same one, and to the same one outside of the root. */
const MOST_EDGES_TO_ONE = 4;
const MOST_EDGES_OUT = 2;

/** A transition from one box to another. */
export interface Link {
  readonly from: string;
  /** Path of a box, or of a state outside of the root. */
  readonly to: string;
  readonly transition: Transition;
}

export interface Links {
  readonly edges: readonly Link[];
  readonly rows: readonly Link[];
}

/** All transitions that change the box; others stay in theirs, or belong to the picture of a closed one. */
export function linksOf(view: View): Links {
  const all = statesOf(view.root).flatMap(({ transitions }) =>
    transitions.flatMap((one) => linkOf(one, view)),
  );
  const hubs = hubsOf(all, view);
  const isRow = (link: Link): boolean => isHeldWithin(link) || hubs.has(link.to) || endsRegion(link, view);
  return { edges: all.filter((link) => !isRow(link)), rows: all.filter(isRow) };
}

function linkOf(transition: Transition, view: View): Link[] {
  const { source, target } = transition;
  const from = boxPath(source, view);
  if (from === undefined || target === undefined) return [];
  if (view.closed.has(from) && isWithin(target, from)) return [];
  return [{ from, to: boxPath(target, view) ?? target, transition }];
}

/** It leads nowhere else, or into the box that has it: an edge would go from a border to the inside. */
const isHeldWithin = ({ from, to }: Link): boolean => isWithin(to, from);

/** States that so many boxes lead to that edges would cover the picture. */
function hubsOf(links: readonly Link[], { root }: View): ReadonlySet<string> {
  const sources = new Map<string, Set<string>>();
  for (const link of links) {
    const { from, to } = link;
    if (from !== root.path && !isHeldWithin(link)) sources.set(to, (sources.get(to) ?? new Set()).add(from));
  }
  const most = (to: string): number => (isWithin(to, root.path) ? MOST_EDGES_TO_ONE : MOST_EDGES_OUT);
  return new Set([...sources].filter(([to, from]) => from.size > most(to)).map(([to]) => to));
}

/** It leaves the root of the picture from wherever it is, or a region of a parallel state, and ends the others too. */
function endsRegion({ from, to }: Link, { root, closed }: View): boolean {
  if (from === root.path) return true;
  return statesOf(root).some(
    ({ path, kind }) =>
      kind === 'parallel' &&
      !closed.has(path) &&
      path !== from &&
      isWithin(from, path) &&
      !isWithin(to, path),
  );
}
