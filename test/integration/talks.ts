/** Connections that carry a random stream in each direction at the same time. */
import type { ConnectOptions, ModemSocket } from '../../index.ts';
import type { MemoryPeer } from '../../simulator/index.ts';
import type { Rig } from './rig.ts';
import { randomBytes } from './streams.ts';

export interface Talk {
  readonly socket: ModemSocket;
  readonly peer: MemoryPeer;
  /** What each side is to get. */
  readonly expected: { readonly up: Buffer; readonly down: Buffer };
  /** What each side has got. */
  readonly got: () => { readonly up: Buffer; readonly down: Buffer };
  /** Bytes that have arrived, both ways. */
  readonly progressBytes: () => number;
  readonly isDone: () => boolean;
  /** Both sides begin to write. */
  readonly start: () => void;
}

/** Connects to a peer of its own on the port 7000 + `seed`. */
export async function talk(
  r: Rig,
  seed: number,
  lengthBytes: number,
  options: Omit<ConnectOptions, 'host' | 'port'> = {},
): Promise<Talk> {
  const port = 7000 + seed;
  const peers: MemoryPeer[] = [];
  r.network.listen(port, (one) => peers.push(one));
  const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port, ...options }));
  const [peer] = peers;
  if (peer === undefined) throw new Error(`nobody has connected to port ${port}`);
  const expected = { up: randomBytes(lengthBytes, 100 + seed), down: randomBytes(lengthBytes, 200 + seed) };
  const [up, down]: [Uint8Array[], Uint8Array[]] = [[], []];
  let arrivedBytes = 0;
  peer.onData = (bytes) => {
    up.push(Uint8Array.from(bytes));
    arrivedBytes += bytes.length;
  };
  socket.on('data', (chunk: Buffer) => down.push(chunk));
  const progressBytes = (): number => arrivedBytes + socket.bytesRead;
  return {
    socket,
    peer,
    expected,
    got: () => ({ up: Buffer.concat(up), down: Buffer.concat(down) }),
    progressBytes,
    isDone: () => progressBytes() >= 2 * lengthBytes,
    start: () => {
      socket.write(expected.up);
      peer.write(expected.down);
    },
  };
}

/** Moves on in steps until it is so. */
export async function until({ clock }: Rig, isSo: () => boolean, limitMs = 600_000): Promise<void> {
  const endMs = clock.now() + limitMs;
  while (!isSo()) {
    if (clock.now() > endMs) throw new Error(`not so within ${limitMs} ms`);
    await clock.advance(20);
  }
}
