/** Our reader, and the channel around it. */
import { NEVER, Subject } from 'rxjs';
import { AtChannel } from '../../adapters/channel/at-channel.ts';
import { RecentTrace } from '../../adapters/channel/recent-trace.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import type { Port } from '../../adapters/port.ts';
import { systemClock } from '../../streams/clock.ts';
import { Reader } from '../../streams/reader.ts';
import type { WireEvent } from '../../streams/wire-event.ts';
import type { Take } from './peer.ts';
import { tally } from './tally.ts';
import type { Workload } from './workloads.ts';

/** As many as a modem keeps. */
const KEPT_LINES = 256;
const TIMING = {
  ...{ drainMs: 1_000, payloadQuietMs: 1_000, data: { guardMs: 1_000, replyMs: 1_000 } },
  probe: { tries: 3, quietMs: 300, replyMs: 300, guardMs: 1_000, sendInputTimeoutMs: 0, escapeAfterTries: 3 },
};

/** Our reader for the workload; `onPayload` sees each slice of payload. */
export function ours({ command, mode }: Workload, onPayload?: (slice: Uint8Array) => void): Take {
  const emit = (event: WireEvent): void => {
    if (event.kind === 'urc' || event.kind === 'info') {
      tally.count += event.payload.length;
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
export function sharedPercent(workload: Workload, chunks: readonly Uint8Array[]): number {
  const received = new Set(chunks.map(({ buffer }) => buffer));
  let sharedBytes = 0;
  const take = ours(workload, (slice) => {
    if (received.has(slice.buffer)) sharedBytes += slice.length;
  });
  take(chunks);
  return (100 * sharedBytes) / workload.payloadBytes;
}

/** The same bytes through the channel, as a modem has it: somebody listens to the notices, and the trace is kept. */
export function attached({ mode }: Workload, isTraced: boolean): Take {
  const bytes$ = new Subject<Uint8Array>();
  const done = async (): Promise<void> => undefined;
  const port: Port = { description: 'bench', bytes$, lost$: NEVER, open: done, close: done, write: done };
  const channel = new AtChannel({
    ...{ port, dialect: lte, clock: systemClock, queueLimit: 1, timing: TIMING },
    recent: new RecentTrace(isTraced ? KEPT_LINES : 0),
  });
  channel.listen();
  channel.urcs$.subscribe(() => {
    tally.count++;
  });
  const receive = (slices: readonly Uint8Array[]): void => {
    tally.count += slices.length;
  };
  channel.pushes.add(0, { isRead: mode === 'buffer', receive, damaged: () => undefined });
  return (chunks) => {
    for (const chunk of chunks) bytes$.next(chunk);
  };
}
