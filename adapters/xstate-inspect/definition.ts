/** A chart of XState 5 in the terms of XState 4: the same states and transitions, with names for what is done.
 *
 *    guard → cond · reenter → internal: false · output → data · functions → nothing, or the names of what they are
 * The result describes the chart to a viewer; it is never run.
 */
import type { MachineConfig } from 'xstate';

type Part = Readonly<Record<string, unknown>>;

/** Configuration of a machine of version 4, whatever its context and events are. */
export type Version4Config = MachineConfig<object, object, { readonly type: string }>;

const isPart = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** What a function of XState 5 calls itself: `assign`, `and` …; nothing for one of somebody's own. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'function') return undefined;
  const { type } = value as { readonly type?: unknown };
  return typeof type === 'string' ? type : value.name || undefined;
}

function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (isPart(guard) && typeof guard['type'] === 'string') return guard['type'];
  const { guards, check } = (guard ?? {}) as { readonly guards?: unknown; readonly check?: unknown };
  const names = listOf(guards).map(guardName);
  if (names.length > 0) {
    const kind = nameOf(check);
    if (kind === 'checkNot') return `!${names[0]}`;
    return names.join(kind === 'checkOr' ? ' || ' : ' && ');
  }
  return nameOf(guard) ?? 'guard';
}

/** Parameters that a viewer can read: those that are computed are not. */
function plainParams(params: unknown): Part {
  return isPart(params) ? { params } : {};
}

function actionOf(action: unknown): Part {
  if (typeof action === 'string') return { type: action };
  if (isPart(action) && typeof action['type'] === 'string')
    return { type: action['type'], ...plainParams(action['params']) };
  return { type: nameOf(action) ?? 'action' };
}

const actionsOf = (actions: unknown): Part[] => listOf(actions).map(actionOf);

function transitionOf(transition: unknown): Part {
  if (typeof transition === 'string') return { target: transition, internal: true };
  const { target, guard, actions, reenter, description } = isPart(transition) ? transition : {};
  return {
    ...(target !== undefined && { target }),
    internal: reenter !== true,
    ...(guard !== undefined && { cond: guardName(guard) }),
    ...(actions !== undefined && { actions: actionsOf(actions) }),
    ...(typeof description === 'string' && { description }),
  };
}

const transitionsOf = (transitions: unknown): Part[] => listOf(transitions).map(transitionOf);

function tableOf(table: unknown): Part {
  const entries = Object.entries(isPart(table) ? table : {});
  return Object.fromEntries(entries.map(([event, transitions]) => [event, transitionsOf(transitions)]));
}

function invokeOf(invoke: unknown, at: number): Part {
  const { src, id, onDone, onError } = isPart(invoke) ? invoke : {};
  const source = typeof src === 'string' ? src : 'actor';
  return {
    src: source,
    id: typeof id === 'string' ? id : `${source}-${at}`,
    ...(onDone !== undefined && { onDone: transitionsOf(onDone) }),
    ...(onError !== undefined && { onError: transitionsOf(onError) }),
  };
}

function stateOf(state: Part): Part {
  const {
    id,
    type,
    initial,
    states,
    on,
    after,
    always,
    entry,
    exit,
    invoke,
    onDone,
    tags,
    output,
    history,
    target,
  } = state;
  const children = Object.entries(isPart(states) ? states : {}) as [string, Part][];
  return {
    ...(typeof id === 'string' && { id }),
    ...(typeof type === 'string' && { type }),
    ...(initial !== undefined && { initial: isPart(initial) ? initial['target'] : initial }),
    ...(history !== undefined && { history }),
    ...(type === 'history' && target !== undefined && { target }),
    ...(children.length > 0 && {
      states: Object.fromEntries(children.map(([key, one]) => [key, stateOf(one)])),
    }),
    ...(on !== undefined && { on: tableOf(on) }),
    ...(after !== undefined && { after: tableOf(after) }),
    ...(always !== undefined && { always: transitionsOf(always) }),
    ...(entry !== undefined && { entry: actionsOf(entry) }),
    ...(exit !== undefined && { exit: actionsOf(exit) }),
    ...(invoke !== undefined && { invoke: listOf(invoke).map(invokeOf) }),
    ...(onDone !== undefined && { onDone: transitionsOf(onDone) }),
    ...(tags !== undefined && { tags: listOf(tags) }),
    ...(type === 'final' && output !== undefined && { data: {} }),
  };
}

/** @param config what XState 5 keeps as `machine.config`. */
export function version4Config(config: unknown): Version4Config {
  const root = isPart(config) ? config : {};
  return { ...stateOf(root), predictableActionArguments: true, context: {} } as unknown as Version4Config;
}

/** Names of the delays that a chart waits by: version 4 warns of those that it does not know. */
export function delayNames(config: unknown): string[] {
  if (!isPart(config)) return [];
  const { after, states } = config;
  const within = Object.values(isPart(states) ? states : {}).flatMap(delayNames);
  return [...Object.keys(isPart(after) ? after : {}), ...within];
}
