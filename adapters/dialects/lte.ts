/** LTE Standard modules: EC25, EC21, EC20 R2.x, EG25-G, EG21-G, EG91, EG95, EM05.
 *
 * Source: LTE Standard TCP/IP Application Note V1.1 ("lte"); D-numbers are decisions of the protocol digest.
 */
import type { Field } from '../../streams/fields.ts';
import type { Urc } from '../../streams/urcs.ts';
import { choice, integer, numberAt, quoted, quotedName, textAt } from './arguments.ts';
import {
  COMMAND_TIMEOUT_MS,
  commonBringUp,
  commonCommands,
  commonUrcs,
  everyLine,
  firstLine,
  moduleErrors,
  plain,
  query,
} from './common.ts';
import type {
  AccessMode,
  Command,
  ContextParameters,
  ContextStatus,
  Dialect,
  OpenParameters,
  ReceiveCounters,
  SendCounters,
  ServiceType,
  SocketStatus,
} from './dialect.ts';

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
} as const;

const CONTEXT_TYPES = ['IPv4', 'IPv6', 'IPv4v6'] as const; // lte §2.1.1: from 1
const AUTHENTICATIONS = ['none', 'PAP', 'CHAP', 'PAP or CHAP'] as const; // lte §2.1.1: from 0
const ACCESS_MODES: readonly AccessMode[] = ['buffer', 'push', 'transparent']; // lte §2.1.4: from 0
const SERVICES: readonly ServiceType[] = [
  'TCP',
  'UDP',
  'TCP LISTENER',
  'UDP SERVICE',
  'TCP SERVICE',
  'UDP LISTENER',
]; // lte §2.1.4
const APN_BYTES = 99; // the manual gives no length: 3GPP TS 23.003 §9.1 allows 100 octets encoded
const CREDENTIAL_BYTES = 127; // lte §2.1.1
const HOST_BYTES = 255; // RFC 1035 §2.3.4
const HEX_SEND_BYTES = 512 / 2; // lte §2.1.9: 512 characters

const context = (id: number): string => integer('context id', id, ...limits.contextIds);
const socket = (id: number): string => integer('connect id', id, ...limits.connectIds);
const port = (value: number, lowest = 0): string => integer('port', value, lowest, 65_535);

// lte §2.1.2: AT+QIACT?
function contextStatus(fields: readonly Field[]): ContextStatus | undefined {
  const id = numberAt(fields, 0);
  const state = numberAt(fields, 1);
  if (id === undefined || state === undefined) return undefined;
  return { id, active: state === 1, addresses: fields.slice(3).map(String) };
}

// lte §2.1.1: AT+QICSGP=<contextID>
function contextParameters(fields: readonly Field[]): Omit<ContextParameters, 'id'> | undefined {
  const type = CONTEXT_TYPES[(numberAt(fields, 0) ?? 0) - 1];
  if (type === undefined) return undefined;
  return {
    type,
    apn: textAt(fields, 1) ?? '',
    username: textAt(fields, 2) ?? '',
    password: textAt(fields, 3) ?? '',
    authentication: AUTHENTICATIONS[numberAt(fields, 4) ?? 0] ?? 'none',
  };
}

// lte §2.1.6: ten fields
function socketStatus(fields: readonly Field[]): SocketStatus | undefined {
  const [connectId, remotePort, localPort, state] = [0, 3, 4, 5].map((at) => numberAt(fields, at));
  const service = textAt(fields, 1);
  if (connectId === undefined || state === undefined || service === undefined) return undefined;
  return {
    connectId,
    serviceType: service,
    remoteAddress: textAt(fields, 2) ?? '',
    remotePort: remotePort ?? 0,
    localPort: localPort ?? 0,
    state,
    contextId: numberAt(fields, 6) ?? 0,
    accessMode: numberAt(fields, 8) ?? 0,
    ...(fields.length > 9 && { modulePort: String(fields[9]) }),
  };
}

// lte §2.1.7: AT+QISEND=<connectID>,0
function sendCounters(fields: readonly Field[]): SendCounters | undefined {
  const [sentBytes, acknowledgedBytes, unacknowledgedBytes] = [0, 1, 2].map((at) => numberAt(fields, at));
  if (sentBytes === undefined || acknowledgedBytes === undefined || unacknowledgedBytes === undefined) {
    return undefined;
  }
  return { sentBytes, acknowledgedBytes, unacknowledgedBytes };
}

// lte §2.1.8: AT+QIRD=<connectID>,0
function receiveCounters(fields: readonly Field[]): ReceiveCounters | undefined {
  const [receivedBytes, readBytes, unreadBytes] = [0, 1, 2].map((at) => numberAt(fields, at));
  if (receivedBytes === undefined || readBytes === undefined || unreadBytes === undefined) return undefined;
  return { receivedBytes, readBytes, unreadBytes };
}

function sending(text: string): Command<void> {
  // Silence after a send is settled by the counters before anything is concluded from it.
  return {
    ...plain(text),
    prompts: true,
    successes: ['SEND OK'],
    failures: ['SEND FAIL'],
    onSilence: 'in doubt',
  };
}

function reading<T>(text: string, read: (fields: readonly Field[]) => T | undefined): Command<T> {
  return { ...query(text, '+QIRD', firstLine(read)), payloadPrefix: '+QIRD' };
}

function openLine(p: OpenParameters): string {
  choice('service', p.service, SERVICES); // a string of the caller's until it is known to be one of these
  const remote = port(p.remotePort, p.service === 'TCP' || p.service === 'UDP' ? 1 : 0);
  const host = quotedName('host', p.host, HOST_BYTES);
  const mode = choice('mode', p.mode, ACCESS_MODES);
  return `AT+QIOPEN=${context(p.contextId)},${socket(p.connectId)},"${p.service}",${host},${remote},${port(p.localPort)},${mode}`;
}

const commands = {
  ...commonCommands,

  queryContexts: () => query('AT+QIACT?', '+QIACT', everyLine(contextStatus)), // lte §2.1.2
  queryContext: (id) => query(`AT+QICSGP=${context(id)}`, '+QICSGP', firstLine(contextParameters)), // lte §2.1.1
  configureContext: (p) => {
    const type = choice('type', p.type, CONTEXT_TYPES, 1);
    const authentication = choice('authentication', p.authentication, AUTHENTICATIONS);
    const front = `AT+QICSGP=${context(p.id)},${type},${quoted('apn', p.apn, APN_BYTES)}`;
    const user = quoted('username', p.username, CREDENTIAL_BYTES);
    const password = quoted('password', p.password, CREDENTIAL_BYTES);
    return {
      ...plain(`${front},${user},${password},${authentication}`), // lte §2.1.1
      redacted: `${front},"***","***",${authentication}`,
    };
  },
  activateContext: (id) => plain(`AT+QIACT=${context(id)}`, 150_000), // lte §2.1.2
  deactivateContext: (id) => plain(`AT+QIDEACT=${context(id)}`, 40_000), // lte §2.1.3

  open: (p) => ({
    ...plain(openLine(p), p.mode === 'transparent' ? limits.openTimeoutMs : COMMAND_TIMEOUT_MS), // lte §2.1.4
    ...(p.mode === 'transparent' && { successes: ['CONNECT'] }),
  }),
  close: (id, timeoutMs) => {
    const seconds = integer('close timeout', Math.ceil(timeoutMs / 1000), 0, 65_535);
    return plain(`AT+QICLOSE=${socket(id)},${seconds}`, timeoutMs + 1000); // lte §2.1.5: the answer may use it up
  },
  querySockets: () => query('AT+QISTATE?', '+QISTATE', everyLine(socketStatus)), // lte §2.1.6
  querySocket: (id) => query(`AT+QISTATE=1,${socket(id)}`, '+QISTATE', everyLine(socketStatus)),

  send: (id, length) => sending(`AT+QISEND=${socket(id)},${integer('length', length, 1, limits.sendBytes)}`),
  sendTo: (id, length, address, remotePort) =>
    sending(
      `AT+QISEND=${socket(id)},${integer('length', length, 1, limits.sendBytes)},${quotedName('address', address, HOST_BYTES)},${port(remotePort, 1)}`,
    ), // lte §2.1.7, UDP SERVICE
  sendHex: (id, bytes) => {
    integer('length', bytes.length, 1, HEX_SEND_BYTES);
    const hex = Buffer.from(bytes).toString('hex').toUpperCase();
    return {
      ...plain(`AT+QISENDEX=${socket(id)},"${hex}"`), // lte §2.1.9
      successes: ['SEND OK'],
      failures: ['SEND FAIL'],
    };
  },
  querySent: (id) => query(`AT+QISEND=${socket(id)},0`, '+QISEND', firstLine(sendCounters)),
  read: (id, length) =>
    reading(`AT+QIRD=${socket(id)},${integer('length', length, 1, limits.readBytes)}`, (fields) =>
      numberAt(fields, 0),
    ), // lte §2.1.8
  readDatagram: (id) =>
    reading(`AT+QIRD=${socket(id)}`, (fields) => {
      const lengthBytes = numberAt(fields, 0);
      if (lengthBytes === undefined) return undefined;
      return { lengthBytes, address: textAt(fields, 1), port: numberAt(fields, 2) };
    }),
  queryReceived: (id) => query(`AT+QIRD=${socket(id)},0`, '+QIRD', firstLine(receiveCounters)),
  switchMode: (id, mode) => ({
    ...plain(`AT+QISWTMD=${socket(id)},${choice('mode', mode, ACCESS_MODES)}`), // lte §2.1.10
    ...(mode === 'transparent' && { successes: ['CONNECT'] }),
  }),

  ping: (id, host, timeoutS, count) =>
    plain(
      `AT+QPING=${context(id)},${quotedName('host', host, HOST_BYTES)},${integer('timeout', timeoutS, 1, 255)},${integer('count', count, 1, 10)}`,
    ), // lte §2.1.11
  syncTime: (id, server, serverPort, set) =>
    plain(
      `AT+QNTP=${context(id)},${quotedName('server', server, HOST_BYTES)},${port(serverPort, 1)},${set ? 1 : 0}`,
    ), // lte §2.1.12
  queryDnsServers: (id) =>
    query(
      `AT+QIDNSCFG=${context(id)}`,
      '+QIDNSCFG',
      firstLine((fields) => fields.slice(1).map(String)),
    ), // lte §2.1.13
  setDnsServers: (id, servers) => {
    integer('number of DNS servers', servers.length, 1, 2);
    const list = servers.map((server) => quotedName('DNS server', server, HOST_BYTES));
    return plain(`AT+QIDNSCFG=${context(id)},${list.join(',')}`); // lte §2.1.13
  },
  resolve: (id, host) => plain(`AT+QIDNSGIP=${context(id)},${quotedName('host', host, HOST_BYTES)}`), // lte §2.1.14
  queryOption: (name) =>
    query(
      `AT+QICFG=${quotedName('option', name, 32)}`,
      '+QICFG',
      firstLine((fields) => fields.slice(1)),
    ), // lte §2.1.15
  setOption: (name, values) =>
    plain(
      `AT+QICFG=${quotedName('option', name, 32)}${values.map((value) => `,${integer(name, value, 0, 524_288)}`).join('')}`,
    ), // lte §2.1.15
  echoSentData: (on) => plain(`AT+QISDE=${on ? 1 : 0}`), // lte §2.1.16
  queryLastError: () =>
    query(
      'AT+QIGETERROR',
      '+QIGETERROR',
      firstLine((fields) => {
        const error = numberAt(fields, 0);
        return error === undefined ? undefined : { error, text: fields.slice(1).join(',') };
      }),
    ), // lte §2.1.17
} as const satisfies Dialect['commands'];

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
  bringUp: [
    ...commonBringUp,
    { command: commands.echoSentData(false), required: false }, // lte §2.1.16
    { command: commands.setOption('dataformat', [0, 0]), required: false }, // D6
    { command: commands.setOption('viewmode', [0]), required: false }, // lte §2.1.15
    { command: commands.setOption('recvind', [0]), required: false }, // lte §2.1.15, D1
    // A host that dies between the prompt and the payload must not leave the module waiting for ever.
    { command: commands.setOption('qisend/timeout', [limits.sendInputTimeoutMs]), required: false },
  ],
} as const satisfies Dialect;
