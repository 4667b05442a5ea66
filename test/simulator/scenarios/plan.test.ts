import {
  type PlanOptions,
  ProfileError,
  parseProfile,
  plannedStrikes,
  SCENARIO_PROFILES,
  type Strike,
} from '../../../simulator/index.ts';
import { baseLatency } from '../../../simulator/scenarios/base-latency.ts';
import { DAY_MS, HOUR_MS } from '../../../simulator/scenarios/duration.ts';
import { meanOf, quantileOf } from './draws.ts';

const profileOf = (...processes: readonly object[]) =>
  parseProfile({ format: 1, name: 'mine', description: 'one of mine', processes });

/** The strikes of a month. */
function month(profile: ReturnType<typeof profileOf>, options: PlanOptions = { seed: 1 }): Strike[] {
  const strikes: Strike[] = [];
  for (const strike of plannedStrikes(profile, options)) {
    if (strike.atMs > 30 * DAY_MS) break;
    strikes.push(strike);
  }
  return strikes;
}

const hang = { fault: 'hang', for: { exponential: { mean: '1m' } }, when: { exponential: { mean: '8h' } } };
const loss = {
  fault: 'radioLoss',
  for: { exponential: { mean: '1m' } },
  when: { exponential: { mean: '5h' } },
};
const close = { fault: 'peerClose', when: { daily: { at: '03:00', jitter: '10m' } } };
const without = ({ process: _, ...rest }: Strike): Omit<Strike, 'process'> => rest;

describe('a plan', () => {
  it.each(SCENARIO_PROFILES.map((profile) => [profile.name, profile] as const))(
    'of %s is the same for the same seed, another for another, and in order',
    (_, profile) => {
      const strikes = month(profile);
      expect(month(profile)).toEqual(strikes);
      expect(month(profile, { seed: 2 })).not.toEqual(strikes);
      expect(strikes.every(({ atMs }, at) => atMs >= (strikes[at - 1]?.atMs ?? 0))).toBe(true);
      expect(new Set(strikes.map(({ process }) => process)).size).toBeGreaterThan(4);
    },
  );

  it('draws each process from a stream of its own: others of another kind change nothing', () => {
    const alone = month(profileOf(hang)).map(without);
    const among = month(profileOf(loss, close, hang)).filter(({ kind }) => kind === 'hang');
    expect(among.map(without)).toEqual(alone);
  });

  it('draws two processes of a kind from two streams', () => {
    const strikes = month(profileOf(hang, hang));
    const [first, second] = [0, 1].map((n) => strikes.filter(({ process }) => process === n).map(without));
    expect(first).toEqual(month(profileOf(hang)).map(without));
    expect(second).not.toEqual(first);
  });

  it('draws times and numbers from two streams: other durations strike at the same times', () => {
    const longer = { ...hang, for: { logNormal: { median: '1m', p95: '9m' } } };
    const timesOf = (process: object): number[] => month(profileOf(process)).map(({ atMs }) => atMs);
    expect(timesOf(longer)).toEqual(timesOf(hang));
  });

  it('tells what each strike does, and when it is over where that is known', () => {
    const once = { once: { at: '1h' } };
    const strikes = month(
      profileOf(
        { fault: 'pdpdeact', context: 2, when: once },
        { fault: 'peerClose', when: once },
        { fault: 'radioLoss', for: '5s', denied: true, when: once },
        { fault: 'slowNetwork', for: '5s', plus: '2s', when: once },
        { fault: 'hang', when: once },
        { fault: 'crash', when: once },
        { fault: 'brownOut', when: once },
        { fault: 'simFailure', for: '5s', cme: 10, when: once },
        { fault: 'natTimeout', idle: '1m', when: once },
        { fault: 'natTimeout', idle: '1m', for: '5s', when: once },
        { fault: 'blackHole', for: '5s', when: once },
        { fault: 'blackHole', for: '5s', endsWithRestart: true, when: once },
      ),
    );
    expect(new Set(strikes.map(({ atMs }) => atMs))).toEqual(new Set([HOUR_MS]));
    expect(strikes.map(({ process }) => process)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(strikes.map(({ kind, fault, untilMs }) => [kind, fault, untilMs && untilMs - HOUR_MS])).toEqual([
      ['pdpdeact', { kind: 'pdpdeact', context: 2 }, undefined],
      ['peerClose', { kind: 'peerClose' }, undefined],
      ['radioLoss', { kind: 'radioLoss', forMs: 5000, denied: true }, 5000],
      ['slowNetwork', { kind: 'slowNetwork', forMs: 5000, times: 1, plusMs: 2000 }, 5000],
      ['hang', { kind: 'hang' }, undefined],
      ['crash', { kind: 'reboot', silent: false }, undefined],
      ['brownOut', { kind: 'brownOut', afterBytes: 1, silent: false }, undefined],
      ['simFailure', { kind: 'simFailure', forMs: 5000, cme: 10 }, 5000],
      ['natTimeout', { kind: 'natTimeout', idleMs: 60_000 }, undefined],
      ['natTimeout', { kind: 'natTimeout', idleMs: 60_000, forMs: 5000 }, 5000],
      ['blackHole', { kind: 'blackHole', forMs: 5000, overRestart: true }, 5000],
      ['blackHole', { kind: 'blackHole', forMs: 5000, overRestart: false }, 5000],
    ]);
  });

  it('begins at the time of day that it is told', () => {
    const [first] = month(profileOf({ ...close, when: { daily: { at: '03:00' } } }), {
      seed: 1,
      startsAt: '02:30',
    });
    expect(first?.atMs).toBe(HOUR_MS / 2);
    expect(() => plannedStrikes(profileOf(close), { seed: 1, startsAt: '2:30' })).toThrow(
      new ProfileError('startsAt: must be a time of day from 00:00 to 23:59, got "2:30", write e.g. "08:00"'),
    );
  });

  it('ends when nothing more can strike', () => {
    expect([...plannedStrikes(profileOf(), { seed: 1 })]).toEqual([]);
    expect([
      ...plannedStrikes(profileOf({ ...hang, when: { once: { at: '5s' } } }), { seed: 1 }),
    ]).toHaveLength(1);
  });
});

describe('the latency of a profile', () => {
  const latencyAt = (network: object, seed = 1): ((atMs: number) => number) => {
    const { network: read } = parseProfile({
      format: 1,
      name: 'a',
      description: 'a',
      network,
      processes: [],
    });
    const latency = baseLatency(read, seed, 500);
    return typeof latency === 'function' ? latency : () => latency ?? Number.NaN;
  };

  it('is left to the network, or always the same', () => {
    expect(baseLatency(undefined, 1, 0)).toBeUndefined();
    expect(baseLatency({ latency: '200ms' }, 1, 0)).toBe(200);
  });

  it('is drawn anew in each interval, a function of time alone', () => {
    const network = { latency: { logNormal: { median: '600ms', p95: '2500ms' } }, redrawEvery: '10s' };
    const minutes = Array.from({ length: 3000 }, (_, n) => 500 + n * 10_000);
    const forward = minutes.map(latencyAt(network));
    expect([...minutes].reverse().map(latencyAt(network)).reverse()).toEqual(forward);
    expect(minutes.map((ms) => ms + 9_999).map(latencyAt(network))).toEqual(forward);
    expect(minutes.map(latencyAt(network, 2))).not.toEqual(forward);
    expect(quantileOf(forward, 0.5) / 600).toBeCloseTo(1, 1);
    expect(Math.abs(quantileOf(forward, 0.95) / 2500 - 1)).toBeLessThan(0.1);
    expect(meanOf(forward)).toBeGreaterThan(700);
  });
});
