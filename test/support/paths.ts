/** Walks a machine along every simple path of its statechart: a path that meets no state twice.
 *
 *    definition + sample events ──▶ graph of states ──▶ one real actor for each path ──▶ where it ends, and
 *                                                       which declared transitions it took
 * Events that lead from one state to the same other count as one step of a path (getSimplePaths of XState multiplies
 * them, into millions); each of them is tried once, behind the first path to its state. The invoked actors are stubs that never end by themselves: their ends are events of the path.
 */
import {
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  createActor,
  fromPromise,
} from 'xstate';
import { getAdjacencyMap } from 'xstate/graph';
import { crashSafe } from '../../machines/support/crash-safe.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { nodesOf, transitionsOf } from './statechart.ts';

export interface Walk {
  readonly machine: AnyStateMachine;
  /** Made anew for each path, so that what one path records does not show in another. */
  readonly input: () => unknown;
  /** Samples of the machine's own events. */
  readonly events: readonly AnyEventObject[];
  /** Outputs with which an actor source may end. */
  readonly outputs?: Readonly<Record<string, readonly unknown[]>>;
  /** Events that are tried in every state but are no step of a longer path, to keep the number of paths small. */
  readonly onlyLast?: RegExp;
  /** What tells states apart besides the state value. */
  readonly sameState?: (snapshot: AnyMachineSnapshot) => string;
}

export interface WalkedPath {
  readonly events: readonly AnyEventObject[];
  readonly actor: AnyActorRef;
  readonly snapshot: AnyMachineSnapshot;
}

/** A stub for every actor source: started, never done. */
export function withStubs(machine: AnyStateMachine): AnyStateMachine {
  const never = fromPromise<unknown, unknown>(() => new Promise<unknown>(() => undefined));
  const names = Object.keys(machine.implementations.actors);
  return crashSafe(machine.provide({ actors: Object.fromEntries(names.map((name) => [name, never])) }));
}

/** Every event that the definition names, with samples for its data: ends of actors, delays, own events. */
function allEvents(machine: AnyStateMachine, walk: Walk): AnyEventObject[] {
  const nodes = nodesOf(machine.root);
  const ends = nodes
    .flatMap((node) => node.invoke)
    .flatMap(({ id, src }) => {
      const outputs = walk.outputs?.[String(src)] ?? [undefined];
      return [
        ...outputs.map((output) => ({ type: `xstate.done.actor.${id}`, output })),
        { type: `xstate.error.actor.${id}`, error: new Error('broken') },
      ];
    });
  const delays = nodes
    .flatMap((node) => [...node.transitions.keys()])
    .filter((type) => type.startsWith('xstate.after.'))
    .map((type) => ({ type }));
  return [...walk.events, ...ends, ...delays];
}

/** A name for a declared transition that stays the same from run to run. */
export function nameOfTransition(transition: AnyTransitionDefinition): string {
  const { source, eventType } = transition;
  const group = [...(source.transitions.get(eventType) ?? source.always ?? [])];
  const targets = (transition.target ?? []).map(({ id }) => id).join(', ') || '(stays)';
  return `${source.id} ──${eventType || 'always'}[${group.indexOf(transition)}]──▶ ${targets}`;
}

/** Names of all declared transitions of a machine. */
export function declaredTransitions(machine: AnyStateMachine): Set<string> {
  return new Set(nodesOf(machine.root).flatMap(transitionsOf).map(nameOfTransition));
}

/** More would not be a statechart that anybody understands, and not a test that anybody waits for. */
const MOST_PATHS = 20_000;

/** Replays every simple path on an actor of its own, and from the first path to each state every single event more:
 * a transition back to a state of the path is no part of a simple path. `taken` collects the transitions used.
 *
 * @returns the number of simple paths.
 */
export function walkEveryPath(walk: Walk, taken: Set<string>, visit: (path: WalkedPath) => void): number {
  const machine = withStubs(walk.machine);
  const events = allEvents(machine, walk);
  const paths = simplePaths(machine, walk, events);
  const seen = new Set<string>();
  for (const { key, events: path } of paths) {
    replay(machine, walk, path, taken, visit);
    if (!seen.has(key)) for (const event of events) replay(machine, walk, [...path, event], taken, visit);
    seen.add(key);
  }
  return paths.length;
}

interface Path {
  /** Of the state in which it ends. */
  readonly key: string;
  readonly events: readonly AnyEventObject[];
}

function simplePaths(machine: AnyStateMachine, walk: Walk, events: readonly AnyEventObject[]): Path[] {
  const serializeState = (snapshot: AnyMachineSnapshot): string => keyOf(snapshot, walk);
  const map = getAdjacencyMap(machine, {
    events: (snapshot: AnyMachineSnapshot) => events.filter((event) => canHappen(event, snapshot)),
    input: walk.input(),
    serializeState: (snapshot) => serializeState(snapshot as AnyMachineSnapshot),
    limit: 100_000,
  });
  const steps = new Map<string, Map<string, AnyEventObject>>();
  for (const [key, { transitions, state: from }] of Object.entries(map)) {
    const next = new Map<string, AnyEventObject>();
    if ((from as AnyMachineSnapshot).status !== 'active') continue;
    for (const { event, state } of Object.values<{ event: AnyEventObject; state: unknown }>(transitions)) {
      const to = serializeState(state as AnyMachineSnapshot);
      if (to !== key && !walk.onlyLast?.test(event.type) && !next.has(to)) next.set(to, event);
    }
    steps.set(key, next);
  }
  const paths: Path[] = [];
  const follow = (key: string, before: ReadonlySet<string>, path: readonly AnyEventObject[]): void => {
    paths.push({ key, events: path });
    if (paths.length > MOST_PATHS) throw new RangeError(`more than ${MOST_PATHS} simple paths`);
    for (const [to, event] of steps.get(key) ?? []) {
      if (!before.has(to)) follow(to, new Set([...before, to]), [...path, event]);
    }
  };
  const [first] = Object.keys(map);
  if (first !== undefined) follow(first, new Set([first]), []);
  return paths;
}

function replay(
  machine: AnyStateMachine,
  walk: Walk,
  events: readonly AnyEventObject[],
  taken: Set<string>,
  visit: (path: WalkedPath) => void,
): void {
  const errors: unknown[] = [];
  const actor = createActor(machine, {
    clock: new VirtualClock(),
    input: walk.input(),
    inspect: (event) => {
      if (event.type !== '@xstate.microstep' || event.actorRef !== actor) return;
      for (const transition of event._transitions) taken.add(nameOfTransition(transition));
    },
  });
  actor.subscribe({ error: (error) => errors.push(error) });
  actor.start();
  for (const event of events) if (canHappen(event, actor.getSnapshot())) actor.send(event);
  if (errors.length > 0) throw errors[0];
  visit({ events, actor, snapshot: actor.getSnapshot() });
  actor.stop();
}

/** Only an actor that runs can end. */
function canHappen({ type }: AnyEventObject, { children }: AnyMachineSnapshot): boolean {
  const id = /^xstate\.(?:done|error)\.actor\.(.*)$/.exec(type)?.[1];
  return id === undefined || Object.hasOwn(children, id);
}

function keyOf(snapshot: AnyMachineSnapshot, { sameState }: Walk): string {
  return `${JSON.stringify(snapshot.value)} ${sameState?.(snapshot) ?? ''}`;
}
