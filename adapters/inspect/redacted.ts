/** Live values as an inspector may show them: plain data, secrets blanked out, payload as its length (invariant 13).
 *
 * Only what is plain is looked into. Objects with a class of their own are named, functions left out: what is behind them is
 * nobody's state.
 */
import { ModemError } from '../../errors.ts';
import type { Secrets } from '../channel/secrets.ts';

const HIDDEN = '***';
/** Secret whatever they hold. */
const SECRET_NAMES: ReadonlySet<string> = new Set(['password', 'username', 'pin']);
/** The same in every snapshot, and long. */
const LEFT_OUT: ReadonlySet<string> = new Set(['dialect', 'commands', 'services']);
const MOST_DEPTH = 8;
const MOST_ITEMS = 32;
const MOST_CHARACTERS = 300;

/** Makes the function that does it, for one modem. */
export function redactorOf(secrets: Secrets): (value: unknown) => unknown {
  const text = (value: string): string => {
    const shown = secrets.shownValue(value);
    return shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}…` : shown;
  };

  function shown(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        return text(value);
      case 'number':
        return Number.isFinite(value) ? value : String(value); // JSON has no Infinity
      case 'boolean':
        return value;
      case 'bigint':
        return `${value}`;
      case 'object':
        return value === null ? null : shownObject(value, depth);
      default:
        return undefined;
    }
  }

  function shownObject(value: object, depth: number): unknown {
    if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
    if (value instanceof ModemError) return { code: value.code, message: text(value.message) };
    if (value instanceof Error) return { name: value.name, message: text(value.message) };
    if (Array.isArray(value)) return depth === 0 ? `(${value.length} items)` : list(value, depth);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return `(${nameOf(value)})`;
    return depth === 0 ? '(…)' : record(value as Readonly<Record<string, unknown>>, depth);
  }

  function list(values: readonly unknown[], depth: number): unknown[] {
    const items = values.slice(0, MOST_ITEMS).map((item) => shown(item, depth - 1) ?? null);
    return values.length > MOST_ITEMS ? [...items, `(${values.length - MOST_ITEMS} more)`] : items;
  }

  function record(source: Readonly<Record<string, unknown>>, depth: number): unknown {
    const result: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(source)) {
      if (LEFT_OUT.has(name)) continue;
      // A command that is not to be shown as it is written says how (dialect.ts, `Command.redacted`).
      const isBlanked = name === 'text' && typeof source['redacted'] === 'string';
      if (SECRET_NAMES.has(name)) result[name] = value === '' || value === undefined ? '' : HIDDEN;
      else if (isBlanked) result[name] = shown(source['redacted'], depth - 1);
      else {
        const one = shown(value, depth - 1);
        if (one !== undefined) result[name] = one;
      }
    }
    return result;
  }

  return (value) => shown(value, MOST_DEPTH);
}

function nameOf(value: object): string {
  const name: unknown = Reflect.get(value.constructor ?? Object, 'name');
  const id: unknown = name === 'Actor' ? Reflect.get(value, 'id') : undefined;
  return typeof id === 'string' ? `actor ${id}` : String(name);
}
