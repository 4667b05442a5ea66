/** Sending, counters, reading (gsm §5.2, §5.3.2). */
import type { Call, CommandTable } from '../../commands/command.ts';
import { offerPayload } from '../../commands/send-outcome.ts';
import { Refusal } from '../../errors.ts';
import type { Firmware } from '../../firmware.ts';
import type { Reply } from '../../reply.ts';
import { SOCKET_STATE, type VirtualSocket } from '../../virtual-socket.ts';
import type { GsmContext } from '../stack.ts';
import { TypedPayload } from '../typed-payload.ts';
import { indexOf } from './connections.ts';

/** Longest send (gsm §3.1), and longest read. */
const SEND_LIMIT_BYTES = 1460;
const READ_LIMIT_BYTES = 1500;

/** The connection that AT+QISRVC and an index mean. */
function connected(call: Call, context: GsmContext): VirtualSocket {
  const { gsm, sockets } = call.firmware;
  const socket = gsm.connection(sockets, context, gsm.roleOf(sockets, context), indexOf(call, context));
  if (socket?.state !== SOCKET_STATE.connected) throw new Refusal({ code: 567 });
  return socket;
}

function send(call: Call): void {
  const { firmware, reply, fields, body } = call;
  const context = firmware.gsm.foreground;
  const { mux } = context;
  if (body !== '') fields.expectCount(1, 1 + mux);
  const hasLength = body !== '' && fields.count > mux;
  const length = hasLength ? fields.integer(mux, 'length', 1, SEND_LIMIT_BYTES) : undefined;
  const socket = connected(call, context);
  // In transparent mode data goes the way of data mode (gsm chapter 4).
  if (context.mode === 1) throw new Refusal({ code: 572 });
  takePayload(firmware, reply, socket, length);
}

function takePayload(
  firmware: Firmware,
  reply: Reply,
  socket: VirtualSocket,
  lengthBytes: number | undefined,
): void {
  const { hardware, timers, gsm } = firmware;
  // gsm §5.2.2.2 lets ESC cancel this form too, modules in the field do not (protocol.md D26).
  const escCancels = lengthBytes === undefined || hardware.escCancelsSend;
  const rule = { lengthBytes, limitBytes: SEND_LIMIT_BYTES, escCancels };
  const typed = new TypedPayload(rule, (payload) => {
    stopTimer();
    firmware.endPayload();
    if (typed.omittedBytes > 0) {
      hardware.violate(`AT+QISEND: ${typed.omittedBytes} bytes beyond ${SEND_LIMIT_BYTES} (gsm §3.1)`);
    }
    if (payload === undefined || payload.length === 0) reply.final('SEND FAIL');
    else timers.after(hardware.timing.sendMs, () => settle(firmware, reply, socket, payload));
  });
  const { isOn, afterS } = gsm.timedSend;
  // gsm §5.2.2.3: the timer starts with the command.
  const stopTimer = isOn ? timers.after(afterS * 1000, () => typed.finish()) : (): void => {};
  firmware.prompt((bytes) => typed.capture(bytes));
}

function settle(firmware: Firmware, reply: Reply, socket: VirtualSocket, payload: Uint8Array): void {
  const outcome = offerPayload(firmware, socket, payload);
  if (outcome === 'silent') reply.silence();
  else if (outcome === 'sent') reply.final('SEND OK');
  else if (outcome === 'full') reply.final('SEND FAIL');
  else firmware.refuse(reply, { code: outcome === 'closed' ? 567 : 558, cme: 100 }, true);
}

/** What the peer has acknowledged; for UDP always nothing (gsm §5.2.2). */
function showAcknowledged(call: Call): void {
  const { firmware, reply, fields, body } = call;
  const context = firmware.gsm.foreground;
  if (body !== '') fields.expectCount(context.mux, context.mux);
  const { acceptedBytes: sent, acknowledgedBytes: acked } = connected(call, context);
  reply.info(`+QISACK: ${sent}, ${acked}, ${sent - acked}`).final('OK');
}

/** AT+QIRD=<context>,<role>,<index>,<length>. What a connection that is over has left can still be read. */
function read(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(4, 4);
  const context = firmware.gsm.of(fields.integer(0, 'id', 0, 1));
  const role = fields.integer(1, 'sc', 1, 2) === 1 ? 'client' : 'server';
  const index = fields.integer(2, 'sid', 0, context.mux === 0 ? 0 : 5);
  const length = fields.integer(3, 'len', 1, READ_LIMIT_BYTES);
  const socket = firmware.gsm.readable(firmware.sockets, context, role, index);
  if (socket?.accessMode !== 0) throw new Refusal({ code: 567 });
  const { bytes } = socket.read(length);
  if (bytes.length === 0) {
    reply.final('OK');
    return;
  }
  firmware.hardware.faults.bytesMoved(bytes.length);
  const source = `${socket.address}:${socket.request.port},${socket.request.service.slice(0, 3)}`;
  reply.payload(`+QIRD:${source},${bytes.length}`, '\r\n', bytes, '').final('OK');
}

/** See the head of the file. */
export const gsmDataCommands: CommandTable = {
  '+QISEND': { family: 'tcpip', test: `+QISEND: (0-5),(1-${SEND_LIMIT_BYTES})`, execute: send, write: send },
  '+QISACK': { family: 'tcpip', test: '', execute: showAcknowledged, write: showAcknowledged },
  '+QIRD': { family: 'tcpip', test: `+QIRD: (0,1),(1,2),(0-5),(1-${READ_LIMIT_BYTES})`, write: read },
};
