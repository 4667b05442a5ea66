import { createServer } from 'node:net';
import { WebSocket } from 'ws';
import {
  InspectorServer,
  type InspectorServerOptions,
  type Viewer,
} from '../../adapters/inspect/inspector-server.ts';

async function served(options: Partial<InspectorServerOptions> = {}) {
  const viewers: Viewer[] = [];
  const said: string[] = [];
  const server = await InspectorServer.open({
    ...{ host: '127.0.0.1', port: 0, origins: [], page: '<p>page</p>' },
    joined: (viewer) => void viewers.push(viewer),
    said: (_, text) => void said.push(text),
    left: (viewer) => void viewers.splice(viewers.indexOf(viewer), 1),
    ...options,
  });
  return { server, viewers, said, host: new URL(server.url).host };
}

/** Resolves with what became of a connection. */
function outcome(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ state: string; socket: WebSocket }> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers });
    socket.on('open', () => resolve({ state: 'open', socket }));
    socket.on('unexpected-response', (_, { statusCode }) => resolve({ state: String(statusCode), socket }));
    socket.on('error', ({ message }) => resolve({ state: message, socket }));
  });
}
const closed = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.on('close', resolve));

describe('the server of an inspector', () => {
  it('listens on the loopback and serves its page', async () => {
    const { server } = await served();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await (await fetch(server.url)).text()).toBe('<p>page</p>');
    await server.close();
  });

  it('lets programs in, its own page, and the pages that are named', async () => {
    const { server, host, viewers } = await served({ origins: ['https://stately.ai'] });
    const url = `ws://${host}`;
    const local = `localhost:${new URL(server.url).port}`;
    const welcome = [
      await outcome(url),
      await outcome(url, { origin: `http://${host}` }),
      await outcome(url, { origin: `http://${local}`, host: local }),
      await outcome(url, { origin: 'https://stately.ai' }),
    ];
    expect(welcome.map(({ state }) => state)).toEqual(['open', 'open', 'open', 'open']);
    expect(viewers).toHaveLength(4);
    await server.close();
  });

  it('sends other pages away, also those that have led their own name here', async () => {
    const { server, host } = await served();
    const strangers = [
      await outcome(`ws://${host}`, { origin: 'https://evil.example' }),
      await outcome(`ws://${host}`, { origin: 'http://evil.example', host: 'evil.example' }),
      await outcome(`ws://${host}`, { origin: 'null' }),
    ];
    expect(strangers.map(({ state }) => state)).toEqual(['403', '403', '403']);
    await server.close();
  });

  it('cuts off whoever says more than a viewer has to say', async () => {
    const { server, host, said } = await served();
    const { socket } = await outcome(`ws://${host}`);
    const end = closed(socket);
    socket.send('x'.repeat(100_000));
    expect(await end).toBe(1009);
    expect(said).toEqual([]);
    await server.close();
  });

  it('cuts off a viewer that does not read, before it takes the memory of the gateway', async () => {
    const { server, host, viewers } = await served();
    const { socket } = await outcome(`ws://${host}`);
    socket.pause();
    const text = 'x'.repeat(1_000_000);
    for (let sent = 0; sent < 64 && viewers[0]; sent++) {
      viewers[0].send(text);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(viewers).toEqual([]);
    socket.terminate();
    await server.close();
  });

  it('says goodbye to its viewers when it ends, and does not wait for those that do not answer', async () => {
    const { server, host } = await served();
    const [polite, deaf] = [(await outcome(`ws://${host}`)).socket, (await outcome(`ws://${host}`)).socket];
    deaf.pause();
    const end = closed(polite);
    await server.close();
    expect(await end).toBe(1001);
    deaf.terminate();
    expect((await outcome(`ws://${host}`)).state).toMatch(/ECONNREFUSED/);
  });

  it('says what is wrong when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { readonly port: number };
    await expect(served({ port })).rejects.toMatchObject({
      code: 'INSPECTOR_FAILED',
      message: `inspector on 127.0.0.1:${port}: something else listens there, perhaps another inspector: choose another port`,
    });
    await new Promise((resolve) => other.close(resolve));
  });
});
