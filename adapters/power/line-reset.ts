import { ModemError } from '../../errors.ts';
import { type Clock, delay, systemClock } from '../../streams/clock.ts';
import { type PowerControl, resetFailure } from './power.ts';

/** Which control line is wired to RESET_N or PWRKEY, and how. */
export interface LineResetOptions {
  readonly line: 'dtr' | 'rts';
  /** How long the line is held. See the hardware manual: RESET_N of an EC25 takes 150 to 460 ms. */
  readonly pulseMs: number;
  /** The level that resets; the opposite is rest. Off by default, because opening a port raises both lines. */
  readonly activeLevel?: boolean;
  readonly clock?: Clock;
}

/** Resets by a pulse on a control line of the port, on boards that wire it to the module's reset or power key.
 *
 * @example lineReset({ line: 'dtr', pulseMs: 300 })
 * @throws ModemError `INVALID_ARGUMENT` for a pulse that is not longer than zero.
 */
export function lineReset(options: LineResetOptions): PowerControl {
  const { line, pulseMs, activeLevel = false, clock = systemClock } = options;
  if (!(pulseMs > 0 && Number.isFinite(pulseMs))) {
    throw new ModemError('INVALID_ARGUMENT', `pulseMs is a time above 0, got ${pulseMs}`, {
      argument: 'pulseMs',
    });
  }
  const description = `${pulseMs} ms pulse on ${line.toUpperCase()}`;
  return {
    description,
    reachesSilentModule: true,
    async reset(request) {
      const { lines, signal } = request;
      const failed = (cause: unknown, advice: string) =>
        resetFailure(request, `reset by a ${description}`, cause, advice);
      if (!lines) throw failed('this port has no control lines', 'use atReset() or commandReset()');
      if (signal.aborted) throw failed(signal.reason, '');
      try {
        try {
          await lines.set({ [line]: activeLevel });
          await delay(clock, pulseMs, signal);
        } finally {
          // Whatever happened: a line left active would keep the module off.
          await lines.set({ [line]: !activeLevel });
        }
      } catch (error) {
        throw failed(error, 'check that the port is open and its driver can switch this line');
      }
    },
  };
}
