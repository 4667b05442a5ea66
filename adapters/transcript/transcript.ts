/** A recorded dialogue between a host and a module, as JSON.
 *
 *    { "family": "lte", "state": {…}, "exchanges": [{ "dir": "tx", "data": "AT\r" }, { "dir": "rx", "data": "…" }] }
 *
 * Each character of `data` is one byte.
 */
import type { KnownState } from '../../streams/host-state.ts';
import { bytesOf, unreadable } from './bad-input.ts';
import { type RecordedState, stateOf } from './recorded-state.ts';

/** One write of the host, or one read. */
export interface Element {
  readonly direction: 'tx' | 'rx';
  readonly bytes: Buffer;
  /** Silence in front of it, where it was recorded. */
  readonly gapMs?: number;
}

export interface Transcript {
  readonly known: KnownState;
  readonly elements: readonly Element[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function elementOf(value: unknown, at: number): Element {
  const where = `exchanges[${at}]`;
  if (!isObject(value)) throw unreadable(`${where} must be an object with "dir" and "data"`);
  const { dir, data, gap_before_ms: gapMs } = value;
  if (dir !== 'tx' && dir !== 'rx') {
    throw unreadable(`${where}.dir must be "tx" or "rx", got ${JSON.stringify(dir) ?? 'nothing'}`);
  }
  if (typeof data !== 'string') throw unreadable(`${where}.data must be a string`);
  if (gapMs !== undefined && gapMs !== null && (typeof gapMs !== 'number' || !(gapMs >= 0))) {
    throw unreadable(`${where}.gap_before_ms must be a number of milliseconds`);
  }
  const bytes = bytesOf(data, `${where}.data`);
  return { direction: dir, bytes, ...(typeof gapMs === 'number' && { gapMs }) };
}

/** Reads the text of a transcript file.
 *
 * @throws INVALID_ARGUMENT that names the member that is wrong.
 */
export function parseTranscript(text: string): Transcript {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(`is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!isObject(value)) throw unreadable('must be a JSON object with "exchanges"');
  if (!Array.isArray(value['exchanges'])) throw unreadable('has no list "exchanges"');
  const state = value['state'] ?? {};
  if (!isObject(state)) throw unreadable('"state" must be an object');
  return { known: stateOf(state as RecordedState), elements: value['exchanges'].map(elementOf) };
}
