/** A port in data mode: a memory port, a real reader, and what the channel is told. */
import { type DataHost, DataPort } from '../../adapters/channel/data-port.ts';
import { memoryPortPair } from '../../adapters/memory-port.ts';
import type { PortLines } from '../../adapters/port.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { Reader } from '../../streams/reader.ts';
import { wireDialects } from '../streams/session.ts';
import { textOf, wire } from '../support/chunkings.ts';

export const GUARD_MS = 1100;
export const REPLY_MS = 2000;

export interface DataPortRig {
  readonly clock: VirtualClock;
  readonly port: DataPort;
  readonly far: ReturnType<typeof memoryPortPair>['far'];
  /** What the module says, now. */
  readonly say: (text: string) => Promise<void>;
  /** What the host has written: time since the start, and text. */
  readonly written: string[];
  /** What the sink got. */
  readonly data: () => string;
  /** What was told: doubts, URCs, results, the end of data mode. */
  readonly told: string[];
  /** Takes what was told since. */
  readonly take: () => string[];
}

/** @param lines `null` for a port without control lines. */
export async function dataPort(
  change: { readonly lines?: PortLines | null; readonly isIdle?: () => boolean } = {},
): Promise<DataPortRig> {
  const clock = new VirtualClock(0);
  const { host, far } = memoryPortPair();
  const [slices, written, told]: [Uint8Array[], string[], string[]] = [[], [], []];
  far.bytes$.subscribe((bytes) => written.push(`${Math.round(clock.now())} ${textOf([bytes])}`));
  await host.open();
  const reader: Reader = new Reader(
    wireDialects.lte,
    (event) => {
      if (event.kind === 'data') port.take(event.bytes);
      else if (event.kind === 'urc') told.push(event.urc.name);
      else if (event.kind === 'final') told.push(event.result);
      else told.push(event.kind);
    },
    {
      isInDataMode: true,
      sockets: new Map([
        [0, { mode: 'transparent' }],
        [1, { mode: 'push' }],
      ]),
    },
    { isLive: true },
  );
  const dataHost: DataHost = {
    clock,
    timing: { guardMs: GUARD_MS, replyMs: REPLY_MS },
    line: { baudRate: 115_200, writeAheadBytes: 4096 },
    lines: change.lines === null ? undefined : (change.lines ?? host.lines),
    reader: () => reader,
    put: (bytes) => host.write(bytes),
    note: (text, payloadBytes) =>
      void (payloadBytes !== undefined && told.push(`note: ${text}, ${payloadBytes}`)),
    isIdle: change.isIdle ?? (() => true),
    tell: ({ type }) => told.push(type),
    ends: () => told.push('ends'),
    abandon: () => undefined,
    left: (hasAnswered) => told.push(hasAnswered ? 'left, answered' : 'left'),
  };
  const port = new DataPort(dataHost);
  port.sink = (bytes) => slices.push(bytes);
  host.bytes$.subscribe((chunk) => {
    reader.push(chunk);
    port.received();
  });
  const say = async (text: string): Promise<void> => {
    far.write(wire(text));
    await clock.advance(0);
  };
  return {
    ...{ clock, port, far, say, written, told },
    data: () => textOf(slices),
    take: () => told.splice(0),
  };
}

/** A signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal;
