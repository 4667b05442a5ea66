/** What may come back for a command, found by its text in the dialect's answer rows. */
import type { AnswerRow, WireDialect } from '../adapters/dialects/wire.ts';
import { type CommandLine, parseCommandLine, parseCommandLines } from './command-line.ts';
import { type Line, withoutNoise } from './line.ts';

/** A command as the reader must know it. */
export interface WrittenCommand {
  /** The line without its CR. */
  readonly text: string;
  /** Every line that fits nowhere else belongs to it (a command of the user's own). */
  readonly collectsEverything?: boolean;
}

/** One command of the line that is in flight. */
export interface ExpectedAnswer {
  readonly command: CommandLine;
  readonly row: AnswerRow | undefined;
}

/** The line in flight, and what was seen of its answer. */
export interface Expectation {
  readonly text: string;
  /** The command that decides how the answer is framed: of a chain the first that brings payload or data, or the first. */
  readonly command: CommandLine;
  readonly row: AnswerRow | undefined;
  /** All commands of the line. */
  readonly answers: readonly ExpectedAnswer[];
  readonly collectsEverything: boolean;
  isEchoed: boolean;
  hasPrompted: boolean;
}

/** An echo of fewer characters could be the end of another line. */
const SHORTEST_GLUED_ECHO = 5;

function answerOf(dialect: Pick<WireDialect, 'answers'>, command: CommandLine): ExpectedAnswer {
  const row = dialect.answers.find(
    ({ name, forms, when }) =>
      name === command.name && forms.includes(command.form) && (when === undefined || when(command.fields)),
  );
  return { command, row };
}

/** Looks up what may come back for a command line. */
export function expectationOf(dialect: Pick<WireDialect, 'answers'>, written: WrittenCommand): Expectation {
  const { text } = written;
  const answers = parseCommandLines(text).map((command) => answerOf(dialect, command));
  const framing = answers.find(({ row }) => row?.announces ?? row?.prompts ?? row?.connects) ?? answers[0];
  return {
    text,
    command: framing?.command ?? parseCommandLine(text),
    row: framing?.row,
    answers,
    collectsEverything: written.collectsEverything === true,
    isEchoed: false,
    hasPrompted: false,
  };
}

/** Where the echo of the command begins in the line; `undefined` when the line is none. */
export function echoStart(expected: Expectation, line: Line): number | undefined {
  const text = expected.text.trim(); // as lines are
  if (expected.isEchoed || text.length === 0 || line.text.length < text.length) return undefined;
  if (line.text === text) return 0;
  const clean = withoutNoise(line.text);
  if (clean === text) return 0;
  const isGlued = text.length >= SHORTEST_GLUED_ECHO && line.info.prefix === null && clean.endsWith(text);
  return isGlued ? clean.length - text.length : undefined;
}

/** The command of the line that asked for lines with this prefix, whatever they mean otherwise. */
export function askerOf({ answers }: Expectation, prefix: string): ExpectedAnswer | undefined {
  return answers.find(
    ({ command, row }) => command.name === prefix && (row?.asks ?? command.form !== 'write'),
  );
}

/** Tells whether a line that is no URC belongs to the answer. */
export function owns({ answers, collectsEverything }: Expectation, line: Line): boolean {
  if (collectsEverything) return true;
  const { prefix } = line.info;
  return answers.some((answer) =>
    prefix === null ? ownsText(answer, line.text) : answer.command.name === prefix,
  );
}

function ownsText({ command, row }: ExpectedAnswer, text: string): boolean {
  // What identifies a module or a SIM is printed bare: AT+CGSN, AT+CIMI, ATI (TS 27.007 §5).
  const texts = row ? row.texts : command.form === 'execute' ? 'any' : undefined;
  return texts === 'any' || (texts?.some((front) => text.startsWith(front)) ?? false);
}

/** Tells whether the line belongs to a command that has ended with OK already (gsm). */
export function ownsBehind(ended: Expectation, line: Line): boolean {
  return ended.row?.linesBehind?.some((text) => line.text.startsWith(text)) ?? false;
}
