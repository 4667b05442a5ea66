/** What the log of a virtual module may show of a command line: PINs and passwords never reach it. */

/** Commands whose arguments are secrets, wherever they stand in a line, and however it is written. */
const SECRET =
  /([+$^*#]\s*(?:CPIN|CPINR|CPIN2|CLCK|CPWD|CPUC|CGAUTH|EGMR|QCPDPPX?|QPINC|CUSD|CSIM|CRSM)\s*=)(?!\s*\?).*$/is;
/** Type or id and type, APN: what follows is a user name. gsm has no context id in front. */
const CONTEXT = /(\+\s*QICSGP\s*=(?:\s*\d*\s*,){1,2}\s*"[^"]*"?\s*)(,.*)?$/is;
const ANY_CONTEXT = /(\+\s*QICSGP\s*=)(?!\s*\?).*$/is;
/** Numbers that may be those of a subscriber or a device. */
const IDENTITY = /\d{14,}[0-9A-F]*/gi;
/** A dial string may be an MMI code, with a PIN in it. */
const DIALLED = /^(\s*AT(?:[&\\]?[A-CE-Z]\d*)*\s*D).+$/is;

export function withoutSecrets(line: string): string {
  const shown = line.replace(SECRET, '$1…').replace(DIALLED, '$1…');
  const isQuery = /\+\s*QICSGP\s*=\s*\d{1,2}\s*$/i.test(shown);
  if (isQuery || !ANY_CONTEXT.test(shown)) return shown.replace(IDENTITY, '…');
  const context = CONTEXT.test(shown)
    ? shown.replace(CONTEXT, (_, front: string, secrets: string | undefined) => front + (secrets ? ',…' : ''))
    : shown.replace(ANY_CONTEXT, '$1…');
  return context.replace(IDENTITY, '…');
}
