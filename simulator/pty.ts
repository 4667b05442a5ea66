/** Serves a virtual module on a pseudo terminal, so that any program can open it like a serial port.
 *
 *    program ──▶ LINK ──▶ slave │ master ◀── socat ──▶ our pipes ──▶ VirtualModule
 *                           ▲
 *                           └─ held open here, so that the program may close and open it again
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { closeSync, constants, lstatSync, openSync, statSync, unlinkSync } from 'node:fs';
import { type Clock, delay, systemClock } from '../streams/clock.ts';
import type { VirtualModule } from './module.ts';
import { OUTPUT_LIMIT_BYTES, type ServedModule, ServeError } from './transport.ts';

/** How often to look whether socat has made the link, and for how long. */
const POLL_MS = 10;
const READY_LIMIT_MS = 5000;
const SOCAT_MISSING = 'socat is not installed: apt-get install socat';

/** Makes `link` lead to a pseudo terminal with the module behind it.
 *
 * The program may open and close it at will. Output that nobody reads waits in the terminal (some KiB), then is lost.
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
  let terminal: Terminal | undefined = await Terminal.open(module, link, clock);
  const stop = new AbortController();
  const output = module.output$.subscribe((bytes) => terminal?.write(bytes));
  let coming: Promise<void> = Promise.resolve();
  output.add(
    module.transportLost$.subscribe(() => {
      coming = coming.then(async () => {
        await terminal?.close();
        terminal = undefined;
        const leftMs = module.transportUpAtMs - module.options.clock.now();
        await delay(module.options.clock, Math.max(0, leftMs), stop.signal);
        terminal = await Terminal.open(module, link, clock);
      });
      // An abort ends the waiting; a failed reopening leaves the module without a port until the next loss.
      coming = coming.catch(() => {});
    }),
  );
  return {
    address: link,
    async close() {
      output.unsubscribe();
      stop.abort();
      await coming;
      await terminal?.close();
      terminal = undefined;
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
  readonly #socat: ChildProcessWithoutNullStreams;
  readonly #gone: Promise<void>;
  readonly #link: string;
  #holder: number | undefined;
  #complaint = '';
  #ended = false;

  private constructor(module: VirtualModule, link: string) {
    this.#link = link;
    // A group of its own: Ctrl-C reaches us alone, and we end it in good order.
    this.#socat = spawn('socat', [`PTY,link=${link},raw,echo=0`, 'STDIO'], { detached: true });
    const { stdin, stdout, stderr } = this.#socat;
    stdout.on('data', (bytes: Buffer) => {
      module.receive(new Uint8Array(bytes));
      stdout.pause();
      module.whenInputBelow(OUTPUT_LIMIT_BYTES / 16, () => stdout.resume());
    });
    stdin.on('error', () => {});
    stderr.on('data', (text: Buffer) => {
      this.#complaint = `${this.#complaint}${text}`.slice(-500);
    });
    this.#gone = new Promise((resolve) => {
      this.#socat.on('error', (error: NodeJS.ErrnoException) => {
        this.#complaint = error.code === 'ENOENT' ? SOCAT_MISSING : error.message;
        this.#ended = true;
        resolve();
      });
      this.#socat.on('exit', () => {
        this.#ended = true;
        resolve();
      });
    });
  }

  static async open(module: VirtualModule, link: string, clock: Clock): Promise<Terminal> {
    const terminal = new Terminal(module, link);
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

  write(bytes: Uint8Array): void {
    const { stdin } = this.#socat;
    if (!this.#ended && stdin.writableLength < OUTPUT_LIMIT_BYTES) stdin.write(bytes);
  }

  async close(): Promise<void> {
    if (this.#holder !== undefined) closeSync(this.#holder);
    this.#holder = undefined;
    if (!this.#ended) this.#socat.kill('SIGTERM');
    await this.#gone;
    const present = lstatSync(this.#link, { throwIfNoEntry: false });
    if (present?.isSymbolicLink() && statSync(this.#link, { throwIfNoEntry: false }) === undefined) {
      unlinkSync(this.#link);
    }
  }

  /** Opens the slave side, as soon as it is there: while we hold it, closing the last other end is no hang-up. */
  #hold(): boolean {
    try {
      this.#holder = openSync(this.#link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
      return true;
    } catch {
      return false;
    }
  }

  #reason(): string {
    const complaint = this.#complaint.trim().split('\n').at(-1) ?? '';
    return complaint === SOCAT_MISSING
      ? complaint
      : `cannot make ${this.#link}: ${complaint || 'socat gave up'}`;
  }
}
