/** `npm run chaos:mutants`: one-line mutations of the library, each of which the suite has to catch.
 *
 * The sources are copied, one mutation is applied, the copy is compiled without checks of types, and the suite runs on it until
 * a case fails. A mutation whose text is not found exactly once is an error: the library has moved on.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MUTATIONS, type Mutation } from './mutations.ts';

const SOURCES = [
  'index.ts',
  'testing.ts',
  'errors.ts',
  'machines',
  'streams',
  'adapters',
  'simulator',
  'cli',
  'test/chaos',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
];
/** Cases, and failures (some may be the library's own), of a first look and of a long one. */
const ROUNDS = [
  [80, 8],
  [600, 60],
] as const;

interface Failure {
  readonly args: string;
  readonly check: string;
  readonly text: string;
}

/** Fails unless every text stands in its file exactly once. */
function checkTexts(root: string): string | undefined {
  for (const { name, file, search } of MUTATIONS) {
    const found = readFileSync(path.join(root, file), 'utf8').split(search).length - 1;
    if (found !== 1) return `${name}: its text is found ${found} times in ${file}, not once`;
  }
  return undefined;
}

function copyOf(root: string): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'chaos-mutant-'));
  for (const source of SOURCES) cpSync(path.join(root, source), path.join(copy, source), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}

function compile(folder: string): void {
  const tsc = path.join(folder, 'node_modules', '.bin', 'tsc');
  spawnSync(tsc, ['-p', 'test/chaos/tsconfig.json', '--noCheck'], { cwd: folder, stdio: 'ignore' });
}

function chaos(folder: string, args: readonly string[]): string {
  const main = path.join(folder, 'dist-chaos/test/chaos/main.js');
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  return spawnSync(process.execPath, [main, ...args, '--no-shrink'], options).stdout;
}

function failuresOf(output: string): Failure[] {
  const found = output.matchAll(/^FAILED: npm run chaos -- (.*)\n {2}(\w+), at [\d.]+ ms: (.*)/gm);
  return [...found].map(([, args = '', check = '', text = '']) => ({ args, check, text }));
}

/** The first failure of a mutant that the library itself does not have. */
function caughtBy(mutation: Mutation, root: string): Failure | undefined {
  const copy = copyOf(root);
  try {
    const target = path.join(copy, mutation.file);
    const text = readFileSync(target, 'utf8');
    writeFileSync(
      target,
      text.replace(mutation.search, () => mutation.replacement),
    );
    compile(copy);
    for (const [cases, failures] of ROUNDS) {
      const output = chaos(copy, ['--cases', String(cases), '--failures', String(failures)]);
      const own = failuresOf(output).find((one) => !isKnown(root, one));
      if (own) return own;
    }
    return undefined;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The library without the mutation fails in the same way. */
function isKnown(root: string, { args, check, text }: Failure): boolean {
  if (text.startsWith('the case does not come to its end')) return false;
  return new RegExp(`^ {2}${check}, at `, 'm').test(chaos(root, args.split(' ')));
}

function main(): number {
  const root = process.cwd();
  const problem = checkTexts(root);
  if (problem !== undefined) {
    process.stderr.write(`chaos:mutants: ${problem}\n`);
    return 2;
  }
  const [only = ''] = process.argv.slice(2);
  const chosen = MUTATIONS.filter(({ name }) => name.includes(only));
  let caught = 0;
  for (const mutation of chosen) {
    const failure = caughtBy(mutation, root);
    if (failure) caught += 1;
    const how = failure
      ? `caught by ${failure.check} (${failure.args}): ${failure.text.slice(0, 100)}`
      : 'ESCAPED';
    process.stdout.write(`${mutation.name}: ${how}\n`);
  }
  process.stdout.write(`${caught} of ${chosen.length} mutations caught\n`);
  return caught === chosen.length ? 0 : 1;
}

process.exitCode = main();
