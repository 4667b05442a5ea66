/** What gsm can do, line by line of the table of capabilities (protocol §1, gsm). */
import type { Command, DialectCommands, OpenParameters } from '../../adapters/dialects/dialect.ts';
import { gsm } from '../../adapters/dialects/gsm.ts';
import { createModem, type GsmContextOptions, type ModemSocket, memoryPortPair } from '../../index.ts';
import { echoPeer, silentPeer, sinkPeer } from '../../simulator/index.ts';
import { refusal } from '../dialects/answers.ts';
import { dismantle, type Rig } from '../integration/rig.ts';
import { collected, ended, randomBytes } from '../integration/streams.ts';
import { asked, channelOn, online, refusedQuietly, urcsOf, written } from './capable.ts';

const HOST = { host: '127.0.0.1', port: 7000 } as const;
const { encoders } = gsm;
const SINGLE: readonly GsmContextOptions[] = [{ id: 0, apn: 'a', sharing: 'single' }];
const MULTIPLE: readonly GsmContextOptions[] = [{ id: 0, apn: 'a' }];

const started = (
  contexts: readonly GsmContextOptions[] = MULTIPLE,
  network: Parameters<typeof online>[3] = {},
  module: Parameters<typeof online>[2] = {},
): Promise<Rig> => online('gsm', { contexts }, module, network);

async function connected(r: Rig, options: Partial<Parameters<Rig['modem']['connect']>[0]> = {}) {
  return r.clock.runUntil(r.modem.connect({ ...HOST, ...options }));
}

const made = (contexts: readonly object[]) => {
  const { host: port, far } = memoryPortPair();
  const problem = refusal(() =>
    createModem({ port, dialect: 'gsm', contexts: contexts as GsmContextOptions[] }),
  );
  return [problem?.code, problem?.details.argument, far.isOpen];
};

/** The driven commands of gsm that this name is none of. */
const lacks = (
  ...names: readonly (keyof DialectCommands | 'sendHex' | 'queryOption' | 'sendOpenEnded')[]
): void => {
  const known = Object.keys(gsm.commands);
  expect(names.filter((name) => known.includes(name))).toEqual([]);
};

/** A channel with one connection without an index. */
async function single(lines: readonly Command[] = [], net: Parameters<typeof channelOn>[2] = {}) {
  const host = await channelOn('gsm', {}, net);
  const sink = sinkPeer();
  host.network.listen(7000, sink.accept);
  for (const line of lines) await host.run(line);
  const parameters = { connection: 'only', service: 'TCP', host: '192.0.2.9', remotePort: 7000 } as const;
  await host.run(encoders.open({ ...parameters, isTransparent: false }));
  return { ...host, sink };
}

describe('gsm: contexts', () => {
  it('have the ids 0 and 1, and no other', async () => {
    const r = await started([
      { id: 0, apn: 'a' },
      { id: 1, apn: 'b' },
    ]);
    expect(r.modem.status.contexts.map(({ id, addresses }) => [id, addresses.length])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    for (const id of [-1, 2]) {
      expect(made([{ id, apn: 'a' }])).toEqual(['INVALID_ARGUMENT', 'context id', false]);
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(encoders.selectContext(id)));
    }
    await dismantle(r);
  });

  it('are active both at once, and no more', async () => {
    const r = await started([
      { id: 0, apn: 'a' },
      { id: 1, apn: 'b' },
    ]);
    expect(r.module.state.contexts).toEqual([
      { id: 0, state: 'active' },
      { id: 1, state: 'active' },
    ]);
    expect(made([0, 1, 1].map((id) => ({ id, apn: 'a' })))[0]).toBe('INVALID_ARGUMENT');
    await dismantle(r);
  });

  it('are IPv4', async () => {
    const r = await started();
    expect(r.modem.status.contexts[0]?.addresses).toEqual([expect.stringMatching(/^\d+(\.\d+){3}$/)]);
    await dismantle(r);
  });

  it('are configured with access data, which never show', async () => {
    const r = await started([{ id: 0, apn: 'internet', username: 'user', password: 'word' }]);
    expect(written(r)).toContain('AT+QICSGP=1,"internet","***","***"');
    expect(r.trace.filter((line) => /"(user|word)"/.test(line))).toEqual([]);
    await dismantle(r);
  });

  it('have access data of up to 127 bytes', () => {
    const { configureContext } = encoders;
    const longest = { apn: 'a', username: 'u'.repeat(127), password: 'p'.repeat(127) };
    expect(configureContext(longest).text).toContain(`"${longest.username}","${longest.password}"`);
    for (const change of [{ username: 'u'.repeat(128) }, { password: 'p'.repeat(128) }])
      expect(refusal(() => configureContext({ ...longest, ...change }))?.code).toBe('INVALID_ARGUMENT');
  });

  it('are not kept for CDMA networks: the option is refused before the port is opened', () => {
    const contexts = [{ id: 0, apn: 'a', savesCredentialsForCdma: true }];
    expect(made(contexts)).toEqual(['INVALID_ARGUMENT', 'savesCredentialsForCdma', false]);
  });

  it('are activated by three commands, and deactivated by one that says DEACT OK', async () => {
    const r = await started();
    const from = r.trace.length;
    await r.clock.runUntil(r.modem.stop({ deactivate: true }));
    expect(r.trace.slice(from).at(-1)).toMatch(/ rx DEACT OK$/);
    const lines = written(r);
    const at = lines.indexOf('AT+QIREGAPP');
    expect(lines.slice(at, at + 3)).toEqual(['AT+QIREGAPP', 'AT+QIACT', 'AT+QILOCIP']);
    expect([encoders.activateContext().timeoutMs, encoders.deactivateContext().timeoutMs]).toEqual([
      150_000, 60_000,
    ]);
    expect(r.module.state.contexts.map(({ state }) => state)).not.toContain('active');
    await dismantle(r);
  });

  it('have no asynchronous commands', () => lacks('activateContextAsync', 'deactivateContextAsync'));

  it('have one or two DNS servers, which can be set but not asked for', async () => {
    const r = await started();
    await r.clock.runUntil(r.modem.setDnsServers('10.0.0.53', '10.0.1.53'));
    expect(written(r).at(-1)).toBe('AT+QIDNSCFG="10.0.0.53","10.0.1.53"');
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.dnsServers());
    await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.setDnsServers('dns.example'));
    await dismantle(r);
  });

  it('come to the foreground before a command about them', async () => {
    const r = await started([
      { id: 0, apn: 'a' },
      { id: 1, apn: 'b' },
    ]);
    r.network.listen(7000, echoPeer);
    for (const context of [0, 1, 0]) {
      const from = r.trace.length;
      const socket = await connected(r, { context });
      socket.resume();
      const [first] = written(r, from).filter((line) => /QIFGCNT|QIOPEN/.test(line));
      expect(first).toBe(`AT+QIFGCNT=${context}`);
      expect(r.module.state.sockets.at(-1)).toMatchObject({ contextId: context });
      await ended(r, socket);
    }
    await dismantle(r);
  });
});

describe('gsm: sharing of a context', () => {
  it('among up to six connections is the default', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const sockets: ModemSocket[] = [];
    for (let turn = 0; turn < 6; turn++) sockets.push((await connected(r, { mode: 'push' })).resume());
    expect(written(r)).toContain('AT+QIMUX=1');
    expect(r.module.state.sockets.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5]);
    await refusedQuietly(r, 'TOO_MANY_SOCKETS', () => r.modem.connect(HOST));
    for (const socket of sockets) await ended(r, socket);
    await dismantle(r);
  });

  it('by one connection is an option of the context, and its connection has no index', async () => {
    const r = await started(SINGLE);
    r.network.listen(7000, echoPeer);
    const socket = (await connected(r, { mode: 'push' })).resume();
    expect(written(r)).toEqual(expect.arrayContaining(['AT+QIMUX=0', 'AT+QIOPEN="TCP","127.0.0.1",7000']));
    await refusedQuietly(r, 'TOO_MANY_SOCKETS', () => r.modem.connect(HOST));
    await ended(r, socket);
    expect(made([{ id: 0, apn: 'a', sharing: 'transparent' }])).toEqual([
      'INVALID_ARGUMENT',
      'sharing',
      false,
    ]);
    await dismantle(r);
  });

  it('changes for a transparent connection, which has the context to itself', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const from = r.trace.length;
    const socket = (await connected(r, { mode: 'transparent' })).resume();
    expect(written(r, from)).toEqual(expect.arrayContaining(['AT+QIDEACT', 'AT+QIMUX=0', 'AT+QIMODE=1']));
    await refusedQuietly(r, 'CONTEXT_BUSY', () => r.modem.connect(HOST));
    await ended(r, socket);
    await dismantle(r);
  });

  it('is not transparent while there is another context: that is refused', async () => {
    const r = await started([
      { id: 0, apn: 'a' },
      { id: 1, apn: 'b' },
    ]);
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.connect({ ...HOST, mode: 'transparent' }));
    await dismantle(r);
  });
});

describe('gsm: connections', () => {
  it('have the indexes 0 to 5, or none, and no other', async () => {
    const r = await started();
    const parameters = { service: 'TCP', host: '192.0.2.9', remotePort: 80, isTransparent: false } as const;
    expect(encoders.open({ ...parameters, connection: 5 }).text).toContain('=5,');
    expect(encoders.open({ ...parameters, connection: 'only' }).text).toContain('="TCP"');
    for (const connection of [-1, 6])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () =>
        r.modem.query(encoders.open({ ...parameters, connection })),
      );
    await dismantle(r);
  });

  it('tell their results by their index, also while another one is being opened', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const from = r.trace.length;
    const sockets = await r.clock.runUntil(Promise.all([r.modem.connect(HOST), r.modem.connect(HOST)]));
    const notices = r.trace.slice(from).filter((line) => line.includes('CONNECT OK'));
    expect(notices.map((line) => line.replace(/^\d+ urc /, ''))).toEqual(['0, CONNECT OK', '1, CONNECT OK']);
    for (const socket of sockets) await ended(r, socket.resume());
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

  it('are UDP clients, without a local port of their own', async () => {
    const r = await started();
    const peer = r.network.bindPeer(6969, '192.0.2.9');
    peer.onMessage = (bytes, from) => peer.send(bytes, from.port);
    const udp = await r.clock.runUntil(r.modem.connectUdp({ host: '192.0.2.9', port: 6969 }));
    const answer = new Promise<Buffer>((resolve) => udp.once('message', resolve));
    udp.send(Buffer.from('hello'));
    expect(String(await r.clock.runUntil(answer))).toBe('hello');
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.connect({ ...HOST, localPort: 1234 }));
    const closed = new Promise<void>((resolve) => udp.once('close', () => resolve()));
    udp.close();
    await r.clock.runUntil(closed);
    await dismantle(r);
  });

  it('are accepted by a TCP server, echo and are closed with it', async () => {
    const r = await started();
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    server.on('connection', (socket) => socket.pipe(socket));
    const client = r.network.dial(2020);
    const received: Buffer[] = [];
    client.onData = (bytes) => received.push(Buffer.from(bytes));
    await r.clock.advance(500);
    client.write(Buffer.from('hello'));
    await r.clock.advance(3000);
    expect(String(Buffer.concat(received))).toBe('hello');
    expect(written(r).filter((line) => line.startsWith('AT+QISERVER'))).toHaveLength(1);
    await r.clock.runUntil(server.close());
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });

  it('are listened for on the port that was asked for, and nowhere else', async () => {
    const r = await started();
    const server = await r.clock.runUntil(r.modem.listen({ port: 4000 }));
    const lines = written(r);
    expect(lines.slice(lines.indexOf('AT+QILPORT="TCP",4000')).slice(0, 2)).toEqual([
      'AT+QILPORT="TCP",4000',
      'AT+QILPORT?',
    ]);
    await r.clock.runUntil(server.close());
    await dismantle(r);
  });

  it('of both roles have the same indexes: the role is chosen before a command about one', async () => {
    const r = await started(SINGLE);
    r.network.listen(7000, sinkPeer().accept);
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    const accepted = new Promise<ModemSocket>((resolve) => server.once('connection', resolve));
    const got: string[] = [];
    const client = r.network.dial(2020);
    client.onData = (bytes) => got.push(String(Buffer.from(bytes)));
    const incoming = (await r.clock.runUntil(accepted)).resume();
    const socket = (await connected(r)).resume();
    for (const [one, text] of [
      [incoming, 'to the visitor'],
      [socket, 'to the server'],
    ] as const) {
      const from = r.trace.length;
      one.write(text);
      await r.clock.runUntil(one.acknowledged());
      expect(written(r, from)).toContain(`AT+QISRVC=${one === incoming ? 2 : 1}`);
    }
    expect(got).toEqual(['to the visitor']);
    await ended(r, socket);
    await r.clock.runUntil(server.close());
    await dismantle(r);
  });

  it('are UDP services by a server of their own, which answers whoever has written', async () => {
    const r = await started();
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const peer = r.network.bindPeer(6969, '192.0.2.9');
    const first = new Promise<readonly unknown[]>((resolve) => udp.once('message', (...all) => resolve(all)));
    peer.send(Buffer.from('hello'), 3030);
    const [bytes, from] = await r.clock.runUntil(first);
    expect([String(bytes), from]).toEqual(['hello', expect.objectContaining({ address: '192.0.2.9' })]);
    expect(written(r).filter((line) => /^AT\+QISERVER=1,/.test(line))).toHaveLength(1);
    const closed = new Promise<void>((resolve) => udp.once('close', () => resolve()));
    udp.close();
    await r.clock.runUntil(closed);
    await dismantle(r);
  });

  it('are none of the unusual services: their names are refused', () => {
    const parameters = { connection: 0, host: '192.0.2.9', remotePort: 80, isTransparent: false } as const;
    for (const service of ['TCP SERVICE', 'UDP LISTENER'] as unknown as 'TCP'[])
      expect(refusal(() => encoders.open({ ...parameters, service }))?.code).toBe('INVALID_ARGUMENT');
  });

  it('wait 75 s for the result of an open', async () => {
    const r = await started(MULTIPLE, {}, { timing: { connectTimeoutMs: 10_000_000 } });
    r.network.listen(7000, echoPeer);
    r.module.inject({ kind: 'blackHole', forMs: 100_000 });
    const startMs = r.clock.now();
    await expect(connected(r)).rejects.toMatchObject({ code: 'OPEN_TIMED_OUT' });
    expect(Math.round((r.clock.now() - startMs) / 1000)).toBe(75);
    await r.clock.advance(100_000);
    await dismantle(r);
  });

  it('of a server are limited to as many as it is told, up to five; none is tried again', async () => {
    const r = await started();
    expect([1, 5].map((clients) => encoders.listen('TCP', clients).text)).toEqual([
      'AT+QISERVER=0,1',
      'AT+QISERVER=0,5',
    ]);
    for (const clients of [0, 6])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(encoders.listen('TCP', clients)));
    await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.connect({ ...HOST, retryS: 10 }));
    await dismantle(r);
  });

  it('are closed with CLOSE OK, and their index is free again', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    for (let turn = 0; turn < 2; turn++) {
      const from = r.trace.length;
      const socket = (await connected(r)).resume();
      await ended(r, socket);
      expect([written(r, from).at(-1), r.trace.at(-1)?.replace(/^\d+ /, '')]).toEqual([
        'AT+QICLOSE=0',
        'rx CLOSE OK',
      ]);
    }
    await dismantle(r);
  });

  it('tell their state, that of the stack and that of the server', async () => {
    const r = await started(SINGLE);
    r.network.listen(7000, echoPeer);
    const socket = (await connected(r)).resume();
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    const state = async (id: number | undefined) =>
      (await asked(r, gsm.commands.querySocket(id ?? -1)))[0]?.state;
    expect([await state(socket.connectId), await state(server.connectId)]).toEqual([
      'connected',
      'listening',
    ]);
    expect(written(r)).toEqual(expect.arrayContaining(['AT+QISTAT', 'AT+QISSTAT']));
    await ended(r, socket);
    await r.clock.runUntil(server.close());
    await dismantle(r);
    const several = await started();
    several.network.listen(7000, echoPeer);
    const one = (await connected(several)).resume();
    expect(await asked(several, gsm.commands.querySocket(0))).toMatchObject([
      { serviceType: 'TCP', state: 'connected' },
    ]);
    expect(written(several)).toContain('AT+QISTATE');
    await ended(several, one);
    await dismantle(several);
  });
});

describe('gsm: payload', () => {
  it.each([
    ['buffer', 1, true],
    ['push', 0, false],
  ] as const)('has the access mode %s, which is said before the open', async (mode, number, reads) => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const socket = await connected(r, { mode });
    const received = collected(socket);
    const data = randomBytes(5000);
    socket.write(data);
    await r.clock.runUntil(received.atLeast(data.length));
    expect(received.bytes().equals(data)).toBe(true);
    expect(written(r)).toContain(`AT+QINDI=${number}`);
    expect(r.trace.some((line) => / rx \+QIRD: /.test(line))).toBe(reads);
    await ended(r, socket);
    await dismantle(r);
  });

  it('has the access mode transparent', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const socket = await connected(r, { mode: 'transparent' });
    const received = collected(socket);
    const data = randomBytes(5000);
    socket.write(data);
    await r.clock.runUntil(received.atLeast(data.length));
    expect(received.bytes().equals(data)).toBe(true);
    expect(r.module.state).toMatchObject({ dataMode: 0, sockets: [{ accessMode: 2 }] });
    await ended(r, socket);
    await dismantle(r);
  });

  it('cannot change its access mode: that is refused', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const socket = (await connected(r)).resume();
    await r.clock.advance(20_000);
    for (const mode of ['push', 'transparent'] as const)
      await expect(r.clock.runUntil(socket.switchMode(mode))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(written(r).filter((line) => line.includes('QISWTMD'))).toEqual([]);
    lacks('switchMode');
    await ended(r, socket);
    await dismantle(r);
  });

  it('is packed in data mode as AT+QITCFG says', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const socket = (await connected(r, { mode: 'transparent' })).resume();
    expect(written(r)).toContain('AT+QITCFG=3,2,1024,1');
    await ended(r, socket);
    const packing = { retries: 3, waitMs: 200, packetBytes: 512, escapes: true };
    expect(encoders.configureTransparent(packing).text).toBe('AT+QITCFG=3,2,512,1');
    for (const change of [{ packetBytes: 0 }, { packetBytes: 1461 }, { waitMs: 150 }, { retries: -1 }]) {
      const wrong = { ...packing, ...change };
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(encoders.configureTransparent(wrong)));
    }
    await dismantle(r);
  });

  it('leaves data mode by three plus signs with half a second around them, and comes back by ATO', async () => {
    const r = await started(MULTIPLE, { lines: false });
    r.network.listen(7000, echoPeer);
    const socket = (await connected(r, { mode: 'transparent' })).resume();
    socket.write('hello');
    const writtenAtMs = r.clock.now();
    const before = r.trace.length;
    const { result } = await r.clock.runUntil(r.modem.execute('AT+CSQ', { urgent: true }));
    await r.clock.advance(2000);
    const lines = r.trace.slice(before);
    const [plus, command, resume] = ['+++', 'AT+CSQ', 'ATO'].map((text) =>
      Number.parseInt(lines.find((line) => line.endsWith(` ${text}`)) ?? '', 10),
    );
    expect([result, Number(plus) - writtenAtMs >= 500, Number(command) - Number(plus) >= 500]).toEqual([
      'OK',
      true,
      true,
    ]);
    expect([Number(resume) > Number(command), r.module.state.dataMode]).toEqual([true, 0]);
    await ended(r, socket);
    await dismantle(r);
  });

  it('leaves data mode by DTR, where the port has it', async () => {
    const r = await online('gsm', { contexts: MULTIPLE, recovery: { escapeTries: 1 } });
    r.network.listen(7000, echoPeer);
    const socket = (await connected(r, { mode: 'transparent' })).resume();
    expect(written(r)).toContain('AT&D1');
    r.module.inject({ kind: 'missEscape', times: 1 });
    expect((await r.clock.runUntil(r.modem.execute('AT+CSQ', { urgent: true }))).result).toBe('OK');
    expect(r.trace.some((line) => line.endsWith('(DTR dropped)'))).toBe(true);
    await ended(r, socket);
    await dismantle(r);
  });

  it('is sent in pieces of up to 1460 bytes with their length in front, and may be any byte', async () => {
    const r = await started();
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    const socket = (await connected(r)).resume();
    const data = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, at) => at)), randomBytes(2744)]);
    socket.write(data);
    await r.clock.runUntil(socket.acknowledged());
    expect(Buffer.from(sink.take()).equals(data)).toBe(true);
    expect(written(r).filter((line) => line.startsWith('AT+QISEND'))).toEqual([
      ...['AT+QISEND=0,1460', 'AT+QISEND=0,1460', 'AT+QISEND=0,80'],
    ]);
    await ended(r, socket);
    for (const length of [0, 1461])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(encoders.send(0, length)));
    await dismantle(r);
  });

  it('may be sent without a length, up to Ctrl-Z', async () => {
    const host = await single();
    await host.run(encoders.sendOpenEnded('only'), { payload: [Buffer.from('hello\x1a')] });
    await host.clock.advance(500);
    expect(String(Buffer.from(host.sink.take()))).toBe('hello');
    await host.finish();
  });

  it('may be sent without a length, by a timer', async () => {
    const host = await single([encoders.setTimedSending(10)]);
    const startMs = host.clock.now();
    await host.run(encoders.sendOpenEnded('only'), { payload: [Buffer.from('hello')] });
    expect(host.clock.now() - startMs).toBeGreaterThanOrEqual(10_000);
    await host.clock.advance(500);
    expect(String(Buffer.from(host.sink.take()))).toBe('hello');
    expect(encoders.setTimedSending(undefined).text).toBe('AT+QIAUTOS=0');
    expect(refusal(() => encoders.setTimedSending(0))?.code).toBe('INVALID_ARGUMENT');
    await host.finish();
  });

  it('has no report, no hexadecimal form, and no address of its own when it is sent', () => {
    lacks('sendReported', 'sendHex', 'sendInline', 'sendTo');
  });

  it('is counted by the module: sent, acknowledged by the peer, and on its way', async () => {
    const r = await started(MULTIPLE, { windowBytes: 1000 });
    r.network.listen(7000, silentPeer);
    const socket = (await connected(r)).resume();
    socket.write(randomBytes(1400));
    await r.clock.advance(3000);
    expect(await asked(r, gsm.commands.querySent(0))).toEqual({
      ...{ sentBytes: 1400, acknowledgedBytes: 1000, unacknowledgedBytes: 400 },
    });
    expect(written(r)).toContain('AT+QISACK=0');
    socket.on('error', () => undefined).destroy();
    await r.clock.advance(20_000);
    await dismantle(r);
  });

  it('is announced by context, role and index, and read up to 1500 bytes at once, with its sender', async () => {
    const host = await single([encoders.setBuffering(true)]);
    const urcs: unknown[] = [];
    host.channel.urcs$.subscribe((urc) => urcs.push(urc));
    host.sink.peers[0]?.write(randomBytes(2000));
    await host.clock.advance(500);
    expect(urcs).toEqual([{ name: 'qirdi', contextId: 0, role: 1, connectId: 0 }]);
    const buffer = { contextId: 0, role: 'client', connectId: 0 } as const;
    const from = { address: '192.0.2.9', port: 7000, protocol: 'TCP' };
    expect(await host.run(encoders.read(buffer, 1500))).toEqual({ lengthBytes: 1500, ...from });
    expect(await host.run(encoders.read(buffer, 1500))).toEqual({ lengthBytes: 500, ...from });
    expect(await host.run(encoders.read(buffer, 1500))).toMatchObject({ lengthBytes: 0 });
    for (const length of [0, 1501])
      expect(refusal(() => encoders.read(buffer, length))?.code).toBe('INVALID_ARGUMENT');
    await host.finish();
  });

  it('has counters of what was sent only: what was read is not counted', () =>
    lacks('queryReceived', 'readDatagram'));

  it.each([
    ['length', [encoders.showLength(true)], { lengthBytes: 5 }],
    [
      'protocol',
      [encoders.showLength(true), encoders.showProtocol(true)],
      { lengthBytes: 5, protocol: 'TCP' },
    ],
    [
      'address of the peer',
      [encoders.showLength(true), encoders.showRemoteAddress(true)],
      { address: '192.0.2.9', port: 7000 },
    ],
    [
      'local address',
      [encoders.showLength(true), encoders.showLocalAddress(true)],
      { localAddress: '10.7.157.100' },
    ],
  ] as const)('may have the %s in front of it', async (_, lines, fields) => {
    const host = await single(lines);
    const urcs: unknown[] = [];
    host.channel.urcs$.subscribe((urc) => urcs.push(urc));
    host.sink.peers[0]?.write(Buffer.from('hello'));
    await host.clock.advance(500);
    expect(urcs).toMatchObject([{ name: 'ipd', ...fields }]);
    await host.finish();
  });

  it('always has a length in front of it where the host drives', async () => {
    for (const [contexts, line] of [
      [SINGLE, 'AT+QIHEAD=1'],
      [MULTIPLE, 'AT+QIMUX=1'],
    ] as const) {
      const r = await started(contexts);
      expect(written(r)).toEqual(
        expect.arrayContaining([line, 'AT+QISHOWRA=0', 'AT+QISHOWLA=0', 'AT+QISHOWPT=0']),
      );
      await dismantle(r);
    }
  });
});

describe('gsm: tools', () => {
  it('do not ping, and tell no time: that is refused', async () => {
    const r = await started();
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.ping('10.1.1.1'));
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.ping('10.1.1.1', { lengthBytes: 100 }));
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.syncTime('ntp.example'));
    await dismantle(r);
  });

  it('tell all addresses of a name', async () => {
    const r = await started(MULTIPLE, { names: { 'two.example': ['10.9.0.1', '10.9.0.2'] } });
    const { addresses } = await r.clock.runUntil(r.modem.resolve('two.example'));
    expect([addresses, written(r).at(-1)]).toEqual([['10.9.0.1', '10.9.0.2'], 'AT+QIDNSGIP="two.example"']);
    await dismantle(r);
  });

  it('open connections to names, after saying so', async () => {
    const r = await started(MULTIPLE, { names: { 'two.example': '10.9.0.1' } });
    r.network.listen(7000, echoPeer);
    const socket = (await connected(r, { host: 'two.example' })).resume();
    expect(written(r)).toEqual(
      expect.arrayContaining(['AT+QIDNSIP=1', 'AT+QIOPEN=0,"TCP","two.example",7000']),
    );
    await ended(r, socket);
    await dismantle(r);
  });

  it('have no options of AT+QICFG, and no echo of sent data: no command of the dialect writes them', async () => {
    const r = await started();
    lacks('queryOption');
    const { host: port } = memoryPortPair();
    const wrong = refusal(() =>
      createModem({ port, dialect: 'gsm', module: { closeNotice: true } as never }),
    );
    expect(wrong?.code).toBe('INVALID_ARGUMENT');
    expect(written(r).filter((line) => /QICFG|QISDE/.test(line))).toEqual([]);
    await dismantle(r);
  });

  it('give errors no numbers: the question is refused', async () => {
    const r = await started();
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.lastError());
    await dismantle(r);
  });

  it('let the module sleep by a command of its own, which the host leaves to its user', async () => {
    const r = await started();
    await asked(r, encoders.setSleep(true));
    await asked(r, encoders.setSleep(false));
    expect(written(r).slice(-2)).toEqual(['AT+QSCLK=1', 'AT+QSCLK=0']);
    await dismantle(r);
  });
});

describe('gsm: what bc66 alone has', () => {
  it('is not there: contexts are activated, results of sends and closes are final, states have other fields', async () => {
    const r = await started();
    r.network.listen(7000, echoPeer);
    const socket = (await connected(r)).resume();
    socket.write('hello');
    await r.clock.advance(2000);
    const parameters: OpenParameters = {
      ...{ contextId: 0, connectId: 1, service: 'TCP', host: '2001:db8::9', remotePort: 80, localPort: 0 },
      mode: 'buffer',
    };
    expect(gsm.commands.open(parameters).text).toBe('AT+QIOPEN=1,"TCP","2001:db8::9",80');
    await ended(r, socket);
    const lines = r.trace.map((line) => line.replace(/^\d+ /, ''));
    expect(lines).toEqual(expect.arrayContaining(['tx AT+QIACT', 'rx SEND OK', 'rx CLOSE OK']));
    expect(lines.filter((line) => /^urc (SEND|CLOSE) OK|buff full|CGATT=1/.test(line))).toEqual([]);
    expect([gsm.isAttachedByNetwork, urcsOf(r)]).toEqual([false, []]);
    lacks('sendInline');
    await dismantle(r);
  });
});
