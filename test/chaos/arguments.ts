/** The command line of the chaos suite. */
import { parseArgs } from 'node:util';
import { isVirtualDialect, type VirtualDialect } from '../../simulator/index.ts';

export interface ChaosArguments {
  readonly seed: number;
  readonly cases: number;
  /** Left out: all of them take turns. */
  readonly dialect: VirtualDialect | undefined;
  /** This one alone. */
  readonly case: number | undefined;
  /** A file with a schedule, in place of a case. */
  readonly schedule: string | undefined;
  /** Prints everything that happens. */
  readonly log: boolean;
  readonly shrink: boolean;
  /** Cases that fail before the run is given up. */
  readonly failures: number;
}

/** What is wrong with a command line, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

function whole(name: string, text: string, min: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min)
    throw new UsageError(`--${name} must be a whole number from ${min}, got ${text}`);
  return value;
}

/** @throws UsageError */
export function readArguments(args: readonly string[]): ChaosArguments {
  const { values } = parse(args);
  const { dialect } = values;
  if (dialect !== undefined && dialect !== 'all' && !isVirtualDialect(dialect))
    throw new UsageError(`--dialect must be all, lte, ugxx, rg, gsm or bc66, got ${dialect}`);
  return {
    seed: whole('seed', values.seed, 0),
    cases: whole('cases', values.cases, 1),
    dialect: dialect === undefined || !isVirtualDialect(dialect) ? undefined : dialect,
    case: values.case === undefined ? undefined : whole('case', values.case, 0),
    schedule: values.schedule,
    log: values.log,
    shrink: !values['no-shrink'],
    failures: whole('failures', values.failures, 1),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string', default: '1' },
        cases: { type: 'string', default: '500' },
        dialect: { type: 'string' },
        case: { type: 'string' },
        schedule: { type: 'string' },
        log: { type: 'boolean', default: false },
        'no-shrink': { type: 'boolean', default: false },
        failures: { type: 'string', default: '10' },
      },
    });
  } catch (error) {
    const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new UsageError(line);
  }
}
