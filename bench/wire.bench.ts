/** Our reader against serialport's ReadlineParser with the string tests that a driver puts behind it.
 *
 * Both get the same bytes in the same chunks, in one run. Ours also counts payload, types every notice and passes
 * payload on as slices; the lines of the other are cut wherever payload happens to hold a line end.
 */
import { ReadlineParser } from 'serialport';
import { Bench } from 'tinybench';
import { lte } from '../adapters/dialects/lte.ts';
import { Reader } from '../streams/reader.ts';
import type { WireEvent } from '../streams/wire-event.ts';
import { chunksOf, type Workload, workloads } from './workloads.ts';

const CHUNK_BYTES = [64, 512, 4096] as const;
const TIME_MS = 400;

/** Keeps results alive, so that no work is optimised away. */
let tally = 0;

/** A notice as a driver hands it on: our reader gives the same. */
type Notice = Readonly<Record<string, string | number | undefined>>;

/** A field without blanks and quotation marks, digits as a number. */
function fieldOf(text: string): string | number {
  const field = text.trim();
  return field.startsWith('"') ? field.slice(1, -1) : Number(field);
}

/** Which notice a line is, by the prefix and the first field, and what it says. */
function noticeOf(prefix: string, fields: readonly (string | number)[]): Notice | undefined {
  const [first, second, third, fourth, fifth] = fields;
  if (prefix === '+QIURC') {
    if (first === 'recv') return { name: 'recv', id: second, length: third };
    if (first === 'closed') return { name: 'closed', id: second };
    if (first === 'pdpdeact') return { name: 'pdpdeact', id: second };
    if (first === 'incoming')
      return { name: 'incoming', id: second, server: third, address: fourth, port: fifth };
  }
  if (prefix === '+QIOPEN') return { name: 'open', id: first, err: second };
  if (prefix === '+CEREG') return { name: 'registration', state: first };
  if (prefix === '+QPING')
    return { name: 'ping', result: first, address: second, bytes: third, time: fourth, ttl: fifth };
  return undefined;
}

/** What a driver does with a line: is it a result, a header, or which notice is it with what in it. */
function readLine(line: string, hand: (notice: Notice) => void): void {
  if (line === 'OK' || line === 'ERROR') tally++;
  else if (line.startsWith('+')) {
    const colon = line.indexOf(':');
    if (colon < 0) return;
    const notice = noticeOf(
      line.slice(0, colon),
      line
        .slice(colon + 1)
        .split(',')
        .map(fieldOf),
    );
    if (notice) hand(notice);
    else tally++;
  }
}

/** Reads the same port for as long as the bench runs, as in a gateway. */
type Take = (chunks: readonly Uint8Array[]) => void;

function peer(): Take {
  const parser = new ReadlineParser({ delimiter: '\r\n' });
  const hand = ({ name }: Notice): void => {
    tally += name === 'recv' ? 1 : 2;
  };
  parser.on('data', (line: string) => readLine(line, hand));
  return (chunks) => {
    for (const chunk of chunks) parser.write(chunk);
  };
}

/** Our reader for the workload; `onPayload` sees each slice of payload. */
function ours({ command, mode }: Workload, onPayload?: (slice: Uint8Array) => void): Take {
  const emit = (event: WireEvent): void => {
    if (event.kind === 'urc' || event.kind === 'info') {
      tally += event.payload.length;
      if (onPayload) event.payload.forEach(onPayload);
    } else if (event.kind === 'final' && command !== undefined) reader.commandStarted({ text: command });
  };
  const reader = new Reader(lte, emit, { sockets: new Map([[0, { mode }]]) });
  if (command !== undefined) reader.commandStarted({ text: command });
  return (chunks) => {
    for (const chunk of chunks) reader.push(chunk);
  };
}

/** Share of the payload that came out as slices of the received chunks. */
function sharedPercent(workload: Workload, chunks: readonly Uint8Array[]): number {
  const received = new Set(chunks.map(({ buffer }) => buffer));
  let sharedBytes = 0;
  const take = ours(workload, (slice) => {
    if (received.has(slice.buffer)) sharedBytes += slice.length;
  });
  take(chunks);
  return (100 * sharedBytes) / workload.payloadBytes;
}

interface Row {
  readonly workload: string;
  readonly 'chunk, bytes': number;
  readonly 'ReadlineParser, MB/s': string;
  readonly 'urchestra, MB/s': string;
  readonly 'times as fast': string;
  readonly 'payload not copied': string;
}

function measure(workload: Workload, chunkBytes: number): Row {
  const chunks = chunksOf(workload.bytes, chunkBytes);
  const bench = new Bench({ time: TIME_MS, warmupTime: TIME_MS / 2 });
  const [takePeer, takeOurs] = [peer(), ours(workload)];
  bench.add('peer', () => takePeer(chunks));
  bench.add('ours', () => takeOurs(chunks));
  bench.runSync();
  const [theirs = 0, own = 0] = bench.tasks.map(({ result }) =>
    'latency' in result ? result.latency.min : Number.NaN,
  );
  const rate = (ms: number): string => (workload.bytes.length / ms / 1000).toFixed(0);
  return {
    workload: workload.name,
    'chunk, bytes': chunkBytes,
    'ReadlineParser, MB/s': rate(theirs),
    'urchestra, MB/s': rate(own),
    'times as fast': (theirs / own).toFixed(1),
    'payload not copied':
      workload.payloadBytes === 0 ? '–' : `${sharedPercent(workload, chunks).toFixed(0)} %`,
  };
}

const rows: Row[] = [];
for (const workload of workloads()) {
  for (const chunkBytes of CHUNK_BYTES) rows.push(measure(workload, chunkBytes));
}
console.table(rows);
if (!Number.isFinite(tally)) throw new RangeError('nothing was read');
