/** Wire events in the words of the transcript format: one JSON object each. */

import type { Urc } from '../../streams/urcs.ts';
import type { PayloadHeader, WireEvent } from '../../streams/wire-event.ts';

/** An event as it is printed. */
export type DecodedEvent = Readonly<Record<string, unknown>> & { readonly type: string };

const hexOf = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString('hex');

function payloadMembers(header: PayloadHeader, payload: readonly Uint8Array[]): object {
  const { lengthBytes, address, port, protocol, remainingBytes, isDecodedFromHex } = header;
  return {
    length: lengthBytes,
    ...(address !== undefined && { address }),
    ...(port !== undefined && { port }),
    ...(protocol !== undefined && { protocol }),
    ...(remainingBytes !== undefined && { remaining: remainingBytes }),
    data_hex: hexOf(payload),
    ...(isDecodedFromHex === true && { decoded_from_hex: true }),
  };
}

function info(event: WireEvent & { kind: 'info' }): DecodedEvent {
  const { line, payload, header, isBehindFinal } = event;
  const behind = isBehindFinal === true ? { after_final: true } : {};
  if (header) return { type: 'info', prefix: line.prefix, ...payloadMembers(header, payload), ...behind };
  if (line.prefix === null) return { type: 'info', prefix: null, text: line.text, ...behind };
  return { type: 'info', prefix: line.prefix, fields: line.fields, ...behind };
}

function final(event: WireEvent & { kind: 'final' }): DecodedEvent {
  const { result, connectId, numeric, address } = event;
  const kind = /^\+(CM[ES] ERROR)/.exec(result)?.[1];
  const code = kind && result.slice(kind.length + 1).replace(/^[ :]+/, '');
  return {
    type: 'final',
    ...(kind === undefined ? { result } : { result: kind, code }),
    ...(connectId !== undefined && { connectId }),
    ...(numeric !== undefined && { numeric }),
    ...(address !== undefined && { address }),
  };
}

/** Members of URCs that have another name or shape in the format. */
function urcMembers(urc: Urc): object {
  switch (urc.name) {
    case 'recv': {
      const { lengthBytes, ...rest } = urc;
      return { ...rest, ...(lengthBytes !== undefined && { length: lengthBytes }) };
    }
    case 'qirdi': {
      const { contextId, packetLengthBytes, unreadBytes, ...rest } = urc;
      return {
        ...rest,
        context: contextId,
        ...(packetLengthBytes !== undefined && { packetLength: packetLengthBytes }),
        ...(unreadBytes !== undefined && { unread: unreadBytes }),
      };
    }
    case 'receive':
    case 'ipd': {
      const { lengthBytes, localAddress, ...rest } = urc;
      return {
        ...rest,
        length: lengthBytes,
        ...(localAddress !== undefined && { local_address: localAddress }),
      };
    }
    case 'registration':
      return { name: 'cereg', fields: urc.fields };
    default:
      return urc;
  }
}

function urc(event: WireEvent & { kind: 'urc' }): DecodedEvent {
  if (event.urc.name === 'registration' && event.urc.domain !== 'eps')
    return { type: 'unknown', text: event.text };
  const payload = event.header ? payloadMembers(event.header, event.payload) : {};
  return { type: 'urc', ...urcMembers(event.urc), ...payload };
}

/** Puts a wire event into the words of the format. */
export function decoded(event: WireEvent): DecodedEvent {
  switch (event.kind) {
    case 'echo':
      return { type: 'echo', command: event.command };
    case 'prompt':
      return { type: 'prompt' };
    case 'final':
      return final(event);
    case 'info':
      return info(event);
    case 'urc':
      return urc(event);
    case 'data':
      return { type: 'data', data_hex: Buffer.from(event.bytes).toString('hex') };
    case 'unknown':
      return { type: 'unknown', text: event.text };
    case 'garbage':
      return { type: 'unknown', garbage: event.reason, length: event.lengthBytes };
  }
}
