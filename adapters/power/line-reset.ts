import { type Clock, delay, systemClock } from '../../streams/clock.ts';
import { flag, integer } from '../dialects/arguments.ts';
import { shownValue } from '../dialects/shown-value.ts';
import { invalid, needClock, readOptions } from '../plain-options.ts';
import type { PortLines } from '../port.ts';
import { type PowerControl, resetFailure } from './power.ts';

/** Which control line is wired to RESET_N or PWRKEY, and how. */
export interface LineResetOptions {
  /** The line that is wired. */
  readonly line: 'dtr' | 'rts';
  /** How long the line is held. See the hardware manual: RESET_N of an EC25 takes 150 to 460 ms. */
  readonly pulseMs: number;
  /** Pulses in a row: 2 for a power key that switches off, then on. 1 when left out. */
  readonly pulses?: number;
  /** Rest between two pulses; 2 s when left out. */
  readonly pauseMs?: number;
  /** The level that resets; the opposite is rest. Off by default, because opening a port raises both lines. */
  readonly activeLevel?: boolean;
  /** Time for pulses and rests; the system clock when left out. */
  readonly clock?: Clock;
}

const NAMES = ['line', 'pulseMs', 'pulses', 'pauseMs', 'activeLevel', 'clock'] as const;
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && Number.isFinite(value);

function checked(options: LineResetOptions): Required<LineResetOptions> {
  const read = readOptions<LineResetOptions>(options, NAMES);
  const { line, pulseMs, pulses = 1, pauseMs = 2_000, activeLevel = false, clock = systemClock } = read;
  if (line !== 'dtr' && line !== 'rts') throw invalid('line', `is 'dtr' or 'rts', got ${shownValue(line)}`);
  if (!isTime(pulseMs)) throw invalid('pulseMs', `is a time above 0, got ${shownValue(pulseMs)}`);
  if (!isTime(pauseMs)) throw invalid('pauseMs', `is a time above 0, got ${shownValue(pauseMs)}`);
  integer('pulses', pulses, 1, 10);
  flag('activeLevel', activeLevel);
  needClock(clock);
  return { line, pulseMs, pulses, pauseMs, activeLevel, clock };
}

/** Resets by a pulse on a control line of the port, on boards that wire it to the module's reset or power key.
 *
 * @example lineReset({ line: 'dtr', pulseMs: 300 })
 * @throws ModemError `INVALID_ARGUMENT` for a pulse that is not longer than zero.
 */
export function lineReset(options: LineResetOptions): PowerControl {
  const { line, pulseMs, pulses, pauseMs, activeLevel, clock } = checked(options);
  const description = `${pulses > 1 ? `${pulses} × ` : ''}${pulseMs} ms pulse on ${line.toUpperCase()}`;
  async function pulseOn(lines: PortLines, signal: AbortSignal): Promise<void> {
    try {
      await lines.set({ [line]: activeLevel });
      await delay(clock, pulseMs, signal);
    } finally {
      // Whatever happened: a line left active would keep the module off.
      await lines.set({ [line]: !activeLevel });
    }
  }
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
        for (let pulse = 1; pulse <= pulses; pulse++) {
          if (pulse > 1) await delay(clock, pauseMs, signal);
          await pulseOn(lines, signal);
        }
      } catch (error) {
        throw failed(error, 'check that the port is open and its driver can switch this line');
      }
    },
  };
}
