import { ModemError } from '../../errors.ts';
import { messageOf } from '../foreign-error.ts';
import type { PortLines } from '../port.ts';

/** What a reset may use. */
export interface ResetRequest {
  /** Sends one AT command to the module and resolves when it was accepted; rejects when it was not. */
  execute(command: string): Promise<void>;
  /** The module still answers AT commands: the reset is asked for because something else does not work. */
  readonly answers: boolean;
  /** Resets in a row that have not helped, this one included: 1 for the first. */
  readonly rebootsInRow: number;
  /** Control lines of the port, where it has them. */
  readonly lines?: PortLines | undefined;
  /** Aborted when the modem is being stopped: whatever runs must end, lines back at rest. */
  readonly signal: AbortSignal;
}

/** A way to reset a module that hangs: `atReset()`, `lineReset(…)`, `commandReset(…)`, or your own. */
export interface PowerControl {
  /** Names the way in logs and errors: `AT+CFUN=1,1`. */
  readonly description: string;
  /** True when it also works on a module that does not answer: everything but an AT command. */
  readonly reachesSilentModule: boolean;
  /** Resolves when the reset was triggered; the module then boots by itself and its port may vanish.
   *
   * Rejects with `RESET_FAILED`, or with `STOPPED` when the signal was aborted. */
  reset(request: ResetRequest): Promise<void>;
}

/** The error of a reset that did not work: what was tried, what came back, what to try.
 *
 * After an abort it is `STOPPED` instead: the reset did not fail, nobody wants it any more.
 */
export function resetFailure(
  request: ResetRequest,
  attempt: string,
  cause: unknown,
  advice: string,
): ModemError {
  if (request.signal.aborted) {
    return new ModemError('STOPPED', `${attempt} was cut short by stop()`, {}, request.signal.reason);
  }
  return new ModemError('RESET_FAILED', `${attempt} failed: ${messageOf(cause)}; ${advice}`, {}, cause);
}
