import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TraceFile } from '../../cli/trace-file.ts';
import { withFolder } from '../cli/run.ts';

const never = (why: string): never => {
  throw new Error(why);
};
const leftOut = (lines: number): string => `${lines} left out`;

describe('the file of a trace', () => {
  it('has every line, in order, when it is closed', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'trace.jsonl');
      const file = await TraceFile.open({ path, leftOut, failed: never });
      const lines = Array.from({ length: 5_000 }, (_, at) => `line ${at} é`);
      for (const [at, line] of lines.entries()) {
        file.write(line);
        if (at % 1_000 === 0) await new Promise((done) => setImmediate(done));
      }
      await file.close();
      expect(await readFile(path, 'utf8')).toBe(`${lines.join('\n')}\n`);
    });
  });

  it('keeps what a slow reader leaves within a limit, and tells what is left out', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'pipe');
      spawnSync('mkfifo', [path]);
      const holder = await open(path, 'r+'); // so that neither side waits for the other one to open it
      const file = await TraceFile.open({ path, leftOut, failed: never });
      const line = 'x'.repeat(1023);
      file.write(line); // fills nothing, and is under way
      for (let at = 1; at < 20_000; at++) file.write(line);
      const reader = createReadStream(path);
      let text = '';
      reader.on('data', (chunk) => (text += chunk));
      await file.close();
      for (let turn = 0; turn < 1_000 && !text.endsWith('left out\n'); turn++) await delay(2);
      reader.destroy();
      await holder.write('\n'); // the read that is under way ends
      await holder.close();
      const lines = text.trimEnd().split('\n');
      const lost = Number.parseInt(lines.at(-1) ?? '', 10);
      expect(lines.length - 1 + lost).toBe(20_000);
      expect(lines.length).toBeLessThan(8_300);
      expect(lines.length).toBeGreaterThan(8_000);
    });
  });

  it('says once that the disk is full, and takes lines as before', async () => {
    const whys: string[] = [];
    const file = await TraceFile.open({ path: '/dev/full', leftOut, failed: (why) => whys.push(why) });
    file.write('one');
    await delay(20);
    file.write('two');
    await file.close();
    expect(whys).toEqual(['the disk is full']);
  });

  it.each([
    ['/nowhere/trace.jsonl', 'its folder does not exist'],
    ['/', 'it is a folder'],
  ])('cannot be %s', async (path, why) => {
    await expect(TraceFile.open({ path, leftOut, failed: never })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: `--trace ${path} cannot be written: ${why}`,
    });
  });
});
