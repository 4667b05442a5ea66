/** What inspectors cost: the same upload with none, with each of them, and with both, each watched by somebody.
 *
 * In virtual time host and module do nothing but work, so that the share is one of the processor: the hardest case. On a line of
 * 921,600 baud in real time the processor waits for the wire most of the time, as on a gateway. The viewers run in a thread of
 * their own, as a browser would.
 */
import { Worker } from 'node:worker_threads';
import { type Inspector, statelyInspector, xstateInspector } from '../adapters/inspect/index.ts';
import { createModem, type Modem } from '../index.ts';
import { memoryNetwork, sinkPeer, VirtualModule, virtualPort } from '../simulator/index.ts';
import { type Clock, systemClock, VirtualClock } from '../streams/clock.ts';

const VIEWER = `
const { parentPort, workerData } = require('node:worker_threads');
const { WebSocket } = require('ws');
let messages = 0;
for (const url of workerData) {
  const socket = new WebSocket(url);
  socket.on('open', () => { socket.send('{"type":"xstate.inspecting"}'); parentPort.postMessage('open'); });
  socket.on('message', () => { messages++; });
  socket.on('error', () => {});
}
parentPort.on('message', () => { parentPort.postMessage(messages); });
`;

interface Case {
  readonly name: string;
  readonly makers: readonly ((onListening: (url: string) => void) => Inspector)[];
}

const stately: Case['makers'][number] = (onListening) => statelyInspector({ port: 0, onListening });
const classic: Case['makers'][number] = (onListening) => xstateInspector({ port: 0, onListening });

const CASES: readonly Case[] = [
  { name: 'none', makers: [] },
  { name: 'stately', makers: [stately] },
  { name: 'xstate', makers: [classic] },
  { name: 'both', makers: [stately, classic] },
];

interface Setting {
  readonly name: string;
  readonly rounds: number;
  readonly lengthBytes: number;
  readonly baud?: number;
  readonly isVirtual: boolean;
}

const SETTINGS: readonly Setting[] = [
  { name: 'virtual time', rounds: 5, lengthBytes: 12_000_000, isVirtual: true },
  { name: '921,600 baud', rounds: 1, lengthBytes: 400_000, baud: 921_600, isVirtual: false },
];

/** Looks at both until it is told to stop; resolves with the function that does, and tells how much it saw. */
async function watching(urls: readonly string[]): Promise<() => Promise<number>> {
  if (urls.length === 0) return async () => 0;
  const worker = new Worker(VIEWER, { eval: true, workerData: urls.map((url) => url.replace('http', 'ws')) });
  let open = 0;
  await new Promise<void>((resolve) => {
    worker.on('message', () => {
      open++;
      if (open === urls.length) resolve();
    });
  });
  worker.removeAllListeners('message');
  return async () => {
    const seen = new Promise<number>((resolve) => worker.once('message', resolve));
    worker.postMessage('stop');
    const messages = await seen;
    await worker.terminate();
    return messages;
  };
}

async function upload(modem: Modem, lengthBytes: number): Promise<void> {
  const socket = await modem.connect({ host: '198.51.100.7', port: 7000 });
  const piece = Buffer.alloc(14_600, 'urchestra');
  for (let sent = 0; sent < lengthBytes; sent += piece.length) {
    if (!socket.write(piece)) await new Promise((resolve) => socket.once('drain', resolve));
  }
  await new Promise<void>((resolve) => socket.end(resolve));
}

/** Wall time of one upload, in ms, and the messages that the viewers got. */
async function run(
  setting: Setting,
  { makers }: Case,
): Promise<{ readonly ms: number; readonly messages: number }> {
  const clock: Clock = setting.isVirtual ? new VirtualClock() : systemClock;
  const wait = <T>(work: Promise<T>): Promise<T> =>
    clock instanceof VirtualClock ? clock.runUntil(work) : work;
  const network = memoryNetwork(clock, { latencyMs: 1 });
  network.listen(7000, sinkPeer().accept);
  const { baud } = setting;
  const module = new VirtualModule({ dialect: 'lte', clock, network, ...(baud !== undefined && { baud }) });
  const urls: string[] = [];
  const inspect = makers.map((make) => make((url) => urls.push(url)));
  const modem = createModem({
    ...{ port: virtualPort(module), dialect: 'lte', contexts: [{ apn: 'internet' }], clock, inspect },
  });
  for (const inspector of inspect) await inspector.open(); // in the time of the wall: virtual time does not wait for it
  await wait(modem.start());
  const stopWatching = await watching(urls);
  const beganMs = performance.now();
  await wait(upload(modem, setting.lengthBytes));
  const ms = performance.now() - beganMs;
  const messages = await stopWatching();
  await wait(modem.stop());
  module.dispose();
  for (const inspector of inspect) await inspector.close();
  return { ms, messages };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

for (const setting of SETTINGS) {
  const times = new Map<string, number[]>(CASES.map(({ name }) => [name, []]));
  const seen = new Map<string, number>();
  await run({ ...setting, lengthBytes: setting.lengthBytes / 4 }, CASES[0] as Case); // warm
  for (let round = 0; round < setting.rounds; round++) {
    for (const one of CASES) {
      const { ms, messages } = await run(setting, one);
      times.get(one.name)?.push(ms);
      seen.set(one.name, messages);
    }
  }
  const base = median(times.get('none') ?? []);
  console.log(`\n${setting.name}: ${setting.lengthBytes / 1e6} MB up`);
  console.table(
    CASES.map(({ name }) => {
      const ms = median(times.get(name) ?? []);
      return {
        inspectors: name,
        'kB/s': Math.round(setting.lengthBytes / ms),
        'share of the throughput without, %': Number(((100 * base) / ms).toFixed(1)),
        'messages a second': Math.round((1000 * (seen.get(name) ?? 0)) / ms),
      };
    }),
  );
}
