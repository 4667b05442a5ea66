/** Encoders for connections and for the server. */
import { choice, integer, quotedChoice } from '../arguments.ts';
import { endingLater, plain, query } from '../common.ts';
import type { Command } from '../dialect.ts';
import {
  forConnection,
  type GsmConnection,
  type GsmOpenParameters,
  type GsmRole,
  type GsmService,
  hostName,
  limits,
  ROLES,
  SERVICES,
} from './parameters.ts';
import {
  connectionList,
  type GsmListenPorts,
  type GsmStatus,
  listenPorts,
  serverState,
  stackState,
} from './replies.ts';

/** The work is the module's alone: no network is asked. */
const SERVER_OK_MS = 3_000;
const OPEN_FAILURES = ['CONNECT FAIL', 'ALREADY CONNECT'] as const; // D25

function opening(p: GsmOpenParameters): Command<void> {
  const service = quotedChoice('service', p.service, SERVICES);
  const port = integer('port', p.remotePort, 1, 65_535);
  const text = `AT+QIOPEN${forConnection(p.connection, service, hostName(p.host), port)}`; // gsm §3.1, §3.3
  const success = p.isTransparent ? 'CONNECT' : 'CONNECT OK'; // gsm §4.1
  // A result that does not come is answered by a close, not by a reset (protocol §2).
  const command: Command<void> = { ...plain(text, limits.openTimeoutMs), onSilence: 'in doubt' };
  return endingLater(command, [success], OPEN_FAILURES);
}

function closing(text: string, timeoutMs: number): Command<void> {
  integer('close timeout', Math.ceil(timeoutMs / 1000), 1, 65_535); // the module takes none: only the wait
  return { ...plain(text, timeoutMs), successes: ['CLOSE OK'] }; // gsm §5.4, D18
}

function listening(service?: GsmService, clients?: number): Command<void> {
  const parts: string[] = [];
  if (service !== undefined || clients !== undefined)
    parts.push(choice('service', service ?? 'TCP', SERVICES));
  if (clients !== undefined) parts.push(integer('clients', clients, 1, limits.serverClients));
  const text = parts.length === 0 ? 'AT+QISERVER' : `AT+QISERVER=${parts.join(',')}`;
  return { ...endingLater(plain(text), ['SERVER OK'], []), laterTimeoutMs: SERVER_OK_MS }; // gsm §3.2, §3.4
}

/** Answers of these come behind the OK. */
function statusQuery<T>(text: string, most: number, parse: Command<T>['parse']): Command<T> {
  return {
    ...query(text, '+QISTATE', () => undefined),
    linesAfterOk: { least: 1, most },
    parse,
  };
}

const CONNECTIONS = limits.connectIds[1] - limits.connectIds[0] + 1;

/** Encoders that open, close and list connections. */
export const connectionCommands = {
  open: opening,
  close: (connection: GsmConnection, timeoutMs: number) =>
    closing(`AT+QICLOSE${forConnection(connection)}`, timeoutMs), // gsm §5.4
  /** Stops listening. Of a single connection, only after it was closed: the first close is its own. */
  closeServer: (timeoutMs: number) => closing('AT+QICLOSE', timeoutMs), // gsm §3.2, §3.4
  listen: listening,
  /** Which connections the next sends, closes and queries are about. */
  selectRole: (role: GsmRole) => plain(`AT+QISRVC=${choice('role', role, ROLES, 1)}`), // gsm §3.2
  setListenPort: (service: GsmService, port: number) =>
    plain(`AT+QILPORT=${quotedChoice('service', service, SERVICES)},${integer('port', port, 0, 65_535)}`), // not in this manual: from the modules' command manuals
  queryListenPorts: (): Command<GsmListenPorts> => ({
    ...plain('AT+QILPORT?'), // gsm §3.2
    parse: listenPorts,
  }),
  /** With QIMUX=0. */
  queryStack: () => statusQuery<string>('AT+QISTAT', 1, stackState), // gsm §5.6.2
  /** With QIMUX=1. */
  queryConnections: () => statusQuery<GsmStatus>('AT+QISTATE', 1 + CONNECTIONS, connectionList), // gsm §5.6.2
  queryServer: () => statusQuery<string>('AT+QISSTAT', 1, serverState), // gsm §5.6.2
} as const;
