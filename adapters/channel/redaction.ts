import type { Command } from '../dialects/dialect.ts';

/** IMSI and IMEI have 14 to 16 digits, an ICCID up to 22: no other field of an answer is that long. */
const IDENTITY = /\d{14,22}/g;
/** Answers that repeat user name and password (lte §2.1.1). */
const CREDENTIALS = /^(\+QICSGP:\s*\d+,(?:"[^"]*"|[^,]*)),.*$/;

/** The command as errors, logs and traces may show it. */
export function shownCommand(command: Pick<Command, 'text' | 'redacted'>): string {
  return shownLine(command.redacted ?? command.text);
}

/** A received line as errors, logs and traces may show it. */
export function shownLine(line: string): string {
  return line.replace(CREDENTIALS, '$1,"***","***"').replace(IDENTITY, '***');
}
