/** docs/METRICS.md lists the instruments of the code, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  COMMON_ATTRIBUTES,
  COUNTERS,
  GAUGES,
  HISTOGRAMS,
  type InstrumentRow,
  OBSERVABLE_GAUGES,
} from '../../adapters/metrics/instruments.ts';

const KINDS: Readonly<Record<string, Readonly<Record<string, InstrumentRow>>>> = {
  counter: COUNTERS,
  histogram: HISTOGRAMS,
  gauge: GAUGES,
  'observable gauge': OBSERVABLE_GAUGES,
};
const ROWS = Object.entries(KINDS).flatMap(([kind, table]) =>
  Object.values(table).map((row) => ({ kind, ...row })),
);
const text = readFileSync(join(__dirname, '../../docs/METRICS.md'), 'utf8');

/** The rows of the table of instruments, cell by cell. */
function rowsIn(page: string): string[][] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `urchestra.') && line.split(' | ').length === 5)
    .map((line) => line.slice(2, -2).split(' | '));
}

/** The attributes that the second table explains. */
const explainedIn = (page: string): string[] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('| `') && line.split(' | ').length === 2)
    .flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

const written = ROWS.map(({ name, kind, unit, attributes, description }) => [
  `\`${name}\``,
  kind,
  `\`${unit}\``,
  attributes.map((one) => `\`${one}\``).join(', ') || '–',
  description,
]);

describe('the table of the metrics', () => {
  it('has every instrument with its kind, unit, attributes and meaning, and nothing else', () => {
    expect(rowsIn(text)).toEqual(written);
  });

  it('explains every attribute', () => {
    const used = new Set(ROWS.flatMap(({ attributes }) => [...attributes]));
    expect(new Set(explainedIn(text))).toEqual(used);
    for (const one of COMMON_ATTRIBUTES) expect(text).toContain(`\`${one}\``);
  });

  it.each([
    ['an instrument less', /^\| `urchestra\.urcs`.*\n/m, ''],
    ['another unit', '| `dBm` |', '| `dB` |'],
    ['another name', '`urchestra.reboots`', '`urchestra.reboot`'],
  ])('does not pass with %s', (_, found, replacement) => {
    expect(rowsIn(text.replace(found, replacement))).not.toEqual(written);
  });
});

describe('the instruments', () => {
  it('have names of their own, in the words of OpenTelemetry', () => {
    const names = ROWS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^urchestra(?:\.[a-z]+(?:_[a-z]+)*)+$/);
  });

  it('have units of UCUM', () => {
    for (const { unit } of ROWS) expect(unit).toMatch(/^(?:s|By|1|dBm|\{[a-z]+\})$/);
  });

  it('that measure times of commands tell 1 ms from 150 s', () => {
    const { boundaries } = HISTOGRAMS.commandDuration;
    expect([boundaries[0], boundaries.at(-1)]).toEqual([0.001, 150]);
    for (const { boundaries: all } of Object.values(HISTOGRAMS))
      expect([...all]).toEqual([...all].sort((a, b) => a - b));
  });
});
