/** A file that is written in the background: in order, bounded, and whole when the process ends.
 *
 *    write() ──▶ waiting ──▶ in flight ──▶ file
 *                  │ full: counted, and told by a line when there is room again
 *                  └─ process.exit(): what waits and what is in flight, at once
 */
import { writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { errnoOf } from '../adapters/foreign-error.ts';
import { usageError } from './io.ts';

/** What may wait for a slow disk; then lines are left out. A busy modem writes as much in minutes. */
const MOST_WAITING_CHARACTERS = 8 * 1024 * 1024;

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be written',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

export interface TraceFileOptions {
  readonly path: string;
  /** A line that tells how many were left out. */
  readonly leftOut: (lines: number) => string;
  /** The file cannot be written any more; called once. */
  readonly failed: (why: string) => void;
}

export class TraceFile {
  readonly #options: TraceFileOptions;
  readonly #handle: FileHandle;
  /** Where the next byte goes; missing for what is no regular file (a pipe). */
  #position: number | undefined;
  #waiting: string[] = [];
  #waitingCharacters = 0;
  #leftOut = 0;
  #inFlight: Buffer | undefined;
  #draining: Promise<void> | undefined;
  #hasFailed = false;

  private constructor(options: TraceFileOptions, handle: FileHandle, isRegular: boolean) {
    this.#options = options;
    this.#handle = handle;
    this.#position = isRegular ? 0 : undefined;
    process.on('exit', this.#atExit);
  }

  /** Makes the file empty.
   *
   * @throws INVALID_ARGUMENT
   */
  static async open(options: TraceFileOptions): Promise<TraceFile> {
    const { path } = options;
    try {
      const handle = await open(path, 'w');
      return new TraceFile(options, handle, (await handle.stat()).isFile());
    } catch (error) {
      throw usageError(`--trace ${path} cannot be written: ${why(error)}`);
    }
  }

  /** Takes a line without its end; returns at once. */
  write(line: string): void {
    if (this.#hasFailed) return;
    if (this.#waitingCharacters + line.length > MOST_WAITING_CHARACTERS) {
      this.#leftOut++;
      return;
    }
    this.#keep(line);
    this.#draining ??= this.#drain();
  }

  /** Everything is in the file. */
  async close(): Promise<void> {
    await this.#draining;
    process.off('exit', this.#atExit);
    await this.#handle.close().catch(() => undefined);
  }

  #keep(line: string): void {
    this.#waiting.push(`${line}\n`);
    this.#waitingCharacters += line.length + 1;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#takeWaiting();
      await this.#put(batch).catch((error: unknown) => this.#fail(error));
      if (this.#leftOut > 0 && !this.#hasFailed) this.#keep(this.#options.leftOut(this.#leftOut));
      this.#leftOut = 0;
    }
    this.#draining = undefined;
  }

  #takeWaiting(): Buffer {
    const batch = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#waitingCharacters = 0;
    return batch;
  }

  async #put(batch: Buffer): Promise<void> {
    for (let rest = batch; rest.length > 0; ) {
      this.#inFlight = rest;
      const { bytesWritten } = await this.#handle.write(rest, 0, rest.length, this.#position ?? null);
      if (this.#position !== undefined) this.#position += bytesWritten;
      rest = rest.subarray(bytesWritten);
    }
    this.#inFlight = undefined;
  }

  #fail(error: unknown): void {
    this.#hasFailed = true;
    this.#inFlight = undefined;
    this.#waiting = [];
    this.#options.failed(why(error));
  }

  /** The same bytes at the same place once more do no harm to what is in flight there. */
  readonly #atExit = (): void => {
    const inFlight = this.#position === undefined ? undefined : this.#inFlight;
    const rest = Buffer.concat([...(inFlight ? [inFlight] : []), this.#takeWaiting()]);
    try {
      for (let at = 0; at < rest.length; ) {
        const place = this.#position === undefined ? null : this.#position + at;
        at += writeSync(this.#handle.fd, rest, at, rest.length - at, place);
      }
    } catch {
      // The process ends now: there is nobody left to tell.
    }
  };
}

function why(error: unknown): string {
  const errno = errnoOf(error) ?? 'unknown error';
  return WHY[errno] ?? errno;
}
