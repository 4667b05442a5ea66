/** Random faults of each kind. */
import type { Fault, FaultKind, VirtualDialect } from '../../simulator/index.ts';
import type { Random } from '../../simulator/random.ts';
import { chance, pick } from './dice.ts';

type Maker = (random: Random, dialect: VirtualDialect, canHangForGood: boolean) => Fault;

const CONTROL = [
  'AT+QIACT',
  'AT+QIDEACT',
  'AT+QICLOSE',
  'AT+QISTATE',
  'AT+QIRD',
  'AT+CREG',
  'AT+CPIN',
] as const;
const NOTICES = ['recv', 'closed', 'pdpdeact', '+QIOPEN', 'incoming', 'RDY', '+CFUN', '+CPIN'] as const;

const context = (dialect: VirtualDialect): number => (dialect === 'gsm' ? 0 : 1);

/** Those of the scenarios are not among the dice: what a seed stands for would change with them. */
export type ChaosKind = Exclude<FaultKind, 'slowNetwork' | 'simFailure' | 'natTimeout' | 'brownOut'>;

const MAKERS: Readonly<Record<ChaosKind, Maker>> = {
  hang: (random, _, canHangForGood) =>
    canHangForGood && chance(random, 0.4)
      ? { kind: 'hang' }
      : { kind: 'hang', forMs: pick(random, [800, 4_000, 20_000, 90_000, 200_000]) },
  delay: (random) => ({ kind: 'delay', ms: pick(random, [300, 2_000, 9_000, 30_000, 70_000]) }),
  error: (random) =>
    chance(random, 0.5) ? { kind: 'error', code: random.integer(550, 574) } : { kind: 'error', cme: 100 },
  pdpdeact: (random, dialect) =>
    chance(random, 0.5) ? { kind: 'pdpdeact' } : { kind: 'pdpdeact', context: context(dialect) },
  peerClose: (random) =>
    chance(random, 0.6) ? { kind: 'peerClose' } : { kind: 'peerClose', socket: random.integer(0, 3) },
  urcInResponse: (random) => ({
    kind: 'urcInResponse',
    place: pick(random, ['first', 'between'] as const),
    ...(chance(random, 0.3) && { urc: '+CREG: 1' }),
  }),
  loseUrc: (random) =>
    chance(random, 0.3) ? { kind: 'loseUrc' } : { kind: 'loseUrc', urc: pick(random, NOTICES) },
  reboot: (random) => ({ kind: 'reboot', silent: chance(random, 0.4) }),
  garbage: (random) => ({ kind: 'garbage', bytes: pick(random, [1, 3, 20, 200]) }),
  dribble: (random) => ({ kind: 'dribble', gapMs: random.integer(2, 20), forMs: random.integer(200, 3_000) }),
  // Bytes that bc66 took although it said SEND FAIL cannot be told from others: its modules have no counters (D-051).
  sendFail: (random, dialect) =>
    dialect === 'bc66' || chance(random, 0.4)
      ? { kind: 'sendFail' }
      : { kind: 'sendFail', partly: random.integer(0, 1460) },
  sendError: (random, dialect) =>
    dialect === 'bc66' ? { kind: 'sendError' } : { kind: 'sendError', accepted: chance(random, 0.5) },
  sendSilent: () => ({ kind: 'sendSilent' }),
  blackHole: (random) => ({ kind: 'blackHole', forMs: pick(random, [2_000, 20_000, 90_000, 180_000]) }),
  openFail: (random) => ({ kind: 'openFail', err: pick(random, [566, 569, 565, 561, 570]) }),
  refuseActivation: (random) => ({ kind: 'refuseActivation', times: random.integer(1, 4) }),
  portLost: (random) => ({ kind: 'portLost', forMs: pick(random, [50, 1_000, 8_000, 60_000]) }),
  closeSlow: (random) => ({ kind: 'closeSlow', ms: pick(random, [1_000, 9_000, 30_000]) }),
  missEscape: (random) => ({ kind: 'missEscape', times: random.integer(1, 3) }),
  silentResume: () => ({ kind: 'silentResume' }),
  deadResume: () => ({ kind: 'deadResume' }),
  lateResult: (random) => ({
    kind: 'lateResult',
    ms: pick(random, [100, 2_000, 8_000, 20_000, 70_000]),
    ...(chance(random, 0.6) && { command: chance(random, 0.5) ? 'AT+CSQ' : pick(random, CONTROL) }),
  }),
  radioLoss: (random) => ({
    kind: 'radioLoss',
    forMs: pick(random, [2_000, 20_000, 80_000, 150_000]),
    denied: chance(random, 0.4),
  }),
};

const TRANSPARENT_ONLY: readonly ChaosKind[] = ['missEscape', 'silentResume', 'deadResume'];

/** The kinds that a module of the dialect can have. */
export function kindsOf(dialect: VirtualDialect): readonly ChaosKind[] {
  const all = Object.keys(MAKERS) as ChaosKind[];
  const hasContextCommands = dialect !== 'bc66';
  return all.filter(
    (kind) => hasContextCommands || (!TRANSPARENT_ONLY.includes(kind) && kind !== 'refuseActivation'),
  );
}

/** A fault of a kind.
 *
 * @param canHangForGood something can reset the module.
 */
export function anyFault(
  random: Random,
  dialect: VirtualDialect,
  kind: ChaosKind,
  canHangForGood: boolean,
): Fault {
  return MAKERS[kind](random, dialect, canHangForGood);
}
