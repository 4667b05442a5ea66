import { type ChildProcess, spawn } from 'node:child_process';
import { ModemError } from '../../errors.ts';
import { type Clock, systemClock } from '../../streams/clock.ts';
import { integer } from '../dialects/arguments.ts';
import { shownValue } from '../dialects/shown-value.ts';
import { invalid, needClock, readList, readOptions } from '../plain-options.ts';
import { type PowerControl, resetFailure } from './power.ts';

export { parseCommandLine } from './command-line.ts';

/** The program that cuts and restores the module's power, and how long it may take. */
export interface CommandResetOptions {
  /** Program and arguments; no shell is involved. From text: `parseCommandLine(text)`. */
  readonly command: readonly string[];
  /** Limit for the program; 30 s when left out. */
  readonly timeoutMs?: number;
  /** Time for the limit; the system clock when left out. */
  readonly clock?: Clock;
}

/** Resets by an external program: a relay, a GPIO, a power distribution unit. Exit code 0 is success.
 *
 * The program runs in a process group of its own, so that Ctrl-C in a terminal does not stop it half way with
 * the power off. At the limit, or when the modem is stopped, the whole group gets SIGTERM, and SIGKILL 2 s later.
 *
 * @example commandReset({ command: ['/usr/local/bin/cycle-modem-power', '--off-seconds', '5'] })
 * @throws ModemError `INVALID_ARGUMENT` when the command is empty.
 */
export function commandReset(options: CommandResetOptions): PowerControl {
  const read = readOptions<CommandResetOptions>(options, ['command', 'timeoutMs', 'clock']);
  const { timeoutMs = 30_000, clock = systemClock } = read;
  const [program, ...parameters] = readList(read.command, 'command').map(word);
  integer('timeoutMs', timeoutMs, 1, 2 ** 31 - 1);
  needClock(clock);
  if (!program) {
    const text = 'command names a program and its arguments, got an empty list';
    throw new ModemError('INVALID_ARGUMENT', text, { argument: 'command' });
  }
  return {
    // Without the arguments: they may hold the password of a power switch.
    description: program,
    reachesSilentModule: true,
    async reset(request) {
      const failed = (cause: unknown) =>
        resetFailure(request, `reset by ${program}`, cause, 'run it by hand as the same user to see why');
      if (request.signal.aborted) throw failed(request.signal.reason);
      try {
        await run(program, parameters, { timeoutMs, clock, signal: request.signal });
      } catch (error) {
        throw failed(error);
      }
    },
  };
}

/** What no message and no terminal should get. */
const CONTROLS = /\p{Cc}+/gu;
const LONGEST_LINE = 200;
/** The last line of stderr may come behind the exit, and a process in the background may hold it open for ever. */
const LAST_WORDS_MS = 1_000;

/** A program, or one of its arguments. */
function word(text: unknown): string {
  if (typeof text === 'string' && !text.includes('\0')) return text;
  throw invalid('command', `names a program and its arguments as texts, got ${shownValue(text)}`);
}

interface Limits {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Resolves at exit code 0; otherwise rejects with the reason as text. Leaves no timer behind. */
function run(program: string, parameters: readonly string[], limits: Limits): Promise<void> {
  const { timeoutMs, clock, signal } = limits;
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    const lastLine = lastLineOf(child);
    let stopped: string | undefined;
    const stop = (why: string): void => {
      stopped ??= why;
      kill(child, 'SIGTERM');
      clock.clearTimeout(timer);
      timer = clock.setTimeout(() => {
        kill(child, 'SIGKILL');
        settle(stopped);
      }, 2_000);
    };
    const abort = (): void => stop('stop() was called');
    let timer = clock.setTimeout(() => stop(`it did not end within ${timeoutMs} ms`), timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    const settle = (failure: string | undefined): void => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      // A background process of the program may hold the pipe; it is not ours to wait for.
      child.stderr?.destroy();
      if (failure === undefined) resolve();
      else reject(lastLine() ? `${failure}, and said: ${lastLine()}` : failure);
    };
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, by) => {
      if (stopped !== undefined) return;
      if (code === 0) return settle(undefined);
      const failure = code === null ? `${by} ended it` : `exit code ${code}`;
      clock.clearTimeout(timer);
      timer = clock.setTimeout(() => settle(failure), LAST_WORDS_MS);
      child.once('close', () => settle(failure));
    });
    child.once('close', () => {
      if (stopped !== undefined) settle(stopped);
    });
  });
}

function kill(child: ChildProcess, how: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(how);
    else process.kill(-child.pid, how);
  } catch {
    // The group has ended meanwhile.
  }
}

/** The last line with text on it that the program wrote to stderr; keeps at most 4 KiB of it. */
function lastLineOf(child: ChildProcess): () => string | undefined {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-4_096);
  });
  return () => {
    const line = tail.trimEnd().split('\n').at(-1) ?? '';
    return line.replace(CONTROLS, ' ').trim().slice(0, LONGEST_LINE) || undefined;
  };
}
