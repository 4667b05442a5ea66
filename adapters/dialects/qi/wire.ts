/** What the reader knows of the dialects with connect ids. */
import { commonAnswers } from '../common-answers.ts';
import { commonUrcs } from '../common-urcs.ts';
import type { WireDialect } from '../wire.ts';
import { inlineAnswers, promptedAnswers, socketAnswers } from './answers.ts';
import { asyncContextUrcs, behindOkUrcs, contextUrcs, socketUrcs } from './urcs.ts';

const prompted = {
  urcs: [...commonUrcs, ...socketUrcs, ...contextUrcs],
  answers: [...promptedAnswers, ...socketAnswers, ...commonAnswers],
  finals: ['SEND OK', 'SEND FAIL'], // lte §2.1.7
  dataEnds: [{ text: 'NO CARRIER', isDoubtful: false }], // lte §1.2
  connectsUnasked: false,
  sendResultBehindOk: false,
  pushesInline: false,
  headersTellView: false,
  inheritsMode: true, // D15
  echoesSentData: true, // lte §2.1.16
} as const satisfies Omit<WireDialect, 'name'>;

export const lteWire = { ...prompted, name: 'lte' } as const satisfies WireDialect;

export const ugxxWire = { ...prompted, name: 'ugxx', inheritsMode: false } as const satisfies WireDialect; // D15

export const rgWire = {
  ...prompted,
  name: 'rg',
  urcs: [...prompted.urcs, ...asyncContextUrcs],
} as const satisfies WireDialect;

export const bc66Wire = {
  ...prompted,
  name: 'bc66',
  urcs: [...commonUrcs, ...socketUrcs, ...behindOkUrcs],
  answers: [...inlineAnswers, ...socketAnswers, ...commonAnswers],
  dataEnds: [],
  inheritsMode: false, // no listeners
  sendResultBehindOk: true, // bc66 §2.4
  headersTellView: true, // bc66 §2.11
  echoesSentData: false,
} as const satisfies WireDialect;
