/** The strikes of a scenario, before anybody has felt them.
 *
 *    process ──▶ times (a stream of chance of its own) ──┐
 *    effect ───▶ numbers (another) ──────────────────────┴──▶ merged by time
 *
 * Nothing else has a say in it: the same profile and seed give the same strikes, whatever the host does.
 */
import type { Fault } from '../faults/fault.ts';
import { readTimeOfDayMs } from './duration.ts';
import { drawEffect, type ScenarioFaultKind } from './effect.ts';
import { strikeTimes } from './process.ts';
import { type FaultProcess, ProfileError, type ScenarioProfile } from './profile.ts';
import { shown } from './read.ts';
import { randomStream } from './stream.ts';

/** One strike. */
export interface Strike {
  /** When; of a plan in milliseconds since the beginning, of a scenario that runs in those of its clock. */
  readonly atMs: number;
  /** When it is over, where that is known beforehand. */
  readonly untilMs?: number;
  /** What struck, in the words of the profile. */
  readonly kind: ScenarioFaultKind;
  /** What the module was given, with the numbers that were drawn. */
  readonly fault: Fault;
  /** Place of the process in the profile. */
  readonly process: number;
}

/** What a plan depends on, besides the profile. */
export interface PlanOptions {
  /** All chance comes from this. */
  readonly seed: number;
  /** Time of day of the beginning, `"HH:MM"`, for `daily` and `hourly`. Default `"00:00"`. */
  readonly startsAt?: string;
}

/** Tells the strikes of a profile in the order of their times. It may never end: stop when you have seen enough.
 *
 * @throws ProfileError when `startsAt` is no time of day.
 */
export function plannedStrikes(
  profile: ScenarioProfile,
  { seed, startsAt = '00:00' }: PlanOptions,
): Generator<Strike> {
  const startOfDayMs = readTimeOfDayMs(startsAt);
  if (startOfDayMs === undefined) {
    throw new ProfileError(
      `startsAt: must be a time of day from 00:00 to 23:59, got ${shown(startsAt)}, write e.g. "08:00"`,
    );
  }
  const sameKind = new Map<ScenarioFaultKind, number>();
  const sources = profile.processes.map((process, at) => {
    const number = sameKind.get(process.fault) ?? 0;
    sameKind.set(process.fault, number + 1);
    // By kind, so that a process of another kind in front changes nothing.
    return strikesOf(process, at, { seed, name: `${process.fault}/${number}`, startOfDayMs });
  });
  return merged(sources);
}

function* strikesOf(
  process: FaultProcess,
  at: number,
  {
    seed,
    name,
    startOfDayMs,
  }: { readonly seed: number; readonly name: string; readonly startOfDayMs: number },
): Generator<Strike> {
  const numbers = randomStream(seed, `${name}/effect`);
  for (const atMs of strikeTimes(process.when, randomStream(seed, `${name}/when`), startOfDayMs)) {
    const { fault, lastsMs } = drawEffect(process, numbers);
    const end = lastsMs === undefined ? {} : { untilMs: atMs + lastsMs };
    yield { atMs, ...end, kind: process.fault, fault, process: at };
  }
}

/** The earliest of all sources, again and again; of two at the same time that of the first process. */
function* merged(sources: readonly Generator<Strike>[]): Generator<Strike> {
  const heads = sources.map((source) => ({ source, next: source.next() }));
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    let strike: Strike | undefined;
    for (const head of heads) {
      if (head.next.done || (strike !== undefined && head.next.value.atMs >= strike.atMs)) continue;
      first = head;
      strike = head.next.value;
    }
    if (first === undefined || strike === undefined) return;
    yield strike;
    first.next = first.source.next();
  }
}
