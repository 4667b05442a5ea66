import { setTimeout as sleep } from 'node:timers/promises';
import type { Outbox, Reading } from './outbox.ts';

/** More are never on their way at once, so that a slow link does not fill the memory. */
const WINDOW = 20;
/** At the end, what is on its way may still be acknowledged; what is not is published by the next start. */
const LAST_WAIT_MS = 2_000;

/** Publishes what is in the outbox, oldest first; a reading leaves it when the broker has acknowledged it.
 *
 * @param publish resolves at the broker's PUBACK, however many connections that takes.
 */
export async function publishReadings(
  outbox: Outbox,
  publish: (reading: Reading, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const over = AbortSignal.any([signal, failed.signal]);
  const ended = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve()));
  const underway = new Set<Promise<void>>();
  for await (const reading of outbox.follow(over)) {
    const delivery = publish(reading, over)
      .then(() => outbox.remove(reading))
      .catch((error: unknown) => {
        if (!over.aborted) failed.abort(error); // what is cut off by the end stays in the outbox
      })
      .finally(() => underway.delete(delivery));
    underway.add(delivery);
    if (underway.size >= WINDOW) await Promise.race([...underway, ended]);
    if (over.aborted) break;
  }
  await Promise.race([Promise.all(underway), sleep(LAST_WAIT_MS, undefined, { ref: false })]);
  failed.signal.throwIfAborted();
}
