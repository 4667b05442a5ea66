import type { StrikeProcess } from '../../../simulator/index.ts';
import { DAY_MS, HOUR_MS } from '../../../simulator/scenarios/duration.ts';
import { strikeTimes } from '../../../simulator/scenarios/process.ts';
import { randomStream } from '../../../simulator/scenarios/stream.ts';
import { firstOf, gapsOf, meanOf, quantileOf } from './draws.ts';

const STRIKES = 10_000;

function times(process: StrikeProcess, count = STRIKES, startOfDayMs = 0): number[] {
  return firstOf(count, strikeTimes(process, randomStream(1, 'times'), startOfDayMs));
}

/** Share of the strikes in each hour of the day. */
function shares(values: readonly number[], startOfDayMs = 0): number[] {
  const counts = Array.from({ length: 24 }, () => 0);
  for (const ms of values) {
    const hour = Math.floor(((ms + startOfDayMs) % DAY_MS) / HOUR_MS);
    counts[hour] = (counts[hour] ?? 0) + 1 / values.length;
  }
  return counts;
}

describe('an exponential process', () => {
  it('has gaps of its mean, without memory', () => {
    const gaps = gapsOf(times({ exponential: { mean: '8h' } }));
    expect(meanOf(gaps) / (8 * HOUR_MS)).toBeCloseTo(1, 1);
    expect(quantileOf(gaps, 0.5) / (8 * HOUR_MS * Math.LN2)).toBeCloseTo(1, 1);
    // However long it has been, the rest is as long as ever.
    const late = gaps.filter((gap) => gap > 8 * HOUR_MS).map((gap) => gap - 8 * HOUR_MS);
    expect(meanOf(late) / (8 * HOUR_MS)).toBeCloseTo(1, 1);
    expect(late.length / gaps.length).toBeCloseTo(Math.exp(-1), 1);
  });

  it('spreads its strikes over the day when nothing else is said', () => {
    for (const share of shares(times({ exponential: { mean: '5h' } })))
      expect(Math.abs(share * 24 - 1)).toBeLessThan(0.2);
  });

  const office: readonly number[] = Array.from({ length: 24 }, (_, hour) =>
    hour >= 8 && hour < 16 ? 5 : hour < 4 ? 0 : 1,
  );

  it.each([0, 7.5 * HOUR_MS])(
    'strikes by the weights of the hours, beginning %d ms after midnight',
    (startMs) => {
      const values = times({ exponential: { mean: '5h', hourly: office } }, STRIKES, startMs);
      const sum = office.reduce((total, weight) => total + weight, 0);
      shares(values, startMs).forEach((share, hour) => {
        expect(Math.abs(share - (office[hour] ?? 0) / sum)).toBeLessThan(0.015);
      });
      expect(shares(values, startMs).slice(0, 4)).toEqual([0, 0, 0, 0]);
    },
  );

  it('keeps its mean over the day, however long it is', () => {
    for (const [mean, hours] of [
      ['20m', 1 / 3],
      ['5h', 5],
      ['30d', 720],
    ] as const) {
      const values = times({ exponential: { mean, hourly: office } });
      expect((values.at(-1) ?? 0) / STRIKES / (hours * HOUR_MS)).toBeCloseTo(1, 1);
    }
  });
});

describe('a fixed process', () => {
  it('strikes after each period, or for the first time at its offset', () => {
    expect(times({ fixed: { every: '1h' } }, 3)).toEqual([HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS]);
    expect(times({ fixed: { every: '1h', offset: '10m' } }, 3)).toEqual([600_000, 4_200_000, 7_800_000]);
    expect(times({ fixed: { every: '1h', offset: '0s' } }, 2)).toEqual([0, HOUR_MS]);
  });
});

describe('bursts', () => {
  it('are so many strikes, so far apart, with exponential times in between', () => {
    const values = times({ bursts: { mean: '2d', strikes: 4, spacing: '5m' } });
    const gaps = gapsOf(values);
    const between = gaps.filter((_, at) => at % 4 === 3);
    const within = gaps.filter((_, at) => at % 4 !== 3);
    expect(new Set(within.map((gap) => Math.round(gap / 10)))).toEqual(new Set([30_000]));
    expect(meanOf(between) / (2 * DAY_MS)).toBeCloseTo(1, 1);
    expect(quantileOf(between, 0.5) / (2 * DAY_MS * Math.LN2)).toBeCloseTo(1, 1);
  });

  it('draw their number and their spacing', () => {
    const spacing = { uniform: { from: '1m', to: '2m' } } as const;
    const values = times({ bursts: { mean: '300d', strikes: { uniform: { from: 2, to: 4 } }, spacing } });
    const lengths: number[] = [1];
    for (const gap of gapsOf(values)) {
      if (gap > 121_000) lengths.push(1);
      else lengths[lengths.length - 1] = (lengths.at(-1) ?? 0) + 1;
    }
    expect(new Set(lengths.slice(0, -1))).toEqual(new Set([2, 3, 4]));
    expect(meanOf(lengths)).toBeCloseTo(3, 1);
  });

  it('begin by the weights of the hours', () => {
    const hourly = Array.from({ length: 24 }, (_, hour) => (hour === 12 ? 1 : 0));
    const values = times({ bursts: { mean: '2d', strikes: 1, spacing: '1s', hourly } }, 500);
    expect(shares(values)[12]).toBeCloseTo(1, 5);
    expect(Math.abs((values.at(-1) ?? 0) / 500 / (2 * DAY_MS) - 1)).toBeLessThan(0.15);
  });
});

describe('a daily process', () => {
  it('strikes each day at its time', () => {
    expect(times({ daily: { at: '03:00' } }, 2)).toEqual([3 * HOUR_MS, DAY_MS + 3 * HOUR_MS]);
  });

  it('leaves out what lies before the beginning', () => {
    const startMs = 6 * HOUR_MS;
    expect(times({ daily: { at: '03:00' } }, 2, startMs)).toEqual([21 * HOUR_MS, 45 * HOUR_MS]);
    const early = times({ daily: { at: '00:00', jitter: '12h' } }, 1000);
    expect(Math.min(...early)).toBeGreaterThanOrEqual(0);
  });

  it('strikes up to its jitter earlier or later, in order', () => {
    const values = times({ daily: { at: '12:00', jitter: '10m' } }, 5000);
    const off = values.map((ms) => (ms % DAY_MS) - 12 * HOUR_MS);
    expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(600_000);
    expect(Math.abs(meanOf(off))).toBeLessThan(15_000);
    expect(Math.abs(quantileOf(off, 0.25) / -300_000 - 1)).toBeLessThan(0.1);
    expect(gapsOf(values).every((gap) => gap > 0)).toBe(true);
  });

  it('leaves days out by its probability, which moves no other day', () => {
    const all = times({ daily: { at: '12:00', jitter: '10m' } }, 5000);
    const some = times({ daily: { at: '12:00', jitter: '10m', probability: 0.3 } }, 1000);
    expect((some.at(-1) ?? 0) / DAY_MS / 1000).toBeCloseTo(1 / 0.3, 0);
    expect(some.every((ms) => all.includes(ms))).toBe(true);
  });
});

describe('a process of one strike', () => {
  it('has no second one', () => {
    expect(times({ once: { at: '5m' } })).toEqual([300_000]);
  });
});
