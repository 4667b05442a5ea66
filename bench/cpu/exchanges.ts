/** What one exchange costs the host: an AT command, a URC, a full send, a full read. The modules work in another process.
 *
 * Beside the AT command stands the least that anybody can do: write, and look for the final result with `indexOf`.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { lte } from '../../adapters/dialects/lte.ts';
import { createModem, type Modem, type ModemSocket, tcpPort } from '../../index.ts';
import { attached } from '../wire/ours.ts';
import { chunksOf, workloads } from '../wire/workloads.ts';
import { SINK_PORT, SOURCE_PORT, startFarEnd } from './far-end.ts';
import { type Cost, costOf } from './work.ts';

/** Each with a module of its own. */
const HOSTS = 24;
const COMMANDS = 300;
/** A gateway runs for months: what is measured is what the engine has long compiled. */
const WARM_UPS = 3;
/** They are over sooner. */
const MINIMAL_COMMANDS = 1_000;
const SENDS = 40;
const SEND_BYTES = 1_460;
const READS = 40;
const READ_BYTES = 1_500;
const CHUNK_BYTES = 512;
const URC_TIMES = 10;
export const MINIMAL = 'exchange of the minimal loop';
export const COMMAND = 'AT exchange';
const HOST = '198.51.100.7';
/** A module has let go of a closed connection by then. */
const CLOSING_MS = 500;

type Round = () => Promise<Cost>;
type Ask = (command: string) => Promise<void>;

/** The least that a host can do: writes a command, and looks for the end of its answer. */
async function minimalHost(port: number): Promise<Ask> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let text = '';
  let done = (): void => {};
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
    if (text.indexOf('\r\nOK\r\n') < 0) return;
    text = '';
    done();
  });
  const ask: Ask = (command) =>
    new Promise((resolve) => {
      done = resolve;
      socket.write(`${command}\r`);
    });
  await ask('ATE0');
  return ask;
}

/** The same on each host, all at once: the processor never waits. */
function onEach<Host>(hosts: readonly Host[], times: number, once: (host: Host) => Promise<void>): Round {
  const repeated = async (host: Host): Promise<void> => {
    for (let done = 0; done < times; done++) await once(host);
  };
  return () => costOf(times * hosts.length, async () => void (await Promise.all(hosts.map(repeated))));
}

async function sends(modems: readonly Modem[]): Promise<Cost> {
  const sockets = await Promise.all(modems.map((modem) => modem.connect({ host: HOST, port: SINK_PORT })));
  const payload = Buffer.alloc(SEND_BYTES, 0x41);
  const cost = await onEach(
    sockets,
    SENDS,
    (socket) => new Promise((resolve) => void socket.write(payload, () => resolve())),
  )();
  await closed(sockets);
  return cost;
}

async function reads(modems: readonly Modem[]): Promise<Cost> {
  const sockets = await Promise.all(modems.map((modem) => modem.connect({ host: HOST, port: SOURCE_PORT })));
  const cost = await onEach(sockets, READS, async (socket) => {
    let leftBytes = READ_BYTES;
    while (leftBytes > 0) {
      const bytes: Buffer | null = socket.read(Math.min(leftBytes, socket.readableLength) || undefined);
      if (bytes) leftBytes -= bytes.length;
      else await once(socket, 'readable');
    }
  })();
  await closed(sockets);
  return cost;
}

/** What a socket asks by itself belongs to no other round. */
async function closed(sockets: readonly ModemSocket[]): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await Promise.all(sockets.map((socket) => once(socket, 'close')));
  await new Promise((resolve) => setTimeout(resolve, CLOSING_MS));
}

/** The whole way from bytes to somebody who listens, with the trace that a modem keeps. */
function urcs(): Round {
  const [workload] = workloads();
  const notices = workload?.bytes.toString('latin1').split('\r\n').filter(Boolean).length ?? 1;
  const chunks = workload ? chunksOf(workload.bytes, CHUNK_BYTES) : [];
  const take = workload ? attached(workload, true) : () => undefined;
  return () =>
    costOf(notices * URC_TIMES, async () => {
      for (let times = 0; times < URC_TIMES; times++) take(chunks);
    });
}

async function repeated(
  all: Readonly<Record<string, Round>>,
  rounds: number,
): Promise<Record<string, Cost[]>> {
  const costs: Record<string, Cost[]> = {};
  for (let round = -1; round < rounds; round++)
    for (const [name, measure] of Object.entries(all)) {
      const cost = await measure();
      if (round >= 0) costs[name] = [...(costs[name] ?? []), cost]; // the first one warms up
    }
  return costs;
}

/** By what it is that costs so much. */
export async function exchangeCosts(rounds: number): Promise<Readonly<Record<string, readonly Cost[]>>> {
  const farEnd = await startFarEnd(2 * HOSTS);
  const minimalHosts = await Promise.all(farEnd.ports.slice(HOSTS).map(minimalHost));
  const modems = farEnd.ports.slice(0, HOSTS).map((port) => {
    const contexts = [{ apn: 'internet' }];
    return createModem({ port: tcpPort({ host: '127.0.0.1', port }), dialect: 'lte', contexts });
  });
  await Promise.all(modems.map((modem) => modem.start()));
  const exchanges = {
    [MINIMAL]: onEach(minimalHosts, MINIMAL_COMMANDS, (ask) => ask('AT+CSQ')),
    [COMMAND]: onEach(
      modems,
      COMMANDS,
      async (modem) => void (await modem.query(lte.commands.querySignal())),
    ),
  };
  await repeated(exchanges, WARM_UPS);
  const commands = await repeated(exchanges, rounds);
  const payloads = await repeated(
    {
      'send of 1460 bytes': () => sends(modems),
      'read of 1500 bytes': () => reads(modems),
      URC: urcs(),
    },
    rounds,
  );
  await Promise.all(modems.map((modem) => modem.stop()));
  await farEnd.stop();
  return { ...commands, ...payloads };
}
