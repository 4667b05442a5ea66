/** A picture in which everything has a place, in pixels from its upper left corner. */
import type { Box, Edge, Picture } from '../picture/picture.ts';
import type { Line } from './flow.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Area extends Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedBox extends Area {
  readonly box: Box;
  /** Lines of each section, under the name. */
  readonly lines: readonly (readonly Line[])[];
  readonly children: readonly PlacedBox[];
}

export interface PlacedEdge {
  readonly edge: Edge;
  /** From the border of the one box to that of the other. */
  readonly points: readonly Point[];
  readonly label: PlacedLabel | undefined;
}

export interface PlacedLabel extends Area {
  readonly lines: readonly Line[];
  /** How deep the box is that it lies in: 0 for the root, -1 outside of it. */
  readonly depth: number;
}

export interface PlacedPicture {
  readonly picture: Picture;
  readonly width: number;
  readonly height: number;
  readonly root: PlacedBox;
  readonly elsewhere: readonly PlacedBox[];
  readonly edges: readonly PlacedEdge[];
}

export function placedBoxesOf(placed: PlacedBox): PlacedBox[] {
  return [placed, ...placed.children.flatMap(placedBoxesOf)];
}

/** Whether one area lies in another. */
const isInside = (inner: Area, outer: Area): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** How many boxes an area lies in, less one. */
export const depthOf = (area: Area, root: PlacedBox): number =>
  placedBoxesOf(root).filter((box) => isInside(area, box)).length - 1;

/** A straight piece of an edge. */
export type Segment = readonly [Point, Point];

export function segmentsOf(points: readonly Point[]): Segment[] {
  return points.slice(1).map((point, index) => [points[index] ?? point, point]);
}

/** Whether a piece, which is level or upright, has a point within the area; its border does not count. */
export function touches([a, b]: Segment, { x, y, width, height }: Area): boolean {
  return (
    Math.max(a.x, b.x) > x &&
    Math.min(a.x, b.x) < x + width &&
    Math.max(a.y, b.y) > y &&
    Math.min(a.y, b.y) < y + height
  );
}
