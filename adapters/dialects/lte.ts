/** LTE Standard modules: EC25, EC21, EC20 R2.x, EG25-G, EG21-G, EG91, EG95, EM05.
 *
 * Source: LTE Standard TCP/IP Application Note V1.1 ("lte"); D-numbers are decisions of the protocol digest.
 */
import { flag } from './arguments.ts';
import { COMMAND_TIMEOUT_MS, HOST_BYTES, moduleErrors, testForms } from './common.ts';
import type {
  ContextParameters,
  Dialect,
  DialectLimits,
  HexCommands,
  LookupCommands,
  QiCommands,
  RangeQuery,
  TimeCommands,
} from './dialect.ts';
import { datagramBringUp, qiBringUp, qiCommands } from './qi/commands.ts';
import { contextConfiguration } from './qi/contexts.ts';
import { lteKeepalive, lteModuleOptions } from './qi/module-options.ts';
import { lteOptions } from './qi/options.ts';
import { SOCKET_STATES } from './qi/replies.ts';
import type { QiShape } from './qi/shape.ts';
import { nameLookup, timeCommands } from './qi/tools.ts';
import { qiTraits } from './qi/traits.ts';
import { hexSend } from './qi/transfer.ts';
import { lteWire } from './qi/wire.ts';

const limits = {
  contextIds: [1, 16], // lte §2.1.1
  activeContexts: 3, // lte §2.1.2
  connectIds: [0, 11], // lte §2.1.4
  sendBytes: 1460, // lte §2.1.7
  readBytes: 1500, // lte §2.1.8
  openTimeoutMs: 150_000, // lte §2.1.4
  commandTimeoutMs: COMMAND_TIMEOUT_MS, // lte figure 1, note 1
  closeTimeoutMs: 10_000, // lte §2.1.5, D12
  sendInputTimeoutMs: 3_000, // lte §2.1.15: qisend/timeout, up to 3600 ms
  escapeGuardMs: 1_000, // lte §1.2
} as const satisfies DialectLimits;

const shape: QiShape = {
  limits,
  contextTypes: ['IPv4', 'IPv6', 'IPv4v6'], // lte §2.1.1
  services: ['TCP', 'UDP', 'TCP LISTENER', 'UDP SERVICE', 'TCP SERVICE', 'UDP LISTENER'], // lte §2.1.4
  accessModes: ['buffer', 'push', 'transparent'], // lte §2.1.4
  hostBytes: HOST_BYTES,
  closesByTimeout: true, // lte §2.1.5
  options: lteOptions,
};

const TEST_FORMS = [
  ...['QICSGP', 'QIACT', 'QIDEACT', 'QIOPEN', 'QICLOSE', 'QISTATE', 'QISEND', 'QIRD', 'QISENDEX'],
  ...['QISWTMD', 'QPING', 'QNTP', 'QIDNSCFG', 'QIDNSGIP', 'QICFG', 'QISDE', 'QIGETERROR'],
] as const; // lte §2.1

/** Encoders of lte: the shared ones, hexadecimal sends, time and name look-up. */
export type LteCommands = QiCommands &
  HexCommands &
  TimeCommands &
  LookupCommands & {
    readonly queryRanges: RangeQuery<(typeof TEST_FORMS)[number]>;
  };

const commands = {
  ...qiCommands(shape),
  configureContext: (p: ContextParameters) => {
    const cdma = p.savesCredentialsForCdma;
    const rest = cdma === undefined ? '' : `,${flag('savesCredentialsForCdma', cdma)}`;
    return contextConfiguration(shape, p, rest); // lte §2.1.1
  },
  sendHex: hexSend(shape), // lte §2.1.9
  ...timeCommands(shape), // lte §2.1.12
  resolve: nameLookup(shape), // lte §2.1.14
  queryRanges: testForms(TEST_FORMS),
} as const satisfies LteCommands;

/** LTE Standard modules (EC2x, EG2x-G, EG9x, EM05) as data. */
export const lte = {
  ...lteWire,
  name: 'lte',
  manual: 'LTE Standard TCP/IP Application Note V1.1, 2019-10',
  models: ['EC25', 'EC21', 'EC20', 'EG25', 'EG21', 'EG91', 'EG95', 'EM05'],
  limits,
  errors: moduleErrors, // lte §4
  socketStates: SOCKET_STATES, // lte §2.1.6
  commands,
  keepalive: lteKeepalive,
  moduleOptions: lteModuleOptions(shape), // lte §2.1.15
  ...qiTraits(shape),
  knowsCdma: true, // lte §2.1.1
  bringUp: [...qiBringUp(shape, limits.sendInputTimeoutMs), ...datagramBringUp(shape)],
} as const satisfies Dialect;
