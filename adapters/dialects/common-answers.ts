/** Answers of the commands that every module has (V.250, TS 27.005, TS 27.007). */
import type { AnswerRow } from './wire.ts';

/** No line without a prefix belongs to the answer. */
export const NO_TEXT = [] as const;

/** A basic or extended command without parameters whose whole answer is its result. */
export const bare = (name: string): AnswerRow => ({ name, forms: ['execute'], texts: NO_TEXT });

export const commonAnswers: readonly AnswerRow[] = [
  bare(''), // V.250 §5.2.1: AT alone
  bare('E'), // V.250 §6.2.4
  { ...bare('V'), effect: { kind: 'sets', setting: 'verbose', at: 0 } }, // V.250 §6.2.6
  bare('Q'), // V.250 §6.2.5
  bare('Z'), // V.250 §6.1.1
  bare('H'), // V.250 §6.3.6
  bare('&F'), // V.250 §6.1.2
  bare('&W'), // V.25ter
  bare('&D'), // V.25ter: what a drop of DTR does
  bare('&C'),
  { name: 'O', forms: ['execute'], texts: NO_TEXT, connects: true }, // V.250 §6.3.7
  { name: 'D', forms: ['execute'], texts: NO_TEXT, connects: true }, // V.250 §6.3.1
  { name: '+CMGS', forms: ['write'], asks: true, prompts: {} }, // TS 27.005 §3.5.1
  { name: '+CMGW', forms: ['write', 'execute'], asks: true, prompts: {} }, // TS 27.005 §3.5.3
  { name: '+CMGR', forms: ['write'], asks: true, texts: 'any' }, // TS 27.005 §3.4.3
  { name: '+CMGL', forms: ['write', 'execute'], asks: true, texts: 'any' }, // TS 27.005 §3.4.2
];
