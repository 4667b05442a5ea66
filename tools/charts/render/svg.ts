/** A placed picture as an SVG document. */
import { FONT } from '../layout/measure.ts';
import type { PlacedPicture } from '../layout/placed.ts';
import { boxMarkup } from './box.ts';
import { edgeMarkup } from './edge.ts';
import type { Theme } from './theme.ts';
import { element, escapeXml } from './xml.ts';

const FAMILY = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

export function svg({ picture, width, height, root, elsewhere, edges }: PlacedPicture, theme: Theme): string {
  const lines = [
    element('title', { id: 'title' }, escapeXml(picture.title)),
    element('desc', { id: 'desc' }, escapeXml(picture.description)),
    element('style', {}, styleOf(theme)),
    element('rect', { class: 'ground', width, height, rx: 8 }),
    ...elsewhere.map((box) => boxMarkup(box)),
    boxMarkup(root),
    ...edges.map(edgeMarkup),
  ];
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-labelledby': 'title desc',
    'data-machine': picture.root.path,
  };
  return `${element('svg', attributes, `\n${lines.join('\n')}\n`)}\n`;
}

function styleOf(theme: Theme): string {
  const rules: readonly (readonly [string, string])[] = [
    ['text', `font:${FONT.text}px ${FAMILY};white-space:pre`],
    ['.name', `font-size:${FONT.name}px;font-weight:600;fill:${theme.stateName}`],
    ['.event', `fill:${theme.event}`],
    ['.guard', `fill:${theme.guard}`],
    ['.target', `fill:${theme.target}`],
    ['.quiet', `fill:${theme.quiet}`],
    ['.ground', `fill:${theme.ground}`],
    ['.frame,.ring', `stroke:${theme.stroke}`],
    ...theme.fills.map((fill, depth): [string, string] => [
      `.depth${depth}>.frame,.behind.depth${depth}`,
      `fill:${fill}`,
    ]),
    ['.ring', 'fill:none'],
    ['.region>.frame', 'stroke-dasharray:8 4'],
    ['.elsewhere>.frame', `fill:${theme.ground};stroke-dasharray:4 3`],
    ['.elsewhere>.name', `fill:${theme.target}`],
    ['.rule', `stroke:${theme.stroke};stroke-opacity:.45;fill:none`],
    ['.sign', `stroke:${theme.quiet};fill:none`],
    ['.initial', `fill:${theme.edge}`],
    ['.edge', `color:${theme.edge}`],
    ['.way', 'fill:none;stroke:currentColor;stroke-width:1.25'],
    ['.tip', 'fill:currentColor'],
    ['.behind.outside', `fill:${theme.ground}`],
  ];
  return `\n${rules.map(([selector, body]) => `${selector}{${body}}`).join('\n')}\n`;
}
