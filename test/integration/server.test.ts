import type { ModemServer, ModemSocket } from '../../index.ts';
import { echoPeer, type MemoryClient } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from './rig.ts';
import { ended, randomBytes } from './streams.ts';

interface Client {
  readonly client: MemoryClient;
  readonly received: () => Buffer;
  isRefused: boolean;
  isClosed: boolean;
}

function dialled(r: Rig, port = 2020): Client {
  const client = r.network.dial(port);
  const chunks: Buffer[] = [];
  const one: Client = { client, received: () => Buffer.concat(chunks), isRefused: false, isClosed: false };
  client.onData = (bytes) => chunks.push(Buffer.from(bytes));
  client.onRefused = () => {
    one.isRefused = true;
  };
  client.onClosed = () => {
    one.isClosed = true;
  };
  return one;
}

function accepted(server: ModemServer): ModemSocket[] {
  const sockets: ModemSocket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  return sockets;
}

async function closed(r: Rig, server: ModemServer): Promise<void> {
  await r.clock.runUntil(server.close());
}

describe.each(['buffer', 'push'] as const)('a server in %s mode', (mode) => {
  it('accepts five clients, echoes to all, and closes its connections before it stops listening', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020, mode }));
    server.on('connection', (socket) => socket.pipe(socket));
    const clients = Array.from({ length: 5 }, () => dialled(r));
    await r.clock.advance(1000);
    expect(server.connections.size).toBe(5);
    clients.forEach(({ client }, at) => {
      client.write(randomBytes(20_000, at));
    });
    await r.clock.advance(60_000);
    for (const [at, one] of clients.entries())
      expect(one.received().equals(randomBytes(20_000, at))).toBe(true);
    const before = r.trace.length;
    await closed(r, server);
    const closes = r.trace.slice(before).filter((line) => line.includes('tx AT+QICLOSE'));
    expect(closes).toHaveLength(6);
    expect(closes.at(-1)).toContain('AT+QICLOSE=0,10'); // the listener (lte §3.5.4)
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });
});

describe('a server', () => {
  it('gives each connection the id that the module chose, its peer, and the access mode that the module tells', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020, mode: 'push' }));
    const sockets = accepted(server);
    dialled(r);
    await r.clock.advance(500);
    expect(sockets[0]).toMatchObject({ connectId: 11, mode: 'push', connecting: false });
    expect(sockets[0]?.remoteAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(r.trace.filter((line) => line.includes('tx AT+QISTATE=1,11'))).toHaveLength(1); // D15
    await closed(r, server);
    await dismantle(r);
  });

  it('survives "incoming full": the others go on, and there is room again afterwards', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    let full = 0;
    server.on('full', () => {
      full += 1;
    });
    server.on('connection', (socket) => socket.pipe(socket));
    const clients = Array.from({ length: 12 }, () => dialled(r)); // 11 ids are free beside the listener's own
    await r.clock.advance(3000);
    expect([server.connections.size, full, clients.filter(({ isRefused }) => isRefused).length]).toEqual([
      11, 1, 1,
    ]);
    clients[0]?.client.write(Buffer.from('still there?'));
    await r.clock.advance(3000);
    expect(clients[0]?.received().toString()).toBe('still there?');
    const [first] = server.connections;
    if (first) await ended(r, first);
    const late = dialled(r);
    await r.clock.advance(1000);
    late.client.write(Buffer.from('me too'));
    await r.clock.advance(3000);
    expect(late.received().toString()).toBe('me too');
    await closed(r, server);
    await dismantle(r);
  });

  it('closes what is more than maxConnections at once, and says so', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020, maxConnections: 2 }));
    const drops: number[] = [];
    server.on('drop', ({ port }) => drops.push(port));
    const clients = Array.from({ length: 3 }, () => dialled(r));
    await r.clock.advance(3000);
    expect([
      server.connections.size,
      drops.length,
      clients.filter(({ isClosed }) => isClosed).length,
    ]).toEqual([2, 1, 1]);
    await closed(r, server);
    await dismantle(r);
  });

  it('delivers what a client sent before it closed', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    const [chunks, over] = [[] as Buffer[], { isEnded: false }];
    server.on('connection', (socket) => {
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('end', () => {
        over.isEnded = true;
      });
    });
    const one = dialled(r);
    one.client.write(randomBytes(9000));
    one.client.end();
    await r.clock.advance(20_000);
    expect([Buffer.concat(chunks).equals(randomBytes(9000)), over.isEnded]).toEqual([true, true]);
    expect(server.connections.size).toBe(0);
    await closed(r, server);
    await dismantle(r);
  });

  it('takes connections while clients of the modem open: an id that the module took first is given up', async () => {
    const r = rig();
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    const others = Array.from({ length: 5 }, () => r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    const clients = Array.from({ length: 6 }, () => dialled(r));
    const opened = await r.clock.runUntil(Promise.allSettled(others));
    await r.clock.advance(5000);
    const failures = opened.filter(({ status }) => status === 'rejected');
    expect(server.connections.size + opened.length - failures.length).toBe(11);
    expect(clients.filter(({ isRefused }) => !isRefused)).toHaveLength(server.connections.size);
    await closed(r, server);
    await dismantle(r);
  });

  it('on a port that is taken is refused with EADDRINUSE', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    await expect(r.clock.runUntil(r.modem.listen({ port: 2020 }))).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      errno: 'EADDRINUSE',
    });
    await closed(r, server);
    await dismantle(r);
  });

  it('ends with its connections when the context is lost, and can listen again', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    const errors: (string | undefined)[] = [];
    server.on('error', (error) => errors.push((error as { errno?: string }).errno));
    server.on('connection', (socket) => {
      socket.on('error', (error) => errors.push((error as { errno?: string }).errno));
      socket.resume();
    });
    dialled(r);
    await r.clock.advance(1000);
    const over = new Promise<void>((resolve) => server.once('close', () => resolve()));
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.runUntil(over);
    await r.clock.advance(100);
    expect(errors).toEqual(['ENETDOWN', 'ENETDOWN']);
    const again = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    await closed(r, again);
    await dismantle(r);
  });

  it('of an earlier host is closed at a start, and a connection that comes to it meanwhile too', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    expect(r.module.state.sockets).toHaveLength(1);
    await r.clock.runUntil(r.modem.stop());
    expect(r.module.state.sockets).toEqual([]);
    r.module.dispose();
  });
});

it('a server closes within 30 s although nobody reads what its connections have received', async () => {
  const r = rig();
  await r.clock.runUntil(r.modem.start());
  const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
  server.on('connection', (socket) => socket.on('error', () => undefined));
  const one = dialled(r);
  one.client.write(randomBytes(100));
  await r.clock.advance(1000);
  const isClosed = server.close().then(() => true);
  await r.clock.advance(40_000);
  expect(await Promise.race([isClosed, false])).toBe(true);
  expect([server.closed, r.module.state.sockets]).toEqual([true, []]);
  await dismantle(r);
});
