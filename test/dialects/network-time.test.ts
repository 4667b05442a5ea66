import { readNetworkTime } from '../../adapters/dialects/network-time.ts';

describe('a time of the network', () => {
  it.each([
    [
      '19/07/20,22:10:59-48',
      { year: 2019, month: 7, day: 20, hours: 22, minutes: 10, seconds: 59, zoneMinutes: -720 },
    ],
    [
      '2015/04/01,08:20:35+32',
      { year: 2015, month: 4, day: 1, hours: 8, minutes: 20, seconds: 35, zoneMinutes: 480 },
    ],
    ['2024/12/31,23:59:60', { year: 2024, month: 12, day: 31, hours: 23, minutes: 59, seconds: 60 }],
  ])('is read from %s', (text, time) => {
    expect(readNetworkTime(text)).toEqual(time);
  });

  it.each([
    '18/04,11:08:20:35+8',
    '',
    '20/13/01,00:00:00+0',
    '20/01/00,00:00:00',
    '20/01/01,24:00:00',
    '1/1/1,1:1:1',
  ])('is not read from %j: there the text must do', (text) => {
    expect(readNetworkTime(text)).toBeUndefined();
  });
});
