/** Tells the module's own words in command mode from what only a peer can have sent.
 *
 *    +++, repeated · CR LF <URC> CR LF · CR LF +QIURC: "recv",<id>,<n> CR LF <n bytes> · CR LF +<name>: … CR LF · one OK, if allowed
 */
import type { Judgement, Talk } from './cautious-data.ts';
import type { HostState } from './host-state.ts';
import type { Line } from './line.ts';
import { CR, LF, lineEnd } from './line-bytes.ts';
import { latin1 } from './line-table.ts';

/** A line of a module is never longer. */
const LONGEST_WORDS_BYTES = 256;
const PRINTABLE = /^[ -~]*$/;
const NAMED = /^\+[A-Z][A-Z0-9]+$/;
/** Results of commands that open no connection. */
const ANSWERS = /^(?:OK|ERROR|\+CM[ES] ERROR|SEND OK|SEND FAIL)/;
const ESCAPES = /^(?:\+\+\+)+$/;

/** The lines of the dialect, and what is known of its sockets. */
export interface TalkTables {
  readonly readLine: (text: string) => Line;
  readonly state: HostState;
}

const isLineEnd = (byte: number | undefined): boolean => byte === CR || byte === LF;

/** Judges what stands behind a line that may have ended data mode. */
export function judgeTalk(bytes: Buffer, talk: Talk, { readLine, state }: TalkTables): Judgement {
  const lines: number[] = [];
  /** Lines up to the OK that was taken for the answer. */
  let beforeAnswer: number | undefined;
  let wholeBytes = 0;
  const yes = (): Judgement => ({ isTalk: true, wholeBytes, hasAnswer: beforeAnswer !== undefined });
  const no = (count = lines.length - 1): Judgement => ({ isTalk: false, refuted: lines.slice(0, count) });
  for (let at = 0; at < bytes.length; wholeBytes = at) {
    if (isLineEnd(bytes[at])) {
      at++;
      continue;
    }
    lines.push(at);
    const end = lineEnd(bytes, at, bytes.length);
    const text = latin1(bytes, at, Math.min(end, at + LONGEST_WORDS_BYTES + 1));
    if (text.length > LONGEST_WORDS_BYTES || !PRINTABLE.test(text)) return no();
    if (talk.allowsEcho && ESCAPES.test(text)) {
      at = end;
      continue;
    }
    if (end === bytes.length) return talk.isComplete ? no() : yes();
    const { urc, info, result } = readLine(text);
    const isAnswer = talk.allowsResults && result !== undefined && ANSWERS.test(result);
    if (result === 'OK' && !isAnswer && (!talk.allowsAnswer || beforeAnswer !== undefined))
      return no(beforeAnswer);
    if (result !== undefined && result !== 'OK' && !isAnswer) return no();
    if (result === undefined && urc === undefined && !NAMED.test(info.prefix ?? '')) return no();
    const pushed = urc?.name === 'recv' && state.pushes(urc.connectId) ? (urc.lengthBytes ?? 0) : 0;
    at = end + (pushed > 0 && bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1) + pushed;
    if (at > bytes.length) return talk.isComplete ? no() : yes();
    if (result === 'OK' && !isAnswer) beforeAnswer = lines.length;
  }
  return yes();
}
