/** A picture in the terms of ELK, the library that finds the places. */
import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js';
import { isWithin } from '../definition/state.ts';
import { type Box, boxesOf, type Edge, type Picture } from '../picture/picture.ts';
import type { Head } from './box-size.ts';
import type { Line } from './flow.ts';
import { ADVANCE_EM, FONT, LINE_HEIGHT } from './measure.ts';

const LABEL_PADDING = 4;

/** Top to bottom; the whole hierarchy in one layout, because edges cross the borders of boxes. */
const OPTIONS: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.padding': '[top=8,left=8,bottom=8,right=8]',
  'elk.layered.edgeLabels.centerLabelPlacementStrategy': 'MEDIAN_LAYER',
};

/** A final state that only rows lead to belongs to the end all the same. */
const LAST = { layoutOptions: { 'elk.layered.layering.layerConstraint': 'LAST' } } as const;

const SPACING: LayoutOptions = {
  'elk.spacing.nodeNode': '14',
  'elk.spacing.edgeNode': '10',
  'elk.spacing.edgeEdge': '9',
  'elk.spacing.edgeLabel': '2',
  'elk.spacing.labelNode': '6',
  'elk.layered.spacing.nodeNodeBetweenLayers': '18',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '9',
};

export function elkGraph(
  picture: Picture,
  heads: ReadonlyMap<string, Head>,
  labels: readonly (readonly Line[])[],
  strategy: LayoutOptions,
): ElkNode {
  const options = { ...SPACING, ...strategy };
  const linked = new Set(picture.edges.flatMap(({ from, to }) => [from, to]));
  const frame: Frame = { heads, options, linked };
  return {
    id: 'picture',
    layoutOptions: { ...OPTIONS, ...options },
    children: [...picture.elsewhere.map((box) => elkNode(box, frame)), elkNode(picture.root, frame)],
    edges: [
      ...picture.edges.map((edge, index) => elkEdge(edge, labels[index] ?? [], index)),
      ...boxesOf(picture.root).flatMap((box) => orderEdges(box, picture.edges)),
    ],
  };
}

const NOTHING: Head = { lines: [], width: 0, height: 0 };

/** What all nodes of a graph need to know. */
interface Frame {
  readonly heads: ReadonlyMap<string, Head>;
  readonly options: LayoutOptions;
  /** Boxes with an edge. */
  readonly linked: ReadonlySet<string>;
}

function elkNode(box: Box, frame: Frame): ElkNode {
  const { heads, options, linked } = frame;
  const { width, height } = heads.get(box.id) ?? NOTHING;
  if (box.children.length === 0)
    return { id: box.id, width, height, ...(box.kind === 'final' && !linked.has(box.id) ? LAST : {}) };
  return {
    id: box.id,
    layoutOptions: {
      ...options,
      'elk.padding': `[top=${height + 6},left=12,bottom=12,right=12]`,
      'elk.nodeSize.constraints': '[MINIMUM_SIZE]',
      // ELK lays out to the right and turns the result, but not this: width and height are the other way round
      'elk.nodeSize.minimum': `(${height},${width})`,
    },
    children: box.children.map((child) => elkNode(child, frame)),
  };
}

function elkEdge(edge: Edge, lines: readonly Line[], index: number): ElkExtendedEdge {
  const longest = Math.max(0, ...lines.map(({ length }) => length));
  const label = {
    id: `label ${index}`,
    text: ' ',
    width: Math.ceil(longest * ADVANCE_EM * FONT.text + 2 * LABEL_PADDING),
    height: lines.length * LINE_HEIGHT + 2,
    layoutOptions: { 'elk.edgeLabels.inline': 'true' },
  };
  return {
    id: `edge ${index}`,
    sources: [edge.from],
    targets: [edge.to],
    labels: lines.length === 0 ? [] : [label],
  };
}

/** Edges that nobody sees. Regions of a parallel state stand one under the other; what only rows lead to stands under the
 * state that its box begins with. */
function orderEdges({ kind, children }: Box, edges: readonly Edge[]): ElkExtendedEdge[] {
  if (kind === 'parallel') {
    return children.slice(1).map((region, index) => orderEdge(children[index] ?? region, region));
  }
  const first = children.find(({ id }) => children.some((dot) => dot.kind === 'initial' && dot.path === id));
  if (first === undefined) return [];
  const isEntered = ({ id }: Box): boolean =>
    edges.some(({ from, to }) => isWithin(to, id) && !isWithin(from, id));
  return children
    .filter(
      (child) => child !== first && child.kind !== 'initial' && child.kind !== 'final' && !isEntered(child),
    )
    .map((child) => orderEdge(first, child));
}

const orderEdge = (before: Box, after: Box): ElkExtendedEdge => ({
  id: `${before.id} above ${after.id}`,
  sources: [before.id],
  targets: [after.id],
  layoutOptions: { 'elk.layered.priority.direction': '10' },
});
