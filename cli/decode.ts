/** `urchestra decode`: a recorded dialogue → one JSON event per line. */

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { wireDialectOf } from '../adapters/dialects/registry.ts';
import { errnoOf } from '../adapters/foreign-error.ts';
import { replay, resplit } from '../adapters/transcript/replay.ts';
import { parseTextLog } from '../adapters/transcript/text-log.ts';
import { parseTranscript, type Transcript } from '../adapters/transcript/transcript.ts';
import { seededRandom } from '../simulator/random.ts';
import { EXIT, type Io, usageError } from './io.ts';

/** Options of the command line. */
export interface DecodeOptions {
  readonly dialect: string;
  /** Seed of the cuts when the received bytes are to be split anew. */
  readonly resplit?: string;
}

/** Longest piece of a new split. */
const LONGEST_PIECE_BYTES = 24;
const LINES_PER_WRITE = 500;

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

async function read(path: string, io: Io): Promise<string> {
  if (path === '-') {
    const chunks: Uint8Array[] = [];
    io.signal.addEventListener('abort', () => io.stdin.destroy(), { once: true });
    for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString('utf8');
  }
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error) ?? 'unknown error';
    throw usageError(`cannot read ${path}: ${WHY[errno] ?? errno}`);
  }
}

/** A transcript is a JSON object; everything else is read as a text log. */
function parse(text: string): Transcript {
  const content = text.replace(/^\uFEFF/, '');
  return /^\s*[[{]/.test(content) ? parseTranscript(content) : parseTextLog(content);
}

function seedOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usageError(`--resplit must be a whole number from 0 to 999999999, got ${JSON.stringify(text)}`);
}

/** Decodes a file, `-` for stdin.
 *
 * @returns the exit code: 0, or 2 through the error of bad input.
 */
export async function decode(path: string, options: DecodeOptions, io: Io): Promise<number> {
  const dialect = wireDialectOf(options.dialect);
  const random = options.resplit === undefined ? undefined : seededRandom(seedOf(options.resplit));
  const transcript = parse(await read(path, io));
  const cut = random && (() => 1 + random.integer(0, LONGEST_PIECE_BYTES - 1));
  const elements = cut ? resplit(transcript.elements, cut) : transcript.elements;
  const lines: string[] = [];
  replay(dialect, { ...transcript, elements }, (event) => lines.push(`${JSON.stringify(event)}\n`));
  for (let at = 0; at < lines.length && !io.signal.aborted; at += LINES_PER_WRITE) {
    const isTaken = io.stdout.write(lines.slice(at, at + LINES_PER_WRITE).join(''));
    if (!isTaken) await once(io.stdout, 'drain');
  }
  return EXIT.ok;
}
