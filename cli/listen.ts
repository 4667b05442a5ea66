/** `urchestra listen`: like `nc -l`, through the module. */
import type { AccessMode } from '../adapters/dialects/dialect.ts';
import type { ModemServer } from '../adapters/net/modem-server.ts';
import type { ModemSocket } from '../adapters/net/modem-socket.ts';
import { carry, lingerMs, verdict } from './carry.ts';
import { EXIT, type Io } from './io.ts';
import { type CommonOptions, portNumber, prepareModem, requireApn, startWithin } from './modem-options.ts';
import { ResendBuffer } from './resend-buffer.ts';

export interface ListenCommandOptions extends CommonOptions {
  readonly mode: Exclude<AccessMode, 'transparent'>;
  readonly linger?: string;
}

/** The first connection; `undefined` when Ctrl-C comes before it. */
function firstConnection(server: ModemServer, signal: AbortSignal): Promise<ModemSocket | undefined> {
  return new Promise((resolve, reject) => {
    server.once('connection', resolve);
    server.once('error', reject);
    server.once('close', () => resolve(undefined));
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** `urchestra listen P PORT`: stdin → the first connection → stdout. Waits for it without a limit, as `nc -l` does. */
export async function listen(
  address: string,
  portText: string,
  options: ListenCommandOptions,
  io: Io,
): Promise<number> {
  const { mode } = options;
  const target = {
    port: portNumber(portText),
    mode,
    lingerMs: lingerMs(options.linger),
    allowHalfOpen: true,
  };
  requireApn(address, options);
  const prepared = await prepareModem(address, options, io);
  const { modem } = prepared;
  const source = new ResendBuffer(io.stdin);
  try {
    modem.checkListen(target);
    await startWithin(prepared, io.signal);
    const server = await modem.listen({ ...target, maxConnections: 1 });
    const where = modem.status.contexts.flatMap(({ addresses }) => addresses).join(', ');
    io.stderr.write(`listening on ${where} port ${target.port}\n`);
    const socket = await firstConnection(server, io.signal);
    if (socket === undefined) return EXIT.interrupted;
    server.on('error', () => undefined); // the connection tells the same
    const failure = await carry(socket, source, io);
    if (failure) throw failure;
    return verdict(source, io);
  } finally {
    source.destroy();
    await prepared.stop();
  }
}
