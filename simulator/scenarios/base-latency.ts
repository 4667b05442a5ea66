/** The latency of a profile while nothing strikes: a function of time alone, so that no packet shifts the next one's. */
import { drawMs } from './distribution.ts';
import { durationMs } from './duration.ts';
import type { ProfileNetwork } from './profile.ts';
import { randomStream } from './stream.ts';

/** What a memory network is given; `undefined` when the profile leaves that to the network.
 *
 * @param startedAtMs time of the clock at which the scenario begins.
 */
export function baseLatency(
  network: ProfileNetwork = {},
  seed: number,
  startedAtMs: number,
): number | ((atMs: number) => number) | undefined {
  const { latency, redrawEvery = '1m' } = network;
  if (latency === undefined) return undefined;
  if (typeof latency === 'string') return durationMs(latency);
  const everyMs = durationMs(redrawEvery);
  let drawnFor: number | undefined;
  let ms = 0;
  return (atMs) => {
    const interval = Math.floor((atMs - startedAtMs) / everyMs);
    if (interval !== drawnFor) {
      drawnFor = interval;
      ms = drawMs(latency, randomStream(seed, `latency/${interval}`));
    }
    return ms;
  };
}
