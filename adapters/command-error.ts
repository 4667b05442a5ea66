import { ModemError } from '../errors.ts';
import type { CommandOutcome } from '../machines/support/command-runner.ts';
import { shownCommand } from './channel/redaction.ts';
import { moduleErrors } from './dialects/common.ts';
import type { Command } from './dialects/dialect.ts';

/** `561 (open PDP context failed)`, as far as it is known. */
export function moduleErrorText(number: number): string {
  const text = moduleErrors[number];
  return text === undefined ? String(number) : `${number} (${text})`;
}

/** The error that a command's outcome means to a caller who wanted its value. */
export function commandError(
  command: Command,
  outcome: Exclude<CommandOutcome<unknown>, { kind: 'ok' }>,
): ModemError {
  const shown = shownCommand(command);
  if (outcome.kind === 'timedOut') {
    const { timeoutMs } = command;
    const message = `${shown}: no final result in time; the module is checked and, if it hangs, reset`;
    return new ModemError('COMMAND_TIMED_OUT', message, { command: shown, timeoutMs });
  }
  if (outcome.kind === 'aborted') {
    return new ModemError(outcome.code, `${shown} was given up: ${ABORTED[outcome.code] ?? outcome.code}`, {
      command: shown,
    });
  }
  const { result, moduleError } = outcome;
  const unreadable = !/ERROR|FAIL|CARRIER/.test(result);
  const number = moduleError === undefined ? '' : `: ${moduleErrorText(moduleError)}`;
  return new ModemError(
    unreadable ? 'ANSWER_UNREADABLE' : 'COMMAND_REFUSED',
    `${shown} refused: ${result}${number}`,
    { command: shown, result, ...(moduleError !== undefined && { moduleError }) },
  );
}

const ABORTED: Readonly<Record<string, string>> = {
  PORT_LOST: 'the port was lost',
  MODULE_REBOOTED: 'the module rebooted',
  MODULE_HUNG: 'the module does not answer and is being reset',
  STOPPED: 'the modem was stopped',
  QUEUE_FULL: 'too many commands wait already',
};
