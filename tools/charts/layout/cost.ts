/** How far a layout is from a good one: nothing may be too wide, lines should be short and cross seldom. */
import { headAreas } from './head-areas.ts';
import {
  type PlacedBox,
  type PlacedEdge,
  type PlacedPicture,
  type Point,
  placedBoxesOf,
  type Segment,
  segmentsOf,
  touches,
} from './placed.ts';

/** GitHub shows a README at most so wide; what is wider it scales down. */
export const MOST_WIDTH = 880;

const TOO_WIDE = 1000; // per pixel
const CROSSING = 120; // as much as that many pixels of edge
const BEND = 12;
const HEIGHT = 1.2;
const WORDS_CROSSED = 5000;
const LATE_START = 10; // per pixel that the first state of a box is below the top of the box

export function cost({ width, height, root, edges }: PlacedPicture): number {
  const length = edges.reduce((sum, { points }) => sum + lengthOf(points), 0);
  const bends = edges.reduce((sum, { points }) => sum + points.length - 2, 0);
  return (
    Math.max(0, width - MOST_WIDTH) * TOO_WIDE +
    length +
    bends * BEND +
    crossings(edges) * CROSSING +
    height * HEIGHT +
    crossedHeads(root, edges) * WORDS_CROSSED +
    placedBoxesOf(root).reduce((sum, box) => sum + lateStart(box), 0) * LATE_START
  );
}

/** How far the black dot is below the highest of its neighbours. */
function lateStart({ children }: PlacedBox): number {
  const dot = children.find(({ box }) => box.kind === 'initial');
  return dot === undefined ? 0 : dot.y - Math.min(...children.map(({ y }) => y));
}

/** Edges over the name or the rows of a box that they lead into or out of. */
function crossedHeads(root: PlacedBox, edges: readonly PlacedEdge[]): number {
  const heads = placedBoxesOf(root)
    .filter(({ children }) => children.length > 0)
    .flatMap(headAreas);
  return edges.flatMap(({ points }) =>
    segmentsOf(points).flatMap((segment) => heads.filter((area) => touches(segment, area))),
  ).length;
}

const lengthOf = (points: readonly Point[]): number =>
  segmentsOf(points).reduce((sum, [a, b]) => sum + Math.abs(a.x - b.x) + Math.abs(a.y - b.y), 0);

function crossings(edges: readonly PlacedEdge[]): number {
  const segments = edges.map(({ points }) => segmentsOf(points));
  let count = 0;
  for (const [index, some] of segments.entries()) {
    for (const others of segments.slice(index + 1)) {
      count += some.flatMap((a) => others.filter((b) => cross(a, b))).length;
    }
  }
  return count;
}

function cross([a, b]: Segment, [c, d]: Segment): boolean {
  const isAcross = (x: Segment, y: Segment): boolean =>
    x[0].y === x[1].y &&
    y[0].x === y[1].x &&
    isBetween(y[0].x, x[0].x, x[1].x) &&
    isBetween(x[0].y, y[0].y, y[1].y);
  return isAcross([a, b], [c, d]) || isAcross([c, d], [a, b]);
}

const isBetween = (value: number, a: number, b: number): boolean =>
  value > Math.min(a, b) && value < Math.max(a, b);
