/** Where things are in a placed picture, told by the tests' own measuring: lines of text, borders, pieces of edges. */

import type { Area, PlacedBox, PlacedEdge, PlacedPicture, Point } from '../../tools/charts/layout/placed.ts';
import { type Box, boxesOf } from '../../tools/charts/picture/picture.ts';

/** Half a pixel is what rounding may move a thing by. */
const SLACK = 0.5;

export const overlaps = (a: Area, b: Area): boolean =>
  a.x + SLACK < b.x + b.width &&
  b.x + SLACK < a.x + a.width &&
  a.y + SLACK < b.y + b.height &&
  b.y + SLACK < a.y + a.height;

export const contains = (outer: Area, inner: Area): boolean =>
  inner.x >= outer.x - SLACK &&
  inner.y >= outer.y - SLACK &&
  inner.x + inner.width <= outer.x + outer.width + SLACK &&
  inner.y + inner.height <= outer.y + outer.height + SLACK;

/** Every box of the picture with the boxes around it. */
export interface Nested {
  readonly placed: PlacedBox;
  readonly around: readonly PlacedBox[];
}

export function nestedBoxes({ root, elsewhere }: PlacedPicture): Nested[] {
  const below = (placed: PlacedBox, around: readonly PlacedBox[]): Nested[] => [
    { placed, around },
    ...placed.children.flatMap((child) => below(child, [...around, placed])),
  ];
  return [root, ...elsewhere].flatMap((placed) => below(placed, []));
}

/** The straight pieces of an edge, as areas without a width or a height. */
export const piecesOf = ({ points }: PlacedEdge): Area[] =>
  points.slice(1).map((point, index) => between(points[index] ?? point, point));

const between = (a: Point, b: Point): Area => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
});

/** Whether a line passes the inside of an area; to touch its border is no passing. */
export const passes = (line: Area, area: Area): boolean =>
  line.x < area.x + area.width - SLACK &&
  line.x + line.width > area.x + SLACK &&
  line.y < area.y + area.height - SLACK &&
  line.y + line.height > area.y + SLACK;

/** Ids of the box, and of all in it. */
export const idsWithin = (box: Box): string[] => boxesOf(box).map(({ id }) => id);
