/** What a picture shows, before anything has a place: boxes within boxes, their rows, and edges between them. */
import type { Transition } from '../definition/state.ts';

/** How a word is drawn. */
export type Tone = 'event' | 'guard' | 'target' | 'quiet';

/** Words that stay together on a line. */
export interface Piece {
  readonly text: string;
  readonly tone: Tone;
}

/** A transition, or a fact about a state, in words. */
export interface Item {
  readonly pieces: readonly Piece[];
  /** What it tells of: one, or all that the same words are true of; none for a fact about a state. */
  readonly transitions: readonly Transition[];
}

/** Items under each other in the head of a box. */
export interface Section {
  /** `list`: one under the other, in columns where there is room; `flow`: one behind the other; `deed`: as `flow`, and
   * nearer to its neighbours. */
  readonly kind: 'list' | 'flow' | 'deed';
  /** Above a list, in front of what flows. */
  readonly caption: string;
  readonly items: readonly Item[];
}

/** `collapsed`: has a picture of its own; `elsewhere`: belongs to another picture; `initial`: the black dot. */
type BoxKind = 'atomic' | 'compound' | 'parallel' | 'final' | 'collapsed' | 'elsewhere' | 'initial';

export interface Box {
  /** Path of the state; for the black dot that of the state that it stands in, and `#initial`. */
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly kind: BoxKind;
  /** The words that stand for the state in public: `online`. */
  readonly tags: readonly string[];
  readonly sections: readonly Section[];
  readonly children: readonly Box[];
}

/** All that leads from one box to another; without items it is the arrow of the black dot. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly items: readonly Item[];
}

export interface Picture {
  /** `modem`, `modem.rebooting`: also the name of the file. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly root: Box;
  /** States of the same machine outside the root, which edges come from or lead to. */
  readonly elsewhere: readonly Box[];
  readonly edges: readonly Edge[];
}

/** The box and all boxes in it. */
export function boxesOf(box: Box): Box[] {
  return [box, ...box.children.flatMap(boxesOf)];
}
