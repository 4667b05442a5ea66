/** Readers of the answers that the dialects with connect ids share: fields of one line → meaning. */
import type { Field } from '../../../streams/fields.ts';
import { numberAt, textAt } from '../arguments.ts';
import type {
  ContextParameters,
  ContextStatus,
  DatagramHeader,
  LastError,
  ReceiveCounters,
  SendCounters,
  SocketState,
  SocketStatus,
  TimeSync,
} from '../dialect.ts';

/** Names of `<authentication>`, from 0 (lte §2.1.1, ugxx §2.1, rg §2.3.2). */
export const AUTHENTICATIONS = ['none', 'PAP', 'CHAP', 'PAP or CHAP'] as const;

/** `+QIACT: <id>,<state>,<type>[,<address>[,<address>]]` (lte §2.1.2, ugxx §2.2, rg §2.3.3, §2.3.5). */
export function contextStatus(fields: readonly Field[]): ContextStatus | undefined {
  const id = numberAt(fields, 0);
  const state = numberAt(fields, 1);
  if (id === undefined || state === undefined) return undefined;
  return { id, active: state === 1, addresses: fields.slice(3).map(String) };
}

/** `+QICSGP: <type>,<apn>,<user>,<password>,<authentication>` (lte §2.1.1, ugxx §2.1, rg §2.3.2). */
export function contextParameters(types: readonly ContextParameters['type'][]) {
  return (fields: readonly Field[]): Omit<ContextParameters, 'id'> | undefined => {
    const type = types[(numberAt(fields, 0) ?? 0) - 1];
    if (type === undefined) return undefined;
    return {
      type,
      apn: textAt(fields, 1) ?? '',
      username: textAt(fields, 2) ?? '',
      password: textAt(fields, 3) ?? '',
      authentication: AUTHENTICATIONS[numberAt(fields, 4) ?? 0] ?? 'none',
    };
  };
}

/** Numbers of `<socket_state>` (lte §2.1.6, rg §2.3.9). */
export const SOCKET_STATES: Readonly<Record<number, SocketState>> = {
  0: 'initial',
  1: 'opening',
  2: 'connected',
  3: 'listening',
  4: 'closing',
};

/** The ten fields of `+QISTATE` (lte §2.1.6, rg §2.3.9). */
export function socketStatus(fields: readonly Field[]): SocketStatus | undefined {
  const [connectId, remotePort, localPort, state] = [0, 3, 4, 5].map((at) => numberAt(fields, at));
  const service = textAt(fields, 1);
  if (connectId === undefined || state === undefined || service === undefined) return undefined;
  return {
    connectId,
    serviceType: service,
    remoteAddress: textAt(fields, 2) ?? '',
    remotePort: remotePort ?? 0,
    localPort: localPort ?? 0,
    state: SOCKET_STATES[state] ?? 'initial',
    contextId: numberAt(fields, 6) ?? 0,
    accessMode: numberAt(fields, 8) ?? 0,
    ...(fields.length > 9 && { modulePort: String(fields[9]) }),
  };
}

/** `+QISEND: <sent>,<acknowledged>,<unacknowledged>` (lte §2.1.7, rg §2.3.10), `+QISACK` (gsm §5.2.2). */
export function sendCounters(fields: readonly Field[]): SendCounters | undefined {
  const [sentBytes, acknowledgedBytes, unacknowledgedBytes] = [0, 1, 2].map((at) => numberAt(fields, at));
  if (sentBytes === undefined || acknowledgedBytes === undefined || unacknowledgedBytes === undefined) {
    return undefined;
  }
  return { sentBytes, acknowledgedBytes, unacknowledgedBytes };
}

/** `+QIRD: <received>,<read>,<unread>`, the answer to `AT+QIRD=<id>,0` (lte §2.1.8, rg §2.3.11). */
export function receiveCounters(fields: readonly Field[]): ReceiveCounters | undefined {
  const [receivedBytes, readBytes, unreadBytes] = [0, 1, 2].map((at) => numberAt(fields, at));
  if (receivedBytes === undefined || readBytes === undefined || unreadBytes === undefined) return undefined;
  return { receivedBytes, readBytes, unreadBytes };
}

/** `+QIRD: <length>[,<address>,<port>]` of a service socket (lte §2.1.8, rg §2.3.11). */
export function datagramHeader(fields: readonly Field[]): DatagramHeader | undefined {
  const lengthBytes = numberAt(fields, 0);
  if (lengthBytes === undefined) return undefined;
  return { lengthBytes, address: textAt(fields, 1), port: numberAt(fields, 2) };
}

/** `+QIGETERROR: <err>,<text>`, whose text may have commas (lte §2.1.17, rg §2.3.16, bc66 §2.12). */
export function lastError(fields: readonly Field[]): LastError | undefined {
  const error = numberAt(fields, 0);
  return error === undefined ? undefined : { error, text: fields.slice(1).join(',') };
}

/** `+QNTP: <server>,<port>` while the time is being asked for (lte §2.1.12, bc66 §2.9). */
export function timeSync(fields: readonly Field[]): TimeSync | undefined {
  const server = textAt(fields, 0);
  const port = numberAt(fields, 1);
  return server === undefined || port === undefined ? undefined : { server, port };
}
