/** Projects of somebody else, with the packed package as their only dependency. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exampleBelow } from '../support/readme.ts';

export const ROOT = resolve(__dirname, '../..');

export interface Ended {
  readonly code: number;
  /** Standard output, then standard error. */
  readonly text: string;
}

/** Runs a program to its end. */
export function run(folder: string, program: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    const options = { cwd: folder, timeout: 100_000, maxBuffer: 16 * 1024 * 1024 };
    execFile(program, args, options, (error, stdout, stderr) =>
      done({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1,
        text: `${stdout}${stderr}`,
      }),
    );
  });
}

async function succeed(folder: string, program: string, ...args: readonly string[]): Promise<string> {
  const { code, text } = await run(folder, program, ...args);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${text}`);
  return text;
}

/** What `npm pack` says of a tarball. */
export interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Packs what is built: `prepack` would build anew, under the feet of the other tests. */
export async function pack(folder: string, source = ROOT): Promise<Packed> {
  const command = ['pack', '--ignore-scripts', '--json', '--silent', '--pack-destination', folder];
  const [packed] = JSON.parse(await succeed(source, 'npm', ...command)) as Packed[];
  if (packed === undefined) throw new Error('npm pack has packed nothing');
  return packed;
}

/** An empty project of that kind with the tarballs installed. */
export async function install(
  folder: string,
  type: 'module' | 'commonjs',
  ...tarballs: readonly string[]
): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type }));
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--silent'];
  await succeed(folder, 'npm', 'install', ...options, ...tarballs);
}

/** A folder for them. */
export async function makeFolder(): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'urchestra-package-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The embedding example of the README; on a port of its own, because other tests run it at the same time. */
export async function embeddingExample(): Promise<string> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return exampleBelow('## Embed it').replaceAll('7000', String(address.port));
}

/** The same program for CommonJS: `require` in place of `import`, and a function around what it awaits. */
export function asCommonJs(code: string): string {
  const body = code.replaceAll(/^import (\{[^}]*\}) from ('[^']+');$/gm, 'const $1 = require($2);');
  return `(async () => {\n${body}\n})();\n`;
}

/** A program that takes a type or a typed value from every door; `portType` is what it believes a port to be. */
const typedProgram = (portType: string): string => `
import { createModem, isModemError, type Modem, type ModemSocket, simulatedPort } from 'urchestra';
import { type Dialect, lte } from 'urchestra/dialects';
import { type ModemActor, standardLadder } from 'urchestra/machines';
import { memoryNetwork, VirtualModule } from 'urchestra/simulator';
import { Reader, type WireEvent } from 'urchestra/streams';
import { memoryPortPair, VirtualClock } from 'urchestra/testing';
import { type Inspector, statelyInspector, xstateInspector } from 'urchestra/inspect';

export const port: ${portType} = simulatedPort({ dialect: 'lte' });
export const modem: Modem = createModem({ port: memoryPortPair().host, dialect: 'lte', contexts: [{ apn: 'internet' }] });
export const actor: ModemActor = modem.actor;
export const connect = (): Promise<ModemSocket> => modem.connect({ host: '192.0.2.1', port: 7000 });
export const free: number = standardLadder.freeReboots;
export const dialect: Dialect = lte;
const clock = new VirtualClock();
export const module = new VirtualModule({ dialect: 'gsm', clock, network: memoryNetwork(clock) });
export const events: WireEvent[] = [];
export const reader = new Reader(lte, (event) => events.push(event));
export const inspectors: readonly Inspector[] = [statelyInspector({ port: 0 }), xstateInspector({ allowSend: false })];
export const isLost = (error: unknown): boolean => isModemError(error, 'CONTEXT_LOST');
`;

/** Compiles that program in a project of TypeScript's, which checks our declarations too. Node's types are those of this folder. */
export async function compile(folder: string, portType: string): Promise<Ended> {
  const compilerOptions = {
    ...{ target: 'es2023', module: 'nodenext', moduleResolution: 'nodenext', strict: true, noEmit: true },
    ...{ skipLibCheck: false, types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] },
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }));
  await writeFile(join(folder, 'typed.ts'), typedProgram(portType));
  return run(folder, process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.');
}
