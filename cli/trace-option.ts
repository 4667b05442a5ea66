/** `--trace FILE`, for every command with a modem. */
import type { Command } from 'commander';
import type { Modem } from '../adapters/modem/modem.ts';
import { headerOf } from '../adapters/trace/trace-header.ts';
import type { Clock } from '../streams/clock.ts';
import { type Io, usageError } from './io.ts';
import { TraceFile } from './trace-file.ts';

/** As commander hands it over. */
export interface TraceCommandOptions {
  readonly trace?: string;
}

/** Adds the option to a subcommand. */
export function withTraceOption(command: Command): Command {
  return command.option(
    '--trace <file>',
    'write everything that happens as JSON lines: commands, answers, URCs, events, transitions, recovery',
  );
}

/** Writes the trace of a modem that has not started. The header comes with the first line, and again with the first one
 * behind which the dialect is known.
 *
 * @returns what waits until all of it is in the file.
 * @throws INVALID_ARGUMENT when the file cannot be written.
 */
export async function traceTo(
  path: string | undefined,
  modem: Modem,
  clock: Clock,
  io: Io,
): Promise<() => Promise<void>> {
  if (path === undefined) return async () => undefined;
  if (path === '') throw usageError('--trace needs the name of a file');
  const file = await TraceFile.open({
    path,
    leftOut: (lines) =>
      JSON.stringify({ atMs: clock.now(), kind: 'note', text: `${lines} lines left out: the disk is slow` }),
    failed: (why) =>
      io.stderr.write(`warning: --trace ${path}: ${why}; nothing more is written to it, the modem goes on\n`),
  });
  let isNamed: boolean | undefined;
  const entries = modem.trace$.subscribe((entry) => {
    if (isNamed !== modem.isDialectKnown) {
      isNamed = modem.isDialectKnown;
      const dialect = isNamed ? modem.dialect.name : undefined;
      file.write(JSON.stringify(headerOf(entry.atMs, dialect)));
    }
    file.write(JSON.stringify(entry));
  });
  return async () => {
    entries.unsubscribe();
    await file.close();
  };
}
