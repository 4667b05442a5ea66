/** Results that the module still owes for commands which were given up: each may come at any later point, and must not
 * complete another command (invariant 12).
 *
 *    result ──▶ nothing owed: the command's own
 *           ──▶ OK in front of a prompt: the late one's, which is settled by that
 *           ──▶ it could be either: held back, quiet, AT+CSQ ─┬─ a second result in front of the +CSQ line: one was late
 *                                                            └─ none: the command's own
 *
 * A module works off commands one after the other. So what comes in front of the answer to a command that was written
 * behind it is all there is of the one before.
 */
import type { Command, InfoLine } from '../dialects/dialect.ts';
import type { InFlight } from './in-flight.ts';
import { entersDataMode, isSuccess } from './results.ts';

/** A result on its way to the exchange. */
export interface Final {
  readonly type: 'rx.final' | 'rx.later';
  readonly result: string;
  readonly success: boolean;
}

/** What is to be done with a result. */
export type Verdict =
  | { readonly kind: 'own'; readonly final: Final }
  /** It is the late one's, or shows that the one before was; the command goes on, with these lines of its answer. */
  | { readonly kind: 'late'; readonly result: string; readonly lines: readonly InfoLine[] }
  /** Wait for a second one, then ask; where the prompt of a send or CONNECT may still come, nothing may be written: wait for that. */
  | { readonly kind: 'held'; readonly awaitsPrompt: boolean };

/** Both results that came, or the lines in front of them, could be the command's: it counts as refused, and is looked at by whoever
 * needs to know. */
const AMBIGUOUS: Final = {
  type: 'rx.final',
  result: 'two results, one of them late',
  success: false,
};

const isSend = ({ text, prompts }: Command): boolean => prompts === true || /^AT\+QISEND/i.test(text);

export class LateResults {
  #owedSends = 0;
  #owedOthers = 0;
  #held: Final | undefined;
  /** Lines of the answer in front of it. */
  #heldLines: readonly InfoLine[] = [];
  #isAnswered = false;

  /** How many of them. */
  get owed(): number {
    return this.#owedOthers + this.#owedSends;
  }

  /** A result is being held back. */
  get isHolding(): boolean {
    return this.#held !== undefined;
  }

  /** The command ended without a result, and may still have one. */
  owe(command: Command): void {
    if (isSend(command)) this.#owedSends++;
    else this.#owedOthers++;
  }

  /** A result came that is nobody's. */
  settle(result: string): void {
    const isOfSend = result.startsWith('SEND ') || (result !== 'OK' && this.#owedOthers === 0);
    if (isOfSend) this.#owedSends = Math.max(0, this.#owedSends - 1);
    else this.#owedOthers = Math.max(0, this.#owedOthers - 1);
  }

  /** The module has been started anew: it owes nothing. */
  forget(): void {
    this.#owedSends = 0;
    this.#owedOthers = 0;
  }

  /** The command in flight has ended, however it did. */
  ended(): void {
    this.#held = undefined;
  }

  /** The line that only the question can bring. */
  answered(): void {
    this.#isAnswered = true;
  }

  judge(inFlight: InFlight, final: Final): Verdict {
    if (final.result === 'CONNECT') this.prompted(); // no other command ends so: what was held back was the late one's
    if (this.#held) return this.#judgeSecond(this.#held, final, inFlight);
    if (!this.#isDoubtful(inFlight, final)) return { kind: 'own', final };
    if (isImpossible(inFlight, final)) {
      this.settle(final.result);
      return { kind: 'late', result: final.result, lines: [] };
    }
    this.#held = final;
    this.#heldLines = [...inFlight.lines];
    this.#isAnswered = false;
    const { pending, hasPrompted } = inFlight;
    const { command } = pending;
    const awaitsPrompt = (command.prompts === true && !hasPrompted) || entersDataMode(command);
    return { kind: 'held', awaitsPrompt };
  }

  /** The prompt of the send has come: what was held back was the late one's. Returns it. */
  prompted(): string | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    this.#held = undefined;
    this.settle(held.result);
    return held.result;
  }

  /** The prompt does not come: what was held back was the command's own. */
  release(): Final | undefined {
    const held = this.#held;
    this.#held = undefined;
    return held;
  }

  #judgeSecond(held: Final, final: Final, { lines, pending }: InFlight): Verdict {
    if (this.#isAnswered) {
      this.#held = undefined;
      return { kind: 'own', final: held };
    }
    const first = this.#heldLines;
    const second = lines.slice(first.length);
    const isFirstOwn = fits(first, pending.command) > fits(second, pending.command);
    const late = isFirstOwn ? final : held;
    this.settle(late.result);
    if (isFirstOwn) this.#held = held;
    else if (fits(second, pending.command) > fits(first, pending.command)) this.#held = final;
    else if (held.success !== final.success || fits(first, pending.command) === NAMELESS)
      this.#held = AMBIGUOUS;
    else this.#held = final;
    this.#heldLines = isFirstOwn ? first : second;
    return { kind: 'late', result: late.result, lines: this.#heldLines };
  }

  /** Tells whether a late result could look like this one. */
  #isDoubtful({ pending: { command }, hasPrompted }: InFlight, { type, result }: Final): boolean {
    if (result.startsWith('SEND ')) return this.#owedSends > 0;
    if (type === 'rx.later' || result === 'CONNECT') return false;
    // Behind the prompt an error of a send is looked into by the counters; what comes behind OK tells by itself.
    if (command.prompts) return this.owed > 0 && (result === 'OK' || !hasPrompted);
    if (isSend(command)) return false;
    if (command.laterResults !== undefined || command.linesAfterOk !== undefined) return false;
    return this.#owedOthers > 0 || (result !== 'OK' && this.#owedSends > 0);
  }
}

/** Lines without a name: of these nothing tells whose they are. */
const NAMELESS = 2;

/** How well lines fit the command: those that bear its name show whose they are, then those without any, as of AT+CGMI; none at all fit
 * better than those that bear another name. */
function fits(lines: readonly InfoLine[], { text }: Command): number {
  const name = /^AT(\+[A-Z0-9]+)/i.exec(text)?.[1]?.toUpperCase();
  if (name !== undefined && lines.some(({ prefix }) => prefix === name)) return 3;
  if (lines.some(({ prefix }) => prefix === null)) return NAMELESS;
  return lines.length === 0 ? 1 : 0;
}

/** Tells whether the command cannot have ended so: OK in front of the prompt, or instead of CONNECT or CLOSE OK. Without the line that
 * was asked for a firmware may well say OK. */
function isImpossible({ pending: { command } }: InFlight, { result }: Final): boolean {
  if (result !== 'OK') return false;
  const { successes = [] } = command;
  const hasOwnWords = successes.some((text) => text.endsWith(' OK')) && !successes.includes('OK');
  return entersDataMode(command) || hasOwnWords || (command.prompts === true && !isSuccess(command, result));
}
