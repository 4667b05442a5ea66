/** The figures of a model: what lives came to, in numbers that can be compared. Times are milliseconds, shares from 0 to 1. */
import type { TakenTransition } from './chart-times.ts';
import type { LifeReport } from './life.ts';
import { type Outage, PHASES, type Phase } from './outages.ts';
import { type Spread, spreadOf, sum } from './statistics.ts';

const DAY_MS = 86_400_000;

/** Times to recover from one kind of outage, ms. */
export interface RecoveryFigures extends Spread {
  /** What the median recovery spends its time on is not the medians of the phases: these are means. */
  readonly meanPhasesMs: Readonly<Record<Phase, number>>;
}

/** The figures of one life, or of several together. */
export interface Figures {
  /** Share of the time, from the first service on, in which a reading could be delivered. */
  readonly availability: number;
  /** The same for each day of the lives. */
  readonly availabilityByDay: readonly number[];
  /** Stretches without service. */
  readonly outages: number;
  /** Their length together, ms. */
  readonly downMs: number;
  /** From a reading to its arrival, ms. */
  readonly latencyMs: Spread;
  /** Time to recover by what began the outage. */
  readonly recoveriesMs: Readonly<Record<string, RecoveryFigures>>;
  /** Faults that struck, by kind. */
  readonly strikes: Readonly<Record<string, number>>;
  /** Resets that the ladder granted, the longest wait that it put in front of one, ms, and how many came in a row. */
  readonly reboots: { readonly count: number; readonly longestWaitMs: number; readonly mostInRow: number };
  /** What became of the readings. */
  readonly readings: LifeReport['readings'];
  /** The same in bytes. */
  readonly bytes: { readonly sent: number; readonly lost: number; readonly unconfirmed: number };
  /** Share of the time by chart and state. */
  readonly states: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Transitions that were taken, and how often. */
  readonly transitions: readonly TakenTransition[];
  /** Breaches of the manual by the host, as the virtual module saw them: none, one hopes. */
  readonly violations: readonly string[];
}

/** The figures of one life, or of several together. */
export function figuresOf(lives: readonly LifeReport[], sizeBytes: number): Figures {
  const outages = lives.flatMap((life) => life.outages);
  const servedMs = sum(lives.map(({ durationMs, startMs }) => durationMs - startMs));
  const downMs = sum(outages.map(({ fromMs, toMs }) => toMs - fromMs));
  const readings = readingsOf(lives);
  const reboots = lives.flatMap((life) => life.reboots);
  return {
    availability: servedMs === 0 ? 0 : 1 - downMs / servedMs,
    availabilityByDay: byDay(lives),
    ...{ outages: outages.length, downMs, latencyMs: spreadOf(lives.flatMap((life) => life.latenciesMs)) },
    recoveriesMs: recoveriesOf(outages),
    strikes: countsOf(lives.flatMap((life) => life.strikes.map(({ kind }) => kind))),
    reboots: {
      count: reboots.length,
      longestWaitMs: Math.max(0, ...reboots.map(({ waitMs }) => waitMs)),
      mostInRow: Math.max(0, ...reboots.map(({ inRow }) => inRow)),
    },
    readings,
    bytes: {
      sent: readings.arrived * sizeBytes,
      lost: readings.lost * sizeBytes,
      unconfirmed: readings.unconfirmed * sizeBytes,
    },
    states: sharesOf(lives),
    transitions: transitionsOf(lives),
    violations: lives.flatMap((life) => life.violations),
  };
}

function readingsOf(lives: readonly LifeReport[]): LifeReport['readings'] {
  const total = (name: keyof LifeReport['readings']): number =>
    sum(lives.map(({ readings }) => readings[name]));
  return {
    ...{ made: total('made'), arrived: total('arrived'), duplicates: total('duplicates') },
    ...{ damaged: total('damaged'), unconfirmed: total('unconfirmed'), lost: total('lost') },
  };
}

function byDay(lives: readonly LifeReport[]): number[] {
  const days = Math.max(0, ...lives.map(({ durationMs }) => Math.ceil(durationMs / DAY_MS)));
  return Array.from({ length: days }, (_, day) => {
    const [fromMs, toMs] = [day * DAY_MS, (day + 1) * DAY_MS];
    let [servedMs, downMs] = [0, 0];
    for (const { startMs, durationMs, outages } of lives) {
      servedMs += overlapMs(startMs, durationMs, fromMs, toMs);
      downMs += sum(outages.map((one) => overlapMs(one.fromMs, one.toMs, fromMs, toMs)));
    }
    return servedMs === 0 ? 0 : 1 - downMs / servedMs;
  });
}

function overlapMs(fromMs: number, toMs: number, beginMs: number, endMs: number): number {
  return Math.max(0, Math.min(toMs, endMs) - Math.max(fromMs, beginMs));
}

function recoveriesOf(outages: readonly Outage[]): Figures['recoveriesMs'] {
  const causes = [...new Set(outages.map(({ cause }) => cause))].sort();
  const entries = causes.map((cause) => {
    const own = outages.filter((one) => one.cause === cause);
    const meanPhasesMs = Object.fromEntries(
      PHASES.map((phase) => [phase, sum(own.map(({ phases }) => phases[phase])) / own.length]),
    ) as Record<Phase, number>;
    return [cause, { ...spreadOf(own.map(({ fromMs, toMs }) => toMs - fromMs)), meanPhasesMs }];
  });
  return Object.fromEntries(entries);
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function sharesOf(lives: readonly LifeReport[]): Figures['states'] {
  const totalMs = sum(lives.map(({ durationMs }) => durationMs));
  const times: Record<string, Record<string, number>> = {};
  for (const { states } of lives) {
    for (const [chart, own] of Object.entries(states)) {
      const into = times[chart] ?? {};
      times[chart] = into;
      for (const [state, ms] of Object.entries(own)) into[state] = (into[state] ?? 0) + ms;
    }
  }
  const shares = Object.entries(times).map(([chart, own]) => [
    chart,
    Object.fromEntries(Object.entries(own).map(([state, ms]) => [state, ms / totalMs])),
  ]);
  return Object.fromEntries(shares);
}

function transitionsOf(lives: readonly LifeReport[]): TakenTransition[] {
  const counts = new Map<string, TakenTransition>();
  for (const { transitions } of lives) {
    for (const one of transitions) {
      const key = [one.chart, one.source, one.event, one.target].join(' ');
      counts.set(key, { ...one, count: one.count + (counts.get(key)?.count ?? 0) });
    }
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, one]) => one);
}
