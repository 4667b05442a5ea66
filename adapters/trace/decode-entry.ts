/** What a line of a trace means, in the words of the transcript format, as far as its redacted text tells. */
import { parseCommandLines } from '../../streams/command-line.ts';
import { type Line, type LineReader, lineReaderOf } from '../../streams/line.ts';
import { wireDialectOf } from '../dialects/registry.ts';
import { type DecodedEvent, decoded } from '../transcript/vocabulary.ts';
import type { TraceLine, WireEntry } from './trace-entry.ts';

const COMMAND = /^AT/i;
/** A bare address as a result (gsm): the trace names it, the reader has it as a result too. */
const ADDRESS = 'ADDRESS';

/** Reads the lines of one trace, which change what is known of those behind them: the header tells the dialect. */
export class TraceDecoder {
  /** Missing as long as the dialect is not known. */
  #read: LineReader | undefined;
  readonly #isGiven: boolean;

  /** @param dialect counts more than what the file says.
   * @throws INVALID_ARGUMENT for a name that is none.
   */
  constructor(dialect: string | undefined) {
    this.#isGiven = dialect !== undefined;
    if (dialect !== undefined) this.#read = lineReaderOf(wireDialectOf(dialect));
  }

  /** The line, and as `decoded` what it means. */
  decode(line: TraceLine): TraceLine & { readonly decoded?: DecodedEvent } {
    if (line.kind === 'header') {
      if (line.dialect && !this.#isGiven) this.#read = lineReaderOf(wireDialectOf(line.dialect));
      return line;
    }
    const event = this.#meaning(line);
    return event === undefined ? line : { ...line, decoded: event };
  }

  #meaning(entry: TraceLine): DecodedEvent | undefined {
    if (entry.kind === 'tx') return written(entry);
    if (this.#read === undefined) return undefined;
    if (entry.kind === 'rx') return answered(entry, this.#read(entry.text));
    if (entry.kind === 'urc') return unsolicited(entry, this.#read(entry.text));
    return undefined;
  }
}

function written({ text, payloadBytes }: WireEntry): DecodedEvent | undefined {
  if (payloadBytes !== undefined) return { type: 'payload', length: payloadBytes };
  return COMMAND.test(text) ? { type: 'command', commands: parseCommandLines(text) } : undefined;
}

const lengthOf = ({ payloadBytes }: WireEntry): object =>
  payloadBytes === undefined ? {} : { length: payloadBytes };

function answered(entry: WireEntry, { result, connectId, info }: Line): DecodedEvent {
  if (entry.text === '>') return { type: 'prompt' };
  const final = entry.text === ADDRESS ? ADDRESS : result;
  if (final !== undefined)
    return decoded({ kind: 'final', result: final, ...(connectId !== undefined && { connectId }) });
  return { ...decoded({ kind: 'info', line: info, payload: [] }), ...lengthOf(entry) };
}

/** Nothing where the text was blanked out so much that no row of the dialect fits any more. */
function unsolicited(entry: WireEntry, { urc, text }: Line): DecodedEvent | undefined {
  if (urc === undefined) return undefined;
  return { ...decoded({ kind: 'urc', urc, text, payload: [] }), ...lengthOf(entry) };
}
