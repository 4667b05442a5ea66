import type { Answer, Command, InfoLine } from '../../adapters/dialects/dialect.ts';
import { isModemError } from '../../errors.ts';
import { parseFields } from '../../streams/fields.ts';

/** A received line as the commands see it: `+NAME: fields`, or text without a prefix. */
export function infoLine(text: string): InfoLine {
  const match = /^(\+[A-Z0-9]+):\s*(.*)$/.exec(text);
  if (match === null) return { prefix: null, text, fields: [] };
  const [, prefix = '', rest = ''] = match;
  return { prefix, text: rest, fields: parseFields(rest) };
}

/** What a command makes of these lines and of that result. */
export function parsed<T>(command: Command<T>, lines: readonly string[], result = 'OK'): T | undefined {
  const answer: Answer = { lines: lines.map(infoLine), payload: [], result };
  return command.parse?.(answer);
}

/** Name of the argument that was refused, `undefined` when none was. */
export function refusedArgument(encode: () => unknown): string | undefined {
  return refusal(encode)?.details.argument;
}

/** The refusal itself. Any other error is none, and fails the test. */
export function refusal(encode: () => unknown) {
  try {
    encode();
  } catch (error) {
    if (isModemError(error, 'INVALID_ARGUMENT')) return error;
    throw error;
  }
  return undefined;
}

/** Everything that is written for a command, what goes in front of it first. */
export const linesOf = ({ before = [], text }: Command): readonly string[] => [
  ...before.map(({ command }) => command.text),
  text,
];
