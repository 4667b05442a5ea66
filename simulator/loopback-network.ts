/** A network of real TCP connections and UDP ports (`node:net`, `node:dgram`), as a rule on this machine only. */
import { lookup } from 'node:dns';
import { isIP, isIPv4 } from 'node:net';
import { connectNowhere, connectSocket } from './loopback-connection.ts';
import { bindOnLoopback, listenOnLoopback } from './loopback-ports.ts';
import type { RemoteEndpoint, SimulatedNetwork } from './network.ts';

/** What a loopback network may do. */
export interface LoopbackNetworkOptions {
  /** Addresses by host name, beside `localhost`: lets a host name its server as in the field. */
  readonly names?: Readonly<Record<string, string>>;
  /** Allows connections to other machines. Default false: such an open fails with 566, and `log` says why. */
  readonly allowRemote?: boolean;
  /** Gets one line for each connection or datagram that was not allowed. */
  readonly log?: (text: string) => void;
}

/** A network of real connections. Its time is the wall clock's: do not use it with a `VirtualClock`. */
export interface LoopbackNetwork extends SimulatedNetwork {
  /** Number of connections that stand or are being made, and of ports on which the module listens or gets datagrams. */
  readonly openConnections: number;
  /** Breaks and closes all of them. */
  close(): void;
}

/** Makes a network whose connections and ports are real ones of this machine. */
export function loopbackNetwork(options: LoopbackNetworkOptions = {}): LoopbackNetwork {
  const open = new Set<{ destroy(): unknown }>();
  const allows = ({ address, port }: RemoteEndpoint, what: string): boolean => {
    if (options.allowRemote || isLoopback(address)) return true;
    options.log?.(`${what} to ${address}:${port} refused: only loopback addresses are allowed`);
    return false;
  };
  const setting = {
    open,
    // The module's ports are IPv4: a datagram to another kind of address has no way out.
    allows: (to: RemoteEndpoint) => isIPv4(to.address) && allows(to, 'datagram'),
  };
  return {
    get openConnections() {
      return open.size;
    },
    close() {
      for (const entry of open) entry.destroy();
      open.clear();
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
    connect: (target, events) =>
      allows(target, 'connection') ? connectSocket(target, events, open) : connectNowhere(events),
    openDatagrams: (localPort, events) => bindOnLoopback(localPort, events, setting),
    openListener: (localPort, events) => listenOnLoopback(localPort, events, setting),
  };
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./i.test(address);
}
