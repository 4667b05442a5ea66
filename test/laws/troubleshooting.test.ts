/** docs/TROUBLESHOOTING.md shows what its program prints, and names every kind of line. Needs the build, as the command does. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

jest.setTimeout(60_000);

const ROOT = resolve(__dirname, '../..');
const LEFT_OUT = '…';
const page = readFileSync(join(ROOT, 'docs/TROUBLESHOOTING.md'), 'utf8');

const blocksIn = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\n?\`\`\``, 'g'))].map(
    ([, block = '']) => block,
  );

const sectionBelow = (heading: string): string =>
  (page.split(`\n## ${heading}\n`)[1] ?? '').split('\n## ')[0] ?? '';

/** What the program of the page prints for a story, as text. */
async function tracesOf(stories: readonly string[]): Promise<readonly string[][]> {
  const file = join(ROOT, 'troubleshooting.tmp.mjs'); // in the package, so that its own name resolves
  await writeFile(file, blocksIn(sectionBelow('The traces below'), 'js')[0] ?? '');
  try {
    return stories.map((story) => {
      const { stdout } = spawnSync(process.execPath, [file, story], { cwd: ROOT });
      const decode = [join(ROOT, 'dist/cli/main.js'), 'decode', '--text', '-'];
      return spawnSync(process.execPath, decode, { input: stdout, encoding: 'utf8' }).stdout.split('\n');
    });
  } finally {
    await rm(file, { force: true });
  }
}

/** The first line of an excerpt that is not in the trace where it should be. */
function wrongLine(excerpt: string, trace: readonly string[], from: number): { wrong?: string; end: number } {
  let at = from;
  let mayLeaveOut = true;
  for (const line of excerpt.split('\n')) {
    if (line === LEFT_OUT) mayLeaveOut = true;
    else {
      const found = mayLeaveOut ? trace.indexOf(line, at) : trace[at] === line ? at : -1;
      if (found < 0) return { wrong: line, end: at };
      at = found + 1;
      mayLeaveOut = false;
    }
  }
  return { end: at };
}

describe('docs/TROUBLESHOOTING.md', () => {
  it('shows what its program prints, in the same order', async () => {
    const stories = ['pdpdeact', 'hang', 'escape'];
    const headings = [
      'The network drops the context: pdpdeact',
      'A command hangs',
      'Escape from transparent mode',
    ];
    const traces = await tracesOf(stories);
    for (const [at, heading] of headings.entries()) {
      const excerpts = blocksIn(sectionBelow(heading), 'text');
      expect([heading, excerpts.length >= 2]).toEqual([heading, true]);
      let end = 0;
      for (const excerpt of excerpts) {
        const result = wrongLine(excerpt, traces[at] ?? [], end);
        expect([heading, result.wrong]).toEqual([heading, undefined]);
        ({ end } = result);
      }
    }
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const [, section = ''] = readme.split('\n## Which state is it in, and how did it get there?\n');
    const [shown = ''] = blocksIn(section, 'text');
    const known = traces[0]?.filter((line) => shown.split('\n').includes(line));
    expect(known?.join('\n')).toBe(shown);
  });

  it('has every kind of line, with its members', () => {
    const rows = sectionBelow('Get a trace')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, kind]) => kind),
    );
    const source = readFileSync(join(ROOT, 'adapters/trace/trace-entry.ts'), 'utf8');
    const kinds = [...source.matchAll(/kind: ([^;]+);/g)].flatMap(([, union = '']) =>
      [...union.matchAll(/'(\w+)'/g)].map(([, kind]) => kind),
    );
    expect([...named].sort()).toEqual([...kinds].sort());
  });

  it('is linked from the README and from docs/ERRORS.md', () => {
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain('(docs/TROUBLESHOOTING.md)');
    expect(readFileSync(join(ROOT, 'docs/ERRORS.md'), 'utf8')).toContain('(TROUBLESHOOTING.md)');
  });
});
