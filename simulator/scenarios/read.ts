/** Reads JSON into typed values, and says in one line where it does not fit. */
import { ProfileError } from './profile.ts';

/** Reads a value that stands at a path. */
export type Reader<T> = (value: unknown, path: string) => T;

/** A member that may be missing. */
interface Maybe<T> {
  readonly optional: Reader<T>;
}

/** Readers of all members of an object type. */
export type Shape<T> = {
  readonly [Name in keyof T]-?: Record<never, never> extends Pick<T, Name>
    ? Maybe<Exclude<T[Name], undefined>>
    : Reader<T[Name]>;
};

/** Makes a member optional. */
export function maybe<T>(optional: Reader<T>): Maybe<T> {
  return { optional };
}

/** Refuses what stands at a path. */
export function fail(path: string, problem: string): never {
  throw new ProfileError(path === '' ? problem : `${path}: ${problem}`);
}

/** Refuses a value: what is expected there, what it is, and what could be written. */
export function refuse(path: string, value: unknown, expected: string, example: string): never {
  fail(
    path,
    value === undefined
      ? `is missing: ${expected}, write e.g. ${example}`
      : `must be ${expected}, got ${shown(value)}, write e.g. ${example}`,
  );
}

/** A whole number within bounds. */
export function whole(min: number, max: number): Reader<number> {
  return number(min, max, Number.isInteger, `a whole number from ${min} to ${max}`);
}

/** A number within bounds. */
export function number(
  min: number,
  max: number,
  accepts = (_value: number): boolean => true,
  expected = `a number from ${min} to ${max}`,
): Reader<number> {
  return (value, path) => {
    const isFine = typeof value === 'number' && value >= min && value <= max && accepts(value);
    return isFine ? value : refuse(path, value, expected, String(min));
  };
}

/** True or false. */
export const flag: Reader<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : refuse(path, value, 'true or false', 'true');

/** A text that is not empty. */
export const text: Reader<string> = (value, path) =>
  typeof value === 'string' && value.trim() !== ''
    ? value
    : refuse(path, value, 'a text that is not empty', '"…"');

/** A list. */
export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value, path) =>
    Array.isArray(value)
      ? value.map((one: unknown, at) => item(one, `${path}[${at}]`))
      : refuse(path, value, 'a list', '[]');
}

/** An object of known members. */
export function object<T extends object>(shape: Shape<T>): Reader<T> {
  const names = Object.keys(shape) as (keyof T & string)[];
  return (value, path) => {
    const members = objectAt(value, path);
    for (const name of Object.keys(members)) {
      if (!Object.hasOwn(shape, name)) unknownName(at(path, name), names);
    }
    const result: Record<string, unknown> = {};
    for (const name of names) {
      const reader: Reader<unknown> | Maybe<unknown> = shape[name];
      const member = members[name];
      if (typeof reader === 'function') result[name] = reader(member, at(path, name));
      else if (member !== undefined) result[name] = reader.optional(member, at(path, name));
    }
    return result as T;
  };
}

/** An object with exactly one member, whose name says what it is. */
export function oneMember<T>(kinds: Readonly<Record<string, Reader<unknown>>>, example: string): Reader<T> {
  const names = Object.keys(kinds);
  return (value, path) => {
    const members = objectAt(value, path);
    const given = Object.keys(members);
    for (const name of given) if (!Object.hasOwn(kinds, name)) unknownName(at(path, name), names);
    const [name] = given;
    if (name === undefined || given.length > 1) {
      fail(
        path,
        `must have exactly one of ${names.join(', ')}, got ${given.length === 0 ? 'none' : given.join(' and ')}, write e.g. ${example}`,
      );
    }
    return { [name]: kinds[name]?.(members[name], at(path, name)) } as T;
  };
}

/** The path of a member. */
export function at(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** An object, whatever its members. */
export function objectAt(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse(path, value, 'an object', '{…}');
  return value as Readonly<Record<string, unknown>>;
}

/** Refuses a name, and tells the known ones. */
export function unknownName(path: string, known: readonly string[], what = 'unknown name'): never {
  fail(path.replace(/\s+/g, ' '), `${what} (known: ${known.join(', ')})`);
}

/** A value in a message: one line, not too long. */
export function shown(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? typeof value).slice(0, 60);
  } catch {
    return typeof value;
  }
}
