/** TLS over a module: Node's own, on top of a connection. */
import { isIP } from 'node:net';
import * as tls from 'node:tls';
import { isModemError, ModemError } from '../../errors.ts';
import type { Clock } from '../../streams/clock.ts';
import { integer } from '../dialects/arguments.ts';
import type { ConnectOptions } from '../modem/connect-options.ts';
import type { ModemSocket } from '../net/modem-socket.ts';

/** What `connectTls()` takes: the options of `connect()`, and under `tls` those of Node's `tls.connect()`. */
export interface ConnectTlsOptions extends ConnectOptions {
  /** Certificates, ALPN, versions …; `servername` is the host unless it is given. */
  readonly tls?: Omit<tls.ConnectionOptions, 'socket' | 'host' | 'port' | 'path'>;
  /** Limit of the handshake, from the moment at which the connection stands: 60 s when left out. */
  readonly handshakeTimeoutMs?: number;
}

const HANDSHAKE_MS = 60_000;
const LONGEST_MS = 2 ** 31 - 1;

/** Puts TLS on a connection; the handshake begins when it stands. */
export function secured(
  socket: ModemSocket,
  host: string,
  options: ConnectTlsOptions['tls'] = {},
): tls.TLSSocket {
  const name = isIP(host) === 0 ? { servername: host } : {};
  // Without the host the certificate of an address would be checked against `localhost`.
  return tls.connect({ ...name, ...options, host, socket }); // which tells of errors and of the end below it, too
}

/** Resolves when the peer has shown a certificate that is trusted, or `rejectUnauthorized` is false. */
export async function connectTls(
  connect: (options: ConnectOptions) => ModemSocket,
  clock: Clock,
  { tls: options, handshakeTimeoutMs = HANDSHAKE_MS, ...connection }: ConnectTlsOptions,
): Promise<tls.TLSSocket> {
  integer('handshakeTimeoutMs', handshakeTimeoutMs, 1, LONGEST_MS);
  const socket = connect(connection);
  const secure = secured(socket, connection.host, options);
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
    const closed = (): void => settle(() => reject(failed(socket, 'the peer closed during the handshake')));
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
