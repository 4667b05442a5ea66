import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A TCP server on the loopback that sends everything back. */
export interface EchoServer {
  readonly port: number;
  /** Closes every connection, as a server does that restarts. */
  hangUp(): void;
  close(): Promise<void>;
}

export async function echoServer(): Promise<EchoServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined); // a reset ends the connection; the close event follows
    socket.pipe(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    hangUp: () => {
      for (const socket of sockets) socket.end();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
