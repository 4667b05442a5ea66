/** Serves a virtual module on a pseudo terminal, so that any program can open it like a serial port.
 *
 *    program ──▶ LINK ──▶ slave │ master ◀── socat ──▶ our pipes ──▶ VirtualModule
 *                           ▲
 *                           └─ held open here, so that the program may close and open it again
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readlinkSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { type Clock, delay, systemClock } from '../streams/clock.ts';
import type { VirtualModule } from './module.ts';
import { INPUT_AHEAD_BYTES, type ServedModule, ServeError, writeOutput } from './transport.ts';

/** How often to look whether socat is ready, and for how long. */
const POLL_MS = 10;
const READY_LIMIT_MS = 5000;
/** Room in front of the line, as a driver has it: with the 200 KiB of a local socket no host could tell when a paced line is silent. */
const PIPE_BYTES = 4096;
const REPORT_LIMIT_CHARACTERS = 4000;
const SOCAT_MISSING = 'socat is not installed: apt-get install socat';

/** Makes `link` lead to a pseudo terminal with the module behind it.
 *
 * The program may open and close it at will. Output that nobody reads waits: some KiB in the terminal, the rest in the module.
 * A `portLost` fault hangs the terminal up, removes the link, and brings it back when it is over.
 *
 * @param clock real time, for the waiting; a `VirtualClock` does not serve here.
 * @throws ServeError when socat is missing or the link cannot be made.
 */
export async function serveOnPty(
  module: VirtualModule,
  link: string,
  clock: Clock = systemClock,
): Promise<ServedModule> {
  removeStaleLink(link);
  let terminal: Terminal | undefined;
  const open = async (): Promise<void> => {
    const opened = await Terminal.open(module, clock);
    terminal = opened;
    // The link comes last: who finds it finds everything ready.
    opened.link(link);
  };
  const shut = async (): Promise<void> => {
    const closing = terminal;
    terminal = undefined;
    await closing?.close();
  };
  await open();
  const stop = new AbortController();
  const output = module.output$.subscribe((bytes) => terminal?.write(bytes));
  let coming: Promise<void> = Promise.resolve();
  const comeBack = async (): Promise<void> => {
    await shut();
    const leftMs = module.transportUpAtMs - module.options.clock.now();
    await delay(module.options.clock, Math.max(0, leftMs), stop.signal);
    await open();
  };
  // An abort ends the waiting; a failed reopening leaves the module without a port until the next loss.
  output.add(
    module.transportLost$.subscribe(() => {
      coming = coming.then(comeBack).catch(() => {});
    }),
  );
  return {
    address: link,
    async close() {
      output.unsubscribe();
      stop.abort();
      await coming;
      await shut();
    },
  };
}

/** A link that leads nowhere was left by a process that was killed; anything else is not ours to remove. */
function removeStaleLink(link: string): void {
  const present = lstatSync(link, { throwIfNoEntry: false });
  if (present === undefined) return;
  const target = statSync(link, { throwIfNoEntry: false });
  if (!present.isSymbolicLink() || target !== undefined) {
    throw new ServeError(`${link} exists already: remove it or choose another name`);
  }
  unlinkSync(link);
}

/** One run of socat. */
class Terminal {
  readonly #module: VirtualModule;
  readonly #socat: ChildProcessWithoutNullStreams;
  readonly #gone: Promise<void>;
  #link: string | undefined;
  #holder: number | undefined;
  #report = '';
  #ended = false;

  private constructor(module: VirtualModule) {
    this.#module = module;
    // -d -d: socat says on stderr which terminal it made, and when it is ready. A group of its own: Ctrl-C reaches us
    // alone, and we end it in good order; should we be killed, it ends with our pipes.
    const pipes = `STDIO,sndbuf=${PIPE_BYTES}`;
    this.#socat = spawn('socat', ['-d', '-d', 'PTY,raw,echo=0', pipes], { detached: true });
    const { stdin, stdout, stderr } = this.#socat;
    stdout.on('data', (bytes: Buffer) => {
      module.receive(new Uint8Array(bytes));
      stdout.pause();
      module.whenInputBelow(INPUT_AHEAD_BYTES, () => stdout.resume());
    });
    stdin.on('error', () => {});
    stderr.on('data', (text: Buffer) => {
      this.#report = `${this.#report}${text}`.slice(-REPORT_LIMIT_CHARACTERS);
    });
    this.#gone = new Promise((resolve) => {
      const end = (): void => {
        this.#ended = true;
        module.setClearToSend(true);
        resolve();
      };
      this.#socat.on('error', (error: NodeJS.ErrnoException) => {
        this.#report = error.code === 'ENOENT' ? SOCAT_MISSING : error.message;
        end();
      });
      this.#socat.on('exit', end);
    });
  }

  static async open(module: VirtualModule, clock: Clock): Promise<Terminal> {
    const terminal = new Terminal(module);
    const limitMs = clock.now() + READY_LIMIT_MS;
    while (!terminal.#hold()) {
      if (terminal.#ended || clock.now() > limitMs) {
        await terminal.close();
        throw new ServeError(terminal.#reason());
      }
      await delay(clock, POLL_MS);
    }
    return terminal;
  }

  /** Makes the link to the terminal. */
  link(path: string): void {
    const name = this.#name();
    if (name === undefined) return;
    try {
      symlinkSync(name, path);
    } catch (error) {
      void this.close();
      throw new ServeError(`cannot make the link ${path}: ${(error as NodeJS.ErrnoException).code}`);
    }
    this.#link = path;
  }

  write(bytes: Uint8Array): void {
    if (!this.#ended) writeOutput(this.#module, this.#socat.stdin, bytes);
  }

  async close(): Promise<void> {
    if (this.#link !== undefined && readLink(this.#link) === this.#name()) unlinkSync(this.#link);
    this.#link = undefined;
    if (this.#holder !== undefined) closeSync(this.#holder);
    this.#holder = undefined;
    if (!this.#ended) this.#socat.kill('SIGTERM');
    await this.#gone;
  }

  /** Opens the slave side, as soon as socat is ready: while we hold it, a program may close and open it at will. */
  #hold(): boolean {
    const name = this.#name();
    if (name === undefined || !/starting data transfer loop/.test(this.#report)) return false;
    this.#holder = openSync(name, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    return true;
  }

  #name(): string | undefined {
    return /PTY is (\S+)/.exec(this.#report)?.[1];
  }

  #reason(): string {
    if (this.#report === SOCAT_MISSING) return SOCAT_MISSING;
    return `cannot make a pseudo terminal: ${this.#report.trim().split('\n').at(-1) || 'socat gave up'}`;
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
