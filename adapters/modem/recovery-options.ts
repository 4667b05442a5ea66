import type { ModemError } from '../../errors.ts';
import { standardLadder } from '../../machines/reboot-policy.machine.ts';
import type { DialectLimits } from '../dialects/dialect.ts';
import { shownValue } from '../dialects/shown-value.ts';
import { invalid as invalidArgument, readAnyOptions, readList } from '../plain-options.ts';

/** Every limit and wait of the recovery, with the manuals' numbers as defaults. Times are milliseconds.
 *
 * Any of them can be given as `recovery: { … }`, or by the command's `--recovery FILE` (JSON).
 */
export const recoveryDefaults = {
  /** Replaces the longest response time of every command; 0 keeps the manual's own (protocol.md §2). */
  commandTimeoutMs: 0,
  /** Wait for the result of an open (lte §2.1.4), here and on ugxx and rg; 75 s on gsm, 40 s on bc66. */
  openTimeoutMs: 150_000,
  /** First and longest distance between looks at a socket whose open result does not come: the URC may be lost. */
  openPollMs: 1_000,
  longestOpenPollMs: 5_000,
  /** Limit of AT+QICLOSE (lte §2.1.5; up to 120 s were seen on bad networks); 60 s on gsm and bc66. */
  closeTimeoutMs: 10_000,
  /** Wait for a late final result after a timeout, before the channel is probed. */
  drainMs: 1_000,
  /** Silence after which a payload shorter than announced is given up. */
  payloadQuietMs: 5_000,
  /** Probes for an answer, two at least, because an answer is confirmed by another one: how long each waits, and how many at a first start, while a module may
   * be booting, after a timeout and while cooling. */
  probeReplyMs: 1_000,
  probeQuietMs: 300,
  startProbes: 12,
  bootProbes: 25,
  resyncProbes: 5,
  coolingProbes: 2,
  /** First and longest distance between two looks at a module that waits for its reset; doubles. */
  coolingProbeMs: 10_000,
  longestCoolingProbeMs: 60_000,
  /** Silence after which an idle module is asked whether it still answers; 0 never asks. */
  pulseMs: 60_000,
  /** Silence on both sides of the escape sequence, here and on ugxx and rg; 600 ms on gsm. */
  guardMs: 1_100,
  /** Data mode (protocol.md §6, §7.7, §10): wait for the OK behind the guard time; escapes before DTR is tried, and before a
   * line that ends data mode is believed to be no payload. */
  escapeReplyMs: 2_000,
  escapeTries: 5,
  verifyTries: 2,
  /** Longest wait for what was written before an escape: a peer that takes nothing stops the line. Then DTR is tried. */
  dataLineMs: 120_000,
  /** A command that may interrupt data mode but is not urgent waits so long; then commands have the port for so long. */
  dataYieldMs: 5_000,
  dataServingMs: 1_000,
  /** Data mode that no socket wants is left after this. */
  dataClaimMs: 1_000,
  /** Silence of the peer in data mode after which the module is looked at; 0 never. */
  dataCheckMs: 300_000,
  /** Silence after which the module may sleep and lose the first line, so that it is woken by AT first; 0 when it never
   * does, as here. 5 s on bc66. */
  wakeAfterMs: 0,
  /** Bring-up (lte figure 1). */
  simTimeoutMs: 20_000,
  registrationTimeoutMs: 90_000,
  attachTimeoutMs: 60_000,
  /** Distance between two queries of the bring-up. */
  pollMs: 1_000,
  /** PDP contexts (lte figure 1). */
  activationTries: 3,
  deactivationTries: 3,
  /** First and longest wait behind a refused activation; doubles until the context is active. */
  activationRetryMs: 1_000,
  longestActivationRetryMs: 20_000,
  /** Distance between looks at an activation or deactivation that takes long, and between refused deactivations. */
  contextLookMs: 5_000,
  failedOpens: 5,
  /** Rounds of failed activations, each from the SIM check on, before the reboot policy is asked. */
  contextRounds: 3,
  /** Times that failed opens bring the context up anew without a success, before the reboot policy is asked. */
  failedContextCures: 3,
  /** Reboot ladder (lte figure 1, note 3; D10). */
  freeReboots: standardLadder.freeReboots,
  ladderMs: standardLadder.ladderMs,
  longestWaitMs: standardLadder.longestWaitMs,
  healthStretchMs: standardLadder.healthStretchMs,
  /** Reboots in a row after which no more are tried; 0 means no end. */
  mostReboots: 0,
  /** Reopening of a lost port: first and longest distance between tries. */
  reopenMs: 250,
  longestReopenMs: 500,
  /** Polls for received data whose URC was lost: first and longest distance. */
  receivePollMs: 1_000,
  longestReceivePollMs: 30_000,
  /** After SEND FAIL or ERROR: first and longest wait, and tries without progress (protocol.md §7.4). */
  sendBackoffMs: 200,
  longestSendBackoffMs: 5_000,
  sendTries: 31,
  /** Reading the counters: first and longest distance, and of the longest so many without progress until the link is dead
   * (protocol.md §7.9). */
  acknowledgeMs: 200,
  longestAcknowledgeMs: 5_000,
  acknowledgeTries: 24,
  /** An idle TCP connection (gsm §6.1, §6.2; protocol.md §7.6): time without traffic after which the counters are read, 0 never;
   * longer than an acknowledgement takes. Bytes without one mean a dead link. Behind a probe (`connect({ probe })`) they are read
   * after the first wait, then at the interval; so many reads in a row without progress mean a dead link. */
  linkIdleMs: 480_000,
  linkFirstWaitMs: 5_000,
  linkIntervalMs: 10_000,
  linkTries: 12,
  /** Limit for the polite part of `stop()`. */
  stopTimeoutMs: 5_000,
} as const satisfies Record<string, number | readonly number[]>;

/** Name of one number of the recovery. */
export type RecoveryName = keyof typeof recoveryDefaults;

/** All numbers of the recovery, defaults filled in. */
export type Recovery = {
  readonly [Name in RecoveryName]: (typeof recoveryDefaults)[Name] extends readonly number[]
    ? readonly number[]
    : number;
};

/** Numbers to start from, for three kinds of places. What a preset does not name is as in `standard`, the manuals' numbers.
 * None of them lets a module be reset more often than the manuals do.
 */
export const recoveryPresets = {
  /** Weak coverage, paid by the byte, or run by battery: more time for the network, fewer resets, fewer looks. */
  patient: {
    simTimeoutMs: 60_000,
    registrationTimeoutMs: 300_000,
    attachTimeoutMs: 180_000,
    openPollMs: 5_000,
    activationRetryMs: 10_000,
    longestActivationRetryMs: 120_000,
    failedOpens: 10,
    failedContextCures: 5,
    freeReboots: 1,
    ladderMs: [1_800_000, 3_600_000],
    pulseMs: 300_000,
    receivePollMs: 5_000,
    longestReceivePollMs: 120_000,
  },
  standard: {},
  /** Readings that are old after seconds, on power from the mains: what is lost is noticed early. */
  eager: {
    registrationTimeoutMs: 60_000,
    longestOpenPollMs: 2_000,
    activationRetryMs: 500,
    longestActivationRetryMs: 10_000,
    coolingProbeMs: 2_000,
    longestCoolingProbeMs: 10_000,
    pulseMs: 15_000,
    longestReceivePollMs: 5_000,
    longestAcknowledgeMs: 2_000,
    linkIdleMs: 120_000,
  },
} as const satisfies Record<string, Partial<Recovery>>;

/** Name of a preset. */
export type RecoveryPreset = keyof typeof recoveryPresets;

/** Tells whether a preset is called so. */
export function isRecoveryPreset(name: string): name is RecoveryPreset {
  return Object.hasOwn(recoveryPresets, name);
}

/** Any number of the recovery, and where the others come from: `{ preset: 'patient', pulseMs: 0 }`. */
export type RecoveryOptions = Partial<Recovery> & { readonly preset?: RecoveryPreset };

function invalid(name: string, problem: string): ModemError {
  return invalidArgument(`recovery.${name}`, problem);
}

/** Longer timers fire at once in Node. */
const MOST_MS = 2 ** 31 - 1;

const isAmount = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= MOST_MS;

/** Zero tries or probes would be no recovery at all. */
const AT_LEAST_ONE = /Tries$|Probes$|^failedOpens$|^contextRounds$|^failedContextCures$/;

function checked(name: RecoveryName, value: unknown): unknown {
  if (Array.isArray(recoveryDefaults[name])) {
    const numbers = readList(value, `recovery.${name}`);
    const readable = numbers.length > 0 && numbers.every(isAmount);
    if (!readable) throw invalid(name, `must be a list of numbers from 0 to ${MOST_MS}`);
    return numbers;
  }
  if (!isAmount(value))
    throw invalid(name, `must be a number from 0 to ${MOST_MS}, got ${shownValue(value)}`);
  const least = /Probes$/.test(name) ? 2 : 1; // one probe asks, another one confirms
  if (AT_LEAST_ONE.test(name) && !(Number.isInteger(value) && Number(value) >= least)) {
    throw invalid(name, `must be a whole number of at least ${least}, got ${shownValue(value)}`);
  }
  return value;
}

/** What is just enough by the manual is sometimes too short (protocol.md §10). */
const GUARD_MARGIN_MS = 100;

/** Fills in the defaults: of the dialect, where it has its own.
 *
 * @throws INVALID_ARGUMENT for an unknown name or a value that is no number or list of numbers.
 */
export function recoveryFrom(
  given: unknown = {},
  limits?: Pick<DialectLimits, 'openTimeoutMs' | 'closeTimeoutMs' | 'escapeGuardMs' | 'sleepsAfterMs'>,
): Recovery {
  const { preset = 'standard', ...values } = readAnyOptions(given, 'recovery');
  if (typeof preset !== 'string' || !isRecoveryPreset(preset)) {
    const known = Object.keys(recoveryPresets).join(', ');
    throw invalid('preset', `must be one of ${known}, got ${shownValue(preset)}`);
  }
  const numbers: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(recoveryDefaults, name)) {
      const known = ['preset', ...Object.keys(recoveryDefaults)].join(', ');
      throw invalid(name, `does not exist: it must be one of ${known}`);
    }
    numbers[name] = checked(name as RecoveryName, value);
  }
  return {
    ...recoveryDefaults,
    ...(limits && {
      openTimeoutMs: limits.openTimeoutMs,
      closeTimeoutMs: limits.closeTimeoutMs,
      guardMs: limits.escapeGuardMs + GUARD_MARGIN_MS,
      wakeAfterMs: limits.sleepsAfterMs ?? 0,
    }),
    ...recoveryPresets[preset],
    ...numbers,
  };
}
