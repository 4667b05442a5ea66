/** Many modems in one process, each of them with a reading a second over a virtual link: processor, event loop, readings lost.
 *
 * In the time of the wall. The virtual modules work in the same process, and are part of the processor's share.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createModem, type Modem, type ModemSocket } from '../../index.ts';
import { memoryNetwork, VirtualModule, virtualPort } from '../../simulator/index.ts';
import { delay, systemClock } from '../../streams/clock.ts';
import type { Figure } from '../result.ts';

const COUNTS = [1, 50, 500] as const;
const SECONDS = 10;
const READING_BYTES = 200;
const PORT = 7000;
/** Modems are started one behind the other, as gateways are. */
const STARTS_PER_S = 100;
/** What is on its way at the end has arrived by then. */
const AFTERMATH_MS = 5_000;
const MOST_DELAY_MS = 50;

interface Link {
  readonly modem: Modem;
  readonly module: VirtualModule;
  readonly socket: ModemSocket;
  receivedBytes: number;
}

async function link(index: number): Promise<Link> {
  await delay(systemClock, (1000 * index) / STARTS_PER_S);
  const network = memoryNetwork(systemClock, { latencyMs: 40 });
  const received = { bytes: 0 };
  network.listen(PORT, (peer) => {
    peer.onData = (bytes) => {
      received.bytes += bytes.length;
    };
  });
  const module = new VirtualModule({ dialect: 'lte', clock: systemClock, network, seed: index });
  const contexts = [{ apn: 'internet' }];
  const modem = createModem({ port: virtualPort(module), dialect: 'lte', contexts });
  await modem.start();
  const socket = await modem.connect({ host: '198.51.100.7', port: PORT });
  return {
    ...{ modem, module, socket },
    get receivedBytes() {
      return received.bytes;
    },
  };
}

/** A reading a second, each modem at a moment of its own. */
async function send({ socket }: Link, share: number): Promise<void> {
  await delay(systemClock, 1000 * share);
  for (let sent = 0; sent < SECONDS; sent++) {
    socket.write(Buffer.alloc(READING_BYTES, 0x41));
    await delay(systemClock, 1000);
  }
}

async function run(count: number): Promise<readonly Figure[]> {
  const links = await Promise.all(Array.from({ length: count }, (_, index) => link(index)));
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const [before, beganMs] = [process.cpuUsage(), performance.now()];
  await Promise.all(links.map((one, index) => send(one, index / count)));
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1000 / (performance.now() - beganMs);
  lag.disable();
  await delay(systemClock, AFTERMATH_MS);
  const lostBytes = links.reduce((sum, one) => sum + SECONDS * READING_BYTES - one.receivedBytes, 0);
  await Promise.all(links.map(({ modem }) => modem.stop()));
  for (const { module } of links) module.dispose();
  const name = count === 1 ? '1 modem' : `${count} modems`;
  return [
    { name: `processor, ${name} with a reading a second`, value: 100 * share, unit: '%', better: 'less' },
    {
      name: `event loop delay p99, ${name}`,
      ...{ value: lag.percentile(99) / 1e6, unit: 'ms', better: 'less', limit: MOST_DELAY_MS },
    },
    {
      name: `readings lost, ${name}`,
      ...{ value: lostBytes / READING_BYTES, unit: '', better: 'less', limit: 0 },
    },
  ];
}

export async function manyFigures(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const count of COUNTS) figures.push(...(await run(count)));
  return figures;
}
