/** What a process gives its modem: access with canaries in it, a store, and a way to reset the module. */
import type { Logger, ModemOptions, Port, PowerControl, Store } from '../../index.ts';
import type { VirtualModule } from '../../simulator/index.ts';
import { type Clock, delay } from '../../streams/clock.ts';
import { CANARIES } from './oracle.ts';
import type { Schedule } from './schedule.ts';

/** When every case begins, in milliseconds since the epoch: ladders compare times with 0. */
export const STARTED_AT_MS = 1_700_000_000_000;

interface Parts {
  readonly port: Port;
  readonly clock: Clock;
  readonly store: Store;
  readonly power: PowerControl | undefined;
  /** Takes everything that is logged. */
  readonly onLog: (text: string) => void;
}

/** The options of a modem, by the schedule. */
export function modemOptions(schedule: Schedule, { port, clock, store, power, onLog }: Parts): ModemOptions {
  const { dialect, ladder, pin, contexts, single } = schedule;
  const first = dialect === 'gsm' ? 0 : 1;
  const { username, password } = CANARIES;
  const log = (fields: object, message: string): void => onLog(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { info: log, warn: log, error: log };
  return {
    ...{ port, dialect, store, clock, logger, recovery: ladder ?? {} },
    contexts: Array.from({ length: contexts }, (_, n) => ({
      ...{ id: first + n, apn: 'internet', username, password },
      ...(single && { sharing: 'single' as const }),
    })),
    ...(pin && { pin: pin === 'right' ? CANARIES.pin : CANARIES.wrongPin }),
    ...(power && { power }),
  };
}

/** What resets the module; `undefined` where that is a command. */
export function powerControl(
  world: {
    readonly schedule: Schedule;
    readonly module: VirtualModule;
    readonly clock: Clock;
    readonly onReset: () => void;
  },
  clock: Clock,
  host: { readonly isDead: () => boolean; readonly onReset: () => void },
): PowerControl | undefined {
  const { power } = world.schedule;
  if (power.kind === 'at') return undefined;
  return {
    description: 'a switch',
    reachesSilentModule: true,
    reset: async ({ signal }) => {
      if (host.isDead()) return;
      world.onReset();
      const works = power.kind === 'hard' || world.clock.now() >= power.worksFromMs + STARTED_AT_MS;
      if (works) world.module.powerCycle();
      host.onReset();
      if (power.kind === 'hard') await delay(clock, power.tookMs, signal);
    },
  };
}
