/** Our reader against serialport's ReadlineParser with the string tests that a driver puts behind it.
 *
 * Both get the same bytes in the same chunks, in one run. Ours also counts payload, types every notice and passes
 * payload on as slices; the lines of the other are cut wherever payload happens to hold a line end.
 */
import { NEVER, Subject } from 'rxjs';
import { ReadlineParser } from 'serialport';
import { Bench } from 'tinybench';
import { AtChannel } from '../adapters/channel/at-channel.ts';
import { RecentTrace } from '../adapters/channel/recent-trace.ts';
import { lte } from '../adapters/dialects/lte.ts';
import type { Port } from '../adapters/port.ts';
import { systemClock } from '../streams/clock.ts';
import { Reader } from '../streams/reader.ts';
import type { WireEvent } from '../streams/wire-event.ts';
import type { Figure } from './result.ts';
import { chunksOf, type Workload, workloads } from './workloads.ts';

const CHUNK_BYTES = [64, 512, 4096] as const;
const TIME_MS = 100;
const ROUNDS = 9;
const LEAST_TIMES = 5;
const ATTACHED_CHUNK_BYTES = 512;
/** As many as a modem keeps. */
const KEPT_LINES = 256;
const TIMING = {
  ...{ drainMs: 1_000, payloadQuietMs: 1_000, data: { guardMs: 1_000, replyMs: 1_000 } },
  probe: { tries: 3, quietMs: 300, replyMs: 300, guardMs: 1_000, sendInputTimeoutMs: 0, escapeAfterTries: 3 },
};

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

/** The same bytes through the channel, as a modem has it: somebody listens to the notices, and the trace is kept. */
function attached({ mode }: Workload, isTraced: boolean): Take {
  const bytes$ = new Subject<Uint8Array>();
  const done = async (): Promise<void> => undefined;
  const port: Port = { description: 'bench', bytes$, lost$: NEVER, open: done, close: done, write: done };
  const channel = new AtChannel({
    ...{ port, dialect: lte, clock: systemClock, queueLimit: 1, timing: TIMING },
    recent: new RecentTrace(isTraced ? KEPT_LINES : 0),
  });
  channel.listen();
  channel.urcs$.subscribe(() => {
    tally++;
  });
  const receive = (slices: readonly Uint8Array[]): void => {
    tally += slices.length;
  };
  channel.pushes.add(0, { isRead: mode === 'buffer', receive, damaged: () => undefined });
  return (chunks) => {
    for (const chunk of chunks) bytes$.next(chunk);
  };
}

interface Reading {
  /** Shortest times for the whole workload, ms. */
  readonly theirs: number;
  readonly own: number;
}

/** Both in turn, several times: what happens on the machine meanwhile happens to both, and the shortest time has least of it. */
function compare(chunks: readonly Uint8Array[], takeOurs: Take): Reading {
  const takePeer = peer();
  const rounds = Array.from({ length: ROUNDS }, () => ({
    theirs: shortestMs(() => takePeer(chunks)),
    own: shortestMs(() => takeOurs(chunks)),
  }));
  return {
    theirs: Math.min(...rounds.map(({ theirs }) => theirs)),
    own: Math.min(...rounds.map(({ own }) => own)),
  };
}

function shortestMs(work: () => void): number {
  const bench = new Bench({ time: TIME_MS, iterations: 3, warmupTime: 0, warmupIterations: 1 });
  bench.add('work', work);
  bench.runSync();
  const [task] = bench.tasks;
  return task && 'latency' in task.result ? task.result.latency.min : Number.NaN;
}

function figuresOf(workload: Workload, chunkBytes: number): readonly Figure[] {
  const chunks = chunksOf(workload.bytes, chunkBytes);
  const { theirs, own } = compare(chunks, ours(workload));
  const name = `${workload.name}, ${chunkBytes}-byte chunks`;
  const rate = (ms: number): number => workload.bytes.length / ms / 1000;
  return [
    { name: `wire ${name}, ReadlineParser`, value: rate(theirs), unit: 'MB/s', better: 'more' },
    { name: `wire ${name}`, value: rate(own), unit: 'MB/s', better: 'more' },
    { name: `wire ${name}, against it`, value: theirs / own, unit: '×', better: 'more', limit: LEAST_TIMES },
    ...(workload.payloadBytes === 0
      ? []
      : [
          {
            name: `wire ${name}, payload not copied`,
            ...{ value: sharedPercent(workload, chunks) / 100, unit: 'share' as const },
            ...{ better: 'more' as const, limit: 1 },
          },
        ]),
  ];
}

function attachedFigure(workload: Workload, isTraced: boolean): Figure {
  const { theirs, own } = compare(
    chunksOf(workload.bytes, ATTACHED_CHUNK_BYTES),
    attached(workload, isTraced),
  );
  const what = isTraced ? 'through the channel, traced' : 'through the channel';
  return {
    name: `wire ${workload.name}, ${what}, against ReadlineParser`,
    value: theirs / own,
    unit: '×',
    better: 'more',
    limit: LEAST_TIMES,
  };
}

export function wireFigures(): readonly Figure[] {
  const all = workloads();
  const figures = all.flatMap((workload) => CHUNK_BYTES.flatMap((bytes) => figuresOf(workload, bytes)));
  // Reads need their commands: only what comes unasked passes the channel alone.
  const unasked = all.filter(({ command }) => command === undefined);
  const through = unasked.flatMap((workload) => [
    attachedFigure(workload, false),
    attachedFigure(workload, true),
  ]);
  if (!Number.isFinite(tally)) throw new RangeError('nothing was read');
  return [...figures, ...through];
}
