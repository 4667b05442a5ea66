/** docs/DECISIONS.md (D-090) says of every library why it is there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const text = readFileSync(join(ROOT, 'docs/DECISIONS.md'), 'utf8');

interface Manifest {
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
const namesOf = (libraries: Readonly<Record<string, string>> = {}): string[] => Object.keys(libraries);

const running = namesOf(manifestIn('.').dependencies);
const working = [
  ...namesOf(manifestIn('.').devDependencies),
  ...namesOf(manifestIn('.').peerDependencies),
  ...namesOf(manifestIn('adapters/xstate-inspect').dependencies).filter((name) => name !== 'ws'),
  ...namesOf(manifestIn('tools/api-docs').devDependencies),
];

/** The rows of the decision with that many cells, without the heads. */
function rowsOf(page: string, cells: number): string[][] {
  const [, decision = ''] = page.split('\n## D-090 ');
  return (decision.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(2, -2).split(' | '))
    .filter((row) => row.length === cells);
}

/** Names in the first cells. */
const namesIn = (rows: readonly string[][]): string[] =>
  rows.flatMap(([names = '']) => [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

/** Libraries of the package with their licences, as the decision has them. */
const licensesIn = (page: string): unknown =>
  Object.fromEntries(rowsOf(page, 4).map(([name = '', , , license]) => [name.slice(1, -1), license]));

const licenses = Object.fromEntries(
  running.map((name) => [name, manifestIn(join('node_modules', name)).license]),
);

describe('the libraries', () => {
  it('that the package needs have a line each, with the licence that they have', () => {
    expect(licensesIn(text)).toEqual(licenses);
  });

  it('have their reason, and what they replace', () => {
    for (const row of rowsOf(text, 4)) expect(row.filter((cell) => cell.trim().length < 3)).toEqual([]);
  });

  it('that the work on it needs have a line, and no other has', () => {
    expect(new Set(namesIn(rowsOf(text, 2)))).toEqual(new Set(working));
  });

  it.each([
    ['a library less', /^\| `commander`.*\n/m, ''],
    ['another licence', '| Apache-2.0 |', '| MIT |'],
    ['a library more', '| `commander` |', '| `yargs` | why not | nothing | MIT |\n| `commander` |'],
  ])('do not pass with %s', (_, found, replacement) => {
    expect(licensesIn(text.replace(found, replacement))).not.toEqual(licenses);
  });
});
