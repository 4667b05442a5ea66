/** Resets made of others: first soft, then hard; off by command, on by hardware. */
import { type Clock, delay, systemClock } from '../../streams/clock.ts';
import { shownValue } from '../dialects/shown-value.ts';
import { invalid, needClock, needMethods, readOptions } from '../plain-options.ts';
import { executed } from './at-reset.ts';
import { type PowerControl, resetFailure } from './power.ts';

/** How often the soft way is tried. */
export interface SoftThenHardOptions {
  /** Resets in a row for which the soft way is taken; the hard one follows. 1 when left out. */
  readonly softResets?: number;
}

/** First soft, then hard: a module that answers is reset by `soft`. One that does not, or that `soft` did not help, or where it
 * failed, is reset by `hard`.
 *
 * @example softThenHard(atReset(), commandReset({ command: ['/usr/local/bin/cycle-modem-power'] }))
 * @throws ModemError `INVALID_ARGUMENT` when `hard` is an AT command too: it reaches no module that `soft` does not reach.
 */
export function softThenHard(
  soft: PowerControl,
  hard: PowerControl,
  options: SoftThenHardOptions = {},
): PowerControl {
  const { softResets = 1 } = readOptions<SoftThenHardOptions>(options, ['softResets']);
  mustReset('soft', soft);
  mustReachSilent('hard', hard);
  if (!Number.isInteger(softResets) || softResets < 1)
    throw invalid('softResets', `is a whole number of at least 1, got ${shownValue(softResets)}`);
  return {
    description: `${soft.description}, else ${hard.description}`,
    reachesSilentModule: true,
    async reset(request) {
      const { answers, rebootsInRow, signal } = request;
      if (!answers || rebootsInRow > softResets) return hard.reset(request);
      try {
        await soft.reset(request);
      } catch (error) {
        if (signal.aborted) throw error;
        await hard.reset(request);
      }
    },
  };
}

/** How a module is switched off and on again. */
export interface PowerDownResetOptions {
  /** Switches it on: a pulse on the line that is wired to PWRKEY, a program. */
  readonly on: PowerControl;
  /** Time between the command and `on`, in which the module leaves the network and saves what it must. 12 s when left out;
   * see "turn off" in the hardware manual. */
  readonly offMs?: number;
  /** Time for `offMs`; the system clock when left out. */
  readonly clock?: Clock;
}

/** Switches the module off by `AT+QPOWD`, so that it can leave the network and close its files, and on again by `on`. A module
 * that does not answer is left to `on` alone.
 *
 * @example powerDownReset({ on: lineReset({ line: 'dtr', pulseMs: 700 }) })
 * @throws ModemError `INVALID_ARGUMENT` when `on` is an AT command, or `offMs` no time.
 */
export function powerDownReset(options: PowerDownResetOptions): PowerControl {
  const read = readOptions<PowerDownResetOptions>(options, ['on', 'offMs', 'clock']);
  const { offMs = 12_000, clock = systemClock } = read;
  const on = read.on as PowerControl;
  mustReachSilent('on', on);
  if (typeof offMs !== 'number' || !Number.isFinite(offMs) || offMs < 0)
    throw invalid('offMs', `is a time, got ${shownValue(offMs)}`);
  needClock(clock);
  const attempt = 'switching off by AT+QPOWD=1';
  return {
    description: `AT+QPOWD=1, then ${on.description}`,
    reachesSilentModule: true,
    async reset(request) {
      const { answers, signal } = request;
      if (answers) {
        // A refusal is no reason to leave the module as it is: the hardware follows in any case.
        const isOff = await executed(request, 'AT+QPOWD=1', attempt).then(
          () => true,
          () => false,
        );
        try {
          if (isOff) await delay(clock, offMs, signal);
        } catch (error) {
          throw resetFailure(request, attempt, error, '');
        }
      }
      await on.reset(request);
    },
  };
}

function mustReset(name: string, control: PowerControl): void {
  needMethods(
    control,
    name,
    ['reset'],
    'must be a reset: atReset(), lineReset(…), commandReset(…), or your own',
  );
}

function mustReachSilent(name: string, control: PowerControl): void {
  const advice =
    'must be a reset that a silent module cannot miss: lineReset(…), commandReset(…), or your own';
  needMethods(control, name, ['reset'], advice);
  if (!control.reachesSilentModule) throw invalid(name, advice);
}
