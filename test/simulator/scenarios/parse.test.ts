import fc from 'fast-check';
import {
  DEFAULT_TIMING,
  ProfileError,
  parseProfile,
  plannedStrikes,
  profileTiming,
  SCENARIO_PROFILES,
  type ScenarioProfile,
  scenarioProfile,
} from '../../../simulator/index.ts';

const outer = { format: 1, name: 'mine', description: 'one of mine' };
const withProcess = (process: object): object => ({ ...outer, processes: [process] });
const when = { exponential: { mean: '8h' } };

/** The message with which a profile is refused. */
function refusal(source: unknown): string {
  try {
    parseProfile(source);
  } catch (error) {
    if (error instanceof ProfileError) return error.message;
    throw error;
  }
  throw new Error('was not refused');
}

describe('a profile', () => {
  it('is read from text and from its value, and is what stands there', () => {
    const profile = {
      ...outer,
      standsFor: 'a bench',
      network: { latency: { logNormal: { median: '1s', p95: '3s' } }, redrawEvery: '2m' },
      timing: { registration: '20s' },
      processes: [
        { fault: 'pdpdeact', context: 1, when: { exponential: { mean: '8h', hourly: Array(24).fill(1) } } },
        { fault: 'peerClose', socket: 3, when: { fixed: { every: '1h', offset: '0s' } } },
        {
          fault: 'radioLoss',
          for: { uniform: { from: '1s', to: '1s' } },
          denied: true,
          when: { bursts: { mean: '2d', strikes: { uniform: { from: 2, to: 5 } }, spacing: '5m' } },
        },
        { fault: 'slowNetwork', for: '5m', times: 1.5, plus: '1s', when: { once: { at: '0s' } } },
        { fault: 'hang', when: { daily: { at: '03:00', jitter: '10m', probability: 0.5 } } },
        { fault: 'crash', silent: true, when },
        { fault: 'brownOut', afterBytes: 10, silent: false, when },
        { fault: 'simFailure', for: { exponential: { mean: '5m' } }, cme: 10, when },
        { fault: 'natTimeout', idle: '5m', for: '1d', when },
        { fault: 'blackHole', for: '5m', endsWithRestart: true, when },
      ],
    };
    expect(parseProfile(profile)).toEqual(profile);
    expect(parseProfile(JSON.stringify(profile))).toEqual(profile);
  });

  it.each<[unknown, string]>([
    ['{', 'not JSON: '],
    [
      '[]',
      'a profile is an object, got [], write e.g. {"format":1,"name":"mine","description":"…","processes":[]}',
    ],
    [undefined, 'a profile is an object, got undefined, write e.g. {"format"'],
    [{}, 'format: is missing: 1, the version of the format, write e.g. 1'],
    [
      { ...outer, format: 2, processes: [] },
      'format: must be 1, the version of the format, got 2, write e.g. 1',
    ],
    [
      { ...outer, name: 'Rural GSM', processes: [] },
      'name: must be up to 40 small letters, digits and dashes, got "Rural GSM", write e.g. "rural-gsm"',
    ],
    [{ ...outer, description: ' ', processes: [] }, 'description: must be a text that is not empty, got " "'],
    [outer, 'processes: is missing: a list, write e.g. []'],
    [
      { ...outer, proceses: [] },
      'proceses: unknown name (known: format, name, description, standsFor, network, timing, processes)',
    ],
    [
      { ...outer, network: { latency: 20 }, processes: [] },
      'network.latency: must have a unit (ms, s, m, h, d), got 20',
    ],
    [
      { ...outer, timing: { regstration: '5s' }, processes: [] },
      'timing.regstration: unknown name (known: boot, ',
    ],
    [
      withProcess({ fault: 'pdpdeact', when: { exponential: { mean: 8 } } }),
      'processes[0].when.exponential.mean: must have a unit (ms, s, m, h, d), got 8, write e.g. "8s" or "8h"',
    ],
    [
      withProcess({ fault: 'pdpdeact', when: { exponential: { mean: '8' } } }),
      'processes[0].when.exponential.mean: must be a duration: a number and ms, s, m, h or d, got "8", write e.g. "8h"',
    ],
    [
      withProcess({ fault: 'pdpdeact', when: { exponential: { mean: '5ms' } } }),
      'processes[0].when.exponential.mean: must be from 1s to 36500d, got "5ms", write e.g. "8h"',
    ],
    [
      withProcess({ fault: 'pdpdeact', when: { fixed: { every: '99999999d' } } }),
      'processes[0].when.fixed.every: must be from 1s to 36500d, got "99999999d", write e.g. "8h"',
    ],
    [
      withProcess({ fault: 'hangs', when }),
      'processes[0].fault: unknown fault "hangs" (known: pdpdeact, peerClose, radioLoss, ',
    ],
    [withProcess({ when }), 'processes[0].fault: is missing: one of pdpdeact, peerClose, '],
    [withProcess({ fault: 'hang' }), 'processes[0].when: is missing: an object'],
    [
      withProcess({ fault: 'hang', when: {} }),
      'processes[0].when: must have exactly one of exponential, fixed, bursts, daily, once, got none, write e.g. {"exponential":{"mean":"8h"}}',
    ],
    [
      withProcess({ fault: 'hang', when: { ...when, once: { at: '0s' } } }),
      'processes[0].when: must have exactly one of exponential, fixed, bursts, daily, once, got exponential and once',
    ],
    [
      withProcess({ fault: 'hang', when: { poisson: {} } }),
      'processes[0].when.poisson: unknown name (known: exponential, ',
    ],
    [
      withProcess({ fault: 'hang', forMs: 5, when }),
      'processes[0].forMs: unknown name (known: fault, for, when)',
    ],
    [
      withProcess({ fault: 'radioLoss', when }),
      'processes[0].for: is missing: a duration: a number and ms, s, m, h or d',
    ],
    [
      withProcess({ fault: 'radioLoss', for: { uniform: { from: '5m', to: '90s' } }, when }),
      'processes[0].for.uniform.to: must be no less than from (5m), got "90s", write e.g. "5m"',
    ],
    [
      withProcess({ fault: 'radioLoss', for: { logNormal: { median: '5m', p95: '90s' } }, when }),
      'processes[0].for.logNormal.p95: must be no less than the median (5m), got "90s"',
    ],
    [
      withProcess({ fault: 'radioLoss', for: { logNormal: { median: '0s', p95: '90s' } }, when }),
      'processes[0].for.logNormal.median: must be from 1ms to 36500d, got "0s"',
    ],
    [
      withProcess({ fault: 'slowNetwork', for: '5m', when }),
      'processes[0]: must say how much slower: times or plus, got neither, write e.g. "times":4',
    ],
    [
      withProcess({ fault: 'crash', silent: 'yes', when }),
      'processes[0].silent: must be true or false, got "yes", write e.g. true',
    ],
    [
      withProcess({ fault: 'pdpdeact', context: 1.5, when }),
      'processes[0].context: must be a whole number from 0 to 20, got 1.5, write e.g. 0',
    ],
    [
      withProcess({ fault: 'hang', when: { exponential: { mean: '1d', hourly: [1, 2] } } }),
      'processes[0].when.exponential.hourly: must have 24 weights, one for each hour from midnight on, got 2',
    ],
    [
      withProcess({ fault: 'hang', when: { exponential: { mean: '1d', hourly: Array(24).fill(0) } } }),
      'processes[0].when.exponential.hourly: must have a weight above 0, got only zeros',
    ],
    [
      withProcess({ fault: 'hang', when: { bursts: { mean: '1d', strikes: 0, spacing: '1s' } } }),
      'processes[0].when.bursts.strikes: must be a whole number from 1 to 1000, got 0, write e.g. 1',
    ],
    [
      withProcess({
        fault: 'hang',
        when: { bursts: { mean: '1d', strikes: { uniform: { from: 3, to: 2 } }, spacing: '1s' } },
      }),
      'processes[0].when.bursts.strikes.uniform.to: must be no less than from (3), got 2, write e.g. 3',
    ],
    [
      withProcess({ fault: 'hang', when: { daily: { at: '3:00' } } }),
      'processes[0].when.daily.at: must be a time of day from 00:00 to 23:59, got "3:00", write e.g. "03:00"',
    ],
    [
      withProcess({ fault: 'hang', when: { daily: { at: '03:00', jitter: '13h' } } }),
      'processes[0].when.daily.jitter: must be no more than 12h, got "13h", write e.g. "10m"',
    ],
    [
      withProcess({ fault: 'hang', when: { daily: { at: '03:00', probability: 2 } } }),
      'processes[0].when.daily.probability: must be a number from 0 to 1, got 2, write e.g. 0',
    ],
  ])('is refused: %j', (source, message) => {
    expect(refusal(source).slice(0, message.length)).toBe(message);
  });

  it('is refused in one line when it is no JSON at all', () => {
    const loop: { self?: object } = {};
    loop.self = loop;
    expect(refusal(loop)).toMatch(/^self: unknown name/);
    expect(refusal('{"two\\nlines":1}')).toMatch(/^two lines: unknown name [^\n]+$/);
    expect(refusal({ ...outer, processes: loop })).toMatch(/^processes: must be a list, got object/);
    expect(refusal({ ...outer, processes: 5n })).toMatch(/^processes: must be a list, got bigint/);
  });
});

/** JSON that looks like a profile, with mistakes in it. */
const almost = fc.letrec<{ value: unknown; profile: unknown }>((tie) => {
  const names = [
    'fault',
    'when',
    'for',
    'exponential',
    'uniform',
    'mean',
    'from',
    'to',
    'at',
    'bursts',
    '__proto__',
  ];
  const leaf = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom('8h', '90s', '0s', '03:00', 'hang', 'radioLoss', 'slowNetwork', 1, 24),
  );
  return {
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.dictionary(fc.constantFrom(...names), tie('value')),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
    profile: fc.record({
      format: fc.constant(1),
      name: fc.constant('fuzzed'),
      description: fc.constant('fuzzed'),
      processes: fc.array(
        fc.record(
          {
            fault: fc.constantFrom('hang', 'crash', 'radioLoss', 'pdpdeact'),
            for: tie('value'),
            when: tie('value'),
          },
          { requiredKeys: ['fault'] },
        ),
        { maxLength: 3 },
      ),
    }),
  };
});

describe('whatever JSON there is', () => {
  it('is a profile or refused in one line, and a profile can be planned', () => {
    const seen = { profile: 0, refused: 0 };
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), almost.profile, almost.value, fc.jsonValue(), fc.string()),
        (source) => {
          let profile: ScenarioProfile;
          try {
            profile = parseProfile(source);
          } catch (error) {
            seen.refused += 1;
            expect(error).toBeInstanceOf(ProfileError);
            expect((error as Error).message).toMatch(/^[^\n\r]+$/);
            return;
          }
          seen.profile += 1;
          expect(parseProfile(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
          plannedStrikes(profile, { seed: 1 }).next();
        },
      ),
      { numRuns: 3000, seed: 1 },
    );
    expect(Math.min(seen.profile, seen.refused)).toBeGreaterThan(10);
  });
});

describe('the profiles that come with the package', () => {
  it('are these five, by name', () => {
    expect(SCENARIO_PROFILES.map(({ name }) => name)).toEqual([
      'good-urban',
      'rural-gsm',
      'flaky-nbiot',
      'dying-module',
      'nightly-maintenance',
    ]);
    expect(scenarioProfile('rural-gsm')?.name).toBe('rural-gsm');
    expect(scenarioProfile('rural')).toBeUndefined();
  });

  it.each(SCENARIO_PROFILES.map((profile) => [profile.name, profile] as const))(
    '%s is plain JSON that parseProfile takes, and says that its numbers are assumed',
    (_, profile) => {
      expect(parseProfile(JSON.stringify(profile))).toEqual(profile);
      expect(profile.standsFor).toMatch(/Assumed numbers, not measured ones\.$/);
      expect(profile.description).toMatch(/^[^\n]{20,110}$/);
    },
  );

  it('give their response times to the module in its own words', () => {
    const profile = parseProfile({ ...outer, timing: { registration: '20s', boot: '500ms' }, processes: [] });
    expect(profileTiming(profile)).toEqual({ registrationMs: 20_000, bootMs: 500 });
    for (const each of SCENARIO_PROFILES) {
      expect(Object.keys(DEFAULT_TIMING)).toEqual(expect.arrayContaining(Object.keys(profileTiming(each))));
    }
  });
});
