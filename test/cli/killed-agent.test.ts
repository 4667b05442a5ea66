import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { seededRandom } from '../../simulator/random.ts';

jest.setTimeout(120_000);

const ROOT = resolve(__dirname, '../..');
const FREE_RESETS = 4;
const ENOUGH_MS = 25_000;
const LONGEST_MS = 90_000;
const LADDER_MS = [0, 0, 0, 0, 1_000, 3_000, 6_000, 12_000, 24_000];

const gone = (child: ChildProcess): Promise<unknown> => new Promise((done) => child.once('close', done));

/** Serves a module that hangs; resolves when it says its port. */
async function hangingModule(
  directory: string,
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const faults = join(directory, 'faults.json');
  await writeFile(faults, JSON.stringify([{ when: { at: 0 }, fault: { kind: 'hang' } }]));
  const port = 20_000 + Math.floor(process.pid % 20_000);
  const options = ['simulate', '--dialect', 'lte', '--tcp', String(port), '--faults', faults];
  const child = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise<void>((ready, failed) => {
    child.stdout?.once('data', () => ready());
    child.once('close', () => failed(new TypeError('the module did not start')));
  });
  return { child, port };
}

describe('an agent that is killed again and again, on a module that hangs for good', () => {
  it('never resets the module more often than the ladder allows, whatever moment SIGKILL hits', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'urchestra-killed-'));
    const [store, log] = [join(directory, 'state.json'), join(directory, 'resets')];
    const { child: module, port } = await hangingModule(directory);
    const random = seededRandom(11);
    try {
      const beganMs = Date.now();
      const resetsSoFar = async (): Promise<readonly number[]> =>
        (await readFile(log, 'utf8').catch(() => ''))
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => Number(line.split(' ')[0]));
      // On a busy machine it takes longer until the ladder is climbed.
      const isEnough = async (): Promise<boolean> =>
        Date.now() - beganMs > ENOUGH_MS && (await resetsSoFar()).length > FREE_RESETS;
      while (!(await isEnough()) && Date.now() - beganMs < LONGEST_MS) {
        const agent = spawn(
          process.execPath,
          [join(__dirname, 'killed-agent.mjs'), String(port), store, log],
          {
            stdio: ['ignore', 'pipe', 'inherit'],
          },
        );
        await new Promise((started) => agent.stdout?.once('data', started));
        await new Promise((late) => setTimeout(late, random.integer(0, 600)));
        expect(agent.exitCode).toBeNull(); // it ends by the kill, not by an error of its own
        agent.kill('SIGKILL');
        await gone(agent);
      }
      const resets = await resetsSoFar();
      expect(resets.length).toBeGreaterThan(FREE_RESETS);
      for (let n = 1; n < resets.length; n++) {
        const distanceMs = (resets[n] ?? 0) - (resets[n - 1] ?? 0);
        expect(distanceMs).toBeGreaterThanOrEqual(LADDER_MS[n] ?? 24_000);
      }
    } finally {
      module.kill();
      await gone(module);
      await rm(directory, { recursive: true, force: true });
    }
  });
});
