/** How answers of the dialects with connect ids look (ugxx, bc66, lte, rg). Sections are those of the lte manual. */
import type { Field } from '../../../streams/fields.ts';
import { bare, NO_TEXT } from '../common-answers.ts';
import type { AnswerRow } from '../wire.ts';

const is =
  (at: number, value: number) =>
  (fields: readonly Field[]): boolean =>
    fields[at] === value;

/** Commands whose lines of the same prefix come for themselves: `+QIOPEN: <id>,<err>` is always the result. */
const unasked = (name: string): AnswerRow => ({ name, forms: ['test', 'read'], asks: false });

const TRANSPARENT = 2;

/** Reads, sends, options and queries of all of them. */
export const socketAnswers: readonly AnswerRow[] = [
  { name: '+QIRD', forms: ['write'], when: is(1, 0), asks: true }, // §2.1.8: counters
  { name: '+QIRD', forms: ['write'], asks: true, announces: 'length' }, // §2.1.8
  unasked('+QIOPEN'), // §2.1.4
  {
    name: '+QIOPEN',
    forms: ['write'],
    when: is(6, TRANSPARENT),
    connects: true,
    effect: { kind: 'opens', context: 0, id: 1, service: 2, mode: 6 },
  }, // §2.1.4
  { name: '+QIOPEN', forms: ['write'], effect: { kind: 'opens', context: 0, id: 1, service: 2, mode: 6 } },
  { name: '+QICLOSE', forms: ['write'], effect: { kind: 'closes', id: 0 } }, // §2.1.5
  {
    name: '+QISWTMD',
    forms: ['write'],
    when: is(1, TRANSPARENT),
    connects: true,
    effect: { kind: 'switches', id: 0, mode: 1 },
  }, // §2.1.10
  { name: '+QISWTMD', forms: ['write'], effect: { kind: 'switches', id: 0, mode: 1 } },
  {
    name: '+QICFG',
    forms: ['write'],
    when: ({ length }) => length === 1,
    asks: true,
    tells: { kind: 'configures' },
  }, // §2.1.15: query
  { name: '+QICFG', forms: ['write'], effect: { kind: 'configures' } },
  { name: '+QIGETERROR', forms: ['execute'], asks: true, texts: NO_TEXT }, // §2.1.17
];

const STATUS = { id: 0, service: 1, mode: 8 } as const; // §2.1.6: ten fields

const ECHO = { kind: 'sets', setting: 'qisde', at: 0 } as const;

/** Contexts, and sends that ask for the payload by a prompt (ugxx, lte, rg). */
export const promptedAnswers: readonly AnswerRow[] = [
  { name: '+QISTATE', forms: ['write', 'read', 'execute'], asks: true, texts: NO_TEXT, describes: STATUS }, // §2.1.6
  { name: '+QISEND', forms: ['write'], when: is(1, 0), asks: true }, // §2.1.7: counters
  { name: '+QISEND', forms: ['write'], asks: true, prompts: { lengthAt: 1 }, sends: true }, // §2.1.7
  { name: '+QISENDEX', forms: ['write'], sends: true }, // §2.1.9
  { name: '+QICSGP', forms: ['write'], when: ({ length }) => length === 1, asks: true }, // §2.1.1: query
  { name: '+QIDNSCFG', forms: ['write'], when: ({ length }) => length === 1, asks: true }, // §2.1.13: query
  { name: '+QIDEACT', forms: ['write'], effect: { kind: 'deactivates', context: 0 } }, // §2.1.3
  { name: '+QIDEACTEX', forms: ['write'], effect: { kind: 'deactivates', context: 0 } }, // rg §2.3.6
  { name: '+QISDE', forms: ['read'], tells: ECHO }, // §2.1.16
  { name: '+QISDE', forms: ['write'], effect: ECHO }, // §2.1.16
  bare('+QPOWD'),
];

/** Inline sends and states of eight fields (bc66). */
export const inlineAnswers: readonly AnswerRow[] = [
  {
    name: '+QISTATE',
    forms: ['write', 'read', 'execute'],
    asks: true,
    texts: NO_TEXT,
    describes: { id: 0, service: 1, mode: 7 },
  }, // bc66 §2.3
  { name: '+QISEND', forms: ['write'], when: ({ length }) => length >= 3, sends: true }, // bc66 §2.4: data inline
  // Successors of the BC66 ask for the data by a prompt when the command brings none.
  { name: '+QISEND', forms: ['write'], asks: true, prompts: { lengthAt: 1 }, sends: true },
  { name: '+QISENDEX', forms: ['write'], sends: true }, // bc66 §2.6
];
