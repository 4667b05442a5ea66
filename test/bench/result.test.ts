import { areFigures, type Figure, isMet, middling, shown, worseThan } from '../../bench/result.ts';

const figure = (given: Partial<Figure>): Figure => ({
  ...{ name: 'link', value: 1, unit: 'share', better: 'more' },
  ...given,
});

describe('a comparison', () => {
  it.each<[string, Partial<Figure>, number, number, boolean]>([
    ['a share that has fallen by 11 %', {}, 1, 0.89, true],
    ['a share that has fallen by 9 %', {}, 1, 0.91, false],
    ['a share that has risen', {}, 0.5, 1, false],
    ['a ratio of which less is better, risen by 11 %', { unit: '×', better: 'less' }, 10, 11.1, true],
    ['a ratio of which less is better, risen by 9 %', { unit: '×', better: 'less' }, 10, 10.9, false],
    ['memory that has grown by 11 %', { unit: 'KiB', better: 'less' }, 100, 111, true],
    ['a time of this machine', { unit: 'µs', better: 'less' }, 10, 100, false],
    ['a time that its limit forbids now', { unit: 'µs', better: 'less', limit: 50 }, 10, 100, true],
    ['a time that its limit forbade before', { unit: 'µs', better: 'less', limit: 5 }, 10, 11, false],
    ['a share that its limit forbids now', { limit: 0.98 }, 0.99, 0.97, true],
    ['readings that are lost now', { unit: '', better: 'less' }, 0, 1, true],
    ['what is no number', { unit: '×' }, 7, Number.NaN, true],
  ])('says of %s whether it is worse', (_, given, before, now, isWorse) => {
    const was = figure({ ...given, value: before });
    const is = figure({ ...given, value: now });
    expect(worseThan([was], [is])).toEqual(isWorse ? [{ before: was, now: is }] : []);
  });

  it('says nothing of what was not measured before, as long as it meets its limit', () => {
    const missing = figure({ value: 0.1, limit: 0.98 });
    expect(worseThan([], [figure({ value: 0 })])).toEqual([]);
    expect(worseThan([], [missing])).toEqual([{ now: missing }]);
  });

  it('names what is not measured any more', () => {
    expect(worseThan([figure({})], [])).toEqual([{ before: figure({}) }]);
  });
});

describe('a file of results', () => {
  it.each<[unknown, boolean]>([
    [[figure({})], true],
    [[], false],
    [undefined, false],
    [{ length: 1 }, false],
    [[null], false],
    [[{ ...figure({}), value: null }], false],
    [[{ value: 1 }], false],
  ])('has figures: %j, %p', (given, isSo) => {
    expect(areFigures(given)).toBe(isSo);
  });
});

describe('the middle of many values', () => {
  it.each([
    [[5], 5],
    [[1, 2, 3, 1_000], 2.5],
    [[1_000, 4, 3, 2, -50], 3],
    [[], Number.NaN],
  ])('of %p is %p', (values, middle) => {
    expect(middling(values)).toBe(middle);
  });

  it('is no number where one is none', () => {
    expect([middling([1, Number.NaN, 2, 3]), middling([Number.NaN, 1, 2, 3])]).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
  });
});

describe('a limit', () => {
  it.each<[Partial<Figure>, boolean]>([
    [{ value: 0.98, limit: 0.98 }, true],
    [{ value: 0.979, limit: 0.98 }, false],
    [{ value: 12, better: 'less', limit: 12 }, true],
    [{ value: 12.1, better: 'less', limit: 12 }, false],
    [{ value: -5 }, true],
  ])('of %j is met: %s', (given, met) => {
    expect(isMet(figure(given))).toBe(met);
  });
});

describe('a figure', () => {
  it.each<[Partial<Figure>, string]>([
    [{ value: 0.9876 }, '98.8 %'],
    [{ value: 7.957, unit: '×' }, '7.96 ×'],
    [{ value: 127.4, unit: 'µs' }, '127 µs'],
    [{ value: 0, unit: '' }, '0.00'],
  ])('of %j is shown as %s', (given, text) => {
    expect(shown(figure(given))).toBe(text);
  });
});
