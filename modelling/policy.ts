/** How an agent behaves on a bad network: what is compared when a choice is to be made. */

import { integer } from '../adapters/dialects/arguments.ts';
import type { AccessMode } from '../adapters/dialects/dialect.ts';
import { isRecoveryPreset, type RecoveryOptions, recoveryFrom } from '../adapters/modem/recovery-options.ts';
import { invalid, needText, readAnyOptions, readOptions } from '../adapters/plain-options.ts';

/** A policy as a user writes it. */
export interface PolicyOptions {
  /** What the report calls it. */
  readonly name?: string;
  /** The numbers of `recovery`, a preset among them: docs/RECOVERY.md. */
  readonly recovery?: RecoveryOptions;
  /** Access mode of the connection; `buffer` when left out. */
  readonly mode?: AccessMode;
  /** Time without traffic after which the connection is looked at, ms; `recovery.linkIdleMs` when left out. */
  readonly linkIdleMs?: number;
  /** What is sent over an idle connection to find out whether it lives. */
  readonly probe?: string;
  /** Waits behind opens that failed, ms; they double. Behind a connection that ended there is none. */
  readonly reconnect?: { readonly firstMs?: number; readonly longestMs?: number };
  /** Whether the power of a silent module can be cut: `true` when left out. */
  readonly canCutPower?: boolean;
}

/** A policy with everything filled in. */
export interface Policy {
  /** What the report calls it. */
  readonly name: string;
  /** The numbers of `recovery`. */
  readonly recovery: RecoveryOptions;
  /** Access mode of the connection. */
  readonly mode: AccessMode;
  /** Time without traffic after which the connection is looked at, ms; `undefined` for that of `recovery`. */
  readonly linkIdleMs: number | undefined;
  /** What is sent over an idle connection to find out whether it lives. */
  readonly probe: string | undefined;
  /** Waits behind opens that failed, ms. */
  readonly reconnect: { readonly firstMs: number; readonly longestMs: number };
  /** Whether the power of a silent module can be cut. */
  readonly canCutPower: boolean;
}

const NAMES = ['name', 'recovery', 'mode', 'linkIdleMs', 'probe', 'reconnect', 'canCutPower'] as const;
const MODES: readonly AccessMode[] = ['buffer', 'push', 'transparent'];
const DAY_MS = 86_400_000;

/** Reads a policy.
 *
 * @throws INVALID_ARGUMENT
 */
export function checkedPolicy(given: PolicyOptions = {}): Policy {
  const read = readOptions<PolicyOptions>(given, NAMES, 'policy');
  const { name = 'standard', mode = 'buffer', linkIdleMs, probe, canCutPower = true } = read;
  needText(name, 'name');
  if (!MODES.includes(mode)) throw invalid('mode', `must be one of ${MODES.join(', ')}`);
  if (linkIdleMs !== undefined) integer('linkIdleMs', linkIdleMs, 0, DAY_MS);
  if (probe !== undefined) needText(probe, 'probe');
  if (typeof canCutPower !== 'boolean') throw invalid('canCutPower', 'must be true or false');
  const { firstMs = 1_000, longestMs = 60_000 } = readOptions<NonNullable<PolicyOptions['reconnect']>>(
    read.reconnect,
    ['firstMs', 'longestMs'],
    'reconnect',
  );
  integer('firstMs', firstMs, 100, DAY_MS);
  integer('longestMs', longestMs, firstMs, DAY_MS);
  const recovery: RecoveryOptions =
    read.recovery === undefined ? {} : readAnyOptions(read.recovery, 'recovery');
  recoveryFrom(recovery); // the modem reads it with the dialect's own numbers beside it
  return { name, recovery, mode, linkIdleMs, probe, reconnect: { firstMs, longestMs }, canCutPower };
}

/** A policy by the name of a preset of the recovery: `patient`, `standard`, `eager`. */
export function presetPolicy(name: string): PolicyOptions | undefined {
  return isRecoveryPreset(name) ? { name, recovery: { preset: name } } : undefined;
}
