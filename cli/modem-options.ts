/** The options that every subcommand with a port shares, from the command line to `createModem`. */
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Command, Option } from 'commander';
import type { DialectName } from '../adapters/dialects/dialect.ts';
import { dialectOf, dialects } from '../adapters/dialects/registry.ts';
import { createModem, type Modem } from '../adapters/modem/modem.ts';
import { isRecoveryPreset, type RecoveryOptions, recoveryFrom } from '../adapters/modem/recovery-options.ts';
import type { Port } from '../adapters/port.ts';
import { atReset } from '../adapters/power/at-reset.ts';
import { commandReset, parseCommandLine } from '../adapters/power/command-reset.ts';
import { softThenHard } from '../adapters/power/composed-reset.ts';
import { serialPort } from '../adapters/serial-port.ts';
import { simulatedPort } from '../adapters/simulated-port.ts';
import { fileStore } from '../adapters/store/file-store.ts';
import { tcpPort } from '../adapters/tcp-port.ts';
import { isVirtualDialect, VIRTUAL_DIALECTS, type VirtualDialect } from '../simulator/index.ts';
import { type Clock, scaledClock, systemClock } from '../streams/clock.ts';
import { type InspectCommandOptions, inspectorsOf, withInspectOptions } from './inspect-options.ts';
import { type Io, usageError } from './io.ts';
import { type TraceCommandOptions, traceTo, withTraceOption } from './trace-option.ts';

/** As commander hands them over. */
export interface CommonOptions extends InspectCommandOptions, TraceCommandOptions {
  readonly dialect?: string;
  readonly apn?: string;
  readonly sharing?: 'single' | 'multiple';
  readonly user?: string;
  readonly passwordEnv?: string;
  readonly pinEnv?: string;
  readonly baud?: string;
  readonly rtscts?: boolean;
  readonly store?: string;
  readonly resetCommand?: string;
  readonly recovery?: string;
  readonly json?: boolean;
  readonly timeScale?: string;
  readonly wait?: string;
}

/** Adds the common options to a subcommand. */
export function withCommonOptions(command: Command): Command {
  return withTraceOption(withInspectOptions(command))
    .option(
      '--dialect <name>',
      `dialect of the module: ${Object.keys(dialects).join(', ')}, or auto to ask it`,
    )
    .option('--apn <name>', 'access point name of the PDP context')
    .addOption(
      new Option('--sharing <way>', 'gsm: the context has one connection or several').choices([
        'single',
        'multiple',
      ]),
    )
    .option('--user <name>', 'user name of the access point')
    .option('--password-env <name>', 'environment variable with the password of the access point')
    .option('--pin-env <name>', 'environment variable with the PIN of the SIM')
    .option('--baud <rate>', 'baud rate of a serial port (default 115200), or several to try: 115200,921600')
    .option('--rtscts', 'hardware flow control on a serial port')
    .option('--store <file>', 'file for the state that outlives the process (reboot ladder, tried PIN)')
    .option('--reset-command <command>', 'program that resets a hung module, with its arguments')
    .option('--recovery <file>', 'numbers of the recovery: patient, standard, eager, or a JSON file')
    .option('--json', 'machine-readable output')
    .option('--time-scale <factor>', 'let time pass so many times as fast (sim: only)')
    .option('--wait <seconds>', 'give up when not online by then (default 300)');
}

/** Longer timers fire at once in Node. */
const MOST_WAIT_S = 2_147_483;

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(Number.isFinite(value) && value > 0))
    throw usageError(`${name} must be a number above 0, got ${text}`);
  return value;
}

function fromEnvironment(option: string, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const value = process.env[name];
  if (value === undefined) throw usageError(`${option}: the environment variable ${name} is not set`);
  return value;
}

/** Makes sure that there will be a PDP context. */
export function requireApn(address: string, { apn }: CommonOptions): void {
  if (apn !== undefined || address.startsWith('sim:')) return;
  throw usageError('this needs a PDP context: give the access point with --apn NAME');
}

/** Reads the number of an option; what range it must have is for the dialect to say. */
export function wholeNumber(option: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw usageError(`${option} must be a whole number, got ${text}`);
  };
}

/** Reads a number of TCP port. */
export function portNumber(text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value >= 1 && value <= 65_535) return value;
  throw usageError(`port must be a whole number from 1 to 65535, got ${text}`);
}

function portOf(address: string, options: CommonOptions, clock: Clock): Port {
  const tcp = /^tcp:\/\/(.+):(\d+)$/.exec(address);
  if (tcp?.[1] && tcp[2])
    return tcpPort({ host: tcp[1].replace(/^\[|\]$/g, ''), port: portNumber(tcp[2]), clock });
  if (address.startsWith('tcp:')) throw usageError(`a TCP port is written tcp://host:port, got ${address}`);
  if (address.startsWith('sim:')) return simulatedPort({ dialect: virtualDialect(address.slice(4)), clock });
  const baudRate = (options.baud ?? '115200').split(',').map((rate) => positive('--baud', rate));
  return serialPort({ path: address, baudRate, rtscts: options.rtscts === true, clock });
}

/** Reads the dialect of a virtual module. */
export function virtualDialect(dialect: string): VirtualDialect {
  if (isVirtualDialect(dialect)) return dialect;
  const known = VIRTUAL_DIALECTS.join(', ');
  throw usageError(`there is no virtual module of dialect "${dialect}": it must be one of ${known}`);
}

function dialectChoices(): string {
  const choices = Object.values(dialects).map(
    ({ name, models }) => `--dialect ${name} (${models.join(', ')})`,
  );
  return `${choices.join(' or ')}, or --dialect auto`;
}

function dialectNameOf(address: string, options: CommonOptions): DialectName | 'auto' {
  const simulatedDialect = address.startsWith('sim:') ? address.slice(4) : undefined;
  const name = options.dialect ?? simulatedDialect;
  if (name === undefined) throw usageError(`which dialect does the module speak? write ${dialectChoices()}`);
  if (name === 'auto') return name;
  if (simulatedDialect !== undefined && name !== simulatedDialect) {
    throw usageError(`${address} speaks ${simulatedDialect}: leave --dialect ${name} out`);
  }
  return dialectOf(name).name;
}

/** Reads a preset's name, or a file of recovery numbers. */
async function recoveryOf(path: string | undefined): Promise<RecoveryOptions> {
  if (path === undefined) return {};
  if (isRecoveryPreset(path)) return { preset: path };
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(`--recovery ${path} cannot be read: ${error.code ?? error.message}`);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw usageError(
      `--recovery ${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  recoveryFrom(parsed); // the modem reads it with the dialect's own numbers beside it
  return parsed as RecoveryOptions;
}

/** Splits the reset command and makes sure that it can be run: the day it is needed is too late to find out. */
async function runnable(text: string): Promise<readonly string[]> {
  const command = parseCommandLine(text);
  const [program] = command;
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return command;
  }
  throw usageError(`--reset-command: ${program} does not exist or may not be run`);
}

function clockOf(address: string, options: CommonOptions): Clock {
  if (options.timeScale === undefined) return systemClock;
  if (!address.startsWith('sim:'))
    throw usageError('--time-scale is for the virtual module: only with sim:<dialect>');
  return scaledClock(positive('--time-scale', options.timeScale));
}

/** A modem for a subcommand, and how long it may take to come online. */
export interface PreparedModem {
  readonly modem: Modem;
  readonly clock: Clock;
  readonly waitMs: number;
  /** Stops the modem; resolves when the trace is written, too. */
  readonly stop: () => Promise<void>;
}

/** Makes the modem that the options describe. Nothing is opened yet.
 *
 * @throws INVALID_ARGUMENT with one line that says what to write instead.
 */
export async function prepareModem(address: string, options: CommonOptions, io: Io): Promise<PreparedModem> {
  const clock = clockOf(address, options);
  const apn = options.apn ?? (address.startsWith('sim:') ? 'internet' : undefined);
  const password = fromEnvironment('--password-env', options.passwordEnv);
  const pin = fromEnvironment('--pin-env', options.pinEnv);
  const { sharing } = options;
  const access = { apn: apn ?? '', username: options.user ?? '', password: password ?? '' };
  const context = apn === undefined ? undefined : { ...access, ...(sharing && { sharing }) };
  const inspect = inspectorsOf(options, io);
  const modem = createModem({
    port: portOf(address, options, clock),
    dialect: dialectNameOf(address, options),
    contexts: context ? [context] : [],
    clock,
    inspect,
    recovery: await recoveryOf(options.recovery),
    ...(pin !== undefined && { pin }),
    ...(options.store !== undefined && { store: fileStore(options.store) }),
    ...(options.resetCommand !== undefined && {
      power: softThenHard(atReset(), commandReset({ command: await runnable(options.resetCommand), clock })),
    }),
  });
  const waitS = options.wait === undefined ? 300 : positive('--wait', options.wait);
  if (waitS > MOST_WAIT_S)
    throw usageError(`--wait must be no more than ${MOST_WAIT_S}, got ${options.wait}`);
  const waitMs = 1000 * waitS;
  const isWritten = await traceTo(options.trace, modem, clock, io);
  const stop = async (): Promise<void> => {
    await modem.stop();
    await isWritten();
  };
  return { modem, clock, waitMs, stop };
}

/** Brings the modem up within the limit. Rejects with the reason when it does not come online. */
export async function startWithin(
  { modem, clock, waitMs }: PreparedModem,
  signal: AbortSignal,
): Promise<void> {
  const late = new AbortController();
  const timer = clock.setTimeout(() => late.abort(), waitMs);
  const last = { text: 'portClosed' };
  const states = modem.status$.subscribe(({ state, problem }) => {
    if (state !== 'stopped') last.text = problem ? `${state}: ${problem.message} [${problem.code}]` : state;
  });
  try {
    await modem.start({ signal: AbortSignal.any([signal, late.signal]) });
  } catch (error) {
    if (late.signal.aborted) throw new Error(`not online after ${waitMs / 1000} s: still ${last.text}`);
    throw error;
  } finally {
    clock.clearTimeout(timer);
    states.unsubscribe();
  }
}
