/** `urchestra simulate`: a virtual module for any other program to talk to. */
import { createWriteStream, readFileSync } from 'node:fs';
import {
  FaultScriptError,
  isVirtualDialect,
  loopbackNetwork,
  type ModuleEvent,
  parseFaultScript,
  type ServedModule,
  ServeError,
  serveOnPty,
  serveOnTcp,
  VIRTUAL_DIALECTS,
  type VirtualDialect,
  VirtualModule,
  type VirtualModuleOptions,
} from '../simulator/index.ts';
import { systemClock } from '../streams/clock.ts';
import { oneLine } from './io.ts';

/** Options of the command line. */
export interface SimulateOptions {
  readonly dialect: string;
  /** Path of the link to make; this or `tcp`. */
  readonly pty?: string;
  /** Loopback port; 0 chooses a free one. */
  readonly tcp?: number;
  /** Path of a fault file. */
  readonly faults?: string;
  readonly baud?: number;
  /** Path of a file that gets one JSON line per event. */
  readonly log?: string;
  readonly seed?: number;
}

/** Where the command talks to people, and what stops it. */
export interface SimulateIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly signal: AbortSignal;
}

/** What is wrong with the command line. */
class UsageError extends Error {}

/** Model names by dialect, for the line that says that all is ready. */
const MODELS: Readonly<Record<VirtualDialect, string>> = {
  lte: 'EC25',
  ugxx: 'UG96',
  rg: 'RG500U',
  gsm: 'M95',
  bc66: 'BC66',
};

/** Runs a virtual module until the signal aborts.
 *
 * @returns the exit code: 0, or 2 after one line on stderr about what is wrong.
 */
export async function simulate(options: SimulateOptions, io: SimulateIo): Promise<number> {
  let module: VirtualModule | undefined;
  let log: Log | undefined;
  try {
    const settings = readSettings(options, io);
    log = options.log === undefined ? undefined : await openLog(options.log);
    module = new VirtualModule({ ...settings, ...(log ? { onEvent: log.write } : {}) });
    const served = await serve(module, options);
    const model = `${MODELS[settings.dialect]} (${settings.dialect})`;
    io.stdout.write(`virtual ${model} on ${served.address}, pid ${process.pid}\n`);
    await aborted(io.signal);
    await served.close();
    return 0;
  } catch (error) {
    const isUsage =
      error instanceof UsageError || error instanceof ServeError || error instanceof FaultScriptError;
    if (!isUsage) throw error;
    io.stderr.write(`urchestra simulate: ${oneLine(error.message)}\n`);
    return 2;
  } finally {
    module?.dispose();
    await log?.close();
  }
}

function readSettings(options: SimulateOptions, io: SimulateIo): VirtualModuleOptions {
  const { dialect, baud, seed } = options;
  if (!isVirtualDialect(dialect)) {
    throw new UsageError(
      `no virtual module for dialect ${dialect}: write --dialect ${VIRTUAL_DIALECTS.join('|')}`,
    );
  }
  if ((options.pty === undefined) === (options.tcp === undefined)) {
    throw new UsageError('write either --pty LINK or --tcp PORT');
  }
  if (baud !== undefined && !(Number.isInteger(baud) && baud > 0)) {
    throw new UsageError(`--baud must be a whole number above 0, got ${baud}`);
  }
  return {
    dialect,
    clock: systemClock,
    network: loopbackNetwork({ log: (text) => io.stderr.write(`urchestra simulate: ${text}\n`) }),
    ...(baud === undefined ? {} : { baud }),
    ...(seed === undefined ? {} : { seed }),
    ...(options.faults === undefined ? {} : { faults: readFaults(options.faults) }),
  };
}

function readFaults(path: string): ReturnType<typeof parseFaultScript> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot read the fault file ${path}: ${code}`);
  }
  try {
    return parseFaultScript(text);
  } catch (error) {
    if (error instanceof FaultScriptError) throw new FaultScriptError(`${path}: ${error.message}`);
    throw error;
  }
}

function serve(module: VirtualModule, { pty, tcp }: SimulateOptions): Promise<ServedModule> {
  return pty === undefined ? serveOnTcp(module, tcp ?? 0) : serveOnPty(module, pty);
}

interface Log {
  readonly write: (event: ModuleEvent) => void;
  readonly close: () => Promise<void>;
}

function openLog(path: string): Promise<Log> {
  const stream = createWriteStream(path, { flags: 'a' });
  return new Promise((resolve, reject) => {
    stream.once('error', (error) => reject(new UsageError(`cannot write the log ${path}: ${error.message}`)));
    stream.once('open', () => {
      resolve({
        write: (event) => void stream.write(`${JSON.stringify(event)}\n`),
        close: () => new Promise((done) => stream.end(() => done())),
      });
    });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
