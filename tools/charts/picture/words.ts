/** How transitions and facts about a state are put into words. */
import type { State, Transition } from '../definition/state.ts';
import type { Item, Piece, Section } from './picture.ts';

export const quiet = (text: string): Piece => ({ text, tone: 'quiet' });

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

/** What `status$` says of a state, and what it does while it is active, as UML writes it. */
export function deeds({ tags, entry, exit, invokes }: State): Section[] {
  const section = (caption: string, names: readonly string[]): Section[] =>
    names.length === 0
      ? []
      : [
          {
            kind: 'deed',
            caption,
            items: names.map((text, at) => ({
              transitions: [],
              pieces: [quiet(at < names.length - 1 ? `${text},` : text)],
            })),
          },
        ];
  return [
    ...section('status /', tags),
    ...section('entry /', entry),
    ...section('do /', invokes),
    ...section('exit /', exit),
  ];
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
