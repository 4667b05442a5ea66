import {
  type CountDistribution,
  type DurationDistribution,
  drawCount,
  drawMs,
} from '../../../simulator/scenarios/distribution.ts';
import { readDurationMs, readTimeOfDayMs } from '../../../simulator/scenarios/duration.ts';
import { randomStream } from '../../../simulator/scenarios/stream.ts';
import { meanOf, quantileOf } from './draws.ts';

const DRAWS = 20_000;

function draws(distribution: DurationDistribution): number[] {
  const random = randomStream(1, 'draws');
  return Array.from({ length: DRAWS }, () => drawMs(distribution, random));
}

describe('a duration', () => {
  it.each([
    ['200ms', 200],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['0s', 0],
  ])('%s is read as %d ms', (text, ms) => {
    expect(readDurationMs(text)).toBe(ms);
  });

  it.each(['90', '1h30m', '5 m', '-5m', '5M', '1e3s', '.5s', 's', ''])('"%s" is none', (text) => {
    expect(readDurationMs(text)).toBeUndefined();
  });
});

describe('a time of day', () => {
  it.each([
    ['00:00', 0],
    ['03:05', 11_100_000],
    ['23:59', 86_340_000],
    ['24:00', undefined],
    ['3:00', undefined],
    ['03:60', undefined],
  ])('%s', (text, ms) => {
    expect(readTimeOfDayMs(text)).toBe(ms);
  });
});

describe('a drawn time', () => {
  it('is always the same when it is a duration', () => {
    expect(new Set(draws('90s'))).toEqual(new Set([90_000]));
  });

  it('has the mean and the spread of an exponential distribution', () => {
    const values = draws({ exponential: { mean: '5m' } });
    expect(meanOf(values) / 300_000).toBeCloseTo(1, 1);
    // Half of them are below mean × ln 2, and e⁻² above twice the mean.
    expect(quantileOf(values, 0.5) / (300_000 * Math.LN2)).toBeCloseTo(1, 1);
    expect(values.filter((ms) => ms > 600_000).length / DRAWS).toBeCloseTo(Math.exp(-2), 2);
  });

  it('lies anywhere between two bounds, and nowhere else', () => {
    const values = draws({ uniform: { from: '1s', to: '5s' } });
    expect(Math.min(...values)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...values)).toBeLessThanOrEqual(5000);
    expect(quantileOf(values, 0.25) / 2000).toBeCloseTo(1, 1);
    expect(quantileOf(values, 0.75) / 4000).toBeCloseTo(1, 1);
  });

  it('has the median and the 95th percentile of a log-normal distribution', () => {
    const values = draws({ logNormal: { median: '30s', p95: '5m' } });
    expect(quantileOf(values, 0.5) / 30_000).toBeCloseTo(1, 1);
    expect(quantileOf(values, 0.95) / 300_000).toBeCloseTo(1, 1);
  });

  it('is a whole number of milliseconds', () => {
    expect(draws({ exponential: { mean: '1s' } }).every(Number.isInteger)).toBe(true);
  });
});

describe('a drawn number', () => {
  const counts = (distribution: CountDistribution): number[] => {
    const random = randomStream(1, 'counts');
    return Array.from({ length: 3000 }, () => drawCount(distribution, random));
  };

  it('is what it is, or each of its range alike', () => {
    expect(new Set(counts(3))).toEqual(new Set([3]));
    const values = counts({ uniform: { from: 2, to: 5 } });
    for (const n of [2, 3, 4, 5])
      expect(Math.abs(values.filter((value) => value === n).length - 750)).toBeLessThan(100);
    expect(new Set(values).size).toBe(4);
  });
});

describe('a stream of chance', () => {
  it('is its own for each seed and each name, without a likeness between near ones', () => {
    const first = (seed: number, name: string): number => randomStream(seed, name).next();
    expect(first(1, 'a')).toBe(first(1, 'a'));
    const bySeed = Array.from({ length: 10_000 }, (_, seed) => first(seed, 'hang/0/when'));
    const byName = Array.from({ length: 10_000 }, (_, n) => first(1, `hang/${n}/when`));
    for (const values of [bySeed, byName]) {
      expect(new Set(values).size).toBeGreaterThan(9_990);
      expect(new Set(values.slice(0, 1000)).size).toBe(1000);
      expect(meanOf(values)).toBeCloseTo(0.5, 1);
      const likeness = meanOf(values.slice(1).map((value, at) => (value - 0.5) * ((values[at] ?? 0) - 0.5)));
      expect(Math.abs(likeness)).toBeLessThan(0.003);
    }
  });
});
