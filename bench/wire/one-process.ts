/** The comparison in one process: prints its figures as JSON. */
import { Bench } from 'tinybench';
import type { Figure } from '../result.ts';
import { attached, ours, sharedPercent } from './ours.ts';
import { peer, type Take } from './peer.ts';
import { tally } from './tally.ts';
import { chunksOf, type Workload, workloads } from './workloads.ts';

const CHUNK_BYTES = [64, 512, 4096] as const;
const ATTACHED_CHUNK_BYTES = 512;
const TIME_MS = 50;
/** The first one is over when the engine has compiled what it measures. */
const ROUNDS = 2;
const LEAST_TIMES = 5;

interface Reading {
  /** Shortest times for the whole workload, ms. */
  readonly theirs: number;
  readonly own: number;
}

/** Both in turn: the shortest time has least of what happens on the machine meanwhile. */
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

function wireFigures(): readonly Figure[] {
  const all = workloads();
  const figures = all.flatMap((workload) => CHUNK_BYTES.flatMap((bytes) => figuresOf(workload, bytes)));
  // Reads need their commands: only what comes unasked passes the channel alone.
  const unasked = all.filter(({ command }) => command === undefined);
  const through = unasked.flatMap((workload) => [
    attachedFigure(workload, false),
    attachedFigure(workload, true),
  ]);
  return [...figures, ...through];
}

const figures = wireFigures();
if (tally.count === 0) throw new RangeError('nothing was read');
console.log(JSON.stringify(figures));
