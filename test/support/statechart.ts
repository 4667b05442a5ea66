/** Looks at the definition of a machine: what the types of XState let through and what never throws. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** The node and all nodes below it. */
export function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

/** Every declared transition of a node: events, delays, ends of actors, `always`. */
export function transitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

/** Everything that is wrong with a machine, in one line each; a machine that cannot even be made is wrong too. */
export function problemsOf(make: () => AnyStateMachine): string[] {
  let machine: AnyStateMachine;
  try {
    machine = make();
    const nodes = nodesOf(machine.root);
    return [
      ...nodes.flatMap((node) => problemsOfNode(node, machine)),
      ...unreachable(machine).map((id) => `${id} cannot be reached`),
    ];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function problemsOfNode(node: AnyStateNode, machine: AnyStateMachine): string[] {
  return [
    ...initialProblems(node),
    ...delayProblems(node, machine),
    ...invokeProblems(node, machine),
    ...nameProblems(node, machine),
    ...([...node.transitions.keys()].some((event) => event.includes('*'))
      ? [`${node.id} takes any event by a wildcard`]
      : []),
  ];
}

function initialProblems(node: AnyStateNode): string[] {
  if (node.type !== 'compound') return [];
  const initial: unknown = node.config.initial;
  if (typeof initial === 'string' && Object.hasOwn(node.states, initial)) return [];
  return [`${node.id} begins in ${String(initial)}, which is none of its states`];
}

function delayProblems(node: AnyStateNode, { implementations }: AnyStateMachine): string[] {
  return Object.keys(node.config.after ?? {})
    .filter((name) => !/^\d+$/.test(name) && !Object.hasOwn(implementations.delays, name))
    .map((name) => `${node.id} waits for the delay ${name}, which is not implemented`);
}

function invokeProblems(node: AnyStateNode, { implementations }: AnyStateMachine): string[] {
  return node.invoke.flatMap(({ src, onError }) => [
    ...(onError === undefined ? [`${node.id} invokes ${String(src)} without onError`] : []),
    ...(typeof src === 'string' && !Object.hasOwn(implementations.actors, src)
      ? [`${node.id} invokes ${src}, which is not implemented`]
      : []),
  ]);
}

function nameProblems(node: AnyStateNode, { implementations }: AnyStateMachine): string[] {
  const transitions = transitionsOf(node);
  const actions = [...node.entry, ...node.exit, ...transitions.flatMap((one) => one.actions)].flatMap(nameOf);
  const guards = transitions.flatMap((one) => guardNames(one.guard));
  return [
    ...actions
      .filter((name) => !Object.hasOwn(implementations.actions, name))
      .map((name) => `${node.id} does ${name}, which is not implemented`),
    ...guards
      .filter((name) => !Object.hasOwn(implementations.guards, name))
      .map((name) => `${node.id} asks ${name}, which is not implemented`),
  ];
}

/** The name of a named action or guard; inline functions have none. */
function nameOf(reference: unknown): string[] {
  if (typeof reference === 'string') return [reference];
  const isNamed = typeof reference === 'object' && reference !== null && 'type' in reference;
  return isNamed ? [String(reference.type)] : [];
}

/** Also the names within `and`, `or` and `not`. */
function guardNames(guard: unknown): string[] {
  if (typeof guard !== 'function') return nameOf(guard);
  const within = 'guards' in guard && Array.isArray(guard.guards) ? guard.guards : [];
  return within.flatMap(guardNames);
}

/** Ids of the states that no chain of declared transitions leads to. */
function unreachable(machine: AnyStateMachine): string[] {
  const reached = new Set<AnyStateNode>();
  const entered = new Set<AnyStateNode>(); // and not only passed through on the way to a child
  const enter = (node: AnyStateNode): void => {
    for (let at: AnyStateNode | undefined = node; at !== undefined; at = at.parent) reached.add(at);
    if (entered.has(node)) return;
    entered.add(node);
    if (node.type === 'parallel') for (const child of Object.values(node.states)) enter(child);
    if (node.type === 'compound') for (const child of node.initial.target) enter(child);
  };
  enter(machine.root);
  for (let before = -1; before < reached.size + entered.size; ) {
    before = reached.size + entered.size;
    for (const node of [...reached]) {
      for (const { target, eventType } of transitionsOf(node)) {
        if (eventType.startsWith('xstate.done.state.') && !canEnd(node, reached)) continue;
        for (const next of target ?? []) enter(next);
      }
    }
  }
  return nodesOf(machine.root)
    .filter((node) => !reached.has(node))
    .map((node) => node.id);
}

/** Whether `onDone` of the state can ever come: a final child that is reached, in all regions if it is parallel. */
function canEnd(node: AnyStateNode, reached: ReadonlySet<AnyStateNode>): boolean {
  const children = Object.values(node.states);
  if (node.type === 'parallel') return children.every((child) => canEnd(child, reached));
  return children.some((child) => child.type === 'final' && reached.has(child));
}
