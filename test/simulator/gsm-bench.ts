/** A gsm module with the peers of the manual: 7007 collects, 7 echoes. */
import { type SinkPeer, sinkPeer } from '../../simulator/index.ts';
import { type Bench, type BenchOptions, bench } from './host.ts';

export const WELCOME = 'Welcome to use Quectel module.';
export const OK = '\r\nOK\r\n';
/** Long enough for a connection, also for one that activates its context. */
export const OPEN_MS = 1000;

export type GsmBench = Bench & {
  readonly sink: SinkPeer;
  /** Writes lines without echo, each answered with OK. */
  readonly configure: (...lines: string[]) => Promise<void>;
};

/** Makes the module, with echo off. */
export async function gsm(options?: BenchOptions): Promise<GsmBench> {
  const made = bench({ dialect: 'gsm', ...options });
  const sink = sinkPeer();
  made.network.listen(7007, sink.accept);
  await made.command('ATE0', 100);
  const configure = async (...lines: string[]): Promise<void> => {
    for (const line of lines) expect(await made.command(line, 500)).toBe(OK);
  };
  return { ...made, sink, configure };
}

/** The same with a single connection to the collector, after these settings. */
export async function connected(lines: readonly string[] = [], options?: BenchOptions): Promise<GsmBench> {
  const made = await gsm(options);
  await made.configure(...lines);
  const answer = await made.command('AT+QIOPEN="TCP","124.79.167.121",7007', OPEN_MS);
  expect(answer).toMatch(/^\r\nOK\r\n\r\nCONNECT(?: OK)?\r\n$/);
  return made;
}

/** The same with connections by index. */
export async function connectedBy(
  indexes: readonly number[],
  lines: readonly string[] = [],
): Promise<GsmBench> {
  const made = await gsm();
  await made.configure('AT+QIMUX=1', ...lines);
  for (const index of indexes) {
    const answer = await made.command(`AT+QIOPEN=${index},"TCP","124.79.167.121",7007`, OPEN_MS);
    expect(answer).toBe(`\r\nOK\r\n\r\n${index}, CONNECT OK\r\n`);
  }
  return made;
}
