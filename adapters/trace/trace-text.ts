/** A trace for people: the time since its beginning, the kind, the text. */
import { isoTime } from '../../streams/clock.ts';
import type { TraceLine } from './trace-entry.ts';

const TIME_WIDTH = 10;
const KIND_WIDTH = 'transition'.length;
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
/** Clocks of the wall are beyond; virtual ones begin anywhere. */
const YEAR_2001_MS = 1_000_000_000_000;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** One line without its line end; nothing in it moves the cursor. */
export function textOfLine(line: TraceLine, beganAtMs: number): string {
  const time = ((line.atMs - beganAtMs) / 1000).toFixed(3).padStart(TIME_WIDTH);
  const text = line.text.replace(UNPRINTABLE, escaped);
  return `${time}  ${line.kind.padEnd(KIND_WIDTH)}  ${text}${moreOf(line)}`.trimEnd();
}

function moreOf(line: TraceLine): string {
  if (line.kind === 'header') return line.atMs < YEAR_2001_MS ? '' : `, at ${isoTime(line.atMs)}`;
  if ('payloadBytes' in line && line.payloadBytes !== undefined)
    return ` (${line.payloadBytes} byte${line.payloadBytes === 1 ? '' : 's'})`;
  return '';
}
