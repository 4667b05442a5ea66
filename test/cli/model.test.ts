import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

jest.setTimeout(90_000);

const SHORT = ['model', '--dialect', 'lte', '--days', '0.05', '--every', '5m'];

describe('urchestra model', () => {
  it('tells the figures, draws its report, and writes the same JSON for the same seed, on however many threads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'urchestra-model-'));
    const [one, other] = [join(folder, 'one.json'), join(folder, 'other.json')];
    const options = [...SHORT, '--faults', 'rural-gsm', '--agents', '3'];
    const report = join(folder, 'report.html');
    const { code, stdout } = await run([...options, '--json', one, '--out', report]);
    expect(await readFile(report, 'utf8')).toMatch(
      /^<!doctype html>[\s\S]*3 agents for 0.05 days[\s\S]*<\/html>\n$/,
    );
    await run([...options, '--json', other]);
    expect(code).toBe(0);
    expect(String(stdout)).toMatch(/availability {2}\d+\.\d+ %/);
    expect(await readFile(one, 'utf8')).toBe(await readFile(other, 'utf8'));
    const { results } = JSON.parse(await readFile(one, 'utf8'));
    expect(results[0].figures.readings).toMatchObject({ made: 45, lost: 0, damaged: 0 });
    await rm(folder, { recursive: true });
  });

  it('compares two policies', async () => {
    const { code, stdout } = await run([
      ...SHORT,
      '--agents',
      '2',
      '--policy',
      'patient',
      '--policy',
      'eager',
    ]);
    expect(code).toBe(0);
    expect(String(stdout)).toMatch(/policy patient[\s\S]*policy eager[\s\S]*(?:minutes)/);
  });

  it.each([
    [['--faults', 'nowhere'], '--faults must be a file, or one of good-urban'],
    [['--faults', './missing.json'], 'cannot be read: ENOENT'],
    [['--policy', './missing.json'], 'cannot be read: ENOENT'],
    [['--days', '0'], 'days must be a number above 0'],
    [['--days', 'many'], '--days must be a number'],
    [['--every', '60'], '--every must be a time such as 60s'],
    [['--agents', '0'], 'agents'],
    [['--size', '3'], 'sizeBytes'],
  ])('ends with exit code 2 and one line for %j', async (wrong, text) => {
    const { code, stderr } = await run([...SHORT.slice(0, 3), ...wrong]);
    expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
    expect(stderr).toContain(text);
  });

  it.each(['--json', '--out'])(
    'says before it models that the file of %s cannot be written',
    async (option) => {
      const years = ['model', '--dialect', 'lte', '--days', '3650'];
      const missing = await run([...years, option, '/nowhere/report']);
      expect([missing.code, missing.stderr]).toEqual([
        2,
        'error: /nowhere/report cannot be written: ENOENT [INVALID_ARGUMENT]\n',
      ]);
      for (const taken of [tmpdir(), '/dev/null'])
        expect((await run([...years, option, taken])).stderr).toContain('it is there, and no regular file');
      expect((await run([...years, option, ''])).stderr).toContain('must not be empty');
    },
  );

  it('does not write two things to one file', async () => {
    const one = join(tmpdir(), 'urchestra-one-file');
    const { code, stderr } = await run([
      ...SHORT,
      '--json',
      one,
      '--out',
      `${tmpdir()}/./urchestra-one-file`,
    ]);
    expect([code, stderr]).toEqual([
      2,
      'error: --json and --out must not be the same file [INVALID_ARGUMENT]\n',
    ]);
  });

  it('names the place in a policy or a profile of the user that is wrong', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'urchestra-model-'));
    const [policy, profile] = [join(folder, 'policy.json'), join(folder, 'profile.json')];
    await writeFile(policy, '{"recovery":{"pulseMS":1}}');
    await writeFile(
      profile,
      '{"format":1,"name":"x","description":"y","processes":[{"fault":"hang","when":{"fixed":{}}}]}',
    );
    expect((await run([...SHORT, '--policy', policy])).stderr).toContain('pulseMS');
    expect((await run([...SHORT, '--faults', profile])).stderr).toContain('processes[0].when.fixed');
    await rm(folder, { recursive: true });
  });
});
