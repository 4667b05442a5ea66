/** The socket commands of bc66: close and send end behind their OK, data stands in the command line (bc66 chapter 2). */
import { invalid, Refusal } from '../errors.ts';
import type { Firmware } from '../firmware.ts';
import { SOCKET_STATE, type VirtualSocket } from '../virtual-socket.ts';
import { type Call, type CommandTable, ok } from './command.ts';
import { answerWithPayload, receivingCommands } from './receiving.ts';
import { offerPayload } from './send-outcome.ts';
import { fromHex } from './sending.ts';
import { nameCommands, serviceCommands, timeCommand } from './services.ts';
import { connectId, query, socketCommands } from './sockets.ts';

/** Longest send and longest read (bc66 §2.4, §2.5). */
const DATA_LIMIT_BYTES = 700;
/** bc66 §2.3 counts without "listening". */
const SHOWN_CLOSING = 3;

/** OK, and CLOSE OK behind it; CLOSE FAIL if there is nothing to close (bc66 §2.2). */
function close(call: Call): void {
  const { firmware, reply, fields } = call;
  const { timing, armed } = firmware.hardware;
  fields.expectCount(1, 1);
  const socket = firmware.sockets.get(connectId(call));
  reply.final('OK');
  if (socket === undefined) {
    firmware.say('CLOSE FAIL', 'CLOSE FAIL');
    return;
  }
  const delayMs = timing.closeMs + (armed.take('closeSlow')?.ms ?? 0);
  firmware.sockets.close(socket, delayMs, timing.closeTimeoutMs, () => firmware.say('CLOSE OK', 'CLOSE OK'));
}

/** Eight fields, the service as a word (bc66 §2.3) or as a number (bc66 §4.1.1; protocol.md D3). */
function describe({ hardware }: Firmware, socket: VirtualSocket): string {
  const { id, service, port, localPort, contextId } = socket.request;
  const type = hardware.numbersServiceTypes ? (service === 'TCP' ? 1 : 2) : `"${service}"`;
  const state = socket.state === SOCKET_STATE.closing ? SHOWN_CLOSING : socket.state;
  const peer = `${type},"${socket.address}",${port}`;
  // A local port that was assigned automatically shows as 0 (bc66 §4.2.1).
  return `+QISTATE: ${id},${peer},${localPort},${state},${contextId},${socket.accessMode}`;
}

/** AT+QISEND=<id>,<length>,<data>: the data is the rest of the line (bc66 §2.4). */
function send(call: Call): void {
  const match = /^[^,]*,[^,]*,(.*)$/s.exec(call.body);
  if (match === null) call.fields.expectCount(3, 3);
  const typed = match?.[1] ?? '';
  const isHex = call.firmware.settings.value('dataformat') === 1;
  sendPayload(call, isHex ? fromHex(typed) : new Uint8Array(Buffer.from(typed, 'latin1')));
}

/** AT+QISENDEX=<id>,<length>,<hex_string> (bc66 §2.6). */
function sendHex(call: Call): void {
  const { fields } = call;
  fields.expectCount(3, 3);
  sendPayload(call, fromHex(fields.text(2)));
}

function sendPayload(call: Call, payload: Uint8Array | undefined): void {
  const { firmware, reply, fields } = call;
  const id = connectId(call);
  const length = fields.integer(1, 'send_length', 1, DATA_LIMIT_BYTES);
  if (payload === undefined) invalid('the data is not hexadecimal');
  if (payload.length !== length) invalid(`send_length is ${length}, the data has ${payload.length} bytes`);
  if (firmware.isSending) {
    throw new Refusal({ code: 568, violation: 'the result of the last send is still to come (bc66 §4.1.2)' });
  }
  const socket = firmware.sockets.get(id);
  if (socket?.state !== SOCKET_STATE.connected) throw new Refusal({ code: 567 });
  firmware.isSending = true;
  reply.final('OK');
  firmware.timers.after(firmware.hardware.timing.sendMs, () => tellOutcome(firmware, socket, payload));
}

function tellOutcome(firmware: Firmware, socket: VirtualSocket, payload: Uint8Array): void {
  const outcome = offerPayload(firmware, socket, payload);
  const done = (): void => {
    firmware.isSending = false;
  };
  if (outcome === 'silent') {
    done();
    return;
  }
  const result = outcome === 'sent' ? 'SEND OK' : 'SEND FAIL';
  firmware.say(result, result, done);
}

function read(call: Call): void {
  const { firmware, fields } = call;
  fields.expectCount(2, 2);
  const socket = firmware.sockets.get(connectId(call));
  const length = fields.integer(1, 'read_length', 1, DATA_LIMIT_BYTES);
  if (socket === undefined) throw new Refusal({ code: 567 });
  answerWithPayload(call, socket, length);
}

/** The addresses that the network gave (27.007 §10.1.16). */
function showAddresses({ firmware, reply }: Call): void {
  const isThere = firmware.registration.isAttached;
  reply.info(`+CGPADDR: 1${isThere ? ',"10.7.157.1"' : ''}`).final('OK');
}

const { '+QPING': ping } = serviceCommands;
const { '+QIDNSGIP': lookUp } = nameCommands;
const { '+QICFG': configure, '+QIGETERROR': lastError } = receivingCommands;
const { '+QIOPEN': open, '+QISWTMD': switchMode } = socketCommands;

/** See the head of the file. */
export const bc66Commands: CommandTable = {
  '+QIOPEN': { ...open, read: ok },
  '+QICLOSE': { family: 'tcpip', test: '', write: close },
  '+QISTATE': { family: 'tcpip', test: '', write: (call) => query(call, describe) },
  '+QISEND': { family: 'tcpip', test: '+QISEND: (0-4),(1-700),(DATA)', write: send },
  '+QISENDEX': { family: 'tcpip', test: '+QISENDEX: (0-4),(1-700),<hex_string>', write: sendHex },
  '+QIRD': { family: 'tcpip', test: '+QIRD: (0-4),(1-700)', write: read },
  '+QISWTMD': { ...switchMode, test: '+QISWTMD: (0-4),(0-1)', read: ok },
  '+QPING': { ...ping },
  '+QNTP': timeCommand('+QNTP'),
  // The manual spells these two in two ways (protocol.md D4, §1).
  '+QNTTP': timeCommand('+QNTTP'),
  '+QIDNSGIP': { ...lookUp },
  '+QINDSGIP': { ...lookUp },
  '+QICFG': { ...configure },
  '+QIGETERROR': { ...lastError },
  '+CGPADDR': { test: '+CGPADDR: (1)', execute: showAddresses, write: showAddresses },
  '+CGDCONT': { test: '', read: '+CGDCONT: 1,"IPV4V6","internet"', write: ok },
};
