/** TLS over a module: Node's own, on top of a connection. */
import { isIP } from 'node:net';
import * as tls from 'node:tls';
import { isModemError, ModemError } from '../../errors.ts';
import type { Clock } from '../../streams/clock.ts';
import { integer } from '../dialects/arguments.ts';
import { messageOf } from '../foreign-error.ts';
import type { ConnectOptions } from '../modem/connect-options.ts';
import type { ModemSocket } from '../net/modem-socket.ts';
import { invalid, readAnyOptions } from '../plain-options.ts';

/** What `connectTls()` takes: the options of `connect()`, and under `tls` those of Node's `tls.connect()`. */
export interface ConnectTlsOptions extends ConnectOptions {
  /** Certificates, ALPN, versions …; `servername` is the host unless it is given. */
  readonly tls?: Omit<tls.ConnectionOptions, 'socket' | 'host' | 'port' | 'path'>;
  /** Limit of the handshake, from the moment at which the connection stands: 60 s when left out. */
  readonly handshakeTimeoutMs?: number;
}

const HANDSHAKE_MS = 60_000;
const LONGEST_MS = 2 ** 31 - 1;

/** The options of `tls.connect()`, read once; what Node cannot use is refused before anything is opened.
 *
 * @throws INVALID_ARGUMENT
 */
export function checkedTls(given: unknown): NonNullable<ConnectTlsOptions['tls']> {
  if (given === undefined) return {};
  const options = readAnyOptions(given, 'tls');
  return usable(() => {
    tls.createSecureContext(options);
    return options;
  });
}

function usable<T>(start: () => T): T {
  try {
    return start();
  } catch (error) {
    throw invalid('tls', `cannot be used: ${messageOf(error)}`, error);
  }
}

/** Starts TLS on a connection; where it cannot be started, the connection ends.
 *
 * @throws INVALID_ARGUMENT
 */
export function startedOn<T>(socket: ModemSocket, start: () => T): T {
  try {
    return usable(start);
  } catch (error) {
    socket.on('error', () => undefined).destroy(); // nobody else knows of it
    throw error;
  }
}

/** Puts TLS on a connection; the handshake begins when it stands.
 *
 * @throws INVALID_ARGUMENT
 */
export function secured(
  socket: ModemSocket,
  host: string,
  options: ConnectTlsOptions['tls'] = {},
): tls.TLSSocket {
  const name = isIP(host) === 0 ? { servername: host } : {};
  // Without the host the certificate of an address would be checked against `localhost`. Errors and the end below come up by themselves.
  const secure = startedOn(socket, () => tls.connect({ ...name, ...options, host, socket }));
  // A write that was under way fails once more behind the end.
  return secure.once('close', () => secure.on('error', () => undefined));
}

/** The modem, as TLS needs it. */
export interface TlsHost {
  readonly clock: Clock;
  readonly connect: (options: ConnectOptions) => ModemSocket;
  readonly isStopping: () => boolean;
}

/** Resolves when the peer has shown a certificate that is trusted, or `rejectUnauthorized` is false. */
export async function connectTls(
  { clock, connect, isStopping }: TlsHost,
  given: ConnectTlsOptions,
): Promise<tls.TLSSocket> {
  const options = readAnyOptions(given, 'options') as unknown as ConnectTlsOptions;
  const { tls: secret, handshakeTimeoutMs = HANDSHAKE_MS, ...connection } = options;
  integer('handshakeTimeoutMs', handshakeTimeoutMs, 1, LONGEST_MS);
  const checked = checkedTls(secret);
  const socket = connect(connection);
  const secure = secured(socket, connection.host, checked);
  return new Promise((resolve, reject) => {
    const late = (): void => {
      secure.destroy(failed(socket, `the handshake did not end within ${handshakeTimeoutMs} ms`));
    };
    const limit = { timer: undefined as ReturnType<Clock['setTimeout']> };
    const begin = (): void => {
      limit.timer = clock.setTimeout(late, handshakeTimeoutMs);
    };
    const settle = (done: () => void): void => {
      clock.clearTimeout(limit.timer);
      socket.removeListener('connect', begin);
      secure.removeListener('secureConnect', trusted);
      secure.removeListener('error', refused);
      secure.removeListener('close', closed);
      done();
    };
    const trusted = (): void => settle(() => resolve(secure));
    const refused = (error: Error): void =>
      settle(() => reject(isModemError(error) ? error : failed(socket, error.message, error)));
    const closed = (): void => {
      const stopped = new ModemError('STOPPED', `TLS to ${socket.endpoint}: the modem was stopped`);
      settle(() => reject(isStopping() ? stopped : failed(socket, 'the peer closed during the handshake')));
    };
    socket.once('connect', begin);
    secure.once('secureConnect', trusted);
    secure.once('error', refused);
    secure.once('close', closed);
  });
}

function failed({ endpoint }: ModemSocket, why: string, cause?: Error): ModemError {
  const errno: unknown = cause === undefined ? undefined : Reflect.get(cause, 'code');
  return new ModemError(
    'TLS_FAILED',
    `TLS to ${endpoint}: ${why}; check the time of this machine, the certificates (tls.ca) and the name (tls.servername)`,
    { ...(typeof errno === 'string' && { errno }) },
    cause,
  );
}
