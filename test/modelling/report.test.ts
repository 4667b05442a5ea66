import { parseHTML } from 'linkedom';
import { model } from '../../modelling/model.ts';
import { PHASES } from '../../modelling/outages.ts';
import { html } from '../../modelling/report/html.ts';
import { reportHtml } from '../../modelling/report/report.ts';
import { duration, percent } from '../../modelling/report/words.ts';
import { DAY_MS, hardLife, life, madeModel, outage } from './made-model.ts';

const HARD = madeModel(4, { standard: [hardLife(4, 1), hardLife(4, 2)] });
const TWO = madeModel(4, {
  standard: [hardLife(4, 1), hardLife(4, 2), hardLife(4, 4)],
  patient: [hardLife(4, 4), hardLife(4, 5), hardLife(4, 3)],
});
const QUIET = madeModel(1, { standard: [life(1)] });
const PLOTS = ['timeline', 'availability', 'recovery', 'phases', 'reboots', 'latency', 'occupancy'];

const page = (text: string) => parseHTML(text).document;
const texts = [HARD, TWO, QUIET].map(reportHtml);
const [hard, two, quiet] = texts.map(page) as [Page, Page, Page];
type Page = ReturnType<typeof page>;

const words = (document: Page, selector: string): string =>
  [...document.querySelectorAll(selector)].map((one) => one.textContent).join(' | ');
const card = (document: Page, name: string): string[] => {
  const found = [...document.querySelectorAll('.cards li')].find(
    (one) => one.querySelector('.name')?.textContent === name,
  );
  return [...(found?.querySelectorAll('.value') ?? [])].map((one) => one.textContent);
};
/** Rows of the tables of a section, as text. */
const rows = (document: Page, section: string): string[][] =>
  [...document.querySelectorAll(`#${section} tbody tr`)].map((row) =>
    [...row.children].map((cell) => cell.textContent),
  );

describe('the head of a report', () => {
  it('says what was modelled, and by which command', () => {
    expect(words(hard, 'h1')).toBe('2 agents for 4 days on rural-gsm');
    expect(words(hard, '.facts dd')).toBe(
      'lte | rural-gsm | 4 days | 2 | 1 | 200 bytes every 1 min | standard',
    );
    expect(words(hard, '.command')).toBe(
      'urchestra model --dialect lte --faults rural-gsm --days 4 --agents 2 --seed 1 --every 60s --size 200 --policy standard',
    );
  });

  it('has the key figures', () => {
    const outages = [
      outage(1_000_000),
      outage(2_000_000, 'hang', { reset: 2_000 }),
      outage(5e6, 'hang', { reset: 4_000 }),
    ];
    const readings = { made: 120, arrived: 100, duplicates: 0, damaged: 0, unconfirmed: 17, lost: 3 };
    const reboots = [{ atMs: 2_000_000, inRow: 1, waitMs: 0 }];
    const own = page(reportHtml(madeModel(1, { standard: [life(1, { outages, readings, reboots })] })));
    expect(card(own, 'availability')).toEqual([percent(1 - 96_000 / DAY_MS)]);
    expect(card(own, 'outages')).toEqual(['3']);
    expect([card(own, 'recovery, median'), card(own, 'recovery, p95')]).toEqual([['4 s'], ['1 min 30 s']]);
    expect(card(own, 'latency, p50')).toEqual(['500 ms']);
    expect(card(own, 'latency, longest')).toEqual(['1 s']);
    expect([card(own, 'reboots'), card(own, 'readings lost')]).toEqual([['1'], ['3 of 120']]);
    expect(card(own, 'not yet confirmed')).toEqual(['17']);
    expect(words(own, '.value.bad')).toBe('3 of 120');
  });

  it('lists violations once, with how often they came', () => {
    const violations = ['AT+QISEND before OK', 'AT+QISEND before OK', 'unknown command: AT+X'];
    const own = page(reportHtml(madeModel(1, { standard: [life(1, { violations })] })));
    expect(card(own, 'violations')).toEqual(['3']);
    expect(words(own, 'div.bad li')).toBe('AT+QISEND before OK (2 times) | unknown command: AT+X');
  });
});

describe('the page', () => {
  it('loads nothing and runs nothing', () => {
    for (const text of texts) {
      expect(text.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|\/\//);
      expect(text).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|url\(|@import|\son\w+=|javascript:/i);
      expect(text).toContain(`content="default-src &#39;none&#39;;`);
      expect([...text.matchAll(/\bhref="([^"]*)"/g)].map(([, target]) => target)).toEqual(
        expect.arrayContaining(['#timeline', '#coverage']),
      );
      expect(text).not.toMatch(/\bhref="[^#]/);
    }
  });

  it('has no number that is none', () => {
    for (const text of texts) expect(text).not.toMatch(/\bNaN\b|undefined|Infinity|\[object/);
  });

  it('is the same for the same model', () => {
    expect(reportHtml(HARD)).toBe(texts[0]);
  });

  it('shows names as text, whatever they are', () => {
    const name = '<script>alert("1")</script>';
    const lives = [life(2, { outages: [outage(1_000_000)] })];
    const named = madeModel(2, { [name]: lives, "'&amp;": lives }, '<img src=x>');
    const text = reportHtml(named);
    expect(text).not.toMatch(/<script|<img/i);
    const document = page(text);
    expect(words(document, 'h1')).toBe('1 agent for 2 days on <img src=x>');
    expect(words(document, '#phases svg text')).toContain('<script>alert("…');
    expect(words(document, '.legend-swatch')).toContain(`${name} | '&amp;`);
    expect(words(document, '.verdict')).toContain(name);
  });

  it('links to sections that are there, and has no id twice', () => {
    for (const document of [hard, two, quiet]) {
      for (const link of document.querySelectorAll('nav a'))
        expect(document.querySelector(`section${link.getAttribute('href')}`)).not.toBeNull();
      const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
      expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    }
  });
});

describe('each plot', () => {
  it.each(PLOTS)(
    'of %s is there for a desk and for a phone, says what it shows, and has its figures',
    (id) => {
      for (const document of [hard, two]) {
        const figures = [...document.querySelectorAll(`#${id} figure`)];
        expect(figures.length).toBeGreaterThan(0);
        for (const figure of figures) {
          for (const size of ['wide', 'narrow']) {
            const plots = [...figure.querySelectorAll(`svg.plot.${size}`)];
            expect(plots.map((plot) => plot.getAttribute('role'))).toEqual(['img']);
            expect(plots[0]?.getAttribute('aria-label')).toMatch(/\w{4}/);
            expect(plots[0]?.querySelectorAll('rect, circle, path').length).toBeGreaterThan(1);
          }
          expect(figure.querySelector('figcaption')?.textContent).toMatch(/\w{4}/);
        }
        expect(rows(document, id).length).toBeGreaterThan(0);
      }
    },
  );

  it('says in a sentence what there is nothing to draw of', () => {
    const never = madeModel(1, { standard: [life(1, { latenciesMs: [], startMs: DAY_MS })] });
    const empty = page(reportHtml(never));
    expect(words(empty, '#recovery p')).toBe('There was no outage.');
    expect(words(quiet, '#phases p')).toBe('There was no outage that lasted.');
    expect(words(quiet, '#reboots p')).toMatch(/^The module was never reset/);
    expect(words(empty, '#latency p')).toBe('No reading arrived.');
    for (const id of ['recovery', 'phases', 'reboots'])
      expect(quiet.querySelectorAll(`#${id} svg`)).toHaveLength(0);
  });

  it('has both policies, where there are two', () => {
    for (const id of ['availability', 'recovery', 'latency', 'occupancy'])
      expect(words(two, `#${id} .legend-swatch`)).toBe('standard | patient');
    for (const id of ['recovery', 'phases', 'reboots'])
      expect(words(two, `#${id} svg.wide text`)).toMatch(/standard.*patient/);
    const { latencyMs } = TWO.results[1]?.figures ?? {};
    expect(rows(two, 'latency')[1]).toEqual([
      'patient',
      '6,000',
      ...[latencyMs?.median, latencyMs?.p95, latencyMs?.p99, latencyMs?.max].map((ms) =>
        duration(ms ?? null),
      ),
    ]);
    expect(card(two, 'reboots')).toEqual(['standard24', 'patient24']);
  });

  it('of two policies of one name tells them apart', () => {
    const { results } = QUIET;
    const document = page(reportHtml({ ...QUIET, results: [...results, ...results] }));
    expect(words(document, '#latency .legend-swatch')).toBe('standard | standard (2)');
  });
});

describe('the plots', () => {
  /** Drawn in the wide picture: attributes of its marks. */
  const marks = (document: Page, selector: string, attribute: string): string[] =>
    [...document.querySelectorAll(selector)].map((one) => one.getAttribute(attribute) ?? '');

  it('share the bar of an outage between its phases', () => {
    const own = page(reportHtml(madeModel(1, { standard: [life(1, { outages: [outage(1_000_000)] })] })));
    const bars = '#phases svg.wide g[aria-label=bar] rect';
    const widths = marks(own, bars, 'width').map(Number);
    expect(widths).toHaveLength(PHASES.length);
    const [detect = 0, reopen = 0] = widths.filter((width) => width > 0);
    expect(reopen / detect).toBeCloseTo(3, 1);
    expect(Math.round((detect + reopen) / 100)).toBe(7); // the whole of the axis, and no more
    expect(words(own, '#phases svg.wide text')).toContain('⌀ 1 min 30 s');
  });

  it('show an outage of a second in the row of its day, and the strike above', () => {
    const timeline = [
      { atMs: 0, state: 'online' },
      { atMs: 1.5 * DAY_MS, state: 'rebooting' },
      { atMs: 1.5 * DAY_MS + 1_000, state: 'online' },
    ];
    const strikes = [{ atMs: 1.5 * DAY_MS, kind: 'hang' }];
    const own = page(reportHtml(madeModel(2, { standard: [life(2, { timeline, strikes })] })));
    expect(marks(own, '#timeline svg.wide g[aria-label=bar] rect', 'fill')).toEqual([
      'var(--state-online)',
      ...['var(--state-online)', 'var(--state-rebooting)', 'var(--state-online)'],
    ]);
    expect(words(own, '#timeline svg.wide g[aria-label=dot] title')).toBe('hang');
    expect(words(own, '#timeline .legend-swatch')).toBe('online | rebooting');
    expect(rows(own, 'timeline')).toEqual([['hang', '1', '1 d 12 h', '1 d 12 h']]);
  });

  it('show at most sixty days one by one, and say so', () => {
    const long = page(reportHtml(madeModel(400, { standard: [life(400)] })));
    expect(marks(long, '#timeline svg.wide g[aria-label=bar] rect', 'x').length).toBeLessThan(70);
    expect(words(long, '#timeline figcaption')).toContain('Only the first 60 days are shown.');
    expect(rows(long, 'availability')).toHaveLength(400);
  });

  it('have a dot for each reset, coloured by its wait', () => {
    const reboots = [0, 1, 3_600_000, 3_600_001].map((waitMs, at) => ({
      ...{ atMs: at * 3_600_000, inRow: at + 1, waitMs },
    }));
    const own = page(reportHtml(madeModel(1, { standard: [life(1, { reboots })] })));
    const colours = marks(own, '#reboots svg.wide g[aria-label=dot] circle', 'fill');
    expect(colours).toEqual([0, 1, 2, 3].map((number) => `var(--wait-${number})`));
    expect(rows(own, 'reboots')[3]).toEqual(['standard, 4', '1', '1 h', '1 h']);
  });

  it('name percentiles and times as people do', () => {
    const axis = words(hard, '#latency svg.wide text');
    for (const name of ['50 %', '90 %', '99.9 %', '1 s', '1 min']) expect(axis).toContain(name);
  });
});

describe('the comparison of two policies', () => {
  it('has the verdict, and an interval for each measure', () => {
    expect(words(two, '.verdict')).toBe(`Verdict: ${TWO.comparison?.verdict}.`);
    expect(two.querySelectorAll('#comparison figure')).toHaveLength(4);
    const line = two.querySelector('#comparison svg.wide g[aria-label=rule][stroke-width="4"] line');
    const [low, high] = ['x1', 'x2'].map((name) => Number(line?.getAttribute(name)));
    expect(low).toBeLessThan(high ?? 0);
  });

  it('of one life each says that there is nothing to draw', () => {
    const own = page(reportHtml(madeModel(2, { standard: [life(2)], patient: [life(2)] })));
    expect(own.querySelectorAll('#comparison svg')).toHaveLength(0);
    expect(words(own, '#comparison p')).toMatch(/model more agents.*no interval/);
    expect(rows(own, 'comparison')[0]?.slice(2)).toEqual(['–', '–']);
  });

  it('is missing with one policy', () => {
    expect(hard.querySelector('#comparison')).toBeNull();
  });
});

describe('a real model', () => {
  it('takes no transition that is not in the pictures', async () => {
    const load = { everyMs: 600_000, sizeBytes: 100 };
    const policies = [{ name: 'a' }, { name: 'b', mode: 'push' as const }];
    const made = await model({ dialect: 'lte', faults: 'rural-gsm', days: 0.1, load, policies });
    const text = reportHtml(made);
    expect(text).toContain('transitions taken');
    expect(text).not.toContain('not in the picture');
    expect(text).not.toMatch(/\bNaN\b|undefined|Infinity/);
  });
});

describe('html', () => {
  it('lets in what was made by it, and nothing else', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`<p title="${'"'}">${[inner, '&', 1]}</p>`.text).toBe(
      '<p title="&quot;"><b>&lt;i&gt;</b>&amp;1</p>',
    );
  });
});

describe('words', () => {
  it.each([
    [null, '–'],
    [0, '0 ms'],
    [750.4, '750 ms'],
    [4_911, '4.91 s'],
    [59_999, '60 s'],
    [222_000, '3 min 42 s'],
    [3_599_900, '60 min'],
    [7_500_000, '2 h 5 min'],
    [129_600_000, '1 d 12 h'],
  ])('say %p ms as %p', (ms, text) => expect(duration(ms)).toBe(text));

  it('tell nines apart', () => {
    expect([percent(0.999_95), percent(1), percent(Number.NaN)]).toEqual(['99.995 %', '100 %', '–']);
  });
});
