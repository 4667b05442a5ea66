/** Chance for one purpose: what is drawn elsewhere, or how often, does not change it. */
import { type Random, seededRandom } from '../random.ts';

/** Near seeds of the generator begin alike. */
const SKIPPED = 3;

/** The stream of chance that belongs to a seed and a name. */
export function randomStream(seed: number, name: string): Random {
  let hash = 0x811c9dc5;
  for (const character of `${seed}/${name}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  const random = seededRandom(hash ^ (hash >>> 16));
  for (let n = 0; n < SKIPPED; n += 1) random.next();
  return random;
}
