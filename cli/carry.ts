/** What `pipe` and `listen` do with one connection.
 *
 *    stdin ──▶ ResendBuffer ──▶ ModemSocket ──▶ peer ──▶ ModemSocket ──▶ stdout
 *                  ▲ acknowledged bytes leave it; after a loss the rest can go out again
 */
import type { ModemSocket } from '../adapters/net/modem-socket.ts';
import { EXIT, type Io, usageError } from './io.ts';
import type { ResendBuffer } from './resend-buffer.ts';

const DEFAULT_LINGER_S = 10;

/** Reads `--linger`, in milliseconds. */
export function lingerMs(text: string | undefined): number {
  const lingerS = text === undefined ? DEFAULT_LINGER_S : Number(text);
  if (!(lingerS >= 0 && lingerS <= 86_400))
    throw usageError(`--linger must be a number of seconds, got ${text}`);
  return 1000 * lingerS;
}

/** Resolves at the end of the connection: without a failure when it ended cleanly. */
function ending(socket: ModemSocket): Promise<Error | undefined> {
  return new Promise((resolve) => {
    let failure: Error | undefined;
    socket.once('error', (error) => {
      failure = error;
    });
    socket.once('close', () => resolve(failure));
  });
}

/** What need not be sent again: what the peer has, or where no module can tell that (bc66) what the module has taken. */
function settledBytes(socket: ModemSocket): number {
  return socket.countsAcknowledged ? socket.bytesAcknowledged : socket.bytesAccepted;
}

/** Moves stdin to the socket until stdin ends or the socket does. */
async function pump(source: ResendBuffer, socket: ModemSocket): Promise<void> {
  source.rewind();
  for (;;) {
    const chunk = await source.next(socket);
    if (chunk === undefined || socket.destroyed) break;
    const accepted = await new Promise<boolean>((resolve) => socket.write(chunk, (error) => resolve(!error)));
    if (!accepted) return;
    if (source.mustWait && socket.countsAcknowledged) await socket.acknowledged().catch(() => undefined);
    source.acknowledge(settledBytes(socket));
  }
  if (!socket.destroyed && source.isAtEnd) socket.end();
}

/** Carries both directions to the end of the connection, and tells with which error it ended. */
export async function carry(socket: ModemSocket, source: ResendBuffer, io: Io): Promise<Error | undefined> {
  const ended = ending(socket);
  socket.pipe(io.stdout, { end: false });
  socket.once('end', () => {
    if (!socket.writableEnded) socket.end(); // the peer is gone: nothing more can be sent
  });
  const abort = (): void => void socket.destroy();
  io.signal.addEventListener('abort', abort, { once: true });
  source.begin();
  pump(source, socket).catch((error: Error) => socket.destroy(error));
  const failure = await ended;
  source.stopWaiting();
  source.acknowledge(settledBytes(socket));
  io.signal.removeEventListener('abort', abort);
  return failure;
}

/** The exit code of what was carried. */
export function verdict(source: ResendBuffer, io: Io): number {
  if (io.signal.aborted) return EXIT.interrupted;
  if (source.isDone) return EXIT.ok;
  const unsentBytes = source.readBytes - source.acknowledgedBytes;
  if (unsentBytes === 0) return EXIT.ok; // as with nc: the peer may be the one who hangs up
  io.stderr.write(`error: the peer closed the connection; ${unsentBytes} bytes were not acknowledged\n`);
  return EXIT.failed;
}
