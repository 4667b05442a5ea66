/** Values of any kind in error messages: one line, short, and nothing of the value's own is called. */

const MOST_CHARACTERS = 60;
/** What ends a line or moves the cursor where it is printed; JSON has escapes for the rest. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/** A string between quotation marks. */
function quotedText(text: string): string {
  const start = text.slice(0, MOST_CHARACTERS);
  const escaped = JSON.stringify(start).replace(
    UNPRINTABLE,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return text.length > MOST_CHARACTERS ? `${escaped}… (${text.length} characters)` : escaped;
}

/** The value as an error message may show it. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return quotedText(value);
  if (typeof value === 'bigint') return 'a bigint';
  if (typeof value === 'symbol' || typeof value === 'function') return `a ${typeof value}`;
  if (typeof value === 'object' && value !== null) return isList(value) ? 'a list' : 'an object';
  return String(value);
}

/** A name that somebody else has chosen, as an error message may show it: without marks where it is a plain word. */
export function shownName(name: string): string {
  return /^[\w./ -]{1,60}$/.test(name) ? name : quotedText(name);
}

function isList(value: object): boolean {
  try {
    return Array.isArray(value); // throws for a revoked proxy
  } catch {
    return false;
  }
}
