import type { ModemSocket } from '../../index.ts';
import type { MemoryClient, VirtualModuleOptions } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from './rig.ts';
import { ended, randomBytes } from './streams.ts';
import { talk, until } from './talks.ts';

async function online(
  sharing: 'single' | 'multiple' = 'multiple',
  module: Partial<VirtualModuleOptions> = {},
): Promise<Rig> {
  const contexts = [{ id: 0, apn: 'CMNET', sharing }];
  const r = rig({ dialect: 'gsm', contexts }, { dialect: 'gsm', ...module });
  await r.clock.runUntil(r.modem.start());
  return r;
}

function received(client: MemoryClient): () => Buffer {
  const chunks: Buffer[] = [];
  client.onData = (bytes) => chunks.push(Buffer.from(bytes));
  return () => Buffer.concat(chunks);
}

describe.each(['buffer', 'push'] as const)('a server of gsm in %s mode', (mode) => {
  it('accepts several clients beside a connection of its own, and closes all of them', async () => {
    const r = await online();
    const server = await r.clock.runUntil(r.modem.listen({ port: 4000, mode }));
    server.on('connection', (socket) => socket.pipe(socket));
    const clients = [1, 2, 3].map(() => r.network.dial(4000));
    const got = clients.map(received);
    const own = await talk(r, 1, 5000, { mode });
    own.start();
    await r.clock.advance(2000);
    expect(server.connections.size).toBe(3);
    clients.forEach((client, at) => {
      client.write(randomBytes(5000, at));
    });
    await until(r, () => own.isDone() && got.every((bytes) => bytes().length === 5000));
    for (const [at, bytes] of got.entries()) expect(bytes().equals(randomBytes(5000, at))).toBe(true);
    own.socket.destroy();
    await r.clock.runUntil(server.close());
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });

  it('may take an index that an open was about to take: the open goes to another one', async () => {
    const r = await online();
    r.network.listen(7000, () => undefined);
    const server = await r.clock.runUntil(r.modem.listen({ port: 4000, mode }));
    r.module.inject({ kind: 'delay', ms: 1000 });
    const busy = r.modem.execute('AT+CSQ', { timeoutMs: 5000 });
    const opening = r.modem.connect({ host: '192.0.2.7', port: 7000, mode });
    r.network.dial(4000);
    await r.clock.runUntil(busy);
    const socket = await r.clock.runUntil(opening);
    expect([server.connections.size, socket.connectId]).toEqual([1, 1]);
    expect(r.events.filter(({ kind }) => kind === 'violation')).toEqual([]);
    socket.destroy();
    await r.clock.runUntil(server.close());
    await dismantle(r);
  });

  it('that is single has one client at a time (gsm §3.2)', async () => {
    const r = await online('single');
    const server = await r.clock.runUntil(r.modem.listen({ port: 4000, mode }));
    const sockets: ModemSocket[] = [];
    server.on('connection', (socket) => {
      sockets.push(socket);
      socket.pipe(socket);
    });
    const client = r.network.dial(4000);
    const got = received(client);
    await r.clock.advance(500);
    client.write(randomBytes(3000));
    await until(r, () => got().length === 3000);
    expect(got().equals(randomBytes(3000))).toBe(true);
    await r.clock.advance(1000); // the counters go with the connection: time to look at them
    client.end();
    for (const socket of sockets) await ended(r, socket);
    await r.clock.runUntil(server.close());
    await dismantle(r);
  });
});

describe.each([
  ['single', 'buffer'],
  ['single', 'push'],
  ['multiple', 'transparent'],
] as const)('a server of gsm that is %s, in %s mode', (sharing, mode) => {
  it('serves one client after the other, whoever of them closes first', async () => {
    const r = await online(sharing);
    const server = await r.clock.runUntil(r.modem.listen({ port: 4000, mode }));
    server.on('connection', (socket) => {
      socket.on('error', () => undefined); // PEER_CLOSED, when the counters went with the connection
      socket.pipe(socket);
    });
    for (const at of [1, 2, 3]) {
      const client = r.network.dial(4000);
      const got = received(client);
      await r.clock.advance(1500);
      client.write(randomBytes(100, at));
      await r.clock.advance(5000);
      expect(got().equals(randomBytes(100, at))).toBe(true);
      client.end();
      await r.clock.advance(20_000);
    }
    expect(server.listening).toBe(true);
    await r.clock.runUntil(server.close());
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });
});

describe.each(['buffer', 'push'] as const)(
  'an index of gsm that goes to the next client in %s mode',
  (mode) => {
    it('while the last one still has a command to end: what comes is the next one’s alone', async () => {
      const r = await online();
      const server = await r.clock.runUntil(r.modem.listen({ port: 4000, mode }));
      const got: string[] = [];
      const ends: unknown[] = [];
      server.on('connection', (socket: ModemSocket) => {
        const number = got.push('') - 1;
        socket.on('data', (bytes: Buffer) => {
          got[number] += bytes.toString();
        });
        socket.on('error', (error) => ends.push([number, 'code' in error && error.code]));
      });
      const first = r.network.dial(4000);
      await until(r, () => got.length === 1);
      r.module.inject({ kind: 'sendSilent' });
      for (const socket of server.connections) socket.write('never taken');
      await r.clock.advance(500);
      first.end();
      await r.clock.advance(1_000);
      const second = r.network.dial(4000);
      second.write(Buffer.from('the next one'));
      await until(r, () => got.length === 2 && got[1] !== '');
      expect(got).toEqual(['', 'the next one']);
      expect(ends).toEqual([[0, 'PEER_CLOSED']]);
      await r.clock.runUntil(server.close());
      await dismantle(r);
    });
  },
);

describe('a server of gsm', () => {
  it('leaves room for five connections in all (gsm §3.4), and one more does not touch them', async () => {
    const r = await online();
    await r.clock.runUntil(r.modem.listen({ port: 4000 }));
    const talks = await Promise.all([1, 2, 3, 4, 5].map((at) => talk(r, at, 500)));
    for (let at = 0; at < 6; at += 1)
      await expect(
        r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 5001 })),
      ).rejects.toMatchObject({
        code: 'TOO_MANY_SOCKETS',
      });
    for (const one of talks) one.start();
    await until(r, () => talks.every((one) => one.isDone()));
    for (const { socket } of talks) socket.destroy();
    await dismantle(r);
  });

  it('that found no free connection is closed, and keeps nobody else away', async () => {
    const r = await online('single');
    const first = await r.clock.runUntil(r.modem.listen({ port: 4000 }));
    const second = r.modem.listen({ port: 4001 });
    await expect(r.clock.runUntil(second)).rejects.toMatchObject({ code: 'TOO_MANY_SOCKETS' });
    await r.clock.runUntil(first.close());
    const pushed = await talk(r, 2, 100, { mode: 'push' });
    pushed.socket.destroy();
    await dismantle(r);
  });

  it('is the only one of its kind: no notice says which context it is about', async () => {
    const contexts = [0, 1].map((id) => ({ id, apn: 'CMNET' }));
    const r = rig({ dialect: 'gsm', contexts }, { dialect: 'gsm' });
    await r.clock.runUntil(r.modem.start());
    const server = await r.clock.runUntil(r.modem.listen({ port: 4000, context: 0 }));
    await expect(r.clock.runUntil(r.modem.listen({ port: 4001, context: 1 }))).rejects.toMatchObject({
      code: 'CONTEXT_BUSY',
    });
    expect(server.listening).toBe(true);
    await r.clock.runUntil(server.close());
    const second = await r.clock.runUntil(r.modem.listen({ port: 4001, context: 1 }));
    await r.clock.runUntil(second.close());
    await dismantle(r);
  });

  it('lets no more clients in than it was told to, and refuses options that no module has', async () => {
    const r = await online();
    const server = await r.clock.runUntil(r.modem.listen({ port: 4000, maxConnections: 2 }));
    expect(r.trace.some((line) => line.endsWith('tx AT+QISERVER=0,2'))).toBe(true);
    await r.clock.runUntil(server.close());
    await expect(r.modem.listen({ port: 4000, maxConnections: 6 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(() =>
      rig({ dialect: 'gsm', contexts: [{ id: 0, apn: 'a', type: 'IPv6' }] }, { dialect: 'gsm' }),
    ).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    await dismantle(r);
  });

  it('pushes what its clients send where the module has no AT+QINDI', async () => {
    const r = await online('multiple', { hasIndication: false });
    const server = await r.clock.runUntil(r.modem.listen({ port: 4000 }));
    server.on('connection', (socket) => socket.pipe(socket));
    const client = r.network.dial(4000);
    const got = received(client);
    await r.clock.advance(500);
    client.write(randomBytes(3000));
    await until(r, () => got().length === 3000);
    expect(got().equals(randomBytes(3000))).toBe(true);
    await r.clock.runUntil(server.close());
    await dismantle(r);
  });

  it('in transparent mode gives the port to the client that comes (gsm §4.2)', async () => {
    const r = await online();
    const server = await r.clock.runUntil(r.modem.listen({ port: 4000, mode: 'transparent' }));
    const sockets: ModemSocket[] = [];
    server.on('connection', (socket) => {
      sockets.push(socket);
      socket.pipe(socket);
    });
    const client = r.network.dial(4000);
    const got = received(client);
    await r.clock.advance(1000);
    expect(sockets.map(({ mode }) => mode)).toEqual(['transparent']);
    client.write(randomBytes(5000));
    await until(r, () => got().length === 5000);
    expect(got().equals(randomBytes(5000))).toBe(true);
    await r.clock.runUntil(sockets[0]?.acknowledged() ?? Promise.reject(new Error('nobody came')));
    client.end();
    for (const socket of sockets) await ended(r, socket);
    await r.clock.runUntil(server.close());
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });
});

describe('a UDP server of gsm', () => {
  it('hears everybody, and answers those it has heard', async () => {
    const r = await online();
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const messages: string[] = [];
    udp.on('message', (bytes, { address, port }) => {
      messages.push(`${address} ${bytes.toString()}`);
      udp.send(Buffer.from(`to ${bytes.toString()}`), port, address);
    });
    const peers = ['192.0.2.11', '192.0.2.12'].map((address) => r.network.bindPeer(6969, address));
    const got = peers.map(() => [] as string[]);
    for (const [at, peer] of peers.entries()) {
      peer.onMessage = (bytes) => got[at]?.push(Buffer.from(bytes).toString());
      peer.send(Buffer.from(`one of ${at}`), 3030);
    }
    await r.clock.advance(2000);
    peers[0]?.send(Buffer.from('two of 0'), 3030);
    await r.clock.advance(2000);
    expect(messages.sort()).toEqual(['192.0.2.11 one of 0', '192.0.2.11 two of 0', '192.0.2.12 one of 1']);
    expect(got).toEqual([['to one of 0', 'to two of 0'], ['to one of 1']]);
    const refused = new Promise<Error | null>((resolve) => {
      udp.send(Buffer.from('x'), 1, '192.0.2.99', resolve);
    });
    await expect(r.clock.runUntil(refused)).resolves.toMatchObject({ code: 'SEND_FAILED' });
    const closed = new Promise<void>((resolve) => udp.once('close', () => resolve()));
    udp.close();
    await r.clock.runUntil(closed);
    await r.clock.advance(1000);
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });
});

describe('a server of gsm whose SERVER OK is lost', () => {
  it('is found by a look, and keeps nobody else waiting for long', async () => {
    const r = await online();
    r.network.listen(7000, () => undefined);
    r.module.inject({ kind: 'loseUrc', urc: 'SERVER OK' });
    const listening = r.modem.listen({ port: 4000 });
    const startedAtMs = r.clock.now();
    await r.clock.runUntil(r.modem.execute('AT+CSQ'));
    expect(r.clock.now() - startedAtMs).toBeLessThan(4_000);
    const server = await r.clock.runUntil(listening);
    expect(r.clock.now() - startedAtMs).toBeLessThan(10_000);
    r.network.dial(4000);
    await r.clock.advance(1000);
    expect(server.connections.size).toBe(1);
    await r.clock.runUntil(server.close());
    await dismantle(r);
  });
});

describe('a UDP server of gsm beside an open', () => {
  it('may take the index that it was about to take: the open goes to another one, and the datagrams are heard', async () => {
    const r = await online();
    r.network.listen(7000, () => undefined);
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const messages: string[] = [];
    udp.on('message', (bytes) => messages.push(bytes.toString()));
    r.module.inject({ kind: 'delay', ms: 1000 });
    const busy = r.modem.execute('AT+CSQ', { timeoutMs: 5000 });
    const opening = r.modem.connect({ host: '192.0.2.7', port: 7000 });
    const peer = r.network.bindPeer(6969, '192.0.2.11');
    peer.send(Buffer.from('one'), 3030);
    await r.clock.runUntil(busy);
    const socket = await r.clock.runUntil(opening);
    peer.send(Buffer.from('two'), 3030);
    await r.clock.advance(2000);
    expect([socket.connectId, messages]).toEqual([1, ['one', 'two']]);
    expect(r.events.filter(({ kind }) => kind === 'violation')).toEqual([]);
    socket.destroy();
    await dismantle(r);
  });
});

describe('an open of gsm whose index a client has that nobody was told of', () => {
  it.each([1, 2, 6])('goes to another one, of %i clients', async (clients) => {
    const r = await online();
    r.network.listen(7000, () => undefined);
    await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    for (let n = 0; n < clients; n++) {
      r.module.inject({ kind: 'loseUrc', urc: 'incoming' });
      r.network.bindPeer(6969 + n, `192.0.2.${11 + n}`).send(Buffer.from('one'), 3030);
      await r.clock.advance(100);
    }
    const opening = r.modem.connect({ host: '192.0.2.7', port: 7000 });
    if (clients < 6) {
      const socket = await r.clock.runUntil(opening);
      expect(socket.connectId).toBe(clients);
      socket.destroy();
    } else
      await expect(r.clock.runUntil(opening)).rejects.toMatchObject({
        code: 'OPEN_FAILED',
        details: { moduleError: 563 },
      });
    await dismantle(r, /connection \d is in use/); // what nobody was told of can only be found out by a refusal
  });
});

describe('a listener of gsm whose context is lost', () => {
  it('asks for no counters: only connections have them', async () => {
    const r = await online();
    await r.clock
      .runUntil(r.modem.listen({ port: 4000 }))
      .then((server) => server.on('error', () => undefined));
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.advance(30_000);
    expect(r.modem.status.state).toBe('online');
    expect(r.trace.filter((line) => line.includes('AT+QISACK'))).toEqual([]);
    await dismantle(r);
  });
});
