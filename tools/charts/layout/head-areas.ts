/** Where the words in the head of a box are. */
import { gapBefore, PADDING } from './box-size.ts';
import { ADVANCE_EM, FONT, LINE_HEIGHT, NAME_HEIGHT, textWidth } from './measure.ts';
import type { Area, PlacedBox } from './placed.ts';

/** One area for the name, and one for each line. */
export function headAreas({ box, x, y, lines }: PlacedBox): Area[] {
  const name = { x: x + PADDING, y, width: textWidth(box.name, FONT.name), height: NAME_HEIGHT };
  let top = y + NAME_HEIGHT;
  return [
    name,
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
