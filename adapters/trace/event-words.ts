/** Events of statecharts as a trace shows them. */
import type { AnyEventObject } from 'xstate';

/** XState's own events say in which state something ended: `xstate.done.actor.0.modem.syncing`. */
const DONE = /^xstate\.(done|error)\.(?:actor\.(?:\d+\.[^.]+\.)?|state\.[^.]+\.)(.+)$/;
const AFTER = /^xstate\.after\.([^.]+)\./;

/** Its type stands elsewhere; the state that waited for some work is in the type; what an actor begins with is wiring. */
const LEFT_OUT: ReadonlySet<string> = new Set(['type', 'actorId', 'input']);
const MOST_MEMBERS = 8;
const MOST_ITEMS = 8;

type Members = Readonly<Record<string, unknown>>;

/** Short name of an event: `done(syncing)` for work that a state waited for, `after(idlePoll)` for its time limit. */
export function shortEvent(type: string): string {
  const [, how, where] = DONE.exec(type) ?? [];
  if (how !== undefined) return `${how}(${where})`;
  const [, delay] = AFTER.exec(type) ?? [];
  return delay === undefined ? type : `after(${delay})`;
}

const isPlain = (value: unknown): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value) || value instanceof Error;

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** What an event says of itself: numbers, words, short lists of them, errors; of objects what is plain in them. The
 * rest are references to other parts, and bytes. */
export function plainMembers(event: AnyEventObject): Members | undefined {
  const found = membersOf(event, true);
  return Object.keys(found).length === 0 ? undefined : found;
}

function membersOf(source: Members, isOutermost: boolean): Members {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(source).slice(0, MOST_MEMBERS)) {
    if (LEFT_OUT.has(name)) continue;
    if (isPlain(value)) found[name] = value;
    else if (Array.isArray(value) && value.length <= MOST_ITEMS && value.every(isPlain)) found[name] = value;
    else if (isOutermost && isRecord(value)) {
      const below = membersOf(value, false);
      if (Object.keys(below).length > 0) found[name] = below;
    }
  }
  return found;
}

/** `contextId=1 output.kind=ok`. */
export function membersInWords(members: Members, prefix = ''): string {
  const words = Object.entries(members).map(([name, value]) =>
    isRecord(value) ? membersInWords(value, `${prefix}${name}.`) : `${prefix}${name}=${inWords(value)}`,
  );
  return words.join(' ');
}

function inWords(value: unknown): string {
  const isWord = typeof value === 'string' && /^[^\s"=]+$/.test(value);
  return isWord ? value : JSON.stringify(value);
}
