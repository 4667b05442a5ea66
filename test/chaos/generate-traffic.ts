/** Random traffic, and random ends of the host. */
import type { VirtualDialect } from '../../simulator/index.ts';
import type { Random } from '../../simulator/random.ts';
import { chance, pick } from './dice.ts';
import type { ChaosAction, Mode, Moment, Next } from './schedule.ts';
import { USER_COMMANDS } from './user-commands.ts';

const NEXTS: readonly Next[] = [
  'acknowledge',
  'acknowledge',
  'end',
  'peerEnd',
  'peerReset',
  'destroy',
  'pause',
];

function anyLength(random: Random): number {
  return pick(random, [0, random.integer(1, 60), random.integer(60, 1500), random.integer(1500, 12_000)]);
}

function anyMode(random: Random, dialect: VirtualDialect, hasTransparent: boolean): Mode {
  const known: readonly Mode[] =
    dialect === 'bc66' || !hasTransparent
      ? ['buffer', 'push']
      : ['buffer', 'buffer', 'push', 'push', 'transparent'];
  return pick(random, known);
}

function talk(random: Random, dialect: VirtualDialect): ChaosAction {
  const next = chance(random, 0.5) ? pick(random, NEXTS) : undefined;
  const canSwitch = dialect !== 'gsm' && chance(random, 0.08);
  return {
    ...{ do: 'talk', flow: random.integer(0, 3), mode: anyMode(random, dialect, true) },
    ...{ up: anyLength(random), down: anyLength(random) },
    ...(canSwitch ? { next: 'switch', to: anyMode(random, dialect, true) } : next && { next }),
  };
}

function serve(random: Random, dialect: VirtualDialect): ChaosAction {
  const next = pick(random, [undefined, 'end', 'peerEnd', 'peerReset'] as const);
  const mode = anyMode(random, dialect, dialect === 'gsm');
  const lengths = { up: anyLength(random), down: anyLength(random) };
  return {
    do: 'serve',
    server: dialect === 'gsm' ? 0 : random.integer(0, 1),
    mode,
    ...lengths,
    ...(next && { next }),
  };
}

function datagrams(random: Random, dialect: VirtualDialect): ChaosAction {
  return {
    ...{ do: 'datagrams', flow: random.integer(0, 1), bound: dialect !== 'bc66' && chance(random, 0.4) },
    ...{ mode: anyMode(random, dialect, false), count: random.integer(1, 5), bytes: random.integer(20, 600) },
  };
}

function execute(random: Random): ChaosAction {
  const timeoutMs = chance(random, 0.4) ? { timeoutMs: pick(random, [3_000, 10_000, 30_000]) } : {};
  const urgent = chance(random, 0.2) ? { urgent: true } : {};
  return { do: 'execute', command: pick(random, Object.keys(USER_COMMANDS)), ...timeoutMs, ...urgent };
}

/** One thing that an application does. */
export function anyTraffic(random: Random, dialect: VirtualDialect): ChaosAction {
  const roll = random.next();
  if (roll < 0.6) return talk(random, dialect);
  if (roll < 0.7 && dialect !== 'bc66') return serve(random, dialect);
  if (roll < 0.8) return datagrams(random, dialect);
  return execute(random);
}

/** One end of a process, and the start of the next. */
export function lives(random: Random): ChaosAction {
  const downMs = pick(random, [0, random.integer(0, 2_000), random.integer(0, 60_000)]);
  const roll = random.next();
  if (roll < 0.4) return { do: 'kill', downMs, ...(chance(random, 0.3) && { hangUp: true }) };
  if (roll < 0.55) return { do: 'restart', downMs, ...(chance(random, 0.3) && { deactivate: true }) };
  const moment: Moment = pick(random, ['write', 'write', 'store', 'reset'] as const);
  const cut = moment === 'write' && chance(random, 0.6) ? { cut: random.integer(0, 40) } : {};
  return { do: 'killOn', moment, nth: random.integer(1, moment === 'write' ? 20 : 2), ...cut, downMs };
}
