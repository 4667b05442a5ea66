/** Heads under which commands are counted: those that the product writes, and what else an agent often asks a module. A
 * command of the user's own may be anything, so the rest goes by one name. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['AT', 'ATE', 'ATI', 'ATO', 'ATV', 'ATZ', 'AT&D', 'AT&F', 'AT&W'],
  ...[
    'AT+C5GREG',
    'AT+CCID',
    'AT+CCLK',
    'AT+CEREG',
    'AT+CFUN',
    'AT+CGATT',
    'AT+CGDCONT',
    'AT+CGMI',
    'AT+CGMM',
    'AT+CGMR',
  ],
  ...['AT+CGPADDR', 'AT+CGREG', 'AT+CGSN', 'AT+CIMI', 'AT+CMEE', 'AT+COPS', 'AT+CPIN', 'AT+CREG', 'AT+CSQ'],
  ...['AT+GMI', 'AT+GMM', 'AT+GMR', 'AT+GSN', 'AT+IPR', 'AT+QCCID', 'AT+QCFG', 'AT+QCSQ', 'AT+QENG'],
  ...['AT+QIACT', 'AT+QIACTEX', 'AT+QICFG', 'AT+QICLOSE', 'AT+QICSGP', 'AT+QIDEACT', 'AT+QIDEACTEX'],
  ...['AT+QIDNSCFG', 'AT+QIDNSGIP', 'AT+QIDNSIP', 'AT+QIFGCNT', 'AT+QIGETERROR', 'AT+QIHEAD', 'AT+QILOCIP'],
  ...[
    'AT+QILPORT',
    'AT+QIMODE',
    'AT+QIMUX',
    'AT+QINDI',
    'AT+QINISTAT',
    'AT+QIOPEN',
    'AT+QIRD',
    'AT+QIREGAPP',
  ],
  ...['AT+QISACK', 'AT+QISDE', 'AT+QISEND', 'AT+QISENDEX', 'AT+QISERVER', 'AT+QISHOWLA', 'AT+QISHOWPT'],
  ...['AT+QISHOWRA', 'AT+QISRVC', 'AT+QISSTAT', 'AT+QISTAT', 'AT+QISTATE', 'AT+QISWTMD', 'AT+QITCFG'],
  ...['AT+QIAUTOS', 'AT+QNTP', 'AT+QNWINFO', 'AT+QPING', 'AT+QPOWD', 'AT+QSCLK', 'AT+QURCCFG'],
]);
const HEAD = /^AT(?:\+[A-Z\d]+|&?[A-Z]+)?/;

/** The command without its arguments; `other` when it is none of ours. */
export function headOf(text: string): string {
  const head = HEAD.exec(text.toUpperCase())?.[0] ?? '';
  return KNOWN.has(head) ? head : 'other';
}
