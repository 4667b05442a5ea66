/** What a piece of work costs: processor time, and bytes that it allocates. */
import { PerformanceObserver } from 'node:perf_hooks';

export interface Cost {
  /** Processor time of this process for one of them, µs: threads of the garbage collector are counted. */
  readonly cpuUs: number;
  /** What one of them allocates, bytes; `undefined` where the collector ran in between. */
  readonly allocatedBytes: number | undefined;
}

/** Carries `work` out and divides by `times`. Allocations need `--max-semi-space-size`, so that nothing is collected meanwhile. */
export async function costOf(times: number, work: () => Promise<void>): Promise<Cost> {
  globalThis.gc?.();
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  const heapBytes = process.memoryUsage().heapUsed;
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const grownBytes = process.memoryUsage().heapUsed - heapBytes;
  await new Promise((resolve) => setImmediate(resolve)); // entries come behind the work
  observer.disconnect();
  const allocatedBytes = collections === 0 ? grownBytes / times : undefined;
  return { cpuUs: (user + system) / times, allocatedBytes };
}
