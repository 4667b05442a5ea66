/** Connection maintenance (gsm chapter 6, protocol.md §7.6), on a virtual module: idle links and black-holed ones. */
import type { ConnectOptions, Modem, ModemError, ModemOptions, ModemSocket } from '../../index.ts';
import { type MemoryPeer, type SinkPeer, sinkPeer } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from './rig.ts';

const DIALECTS = ['lte', 'ugxx', 'rg', 'gsm'] as const;
type Name = (typeof DIALECTS)[number];

const MINUTE = 60_000;
/** The documented time until an idle link is found dead: 8 min, 5 s, and 11 more reads 10 s apart. */
const PROBED_MS = 480_000 + 5_000 + 11 * 10_000;
/** The documented time until unacknowledged bytes make a link dead: 24 reads, at most 5 s apart. The first ones follow each other
 * faster while somebody waits, and on gsm. */
const OUTSTANDING_MS = 24 * 5_000;
const EAGER_MS = 19 * 5_000;
/** What the commands themselves take. */
const COMMANDS_MS = 2_000;
const AIR_IS_GONE = { kind: 'blackHole', forMs: 24 * 60 * MINUTE } as const;

interface Setup {
  readonly recovery?: ModemOptions['recovery'];
  readonly connect?: Partial<ConnectOptions>;
  readonly latencyMs?: number;
}

interface Stand {
  readonly r: Rig;
  readonly sink: SinkPeer;
  readonly socket: ModemSocket;
  readonly probes: string[];
}

async function stand(
  dialect: Name,
  { recovery = {}, connect = {}, latencyMs = 20 }: Setup = {},
): Promise<Stand> {
  const timing = { connectTimeoutMs: 150_000 };
  const r = rig({ dialect, recovery }, { dialect, timing }, { latencyMs });
  const sink = sinkPeer();
  r.network.listen(7000, sink.accept);
  await r.clock.runUntil(r.modem.start());
  const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000, ...connect }));
  const probes: string[] = [];
  socket.on('probe', (length, end) => probes.push(`${length} to ${end}`));
  socket.resume();
  return { r, sink, socket, probes };
}

const ended = (socket: ModemSocket): Promise<ModemError> =>
  new Promise((resolve) => socket.once('error', (error: ModemError) => resolve(error)));

const readsOf = ({ trace }: Rig): number =>
  trace.filter((line) => / tx AT\+QI(SEND=\d+,0|SACK)/.test(line)).length;

const sent = (sink: SinkPeer): string => Buffer.from(sink.take()).toString();

async function connectAgain(modem: Modem, r: Rig): Promise<void> {
  r.network.unlisten(7000);
  const sink = sinkPeer();
  r.network.listen(7001, sink.accept);
  const again = await r.clock.runUntil(modem.connect({ host: '127.0.0.1', port: 7001 }));
  again.resume();
  again.write('reading 2');
  await r.clock.runUntil(again.acknowledged());
  expect(sent(sink)).toBe('reading 2');
  again.destroy();
}

describe.each(DIALECTS)('%s: a black-holed link', (dialect) => {
  it('with data outstanding is found dead within the documented time', async () => {
    const { r, socket } = await stand(dialect);
    socket.write('reading 1');
    await r.clock.runUntil(socket.acknowledged());
    r.module.inject(AIR_IS_GONE);
    socket.write('reading 2');
    const beganMs = r.clock.now();
    const error = await r.clock.runUntil(ended(socket));
    expect(error).toMatchObject({
      code: 'NOT_ACKNOWLEDGED',
      errno: 'ETIMEDOUT',
      details: { bytesWritten: 18, bytesAcknowledged: 9 },
    });
    expect(r.clock.now() - beganMs).toBeGreaterThan(EAGER_MS);
    expect(r.clock.now() - beganMs).toBeLessThan(OUTSTANDING_MS + COMMANDS_MS);
    await dismantle(r);
  });

  it('that is idle is found dead by its probe at the documented time, not sooner', async () => {
    const { r, sink, socket, probes } = await stand(dialect, { connect: { probe: '\0' } });
    socket.write('reading 1');
    await r.clock.runUntil(socket.acknowledged());
    r.module.inject(AIR_IS_GONE);
    const beganMs = r.clock.now();
    const error = await r.clock.runUntil(ended(socket));
    const tookMs = r.clock.now() - beganMs;
    expect(error).toMatchObject({
      code: 'NOT_ACKNOWLEDGED',
      message: expect.stringContaining('a probe was not acknowledged in 115 s, after 480 s without traffic'),
      details: { bytesWritten: 10, bytesAcknowledged: 9 },
    });
    expect(tookMs).toBeGreaterThan(PROBED_MS - 1_000); // the last byte moved before its acknowledgement
    expect(tookMs).toBeLessThan(PROBED_MS + COMMANDS_MS);
    expect([probes, sent(sink)]).toEqual([['1 to 10'], 'reading 1']);
    await dismantle(r);
  });

  it('frees its id, and the next connection works when the air is back', async () => {
    const { r, socket } = await stand(dialect, { connect: { probe: 'p' } });
    r.module.inject({ kind: 'blackHole', forMs: PROBED_MS + MINUTE });
    await r.clock.runUntil(ended(socket));
    await r.clock.advance(2 * MINUTE);
    expect(r.modem.status.connectIds).toEqual([]);
    await connectAgain(r.modem, r);
    expect(r.steps.at(-1)).toBe('online');
    await dismantle(r);
  });

  it('that the module accepted is found dead by the probe of its listener', async () => {
    const r = rig({ dialect }, { dialect });
    await r.clock.runUntil(r.modem.start());
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020, probe: 'p', linkIdleMs: 2 * MINUTE }));
    const accepted = new Promise<ModemSocket>((resolve) => server.once('connection', resolve));
    const peer: MemoryPeer = r.network.dial(2020);
    const socket = await r.clock.runUntil(accepted);
    peer.write(Buffer.from('hello'));
    socket.resume();
    await r.clock.advance(MINUTE);
    expect(socket.bytesRead).toBe(5);
    r.module.inject({ kind: 'blackHole', forMs: 10 * MINUTE });
    const error = await r.clock.runUntil(ended(socket));
    expect(error.message).toContain('after 120 s without traffic');
    await r.clock.advance(15 * MINUTE);
    await r.clock.runUntil(server.close());
    await dismantle(r);
  });
});

describe.each(DIALECTS)('%s: a living link', (dialect) => {
  it.each([40_000, 60_000, 80_000])(
    'whose acknowledgements come after %i ms is not declared dead',
    async (lateMs) => {
      const { r, sink, socket } = await stand(dialect);
      for (let reading = 0; reading < 5; reading++) {
        r.module.inject({ kind: 'blackHole', forMs: lateMs });
        socket.write(`reading ${reading}\n`);
        await r.clock.advance(lateMs + MINUTE);
        expect(socket.bytesAcknowledged).toBe(10 * (reading + 1));
      }
      await r.clock.advance(30 * MINUTE);
      expect([socket.destroyed, sent(sink).length]).toEqual([false, 50]);
      await dismantle(r);
    },
  );

  it('over a network that takes 35 s each way is not declared dead, busy or idle', async () => {
    const { r, sink, socket, probes } = await stand(dialect, {
      latencyMs: 35_000,
      recovery: { openTimeoutMs: 150_000 },
      connect: { probe: 'p' },
    });
    for (let reading = 0; reading < 10; reading++) {
      socket.write('r');
      await r.clock.advance(20_000);
    }
    await r.clock.advance(40 * MINUTE);
    expect([socket.destroyed, sent(sink)]).toEqual([false, `${'r'.repeat(10)}${'p'.repeat(probes.length)}`]);
    expect(probes.length).toBeGreaterThanOrEqual(4);
    socket.destroy();
    await r.clock.advance(3 * MINUTE); // what the network still carries
    await dismantle(r);
  });

  it('whose peer reads slowly is not declared dead', async () => {
    const { r, sink, socket } = await stand(dialect, { connect: { probe: 'p' } });
    const peer = sink.peers[0];
    socket.write(Buffer.alloc(200_000));
    for (let turn = 0; turn < 30; turn++) {
      peer?.pause();
      await r.clock.advance(MINUTE);
      peer?.resume();
      await r.clock.advance(1_000);
    }
    expect([socket.destroyed, sink.lengthBytes >= 200_000]).toEqual([false, true]);
    await dismantle(r);
  });

  it('whose probes are acknowledged after 60 s only is not declared dead', async () => {
    const { r, sink, socket, probes } = await stand(dialect, { connect: { probe: 'p' } });
    socket.on('probe', () => r.module.inject({ kind: 'blackHole', forMs: 60_000 }));
    await r.clock.advance(60 * MINUTE);
    expect(probes).toEqual(['1 to 1', '1 to 2', '1 to 3', '1 to 4', '1 to 5', '1 to 6']);
    expect([socket.destroyed, socket.bytesAcknowledged, sent(sink)]).toEqual([false, 6, 'pppppp']);
    await dismantle(r);
  });

  it('is not probed while bytes of the peer come', async () => {
    const { r, sink, probes } = await stand(dialect, { connect: { probe: 'p' } });
    for (let turn = 0; turn < 12; turn++) {
      sink.peers[0]?.write(Buffer.from('x'));
      await r.clock.advance(5 * MINUTE);
    }
    expect(probes).toEqual([]);
    await dismantle(r);
  });
});

describe.each(DIALECTS)('%s: without a probe', (dialect) => {
  it('nothing is sent, and an idle link is looked at every 8 minutes', async () => {
    const { r, sink, socket } = await stand(dialect);
    socket.write('reading 1');
    await r.clock.runUntil(socket.acknowledged());
    await r.clock.advance(6_000);
    const before = readsOf(r);
    await r.clock.advance(41 * MINUTE);
    expect(readsOf(r) - before).toBe(5);
    expect([sent(sink), socket.bytesWritten, socket.destroyed]).toEqual(['reading 1', 9, false]);
    await dismantle(r);
  });

  it('and with linkIdleMs 0, of the modem or of the connection, it is not looked at', async () => {
    for (const setup of [{ recovery: { linkIdleMs: 0 } }, { connect: { linkIdleMs: 0, probe: 'p' } }]) {
      const { r, sink } = await stand(dialect, setup);
      await r.clock.advance(60 * MINUTE);
      expect([readsOf(r), sent(sink)]).toEqual([0, '']);
      await dismantle(r);
    }
  });
});

describe('probes as bytes of the stream', () => {
  it('count as written, and acknowledged() waits for what was written behind one', async () => {
    const { r, sink, socket, probes } = await stand('lte', { connect: { probe: Buffer.from('ping') } });
    socket.write('reading 1');
    await r.clock.runUntil(new Promise((resolve) => socket.once('probe', resolve)));
    expect(socket.bytesWritten).toBe(13);
    await socket.acknowledged(); // of reading 1: the probe is nobody's
    expect(socket.bytesAcknowledged).toBe(9);
    socket.write('reading 2');
    expect(socket.bytesWritten).toBe(22);
    await r.clock.runUntil(socket.acknowledged());
    expect([socket.bytesAcknowledged, socket.bytesWritten, probes]).toEqual([22, 22, ['4 to 13']]);
    expect(sent(sink)).toBe('reading 1pingreading 2');
    await dismantle(r);
  });

  it('are not put behind an end()', async () => {
    const { r, sink, socket, probes } = await stand('lte', {
      connect: { probe: 'p', linkIdleMs: 1_000, lingerMs: 5_000 },
    });
    socket.end('bye');
    await r.clock.runUntil(new Promise((resolve) => socket.once('close', resolve)));
    expect([probes, sent(sink)]).toEqual([[], 'bye']);
    await dismantle(r);
  });

  it('are no loss when the peer closes before the module has taken one', async () => {
    const { r, sink, socket, probes } = await stand('lte', { connect: { probe: 'p' }, latencyMs: 1 });
    const errors: Error[] = [];
    socket.on('error', (error) => errors.push(error));
    socket.on('probe', () => sink.peers[0]?.end());
    await r.clock.runUntil(new Promise((resolve) => socket.once('close', resolve)));
    expect([probes, socket.bytesAccepted, errors]).toEqual([['1 to 1'], 0, []]);
    await dismantle(r);
  });
});

describe('a link in transparent mode', () => {
  const transparent = { mode: 'transparent' } as const;

  it('is looked at when the port takes commands, by no escape of its own, and lives', async () => {
    const escapes: number[] = [];
    const reads: number[] = [];
    for (const linkIdleMs of [8 * MINUTE, 0]) {
      const { r, sink, socket } = await stand('lte', { connect: { ...transparent, linkIdleMs } });
      socket.write('reading 1');
      await r.clock.advance(60 * MINUTE);
      expect([socket.destroyed, sent(sink), socket.bytesAcknowledged]).toEqual([false, 'reading 1', 9]);
      escapes.push(r.trace.filter((line) => line.endsWith('note +++')).length);
      reads.push(readsOf(r));
      await dismantle(r);
    }
    expect(escapes).toEqual([11, 11]); // every `dataCheckMs`
    expect((reads[0] ?? 0) - (reads[1] ?? 0)).toBe(5);
  });

  it('is probed, and lives', async () => {
    const { r, sink, socket, probes } = await stand('lte', { connect: { ...transparent, probe: 'p' } });
    await r.clock.advance(60 * MINUTE);
    expect([socket.destroyed, sent(sink)]).toEqual([false, 'p'.repeat(probes.length)]);
    expect(probes.length).toBeGreaterThanOrEqual(4);
    await dismantle(r);
  });

  it('that is black-holed is found dead by its probe', async () => {
    const { r, socket } = await stand('lte', { connect: { ...transparent, probe: 'p' } });
    r.module.inject(AIR_IS_GONE);
    const beganMs = r.clock.now();
    const error = await r.clock.runUntil(ended(socket));
    expect(error).toMatchObject({ code: 'NOT_ACKNOWLEDGED', details: { bytesAcknowledged: 0 } });
    expect(r.clock.now() - beganMs).toBeLessThan(PROBED_MS + 6 * MINUTE);
    await dismantle(r);
  });

  it('that is black-holed with bytes outstanding is found dead without a probe', async () => {
    const { r, socket } = await stand('lte', { connect: transparent });
    r.module.inject(AIR_IS_GONE);
    socket.write('reading 1');
    const beganMs = r.clock.now();
    const error = await r.clock.runUntil(ended(socket));
    expect(error.message).toContain('9 bytes are not acknowledged, after 480 s without traffic');
    expect(r.clock.now() - beganMs).toBeLessThan(8 * MINUTE + 6 * MINUTE);
    await dismantle(r);
  });
});

describe('the options of the watch', () => {
  it.each([
    ['an empty probe', { probe: '' }, 'probe'],
    ['an empty probe of bytes', { probe: new Uint8Array() }, 'probe'],
    ['a probe longer than a send', { probe: 'p'.repeat(1461) }, 'probe'],
    ['a probe that is no text and no bytes', { probe: 7 as never }, 'probe'],
    ['a negative idle time', { linkIdleMs: -1 }, 'linkIdleMs'],
    ['an idle time that no timer takes', { linkIdleMs: 2 ** 31 }, 'linkIdleMs'],
  ])('refuse %s before anything is opened', async (_, options, argument) => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const refusal = { code: 'INVALID_ARGUMENT', details: { argument } };
    await expect(r.modem.connect({ host: '127.0.0.1', port: 7000, ...options })).rejects.toMatchObject(
      refusal,
    );
    await expect(r.modem.listen({ port: 2020, ...options })).rejects.toMatchObject(refusal);
    expect(r.trace.filter((line) => line.includes('QIOPEN'))).toEqual([]);
    await dismantle(r);
  });

  it.each([{ probe: 'p' }, { linkIdleMs: MINUTE }])(
    'refuse %j where the module tells no counters',
    async (options) => {
      const r = rig({ dialect: 'bc66' });
      const connect = { host: '127.0.0.1', port: 7000 };
      expect(() => r.modem.checkConnect({ ...connect, ...options })).toThrow(
        expect.objectContaining({ code: 'UNSUPPORTED' }),
      );
      expect(() => r.modem.checkConnect({ ...connect, linkIdleMs: 0 })).not.toThrow();
      await dismantle(r);
    },
  );
});
