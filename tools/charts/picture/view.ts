/** What a picture is about: a state of a machine, with some of the states in it closed. */
import { isWithin, type State, statesOf, type Transition } from '../definition/state.ts';

export interface View {
  readonly machine: State;
  readonly root: State;
  /** Paths of the states that have a picture of their own. */
  readonly closed: ReadonlySet<string>;
}

/** The box that stands for a state: itself, or the closed one around it; undefined outside of the root. */
export function boxPath(path: string, { root, closed }: View): string | undefined {
  if (!isWithin(path, root.path)) return undefined;
  const around = [...closed].filter((one) => isWithin(path, one));
  return around.find((one) => around.every((other) => isWithin(other, one))) ?? path;
}

/** The transitions of all states outside of the root. */
export function transitionsOutside({ machine, root }: View): Transition[] {
  return statesOf(machine)
    .filter(({ path }) => !isWithin(path, root.path))
    .flatMap(({ transitions }) => transitions);
}

/** The path of a state as seen from one around it. */
export const relative = (path: string, root: string): string =>
  path === root ? path : path.slice(root.length + 1);

/** As short as it is clear: a state beside the source by its name, one of the picture or the machine by its path there. */
export function targetWords({ source, target = '' }: Transition, { machine, root }: View): string {
  if (source === target) return '↻ again';
  const parent = source.slice(0, Math.max(0, source.lastIndexOf('.')));
  const near = [source, parent, root.path].find(
    (path) => path !== target && isWithin(path, root.path) && isWithin(target, path),
  );
  return `→ ${relative(target, near ?? machine.path)}`;
}

/** Where something outside of the root comes from: the outermost state around it that the root is not in. */
export function originName(source: string, { machine, root }: View): string {
  const parts = source.split('.');
  const paths = parts.map((_, at) => parts.slice(0, at + 1).join('.'));
  const origin = paths.find((path) => !isWithin(root.path, path)) ?? source;
  return isWithin(root.path, origin) ? 'any state' : relative(origin, machine.path);
}
