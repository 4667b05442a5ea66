/** LTE Standard modules: EC25, EC21, EC20 R2.x, EG25-G, EG21-G, EG91, EG95, EM05.
 *
 * Source: LTE Standard TCP/IP Application Note V1.1 ("lte"); D-numbers are decisions of the protocol digest.
 */
import type { Field } from '../../streams/fields.ts';
import type { Urc } from '../../streams/urcs.ts';
import { flag, numberAt, textAt } from './arguments.ts';
import { COMMAND_TIMEOUT_MS, commonUrcs, HOST_BYTES, moduleErrors, testForms } from './common.ts';
import type {
  Command,
  ContextParameters,
  Dialect,
  DialectCommands,
  DialectLimits,
  RangeQuery,
} from './dialect.ts';
import { qiBringUp, qiCommands } from './qi/commands.ts';
import { contextConfiguration } from './qi/contexts.ts';
import { lteOptions } from './qi/options.ts';
import type { QiShape } from './qi/shape.ts';
import { nameLookup, timeCommands } from './qi/tools.ts';
import { hexSend } from './qi/transfer.ts';

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

/** Parameters of a context on lte. */
export interface LteContextParameters extends ContextParameters {
  /** Whether user name and password are kept for CDMA networks too; left out when not given. */
  readonly savesCredentialsForCdma?: boolean;
}

const TEST_FORMS = [
  ...['QICSGP', 'QIACT', 'QIDEACT', 'QIOPEN', 'QICLOSE', 'QISTATE', 'QISEND', 'QIRD', 'QISENDEX'],
  ...['QISWTMD', 'QPING', 'QNTP', 'QIDNSCFG', 'QIDNSGIP', 'QICFG', 'QISDE', 'QIGETERROR'],
] as const; // lte §2.1

/** Encoders of lte: the shared ones, hexadecimal sends, time and name look-up. */
export interface LteCommands extends Required<DialectCommands> {
  readonly configureContext: (parameters: LteContextParameters) => Command<void>;
  readonly queryRanges: RangeQuery<(typeof TEST_FORMS)[number]>;
}

const commands = {
  ...qiCommands(shape),
  configureContext: (p: LteContextParameters) => {
    const cdma = p.savesCredentialsForCdma;
    const rest = cdma === undefined ? '' : `,${flag('savesCredentialsForCdma', cdma)}`;
    return contextConfiguration(shape, p, rest); // lte §2.1.1
  },
  sendHex: hexSend(shape), // lte §2.1.9
  ...timeCommands(shape), // lte §2.1.12
  resolve: nameLookup(shape), // lte §2.1.14
  queryRanges: testForms(TEST_FORMS),
} as const satisfies LteCommands;

const pair = (name: 'open', fields: readonly Field[]): Urc | undefined => {
  const connectId = numberAt(fields, 0);
  const err = numberAt(fields, 1);
  return connectId === undefined || err === undefined ? undefined : { name, connectId, err };
};

// lte §2.2.2: length with a payload in direct push, without one where `recvind` is 1 (D1)
function received(fields: readonly Field[]): Urc | undefined {
  const connectId = numberAt(fields, 1);
  const lengthBytes = numberAt(fields, 2);
  const address = textAt(fields, 3);
  const remotePort = numberAt(fields, 4);
  if (connectId === undefined) return undefined;
  return {
    name: 'recv',
    connectId,
    ...(lengthBytes !== undefined && { lengthBytes }),
    ...(address !== undefined && { address }),
    ...(remotePort !== undefined && { port: remotePort }),
  };
}

function incoming(fields: readonly Field[]): Urc | undefined {
  const connectId = numberAt(fields, 1);
  const serverId = numberAt(fields, 2);
  const remotePort = numberAt(fields, 4);
  if (connectId === undefined || serverId === undefined || remotePort === undefined) return undefined;
  return { name: 'incoming', connectId, serverId, address: textAt(fields, 3) ?? '', port: remotePort };
}

function pinged(fields: readonly Field[]): Urc | undefined {
  const [result, second, third, fourth, fifth, sixth, seventh] = fields.map((_, at) => numberAt(fields, at));
  if (result === undefined) return undefined;
  if (fields.length === 7) {
    const [sent = 0, lost = 0, min = 0, max = 0, avg = 0] = [second, fourth, fifth, sixth, seventh];
    return { name: 'ping_summary', result, sent, received: third ?? 0, lost, min, max, avg };
  }
  if (fields.length === 1) return { name: 'ping', result };
  const address = textAt(fields, 1);
  const [bytes, time, ttl] = [third, fourth, fifth];
  return {
    name: 'ping',
    result,
    ...(address !== undefined && { address }),
    ...(bytes !== undefined && { bytes }),
    ...(time !== undefined && { time }),
    ...(ttl !== undefined && { ttl }),
  };
}

function resolved(fields: readonly Field[]): Urc {
  const err = numberAt(fields, 1);
  if (err === undefined) return { name: 'dns_result', address: textAt(fields, 1) ?? '' };
  const count = numberAt(fields, 2);
  const ttl = numberAt(fields, 3);
  return {
    name: 'dns_result',
    err,
    ...(count !== undefined && { count }),
    ...(ttl !== undefined && { ttl }),
  };
}

function timed(fields: readonly Field[]): Urc | undefined {
  const err = numberAt(fields, 0);
  const time = textAt(fields, 1);
  return err === undefined ? undefined : { name: 'ntp', err, ...(time !== undefined && { time }) };
}

/** LTE Standard modules (EC2x, EG2x-G, EG9x, EM05) as data. */
export const lte = {
  name: 'lte',
  manual: 'LTE Standard TCP/IP Application Note V1.1, 2019-10',
  models: ['EC25', 'EC21', 'EC20', 'EG25', 'EG21', 'EG91', 'EG95', 'EM05'],
  limits,
  errors: moduleErrors, // lte §4
  socketStates: { 0: 'initial', 1: 'opening', 2: 'connected', 3: 'listening', 4: 'closing' }, // lte §2.1.6
  commands,
  urcs: [
    ...commonUrcs,
    { prefix: '+QIOPEN', read: (fields) => pair('open', fields) }, // lte §2.1.4
    {
      prefix: '+QIURC',
      kind: 'closed', // lte §2.2.1
      read: (fields) => {
        const connectId = numberAt(fields, 1);
        return connectId === undefined ? undefined : { name: 'closed', connectId };
      },
    },
    { prefix: '+QIURC', kind: 'recv', read: received },
    { prefix: '+QIURC', kind: 'incoming', read: incoming }, // lte §2.2.4
    {
      prefix: '+QIURC',
      kind: 'incoming full', // lte §2.2.3, D9
      read: (fields) => {
        const serverId = numberAt(fields, 1);
        return { name: 'incoming_full', ...(serverId !== undefined && { serverId }) };
      },
    },
    {
      prefix: '+QIURC',
      kind: 'pdpdeact', // lte §2.2.5
      read: (fields) => {
        const contextId = numberAt(fields, 1);
        return contextId === undefined ? undefined : { name: 'pdpdeact', contextId };
      },
    },
    { prefix: '+QIURC', kind: 'dnsgip', read: resolved }, // lte §2.1.14
    { prefix: '+QPING', read: pinged }, // lte §2.1.11
    { prefix: '+QNTP', read: timed }, // lte §2.1.12
  ],
  bringUp: qiBringUp(shape, limits.sendInputTimeoutMs),
} as const satisfies Dialect;
