/** Where ELK put things: in the pictures of all machines nothing covers anything else. Drawn anew, so that the committed
 * files can be compared too. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawingsOf } from '../../tools/charts/draw.ts';
import { headAreas } from '../../tools/charts/layout/head-areas.ts';
import { layOut } from '../../tools/charts/layout/layout.ts';
import type { PlacedPicture } from '../../tools/charts/layout/placed.ts';
import { CHARTS } from '../../tools/charts/machines.ts';
import { picturesOf } from '../../tools/charts/picture/pictures.ts';
import { contains, idsWithin, nestedBoxes, overlaps, passes, piecesOf } from './areas.ts';

const FOLDER = join(__dirname, '../../docs/statecharts');
const README_WIDTH = 880;
const LEAST_FONT_SIZE = 10;
const FONT_SIZE = 11;
const LINE_HEIGHT = 15;

const pictures = CHARTS.flatMap(picturesOf);
const placed = new Map<string, PlacedPicture>();
const find = (name: string): PlacedPicture => {
  const found = placed.get(name);
  if (found === undefined) throw new RangeError(`no picture ${name}`);
  return found;
};

beforeAll(async () => {
  for (const picture of pictures) placed.set(picture.name, await layOut(picture));
}, 120_000);

describe.each(pictures.map(({ name }) => name))('the picture %s', (name) => {
  it('has boxes beside each other that do not overlap', () => {
    const { root, elsewhere } = find(name);
    const families = [[root, ...elsewhere], ...nestedBoxes(find(name)).map((one) => one.placed.children)];
    const faults = families.flatMap((family) =>
      family.flatMap((a, index) =>
        family
          .slice(index + 1)
          .filter((b) => overlaps(a, b))
          .map((b) => `${a.box.id} on ${b.box.id}`),
      ),
    );
    expect(faults).toEqual([]);
  });

  it('has boxes inside of those that they belong to, below their words', () => {
    const faults = nestedBoxes(find(name)).flatMap(({ placed: outer }) =>
      outer.children
        .filter(
          (child) => !contains(outer, child) || headAreas(outer).some((words) => overlaps(words, child)),
        )
        .map(({ box }) => `${box.id} in ${outer.box.id}`),
    );
    expect(faults).toEqual([]);
  });

  it('has labels that cover no label, and no box but those that they lie in', () => {
    const { edges } = find(name);
    const labels = edges.flatMap(({ label }) => label ?? []);
    const said = (label: (typeof labels)[number]): string =>
      label.lines.flatMap(({ words }) => words.map(({ text }) => text)).join(' ');
    const faults = labels.flatMap((label, index) => [
      ...labels
        .slice(index + 1)
        .filter((other) => overlaps(label, other))
        .map((other) => `${said(label)} on ${said(other)}`),
      ...nestedBoxes(find(name))
        .filter(({ placed: box }) => overlaps(label, box) && !contains(box, label))
        .map(({ placed: { box } }) => `${said(label)} on ${box.id}`),
      ...nestedBoxes(find(name))
        .filter(({ placed: box }) => headAreas(box).some((words) => overlaps(label, words)))
        .map(({ placed: { box } }) => `${said(label)} on the words of ${box.id}`),
    ]);
    expect(faults).toEqual([]);
  });

  it('has edges that pass no box but their ends and those around them', () => {
    const faults = find(name).edges.flatMap((one) => {
      const { from, to } = one.edge;
      const others = nestedBoxes(find(name)).filter(({ placed: { box } }) => {
        const ids = idsWithin(box);
        return !ids.includes(from) && !ids.includes(to);
      });
      return others
        .filter(({ placed: box }) => piecesOf(one).some((piece) => passes(piece, box)))
        .map(({ placed: { box } }) => `${from} → ${to} through ${box.id}`);
    });
    expect(faults).toEqual([]);
  });

  it('has edges that pass no label of another and no words of a box', () => {
    const { edges } = find(name);
    const faults = edges.flatMap((one) => {
      const labels = edges.filter(({ label }) => one.label !== label).flatMap(({ label }) => label ?? []);
      const words = nestedBoxes(find(name)).flatMap(({ placed: box }) => headAreas(box));
      return [...labels, ...words]
        .filter((area) => piecesOf(one).some((piece) => passes(piece, area)))
        .map(({ x, y }) => `${one.edge.from} → ${one.edge.to} at ${x} ${y}`);
    });
    expect(faults).toEqual([]);
  });

  it('has edges that begin and end at the borders of their boxes', () => {
    const boxes = new Map(nestedBoxes(find(name)).map((one) => [one.placed.box.id, one.placed]));
    const faults = find(name).edges.filter(({ edge, points }) => {
      const ends = [
        [points[0], boxes.get(edge.from)],
        [points.at(-1), boxes.get(edge.to)],
      ] as const;
      return ends.some(
        ([point, box]) =>
          point === undefined ||
          box === undefined ||
          point.x < box.x ||
          point.x > box.x + box.width ||
          Math.min(Math.abs(point.y - box.y), Math.abs(point.y - box.y - box.height)) > 1,
      );
    });
    expect(faults.map(({ edge }) => `${edge.from} → ${edge.to}`)).toEqual([]);
  });

  it('has words that fit into their boxes', () => {
    const faults = nestedBoxes(find(name)).filter(
      ({ placed: box }) => box.box.name !== '' && headAreas(box).some((words) => !contains(box, words)),
    );
    expect(faults.map(({ placed: { box } }) => box.id)).toEqual([]);
  });

  it('has labels that are as large as their words', () => {
    const labels = find(name).edges.flatMap(({ label }) => label ?? []);
    const small = labels.filter(
      ({ lines, width, height }) =>
        height < lines.length * LINE_HEIGHT ||
        lines.some(({ words }) => words.some(({ at, text }) => (at + text.length) * 0.6 * FONT_SIZE > width)),
    );
    expect(small).toEqual([]);
  });

  it('can be read in a README', () => {
    const { width } = find(name);
    expect((FONT_SIZE * README_WIDTH) / Math.max(width, README_WIDTH)).toBeGreaterThanOrEqual(
      LEAST_FONT_SIZE,
    );
  });
});

describe('docs/statecharts', () => {
  it('has what npm run charts draws, and nothing else', () => {
    const drawn = pictures.flatMap(({ name }) => drawingsOf(find(name)));
    const committed = readdirSync(FOLDER).map((file) => ({
      file,
      text: readFileSync(join(FOLDER, file), 'utf8'),
    }));
    const different = drawn
      .filter(({ file, text }) => committed.find((one) => one.file === file)?.text !== text)
      .map(({ file }) => file);
    expect(different).toEqual([]);
    expect(committed.map(({ file }) => file).sort()).toEqual(drawn.map(({ file }) => file).sort());
  });

  it('is the same when it is drawn again', async () => {
    for (const name of ['modem', 'socket.closing']) {
      const again = await layOut(find(name).picture);
      expect(again).toEqual(find(name));
    }
  });
});
