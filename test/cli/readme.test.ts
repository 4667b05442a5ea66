import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exampleBelow } from '../support/readme.ts';

jest.setTimeout(30_000);

const ROOT = resolve(__dirname, '../..');

describe('the embedding example of the README', () => {
  it('runs as pasted, echoes the reading, and ends by itself within a second after stop()', async () => {
    const file = join(ROOT, 'readme-example.tmp.mjs'); // in the package, so that its own name resolves
    await writeFile(file, `${exampleBelow('## Embed it')}\nconsole.log('stopped', Date.now());\n`);
    try {
      const child = spawn(process.execPath, [file], { cwd: ROOT });
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      const code = await new Promise((done) => child.once('close', done));
      const stoppedAt = Number(/stopped (\d+)/.exec(text)?.[1]);
      expect(text).toContain('echo: reading 1: 12.5 C');
      expect(code).toBe(0);
      expect(Date.now() - stoppedAt).toBeLessThan(1000);
    } finally {
      await rm(file, { force: true });
    }
  });
});

describe('the decoding examples of the README', () => {
  const section = (): string => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    return readme.slice(readme.indexOf('## What did the module say?'));
  };
  const block = (language: string): string =>
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(section())?.[1] ?? '';

  it('print what is shown below them', () => {
    const shell = spawnSync('sh', ['-c', block('sh')], { cwd: ROOT, encoding: 'utf8' });
    expect(block('json').length).toBeGreaterThan(100);
    expect(shell.stdout).toBe(block('json'));
  });

  it('read a bare address from the library', async () => {
    const file = join(ROOT, 'readme-reader.tmp.mjs');
    await writeFile(file, block('js'));
    try {
      const { stdout } = spawnSync(process.execPath, [file], { cwd: ROOT, encoding: 'utf8' });
      expect(stdout).toBe("{ kind: 'final', result: 'ADDRESS', address: '10.79.142.227' }\n");
    } finally {
      await rm(file, { force: true });
    }
  });
});
