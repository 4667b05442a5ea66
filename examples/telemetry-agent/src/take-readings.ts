import { setTimeout as sleep } from 'node:timers/promises';
import { measure } from './measure.ts';
import type { Outbox } from './outbox.ts';

/** Measures at the interval and stores what was measured, whatever the modem is doing. */
export async function takeReadings(outbox: Outbox, intervalMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await outbox.add(await measure());
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined); // ended by the signal
  }
}
