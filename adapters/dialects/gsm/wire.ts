/** What the reader knows of the gsm dialect. */
import { commonAnswers } from '../common-answers.ts';
import { commonUrcs } from '../common-urcs.ts';
import type { WireDialect } from '../wire.ts';
import { gsmAnswers } from './answers.ts';
import { gsmUrcs } from './urcs.ts';

export const gsmWire = {
  name: 'gsm',
  urcs: [...commonUrcs, ...gsmUrcs],
  answers: [...gsmAnswers, ...commonAnswers],
  finals: ['SEND OK', 'SEND FAIL', 'CLOSE OK', 'DEACT OK'], // gsm §5.2.1, §5.4, §5.5
  dataEnds: [
    { text: 'NO CARRIER', isDoubtful: false }, // gsm §4
    { text: 'CLOSED', isDoubtful: true }, // gsm §6.3
    { text: '+PDP DEACT', isDoubtful: true },
  ],
  connectsUnasked: true, // D19
  sendResultBehindOk: false,
  pushesInline: true, // gsm §5.3.1
  headersTellView: false,
  inheritsMode: false,
  echoesSentData: false,
} as const satisfies WireDialect;
