import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAIN = resolve(__dirname, '../../dist/cli/main.js');

export interface Result {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly result: Promise<Result>;
  /** Resolves when standard output holds `text`. */
  readonly says: (text: string) => Promise<void>;
  /** Resolves when standard error holds `text`. */
  readonly warns: (text: string) => Promise<void>;
}

/** Runs the built command as a process of its own. */
export function start(
  args: readonly string[],
  input: Buffer = Buffer.alloc(0),
  env: NodeJS.ProcessEnv = {},
): Running {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: npm test builds it, npx jest does not`);
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
  const out: Buffer[] = [];
  const waiting: { readonly text: string; readonly done: () => void }[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk);
    const text = Buffer.concat(out).toString('latin1');
    for (const wait of waiting) if (text.includes(wait.text)) wait.done();
  });
  const warned: { readonly text: string; readonly done: () => void }[] = [];
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const wait of warned) if (stderr.includes(wait.text)) wait.done();
  });
  child.stdin.on('error', () => undefined); // a command that has no use for its input closes it
  child.stdin.end(input);
  const result = new Promise<Result>((done) => {
    child.once('close', (code) => done({ code, stdout: Buffer.concat(out), stderr }));
  });
  const says = (text: string): Promise<void> =>
    new Promise((done, fail) => {
      waiting.push({ text, done });
      result.then(({ code }) => fail(new Error(`ended with ${code} without saying "${text}": ${stderr}`)));
      if (Buffer.concat(out).includes(text)) done();
    });
  const warns = (text: string): Promise<void> =>
    new Promise((done, fail) => {
      warned.push({ text, done });
      result.then(({ code }) => fail(new Error(`ended with ${code} without warning "${text}": ${stderr}`)));
      if (stderr.includes(text)) done();
    });
  return { child, result, says, warns };
}

export const run = (args: readonly string[], input?: Buffer, env?: NodeJS.ProcessEnv): Promise<Result> =>
  start(args, input, env).result;

/** An echo server on a free loopback port. */
export async function echoServer(): Promise<{ readonly port: string; readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: String(address.port),
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}

/** A folder that is gone after the test. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'urchestra-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
