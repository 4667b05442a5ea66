/** What final results and payload slices mean to the channel. */
import type { Command } from '../dialects/dialect.ts';

/** Tells whether this result line belongs to the command, besides OK and the errors. */
export function isResultOf(command: Command, result: string): boolean {
  return (command.successes?.includes(result) || command.failures?.includes(result)) ?? false;
}

/** Tells whether the result means that the command was done. */
export function isSuccess(command: Command, result: string): boolean {
  if (command.successes?.includes(result)) return true;
  return result === 'OK' && command.prompts !== true;
}

/** Tells whether the command gives the port to the data of a connection (protocol.md §6). */
export function entersDataMode({ successes, laterResults = [] }: Command): boolean {
  return [...(successes ?? []), ...laterResults].includes('CONNECT');
}

/** Tells whether the number behind a bare ERROR can be asked for (lte §2.1.17). */
export function asksForLastError(command: Command, result: string): boolean {
  return result === 'ERROR' && /^AT\+Q(?:I|PING|NTP)/i.test(command.text) && command.text !== 'AT+QIGETERROR';
}

/** The number in `+CME ERROR: 30`. */
export function numberIn(result: string): { readonly moduleError?: number } {
  const number = /^\+CM[ES] ERROR:\s*(\d{1,4})$/.exec(result)?.[1];
  return number === undefined ? {} : { moduleError: Number(number) };
}

/** Bytes in all slices. */
export function lengthOf(slices: readonly Uint8Array[]): number {
  return slices.reduce((sum, slice) => sum + slice.length, 0);
}

/** The slices as one; without a copy when there is one only. */
export function joined(slices: readonly Uint8Array[]): Uint8Array {
  const [only] = slices;
  return slices.length === 1 && only ? only : Buffer.concat(slices);
}
