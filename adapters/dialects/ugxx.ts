/** UMTS modules UG95 and UG96.
 *
 * Source: UGxx TCPIP AT Commands Manual V1.2 ("ugxx"), of which the second half is missing. From §2.5 on the LTE
 * Standard note ("lte"), its direct successor, stands in for it; D-numbers are decisions of the protocol digest.
 */
import { COMMAND_TIMEOUT_MS, HOST_BYTES, moduleErrors, registration, testForms } from './common.ts';
import type {
  Dialect,
  DialectLimits,
  DialectTable,
  HexCommands,
  LookupCommands,
  QiCommands,
  RangeQuery,
  TimeCommands,
} from './dialect.ts';
import { datagramBringUp, qiBringUp, qiCommands } from './qi/commands.ts';
import { lteKeepalive, lteModuleOptions } from './qi/module-options.ts';
import { lteOptions } from './qi/options.ts';
import { SOCKET_STATES } from './qi/replies.ts';
import type { QiShape } from './qi/shape.ts';
import { nameLookup, timeCommands } from './qi/tools.ts';
import { qiTraits } from './qi/traits.ts';
import { hexSend } from './qi/transfer.ts';
import { ugxxWire } from './qi/wire.ts';

const limits = {
  contextIds: [1, 20], // ugxx §2.1
  activeContexts: 3, // ugxx §2.2
  connectIds: [0, 11], // ugxx §2.4
  sendBytes: 1460, // lte §2.1.7
  readBytes: 1500, // lte §2.1.8
  openTimeoutMs: 150_000, // ugxx §2.4: the command; its TCP connect gives up after 75 s
  commandTimeoutMs: COMMAND_TIMEOUT_MS, // lte figure 1, note 1
  closeTimeoutMs: 10_000, // lte §2.1.5, D12
  sendInputTimeoutMs: 3_000, // lte §2.1.15: qisend/timeout, up to 3600 ms
  escapeGuardMs: 1_000, // ugxx §1.2
} as const satisfies DialectLimits;

const shape: QiShape = {
  limits,
  contextTypes: ['IPv4'], // ugxx §2.1
  services: ['TCP', 'UDP', 'TCP LISTENER', 'UDP SERVICE'], // ugxx §2.4
  accessModes: ['buffer', 'push', 'transparent'], // ugxx §2.4
  hostBytes: HOST_BYTES,
  closesByTimeout: false, // protocol.md §1: ugxx has the id alone; an argument too many would be refused
  options: lteOptions, // ugxx §2.16 is missing
};

const TEST_FORMS = [
  ...['QICSGP', 'QIACT', 'QIDEACT', 'QIOPEN', 'QICLOSE', 'QISTATE', 'QISEND', 'QIRD', 'QISENDEX'],
  ...['QISDE', 'QISWTMD', 'QPING', 'QNTP', 'QIDNSCFG', 'QIDNSGIP', 'QICFG', 'QIGETERROR'],
] as const; // ugxx §2, list of contents

/** Encoders of ugxx: the shared ones, hexadecimal sends, time and name look-up. */
export type UgxxCommands = QiCommands &
  HexCommands &
  TimeCommands &
  LookupCommands & {
    readonly queryRanges: RangeQuery<(typeof TEST_FORMS)[number]>;
  };

const commands = {
  ...qiCommands(shape),
  queryRegistration: () => [registration('CREG', 'circuit'), registration('CGREG', 'packet')], // no EPS on UMTS
  sendHex: hexSend(shape), // ugxx §2.9, lte §2.1.9
  ...timeCommands(shape), // ugxx §2.13, lte §2.1.12
  resolve: nameLookup(shape), // ugxx §2.15, lte §2.1.14
  queryRanges: testForms(TEST_FORMS),
} as const satisfies UgxxCommands;

/** UMTS modules (UG95, UG96) as data. */
export const ugxx = {
  ...ugxxWire,
  name: 'ugxx',
  manual: 'UGxx TCPIP AT Commands Manual V1.2, 2015-04',
  models: ['UG95', 'UG96'], // ugxx, history: V1.1 made "UGxx" of "UG95"
  limits,
  errors: moduleErrors, // ugxx §3 (missing), lte §4
  socketStates: SOCKET_STATES, // lte §2.1.6
  commands,
  keepalive: lteKeepalive,
  moduleOptions: lteModuleOptions(shape), // ugxx §2.16 is missing
  ...qiTraits(shape),
  knowsCdma: false, // ugxx §2.1
  bringUp: [...qiBringUp(shape, limits.sendInputTimeoutMs), ...datagramBringUp(shape)],
} as const satisfies Dialect & DialectTable<UgxxCommands, DialectLimits>;
