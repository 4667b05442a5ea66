/** Which commands may be shown with their arguments and answers.
 *
 * A list of the harmless ones, not of the others: besides `AT+CPIN`, `AT+CLCK`, `AT+CPWD`, `AT+QICSGP` and `AT+CGAUTH` there
 * are APDUs, MMI codes, accounts of mail, MQTT and file servers, and what the next firmware brings.
 */

/** Names whose arguments and answers hold neither secrets nor identities. */
const HARMLESS: ReadonlySet<string> = new Set(
  [
    '+C5GREG +CBC +CCLK +CEER +CEREG +CESQ +CFUN +CGACT +CGATT +CGDCONT +CGEREP +CGMI +CGMM +CGMR +CGPADDR',
    '+CGREG +CMEE +COPS +CPAS +CPSMS +CREG +CSCS +CSQ +CTZU +GMI +GMM +GMR +ICF +IFC +IPR +CEDRXS',
    '+QCFG +QCSQ +QENG +QNWINFO +QURCCFG +QPOWD +QSCLK +QSPN +QTEMP +QINISTAT +QCELL +QNWCFG +QBAND',
    '+QIACT +QIACTEX +QICFG +QICLOSE +QIDEACT +QIDEACTEX +QIDNSCFG +QIDNSGIP +QIDNSIP +QIFGCNT +QIGETERROR',
    '+QIHEAD +QILOCIP +QILPORT +QIMODE +QIMUX +QINDI +QIOPEN +QIRD +QISACK +QISDE +QISEND +QISERVER',
    '+QISHOWLA +QISHOWPT +QISHOWRA +QISRVC +QISSTAT +QISTAT +QISTATE +QISWTMD +QITCFG +QIAUTOS +QNTP +QPING',
  ]
    .join(' ')
    .split(' '),
);

/** Harmless without arguments: with them, `+QIREGAPP` has the access to an APN on modules of other manuals. */
const HARMLESS_FORMS: ReadonlySet<string> = new Set(['+CPIN?', '+QIREGAPP', '+QIREGAPP?']);

/** One command of a line: `+NAME`, then `=?`, `?`, `=arguments` or nothing. */
const EXTENDED = /^([+$^*#%][A-Z][A-Z0-9]*)(=\?|\?|=(.*))?$/s;
/** `E0`, `&D1`, `S7=60`: one behind the other. Not D, which dials what may be an MMI code with a PIN. */
const BASIC = /^(?:[&\\]?[A-CE-RT-Z]\d*|S\d+(?:\?|=\d*)?)+/;
/** The query of a context, or one without a user name: its answer is private, but it is not. */
const CONTEXT_ALONE = /^\+QICSGP=\d*(?:,\d*)?(?:,"[^"]*")?$/;
const HIDDEN = '***';

interface Part {
  readonly shown: string;
  readonly isPrivate: boolean;
}

function extended(text: string): Part {
  const [, name = '', form = '', body] = EXTENDED.exec(text) ?? [];
  if (name === '') return { shown: HIDDEN, isPrivate: true };
  if (HARMLESS.has(name) || HARMLESS_FORMS.has(name + form)) return { shown: text, isPrivate: false };
  if (form === '=?') return { shown: text, isPrivate: false };
  if (CONTEXT_ALONE.test(text)) return { shown: text, isPrivate: true };
  return { shown: body === undefined ? text : `${name}=${HIDDEN}`, isPrivate: true };
}

/** What stands between two semicolons: basic commands, at the end of which an extended one may follow without any. */
function part(text: string): Part {
  const basic = BASIC.exec(text)?.[0] ?? '';
  const rest = text.slice(basic.length);
  if (rest === '') return { shown: basic, isPrivate: false };
  const { shown, isPrivate } = extended(rest);
  return { shown: basic + shown, isPrivate };
}

/** The commands of a line, without blanks and in upper case outside of quotation marks (V.250 §5.2.1). */
function partsOf(line: string): readonly Part[] {
  const pieces = line.match(/"[^"]*"?|[^"]+/g) ?? [];
  const plain = pieces.map((piece) =>
    piece.startsWith('"') ? piece : piece.replace(/\s/g, '').toUpperCase().replaceAll(';', '\n'),
  );
  const body = plain.join('').replace(/^AT/, '');
  return body.split('\n').map(part);
}

/** One command, as the dialects write it: by far the most lines are such. */
const ALONE = /^AT([+][A-Z][A-Z0-9]*)(?:=[^";]*|\?)?$/;

/** Tells whether arguments or answer of a command line may hold a secret or an identity. */
export function isPrivateLine(line: string): boolean {
  const [, name = ''] = ALONE.exec(line) ?? [];
  if (HARMLESS.has(name)) return false;
  return partsOf(line).some(({ isPrivate }) => isPrivate);
}

/** A command line of anybody's, without the arguments that may hold a secret. */
export function withoutPrivateParts(line: string): string {
  const [, name = ''] = ALONE.exec(line) ?? [];
  if (HARMLESS.has(name)) return line;
  const parts = partsOf(line);
  if (!parts.some(({ isPrivate }) => isPrivate)) return line;
  return `AT${parts.map(({ shown }) => shown).join(';')}`;
}
