/** Random schedules from a seed. */
import type { Fault, VirtualDialect } from '../../simulator/index.ts';
import { VIRTUAL_DIALECTS } from '../../simulator/index.ts';
import { type Random, seededRandom } from '../../simulator/random.ts';
import { chance, pick } from './dice.ts';
import { anyFault, type ChaosKind, kindsOf } from './generate-faults.ts';
import { anyTraffic, lives } from './generate-traffic.ts';
import type { CaseKind, ChaosEvent, Ladder, Power, Schedule } from './schedule.ts';
import { USER_COMMANDS } from './user-commands.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Rungs that are reached within minutes. */
const FAST_LADDER: Ladder = {
  freeReboots: 1,
  ladderMs: [0, MINUTE_MS, 3 * MINUTE_MS, 6 * MINUTE_MS],
  longestWaitMs: 15 * MINUTE_MS,
  healthStretchMs: 5 * MINUTE_MS,
};

/** The dialect of a case when all take turns. */
export function dialectOf(caseNumber: number): VirtualDialect {
  return VIRTUAL_DIALECTS[caseNumber % VIRTUAL_DIALECTS.length] as VirtualDialect;
}

/** The schedule of one case: the same for the same seed, number and dialect. */
export function scheduleOf(seed: number, caseNumber: number, dialect: VirtualDialect): Schedule {
  const start = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(caseNumber + 1, 0x85ebca6b);
  const random = seededRandom(start ^ (VIRTUAL_DIALECTS.indexOf(dialect) * 0x27d4eb2f));
  for (let n = 0; n < 3; n += 1) random.next(); // near seeds begin alike
  const roll = random.next();
  const kind: CaseKind = roll < 0.4 ? 'quiet' : roll < 0.9 ? 'mixed' : roll < 0.975 ? 'ladder' : 'day';
  return MAKERS[kind](random, dialect);
}

const MAKERS: Readonly<Record<CaseKind, (random: Random, dialect: VirtualDialect) => Schedule>> = {
  quiet,
  mixed,
  ladder,
  day,
};

type Setting = Omit<Schedule, 'kind' | 'durationMs' | 'events' | 'power'>;

function setting(random: Random, dialect: VirtualDialect): Setting {
  const pin = random.next();
  return {
    dialect,
    seed: random.integer(0, 2 ** 31 - 1),
    ...(pin < 0.12 && { pin: pin < 0.08 ? ('right' as const) : ('wrong' as const) }),
    ...(chance(random, 0.15) && { baud: 115_200 }),
    lines: chance(random, 0.8),
    latencyMs: pick(random, [5, 20, 80, 300]),
    storeMs: pick(random, [0, 5, 50, 1500]),
    contexts: dialect === 'bc66' ? 1 : pick(random, [1, 1, 1, 2]),
    ...(dialect === 'gsm' && chance(random, 0.25) && { single: true }),
  };
}

function anyPower(random: Random): Power {
  const roll = random.next();
  if (roll < 0.45) return { kind: 'at' };
  if (roll < 0.85) return { kind: 'hard', tookMs: pick(random, [0, 200, 3000]) };
  return { kind: 'useless', worksFromMs: random.integer(60_000, 600_000) };
}

/** One fault on a connection in use, then nothing but the wait for service. */
function quiet(random: Random, dialect: VirtualDialect): Schedule {
  const { pin: _, ...rest } = setting(random, dialect);
  const power: Power = chance(random, 0.5) ? { kind: 'at' } : { kind: 'hard', tookMs: 200 };
  const mode = dialect !== 'bc66' && chance(random, 0.2) ? ('transparent' as const) : ('buffer' as const);
  const strikesAt = random.integer(20_000, 26_000);
  const talks = Array.from({ length: 4 }, (_, n): ChaosEvent => {
    return { at: 8_000 + n * 5_000, do: 'talk', flow: 0, mode, up: random.integer(20, 400), down: 50 };
  });
  return {
    ...{ kind: 'quiet', ...rest, contexts: 1, power, durationMs: strikesAt },
    events: [...talks, quietStrike(random, dialect, power, strikesAt)].sort((a, b) => a.at - b.at),
  };
}

function quietStrike(random: Random, dialect: VirtualDialect, power: Power, at: number): ChaosEvent {
  const kinds: readonly (ChaosKind | 'kill')[] = [...kindsOf(dialect), 'kill'];
  const kind = pick(random, kinds);
  if (kind === 'kill') return { at, do: 'kill', downMs: random.integer(0, 20_000) };
  return { at, do: 'fault', fault: anyFault(random, dialect, kind, power.kind !== 'at') };
}

function mixed(random: Random, dialect: VirtualDialect): Schedule {
  const rest = setting(random, dialect);
  const power = anyPower(random);
  const durationMs = random.integer(2 * MINUTE_MS, 12 * MINUTE_MS);
  const times = (n: number): number[] => Array.from({ length: n }, () => random.integer(3_000, durationMs));
  const faults = times(random.integer(2, 9)).map((at): ChaosEvent => {
    const kind = pick(random, kindsOf(dialect));
    return { at, do: 'fault', fault: anyFault(random, dialect, kind, power.kind === 'hard') };
  });
  const events = [
    ...faults,
    ...faults.flatMap((event) => impatience(random, event)),
    ...times(random.integer(6, 30)).map((at) => ({ at, ...anyTraffic(random, dialect) })),
    ...times(pick(random, [0, 0, 1, 2, 3])).map((at) => ({ at, ...lives(random) })),
  ];
  const ladder = chance(random, 0.3) ? { ladder: FAST_LADDER } : {};
  return {
    ...{ kind: 'mixed', ...rest, ...ladder, power, durationMs },
    events: events.sort((a, b) => a.at - b.at),
  };
}

/** Where a result is late somebody gives up waiting for it, and asks for something else. */
function impatience(random: Random, event: ChaosEvent): readonly ChaosEvent[] {
  const isLate = event.do === 'fault' && (event.fault.kind === 'lateResult' || event.fault.kind === 'delay');
  if (!isLate) return [];
  const ask = (afterMs: number): ChaosEvent => ({
    ...{ at: event.at + afterMs, do: 'execute', command: pick(random, Object.keys(USER_COMMANDS)) },
    timeoutMs: pick(random, [3_000, 3_000, 10_000]),
  });
  return [ask(1), ...Array.from({ length: 6 }, () => ask(random.integer(10, 12_000)))];
}

/** Hangs follow each other so closely that many rungs are seen. */
function ladder(random: Random, dialect: VirtualDialect): Schedule {
  const { pin: _, ...rest } = setting(random, dialect);
  const durationMs = random.integer(20 * MINUTE_MS, 60 * MINUTE_MS);
  const power: Power = chance(random, 0.7)
    ? { kind: 'hard', tookMs: 200 }
    : { kind: 'useless', worksFromMs: random.integer(5, 20) * MINUTE_MS };
  const events: ChaosEvent[] = [];
  for (let at = 10_000; at < durationMs; at += random.integer(60_000, 400_000)) {
    const fault: Fault = { kind: 'hang', forMs: random.integer(60_000, 900_000) };
    events.push({ at, do: 'fault', fault });
    if (chance(random, 0.5))
      events.push({ at: at + 1000, do: 'execute', command: 'AT+CSQ', timeoutMs: 10_000 });
    if (chance(random, 0.5)) events.push({ at: at + random.integer(0, 60_000), ...lives(random) });
  }
  return {
    ...{ kind: 'ladder', ...rest, ladder: FAST_LADDER, power, durationMs },
    events: events.sort((a, b) => a.at - b.at),
  };
}

/** A module that hangs for good, and an agent that is killed again and again, for a day. */
function day(random: Random, dialect: VirtualDialect): Schedule {
  const { pin: _, baud: __, ...rest } = setting(random, dialect);
  const durationMs = 24 * HOUR_MS;
  const events: ChaosEvent[] = [{ at: 5_000, do: 'fault', fault: { kind: 'hang', forMs: durationMs } }];
  for (let at = 60_000; at < durationMs; at += random.integer(2 * MINUTE_MS, 90 * MINUTE_MS))
    events.push({ at, ...lives(random) });
  return {
    ...{ kind: 'day', ...rest, power: { kind: 'useless', worksFromMs: durationMs }, durationMs },
    events,
  };
}
