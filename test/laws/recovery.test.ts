/** docs/RECOVERY.md lists the numbers of the recovery with their defaults, the presets, and the problems that there are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recoveryDefaults, recoveryPresets } from '../../adapters/modem/recovery-options.ts';
import { ERROR_CODES } from '../../errors.ts';

const page = readFileSync(join(__dirname, '../../docs/RECOVERY.md'), 'utf8');

/** First and second cells of the table below a heading. */
function cellsBelow(heading: string): (readonly [string, string])[] {
  const [, below = ''] = page.split(`\n## ${heading}\n`);
  const [section = ''] = below.split('\n## ');
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(2).split(' | '))
    .map(([first = '', second = '']) => [first, second]);
}

describe('docs/RECOVERY.md', () => {
  it('has every number of the recovery with its default, in their order', () => {
    const expected = Object.entries(recoveryDefaults).map(([name, value]) => [
      `\`${name}\``,
      Array.isArray(value) ? value.join(', ') : String(value),
    ]);
    expect(cellsBelow('All numbers')).toEqual(expected);
  });

  it('has every preset', () => {
    expect(cellsBelow('Presets').map(([name]) => name)).toEqual(
      Object.keys(recoveryPresets).map((name) => `\`${name}\``),
    );
  });

  it('names problems by codes that exist', () => {
    const codes = cellsBelow('What `status$` says').flatMap(([cell]) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, code]) => code),
    );
    expect(codes.length).toBeGreaterThan(10);
    for (const code of codes) expect(Object.keys(ERROR_CODES)).toContain(code);
  });
});
