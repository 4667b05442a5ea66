/** Machines → definitions → pictures → layouts → SVG documents. */
import { layOut } from './layout/layout.ts';
import { CHARTS } from './machines.ts';
import { picturesOf } from './picture/pictures.ts';
import { svg } from './render/svg.ts';
import { THEMES } from './render/theme.ts';

export interface Drawing {
  /** Name of the file. */
  readonly file: string;
  readonly text: string;
}

/** Every picture of every machine, in every theme. */
export async function drawCharts(): Promise<Drawing[]> {
  const drawings: Drawing[] = [];
  for (const picture of CHARTS.flatMap(picturesOf)) {
    const placed = await layOut(picture);
    for (const theme of THEMES) {
      drawings.push({ file: `${picture.name}.${theme.name}.svg`, text: svg(placed, theme) });
    }
  }
  return drawings;
}
