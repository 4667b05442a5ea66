import { flag, integer, rawLine } from '../dialects/arguments.ts';
import type { Command, Step } from '../dialects/dialect.ts';
import { withoutPrivateParts } from '../dialects/private-commands.ts';
import { invalid, needText, readAnyOptions, readList, readOptions } from '../plain-options.ts';

const NAMES = [
  'text',
  'redacted',
  'timeoutMs',
  'collectsEverything',
  'prompts',
  'successes',
  'failures',
  'laterResults',
  'laterTimeoutMs',
  'linesAfterOk',
  'resultIsAddress',
  'before',
  'onSilence',
  'parse',
] as const satisfies readonly (keyof Command)[];
/** The longest line of the dialects: a send of bc66 in hexadecimal digits. */
const LONGEST_BYTES = 2_048;
const LONGEST_MS = 86_400_000;
const MOST_LINES = 512;

/** A command of the application's own making, read once: its line is checked as that of `execute()`.
 *
 * @throws INVALID_ARGUMENT
 */
export function checkedCommand<T>(given: Command<T>): Command<T> {
  const command = readOptions<Command<T>>(given, NAMES, 'command');
  const { redacted, timeoutMs, laterTimeoutMs, parse, before, linesAfterOk, prompts } = command;
  const text = rawLine(command.text as string, LONGEST_BYTES);
  integer('timeoutMs', timeoutMs as number, 1, LONGEST_MS);
  if (laterTimeoutMs !== undefined) integer('laterTimeoutMs', laterTimeoutMs, 1, LONGEST_MS);
  for (const name of ['collectsEverything', 'prompts', 'resultIsAddress'] as const)
    flag(name, (command[name] as boolean | undefined) ?? false);
  if (prompts) throw invalid('command', 'asks for payload: write to a socket instead');
  if (parse !== undefined && typeof parse !== 'function') throw invalid('parse', 'must be a function');
  const blanked = redacted === undefined ? withoutPrivateParts(text) : needText(redacted, 'redacted');
  return {
    ...command,
    text,
    timeoutMs: timeoutMs as number,
    ...(blanked !== text && { redacted: blanked }),
    ...(parse !== undefined && { parse: harmless(parse) }),
    ...results(command),
    ...(before !== undefined && { before: readList(before, 'before').map(checkedStep) }),
    ...(linesAfterOk !== undefined && { linesAfterOk: lines(linesAfterOk) }),
  };
}

/** What the application's reader throws must not end the channel: the answer is then unreadable. */
function harmless<T>(parse: NonNullable<Command<T>['parse']>): NonNullable<Command<T>['parse']> {
  return (answer) => {
    try {
      return parse(answer);
    } catch {
      return undefined;
    }
  };
}

function results(command: Partial<Command>) {
  const lists = ['successes', 'failures', 'laterResults'] as const;
  const given = lists.filter((name) => command[name] !== undefined);
  return Object.fromEntries(
    given.map((name) => [name, readList(command[name], name).map((text) => needText(text, name))]),
  );
}

function lines(given: unknown): NonNullable<Command['linesAfterOk']> {
  const { least, most } = readAnyOptions(given, 'linesAfterOk');
  integer('linesAfterOk.least', least as number, 0, MOST_LINES);
  integer('linesAfterOk.most', most as number, 0, MOST_LINES);
  return { least: least as number, most: most as number };
}

function checkedStep(given: unknown): Step {
  const { command, ...step } = readAnyOptions(given, 'before') as unknown as Step;
  return { ...step, command: checkedCommand(command) };
}
