/** Models whose figures are known, made by hand: lives of which everything is chosen. */
import type { TakenTransition } from '../../modelling/chart-times.ts';
import { compared } from '../../modelling/comparison.ts';
import { figuresOf } from '../../modelling/figures.ts';
import type { LifeReport } from '../../modelling/life.ts';
import type { Model, PolicyResult } from '../../modelling/model.ts';
import { type Outage, PHASES, type Phase } from '../../modelling/outages.ts';
import { checkedPolicy } from '../../modelling/policy.ts';

export const DAY_MS = 86_400_000;
const SIZE_BYTES = 200;

/** An outage of a minute and a half, unless something else is said. */
export function outage(
  fromMs: number,
  cause = 'radioLoss',
  spent: Partial<Record<Phase, number>> = { detect: 22_500, reopen: 67_500 },
): Outage {
  const phases = Object.fromEntries(PHASES.map((phase) => [phase, spent[phase] ?? 0])) as Record<
    Phase,
    number
  >;
  const lengthMs = PHASES.reduce((total, phase) => total + phases[phase], 0);
  return { fromMs, toMs: fromMs + lengthMs, cause, phases, isRecovered: true };
}

export const taken = (
  chart: string,
  source: string,
  event: string,
  target: string,
  count: number,
): TakenTransition => ({ chart, source, event, target, count });

/** A life in which nothing happens, and what is to be different. */
export function life(days: number, own: Partial<LifeReport> = {}): LifeReport {
  return {
    ...{
      seed: 1,
      durationMs: days * DAY_MS,
      livedMs: days * DAY_MS,
      startMs: 0,
      outages: [],
      strikes: [],
      reboots: [],
    },
    latenciesMs: Array.from({ length: 100 }, (_, at) => 10 * (at + 1)),
    readings: { made: 100, arrived: 100, duplicates: 0, damaged: 0, unconfirmed: 0, lost: 0 },
    states: { modem: { online: days * DAY_MS, 'online.serving': days * DAY_MS } },
    transitions: [taken('modem', 'portClosed', 'ask.start', 'opening', 1)],
    timeline: [
      { atMs: 0, state: 'registering' },
      { atMs: 60_000, state: 'online' },
    ],
    violations: [],
    ...own,
  };
}

/** A life with outages of all lengths, strikes and reboots; another for each number. */
export function hardLife(days: number, number = 1): LifeReport {
  const hours = Array.from({ length: Math.floor(8 * days) }, (_, at) => at * 3 + (number % 3) / 2);
  const causes = ['pdpdeact', 'radioLoss', 'hang', 'natTimeout'];
  const outages = hours.map((hour, at) =>
    outage(hour * 3_600_000, causes[at % causes.length], {
      ...{ detect: 500 * (1 + ((at * 7 + number) % 11)), bringUp: at % 4 === 2 ? 240_000 : 0 },
      ...{ activate: 3_000, reopen: 900 * (1 + (at % 5)) },
    }),
  );
  const wait = (at: number): number => [0, 300_000, 1_800_000, 7_200_000][at % 4] ?? 0;
  return life(days, {
    ...{ seed: number, outages },
    strikes: outages.map(({ fromMs, cause }) => ({ atMs: fromMs, kind: cause })),
    reboots: hours
      .filter((_, at) => at % 4 === 2)
      .map((hour, at) => ({ atMs: hour * 3_600_000 + 60_000, inRow: 1 + (at % 5), waitMs: wait(at) })),
    timeline: outages.flatMap(({ fromMs, toMs }, at) => [
      { atMs: fromMs, state: at % 4 === 2 ? 'rebooting' : 'recovering' },
      { atMs: toMs, state: 'online' },
    ]),
    latenciesMs: Array.from({ length: 2_000 }, (_, at) => 40 + ((at * at * number) % 977) ** 2 / 10),
    states: {
      modem: { online: 0.99 * days * DAY_MS, rebooting: 0.002 * days * DAY_MS, recovering: 60_000 },
      pdpContext: { active: 0.99 * days * DAY_MS, lost: 20 },
      socket: { connected: 0.98 * days * DAY_MS },
    },
    transitions: [
      taken('modem', 'portClosed', 'ask.start', 'opening', 1),
      taken('modem', 'recovering', 'context.active', 'online', 12_345),
      taken('socket', 'connected', 'urc.closed', 'closing.draining', 20),
    ],
  });
}

/** A model of policies by their names, each with lives of its own. */
export function madeModel(
  days: number,
  policies: Readonly<Record<string, readonly LifeReport[]>>,
  faults = 'rural-gsm',
): Model {
  const results = Object.entries(policies).map(
    ([name, lives]): PolicyResult => ({
      ...{ policy: checkedPolicy({ name }), figures: figuresOf(lives, SIZE_BYTES), lives },
    }),
  );
  const [first, second] = results;
  return {
    ...{ dialect: 'lte', faults, days, agents: first?.lives.length ?? 0, seed: 1, results },
    load: { everyMs: 60_000, sizeBytes: SIZE_BYTES },
    comparison: first && second ? compared(first, second, SIZE_BYTES) : undefined,
  };
}
