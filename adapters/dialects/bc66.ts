/** NB-IoT module BC66.
 *
 * Source: BC66 TCPIP AT Commands Manual V1.0 ("bc66"); D-numbers are decisions of the protocol digest.
 */
import type { Field } from '../../streams/fields.ts';
import { choice, integer, quoted } from './arguments.ts';
import {
  BC66_SOCKET_STATES,
  type Bc66Mode,
  type Bc66OpenParameters,
  type Bc66Service,
  bc66Close,
  bc66Open,
  bc66SendCommands,
  bc66StateCommands,
} from './bc66-commands.ts';
import {
  APN_BYTES,
  COMMAND_TIMEOUT_MS,
  CREDENTIAL_BYTES,
  commonBringUp,
  commonCommands,
  HOST_BYTES,
  moduleErrors,
  plain,
  registration,
  testForms,
} from './common.ts';
import type {
  AccessMode,
  Command,
  ContextParameters,
  ContextStatus,
  Dialect,
  DialectCommands,
  DialectLimits,
  DialectTable,
  HexCommands,
  LastError,
  LookupCommands,
  OpenParameters,
  RangeQuery,
  ServiceType,
  SocketStatus,
  TimeCommands,
} from './dialect.ts';
import { formatOptions, optionCommands } from './qi/options.ts';
import type { QiShape } from './qi/shape.ts';
import { modeSwitch } from './qi/sockets.ts';
import { nameLookup, pinging, queryLastError, timeCommands } from './qi/tools.ts';
import { qiTraits } from './qi/traits.ts';
import { lengthRead } from './qi/transfer.ts';
import { bc66Wire } from './qi/wire.ts';

/** Limits of bc66. */
export type Bc66Limits = DialectLimits;

const limits = {
  contextIds: [1, 3], // bc66 §2.1
  activeContexts: 3, // bc66 §2.1: the network's business
  connectIds: [0, 4], // bc66 §2.1
  sendBytes: 700, // bc66 §2.4, §2.6
  readBytes: 700, // bc66 §2.5
  openTimeoutMs: 40_000, // bc66 §2.1
  commandTimeoutMs: COMMAND_TIMEOUT_MS, // the manual gives none: protocol §2
  closeTimeoutMs: COMMAND_TIMEOUT_MS, // the manual gives none, and no parameter that ends it sooner: protocol §2, §10
  activationTimeoutMs: 60_000, // protocol §7.9: packet registration
  sleepsAfterMs: 5_000, // the manual gives none; deep sleep begins after about 10 s without a command
  sendInputTimeoutMs: 0, // no send waits for payload
  escapeGuardMs: 0, // no data mode
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

/** bc66 has no commands for contexts: what stands here is of TS 27.007 §10.1.9, and the access point is the network's
 * choice. All contexts are there as long as the module is attached. */
const contextCommands = {
  queryContexts: (id: number): Command<readonly ContextStatus[]> => ({
    ...commonCommands.queryAttached(),
    parse: (answer) => {
      const isAttached = commonCommands.queryAttached().parse?.(answer);
      if (isAttached === undefined) return undefined;
      return isAttached ? [{ id, active: true, addresses: [] }] : [];
    },
  }),
  /** Checks the parameters; nothing is written. */
  configureContext: (p: ContextParameters): Command<void> => {
    integer('context id', p.id, ...limits.contextIds);
    choice('type', p.type, CONTEXT_TYPES);
    quoted('apn', p.apn, APN_BYTES);
    quoted('username', p.username, CREDENTIAL_BYTES);
    quoted('password', p.password, CREDENTIAL_BYTES);
    return commonCommands.attention();
  },
  activateContext: (_id: number) => commonCommands.attach(),
  deactivateContext: (_id: number) => plain('AT+CGATT=0', 75_000),
};

const CONTEXT_TYPES: readonly ContextParameters['type'][] = ['IPv4', 'IPv6', 'IPv4v6'];

function modeOf(mode: AccessMode): Bc66Mode {
  return (
    shape.accessModes[Number(choice('mode', mode, shape.accessModes as readonly AccessMode[]))] ?? 'buffer'
  );
}

function narrowed(p: OpenParameters): Bc66OpenParameters {
  const service = Number(choice('service', p.service, shape.services as readonly ServiceType[]));
  return { ...p, service: shape.services[service] ?? 'TCP', mode: modeOf(p.mode) };
}

const TEST_FORMS = [
  ...['QIOPEN', 'QICLOSE', 'QISTATE', 'QISEND', 'QIRD', 'QISENDEX', 'QISWTMD', 'QPING'],
  ...['QNTP', 'QIDNSGIP', 'QICFG', 'QIGETERROR'],
] as const; // bc66 §2

const TIME_PREFIXES = ['+QNTP', '+QNTTP'] as const; // bc66 §2.9, D4

/** Encoders of bc66. What has the name of a command of the other dialects means the same. */
export type Bc66Commands = DialectCommands &
  HexCommands &
  TimeCommands &
  LookupCommands & {
    readonly querySocketsOf: (contextId: number) => Command<readonly SocketStatus[]>;
    readonly sendText: (connectId: number, text: string) => Command<void>;
    readonly switchMode: (connectId: number, mode: AccessMode) => Command<void>;
    readonly ping: (contextId: number, host: string, timeoutS: number, count: number) => Command<void>;
    readonly queryOption: (name: string) => Command<readonly Field[]>;
    readonly setOption: (name: string, values: readonly number[]) => Command<void>;
    readonly queryLastError: () => Command<LastError>;
    readonly queryRanges: RangeQuery<(typeof TEST_FORMS)[number]>;
  };

const commands = {
  ...commonCommands,
  queryRegistration: () => [registration('CEREG', 'eps')], // NB-IoT has no other domain
  ...contextCommands,
  open: (p: OpenParameters) => bc66Open(shape)(narrowed(p)),
  close: bc66Close(shape),
  ...bc66StateCommands(shape),
  ...bc66SendCommands(shape),
  sendInline: bc66SendCommands(shape).sendHex, // D5
  queryLeftovers: () =>
    Array.from({ length: limits.activeContexts }, (_, at) =>
      bc66StateCommands(shape).querySocketsOf(limits.contextIds[0] + at),
    ),
  read: lengthRead(shape),
  switchMode: (id: number, mode: AccessMode) => modeSwitch(shape)(id, modeOf(mode)),
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
  socketStates: BC66_SOCKET_STATES, // bc66 §2.3
  commands,
  ...qiTraits(shape),
  routesUrcs: false,
  isAttachedByNetwork: true,
  moduleOptions: {},
  knowsCdma: false,
  bringUp: [
    ...commonBringUp,
    { command: commands.setOption('dataformat', [0, 0]), required: false }, // D6
    { command: commands.setOption('viewmode', [0]), required: false }, // bc66 §2.11
    { command: plain('AT+CEREG=1'), required: false }, // TS 27.007 §10.1.22: says when the network is lost
  ],
} as const satisfies Dialect & DialectTable<Bc66Commands, Bc66Limits>;
