/** What a guard is called, in the words that stand between the brackets of a label. */

/** `not`, `and` and `or` of XState are functions that keep the guards that they join. */
interface Joined {
  readonly name: string;
  readonly guards: readonly unknown[];
}

export function guardName(guard: unknown): string | undefined {
  if (guard === undefined) return undefined;
  if (typeof guard === 'string') return guard;
  if (isJoined(guard)) return joinedName(guard);
  if (typeof guard === 'object' && guard !== null && 'type' in guard) {
    return [String(guard.type), ...fixedParams('params' in guard ? guard.params : undefined)].join(' ');
  }
  throw new TypeError('a guard without a name: the picture could not say what it asks');
}

const isJoined = (guard: unknown): guard is Joined =>
  typeof guard === 'function' && 'guards' in guard && Array.isArray(guard.guards);

function joinedName({ name, guards }: Joined): string {
  const names = guards.map((one) => guardName(one) ?? '');
  return name === 'not' ? `not ${names.join('')}` : names.join(` ${name} `);
}

/** Parameters that do not depend on the event: `is` alone says nothing, `is registered` does. */
function fixedParams(params: unknown): string[] {
  const values: unknown = typeof params === 'function' ? paramsWithoutEvent(params) : params;
  if (typeof values !== 'object' || values === null) return [];
  return Object.values(values)
    .filter((value) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(String);
}

/** What the function answers when nothing is known; one that needs more has no fixed part. */
function paramsWithoutEvent(params: unknown): unknown {
  if (typeof params !== 'function') return undefined;
  try {
    return Reflect.apply(params, undefined, [{ context: {}, event: {} }]);
  } catch {
    return undefined;
  }
}
