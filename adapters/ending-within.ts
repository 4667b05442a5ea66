import { type Clock, delay } from '../streams/clock.ts';

/** The outcome of foreign work, or the error of `late` when it has not ended within `limitMs`: it is not waited for any longer then.
 * Work that throws at once rejects. */
export async function endingWithin<T>(
  clock: Clock,
  limitMs: number,
  work: () => Promise<T>,
  late: () => Error,
): Promise<T> {
  const ended = new AbortController();
  const tooLong = delay(clock, limitMs, ended.signal).then(() => {
    throw late();
  });
  tooLong.catch(() => undefined);
  try {
    return await Promise.race([work(), tooLong]);
  } finally {
    ended.abort();
  }
}
