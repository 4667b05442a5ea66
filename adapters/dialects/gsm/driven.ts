/** The commands of gsm as the machines drive them: one command a call, with what must be selected in front of it.
 *
 *    id ──▶ place (context, role, index) ──▶ AT+QIFGCNT, AT+QISRVC where another is selected ──▶ the encoder of the manual
 */
import { choice } from '../arguments.ts';
import { commonCommands } from '../common.ts';
import type {
  AccessMode,
  Answer,
  Command,
  ContextParameters,
  ContextStatus,
  DialectCommands,
  OpenParameters,
  ServiceType,
  SocketState,
  SocketStatus,
  Step,
} from '../dialect.ts';
import { gsmCommands as manual } from './commands.ts';
import { type GsmConnection, type GsmRole, type GsmService, limits } from './parameters.ts';
import { type GsmPlace, placeOf } from './places.ts';
import type { GsmListenPorts } from './replies.ts';

const CONTEXT_TYPES: readonly ContextParameters['type'][] = ['IPv4']; // gsm §3
/** gsm §4 prints 3 retries, 200 ms, 512 bytes, and lets `+++` leave data mode. Full packets cost less air time. */
const TRANSPARENT = { retries: 3, waitMs: 200, packetBytes: 1024, escapes: true } as const;

const inContext = (id: number): Step => ({
  command: manual.selectContext(id),
  isRequired: true,
  selects: 'context',
}); // gsm §7.1

const asRole = (role: GsmRole): Step => ({
  command: manual.selectRole(role),
  isRequired: role === 'server',
  selects: 'within context',
  isDefault: role === 'client',
}); // gsm §3.2

const step = (command: Command, isRequired = true): Step => ({ command, isRequired });

/** The command in its context, and among the connections of its role. */
function at<T>(id: number, make: (connection: GsmConnection) => Command<T>): Command<T> {
  const { contextId, role, connection } = placeOf(id);
  const command = make(connection === 'server' ? 'only' : connection);
  return { ...command, before: [inContext(contextId), asRole(role)] };
}

function configuration(p: ContextParameters): Command<void> {
  const { id, sharing = 'multiple', showsLength = false } = p;
  choice('type', p.type, CONTEXT_TYPES);
  const isMultiple = sharing === 'multiple';
  const isTransparent = sharing === 'transparent';
  return {
    ...manual.configureContext(p),
    before: [
      inContext(id),
      // Transparent mode and several connections exclude each other: first the one that is switched off.
      ...(isTransparent
        ? [step(manual.setMultiplexing(false)), step(manual.setTransparent(true))]
        : [step(manual.setTransparent(false)), step(manual.setMultiplexing(isMultiple))]),
      ...(isTransparent ? [step(manual.configureTransparent(TRANSPARENT), false)] : []),
      // D7: what a peer sends must never be taken for what the module says. With AT+QIMUX=1 every block has an index
      // and a length already (gsm §5.3.1).
      ...(isTransparent ? [] : [step(manual.showLength(!isMultiple || showsLength), !isMultiple)]),
      step(manual.showProtocol(false), false),
    ],
  };
}

function activation(id: number): Command<string> {
  return {
    ...manual.queryAddress(),
    before: [inContext(id), step(manual.startStack(), false), step(manual.activateContext())],
  }; // gsm §3
}

/** Only a context that is active has an address. */
function activeContext(id: number): Command<readonly ContextStatus[]> {
  const { parse, ...command } = manual.queryAddress();
  const statusOf = (answer: Answer): readonly ContextStatus[] | undefined => {
    if (answer.result === 'ERROR') return [];
    const address = parse?.(answer);
    return address === undefined ? undefined : [{ id, active: true, addresses: [address] }];
  };
  return { ...command, successes: ['ERROR'], before: [inContext(id)], parse: statusOf };
}

const MODES: readonly AccessMode[] = ['buffer', 'push', 'transparent'];
const OPENED = ['TCP', 'UDP', 'TCP LISTENER', 'UDP SERVICE'] as const; // gsm §3.1, §3.2
const IP_ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const serviceOf = ({ service }: OpenParameters): GsmService => (service.startsWith('UDP') ? 'UDP' : 'TCP');

function opening(p: OpenParameters): Command<void> {
  const { contextId, connection } = placeOf(p.connectId);
  choice('service', p.service, OPENED as readonly ServiceType[]);
  choice('mode', p.mode, MODES);
  if (p.service === 'TCP LISTENER' || p.service === 'UDP SERVICE') return listening(p, contextId);
  const isTransparent = p.mode === 'transparent';
  const names: Step = {
    command: manual.useNames(typeof p.host !== 'string' || !IP_ADDRESS.test(p.host)),
    isRequired: false,
    selects: 'within context',
  }; // gsm §8.1
  const { laterResults, successes, failures, ...command } = manual.open({
    connection: connection === 'server' ? 'only' : connection,
    service: serviceOf(p),
    host: p.host,
    remotePort: p.remotePort,
    isTransparent,
  });
  return {
    ...command,
    before: [inContext(contextId), asRole('client'), ...receiving(p.mode), names],
    // CONNECT gives the port away; the other results are notices, so that the other connections go on meanwhile.
    ...(isTransparent && {
      successes: ['CONNECT'],
      failures: failures ?? [],
      laterResults: laterResults ?? [],
    }),
  };
}

/** How what is received reaches the host is said before the connection is opened (gsm §5.3.2). Modules that do not know it
 * push: framed, by what the context was set up with (D7). */
function receiving(mode: AccessMode): readonly Step[] {
  if (mode === 'transparent') return [];
  return [
    {
      command: manual.setBuffering(mode === 'buffer'),
      isRequired: false,
      selects: 'for all',
      ...(mode === 'buffer' && { refusalTells: 'module pushes' as const }),
    },
  ];
}

/** The port is not a parameter of the server: it is set before, where the module lets it be set, and must be right. */
function listening(p: OpenParameters, contextId: number): Command<void> {
  const service = serviceOf(p);
  const wanted = (ports: GsmListenPorts): number => (service === 'TCP' ? ports.tcp : ports.udp);
  const { parse, ...query } = manual.queryListenPorts();
  const isRight = (answer: Answer): GsmListenPorts | undefined => {
    const ports = parse?.(answer);
    return ports !== undefined && wanted(ports) === p.localPort ? ports : undefined;
  };
  return {
    ...manual.listen(service, Math.min(p.clientLimit ?? limits.serverClients, limits.serverClients)),
    before: [
      inContext(contextId),
      ...receiving(p.mode),
      step(manual.setListenPort(service, p.localPort), false),
      step({ ...query, parse: isRight }),
    ],
  };
}

/** gsm §5.6.1, D20. A connection that is none any more: what it still has to say was said. */
const STATES: Readonly<Record<string, SocketState>> = {
  'CONNECT OK': 'connected',
  CONNECTED: 'connected',
  LISTENNING: 'listening',
  LISTENING: 'listening',
  INITIAL: 'closing',
  'IP INITIAL': 'closing',
  CLOSED: 'closing',
  'IP CLOSE': 'closing',
  'PDP DEACT': 'closing',
};

function statusOf(id: number): Command<readonly SocketStatus[]> {
  const place = placeOf(id);
  const before = [inContext(place.contextId), asRole(place.role)];
  const asStatus = (text: string, more: Partial<SocketStatus> = {}): readonly SocketStatus[] => [
    {
      ...{ serviceType: '', remoteAddress: '', remotePort: 0, localPort: 0, ...more },
      connectId: id,
      contextId: place.contextId,
      state: STATES[text] ?? 'opening',
    },
  ];
  if (place.connection === 'server') return mapped(manual.queryServer(), before, (text) => asStatus(text));
  if (place.connection === 'only') return mapped(manual.queryStack(), before, (text) => asStatus(text));
  return mapped(manual.queryConnections(), before, ({ connections }) => {
    const found = connections.find(({ connectId }) => connectId === place.connection);
    return found === undefined ? undefined : asStatus(found.state, { ...found, state: 'opening' });
  });
}

function mapped<A, B>(
  { parse, ...command }: Command<A>,
  before: readonly Step[],
  map: (value: A) => B | undefined,
): Command<B> {
  return {
    ...command,
    before,
    parse: (answer) => {
      const value = parse?.(answer);
      return value === undefined ? undefined : map(value);
    },
  };
}

function reading(id: number, length: number): Command {
  const { contextId, role, connection } = placeOf(id);
  return manual.read({ contextId, role, connectId: bufferOf(connection) }, length); // gsm §5.3.2
}

const bufferOf = (connection: GsmPlace['connection']): number =>
  typeof connection === 'number' ? connection : 0;

/** See the head of the file. */
export const drivenCommands = {
  ...commonCommands,
  queryRegistration: manual.queryRegistration,
  queryContexts: activeContext,
  configureContext: configuration,
  activateContext: activation,
  deactivateContext: (id: number): Command<void> => ({
    ...manual.deactivateContext(),
    before: [inContext(id)],
  }),
  open: opening,
  close: (id: number, timeoutMs: number) => at(id, (connection) => manual.close(connection, timeoutMs)),
  queryLeftovers: () => [], // the set-up deactivates both contexts
  querySocket: statusOf,
  send: (id: number, length: number) => at(id, (connection) => manual.send(connection, length)),
  querySent: (id: number) => at(id, manual.querySent),
  read: reading,
  resume: manual.resume,
  escapeByDtr: manual.escapeByDtr,
  setDnsServers: (id: number, servers: readonly string[]): Command<void> => ({
    ...manual.setDnsServers(servers),
    before: [inContext(id)],
  }),
  /** The port is kept until the addresses are there: a refusal behind the OK would end the next command otherwise. */
  resolveAtOnce: (id: number, host: string): Command<readonly string[]> => ({
    ...manual.resolve(host), // gsm §8.2
    before: [inContext(id)],
  }),
} as const satisfies DialectCommands;
