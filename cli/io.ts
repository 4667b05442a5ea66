import type { Readable, Writable } from 'node:stream';
import { isModemError, ModemError } from '../errors.ts';

/** What a subcommand may touch of the process. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Exit codes: success, failure at run time, bad usage or nothing to talk to, Ctrl-C. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Something the user wrote is wrong: one line, exit 2. */
export function usageError(message: string): ModemError<'INVALID_ARGUMENT'> {
  return new ModemError('INVALID_ARGUMENT', message);
}

/** Errors that mean: what you wrote leads nowhere, change it. */
const USAGE_CODES: ReadonlySet<string> = new Set([
  'INVALID_ARGUMENT',
  'UNSUPPORTED',
  'PORT_NOT_FOUND',
  'PORT_BUSY',
  'PORT_DENIED',
  'PORT_OPEN_FAILED',
  'NO_MODULE',
  'STORE_FAILED',
  'INSPECTOR_FAILED',
]);

const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f]/g;
const MOST_CHARACTERS = 2_000;

/** One line for the user and the exit code that goes with it. */
export function explain(error: unknown): { readonly line: string; readonly exitCode: number } {
  if (!isModemError(error)) {
    const text = error instanceof Error ? error.message : String(error);
    return { line: `error: ${oneLine(text)}`, exitCode: EXIT.failed };
  }
  const exitCode = USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed;
  return { line: `error: ${oneLine(error.message)} [${error.code}]`, exitCode };
}

/** Nothing in it ends the line or moves the cursor, whatever somebody has written on the command line. */
export function oneLine(text: string): string {
  const lines = text.split(/[\r\n\u2028\u2029]/).map((line) => line.replace(UNPRINTABLE, '?').trim());
  const line = lines.filter((part) => part !== '').join(' ');
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
}
