/** Items → lines of a given width in characters: words stay whole, and what belongs together stays together if it can. */
import type { Transition } from '../definition/state.ts';
import type { Item, Piece, Section, Tone } from '../picture/picture.ts';

/** Words at a place on a line; `at` counts characters. */
export interface Word {
  readonly text: string;
  readonly tone: Tone;
  readonly at: number;
  readonly transitions: readonly Transition[];
}

export interface Line {
  readonly words: readonly Word[];
  /** In characters. */
  readonly length: number;
}

const INDENT = 2;
const GAP_OF_COLUMNS = 3;

const lengthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((length, { text }) => length + text.length + 1, -1);

const lineOf = (words: readonly Word[]): Line => ({
  words,
  length: Math.max(0, ...words.map(({ at, text }) => at + text.length)),
});

/** Pieces one behind the other from a place on. */
function wordsOf(pieces: readonly Piece[], transitions: readonly Transition[], start: number): Word[] {
  let at = start;
  return pieces.map(({ text, tone }) => {
    const word = { text, tone, at, transitions };
    at += text.length + 1;
    return word;
  });
}

/** One item on as few lines as it needs; the further ones are indented. */
function wrapItem({ pieces, transitions }: Item, width: number, indent = INDENT): Line[] {
  const rows: Piece[][] = [[]];
  for (const piece of pieces.flatMap((one) => splitPiece(one, width - indent))) {
    const row = rows.at(-1) ?? [];
    const room = rows.length === 1 ? width : width - indent;
    if (row.length > 0 && lengthOf([...row, piece]) > room) rows.push([piece]);
    else row.push(piece);
  }
  return rows.map((row, index) => lineOf(wordsOf(row, transitions, index === 0 ? 0 : indent)));
}

/** A guard or an event of several words may be broken between them; an arrow stays with its state. */
function splitPiece({ text, tone }: Piece, width: number): Piece[] {
  if (tone === 'target' || text.length <= width) return [{ text, tone }];
  return text.split(' ').map((word) => ({ text: word, tone }));
}

/** A section on lines of at most `width` characters, or of the longest word where that is longer. */
export function wrapSection(section: Section, width: number): Line[] {
  return section.kind === 'list' ? wrapList(section, width) : wrapFlow(section, width);
}

function wrapList(section: Section, width: number): Line[] {
  const { caption } = section;
  const above = caption === '' ? [] : [lineOf([{ text: caption, tone: 'quiet', at: 0, transitions: [] }])];
  return [...above, ...wrapColumns(section, width)];
}

function wrapColumns({ items }: Section, width: number): Line[] {
  const columns = columnsOf(items, width);
  if (columns.length <= 1) return items.flatMap((item) => wrapItem(item, width));
  const starts = columns.map((_, index) =>
    columns.slice(0, index).reduce((at, column) => at + longest(column) + GAP_OF_COLUMNS, 0),
  );
  return (columns[0] ?? []).map((_, row) =>
    lineOf(
      columns.flatMap((column, index) => {
        const item = column[row];
        return item === undefined ? [] : wordsOf(item.pieces, item.transitions, starts[index] ?? 0);
      }),
    ),
  );
}

const longest = (items: readonly Item[]): number => Math.max(...items.map(({ pieces }) => lengthOf(pieces)));

/** As many columns as there is room for, each read from top to bottom. */
function columnsOf(items: readonly Item[], width: number): Item[][] {
  for (let rows = 1; rows < items.length; rows += 1) {
    const columns = Array.from({ length: Math.ceil(items.length / rows) }, (_, column) =>
      items.slice(column * rows, (column + 1) * rows),
    );
    const needed = columns.reduce((sum, column) => sum + longest(column) + GAP_OF_COLUMNS, -GAP_OF_COLUMNS);
    if (needed <= width) return columns;
  }
  return [[...items]];
}

function wrapFlow({ caption, items }: Section, width: number): Line[] {
  const lines: Word[][] = [[{ text: caption, tone: 'quiet', at: 0, transitions: [] }]];
  let at = caption.length + 1;
  for (const { pieces, transitions } of items) {
    const length = lengthOf(pieces);
    if (at + length > width && at > INDENT) {
      lines.push([]);
      at = INDENT;
    }
    lines.at(-1)?.push(...wordsOf(pieces, transitions, at));
    at += length + (pieces.at(-1)?.text.endsWith(',') ? 1 : 2);
  }
  return lines.map(lineOf);
}

/** The same words are written once: an edge may stand for many transitions of the same name. */
export function labelLines(items: readonly Item[], width: number): Line[] {
  return items.flatMap((item) => wrapItem(item, width, 0));
}
