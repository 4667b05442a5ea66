/** One field of an information line: a decimal integer, or text (quotation marks removed). */
export type Field = number | string;

const TAB = 0x09;
const BLANK = 0x20;
const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
/** More digits do not fit into a number without loss. */
const MOST_DIGITS = 15;

/** Within a field: the comma behind it may not be its end. */
const HIDES_COMMA = /["()]/;

const isBlank = (code: number): boolean => code === BLANK || code === TAB;

/** Without the blanks around it. Other white space of Unicode is a byte like any other here. */
export function trimmed(text: string, from = 0, to = text.length): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** Cuts the text behind the colon at the commas outside quotation marks and parentheses.
 *
 * @param from where the fields begin in `text`.
 * @example parseFields('0,"TCP","10.0.0.1",8009') // [0, 'TCP', '10.0.0.1', 8009]
 */
export function parseFields(text: string, from = 0): Field[] {
  const fields: Field[] = [];
  for (let start = from; ; ) {
    while (isBlank(text.charCodeAt(start))) start++;
    const isQuoted = text.charCodeAt(start) === QUOTE;
    const end = isQuoted ? quotedEnd(text, start) : bareEnd(text, start);
    if (end < 0) return parseNested(text, from);
    const field = fieldOf(text, start, end);
    if (!isQuoted && typeof field === 'string' && HIDES_COMMA.test(field)) return parseNested(text, from);
    fields.push(field);
    if (end === text.length) return fields;
    start = end + 1;
  }
}

/** Where the field ends whose quotation mark is at `start`; -1 when more than a comma follows the closing one. */
function quotedEnd(text: string, start: number): number {
  const close = text.indexOf('"', start + 1);
  if (close < 0) return -1;
  let end = close + 1;
  while (isBlank(text.charCodeAt(end))) end++;
  return end === text.length || text.charCodeAt(end) === COMMA ? end : -1;
}

/** Where the field without quotation marks ends. */
function bareEnd(text: string, start: number): number {
  const comma = text.indexOf(',', start);
  return comma < 0 ? text.length : comma;
}

/** The same, one character after the other: with groups in parentheses and marks within fields. */
function parseNested(text: string, from: number): Field[] {
  const fields: Field[] = [];
  let start = from;
  let depth = 0;
  let isQuoted = false;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (code === OPEN) depth++;
    else if (code === CLOSE) depth--;
    else if (code === COMMA && depth <= 0) {
      fields.push(fieldOf(text, start, at));
      start = at + 1;
    }
  }
  fields.push(fieldOf(text, start, text.length));
  return fields;
}

function fieldOf(text: string, from: number, to: number): Field {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  const isQuoted = end - start >= 2 && text.charCodeAt(start) === QUOTE && text.charCodeAt(end - 1) === QUOTE;
  if (isQuoted) return text.slice(start + 1, end - 1);
  return integerAt(text, start, end) ?? text.slice(start, end);
}

/** The decimal integer that fills the range: no plus sign, no leading zero. */
function integerAt(text: string, start: number, end: number): number | undefined {
  const isNegative = text.charCodeAt(start) === MINUS;
  const first = isNegative ? start + 1 : start;
  const digits = end - first;
  if (digits < 1 || digits > MOST_DIGITS) return undefined;
  if (digits > 1 && text.charCodeAt(first) === ZERO) return undefined;
  let value = 0;
  for (let at = first; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return undefined;
    value = value * 10 + code - ZERO;
  }
  return isNegative ? -value : value;
}
