/** What a modem keeps in memory while nothing happens, and what an open socket adds. The modules are in another process. */
import { createModem, type Modem, type ModemSocket, tcpPort } from '../../index.ts';
import { delay, systemClock } from '../../streams/clock.ts';
import type { Figure } from '../result.ts';
import { SINK_PORT, startFarEnd } from './far-end.ts';

const MODEMS = 100;
/** What starting leaves behind is gone by then. */
const REST_MS = 3_000;
const MOST_KIB = 300;

async function keptBytes(): Promise<number> {
  await delay(systemClock, REST_MS);
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage(); // buffers are part of what is external
  return heapUsed + external;
}

export async function memoryFigures(): Promise<readonly Figure[]> {
  const farEnd = await startFarEnd(MODEMS + 1);
  const [first = 0, ...others] = farEnd.ports;
  const warm = await started(first); // code and tables that all of them share
  (await opened(warm)).destroy();
  const emptyBytes = await keptBytes();
  const modems = await Promise.all(others.map(started));
  const idleBytes = await keptBytes();
  const sockets: ModemSocket[] = await Promise.all(modems.map(opened));
  const openBytes = await keptBytes();
  const kib = (bytes: number): number => bytes / MODEMS / 1024;
  for (const socket of sockets) socket.destroy();
  await Promise.all([warm, ...modems].map((modem) => modem.stop()));
  await farEnd.stop();
  return [
    {
      name: 'memory per idle modem',
      ...{ value: kib(idleBytes - emptyBytes), unit: 'KiB', better: 'less', limit: MOST_KIB },
    },
    { name: 'memory per open socket', value: kib(openBytes - idleBytes), unit: 'KiB', better: 'less' },
  ];
}

async function started(port: number): Promise<Modem> {
  const contexts = [{ apn: 'internet' }];
  const modem = createModem({ port: tcpPort({ host: '127.0.0.1', port }), dialect: 'lte', contexts });
  await modem.start();
  return modem;
}

function opened(modem: Modem): Promise<ModemSocket> {
  return modem.connect({ host: '198.51.100.7', port: SINK_PORT });
}
