/** Sockets from open to close, line by line of the manuals' tables (protocol §1). */
import type { OpenParameters } from '../../adapters/dialects/dialect.ts';
import { echoPeer, type MemoryPeer } from '../../simulator/index.ts';
import { dismantle } from '../integration/rig.ts';
import { collected, ended, randomBytes } from '../integration/streams.ts';
import {
  asked,
  commandsOf,
  DIALECTS,
  online,
  only,
  opened,
  opening,
  refusedQuietly,
  urcsOf,
  written,
} from './capable.ts';

const HOST = { host: '127.0.0.1', port: 7000 };
const SERVICE = { host: '127.0.0.1', remotePort: 0, localPort: 2020 };

describe.each(DIALECTS)('%s: sockets', (dialect) => {
  it('have the ids 0 to 11, and no other', async () => {
    const r = await online(dialect);
    r.network.listen(7000, echoPeer);
    const { open, querySocket } = commandsOf(r);
    for (const id of [0, 11]) {
      await opened(r, opening(id));
      expect(await asked(r, querySocket(id))).toMatchObject([{ connectId: id, state: 'connected' }]);
    }
    for (const id of [-1, 12])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(open(opening(id))));
    await dismantle(r);
  });

  it('are TCP clients', async () => {
    const r = await online(dialect);
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(HOST));
    const received = collected(socket);
    socket.write('hello');
    await r.clock.runUntil(received.atLeast(5));
    expect(received.bytes().toString()).toBe('hello');
    expect(r.module.state.sockets[0]).toMatchObject({ service: 'TCP', state: 2 });
    await ended(r, socket);
    await dismantle(r);
  });

  it('are UDP clients', async () => {
    const r = await online(dialect);
    const peer = r.network.bindPeer(6969, '192.0.2.9');
    peer.onMessage = (bytes, from) => peer.send(bytes, from.port);
    const udp = await r.clock.runUntil(r.modem.connectUdp({ host: '192.0.2.9', port: 6969 }));
    const answer = new Promise<Buffer>((resolve) => udp.once('message', resolve));
    udp.send(Buffer.from('hello'));
    expect((await r.clock.runUntil(answer)).toString()).toBe('hello');
    expect(r.module.state.sockets[0]).toMatchObject({ service: 'UDP', state: 2 });
    const closed = new Promise<void>((resolve) => udp.once('close', () => resolve()));
    udp.close();
    await r.clock.runUntil(closed);
    await dismantle(r);
  });

  it('are TCP listeners, whose connections are TCP INCOMING: a server accepts, echoes and closes', async () => {
    const r = await online(dialect);
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    server.on('connection', (socket) => socket.pipe(socket));
    const client = r.network.dial(2020);
    const received: Buffer[] = [];
    client.onData = (bytes) => received.push(Buffer.from(bytes));
    await r.clock.advance(500);
    client.write(Buffer.from('hello'));
    await r.clock.advance(3000);
    expect(Buffer.concat(received).toString()).toBe('hello');
    expect(r.module.state.sockets.map(({ service, state }) => [service, state])).toEqual(
      expect.arrayContaining([
        ['TCP LISTENER', 3],
        ['TCP INCOMING', 2],
      ]),
    );
    await r.clock.runUntil(server.close());
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });

  it('are UDP services', async () => {
    const r = await online(dialect);
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const peer = r.network.bindPeer(6969, '192.0.2.9');
    const first = new Promise<readonly unknown[]>((resolve) => udp.once('message', (...all) => resolve(all)));
    peer.send(Buffer.from('hello'), 3030);
    const [bytes, from] = await r.clock.runUntil(first);
    expect([String(bytes), from]).toEqual([
      'hello',
      expect.objectContaining({ address: '192.0.2.9', port: 6969 }),
    ]);
    expect(r.module.state.sockets[0]).toMatchObject({ service: 'UDP SERVICE', localPort: 3030 });
    const closed = new Promise<void>((resolve) => udp.once('close', () => resolve()));
    udp.close();
    await r.clock.runUntil(closed);
    await dismantle(r);
  });

  it('wait 150 s for the result of an open', async () => {
    const r = await online(dialect, {}, { timing: { connectTimeoutMs: 10_000_000 } });
    r.network.listen(7000, echoPeer);
    r.module.inject({ kind: 'blackHole', forMs: 160_000 });
    const startMs = r.clock.now();
    await expect(r.clock.runUntil(r.modem.connect(HOST))).rejects.toMatchObject({ code: 'OPEN_TIMED_OUT' });
    expect(Math.round((r.clock.now() - startMs) / 1000)).toBe(150);
    await dismantle(r);
  });

  it('are closed by their id, and the id is free again', async () => {
    const r = await online(dialect);
    r.network.listen(7000, echoPeer);
    for (let turn = 0; turn < 2; turn++) {
      const socket = await r.clock.runUntil(r.modem.connect(HOST));
      socket.resume();
      expect(socket.connectId).toBe(0);
      await ended(r, socket);
      expect(r.module.state.sockets).toEqual([]);
    }
    const closes = written(r).filter((line) => line.startsWith('AT+QICLOSE'));
    const wanted = dialect === 'ugxx' ? 'AT+QICLOSE=0' : 'AT+QICLOSE=0,10';
    expect(closes).toEqual([wanted, wanted]);
    await dismantle(r);
  });

  it('are listed with their states: all, those of a context, one', async () => {
    const r = await online(dialect, { contexts: [1, 2].map((id) => ({ id, apn: 'a' })) });
    r.network.listen(7000, echoPeer);
    await opened(r, opening(0));
    await opened(r, opening(1, 'push', { contextId: 2 }));
    await opened(r, opening(2, 'buffer', { ...SERVICE, service: 'TCP LISTENER' }));
    const { querySockets, querySocketsOf, querySocket } = commandsOf(r);
    const ids = (list: readonly { readonly connectId: number }[]) => list.map(({ connectId }) => connectId);
    expect(ids(await asked(r, querySocketsOf(1)))).toEqual([0, 2]);
    expect(ids(await asked(r, querySocketsOf(2)))).toEqual([1]);
    expect(ids(await asked(r, querySockets()))).toEqual([0, 1, 2]);
    expect(await asked(r, querySocket(1))).toEqual([
      expect.objectContaining({
        ...{ connectId: 1, serviceType: 'TCP', remoteAddress: '127.0.0.1', remotePort: 7000 },
        ...{ state: 'connected', contextId: 2, accessMode: 1, modulePort: 'uart1' },
      }),
    ]);
    expect(await asked(r, querySocket(2))).toMatchObject([
      { serviceType: 'TCP LISTENER', state: 'listening', localPort: 2020 },
    ]);
    expect(await asked(r, querySocket(5))).toEqual([]);
    await dismantle(r);
  });

  it('have what the peer sent before it closed', async () => {
    const r = await online(dialect);
    r.network.listen(7000, (peer: MemoryPeer) => {
      peer.write(randomBytes(3000));
      peer.end();
    });
    const socket = await r.clock.runUntil(r.modem.connect(HOST));
    const received = collected(socket);
    await r.clock.runUntil(new Promise((resolve) => socket.once('close', resolve)));
    expect(received.bytes().equals(randomBytes(3000))).toBe(true);
    await dismantle(r);
  });
});

const unusual = (service: OpenParameters['service']): OpenParameters =>
  opening(3, 'buffer', { ...SERVICE, service });

describe('lte: unusual services', () => {
  it('are UDP listeners on the models that have them', async () => {
    const r = await online('lte', {}, { model: 'EG91' });
    await opened(r, unusual('UDP LISTENER'));
    expect(await asked(r, commandsOf(r).querySocket(3))).toMatchObject([{ serviceType: 'UDP LISTENER' }]);
    await dismantle(r);
  });

  it('are TCP services by name: the module says what it thinks of them', async () => {
    const r = await online('lte');
    const opens = r.modem.query(commandsOf(r).open(unusual('TCP SERVICE')));
    await expect(r.clock.runUntil(opens)).rejects.toMatchObject({
      code: 'COMMAND_REFUSED',
      details: { moduleError: 555 },
    });
    expect(written(r)).toContain('AT+QIOPEN=1,3,"TCP SERVICE","127.0.0.1",0,2020,0');
    await dismantle(r);
  });
});

describe.each(only('ugxx', 'rg'))('%s: unusual services', (dialect) => {
  it.each(['UDP LISTENER', 'TCP SERVICE'] as const)('are none of its own: %s is refused', async (service) => {
    const r = await online(dialect);
    const { open } = commandsOf(r);
    await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(open(unusual(service))));
    await dismantle(r);
  });
});

describe('rg: limits in an open', () => {
  it('are the clients of a listener, which the module keeps', async () => {
    const r = await online('rg');
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020, maxConnections: 2 }));
    let full = 0;
    server.on('full', () => full++);
    for (let turn = 0; turn < 3; turn++) r.network.dial(2020);
    await r.clock.advance(2000);
    expect([server.connections.size, full]).toEqual([2, 1]);
    expect(written(r)).toContain('AT+QIOPEN=1,0,"TCP LISTENER","127.0.0.1",0,2020,0,2');
    await r.clock.runUntil(server.close());
    await dismantle(r);
  });

  it('are the seconds for which a connect is tried again', async () => {
    const r = await online('rg');
    r.clock.setTimeout(() => r.network.listen(7000, echoPeer), 5000);
    const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, retryS: 10 }));
    socket.resume();
    expect(written(r)).toContain('AT+QIOPEN=1,0,"TCP","127.0.0.1",7000,0,0,11,10');
    await ended(r, socket);
    for (const retryS of [9, 151])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.connect({ ...HOST, retryS }));
    await dismantle(r);
  });
});

describe.each(only('lte', 'ugxx'))('%s: limits in an open', (dialect) => {
  it('are not there: a time for more tries is refused, and too many clients are closed by the host', async () => {
    const r = await online(dialect);
    await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.connect({ ...HOST, retryS: 10 }));
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020, maxConnections: 2 }));
    let drops = 0;
    server.on('drop', () => drops++);
    for (let turn = 0; turn < 3; turn++) r.network.dial(2020);
    await r.clock.advance(2000);
    expect([server.connections.size, drops]).toEqual([2, 1]);
    expect(written(r)).toContain('AT+QIOPEN=1,0,"TCP LISTENER","127.0.0.1",0,2020,0');
    await r.clock.runUntil(server.close());
    await dismantle(r);
  });
});

describe('rg: a notice of a close of the host', () => {
  it('follows the OK where the option says so', async () => {
    const r = await online('rg');
    r.network.listen(7000, echoPeer);
    const { setOption, close } = commandsOf(r);
    await opened(r, opening(5));
    await opened(r, opening(6));
    const urcs = urcsOf(r);
    await asked(r, close(5, 10_000));
    await r.clock.advance(500);
    expect(urcs).toEqual([]);
    await asked(r, setOption('close/mode', [1]));
    await asked(r, close(6, 10_000));
    await r.clock.advance(500);
    expect(urcs).toEqual([{ name: 'closed', connectId: 6 }]);
    await dismantle(r);
  });
});

describe.each(only('lte', 'ugxx'))('%s: a notice of a close of the host', (dialect) => {
  it('is not there: its option is refused', async () => {
    const r = await online(dialect);
    const { setOption } = commandsOf(r);
    await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(setOption('close/mode', [1])));
    await dismantle(r);
  });
});
