import type { Fault, FaultKind, FaultOf } from './fault.ts';

/** Faults that struck and wait for their occasion: the next send, the next open, the next answer. */
export class ArmedFaults {
  readonly #waiting: Fault[] = [];

  arm(fault: Fault): void {
    this.#waiting.push(fault);
  }

  /** Takes the oldest fault of a kind (that fits), if one waits. */
  take<Kind extends FaultKind>(
    kind: Kind,
    fits: (fault: FaultOf<Kind>) => boolean = () => true,
  ): FaultOf<Kind> | undefined {
    const matches = (fault: Fault): fault is FaultOf<Kind> =>
      fault.kind === kind && fits(fault as FaultOf<Kind>);
    const at = this.#waiting.findIndex(matches);
    return at < 0 ? undefined : (this.#waiting.splice(at, 1)[0] as FaultOf<Kind>);
  }

  /** Kinds of what waits, oldest first. */
  get kinds(): readonly FaultKind[] {
    return this.#waiting.map(({ kind }) => kind);
  }

  /** Forgets what waits, and tells what that was. */
  clear(): readonly Fault[] {
    return this.#waiting.splice(0);
  }
}

/** Bytes were sent: takes the brown-out that they bring about, if there is one; what it still bears is counted down. */
export function takeBrownOut(armed: ArmedFaults, sentBytes: number): FaultOf<'brownOut'> | undefined {
  const fault = armed.take('brownOut');
  if (fault === undefined) return undefined;
  const leftBytes = (fault.afterBytes ?? 1) - sentBytes;
  if (leftBytes <= 0) return fault;
  armed.arm({ ...fault, afterBytes: leftBytes });
  return undefined;
}

/** Takes a fault that strikes several times: what is left of it is armed again. Tells whether it struck. */
export function takeTimes(armed: ArmedFaults, kind: 'refuseActivation' | 'missEscape'): boolean {
  const fault = armed.take(kind);
  if (fault === undefined) return false;
  if (fault.times !== undefined && fault.times > 1) armed.arm({ kind, times: fault.times - 1 });
  return true;
}
