/** Tells the module's own words in command mode from what only a peer can have sent.
 *
 *    CR LF <URC> CR LF · CR LF +QIURC: "recv",<id>,<n> CR LF <n bytes> · CR LF +<name>: … CR LF · one OK, if allowed
 */
import type { Talk } from './cautious-data.ts';
import type { HostState } from './host-state.ts';
import type { Line } from './line.ts';
import { CR, LF, lineEnd } from './line-bytes.ts';
import { latin1 } from './line-table.ts';

/** A line of a module is never longer. */
const LONGEST_WORDS_BYTES = 256;
const PRINTABLE = /^[ -~]*$/;
const NAMED = /^\+[A-Z][A-Z0-9]+$/;

/** The lines of the dialect, and what is known of its sockets. */
export interface TalkTables {
  readonly readLine: (text: string) => Line;
  readonly state: HostState;
}

const isLineEnd = (byte: number | undefined): boolean => byte === CR || byte === LF;

export function isModuleTalk(bytes: Buffer, talk: Talk, { readLine, state }: TalkTables): boolean {
  let mayAnswer = talk.allowsAnswer;
  for (let at = 0; at < bytes.length; ) {
    if (isLineEnd(bytes[at])) {
      at++;
      continue;
    }
    const end = lineEnd(bytes, at, bytes.length);
    const text = latin1(bytes, at, Math.min(end, at + LONGEST_WORDS_BYTES + 1));
    if (text.length > LONGEST_WORDS_BYTES || !PRINTABLE.test(text)) return false;
    if (end === bytes.length) return !talk.isComplete;
    const { urc, info, result } = readLine(text);
    if (result !== undefined) {
      if (result !== 'OK' || !mayAnswer) return false;
      mayAnswer = false;
    } else if (urc === undefined && !NAMED.test(info.prefix ?? '')) return false;
    const pushed = urc?.name === 'recv' && state.pushes(urc.connectId) ? (urc.lengthBytes ?? 0) : 0;
    at = end + (pushed > 0 && bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1) + pushed;
    if (at > bytes.length) return !talk.isComplete;
  }
  return true;
}
