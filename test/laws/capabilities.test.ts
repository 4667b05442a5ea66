/** The table of capabilities says what is so: every line of the manuals is in it, every test that it names exists. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTitleOf, suitesOf } from './titles.ts';

const ROOT = join(__dirname, '../..');
const DIALECTS = ['lte', 'ugxx', 'rg', 'gsm', 'bc66'] as const;
/** Lists that the suites go through. */
const LISTS = { DIALECTS: ['lte', 'ugxx', 'rg'] };
/** Dialects whose tests are in files of their own; the others' are in the file of the row. */
const FILES: Readonly<Partial<Record<string, string>>> = { gsm: 'gsm.test.ts', bc66: 'bc66.test.ts' };
type Name = (typeof DIALECTS)[number];
const QI = ['lte', 'ugxx', 'rg'] as const;

/** The lines of the manuals' tables, each with the dialects that lack it. */
const CAPABILITIES: readonly (readonly [capability: string, ...lacking: readonly Name[]])[] = [
  ['context ids'],
  ['contexts active at once'],
  ['context types'],
  ['configure a context', 'bc66'],
  ['longest access data', 'bc66'],
  ['access data for CDMA', 'ugxx', 'rg', 'gsm', 'bc66'],
  ['activate a context'],
  ['deactivate a context'],
  ['activate asynchronously', 'lte', 'ugxx', 'gsm', 'bc66'],
  ['deactivate asynchronously', 'lte', 'ugxx', 'gsm', 'bc66'],
  ['DNS servers', 'bc66'],
  ['socket ids'],
  ['service TCP'],
  ['service UDP'],
  ['service TCP LISTENER', 'bc66'],
  ['service UDP SERVICE', 'bc66'],
  ['service TCP SERVICE', 'ugxx', 'rg', 'gsm', 'bc66'],
  ['service UDP LISTENER', 'ugxx', 'rg', 'gsm', 'bc66'],
  ['access mode buffer'],
  ['access mode push'],
  ['access mode transparent', 'bc66'],
  ['wait for an open'],
  ['limits in an open', 'lte', 'ugxx', 'bc66'],
  ['close'],
  ['notice of a close', 'lte', 'ugxx', 'gsm', 'bc66'],
  ['send'],
  ['send without a length', 'bc66'],
  ['longest send'],
  ['report of a send', 'lte', 'ugxx', 'gsm', 'bc66'],
  ['hex send', 'rg', 'gsm'],
  ['addressed send', 'gsm', 'bc66'],
  ['acknowledged bytes', 'bc66'],
  ['read'],
  ['read a datagram', 'bc66'],
  ['read counters', 'gsm', 'bc66'],
  ['state query'],
  ['mode switch', 'gsm'],
  ['escape guard', 'bc66'],
  ['escape by DTR', 'bc66'],
  ['ping', 'gsm'],
  ['size of a ping', 'lte', 'ugxx', 'gsm', 'bc66'],
  ['time', 'rg', 'gsm'],
  ['resolve', 'rg'],
  ['hosts by name'],
  ['options', 'gsm'],
  ['echo of sent data', 'gsm', 'bc66'],
  ['last error', 'gsm'],
  ['server', 'bc66'],
  // What gsm alone has, then what bc66 alone has.
  ['foreground context', ...QI, 'bc66'],
  ['sharing by several', ...QI, 'bc66'],
  ['sharing by one', ...QI, 'bc66'],
  ['sharing in data mode', ...QI, 'bc66'],
  ['results by index', ...QI, 'bc66'],
  ['data by context, role and index', ...QI, 'bc66'],
  ['send by a timer', ...QI, 'bc66'],
  ['length in front of data', ...QI, 'bc66'],
  ['protocol in front of data', ...QI, 'bc66'],
  ['peer in front of data', ...QI, 'bc66'],
  ['own address in front of data', ...QI, 'bc66'],
  ['roles', ...QI, 'bc66'],
  ['listen port', ...QI, 'bc66'],
  ['packing in data mode', ...QI, 'bc66'],
  ['sleep', ...QI, 'bc66'],
  ['attachment by the network', ...QI, 'gsm'],
  ['inline send of text', ...QI, 'gsm'],
  ['results behind OK', ...QI, 'gsm'],
  ['full receive buffer', ...QI, 'gsm'],
  ['protocol type of an open', ...QI, 'gsm'],
  ['state of eight fields', ...QI, 'gsm'],
];

interface Row {
  readonly capability: string;
  readonly file: string;
  readonly cells: readonly string[];
}

/** Rows of the table: capability, file, one cell for each dialect. */
function rowsOf(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('.test.ts |'))
    .map((line) => {
      const [capability = '', file = '', ...cells] = line.slice(2, -2).split(' | ');
      return { capability, file, cells };
    });
}

interface Cell {
  /** What the dialect has; a dash for nothing. */
  readonly has: string;
  readonly title: string;
}

const cellOf = (text: string): Cell | undefined => {
  const [, has, title] = /^(\S.*?) · “([^”]+)”$/.exec(text) ?? [];
  return has === undefined || title === undefined ? undefined : { has, title };
};

/** Whether a test of that title runs for the dialect. */
function hasTest(source: string, dialect: Name, title: string): boolean {
  return suitesOf(source, LISTS)
    .filter(({ dialects }) => dialects?.includes(dialect))
    .some(({ titles }) => titles.some((one) => isTitleOf(title, one)));
}

/** Everything that is wrong with a table, in one line each. */
function problemsIn(text: string, readTests: (file: string) => string): string[] {
  const rows = rowsOf(text);
  const missing = CAPABILITIES.filter(
    ([name]) => rows.filter(({ capability }) => capability === name).length !== 1,
  );
  const unknown = rows.filter(({ capability }) => !CAPABILITIES.some(([name]) => name === capability));
  return [
    ...missing.map(([name]) => `${name} has not exactly one row`),
    ...unknown.map(({ capability }) => `${capability} is no capability`),
    ...rows.flatMap((row) => problemsOfRow(row, readTests)),
  ];
}

function problemsOfRow({ capability, file, cells }: Row, readTests: (file: string) => string): string[] {
  const [, ...lacking] = CAPABILITIES.find(([name]) => name === capability) ?? [capability];
  if (cells.length !== DIALECTS.length) return [`${capability} has ${cells.length} cells`];
  return DIALECTS.flatMap((dialect, at) => {
    const cell = cellOf(cells[at] ?? '');
    const where = `${capability}, ${dialect}`;
    if (cell === undefined) return [`${where}: the cell names no test`];
    const itsFile = FILES[dialect] ?? file;
    return [
      ...((cell.has === '–') === lacking.includes(dialect) ? [] : [`${where}: ${cell.has}`]),
      ...(hasTest(readTests(itsFile), dialect, cell.title)
        ? []
        : [`${where}: no test “${cell.title}” in ${itsFile}`]),
    ];
  });
}

const table = readFileSync(join(ROOT, 'docs/CAPABILITIES.md'), 'utf8');
const readTests = (file: string): string => readFileSync(join(ROOT, 'test/capabilities', file), 'utf8');

describe('the table of capabilities', () => {
  it('has a cell for every capability and dialect, a dash where the manual has nothing, and names tests that exist', () => {
    expect(problemsIn(table, readTests)).toEqual([]);
  });

  it.each<[string, RegExp, string, string]>([
    ['a row that is missing', /^\| ping \|.*\n/m, '', 'ping has not exactly one row'],
    ['a cell that is empty', /“can not|“are TCP clients”/, '', 'service TCP, lte: the cell names no test'],
    [
      'a title that no test has',
      /are UDP clients/,
      'are clients',
      'service UDP, lte: no test “are clients” in sockets.test.ts',
    ],
    ['a dash too many', /\| 0–11 ·/, '| – ·', 'socket ids, lte: –'],
    ['a capability that nobody knows', /^\| ping \|/m, '| pong |', 'pong is no capability'],
    [
      'a test of another dialect',
      /“cannot be asked for: it is refused”/,
      '“comes from an NTP server, and is asked for by port”',
      'time, rg: no test “comes from an NTP server, and is asked for by port” in tools.test.ts',
    ],
    [
      'a test of bc66 for gsm',
      /“have the indexes 0 to 5, or none, and no other”/,
      '“have the ids 0 to 4, and no other”',
      'socket ids, gsm: no test “have the ids 0 to 4, and no other” in gsm.test.ts',
    ],
  ])('does not pass with %s', (_, found, replacement, problem) => {
    expect(problemsIn(table.replace(found, replacement), readTests)).toContain(problem);
  });

  it('does not pass when a test is taken away', () => {
    const without = (file: string): string =>
      readTests(file).replace(/^ {2}it\('ping a host(?=[^']*asked')/m, "  it('pings");
    expect(problemsIn(table, without)).toEqual(
      QI.map(
        (dialect) =>
          `ping, ${dialect}: no test “ping a host, as often and as patiently as asked” in tools.test.ts`,
      ),
    );
  });
});
