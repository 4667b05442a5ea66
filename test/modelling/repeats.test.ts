/** A life in which repeated periods are counted is the life in which each of them is lived. */
import { figuresOf } from '../../modelling/figures.ts';
import { type LifeOptions, live } from '../../modelling/life.ts';
import { checkedPolicy } from '../../modelling/policy.ts';
import { parseProfile, type ScenarioProfile, scenarioProfile } from '../../simulator/index.ts';

jest.setTimeout(120_000);

const HOUR = 1 / 24;

/** Every fault, several times in some hours. */
const everything = parseProfile({
  format: 1,
  name: 'everything',
  description: 'of a test',
  network: { latency: { logNormal: { median: '900ms', p95: '6s' } } },
  processes: [
    { fault: 'natTimeout', idle: '90s', when: { once: { at: '0s' } } },
    { fault: 'slowNetwork', for: '11m', times: 3, plus: '1s', when: { exponential: { mean: '40m' } } },
    { fault: 'pdpdeact', when: { exponential: { mean: '70m' } } },
    { fault: 'peerClose', when: { fixed: { every: '97m' } } },
    { fault: 'radioLoss', for: '50s', when: { exponential: { mean: '2h' } } },
    { fault: 'blackHole', for: '3m', when: { exponential: { mean: '3h' } } },
    { fault: 'crash', when: { exponential: { mean: '4h' } } },
    { fault: 'hang', when: { exponential: { mean: '5h' } } },
    { fault: 'simFailure', for: '40s', when: { exponential: { mean: '5h' } } },
    { fault: 'brownOut', afterBytes: 900, when: { exponential: { mean: '5h' } } },
  ],
});

const named = (name: string): ScenarioProfile => {
  const profile = scenarioProfile(name);
  if (profile === undefined) throw new Error(`no profile ${name}`);
  return profile;
};

const faults = (
  network: ScenarioProfile['network'] & object,
  processes: ScenarioProfile['processes'],
): ScenarioProfile => parseProfile({ ...everything, network, processes });

const lifeOf = (given: Partial<LifeOptions>): LifeOptions => ({
  ...{ dialect: 'lte', days: 6 * HOUR, seed: 1, load: { everyMs: 60_000, sizeBytes: 200 } },
  ...{ policy: checkedPolicy(), profile: everything },
  ...given,
});

describe.each<[string, Partial<LifeOptions>]>([
  ['lte, every fault', {}],
  ['ugxx, every fault, other chance', { dialect: 'ugxx', seed: 2, days: 4 * HOUR }],
  ['rg, direct push', { dialect: 'rg', seed: 3, days: 4 * HOUR, policy: checkedPolicy({ mode: 'push' }) }],
  ['gsm, nights', { dialect: 'gsm', profile: named('nightly-maintenance'), days: 5 * HOUR }],
  [
    'bc66, nbiot',
    { dialect: 'bc66', profile: named('flaky-nbiot'), load: { everyMs: 45_000, sizeBytes: 64 } },
  ],
  ['lte, a reading every 7 s', { load: { everyMs: 7_000, sizeBytes: 1_500 }, days: 1 * HOUR }],
  [
    'lte, probed',
    {
      ...{ load: { everyMs: 300_000, sizeBytes: 40 }, days: 12 * HOUR },
      ...{ policy: checkedPolicy({ probe: '.', linkIdleMs: 100_000 }) },
      profile: named('good-urban'),
    },
  ],
  [
    'gsm, readings that meet the polls',
    { dialect: 'gsm', seed: 1, days: 1.2 * HOUR, load: { everyMs: 7_000, sizeBytes: 700 } },
  ],
  ['lte, no faults', { profile: { ...everything, processes: [] } }],
])('%s', (_, given) => {
  it('comes to the same, whether repeated periods are counted or lived', async () => {
    const [counted, lived] = [
      await live(lifeOf(given)),
      await live(lifeOf({ ...given, isLivedThroughout: true })),
    ];
    const { livedMs, ...report } = counted;
    expect(lived.livedMs).toBe(lived.durationMs);
    expect({ ...report, livedMs: lived.livedMs }).toEqual(lived);
    expect(JSON.stringify(figuresOf([counted], 200))).toBe(JSON.stringify(figuresOf([lived], 200)));
    expect(livedMs).toBeLessThan(0.8 * lived.durationMs);
  });
});

describe('a reading that waits for room in the module', () => {
  it('comes when it came, where nothing is on the way', async () => {
    const profile = faults({ latency: '700ms' }, [
      { fault: 'radioLoss', for: '50s', when: { exponential: { mean: '115m' } } },
      { fault: 'blackHole', for: '3m', when: { exponential: { mean: '199m' } } },
      { fault: 'slowNetwork', for: '11m', times: 3, plus: '1s', when: { exponential: { mean: '22m' } } },
    ]);
    const load = { everyMs: 33_000, sizeBytes: 30_000 };
    const options = lifeOf({ profile, load, seed: 2048, days: 3 * HOUR });
    const [counted, lived] = [await live(options), await live({ ...options, isLivedThroughout: true })];
    expect({ ...counted, livedMs: lived.livedMs }).toEqual(lived);
    expect(Math.max(...lived.latenciesMs)).toBeGreaterThan(load.everyMs / 2);
  });
});

describe('a connection that is forgotten between two readings', () => {
  it.each(['lte', 'bc66'] as const)('comes to the same on %s', async (dialect) => {
    const [forgets] = everything.processes;
    const profile = { ...everything, network: { latency: '50ms' }, processes: forgets ? [forgets] : [] };
    const options = lifeOf({ dialect, profile, days: 2 * HOUR, load: { everyMs: 120_000, sizeBytes: 200 } });
    const [counted, lived] = [await live(options), await live({ ...options, isLivedThroughout: true })];
    expect({ ...counted, livedMs: lived.livedMs }).toEqual(lived);
    const { readings, outages } = counted;
    expect(readings.made).toBe(60);
    // Nobody tells bc66 that its bytes go nowhere, until its buffer is full.
    if (dialect === 'bc66') expect([readings.lost, outages.length]).toEqual([58, 2]);
    else expect([readings.lost, outages.length > 20]).toEqual([0, true]);
  });
});

/** Periods that look alike at their beginning, and are not: what makes the difference is none of the states. */
describe.each<[string, Partial<LifeOptions>]>([
  [
    'two brown-outs wait at once',
    {
      ...{ dialect: 'ugxx', days: 0.1, seed: 375318, load: { everyMs: 20_000, sizeBytes: 60 } },
      policy: checkedPolicy({ probe: '.', linkIdleMs: 100_000 }),
      profile: faults({ latency: '50ms' }, [
        { fault: 'crash', when: { bursts: { mean: '2h', strikes: 3, spacing: '9m' } } },
        { fault: 'brownOut', afterBytes: 300, when: { bursts: { mean: '2h', strikes: 3, spacing: '20s' } } },
      ]),
    },
  ],
  [
    'a connection is forgotten, or not, by the latency of one packet',
    {
      ...{ dialect: 'gsm', days: 0.2, seed: 883373, load: { everyMs: 60_000, sizeBytes: 1_500 } },
      policy: checkedPolicy({ recovery: { preset: 'eager' } }),
      profile: faults({ latency: { uniform: { from: '50ms', to: '300ms' } }, redrawEvery: '5m' }, [
        {
          ...{ fault: 'natTimeout', idle: '50s', for: '15m' },
          when: { bursts: { mean: '2h', strikes: 3, spacing: '9m' } },
        },
        { fault: 'radioLoss', for: '8s', when: { bursts: { mean: '40m', strikes: 3, spacing: '70s' } } },
        { fault: 'simFailure', for: '40s', when: { once: { at: '13m' } } },
      ]),
    },
  ],
  [
    'the module owes the result of a send, and each of the next ones is looked into',
    {
      ...{ dialect: 'rg', days: 0.1, seed: 993320, load: { everyMs: 60_000, sizeBytes: 3_000 } },
      policy: checkedPolicy({ mode: 'push', recovery: { preset: 'patient' } }),
      profile: faults({ latency: { uniform: { from: '50ms', to: '300ms' } } }, [
        { fault: 'hang', when: { fixed: { every: '100m' } } },
        { fault: 'hang', for: '5m', when: { exponential: { mean: '50m' } } },
      ]),
    },
  ],
  [
    'a packet arrives in the millisecond in which the next one leaves',
    {
      ...{ dialect: 'lte', days: 0.1, seed: 614155, load: { everyMs: 20_000, sizeBytes: 1_500 } },
      policy: checkedPolicy({ recovery: { preset: 'eager' } }),
      profile: faults({ latency: { logNormal: { median: '400ms', p95: '4s' } } }, [
        {
          ...{ fault: 'crash', silent: true },
          when: { bursts: { mean: '40m', strikes: 3, spacing: '20s' } },
        },
      ]),
    },
  ],
  [
    'one far timer is in the place of another',
    {
      ...{ dialect: 'bc66', days: 0.2, seed: 154331, load: { everyMs: 20_000, sizeBytes: 3_000 } },
      profile: faults({ latency: { logNormal: { median: '400ms', p95: '4s' } } }, [
        { fault: 'natTimeout', idle: '90s', for: '3m', when: { fixed: { every: '31m' } } },
        {
          ...{ fault: 'slowNetwork', for: '3m', times: 3, plus: '1s' },
          when: { bursts: { mean: '40m', strikes: 3, spacing: '20s' } },
        },
        { fault: 'simFailure', for: '40s', when: { bursts: { mean: '40m', strikes: 3, spacing: '20s' } } },
      ]),
    },
  ],
])('where %s', (_, given) => {
  it('comes to the same, whether repeated periods are counted or lived', async () => {
    const options = lifeOf(given);
    const [counted, lived] = [await live(options), await live({ ...options, isLivedThroughout: true })];
    expect(counted.livedMs).toBeLessThan(lived.livedMs);
    expect({ ...counted, livedMs: lived.livedMs }).toEqual(lived);
  });
});

describe('a life without faults', () => {
  it('is lived for some minutes, however long it is', async () => {
    const { livedMs, readings } = await live(lifeOf({ days: 30, profile: named('good-urban') }));
    expect(readings.arrived).toBeGreaterThan(43_000);
    expect(livedMs).toBeLessThan(0.05 * 30 * 86_400_000);
  });
});
