/** `urchestra decode` of a trace: each line checked and decoded, or all of it as text. */
import { once } from 'node:events';
import { TraceDecoder } from '../adapters/trace/decode-entry.ts';
import { isWhole, parseTraceLine } from '../adapters/trace/read-trace.ts';
import { textOfLine } from '../adapters/trace/trace-text.ts';
import type { InputLine } from './input.ts';
import type { Io } from './io.ts';

export interface DecodeTraceOptions {
  readonly dialect?: string;
  readonly text?: boolean;
}

const CHARACTERS_PER_WRITE = 64 * 1024;

/** Reads line by line: a trace of months need not fit into memory.
 *
 * @throws INVALID_ARGUMENT with the number of the line that is wrong; those in front of it are printed.
 */
export async function decodeTrace(
  lines: AsyncIterable<InputLine>,
  { dialect, text }: DecodeTraceOptions,
  io: Io,
): Promise<void> {
  const decoder = new TraceDecoder(dialect);
  let beganAtMs: number | undefined;
  let ready = '';
  const flush = async (): Promise<void> => {
    const taken = ready === '' || io.stdout.write(ready);
    ready = '';
    if (!taken) await once(io.stdout, 'drain');
  };
  try {
    for await (const line of lines) {
      if (io.signal.aborted) return;
      if (line.text.trim() === '') continue;
      if (!line.isEnded && !isWhole(line.text)) {
        io.stderr.write(
          `line ${line.number}, the last one, was cut off: the writer was killed, or its disk full\n`,
        );
        continue;
      }
      const entry = parseTraceLine(line.text, line.number);
      beganAtMs ??= entry.atMs;
      ready += `${text ? textOfLine(entry, beganAtMs) : JSON.stringify(decoder.decode(entry))}\n`;
      if (ready.length > CHARACTERS_PER_WRITE) await flush();
    }
  } finally {
    await flush();
  }
}
