/** Ping, time, names, options and errors, line by line of the manuals' tables (protocol §1). */
import { echoPeer } from '../../simulator/index.ts';
import { dismantle } from '../integration/rig.ts';
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

const NETWORK = { names: { 'two.example': ['10.9.0.1', '10.9.0.2'], 'ntp.example': '10.9.0.3' } };

/** Options of AT+QICFG, with both ends of the range of each of their values (lte §2.1.15, rg §2.3.1). */
const SHARED: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  transpktsize: [[1, 1460]],
  transwaittm: [[0, 20]],
  dataformat: [
    [0, 1],
    [0, 1],
  ],
  viewmode: [[0, 1]],
  'tcp/retranscfg': [
    [3, 20],
    [5, 1000],
  ],
  'dns/cache': [[0, 1]],
  'qisend/timeout': [[0, 3600]],
  passiveclosed: [[0, 1]],
  'tcp/accept': [[0, 1]],
  recvind: [[0, 1]],
};
const keepalive = (longestIdle: number) =>
  [
    [0, 1],
    [1, longestIdle],
    [25, 100],
    [3, 10],
  ] as const;
const LTE = {
  ...SHARED,
  'udp/readmode': [[0, 1]],
  'udp/sendmode': [[0, 1]],
  'recv/buffersize': [[10_240, 524_288]],
  'tcp/keepalive': keepalive(120),
} as const;
const RG = {
  ...SHARED,
  'tcp/keepalive': keepalive(1800),
  'close/mode': [[0, 1]],
  sendinfo: [[0, 1]],
  formatcfg: [[0, 1]],
} as const;
const OPTIONS: Readonly<Record<string, typeof SHARED>> = { lte: LTE, ugxx: LTE, rg: RG };
const LACKING = { lte: Object.keys(RG), ugxx: Object.keys(RG), rg: Object.keys(LTE) } as const;

describe.each(DIALECTS)('%s: tools', (dialect) => {
  it('ping a host, as often and as patiently as asked', async () => {
    const r = await online(dialect, {}, {}, NETWORK);
    const report = await r.clock.runUntil(r.modem.ping('two.example', { count: 10, timeoutS: 255 }));
    expect(report).toMatchObject({ sent: 10, received: 10, lost: 0 });
    expect(report.replies[0]).toMatchObject({ address: '10.9.0.1', lengthBytes: 32 });
    expect(written(r)).toContain('AT+QPING=1,"two.example",255,10');
    for (const wrong of [{ count: 0 }, { count: 11 }, { timeoutS: 0 }, { timeoutS: 256 }])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.ping('10.1.1.1', wrong));
    await dismantle(r);
  });

  it('set and read every option of the manual within its range, and no other value', async () => {
    const r = await online(dialect);
    const { setOption, queryOption } = commandsOf(r);
    for (const [name, ranges] of Object.entries(OPTIONS[dialect] ?? {})) {
      for (const end of [1, 0] as const) {
        const values = ranges.map((range) => range[end]);
        await asked(r, setOption(name, values));
        expect([name, (await asked(r, queryOption(name))).slice(0, values.length)]).toEqual([name, values]);
      }
      const first = ranges.map(([lowest]) => lowest);
      for (const wrong of [(ranges[0]?.[0] ?? 0) - 1, (ranges[0]?.[1] ?? 0) + 1]) {
        const values = [wrong, ...first.slice(1)];
        await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(setOption(name, values)));
      }
    }
    await dismantle(r);
  });

  it('refuse to set options of other dialects', async () => {
    const r = await online(dialect);
    const { setOption } = commandsOf(r);
    const others = LACKING[dialect].filter((name) => OPTIONS[dialect]?.[name] === undefined);
    expect(others.length).toBeGreaterThan(0);
    for (const name of others)
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(setOption(name, [0])));
    await dismantle(r);
  });

  it('tell the last error by number and text', async () => {
    const r = await online(dialect);
    expect(await r.clock.runUntil(r.modem.lastError())).toEqual({ error: 0, text: expect.any(String) });
    await expect(asked(r, commandsOf(r).activateContext(1))).rejects.toMatchObject({
      code: 'COMMAND_REFUSED',
      details: { moduleError: 561 },
    });
    expect(await r.clock.runUntil(r.modem.lastError())).toEqual({
      error: 561,
      text: expect.stringMatching(/PDP/i),
    });
    const { result } = await r.clock.runUntil(r.modem.execute('AT+QIACT=1'));
    expect(result).toBe(dialect === 'rg' ? '+CME ERROR: 561' : 'ERROR');
    await dismantle(r);
  });

  it('open sockets to names, which the module resolves', async () => {
    const r = await online(dialect, {}, {}, NETWORK);
    r.network.listen(7000, echoPeer);
    await opened(r, opening(0, 'buffer', { host: 'two.example' }));
    expect(r.module.state.sockets[0]?.state).toBe(2);
    await dismantle(r);
  });
});

describe('rg: the size of a ping', () => {
  it('may be chosen from 32 to 1500 bytes', async () => {
    const r = await online('rg');
    for (const lengthBytes of [32, 1500]) {
      const report = await r.clock.runUntil(r.modem.ping('10.1.1.1', { count: 1, lengthBytes }));
      expect(report.replies[0]).toMatchObject({ lengthBytes });
    }
    for (const lengthBytes of [31, 1501])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.ping('10.1.1.1', { lengthBytes }));
    await dismantle(r);
  });
});

describe.each(only('lte', 'ugxx'))('%s: the size of a ping', (dialect) => {
  it('cannot be chosen: it is refused', async () => {
    const r = await online(dialect);
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.ping('10.1.1.1', { lengthBytes: 100 }));
    await dismantle(r);
  });
});

describe.each(only('lte', 'ugxx'))('%s: the time', (dialect) => {
  it('comes from an NTP server, and is asked for by port', async () => {
    const r = await online(dialect, {}, {}, NETWORK);
    const urcs = urcsOf(r);
    const { utc } = await r.clock.runUntil(r.modem.syncTime('ntp.example', { port: 1123, set: false }));
    expect(utc).toMatchObject({ year: 1970, month: 1, day: 1 });
    expect([written(r).at(-1), urcs.map(({ name }) => name)]).toEqual([
      'AT+QNTP=1,"ntp.example",1123,0',
      ['ntp'],
    ]);
    const { queryTimeSync } = commandsOf(r);
    if (queryTimeSync === undefined) throw new Error('no queryTimeSync');
    expect(await asked(r, queryTimeSync())).toBeNull();
    await dismantle(r);
  });
});

describe('rg: the time', () => {
  it('cannot be asked for: it is refused', async () => {
    const r = await online('rg', {}, {}, NETWORK);
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.syncTime('ntp.example'));
    await dismantle(r);
  });
});

describe.each(only('lte', 'ugxx'))('%s: addresses of a name', (dialect) => {
  it('are all told, with the time for which they hold', async () => {
    const r = await online(dialect, {}, {}, NETWORK);
    expect(await r.clock.runUntil(r.modem.resolve('two.example'))).toEqual({
      addresses: ['10.9.0.1', '10.9.0.2'],
      ttlS: expect.any(Number),
    });
    const missing = r.clock.runUntil(r.modem.resolve('nowhere.example'));
    await expect(missing).rejects.toMatchObject({ code: 'NAME_NOT_RESOLVED' });
    await dismantle(r);
  });
});

describe('rg: addresses of a name', () => {
  it('cannot be asked for: it is refused', async () => {
    const r = await online('rg', {}, {}, NETWORK);
    await refusedQuietly(r, 'UNSUPPORTED', () => r.modem.resolve('two.example'));
    await dismantle(r);
  });
});
