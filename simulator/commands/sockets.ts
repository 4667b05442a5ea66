/** Opening, closing and listing sockets (lte §2.1.4 to §2.1.6, §2.1.10). */
import { CONTEXT_IDS } from '../contexts.ts';
import { invalid, Refusal } from '../errors.ts';
import type { Firmware } from '../firmware.ts';
import { CONNECT_IDS } from '../socket-table.ts';
import { SOCKET_STATE, type SocketRequest, type VirtualSocket } from '../virtual-socket.ts';
import type { Call, CommandTable } from './command.ts';

const SERVICES = ['TCP', 'UDP', 'TCP SERVICE', 'TCP LISTENER', 'UDP SERVICE', 'UDP LISTENER'];
const PORT_MAX = 65_535;
const HOST_LIMIT_BYTES = 255;

/** Reads a connect id. */
export function connectId({ fields }: Call, at = 0): number {
  return fields.integer(at, 'connectID', CONNECT_IDS.min, CONNECT_IDS.max);
}

function readRequest(call: Call): SocketRequest {
  const { fields } = call;
  fields.expectCount(5, 7);
  const contextId = fields.integer(0, 'contextID', CONTEXT_IDS.min, CONTEXT_IDS.max);
  const id = connectId(call, 1);
  const service = fields.string(2, 'service_type', 16);
  if (!SERVICES.includes(service)) invalid(`unknown service_type ${service}`);
  const host = fields.string(3, 'IP_address', HOST_LIMIT_BYTES);
  if (host === '') invalid('IP_address is empty');
  const port = fields.integer(4, 'remote_port', 0, PORT_MAX);
  const localPort = fields.integer(5, 'local_port', 0, PORT_MAX, 0);
  return {
    id,
    contextId,
    service,
    host,
    port,
    localPort,
    accessMode: fields.integer(6, 'access_mode', 0, 2, 0),
  };
}

function open(call: Call): void {
  const { firmware, reply } = call;
  const request = readRequest(call);
  // Seam: UDP, listeners and transparent mode come with their own tables.
  if (request.service !== 'TCP' || request.accessMode === 2) throw new Refusal({ code: 555 });
  const context = firmware.contexts.get(request.contextId);
  if (context.state !== 'active') throw new Refusal({ code: context.state === 'lost' ? 570 : 561 });
  const present = firmware.sockets.get(request.id);
  if (present?.openFailed) {
    throw new Refusal({ code: 563, violation: 'the last open of this id failed: AT+QICLOSE comes first' });
  }
  if (present) throw new Refusal({ code: 563 });
  const report = (error: number): void => {
    firmware.lastError = error;
    firmware.say('+QIOPEN', `+QIOPEN: ${request.id},${error}`);
    const socket = firmware.sockets.get(request.id);
    if (socket && socket.unreadBytes > 0) firmware.announce(socket);
  };
  reply.final('OK');
  const failure = firmware.hardware.armed.take('openFail');
  if (failure) firmware.sockets.openInVain(request, failure.err ?? 566, report);
  else firmware.sockets.open(request, report);
}

function close(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(1, 2);
  const socket = firmware.sockets.get(connectId(call));
  const { timing, armed } = firmware.hardware;
  const limitMs = fields.has(1) ? fields.integer(1, 'timeout', 0, 65_535) * 1000 : timing.closeTimeoutMs;
  if (socket === undefined) {
    reply.final('OK');
    return;
  }
  const slowMs = armed.take('closeSlow')?.ms ?? 0;
  firmware.sockets.close(socket, timing.closeMs + slowMs, limitMs, () => reply.final('OK'));
}

function describe(firmware: Firmware, socket: VirtualSocket): string {
  const { contextId, service, port, id } = socket.request;
  const peer = `"${service}","${socket.address}",${port}`;
  const place = `${contextId},${id},${socket.accessMode},"${firmware.hardware.atPort}"`;
  return `+QISTATE: ${id},${peer},${socket.localPort},${socket.state},${place}`;
}

function list({ firmware, reply }: Call, chosen: (socket: VirtualSocket) => boolean = () => true): void {
  const lines = firmware.sockets.all.filter(chosen).map((socket) => describe(firmware, socket));
  reply.info(...lines).final('OK');
}

function query(call: Call): void {
  call.fields.expectCount(2, 2);
  if (call.fields.integer(0, 'query_type', 0, 1) === 1) {
    const id = connectId(call, 1);
    list(call, (socket) => socket.id === id);
    return;
  }
  const context = call.fields.integer(1, 'contextID', CONTEXT_IDS.min, CONTEXT_IDS.max);
  list(call, (socket) => socket.request.contextId === context);
}

function switchMode(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(2, 2);
  const id = connectId(call);
  const mode = fields.integer(1, 'access_mode', 0, 2);
  const socket = firmware.sockets.get(id);
  if (socket === undefined) throw new Refusal({ code: 567 });
  if (mode === 2) throw new Refusal({ code: 555 });
  if (socket.state !== SOCKET_STATE.connected) throw new Refusal({ code: 567 });
  socket.accessMode = mode;
  reply.final('OK');
  if (mode === 1 && socket.unreadBytes > 0) firmware.announce(socket);
}

/** See the head of the file. */
export const socketCommands: CommandTable = {
  '+QIOPEN': {
    family: 'tcpip',
    test:
      '+QIOPEN: (1-16),(0-11),"TCP/UDP/TCP LISTENER/UDP SERVICE",' +
      '"<IP_address>/<domain_name>",<remote_port>,<local_port>,(0-2)',
    write: open,
  },
  '+QICLOSE': { family: 'tcpip', test: '+QICLOSE: (0-11),(0-65535)', write: close },
  '+QISTATE': {
    family: 'tcpip',
    test: '',
    read: (call) => list(call),
    execute: (call) => list(call),
    write: query,
  },
  '+QISWTMD': { family: 'tcpip', test: '+QISWTMD: (0-11),(0-2)', write: switchMode },
};
