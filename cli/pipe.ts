/** `urchestra pipe`: like `nc`, through the module.
 *
 *    stdin ──▶ ResendBuffer ──▶ ModemSocket ──▶ peer ──▶ ModemSocket ──▶ stdout
 *                  ▲ acknowledged bytes leave it; after a loss the rest goes out again (--reconnect)
 */
import type { Modem } from '../adapters/modem/modem.ts';
import type { ModemSocket } from '../adapters/net/modem-socket.ts';
import { isModemError } from '../errors.ts';
import { type Clock, delay } from '../streams/clock.ts';
import { EXIT, type Io, usageError } from './io.ts';
import { type CommonOptions, portNumber, prepareModem, startWithin } from './modem-options.ts';
import { ResendBuffer } from './resend-buffer.ts';

export interface PipeOptions extends CommonOptions {
  readonly reconnect?: boolean;
  readonly linger?: string;
}

const RECONNECT_MS = 1_000;
const LONGEST_RECONNECT_MS = 30_000;
const DEFAULT_LINGER_S = 10;

interface Target {
  readonly host: string;
  readonly port: number;
  readonly lingerMs: number;
}

/** Resolves at the end of the connection: `true` when it ended cleanly. */
function ending(socket: ModemSocket): Promise<Error | undefined> {
  return new Promise((resolve) => {
    let failure: Error | undefined;
    socket.once('error', (error) => {
      failure = error;
    });
    socket.once('close', () => resolve(failure));
  });
}

/** Moves stdin to the socket until stdin ends or the socket does. */
async function pump(source: ResendBuffer, socket: ModemSocket): Promise<void> {
  source.rewind();
  for (;;) {
    const chunk = await source.next(socket);
    if (chunk === undefined || socket.destroyed) break;
    const accepted = await new Promise<boolean>((resolve) => socket.write(chunk, (error) => resolve(!error)));
    if (!accepted) return;
    if (source.mustWait) await socket.acknowledged().catch(() => undefined);
    source.acknowledge(socket.bytesAcknowledged);
  }
  if (!socket.destroyed && source.isAtEnd) socket.end();
}

async function once(modem: Modem, target: Target, source: ResendBuffer, io: Io): Promise<Error | undefined> {
  const socket = await modem.connect({ ...target, allowHalfOpen: true });
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
  source.acknowledge(socket.bytesAcknowledged);
  io.signal.removeEventListener('abort', abort);
  return failure;
}

async function untilDone(
  modem: Modem,
  target: Target,
  source: ResendBuffer,
  clock: Clock,
  io: Io,
): Promise<void> {
  let waitMs = RECONNECT_MS;
  while (!io.signal.aborted) {
    const acknowledgedBefore = source.acknowledgedBytes;
    const failure = await once(modem, target, source, io).catch((error: Error) => error);
    if (source.isDone) return;
    if (isModemError(failure, 'INVALID_ARGUMENT') || isModemError(failure, 'STOPPED')) throw failure;
    if (modem.status.state === 'faulted') throw modem.status.error ?? failure;
    waitMs =
      source.acknowledgedBytes > acknowledgedBefore
        ? RECONNECT_MS
        : Math.min(waitMs * 2, LONGEST_RECONNECT_MS);
    const why = failure === undefined ? 'closed by the peer' : failure.message;
    io.stderr.write(`${why}; ${source.acknowledgedBytes} bytes acknowledged, connecting again\n`);
    await delay(clock, waitMs, io.signal).catch(() => undefined);
  }
}

/** `urchestra pipe P HOST PORT`: stdin → socket → stdout. */
export async function pipe(
  address: string,
  host: string,
  portText: string,
  options: PipeOptions,
  io: Io,
): Promise<number> {
  const lingerS = options.linger === undefined ? DEFAULT_LINGER_S : Number(options.linger);
  if (!(lingerS >= 0)) throw usageError(`--linger must be a number of seconds, got ${options.linger}`);
  const target = { host, port: portNumber(portText), lingerMs: 1000 * lingerS };
  if (options.apn === undefined && !address.startsWith('sim:')) {
    throw usageError('a connection needs a PDP context: give the access point with --apn NAME');
  }
  const prepared = await prepareModem(address, options, io);
  const { modem, clock } = prepared;
  const source = new ResendBuffer(io.stdin);
  try {
    modem.checkConnect(target);
    await startWithin(prepared, io.signal);
    if (options.reconnect) await untilDone(modem, target, source, clock, io);
    else {
      const failure = await once(modem, target, source, io);
      if (failure) throw failure;
    }
    if (io.signal.aborted) return EXIT.interrupted;
    if (source.isDone) return EXIT.ok;
    const unsent = source.readBytes - source.acknowledgedBytes;
    if (unsent === 0) return EXIT.ok; // as with nc: the peer may be the one who hangs up
    io.stderr.write(`error: the peer closed the connection; ${unsent} bytes were not acknowledged\n`);
    return EXIT.failed;
  } finally {
    await modem.stop();
    source.destroy();
  }
}
