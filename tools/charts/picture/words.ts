/** How transitions and facts about a state are put into words. */
import type { State, Transition } from '../definition/state.ts';
import type { Item, Piece, Section, Tone } from './picture.ts';

/** Whose end `done` and `failed` tell of need not be said where the box does one thing only. */
const triggerPiece = ({ trigger, actor }: Transition, isActorSaid: boolean): Piece => ({
  text: actor === undefined || !isActorSaid ? trigger : `${trigger}: ${actor}`,
  tone: 'event',
});

const guardPieces = ({ guard }: Transition): Piece[] =>
  guard === undefined ? [] : [{ text: `[${guard}]`, tone: 'guard' }];

/** For a label: event and guard. */
export function labelItem(transition: Transition, isActorSaid: boolean): Item {
  return {
    transitions: [transition],
    pieces: [triggerPiece(transition, isActorSaid), ...guardPieces(transition)],
  };
}

/** For a row: also where it leads. */
export function rowItem(transition: Transition, isActorSaid: boolean, target: string): Item {
  const label = labelItem(transition, isActorSaid);
  return { transitions: [transition], pieces: [...label.pieces, { text: target, tone: 'target' }] };
}

/** A fact about a state in one word. */
export const word = (text: string, tone: Tone): Item => ({ transitions: [], pieces: [{ text, tone }] });

/** A comma behind each item but the last. */
export const withCommas = (items: readonly Item[]): Item[] =>
  items.map(({ transitions, pieces }, at) => ({
    transitions,
    pieces:
      at === items.length - 1
        ? pieces
        : pieces.map(({ text, tone }, index) => ({
            text: index === pieces.length - 1 ? `${text},` : text,
            tone,
          })),
  }));

/** What a state does while it is active, as UML writes it. */
export function deeds({ entry, exit, invokes }: State): Section[] {
  const rows: readonly (readonly [caption: string, names: readonly string[]])[] = [
    ['entry /', entry],
    ['do /', invokes],
    ['exit /', exit],
  ];
  return rows
    .filter(([, names]) => names.length > 0)
    .map(([caption, names]) => ({
      kind: 'deed',
      caption,
      items: withCommas(names.map((name) => word(name, 'quiet'))),
    }));
}

/** Items of the same words become one that stands for all their transitions. */
export function sameWordsOnce(items: readonly Item[]): Item[] {
  const known = new Map<string, Item>();
  for (const { pieces, transitions } of items) {
    const words = pieces.map(({ text }) => text).join(' ');
    known.set(words, { pieces, transitions: [...(known.get(words)?.transitions ?? []), ...transitions] });
  }
  return [...known.values()];
}
