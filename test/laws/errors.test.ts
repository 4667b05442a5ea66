/** docs/ERRORS.md says what to do about every code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '../../errors.ts';

const text = readFileSync(join(__dirname, '../../docs/ERRORS.md'), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| `'));
const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));

it('every code has one row, in which its errno stands, and no row has another code', () => {
  const named = cells.map(([, code = '']) => code.replaceAll('`', ''));
  expect([...named].sort()).toEqual(Object.keys(ERROR_CODES).sort());
  for (const [code, known] of Object.entries(ERROR_CODES)) {
    const row = cells.find(([, name]) => name === `\`${code}\``);
    if ('errno' in known) expect([code, row?.[2]]).toEqual([code, expect.stringContaining(known.errno)]);
    else expect([code, row?.[2]]).toEqual([code, '']);
    expect(row?.[3]?.length).toBeGreaterThan(10);
  }
});
