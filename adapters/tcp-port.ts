import { connect, type Socket } from 'node:net';
import { type Clock, systemClock } from '../streams/clock.ts';
import { integer } from './dialects/arguments.ts';
import { errnoOf, messageOf } from './foreign-error.ts';
import { needClock, needText, readOptions } from './plain-options.ts';
import type { Port } from './port.ts';
import { portOver } from './port-lifecycle.ts';
import { type Channel, openError, type Sink } from './transport.ts';

/** Where a serial port is served over the network. */
export interface TcpPortOptions {
  /** Host name or address of the device server. */
  readonly host: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
  /** Limit for the connection to be made; 10 s when left out. */
  readonly connectTimeoutMs?: number;
  /** Time; the system clock when left out. */
  readonly clock?: Clock;
}

const LONGEST_HOST = 255;

/** A module behind a raw TCP port: ser2net in raw mode, a serial device server, `urchestra simulate --tcp`.
 *
 * Raw bytes only: no telnet (RFC 2217) negotiation, hence no control lines and no change of the baud rate.
 * A connection that dies without a word is found by TCP keep-alive at the earliest after half a minute.
 *
 * @example tcpPort({ host: '192.168.1.20', port: 3001 })
 * @throws ModemError `INVALID_ARGUMENT` for a host or a port that is none.
 */
export function tcpPort(options: TcpPortOptions): Port {
  const read = readOptions<TcpPortOptions>(options, ['host', 'port', 'connectTimeoutMs', 'clock']);
  const { clock = systemClock, connectTimeoutMs = 10_000 } = read;
  const host = needText(read.host, 'host', LONGEST_HOST);
  const port = read.port as number;
  integer('port', port, 1, 65_535);
  integer('connectTimeoutMs', connectTimeoutMs, 1, 2 ** 31 - 1);
  needClock(clock);
  const description = `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const target = { host, port, connectTimeoutMs, description, clock };
  return portOver(
    { description, hasLines: false, open: (sink, signal) => openSocket(target, sink, signal) },
    clock,
  );
}

interface Target extends Required<TcpPortOptions> {
  readonly description: string;
  readonly clock: Clock;
}

function openSocket(target: Target, sink: Sink, signal: AbortSignal): Promise<Channel> {
  const { host, port, connectTimeoutMs, clock, description } = target;
  return new Promise((resolve, reject) => {
    const socket = connectOrFail(host, port, description);
    const settle = (): void => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', give);
      socket.off('error', fail);
    };
    const fail = (error: unknown): void => {
      settle();
      // Node may still report for a destroyed socket; an 'error' nobody hears would end the process.
      socket.on('error', () => {}).destroy();
      reject(asOpenError(description, error));
    };
    const give = (): void => fail(new Error('given up'));
    const timer = clock.setTimeout(
      () => fail(new Error(`no answer within ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    );
    signal.addEventListener('abort', give, { once: true });
    socket.once('error', fail);
    socket.once('connect', () => {
      settle();
      resolve(channelOf(socket, sink));
    });
  });
}

function connectOrFail(host: string, port: number, description: string): Socket {
  try {
    return connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 });
  } catch (error) {
    throw asOpenError(description, error);
  }
}

function channelOf(socket: Socket, sink: Sink): Channel {
  socket.on('data', (chunk) => sink.bytes(chunk));
  socket.on('end', () => sink.lost('the server closed the connection'));
  socket.on('error', (error) => sink.lost('the connection broke', error));
  socket.on('close', () => sink.lost('the connection was closed'));
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        // Without an error the callback means that the kernel has the bytes, not that the peer read them.
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    release: () =>
      new Promise((resolve) => {
        if (socket.closed) resolve();
        else socket.once('close', () => resolve()).destroy();
      }),
  };
}

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'nothing listens there: check that ser2net (raw mode) or the device server runs, and its port number',
  ENOTFOUND: 'the host name has no address: check its spelling and the name server',
  EAI_AGAIN: 'the name server did not answer: try again, or give an IP address',
  EHOSTUNREACH: 'check the address, the network cable and the route to it',
  ENETUNREACH: 'check the address, the network cable and the route to it',
};

function asOpenError(description: string, error: unknown): Error {
  const errno = errnoOf(error);
  // When a name has several addresses Node reports one error with an empty message around those of each address.
  const why = errno && !messageOf(error).includes(errno) ? errno : messageOf(error);
  const advice = (errno && ADVICE[errno]) ?? 'check address, network and that the server accepts connections';
  return openError('PORT_OPEN_FAILED', description, why, advice, error);
}
