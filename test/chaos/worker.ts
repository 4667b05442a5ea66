/** Runs cases that the main thread hands out, one after the other. */
import { parentPort } from 'node:worker_threads';
import type { VirtualDialect } from '../../simulator/index.ts';
import { dialectOf, scheduleOf } from './generate.ts';
import { runCase, type Verdict } from './run-case.ts';

/** One case to run. */
export interface Order {
  readonly seed: number;
  readonly number: number;
  readonly dialect: VirtualDialect | undefined;
}

/** What came of it. */
export interface Delivery {
  readonly number: number;
  readonly verdict: Verdict;
}

parentPort?.on('message', ({ seed, number, dialect }: Order) => {
  const schedule = scheduleOf(seed, number, dialect ?? dialectOf(number));
  void runCase(schedule).then((verdict) => parentPort?.postMessage({ number, verdict } satisfies Delivery));
});
