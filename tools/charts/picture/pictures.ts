/** A machine and its cuts → the pictures of it. */
import { readMachine } from '../definition/read-machine.ts';
import { isWithin, type State, statesOf } from '../definition/state.ts';
import type { Chart } from '../machines.ts';
import { compose } from './compose.ts';
import type { Picture } from './picture.ts';

/** First the whole machine, then each state that has a picture of its own. */
export function picturesOf({ machine, apart }: Chart): Picture[] {
  const whole = readMachine(machine);
  const states = statesOf(whole);
  const roots = [whole.path, ...apart].map((path) => stateAt(states, path));
  return roots.map((root) =>
    compose({
      machine: whole,
      root,
      closed: new Set(apart.filter((path) => path !== root.path && isWithin(path, root.path))),
    }),
  );
}

function stateAt(states: readonly State[], path: string): State {
  const found = states.find((state) => state.path === path);
  if (found === undefined) throw new RangeError(`${path} is to have a picture of its own, and is no state`);
  return found;
}
