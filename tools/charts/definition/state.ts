/** A statechart as it is defined: states within states, and what each of them answers to. */

/** The kinds of states that our machines have; none of them has a history state. */
export type StateKind = 'atomic' | 'compound' | 'parallel' | 'final';

/** One transition as it is written in the machine: an event with several guards has one for each. */
export interface Transition {
  /** Path of the state that has it, from the id of the machine: `modem.rebooting.asking`. */
  readonly source: string;
  /** Path of the state that it enters; undefined when the state is not left. */
  readonly target: string | undefined;
  /** The type of XState, which an inspector reports too; empty for an eventless transition. */
  readonly event: string;
  /** What a reader calls it: the event, `after …`, `always`, `done`, `failed`. */
  readonly trigger: string;
  /** The invoked actor whose end it is, by its source. */
  readonly actor: string | undefined;
  readonly guard: string | undefined;
  /** It does something; a transition that does nothing and leads nowhere keeps an event from the states above. */
  readonly isActing: boolean;
}

/** One state. */
export interface State {
  readonly path: string;
  readonly name: string;
  readonly kind: StateKind;
  readonly tags: readonly string[];
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  /** Sources of the actors that run while the state is active. */
  readonly invokes: readonly string[];
  /** Path of the child that it begins with. */
  readonly initial: string | undefined;
  readonly transitions: readonly Transition[];
  readonly states: readonly State[];
}

/** The state and all states below it, in the order of the definition. */
export function statesOf(state: State): State[] {
  return [state, ...state.states.flatMap(statesOf)];
}

/** Whether a path is that of the state or of one below it. */
export const isWithin = (path: string, root: string): boolean => path === root || path.startsWith(`${root}.`);
