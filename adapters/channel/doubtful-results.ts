/** Looks into results that may be late ones, as `LateResults` judges them, with a question that has a line of its own.
 *
 *    judge() ──own──▶ exchange
 *            ──late─▶ discarded, the command goes on
 *            ──held─▶ prompt that may come, or silence ──▶ question ──▶ its line ──▶ own
 */
import type { Clock, TimerHandle } from '../../streams/clock.ts';
import type { Command, Dialect } from '../dialects/dialect.ts';
import type { InFlight } from './in-flight.ts';
import { type Final, LateResults } from './late-results.ts';

/** Behind a result that may be a late one the prompt of a send comes within this, or not at all. */
const PROMPT_MS = 5_000;

/** The channel, as this needs it. */
export interface DoubtHost {
  readonly clock: Clock;
  readonly commands: Pick<Dialect['commands'], 'querySignal' | 'queryAttached'>;
  /** Silence in front of the question. */
  readonly quietMs: number;
  /** Writes and traces; never rejects, because a lost port is reported elsewhere. */
  readonly ask: (question: string) => void;
  /** For all we know the command goes on: what comes is its answer. */
  readonly goesOn: (command: Command) => void;
  readonly discarded: (result: string) => void;
}

export class DoubtfulResults {
  readonly #host: DoubtHost;
  readonly #late = new LateResults();
  #timer: TimerHandle;
  #question: Command | undefined;

  constructor(host: DoubtHost) {
    this.#host = host;
  }

  /** The command was given up, and may still have a result. */
  owe(command: Command): void {
    this.#late.owe(command);
  }

  /** Results that may still come for commands that were given up. */
  get owed(): number {
    return this.#late.owed;
  }

  /** A result came that is nobody's. */
  discard(result: string): void {
    this.#late.settle(result);
    this.#host.discarded(result);
  }

  /** The module has been started anew: it owes nothing. */
  forget(): void {
    this.#late.forget();
  }

  /** The command in flight has ended, however it did. */
  ended(): void {
    this.#late.ended();
    this.#question = undefined;
    this.stop();
  }

  /** Nothing more is asked. */
  stop(): void {
    this.#host.clock.clearTimeout(this.#timer);
  }

  /** A result that may be the late one of a command that was given up completes nothing (invariant 12). */
  judge(inFlight: InFlight, final: Final): void {
    const { clock, quietMs, goesOn, discarded } = this.#host;
    const { command } = inFlight.pending;
    const verdict = this.#late.judge(inFlight, final);
    switch (verdict.kind) {
      case 'own':
        inFlight.actor.send(verdict.final);
        break;
      case 'late':
        inFlight.lines.splice(0, inFlight.lines.length, ...verdict.lines);
        discarded(verdict.result);
        goesOn(command);
        break;
      case 'held':
        this.#question = undefined;
        goesOn(command);
        this.#timer = verdict.awaitsPrompt
          ? clock.setTimeout(() => this.#release(inFlight), PROMPT_MS)
          : clock.setTimeout(() => this.#ask(command), quietMs);
    }
  }

  /** The prompt of a send: what was held back was the late one's. */
  prompted(): void {
    const late = this.#late.prompted();
    if (late === undefined) return;
    this.stop();
    this.#host.discarded(late);
  }

  /** Tells whether the line is about the question, its echo or the answer, and none of the command in flight. */
  takes(line: string): boolean {
    if (!this.#late.isHolding || this.#question === undefined) return false;
    const { text } = this.#question;
    if (line === text) return true;
    const isAnswer = line.startsWith(`${text.replace(/^AT|\?$/g, '')}:`);
    if (isAnswer) this.#late.answered();
    return isAnswer;
  }

  #release({ actor }: InFlight): void {
    const final = this.#late.release();
    if (final) actor.send(final);
  }

  /** What comes in front of the line that the question brings is all that comes for the command. */
  #ask(own: Command): void {
    const { commands, ask } = this.#host;
    const question = /CSQ/i.test(own.text) ? commands.queryAttached() : commands.querySignal();
    this.#question = question;
    ask(question.text);
  }
}
