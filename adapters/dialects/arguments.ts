import { ModemError } from '../../errors.ts';
import type { Field } from '../../streams/fields.ts';
import { shownValue } from './shown-value.ts';

/** The one place where strings become command text: what passes here cannot end the line or open another. */
const FORBIDDEN = /[\u0000-\u001f\u007f"]/;
/** Bytes outside ASCII would be cut to Latin-1 on the wire and arrive as something else. */
const NOT_ASCII = /[^\u0000-\u007f]/;

function invalid(argument: string, problem: string): ModemError {
  return new ModemError('INVALID_ARGUMENT', `${argument} ${problem}`, { argument });
}

/** Puts a string between quotation marks, as the manuals print string parameters.
 *
 * @throws INVALID_ARGUMENT for control characters, quotation marks, non-ASCII text or too many bytes.
 */
export function quoted(argument: string, text: string, longestBytes: number): string {
  if (typeof text !== 'string') throw invalid(argument, `must be a string, got ${shownValue(text)}`);
  if (FORBIDDEN.test(text)) throw invalid(argument, 'must not contain control characters or quotation marks');
  if (NOT_ASCII.test(text)) throw invalid(argument, 'must consist of ASCII characters');
  if (text.length > longestBytes) {
    throw invalid(argument, `must not be longer than ${longestBytes} bytes, got ${text.length}`);
  }
  return `"${text}"`;
}

/** A string that must not be empty, between quotation marks. */
export function quotedName(argument: string, text: string, longestBytes: number): string {
  const result = quoted(argument, text, longestBytes);
  if (text.length === 0) throw invalid(argument, 'must not be empty');
  return result;
}

/** A whole number within the range of the manual, as text. */
export function integer(argument: string, value: number, lowest: number, highest: number): string {
  if (!Number.isInteger(value) || value < lowest || value > highest) {
    throw invalid(argument, `must be a whole number from ${lowest} to ${highest}, got ${shownValue(value)}`);
  }
  return String(value);
}

/** A whole multiple of `step`, from `lowest` to `highest` steps, as the number of steps. */
export function multiple(
  argument: string,
  value: unknown,
  step: number,
  lowest: number,
  highest: number,
): number {
  const steps = typeof value === 'number' ? value / step : Number.NaN;
  if (Number.isInteger(steps) && steps >= lowest && steps <= highest) return steps;
  const kind = step === 1 ? 'a whole number' : `a multiple of ${step}`;
  throw invalid(
    argument,
    `must be ${kind} from ${lowest * step} to ${highest * step}, got ${shownValue(value)}`,
  );
}

/** The position of `value` among the texts of the manual, as the number that is written. */
export function choice<T extends string>(
  argument: string,
  value: T,
  choices: readonly T[],
  first = 0,
): string {
  const at = choices.indexOf(value);
  if (at < 0) throw invalid(argument, `must be one of ${choices.join(', ')}, got ${shownValue(value)}`);
  return String(at + first);
}

/** One of the texts of the manual, between quotation marks: for parameters that the manual spells out. */
export function quotedChoice<T extends string>(argument: string, value: T, choices: readonly T[]): string {
  choice(argument, value, choices); // a string of the caller's until it is known to be one of these
  return `"${value}"`;
}

/** Bytes as upper-case hexadecimal digits. */
export function hexDigits(argument: string, bytes: Uint8Array, longestBytes: number): string {
  integer(argument, bytes.length, 1, longestBytes);
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

/** Text that stands in a command without quotation marks: nothing in it may end a parameter or the line.
 *
 * Blanks are refused as well, because a module may drop them at either end.
 */
export function bareText(argument: string, text: string, longestBytes: number): string {
  if (typeof text !== 'string') throw invalid(argument, `must be a string, got ${shownValue(text)}`);
  if (!/^[!-~]+$/.test(text) || /[",;]/.test(text)) {
    throw invalid(
      argument,
      'must consist of visible ASCII characters other than quotation marks, commas and semicolons',
    );
  }
  if (text.length > longestBytes) {
    throw invalid(argument, `must not be longer than ${longestBytes} bytes, got ${text.length}`);
  }
  return text;
}

/** Longest command line of the user's own. */
const RAW_BYTES = 500;
/** Results as numbers or none at all, other line ends, another rate: alone, behind other basic commands or a semicolon. */
const UNREADABLE =
  /(?:^AT|;)(?:[&\\]?[A-RT-Z]\d*|S\d+(?:\?|=\d*)?)*?(?:Q0*1|V0*(?!\d)|S0*[34]=)|\+IPR=(?!\?)/;

/** A command line of the user's own: one line of printable text that begins with AT.
 *
 * Commands that would make the port unusable for every later one are refused (protocol.md §10). What is wrong is not shown:
 * it may hold a secret.
 */
export function rawLine(text: string, longestBytes = RAW_BYTES): string {
  if (typeof text !== 'string') throw invalid('command', `must be a string, got ${shownValue(text)}`);
  if (text.length > longestBytes)
    throw invalid('command', `must not be longer than ${longestBytes} characters, got ${text.length}`);
  if (!/^[ -~]*$/.test(text))
    throw invalid('command', 'must be one line of ASCII text without control characters');
  if (!/^AT/i.test(text)) throw invalid('command', 'must begin with AT');
  // The module skips blanks, and takes both cases.
  if (
    UNREADABLE.test(
      text
        .replace(/"[^"]*"?/g, '""')
        .replaceAll(' ', '')
        .toUpperCase(),
    )
  )
    throw invalid('command', 'would make the port unreadable: it must not set Q1, V0, S3, S4 or +IPR');
  return text;
}

/** A switch of the manual: 0 off, 1 on. */
export function flag(argument: string, on: boolean): string {
  if (typeof on !== 'boolean') throw invalid(argument, `must be true or false, got ${shownValue(on)}`);
  return on ? '1' : '0';
}

/** The field as a number, or `undefined` when it is missing or text. */
export function numberAt(fields: readonly Field[], index: number): number | undefined {
  const field = fields[index];
  return typeof field === 'number' ? field : undefined;
}

/** The field as text, or `undefined` when it is missing. */
export function textAt(fields: readonly Field[], index: number): string | undefined {
  const field = fields[index];
  return field === undefined ? undefined : String(field);
}
