/** `urchestra pipe`: like `nc`, through the module. */
import type { AccessMode } from '../adapters/dialects/dialect.ts';
import type { Modem } from '../adapters/modem/modem.ts';
import { isModemError } from '../errors.ts';
import { type Clock, delay } from '../streams/clock.ts';
import { carry, lingerMs, verdict } from './carry.ts';
import { carryDatagrams } from './carry-datagrams.ts';
import { type Io, usageError } from './io.ts';
import {
  type CommonOptions,
  type PreparedModem,
  portNumber,
  prepareModem,
  requireApn,
  startWithin,
} from './modem-options.ts';
import { ResendBuffer } from './resend-buffer.ts';

export interface PipeOptions extends CommonOptions {
  readonly mode: AccessMode;
  readonly udp?: boolean;
  readonly reconnect?: boolean;
  readonly linger?: string;
}

const RECONNECT_MS = 1_000;
const LONGEST_RECONNECT_MS = 30_000;

interface Target {
  readonly host: string;
  readonly port: number;
  readonly mode: AccessMode;
  readonly lingerMs: number;
}

async function once(modem: Modem, target: Target, source: ResendBuffer, io: Io): Promise<Error | undefined> {
  return carry(await modem.connect({ ...target, allowHalfOpen: true }), source, io);
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

async function pipeStream(
  prepared: PreparedModem,
  target: Target,
  options: PipeOptions,
  io: Io,
): Promise<number> {
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
    return verdict(source, io);
  } finally {
    source.destroy();
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
  const { mode } = options;
  const target = { host, port: portNumber(portText), mode, lingerMs: lingerMs(options.linger) };
  if (options.udp && options.reconnect)
    throw usageError('--reconnect is for TCP: nobody acknowledges a datagram');
  requireApn(address, options);
  const prepared = await prepareModem(address, options, io);
  try {
    if (options.udp) return await carryDatagrams(prepared, target, io);
    return await pipeStream(prepared, target, options, io);
  } finally {
    await prepared.stop();
  }
}
