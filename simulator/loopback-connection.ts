import { connect, type Socket } from 'node:net';
import type { ConnectionEvents, ConnectionTarget, NetworkConnection } from './network.ts';

/** Connects a real socket. */
export function connectSocket(
  target: ConnectionTarget,
  events: ConnectionEvents,
  open: Set<{ destroy(): unknown }>,
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
  return wireSocket(socket, events, (gone) => open.delete(gone));
}

/** Makes a connection of the module out of a real socket that connects, or that was accepted. */
export function wireSocket(
  socket: Socket,
  events: ConnectionEvents,
  forget: (socket: Socket) => void,
): NetworkConnection {
  let silenced = false;
  let opened = !socket.connecting;
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
    forget(socket);
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

/** Fails a connect to a place that may not be reached. */
export function connectNowhere(events: ConnectionEvents): NetworkConnection {
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
