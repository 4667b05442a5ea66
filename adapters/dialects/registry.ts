import { ModemError } from '../../errors.ts';
import type { Dialect, DialectName } from './dialect.ts';
import { lte } from './lte.ts';

/** Every dialect that is there, by name. */
export const dialects: Readonly<Partial<Record<DialectName, Dialect>>> = { lte };

/** The dialect of that name.
 *
 * @throws INVALID_ARGUMENT for a name that is none, or none yet.
 */
export function dialectOf(name: string): Dialect {
  const dialect = Object.hasOwn(dialects, name) ? dialects[name as DialectName] : undefined;
  if (dialect) return dialect;
  const names = Object.keys(dialects).join(', ');
  throw new ModemError('INVALID_ARGUMENT', `dialect must be one of ${names}, got ${JSON.stringify(name)}`, {
    argument: 'dialect',
  });
}
