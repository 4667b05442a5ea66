/** NB-IoT module BC66.
 *
 * Source: BC66 TCPIP AT Commands Manual V1.0 ("bc66"); D-numbers are decisions of the protocol digest.
 */
import type { Field } from '../../streams/fields.ts';
import {
  type Bc66Mode,
  type Bc66OpenParameters,
  type Bc66Service,
  bc66Close,
  bc66Open,
  bc66SendCommands,
  bc66StateCommands,
} from './bc66-commands.ts';
import {
  COMMAND_TIMEOUT_MS,
  commonBringUp,
  commonCommands,
  HOST_BYTES,
  moduleErrors,
  registration,
  testForms,
} from './common.ts';
import type {
  Command,
  CommonCommands,
  DialectLimits,
  DialectTable,
  HexCommands,
  LastError,
  LookupCommands,
  RangeQuery,
  SocketStatus,
  TimeCommands,
} from './dialect.ts';
import { formatOptions, optionCommands } from './qi/options.ts';
import type { QiShape } from './qi/shape.ts';
import { modeSwitch } from './qi/sockets.ts';
import { nameLookup, pinging, queryLastError, timeCommands } from './qi/tools.ts';
import { lengthRead } from './qi/transfer.ts';
import { bc66Wire } from './qi/wire.ts';
import type { WireDialect } from './wire.ts';

/** Limits of bc66: contexts are the network's business, and no send waits for payload. */
export type Bc66Limits = Omit<DialectLimits, 'activeContexts' | 'sendInputTimeoutMs'>;

const limits = {
  contextIds: [1, 3], // bc66 §2.1
  connectIds: [0, 4], // bc66 §2.1
  sendBytes: 700, // bc66 §2.4, §2.6
  readBytes: 700, // bc66 §2.5
  openTimeoutMs: 40_000, // bc66 §2.1
  commandTimeoutMs: COMMAND_TIMEOUT_MS, // the manual gives none: protocol §2
  closeTimeoutMs: 10_000, // the manual gives none: protocol §2
} as const satisfies Bc66Limits;

const shape: QiShape<Bc66Service, Bc66Mode> = {
  limits,
  contextTypes: [], // the network attaches; there is no AT+QICSGP
  services: ['TCP', 'UDP'], // bc66 §2.1
  accessModes: ['buffer', 'push'], // bc66 §1.2
  hostBytes: HOST_BYTES,
  closesByTimeout: false, // bc66 §2.2
  options: formatOptions, // bc66 §2.11
};

const TEST_FORMS = [
  ...['QIOPEN', 'QICLOSE', 'QISTATE', 'QISEND', 'QIRD', 'QISENDEX', 'QISWTMD', 'QPING'],
  ...['QNTP', 'QIDNSGIP', 'QICFG', 'QIGETERROR'],
] as const; // bc66 §2

const TIME_PREFIXES = ['+QNTP', '+QNTTP'] as const; // bc66 §2.9, D4

/** Encoders of bc66. What has the name of a command of the other dialects means the same. */
export interface Bc66Commands extends CommonCommands, HexCommands, TimeCommands, LookupCommands {
  readonly open: (parameters: Bc66OpenParameters) => Command<void>;
  readonly close: (connectId: number, timeoutMs: number) => Command<void>;
  readonly querySocketsOf: (contextId: number) => Command<readonly SocketStatus[]>;
  readonly querySocket: (connectId: number) => Command<readonly SocketStatus[]>;
  readonly sendText: (connectId: number, text: string) => Command<void>;
  readonly read: (connectId: number, lengthBytes: number) => Command<number>;
  readonly switchMode: (connectId: number, mode: Bc66Mode) => Command<void>;
  readonly ping: (contextId: number, host: string, timeoutS: number, count: number) => Command<void>;
  readonly queryOption: (name: string) => Command<readonly Field[]>;
  readonly setOption: (name: string, values: readonly number[]) => Command<void>;
  readonly queryLastError: () => Command<LastError>;
  readonly queryRanges: RangeQuery<(typeof TEST_FORMS)[number]>;
}

const commands = {
  ...commonCommands,
  queryRegistration: () => [registration('CEREG', 'eps')], // NB-IoT has no other domain
  open: bc66Open(shape),
  close: bc66Close(shape),
  ...bc66StateCommands(shape),
  ...bc66SendCommands(shape),
  read: lengthRead(shape),
  switchMode: modeSwitch(shape),
  ping: (id: number, host: string, timeoutS: number, count: number) =>
    pinging(shape, id, host, timeoutS, count),
  ...timeCommands(shape, TIME_PREFIXES),
  resolve: nameLookup(shape),
  ...optionCommands(shape),
  queryLastError: (): Command<LastError> => ({ ...queryLastError(), successes: ['ERROR'] }), // bc66 §4.5, D16
  queryRanges: testForms(TEST_FORMS, { QNTP: TIME_PREFIXES }),
} as const satisfies Bc66Commands;

/** NB-IoT module BC66 as data. */
export const bc66 = {
  ...bc66Wire,
  name: 'bc66',
  manual: 'BC66 TCPIP AT Commands Manual V1.0, 2018-05',
  models: ['BC66'], // bc66 §1
  limits,
  errors: moduleErrors, // bc66 §3
  socketStates: { 0: 'initial', 1: 'opening', 2: 'connected', 3: 'closing' }, // bc66 §2.3
  commands,
  bringUp: [
    ...commonBringUp,
    { command: commands.setOption('dataformat', [0, 0]), required: false }, // D6
    { command: commands.setOption('viewmode', [0]), required: false }, // bc66 §2.11
  ],
} as const satisfies WireDialect & DialectTable<Bc66Commands, Bc66Limits>;
