/** 5G modules RG200U, RG500U and RM500U.
 *
 * Source: RGx00U&RM500U Series TCP/IP Application Note V1.0 ("rg"); D-numbers are decisions of the protocol digest.
 */
import { integer } from './arguments.ts';
import { COMMAND_TIMEOUT_MS, commonCommands, moduleErrors, registration, testForms } from './common.ts';
import type {
  Command,
  ContextStatus,
  Dialect,
  DialectLimits,
  DialectTable,
  OpenParameters,
  QiCommands,
  RangeQuery,
  SendReport,
} from './dialect.ts';
import { qiBringUp, qiCommands } from './qi/commands.ts';
import { rgKeepalive, rgModuleOptions } from './qi/module-options.ts';
import type { OptionTable } from './qi/option-table.ts';
import { keepaliveRule, sharedOptions } from './qi/options.ts';
import { pinnedOption } from './qi/pinned.ts';
import { SOCKET_STATES } from './qi/replies.ts';
import type { QiShape } from './qi/shape.ts';
import { opening } from './qi/sockets.ts';
import { pinging } from './qi/tools.ts';
import { qiTraits } from './qi/traits.ts';
import { rgWire } from './qi/wire.ts';
import { asyncContextCommands, sendReported } from './rg-extras.ts';

const limits = {
  contextIds: [1, 5], // rg §2.3.2
  activeContexts: 5, // rg §2.3.3
  connectIds: [0, 11], // rg §2.3.7
  sendBytes: 1460, // rg §2.3.10
  readBytes: 1500, // rg §2.3.11
  openTimeoutMs: 150_000, // rg §2.3.7
  commandTimeoutMs: COMMAND_TIMEOUT_MS, // rg figure 1, note 1
  closeTimeoutMs: 10_000, // rg §2.3.8
  clientLimit: 11, // rg §2.3.7
  retriesConnects: true, // rg §2.3.7
  pingBytes: [32, 1500], // rg §2.3.13
  sendInputTimeoutMs: 3_000, // rg §2.3.1: qisend/timeout, up to 3600 ms
  escapeGuardMs: 1_000, // rg §1.2
  activationTimeoutMs: 150_000, // rg §2.3.5
  deactivationTimeoutMs: 40_000, // rg §2.3.6
} as const satisfies RgLimits;

const options = {
  ...sharedOptions,
  'tcp/keepalive': keepaliveRule(1800), // rg §2.3.1: seconds
  'close/mode': { ranges: [[0, 1]] }, // rg §2.3.1
  sendinfo: { ranges: [[0, 1]] }, // rg §2.3.1
  formatcfg: { ranges: [[0, 1]] }, // rg §2.3.1
} as const satisfies OptionTable;

const shape: QiShape = {
  limits,
  contextTypes: ['IPv4', 'IPv6', 'IPv4v6'], // rg §2.3.2
  services: ['TCP', 'UDP', 'TCP LISTENER', 'UDP SERVICE'], // rg §2.3.7
  accessModes: ['buffer', 'push', 'transparent'], // rg §2.3.7
  hostBytes: 256, // rg §2.3.7
  closesByTimeout: true, // rg §2.3.8
  options,
};

const TEST_FORMS = [
  ...['QICFG', 'QICSGP', 'QIACT', 'QIDEACT', 'QIACTEX', 'QIDEACTEX', 'QIOPEN', 'QICLOSE', 'QISTATE'],
  ...['QISEND', 'QIRD', 'QISWTMD', 'QPING', 'QIDNSCFG', 'QISDE', 'QIGETERROR'],
] as const; // rg §2.3

/** Limits of rg: the shared ones, and the waits for the results of the asynchronous context commands. */
export interface RgLimits extends DialectLimits {
  /** Wait for `+QIACTEX`, counted from the OK. */
  readonly activationTimeoutMs: number;
  /** Wait for `+QIDEACTEX`, counted from the OK. */
  readonly deactivationTimeoutMs: number;
}

/** Encoders of rg: the shared ones, asynchronous contexts, and sends that report the free space. */
export interface RgCommands extends QiCommands {
  /** As of the other dialects, with `clientLimit` and `connectTimeoutS` (rg §2.3.7). */
  readonly open: (parameters: OpenParameters) => Command<void>;
  /** The result comes as a URC, with the addresses if `showsAddress`. */
  readonly activateContextAsync: (id: number, showsAddress?: boolean) => Command<void>;
  /** `AT+QIDEACTEX`: the result comes as a URC. */
  readonly deactivateContextAsync: (id: number) => Command<void>;
  /** `AT+QIACTEX?`: the active contexts. */
  readonly queryContextsAsync: () => Command<readonly ContextStatus[]>;
  /** A send while the option `sendinfo` is 1. */
  readonly sendReported: (connectId: number, lengthBytes: number) => Command<SendReport>;
  /** Test command of a name (rg §2.3). */
  readonly queryRanges: RangeQuery<(typeof TEST_FORMS)[number]>;
}

function openRest({ clientLimit, connectTimeoutS }: OpenParameters): string {
  if (clientLimit === undefined && connectTimeoutS === undefined) return '';
  const clients = integer('clientLimit', clientLimit ?? 11, 0, 11); // rg §2.3.7
  if (connectTimeoutS === undefined) return `,${clients}`;
  const seconds = connectTimeoutS === 0 ? '0' : integer('connectTimeoutS', connectTimeoutS, 10, 150); // rg §2.3.7
  return `,${clients},${seconds}`;
}

const commands = {
  ...qiCommands(shape),
  // The packet domain of a 5G core registers on its own (TS 27.007 §10.1.47).
  queryRegistration: () => [...commonCommands.queryRegistration(), registration('C5GREG', 'packet')],
  open: (p: OpenParameters) => opening(shape, p, openRest(p)),
  ping: (id: number, host: string, timeoutS: number, count: number, lengthBytes?: number) => {
    const size = lengthBytes === undefined ? '' : `,${integer('length', lengthBytes, ...limits.pingBytes)}`; // rg §2.3.13
    return pinging(shape, id, host, timeoutS, count, size);
  },
  ...asyncContextCommands(shape),
  sendReported: sendReported(shape),
  queryRanges: testForms(TEST_FORMS),
} as const satisfies RgCommands;

/** 5G modules (RG200U, RG500U, RM500U) as data. */
export const rg = {
  ...rgWire,
  name: 'rg',
  manual: 'RGx00U&RM500U Series TCP/IP Application Note V1.0, 2023-07',
  models: ['RG200U', 'RG500U', 'RM500U'], // rg §1
  limits,
  errors: moduleErrors, // rg §4, D11
  socketStates: SOCKET_STATES, // rg §2.3.9
  commands,
  keepalive: rgKeepalive,
  moduleOptions: rgModuleOptions(shape), // rg §2.3.1
  ...qiTraits(shape),
  knowsCdma: false, // rg §2.3.2
  bringUp: [
    ...qiBringUp(shape, limits.sendInputTimeoutMs),
    pinnedOption(shape, 'close/mode', [0]), // rg §2.3.8: no "closed" for one's own close
    pinnedOption(shape, 'sendinfo', [1]), // rg §2.3.10: a send tells the free space, which paces the next
    pinnedOption(shape, 'formatcfg', [0]), // rg §2.3.1: a prompt without a line end
  ],
} as const satisfies Dialect & DialectTable<RgCommands, RgLimits>;
