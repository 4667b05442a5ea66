/** State values as dotted paths. */
import type { StateValue } from 'xstate';

/** The innermost states of a value, with their parents: one, or one of each parallel region. */
function leavesOf(value: StateValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value).flatMap(([name, within]) => {
    const below = within === undefined ? [] : leavesOf(within);
    return below.length === 0 ? [name] : below.map((path) => `${name}.${path}`);
  });
}

/** What changes from one value to the next; `undefined` when nothing does. Regions that stay are left out. */
export function changeOf(
  before: StateValue,
  after: StateValue,
): { readonly from: string; readonly to: string } | undefined {
  const [left, entered] = [leavesOf(before), leavesOf(after)];
  const from = left.filter((path) => !entered.includes(path));
  const to = entered.filter((path) => !left.includes(path));
  return to.length === 0 ? undefined : { from: from.join(' + '), to: to.join(' + ') };
}

/** The whole value as a path, or several. */
export function pathOf(value: StateValue): string {
  return leavesOf(value).join(' + ');
}
