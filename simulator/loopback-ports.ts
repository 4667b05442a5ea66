/** Ports of a module on the real loopback interface: listening ones (`node:net`) and UDP (`node:dgram`). */
import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { wireSocket } from './loopback-connection.ts';
import type {
  DatagramEndpoint,
  DatagramEvents,
  IncomingConnection,
  ListenerEvents,
  NetworkListener,
  RemoteEndpoint,
} from './network.ts';

const LOOPBACK = '127.0.0.1';

/** Where a port is bound, and what is open on it: `open` is what a network closes at its end. */
export interface PortSetting {
  readonly open: Set<{ destroy(): unknown }>;
  /** Tells whether datagrams may be sent there. */
  readonly allows: (to: RemoteEndpoint) => boolean;
}

/** Listens on a real port. */
export function listenOnLoopback(
  localPort: number,
  events: ListenerEvents,
  { open }: PortSetting,
): NetworkListener {
  let closed = false;
  // Data of a client that is not accepted waits in the kernel.
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
    open.add(socket);
    events.onIncoming(incomingOf(socket, (gone) => open.delete(gone)));
  });
  const entry = { destroy: () => server.close() };
  open.add(entry);
  server.on('error', () => {
    open.delete(entry);
    if (!closed) events.onFailed('localPortInUse');
  });
  server.listen(localPort, LOOPBACK, () => {
    const address = server.address();
    if (!closed && typeof address === 'object') events.onOpen(address?.port ?? localPort);
  });
  return {
    close() {
      closed = true;
      open.delete(entry);
      server.close();
    },
  };
}

function incomingOf(socket: Socket, forget: (socket: Socket) => void): IncomingConnection {
  // Until it is accepted nobody else hears of its errors and of its end.
  socket.on('error', () => {});
  socket.on('close', () => forget(socket));
  return {
    address: socket.remoteAddress ?? '',
    port: socket.remotePort ?? 0,
    accept(connectionEvents) {
      const connection = wireSocket(socket, connectionEvents, forget);
      if (socket.destroyed) queueMicrotask(() => connectionEvents.onClosed());
      socket.resume();
      return connection;
    },
    refuse: () => void socket.resetAndDestroy(),
  };
}

/** Binds a real UDP port (IPv4). */
export function bindOnLoopback(
  localPort: number,
  events: DatagramEvents,
  { open, allows }: PortSetting,
): DatagramEndpoint {
  const socket = createSocket('udp4');
  let closed = false;
  let bound = false;
  const shut = (): void => {
    if (!closed) socket.close();
    closed = true;
    open.delete(entry);
  };
  const entry = { destroy: shut };
  open.add(entry);
  socket.on('message', (bytes, { address, port }) => {
    if (!closed) events.onDatagram(new Uint8Array(bytes), { address, port });
  });
  // After the bind an error is a datagram that could not be sent: lost, as UDP loses them.
  socket.on('error', () => {
    if (bound || closed) return;
    shut();
    events.onFailed('localPortInUse');
  });
  socket.bind(localPort, LOOPBACK, () => {
    bound = true;
    if (!closed) events.onOpen(socket.address().port);
  });
  return {
    send: (bytes, to) => {
      if (!closed && bound && allows(to)) socket.send(bytes, to.port, to.address, () => {});
    },
    close: shut,
  };
}
