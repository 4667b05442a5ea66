import { ModemError } from '../../errors.ts';
import { shownValue } from '../dialects/shown-value.ts';

const SHELL_SYNTAX = /[|&;<>()$`]/;

/** Splits a command line into arguments: blanks separate, quotes and backslashes protect, nothing is expanded.
 *
 * `'…'` keeps everything, `"…"` everything but `\"` and `\\`. No shell will run it, so what only a shell
 * understands (pipes, `$NAME`, `;`) is refused outside of single quotes instead of being passed on literally.
 *
 * @example parseCommandLine(`gpioset -t 500ms "chip 0" 4=1`) // ['gpioset', '-t', '500ms', 'chip 0', '4=1']
 * @throws ModemError `INVALID_ARGUMENT` when it is empty, a quote is left open, or it needs a shell.
 */
export function parseCommandLine(text: string): readonly [string, ...string[]] {
  if (typeof text !== 'string') throw refused(`it is no text but ${shownValue(text)}`);
  if (text.includes('\0')) throw refused('a NUL is in it');
  const token = /\s+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)|([\s\S])/g;
  const words: string[] = [];
  let word: string | undefined;
  for (const [all, single, double, escaped, plain, stray] of text.matchAll(token)) {
    if (stray !== undefined) throw refused(`${stray === '\\' ? 'a backslash' : stray} has no end`);
    const active = plain ?? double?.replace(/\\[\s\S]/g, '') ?? '';
    const shell = (double === undefined ? SHELL_SYNTAX : /[$`]/).exec(active)?.[0];
    if (shell) throw refused(`${shell} needs a shell: put it in single quotes, or the command in a script`);
    const part = single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain;
    if (part !== undefined) word = (word ?? '') + part;
    else if (word !== undefined && /^\s/.test(all)) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  const [command, ...parameters] = words;
  if (!command) throw refused('there is no command in it');
  return [command, ...parameters];
}

/** Without the text: it may hold the password of a power switch. */
function refused(why: string): ModemError<'INVALID_ARGUMENT'> {
  return new ModemError('INVALID_ARGUMENT', `cannot read the command line: ${why}`, {
    argument: 'command',
  });
}
