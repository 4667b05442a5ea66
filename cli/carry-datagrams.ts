/** What `pipe --udp` does: stdin → datagrams to one peer; the payload of its datagrams → stdout. */
import { once } from 'node:events';
import type { AccessMode } from '../adapters/dialects/dialect.ts';
import type { ModemDatagram } from '../adapters/net/modem-datagram.ts';
import { delay } from '../streams/clock.ts';
import { EXIT, type Io, usageError } from './io.ts';
import { type PreparedModem, startWithin } from './modem-options.ts';

export interface DatagramTarget {
  readonly host: string;
  readonly port: number;
  readonly mode: AccessMode;
  readonly lingerMs: number;
}

/** Resolves when the module has taken the datagram. */
function sent(socket: ModemDatagram, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** Each piece of the input is a datagram; one that is too long becomes several. */
async function sendInput(socket: ModemDatagram, longestBytes: number, io: Io): Promise<void> {
  for await (const piece of io.stdin as AsyncIterable<Buffer>) {
    for (let start = 0; start < piece.length; start += longestBytes) {
      await sent(socket, piece.subarray(start, start + longestBytes));
    }
  }
}

/** Until the input is over and the peer silent for as long as `lingerMs` says. */
export async function carryDatagrams(
  prepared: PreparedModem,
  { mode, lingerMs, ...peer }: DatagramTarget,
  io: Io,
): Promise<number> {
  const { modem, clock } = prepared;
  if (mode === 'transparent')
    throw usageError('--udp goes with --mode buffer or push: transparent is for TCP here');
  const options = { ...peer, mode };
  modem.checkConnectUdp(options);
  await startWithin(prepared, io.signal);
  const socket = await modem.connectUdp(options);
  const ended = once(socket, 'close', { signal: io.signal });
  let heardAt = clock.now();
  socket.on('message', (bytes) => {
    heardAt = clock.now();
    io.stdout.write(bytes);
  });

  async function carried(): Promise<void> {
    await sendInput(socket, modem.dialect.limits.sendBytes, io);
    heardAt = clock.now();
    for (let leftMs = lingerMs; leftMs > 0; leftMs = heardAt + lingerMs - clock.now())
      await delay(clock, leftMs, io.signal);
  }

  try {
    await Promise.race([carried(), ended]);
    return EXIT.ok;
  } finally {
    io.stdin.destroy();
    socket.close();
  }
}
