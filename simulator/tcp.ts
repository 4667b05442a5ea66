/** Serves a virtual module as raw TCP on the loopback interface, as ser2net does it: one client at a time. */
import { createServer, type Server, type Socket } from 'node:net';
import type { VirtualModule } from './module.ts';
import { INPUT_AHEAD_BYTES, type ServedModule, ServeError, writeOutput } from './transport.ts';

/** Listens on `port` of 127.0.0.1 (0 chooses a free one).
 *
 * While the client does not read, output waits in the module; without a client it is lost.
 * A second client is turned away while the first is there. A `portLost` fault breaks the connection, and refuses new
 * ones until it is over.
 *
 * @throws ServeError when the port cannot be used.
 */
export async function serveOnTcp(module: VirtualModule, port: number): Promise<ServedModule> {
  let client: Socket | undefined;
  const server = createServer({ noDelay: true }, (socket) => {
    if (client !== undefined || !module.transportUp) {
      socket.destroy();
      return;
    }
    client = socket;
    socket.on('data', (bytes) => {
      module.receive(bytes);
      // The window of the client closes while the line is busy.
      socket.pause();
      module.whenInputBelow(INPUT_AHEAD_BYTES, () => socket.resume());
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      client = undefined;
      module.setClearToSend(true);
    });
  });
  const output = module.output$.subscribe((bytes) => {
    if (client !== undefined) writeOutput(module, client, bytes);
  });
  output.add(module.transportLost$.subscribe(() => client?.destroy()));
  const address = await listen(server, port);
  return {
    address,
    async close() {
      output.unsubscribe();
      client?.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'is in use: choose another' : `cannot be used: ${error.message}`;
      reject(new ServeError(`TCP port ${port} ${reason}`));
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(`127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`);
    });
  });
}
