/** The program of a thread: it lives what it is given, one life after the other. */
import { parentPort } from 'node:worker_threads';
import { type LifeOptions, live } from './life.ts';

parentPort?.on('message', (order: LifeOptions) => {
  live(order).then(
    (report) => parentPort?.postMessage(report),
    (error: unknown) => {
      // As an uncaught error it reaches whoever gave the order, with its message and stack.
      queueMicrotask(() => {
        throw error;
      });
    },
  );
});
