import { ModemError } from '../../errors.ts';
import { messageOf } from '../foreign-error.ts';

/** What a store keeps: anything that survives a round trip through JSON. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue };

/** Small durable state: what must outlive a restart of the process (reboot ladder position, tried SIM PINs).
 *
 * Meant for a few short records that change rarely. Bring your own to keep them in a database or in the
 * configuration store of your device; `test/adapters/store.test.ts` shows what it has to do.
 */
export interface Store {
  /** The value last written under `key`, `undefined` when there is none. Rejects with `STORE_FAILED`. */
  read(key: string): Promise<unknown | undefined>;
  /** Resolves when `value` survives a power cut. Concurrent writes take effect in the order of the calls.
   *
   * Rejects with `STORE_FAILED`, or with `INVALID_ARGUMENT` when `value` is not JSON. */
  write(key: string, value: JsonValue): Promise<void>;
}

/** The JSON text of `value`, taken now, so that later changes to the object do not reach the store.
 *
 * @throws ModemError `INVALID_ARGUMENT` when `value` has no JSON form (a function, a cycle, a bigint).
 */
export function jsonTextOf(key: string, value: JsonValue): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (text !== undefined) return text;
  const why = cause === undefined ? `it is ${typeof value}` : messageOf(cause);
  throw new ModemError(
    'INVALID_ARGUMENT',
    `cannot store "${key}": the value has no JSON form (${why}); use plain objects, arrays, strings, numbers`,
    { argument: 'value' },
    cause,
  );
}
