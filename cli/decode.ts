/** `urchestra decode`: a trace, or a recorded dialogue → one JSON event per line. */

import { once } from 'node:events';
import { wireDialectOf } from '../adapters/dialects/registry.ts';
import { isTrace } from '../adapters/trace/read-trace.ts';
import { replay, resplit } from '../adapters/transcript/replay.ts';
import { parseTextLog } from '../adapters/transcript/text-log.ts';
import { parseTranscript, type Transcript } from '../adapters/transcript/transcript.ts';
import { seededRandom } from '../simulator/random.ts';
import { type DecodeTraceOptions, decodeTrace } from './decode-trace.ts';
import { openInput } from './input.ts';
import { EXIT, type Io, usageError } from './io.ts';

/** Options of the command line. */
export interface DecodeOptions extends DecodeTraceOptions {
  /** Seed of the cuts when the received bytes are to be split anew. */
  readonly resplit?: string;
}

/** Longest piece of a new split. */
const LONGEST_PIECE_BYTES = 24;
const LINES_PER_WRITE = 500;

/** A transcript is a JSON object; everything else is read as a text log. */
function parse(text: string): Transcript {
  return /^\s*[[{]/.test(text) ? parseTranscript(text) : parseTextLog(text);
}

function seedOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usageError(`--resplit must be a whole number from 0 to 999999999, got ${JSON.stringify(text)}`);
}

/** Decodes a file, `-` for stdin. What it is shows at its beginning.
 *
 * @returns the exit code: 0, or 2 through the error of bad input.
 */
export async function decode(path: string, options: DecodeOptions, io: Io): Promise<number> {
  const { dialect, resplit: seed, text } = options;
  const known = dialect === undefined ? undefined : wireDialectOf(dialect);
  const random = seed === undefined ? undefined : seededRandom(seedOf(seed));
  const input = await openInput(path, io);
  if (input.beginning.trim() === '')
    throw usageError(`${path === '-' ? 'the input' : path} is empty: nothing was recorded`);
  if (isTrace(input.beginning)) {
    if (random) throw usageError('--resplit is for transcripts and text logs: a trace has no bytes to cut');
    return (await decodeTrace(input.lines(), options, io)) ? EXIT.ok : EXIT.usage;
  }
  if (text) throw usageError('--text is for traces, and this is none');
  if (known === undefined)
    throw usageError(
      "required option '--dialect <name>' not specified: only a trace tells its dialect by itself",
    );
  const transcript = parse(await input.all());
  const cut = random && (() => 1 + random.integer(0, LONGEST_PIECE_BYTES - 1));
  const elements = cut ? resplit(transcript.elements, cut) : transcript.elements;
  const lines: string[] = [];
  replay(known, { ...transcript, elements }, (event) => lines.push(`${JSON.stringify(event)}\n`));
  for (let at = 0; at < lines.length && !io.signal.aborted; at += LINES_PER_WRITE) {
    const isTaken = io.stdout.write(lines.slice(at, at + LINES_PER_WRITE).join(''));
    if (!isTaken) await once(io.stdout, 'drain');
  }
  return EXIT.ok;
}
