/** How much room the head of a box takes: its name, and the lines of its sections. */
import { type Box, boxesOf, type Picture, type Section } from '../picture/picture.ts';
import { type Line, wrapSection } from './flow.ts';
import { ADVANCE_EM, FONT, LINE_HEIGHT, NAME_HEIGHT, textWidth } from './measure.ts';

export const PADDING = 10;
/** What a state does is one block. */
export function gapBefore(sections: readonly Section[], index: number): number {
  if (index === 0) return 5;
  return sections[index]?.kind === 'deed' && sections[index - 1]?.kind === 'deed' ? 0 : 7;
}

const BOTTOM = 7;
const DOT_SIZE = 12;
/** The sign of a closed box, on the right of its name. */
export const SIGN_WIDTH = 20;
const TAG_GAP = 12;

/** So many characters a line has before it is broken: rows of a box, of a box with boxes in it, and labels. */
export interface Measure {
  readonly row: number;
  readonly head: number;
  readonly label: number;
}

export interface Head {
  readonly lines: readonly (readonly Line[])[];
  readonly width: number;
  readonly height: number;
}

/** `width` is that of the box, where it is known already. */
function headOf(box: Box, measure: Measure, width?: number): Head {
  if (box.kind === 'initial') return { lines: [], width: DOT_SIZE, height: DOT_SIZE };
  const wanted = box.children.length > 0 ? measure.head : measure.row;
  const room = width === undefined ? wanted : Math.floor((width - 2 * PADDING) / (ADVANCE_EM * FONT.text));
  const lines = box.sections.map((section) => wrapSection(section, room));
  const longest = Math.max(0, ...lines.flat().map(({ length }) => length));
  const textHeight = lines.reduce(
    (sum, one, index) => sum + one.length * LINE_HEIGHT + gapBefore(box.sections, index),
    0,
  );
  return {
    lines,
    width: Math.ceil(2 * PADDING + Math.max(nameRowWidth(box), longest * ADVANCE_EM * FONT.text)),
    height: NAME_HEIGHT + (lines.length === 0 ? 4 : textHeight + BOTTOM),
  };
}

export const tagWords = ({ tags }: Box): string => tags.join(' ');

/** Name, tags and sign beside each other. */
function nameRowWidth(box: Box): number {
  const tags = tagWords(box);
  return (
    textWidth(box.name, FONT.name) +
    (tags === '' ? 0 : TAG_GAP + textWidth(tags)) +
    (box.kind === 'collapsed' ? SIGN_WIDTH : 0)
  );
}

/** Heads of all boxes of a picture by their ids. */
export function headsOf(picture: Picture, measure: Measure, rootWidth?: number): ReadonlyMap<string, Head> {
  const { root, elsewhere } = picture;
  return new Map(
    [...boxesOf(root), ...elsewhere].map((box) => [
      box.id,
      headOf(box, measure, box === root ? rootWidth : undefined),
    ]),
  );
}
