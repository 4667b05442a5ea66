/** How much of what a UART can carry is carried: goodput as a share of the limit (`link/limits.ts`), for each dialect and way of access.
 *
 * In virtual time: the wire, the module's answers and nothing else take time, so that the shares are the same on every machine.
 */
import { VIRTUAL_DIALECTS, type VirtualDialect } from '../simulator/index.ts';
import { type Direction, type LinkCase, limitMs, type Mode } from './link/limits.ts';
import { transfer } from './link/transfer.ts';
import type { Figure } from './result.ts';

const BAUDS = [115_200, 921_600, 3_000_000] as const;
const LATENCIES_MS = [0, 5, 30] as const;
/** The module must not need longer than this for the shares that are promised. */
const PROMISED = { baud: 921_600, latencyMs: 5 };
const LENGTH_BYTES = 256 * 1024;

interface Way {
  readonly mode: Mode;
  readonly direction: Direction;
}

const BUFFERED: readonly Way[] = [
  { mode: 'buffer', direction: 'up' },
  { mode: 'buffer', direction: 'down' },
  { mode: 'buffer', direction: 'both' },
];
/** Not both at once: what a module pushes between a command and its result is its own affair, and there is no limit to hold it against. */
const PUSHED: readonly Way[] = [
  { mode: 'push', direction: 'up' },
  { mode: 'push', direction: 'down' },
];
const TRANSPARENT: readonly Way[] = [
  { mode: 'transparent', direction: 'up' },
  { mode: 'transparent', direction: 'down' },
  { mode: 'transparent', direction: 'both' },
];
const WAYS: Record<VirtualDialect, readonly Way[]> = {
  lte: [...BUFFERED, ...PUSHED, ...TRANSPARENT],
  ugxx: [...BUFFERED, ...PUSHED, ...TRANSPARENT],
  rg: [...BUFFERED, ...PUSHED, ...TRANSPARENT],
  gsm: [...BUFFERED, ...PUSHED, ...TRANSPARENT],
  bc66: [...BUFFERED, ...PUSHED],
};
const LEAST_BUFFERED: Record<VirtualDialect, number> = {
  lte: 0.98,
  ugxx: 0.98,
  rg: 0.98,
  gsm: 0.95,
  bc66: 0.95,
};
const LEAST_STREAMED = 0.99;
const LEAST_TOGETHER = 0.95;

/** The least share that is promised; none at speeds and latencies beyond the promise. */
function leastShare({ dialect, mode, direction, baud, latencyMs }: LinkCase): number | undefined {
  if (baud > PROMISED.baud || latencyMs > PROMISED.latencyMs) return undefined;
  const isSent = mode === 'buffer' || (mode === 'push' && direction !== 'down');
  return isSent ? LEAST_BUFFERED[dialect] : LEAST_STREAMED;
}

export async function linkFigures(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const dialect of VIRTUAL_DIALECTS)
    for (const way of WAYS[dialect])
      for (const baud of BAUDS)
        for (const latencyMs of LATENCIES_MS)
          figures.push(await shareOf({ dialect, ...way, baud, latencyMs }));
  for (const dialect of VIRTUAL_DIALECTS) figures.push(await threeTogether(dialect));
  return figures;
}

async function shareOf(link: LinkCase): Promise<Figure> {
  const { dialect, mode, direction, baud, latencyMs } = link;
  const stream = { up: direction !== 'down', down: direction !== 'up' };
  const ms = await transfer(link, [stream], LENGTH_BYTES);
  const limit = leastShare(link);
  return {
    name: `link ${dialect} ${mode} ${direction}, ${baud} baud, ${latencyMs} ms`,
    ...{ value: limitMs(link, LENGTH_BYTES) / ms, unit: 'share', better: 'more' },
    ...(limit !== undefined && { limit }),
  };
}

/** Two sockets send and one receives, all at once. */
async function threeTogether(dialect: VirtualDialect): Promise<Figure> {
  const link: LinkCase = { dialect, mode: 'buffer', direction: 'both', ...PROMISED };
  const [up, down] = [
    { up: true, down: false },
    { up: false, down: true },
  ];
  const ms = await transfer(link, [up, up, down], LENGTH_BYTES);
  const [upMs, downMs] = [
    limitMs({ ...link, direction: 'up' }, LENGTH_BYTES),
    limitMs({ ...link, direction: 'down' }, LENGTH_BYTES),
  ];
  return {
    name: `link ${dialect} two up and one down, ${PROMISED.baud} baud, ${PROMISED.latencyMs} ms`,
    ...{ value: (2 * upMs + downMs) / ms, unit: 'share', better: 'more', limit: LEAST_TOGETHER },
  };
}
