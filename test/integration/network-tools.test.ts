import type { ErrorDetails, Modem, ModemError } from '../../index.ts';
import { dismantle, type Rig, rig } from './rig.ts';

const NAMES = { 'two.example': ['10.9.0.1', '10.9.0.2'], 'ntp.example': '10.9.0.3' };

async function online(...options: Parameters<typeof rig>): Promise<Rig> {
  const [modem = {}, module = {}, network = { names: NAMES }] = options;
  const r = rig(modem, module, network);
  await r.clock.runUntil(r.modem.start());
  r.trace.length = 0;
  return r;
}

const writtenBy = ({ trace }: Rig): string[] =>
  trace.filter((line) => / tx /.test(line)).map((line) => line.replace(/^\d+ tx /, ''));

/** How the call ended, when it is one that has to fail. */
function failure(call: Promise<unknown>): Promise<ModemError> {
  return call.then(
    (value) => {
      throw new TypeError(`was expected to fail, came to ${JSON.stringify(value)}`);
    },
    (error: ModemError) => error,
  );
}

async function failed(r: Rig, call: Promise<unknown>): Promise<readonly [string, ErrorDetails]> {
  const { code, details } = await r.clock.runUntil(failure(call));
  return [code, details];
}

describe('a ping', () => {
  it('tells of each reply, and has the figures of the module', async () => {
    const r = await online();
    const report = await r.clock.runUntil(r.modem.ping('10.1.1.1', { count: 3, timeoutS: 2 }));
    expect(writtenBy(r)).toEqual(['AT+QPING=1,"10.1.1.1",2,3']);
    const reply = { address: '10.1.1.1', lengthBytes: 32, timeMs: expect.any(Number), ttl: 255 };
    expect(report).toEqual({
      replies: [reply, reply, reply],
      ...{ sent: 3, received: 3, lost: 0 },
      ...{ minMs: expect.any(Number), maxMs: expect.any(Number), averageMs: expect.any(Number) },
    });
    await dismantle(r);
  });

  it('has four requests of four seconds when nothing else is said', async () => {
    const r = await online();
    const { sent } = await r.clock.runUntil(r.modem.ping('two.example'));
    expect([writtenBy(r), sent]).toEqual([['AT+QPING=1,"two.example",4,4'], 4]);
    await dismantle(r);
  });

  it('of a name without an address fails with NAME_NOT_RESOLVED and says what to try', async () => {
    const r = await online();
    const error = await r.clock.runUntil(failure(r.modem.ping('nowhere.example')));
    expect(error).toMatchObject({
      code: 'NAME_NOT_RESOLVED',
      errno: 'ENOTFOUND',
      details: { moduleError: 565 },
    });
    expect(error.message).toBe(
      'ping of nowhere.example: AT+QPING=1,"nowhere.example",4,4 ended with +QPING: 565: 565 (DNS parse failed); ' +
        'check the name, or set other servers with setDnsServers()',
    );
    await dismantle(r);
  });

  it('counts the replies itself when the summary gets lost', async () => {
    const rules = [{ when: { onUrc: '+QPING', nth: 3 }, fault: { kind: 'loseUrc', urc: '+QPING' } }] as const;
    const r = await online({}, { faults: { rules } });
    const report = await r.clock.runUntil(r.modem.ping('10.1.1.1', { count: 2 }));
    const times = report.replies.map((reply) => ('timeMs' in reply ? reply.timeMs : -1));
    expect(report).toMatchObject({
      ...{ sent: 2, received: 2, lost: 0 },
      ...{ minMs: Math.min(...times), maxMs: Math.max(...times) },
    });
    await dismantle(r);
  });
});

describe('a look-up', () => {
  it('brings every address and how long they hold', async () => {
    const r = await online();
    expect(await r.clock.runUntil(r.modem.resolve('two.example'))).toEqual({
      addresses: ['10.9.0.1', '10.9.0.2'],
      ttlS: 600,
    });
    expect(writtenBy(r)).toEqual(['AT+QIDNSGIP=1,"two.example"']);
    await dismantle(r);
  });

  it('of a name without an address fails with NAME_NOT_RESOLVED', async () => {
    const r = await online();
    expect(await failed(r, r.modem.resolve('nowhere.example'))).toEqual([
      'NAME_NOT_RESOLVED',
      expect.objectContaining({ moduleError: 565, result: '+QIURC: "dnsgip",565' }),
    ]);
    await dismantle(r);
  });

  it('whose head gets lost has the addresses all the same', async () => {
    const rules = [{ when: { onUrc: 'dnsgip', nth: 1 }, fault: { kind: 'loseUrc', urc: 'dnsgip' } }] as const;
    const r = await online({}, { faults: { rules } });
    const found = await r.clock.runUntil(r.modem.resolve('two.example'));
    expect(found).toEqual({ addresses: ['10.9.0.1', '10.9.0.2'], ttlS: undefined });
    await dismantle(r);
  });

  it('of which nothing comes back ends after 60 s', async () => {
    const rules = [
      { when: { onUrc: 'dnsgip', every: 1 }, fault: { kind: 'loseUrc', urc: 'dnsgip' } },
    ] as const;
    const r = await online({}, { faults: { rules } });
    const before = r.clock.now();
    const [code, details] = await failed(r, r.modem.resolve('two.example'));
    expect([code, details.timeoutMs]).toEqual(['COMMAND_TIMED_OUT', 60_000]);
    expect(r.clock.now() - before).toBeGreaterThanOrEqual(60_000);
    expect(r.clock.now() - before).toBeLessThan(60_100);
    await dismantle(r);
  });
});

describe('the time', () => {
  it('comes as printed and as UTC', async () => {
    const r = await online();
    const { utc, raw } = await r.clock.runUntil(r.modem.syncTime('ntp.example'));
    expect(writtenBy(r)).toEqual(['AT+QNTP=1,"ntp.example",123,1']);
    expect(raw).toMatch(/^\d{2,4}\/\d\d\/\d\d,\d\d:\d\d:\d\d/);
    expect(utc).toMatchObject({ year: 1970, month: 1, day: 1, minutes: 16 });
    await dismantle(r);
  });

  it('may be asked of another port without setting the clock', async () => {
    const r = await online();
    await r.clock.runUntil(r.modem.syncTime('10.9.0.3', { port: 1123, set: false }));
    expect(writtenBy(r)).toEqual(['AT+QNTP=1,"10.9.0.3",1123,0']);
    await dismantle(r);
  });

  it('of a server that has no address fails', async () => {
    const r = await online();
    expect((await failed(r, r.modem.syncTime('nowhere.example')))[0]).toBe('NAME_NOT_RESOLVED');
    await dismantle(r);
  });

  it('fails with the number behind ERROR when the module is busy with another', async () => {
    const r = await online();
    await r.clock.runUntil(r.modem.execute('AT+QNTP=1,"ntp.example"'));
    expect(await failed(r, r.modem.syncTime('ntp.example'))).toEqual([
      'COMMAND_REFUSED',
      expect.objectContaining({ moduleError: 568, errno: 'EBUSY' }),
    ]);
    await dismantle(r);
  });
});

describe('DNS servers', () => {
  it('are set and read per context', async () => {
    const r = await online({
      contexts: [
        { id: 1, apn: 'internet' },
        { id: 2, apn: 'telemetry' },
      ],
    });
    await r.clock.runUntil(r.modem.setDnsServers('10.0.0.53', '10.0.1.53', { context: 2 }));
    expect(await r.clock.runUntil(r.modem.dnsServers({ context: 2 }))).toEqual(['10.0.0.53', '10.0.1.53']);
    await r.clock.runUntil(r.modem.setDnsServers('10.0.2.53'));
    expect(await r.clock.runUntil(r.modem.dnsServers())).toEqual(['10.0.2.53']);
    await dismantle(r);
  });
});

describe('the last error', () => {
  it('is that of the last TCP/IP command', async () => {
    const r = await online();
    expect(await r.clock.runUntil(r.modem.lastError())).toMatchObject({ error: 0 });
    await r.clock.runUntil(r.modem.execute('AT+QIACT=1'));
    expect(await r.clock.runUntil(r.modem.lastError())).toMatchObject({ error: 561 });
    await dismantle(r);
  });
});

type Call = (modem: Modem) => Promise<unknown>;

describe('arguments', () => {
  it.each<[string, string, Call]>([
    ['a host with a quote', 'host', (modem) => modem.ping('a"b')],
    ['no host', 'host', (modem) => modem.ping('')],
    ['too many requests', 'count', (modem) => modem.ping('a', { count: 11 })],
    ['a timeout of nothing', 'timeout', (modem) => modem.ping('a', { timeoutS: 0 })],
    ['an unknown context', 'context', (modem) => modem.ping('a', { context: 2 })],
    ['a misspelt option', 'cuont', (modem) => modem.ping('a', { cuont: 1 } as object)],
    ['a name with CR', 'host', (modem) => modem.resolve('a\rAT+CFUN=1,1')],
    ['an option of another tool', 'count', (modem) => modem.resolve('a', { count: 1 } as object)],
    ['a server with LF', 'server', (modem) => modem.syncTime('a\n')],
    ['port 0', 'port', (modem) => modem.syncTime('a', { port: 0 })],
    ['a DNS server by name', 'DNS server', (modem) => modem.setDnsServers('dns.example')],
    ['a second one with a quote', 'DNS server', (modem) => modem.setDnsServers('10.0.0.1', '1"')],
    ['a misspelt option of DNS', 'cid', (modem) => modem.dnsServers({ cid: 1 } as object)],
  ])('that are wrong are refused before anything is written: %s', async (_, argument, call) => {
    const r = await online();
    expect(await failed(r, call(r.modem))).toEqual(['INVALID_ARGUMENT', { argument }]);
    expect(writtenBy(r)).toEqual([]);
    await dismantle(r);
  });

  it('of a length are refused where it cannot be chosen', async () => {
    const r = await online();
    expect((await failed(r, r.modem.ping('a', { lengthBytes: 100 })))[0]).toBe('UNSUPPORTED');
    expect(writtenBy(r)).toEqual([]);
    await dismantle(r);
  });
});

describe.each<[string, Call]>([
  ['ping()', (modem) => modem.ping('10.1.1.1')],
  ['resolve()', (modem) => modem.resolve('two.example')],
  ['syncTime()', (modem) => modem.syncTime('ntp.example')],
  ['dnsServers()', (modem) => modem.dnsServers()],
  ['setDnsServers()', (modem) => modem.setDnsServers('10.0.0.53')],
])('%s', (_, call) => {
  it('is refused before start() and after stop()', async () => {
    const r = rig();
    expect((await failed(r, call(r.modem)))[0]).toBe('INVALID_STATE');
    await r.clock.runUntil(r.modem.start());
    await r.clock.runUntil(r.modem.stop());
    expect((await failed(r, call(r.modem)))[0]).toBe('STOPPED');
    await dismantle(r);
  });

  it('waits while its context is being recovered', async () => {
    const r = await online();
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.advance(0);
    expect(r.modem.status.contexts).toEqual([]);
    await r.clock.runUntil(call(r.modem));
    await dismantle(r);
  });

  it('fails with CONTEXT_FAILED when the context does not come back within the limit', async () => {
    const r = await online({ recovery: { openTimeoutMs: 10_000 } });
    r.module.inject({ kind: 'refuseActivation', times: 100 });
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.advance(0);
    expect(await failed(r, call(r.modem))).toEqual(['CONTEXT_FAILED', { contextId: 1, timeoutMs: 10_000 }]);
    await dismantle(r);
  });

  it('ends by its signal, at once', async () => {
    const r = await online();
    const before = r.clock.now();
    expect((await failed(r, callWith(_, r.modem, AbortSignal.abort())))[0]).toBe('STOPPED');
    expect([writtenBy(r), r.clock.now() - before]).toEqual([[], 0]);
    const { code, signal } = endedLater(r);
    expect(await failed(r, callWith(_, r.modem, signal))).toEqual([code, expect.anything()]);
    await dismantle(r);
  });
});

/** Aborted while the module is asked. */
function endedLater(r: Rig) {
  const controller = new AbortController();
  r.clock.setTimeout(() => controller.abort(new Error('enough')), 1);
  return { code: 'STOPPED', signal: controller.signal };
}

function callWith(name: string, modem: Modem, signal: AbortSignal): Promise<unknown> {
  if (name === 'ping()') return modem.ping('10.1.1.1', { signal });
  if (name === 'resolve()') return modem.resolve('two.example', { signal });
  if (name === 'syncTime()') return modem.syncTime('ntp.example', { signal });
  if (name === 'dnsServers()') return modem.dnsServers({ signal });
  return modem.setDnsServers('10.0.0.53', undefined, { signal });
}

describe('a run whose results are on their way', () => {
  it.each<[string, string, (r: Rig) => void]>([
    ['the context is lost', 'CONTEXT_LOST', (r) => r.module.inject({ kind: 'pdpdeact' })],
    ['the module reboots', 'MODULE_REBOOTED', (r) => r.module.inject({ kind: 'reboot' })],
    ['the port is lost', 'PORT_LOST', (r) => r.module.inject({ kind: 'portLost', forMs: 500 })],
    ['the modem is stopped', 'STOPPED', (r) => void r.modem.stop()],
  ])('ends when %s', async (_, code, strike) => {
    const r = await online();
    const pinging = failure(r.modem.ping('10.1.1.1', { count: 10 }));
    const waiting = r.modem.ping('10.1.1.2', { count: 1 }).catch(({ code: late }: ModemError) => late);
    await r.clock.advance(1500);
    strike(r);
    expect((await r.clock.runUntil(pinging)).code).toBe(code);
    const next = await r.clock.runUntil(waiting);
    if (code === 'STOPPED') expect(next).toBe('STOPPED');
    else expect(next).toMatchObject({ sent: 1 }); // its own turn comes when all is well again
    await dismantle(r);
  });
});
