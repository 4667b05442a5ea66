/** Reads a profile. Everything that is not understood is an error, so that a misspelt fault cannot stay silent. */
import { DEFAULT_TIMING } from '../options.ts';
import type { CountDistribution, DurationDistribution } from './distribution.ts';
import { DAY_MS, type Duration, durationMs, readDurationMs, readTimeOfDayMs } from './duration.ts';
import type { ScenarioEffect, ScenarioFaultKind } from './effect.ts';
import type { StrikeProcess } from './process.ts';
import {
  type FaultProcess,
  PROFILE_FORMAT,
  ProfileError,
  type ProfileNetwork,
  type ProfileTiming,
  type ScenarioProfile,
} from './profile.ts';
import {
  at,
  fail,
  flag,
  list,
  maybe,
  number,
  object,
  objectAt,
  oneMember,
  type Reader,
  refuse,
  type Shape,
  shown,
  text,
  unknownName,
  whole,
} from './read.ts';

const LONGEST_MS = 36_500 * DAY_MS;
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

const duration =
  (leastMs: number, least: string, example: string): Reader<Duration> =>
  (value, path) => {
    if (typeof value === 'number') {
      fail(
        path,
        `must have a unit (ms, s, m, h, d), got ${shown(value)}, write e.g. "${Number.isFinite(value) && value > 0 ? value : 90}s" or ${example}`,
      );
    }
    const ms = typeof value === 'string' ? readDurationMs(value) : undefined;
    if (ms === undefined) refuse(path, value, 'a duration: a number and ms, s, m, h or d', example);
    if (ms < leastMs || ms > LONGEST_MS) refuse(path, value, `from ${least} to 36500d`, example);
    return value as Duration;
  };

const anyDuration = duration(0, '0s', '"90s"');
const someDuration = duration(1, '1ms', '"90s"');
/** Faults come more slowly than this, or nothing else happens any more. */
const period = duration(1000, '1s', '"8h"');
/** Strikes of two days must not change places. */
const jitter: Reader<Duration> = (value, path) =>
  durationMs(anyDuration(value, path)) <= DAY_MS / 2
    ? (value as Duration)
    : refuse(path, value, 'no more than 12h', '"10m"');

const timeOfDay: Reader<string> = (value, path) =>
  typeof value === 'string' && readTimeOfDayMs(value) !== undefined
    ? value
    : refuse(path, value, 'a time of day from 00:00 to 23:59', '"03:00"');

const uniformDuration: Reader<{ from: Duration; to: Duration }> = (value, path) => {
  const range = object<{ from: Duration; to: Duration }>({ from: anyDuration, to: anyDuration })(value, path);
  if (durationMs(range.to) < durationMs(range.from))
    refuse(at(path, 'to'), range.to, `no less than from (${range.from})`, `"${range.from}"`);
  return range;
};

const logNormal: Reader<{ median: Duration; p95: Duration }> = (value, path) => {
  const shape = object<{ median: Duration; p95: Duration }>({ median: someDuration, p95: someDuration })(
    value,
    path,
  );
  if (durationMs(shape.p95) < durationMs(shape.median))
    refuse(at(path, 'p95'), shape.p95, `no less than the median (${shape.median})`, `"${shape.median}"`);
  return shape;
};

const distribution: Reader<DurationDistribution> = (value, path) =>
  typeof value === 'object' && value !== null
    ? oneMember<DurationDistribution>(
        {
          exponential: object<{ mean: Duration }>({ mean: someDuration }),
          uniform: uniformDuration,
          logNormal,
        },
        '"90s"',
      )(value, path)
    : anyDuration(value, path);

const MOST_STRIKES = 1000;
const uniformCount: Reader<{ from: number; to: number }> = (value, path) => {
  const range = object<{ from: number; to: number }>({
    from: whole(1, MOST_STRIKES),
    to: whole(1, MOST_STRIKES),
  })(value, path);
  if (range.to < range.from)
    refuse(at(path, 'to'), range.to, `no less than from (${range.from})`, String(range.from));
  return range;
};
const strikes: Reader<CountDistribution> = (value, path) =>
  typeof value === 'object' && value !== null
    ? oneMember<CountDistribution>({ uniform: uniformCount }, '{"uniform":{"from":2,"to":5}}')(value, path)
    : whole(1, MOST_STRIKES)(value, path);

const hourly: Reader<readonly number[]> = (value, path) => {
  const weights = list(number(0, 1_000_000))(value, path);
  if (weights.length !== 24)
    fail(path, `must have 24 weights, one for each hour from midnight on, got ${weights.length}`);
  if (!weights.some((weight) => weight > 0)) fail(path, 'must have a weight above 0, got only zeros');
  return weights;
};

type Part<Name extends string> = StrikeProcess extends infer One
  ? One extends { readonly [Key in Name]: infer Value }
    ? Value & object
    : never
  : never;

const process: Reader<StrikeProcess> = oneMember<StrikeProcess>(
  {
    exponential: object<Part<'exponential'>>({ mean: period, hourly: maybe(hourly) }),
    fixed: object<Part<'fixed'>>({ every: period, offset: maybe(anyDuration) }),
    bursts: object<Part<'bursts'>>({ mean: period, strikes, spacing: distribution, hourly: maybe(hourly) }),
    daily: object<Part<'daily'>>({ at: timeOfDay, jitter: maybe(jitter), probability: maybe(number(0, 1)) }),
    once: object<Part<'once'>>({ at: anyDuration }),
  },
  '{"exponential":{"mean":"8h"}}',
);

type Parameters<Kind extends ScenarioFaultKind> = Omit<
  Extract<ScenarioEffect, { readonly fault: Kind }>,
  'fault'
>;

const EFFECTS: { readonly [Kind in ScenarioFaultKind]: Shape<Parameters<Kind>> } = {
  pdpdeact: { context: maybe(whole(0, 20)) },
  peerClose: { socket: maybe(whole(0, 11)) },
  radioLoss: { for: distribution, denied: maybe(flag) },
  slowNetwork: { for: distribution, times: maybe(number(1, 1_000_000)), plus: maybe(distribution) },
  hang: { for: maybe(distribution) },
  crash: { silent: maybe(flag) },
  brownOut: { afterBytes: maybe(whole(1, Number.MAX_SAFE_INTEGER)), silent: maybe(flag) },
  simFailure: { for: distribution, cme: maybe(whole(0, 999)) },
  natTimeout: { idle: distribution, for: maybe(distribution) },
  blackHole: { for: distribution, endsWithRestart: maybe(flag) },
};
const KINDS = Object.keys(EFFECTS) as readonly ScenarioFaultKind[];

const faultProcess: Reader<FaultProcess> = (value, path) => {
  const { fault } = objectAt(value, path);
  const kind = KINDS.find((known) => known === fault);
  if (kind === undefined) {
    if (typeof fault !== 'string')
      refuse(at(path, 'fault'), fault, `one of ${KINDS.join(', ')}`, '"pdpdeact"');
    unknownName(at(path, 'fault'), KINDS, `unknown fault ${shown(fault)}`);
  }
  const shape = { fault: text, ...EFFECTS[kind], when: process } as unknown as Shape<FaultProcess>;
  const read = object<FaultProcess>(shape)(value, path);
  if (read.fault === 'slowNetwork' && read.times === undefined && read.plus === undefined) {
    fail(path, 'must say how much slower: times or plus, got neither, write e.g. "times":4');
  }
  return read;
};

const network = object<ProfileNetwork>({ latency: maybe(distribution), redrawEvery: maybe(period) });
const timing = object<ProfileTiming>(
  Object.fromEntries(
    Object.keys(DEFAULT_TIMING).map((name) => [name.replace(/Ms$/, ''), maybe(anyDuration)]),
  ) as unknown as Shape<ProfileTiming>,
);

const profile = object<ScenarioProfile>({
  format: (value, path) =>
    value === PROFILE_FORMAT
      ? value
      : refuse(path, value, `${PROFILE_FORMAT}, the version of the format`, String(PROFILE_FORMAT)),
  name: (value, path) =>
    typeof value === 'string' && NAME.test(value)
      ? value
      : refuse(path, value, 'up to 40 small letters, digits and dashes', '"rural-gsm"'),
  description: text,
  standsFor: maybe(text),
  network: maybe(network),
  timing: maybe(timing),
  processes: list(faultProcess),
});

/** Reads a profile: the text of a file, or the value that is in it.
 *
 * @throws ProfileError with one line such as `processes[2].when.exponential.mean: must have a unit (ms, s, m, h, d), got 8, …`.
 */
export function parseProfile(source: unknown): ScenarioProfile {
  const value = typeof source === 'string' ? readJson(source) : source;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProfileError(
      `a profile is an object, got ${shown(value)}, write e.g. {"format":1,"name":"mine","description":"…","processes":[]}`,
    );
  }
  return profile(value, '');
}

function readJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
    throw new ProfileError(`not JSON: ${reason}`);
  }
}
