import { createModem } from '../../index.ts';
import { echoPeer, type MemoryPeer, sinkPeer, virtualPort } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from './rig.ts';
import { collected, ended, randomBytes } from './streams.ts';

const HOST = { host: '127.0.0.1', port: 7000 };
const OPEN = { ...HOST, mode: 'transparent' } as const;

/** A port without control lines, as a pseudo terminal or a TCP port is. */
const BARE = { lines: false };

async function online(
  modem: Parameters<typeof rig>[0] = {},
  module: Parameters<typeof rig>[1] = {},
  port: Parameters<typeof rig>[2] = BARE,
): Promise<Rig> {
  const r = rig(modem, module, port);
  await r.clock.runUntil(r.modem.start());
  return r;
}

const portState = (r: Rig): string =>
  JSON.stringify(
    (r.modem.actor.getSnapshot().children as Record<string, { getSnapshot(): { value: unknown } }>)[
      'transparentMode'
    ]?.getSnapshot().value,
  );
const written = (r: Rig, from = 0): string[] =>
  r.trace
    .slice(from)
    .filter((line) => / (tx|note) /.test(line))
    .map((line) => line.replace(/^\d+ (tx|note) /, ''));

/** What a module says, and an escape, as payload. */
const LOOK_ALIKES = Buffer.from(
  Array.from(
    { length: 400 },
    (_, at) =>
      [
        '+++',
        '\r\nNO CARRIER\r\n',
        '\r\nOK\r\n',
        '+QIURC: "pdpdeact",1',
        'NO CARRIER\r\n',
        'AT+CFUN=1,1\r',
        '++',
        '\r\nRDY\r\n',
      ][(at * 7) % 8],
  ).join(''),
  'latin1',
);

describe('a socket in transparent mode', () => {
  it('carries a stream both ways without a command, and closes when the peer has everything', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    expect(portState(r)).toContain('data');
    const received = collected(socket);
    const data = randomBytes(60_000);
    const before = r.trace.length;
    socket.write(data);
    await r.clock.runUntil(received.atLeast(data.length));
    expect(received.bytes().equals(data)).toBe(true);
    expect(written(r, before)).toEqual([]);
    await ended(r, socket);
    expect(socket.bytesAcknowledged).toBe(data.length);
    expect(portState(r)).toBe('"command"');
    await dismantle(r);
  });

  it('writes nothing twice while what the peer sends makes it ask whether data mode is over, again and again', async () => {
    const r = await online({}, { baud: 115_200 }, { lines: true });
    const sent: Buffer[] = [];
    let peer: MemoryPeer | undefined;
    r.network.listen(7000, (one) => {
      peer = one;
      one.onData = (bytes) => sent.push(Buffer.from(bytes));
    });
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    const received = collected(socket);
    const data = randomBytes(60_000);
    for (let at = 0; at < data.length; at += 6_000) {
      socket.write(data.subarray(at, at + 6_000));
      peer?.write(Buffer.from('\r\nNO CARRIER\r\n'));
      await r.clock.advance(330);
      peer?.write(Buffer.from('more\r\n'));
      await r.clock.advance(60);
    }
    await r.clock.advance(30_000);
    expect(Buffer.concat(sent).equals(data)).toBe(true);
    expect(socket.bytesAccepted).toBe(data.length);
    expect(received.bytes().toString()).toBe('\r\nNO CARRIER\r\nmore\r\n'.repeat(10));
    await dismantle(r);
  });

  it('carries what looks like an escape, a result or a URC, both ways', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    const received = collected(socket);
    for (let at = 0; at < LOOK_ALIKES.length; at += 97) {
      socket.write(LOOK_ALIKES.subarray(at, at + 97));
      await r.clock.advance(at % 3 === 0 ? 400 : 0);
    }
    await r.clock.runUntil(received.atLeast(LOOK_ALIKES.length));
    expect(received.bytes().equals(LOOK_ALIKES)).toBe(true);
    expect(r.steps).toEqual(['online']);
    await ended(r, socket);
    await dismantle(r);
  });

  it.each(['+++', '++', '+', '++++', 'x+++', '+++\r'])(
    'delivers %j between pauses, and stays connected',
    async (text) => {
      const r = await online();
      const sink = sinkPeer();
      r.network.listen(7000, sink.accept);
      const socket = await r.clock.runUntil(r.modem.connect(OPEN));
      await r.clock.advance(1500);
      socket.write(text);
      await r.clock.advance(4000);
      expect([Buffer.from(sink.take()).toString(), r.module.state.dataMode]).toEqual([text, 0]);
      socket.write('more');
      await r.clock.advance(1000);
      expect(Buffer.from(sink.take()).toString()).toBe('more');
      await ended(r, socket);
      await dismantle(r);
    },
  );

  it('written one plus sign at a time delivers them all', async () => {
    const r = await online();
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    await r.clock.advance(1500);
    for (const pauseMs of [0, 300, 300, 1500, 200, 200, 2000]) {
      await r.clock.advance(pauseMs);
      socket.write('+');
    }
    await r.clock.advance(6000);
    expect([Buffer.from(sink.take()).toString(), r.module.state.dataMode]).toEqual(['+++++++', 0]);
    await ended(r, socket);
    await dismantle(r);
  });

  it('ends when the peer closes: what came before is delivered, the loss is verified, the id is closed', async () => {
    const r = await online();
    r.network.listen(7000, (peer) => {
      peer.write(randomBytes(5000));
      peer.end();
    });
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    const received = collected(socket);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const before = r.trace.length;
    await r.clock.runUntil(closed);
    expect(received.bytes().equals(randomBytes(5000))).toBe(true);
    expect(written(r, before).filter((text) => text === '+++')).toHaveLength(2);
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });

  it('believes the carrier line where it is wired, without an escape', async () => {
    const r = await online({}, {}, { lines: true });
    const peers: MemoryPeer[] = [];
    r.network.listen(7000, (one) => peers.push(one));
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    const received = collected(socket);
    await r.clock.advance(100);
    const before = r.trace.length;
    peers[0]?.write(Buffer.from('\r\nNO CARRIER\r\n'));
    await r.clock.advance(5000);
    expect(received.bytes().toString()).toBe('\r\nNO CARRIER\r\n');
    expect(written(r, before)).not.toContain('+++');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    peers[0]?.end();
    await r.clock.runUntil(closed);
    expect(written(r, before)).not.toContain('+++');
    await dismantle(r);
  });

  it('that fails to open says why', async () => {
    const r = await online();
    await expect(r.clock.runUntil(r.modem.connect(OPEN))).rejects.toMatchObject({
      code: 'OPEN_FAILED',
      errno: 'ECONNREFUSED',
      details: { moduleError: 566 },
    });
    expect(portState(r)).toBe('"command"');
    await dismantle(r);
  });

  it('is one at a time: a second one is refused, a buffered one is not', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const buffered = await r.clock.runUntil(r.modem.connect(HOST));
    buffered.resume();
    const socket = await r.clock.runUntil(r.modem.connect({ ...OPEN, interrupt: 'any' }));
    socket.resume();
    await expect(r.clock.runUntil(r.modem.connect(OPEN))).rejects.toMatchObject({ code: 'DATA_MODE_IN_USE' });
    await expect(r.clock.runUntil(buffered.switchMode('transparent'))).rejects.toMatchObject({
      code: 'DATA_MODE_IN_USE',
    });
    await ended(r, socket);
    const again = await r.clock.runUntil(r.modem.connect(OPEN));
    again.resume();
    await ended(r, again);
    await ended(r, buffered);
    await dismantle(r);
  });

  it('that is destroyed while it opens leaves the port to commands', async () => {
    const r = await online({}, { timing: { openMs: 2000 } });
    r.network.listen(7000, echoPeer);
    const socket = r.modem.createConnection(OPEN);
    socket.on('error', () => undefined);
    await r.clock.advance(500);
    socket.destroy();
    await r.clock.advance(20_000);
    expect([portState(r), r.module.state.dataMode, r.module.state.sockets]).toEqual([
      '"command"',
      undefined,
      [],
    ]);
    await dismantle(r);
  });

  it('gives the port back to commands when the application does not read, and loses nothing', async () => {
    const r = await online({}, { baud: 115_200 }, { lines: true });
    let peer: MemoryPeer | undefined;
    r.network.listen(7000, (one) => {
      peer = one;
    });
    const socket = await r.clock.runUntil(r.modem.connect({ ...OPEN, highWaterMark: 8192 }));
    socket.pause();
    const data = randomBytes(250_000);
    peer?.write(data);
    await r.clock.advance(30_000);
    expect(r.module.state.dataMode).toBeUndefined();
    expect(peer?.acknowledgedBytes).toBeLessThan(data.length);
    const received = collected(socket);
    socket.resume();
    await r.clock.runUntil(received.atLeast(data.length));
    expect(received.bytes().equals(data)).toBe(true);
    await ended(r, socket);
    await dismantle(r);
  });

  it('answers acknowledged() by an escape, the counters and ATO', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    const received = collected(socket);
    socket.write('reading 1\n');
    const before = r.trace.length;
    await r.clock.runUntil(socket.acknowledged());
    await r.clock.advance(1000);
    expect(written(r, before)).toEqual(['+++', 'AT+QIRD=0,1500', 'AT+QISEND=0,0', 'ATO']);
    expect(r.module.state.dataMode).toBe(0);
    socket.write('reading 2\n');
    await r.clock.runUntil(received.atLeast(20));
    expect(received.bytes().toString()).toBe('reading 1\nreading 2\n');
    await ended(r, socket);
    await dismantle(r);
  });
});

describe('switching to transparent mode and back', () => {
  it('loses nothing of a stream in the middle', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(HOST));
    const received = collected(socket);
    const data = randomBytes(60_000);
    const modes = ['transparent', 'push', 'transparent', 'buffer'] as const;
    for (const [at, mode] of modes.entries()) {
      socket.write(data.subarray(at * 12_000, (at + 1) * 12_000));
      await r.clock.advance(100);
      await r.clock.runUntil(socket.switchMode(mode));
      expect(socket.mode).toBe(mode);
    }
    socket.write(data.subarray(48_000));
    await r.clock.runUntil(received.atLeast(data.length));
    expect(received.bytes().equals(data)).toBe(true);
    await ended(r, socket);
    await dismantle(r);
  });
});

describe('commands of others', () => {
  it('wait while the port is in data mode, and an urgent one interrupts it', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.resume();
    const later = { isDone: false };
    const waiting = r.modem.execute('AT+CSQ').then(() => {
      later.isDone = true;
    });
    await r.clock.advance(20_000);
    expect([later.isDone, r.module.state.dataMode]).toEqual([false, 0]);
    const answer = await r.clock.runUntil(r.modem.execute('AT+CGMM', { urgent: true }));
    expect(answer.result).toBe('OK');
    await r.clock.runUntil(waiting); // it had its turn as well
    await r.clock.advance(2000);
    expect(r.module.state.dataMode).toBe(0);
    await ended(r, socket);
    await dismantle(r);
  });

  it('never interrupt a socket that forbids it', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect({ ...OPEN, interrupt: 'never' }));
    socket.resume();
    const aborted = new AbortController();
    const urgent = r.modem
      .execute('AT+CGMM', { urgent: true, signal: aborted.signal })
      .catch((error) => error);
    await r.clock.advance(60_000);
    expect(r.module.state.dataMode).toBe(0);
    aborted.abort();
    expect(await r.clock.runUntil(urgent)).toMatchObject({ code: 'STOPPED' });
    await ended(r, socket);
    await dismantle(r);
  });

  it('of another socket get through where that is allowed: both streams arrive', async () => {
    const r = await online({ recovery: { dataYieldMs: 500 } });
    r.network.listen(7000, echoPeer);
    const other = await r.clock.runUntil(r.modem.connect(HOST));
    const socket = await r.clock.runUntil(r.modem.connect({ ...OPEN, interrupt: 'any', urcCheckMs: 2000 }));
    const [mine, theirs] = [collected(socket), collected(other)];
    const [a, b] = [randomBytes(20_000, 1), randomBytes(20_000, 2)];
    socket.write(a);
    other.write(b);
    await r.clock.runUntil(Promise.all([mine.atLeast(a.length), theirs.atLeast(b.length)]));
    expect([mine.bytes().equals(a), theirs.bytes().equals(b)]).toEqual([true, true]);
    await ended(r, socket);
    await ended(r, other);
    await dismantle(r);
  });
});

describe('a way out of data mode that fails', () => {
  it('is tried again up to five times, and said, because the peer got the plus signs', async () => {
    const r = await online();
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.resume();
    r.module.inject({ kind: 'missEscape', times: 3 });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await r.clock.runUntil(closed);
    await r.clock.advance(30_000);
    expect(r.steps.filter((step) => step.startsWith('escape missed'))).toHaveLength(3);
    expect([portState(r), r.module.state.sockets]).toEqual(['"command"', []]);
    await dismantle(r);
  });

  it('ends with DTR where the port has it', async () => {
    const r = await online({}, {}, { lines: true });
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.resume();
    r.module.inject({ kind: 'missEscape', times: 5 });
    socket.destroy();
    await r.clock.advance(60_000);
    expect(r.steps.filter((step) => step.startsWith('escape missed'))).toHaveLength(5);
    expect([portState(r), r.module.state.sockets, r.module.state.rebootCount]).toEqual(['"command"', [], 0]);
    await dismantle(r);
  });

  it('of a hung module ends at the reboot policy', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    const failed = new Promise((resolve) => socket.once('error', resolve));
    socket.resume();
    r.module.inject({ kind: 'hang' });
    void socket.acknowledged().catch(() => undefined);
    socket.write('x');
    void socket.acknowledged().catch(() => undefined);
    expect(await r.clock.runUntil(failed)).toMatchObject({
      code: expect.stringMatching(/MODULE_HUNG|PEER_CLOSED/),
    });
    expect(r.steps).toContain('module hung: no answer to +++ in data mode');
    await r.clock.runUntil(r.modem.stop());
    r.module.dispose();
  });

  it('ATO that answers NO CARRIER ends the socket, and the modem goes on', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.resume();
    r.module.inject({ kind: 'silentResume' });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write('x');
    void socket.acknowledged().catch(() => undefined);
    await r.clock.runUntil(closed);
    const next = await r.clock.runUntil(r.modem.connect(HOST));
    next.resume();
    await ended(r, next);
    await dismantle(r);
  });
});

describe('a loss in data mode', () => {
  it('of the context brings it back without a reboot, and tells the socket', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.resume();
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.runUntil(closed);
    const next = await r.clock.runUntil(r.modem.connect(OPEN));
    const received = collected(next);
    next.write('again');
    await r.clock.runUntil(received.atLeast(5));
    expect(r.module.state.rebootCount).toBe(0);
    await ended(r, next);
    await dismantle(r);
  });

  it('of the module is noticed: it says RDY among the data', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.resume();
    const failed = new Promise((resolve) => socket.once('error', resolve));
    r.module.inject({ kind: 'reboot' });
    expect(await r.clock.runUntil(failed)).toMatchObject({ code: 'MODULE_REBOOTED' });
    const next = await r.clock.runUntil(r.modem.connect(OPEN));
    next.resume();
    await ended(r, next);
    await r.clock.runUntil(r.modem.stop());
    r.module.dispose();
  });
});

describe('the port of a socket that the application has given up', () => {
  it.each([0, 5000])(
    'is waited for by the next one in transparent mode (destroyed after %i ms)',
    async (ageMs) => {
      const r = await online();
      r.network.listen(7000, echoPeer);
      const first = r.modem.createConnection(OPEN);
      await r.clock.advance(ageMs);
      first.destroy();
      const next = await r.clock.runUntil(r.modem.connect(OPEN));
      const received = collected(next);
      next.write('reading 1');
      await r.clock.runUntil(received.atLeast(9));
      await ended(r, next);
      await dismantle(r);
    },
  );
});

describe('stop() in transparent mode', () => {
  it('leaves data mode also behind a long write, however long the line needs for it', async () => {
    const r = await online({}, { baud: 115_200 }, { lines: true });
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.on('error', () => undefined);
    socket.write(Buffer.alloc(100_000, 'x'));
    await r.clock.advance(10_000);
    await r.clock.runUntil(r.modem.stop());
    expect([r.module.state.dataMode, r.module.state.sockets]).toEqual([undefined, []]);
    expect(sink.lengthBytes).toBe(100_000);
    r.module.dispose();
  });
});

describe('a host that starts while the module is in data mode', () => {
  it('finds out and gets back to command mode', async () => {
    const r = await online();
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.on('error', () => undefined);
    r.module.inject({ kind: 'portLost', forMs: 1000 }); // the host has no chance to leave data mode
    await r.clock.runUntil(r.modem.stop());
    await r.clock.advance(1000);
    expect(r.module.state.dataMode).toBe(0);
    const port = virtualPort(r.module, BARE);
    const next = createModem({ port, dialect: 'lte', contexts: [{ apn: 'internet' }], clock: r.clock });
    await r.clock.runUntil(next.start());
    expect([r.module.state.dataMode, r.module.state.sockets]).toEqual([undefined, []]);
    await r.clock.runUntil(next.stop());
    r.module.dispose();
  });
});

describe('a port that is lost in data mode', () => {
  it('is met by an escape when it is back: the peer gets nothing that was not written', async () => {
    const r = await online();
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.on('error', () => undefined);
    socket.write('a reading\n');
    await r.clock.advance(5_000);
    r.module.inject({ kind: 'portLost', forMs: 8_000 });
    await r.clock.advance(60_000);
    expect(r.modem.status.state).toBe('online');
    expect(Buffer.from(sink.take()).toString('latin1')).toBe('a reading\n');
    await dismantle(r);
  });

  it('is met by more than one escape when the module misses the first', async () => {
    const r = await online();
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.on('error', () => undefined);
    await r.clock.advance(5_000);
    r.module.inject({ kind: 'missEscape', times: 3 });
    r.module.inject({ kind: 'portLost', forMs: 8_000 });
    await r.clock.advance(60_000);
    expect(r.modem.status.state).toBe('online');
    expect(Buffer.from(sink.take()).toString('latin1')).toBe('+++++++++');
    await dismantle(r);
  });
});

describe('an escape that the module takes for payload', () => {
  it('is not counted as acknowledged, and costs no byte when a send is in doubt later', async () => {
    const r = await online();
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.write('12345');
    await r.clock.advance(5_000);
    r.module.inject({ kind: 'missEscape', times: 2 });
    await r.clock.runUntil(socket.switchMode('buffer'));
    expect([socket.bytesAcknowledged, socket.bytesWritten]).toEqual([5, 5]);
    r.module.inject({ kind: 'sendFail' });
    socket.write('67890');
    await r.clock.runUntil(socket.acknowledged());
    expect(Buffer.from(sink.take()).toString('latin1')).toBe('12345++++++67890');
    expect(socket.bytesAcknowledged).toBe(10);
    await dismantle(r);
  });
});

describe('a connection that ends while its own bytes are still on the line', () => {
  it('gives the application nothing of what the module answers to them, where carrier is wired', async () => {
    const r = await online({}, { baud: 115_200 }, { lines: true });
    const peers: MemoryPeer[] = [];
    r.network.listen(7000, (peer) => peers.push(peer));
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    const failed = new Promise((resolve) => socket.once('error', resolve));
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.write(`${'x'.repeat(300)}AT+CSQ\r${'y'.repeat(900)}`);
    await r.clock.advance(5);
    peers[0]?.reset();
    expect(await r.clock.runUntil(failed)).toMatchObject({ code: 'PEER_CLOSED' });
    expect(Buffer.concat(received).toString('latin1')).toBe('');
    await r.clock.runUntil(r.modem.stop());
    r.module.dispose();
  });

  it('gets an error where nothing else is lost: no counter has bytes that were on the line', async () => {
    const r = await online({}, {}, { lines: true });
    const peers: MemoryPeer[] = [];
    r.network.listen(7000, (peer) => peers.push(peer));
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    const failed = new Promise((resolve) => socket.once('error', resolve));
    socket.resume();
    socket.write('delivered');
    await r.clock.advance(2_000);
    socket.pause();
    peers[0]?.reset();
    await r.clock.advance(15); // the module hears of it in 20 ms
    socket.write('x'.repeat(10));
    await r.clock.advance(5_000);
    socket.resume();
    expect(await r.clock.runUntil(failed)).toMatchObject({
      code: 'PEER_CLOSED',
      details: { bytesWritten: 19, bytesAcknowledged: 9 },
    });
    await r.clock.runUntil(r.modem.stop());
    r.module.dispose();
  });

  it('delivers all that the module had sent before, though carrier drops at once', async () => {
    const r = await online({}, { baud: 115_200 }, { lines: true });
    const data = Buffer.from(`${'\r\nNO CARRIER\r\nreading'.repeat(400)}`);
    r.network.listen(7000, (peer) => {
      peer.write(data);
      peer.end();
    });
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    const received = collected(socket);
    await ended(r, socket);
    expect(received.bytes().equals(data)).toBe(true);
    await dismantle(r);
  });
});

describe('an open in transparent mode whose CONNECT is lost', () => {
  it('gives the peer no probe for data: an escape goes in front', async () => {
    const r = await online({ dialect: 'gsm', contexts: [{ id: 0, apn: 'CMNET' }] }, { dialect: 'gsm' });
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    r.module.inject({ kind: 'loseUrc', urc: '+QIOPEN' });
    await expect(r.clock.runUntil(r.modem.connect(OPEN))).rejects.toMatchObject({ code: 'OPEN_TIMED_OUT' });
    await r.clock.advance(10_000);
    expect([Buffer.from(sink.take()).toString('latin1'), r.modem.status.state]).toEqual(['', 'online']);
    await dismantle(r);
  });
});

describe('a module that restarts in data mode without a word', () => {
  it('is found out by its carrier line, where it is wired, and gets no more payload', async () => {
    const r = await online({}, {}, { lines: true });
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    const failed = new Promise((resolve) => socket.once('error', resolve));
    const received = collected(socket);
    socket.write('reading\n');
    await r.clock.advance(5_000);
    r.module.inject({ kind: 'reboot', silent: true });
    await r.clock.advance(1_100);
    socket.write('AT+CSQ\r');
    expect(await r.clock.runUntil(failed)).toMatchObject({
      code: expect.stringMatching(/^(PEER_CLOSED|MODULE_)/),
    });
    await r.clock.advance(20_000);
    expect([r.modem.status.state, received.bytes().toString('latin1')]).toEqual(['online', 'reading\n']);
    expect(r.events.filter(({ kind, text }) => kind === 'command' && text.includes('AT+CSQ'))).toEqual([]);
    await dismantle(r);
  });
});

describe('a module that hangs in data mode and holds the line', () => {
  it('is reset, though what was written does not get through', async () => {
    const r = await online({
      power: {
        description: 'relay',
        reachesSilentModule: true,
        reset: async () => r.module.powerCycle(),
      },
    });
    r.network.listen(7000, (peer) => peer.pause());
    const socket = await r.clock.runUntil(r.modem.connect(OPEN));
    socket.on('error', () => undefined);
    socket.write(Buffer.alloc(200_000, 'x'));
    await r.clock.advance(5_000);
    r.module.inject({ kind: 'hang' });
    await r.clock.advance(1_200_000);
    expect(r.steps.some((step) => step.startsWith('reboot granted'))).toBe(true);
    expect(r.modem.status.state).toBe('online');
    await r.clock.runUntil(r.modem.stop());
    r.module.dispose();
  });
});
