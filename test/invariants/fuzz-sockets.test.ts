/** Invariants 14 and 4 of what the application holds in its hands: sockets and datagrams; and how much of anything may wait. */
import fc from 'fast-check';
import { isModemError, type ModemDatagram, type ModemSocket } from '../../index.ts';
import { echoPeer } from '../../simulator/index.ts';
import { dismantle, rig } from '../integration/rig.ts';
import { contextsOf, DIALECTS } from './canaries.ts';
import { expectOurs, hostileValue, refusedOrDone } from './hostile-values.ts';

/** Node's own streams refuse what is no chunk, as those of `net.Socket` do: by an error of Node's, not of ours. */
function expectNotWritten(socket: ModemSocket, chunk: unknown): void {
  const { bytesWritten } = socket;
  try {
    socket.write(chunk as string);
  } catch {
    expect(socket.bytesWritten).toBe(bytesWritten);
  }
}

/** A callback may do anything, and that is the application's. */
const noFunction = hostileValue.map((make) => () => {
  const value = make();
  return typeof value === 'function' ? null : value;
});

describe.each(DIALECTS)('sockets, on %s', (dialect) => {
  it('take what is right and say what is wrong', async () => {
    const r = rig({ contexts: contextsOf(dialect) }, { dialect });
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    const target = { host: '127.0.0.1', port: 7000 };
    const socket: ModemSocket = await r.clock.runUntil(r.modem.connect(target));
    const udp: ModemDatagram = await r.clock.runUntil(r.modem.connectUdp(target));
    socket.on('error', () => undefined).resume();
    udp.on('error', expectOurs);
    const property = fc.asyncProperty(hostileValue, noFunction, noFunction, async (a, b, c) => {
      await r.clock.runUntil(refusedOrDone(() => socket.switchMode(a() as 'buffer')));
      await refusedOrDone(() => void socket.setTimeout(a() as number));
      await refusedOrDone(() => udp.send(a() as string, b() as number, c() as string));
      await refusedOrDone(() => udp.send('x', b() as number, c() as string));
      const chunk = a();
      // A list of bytes is none to Node; a text is, however long: not again and again.
      if (typeof chunk !== 'string') expectNotWritten(socket, chunk);
    });
    await fc.assert(property, { numRuns: 150 });
    socket.setTimeout(0);
    await r.clock.advance(60_000);
    await dismantle(r);
    expect(r.module.state.unknownCommands).toEqual([]);
  });
});

describe('what waits while the modem is offline has a limit', () => {
  const refusals = async (work: () => Promise<unknown>, times: number): Promise<readonly string[]> => {
    const codes: string[] = [];
    for (let made = 0; made < times; made++)
      work().catch((error: unknown) => codes.push(isModemError(error) ? error.code : String(error)));
    await new Promise(setImmediate);
    return codes;
  };
  const rows: readonly [name: string, work: (modem: ReturnType<typeof rig>['modem']) => Promise<unknown>][] =
    [
      ['connect', (modem) => modem.connect({ host: '127.0.0.1', port: 7000 })],
      ['connectUdp', (modem) => modem.connectUdp({ host: '127.0.0.1', port: 7000 })],
      ['listen', (modem) => modem.listen({ port: 7000 })],
      ['bindUdp', (modem) => modem.bindUdp({ port: 7000 })],
      ['execute', (modem) => modem.execute('AT+CSQ')],
      ['query', (modem) => modem.query(modem.dialect.commands.querySignal())],
      ['ping', (modem) => modem.ping('127.0.0.1')],
      ['resolve', (modem) => modem.resolve('localhost')],
      ['setDnsServers', (modem) => modem.setDnsServers('10.1.1.1')],
    ];

  it.each(rows)('of %s calls: QUEUE_FULL', async (_, work) => {
    const r = rig({ queueLimit: 10 });
    await r.clock.runUntil(r.modem.start());
    r.module.inject({ kind: 'portLost', forMs: 3_600_000 });
    await r.clock.advance(1_000);
    const codes = await refusals(() => work(r.modem), 40);
    expect(codes.length).toBeGreaterThanOrEqual(28);
    expect(new Set(codes)).toEqual(new Set(['QUEUE_FULL']));
    await dismantle(r);
  });

  it('of switches of the access mode: QUEUE_FULL', async () => {
    const r = rig();
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    r.module.inject({ kind: 'hang', forMs: 5_000 });
    let made = 0;
    const codes = await refusals(() => socket.switchMode(made++ % 2 === 0 ? 'push' : 'buffer'), 100);
    expect(codes).toEqual(Array(36).fill('QUEUE_FULL'));
    await dismantle(r);
  });
});

describe('commands that would make the port unreadable', () => {
  it.each([
    'ATQ1',
    'ATE0Q1',
    'AT E0 Q 1',
    'ATV0',
    'ATV',
    'ATE0V0',
    'AT&FV0',
    'ATS3=10',
    'ATS03=10',
    'ATE0S4=1',
    'AT+CSQ;Q1',
    'AT+IPR=9600',
    'at+ipr = 9600',
    'AT+CSQ;+IPR=9600',
    `AT${'S1'.repeat(200)}Q1`,
  ])('%s is refused', async (text) => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    await expect(r.modem.execute(text)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { argument: 'command' },
    });
    await dismantle(r);
  });

  it.each(['AT+IPR?', 'AT+IPR=?', 'ATV1', 'ATE0V1', 'AT+QCFG="Q1;V0"', 'ATQ0', 'ATS7=3'])(
    '%s is not',
    async (text) => {
      const r = rig();
      await r.clock.runUntil(r.modem.start());
      await expect(r.clock.runUntil(r.modem.execute(text))).resolves.toMatchObject({
        result: expect.any(String),
      });
      await r.clock.runUntil(r.modem.stop());
      r.module.dispose();
    },
  );
});
