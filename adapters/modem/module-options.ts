import type { BringUpRow, Dialect } from '../dialects/dialect.ts';
import { invalid, readAnyOptions } from '../plain-options.ts';

/** The rows of the set-up for the options that the user asked for. */
function rowsOf(dialect: Dialect, options: object): readonly BringUpRow[] {
  const table = dialect.moduleOptions;
  return Object.entries(options).flatMap(([name, value]): readonly BringUpRow[] => {
    const rule = Object.hasOwn(table, name) ? table[name] : undefined;
    if (rule === undefined) {
      const known = Object.keys(table).join(', ');
      throw invalid(`module.${name}`, `is no option of ${dialect.name}: it must be one of ${known}`);
    }
    if (value === undefined) return [];
    const command = rule.encode(`module.${name}`, membersOf(`module.${name}`, value));
    return [{ command, required: false, sets: rule.sets, option: name }];
  });
}

/** Options that are objects themselves are read once, too. */
function membersOf(argument: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null ? readAnyOptions(value, argument) : value;
}

/** The dialect with the options of the user's behind its own set-up, in place of its own rows for the same thing.
 *
 * @throws INVALID_ARGUMENT that names the option and what the dialect has.
 */
export function withModuleOptions(dialect: Dialect, given: unknown = {}): Dialect {
  const options = readAnyOptions(given, 'module');
  const rows = rowsOf(dialect, options);
  if (rows.length === 0) return dialect;
  const isOurs = ({ sets }: BringUpRow): boolean =>
    sets === undefined || !rows.some((row) => row.sets === sets);
  const sendInputTimeoutMs =
    typeof options['sendInputTimeoutMs'] === 'number'
      ? options['sendInputTimeoutMs']
      : dialect.limits.sendInputTimeoutMs;
  return {
    ...dialect,
    limits: { ...dialect.limits, sendInputTimeoutMs },
    bringUp: [...dialect.bringUp.filter(isOurs), ...rows],
  };
}
