/** A state of a machine → the picture of it.
 *
 *    no target, itself, or a state inside its own ─▶ row of the state that has it
 *    of the root of the picture                    ─▶ row of the root: it holds in every state
 *    out of a region of a parallel state           ─▶ row: it ends the other regions too
 *    to a state that many lead to                  ─▶ row that names the state: edges would cover the picture
 *    into the root from outside                    ─▶ row of the root
 *    anything else                                 ─▶ edge; all between the same two boxes are one edge
 */
import { type State, statesOf } from '../definition/state.ts';
import { type Link, type Links, linksOf } from './links.ts';
import { type Box, boxesOf, type Edge, type Item, type Picture } from './picture.ts';
import { isActorSaid, sectionsOf } from './sections.ts';
import { relative, type View } from './view.ts';
import { labelItem, sameWordsOnce } from './words.ts';

const MOST_ITEMS_OF_LABEL = 7;

export function compose(view: View): Picture {
  const { machine, root, closed } = view;
  const links = linksOf(view);
  const box = boxOf(root, view, links);
  const inside = new Set(boxesOf(box).map(({ id }) => id));
  const outside = new Set(links.edges.map(({ to }) => to).filter((path) => !inside.has(path)));
  const names = root.states.map(({ name }) => name).join(', ');
  return {
    name: root.path,
    title: `Statechart of ${root.path}`,
    description: `The states of ${root.path}: ${names}.${closed.size === 0 ? '' : ' Closed boxes have a picture of their own.'}`,
    root: box,
    elsewhere: statesOf(machine)
      .filter(({ path }) => outside.has(path))
      .map((state) => elsewhereBox(state, machine)),
    edges: [...beginnings(box), ...merged(links.edges, view)],
  };
}

function boxOf(state: State, view: View, links: Links): Box {
  const { machine, root, closed } = view;
  const isClosed = closed.has(state.path);
  return {
    id: state.path,
    path: state.path,
    name: state === root && state !== machine ? relative(state.path, machine.path) : state.name,
    kind: isClosed ? 'collapsed' : state.kind,
    tags: state.tags,
    sections: sectionsOf(state, view, links),
    children: isClosed ? [] : [...dotOf(state), ...state.states.map((child) => boxOf(child, view, links))],
  };
}

/** The black dot in a state that begins with one of its children. */
function dotOf({ path, initial }: State): Box[] {
  if (initial === undefined) return [];
  return [
    { id: `${path}#initial`, path: initial, name: '', kind: 'initial', tags: [], sections: [], children: [] },
  ];
}

function elsewhereBox({ path, kind }: State, machine: State): Box {
  return {
    id: path,
    path,
    name: relative(path, machine.path),
    kind: kind === 'final' ? 'final' : 'elsewhere',
    tags: [],
    sections: [],
    children: [],
  };
}

/** The arrows of the black dots. */
function beginnings(root: Box): Edge[] {
  return boxesOf(root)
    .filter(({ kind }) => kind === 'initial')
    .map(({ id, path }) => ({ from: id, to: path, items: [] }));
}

function merged(links: readonly Link[], { root }: View): Edge[] {
  const states = new Map(statesOf(root).map((state) => [state.path, state]));
  const edges = new Map<string, Edge>();
  for (const { from, to, transition } of links) {
    const box = states.get(from);
    const item = labelItem(transition, box !== undefined && isActorSaid(transition, box));
    const key = `${from} ${to}`;
    edges.set(key, { from, to, items: [...(edges.get(key)?.items ?? []), item] });
  }
  return [...edges.values()].map((edge) => ({ ...edge, items: theFirst(sameWordsOnce(edge.items)) }));
}

/** A closed box may be left for one other in very many ways: its own picture says all of them. */
function theFirst(items: readonly Item[]): Item[] {
  if (items.length <= MOST_ITEMS_OF_LABEL) return [...items];
  const others = items.slice(MOST_ITEMS_OF_LABEL - 1);
  return [
    ...items.slice(0, MOST_ITEMS_OF_LABEL - 1),
    {
      pieces: [{ text: `… ${others.length} more`, tone: 'quiet' }],
      transitions: others.flatMap(({ transitions }) => transitions),
    },
  ];
}
