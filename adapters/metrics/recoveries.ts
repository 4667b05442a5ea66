/** Recoveries, from the step that began each until the modem is online again.
 *
 *    online ──port lost, module hung, context lost …──▶ recovering (further steps) ──online──▶ { cause, durationMs }
 *
 * The first bring-up is none: it begins when the modem was online once.
 */
import type { RecoveryStep } from '../../machines/modem.machine.ts';

type StepName = RecoveryStep['step'];

/** A reset that the ladder granted, or a restart by itself. */
export type RebootKind = 'reset' | 'unexpected';

export interface RecoveryChange {
  readonly reboot?: RebootKind;
  readonly ended?: { readonly cause: StepName; readonly durationMs: number };
}

/** The modem stays online behind these. */
const REMARKS: ReadonlySet<StepName> = new Set(['escape missed', 'option refused']);

export class Recoveries {
  #hasBeenOnline = false;
  #begun: { readonly cause: StepName; readonly atMs: number } | undefined;
  /** A module says more than once that it has started: a reboot is counted once until it is online. */
  #hasRebooted = false;

  take(step: StepName, nowMs: number): RecoveryChange {
    if (REMARKS.has(step)) return {};
    if (step === 'online') return this.#end(nowMs);
    if (this.#hasBeenOnline) this.#begun ??= { cause: step, atMs: nowMs };
    const reboot = this.#rebootBy(step);
    return reboot === undefined ? {} : { reboot };
  }

  #end(nowMs: number): RecoveryChange {
    const begun = this.#begun;
    this.#hasBeenOnline = true;
    this.#hasRebooted = false;
    this.#begun = undefined;
    return begun ? { ended: { cause: begun.cause, durationMs: nowMs - begun.atMs } } : {};
  }

  #rebootBy(step: StepName): RebootKind | undefined {
    const isUnexpected = step === 'module rebooted' && this.#hasBeenOnline && !this.#hasRebooted;
    if (step !== 'reboot granted' && !isUnexpected) return undefined;
    this.#hasRebooted = true;
    return isUnexpected ? 'unexpected' : 'reset';
  }
}
