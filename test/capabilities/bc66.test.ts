/** What bc66 can do, line by line of the table of capabilities (protocol §1, bc66). */
import { bc66 } from '../../adapters/dialects/bc66.ts';
import type { DialectCommands, OpenParameters } from '../../adapters/dialects/dialect.ts';
import { type ContextOptions, createModem, memoryPortPair } from '../../index.ts';
import { echoPeer, sinkPeer } from '../../simulator/index.ts';
import { refusal } from '../dialects/answers.ts';
import { dismantle, type Rig } from '../integration/rig.ts';
import { collected, ended, randomBytes } from '../integration/streams.ts';
import { asked, channelOn, contextsOf, online, opening, refusedQuietly, urcsOf, written } from './capable.ts';

const HOST = { host: '127.0.0.1', port: 7000 } as const;
const { commands } = bc66;
const NAMES = { names: { 'two.example': ['10.9.0.1', '10.9.0.2'], 'ntp.example': '10.9.0.3' } };

const started = (modem: Parameters<typeof online>[1] = {}, module: Parameters<typeof online>[2] = {}) =>
  online('bc66', modem, module, NAMES);
const connected = (r: Rig, options: Partial<Parameters<Rig['modem']['connect']>[0]> = {}) =>
  r.clock.runUntil(r.modem.connect({ ...HOST, ...options }));

const made = (contexts: readonly object[]) => {
  const { host: port, far } = memoryPortPair();
  const problem = refusal(() =>
    createModem({ port, dialect: 'bc66', contexts: contexts as ContextOptions[] }),
  );
  return [problem?.code, problem?.details.argument, far.isOpen];
};

const lacks = (
  ...names: readonly (keyof DialectCommands | 'sendOpenEnded' | 'echoSentData' | 'selectContext')[]
): void => {
  const known = Object.keys(commands);
  expect(names.filter((name) => known.includes(name))).toEqual([]);
};

describe('bc66: contexts', () => {
  it('have the ids 1 to 3, and no other', async () => {
    const r = await started({ contexts: contextsOf(3) });
    expect(r.modem.status.contexts.map(({ id }) => id)).toEqual([1, 2, 3]);
    for (const id of [0, 4]) {
      expect(made([{ id, apn: 'a' }])).toEqual(['INVALID_ARGUMENT', 'context id', false]);
      const open = () => r.modem.query(commands.open(opening(0, 'buffer', { contextId: id })));
      await refusedQuietly(r, 'INVALID_ARGUMENT', open);
    }
    await dismantle(r);
  });

  it('are there all three while the network has the module, and no more', async () => {
    const r = await started({ contexts: contextsOf(3) });
    r.network.listen(7000, echoPeer);
    for (const context of [1, 2, 3]) await ended(r, (await connected(r, { context, mode: 'push' })).resume());
    expect(made([...contextsOf(3), { id: 3, apn: 'a' }])[0]).toBe('INVALID_ARGUMENT');
    await dismantle(r);
  });

  it('are IPv4, or IPv6 by the protocol type of each open', async () => {
    const r = await started({
      contexts: [
        { id: 1, apn: 'a' },
        { id: 2, apn: 'b', type: 'IPv6' },
      ],
    });
    r.network.listen(7000, echoPeer);
    for (const [host, context, type] of [
      ['192.0.2.9', 1, ''],
      ['2001:db8::9', 1, ',1'],
      ['2001:db8::9', 2, ',1'],
    ] as const) {
      const from = r.trace.length;
      const socket = (await connected(r, { host, context, mode: 'push' })).resume();
      expect(written(r, from)[0]).toBe(`AT+QIOPEN=${context},0,"TCP","${host}",7000,0,1${type}`);
      await ended(r, socket);
    }
    const parameters = { ...opening(0), protocol: 'IPv5' } as unknown as OpenParameters;
    await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(commands.open(parameters)));
    await dismantle(r);
  });

  it('are not configured: the network chooses, and of their access data nothing is written', async () => {
    const r = await started({ contexts: [{ apn: 'internet', username: 'user', password: 'word' }] });
    expect(written(r).filter((line) => /QICSGP|CGDCONT|internet|user|word/.test(line))).toEqual([]);
    for (const change of [{ username: 'u'.repeat(128) }, { password: 'p'.repeat(128) }])
      expect(made([{ apn: 'a', ...change }])[0]).toBe('INVALID_ARGUMENT');
    await dismantle(r);
  });

  it('are not kept for CDMA networks: the option is refused before the port is opened', () => {
    const contexts = [{ apn: 'a', savesCredentialsForCdma: true }];
    expect(made(contexts)).toEqual(['INVALID_ARGUMENT', 'savesCredentialsForCdma', false]);
  });

  it('come with the attachment, which is asked for where it is not there', async () => {
    const r = await started();
    expect(written(r)).toContain('AT+CGATT?');
    expect(written(r).filter((line) => /QIACT|CGATT=1/.test(line))).toEqual([]);
    const from = r.trace.length;
    r.module.inject({ kind: 'pdpdeact', context: 1 });
    await r.clock.advance(30_000);
    expect(r.modem.status).toMatchObject({ state: 'online', contexts: [{ id: 1 }] });
    expect(written(r, from)).toContain('AT+CGATT?');
    await dismantle(r);
  });

  it('go with the attachment', async () => {
    const r = await started();
    await r.clock.runUntil(r.modem.stop({ deactivate: true }));
    expect(written(r).at(-1)).toBe('AT+CGATT=0');
    await dismantle(r);
  });

  it('have no asynchronous commands', () => lacks('activateContextAsync', 'deactivateContextAsync'));

  it('have no DNS servers to be set or asked for: that is refused', async () => {
    const r = await started();
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.setDnsServers('10.0.0.53'));
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.dnsServers());
    await dismantle(r);
  });
});

describe('bc66: sockets', () => {
  it('have the ids 0 to 4, and no other', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const sockets = [];
    for (let turn = 0; turn < 5; turn++) sockets.push((await connected(r, { mode: 'push' })).resume());
    expect(sockets.map(({ connectId }) => connectId)).toEqual([0, 1, 2, 3, 4]);
    await refusedQuietly(r, 'TOO_MANY_SOCKETS', () => r.modem.connect(HOST));
    for (const id of [-1, 5])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(commands.open(opening(id))));
    for (const socket of sockets) await ended(r, socket);
    await dismantle(r);
  });

  it('are TCP clients', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const socket = await connected(r);
    const received = collected(socket);
    socket.write('hello');
    await r.clock.runUntil(received.atLeast(5));
    expect([String(received.bytes()), r.module.state.sockets[0]?.service]).toEqual(['hello', 'TCP']);
    await ended(r, socket);
    await dismantle(r);
  });

  it('are UDP clients', async () => {
    const r = await started();
    const peer = r.network.bindPeer(6969, '192.0.2.9');
    peer.onMessage = (bytes, from) => peer.send(bytes, from.port);
    const udp = await r.clock.runUntil(r.modem.connectUdp({ host: '192.0.2.9', port: 6969 }));
    const answer = new Promise<Buffer>((resolve) => udp.once('message', resolve));
    udp.send(Buffer.from('hello'));
    expect(String(await r.clock.runUntil(answer))).toBe('hello');
    const closed = new Promise<void>((resolve) => udp.once('close', () => resolve()));
    udp.close();
    await r.clock.runUntil(closed);
    await dismantle(r);
  });

  it('are no listeners and no UDP services: the request is refused', async () => {
    const r = await started();
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.listen({ port: 2020 }));
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.bindUdp({ port: 3030 }));
    await dismantle(r);
  });

  it.each(['TCP SERVICE', 'UDP LISTENER'] as const)(
    'are none of the unusual services: %s is refused',
    async (service) => {
      const r = await started();
      const open = () => r.modem.query(commands.open(opening(3, 'buffer', { service })));
      await refusedQuietly(r, 'INVALID_ARGUMENT', open);
      await dismantle(r);
    },
  );

  it('wait 40 s for the result of an open', async () => {
    const r = await started({}, { timing: { connectTimeoutMs: 10_000_000 } });
    r.network.listen(7000, echoPeer);
    r.module.inject({ kind: 'blackHole', forMs: 50_000 });
    const startMs = r.clock.now();
    await expect(connected(r)).rejects.toMatchObject({ code: 'OPEN_TIMED_OUT' });
    expect(Math.round((r.clock.now() - startMs) / 1000)).toBe(40);
    await r.clock.advance(60_000);
    await dismantle(r);
  });

  it('have no limits in an open: a time for more tries is refused', async () => {
    const r = await started();
    await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.connect({ ...HOST, retryS: 10 }));
    await dismantle(r);
  });

  it('are closed with CLOSE OK behind the OK, and the id is free again', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    for (let turn = 0; turn < 2; turn++) {
      const from = r.trace.length;
      await ended(r, (await connected(r)).resume());
      expect(written(r, from).at(-1)).toBe('AT+QICLOSE=0');
      expect(r.trace.slice(-2).map((line) => line.replace(/^\d+ /, ''))).toEqual(['rx OK', 'urc CLOSE OK']);
    }
    await dismantle(r);
  });

  it('tell their state in eight fields, by id or by context', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const socket = (await connected(r, { mode: 'push' })).resume();
    const state = {
      ...{ connectId: 0, serviceType: 'TCP', remoteAddress: '127.0.0.1', remotePort: 7000, localPort: 0 },
      ...{ state: 'connected', contextId: 1, accessMode: 1 },
    };
    expect(await asked(r, commands.querySocket(0))).toEqual([state]);
    expect(await asked(r, commands.querySocketsOf(1))).toEqual([state]);
    expect(r.trace.join('\n')).toContain('rx +QISTATE: 0,"TCP","127.0.0.1",7000,0,2,1,1');
    await ended(r, socket);
    await dismantle(r);
  });

  it.each([
    ['buffer', 0],
    ['push', 1],
  ] as const)('have the access mode %s', async (mode, number) => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const socket = await connected(r, { mode });
    const received = collected(socket);
    const data = randomBytes(5000);
    socket.write(data);
    await r.clock.runUntil(received.atLeast(data.length));
    expect(received.bytes().equals(data)).toBe(true);
    expect(r.module.state.sockets[0]?.accessMode).toBe(number);
    await ended(r, socket);
    await dismantle(r);
  });

  it('have no data mode: a transparent connection is refused, and there is nothing to escape from', async () => {
    const r = await started();
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.connect({ ...HOST, mode: 'transparent' }));
    lacks('resume', 'escapeByDtr');
    await dismantle(r);
  });

  it('change their access mode between buffer and push', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const socket = await connected(r);
    const received = collected(socket);
    for (const mode of ['push', 'buffer'] as const) {
      await r.clock.runUntil(socket.switchMode(mode));
      socket.write(mode);
    }
    await r.clock.runUntil(received.atLeast(10));
    expect(written(r).filter((line) => line.includes('QISWTMD'))).toEqual([
      'AT+QISWTMD=0,1',
      'AT+QISWTMD=0,0',
    ]);
    const switches = () => r.modem.query(commands.switchMode(0, 'transparent'));
    await expect((async () => switches())()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await ended(r, socket);
    await dismantle(r);
  });
});

describe('bc66: payload', () => {
  it('is sent inside the command, in pieces of up to 700 bytes, and may be any byte', async () => {
    const r = await started();
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    const socket = (await connected(r)).resume();
    const data = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, at) => at)), randomBytes(1344)]);
    socket.write(data);
    await r.clock.advance(3000);
    expect(Buffer.from(sink.take()).equals(data)).toBe(true);
    expect(written(r).filter((line) => line.includes('SEND'))).toEqual([
      ...['AT+QISENDEX=0,700,(payload)', 'AT+QISENDEX=0,700,(payload)', 'AT+QISENDEX=0,200,(payload)'],
    ]);
    await ended(r, socket);
    for (const bytes of [Buffer.alloc(0), randomBytes(701)])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(commands.sendHex(0, bytes)));
    await dismantle(r);
  });

  it('may be sent as text, where it is nothing that a command could not carry', async () => {
    const host = await channelOn('bc66');
    const sink = sinkPeer();
    host.network.listen(7000, sink.accept);
    await host.run(commands.open(opening(0)));
    await host.clock.advance(500);
    await host.run(commands.sendText(0, 'hello'));
    await host.clock.advance(500);
    expect(String(Buffer.from(sink.take()))).toBe('hello');
    for (const text of ['a,b', 'a b', 'a"b', 'a\rb', 'a;b', ''])
      expect(refusal(() => commands.sendText(0, text))?.code).toBe('INVALID_ARGUMENT');
    await host.run(commands.close(0, 10_000));
    await host.finish();
  });

  it('has results behind the OK, and the next send waits for them', async () => {
    const r = await started({}, { timing: { sendMs: 500 } });
    r.network.listen(7000, sinkPeer().accept);
    const socket = (await connected(r, { mode: 'push' })).resume();
    const from = r.trace.length;
    for (const text of ['one', 'two']) {
      socket.write(text);
      await r.clock.advance(100);
    }
    await r.clock.advance(2000);
    expect(r.trace.slice(from).map((line) => line.replace(/^\d+ (\S+ \S+).*/, '$1'))).toEqual([
      ...[
        'tx AT+QISENDEX=0,3,(payload)',
        'rx OK',
        'urc SEND',
        'tx AT+QISENDEX=0,3,(payload)',
        'rx OK',
        'urc SEND',
      ],
    ]);
    await ended(r, socket);
    await dismantle(r);
  });

  it('cannot be sent without a length, with a report or to an address: no command of the dialect writes that', () => {
    lacks('sendOpenEnded', 'sendReported', 'sendTo', 'send');
  });

  it('is not counted: to wait for its acknowledgement is refused', async () => {
    const r = await started();
    r.network.listen(7000, sinkPeer().accept);
    const socket = (await connected(r, { mode: 'push' })).resume();
    await refusedQuietly(r, 'UNSUPPORTED', () => socket.acknowledged());
    lacks('querySent', 'queryReceived');
    await ended(r, socket);
    await dismantle(r);
  });

  it('is read up to 700 bytes at once, and the rest later', async () => {
    const r = await started();
    r.network.listen(7000, (peer) => peer.write(randomBytes(1000)));
    await asked(r, commands.open(opening(4)));
    await r.clock.advance(500);
    const lengths: unknown[] = [];
    for (const wanted of [300, 700, 700]) lengths.push(await asked(r, commands.read(4, wanted)));
    expect(lengths).toEqual([300, 700, 0]);
    for (const length of [0, 701])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(commands.read(4, length)));
    await asked(r, commands.close(4, 10_000));
    await dismantle(r);
  });

  it('is read without its sender: no command of the dialect asks for it', () => lacks('readDatagram'));

  it('is read at once when the module says that its buffer is full', async () => {
    const r = await started();
    r.network.listen(7000, (peer) => peer.write(randomBytes(8000)));
    const urcs = urcsOf(r);
    const socket = await connected(r);
    const received = collected(socket);
    await r.clock.runUntil(received.atLeast(8000));
    expect(received.bytes().equals(randomBytes(8000))).toBe(true);
    expect(urcs).toContainEqual({ name: 'buffer_full', connectId: 0 });
    await ended(r, socket);
    await dismantle(r);
  });
});

describe('bc66: tools', () => {
  it('ping a host, as often and as patiently as asked, but not with a size', async () => {
    const r = await started();
    const report = await r.clock.runUntil(r.modem.ping('two.example', { count: 10, timeoutS: 255 }));
    expect(report).toMatchObject({ sent: 10, received: 10, lost: 0 });
    expect(written(r)).toContain('AT+QPING=1,"two.example",255,10');
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.ping('10.1.1.1', { lengthBytes: 100 }));
    await dismantle(r);
  });

  it('tell the time of an NTP server', async () => {
    const r = await started();
    const { utc } = await r.clock.runUntil(r.modem.syncTime('ntp.example', { port: 1123, set: false }));
    // Two digits of the year.
    expect([utc?.year, written(r).at(-1)]).toEqual([2070, 'AT+QNTP=1,"ntp.example",1123,0']);
    await dismantle(r);
  });

  it('tell all addresses of a name', async () => {
    const r = await started();
    const { addresses } = await r.clock.runUntil(r.modem.resolve('two.example'));
    expect(addresses).toEqual(['10.9.0.1', '10.9.0.2']);
    const missing = r.clock.runUntil(r.modem.resolve('nowhere.example'));
    await expect(missing).rejects.toMatchObject({ code: 'NAME_NOT_RESOLVED' });
    await dismantle(r);
  });

  it('open sockets to names, which the module resolves', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    await ended(r, (await connected(r, { host: 'two.example' })).resume());
    expect(written(r)).toContain('AT+QIOPEN=1,0,"TCP","two.example",7000,0,0');
    await dismantle(r);
  });

  it('set and read the two options of the manual, and no other', async () => {
    const r = await started();
    for (const [name, values] of [
      ['dataformat', [1, 1]],
      ['dataformat', [0, 0]],
      ['viewmode', [1]],
      ['viewmode', [0]],
    ] as const) {
      await asked(r, commands.setOption(name, values));
      expect([name, await asked(r, commands.queryOption(name))]).toEqual([name, values]);
    }
    for (const name of ['recvind', 'close/mode', 'sendinfo', 'transpktsize'])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(commands.setOption(name, [1])));
    await dismantle(r);
  });

  it('have no echo of sent data: no command of the dialect writes it', async () => {
    const r = await started();
    lacks('echoSentData');
    expect(written(r).filter((line) => line.includes('QISDE'))).toEqual([]);
    await dismantle(r);
  });

  it('tell the last error by number and text', async () => {
    const r = await started();
    expect(await r.clock.runUntil(r.modem.lastError())).toEqual({ error: 0, text: expect.any(String) });
    await expect(asked(r, commands.read(3, 10))).rejects.toMatchObject({ code: 'COMMAND_REFUSED' });
    expect(await r.clock.runUntil(r.modem.lastError())).toEqual({ error: 567, text: expect.any(String) });
    await dismantle(r);
  });
});

describe('bc66: what gsm alone has', () => {
  it('is not there: the sharing of a context is refused before the port is opened', () => {
    expect(made([{ apn: 'a', sharing: 'single' }])).toEqual(['INVALID_ARGUMENT', 'sharing', false]);
  });

  it('is not there: no command of the dialect writes it', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const socket = (await connected(r)).resume();
    socket.write('hello');
    await r.clock.advance(1000);
    await ended(r, socket);
    lacks('selectContext');
    const foreign = /QIFGCNT|QIMUX|QIMODE|QISRVC|QINDI|QIHEAD|QISHOW|QIAUTOS|QISACK|QITCFG|QSCLK|QILPORT/;
    expect(written(r).filter((line) => foreign.test(line))).toEqual([]);
    await dismantle(r);
  });
});
