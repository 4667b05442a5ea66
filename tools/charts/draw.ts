/** Machines → definitions → pictures → layouts → SVG documents. */
import { layOut } from './layout/layout.ts';
import type { PlacedPicture } from './layout/placed.ts';
import { CHARTS } from './machines.ts';
import { picturesOf } from './picture/pictures.ts';
import { svg } from './render/svg.ts';
import { THEMES } from './render/theme.ts';

export interface Drawing {
  /** Name of the file. */
  readonly file: string;
  readonly text: string;
}

/** A picture in every theme. */
export const drawingsOf = (placed: PlacedPicture): Drawing[] =>
  THEMES.map((theme) => ({ file: `${placed.picture.name}.${theme.name}.svg`, text: svg(placed, theme) }));

/** Every picture of every machine. */
export async function drawCharts(): Promise<Drawing[]> {
  const drawings: Drawing[] = [];
  for (const picture of CHARTS.flatMap(picturesOf)) drawings.push(...drawingsOf(await layOut(picture)));
  return drawings;
}
