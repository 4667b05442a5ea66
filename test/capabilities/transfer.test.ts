/** Payload in both directions, line by line of the manuals' tables (protocol §1). */
import { rg } from '../../adapters/dialects/rg.ts';
import { echoPeer, type MemoryPeer, silentPeer, sinkPeer } from '../../simulator/index.ts';
import { dismantle, type Rig } from '../integration/rig.ts';
import { collected, ended, randomBytes } from '../integration/streams.ts';
import {
  asked,
  bare,
  commandsOf,
  DIALECTS,
  online,
  only,
  opened,
  opening,
  qiCommandsOf,
  refusedQuietly,
  written,
} from './capable.ts';

const HOST = { host: '127.0.0.1', port: 7000 };
const sends = (r: Rig): string[] => written(r).filter((line) => line.startsWith('AT+QISEND'));

describe.each(DIALECTS)('%s: payload', (dialect) => {
  it('is sent with its length in front, and may be any byte', async () => {
    const r = await online(dialect);
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    const socket = await r.clock.runUntil(r.modem.connect(HOST));
    socket.resume();
    const every = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    socket.write(every);
    await r.clock.runUntil(socket.acknowledged());
    expect(Buffer.from(sink.take()).equals(every)).toBe(true);
    expect(sends(r)[0]).toBe('AT+QISEND=0,256');
    await ended(r, socket);
    await dismantle(r);
  });

  it('is sent in pieces of 1460 bytes at most', async () => {
    const r = await online(dialect);
    r.network.listen(7000, sinkPeer().accept);
    const socket = await r.clock.runUntil(r.modem.connect(HOST));
    socket.resume();
    socket.write(randomBytes(3000));
    await r.clock.runUntil(socket.acknowledged());
    expect(sends(r).slice(0, 3)).toEqual(['AT+QISEND=0,1460', 'AT+QISEND=0,1460', 'AT+QISEND=0,80']);
    await ended(r, socket);
    const { send } = commandsOf(r);
    for (const length of [0, 1461])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(send(0, length)));
    await dismantle(r);
  });

  it('may be sent without a length, up to Ctrl-Z', async () => {
    const { run, network, clock, finish } = await bare(dialect);
    const sink = sinkPeer();
    network.listen(7000, sink.accept);
    const { open, sendOpenEnded, close } = qiCommandsOf(dialect);
    await run(open(opening(0)));
    await clock.advance(500);
    await run(sendOpenEnded(0), { payload: [Buffer.from('hello\x1a')] });
    await clock.advance(500);
    expect(Buffer.from(sink.take()).toString()).toBe('hello');
    await run(close(0, 10_000));
    await finish();
  });

  it('is sent to an address by a UDP service', async () => {
    const r = await online(dialect);
    const got: string[] = [];
    r.network.bindPeer(6969, '192.0.2.9').onMessage = (bytes) => got.push(Buffer.from(bytes).toString());
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    await r.clock.runUntil(new Promise((done) => udp.send(Buffer.from('hello'), 6969, '192.0.2.9', done)));
    await r.clock.advance(100);
    expect([got, sends(r)]).toEqual([['hello'], ['AT+QISEND=0,5,"192.0.2.9",6969']]);
    const closed = new Promise<void>((resolve) => udp.once('close', () => resolve()));
    udp.close();
    await r.clock.runUntil(closed);
    await dismantle(r);
  });

  it('is counted by the module: sent, acknowledged by the peer, and on its way', async () => {
    const r = await online(dialect, {}, {}, { windowBytes: 1000 });
    let peer: MemoryPeer | undefined;
    r.network.listen(7000, (one) => {
      peer = one;
      silentPeer(one);
    });
    const socket = await r.clock.runUntil(r.modem.connect(HOST));
    socket.resume();
    socket.write(randomBytes(1400));
    await r.clock.advance(3000);
    expect(await asked(r, commandsOf(r).querySent(0))).toEqual({
      sentBytes: 1400,
      acknowledgedBytes: 1000,
      unacknowledgedBytes: 400,
    });
    peer?.resume();
    await r.clock.runUntil(socket.acknowledged());
    expect(socket.bytesAcknowledged).toBe(1400);
    await ended(r, socket);
    await dismantle(r);
  });

  it('is read as far as it is asked for, and the rest later', async () => {
    const r = await online(dialect);
    r.network.listen(7000, (peer) => peer.write(randomBytes(2000)));
    await opened(r, opening(4));
    const { read } = commandsOf(r);
    const lengths: number[] = [];
    for (const wanted of [300, 1500, 1500, 1500]) lengths.push(await asked(r, read(4, wanted)));
    expect(lengths).toEqual([300, 1500, 200, 0]);
    for (const length of [0, 1501])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(read(4, length)));
    await dismantle(r);
  });

  it('is read with its sender, one datagram at a time', async () => {
    const r = await online(dialect);
    const peer = r.network.bindPeer(6969, '192.0.2.9');
    const service = { service: 'UDP SERVICE', remotePort: 0, localPort: 3030 } as const;
    await opened(r, opening(4, 'buffer', service));
    for (const text of ['hello', 'you']) peer.send(Buffer.from(text), 3030);
    await r.clock.advance(500);
    const { readDatagram } = commandsOf(r);
    const from = { address: '192.0.2.9', port: 6969 };
    expect(await asked(r, readDatagram(4))).toEqual({ lengthBytes: 5, ...from });
    expect(await asked(r, readDatagram(4))).toEqual({ lengthBytes: 3, ...from });
    expect(await asked(r, readDatagram(4))).toMatchObject({ lengthBytes: 0 });
    await dismantle(r);
  });

  it('is counted by the module: received, read and unread', async () => {
    const r = await online(dialect);
    r.network.listen(7000, (peer) => peer.write(randomBytes(2000)));
    await opened(r, opening(4));
    const { read, queryReceived } = commandsOf(r);
    await asked(r, read(4, 1500));
    expect(await asked(r, queryReceived(4))).toEqual({
      receivedBytes: 2000,
      readBytes: 1500,
      unreadBytes: 500,
    });
    await dismantle(r);
  });

  it('is repeated by the module where that is on, and understood all the same', async () => {
    const r = await online(dialect);
    r.network.listen(7000, echoPeer);
    const { echoSentData, queryEchoOfSentData } = commandsOf(r);
    expect(await asked(r, queryEchoOfSentData())).toBe(false);
    await asked(r, echoSentData(true));
    expect(await asked(r, queryEchoOfSentData())).toBe(true);
    const socket = await r.clock.runUntil(r.modem.connect(HOST));
    const received = collected(socket);
    const data = Buffer.concat([randomBytes(2000), Buffer.from('\r\nSEND FAIL\r\n\r\nERROR\r\n')]);
    socket.write(data);
    await r.clock.runUntil(received.atLeast(data.length));
    expect([received.bytes().equals(data), r.steps]).toEqual([true, ['online']]);
    await ended(r, socket);
    await dismantle(r);
  });
});

describe.each(only('lte', 'ugxx'))('%s: hexadecimal sends', (dialect) => {
  it('carry up to 256 bytes in the command itself', async () => {
    const r = await online(dialect);
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    await opened(r, opening(4));
    const { sendHex } = qiCommandsOf(dialect);
    if (sendHex === undefined) throw new Error('no sendHex');
    const bytes = randomBytes(256);
    await asked(r, sendHex(4, bytes));
    await r.clock.advance(100);
    expect(Buffer.from(sink.take()).equals(bytes)).toBe(true);
    for (const wrong of [Buffer.alloc(0), randomBytes(257)])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(sendHex(4, wrong)));
    await dismantle(r);
  });
});

describe('rg: hexadecimal sends', () => {
  it('are not there: no command of the dialect writes them', async () => {
    const r = await online('rg');
    expect(commandsOf(r).sendHex).toBeUndefined();
    expect(written(r).filter((line) => line.includes('QISENDEX'))).toEqual([]);
    await dismantle(r);
  });
});

describe('rg: a report of a send', () => {
  it('tells whether it was taken, and how much room is left', async () => {
    const { run, network, clock, finish } = await bare('rg');
    network.listen(7000, silentPeer);
    await run(rg.commands.open(opening(0)));
    await clock.advance(500);
    await run(rg.commands.setOption('sendinfo', [1]));
    const { sendReported } = rg.commands;
    const report = (length: number) => run(sendReported(0, length), { payload: [randomBytes(length)] });
    expect(await report(5)).toEqual({ isAccepted: true, freeBytes: 10_235 });
    let last = await report(1460);
    for (let turn = 0; last.isAccepted && turn < 100; turn++) last = await report(1460);
    expect(last).toEqual({ isAccepted: false, freeBytes: expect.any(Number) });
    expect(last.freeBytes).toBeLessThan(1460);
    await run(rg.commands.close(0, 10_000));
    await finish();
  });
});

describe.each(only('lte', 'ugxx'))('%s: a report of a send', (dialect) => {
  it('is not there: its option is refused', async () => {
    const r = await online(dialect);
    const { setOption } = commandsOf(r);
    expect(Object.keys(r.modem.dialect.commands)).not.toContain('sendReported');
    await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(setOption('sendinfo', [1])));
    await dismantle(r);
  });
});
