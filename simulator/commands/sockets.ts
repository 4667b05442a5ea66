/** Opening, closing and listing sockets (lte §2.1.4 to §2.1.6, §2.1.10). */
import { isIP } from 'node:net';
import { localAddress } from '../contexts.ts';
import { invalid, Refusal } from '../errors.ts';
import type { Firmware } from '../firmware.ts';
import { SOCKET_STATE, type SocketRequest, type VirtualSocket } from '../virtual-socket.ts';
import { type Call, type Command, type CommandTable, testOf } from './command.ts';
import { contextId } from './contexts.ts';

const SERVICES = ['TCP', 'UDP', 'TCP LISTENER', 'UDP SERVICE', 'UDP LISTENER'] as const;
/** What a service without a remote takes in place of its address (lte §2.1.4). */
const NO_ADDRESS = '127.0.0.1';
const PORT_MAX = 65_535;
/** rg §2.3.7: most clients of a listener, and the seconds for which a connect is tried again. */
const CLIENT_MAX = 11;
const RETRY_S = { min: 10, max: 150 } as const;

/** Reads a connect id. */
export function connectId({ firmware, fields }: Call, at = 0): number {
  const { min, max } = firmware.hardware.profile.connectIds;
  return fields.integer(at, 'connectID', min, max);
}

function readRequest(call: Call): SocketRequest {
  const { firmware, fields } = call;
  const { services, hostLimitBytes, opensWithLimits, opensByProtocol, accessModeMax } =
    firmware.hardware.profile;
  fields.expectCount(5, opensWithLimits ? 9 : opensByProtocol ? 8 : 7);
  const context = contextId(call);
  const id = connectId(call, 1);
  const name = fields.string(2, 'service_type', 16);
  if (!services.includes(name)) invalid(`unknown service_type ${name}`);
  const host = fields.string(3, 'IP_address', hostLimitBytes);
  if (host === '') invalid('IP_address is empty');
  const port = fields.integer(4, 'remote_port', 0, PORT_MAX);
  const localPort = fields.integer(5, 'local_port', 0, PORT_MAX, 0);
  const accessMode = fields.integer(6, 'access_mode', 0, accessModeMax, 0);
  if (opensByProtocol) checkProtocol(host, fields.integer(7, 'protocol_type', 0, 1, 0));
  const limits = opensWithLimits ? readLimits(call) : {};
  const service = SERVICES.find((known) => known === name);
  if (service === undefined) throw new Refusal({ code: 555 });
  const request = { id, contextId: context, service, host, port, localPort, accessMode, ...limits };
  if (service !== 'TCP' && service !== 'UDP') checkService(request);
  return request;
}

/** rg §2.3.7. */
function readLimits({ fields }: Call): Pick<SocketRequest, 'clientLimit' | 'retryForMs'> {
  const clientLimit = fields.integer(7, 'TCP_client_maxnum', 0, CLIENT_MAX, CLIENT_MAX);
  const retryForMs = 1000 * fields.integer(8, 'connect_timeout', 0, RETRY_S.max, 0);
  if (retryForMs > 0 && retryForMs < 1000 * RETRY_S.min) invalid('connect_timeout must be 0 or 10 to 150');
  return { clientLimit, retryForMs };
}

/** An address must be of the kind that `<protocol_type>` says: 0 IPv4, 1 IPv6 (bc66 §2.1). */
function checkProtocol(host: string, protocol: number): void {
  const family = isIP(host);
  if (family !== 0 && family !== (protocol === 1 ? 6 : 4))
    invalid(`${host} does not fit protocol_type ${protocol}`);
}

/** What a service without a remote must be given (lte §2.1.4). */
function checkService({ service, host, port, localPort }: SocketRequest): void {
  if (host !== NO_ADDRESS) invalid(`the address of a ${service} must be ${NO_ADDRESS}, got ${host}`);
  if (port !== 0) invalid(`the remote_port of a ${service} must be 0, got ${port}`);
  if (localPort === 0) invalid(`a ${service} needs a local_port`);
}

function open(call: Call): void {
  const { firmware, reply } = call;
  const request = readRequest(call);
  const isRare = request.service === 'UDP LISTENER' && !/^EG9[15]$/.test(firmware.hardware.model ?? '');
  const isTransparent = request.accessMode === 2;
  if (isRare || (isTransparent && request.service !== 'TCP')) throw new Refusal({ code: 555 });
  const context = firmware.contexts.get(request.contextId);
  if (context.state !== 'active') throw new Refusal({ code: context.state === 'lost' ? 570 : 561 });
  const present = firmware.sockets.get(request.id);
  if (present?.openFailed) {
    throw new Refusal({ code: 563, violation: 'the last open of this id failed: AT+QICLOSE comes first' });
  }
  if (present) throw new Refusal({ code: 563 });
  const tellsAbandoned = isTransparent || firmware.hardware.profile.contextsComeWithNetwork;
  const failure = firmware.hardware.armed.take('openFail');
  const report = isTransparent ? connecting(call, request.id) : announcing(firmware, request.id);
  if (!isTransparent) reply.final('OK');
  if (failure) firmware.sockets.openInVain(request, failure.err ?? 566, report);
  else firmware.sockets.open(request, report, () => tellsAbandoned && report(570));
}

/** The outcome of an open as a notice. */
function announcing(firmware: Firmware, id: number): (error: number) => void {
  return (error) => {
    firmware.lastError = error;
    firmware.say('+QIOPEN', `+QIOPEN: ${id},${error}`);
    const socket = firmware.sockets.get(id);
    if (socket && socket.unreadBytes > 0) firmware.notices.announce(socket);
  };
}

/** The outcome of a transparent open as the final result. */
function connecting({ firmware, reply }: Call, id: number): (error: number) => void {
  return (error) => {
    const socket = firmware.sockets.get(id);
    if (error === 0 && socket !== undefined) firmware.connect(reply, socket);
    else firmware.refuse(reply, { code: error, cme: 100 }, true);
  };
}

function close(call: Call): void {
  const { firmware, reply, fields } = call;
  const { timing, armed, profile } = firmware.hardware;
  fields.expectCount(1, profile.closesWithTimeout ? 2 : 1);
  const id = connectId(call);
  const socket = firmware.sockets.get(id);
  const limitMs = fields.has(1) ? fields.integer(1, 'timeout', 0, 65_535) * 1000 : timing.closeTimeoutMs;
  if (socket === undefined) {
    if (profile.refusesNeedlessClose) throw new Refusal({ code: 567 });
    reply.final('OK');
    return;
  }
  const slowMs = armed.take('closeSlow')?.ms ?? 0;
  firmware.sockets.close(socket, timing.closeMs + slowMs, limitMs, () => {
    reply.final('OK');
    // rg §2.3.8.
    if (firmware.settings.value('close/mode') === 1) firmware.notices.closed(socket);
  });
}

function describe(firmware: Firmware, socket: VirtualSocket): string {
  const { contextId, service, port, id } = socket.request;
  const address = hasRemote(socket) ? socket.address : listenerAddress(firmware, contextId);
  const peer = `"${service}","${address}",${port}`;
  const place = `${contextId},${socket.serverId},${socket.accessMode},"${firmware.hardware.atPort}"`;
  return `+QISTATE: ${id},${peer},${socket.localPort},${socket.state},${place}`;
}

/** lte §2.1.6: listeners and services show the address of this side. */
function hasRemote({ request: { service } }: VirtualSocket): boolean {
  return service !== 'TCP LISTENER' && service !== 'UDP LISTENER' && service !== 'UDP SERVICE';
}

function listenerAddress({ hardware, contexts }: Firmware, context: number): string {
  return hardware.profile.shownListenerAddress ?? localAddress(contexts.get(context));
}

/** Writes a socket as a line of +QISTATE. */
export type Describe = (firmware: Firmware, socket: VirtualSocket) => string;

function list(
  { firmware, reply }: Call,
  chosen: (socket: VirtualSocket) => boolean = () => true,
  describeSocket: Describe = describe,
): void {
  const lines = firmware.sockets.all.filter(chosen).map((socket) => describeSocket(firmware, socket));
  reply.info(...lines).final('OK');
}

/** AT+QISTATE=<query_type>,<id>. */
export function query(call: Call, describeSocket: Describe = describe): void {
  call.fields.expectCount(2, 2);
  if (call.fields.integer(0, 'query_type', 0, 1) === 1) {
    const id = connectId(call, 1);
    list(call, (socket) => socket.id === id, describeSocket);
    return;
  }
  const context = contextId(call, 1);
  list(call, (socket) => socket.request.contextId === context, describeSocket);
}

function switchMode(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(2, 2);
  const id = connectId(call);
  const mode = fields.integer(1, 'access_mode', 0, firmware.hardware.profile.accessModeMax);
  const socket = firmware.sockets.get(id);
  if (socket === undefined) throw new Refusal({ code: 567 });
  const isOpen = socket.state === SOCKET_STATE.connected || socket.state === SOCKET_STATE.listening;
  if (!isOpen) throw new Refusal({ code: 567 });
  if (mode === 2) {
    if (!isStream(socket)) throw new Refusal({ code: 555 });
    firmware.connect(reply, socket);
    return;
  }
  if (mode !== socket.accessMode) firmware.notices.withdraw(socket);
  socket.accessMode = mode;
  reply.final('OK');
  if (socket.unreadBytes > 0 && !socket.announced) firmware.notices.announce(socket);
}

/** Only a TCP connection can have the port to itself. */
function isStream({ request: { service } }: VirtualSocket): boolean {
  return service === 'TCP' || service === 'TCP INCOMING';
}

/** ATO: back to data mode (lte §1.2). */
function resume({ firmware, reply }: Call): void {
  const socket = firmware.transparent.resumable;
  const { armed } = firmware.hardware;
  if (socket === undefined || armed.take('silentResume') !== undefined) {
    reply.final('NO CARRIER');
    return;
  }
  if (armed.take('deadResume') !== undefined) socket.drop();
  firmware.connect(reply, socket);
}

/** ATO. */
export const resumeCommand: Command = {
  execute: (call) => {
    if (call.body !== '' && call.body !== '0')
      throw new Refusal({ violation: 'only ATO and ATO0 are allowed' });
    resume(call);
  },
};

/** See the head of the file. */
export const socketCommands: CommandTable = {
  '+QIOPEN': { family: 'tcpip', test: testOf('+QIOPEN'), write: open },
  '+QICLOSE': { family: 'tcpip', test: testOf('+QICLOSE'), write: close },
  '+QISTATE': {
    family: 'tcpip',
    test: testOf('+QISTATE'),
    read: (call) => list(call),
    execute: (call) => list(call),
    write: (call) => query(call),
  },
  O: resumeCommand,
  '+QISWTMD': { family: 'tcpip', test: '+QISWTMD: (0-11),(0-2)', write: switchMode },
};
