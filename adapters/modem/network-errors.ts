import { type ErrorCode, ModemError } from '../../errors.ts';
import type { CommandOutcome } from '../../machines/support/command-runner.ts';
import { shownCommand } from '../channel/redaction.ts';
import { commandError, moduleErrorText } from '../command-error.ts';
import type { Command } from '../dialects/dialect.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly errno?: string;
  /** What to try. */
  readonly hint: string;
}

/** Error numbers of the manuals (lte §4) that have a code of their own, or something to try. */
const BY_NUMBER: Readonly<Record<number, Meaning>> = {
  561: { code: 'CONTEXT_FAILED', hint: 'the context is not usable right now: try again later' },
  564: { code: 'COMMAND_REFUSED', errno: 'EBUSY', hint: 'try again later' },
  565: { code: 'NAME_NOT_RESOLVED', hint: 'check the name, or set other servers with setDnsServers()' },
  568: { code: 'COMMAND_REFUSED', errno: 'EBUSY', hint: 'try again later' },
  569: {
    code: 'COMMAND_REFUSED',
    errno: 'ETIMEDOUT',
    hint: 'no answer came in time: check that the host is reachable',
  },
  570: { code: 'CONTEXT_LOST', hint: 'try again: a new call waits for the context' },
};

/** The error for a number that the module gave as the result. `said` is the line in which it did. */
export function moduleError(doing: string, command: Command, number: number, said: string): ModemError {
  const { code, errno, hint }: Meaning = BY_NUMBER[number] ?? {
    code: 'COMMAND_REFUSED',
    hint: 'the numbers are those of the manual of the module',
  };
  const shown = shownCommand(command);
  return new ModemError(code, `${doing}: ${shown} ended with ${said}: ${moduleErrorText(number)}; ${hint}`, {
    command: shown,
    result: said,
    moduleError: number,
    ...(errno !== undefined && { errno }),
  });
}

/** The error for a command that was not even begun. */
export function notBegun(
  doing: string,
  command: Command,
  outcome: Exclude<CommandOutcome<unknown>, { kind: 'ok' }>,
): ModemError {
  if (outcome.kind === 'refused' && outcome.moduleError !== undefined) {
    return moduleError(doing, command, outcome.moduleError, outcome.result);
  }
  const error = commandError(command, outcome);
  return new ModemError(error.code, `${doing}: ${error.message}`, error.details);
}
