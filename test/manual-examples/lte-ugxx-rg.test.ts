/** The examples of the LTE Standard (V1.1) and RGx00U&RM500U (V1.0) application notes, chapters 2 and 3, and of the UGxx
 * manual (V1.2): what the host writes, what the virtual module answers. */
import type { DialectName, ModemSocket } from '../../index.ts';
import { type SinkPeer, sinkPeer, type VirtualDialect } from '../../simulator/index.ts';
import {
  asked,
  bare as bareChannel,
  channelOn,
  commandsOf,
  online,
  opening,
  qiCommandsOf,
  written,
} from '../capabilities/capable.ts';
import { dismantle, type Rig } from '../integration/rig.ts';
import { collected, ended } from '../integration/streams.ts';
import { type Bench, bench, closeBenches } from '../simulator/host.ts';
import { bare, CTRL_Z, expectAnswers, expectExample, heardOn, PAYLOAD, sentBy, sentOn } from './example.ts';

afterEach(closeBenches);

const HOST = { host: '220.180.239.212', port: 8009 } as const;
const NAMES = { names: { 'www.baidu.com': '61.135.169.125' } };
const QI = ['lte', 'ugxx', 'rg'] as const;
/** The ways that the examples configure the context, by their authentication. */
const AUTHENTICATION = { lte: 'PAP', ugxx: 'PAP', rg: 'none' } as const;
const NUMBER = { none: 0, PAP: 1 } as const;

type Example = Rig & { readonly sink: SinkPeer };

async function started(dialect: DialectName & (typeof QI)[number]): Promise<Example> {
  const authentication = AUTHENTICATION[dialect];
  const r = await online(dialect, { contexts: [{ id: 1, apn: 'UNINET', authentication }] }, {}, NAMES);
  const sink = sinkPeer();
  r.network.listen(8009, sink.accept);
  return { ...r, sink };
}

async function opened(r: Rig, mode: 'buffer' | 'push' | 'transparent' = 'buffer'): Promise<ModemSocket> {
  return r.clock.runUntil(r.modem.connect({ ...HOST, mode }));
}

describe.each(QI)('%s: examples, written by the host', (dialect) => {
  /** The seconds for which a close waits are left to the module in the examples. */
  const close = (id: number): string => `AT+QICLOSE=${id}${dialect === 'ugxx' ? '' : ',10'}`;

  it('opens a client in buffer mode, and asks for its state', async () => {
    const r = await started(dialect);
    const from = r.trace.length;
    const socket = await opened(r);
    socket.resume();
    expect(await asked(r, commandsOf(r).querySocket(0))).toMatchObject([
      { connectId: 0, serviceType: 'TCP', remoteAddress: HOST.host, remotePort: 8009, state: 'connected' },
    ]);
    expectExample(
      sentBy(r, from),
      ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0', 'AT+QISTATE=1,0'],
      ['AT+QIRD=0,1500'],
    );
    await ended(r, socket);
    await dismantle(r);
  });

  it('sends with and without a length, in hexadecimal digits where there are such sends, and reads the counters', async () => {
    const host = await bareChannel(dialect);
    const sink = sinkPeer();
    host.network.listen(8009, sink.accept);
    const { open, sendOpenEnded, send, querySent, sendHex, close: closing } = qiCommandsOf(dialect);
    await host.run(open(opening(0, 'buffer', { host: HOST.host, remotePort: 8009 })));
    await host.clock.advance(500);
    const from = host.trace.length;
    await host.run(sendOpenEnded(0), { payload: [Buffer.from(`test1${CTRL_Z}`)] });
    await host.run(send(0, 4), { payload: [Buffer.from('test')] });
    await host.clock.advance(500);
    expect(await host.run(querySent(0))).toMatchObject({ sentBytes: 9, acknowledgedBytes: 9 });
    if (sendHex) await host.run(sendHex(0, Buffer.from('12345')));
    await host.clock.advance(500);
    await host.run(querySent(0));
    const hex = sendHex === undefined ? '' : '12345';
    const total = 9 + hex.length;
    expect(sentOn(host, from).map((line) => line.replace('3132333435', PAYLOAD))).toEqual([
      ...['AT+QISEND=0', PAYLOAD, 'AT+QISEND=0,4', PAYLOAD, 'AT+QISEND=0,0'],
      ...(hex === '' ? [] : ['AT+QISENDEX=0,(payload)']),
      'AT+QISEND=0,0',
    ]);
    expect(heardOn(host, from)).toEqual([
      ...['>', 'SEND OK', '>', 'SEND OK', '+QISEND: 9,9,0', 'OK', ...(hex === '' ? [] : ['SEND OK'])],
      ...[`+QISEND: ${total},${total},0`, 'OK'],
    ]);
    expect(sendHex?.(0, Buffer.from('12345')).text ?? 'AT+QISENDEX=0,"3132333435"').toBe(
      'AT+QISENDEX=0,"3132333435"',
    );
    expect(String(Buffer.from(sink.take()))).toBe(`test1test${hex}`);
    await host.run(closing(0, 10_000));
    await host.finish();
  });

  it('sends what a stream is given, and reads the counters', async () => {
    const r = await started(dialect);
    const socket = await opened(r, 'push');
    socket.resume();
    const from = r.trace.length;
    socket.write('test2');
    await r.clock.runUntil(socket.acknowledged());
    await ended(r, socket);
    expectExample(
      sentBy(r, from),
      ['AT+QISEND=0,5', PAYLOAD, 'AT+QISEND=0,0', close(0)],
      ['AT+QISEND=0,0', 'AT+QIRD=0,1500'],
    );
    expect(String(Buffer.from(r.sink.take()))).toBe('test2');
    await dismantle(r);
  });

  it('reads what is announced, with and without its length, until there is no more, counts and closes', async () => {
    const r = await started(dialect);
    const socket = await opened(r);
    const received = collected(socket);
    await r.clock.advance(500);
    const from = r.trace.length;
    r.sink.peers[0]?.write(Buffer.from('test1'));
    await r.clock.runUntil(received.atLeast(5));
    await asked(r, commandsOf(r).setOption('recvind', [1]));
    r.sink.peers[0]?.write(Buffer.from('test1'));
    await r.clock.runUntil(received.atLeast(10));
    await r.clock.advance(100);
    expect(await asked(r, commandsOf(r).queryReceived(0))).toMatchObject({
      receivedBytes: 10,
      unreadBytes: 0,
    });
    await ended(r, socket);
    expectExample(
      sentBy(r, from),
      [
        ...['AT+QIRD=0,1500', 'AT+QICFG="recvind",1', 'AT+QIRD=0,1500', 'AT+QIRD=0,1500', 'AT+QIRD=0,0'],
        close(0),
      ],
      ['AT+QIRD=0,1500', 'AT+QISEND=0,0'],
    );
    expect(r.trace.join('\n')).toContain('urc +QIURC: "recv",0,5');
    await dismantle(r);
  });

  it('opens a transparent client, sends and receives, and closes after +++', async () => {
    const r = await started(dialect);
    const from = r.trace.length;
    const socket = await opened(r, 'transparent');
    const received = collected(socket);
    socket.write('Test 0');
    r.sink.peers[0]?.write(Buffer.from('Test 1'));
    await r.clock.runUntil(received.atLeast(6));
    await ended(r, socket);
    expectExample(
      sentBy(r, from),
      ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,2', '+++', close(0)],
      // The counters tell what the peer has before the connection is closed.
      ['AT&D1', 'AT+QISEND=0,0', 'AT+QIRD=0,1500', 'ATO', '+++'],
    );
    expect([String(Buffer.from(r.sink.take())), String(received.bytes())]).toEqual(['Test 0', 'Test 1']);
    await dismantle(r);
  });

  it('opens a client in direct push mode, asks for its state, and takes what is pushed', async () => {
    const r = await started(dialect);
    const from = r.trace.length;
    const socket = await opened(r, 'push');
    const received = collected(socket);
    expect(await asked(r, commandsOf(r).querySocket(0))).toMatchObject([{ accessMode: 1 }]);
    r.sink.peers[0]?.write(Buffer.from('test'));
    await r.clock.runUntil(received.atLeast(4));
    await ended(r, socket);
    expectExample(
      sentBy(r, from),
      ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,1', 'AT+QISTATE=1,0', close(0)],
      ['AT+QISEND=0,0', 'AT+QIRD=0,1500'],
    );
    expect(String(received.bytes())).toBe('test');
    await dismantle(r);
  });

  it('listens as socket 1, accepts and reads socket 11, and closes both', async () => {
    const r = await started(dialect);
    // The host takes the lowest id that is free: a client comes first.
    const client = await opened(r);
    client.resume();
    await r.clock.advance(500);
    const from = r.trace.length;
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    expect(await asked(r, commandsOf(r).querySocketsOf(1))).toContainEqual(
      expect.objectContaining({
        connectId: 1,
        serviceType: 'TCP LISTENER',
        localPort: 2020,
        state: 'listening',
      }),
    );
    const accepted = new Promise<ModemSocket>((resolve) => server.once('connection', resolve));
    const visitor = r.network.dial(2020, { address: '172.31.242.222' });
    const incoming = await r.clock.runUntil(accepted);
    const received = collected(incoming);
    await r.clock.advance(500);
    visitor.write(Buffer.from('test'));
    await r.clock.runUntil(received.atLeast(4));
    await r.clock.advance(500);
    expect(await asked(r, commandsOf(r).queryReceived(11))).toMatchObject({ receivedBytes: 4, readBytes: 4 });
    await ended(r, incoming);
    await r.clock.runUntil(server.close());
    expectExample(
      sentBy(r, from),
      [
        ...['AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,0', 'AT+QISTATE=0,1'],
        ...['AT+QIRD=11,1500', 'AT+QIRD=11,1500', 'AT+QIRD=11,0', close(11), close(1)],
      ],
      ['AT+QISTATE=1,11', 'AT+QIRD=11,1500', 'AT+QIRD=0,1500', 'AT+QISEND=11,0'],
    );
    await ended(r, client);
    await dismantle(r);
  });

  it('binds UDP as socket 2, sends to addresses, reads whole datagrams, and closes', async () => {
    const r = await started(dialect);
    const others = [await opened(r), await opened(r)];
    for (const one of others) one.resume();
    await r.clock.advance(500);
    const [first, second] = [r.network.bindPeer(6969, '10.7.89.10'), r.network.bindPeer(7687, '10.7.76.34')];
    const got: string[] = [];
    for (const peer of [first, second]) peer.onMessage = (bytes) => got.push(String(Buffer.from(bytes)));
    const from = r.trace.length;
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const states = await asked(r, commandsOf(r).querySocketsOf(1));
    expect(states).toContainEqual(expect.objectContaining({ connectId: 2, serviceType: 'UDP SERVICE' }));
    const sent = (port: number, address: string) =>
      r.clock.runUntil(new Promise((done) => udp.send(Buffer.from('1234567890'), port, address, done)));
    await sent(6969, '10.7.89.10');
    const message = new Promise<readonly unknown[]>((resolve) =>
      udp.once('message', (...all) => resolve(all)),
    );
    second.send(Buffer.from('AAAA'), 3030);
    const [bytes, sender] = await r.clock.runUntil(message);
    expect([String(bytes), sender]).toMatchObject(['AAAA', { address: '10.7.76.34', port: 7687 }]);
    await r.clock.advance(100);
    await sent(7687, '10.7.76.34');
    const closed = new Promise<void>((resolve) => udp.once('close', () => resolve()));
    udp.close();
    await r.clock.runUntil(closed);
    expectExample(
      sentBy(r, from),
      [
        ...['AT+QIOPEN=1,2,"UDP SERVICE","127.0.0.1",0,3030,0', 'AT+QISTATE=0,1'],
        ...['AT+QISEND=2,10,"10.7.89.10",6969', PAYLOAD, 'AT+QIRD=2', 'AT+QIRD=2'],
        ...['AT+QISEND=2,10,"10.7.76.34",7687', PAYLOAD, close(2)],
      ],
      ['AT+QIRD=2', 'AT+QISEND=2,0', 'AT+QIRD=0,1500', 'AT+QIRD=1,1500'],
    );
    expect(got).toEqual(['1234567890', '1234567890']);
    for (const one of others) await ended(r, one);
    await dismantle(r);
  });

  it('pings a host four times', async () => {
    const r = await started(dialect);
    const from = r.trace.length;
    const report = await r.clock.runUntil(r.modem.ping('www.baidu.com'));
    expect(report).toMatchObject({
      sent: 4,
      received: 4,
      lost: 0,
      replies: [{ address: '61.135.169.125' }, {}, {}, {}],
    });
    // The seconds and the number, which the example leaves to the module.
    expectExample(sentBy(r, from), ['AT+QPING=1,"www.baidu.com",4,4']);
    await dismantle(r);
  });

  it('tells the last error', async () => {
    const r = await started(dialect);
    const from = r.trace.length;
    const line = 'AT+QIOPEN=1,"TCP","220.180.239.212",8009,0,1';
    const { result } = await r.clock.runUntil(r.modem.execute(line));
    expect(result).toBe(dialect === 'rg' ? '+CME ERROR: 552' : 'ERROR');
    expect(await r.clock.runUntil(r.modem.lastError())).toMatchObject({ error: 552 });
    // The host asks by itself why a command was refused.
    expectExample(sentBy(r, from), [line, 'AT+QIGETERROR'], ['AT+QIGETERROR']);
    await r.clock.runUntil(r.modem.stop());
    r.module.dispose();
  });
});

describe.each(['lte', 'ugxx'] as const)('%s: contexts, written by the host', (dialect) => {
  it('configures, activates and deactivates a context', async () => {
    const r = await started(dialect);
    const configured = `AT+QICSGP=1,1,"UNINET","","",${NUMBER[AUTHENTICATION[dialect]]}`;
    expect(await asked(r, commandsOf(r).queryContext(1))).toMatchObject({ apn: 'UNINET' });
    await r.clock.runUntil(r.modem.stop({ deactivate: true }));
    const lines = written(r).map((line) => line.replace('"***","***"', '"",""'));
    expectExample(
      lines.slice(lines.indexOf(configured)),
      // The list is asked for behind each activation.
      [configured, 'AT+QIACT=1', 'AT+QIACT?', 'AT+QICSGP=1', 'AT+QIDEACT=1'],
      ['AT+QIACT?'],
    );
    expect(r.modem.status.state).toBe('stopped');
    await dismantle(r);
  });
});

describe('rg: contexts, written by single encoders', () => {
  it('configures, activates and deactivates a context', async () => {
    const host = await channelOn('rg');
    const { configureContext, activateContext, queryContext, queryContexts, deactivateContext } =
      qiCommandsOf('rg');
    const access = { type: 'IPv4', username: '', password: '', authentication: 'none' } as const;
    const from = host.trace.length;
    expect(await host.run(queryContext(1))).toMatchObject({ apn: '' });
    await host.run(configureContext({ id: 1, apn: 'UNINET', ...access }));
    await host.run(activateContext(1));
    expect(await host.run(queryContexts())).toEqual([
      expect.objectContaining({ id: 1, active: true, addresses: ['10.7.157.1'] }),
    ]);
    await host.run(deactivateContext(1));
    expect(sentOn(host, from)).toEqual([
      ...['AT+QICSGP=1', 'AT+QICSGP=1,1,"UNINET","***","***",0', 'AT+QIACT=1', 'AT+QIACT?', 'AT+QIDEACT=1'],
    ]);
    await host.finish();
  });
});

describe.each(['lte', 'ugxx'] as const)('%s: the time, written by the host', (dialect) => {
  it('comes from an NTP server, and is the time of the module then', async () => {
    const r = await started(dialect);
    const from = r.trace.length;
    await r.clock.runUntil(r.modem.syncTime('202.112.10.36'));
    const { lines } = await r.clock.runUntil(r.modem.execute('AT+CCLK?'));
    expect(lines).toMatchObject([{ prefix: '+CCLK' }]);
    // The last one is left to the module in the example.
    expectExample(sentBy(r, from), ['AT+QNTP=1,"202.112.10.36",123,1', 'AT+CCLK?']);
    await dismantle(r);
  });
});

/** A module without echo, with a peer on port 8009 that collects. */
async function virtual(dialect: VirtualDialect): Promise<Bench & { readonly sink: SinkPeer }> {
  // Sockets of the examples are on the USB modem port.
  const made = bench({ dialect, atPort: 'usbmodem', net: NAMES });
  const sink = sinkPeer();
  made.network.listen(8009, sink.accept);
  await made.command('ATE0');
  return { ...made, sink };
}

async function activated(dialect: VirtualDialect): Promise<Bench & { readonly sink: SinkPeer }> {
  const made = await virtual(dialect);
  await expectAnswers(
    made,
    ['AT+QICSGP=1,1,"UNINET","","",0', 'OK'],
    ['AT+QIACT=1', 'OK'],
    ['AT+QISDE=0', 'OK'],
  );
  return made;
}

describe.each(QI)('%s: examples, answered by the module', (dialect) => {
  /** The address that a state has of what listens (lte §3.6.1, rg §3.5.1). */
  const own = dialect === 'rg' ? '127.0.0.1' : '10.7.157.1';

  it('is configured, activated and deactivated', async () => {
    const made = await virtual(dialect);
    await expectAnswers(
      made,
      ['AT+QICSGP=1', '+QICSGP: 1,"","","",0', 'OK'],
      [`AT+QICSGP=1,1,"UNINET","","",${NUMBER[AUTHENTICATION[dialect]]}`, 'OK'],
      ['AT+QIACT=1', 'OK'],
      ['AT+QIACT?', '+QIACT: 1,1,1,"10.7.157.1"', 'OK'],
      ['AT+QIDEACT=1', 'OK'],
    );
    expect(made.module.state.protocolViolations).toEqual([]);
  });

  it('is a client in buffer mode: open, state, sends, counters, reads, close', async () => {
    const made = await activated(dialect);
    await expectAnswers(
      made,
      ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0', 'OK', '+QIOPEN: 0,0'],
      ['AT+QISTATE=1,0', '+QISTATE: 0,"TCP","220.180.239.212",8009,49152,2,1,0,0,"usbmodem"', 'OK'],
      ['AT+QISEND=0', '> '],
      [`test1${CTRL_Z}`, 'SEND OK'],
      ['AT+QISEND=0,4', '> '],
      ['test', 'SEND OK'],
      ['AT+QISEND=0,0', '+QISEND: 9,9,0', 'OK'],
    );
    if (dialect !== 'rg')
      await expectAnswers(
        made,
        ['AT+QISENDEX=0,"3132333435"', 'SEND OK'],
        ['AT+QISEND=0,0', '+QISEND: 14,14,0', 'OK'],
      );
    made.sink.peers[0]?.write(Buffer.from('test1'));
    await expectAnswers(
      made,
      [null, '+QIURC: "recv",0'],
      ['AT+QIRD=0,1500', '+QIRD: 5\r\ntest1', 'OK'],
      ['AT+QIRD=0,1500', '+QIRD: 0', 'OK'],
      ['AT+QICFG="recvind",1', 'OK'],
    );
    made.sink.peers[0]?.write(Buffer.from('test1'));
    await expectAnswers(
      made,
      [null, '+QIURC: "recv",0,5'],
      ['AT+QIRD=0,1500', '+QIRD: 5\r\ntest1', 'OK'],
      ['AT+QIRD=0,1500', '+QIRD: 0', 'OK'],
      ['AT+QIRD=0,0', '+QIRD: 10,10,0', 'OK'],
      ['AT+QICLOSE=0', 'OK'],
    );
    expect(made.module.state.protocolViolations).toEqual([]);
  });

  it('is a client in transparent mode: open, data, close after +++', async () => {
    const made = await activated(dialect);
    await expectAnswers(made, ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,2', 'CONNECT'], ['Test 0']);
    made.sink.peers[0]?.write(Buffer.from('Test 1'));
    await expectAnswers(made, [null, bare('Test 1')]);
    await made.say('+++', 900);
    await expectAnswers(made, [null, 'OK'], ['AT+QICLOSE=0', 'OK']);
    expect(String(Buffer.from(made.sink.take()))).toBe('Test 0');
  });

  it('is a client in direct push mode: open, state, sends, counters, data, close', async () => {
    const made = await activated(dialect);
    await expectAnswers(
      made,
      ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,1', 'OK', '+QIOPEN: 0,0'],
      ['AT+QISTATE=1,0', '+QISTATE: 0,"TCP","220.180.239.212",8009,49152,2,1,0,1,"usbmodem"', 'OK'],
      ['AT+QISEND=0', '> '],
      [`test1${CTRL_Z}`, 'SEND OK'],
      ['AT+QISEND=0,5', '> '],
      ['test2', 'SEND OK'],
      ['AT+QISEND=0,0', '+QISEND: 10,10,0', 'OK'],
    );
    made.sink.peers[0]?.write(Buffer.from('test'));
    await expectAnswers(made, [null, '+QIURC: "recv",0,4\r\ntest'], ['AT+QICLOSE=0', 'OK']);
    expect(made.module.state.protocolViolations).toEqual([]);
  });

  it('is a server: listens, accepts socket 11, reads, counts, closes both', async () => {
    const made = await activated(dialect);
    await expectAnswers(
      made,
      ['AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,0', 'OK', '+QIOPEN: 1,0'],
      ['AT+QISTATE=0,1', `+QISTATE: 1,"TCP LISTENER","${own}",0,2020,3,1,1,0,"usbmodem"`, 'OK'],
    );
    const visitor = made.network.dial(2020, { address: '172.31.242.222' });
    await expectAnswers(made, [null, '+QIURC: "incoming",11,1,"172.31.242.222",54091']);
    visitor.write(Buffer.from('test'));
    await expectAnswers(
      made,
      [null, '+QIURC: "recv",11'],
      ['AT+QIRD=11,1500', '+QIRD: 4\r\ntest', 'OK'],
      ['AT+QIRD=11,1500', '+QIRD: 0', 'OK'],
      ['AT+QIRD=11,0', '+QIRD: 4,4,0', 'OK'],
      ['AT+QICLOSE=11', 'OK'],
      ['AT+QICLOSE=1', 'OK'],
    );
    expect(made.module.state.protocolViolations).toEqual([]);
  });

  it('is a UDP service: opens, sends to addresses, reads whole datagrams, closes', async () => {
    const made = await activated(dialect);
    const [first, second] = [
      made.network.bindPeer(6969, '10.7.89.10'),
      made.network.bindPeer(7687, '10.7.76.34'),
    ];
    const got: string[] = [];
    for (const peer of [first, second]) peer.onMessage = (bytes) => got.push(String(Buffer.from(bytes)));
    await expectAnswers(
      made,
      ['AT+QIOPEN=1,2,"UDP SERVICE","127.0.0.1",0,3030,0', 'OK', '+QIOPEN: 2,0'],
      ['AT+QISTATE=0,1', `+QISTATE: 2,"UDP SERVICE","${own}",0,3030,2,1,2,0,"usbmodem"`, 'OK'],
      ['AT+QISEND=2,10,"10.7.89.10",6969', '> '],
      ['1234567890', 'SEND OK'],
    );
    second.send(Buffer.from('AAAA'), 3030);
    await expectAnswers(
      made,
      [null, '+QIURC: "recv",2'],
      ['AT+QIRD=2', '+QIRD: 4,"10.7.76.34",7687\r\nAAAA', 'OK'],
      ['AT+QIRD=2', '+QIRD: 0', 'OK'],
      ['AT+QISEND=2,10,"10.7.76.34",7687', '> '],
      ['1234567890', 'SEND OK'],
      ['AT+QICLOSE=2', 'OK'],
    );
    expect([got, made.module.state.protocolViolations]).toEqual([['1234567890', '1234567890'], []]);
  });

  it('pings, and tells the last error', async () => {
    const made = await activated(dialect);
    expect(await made.command('AT+QPING=1,"www.baidu.com"', 6000)).toMatch(
      /^\r\nOK\r\n(\r\n\+QPING: 0,"61\.135\.169\.125",32,\d+,255\r\n){4}\r\n\+QPING: 0,4,4,0,\d+,\d+,\d+\r\n$/,
    );
    await expectAnswers(made, ...(dialect === 'rg' ? [['AT+CMEE=0', 'OK'] as const] : []), [
      'AT+QIOPEN=1,"TCP","220.180.239.212",8009,0,1',
      'ERROR',
    ]);
    expect(await made.command('AT+QIGETERROR')).toMatch(
      /^\r\n\+QIGETERROR: 552, ?invalid parameters\r\n\r\nOK\r\n$/i,
    );
  });
});

describe.each(['lte', 'ugxx'] as const)('%s: the time, answered by the module', (dialect) => {
  it('is asked of an NTP server, and is the time of the module then', async () => {
    const made = await activated(dialect);
    expect(await made.command('AT+QNTP=1,"202.112.10.36",123', 1000)).toMatch(
      /^\r\nOK\r\n\r\n\+QNTP: 0,"\d{4}\/\d\d\/\d\d,\d\d:\d\d:\d\d\+\d\d"\r\n$/,
    );
    expect(await made.command('AT+CCLK?')).toMatch(
      /^\r\n\+CCLK: "\d\d\/\d\d\/\d\d,\d\d:\d\d:\d\d\+\d\d"\r\n\r\nOK\r\n$/,
    );
  });
});

describe('lte: §3.1.1, answered by the module', () => {
  it('takes a configuration without a password, as printed', async () => {
    await expectAnswers(await virtual('lte'), ['AT+QICSGP=1,1,"UNINET","",1', 'OK']);
  });
});
