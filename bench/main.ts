/** `npm run bench [-- name …] [-- --compare]`: one table of all figures.
 *
 *    measure ──▶ table ──▶ bench/results.json, with machine, versions and commit
 *                     └──▶ --compare: what has become worse by more than a tenth since; exit 1. The file stays as it is.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { cpuFigures } from './cpu.bench.ts';
import { linkFigures } from './link.bench.ts';
import { type Figure, isMet, shown, worseThan } from './result.ts';
import { wireFigures } from './wire.bench.ts';

const BENCHES: Readonly<Record<string, () => readonly Figure[] | Promise<readonly Figure[]>>> = {
  wire: wireFigures,
  link: linkFigures,
  cpu: cpuFigures,
};
const RESULTS = 'bench/results.json';

interface Results {
  readonly machine: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
  readonly figures: readonly Figure[];
}

function versionsOf(...names: readonly string[]): Record<string, string> {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string } | undefined>;
  };
  return Object.fromEntries(
    names.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? '']),
  );
}

function environment(): Omit<Results, 'figures'> {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const isDirty = git('status', '--porcelain', '--untracked-files=no') !== '';
  return {
    machine: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    versions: versionsOf('xstate', 'rxjs', 'serialport'),
    commit: git('rev-parse', '--short', 'HEAD') + (isDirty ? ' and changes' : ''),
  };
}

function print(figures: readonly Figure[]): void {
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const figure of figures) {
    const { name, unit, better, limit } = figure;
    const bound =
      limit === undefined ? '' : `${better === 'more' ? '≥' : '≤'} ${shown({ value: limit, unit })}`;
    const verdict = limit === undefined ? '' : isMet(figure) ? 'met' : 'NOT MET';
    console.log(
      `${name.padEnd(width)}  ${shown(figure).padStart(11)}  ${bound.padStart(12)}  ${verdict}`.trimEnd(),
    );
  }
}

/** Those of other benches stay. */
function merged(known: readonly Figure[], figures: readonly Figure[]): readonly Figure[] {
  const fresh = new Map(figures.map((figure) => [figure.name, figure]));
  const kept = known.map((figure) => fresh.get(figure.name) ?? figure);
  const names = new Set(known.map(({ name }) => name));
  return [...kept, ...figures.filter(({ name }) => !names.has(name))];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { compare: { type: 'boolean', default: false } },
});
const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
const unknown = names.filter((name) => BENCHES[name] === undefined);
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
let before: readonly Figure[] = [];
try {
  before = (JSON.parse(readFileSync(RESULTS, 'utf8')) as Results).figures;
} catch {
  if (values.compare) {
    console.error(`${RESULTS} cannot be read: run it once without --compare`);
    process.exit(2);
  }
}
const figures: Figure[] = [];
for (const name of names) figures.push(...((await BENCHES[name]?.()) ?? []));
print(figures);
if (values.compare) {
  const worse = worseThan(before, figures);
  for (const { figure, beforeValue } of worse)
    console.log(`WORSE: ${figure.name}: ${shown(figure)}, was ${shown({ ...figure, value: beforeValue })}`);
  if (worse.length === 0) console.log('nothing has become worse by more than a tenth');
  process.exitCode = worse.length === 0 ? 0 : 1;
} else {
  const results: Results = { ...environment(), figures: merged(before, figures) };
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}
