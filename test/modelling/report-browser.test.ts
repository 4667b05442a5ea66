/** The report as Chromium shows it, on a desk and on a phone. `URCHESTRA_SCREENSHOTS=DIR` keeps the pictures. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { reportHtml } from '../../modelling/report/report.ts';
import { hardLife, life, madeModel } from './made-model.ts';

const chromium = spawnSync('sh', ['-c', 'command -v chromium']).stdout.toString().trim();
if (chromium === '' && process.env['URCHESTRA_REQUIRE_ALL'] === '1')
  throw new Error('chromium is not installed');
const withChromium = chromium === '' ? describe.skip : describe; // skipped by name: chromium is not installed

const DEVICES = [
  ['desk', { width: 1280, height: 900 }],
  ['phone', { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 1 }],
  ['small-phone', { width: 360, height: 640, isMobile: true, hasTouch: true, deviceScaleFactor: 1 }],
] as const;
const MODELS = {
  month: madeModel(30, { standard: [hardLife(30)] }),
  two: madeModel(3, {
    'standard with a long name': [hardLife(3, 1), hardLife(3, 2), hardLife(3, 3)],
    patient: [hardLife(3, 4), hardLife(3, 5), hardLife(3, 6)],
  }),
  quiet: madeModel(0.5, { standard: [life(0.5)] }),
} as const;
type Name = keyof typeof MODELS;

/** What is to be seen of a plot. */
interface Seen {
  readonly label: string;
  readonly left: number;
  readonly right: number;
  readonly width: number;
  readonly height: number;
  /** Marks with a size that lie in the plot. */
  readonly marks: number;
  /** Words beyond the sides of the page. */
  readonly outside: readonly string[];
  /** Words of one axis that lie upon each other. */
  readonly overlapping: readonly string[];
}

/** Runs in the page: as text, for it knows another world. */
const LOOK = `[...document.querySelectorAll('svg.plot')].filter((plot) => plot.checkVisibility()).map((plot) => {
  const { left, right, width, height } = plot.getBoundingClientRect();
  const isIn = (box) => box.right >= left && box.left <= right;
  const marks = [...plot.querySelectorAll('[aria-label=bar] rect, [aria-label=dot] *, [aria-label=tick] line, [aria-label=line] path')]
    .map((mark) => mark.getBoundingClientRect()).filter((box) => box.width + box.height > 0 && isIn(box)).length;
  const words = [...plot.querySelectorAll('text')];
  const outside = words.filter((one) => { const box = one.getBoundingClientRect(); return box.left < 0 || box.right > innerWidth; })
    .map((one) => one.textContent);
  const overlapping = [...plot.querySelectorAll('g[aria-label$="tick label"]')].flatMap((axis) => {
    const boxes = [...axis.querySelectorAll('text')].map((one) => [one.textContent, one.getBoundingClientRect()]);
    return boxes.flatMap(([name, a], at) => boxes.slice(at + 1).filter(([, b]) =>
      a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom).map(([other]) => name + ' on ' + other));
  });
  return { label: plot.getAttribute('aria-label'), left, right, width, height, marks, outside, overlapping };
})`;

withChromium('the report in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let folder: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = process.env['URCHESTRA_SCREENSHOTS'] ?? (await mkdtemp(join(tmpdir(), 'urchestra-report-')));
    for (const [name, model] of Object.entries(MODELS))
      await writeFile(join(folder, `${name}.html`), reportHtml(model));
    browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) complaints.push(request.url());
    });
  });
  afterAll(async () => {
    await browser?.close();
    if (process.env['URCHESTRA_SCREENSHOTS'] === undefined) await rm(folder, { recursive: true });
  });

  async function open(name: Name): Promise<readonly Seen[]> {
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    return (await page.evaluate(LOOK)) as readonly Seen[];
  }

  describe.each(DEVICES)('on a %s', (device, viewport) => {
    beforeAll(() => page.setViewport(viewport));

    it.each([
      [
        'month',
        9,
        ['States of the modem', 'Share of each day', 'Time without service', 'Reboots', 'Delivery'],
      ],
      [
        'two',
        13,
        ['availability', 'without service', 'reboots', 'States of the modem', 'Share of each phase'],
      ],
      ['quiet', 4, ['States of the modem', 'Delivery latency', 'Time a day in the states of modem']],
    ] as const)('of %s has each plot once, whole, and with something in it', async (name, number, labels) => {
      const plots = await open(name);
      expect(plots).toHaveLength(number);
      for (const label of labels)
        expect(plots.map((plot) => plot.label).join('\n')).toMatch(new RegExp(`^${label}`, 'm'));
      for (const plot of plots) {
        expect(plot.marks).toBeGreaterThan(0);
        expect(Math.min(plot.width - 300, plot.height - 60)).toBeGreaterThan(0);
        expect([plot.left >= 0, plot.right <= viewport.width]).toEqual([true, true]);
        expect([plot.label, plot.outside, plot.overlapping]).toEqual([plot.label, [], []]);
      }
      const path = join(folder, `${name}-${device}.png`);
      await page.screenshot({ path, clip: { x: 0, y: 0, width: viewport.width, height: 1_500 } });
      expect((await stat(path)).size).toBeGreaterThan(50_000);
    });

    it('is no wider than the screen, also with everything unfolded', async () => {
      await open('two');
      const width = await page.evaluate(
        "for (const one of document.querySelectorAll('details')) one.open = true; document.documentElement.scrollWidth",
      );
      expect(width).toBe(viewport.width);
    });
  });

  it('is dark where the reader wants it, and light on paper all the same', async () => {
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await open('quiet');
    const light = await ground();
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    expect(await ground()).not.toBe(light);
    await page.emulateMediaType('print');
    expect(await ground()).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(27, 33, 40)');
    await page.emulateMediaType('screen');
    await page.emulateMediaFeatures([]);
  });

  it('complained of nothing, and asked for nothing but its own file', () => {
    expect(complaints).toEqual([]);
  });
});
