import type { Field } from '../../../streams/fields.ts';
import { hexDigits, integer, numberAt } from '../arguments.ts';
import { firstLine, plain, query, sending } from '../common.ts';
import type { Command } from '../dialect.ts';
import { datagramHeader, receiveCounters, sendCounters } from './replies.ts';
import { connectId, hostName, portNumber, type ShapePart } from './shape.ts';

/** A read whose answer announces counted payload. */
function reading<T>(text: string, read: (fields: readonly Field[]) => T | undefined): Command<T> {
  return query(text, '+QIRD', firstLine(read));
}

/** Encoder of `AT+QIRD=<id>,<length>`, whose answer begins with the number of bytes. */
export function lengthRead(shape: ShapePart<'limits'>) {
  return (id: number, length: number): Command<number> =>
    reading(
      `AT+QIRD=${connectId(shape, id)},${integer('length', length, 1, shape.limits.readBytes)}`,
      (fields) => numberAt(fields, 0),
    ); // lte §2.1.8, rg §2.3.11, bc66 §2.5
}

/** Encoders that move data. */
export function transferCommands(shape: ShapePart<'limits' | 'hostBytes'>) {
  const start = (id: number, length: number): string =>
    `AT+QISEND=${connectId(shape, id)},${integer('length', length, 1, shape.limits.sendBytes)}`;
  return {
    send: (id: number, length: number) => sending(start(id, length)), // lte §2.1.7, rg §2.3.10
    sendOpenEnded: (id: number) => sending(`AT+QISEND=${connectId(shape, id)}`), // lte §2.1.7, rg §2.3.10
    sendTo: (id: number, length: number, address: string, port: number) =>
      sending(`${start(id, length)},${hostName(shape, 'address', address)},${portNumber(port, 1)}`), // UDP SERVICE
    querySent: (id: number) =>
      query(`AT+QISEND=${connectId(shape, id)},0`, '+QISEND', firstLine(sendCounters)),
    read: lengthRead(shape),
    readDatagram: (id: number) => reading(`AT+QIRD=${connectId(shape, id)}`, datagramHeader),
    queryReceived: (id: number) =>
      query(`AT+QIRD=${connectId(shape, id)},0`, '+QIRD', firstLine(receiveCounters)),
  };
}

const HEX_SEND_BYTES = 512 / 2; // lte §2.1.9: 512 bytes of hexadecimal text

/** Encoder of `AT+QISENDEX` with the result in place of OK. */
export function hexSend(shape: ShapePart<'limits'>) {
  return (id: number, bytes: Uint8Array): Command<void> => {
    const hex = hexDigits('length', bytes, HEX_SEND_BYTES);
    const front = `AT+QISENDEX=${connectId(shape, id)},`;
    return {
      ...plain(`${front}"${hex}"`), // lte §2.1.9
      redacted: `${front}(payload)`,
      successes: ['SEND OK'],
      failures: ['SEND FAIL'],
    };
  };
}
