/** Lives side by side, in worker threads: each life is one thread's from its beginning to its end. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LifeReport } from './life.ts';

/** What a life leaves behind is young: with room for it there is less to clean up. */
const YOUNG_MIB = 64;

/** Runs orders on as many threads as there are processors; reports come back in the order of the orders.
 *
 * @param worker the program of a thread: it answers each order with `{ number, report }` or `{ number, error }`.
 */
export async function inThreads<Order>(
  worker: URL,
  orders: readonly Order[],
  signal?: AbortSignal,
  threads = availableParallelism(),
): Promise<readonly LifeReport[]> {
  const reports: LifeReport[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const thread = new Worker(worker, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
    const abort = (): void => void thread.terminate();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      while (next < orders.length && !signal?.aborted) {
        const number = next++;
        const order = orders[number];
        if (order !== undefined) reports[number] = await answer(thread, order);
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      await thread.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, orders.length) }, work));
  return reports;
}

function answer(thread: Worker, order: unknown): Promise<LifeReport> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      thread.removeAllListeners('message');
      thread.removeAllListeners('error');
      thread.removeAllListeners('exit');
      done();
    };
    thread.once('message', (report: LifeReport) => settle(() => resolve(report)));
    thread.once('error', (error) => settle(() => reject(error)));
    thread.once('exit', () => settle(() => reject(new RangeError('a thread of the model ended too early'))));
    thread.postMessage(order);
  });
}
