/** Streams of random bytes through sockets of a rig. */
import { createHash } from 'node:crypto';
import type { ModemSocket } from '../../index.ts';
import type { Rig } from './rig.ts';

/** Bytes that are the same for the same seed. */
export function randomBytes(length: number, seed = 7): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; i * 32 < length; i++) parts.push(createHash('sha256').update(`${seed}-${i}`).digest());
  return Buffer.concat(parts).subarray(0, length);
}

/** Collects what a socket receives. */
export function collected(socket: ModemSocket): {
  readonly bytes: () => Buffer;
  readonly atLeast: (length: number) => Promise<void>;
} {
  const chunks: Buffer[] = [];
  let length = 0;
  let failure: Error | undefined;
  const waiting: {
    readonly length: number;
    readonly done: () => void;
    readonly fail: (error: Error) => void;
  }[] = [];
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    for (const one of waiting) if (length >= one.length) one.done();
  });
  socket.on('error', (error) => {
    failure = error;
    for (const one of waiting) one.fail(error);
  });
  return {
    bytes: () => Buffer.concat(chunks),
    atLeast: (wanted) =>
      new Promise((done, fail) => {
        if (failure) fail(failure);
        else if (length >= wanted) done();
        else waiting.push({ length: wanted, done, fail });
      }),
  };
}

/** Ends a socket and waits until it is closed. */
export async function ended(r: Rig, socket: ModemSocket): Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.end();
  await r.clock.runUntil(closed);
}
