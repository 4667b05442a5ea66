/** What stands in the head of a box: where it is come to from, what it does, and the transitions that are rows. */
import { isWithin, type State, type Transition } from '../definition/state.ts';
import type { Links } from './links.ts';
import type { Item, Section } from './picture.ts';
import { boxPath, originName, relative, targetWords, transitionsOutside, type View } from './view.ts';
import { deeds, labelItem, rowItem, sameWordsOnce, withCommas, word } from './words.ts';

export function sectionsOf(state: State, view: View, links: Links): Section[] {
  const rows = links.rows.filter(({ from }) => from === state.path).map(({ transition }) => transition);
  const staying = view.closed.has(state.path)
    ? []
    : state.transitions.filter(({ target }) => target === undefined);
  return [
    ...(state === view.root ? arrivals(view) : origins(state, view, links)),
    ...(view.closed.has(state.path) ? [] : deeds(state)),
    ...leaving(rows, state, view),
    ...keeping(
      'handles',
      staying.filter(({ isActing }) => isActing),
      state,
    ),
    ...keeping(
      'ignores',
      staying.filter(({ isActing }) => !isActing),
      state,
    ),
  ];
}

/** The boxes whose rows name the state, and the states outside of the root that lead to it: no edge shows that. */
function origins({ path }: State, view: View, { rows }: Links): Section[] {
  const { root } = view;
  const inside = rows
    .filter(({ from, to }) => to === path && from !== path)
    .map(({ from }) => (from === root.path ? 'any state' : relative(from, root.path)));
  const outside = transitionsOutside(view)
    .filter(({ target }) => target !== undefined && boxPath(target, view) === path)
    .map(({ source }) => originName(source, view));
  const names = [...new Set([...inside, ...outside])];
  return names.length === 0
    ? []
    : [{ kind: 'flow', caption: 'from', items: withCommas(names.map((name) => word(name, 'target'))) }];
}

/** How the root is entered, and where in it, if that is not where it begins. */
function arrivals(view: View): Section[] {
  const { root } = view;
  const items = transitionsOutside(view)
    .filter(({ target }) => target !== undefined && isWithin(target, root.path))
    .map((transition): Item => {
      const inside = transition.target === root.path ? '' : ` ${targetWords(transition, view)}`;
      return {
        transitions: [transition],
        pieces: [{ text: `${originName(transition.source, view)}${inside}`, tone: 'target' }],
      };
    });
  return items.length === 0
    ? []
    : [{ kind: 'flow', caption: 'from', items: withCommas(sameWordsOnce(items)) }];
}

/** What comes from inside of a closed box is said without whose end it is: there the box itself is done, or failed. */
export const isActorSaid = ({ source }: Transition, box: State): boolean =>
  source === box.path && box.invokes.length > 1;

function leaving(transitions: readonly Transition[], box: State, view: View): Section[] {
  const items = transitions.map((one) => rowItem(one, isActorSaid(one, box), targetWords(one, view)));
  const caption = box === view.root ? 'in every state' : '';
  return items.length === 0 ? [] : [{ kind: 'list', caption, items: sameWordsOnce(items) }];
}

function keeping(caption: string, transitions: readonly Transition[], box: State): Section[] {
  const items = transitions.map((one) => labelItem(one, isActorSaid(one, box)));
  return items.length === 0 ? [] : [{ kind: 'flow', caption, items }];
}
