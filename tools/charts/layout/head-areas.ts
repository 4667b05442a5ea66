/** Where the words in the head of a box are. */
import { gapBefore, PADDING, SIGN_WIDTH, tagWords } from './box-size.ts';
import { ADVANCE_EM, FONT, LINE_HEIGHT, NAME_HEIGHT, textWidth } from './measure.ts';
import type { Area, PlacedBox } from './placed.ts';

/** One area for the name, one for the tags, and one for each line. */
export function headAreas(placed: PlacedBox): Area[] {
  const { box, x, y, lines } = placed;
  const name = { x: x + PADDING, y, width: textWidth(box.name, FONT.name), height: NAME_HEIGHT };
  let top = y + NAME_HEIGHT;
  return [
    name,
    ...(box.tags.length === 0 ? [] : [tagArea(placed)]),
    ...lines.flatMap((some, index) => {
      top += gapBefore(box.sections, index);
      return some.map(({ length }) => {
        const area = { x: x + PADDING, y: top, width: length * ADVANCE_EM * FONT.text, height: LINE_HEIGHT };
        top += LINE_HEIGHT;
        return area;
      });
    }),
  ];
}

/** On the right, in front of the sign of a closed box. */
export function tagArea({ box, x, y, width }: PlacedBox): Area {
  const length = textWidth(tagWords(box));
  const sign = box.kind === 'collapsed' ? SIGN_WIDTH : 0;
  return { x: x + width - PADDING - sign - length, y, width: length, height: NAME_HEIGHT };
}
