import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run, start, withFolder } from './run.ts';

jest.setTimeout(60_000);

const DIST = resolve(__dirname, '../../dist');

type Line = Readonly<Record<string, unknown>>;

/** The lines of a trace; fails for one that is not whole. */
async function linesIn(path: string): Promise<Line[]> {
  const text = await readFile(path, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const STOPPED = { kind: 'transition', actor: 'modem', to: 'stopped' };

/** A short trace as `--trace` writes it. */
const HEADER =
  '{"kind":"header","atMs":1000,"text":"urchestra 0.1.0, trace format 1, dialect lte","format":1,"version":"0.1.0","dialect":"lte"}';
const LINES = [
  HEADER,
  '{"atMs":1002,"kind":"urc","text":"+QIURC: "pdpdeact",1"}'.replace(/"pdpdeact"/, '\\"pdpdeact\\"'),
  '{"atMs":2002,"kind":"recovery","text":"context lost: context 1: pdpdeact","step":"context lost","detail":"context 1: pdpdeact"}',
];
const TRACE = `${LINES.join('\n')}\n`;

describe('--trace', () => {
  it('writes a header, then everything from the first event to the last transition, for decode to read', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'trace.jsonl');
      expect((await run(['status', 'sim:lte', '--trace', path])).code).toBe(0);
      const lines = await linesIn(path);
      expect(lines[0]).toMatchObject({ kind: 'header', format: 1, dialect: 'lte' });
      const kinds = new Set(lines.map(({ kind }) => kind));
      for (const kind of ['tx', 'rx', 'event', 'transition', 'recovery']) expect([...kinds]).toContain(kind);
      expect(lines.filter(({ kind }) => kind === 'transition').at(-1)).toMatchObject(STOPPED);
      const { code, stdout, stderr } = await run(['decode', path]);
      expect([code, stderr]).toEqual([0, '']);
      const decoded = stdout.toString().trimEnd().split('\n');
      expect(decoded.map((line) => ({ ...JSON.parse(line), decoded: 0 }))).toEqual(
        lines.map((line) => ({ ...line, decoded: 0 })),
      );
      expect(
        decoded.filter((line) => line.includes('"decoded":{"type":"final","result":"OK"}')).length,
      ).toBeGreaterThan(10);
    });
  });

  it('names the dialect in a second header when the module had to be asked', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'trace.jsonl');
      await run(['status', 'sim:gsm', '--dialect', 'auto', '--trace', path]);
      const lines = await linesIn(path);
      const headers = lines.filter(({ kind }) => kind === 'header');
      expect(headers.map(({ dialect }) => dialect)).toEqual([undefined, 'gsm']);
      expect(lines[0]).toEqual(headers[0]);
    });
  });

  it('has the last lines after Ctrl-C', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'trace.jsonl');
      const watching = start(['status', 'sim:lte', '--watch', '--trace', path]);
      await watching.says('online');
      watching.child.kill('SIGINT');
      expect((await watching.result).code).toBe(0);
      expect((await linesIn(path)).filter(({ kind }) => kind === 'transition').at(-1)).toMatchObject(STOPPED);
    });
  });

  it('of the demonstration has its faults and its end after Ctrl-C', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'trace.jsonl');
      const showing = start(['demo', '--trace', path]);
      await showing.says('connection lost');
      showing.child.kill('SIGINT');
      expect((await showing.result).code).toBe(130);
      const lines = await linesIn(path);
      expect(lines[0]).toMatchObject({ kind: 'header', dialect: 'lte' });
      expect(
        lines.filter(({ kind, actor }) => kind === 'transition' && actor === 'modem').at(-1),
      ).toMatchObject(STOPPED);
    });
  });

  it('has every line that was taken when the process exits at once', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'trace.jsonl');
      const program = join(folder, 'exits.mjs');
      await writeFile(
        program,
        `import { TraceFile } from ${JSON.stringify(pathToFileURL(join(DIST, 'cli/trace-file.js')).href)};
        const file = await TraceFile.open({ path: process.argv[2], leftOut: String, failed: console.error });
        for (let at = 0; at < 1000; at++) file.write('line ' + at);
        await new Promise((done) => setTimeout(done, Number(process.argv[3])));
        for (let at = 1000; at < 60000; at++) file.write('line ' + at);
        process.exit(0);`,
      );
      for (const pauseMs of ['0', '20']) {
        const { stderr } = spawnSync(process.execPath, [program, path, pauseMs], { encoding: 'utf8' });
        expect(stderr).toBe('');
        const wanted = Array.from({ length: 60_000 }, (_, at) => `line ${at}\n`).join('');
        expect((await readFile(path, 'utf8')) === wanted).toBe(true);
      }
    });
  });

  it.each([
    [
      'a folder that does not exist',
      ['status', 'sim:lte'],
      '/nowhere/trace.jsonl',
      'its folder does not exist',
    ],
    ['a folder', ['ping', 'sim:lte', '127.0.0.1'], '/', 'it is a folder'],
    ['of the demonstration', ['demo'], '/nowhere/trace.jsonl', 'its folder does not exist'],
  ])(
    'that cannot be written ends at once with exit code 2 and one line: %s',
    async (_name, args, path, why) => {
      const { code, stdout, stderr } = await run([...args, '--trace', path]);
      expect([code, stdout.toString()]).toEqual([2, '']);
      expect(stderr).toBe(`error: --trace ${path} cannot be written: ${why} [INVALID_ARGUMENT]\n`);
    },
  );

  it('costs one warning when the disk is full, and the modem goes on', async () => {
    const { code, stdout, stderr } = await run(['status', 'sim:lte', '--trace', '/dev/full']);
    expect([code, stdout.toString()]).toEqual([0, expect.stringContaining('online')]);
    expect(stderr).toBe(
      'warning: --trace /dev/full: the disk is full; nothing more is written to it, the modem goes on\n',
    );
  });

  it('leaves an older file alone when the options are wrong', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'trace.jsonl');
      await writeFile(path, TRACE);
      expect((await run(['status', 'sim:lte', '--wait', 'x', '--trace', path])).code).toBe(2);
      expect(existsSync(path) && (await readFile(path, 'utf8'))).toBe(TRACE);
    });
  });
});

describe('urchestra decode of a trace', () => {
  it('prints each line with its meaning, also from stdin', async () => {
    const { code, stdout, stderr } = await run(['decode', '-'], Buffer.from(`\uFEFF${TRACE}\n`));
    expect([code, stderr]).toEqual([0, '']);
    expect(
      stdout
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      JSON.parse(HEADER),
      { ...JSON.parse(LINES[1] ?? ''), decoded: { type: 'urc', name: 'pdpdeact', contextId: 1 } },
      JSON.parse(LINES[2] ?? ''),
    ]);
  });

  it('takes --dialect for a trace without a header', async () => {
    const { stdout } = await run(['decode', '--dialect', 'lte', '-'], Buffer.from(`${LINES[1]}\n`));
    expect(JSON.parse(stdout.toString())).toMatchObject({ decoded: { name: 'pdpdeact' } });
  });

  it('prints lines for people with --text', async () => {
    const { code, stdout } = await run(['decode', '--text', '-'], Buffer.from(TRACE));
    expect(code).toBe(0);
    expect(stdout.toString()).toBe(
      '     0.000  header      urchestra 0.1.0, trace format 1, dialect lte\n' +
        '     0.002  urc         +QIURC: "pdpdeact",1\n' +
        '     1.002  recovery    context lost: context 1: pdpdeact\n',
    );
  });

  it('tells each line that is wrong, reads the others, and ends with exit code 2', async () => {
    const lines = [HEADER, 'oops', TRACE.trimEnd(), '{"kind":"tx","atMs":1}', TRACE.trimEnd()].join('\n');
    const { code, stdout, stderr } = await run(['decode', '-'], Buffer.from(`${lines}\n`));
    expect(code).toBe(2);
    expect(stderr.match(/line \d+/g)).toHaveLength(2);
    const perTrace = TRACE.trimEnd().split('\n').length;
    expect(stdout.toString().trimEnd().split('\n')).toHaveLength(1 + 2 * perTrace);
  });

  it('says so when there is nothing to decode', async () => {
    const { code, stderr } = await run(['decode', '-'], Buffer.alloc(0));
    expect([code, stderr]).toEqual([
      2,
      'error: the input is empty: nothing was recorded [INVALID_ARGUMENT]\n',
    ]);
  });

  it('tolerates a last line that was cut off, and tells it', async () => {
    for (const cut of [TRACE.length - 2, TRACE.length - 60]) {
      const { code, stdout, stderr } = await run(['decode', '-'], Buffer.from(TRACE.slice(0, cut)));
      expect([code, stdout.toString().trimEnd().split('\n').length]).toEqual([0, 2]);
      expect(stderr).toBe('line 3, the last one, was cut off: the writer was killed, or its disk full\n');
    }
  });

  it('reads a last line that is whole without its line end', async () => {
    const { stdout, stderr } = await run(['decode', '-'], Buffer.from(TRACE.trimEnd()));
    expect([stdout.toString().trimEnd().split('\n').length, stderr]).toEqual([3, '']);
  });

  it.each([
    ['line 2 is no JSON object: "oops"', ['decode', '-'], `${HEADER}\noops\n${TRACE}`],
    ['line 2 (tx): text must be a string', ['decode', '--text', '-'], `${HEADER}\n{"kind":"tx","atMs":1}\n`],
    ['--resplit is for transcripts', ['decode', '--resplit', '1', '-'], TRACE],
    ['--text is for traces', ['decode', '--text', '--dialect', 'lte', '-'], '> AT\n'],
    ['dialect must be one of', ['decode', '--dialect', 'nr', '-'], TRACE],
    ['line 2 is longer than 1 MiB', ['decode', '-'], `${HEADER}\n${'x'.repeat(2_000_000)}`],
  ])('ends with exit code 2 and one line: %s', async (words, args, input) => {
    const { code, stderr } = await run(args, Buffer.from(input));
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });
});
