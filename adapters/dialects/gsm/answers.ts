/** How answers of the gsm dialect look. */
import { bare, NO_TEXT } from '../common-answers.ts';
import type { AnswerRow, SettingName } from '../wire.ts';

/** A switch that changes how received data looks. */
const setting = (name: string, key: SettingName): AnswerRow => ({
  name,
  forms: ['write'],
  effect: { kind: 'sets', setting: key, at: 0 },
});

/** AT+QIOPEN has no row: its results, CONNECT of a transparent one too, come behind its OK as lines for themselves. */
export const gsmAnswers: readonly AnswerRow[] = [
  setting('+QIFGCNT', 'fgcnt'), // gsm §7.1
  setting('+QIMUX', 'mux'), // gsm §3
  setting('+QIMODE', 'qimode'), // gsm §4
  setting('+QIHEAD', 'qihead'), // gsm §5.3.1
  setting('+QISHOWRA', 'qishowra'),
  setting('+QISHOWLA', 'qishowla'),
  { name: '+QILOCIP', forms: ['execute'], texts: NO_TEXT, address: true }, // gsm §3
  { name: '+QILPORT', forms: ['read'], texts: ['TCP:', 'UDP:'] }, // gsm §3.2, D20
  { name: '+QIDNSGIP', forms: ['write'], addressesBehind: true }, // gsm §8.2
  { name: '+QISTAT', forms: ['execute'], texts: NO_TEXT, linesBehind: ['STATE:'] }, // gsm §5.6.2
  { name: '+QISTATE', forms: ['execute'], asks: true, texts: NO_TEXT, linesBehind: ['STATE:', '+QISTATE:'] }, // gsm §5.6.2
  { name: '+QISSTAT', forms: ['execute'], texts: NO_TEXT, linesBehind: ['S:'] }, // gsm §5.6.2, D20
  { name: '+QISACK', forms: ['write', 'execute'], asks: true, texts: NO_TEXT }, // gsm §5.2.2
  { name: '+QIRD', forms: ['write'], asks: true, announces: 'endpoint' }, // gsm §5.3.2
  // gsm §5.2.1: AT+QISEND=<length>, with AT+QIMUX=1 AT+QISEND=<index>[,<length>]
  {
    name: '+QISEND',
    forms: ['write', 'execute'],
    texts: NO_TEXT,
    prompts: { lengthAt: 0, lengthAtWithMux: 1 },
    sends: true,
  },
  bare('+QIREGAPP'), // gsm §3
  bare('+QIACT'),
  bare('+QIDEACT'), // gsm §5.5
  bare('+QICLOSE'), // gsm §5.4
  bare('+QISERVER'), // gsm §3.2
];
