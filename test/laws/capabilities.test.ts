/** The table of capabilities says what is so: every line of the manuals is in it, every test that it names exists. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const DIALECTS = ['lte', 'ugxx', 'rg'] as const;
type Name = (typeof DIALECTS)[number];

/** The lines of the manuals' tables, each with the dialects that lack it. */
const CAPABILITIES: readonly (readonly [capability: string, ...lacking: readonly Name[]])[] = [
  ['context ids'],
  ['contexts active at once'],
  ['context types'],
  ['configure a context'],
  ['longest access data'],
  ['access data for CDMA', 'ugxx', 'rg'],
  ['activate a context'],
  ['deactivate a context'],
  ['activate asynchronously', 'lte', 'ugxx'],
  ['deactivate asynchronously', 'lte', 'ugxx'],
  ['DNS servers'],
  ['socket ids'],
  ['service TCP'],
  ['service UDP'],
  ['service TCP LISTENER'],
  ['service UDP SERVICE'],
  ['service TCP SERVICE', 'ugxx', 'rg'],
  ['service UDP LISTENER', 'ugxx', 'rg'],
  ['access mode buffer'],
  ['access mode push'],
  ['access mode transparent'],
  ['wait for an open'],
  ['limits in an open', 'lte', 'ugxx'],
  ['close'],
  ['notice of a close', 'lte', 'ugxx'],
  ['send'],
  ['send without a length'],
  ['longest send'],
  ['report of a send', 'lte', 'ugxx'],
  ['hex send', 'rg'],
  ['addressed send'],
  ['acknowledged bytes'],
  ['read'],
  ['read a datagram'],
  ['read counters'],
  ['state query'],
  ['mode switch'],
  ['escape guard'],
  ['escape by DTR'],
  ['ping'],
  ['size of a ping', 'lte', 'ugxx'],
  ['time', 'rg'],
  ['resolve', 'rg'],
  ['hosts by name'],
  ['options'],
  ['echo of sent data'],
  ['last error'],
  ['server'],
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

interface Suite {
  readonly dialects: readonly string[];
  readonly titles: readonly string[];
}

/** The suites of a test file: which dialects each is for, by the list that it goes through and by its name. */
function suitesOf(source: string): Suite[] {
  return source.split(/^(?=describe)/m).flatMap((text) => {
    const [, list, name = ''] = /^describe(?:\.each\(((?:[^()]|\([^()]*\))*)\))?\('([^']*)'/.exec(text) ?? [];
    const named = /^(\w+): /.exec(name)?.[1];
    const listed = list === 'DIALECTS' ? [...DIALECTS] : DIALECTS.filter((one) => list?.includes(`'${one}'`));
    const dialects =
      list === undefined ? (named === undefined ? [] : [named]) : name.startsWith('%s: ') ? listed : [];
    const titles = [...text.matchAll(/^ {2}(?:it|\] as const\)|\]\)|it\.each\(.*\))\(\s*'([^']+)'/gm)].map(
      ([, title = '']) => title,
    );
    return dialects.length > 0 ? [{ dialects, titles }] : [];
  });
}

/** Whether a test of that title runs for the dialect; `%s` in a title stands for the case. */
function hasTest(source: string, dialect: Name, title: string): boolean {
  return suitesOf(source)
    .filter(({ dialects }) => dialects.includes(dialect))
    .some(({ titles }) =>
      titles.some((one) => {
        const [front = '', back = ''] = one.split('%s');
        return one.includes('%s') ? title.startsWith(front) && title.endsWith(back) : one === title;
      }),
    );
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
    return [
      ...((cell.has === '–') === lacking.includes(dialect) ? [] : [`${where}: ${cell.has}`]),
      ...(hasTest(readTests(file), dialect, cell.title)
        ? []
        : [`${where}: no test “${cell.title}” in ${file}`]),
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
  ])('does not pass with %s', (_, found, replacement, problem) => {
    expect(problemsIn(table.replace(found, replacement), readTests)).toContain(problem);
  });

  it('does not pass when a test is taken away', () => {
    const without = (file: string): string =>
      readTests(file).replace(/^ {2}it\('ping a host/m, "  it('pings");
    expect(problemsIn(table, without)).toEqual(
      DIALECTS.map(
        (dialect) =>
          `ping, ${dialect}: no test “ping a host, as often and as patiently as asked” in tools.test.ts`,
      ),
    );
  });
});
