/** The tables of examples say what is so: every example of the manuals has its row, every test and transcript exists. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { departures } from '../manual-examples/example.ts';
import { isTitleOf, suitesOf } from './titles.ts';

const ROOT = join(__dirname, '../..');
const TRANSCRIPTS = join(ROOT, 'test/transcripts');
const LISTS = { QI: ['lte', 'ugxx', 'rg'] };

/** Sections of lte and rg with the same examples. */
const CHAPTER_3 = [
  ...['§3.1.1', '§3.1.2', '§3.1.3', '§3.2.1', '§3.2.2', '§3.2.3', '§3.2.4'],
  ...['§3.3.1', '§3.3.2', '§3.3.3', '§3.3.4', '§3.4.1', '§3.4.2', '§3.4.3', '§3.4.4'],
  ...['§3.5.1', '§3.5.2', '§3.5.3', '§3.5.4', '§3.6.1', '§3.6.2', '§3.6.3', '§3.6.4', '§3.7', '§3.8'],
];

/** The sections of the manuals that show an exchange; with a word where one shows several. */
const SECTIONS = {
  gsm: [
    ...['§3', '§3.1', '§3.2', '§3.3', '§3.4', '§4', '§4.1', '§4.2', '§5.1'],
    ...['§5.2.2.1', '§5.2.2.2', '§5.2.2.3', '§5.2.2', '§5.3.1, addresses', '§5.3.1, header', '§5.3.2'],
    ...['§5.4', '§5.5', '§5.6.2', '§6.1', '§6.2', '§6.3, data', '§6.3, loss', '§7.2', '§8.1', '§8.2', '§9'],
  ],
  ugxx: ['§2.1', '§4.1', '§4.2', '§4.3', '§4.4', '§4.5', '§4.6', '§4.7', '§4.8', '§4.9'],
  bc66: [
    ...['§4.1.1', '§4.1.2, sends', '§4.1.2, refusal', '§4.1.3', '§4.1.4'],
    ...['§4.2.1', '§4.2.2', '§4.2.3', '§4.2.4', '§4.3', '§4.4', '§4.5'],
  ],
  lte: ['§2.1.1', ...CHAPTER_3, '§3.9'],
  rg: ['§2.3.2', ...CHAPTER_3],
} as const;
type Name = keyof typeof SECTIONS;
const NAMES = Object.keys(SECTIONS) as Name[];
const LABELS = NAMES.flatMap((name) => SECTIONS[name].map((section) => `${name} ${section}`));

interface Row {
  readonly label: string;
  readonly cells: readonly string[];
}

function rowsOf(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => /^\| \w+ §/.test(line))
    .map((line) => {
      const [label = '', , ...cells] = line.slice(2, -2).split(' | ');
      return { label, cells };
    });
}

/** What is wrong with a cell that should name a test; a dash must say why. */
function problemOfCell(
  cell: string,
  dialect: string,
  readTests: (file: string) => string,
): string | undefined {
  if (/^–, because \S/.test(cell)) return undefined;
  const [, file, title] = /^(\S+\.test\.ts) · “([^”]+)”$/.exec(cell) ?? [];
  if (file === undefined || title === undefined) return 'the cell names no test';
  const isThere = suitesOf(readTests(file), LISTS)
    .filter(({ dialects }) => dialects?.includes(dialect) ?? true)
    .some(({ titles }) => titles.some((pattern) => isTitleOf(title, pattern)));
  return isThere ? undefined : `no test “${title}” in ${file}`;
}

function problemsOfRow({ label, cells }: Row, readTests: (file: string) => string): string[] {
  const dialect = label.split(' ')[0] ?? '';
  const [host = '', module = '', reader = '', ...more] = cells;
  if (reader === '' || more.length > 0) return [`${label}: ${cells.length} cells`];
  const named = transcriptsIn(reader);
  const tests = [host, module].flatMap((cell) => problemOfCell(cell, dialect, readTests) ?? []);
  const transcripts =
    reader === '–' ? [] : named.filter((id) => !EXAMPLES.has(id) || !id.startsWith(`${dialect}-`));
  return [
    ...tests.map((problem) => `${label}: ${problem}`),
    ...transcripts.map((id) => `${label}: no transcript ${id} of an example`),
  ];
}

const transcriptsIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, id = '']) => id);

/** Transcripts of what the manuals print. */
const EXAMPLES = new Set(
  readdirSync(TRANSCRIPTS)
    .filter((name) => name.endsWith('.json'))
    .filter((name) => /"evidence":\s*"manual example"/.test(readFileSync(join(TRANSCRIPTS, name), 'utf8')))
    .map((name) => name.replace('.json', '')),
);

/** Everything that is wrong with the tables, in one line each. */
function problemsIn(text: string, readTests: (file: string) => string): string[] {
  const rows = rowsOf(text);
  const count = (label: string): number => rows.filter((row) => row.label === label).length;
  const shown = new Set(rows.flatMap(({ cells }) => transcriptsIn(cells[2] ?? '')));
  return [
    ...LABELS.filter((label) => count(label) !== 1).map((label) => `${label} has not exactly one row`),
    ...rows.filter(({ label }) => !LABELS.includes(label)).map(({ label }) => `${label} is no example`),
    ...[...EXAMPLES].filter((id) => !shown.has(id)).map((id) => `the transcript ${id} is in no row`),
    ...rows.flatMap((row) => problemsOfRow(row, readTests)),
  ];
}

const table = readFileSync(join(ROOT, 'docs/MANUAL-EXAMPLES.md'), 'utf8');
const readTests = (file: string): string => readFileSync(join(ROOT, 'test', file), 'utf8');

describe('the tables of examples', () => {
  it('have a row for every example of the manuals, and name tests and transcripts that exist', () => {
    expect(problemsIn(table, readTests)).toEqual([]);
  });

  it.each<[string, RegExp, string, string]>([
    ['a row that is missing', /^\| gsm §8\.1 \|.*\n/m, '', 'gsm §8.1 has not exactly one row'],
    ['an example that nobody knows', /^\| gsm §9 \|/m, '| gsm §10 |', 'gsm §10 is no example'],
    ['a dash without a reason', /–, because no command/, '–', 'gsm §5.1: the cell names no test'],
    [
      'a title that no test has',
      /closes, and waits for CLOSE OK \(/,
      'closes (',
      'bc66 §4.1.4: no test “closes (bc66 §4.1.4, §4.2.4)” in manual-examples/bc66.test.ts',
    ],
    [
      'a test of another dialect',
      /^(\| rg §3\.7 .* \| )\S+ · “[^”]+”( \| `)/m,
      '$1manual-examples/lte-ugxx-rg.test.ts · “is asked of an NTP server, and is the time of the module then”$2',
      'rg §3.7: no test “is asked of an NTP server, and is the time of the module then” in manual-examples/lte-ugxx-rg.test.ts',
    ],
    ['a transcript that is missing', /`rg-11-ping`/, '–', 'the transcript rg-11-ping is in no row'],
    [
      'a transcript of no example',
      /`rg-11-ping`/,
      '`rg-40-dns-servers`',
      'rg §3.7: no transcript rg-40-dns-servers of an example',
    ],
  ])('do not pass with %s', (_, found, replacement, problem) => {
    expect(problemsIn(table.replace(found, replacement), readTests)).toContain(problem);
  });

  it('do not pass when a test is taken away', () => {
    const without = (file: string): string =>
      readTests(file).replace(/^ {2}it\('pings a host/gm, "  it('pings");
    expect(problemsIn(table, without)).toEqual([
      'ugxx §4.7: no test “pings a host four times” in manual-examples/lte-ugxx-rg.test.ts',
      'bc66 §4.3: no test “pings a host four times (bc66 §4.3)” in manual-examples/bc66.test.ts',
      'lte §3.7: no test “pings a host four times” in manual-examples/lte-ugxx-rg.test.ts',
      'rg §3.7: no test “pings a host four times” in manual-examples/lte-ugxx-rg.test.ts',
    ]);
  });
});

describe('the comparison of a host with an example', () => {
  it('finds what is missing, what is strange and what is out of order', () => {
    expect(departures(['a', 'own', 'c', 'b', 'd'], ['a', ['b', 'c'], 'd'], ['own'])).toEqual([]);
    expect(departures(['a', 'x'], ['a', 'b'])).toEqual(['not in the example, or not here: x', 'missing: b']);
    expect(departures(['b', 'a'], ['a', 'b'])).toEqual(['not in the example, or not here: b', 'missing: b']);
  });
});
