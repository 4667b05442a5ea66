/** Commands in the form that bc66 alone gives them: results behind the OK, data inside the command.
 *
 * Source: BC66 TCPIP AT Commands Manual V1.0 ("bc66"); D-numbers are decisions of the protocol digest.
 */
import type { Field } from '../../streams/fields.ts';
import { bareText, choice, hexDigits, integer, numberAt, textAt } from './arguments.ts';
import { COMMAND_TIMEOUT_MS, endingLater, everyLine, plain, query } from './common.ts';
import type {
  AccessMode,
  Command,
  OpenParameters,
  ServiceType,
  SocketState,
  SocketStatus,
} from './dialect.ts';
import { connectId, contextId, type QiShape, type ShapePart } from './qi/shape.ts';
import { opening } from './qi/sockets.ts';

/** Services of bc66 (bc66 §2.1). */
export type Bc66Service = Extract<ServiceType, 'TCP' | 'UDP'>;
/** Access modes of bc66 (bc66 §1.2). */
export type Bc66Mode = Exclude<AccessMode, 'transparent'>;

/** Parameters of an open on bc66. */
export interface Bc66OpenParameters extends OpenParameters {
  readonly service: Bc66Service;
  readonly mode: Bc66Mode;
  /** Left out when not given: the module then takes IPv4. */
  readonly protocol?: 'IPv4' | 'IPv6';
}

const PROTOCOLS = ['IPv4', 'IPv6'] as const; // bc66 §2.1: from 0

/** Encoder of `AT+QIOPEN` with the protocol type. */
export function bc66Open(shape: QiShape<Bc66Service, Bc66Mode>) {
  return (p: Bc66OpenParameters): Command<void> => {
    const wanted = typeof p.host === 'string' && p.host.includes(':') ? 'IPv6' : p.protocol; // an address of its own kind
    const protocol = wanted === undefined ? '' : `,${choice('protocol', wanted, PROTOCOLS)}`;
    return opening(shape, p, protocol);
  };
}

/** Encoder of `AT+QICLOSE`, which tells the outcome behind the OK. */
export function bc66Close(shape: ShapePart<'limits'>) {
  return (id: number, timeoutMs: number): Command<void> => {
    integer('close timeout', Math.ceil(timeoutMs / 1000), 1, 65_535); // the module takes none: only the wait
    const command = plain(`AT+QICLOSE=${connectId(shape, id)}`, timeoutMs); // bc66 §2.2
    return endingLater(command, ['CLOSE OK'], ['CLOSE FAIL']);
  };
}

/** Numbers of `<socket_state>` (bc66 §2.3): not those of the other dialects. */
export const BC66_SOCKET_STATES: Readonly<Record<number, SocketState>> = {
  0: 'initial',
  1: 'opening',
  2: 'connected',
  3: 'closing',
};

// bc66 §4.1.1, D3: the example has 1 where its own TCP socket should be named
const SERVICE_NUMBERS: Readonly<Record<string, string>> = { 1: 'TCP' };

/** The eight fields of `+QISTATE` (bc66 §2.3): no server id, no port of the module. */
function bc66SocketStatus(fields: readonly Field[]): SocketStatus | undefined {
  const [id, remotePort, localPort, state] = [0, 3, 4, 5].map((at) => numberAt(fields, at));
  const service = textAt(fields, 1);
  if (id === undefined || state === undefined || service === undefined) return undefined;
  return {
    connectId: id,
    serviceType: SERVICE_NUMBERS[service] ?? service,
    remoteAddress: textAt(fields, 2) ?? '',
    remotePort: remotePort ?? 0,
    localPort: localPort ?? 0,
    state: BC66_SOCKET_STATES[state] ?? 'initial',
    contextId: numberAt(fields, 6) ?? 0,
    accessMode: numberAt(fields, 7) ?? 0,
  };
}

/** Encoders of `AT+QISTATE`. */
export function bc66StateCommands(shape: ShapePart<'limits'>) {
  const list = (text: string) => query(text, '+QISTATE', everyLine(bc66SocketStatus));
  return {
    querySocketsOf: (context: number) => list(`AT+QISTATE=0,${contextId(shape, context)}`), // bc66 §2.3
    querySocket: (id: number) => list(`AT+QISTATE=1,${connectId(shape, id)}`), // bc66 §2.3
  };
}

// The OK only acknowledges the command. Without a SEND OK behind it the data may be out all the same, and there
// are no counters to tell.
function sendingInline(text: string): Command<void> {
  return endingLater(
    { ...plain(text, COMMAND_TIMEOUT_MS), onSilence: 'in doubt' },
    ['SEND OK'],
    ['SEND FAIL'],
  );
}

/** Encoders that send: all data stands in the command. */
export function bc66SendCommands(shape: ShapePart<'limits'>) {
  return {
    /** For text without blanks, commas, semicolons and quotation marks; `sendHex` takes everything (D5). */
    sendText: (id: number, text: string) => {
      const data = bareText('text', text, shape.limits.sendBytes);
      return sendingInline(`AT+QISEND=${connectId(shape, id)},${data.length},${data}`); // bc66 §2.4
    },
    sendHex: (id: number, bytes: Uint8Array) => {
      const digits = hexDigits('length', bytes, shape.limits.sendBytes);
      const front = `AT+QISENDEX=${connectId(shape, id)},${bytes.length},`; // bc66 §2.6
      return { ...sendingInline(`${front}${digits}`), redacted: `${front}(payload)` };
    },
  };
}
