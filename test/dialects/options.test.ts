import { bc66 } from '../../adapters/dialects/bc66.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { rg } from '../../adapters/dialects/rg.ts';
import { ugxx } from '../../adapters/dialects/ugxx.ts';
import { refusal, refusedArgument } from './answers.ts';

type Row = readonly [name: string, lowest: readonly number[], highest: readonly number[]];

const shared: readonly Row[] = [
  ['transpktsize', [1], [1460]],
  ['transwaittm', [0], [20]],
  ['dataformat', [0, 0], [1, 1]],
  ['viewmode', [0], [1]],
  ['tcp/retranscfg', [3, 5], [20, 1000]],
  ['dns/cache', [0], [1]],
  ['qisend/timeout', [0], [3600]],
  ['passiveclosed', [0], [1]],
  ['tcp/accept', [0], [1]],
  ['recvind', [0], [1]],
];
const ofLte: readonly Row[] = [
  ...shared,
  ['udp/readmode', [0], [1]],
  ['udp/sendmode', [0], [1]],
  ['recv/buffersize', [10_240], [524_288]],
  ['tcp/keepalive', [0, 1, 25, 3], [1, 120, 100, 10]],
];
const ofRg: readonly Row[] = [
  ...shared,
  ['close/mode', [0], [1]],
  ['sendinfo', [0], [1]],
  ['formatcfg', [0], [1]],
  ['tcp/keepalive', [0, 1, 25, 3], [1, 1800, 100, 10]],
];
const ofBc66: readonly Row[] = [
  ['dataformat', [0, 0], [1, 1]],
  ['viewmode', [0], [1]],
];

const changed = (values: readonly number[], at: number, by: number): number[] =>
  values.map((value, index) => (index === at ? value + by : value));

describe.each([
  ['lte', lte.commands, ofLte],
  ['ugxx', ugxx.commands, ofLte],
  ['rg', rg.commands, ofRg],
  ['bc66', bc66.commands, ofBc66],
] as const)('the options of %s', (_, { setOption, queryOption }, rows) => {
  it.each(rows)('know %s within its range', (name, lowest, highest) => {
    for (const values of [lowest, highest]) {
      expect(setOption(name, values).text).toBe(`AT+QICFG="${name}",${values.join(',')}`);
    }
    lowest.forEach((_value, at) => {
      expect(refusedArgument(() => setOption(name, changed(lowest, at, -1)))).toBe(name);
      expect(refusedArgument(() => setOption(name, changed(highest, at, 1)))).toBe(name);
      expect(refusal(() => setOption(name, changed(highest, at, 1)))?.message).toContain(
        `from ${lowest[at]} to ${highest[at]}`,
      );
    });
    expect(refusedArgument(() => setOption(name, [...lowest, 0]))).toBe(`number of values of ${name}`);
    expect(refusedArgument(() => setOption(name, []))).toBe(`number of values of ${name}`);
  });

  it.each(['nothing', '', 'viewmode"', 'toString', '__proto__', 'constructor'])('do not know %j', (name) => {
    expect(refusedArgument(() => setOption(name, [0]))).toBe('option');
  });

  it('can be asked for by names that only newer firmware knows', () => {
    expect(queryOption('new/option').text).toBe('AT+QICFG="new/option"');
    expect(refusedArgument(() => queryOption('x'.repeat(33)))).toBe('option');
  });
});

describe('options with values that may be missing', () => {
  it('take the switch of keepalive alone, and no half of a pair', () => {
    expect(lte.commands.setOption('tcp/keepalive', [0]).text).toBe('AT+QICFG="tcp/keepalive",0');
    expect(refusedArgument(() => lte.commands.setOption('dataformat', [0]))).toBe(
      'number of values of dataformat',
    );
  });

  it('have the names that each manual gives them, and no other', () => {
    expect(refusedArgument(() => rg.commands.setOption('udp/readmode', [0]))).toBe('option');
    expect(refusedArgument(() => lte.commands.setOption('close/mode', [0]))).toBe('option');
    expect(refusedArgument(() => bc66.commands.setOption('recvind', [0]))).toBe('option');
  });
});
