/** Readers of the answers of gsm. Many of its lines have no prefix. */
import type { Field } from '../../../streams/fields.ts';
import { numberAt, textAt } from '../arguments.ts';
import type { Answer, DatagramHeader } from '../dialect.ts';

/** What `AT+QIRD` announces. */
export interface GsmReadHeader extends DatagramHeader {
  /** `TCP` or `UDP`, where it is printed. */
  readonly protocol: string | undefined;
}

/** One connection in the answer to `AT+QISTATE`. Its state is a text: `INITIAL`, `CONNECTED` … */
export interface GsmConnectionStatus {
  /** Index of the connection. */
  readonly connectId: number;
  /** `TCP` or `UDP`; empty when it was never opened. */
  readonly serviceType: string;
  /** Address of the peer. */
  readonly remoteAddress: string;
  /** Port of the peer. */
  readonly remotePort: number;
  /** As printed. */
  readonly state: string;
}

/** Answer to `AT+QISTATE`: the state of the stack, and of every connection. */
export interface GsmStatus {
  /** State of the stack: `IP INITIAL`, `IP STATUS` … */
  readonly stack: string;
  /** One entry an index; none with QIMUX=0. */
  readonly connections: readonly GsmConnectionStatus[];
}

/** Answer to `AT+QILPORT?`. */
export interface GsmListenPorts {
  /** Port of the TCP server. */
  readonly tcp: number;
  /** Port of the UDP server. */
  readonly udp: number;
}

const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** The lines that have no `+NAME:` in front, by the texts that must match. */
function bareMatches({ lines }: Answer, form: RegExp): readonly RegExpExecArray[] {
  return lines.flatMap(({ prefix, text }) => {
    const match = prefix === null ? form.exec(text) : null;
    return match === null ? [] : [match];
  });
}

/** The address that is the whole answer to `AT+QILOCIP` (gsm §3). */
export function localAddress(answer: Answer): string | undefined {
  return [answer.result, ...answer.lines.map(({ text }) => text)].find((text) => ADDRESS.test(text));
}

/** The bare addresses behind the OK of `AT+QIDNSGIP` (gsm §8.2). */
export function addresses(answer: Answer): readonly string[] | undefined {
  const texts = bareMatches(answer, ADDRESS).map(([text]) => text);
  return texts.length > 0 ? texts : undefined;
}

/** `STATE: <text>` (gsm §5.6.2). */
export function stackState(answer: Answer): string | undefined {
  return bareMatches(answer, /^STATE:\s*(\S.*)$/)[0]?.[1];
}

/** `S: <text>`, with the spelling LISTENNING (gsm §5.6.2, D20). */
export function serverState(answer: Answer): string | undefined {
  return bareMatches(answer, /^S:\s*(\S.*)$/)[0]?.[1];
}

/** `TCP: <port>` and `UDP: <port>` (gsm §3.2, D20). */
export function listenPorts(answer: Answer): GsmListenPorts | undefined {
  const ports = new Map(
    bareMatches(answer, /^(TCP|UDP):\s*(\d{1,5})$/).map(([, name, port]) => [name, Number(port)]),
  );
  const [tcp, udp] = [ports.get('TCP'), ports.get('UDP')];
  return tcp === undefined || udp === undefined ? undefined : { tcp, udp };
}

/** `+QISTATE: <index>,<service>,<address>,<port>,<state>`; a free index has empty fields (gsm §5.6.2). */
function connectionStatus(fields: readonly Field[]): GsmConnectionStatus | undefined {
  const connectId = numberAt(fields, 0);
  const state = textAt(fields, 4);
  if (connectId === undefined || state === undefined) return undefined;
  return {
    connectId,
    serviceType: textAt(fields, 1) ?? '',
    remoteAddress: textAt(fields, 2) ?? '',
    remotePort: numberAt(fields, 3) ?? 0,
    state,
  };
}

/** The whole answer to `AT+QISTATE`. */
export function connectionList(answer: Answer): GsmStatus | undefined {
  const stack = stackState(answer);
  const rows = answer.lines.filter(({ prefix }) => prefix === '+QISTATE');
  const connections = rows.flatMap(({ fields }) => connectionStatus(fields) ?? []);
  return stack === undefined || connections.length < rows.length ? undefined : { stack, connections };
}

/** `+QIRD:<address>:<port>,<protocol>,<length>`; nothing at all when the buffer is empty (gsm §5.3.2). */
export function readHeader(fields: readonly Field[] | undefined): GsmReadHeader | undefined {
  const nothing = { lengthBytes: 0, address: undefined, port: undefined, protocol: undefined };
  if (fields === undefined) return nothing;
  const lengthBytes = numberAt(fields, 2);
  const peer = /^(.*):(\d{1,5})$/.exec(textAt(fields, 0) ?? '');
  if (lengthBytes === undefined || peer === null) return undefined;
  return { lengthBytes, address: peer[1], port: Number(peer[2]), protocol: textAt(fields, 1) };
}
