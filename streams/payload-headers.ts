/** Lines that announce counted payload, and what their header says of it.
 *
 *    +QIRD: <n>[,"ip",port]            answer to a read, all dialects but gsm
 *    +QIRD:<ip>:<port>,TCP,<n>         answer to a read, gsm
 *    +QIURC: "recv",<id>,<n>[,…]       direct push (D1)
 *    +RECEIVE: <id>, <n>               gsm with AT+QIMUX=1, header parts may follow
 *    IPD<n>[TCP|UDP]:                  gsm with AT+QIHEAD=1, payload on the same line
 */
import type { WireDialect } from '../adapters/dialects/wire.ts';
import type { Expectation } from './expectation.ts';
import type { Field } from './fields.ts';
import type { HeaderPartName, HeaderParts } from './header-parts.ts';
import type { HostState } from './host-state.ts';
import { type Line, plainLine, splitPrefix } from './line.ts';
import type { Urc } from './urcs.ts';
import type { PayloadHeader } from './wire-event.ts';

/** An announcement, and the event that its payload completes. */
export interface Announced {
  /** On the wire. */
  readonly lengthBytes: number;
  readonly line: Line;
  readonly urc: Urc | undefined;
  readonly header: PayloadHeader;
  readonly isHex: boolean;
  readonly parts: HeaderParts;
}

/** No dialect announces more; a larger number is no announcement. */
const MOST_PAYLOAD_BYTES = 65_535;

const INLINE_READ = /^(\+\w+): *(\d{1,5}) *,$/;
const INLINE_READ_REMAINING = /^(\+\w+): *(\d{1,5}) *, *(-?\d{1,6}) *,$/;
const INLINE_READ_ADDRESSED = /^(\+\w+): *(\d{1,5}) *, *"([^"]*)" *, *(\d{1,5}) *,$/;
const INLINE_PUSH = /^\+QIURC: *"recv" *, *(\d{1,2}) *, *(\d{1,5}) *,$/;
const INLINE_PUSH_ADDRESSED = /^\+QIURC: *"recv" *, *(\d{1,2}) *, *(\d{1,5}) *, *"([^"]*)" *, *(\d{1,5}) *,$/;
const INLINE_HEAD = /^IPD(\d{1,5})(TCP|UDP)?:$/;
const ENDPOINT = /^(.*):(\d{1,5})$/;

/** The field as the length of a payload, also with zeros in front; `undefined` when it can be none. */
function lengthIn(field: Field | undefined): number | undefined {
  const value = typeof field === 'string' && /^0\d{1,4}$/.test(field) ? Number(field) : field;
  return typeof value === 'number' && value >= 0 && value <= MOST_PAYLOAD_BYTES ? value : undefined;
}

const NO_PARTS: HeaderParts = [];

function announced(
  line: Line,
  header: PayloadHeader,
  isHex: boolean,
  urc?: Urc,
  parts: HeaderParts = NO_PARTS,
): Announced {
  const { lengthBytes } = header;
  if (!isHex || lengthBytes === 0) return { lengthBytes, line, urc, header, isHex: false, parts };
  return {
    lengthBytes: lengthBytes * 2,
    line,
    urc,
    header: { ...header, isDecodedFromHex: true },
    isHex,
    parts,
  };
}

function endpoint(text: string): Pick<PayloadHeader, 'address' | 'port'> {
  const [, address, port] = ENDPOINT.exec(text) ?? [];
  return address === undefined ? {} : { address, port: Number(port) };
}

/** The announcement in a complete line, `undefined` when it is none. */
export function announcedBy(
  line: Line,
  state: HostState,
  reading: Expectation | undefined,
): Announced | undefined {
  const { prefix, fields } = line.info;
  if (prefix === null) return undefined;
  if (reading && prefix === reading.command.name) return announcedAnswer(line, state, reading);
  const { urc } = line;
  if (urc?.name === 'recv') {
    const lengthBytes = lengthIn(fields[2]);
    if (lengthBytes === undefined || !state.pushes(urc.connectId)) return undefined;
    const { address, port } = urc;
    const header =
      address === undefined || port === undefined ? { lengthBytes } : { lengthBytes, address, port };
    return announced(line, header, state.receivesHex, urc);
  }
  if (urc?.name !== 'receive' || lengthIn(fields[1]) === undefined) return undefined;
  return announced(line, { lengthBytes: urc.lengthBytes }, false, urc, partsOf(state));
}

function announcedAnswer(line: Line, state: HostState, reading: Expectation): Announced | undefined {
  const { fields } = line.info;
  if (reading.row?.announces === 'endpoint' && fields.length >= 3) {
    const lengthBytes = lengthIn(fields.at(-1));
    if (lengthBytes === undefined) return undefined;
    return announced(
      line,
      { lengthBytes, ...endpoint(String(fields[0])), protocol: String(fields[1]) },
      false,
    );
  }
  const [first, address, port] = fields;
  const lengthBytes = lengthIn(first);
  if (lengthBytes === undefined) return undefined;
  const from = typeof address === 'string' && typeof port === 'number' ? { address, port } : {};
  const rest = typeof address === 'number' && fields.length === 2 ? { remainingBytes: address } : {};
  return announced(line, { lengthBytes, ...from, ...rest }, state.receivesHex);
}

function partsOf(state: HostState): HeaderPartName[] {
  const parts: HeaderPartName[] = [];
  if (state.setting('qishowra') !== 0) parts.push('remote');
  if (state.setting('qishowla') !== 0) parts.push('local');
  if (state.setting('qihead') !== 0) parts.push('head');
  return parts;
}

/** The announcement in a line that carries its payload itself; the text ends with the comma or colon before it. */
export function announcedInside(
  text: string,
  state: HostState,
  dialect: WireDialect,
  reading: Expectation | undefined,
): Announced | undefined {
  if (text.startsWith('IPD')) return dialect.pushesInline ? announcedHead(text) : undefined;
  if (!state.showsPayloadInLine && !dialect.headersTellView) return undefined;
  if (text.startsWith('+QIURC')) return announcedPush(text, state);
  return reading?.row?.announces === 'length' ? announcedRead(text, state, reading) : undefined;
}

function inlineLine(text: string): Line {
  return plainLine(text, splitPrefix(text.slice(0, -1)));
}

function announcedHead(text: string): Announced | undefined {
  const [, length, protocol] = INLINE_HEAD.exec(text) ?? [];
  if (length === undefined) return undefined;
  const header = { lengthBytes: Number(length), ...(protocol && { protocol }) };
  return announced(inlineLine(text), header, false, { name: 'ipd', ...header });
}

function announcedPush(text: string, state: HostState): Announced | undefined {
  const [, id, length] = INLINE_PUSH.exec(text) ?? [];
  const isAddressed = (connectId: number): boolean => state.socket(connectId).service === 'UDP SERVICE';
  if (id !== undefined && state.pushes(Number(id)) && !isAddressed(Number(id))) {
    const header = { lengthBytes: Number(length) };
    const urc: Urc = { name: 'recv', connectId: Number(id), ...header };
    return announced(inlineLine(text), header, state.receivesHex, urc);
  }
  const [, from, count, address = '', port] = INLINE_PUSH_ADDRESSED.exec(text) ?? [];
  if (from === undefined || !state.pushes(Number(from)) || !isAddressed(Number(from))) return undefined;
  const header = { lengthBytes: Number(count), address, port: Number(port) };
  return announced(inlineLine(text), header, state.receivesHex, {
    name: 'recv',
    connectId: Number(from),
    ...header,
  });
}

function announcedRead(text: string, state: HostState, reading: Expectation): Announced | undefined {
  const isAddressed = state.socket(Number(reading.command.fields[0])).service === 'UDP SERVICE';
  const shape = isAddressed
    ? INLINE_READ_ADDRESSED
    : state.showsRemaining
      ? INLINE_READ_REMAINING
      : INLINE_READ;
  const [, prefix, length, third, port] = shape.exec(text) ?? [];
  if (prefix !== reading.command.name) return undefined;
  const from = isAddressed ? { address: third ?? '', port: Number(port) } : {};
  const rest = shape === INLINE_READ_REMAINING ? { remainingBytes: Number(third) } : {};
  return announced(inlineLine(text), { lengthBytes: Number(length), ...from, ...rest }, state.receivesHex);
}

/** The payload as it is meant; `undefined` when it should be hexadecimal and is not. */
export function payloadOf(from: Announced, chunks: readonly Uint8Array[]): readonly Uint8Array[] | undefined {
  return from.isHex ? fromHex(chunks) : chunks;
}

/** The URC with what header parts and address lines told of the payload (gsm). */
export function withAddresses(
  urc: Urc,
  parts: ReadonlyMap<string, string>,
  addressLines: readonly Line[],
): Urc {
  if (urc.name !== 'receive' && urc.name !== 'ipd') return urc;
  const remote = parts.get('remote') ?? addressIn(addressLines, 'RECV FROM:');
  const localAddress = parts.get('local') ?? addressIn(addressLines, 'TO:');
  return { ...urc, ...(remote && endpoint(remote)), ...(localAddress && { localAddress }) };
}

function addressIn(lines: readonly Line[], front: string): string | undefined {
  return lines
    .find(({ text }) => text.startsWith(front))
    ?.text.slice(front.length)
    .trim();
}

/** `undefined` when the characters are not all hexadecimal. */
function fromHex(chunks: readonly Uint8Array[]): readonly Uint8Array[] | undefined {
  const text = Buffer.concat(chunks).toString('latin1');
  return /^[\da-f]*$/i.test(text) ? [Buffer.from(text, 'hex')] : undefined;
}
