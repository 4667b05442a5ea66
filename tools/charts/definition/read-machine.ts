/** XState's definition of a machine → our `State`. Nothing is left out but the timers that XState adds by itself. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { guardName } from './guard-name.ts';
import type { State, StateKind, Transition } from './state.ts';

const AFTER = 'xstate.after.';
const ENDINGS: readonly (readonly [prefix: string, trigger: string])[] = [
  ['xstate.done.actor.', 'done'],
  ['xstate.error.actor.', 'failed'],
  ['xstate.done.state.', 'done'],
];

export function readMachine(machine: AnyStateMachine): State {
  return readState(machine.root);
}

function readState(node: AnyStateNode): State {
  return {
    path: pathOf(node),
    name: node.key,
    kind: kindOf(node),
    tags: node.tags,
    entry: node.entry.flatMap(actionName),
    exit: node.exit.flatMap(actionName),
    invokes: node.invoke.map(({ src }) => String(src)),
    initial: node.type === 'compound' ? initialPath(node) : undefined,
    transitions: [...[...node.transitions.values()].flat(), ...(node.always ?? [])].map((one) =>
      readTransition(one, node),
    ),
    states: Object.values(node.states).map(readState),
  };
}

const pathOf = (node: AnyStateNode): string => [node.machine.id, ...node.path].join('.');

function kindOf({ type, id }: AnyStateNode): StateKind {
  if (type === 'history')
    throw new TypeError(`${id} is a history state, for which the pictures have no sign`);
  return type;
}

function initialPath(node: AnyStateNode): string | undefined {
  const [first] = node.initial.target;
  return first === undefined ? undefined : pathOf(first);
}

function readTransition(definition: AnyTransitionDefinition, node: AnyStateNode): Transition {
  const { target, eventType, guard, actions } = definition;
  const [first, second] = target ?? [];
  if (second !== undefined) throw new TypeError(`${node.id} enters two states by ${eventType}`);
  return {
    source: pathOf(node),
    target: first === undefined ? undefined : pathOf(first),
    event: eventType,
    trigger: triggerOf(eventType, node),
    actor: actorOf(eventType, node),
    guard: guardName(guard),
    isActing: actions.length > 0,
  };
}

/** `xstate.after.<delay>.<id of the state>` and the like, in the words of a statechart. */
function triggerOf(eventType: string, { id }: AnyStateNode): string {
  if (eventType === '') return 'always';
  if (eventType.startsWith(AFTER)) {
    const delay = eventType.slice(AFTER.length, -id.length - 1);
    return `after ${/^\d+$/.test(delay) ? `${delay} ms` : delay}`;
  }
  return ENDINGS.find(([prefix]) => eventType.startsWith(prefix))?.[1] ?? eventType;
}

function actorOf(eventType: string, { invoke }: AnyStateNode): string | undefined {
  const id = /^xstate\.(?:done|error)\.actor\.(.+)$/.exec(eventType)?.[1];
  const actor = invoke.find((one) => one.id === id);
  return actor === undefined ? undefined : String(actor.src);
}

/** Names of our own actions; XState's, which start and stop the timer of an `after`, begin with its own name. */
function actionName(action: unknown): string[] {
  const name: unknown =
    typeof action !== 'string' &&
    action !== null &&
    (typeof action === 'object' || typeof action === 'function')
      ? Reflect.get(action, 'type')
      : action;
  return typeof name === 'string' && !name.startsWith('xstate.') ? [name] : [];
}
