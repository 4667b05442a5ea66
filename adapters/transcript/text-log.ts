/** A dialogue as people paste it: one line per write or read, C escapes for the bytes that cannot be seen.
 *
 *    # a comment
 *    > AT+QIRD=0,1500\r
 *    < \r\n+QIRD: 5\r\nhello\r\n\r\nOK\r\n
 *
 * A log without any escaped line end shows what a terminal shows: then each line gets the line end it had, CR behind a
 * command and CR LF behind what the module said. The prompt (`< >`) has none.
 */

import { bytesOf, unreadable } from './bad-input.ts';
import type { Element, Transcript } from './transcript.ts';

const ESCAPE = /\\(?:x([\da-fA-F]{1,2})|([0-7]{1,3})|(.)|$)/g;
const NAMED: Readonly<Record<string, string>> = {
  r: '\r',
  n: '\n',
  t: '\t',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\u001b',
  '\\': '\\',
  '"': '"',
  "'": "'",
};
const ESCAPED_END = /\\[rn]|\\x0[ad]|\\01[25]/i;

function bytesNamed(text: string, line: number): string {
  return text.replace(ESCAPE, (whole, hex?: string, octal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    const known = name === undefined ? undefined : NAMED[name];
    if (known === undefined)
      throw unreadable(`line ${line} has the escape ${JSON.stringify(whole)}, which is none of C`);
    return known;
  });
}

function withLineEnd(direction: 'tx' | 'rx', text: string, isBehindWrite: boolean): string {
  if (direction === 'tx') return /^at/i.test(text) ? `${text}\r` : text;
  const front = isBehindWrite ? '\r\n' : '';
  return /^>\s*$/.test(text) ? `${front}${text}` : `${front}${text}\r\n`;
}

/** Reads a text log.
 *
 * @throws INVALID_ARGUMENT with the number of the line that cannot be read.
 */
export function parseTextLog(text: string): Transcript {
  const isPlain = !text.split('\n').some((line) => !line.startsWith('#') && ESCAPED_END.test(line));
  const elements: Element[] = [];
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    if (raw.trim() === '' || raw.startsWith('#')) continue;
    const [, mark, , content = ''] = /^([<>])( |$)(.*)$/.exec(raw) ?? [];
    if (mark === undefined) {
      throw unreadable(
        `line ${at + 1} must begin with "> " (host) or "< " (module), got ${JSON.stringify(raw.slice(0, 40))}`,
      );
    }
    const direction = mark === '>' ? 'tx' : 'rx';
    const said = bytesNamed(content, at + 1);
    const isBehindWrite = elements.at(-1)?.direction !== 'rx';
    const bytes = isPlain ? withLineEnd(direction, said, isBehindWrite) : said;
    elements.push({ direction, bytes: bytesOf(bytes, `line ${at + 1}`) });
  }
  if (elements.length === 0) throw unreadable('has no line that begins with "> " or "< "');
  return { known: {}, elements };
}
