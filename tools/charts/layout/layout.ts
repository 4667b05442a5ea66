/** Finds a place for everything in a picture: ELK tries a few strategies, and the best result is taken. */
import Elk from 'elkjs/lib/elk.bundled.js';
import type { ElkExtendedEdge, ElkLabel, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js';
import type { Box, Edge, Picture } from '../picture/picture.ts';
import { type Head, headsOf, type Measure } from './box-size.ts';
import { cost, MOST_WIDTH } from './cost.ts';
import { elkGraph } from './elk-graph.ts';
import { type Line, labelLines } from './flow.ts';
import { depthOf, type PlacedBox, type PlacedEdge, type PlacedLabel, type PlacedPicture } from './placed.ts';

/** Which way back a cycle is broken, and how states come into layers. */
const STRATEGIES: readonly LayoutOptions[] = ['DEPTH_FIRST', 'GREEDY'].flatMap((cycles) =>
  ['NETWORK_SIMPLEX', 'LONGEST_PATH', 'MIN_WIDTH'].map((layering) => ({
    'elk.layered.cycleBreaking.strategy': cycles,
    'elk.layered.layering.strategy': layering,
  })),
);

/** Straight edges and wide lines read better; where they make the picture too wide, the next round may do. */
const ROUNDS: readonly (readonly [measure: Measure, placement: string])[] = [
  { row: 30, head: 40, label: 24 },
  { row: 26, head: 32, label: 16 },
  { row: 18, head: 32, label: 16 },
].flatMap((measure) =>
  ['NETWORK_SIMPLEX', 'BRANDES_KOEPF'].map((placement): [Measure, string] => [measure, placement]),
);

const elk = new Elk.default();

/** A picture whose text has its lines, and how it is to be laid out. */
interface Draft {
  readonly picture: Picture;
  readonly heads: ReadonlyMap<string, Head>;
  readonly labels: readonly (readonly Line[])[];
  readonly strategy: LayoutOptions;
}

export async function layOut(picture: Picture): Promise<PlacedPicture> {
  let best: { readonly draft: Draft; readonly placed: PlacedPicture; readonly measure: Measure } | undefined;
  for (const [measure, placement] of ROUNDS) {
    const heads = headsOf(picture, measure);
    const labels = picture.edges.map(({ items }) => labelLines(items, measure.label));
    for (const strategy of STRATEGIES) {
      const options = { ...strategy, 'elk.layered.nodePlacement.strategy': placement };
      const draft = { picture, heads, labels, strategy: options };
      const placed = await attempt(draft);
      if (best === undefined || cost(placed) < cost(best.placed)) best = { draft, placed, measure };
    }
    if (best !== undefined && best.placed.width <= MOST_WIDTH) break;
  }
  if (best === undefined) throw new Error(`no layout for ${picture.name}`);
  // How the rows of the root are broken depends on its width, which only a layout tells.
  return attempt({ ...best.draft, heads: headsOf(picture, best.measure, best.placed.root.width) });
}

async function attempt(draft: Draft): Promise<PlacedPicture> {
  const { picture, heads, labels, strategy } = draft;
  const graph: ElkNode = await elk.layout(elkGraph(picture, heads, labels, strategy));
  const nodes = new Map((graph.children ?? []).map((node) => [node.id, node]));
  const edges = new Map((graph.edges ?? []).map((edge) => [edge.id, edge]));
  const root = placedBox(picture.root, nodes, heads);
  return {
    picture,
    width: Math.ceil(graph.width ?? 0),
    height: Math.ceil(graph.height ?? 0),
    root,
    elsewhere: picture.elsewhere.map((box) => placedBox(box, nodes, heads)),
    edges: picture.edges.map((edge, index) =>
      placedEdge(edge, edges.get(`edge ${index}`), labels[index] ?? [], root),
    ),
  };
}

const round = (pixels = 0): number => Math.round(pixels * 2) / 2;

function placedBox(
  box: Box,
  nodes: ReadonlyMap<string, ElkNode>,
  heads: ReadonlyMap<string, Head>,
): PlacedBox {
  const node = nodes.get(box.id);
  if (node === undefined) throw new Error(`${box.id} was given no place`);
  const inside = new Map((node.children ?? []).map((child) => [child.id, child]));
  return {
    box,
    x: round(node.x),
    y: round(node.y),
    width: round(node.width),
    height: round(node.height),
    lines: heads.get(box.id)?.lines ?? [],
    children: box.children.map((child) => placedBox(child, inside, heads)),
  };
}

function placedEdge(
  edge: Edge,
  found: ElkExtendedEdge | undefined,
  lines: readonly Line[],
  root: PlacedBox,
): PlacedEdge {
  const [section] = found?.sections ?? [];
  if (section === undefined) throw new Error(`the edge from ${edge.from} to ${edge.to} was given no place`);
  const [label] = found?.labels ?? [];
  return {
    edge,
    points: [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(({ x, y }) => ({
      x: round(x),
      y: round(y),
    })),
    label: label === undefined ? undefined : placedLabel(label, lines, root),
  };
}

function placedLabel(label: ElkLabel, lines: readonly Line[], root: PlacedBox): PlacedLabel {
  const area = {
    x: round(label.x),
    y: round(label.y),
    width: round(label.width),
    height: round(label.height),
  };
  return { ...area, lines, depth: depthOf(area, root) };
}
