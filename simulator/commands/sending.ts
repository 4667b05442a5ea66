/** Sending (lte §2.1.7, §2.1.9, §2.1.16). */
import { isIPv4 } from 'node:net';
import { captureFixed, captureUntilCtrlZ } from '../capture.ts';
import { invalid, Refusal } from '../errors.ts';
import type { Firmware } from '../firmware.ts';
import type { RemoteEndpoint } from '../network.ts';
import type { Reply } from '../reply.ts';
import { SOCKET_STATE, type VirtualSocket } from '../virtual-socket.ts';
import { type Call, type CommandTable, testOf } from './command.ts';
import { offerPayload } from './send-outcome.ts';
import { connectId } from './sockets.ts';

/** Longest payload of a send (lte §2.1.7), and longest string of AT+QISENDEX (lte §2.1.9). */
const SEND_LIMIT_BYTES = 1460;
const HEX_STRING_LIMIT_BYTES = 512;
const HEX = /^(?:[0-9a-f]{2})+$/i;

function send(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(1, 4);
  const socket = firmware.sockets.get(connectId(call));
  const length = fields.count > 1 ? fields.integer(1, 'send_length', 0, SEND_LIMIT_BYTES) : undefined;
  if (socket === undefined) throw new Refusal({ code: 567 });
  if (socket.isListener) throw new Refusal({ code: 572 });
  if (length === 0 && fields.count === 2) {
    const { acceptedBytes: total, acknowledgedBytes: acknowledged } = socket;
    reply.info(`+QISEND: ${total},${acknowledged},${total - acknowledged}`).final('OK');
    return;
  }
  const to = readDestination(call, socket);
  if (length === 0) invalid('there is no send of 0 bytes');
  if (socket.state !== SOCKET_STATE.connected) throw new Refusal({ code: 567 });
  takePayload({ firmware, reply, socket, ...(to && { to }) }, length);
}

/** A UDP SERVICE is told where each datagram goes; nobody else is (lte §2.1.7). */
function readDestination({ fields }: Call, { request }: VirtualSocket): RemoteEndpoint | undefined {
  const isService = request.service === 'UDP SERVICE';
  if (isService !== fields.count > 2) {
    invalid(
      isService ? 'a UDP SERVICE needs remoteIP and remote_port' : `a ${request.service} has one peer only`,
    );
  }
  if (!isService) return undefined;
  fields.expectCount(4, 4);
  const address = fields.string(2, 'remoteIP', 45);
  if (!isIPv4(address)) invalid(`remoteIP must be in dot format, got ${address}`);
  return { address, port: fields.integer(3, 'remote_port', 1, 65_535) };
}

/** One send under way. */
interface Send {
  readonly firmware: Firmware;
  readonly reply: Reply;
  readonly socket: VirtualSocket;
  readonly to?: RemoteEndpoint;
}

function takePayload(send: Send, length: number | undefined): void {
  const { firmware, reply, socket } = send;
  const isHex = firmware.settings.value('dataformat') === 1;
  const echo = (bytes: Uint8Array): void => {
    stopWaiting();
    if (firmware.payloadEcho) firmware.hardware.output.send(bytes);
  };
  const complete = (typed: Uint8Array): void => {
    firmware.endPayload();
    const payload = isHex ? fromHex(Buffer.from(typed).toString('latin1')) : typed;
    if (payload === undefined || payload.length === 0 || payload.length > SEND_LIMIT_BYTES) {
      firmware.hardware.violate(`AT+QISEND=${socket.id}: the payload is empty, too long or not hexadecimal`);
      firmware.refuse(reply, { code: 552, cme: 50 }, true);
      return;
    }
    firmware.timers.after(firmware.hardware.timing.sendMs, () => settle(send, payload));
  };
  const stopWaiting = limitInput(firmware, reply);
  if (length !== undefined) {
    firmware.prompt(captureFixed(isHex ? 2 * length : length, echo, complete));
    return;
  }
  const limit = isHex ? 2 * SEND_LIMIT_BYTES : SEND_LIMIT_BYTES;
  const done = (typed: Uint8Array | undefined): void => {
    stopWaiting();
    if (typed) {
      complete(typed);
      return;
    }
    firmware.endPayload();
    firmware.refuse(reply, { code: 571, cme: 100 }, true);
  };
  firmware.prompt(captureUntilCtrlZ(limit, echo, done));
}

/** AT+QICFG="qisend/timeout": the command ends when nothing is typed (lte §2.1.15, milliseconds). */
function limitInput(firmware: Firmware, reply: Reply): () => void {
  const limitMs = firmware.settings.value('qisend/timeout');
  if (limitMs === 0) return () => {};
  return firmware.timers.after(limitMs, () => {
    firmware.endPayload();
    reply.final('SEND FAIL');
  });
}

/** The payload is complete: take it or not, and say so. SEND FAIL: the buffer is full; ERROR: it failed. */
function settle(send: Send, payload: Uint8Array): void {
  const { firmware, reply, socket, to } = send;
  switch (offerPayload(firmware, socket, payload, to)) {
    case 'closed':
      firmware.refuse(reply, { code: 567, cme: 100 }, true);
      break;
    case 'failed':
      firmware.refuse(reply, { code: 558, cme: 100 }, true);
      break;
    case 'silent':
      reply.silence();
      break;
    case 'full':
      conclude(send, 'SEND FAIL');
      break;
    default:
      conclude(send, 'SEND OK');
  }
}

/** The result, or with AT+QICFG="sendinfo",1 a report and OK whatever it says (rg §2.3.10, protocol.md D22). */
function conclude({ firmware, reply, socket }: Send, result: 'SEND OK' | 'SEND FAIL'): void {
  if (firmware.settings.value('sendinfo') === 0 || socket.request.service === 'UDP SERVICE') {
    reply.final(result);
    return;
  }
  const status = result === 'SEND OK' ? 0 : 1;
  reply.info(`+QISEND: ${socket.id},${status},${Math.max(0, socket.sendRoomBytes)}`).final('OK');
}

function sendHex(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(2, 2);
  const socket = firmware.sockets.get(connectId(call));
  const payload = fromHex(fields.string(1, 'hex_string', HEX_STRING_LIMIT_BYTES));
  if (payload === undefined) invalid('hex_string has characters that are no pairs of hexadecimal digits');
  // lte §2.1.9.
  if (socket?.isListener || socket?.request.service === 'UDP SERVICE') {
    throw new Refusal({ code: 572, violation: `not for a ${socket.request.service}` });
  }
  if (socket?.state !== SOCKET_STATE.connected) throw new Refusal({ code: 567 });
  firmware.timers.after(firmware.hardware.timing.sendMs, () => settle({ firmware, reply, socket }, payload));
}

/** Bytes of hexadecimal digits; `undefined` for what is none. */
export function fromHex(text: string): Uint8Array | undefined {
  return HEX.test(text) ? new Uint8Array(Buffer.from(text, 'hex')) : undefined;
}

/** See the head of the file. */
export const sendingCommands: CommandTable = {
  '+QISEND': { family: 'tcpip', test: testOf('+QISEND'), write: send },
  '+QISDE': {
    family: 'tcpip',
    test: '+QISDE: (0,1)',
    read: ({ firmware, reply }) => reply.info(`+QISDE: ${firmware.payloadEcho ? 1 : 0}`).final('OK'),
    write: ({ firmware, reply, fields }) => {
      fields.expectCount(1, 1);
      firmware.payloadEcho = fields.integer(0, 'echo', 0, 1) === 1;
      reply.final('OK');
    },
  },
};

/** lte §2.1.9. */
export const hexSendCommands: CommandTable = {
  '+QISENDEX': { family: 'tcpip', test: '+QISENDEX: (0-11),<hex_string>', write: sendHex },
};
