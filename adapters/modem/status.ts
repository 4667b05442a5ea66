import type { SnapshotFrom } from 'xstate';
import type { ModemError } from '../../errors.ts';
import type { modemMachine } from '../../machines/modem.machine.ts';

/** Names of the modem's states, as the inspector shows them. */
export const MODEM_STATES = [
  'portClosed',
  'opening',
  'syncing',
  'configuring',
  'unlockingSim',
  'registering',
  'attaching',
  'online',
  'recovering',
  'rebooting',
  'cooling',
  'stopped',
  'faulted',
] as const;

/** Name of a state of the modem, as the inspector shows it. */
export type ModemState = (typeof MODEM_STATES)[number];

/** What is known of the modem right now. */
export interface ModemStatus {
  /** Where it is between `portClosed` and `stopped`; sockets can be opened while it is `online`. */
  readonly state: ModemState;
  /** Contexts that are active, with their addresses. */
  readonly contexts: readonly { readonly id: number; readonly addresses: readonly string[] }[];
  /** Connect ids in use. */
  readonly connectIds: readonly number[];
  /** What keeps it from being online: `SIM_MISSING`, `REGISTRATION_DENIED`, `HARD_RESET_NEEDED` … The message says what to
   * check. Nothing while all is well, nor for what an ordinary start takes. */
  readonly problem?: ModemError;
  /** Why it is `faulted`. */
  readonly error?: ModemError;
}

type ModemSnapshot = SnapshotFrom<typeof modemMachine>;

export function statusOf(snapshot: ModemSnapshot): ModemStatus {
  const { value, context } = snapshot;
  const problem = context.error ?? context.problem;
  const state = (typeof value === 'string' ? value : Object.keys(value)[0]) as ModemState;
  return {
    state,
    contexts: Object.entries(context.activeContexts).map(([id, addresses]) => ({
      id: Number(id),
      addresses,
    })),
    connectIds: Object.keys(context.socketActors).map(Number),
    ...(problem && { problem }),
    ...(context.error && { error: context.error }),
  };
}

/** Tells whether two statuses say the same. */
export function isSameStatus(a: ModemStatus, b: ModemStatus): boolean {
  return (
    a.state === b.state &&
    a.error === b.error &&
    a.problem?.code === b.problem?.code &&
    a.problem?.message === b.problem?.message &&
    JSON.stringify([a.contexts, a.connectIds]) === JSON.stringify([b.contexts, b.connectIds])
  );
}
