/** A box with all boxes in it as SVG. */
import { gapBefore, PADDING, tagWords } from '../layout/box-size.ts';
import { tagArea } from '../layout/head-areas.ts';
import { FONT, LINE_HEIGHT, NAME_HEIGHT, textWidth } from '../layout/measure.ts';
import type { PlacedBox } from '../layout/placed.ts';
import { lineMarkup, number, text } from './line.ts';
import { DEPTHS } from './theme.ts';
import { element, group } from './xml.ts';

/** Regions of a parallel state, which are active all at once, have a broken border. */
export function boxMarkup(placed: PlacedBox, depth = 0, isRegion = false): string {
  const { box, x, y, width, height, children } = placed;
  if (box.kind === 'initial') {
    const r = width / 2;
    return element('circle', { class: 'initial', cx: number(x + r), cy: number(y + r), r: number(r - 1) });
  }
  const className = `state ${box.kind} depth${depth % DEPTHS}${isRegion ? ' region' : ''}`;
  return group({ class: className, 'data-state': box.path }, [
    rect(x, y, width, height, box.kind === 'elsewhere' ? height / 2 : 7, 'frame'),
    ...(box.kind === 'final' ? [rect(x + 3, y + 3, width - 6, height - 6, 5, 'ring')] : []),
    ...nameMarkup(placed),
    ...sectionMarkup(placed),
    ...children.map((child) => boxMarkup(child, depth + 1, box.kind === 'parallel')),
  ]);
}

const rect = (x: number, y: number, width: number, height: number, rx: number, className: string): string =>
  element('rect', {
    class: className,
    x: number(x),
    y: number(y),
    width: number(width),
    height: number(height),
    rx: number(rx),
  });

/** Centred in a box that has nothing but a name. */
function nameMarkup(placed: PlacedBox): string[] {
  const { box, x, y, width, lines, children } = placed;
  const isAlone = lines.length + children.length + box.tags.length === 0 && box.kind !== 'collapsed';
  const left = isAlone ? x + (width - textWidth(box.name, FONT.name)) / 2 : x + PADDING;
  const baseline = y + (isAlone ? 18.5 : 17);
  return [
    text('name', box.name, left, baseline, FONT.name),
    ...(box.tags.length === 0 ? [] : [text('quiet', tagWords(box), tagArea(placed).x, baseline, FONT.text)]),
    ...(box.kind === 'collapsed' ? [closedSign(x + width - PADDING - 13, y + 9)] : []),
  ];
}

/** Two states and the way between them: there is more inside. */
const closedSign = (x: number, y: number): string =>
  element('path', {
    class: 'sign',
    d: `M${number(x)},${number(y)}h4v5h-4z M${number(x + 9)},${number(y + 3)}h4v5h-4z M${number(x + 4)},${number(y + 2.5)}h3v3h2`,
  });

function sectionMarkup({ box, x, y, width, lines }: PlacedBox): string[] {
  const markup: string[] = [];
  let top = y + NAME_HEIGHT;
  for (const [index, some] of lines.entries()) {
    if (index === 0)
      markup.push(element('path', { class: 'rule', d: `M${number(x)},${number(top)}h${number(width)}` }));
    top += gapBefore(box.sections, index);
    for (const line of some) {
      markup.push(...lineMarkup(line, x + PADDING, top));
      top += LINE_HEIGHT;
    }
  }
  return markup;
}
