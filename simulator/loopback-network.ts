/** A network of real TCP connections (`node:net`), as a rule to this machine only. */
import { lookup } from 'node:dns';
import { connect, isIP, type Socket } from 'node:net';
import type { ConnectionEvents, ConnectionTarget, NetworkConnection, SimulatedNetwork } from './network.ts';

/** What a loopback network may do. */
export interface LoopbackNetworkOptions {
  /** Addresses by host name, beside `localhost`: lets a host name its server as in the field. */
  readonly names?: Readonly<Record<string, string>>;
  /** Allows connections to other machines. Default false: such an open fails with 566, and `log` says why. */
  readonly allowRemote?: boolean;
  /** Gets one line for each connection that was not allowed. */
  readonly log?: (text: string) => void;
}

/** A network of real connections. Its time is the wall clock's: do not use it with a `VirtualClock`. */
export interface LoopbackNetwork extends SimulatedNetwork {
  /** Number of connections that stand or are being made. */
  readonly openConnections: number;
  /** Breaks all of them. */
  close(): void;
}

/** Makes a network whose connections are real ones to this machine. */
export function loopbackNetwork(options: LoopbackNetworkOptions = {}): LoopbackNetwork {
  const open = new Set<Socket>();
  return {
    get openConnections() {
      return open.size;
    },
    close() {
      for (const socket of open) socket.destroy();
    },
    resolve(host, done) {
      const known = options.names?.[host] ?? (host.toLowerCase() === 'localhost' ? '127.0.0.1' : undefined);
      const address = known ?? (isIP(host) ? host : undefined);
      if (address !== undefined || !options.allowRemote) {
        queueMicrotask(() => done(address === undefined ? [] : [address]));
        return;
      }
      lookup(host, { all: true }, (error, found) => done(error ? [] : found.map((entry) => entry.address)));
    },
    connect(target, events) {
      if (options.allowRemote || isLoopback(target.address)) return connectSocket(target, events, open);
      options.log?.(
        `connection to ${target.address}:${target.port} refused: only loopback addresses are allowed`,
      );
      return connectNowhere(events);
    },
  };
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./i.test(address);
}

function connectNowhere(events: ConnectionEvents): NetworkConnection {
  let given = true;
  queueMicrotask(() => {
    if (given) events.onFailed('unreachable');
  });
  const ignore = (): void => {};
  return {
    write: ignore,
    pause: ignore,
    resume: ignore,
    end: ignore,
    destroy: () => {
      given = false;
    },
  };
}

function connectSocket(
  target: ConnectionTarget,
  events: ConnectionEvents,
  open: Set<Socket>,
): NetworkConnection {
  const socket = connect({
    host: target.address,
    port: target.port,
    // The module decides when its side ends.
    allowHalfOpen: true,
    noDelay: true,
    ...(target.localPort === 0 ? {} : { localPort: target.localPort }),
  });
  open.add(socket);
  let silenced = false;
  let opened = false;
  let failure: 'refused' | 'unreachable' | 'localPortInUse' = 'unreachable';
  const tell = (event: () => void): void => {
    if (!silenced) event();
  };
  socket.on('connect', () => {
    opened = true;
    tell(() => events.onOpen(socket.localPort ?? 0));
  });
  socket.on('data', (bytes) => tell(() => events.onData(bytes)));
  socket.on('end', () => tell(() => events.onEnd()));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') failure = 'refused';
    if (error.code === 'EADDRINUSE') failure = 'localPortInUse';
  });
  socket.on('close', () => {
    open.delete(socket);
    tell(() => (opened ? events.onClosed() : events.onFailed(failure)));
  });
  return {
    write(bytes) {
      // The callback comes when the kernel has taken the bytes: on loopback that is the peer's TCP.
      socket.write(bytes, (error) => {
        if (!error) tell(() => events.onAcknowledged(bytes.length));
      });
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    destroy() {
      silenced = true;
      socket.destroy();
    },
  };
}
