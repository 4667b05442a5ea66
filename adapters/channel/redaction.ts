/** What errors, logs and traces may show of a line, whoever's secrets are in it. `secrets.ts` knows those of one modem. */
import type { Command } from '../dialects/dialect.ts';

/** IMSI and IMEI have 14 to 16 digits, an ICCID up to 22, its last one may be a filler: no other field of an answer is that
 * long. Some modules put blanks between the groups. */
const IDENTITY = /\d(?:[ -]?\d){13,21}[Ff]*/g;
/** An ICCID with other hexadecimal digits in it: some cards have them. */
const CARD = /(?<![0-9A-Za-z])89[0-9A-F]{16,20}(?![0-9A-Za-z])/gi;
/** Answers that repeat user name and password (lte §2.1.1). */
const CREDENTIALS = /^(\+QICSGP:\s*\d+,(?:"[^"]*"|[^,]*)),.*$/s;
/** An echo of a command with secrets, wherever it begins: also of an earlier host's. */
const ECHO = /([+$](?:CPIN|CLCK|CPWD|QICSGP|CGAUTH|EGMR|QCPDPPX?)\d?\s*=)(?!\?).*$/is;

/** One of the above may be in it; most lines have none, and are looked at once instead of four times. */
const MAY_BE_PRIVATE =
  /\d(?:[ -]?\d){13}|89[0-9A-F]{16}|[+$](?:CPIN|CLCK|CPWD|QICSGP|CGAUTH|EGMR|QCPDPPX?)\d?\s*[=:]/i;

/** The command as errors, logs and traces may show it: the encoders have blanked out what has to be. */
export function shownCommand({ text, redacted }: Pick<Command, 'text' | 'redacted'>): string {
  return withoutIdentities(redacted ?? text);
}

/** A received line as errors, logs and traces may show it. */
export function shownLine(line: string): string {
  if (!MAY_BE_PRIVATE.test(line)) return line;
  return withoutIdentities(line.replace(CREDENTIALS, '$1,"***","***"').replace(ECHO, '$1***'));
}

function withoutIdentities(line: string): string {
  return line.replace(IDENTITY, '***').replace(CARD, '***');
}
