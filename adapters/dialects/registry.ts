import { ModemError } from '../../errors.ts';
import { bc66 } from './bc66.ts';
import type { Dialect, DialectName } from './dialect.ts';
import { gsm } from './gsm.ts';
import { lte } from './lte.ts';
import { rg } from './rg.ts';
import { shownValue } from './shown-value.ts';
import { ugxx } from './ugxx.ts';
import type { WireDialect } from './wire.ts';

/** Every dialect, by name: how its modules are read, and its commands as data. */
export const wireDialects: Readonly<Record<DialectName, WireDialect>> = { gsm, ugxx, bc66, lte, rg };

/** The dialects that the machines drive. */
export const dialects: Readonly<Record<DialectName, Dialect>> = { gsm, ugxx, bc66, lte, rg };

function lookUp<T>(table: Readonly<Record<DialectName, T>>, name: string): T {
  const isName = typeof name === 'string' && Object.hasOwn(table, name);
  const found = isName ? table[name as DialectName] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(table).join(', ');
  throw new ModemError('INVALID_ARGUMENT', `dialect must be one of ${names}, got ${shownValue(name)}`, {
    argument: 'dialect',
  });
}

/** The dialect of that name, to drive a module.
 *
 * @throws INVALID_ARGUMENT for a name that is none.
 */
export function dialectOf(name: string): Dialect {
  return lookUp(dialects, name);
}

/** The dialect of that name, to read what a module says.
 *
 * @throws INVALID_ARGUMENT for a name that is none.
 */
export function wireDialectOf(name: string): WireDialect {
  return lookUp(wireDialects, name);
}
