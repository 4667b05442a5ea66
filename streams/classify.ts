/** Lines → information, final results and URCs, by the tables of the dialect and the command in flight.
 *
 *    line ──▶ echo of the command? ──▶ final result? ──▶ claimed by the command? ──▶ URC? ──▶ text answer? ──▶ unknown
 */
import type { Command, Dialect, InfoLine, UrcRow } from '../adapters/dialects/dialect.ts';
import { parseFields } from './fields.ts';
import type { Urc } from './urcs.ts';

/** What one line is. Nothing is dropped: a line that fits nowhere is `unknown` (protocol D14). */
export type LineMeaning =
  | { readonly kind: 'echo' }
  | { readonly kind: 'final'; readonly result: string }
  | { readonly kind: 'info'; readonly line: InfoLine }
  | { readonly kind: 'urc'; readonly urc: Urc; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string };

/** Sorts one line. `command` is the one in flight, if any. */
export type Classifier = (text: string, command: Command | undefined) => LineMeaning;

const FINALS = new Set(['OK', 'ERROR', 'SEND OK', 'SEND FAIL', 'NO CARRIER']);

/** Tells whether the text is a final result code, with or without a command that waits for one. */
function isFinal(text: string, command: Command | undefined): boolean {
  if (FINALS.has(text)) return true;
  if (text.startsWith('+CME ERROR') || text.startsWith('+CMS ERROR')) return true;
  return (command?.successes?.includes(text) || command?.failures?.includes(text)) ?? false;
}

function splitPrefix(text: string): InfoLine {
  const colon = text.charCodeAt(0) === 0x2b ? text.indexOf(':') : -1;
  if (colon < 0) return { prefix: null, text, fields: [] };
  const rest = text.slice(colon + 1).trim();
  return { prefix: text.slice(0, colon).trimEnd(), text: rest, fields: parseFields(rest) };
}

function rowsByPrefix(rows: readonly UrcRow[]): ReadonlyMap<string, readonly UrcRow[]> {
  const index = new Map<string, UrcRow[]>();
  for (const row of rows) index.set(row.prefix, [...(index.get(row.prefix) ?? []), row]);
  return index;
}

/** Makes the classifier of a dialect. */
export function createClassifier(dialect: Pick<Dialect, 'urcs'>): Classifier {
  const index = rowsByPrefix(dialect.urcs);

  function readUrc(line: InfoLine): Urc | undefined {
    const kind = String(line.fields[0] ?? '').toLowerCase();
    for (const row of index.get(line.prefix ?? line.text) ?? []) {
      const fits = row.exact === true ? line.prefix === null : line.prefix !== null;
      if (fits && (row.kind === undefined || row.kind === kind)) return row.read(line.fields);
    }
    return undefined;
  }

  return (text, command) => {
    if (command !== undefined && text.endsWith(command.text)) return { kind: 'echo' };
    if (isFinal(text, command)) return { kind: 'final', result: text };
    const line = splitPrefix(text);
    if (line.prefix !== null && command?.claims?.includes(line.prefix)) return { kind: 'info', line };
    const urc = readUrc(line);
    if (urc !== undefined) return { kind: 'urc', urc, text };
    if (command?.claimsText === true) return { kind: 'info', line };
    return { kind: 'unknown', text };
  };
}
