/** Examples as processes of their own, as a user starts them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const FOLDER = resolve(__dirname, '../../dist-examples');

export interface Example {
  readonly child: ChildProcess;
  /** What it has said so far, on both streams. */
  readonly text: () => string;
  /** Resolves when it has said `part`; rejects when it ends without. */
  readonly says: (part: string) => Promise<void>;
  readonly exit: Promise<number | null>;
}

export function startExample(
  file: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Example {
  const path = resolve(FOLDER, file);
  if (!existsSync(path)) throw new Error(`${path} is missing: npm test builds it, npx jest does not`);
  const child = spawn(process.execPath, [path, ...args], { env: { ...process.env, ...env } });
  let text = '';
  const looks = new Set<() => void>();
  const take = (chunk: Buffer): void => {
    text += chunk.toString();
    for (const look of looks) look();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const exit = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  const says = (part: string): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (text.includes(part)) done();
      };
      looks.add(look);
      exit.then((code) => fail(new Error(`${file} ended with ${code} without saying "${part}": ${text}`)));
      look();
    });
  return { child, text: () => text, says, exit };
}

/** Resolves when `isTrue` is; rejects after `limitMs`. */
export async function eventually(isTrue: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!(await isTrue())) {
    if (Date.now() > endMs) throw new Error(`not within ${limitMs} ms: ${isTrue}`);
    await new Promise((later) => setTimeout(later, 20));
  }
}
