import { readAnyOptions } from '../plain-options.ts';
import { type JsonValue, jsonTextOf, type Store } from './store.ts';

/** A store that forgets everything when the process ends: for tests and models.
 *
 * On a device it defeats the reboot ladder: an agent that crashes in a loop would reset the module each time.
 *
 * @param initial what is in it from the start, by key.
 */
export function memoryStore(initial: Readonly<Record<string, JsonValue>> = {}): Store {
  const entries = Object.entries(readAnyOptions(initial, 'initial')) as [string, JsonValue][];
  const texts = new Map(entries.map(([key, value]) => [key, jsonTextOf(key, value)]));
  return {
    async read(key) {
      const text = texts.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    async write(key, value) {
      texts.set(key, jsonTextOf(key, value));
    },
  };
}
