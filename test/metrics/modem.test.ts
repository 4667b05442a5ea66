/** A modem on the virtual module, measured by an SDK in memory. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metrics as api } from '@opentelemetry/api';
import { OBSERVABLE_GAUGES } from '../../adapters/metrics/instruments.ts';
import type { ModemOptions } from '../../index.ts';
import { echoPeer, type FaultRule, type VirtualModuleOptions } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from '../integration/rig.ts';
import { dismantleScripted, scriptedModule } from '../integration/scripted-module.ts';
import { collected, randomBytes } from '../integration/streams.ts';
import { type Readings, readings } from './readings.ts';

interface Measured extends Rig {
  readonly read: Readings;
  /** Clock times of the recovery steps. */
  readonly stepTimes: (readonly [step: string, atMs: number])[];
}

function measured(options: Partial<ModemOptions> = {}, module: Partial<VirtualModuleOptions> = {}): Measured {
  const read = readings();
  const r = rig({ meter: read.meter, ...options }, module);
  const stepTimes: [string, number][] = [];
  r.modem.recoveries$.subscribe(({ step }) => stepTimes.push([step, r.clock.now()]));
  return { ...r, read, stepTimes };
}

async function online(
  options: Partial<ModemOptions> = {},
  module: Partial<VirtualModuleOptions> = {},
): Promise<Measured> {
  const r = measured(options, module);
  r.network.listen(7000, echoPeer);
  await r.clock.runUntil(r.modem.start());
  return r;
}

const connect = (r: Measured) => r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));

const onCommand = (text: string, fault: FaultRule['fault'], nth = 1): Partial<VirtualModuleOptions> => ({
  faults: { rules: [{ when: { onCommand: text, nth }, fault }] },
});

/** Seconds from the first step of that name to the last `online`. */
function outageS({ stepTimes }: Measured, cause: string): number {
  const [, begun = Number.NaN] = stepTimes.find(([step]) => step === cause) ?? [];
  const [last, ended = Number.NaN] = stepTimes.at(-1) ?? [];
  expect(last).toBe('online');
  return (ended - begun) / 1000;
}

const powerCycle = (): Partial<ModemOptions> & { use: (r: Rig) => void } => {
  let module: Rig['module'] | undefined;
  return {
    use: (r) => {
      module = r.module;
    },
    power: {
      description: 'power cycle',
      reachesSilentModule: true,
      reset: async () => module?.powerCycle(),
    },
  };
};

/** Lets the module hang, until the modem has reset it and is online again. */
async function hangAndReset(ladder: ModemOptions['recovery'] = {}): Promise<Measured> {
  const { use, ...power } = powerCycle();
  const r = await online({ ...power, recovery: ladder });
  use(r);
  await r.clock.runUntil(r.modem.execute('AT+CSQ'));
  r.module.inject({ kind: 'hang' });
  await r.clock.runUntil(r.modem.execute('AT+CGSN').catch(() => undefined));
  await untilSteps(r, ['module hung', 'online']);
  return r;
}

async function untilSteps(r: Measured, wanted: readonly string[]): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    const from = r.stepTimes.findIndex(([step]) => step === wanted[0]);
    const rest = from < 0 ? [] : r.stepTimes.slice(from).map(([step]) => step);
    if (wanted.every((step) => rest.includes(step))) return;
    await r.clock.advance(500);
  }
  throw new Error(`never came: ${wanted.join(', ')}; steps: ${r.stepTimes.join(' ')}`);
}

describe('a context that the network drops', () => {
  it('counts as one recovery, as long as it takes until the modem is online', async () => {
    const r = await online();
    const socket = await connect(r);
    socket.on('error', () => undefined);
    r.module.inject({ kind: 'pdpdeact' });
    await untilSteps(r, ['context lost', 'online']);
    const { total, times } = r.read;
    expect(await total('urchestra.urcs', { 'urchestra.urc': 'pdpdeact' })).toBe(1);
    expect(await total('urchestra.recovery.steps', { 'urchestra.recovery.step': 'context lost' })).toBe(1);
    expect(await total('urchestra.recovery.steps', { 'urchestra.recovery.step': 'online' })).toBe(2);
    const { count, sum } = await times('urchestra.recovery.duration', {
      'urchestra.recovery.cause': 'context lost',
    });
    expect(count).toBe(1);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeCloseTo(outageS(r, 'context lost'), 9);
    expect(await times('urchestra.recovery.duration')).toEqual({ count, sum }); // the bring-up is none
    expect(await total('urchestra.reboots')).toBe(0);
    await dismantle(r);
  });

  it('shows in the state of the modem and of its sockets', async () => {
    const r = await online();
    const states = async (name: string): Promise<unknown> =>
      Object.fromEntries(
        (await r.read.series(name))
          .filter(({ value }) => value > 0)
          .map(({ attributes, value }) => [Object.values(attributes)[0], value]),
      );
    (await connect(r)).on('error', () => undefined);
    expect(await states('urchestra.modem.state')).toEqual({ online: 1 });
    expect(await states('urchestra.sockets')).toEqual({ connected: 1 });
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.runUntil(new Promise<void>((done) => r.modem.recoveries$.subscribe(() => done())));
    expect(await states('urchestra.modem.state')).toEqual({ recovering: 1 });
    await untilSteps(r, ['context lost', 'online']);
    expect(await states('urchestra.modem.state')).toEqual({ online: 1 });
    expect(await states('urchestra.sockets')).toEqual({});
    await dismantle(r);
  });
});

describe('a module that hangs', () => {
  it('counts as one reset, and its restart not once more', async () => {
    const r = await hangAndReset();
    const { total, times, series } = r.read;
    expect(r.steps).toContain('module rebooted: RDY');
    expect(await series('urchestra.reboots')).toEqual([
      { attributes: { 'urchestra.reboot.kind': 'reset' }, value: 1 },
    ]);
    const hung = { 'urchestra.command': 'AT+CGSN', 'urchestra.outcome': 'timedOut' };
    expect(await total('urchestra.commands', hung)).toBe(1);
    const { count, sum } = await times('urchestra.recovery.duration', {
      'urchestra.recovery.cause': 'module hung',
    });
    expect(count).toBe(1);
    expect(sum).toBeCloseTo(outageS(r, 'module hung'), 9);
    await dismantle(r);
  });

  it('shows how far up the ladder it is, and how long the next reset would wait', async () => {
    const r = await hangAndReset({ freeReboots: 1, ladderMs: [600_000] });
    const [, grantedAtMs = 0] = r.stepTimes.find(([step]) => step === 'reboot granted') ?? [];
    expect(await r.read.total('urchestra.ladder.position')).toBe(1);
    const waitS = await r.read.total('urchestra.ladder.wait');
    expect(waitS).toBeCloseTo(600 - (r.clock.now() - grantedAtMs) / 1000, 9);
    await r.clock.advance(waitS * 1000);
    expect(await r.read.total('urchestra.ladder.wait')).toBe(0);
    await r.clock.advance(3_600_000); // the stretch of health
    expect(await r.read.total('urchestra.ladder.position')).toBe(0);
    await dismantle(r);
  });

  it('has no signal strength until it is asked for again', async () => {
    const r = await hangAndReset();
    expect(await r.read.series('urchestra.signal.rssi')).toEqual([]);
    await dismantle(r);
  });
});

describe('a module that restarts by itself', () => {
  it('counts as one unexpected reboot, however often it says so', async () => {
    const r = await online();
    r.module.inject({ kind: 'reboot' });
    await untilSteps(r, ['module rebooted', 'online']);
    expect(await r.read.series('urchestra.reboots')).toEqual([
      { attributes: { 'urchestra.reboot.kind': 'unexpected' }, value: 1 },
    ]);
    expect(
      await r.read.times('urchestra.recovery.duration', { 'urchestra.recovery.cause': 'module rebooted' }),
    ).toEqual({ count: 1, sum: expect.closeTo(outageS(r, 'module rebooted'), 9) });
    await dismantle(r);
  });
});

describe('payload', () => {
  const io = (direction: string, transport: string) => ({
    'network.io.direction': direction,
    'network.transport': transport,
  });

  it.each(['buffer', 'push', 'transparent'] as const)('is counted to the byte in %s mode', async (mode) => {
    const r = await online();
    const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000, mode }));
    const back = collected(socket);
    socket.write(randomBytes(10_000));
    await r.clock.runUntil(back.atLeast(10_000));
    expect(await r.read.series('urchestra.network.io')).toEqual(
      expect.arrayContaining([
        { attributes: io('transmit', 'tcp'), value: 10_000 },
        { attributes: io('receive', 'tcp'), value: 10_000 },
      ]),
    );
    socket.destroy();
    await dismantle(r);
  });

  it('that a failed send has taken in part is counted once', async () => {
    const r = await online({}, onCommand('AT+QISEND', { kind: 'sendFail', partly: 700 }, 2));
    const socket = await connect(r);
    const back = collected(socket);
    socket.write(randomBytes(5_000));
    await r.clock.runUntil(back.atLeast(5_000));
    expect(await r.read.total('urchestra.network.io', io('transmit', 'tcp'))).toBe(5_000);
    expect(await r.read.total('urchestra.send.failures')).toBe(1);
    socket.destroy();
    await dismantle(r);
  });

  it('of an accepted connection is counted as that of one that was opened', async () => {
    const r = await online();
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    server.on('connection', (socket) => socket.pipe(socket));
    const peer = r.network.dial(2020);
    let backBytes = 0;
    peer.onData = (bytes) => {
      backBytes += bytes.length;
    };
    peer.write(randomBytes(3_000));
    await r.clock.advance(5_000);
    expect(backBytes).toBe(3_000);
    expect(await r.read.total('urchestra.network.io', io('transmit', 'tcp'))).toBe(3_000);
    expect(await r.read.total('urchestra.network.io', io('receive', 'tcp'))).toBe(3_000);
    peer.end();
    await dismantle(r);
  });

  it('of datagrams is counted as that of UDP', async () => {
    const r = await online();
    const peer = r.network.bindPeer(6969, '192.0.2.11');
    peer.onMessage = () => peer.send(Buffer.alloc(300), 3030);
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const answered = new Promise((resolve) => udp.once('message', resolve));
    udp.send(Buffer.alloc(100), 6969, '192.0.2.11');
    await r.clock.runUntil(answered);
    expect(await r.read.series('urchestra.network.io')).toEqual([
      { attributes: io('transmit', 'udp'), value: 100 },
      { attributes: io('receive', 'udp'), value: 300 },
    ]);
    await dismantle(r);
  });

  it('of a send inside the command counts as a send that failed (bc66)', async () => {
    const r = await online(
      { dialect: 'bc66' },
      { dialect: 'bc66', ...onCommand('AT+QISENDEX', { kind: 'sendFail' }) },
    );
    const socket = await connect(r);
    const back = collected(socket);
    socket.write(randomBytes(100));
    await r.clock.runUntil(back.atLeast(100));
    expect(await r.read.total('urchestra.send.failures')).toBe(1);
    expect(await r.read.total('urchestra.network.io', io('transmit', 'tcp'))).toBe(100);
    socket.destroy();
    await dismantle(r);
  });
});

describe('commands', () => {
  it('are counted as often as they were written, by head', async () => {
    const r = await online();
    const socket = await connect(r);
    const back = collected(socket);
    socket.write(randomBytes(4_000));
    await r.clock.runUntil(back.atLeast(4_000));
    await r.clock.advance(100); // the last read ends
    const written = r.trace.flatMap((line) => /^\d+ tx (AT[+&]?[A-Z]+)/.exec(line)?.[1] ?? []);
    expect(written).toContain('AT+QISEND');
    for (const head of new Set(written)) {
      const count = written.filter((one) => one === head).length;
      expect([head, await r.read.total('urchestra.commands', { 'urchestra.command': head })]).toEqual([
        head,
        count,
      ]);
    }
    socket.destroy();
    await dismantle(r);
  });

  it('tell how they ended, how long they took and how long they waited, in seconds of the clock', async () => {
    const r = await online({}, onCommand('AT+CGSN', { kind: 'delay', ms: 2_000 }));
    const askedAtMs = r.clock.now();
    const all = Promise.all([
      r.modem.execute('AT+CGSN'),
      r.modem.execute('AT+CIMI'),
      r.modem.execute('AT+QISEND=9,5'),
    ]);
    expect(await r.read.total('urchestra.queue.length')).toBe(2);
    await r.clock.runUntil(all);
    expect(await r.read.total('urchestra.queue.length')).toBe(0);
    const of = (command: string) => ({ 'urchestra.command': command });
    const writtenAtMs = (text: string): number =>
      Number.parseInt(r.trace.find((line) => line.endsWith(`tx ${text}`)) ?? '', 10);
    const { times, total } = r.read;
    expect(await times('urchestra.queue.wait_time', of('AT+CGSN'))).toEqual({ count: 1, sum: 0 });
    const waited = await times('urchestra.queue.wait_time', of('AT+CIMI'));
    expect(waited.count).toBe(1);
    expect(waited.sum * 1000).toBeCloseTo(writtenAtMs('AT+CIMI') - askedAtMs, -0.5);
    const took = await times('urchestra.command.duration', of('AT+CGSN'));
    expect(took.count).toBe(1);
    expect(took.sum).toBeGreaterThanOrEqual(2);
    expect(took.sum).toBeCloseTo(waited.sum, 9); // the next one goes out in the tick of the result
    const refused = { ...of('AT+QISEND'), 'urchestra.outcome': 'refused' };
    expect(await total('urchestra.commands', refused)).toBe(1);
    await dismantle(r);
  });

  it('of the user, with arguments, names and secrets, show as their head, and as other when that is unknown', async () => {
    const r = await online({
      contexts: [{ id: 1, apn: 'private.apn', username: 'joe', password: 'sesame' }],
    });
    await r.clock.runUntil(r.modem.execute('AT+QCFG="band",0,80000'));
    await r.clock.runUntil(r.modem.execute('AT+QFOO="hush"'));
    expect(await r.read.total('urchestra.commands', { 'urchestra.command': 'other' })).toBe(1);
    expect(await r.read.total('urchestra.commands', { 'urchestra.command': 'AT+QCFG' })).toBe(1);
    const socket = await connect(r);
    const points = (await r.read.metrics()).flatMap(({ dataPoints }) => [...dataPoints]);
    const all = JSON.stringify(points.map(({ attributes }) => attributes));
    expect(all).not.toMatch(/private|joe|sesame|hush|QFOO|80000|127\.0\.0\.1|7000/);
    socket.destroy();
    await dismantle(r);
  });
});

describe.each(['lte', 'ugxx', 'rg', 'gsm', 'bc66'] as const)('a modem on %s', (dialect) => {
  it('writes no command of its own that is counted as other', async () => {
    const r = await online({ dialect, contexts: [{ apn: 'internet' }] }, { dialect });
    const socket = await connect(r);
    const back = collected(socket);
    socket.write(randomBytes(500));
    await r.clock.runUntil(back.atLeast(500));
    expect(await r.read.total('urchestra.commands', { 'urchestra.outcome': 'ok' })).toBeGreaterThan(10);
    expect(await r.read.total('urchestra.commands', { 'urchestra.command': 'other' })).toBe(0);
    const domains = (await r.read.series('urchestra.registration.state')).map(({ value }) => value);
    expect(domains).toContain(1);
    socket.destroy();
    await dismantle(r);
  });
});

describe('a result for nobody', () => {
  it('is counted as stale when no command is in flight, and when it is that of a send that is not', async () => {
    const { meter, total } = readings();
    const module = scriptedModule({ meter });
    await module.clock.runUntil(module.modem.start());
    await module.say('OK');
    expect(await total('urchestra.stale_results')).toBe(1);
    module.answer('AT+CSQ', undefined);
    const asked = module.modem.execute('AT+CSQ');
    await module.say('SEND OK');
    expect(await total('urchestra.stale_results')).toBe(2);
    await module.say('OK');
    await module.clock.runUntil(asked);
    expect(await total('urchestra.stale_results')).toBe(2);
    await dismantleScripted(module);
  });
});

describe('a result that comes too late', () => {
  it.each([
    ['while it is still waited for', 1_500],
    ['while the wire is brought back in step', 2_500],
  ])('is counted as stale, %s', async (_, ms) => {
    const r = await online({}, onCommand('AT+CGSN', { kind: 'delay', ms }));
    await r.clock.runUntil(r.modem.execute('AT+CGSN', { timeoutMs: 1_000 }).catch(() => undefined));
    await r.clock.advance(10_000);
    expect(r.steps).toEqual(['online']);
    expect(await r.read.total('urchestra.stale_results')).toBe(1);
    await dismantle(r);
  });
});

describe('the radio', () => {
  it('shows as the module tells it, and is not asked for', async () => {
    const r = await online();
    expect(r.trace.filter((line) => line.endsWith('tx AT+CSQ'))).toEqual([]);
    expect(await r.read.series('urchestra.signal.rssi')).toEqual([]);
    expect(
      await r.read.total('urchestra.registration.state', { 'urchestra.registration.domain': 'eps' }),
    ).toBe(1);
    await r.clock.runUntil(r.modem.execute('AT+CSQ'));
    expect(await r.read.series('urchestra.signal.rssi')).toEqual([{ attributes: {}, value: -69 }]);
    await dismantle(r);
  });
});

describe('measuring', () => {
  it('names port and dialect on every series', async () => {
    const r = await online();
    await r.clock.runUntil(r.modem.execute('AT+CSQ'));
    const points = (await r.read.metrics()).flatMap(({ dataPoints }) => [...dataPoints]);
    expect(points.length).toBeGreaterThan(30);
    for (const { attributes } of points)
      expect(attributes).toMatchObject({
        'urchestra.dialect': 'lte',
        'urchestra.port': expect.stringMatching(/./),
      });
    await dismantle(r);
  });

  it('ends with the modem: nothing is observed any more, and the last state is stopped', async () => {
    const r = await online();
    await r.clock.runUntil(r.modem.execute('AT+CSQ'));
    for (const { name } of Object.values(OBSERVABLE_GAUGES))
      expect(await r.read.series(name)).not.toEqual([]);
    await dismantle(r);
    for (const { name } of Object.values(OBSERVABLE_GAUGES)) expect(await r.read.series(name)).toEqual([]);
    const states = await r.read.series('urchestra.modem.state');
    expect(states.filter(({ value }) => value > 0)).toEqual([
      { attributes: { 'urchestra.state': 'stopped' }, value: 1 },
    ]);
  });

  it('ends with the state faulted where the modem does', async () => {
    const r = measured({}, { sim: { pin: '1234' } });
    await expect(r.clock.runUntil(r.modem.start())).rejects.toMatchObject({ code: 'SIM_PIN_REQUIRED' });
    const states = await r.read.series('urchestra.modem.state');
    expect(states.filter(({ value }) => value > 0)).toEqual([
      { attributes: { 'urchestra.state': 'faulted' }, value: 1 },
    ]);
    await dismantle(r);
  });

  it('of a modem that was never started leaves nothing behind', async () => {
    const r = measured();
    await dismantle(r);
    expect(await r.read.metrics()).toEqual([]);
  });

  it('begins, with the dialect left to the module, when that is known', async () => {
    const r = await online({ dialect: 'auto' });
    expect(await r.read.total('urchestra.modem.state', { 'urchestra.dialect': 'lte' })).toBe(1);
    await dismantle(r);
  });

  it('goes to the SDK that is registered, under the name and version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
    const { provider } = readings();
    const asked: unknown[] = [];
    const getMeter = provider.getMeter.bind(provider);
    provider.getMeter = (...scope) => {
      asked.push(scope.slice(0, 2));
      return getMeter(...scope);
    };
    api.setGlobalMeterProvider(provider);
    try {
      const r = rig();
      expect(asked).toEqual([['urchestra', version]]);
      await dismantle(r);
    } finally {
      api.disable();
    }
  });

  it('wants a meter', () => {
    expect(() => rig({ meter: {} as never })).toThrow(/meter must be an OpenTelemetry meter/);
  });
});
