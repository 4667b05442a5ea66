/** What a subcommand reads: a file, or standard input for `-`. */
import { createReadStream } from 'node:fs';
import { errnoOf } from '../adapters/foreign-error.ts';
import { type Io, usageError } from './io.ts';

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/** What is long enough to tell what it is. */
const BEGINNING_BYTES = 4096;
const LONGEST_LINE_BYTES = 1024 * 1024;
const LF = 0x0a;

/** The bytes of a file, piece by piece.
 *
 * @throws INVALID_ARGUMENT when it cannot be read.
 */
async function* chunksOf(path: string, io: Io): AsyncGenerator<Buffer> {
  const source = path === '-' ? io.stdin : createReadStream(path);
  io.signal.addEventListener('abort', () => source.destroy(), { once: true });
  try {
    for await (const chunk of source) yield Buffer.from(chunk);
  } catch (error) {
    const errno = errnoOf(error) ?? 'unknown error';
    if (io.signal.aborted) throw error;
    throw usageError(`cannot read ${path}: ${WHY[errno] ?? errno}`);
  }
}

/** One line of the input. */
export interface InputLine {
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
  /** False for the last one, where its line end is missing. */
  readonly isEnded: boolean;
}

/** An input whose beginning is known before it is decided how to read it. */
export interface Input {
  readonly beginning: string;
  readonly all: () => Promise<string>;
  readonly lines: () => AsyncGenerator<InputLine>;
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** Reads until it can be told what it is: a whole line, or enough of one. */
export async function openInput(path: string, io: Io): Promise<Input> {
  const chunks = chunksOf(path, io);
  let read: Buffer = Buffer.alloc(0);
  while (read.length < BEGINNING_BYTES && !textOf(read).trimStart().includes('\n')) {
    const { done, value } = await chunks.next();
    if (done) break;
    read = Buffer.concat([read, value]);
  }
  const beginning = withoutMark(textOf(read));

  async function* whole(): AsyncGenerator<Buffer> {
    yield read;
    yield* chunks;
  }

  return {
    beginning,
    all: async () => {
      const pieces: Buffer[] = [];
      for await (const piece of whole()) pieces.push(piece);
      return withoutMark(textOf(Buffer.concat(pieces)));
    },
    lines: () => linesOf(whole()),
  };
}

const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<InputLine> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  const line = (bytes: Uint8Array, isEnded: boolean): InputLine => {
    number++;
    const text = textOf(bytes);
    return { text: number === 1 ? withoutMark(text) : text, number, isEnded };
  };
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      yield line(bytes.subarray(start, end), true);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > LONGEST_LINE_BYTES) throw usageError(`line ${number + 1} is longer than 1 MiB`);
  }
  if (rest.length > 0) yield line(rest, false);
}
