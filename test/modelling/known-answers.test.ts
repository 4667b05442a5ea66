/** Models whose answer is known beforehand. */

import { standardLadder } from '../../machines/index.ts';
import { figuresOf } from '../../modelling/figures.ts';
import { live } from '../../modelling/life.ts';
import { model, modelJson } from '../../modelling/model.ts';
import { checkedPolicy } from '../../modelling/policy.ts';
import {
  memoryNetwork,
  parseProfile,
  type ScenarioProfile,
  silentPeer,
  type VirtualDialect,
  VirtualModule,
} from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { DIALECTS } from '../invariants/canaries.ts';

jest.setTimeout(120_000);

const load = { everyMs: 600_000, sizeBytes: 100 };
const policy = checkedPolicy();
const profileOf = (processes: ScenarioProfile['processes']): ScenarioProfile =>
  parseProfile({
    format: 1,
    name: 'test',
    description: 'of a test',
    network: { latency: '50ms' },
    processes,
  });
const lived = (dialect: VirtualDialect, days: number, processes: ScenarioProfile['processes']) =>
  live({ dialect, days, seed: 1, load, policy, profile: profileOf(processes) });

describe.each(DIALECTS)('an agent on %s without faults', (dialect) => {
  it('is available all the time, and delivers everything', async () => {
    const { availability, readings, outages, violations } = figuresOf([await lived(dialect, 0.25, [])], 100);
    expect([availability, outages, violations]).toEqual([1, 0, []]);
    expect(readings).toEqual({ made: 36, arrived: 36, duplicates: 0, damaged: 0, unconfirmed: 0, lost: 0 });
  });
});

describe('a network that drops the context every hour', () => {
  it('costs the response times of the module, and not a millisecond more', async () => {
    const hourly = { fault: 'pdpdeact', when: { fixed: { every: '1h' } } } as const;
    const { recoveriesMs } = figuresOf([await lived('lte', 12.5 / 24, [hourly])], 100);
    const { count, median } = recoveriesMs['pdpdeact'] ?? {};
    expect(count).toBe(12);
    expect(Math.abs(Number(median) - (await responsesMs()))).toBeLessThanOrEqual(0.5);
    expect(recoveriesMs['pdpdeact']?.max).toBe(recoveriesMs['pdpdeact']?.median);
  });
});

describe('a module that hangs for good', () => {
  it('is rebooted by the ladder: three times freely, at once, then behind 10, 30, 60, 120 … minutes, 24 h at most', async () => {
    const dead = { fault: 'hang', when: { fixed: { every: '1s' } } } as const;
    const { reboots } = await lived('lte', 5, [dead]);
    const { freeReboots, ladderMs, longestWaitMs } = standardLadder;
    expect(reboots.length).toBeGreaterThan(freeReboots + ladderMs.length + 4);
    reboots.forEach(({ atMs }, at) => {
      const before = reboots[at - 1];
      if (before === undefined) return;
      const rung = at - freeReboots;
      const published = rung < 0 ? 0 : (ladderMs[rung] ?? 60 * 60_000 * 2 ** (rung - ladderMs.length + 1));
      const waitMs = Math.min(published, longestWaitMs);
      const distanceMs = atMs - before.atMs;
      expect([at, distanceMs >= waitMs]).toEqual([at, true]);
      expect([at, distanceMs < waitMs + 120_000]).toEqual([at, true]); // the reset and the looks at the module
    });
  });
});

describe('an address translation', () => {
  it('is to blame for a connection that it has forgotten, and for no other', async () => {
    const forgets = { fault: 'natTimeout', idle: '90s', when: { once: { at: '0s' } } } as const;
    const causes = async (idle: '90s' | '20m'): Promise<readonly string[]> => {
      const { outages } = await lived('lte', 0.25, [
        { ...forgets, idle },
        { fault: 'slowNetwork', for: '50m', plus: '90s', when: { fixed: { every: '3h' } } },
      ]);
      return [...new Set(outages.map(({ cause }) => cause))].sort();
    };
    expect(await causes('90s')).toContain('natTimeout');
    expect(await causes('20m')).not.toContain('natTimeout');
  });
});

describe('the same seed', () => {
  it('gives the same figures, to the last digit', async () => {
    const options = { dialect: 'lte', faults: 'rural-gsm', days: 0.2, load: { everyMs: 60_000 } } as const;
    const [one, other] = [modelJson(await model(options)), modelJson(await model(options))];
    expect(one).toBe(other);
    expect(one).not.toBe(modelJson(await model({ ...options, seed: 2 })));
  });
});

describe('two policies', () => {
  it('meet the same faults, and the better one is named', async () => {
    const made = await model({
      ...{ dialect: 'lte', days: 0.2, agents: 3, load },
      faults: profileOf([{ fault: 'blackHole', for: '20m', when: { exponential: { mean: '1h' } } }]),
      policies: [
        { name: 'deaf', linkIdleMs: 0 },
        { name: 'awake', linkIdleMs: 30_000, probe: '?' },
      ],
    });
    const [deaf, awake] = made.results;
    expect(deaf?.lives.map(({ strikes }) => strikes)).toEqual(awake?.lives.map(({ strikes }) => strikes));
    expect(made.comparison?.names).toEqual(['deaf', 'awake']);
    expect(made.comparison?.verdict).toMatch(/minutes/);
  });
});

/** What the module itself takes for what has to be asked of it, one command at a time, with nobody who thinks in between. */
async function responsesMs(): Promise<number> {
  const clock = new VirtualClock();
  const network = memoryNetwork(clock, { latencyMs: 50 });
  network.listen(7000, silentPeer);
  const module = new VirtualModule({ dialect: 'lte', clock, network });
  let said = '';
  module.output$.subscribe((bytes) => {
    said += Buffer.from(bytes).toString('latin1');
  });
  const ask = async (command: string, end: RegExp): Promise<number> => {
    said = '';
    const beganMs = clock.now();
    module.receive(Buffer.from(`${command}\r`));
    while (!end.test(said)) await clock.advance(0.5);
    return clock.now() - beganMs;
  };
  const ok = /\r\nOK\r\n/;
  await ask('ATE0', ok);
  await ask('AT+QICSGP=1,1,"internet","","",0', ok);
  await ask('AT+QIACT=1', ok);
  module.inject({ kind: 'pdpdeact' });
  await clock.advance(1_000);
  const times = [
    await ask('AT+QISEND=0,0', /\r\n(?:OK|ERROR)\r\n/), // what the peer had of the last connection
    await ask('AT+QIDEACT=1', ok),
    await ask('AT+QIACT?', ok),
    await ask('AT+QICSGP=1,1,"internet","","",0', ok),
    await ask('AT+QIACT=1', ok),
    await ask('AT+QIACT?', ok),
    await ask('AT+QIOPEN=1,0,"TCP","198.51.100.7",7000,0,0', /\+QIOPEN: 0,0/),
  ];
  module.dispose();
  return times.reduce((sum, one) => sum + one, 0);
}
