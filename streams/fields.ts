/** One field of an information line: a decimal integer, or text (quotation marks removed). */
export type Field = number | string;

const INTEGER = /^-?(?:0|[1-9]\d{0,14})$/;

/** Cuts the text behind the colon at the commas outside quotation marks and parentheses.
 *
 * @example parseFields('0,"TCP","10.0.0.1",8009') // [0, 'TCP', '10.0.0.1', 8009]
 */
export function parseFields(text: string): Field[] {
  const fields: Field[] = [];
  let start = 0;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at <= text.length; at++) {
    const char = text[at];
    if (char === '"') quoted = !quoted;
    else if (!quoted && char === '(') depth++;
    else if (!quoted && char === ')') depth--;
    if (at === text.length || (char === ',' && !quoted && depth <= 0)) {
      fields.push(toField(text.slice(start, at).trim()));
      start = at + 1;
    }
  }
  return fields;
}

function toField(text: string): Field {
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) return text.slice(1, -1);
  return INTEGER.test(text) ? Number(text) : text;
}
