/** A command whose turn has come, while what goes in front of it is being carried out: nothing may come in between.
 *
 *    its turn ──▶ step ──ok──▶ step ──ok──▶ the command
 *                  └─ refused ──▶ the command ends so, unless the step is not required
 */
import type { Pending } from './in-flight.ts';
import { Selections } from './selections.ts';

export class Preparation {
  readonly #selections = new Selections();
  #pending: Pending | undefined;

  get isOn(): boolean {
    return this.#pending !== undefined;
  }

  /** The command that goes on. */
  take(): Pending | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending;
  }

  /** What is to be written next for the command: a step, or the command itself. */
  next(pending: Pending): Pending {
    const steps = pending.steps ?? [];
    while (steps[0] && this.#selections.isInForce(steps[0])) steps.shift();
    const step = steps.shift();
    if (step === undefined) return pending;
    this.#pending = pending;
    return {
      command: step.command,
      payload: [],
      settle: (outcome) => {
        if (outcome.kind === 'ok') this.#selections.note(step);
        if (outcome.kind === 'refused' && step.refusalTells) pending.learnt = step.refusalTells;
        const goesOn = outcome.kind === 'ok' || (outcome.kind === 'refused' && !step.isRequired);
        if (!goesOn && this.letGo(pending)) pending.settle(outcome);
      },
    };
  }

  /** The command is not wanted any more; false when it is not this one. */
  letGo(pending: Pending): boolean {
    if (this.#pending !== pending) return false;
    this.#pending = undefined;
    return true;
  }

  /** A command of the user's own was carried out: it may have selected something else. */
  doubt(text: string): void {
    this.#selections.doubt(text);
  }

  /** Nobody knows what is selected; with `isNew` the module has just started. */
  forget(isNew: boolean): void {
    this.#selections.forget(isNew);
  }
}
