/** What may come back for a command, found by its text in the dialect's answer rows. */
import type { AnswerRow, WireDialect } from '../adapters/dialects/wire.ts';
import { type CommandLine, namesOf, parseCommandLine } from './command-line.ts';
import { type Line, withoutNoise } from './line.ts';

/** A command as the reader must know it. */
export interface WrittenCommand {
  /** The line without its CR. */
  readonly text: string;
  /** Every line that fits nowhere else belongs to it (a command of the user's own). */
  readonly collectsEverything?: boolean;
}

/** The command in flight, and what was seen of its answer. */
export interface Expectation {
  readonly text: string;
  readonly command: CommandLine;
  readonly row: AnswerRow | undefined;
  /** All commands of the line. */
  readonly names: readonly string[];
  readonly collectsEverything: boolean;
  isEchoed: boolean;
  hasPrompted: boolean;
}

/** An echo of fewer characters could be the end of another line. */
const SHORTEST_GLUED_ECHO = 5;

/** Looks up what may come back for a command. */
export function expectationOf(dialect: Pick<WireDialect, 'answers'>, written: WrittenCommand): Expectation {
  const command = parseCommandLine(written.text);
  const row = dialect.answers.find(
    ({ name, forms, when }) =>
      name === command.name && forms.includes(command.form) && (when === undefined || when(command.fields)),
  );
  return {
    text: written.text.trimEnd(),
    command,
    row,
    names: namesOf(written.text),
    collectsEverything: written.collectsEverything === true,
    isEchoed: false,
    hasPrompted: false,
  };
}

/** Where the echo of the command begins in the line; `undefined` when the line is none. */
export function echoStart(expected: Expectation, line: Line): number | undefined {
  const { text } = expected;
  if (expected.isEchoed || text.length === 0 || line.text.length < text.length) return undefined;
  if (line.text === text) return 0;
  const clean = withoutNoise(line.text);
  if (clean === text) return 0;
  const isGlued = text.length >= SHORTEST_GLUED_ECHO && line.info.prefix === null && clean.endsWith(text);
  return isGlued ? clean.length - text.length : undefined;
}

/** Tells whether a line with this prefix answers the command, whatever it means otherwise. */
export function asksFor(expected: Expectation, prefix: string): boolean {
  if (!expected.names.includes(prefix)) return false;
  return expected.row?.asks ?? expected.command.form !== 'write';
}

/** Tells whether a line that is no URC belongs to the answer. */
export function owns(expected: Expectation, line: Line): boolean {
  if (expected.collectsEverything) return true;
  const { prefix } = line.info;
  if (prefix !== null) return expected.names.includes(prefix);
  // What identifies a module or a SIM is printed bare: AT+CGSN, AT+CIMI, ATI (TS 27.007 §5).
  const texts = expected.row ? expected.row.texts : expected.command.form === 'execute' ? 'any' : undefined;
  return texts === 'any' || (texts?.some((text) => line.text.startsWith(text)) ?? false);
}

/** Tells whether the line belongs to a command that has ended with OK already (gsm). */
export function ownsBehind(ended: Expectation, line: Line): boolean {
  return ended.row?.linesBehind?.some((text) => line.text.startsWith(text)) ?? false;
}
