/** Decides when the rules of a fault file strike.
 *
 *    time · commands · notices · bytes ──▶ FaultSchedule ──▶ strike(fault)
 */
import type { Random } from '../random.ts';
import type { Timers } from '../timers.ts';
import type { Fault, FaultRule, FaultScript, Trigger } from './fault.ts';

type Counting = Extract<Trigger, { readonly onCommand: string } | { readonly onUrc: string }>;

/** Watches what happens in a module and strikes by the rules of one fault file. */
export class FaultSchedule {
  readonly #rules: readonly FaultRule[];
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #strike: (fault: Fault) => void;
  /** How often the event of each counting rule has happened. */
  readonly #seen = new Map<FaultRule, number>();
  #movedBytes = 0;

  constructor(script: FaultScript, timers: Timers, random: Random, strike: (fault: Fault) => void) {
    this.#rules = script.rules;
    this.#timers = timers;
    this.#random = random;
    this.#strike = strike;
    for (const rule of this.#rules) this.#startTimer(rule);
  }

  /** A command line arrived (without CR, as the host wrote it). */
  commandArrived(line: string): void {
    const upper = line.toUpperCase();
    for (const rule of this.#rules) {
      const { when } = rule;
      if ('onCommand' in when && isHeadOf(when.onCommand.toUpperCase(), upper)) this.#count(rule, when);
    }
  }

  /** A notice is about to go out; `name` as in `recv`, `closed`, `pdpdeact`, `+QIOPEN`. */
  urcGoes(name: string): void {
    for (const rule of this.#rules) {
      const { when } = rule;
      if ('onUrc' in when && when.onUrc === name) this.#count(rule, when);
    }
  }

  /** Payload was taken from the host or handed to it. */
  bytesMoved(lengthBytes: number): void {
    const before = this.#movedBytes;
    this.#movedBytes += lengthBytes;
    for (const { when, fault } of this.#rules) {
      if ('onBytes' in when && before < when.onBytes && this.#movedBytes >= when.onBytes) this.#strike(fault);
    }
  }

  #startTimer({ when, fault }: FaultRule): void {
    if ('at' in when) this.#timers.after(when.at, () => this.#strike(fault));
    if ('onCommand' in when || 'onUrc' in when || !('every' in when)) return;
    const { every, count = Number.POSITIVE_INFINITY } = when;
    const repeat = (strikes: number): void => {
      this.#strike(fault);
      if (strikes < count) this.#timers.after(every, () => repeat(strikes + 1));
    };
    this.#timers.after(every, () => repeat(1));
  }

  #count(rule: FaultRule, when: Counting): void {
    const seen = (this.#seen.get(rule) ?? 0) + 1;
    this.#seen.set(rule, seen);
    if (when.nth !== undefined && seen !== when.nth) return;
    if (when.every !== undefined && seen % when.every !== 0) return;
    if (when.probability !== undefined && this.#random.next() >= when.probability) return;
    this.#strike(rule.fault);
  }
}

/** `AT+QISEND` is the head of `AT+QISEND=0,5`, but not of `AT+QISENDEX=…`. */
export function isHeadOf(pattern: string, line: string): boolean {
  return line.startsWith(pattern) && !/^\w/.test(/\w$/.test(pattern) ? line.slice(pattern.length) : '');
}
