/** What libraries written for `net.Socket`, `net.Server` and `dgram.Socket` expect, beside the bytes. */
import { finished, pipeline, Readable, Writable } from 'node:stream';
import { pipeline as piped } from 'node:stream/promises';
import type { ModemSocket } from '../../index.ts';
import { echoPeer, silentPeer } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from '../integration/rig.ts';
import { randomBytes } from '../integration/streams.ts';

const TARGET = { host: '192.0.2.7', port: 7000 };

/** The names of what a socket emits, in order. */
function eventsOf(socket: ModemSocket): string[] {
  const events: string[] = [];
  for (const name of ['connect', 'ready', 'end', 'finish', 'error', 'timeout', 'close'] as const)
    socket.on(name, () => events.push(name));
  return events;
}

async function online(...parameters: Parameters<typeof rig>): Promise<Rig> {
  const r = rig(...parameters);
  r.network.listen(7000, echoPeer);
  await r.clock.runUntil(r.modem.start());
  return r;
}
const connected = (r: Rig, options = {}): Promise<ModemSocket> =>
  r.clock.runUntil(r.modem.connect({ ...TARGET, ...options }));

describe('a socket', () => {
  it('knows its ends, its state and its counts', async () => {
    const r = await online();
    const socket = r.modem.createConnection({ ...TARGET, localPort: 4711 });
    const events = eventsOf(socket);
    expect([socket.connecting, socket.pending, socket.readyState]).toEqual([true, true, 'opening']);
    await r.clock.advance(2_000);
    expect([socket.connecting, socket.pending, socket.readyState]).toEqual([false, false, 'open']);
    expect(socket).toMatchObject({
      remoteAddress: '192.0.2.7',
      remotePort: 7000,
      remoteFamily: 'IPv4',
      localPort: 4711,
    });
    expect(socket.localAddress).toBe(r.modem.status.contexts[0]?.addresses[0]);
    expect(socket.address()).toEqual({ address: socket.localAddress, family: 'IPv4', port: 4711 });
    socket.resume().end('1234');
    expect(socket.readyState).toBe('readOnly');
    await r.clock.advance(30_000);
    expect([socket.bytesWritten, socket.bytesRead, socket.readyState]).toEqual([4, 4, 'closed']);
    expect(events).toEqual(['connect', 'ready', 'end', 'finish', 'close']);
    await dismantle(r);
  });

  it('chains its calls, and those that a module has no use for do nothing', async () => {
    const r = await online();
    const socket = await connected(r);
    const written = r.trace.length;
    expect(socket.setNoDelay(true).ref().unref().setTimeout(0)).toBe(socket);
    await r.clock.advance(500);
    expect(r.trace.slice(written).filter((line) => line.includes('tcp/keepalive'))).toEqual([]);
    expect(socket.remoteFamily).toBe('IPv4');
    socket.destroy();
    await dismantle(r);
  });

  it('emits timeout behind so long without a byte, once, and again behind the next one', async () => {
    const r = await online();
    const socket = await connected(r);
    const events = eventsOf(socket);
    socket.resume().setTimeout(10_000);
    expect(socket.timeout).toBe(10_000);
    await r.clock.advance(60_000);
    expect(events).toEqual(['timeout']);
    socket.write('x');
    await r.clock.advance(9_000);
    expect(events).toEqual(['timeout']);
    await r.clock.advance(30_000);
    expect(events).toEqual(['timeout', 'timeout']);
    const never = jest.fn();
    socket.setTimeout(1_000, never).setTimeout(0, never);
    await r.clock.advance(60_000);
    expect(never).not.toHaveBeenCalled();
    socket.destroy();
    await dismantle(r);
  });

  it.each([
    ['lte', [true, 61_000], 'AT+QICFG="tcp/keepalive",1,2,75,5'],
    ['lte', [true], 'AT+QICFG="tcp/keepalive",1,120,75,5'],
    ['rg', [true, 61_000], 'AT+QICFG="tcp/keepalive",1,61,75,5'],
  ] as const)('setKeepAlive on %s with %j writes %s, once', async (dialect, [isWanted, delayMs], command) => {
    const r = await online({}, { dialect });
    const socket = await connected(r);
    for (let n = 0; n < 3; n++) socket.setKeepAlive(isWanted, delayMs);
    await r.clock.advance(1_000);
    const written = () =>
      r.trace.filter((line) => line.includes('tcp/keepalive')).map((line) => line.split(' ').at(-1));
    expect(written()).toEqual([command]);
    socket.setKeepAlive(false);
    await r.clock.advance(1_000);
    expect(written()).toEqual([command, 'AT+QICFG="tcp/keepalive",0']);
    socket.destroy();
    await dismantle(r);
  });

  it.each(['gsm', 'bc66'] as const)('setKeepAlive on %s, which has none, writes nothing', async (dialect) => {
    const id = dialect === 'gsm' ? 0 : 1;
    const r = await online({ contexts: [{ id, apn: 'internet' }] }, { dialect });
    const socket = await connected(r);
    const lines = r.trace.length;
    socket.setKeepAlive(true, 60_000);
    await r.clock.advance(500);
    expect(r.trace.slice(lines)).toEqual([]);
    socket.destroy();
    await dismantle(r);
  });

  it('leaves keep-alive as the option of the modem says', async () => {
    const tcpKeepalive = { idleMinutes: 10, intervalS: 30, probes: 3 };
    const r = await online({ module: { tcpKeepalive } });
    const socket = await connected(r);
    socket.setKeepAlive(true, 60_000);
    await r.clock.advance(1_000);
    expect(r.trace.filter((line) => line.includes('tcp/keepalive')).length).toBe(1);
    socket.destroy();
    await dismantle(r);
  });

  it.each(['destroy', 'resetAndDestroy', 'destroySoon'] as const)(
    'ends by %s with one close',
    async (how) => {
      const r = await online();
      const socket = await connected(r);
      const events = eventsOf(socket);
      socket.resume();
      socket[how]();
      await r.clock.advance(60_000);
      expect(events.filter((name) => name === 'close')).toEqual(['close']);
      expect(events).not.toContain('error');
      expect(events.at(-1)).toBe('close');
      await dismantle(r);
    },
  );

  it('hands over what waits before it ends by destroySoon', async () => {
    const r = await online();
    const received: Buffer[] = [];
    r.network.listen(7001, (peer) => {
      peer.onData = (bytes) => received.push(Buffer.from(bytes));
    });
    const socket = await connected(r, { port: 7001 });
    const bytes = randomBytes(20_000);
    socket.resume().write(bytes);
    socket.destroySoon();
    await r.clock.advance(60_000);
    expect(Buffer.concat(received)).toEqual(bytes);
    expect(socket.destroyed).toBe(true);
    await dismantle(r);
  });
});

describe('a signal', () => {
  it.each([
    ['before the call', 0],
    ['while the connection is being opened', 30],
    ['while it stands', 5_000],
  ])('that is aborted %s ends the connection with ABORTED', async (_, afterMs) => {
    const r = await online();
    const stop = new AbortController();
    if (afterMs === 0) stop.abort();
    const socket = r.modem.createConnection({ ...TARGET, signal: stop.signal });
    const events = eventsOf(socket);
    let failure: unknown;
    socket.on('error', (error) => {
      failure = error;
    });
    await r.clock.advance(afterMs);
    stop.abort(new TypeError('enough'));
    await r.clock.advance(10_000);
    expect(failure).toMatchObject({ code: 'ABORTED', errno: 'ECANCELED' });
    expect(events.slice(-2)).toEqual(['error', 'close']);
    await dismantle(r);
  });

  it.each(['listen', 'bindUdp', 'connectUdp', 'connect'] as const)('rejects %s with ABORTED', async (how) => {
    const r = await online();
    const stop = new AbortController();
    const options = { ...TARGET, signal: stop.signal };
    const { host: _, ...served } = options;
    const opening: Promise<unknown> =
      how === 'listen' || how === 'bindUdp' ? r.modem[how](served) : r.modem[how](options);
    const refused = expect(r.clock.runUntil(opening)).rejects.toMatchObject({ code: 'ABORTED' });
    stop.abort();
    await refused;
    await r.clock.advance(20_000);
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });
});

describe('the streams of Node', () => {
  it('pipe a stream there and back by pipeline, and end by themselves', async () => {
    const r = await online();
    const socket = await connected(r, { allowHalfOpen: true });
    const bytes = randomBytes(50_000);
    const echoed: Buffer[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        echoed.push(chunk);
        done();
      },
    });
    const both = Promise.all([piped(Readable.from([bytes]), socket), piped(socket, sink)]);
    await r.clock.runUntil(both);
    expect(Buffer.concat(echoed)).toEqual(bytes);
    await dismantle(r);
  });

  it('tell by finished of the error that ended a socket, once', async () => {
    const r = await online();
    const socket = await connected(r);
    const ends: unknown[] = [];
    finished(socket, (error) => ends.push(error));
    pipeline(socket, new Writable({ write: (_chunk, _encoding, done) => done() }), (error) =>
      ends.push(error),
    );
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.advance(20_000);
    expect(ends).toEqual([
      expect.objectContaining({ code: 'CONTEXT_LOST' }),
      expect.objectContaining({ code: 'CONTEXT_LOST' }),
    ]);
    await dismantle(r);
  });

  it('are read by for await until the peer ends', async () => {
    const r = await online();
    r.network.listen(7002, (peer) => {
      peer.write(Buffer.from('all of it'));
      peer.end();
    });
    const socket = await connected(r, { port: 7002 });
    const reading = (async () => {
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      return text;
    })();
    expect(await r.clock.runUntil(reading)).toBe('all of it');
    await dismantle(r);
  });

  it('leave a module unread, and memory flat, while nobody reads', async () => {
    const r = await online();
    r.network.listen(7003, (peer) => {
      peer.write(randomBytes(400_000));
    });
    const socket = await connected(r, { port: 7003, highWaterMark: 16_384 });
    socket.once('readable', () => undefined); // a reader that never reads
    await r.clock.advance(300_000);
    expect(socket.readableLength).toBeLessThanOrEqual(16_384 + 1_500);
    const [line = ''] = (await r.clock.runUntil(r.modem.execute('AT+QIRD=0,0'))).lines.map(
      ({ text }) => text,
    );
    expect(line).toMatch(/^\d+,[1-9]\d+,[1-9]\d+$/); // the module holds the rest, and the peer what it has no room for
    socket.destroy();
    await dismantle(r);
  });

  it('hear of nothing behind close when a socket is destroyed while it ends', async () => {
    const r = await online();
    r.network.listen(7004, silentPeer);
    const socket = await connected(r, { port: 7004 });
    const events = eventsOf(socket);
    socket.resume().end(randomBytes(5_000));
    await r.clock.advance(500);
    socket.destroy();
    await r.clock.advance(60_000);
    expect(events.at(-1)).toBe('close');
    expect(events.filter((name) => name === 'close' || name === 'error')).toEqual(['close']);
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });

  it.each([
    ['while it opens', 10],
    ['as soon as it stands', 150],
    ['while bytes are on their way', 400],
  ])('hear of one close and nothing behind it when a socket is destroyed %s', async (_, afterMs) => {
    const r = await online();
    r.network.listen(7004, silentPeer);
    const socket = r.modem.createConnection({ ...TARGET, port: 7004 });
    const events = eventsOf(socket);
    const written: unknown[] = [];
    socket.write(randomBytes(100_000), (error) => written.push(error ?? 'written'));
    await r.clock.advance(afterMs);
    socket.destroy(new TypeError('mine'));
    await r.clock.advance(30_000);
    expect(events.slice(-2)).toEqual(['error', 'close']);
    expect(events.filter((name) => name === 'close').length).toBe(1);
    expect(written.length).toBe(1);
    await dismantle(r);
  });
});

describe('a server and datagrams', () => {
  it('have the calls of net.Server and dgram.Socket', async () => {
    const r = await online();
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020, maxConnections: 3 }));
    const counted = new Promise((done) => server.getConnections((error, count) => done([error, count])));
    expect(await r.clock.runUntil(counted)).toEqual([null, 0]);
    expect([server.ref().unref().maxConnections, server.address().port, server.listening]).toEqual([
      3,
      2020,
      true,
    ]);
    await r.clock.runUntil(server.close());
    await new Promise<void>((done) => server.close(done)); // once more
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    expect(() => udp.ref().unref().remoteAddress()).toThrow(
      expect.objectContaining({ code: 'INVALID_STATE' }),
    );
    await r.clock.runUntil(new Promise<void>((done) => udp.close(done)));
    await new Promise<void>((done) => udp.close(done));
    await dismantle(r);
  });

  it('send a part of a message, or a message in parts', async () => {
    const r = await online();
    const udp = await r.clock.runUntil(r.modem.connectUdp({ host: '192.0.2.7', port: 9 }));
    const sent = (send: (done: (error: Error | null, size: number) => void) => void): Promise<unknown> =>
      r.clock.runUntil(new Promise((done) => send((error, size) => done(error ?? size))));
    expect(await sent((done) => udp.send('0123456789', 2, 3, done))).toBe(3);
    expect(await sent((done) => udp.send(['01', Buffer.from('23'), '4'], done))).toBe(5);
    expect(await sent((done) => udp.send('0123', 2, 3, done))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { argument: 'offset' },
    });
    expect([udp.getSendQueueCount(), udp.getSendQueueSize()]).toEqual([0, 0]);
    udp.close();
    await dismantle(r);
  });
});
