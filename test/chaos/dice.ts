import type { Random } from '../../simulator/random.ts';

/** One of a list. */
export const pick = <T>(random: Random, list: readonly T[]): T =>
  list[random.integer(0, list.length - 1)] as T;

/** True so often. */
export const chance = (random: Random, probability: number): boolean => random.next() < probability;
