/** Reads the lines of a trace back.
 *
 *    text ──▶ JSON object ──▶ members that its kind must have ──▶ TraceLine
 */
import { ModemError } from '../../errors.ts';
import { wireDialects } from '../dialects/registry.ts';
import { TRACE_FORMAT, type TraceLine } from './trace-entry.ts';

type Members = Readonly<Record<string, unknown>>;
type Check = readonly [isRight: (value: unknown) => boolean, words: string];

const TEXT: Check = [(value) => typeof value === 'string', 'a string'];
const NUMBER: Check = [Number.isFinite, 'a number'];
const COUNT: Check = [(value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a number of bytes'];
const OBJECT: Check = [(value) => isObject(value), 'an object'];
const DIALECT: Check = [
  (value) => typeof value === 'string' && Object.hasOwn(wireDialects, value),
  `one of ${Object.keys(wireDialects).join(', ')}`,
];

const missing = ([isRight, words]: Check): Check => [(value) => value === undefined || isRight(value), words];

const WIRE = { payloadBytes: missing(COUNT) };
/** What each kind has beside time and text. */
const MEMBERS: Readonly<Record<TraceLine['kind'], Readonly<Record<string, Check>>>> = {
  header: { format: NUMBER, version: TEXT, dialect: missing(DIALECT) },
  tx: WIRE,
  rx: WIRE,
  urc: WIRE,
  unknown: WIRE,
  garbage: WIRE,
  note: WIRE,
  event: { actor: TEXT, event: TEXT, source: missing(TEXT), members: missing(OBJECT) },
  transition: { actor: TEXT, from: missing(TEXT), to: TEXT, event: TEXT },
  recovery: { step: TEXT, detail: TEXT },
};

/** A trace begins with a JSON object that has a line to itself and is of one of these kinds; also where it was cut off. */
const BEGINS_AS_TRACE = /^\s*\{"(?:kind":"header"|atMs":)/;

/** Whether the beginning of a file is that of a trace, not of a transcript or a text log. */
export function isTrace(beginning: string): boolean {
  const lines = beginning.split('\n').filter((line) => line.trim() !== '');
  const [first = ''] = lines;
  return BEGINS_AS_TRACE.test(first) || lines.some((line) => typeof objectIn(line)?.['kind'] === 'string');
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectIn(line: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(line: number, problem: string): ModemError {
  return new ModemError('INVALID_ARGUMENT', `trace: line ${line} ${problem}`, { argument: 'FILE' });
}

/** False for what is no whole JSON object: a line that was cut off is none. */
export function isWhole(text: string): boolean {
  return objectIn(text) !== undefined;
}

/** Reads one line.
 *
 * @param line its number, for the error.
 * @throws INVALID_ARGUMENT that says what is wrong with it.
 */
export function parseTraceLine(text: string, line: number): TraceLine {
  const value = objectIn(text);
  if (value === undefined) throw unreadable(line, `is no JSON object: ${JSON.stringify(text.slice(0, 40))}`);
  const { kind } = value;
  if (typeof kind !== 'string' || !Object.hasOwn(MEMBERS, kind)) {
    const kinds = Object.keys(MEMBERS).join(', ');
    throw unreadable(line, `must have a kind (${kinds}), got ${JSON.stringify(kind) ?? 'none'}`);
  }
  const checks = { atMs: NUMBER, text: TEXT, ...MEMBERS[kind as TraceLine['kind']] };
  for (const [name, [isRight, words]] of Object.entries(checks)) {
    if (!isRight(value[name]))
      throw unreadable(line, `(${kind}): ${name} must be ${words}, got ${shortened(value[name])}`);
  }
  if (kind === 'header' && Number(value['format']) > TRACE_FORMAT)
    throw unreadable(line, `is of format ${value['format']}: a newer urchestra wrote it, and reads it`);
  return value as unknown as TraceLine;
}

function shortened(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 40);
}
