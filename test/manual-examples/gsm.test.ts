/** The examples of the GSM TCPIP Application Note V1.2, as the host writes them. */
import type { Command } from '../../adapters/dialects/dialect.ts';
import type { GsmConnection } from '../../adapters/dialects/gsm/parameters.ts';
import { gsm } from '../../adapters/dialects/gsm.ts';
import type { GsmContextOptions, ModemSocket } from '../../index.ts';
import { type MemoryNetworkOptions, type SinkPeer, silentPeer, sinkPeer } from '../../simulator/index.ts';
import type { Urc } from '../../streams/urcs.ts';
import { asked, channelOn } from '../capabilities/capable.ts';
import { dismantle, type Rig, rig } from '../integration/rig.ts';
import { collected, ended } from '../integration/streams.ts';
import { CTRL_Z, expectExample, heardOn, PAYLOAD, sentBy, sentOn, WELCOME } from './example.ts';

const SERVER = { host: '124.79.167.121', port: 7007 } as const;
const OPEN = '"TCP","124.79.167.121",7007';
const VISITOR = { address: '10.79.141.26' };
const CMNET: GsmContextOptions = { id: 0, apn: 'CMNET', sharing: 'single' };
const SINGLE = [CMNET];
const MULTIPLE: readonly GsmContextOptions[] = [{ ...CMNET, sharing: 'multiple' }];

type Example = Rig & { readonly sink: SinkPeer };

/** A started modem with a peer on port 7007 that collects. */
async function started(
  contexts: readonly GsmContextOptions[],
  net: Parameters<typeof rig>[2] = {},
): Promise<Example> {
  const r = rig({ dialect: 'gsm', contexts }, { dialect: 'gsm' }, net);
  const sink = sinkPeer();
  r.network.listen(7007, sink.accept);
  await r.clock.runUntil(r.modem.start());
  return { ...r, sink };
}

/** Connects; what is received is thrown away. */
async function connected(r: Rig, mode: 'buffer' | 'push' | 'transparent' = 'push'): Promise<ModemSocket> {
  const socket = await r.clock.runUntil(r.modem.connect({ ...SERVER, mode }));
  socket.resume();
  return socket;
}

async function says(r: Rig, socket: ModemSocket, text = WELCOME): Promise<void> {
  socket.write(text);
  await r.clock.runUntil(socket.acknowledged());
}

async function socketTo(r: Rig, port: number): Promise<ModemSocket> {
  const socket = await r.clock.runUntil(r.modem.connect({ host: SERVER.host, port }));
  return socket.resume();
}

/** What was written while each of the two contexts was in the foreground. */
function byContext(sent: readonly string[]): readonly [first: string[], second: string[]] {
  const parts: readonly [string[], string[]] = [[], []];
  let current: string[] = [];
  for (const line of sent) {
    const context = /^AT\+QIFGCNT=([01])$/.exec(line)?.[1];
    if (context === undefined) current.push(line);
    else current = parts[context === '0' ? 0 : 1];
  }
  return parts;
}

const deactivated = (r: Rig): Promise<void> => r.clock.runUntil(r.modem.stop({ deactivate: true }));

/** What the host does before anything else, whatever the example. */
const START = [
  ...['AT', 'ATE0', 'AT+CMEE=1', 'AT+QURCCFG="urcport"'],
  ...['AT+CPIN?', 'AT+CREG?', 'AT+CGREG?', 'AT+CGATT?'],
  ...['AT+QIFGCNT=1', 'AT+QIDEACT', 'AT+QISRVC=1', 'AT+QISHOWRA=0', 'AT+QISHOWLA=0'],
  ...['AT+QILOCIP', 'AT+QISHOWPT=0'],
];
const START_OF_CONTEXT = START.filter((line) => !['AT', 'ATE0', 'AT+CMEE=1', 'AT+QIFGCNT=1'].includes(line));
/** An open would do that by itself (gsm §3). */
const ACTIVATION = ['AT+QIREGAPP', 'AT+QIACT', 'AT+QILOCIP'];
/** What it does before it opens a connection whose data is pushed, and to an address. */
const OPENING = ['AT+QINDI=0', 'AT+QIDNSIP=0'];

describe('gsm: chapter 3, written by the host', () => {
  it('configures a context for one connection, activates it and asks for its address (gsm §3)', async () => {
    const r = await started(SINGLE);
    const socket = await connected(r);
    expectExample(
      sentBy(r),
      [
        'AT+QIFGCNT=0',
        ['AT+QICSGP=1,"CMNET"', 'AT+QIMUX=0', 'AT+QIMODE=0'],
        ...['AT+QIREGAPP', 'AT+QIACT', 'AT+QILOCIP', 'AT+QIDNSIP=0'],
      ],
      [...START, 'AT+QIHEAD=1', 'AT+QINDI=0', `AT+QIOPEN=${OPEN}`],
    );
    await ended(r, socket);
    await dismantle(r);
  });

  it('opens the only connection, sends, counts, closes and deactivates (gsm §3.1)', async () => {
    const r = await started(SINGLE);
    const from = r.trace.length;
    const socket = await connected(r);
    await says(r, socket);
    r.sink.peers[0]?.write(Buffer.from(WELCOME));
    await r.clock.advance(500);
    expect([String(Buffer.from(r.sink.take())), socket.bytesRead]).toEqual([WELCOME, 30]);
    await ended(r, socket);
    await deactivated(r);
    expectExample(
      sentBy(r, from),
      [`AT+QIOPEN=${OPEN}`, 'AT+QISEND=30', PAYLOAD, 'AT+QISACK', 'AT+QICLOSE', 'AT+QIDEACT'],
      [...OPENING, 'AT+QISACK', 'AT+QIRD=0,1,0,1500'],
    );
    await dismantle(r);
  });

  it('listens, and sends as server and as client beside it (gsm §3.2)', async () => {
    const r = await started(SINGLE);
    const from = r.trace.length;
    // Pushed data would not say which of the two it is of: it is read.
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    const accepted = new Promise<ModemSocket>((resolve) => server.once('connection', resolve));
    await asked(r, gsm.encoders.queryAddress());
    await asked(r, gsm.encoders.queryListenPorts());
    const visitor = r.network.dial(2020, VISITOR);
    const incoming = await r.clock.runUntil(accepted);
    const received = collected(incoming);
    const socket = await connected(r, 'buffer');
    await says(r, incoming);
    await says(r, socket);
    r.sink.peers[0]?.write(Buffer.from(WELCOME));
    visitor.write(Buffer.from('of B'));
    await r.clock.advance(500);
    expect([socket.bytesRead, String(received.bytes())]).toEqual([30, 'of B']);
    await ended(r, incoming);
    await r.clock.runUntil(server.close());
    await ended(r, socket);
    await deactivated(r);
    expectExample(
      sentBy(r, from),
      [
        ...['AT+QISERVER=0,5', 'AT+QILOCIP', 'AT+QILPORT?', `AT+QIOPEN=${OPEN}`],
        ...['AT+QISRVC=2', 'AT+QISEND=30', PAYLOAD, 'AT+QISACK'],
        ...['AT+QISRVC=1', 'AT+QISEND=30', PAYLOAD, 'AT+QISACK'],
        ...['AT+QISRVC=2', 'AT+QICLOSE', 'AT+QICLOSE', 'AT+QISRVC=1', 'AT+QICLOSE', 'AT+QIDEACT'],
      ],
      [
        ...[
          'AT+QINDI=1',
          'AT+QIDNSIP=0',
          'AT+QILPORT="TCP",2020',
          'AT+QILPORT?',
          'AT+QISRVC=1',
          'AT+QISRVC=2',
        ],
        ...['AT+QISACK', 'AT+QISTAT', 'AT+QIRD=0,1,0,1500', 'AT+QIRD=0,2,0,1500'],
      ],
    );
    await dismantle(r);
  });

  it('opens, sends, counts and closes by index (gsm §3.3)', async () => {
    const r = await started(MULTIPLE);
    const from = r.trace.length;
    const socket = await connected(r);
    await says(r, socket);
    r.sink.peers[0]?.write(Buffer.from(WELCOME));
    await r.clock.advance(500);
    expect(socket.bytesRead).toBe(30);
    await ended(r, socket);
    await deactivated(r);
    expectExample(
      sentBy(r, from),
      [`AT+QIOPEN=0,${OPEN}`, 'AT+QISEND=0,30', PAYLOAD, 'AT+QISACK=0', 'AT+QICLOSE=0', 'AT+QIDEACT'],
      [...OPENING, 'AT+QISACK=0', 'AT+QIRD=0,1,0,1500'],
    );
    await dismantle(r);
  });

  it('listens with indexes, accepts, opens index 3 beside it, and closes by index (gsm §3.4)', async () => {
    const r = await started(MULTIPLE);
    r.network.listen(7, silentPeer);
    const listening = r.trace.length;
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    const accepted = new Promise<ModemSocket>((resolve) => server.once('connection', resolve));
    await asked(r, gsm.encoders.queryAddress());
    await asked(r, gsm.encoders.queryListenPorts());
    r.network.dial(2020, VISITOR);
    const incoming = await r.clock.runUntil(accepted);
    incoming.resume();
    expectExample(
      sentBy(r, listening),
      // As many clients as the module can have.
      ['AT+QISERVER=0,5', 'AT+QILOCIP', 'AT+QILPORT?'],
      ['AT+QINDI=1', 'AT+QILPORT="TCP",2020', 'AT+QILPORT?', 'AT+QISRVC=2', 'AT+QIRD=0,2,0,1500'],
    );
    // The host takes the lowest index that is free: two others come first.
    const others = [await socketTo(r, 7), await socketTo(r, 7)];
    const from = r.trace.length;
    const socket = await connected(r, 'buffer');
    await says(r, incoming);
    await says(r, socket);
    for (const one of others) one.destroy();
    await r.clock.advance(1000);
    await ended(r, incoming);
    await r.clock.runUntil(server.close());
    await ended(r, socket);
    await deactivated(r);
    expectExample(
      sentBy(r, from),
      [
        ...[`AT+QIOPEN=3,${OPEN}`, 'AT+QISRVC=2', 'AT+QISEND=0,30', PAYLOAD, 'AT+QISACK=0'],
        ...['AT+QISRVC=1', 'AT+QISEND=3,30', PAYLOAD, 'AT+QISACK=3'],
        ...['AT+QISRVC=2', 'AT+QICLOSE=0', 'AT+QICLOSE', 'AT+QISRVC=1', 'AT+QICLOSE=3', 'AT+QIDEACT'],
      ],
      [
        ...['AT+QINDI=1', 'AT+QIDNSIP=0', 'AT+QISRVC=1', 'AT+QISRVC=2', 'AT+QICLOSE=1', 'AT+QICLOSE=2'],
        ...[0, 1, 2, 3].flatMap((index) => [`AT+QISACK=${index}`, `AT+QIRD=0,1,${index},1500`]),
        'AT+QIRD=0,2,0,1500',
      ],
    );
    await dismantle(r);
  });
});

describe('gsm: chapter 4, written by the host', () => {
  it('configures a context for data mode, activates it and asks for its address (gsm §4)', async () => {
    const r = await started(SINGLE, { lines: false });
    const from = r.trace.length;
    const socket = await connected(r, 'transparent');
    expectExample(
      sentBy(r, from),
      [
        // Full packets in place of the 512 bytes of the example.
        ['AT+QICSGP=1,"CMNET"', 'AT+QIMUX=0', 'AT+QIMODE=1', 'AT+QITCFG=3,2,1024,1'],
        ...['AT+QIREGAPP', 'AT+QIACT', 'AT+QILOCIP', 'AT+QIDNSIP=0', `AT+QIOPEN=${OPEN}`],
      ],
      // The context was active for connections of another kind.
      ['AT+QIDEACT', 'AT+QILOCIP', 'AT+QISHOWPT=0'],
    );
    await ended(r, socket);
    await dismantle(r);
  });

  it('gives the port to a connection, takes it back by +++, returns by ATO, counts and closes (gsm §4.1)', async () => {
    const r = await started(SINGLE, { lines: false });
    const socket = await r.clock.runUntil(r.modem.connect({ ...SERVER, mode: 'transparent' }));
    const from = r.trace.length;
    const received = collected(socket);
    socket.write(WELCOME);
    r.sink.peers[0]?.write(Buffer.from(WELCOME));
    await r.clock.runUntil(received.atLeast(30));
    await r.clock.runUntil(r.modem.execute('AT', { urgent: true }));
    await r.clock.advance(3000);
    expect([String(Buffer.from(r.sink.take())), r.module.state.dataMode]).toEqual([WELCOME, 0]);
    await ended(r, socket);
    await deactivated(r);
    expectExample(
      sentBy(r, from),
      ['+++', 'ATO', '+++', 'AT+QISACK', 'AT+QICLOSE', 'AT+QIDEACT'],
      ['AT', 'AT+QISACK'],
    );
    await dismantle(r);
  });

  it('is a transparent server: the port goes to the client that comes, and back by +++ and ATO (gsm §4.2)', async () => {
    const r = await started(SINGLE, { lines: false });
    const from = r.trace.length;
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020, mode: 'transparent' }));
    const accepted = new Promise<ModemSocket>((resolve) => server.once('connection', resolve));
    const visitor = r.network.dial(2020, VISITOR);
    const got: string[] = [];
    visitor.onData = (bytes) => got.push(String(Buffer.from(bytes)));
    const socket = await r.clock.runUntil(accepted);
    const received = collected(socket);
    visitor.write(Buffer.from(WELCOME));
    await says(r, socket);
    await r.clock.runUntil(received.atLeast(30));
    await ended(r, socket);
    await r.clock.runUntil(server.close());
    await deactivated(r);
    expect([got.join(''), String(received.bytes())]).toEqual([WELCOME, WELCOME]);
    expectExample(
      sentBy(r, from),
      ['AT+QISERVER=0,5', '+++', 'ATO', '+++', 'AT+QISACK', 'AT+QICLOSE', 'AT+QIDEACT'],
      [
        // The context was active for connections of another kind, and the listener is closed behind the connection.
        ...[
          'AT+QIDEACT',
          'AT+QIMUX=0',
          'AT+QIMODE=1',
          'AT+QITCFG=3,2,1024,1',
          'AT+QISHOWPT=0',
          ...ACTIVATION,
        ],
        ...[
          'AT+QICSGP=1,"CMNET"',
          'AT+QILPORT="TCP",2020',
          'AT+QILPORT?',
          'AT+QISRVC=2',
          'AT+QISACK',
          'AT+QICLOSE',
        ],
      ],
    );
    await dismantle(r);
  });
});

describe('gsm: sections 5 to 9, written by the host', () => {
  it('closes the only connection, and one by its index (gsm §5.4)', async () => {
    for (const [contexts, close] of [
      [SINGLE, 'AT+QICLOSE'],
      [MULTIPLE, 'AT+QICLOSE=0'],
    ] as const) {
      const r = await started(contexts);
      const socket = await connected(r);
      const from = r.trace.length;
      await ended(r, socket);
      expectExample(sentBy(r, from), [close], [close.replace('CLOSE', 'SACK'), 'AT+QIRD=0,1,0,1500']);
      await dismantle(r);
    }
  });

  it('deactivates the context when it stops, where that is wished (gsm §5.5)', async () => {
    const r = await started(SINGLE);
    const from = r.trace.length;
    await deactivated(r);
    expectExample(sentBy(r, from), ['AT+QIDEACT']);
    await dismantle(r);
  });

  it('reads what +QIRDI announces, after AT+QINDI=1 in front of the open (gsm §5.3.2)', async () => {
    const r = await started(SINGLE);
    const from = r.trace.length;
    const socket = await r.clock.runUntil(r.modem.connect(SERVER));
    const received = collected(socket);
    r.sink.peers[0]?.write(Buffer.from('1234567890abcdefghijklmnopqrstuvwxyz'));
    await r.clock.runUntil(received.atLeast(36));
    expectExample(
      sentBy(r, from),
      // More than the 1024 bytes of the example in one read.
      ['AT+QINDI=1', `AT+QIOPEN=${OPEN}`, 'AT+QIRD=0,1,0,1500'],
      ['AT+QIDNSIP=0', 'AT+QIRD=0,1,0,1500'],
    );
    expect(r.trace.join('\n')).toMatch(/urc \+QIRDI:0,1,0\n/);
    expect(String(received.bytes())).toBe('1234567890abcdefghijklmnopqrstuvwxyz');
    await ended(r, socket);
    await dismantle(r);
  });

  it('asks step by step whether a connection still stands (gsm §6.1, §6.2)', async () => {
    const r = await started(SINGLE);
    const socket = await connected(r);
    const connectId = socket.connectId ?? -1;
    const { querySocket, querySent } = gsm.commands;
    await r.clock.advance(8 * 60_000);
    const from = r.trace.length;
    expect(await asked(r, querySocket(connectId))).toMatchObject([{ state: 'connected' }]);
    expect(await asked(r, querySent(connectId))).toMatchObject({ unacknowledgedBytes: 0 });
    socket.write('TCP detect');
    await r.clock.advance(30_000);
    expect(await asked(r, querySent(connectId))).toEqual({
      ...{ sentBytes: 10, acknowledgedBytes: 10, unacknowledgedBytes: 0 },
    });
    expectExample(
      sentBy(r, from),
      ['AT+QISTAT', 'AT+QISACK', 'AT+QISEND=10', PAYLOAD, 'AT+QISACK'],
      ['AT+QISACK'],
    );
    await ended(r, socket);
    await dismantle(r);
  });

  it('finds out by +++ that CLOSED in the data is data, and goes back by ATO (gsm §6.3)', async () => {
    const r = await started(SINGLE, { lines: false });
    const socket = await r.clock.runUntil(r.modem.connect({ ...SERVER, mode: 'transparent' }));
    const received = collected(socket);
    const from = r.trace.length;
    r.sink.peers[0]?.write(Buffer.from('\r\nCLOSED\r\n'));
    await r.clock.runUntil(received.atLeast(10));
    await r.clock.advance(3000);
    expect([String(received.bytes()), socket.destroyed]).toEqual(['\r\nCLOSED\r\n', false]);
    expectExample(sentBy(r, from), ['+++', 'ATO'], ['AT+QISACK']);
    await ended(r, socket);
    await dismantle(r);
  });

  it('finds out by +++ that +PDP DEACT is the end, deactivates and activates the context anew (gsm §6.3)', async () => {
    const r = await started(SINGLE, { lines: false });
    const socket = await r.clock.runUntil(r.modem.connect({ ...SERVER, mode: 'transparent' }));
    const failed = new Promise<Error>((resolve) => socket.once('error', resolve));
    const from = r.trace.length;
    r.module.inject({ kind: 'pdpdeact' });
    expect(await r.clock.runUntil(failed)).toMatchObject({ code: 'CONTEXT_LOST' });
    await r.clock.advance(5000);
    expectExample(
      sentBy(r, from),
      ['+++', 'AT+QIDEACT', 'AT+QIREGAPP', 'AT+QIACT', 'AT+QILOCIP'],
      [
        // The plus signs are the beginning of a command now: it is ended.
        ...['+++', 'AT', 'AT+QISACK', 'AT+QILOCIP', 'AT+QISHOWPT=0'],
        ...['AT+QICSGP=1,"CMNET"', 'AT+QIMUX=0', 'AT+QIMODE=1', 'AT+QITCFG=3,2,1024,1'],
      ],
    );
    await dismantle(r);
  });

  it('has a client in one context and a server in the other (gsm §7.2)', async () => {
    const r = await started([CMNET, { id: 1, apn: 'CMNET' }]);
    const socket = await connected(r);
    await asked(r, gsm.commands.queryContexts(0));
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020, context: 1, mode: 'push' }));
    const accepted = new Promise<ModemSocket>((resolve) => server.once('connection', resolve));
    await asked(r, gsm.commands.queryContexts(1));
    r.network.dial(2020, VISITOR);
    const incoming = await r.clock.runUntil(accepted);
    incoming.resume();
    expect(incoming.remoteAddress).toBe('10.79.141.26');
    const [first, second] = byContext(sentBy(r));
    expectExample(
      first,
      [
        ['AT+QICSGP=1,"CMNET"', 'AT+QIMUX=0', 'AT+QIMODE=0'],
        ...['AT+QIDNSIP=0', `AT+QIOPEN=${OPEN}`, 'AT+QILOCIP'],
      ],
      [...START_OF_CONTEXT, 'AT+QIHEAD=1', 'AT+QINDI=0', ...ACTIVATION],
    );
    expectExample(
      second,
      [
        ['AT+QICSGP=1,"CMNET"', 'AT+QIMUX=1', 'AT+QIMODE=0'],
        // As many clients as the module can have.
        ...['AT+QISERVER=0,5', 'AT+QILOCIP'],
      ],
      [
        ...[
          'AT+QIDEACT',
          'AT+QIHEAD=0',
          'AT+QIHEAD=1',
          'AT+QISHOWPT=0',
          'AT+QINDI=0',
          'AT+QISRVC=2',
          ...ACTIVATION,
        ],
        ...['AT+QILPORT="TCP",2020', 'AT+QILPORT?'],
      ],
    );
    await r.clock.runUntil(server.close());
    await ended(r, socket);
    await dismantle(r);
  });

  it('opens a connection to a name, which the module looks up (gsm §8.1)', async () => {
    const r = await started(SINGLE, { names: { 'www.quectel.com': '124.79.167.80' } });
    r.network.listen(80, silentPeer);
    const from = r.trace.length;
    const socket = await r.clock.runUntil(r.modem.connect({ host: 'www.quectel.com', port: 80 }));
    socket.resume();
    expectExample(sentBy(r, from), ['AT+QIDNSIP=1', 'AT+QIOPEN="TCP","www.quectel.com",80'], ['AT+QINDI=1']);
    await ended(r, socket);
    await dismantle(r);
  });

  it('sets name servers, and tells all addresses of a name (gsm §8.2)', async () => {
    const addresses = ['64.233.189.99', '64.233.189.104', '64.233.189.147'];
    const r = await started(SINGLE, { names: { 'www.google.com': addresses } });
    const from = r.trace.length;
    await r.clock.runUntil(r.modem.setDnsServers('211.136.18.171', '211.136.112.50'));
    expect((await r.clock.runUntil(r.modem.resolve('www.google.com'))).addresses).toEqual(addresses);
    expectExample(sentBy(r, from), [
      'AT+QIDNSCFG="211.136.18.171","211.136.112.50"',
      'AT+QIDNSGIP="www.google.com"',
    ]);
    await dismantle(r);
  });
});

describe('gsm: sections 5 to 9, written by single encoders', () => {
  const { encoders } = gsm;

  /** A channel with one connection: `only`, or index 0. */
  async function single(
    connection: GsmConnection,
    lines: readonly Command[] = [],
    net?: MemoryNetworkOptions,
  ) {
    const made = await channelOn('gsm', {}, net);
    const sink = sinkPeer();
    made.network.listen(7007, sink.accept);
    made.network.listen(7008, silentPeer);
    if (connection !== 'only') await made.run(encoders.setMultiplexing(true));
    for (const line of lines) await made.run(line);
    const connect = async (port = 7007): Promise<void> => {
      const [host, service] = [SERVER.host, 'TCP'] as const;
      await made.run(encoders.open({ connection, service, host, remotePort: port, isTransparent: false }));
    };
    return { ...made, sink, connect };
  }

  it.each([
    ['only', 'AT+QISEND'],
    [0, 'AT+QISEND=0'],
  ] as const)('sends up to Ctrl-Z on the connection %s (gsm §5.2.2.1)', async (connection, line) => {
    const host = await single(connection);
    await host.connect();
    const from = host.trace.length;
    await host.run(encoders.sendOpenEnded(connection), { payload: [Buffer.from(WELCOME + CTRL_Z)] });
    await host.clock.advance(100);
    expect([sentOn(host, from), heardOn(host, from)]).toEqual([
      [line, PAYLOAD],
      ['>', 'SEND OK'],
    ]);
    expect(String(Buffer.from(host.sink.take()))).toBe(WELCOME);
    await host.finish();
  });

  it.each([
    ['only', 'AT+QISEND=30'],
    [0, 'AT+QISEND=0,30'],
  ] as const)('sends a fixed length on the connection %s (gsm §5.2.2.2)', async (connection, line) => {
    const host = await single(connection);
    await host.connect();
    const from = host.trace.length;
    await host.run(encoders.send(connection, 30), { payload: [Buffer.from(WELCOME)] });
    await host.clock.advance(100);
    expect([sentOn(host, from), heardOn(host, from)]).toEqual([
      [line, PAYLOAD],
      ['>', 'SEND OK'],
    ]);
    expect(String(Buffer.from(host.sink.take()))).toBe(WELCOME);
    await host.finish();
  });

  it.each([
    ['only', 'AT+QISEND'],
    [0, 'AT+QISEND=0'],
  ] as const)(
    'lets the timer send what was typed on the connection %s (gsm §5.2.2.3)',
    async (connection, line) => {
      const host = await single(connection);
      await host.connect();
      const from = host.trace.length;
      await host.run(encoders.setTimedSending(10));
      const startMs = host.clock.now();
      await host.run(encoders.sendOpenEnded(connection), { payload: [Buffer.from(WELCOME)] });
      expect(host.clock.now() - startMs).toBeGreaterThanOrEqual(10_000);
      await host.clock.advance(100);
      expect(sentOn(host, from)).toEqual(['AT+QIAUTOS=1,10', line, PAYLOAD]);
      expect(heardOn(host, from)).toEqual(['OK', '>', 'SEND OK']);
      expect(String(Buffer.from(host.sink.take()))).toBe(WELCOME);
      await host.finish();
    },
  );

  it.each([
    ['only', 'AT+QISACK'],
    [0, 'AT+QISACK=0'],
  ] as const)(
    'reads the counters of the connection %s: 30, 20, 10 (gsm §5.2.2)',
    async (connection, line) => {
      // A peer that takes 20 bytes and reads none.
      const host = await single(connection, [], { windowBytes: 20 });
      await host.connect(7008);
      await host.run(encoders.send(connection, 30), { payload: [Buffer.from(WELCOME)] });
      await host.clock.advance(1000);
      const from = host.trace.length;
      expect(await host.run(encoders.querySent(connection))).toEqual({
        ...{ sentBytes: 30, acknowledgedBytes: 20, unacknowledgedBytes: 10 },
      });
      expect([sentOn(host, from), heardOn(host, from)]).toEqual([[line], ['+QISACK: 30, 20, 10', 'OK']]);
      await host.finish();
    },
  );

  it('puts the length and the protocol in front of what is received (gsm §5.3.1)', async () => {
    const host = await single('only');
    await host.connect();
    const from = host.trace.length;
    await host.run(encoders.showLength(true));
    await host.run(encoders.showProtocol(true));
    host.sink.peers[0]?.write(Buffer.from(WELCOME));
    await host.clock.advance(100);
    expect(sentOn(host, from)).toEqual(['AT+QIHEAD=1', 'AT+QISHOWPT=1']);
    expect(host.trace.slice(from)).toContainEqual(
      expect.objectContaining({ kind: 'urc', text: 'IPD30TCP:', payloadBytes: 30 }),
    );
    await host.finish();
  });

  it('puts the addresses of the peer and of the module in front of what is received (gsm §5.3.1)', async () => {
    const host = await single('only', [encoders.showLength(true)]);
    await host.connect();
    const from = host.trace.length;
    await host.run(encoders.showRemoteAddress(true));
    await host.run(encoders.showLocalAddress(true));
    const urcs: Urc[] = [];
    host.channel.urcs$.subscribe((urc) => urcs.push(urc));
    host.sink.peers[0]?.write(Buffer.from(WELCOME));
    await host.clock.advance(100);
    expect(sentOn(host, from)).toEqual(['AT+QISHOWRA=1', 'AT+QISHOWLA=1']);
    const peer = { address: SERVER.host, port: SERVER.port };
    expect(urcs).toEqual([{ name: 'ipd', lengthBytes: 30, ...peer, localAddress: '10.7.157.100' }]);
    await host.finish();
  });

  it('asks for the state of the stack, of each index and of the server (gsm §5.6.2)', async () => {
    const host = await single('only');
    const from = host.trace.length;
    expect(await host.run(encoders.queryStack())).toBe('IP INITIAL');
    await host.run(encoders.listen());
    expect(await host.run(encoders.queryServer())).toBe('LISTENNING');
    await host.run(encoders.deactivateContext());
    await host.run(encoders.setMultiplexing(true));
    const { stack, connections } = await host.run(encoders.queryConnections());
    expect([stack, connections.map(({ connectId, state }) => [connectId, state])]).toEqual([
      'IP INITIAL',
      [0, 1, 2, 3, 4, 5].map((index) => [index, 'INITIAL']),
    ]);
    expectExample(
      sentOn(host, from),
      ['AT+QISTAT', 'AT+QISSTAT', 'AT+QISTATE'],
      ['AT+QISERVER', 'AT+QIDEACT', 'AT+QIMUX=1'],
    );
    await host.finish();
  });

  it('lets the module sleep while DTR is high (gsm §9)', async () => {
    const host = await single('only');
    await host.connect();
    const from = host.trace.length;
    await host.run(encoders.setSleep(true));
    expect(sentOn(host, from)).toEqual(['AT+QSCLK=1']);
    await host.finish();
  });
});
