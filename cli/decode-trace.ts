/** `urchestra decode` of a trace: each line checked and decoded, or all of it as text. */
import { once } from 'node:events';
import { TraceDecoder } from '../adapters/trace/decode-entry.ts';
import { isWhole, parseTraceLine } from '../adapters/trace/read-trace.ts';
import type { TraceLine } from '../adapters/trace/trace-entry.ts';
import { textOfLine } from '../adapters/trace/trace-text.ts';
import { isModemError } from '../errors.ts';
import type { InputLine } from './input.ts';
import type { Io } from './io.ts';

export interface DecodeTraceOptions {
  readonly dialect?: string;
  readonly text?: boolean;
}

const CHARACTERS_PER_WRITE = 64 * 1024;
/** Wrong lines that are told one by one. */
const MOST_TOLD = 20;

/** Reads line by line: a trace of months need not fit into memory.
 *
 * A line that is wrong is told on stderr, with its number, and the others are read all the same.
 *
 * @returns whether all lines were right.
 */
export async function decodeTrace(
  lines: AsyncIterable<InputLine>,
  { dialect, text }: DecodeTraceOptions,
  io: Io,
): Promise<boolean> {
  const decoder = new TraceDecoder(dialect);
  let beganAtMs: number | undefined;
  let ready = '';
  let wrong = 0;
  const flush = async (): Promise<void> => {
    const taken = ready === '' || io.stdout.write(ready);
    ready = '';
    if (!taken) await once(io.stdout, 'drain');
  };
  try {
    for await (const line of lines) {
      if (io.signal.aborted) return true;
      if (line.text.trim() === '') continue;
      if (!line.isEnded && !isWhole(line.text)) {
        io.stderr.write(
          `line ${line.number}, the last one, was cut off: the writer was killed, or its disk full\n`,
        );
        continue;
      }
      const entry = readable(line);
      if (typeof entry === 'string') {
        if (++wrong <= MOST_TOLD) io.stderr.write(`error: ${entry}\n`);
        continue;
      }
      beganAtMs ??= entry.atMs;
      ready += `${text ? textOfLine(entry, beganAtMs) : JSON.stringify(decoder.decode(entry))}\n`;
      if (ready.length > CHARACTERS_PER_WRITE) await flush();
    }
  } finally {
    await flush();
  }
  if (wrong > MOST_TOLD)
    io.stderr.write(`error: trace: ${wrong} lines are wrong, the first ${MOST_TOLD} are told\n`);
  return wrong === 0;
}

/** The entry of a line, or what is wrong with it. */
function readable({ text, number }: InputLine): TraceLine | string {
  try {
    return parseTraceLine(text, number);
  } catch (error) {
    if (isModemError(error)) return error.message;
    throw error;
  }
}
