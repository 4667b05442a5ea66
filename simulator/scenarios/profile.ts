/** What a profile file says: plain JSON, read by `parseProfile`. */
import type { ModuleTiming } from '../options.ts';
import type { DurationDistribution } from './distribution.ts';
import type { Duration } from './duration.ts';
import type { ScenarioEffect } from './effect.ts';
import type { StrikeProcess } from './process.ts';

/** Version of the format that is read. */
export const PROFILE_FORMAT = 1;

/** What strikes, with its numbers, and when. */
export type FaultProcess = ScenarioEffect & { readonly when: StrikeProcess };

/** The network of a profile while nothing strikes. */
export interface ProfileNetwork {
  /** Time of a byte from one side to the other. Drawn anew each `redrawEvery`, where it is not always the same. */
  readonly latency?: DurationDistribution;
  /** Default `"1m"`. */
  readonly redrawEvery?: Duration;
}

/** Response times of the module: those of `ModuleTiming`, without `Ms` (`registration`, `activate`, `boot` …). */
export type ProfileTiming = {
  readonly [Name in keyof ModuleTiming as Name extends `${infer Short}Ms` ? Short : never]?: Duration;
};

/** What goes wrong around a module in days and months: how often, by chance or by the clock, and for how long. */
export interface ScenarioProfile {
  /** Always 1. */
  readonly format: typeof PROFILE_FORMAT;
  /** Letters, digits and dashes. */
  readonly name: string;
  /** One line for lists. */
  readonly description: string;
  /** Where such a network or module is met, and where the numbers come from. */
  readonly standsFor?: string;
  /** The network while nothing strikes. */
  readonly network?: ProfileNetwork;
  /** What differs from `DEFAULT_TIMING`. */
  readonly timing?: ProfileTiming;
  /** What goes wrong. */
  readonly processes: readonly FaultProcess[];
}

/** A profile is wrong: the message is one line that names the place, what stands there and what to write. */
export class ProfileError extends Error {
  /** Always `ProfileError`. */
  override readonly name = 'ProfileError';
}
