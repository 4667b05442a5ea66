/** What a command line asks for: its name, its form and its arguments (V.250 §5.4). */
import { type Field, parseFields } from './fields.ts';

/** `AT+X=?`, `AT+X?`, `AT+X=…` and `AT+X`. */
export type CommandForm = 'test' | 'read' | 'write' | 'execute';

/** One command of a line, taken apart. */
export interface CommandLine {
  /** `+QIRD` in capitals; a basic command by its letters (`E`, `O`, `&D`); empty for a bare `AT`. */
  readonly name: string;
  /** Which of the four forms. */
  readonly form: CommandForm;
  /** Its arguments, numbers as numbers. */
  readonly fields: readonly Field[];
}

const EXTENDED = /^AT([+*^$#%][A-Z0-9_]+)\s*(=\?|\?|=)?/i;
const BASIC = /^AT(&?[A-Z])(\d*)/i;

/** Reads the first command of a line. For all of a chain: `parseCommandLines`. */
export function parseCommandLine(text: string): CommandLine {
  const extended = EXTENDED.exec(text);
  if (extended) {
    const [front, name = '', operator] = extended;
    const form =
      operator === '=?' ? 'test' : operator === '?' ? 'read' : operator === '=' ? 'write' : 'execute';
    const rest = text.slice(front.length);
    return { name: name.toUpperCase(), form, fields: form === 'write' ? parseFields(rest) : [] };
  }
  const basic = BASIC.exec(text);
  if (!basic) return { name: '', form: 'execute', fields: [] };
  const [, letters = '', digits = ''] = basic;
  return { name: letters.toUpperCase(), form: 'execute', fields: digits === '' ? [] : [Number(digits)] };
}

/** Reads all commands of a line: `AT+CSQ;+CREG?` are two, each answered by lines of its own. */
export function parseCommandLines(text: string): readonly CommandLine[] {
  if (!text.includes(';')) return [parseCommandLine(text)];
  const commands: CommandLine[] = [];
  let isQuoted = false;
  let start = 2;
  for (let at = 2; at <= text.length; at++) {
    const char = text[at];
    if (char === '"') isQuoted = !isQuoted;
    if (at < text.length && (isQuoted || char !== ';')) continue;
    if (at > start) commands.push(parseCommandLine(`AT${text.slice(start, at).trim()}`));
    start = at + 1;
  }
  return commands;
}
