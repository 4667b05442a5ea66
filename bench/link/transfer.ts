/** A transfer over a virtual UART in virtual time: what it takes is what host and module put on the wire, and nothing else. */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { createModem, type Modem, type ModemSocket } from '../../index.ts';
import { type MemoryPeer, memoryNetwork, VirtualModule, virtualPort } from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';
import type { LinkCase, Mode } from './limits.ts';

const PORT = 7000;
/** The network is not what is measured. */
const NETWORK_MS = 0.05;
/** As a file or a pipe delivers it. */
const CHUNK_BYTES = 64 * 1024;
/** Behind the opening everything comes to rest, and no question of the host's own is left. */
const REST_MS = 1_500;
const LONGEST_MS = 120_000;

/** One connection of a transfer, and which way its bytes go. */
export interface Stream {
  readonly up: boolean;
  readonly down: boolean;
}

interface Connection {
  readonly socket: ModemSocket;
  readonly peer: MemoryPeer;
}

/** Carries `lengthBytes` on each stream, in each of its directions: milliseconds from the first byte to the last one to arrive. */
export async function transfer(
  link: LinkCase,
  streams: readonly Stream[],
  lengthBytes: number,
): Promise<number> {
  const { dialect, mode, baud, latencyMs } = link;
  const clock = new VirtualClock();
  const network = memoryNetwork(clock, { latencyMs: NETWORK_MS, windowBytes: 1 << 20 });
  const peers: MemoryPeer[] = [];
  network.listen(PORT, (peer) => void peers.push(peer));
  const timing = { commandLatencyMs: latencyMs, sendMs: latencyMs };
  const module = new VirtualModule({ dialect, clock, network, baud, timing });
  const contexts = [{ apn: 'internet' }];
  const modem = createModem({ port: virtualPort(module), dialect, clock, contexts, traceLimit: 0 });
  await clock.runUntil(modem.start());
  const connections: Connection[] = [];
  for (const _ of streams) connections.push(await connect(clock, modem, mode, peers));
  await clock.advance(REST_MS);
  const beganMs = clock.now();
  const ends = streams.map((stream, at) => carry(clock, connections[at] as Connection, stream, lengthBytes));
  const endedMs = Math.max(...(await clock.runUntil(Promise.all(ends), LONGEST_MS)));
  const { protocolViolations } = module.state;
  for (const { socket } of connections) socket.destroy();
  await clock.runUntil(modem.stop());
  module.dispose();
  if (protocolViolations.length > 0) throw new RangeError(protocolViolations.join('; '));
  return endedMs - beganMs;
}

async function connect(
  clock: VirtualClock,
  modem: Modem,
  mode: Mode,
  peers: MemoryPeer[],
): Promise<Connection> {
  const socket = await clock.runUntil(modem.connect({ host: '198.51.100.7', port: PORT, mode }));
  const peer = peers.at(-1);
  if (peer === undefined) throw new RangeError('nobody has accepted the connection');
  return { socket, peer };
}

/** Resolves with the time at which the last byte had arrived. */
async function carry(
  clock: VirtualClock,
  { socket, peer }: Connection,
  { up, down }: Stream,
  lengthBytes: number,
): Promise<number> {
  const arrivals: Promise<number>[] = [];
  if (down) {
    arrivals.push(allOf(clock, lengthBytes, (take) => socket.on('data', take)));
    peer.write(Buffer.alloc(lengthBytes, 0x55));
  }
  if (up) {
    arrivals.push(
      allOf(clock, lengthBytes, (take) => {
        peer.onData = take;
      }),
    );
    Readable.from(chunks(lengthBytes), { objectMode: false }).pipe(socket, { end: false });
  }
  const failed = once(socket, 'error').then(([error]: unknown[]) => Promise.reject(error));
  return Math.max(...(await Promise.race([Promise.all(arrivals), failed])));
}

function allOf(
  clock: VirtualClock,
  lengthBytes: number,
  listen: (take: (bytes: Uint8Array) => void) => void,
): Promise<number> {
  let leftBytes = lengthBytes;
  return new Promise((resolve) => {
    listen((bytes) => {
      leftBytes -= bytes.length;
      if (leftBytes <= 0) resolve(clock.now());
    });
  });
}

function* chunks(lengthBytes: number): Generator<Buffer> {
  for (let at = 0; at < lengthBytes; at += CHUNK_BYTES)
    yield Buffer.alloc(Math.min(CHUNK_BYTES, lengthBytes - at), 0x41);
}
