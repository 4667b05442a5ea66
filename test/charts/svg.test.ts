/** The committed SVG files: another test says that they are those which would be drawn today. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHARTS } from '../../tools/charts/machines.ts';
import { boxesOf } from '../../tools/charts/picture/picture.ts';
import { picturesOf } from '../../tools/charts/picture/pictures.ts';
import { THEMES, type Theme } from '../../tools/charts/render/theme.ts';
import { elementsOf, type XmlElement } from './xml.ts';

const ROOT = join(__dirname, '../..');
const pictures = CHARTS.flatMap(picturesOf);
const fileOf = (name: string, theme: string): string =>
  readFileSync(join(ROOT, 'docs/statecharts', `${name}.${theme}.svg`), 'utf8');

const numberOf = ({ attributes }: XmlElement, name: string): number => Number(attributes[name]);
const hasClass = ({ attributes }: XmlElement, name: string): boolean =>
  (attributes['class'] ?? '').split(' ').includes(name);
const byClass = (elements: readonly XmlElement[], name: string): XmlElement[] =>
  elements.filter((one) => hasClass(one, name));
/** The innermost state box around an element. */
const frameOf = (one: XmlElement): XmlElement | undefined =>
  [...one.around]
    .reverse()
    .find((outer) => hasClass(outer, 'state'))
    ?.children.find((child) => hasClass(child, 'frame'));

describe.each(
  pictures.flatMap((picture) => THEMES.map(({ name }) => [picture.name, name, picture] as const)),
)('the file %s.%s.svg', (name, theme, picture) => {
  const elements = elementsOf(fileOf(name, theme));

  it('is well-formed, with a title and a description', () => {
    const [svg] = elements;
    expect(svg?.name).toBe('svg');
    expect(svg?.attributes).toMatchObject({ role: 'img', 'aria-labelledby': 'title desc' });
    expect(svg?.children.slice(0, 2).map((one) => [one.name, one.attributes['id']])).toEqual([
      ['title', 'title'],
      ['desc', 'desc'],
    ]);
    expect(svg?.children.slice(0, 2).map(({ text }) => text)).toEqual([picture.title, picture.description]);
  });

  it('has a group for every state with its path, and one for every edge with both ends and the events', () => {
    const states = [...boxesOf(picture.root), ...picture.elsewhere].filter(({ kind }) => kind !== 'initial');
    expect(
      byClass(elements, 'state')
        .map(({ attributes }) => attributes['data-state'])
        .sort(),
    ).toEqual(states.map(({ path }) => path).sort());
    const edges = byClass(elements, 'edge').map(({ attributes }) => attributes);
    expect(edges.map((one) => `${one['data-source']} ${one['data-target']}`)).toEqual(
      picture.edges.map(({ from, to }) => `${from} ${to}`),
    );
    const events = picture.edges.map(({ items }) => [
      ...new Set(items.flatMap(({ transitions }) => transitions.map(({ event }) => event))),
    ]);
    expect(edges.map((one) => one['data-event'] ?? '')).toEqual(events.map((some) => some.join(' ')));
  });

  it('has every transition of the picture with its source, its event and its target', () => {
    const items = [
      ...boxesOf(picture.root).flatMap(({ sections }) => sections.flatMap((one) => one.items)),
      ...picture.edges.flatMap((one) => one.items),
    ];
    const wanted = items.flatMap(({ transitions }) =>
      transitions.map(({ source, event, target, guard }) => [source, event, target, guard].join(' ')),
    );
    const found = byClass(elements, 'transition').map(({ attributes }) =>
      ['data-source', 'data-event', 'data-target', 'data-guard'].map((key) => attributes[key]).join(' '),
    );
    expect(new Set(found)).toEqual(new Set(wanted));
  });

  it('has no text that is wider than its box, by 0.6 em for a character', () => {
    const texts = elements.filter((one) => one.name === 'text');
    expect(texts.length).toBeGreaterThan(0);
    for (const one of texts) {
      const size = hasClass(one, 'name') ? 13 : 11;
      const width = one.text.length * 0.6 * size;
      expect(Math.abs(numberOf(one, 'textLength') - width)).toBeLessThan(0.1);
      const frame = one.around.some((outer) => hasClass(outer, 'edge'))
        ? one.around.flatMap(({ children }) => children).find((child) => hasClass(child, 'behind'))
        : frameOf(one);
      const x = numberOf(one, 'x');
      const left = frame === undefined ? Number.NaN : numberOf(frame, 'x');
      const right = frame === undefined ? Number.NaN : left + numberOf(frame, 'width');
      expect([one.text, x >= left, x + width <= right]).toEqual([one.text, true, true]);
    }
  });
});

describe('the themes', () => {
  it.each(pictures.map(({ name }) => name))('draw the same picture of %s', (name) => {
    const [light = '', dark = ''] = THEMES.map((theme) =>
      fileOf(name, theme.name).replace(/<style>[\s\S]*<\/style>/, ''),
    );
    expect(light).toBe(dark);
  });

  it.each(THEMES)('of $name give all words a contrast of 4.5, and lines one of 3', (theme) => {
    const grounds = [theme.ground, ...theme.fills];
    const words: (keyof Theme)[] = ['stateName', 'event', 'guard', 'target', 'quiet'];
    const contrasts = (keys: readonly (keyof Theme)[]): number[] =>
      keys.flatMap((key) => grounds.map((ground) => contrast(String(theme[key]), ground)));
    expect(Math.min(...contrasts(words))).toBeGreaterThanOrEqual(4.5);
    expect(Math.min(...contrasts(['edge']))).toBeGreaterThanOrEqual(3);
  });
});

describe('the documentation', () => {
  it.each([
    ['docs/ARCHITECTURE.md', 'statecharts/', pictures.map(({ name }) => name)],
    ['README.md', 'docs/statecharts/', ['modem', 'socket']],
  ] as const)('shows in %s the pictures in the theme of the reader', (page, folder, names) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const sources = [
      ...text.matchAll(/<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">/g),
    ].map(([, file]) => file);
    const images = [...text.matchAll(/<img alt="[^"]+" src="([^"]+)">/g)].map(([, file]) => file);
    expect(sources.sort()).toEqual(names.map((name) => `${folder}${name}.dark.svg`).sort());
    expect(images.sort()).toEqual(names.map((name) => `${folder}${name}.light.svg`).sort());
  });

  it('has a file for every picture in every theme', () => {
    const files = pictures.flatMap(({ name }) => THEMES.map((theme) => `${name}.${theme.name}.svg`));
    expect(readdirSync(join(ROOT, 'docs/statecharts')).sort()).toEqual(files.sort());
  });
});

/** WCAG 2.2: relative luminance of both, the lighter over the darker. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
