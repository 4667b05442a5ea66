/** An edge and its label as SVG. */
import { ADVANCE_EM, FONT, LINE_HEIGHT } from '../layout/measure.ts';
import type { PlacedEdge, Point } from '../layout/placed.ts';
import { lineMarkup, number } from './line.ts';
import { DEPTHS } from './theme.ts';
import { element, group } from './xml.ts';

const CORNER = 6;
const TIP = { length: 8, half: 3.5 } as const;

/** The way and its tip take the colour of the group, so that one rule colours an edge. */
export function edgeMarkup({ edge, points, label }: PlacedEdge): string {
  const events = edge.items.flatMap(({ transitions }) => transitions.map(({ event }) => event));
  const isBeginning = edge.items.length === 0;
  return group(
    {
      class: isBeginning ? 'edge beginning' : 'edge',
      'data-source': edge.from,
      'data-target': edge.to,
      'data-event': isBeginning ? undefined : [...new Set(events)].join(' '),
    },
    [
      element('path', { class: 'way', d: roundedPath(points) }),
      element('path', { class: 'tip', d: tipPath(points) }),
      ...labelMarkup(label),
    ],
  );
}

function tipPath(points: readonly Point[]): string {
  const end = points.at(-1) ?? { x: 0, y: 0 };
  const foot = towards(end, points.at(-2) ?? end, TIP.length);
  const across = {
    x: ((end.y - foot.y) * TIP.half) / TIP.length,
    y: ((end.x - foot.x) * TIP.half) / TIP.length,
  };
  return `M${at(end)}L${at({ x: foot.x + across.x, y: foot.y - across.y })}L${at({ x: foot.x - across.x, y: foot.y + across.y })}z`;
}

/** The line stops in front of the label and goes on behind it. */
function labelMarkup(label: PlacedEdge['label']): string[] {
  if (label === undefined) return [];
  const { x, y, width, height, lines } = label;
  const ground = element('rect', {
    class: label.depth < 0 ? 'behind outside' : `behind depth${label.depth % DEPTHS}`,
    x: number(x),
    y: number(y),
    width: number(width),
    height: number(height),
    rx: 3,
  });
  return [
    ground,
    ...lines.flatMap((line, index) =>
      lineMarkup(line, x + (width - line.length * ADVANCE_EM * FONT.text) / 2, y + 1 + index * LINE_HEIGHT),
    ),
  ];
}

/** Corners are rounded, so that the eye can follow a line where others cross it. */
function roundedPath(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      const before = points[index - 1];
      const after = points[index + 1];
      if (before === undefined) return `M${at(point)}`;
      if (after === undefined) return `L${at(towards(point, before, TIP.length - 1))}`;
      const radius = Math.min(CORNER, distance(before, point) / 2, distance(point, after) / 2);
      return `L${at(towards(point, before, radius))}Q${at(point)} ${at(towards(point, after, radius))}`;
    })
    .join('');
}

const at = ({ x, y }: Point): string => `${number(x)},${number(y)}`;
const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  if (whole === 0) return from;
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole };
}
