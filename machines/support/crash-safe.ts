import type { AnyEventObject, AnyStateMachine } from 'xstate';

/** The event that a machine gets when one of its own actions, guards or delays threw. */
export interface CrashedEvent {
  /** Always `crashed`. */
  readonly type: 'crashed';
  /** What was thrown. */
  readonly error: unknown;
}

/** Wraps a machine so that a throw in it becomes the event `crashed` instead of a half-stopped actor.
 *
 * XState stops an actor whose transition throws but leaves its children running. Here the snapshot from before
 * the throw stays in force and handles `crashed`, which every machine of ours routes to a state that ends well.
 */
export function crashSafe<Machine extends AnyStateMachine>(machine: Machine): Machine {
  const wrapped = Object.create(machine) as Machine;
  wrapped.transition = (snapshot, event: AnyEventObject, scope) => {
    try {
      return machine.transition(snapshot, event, scope);
    } catch (error) {
      if (event.type === 'crashed') throw error;
      return machine.transition(snapshot, { type: 'crashed', error }, scope);
    }
  };
  return wrapped;
}

/** More eventless steps in a row than any chart of ours takes: a cycle ends as `crashed` instead of a hung process. */
export const MOST_MICROSTEPS = 100;
