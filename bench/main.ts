/** `npm run bench [-- name …] [-- --compare]`: one table of all figures.
 *
 *    measure ──▶ table ──▶ bench/results.json, with machine, versions and commit
 *                     └──▶ --compare: what has become worse by more than a tenth since; exit 1. The file stays as it is.
 *    Without --compare it ends with 1 when a limit is not met.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { cpuFigures } from './cpu.bench.ts';
import { linkFigures } from './link.bench.ts';
import { areFigures, type Figure, isMet, shown, worseThan } from './result.ts';
import { wireFigures } from './wire.bench.ts';

const BENCHES: Readonly<Record<string, () => readonly Figure[] | Promise<readonly Figure[]>>> = {
  wire: wireFigures,
  link: linkFigures,
  cpu: cpuFigures,
};
const RESULTS = 'bench/results.json';

/** Where and with what a bench was run. */
interface Circumstances {
  readonly machine: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
}

/** The last run of each bench. */
type Results = Readonly<Record<string, Circumstances & { readonly figures: readonly Figure[] }>>;

function versionsOf(...names: readonly string[]): Record<string, string> {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string } | undefined>;
  };
  return Object.fromEntries(
    names.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? '']),
  );
}

function circumstances(): Circumstances {
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

function wrong(problem: string): never {
  console.error(problem);
  process.exit(2);
}

function argumentsOf(): { readonly names: readonly string[]; readonly compares: boolean } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { compare: { type: 'boolean', default: false } },
    });
    const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
    if (unknown.length > 0)
      return wrong(`no such bench: ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
    return {
      names: positionals.length > 0 ? positionals : Object.keys(BENCHES),
      compares: values.compare,
    };
  } catch (error) {
    return wrong(
      `${error instanceof Error ? error.message : String(error)}; write: npm run bench -- [name …] [--compare]`,
    );
  }
}

/** @param needed benches whose figures must be in it. */
function readResults(needed: readonly string[]): Results {
  try {
    const results = JSON.parse(readFileSync(RESULTS, 'utf8')) as Results;
    const missing = needed.filter((name) => !areFigures(results[name]?.figures));
    if (missing.length === 0) return results;
    return wrong(`${RESULTS} has no figures of ${missing.join(', ')}: run it once without --compare`);
  } catch {
    return needed.length > 0 ? wrong(`${RESULTS} cannot be read: run it once without --compare`) : {};
  }
}

const { names, compares } = argumentsOf();
const before = readResults(compares ? names : []);
const runs: Record<string, readonly Figure[]> = {};
for (const name of names) runs[name] = (await BENCHES[name]?.()) ?? [];
const figures = Object.values(runs).flat();
print(figures);
const unmeasured = figures.filter(({ value }) => !Number.isFinite(value));
for (const { name } of unmeasured) console.log(`NOT MEASURED: ${name}`);
const missed = figures.filter((figure) => !isMet(figure)).length;
console.log(missed === 0 ? '\nall limits are met' : `\nlimits that are not met: ${missed}`);
if (compares) {
  const worse = worseThan(
    names.flatMap((name) => before[name]?.figures ?? []),
    figures,
  );
  for (const { before: was, now } of worse) {
    const [is, before] = [now, was].map((figure) => (figure ? shown(figure) : 'not measured'));
    console.log(`WORSE: ${(was ?? now)?.name}: ${is}, was ${before}`);
  }
  if (worse.length === 0) console.log('nothing has become worse by more than a tenth');
  process.exitCode = worse.length === 0 ? 0 : 1;
} else if (unmeasured.length > 0) process.exitCode = 1;
else {
  const now = circumstances();
  const fresh = Object.entries(runs).map(([name, all]) => [name, { ...now, figures: all }]);
  if (missed > 0) process.exitCode = 1;
  writeFileSync(RESULTS, `${JSON.stringify({ ...before, ...Object.fromEntries(fresh) }, null, 2)}\n`);
}
