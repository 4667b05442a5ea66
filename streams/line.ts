/** One line as it stands, read by the tables of a dialect; what it means also depends on the command in flight.
 *
 *    text ──▶ without control bytes ──▶ prefix and fields │ result │ URC
 *
 * The same text always reads the same, so a line is read once and remembered (see `LineTable`).
 */
import type { InfoLine } from '../adapters/dialects/dialect.ts';
import type { UrcRow, WireDialect } from '../adapters/dialects/wire.ts';
import { parseFields, trimmed } from './fields.ts';
import { isBootNotice, type Urc } from './urcs.ts';

export interface Line {
  /** As received, without line end and blanks around it. */
  readonly text: string;
  /** As an answer: prefix, text behind the colon, fields. */
  readonly info: InfoLine;
  /** `OK`, `+CME ERROR: 30`, `CLOSE OK`: what ends a command. Without the connect id in front. */
  readonly result: string | undefined;
  /** A lone address. */
  readonly address: string | undefined;
  /** The connect id that stood in front of it (`0, CLOSE OK`). */
  readonly connectId: number | undefined;
  readonly urc: Urc | undefined;
  /** The URC as an event, when nothing else depends on it: no payload, no text, no state of the host. */
  readonly notice: Notice | undefined;
  /** The text that the URC brings is on the next line. */
  readonly textFollows: boolean;
  /** Bytes that are no part of it: XON, XOFF, NUL, what a wrong baud rate makes of a byte. */
  readonly noiseBytes: number;
}

/** A URC that stands for itself. */
interface Notice {
  readonly kind: 'urc';
  readonly urc: Urc;
  readonly text: string;
  readonly payload: readonly Uint8Array[];
}

/** Reads the text of a line; `isPrintable` when it is known to be ASCII without control bytes. */
export type LineReader = (text: string, isPrintable?: boolean) => Line;

const RESULTS = new Set(['OK', 'ERROR', 'NO CARRIER', 'CONNECT']);
const ERROR_RESULT = /^\+CM[ES] ERROR\b/;
const CONNECT_WITH_TEXT = /^CONNECT \d/; // the speed of the line, V.250 §5.7.1
const INDEXED = /^(\d{1,2}) ?, ?([A-Z].*)$/;
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const CONTROL_BYTES = /[\u0000-\u001f\u007f]/g;
const NOISE = /[\u0000-\u001f\u007f]|^[\u0080-\u00ff]|[\u0080-\u00ff]$/;
const PLUS = 0x2b;
const DELETE = 0x7f;

/** Splits `+NAME: text` at the colon. A line without such a prefix is text. */
export function splitPrefix(text: string): InfoLine {
  const colon = text.charCodeAt(0) === PLUS ? text.indexOf(':') : -1;
  if (colon < 0) return { prefix: null, text, fields: [] };
  return {
    prefix: trimmed(text, 0, colon),
    text: trimmed(text, colon + 1),
    fields: parseFields(text, colon + 1),
  };
}

/** The text without bytes that no line contains: what is left may be an echo or a result. */
export function withoutNoise(text: string): string {
  if (!NOISE.test(text)) return text;
  const printable = text.replace(CONTROL_BYTES, '');
  let start = 0;
  let end = printable.length;
  while (start < end && printable.charCodeAt(start) > DELETE) start++;
  while (end > start && printable.charCodeAt(end - 1) > DELETE) end--;
  return trimmed(printable, start, end);
}

/** The rows of one prefix, those of one kind by the kind. */
interface PrefixRows {
  readonly byKind: Map<string, UrcRow>;
  readonly others: UrcRow[];
}

function rowsByPrefix(rows: readonly UrcRow[]): ReadonlyMap<string, PrefixRows> {
  const index = new Map<string, PrefixRows>();
  for (const row of rows) {
    const known: PrefixRows = index.get(row.prefix) ?? { byKind: new Map(), others: [] };
    if (row.kind === undefined) known.others.push(row);
    else known.byKind.set(row.kind, row);
    index.set(row.prefix, known);
  }
  return index;
}

/** `REMOTE IP: 10.1.1.1` has its prefix in words. */
function splitWords(text: string): InfoLine {
  const colon = text.indexOf(':');
  if (colon < 0) return { prefix: null, text, fields: [] };
  const rest = trimmed(text, colon + 1);
  return { prefix: text.slice(0, colon), text: rest, fields: [rest] };
}

const NO_SLICES: readonly Uint8Array[] = [];

function noticeOf(urc: Urc, row: UrcRow, text: string): Notice | undefined {
  const { name } = urc;
  const mayHavePayload = name === 'receive' || (name === 'recv' && urc.lengthBytes !== undefined);
  const changesState = name === 'incoming' || isBootNotice(urc);
  if (mayHavePayload || changesState || row.textFollows === true) return undefined;
  return { kind: 'urc', urc, text, payload: NO_SLICES };
}

/** A line of which the tables know nothing more than its fields. */
export function plainLine(text: string, info: InfoLine): Line {
  return {
    text,
    info,
    result: undefined,
    address: undefined,
    connectId: undefined,
    urc: undefined,
    notice: undefined,
    textFollows: false,
    noiseBytes: 0,
  };
}

/** A URC, and the row that told so. */
interface Found {
  readonly urc: Urc;
  readonly row: UrcRow;
}

/** Makes the line reader of a dialect. */
export function lineReaderOf(dialect: Pick<WireDialect, 'urcs' | 'finals'>): LineReader {
  const rows = rowsByPrefix(dialect.urcs);
  const results = new Set([...RESULTS, ...dialect.finals]);

  function resultIn(text: string): string | undefined {
    if (results.has(text)) return text;
    return CONNECT_WITH_TEXT.test(text) ? 'CONNECT' : undefined;
  }

  function readRow(row: UrcRow, info: InfoLine, connectId: number | undefined): Found | undefined {
    if ((row.exact === true) !== (info.prefix === null)) return undefined;
    if (connectId !== undefined && row.indexed !== true) return undefined;
    const urc = row.read(info.fields, { text: info.text, connectId });
    return urc && { urc, row };
  }

  function urcIn(info: InfoLine, connectId?: number): Found | undefined {
    const known = rows.get(info.prefix ?? info.text);
    if (known === undefined) return undefined;
    const [first] = info.fields;
    const row = typeof first === 'string' ? known.byKind.get(first.toLowerCase()) : undefined;
    const found = row && readRow(row, info, connectId);
    if (found) return found;
    for (const other of known.others) {
      const fits = readRow(other, info, connectId);
      if (fits) return fits;
    }
    return undefined;
  }

  function readPrefixed(text: string): Line {
    const info = splitPrefix(text);
    if (ERROR_RESULT.test(text)) return { ...plainLine(text, info), result: text };
    const found = urcIn(info);
    return {
      text,
      info,
      result: undefined,
      address: undefined,
      connectId: undefined,
      urc: found?.urc,
      notice: found && noticeOf(found.urc, found.row, text),
      textFollows: found?.row.textFollows === true,
      noiseBytes: 0,
    };
  }

  /** Results, addresses and URCs in words; nothing for a text that is none. */
  function readText(text: string): Line | undefined {
    const line = plainLine(text, { prefix: null, text, fields: [] });
    if (ADDRESS.test(text)) return { ...line, address: text };
    const result = resultIn(text);
    const found = urcIn(line.info) ?? urcIn(splitWords(text));
    if (result !== undefined || found) return { ...line, result, urc: found?.urc };
    return readIndexed(text, line);
  }

  /** `0, REMOTE IP: 10.1.1.1`: the index, and the rest as a line of its own. */
  function readIndexed(text: string, line: Line): Line | undefined {
    const [, index, rest] = INDEXED.exec(text) ?? [];
    if (index === undefined || rest === undefined) return undefined;
    const connectId = Number(index);
    const result = resultIn(rest);
    const found = urcIn(splitWords(rest), connectId);
    return result === undefined && found === undefined
      ? undefined
      : { ...line, connectId, result, urc: found?.urc };
  }

  return (received, isPrintable = false) => {
    const text = trimmed(received);
    const clean = isPrintable ? text : withoutNoise(text);
    const line = clean.charCodeAt(0) === PLUS ? readPrefixed(clean) : readText(clean);
    if (line === undefined) return plainLine(text, { prefix: null, text, fields: [] });
    return clean === text ? line : { ...line, notice: undefined, noiseBytes: text.length - clean.length };
  };
}
