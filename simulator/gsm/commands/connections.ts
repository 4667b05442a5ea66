/** Opening, serving, closing (gsm chapters 3 and 4, §5.4). */
import { isIPv4 } from 'node:net';
import type { Call, CommandTable } from '../../commands/command.ts';
import { resumeCommand } from '../../commands/sockets.ts';
import { invalid, Refusal } from '../../errors.ts';
import type { Firmware } from '../../firmware.ts';
import type { ServiceType, SocketRequest, VirtualSocket } from '../../virtual-socket.ts';
import { bringUp, checkBringUp } from '../activation.ts';
import { type GsmContext, INDEXES, SHARED_LIMIT } from '../stack.ts';
import { portOf } from './settings.ts';

/** Most clients of a server (gsm §3.4). */
const CLIENT_MAX = 5;

/** Reads the index that AT+QIMUX=1 wants in front, and AT+QIMUX=0 does not (gsm §3.3). */
export function indexOf({ fields }: Call, { mux }: GsmContext, at = 0): number {
  return mux === 0 ? 0 : fields.integer(at, 'index', INDEXES.min, INDEXES.max);
}

function readRequest(call: Call, context: GsmContext): SocketRequest {
  const { firmware, fields } = call;
  const first = context.mux;
  fields.expectCount(first + 3, first + 3);
  const place = firmware.gsm.clientPlace(context, indexOf(call, context));
  const service = fields.string(first, 'protocol', 3).toUpperCase();
  if (service !== 'TCP' && service !== 'UDP') invalid(`protocol must be "TCP" or "UDP", got ${service}`);
  const host = fields.string(first + 1, 'address', firmware.hardware.profile.hostLimitBytes);
  if (context.byName === 0 && !isIPv4(host)) invalid('AT+QIDNSIP=0 takes IP addresses only (gsm chapter 3)');
  if (host === '') invalid('the address is empty');
  const port = portOf(fields, first + 2);
  const accessMode = accessModeOf(firmware, context);
  return { ...place, contextId: context.id, service, host, port, localPort: 0, accessMode };
}

/** 2 transparent, 0 to be read with AT+QIRD, 1 pushed. It holds from the open on (gsm §5.3.2). */
function accessModeOf({ settings }: Firmware, { mode }: GsmContext): number {
  if (mode === 1) return 2;
  return settings.value('QINDI') === 1 ? 0 : 1;
}

function open(call: Call): void {
  const { firmware, reply } = call;
  const { gsm, sockets, hardware } = firmware;
  const context = gsm.foreground;
  const request = readRequest(call, context);
  const say = outcomeOf(firmware, context, request);
  const present = gsm.connections(sockets, context);
  if (present.some(({ key }) => key === request.key)) {
    hardware.violate(`AT+QIOPEN: connection ${request.id} is in use (gsm §3.3)`);
    reply.final('OK');
    // Without an index, also when there are several (protocol.md §1).
    firmware.say('+QIOPEN', 'ALREADY CONNECT');
    return;
  }
  refuseCrowd(firmware, context, present);
  checkBringUp(firmware, context);
  const failure = hardware.armed.take('openFail');
  const old = sockets.get(request.key ?? request.id);
  if (old !== undefined) sockets.forget(old);
  const opened = (error: number): void => settleOpen(firmware, context, request, error, say);
  const prepare = (ready: (error: number) => void): void =>
    bringUp(firmware, context, (granted) => {
      context.hasAddress = granted;
      ready(granted ? (failure?.err ?? (failure ? 566 : 0)) : 561);
    });
  sockets.open(request, opened, () => {}, prepare);
  reply.final('OK');
}

/** The outcome as a line behind OK; with AT+QIMUX=1 it names the index. */
function outcomeOf(firmware: Firmware, { mux }: GsmContext, { id }: SocketRequest): (text: string) => void {
  return (text) => firmware.say('+QIOPEN', mux === 1 ? `${id}, ${text}` : text);
}

function settleOpen(
  firmware: Firmware,
  context: GsmContext,
  request: SocketRequest,
  error: number,
  say: (text: string) => void,
): void {
  const socket = firmware.sockets.get(request.key ?? request.id);
  if (error !== 0 || socket === undefined) {
    context.wasClosed = true;
    say('CONNECT FAIL');
    return;
  }
  if (request.accessMode === 2) firmware.connectUnasked(socket);
  else say('CONNECT OK');
  if (socket.unreadBytes > 0) firmware.notices.announce(socket);
}

/** gsm §3.4: n + m ≤ 5 beside a server; in transparent mode one connection in all. */
function refuseCrowd(
  { gsm, sockets }: Firmware,
  context: GsmContext,
  present: readonly VirtualSocket[],
): void {
  const isServing =
    gsm.listener(sockets, context) !== undefined || present.some(({ role }) => role === 'server');
  if (context.mux === 1 && isServing && present.length >= SHARED_LIMIT) throw new Refusal({ code: 572 });
  if (context.mode === 1 && present.length > 0) throw new Refusal({ code: 572 });
}

/** AT+QISERVER[=<type>[,<max>]]: OK and SERVER OK once the port listens, ERROR if it cannot. */
function serve(call: Call): void {
  const { firmware, reply, fields } = call;
  const { gsm, sockets } = firmware;
  const context = gsm.foreground;
  fields.expectCount(0, 2);
  const isUdp = fields.integer(0, 'type', 0, 1, 0) === 1;
  const clientLimit = fields.integer(1, 'max', 1, CLIENT_MAX, CLIENT_MAX);
  checkBringUp(firmware, context);
  if (gsm.listener(sockets, context)) throw new Refusal({ code: 563 });
  context.clientLimit = context.mux === 1 ? clientLimit : 1;
  dropListener(firmware, context);
  const service: ServiceType = isUdp ? 'UDP LISTENER' : 'TCP LISTENER';
  const place = gsm.listenerPlace(context);
  const localPort = gsm.ports[isUdp ? 'UDP' : 'TCP'];
  const accessMode = accessModeOf(firmware, context);
  const request = { ...place, contextId: context.id, service, host: '', port: 0, localPort, accessMode };
  const prepare = (ready: (error: number) => void): void =>
    bringUp(firmware, context, (granted) => {
      context.hasAddress = granted;
      ready(granted ? 0 : 561);
    });
  const opened = (error: number): void => {
    if (error === 0) {
      reply.final('OK');
      firmware.say('SERVER OK', 'SERVER OK');
      return;
    }
    dropListener(firmware, context);
    firmware.refuse(reply, { code: error, cme: 100 }, true);
  };
  sockets.open(request, opened, () => opened(570), prepare);
}

function dropListener({ gsm, sockets }: Firmware, context: GsmContext): void {
  const old = sockets.get(gsm.listenerPlace(context).key);
  if (old !== undefined) sockets.forget(old);
}

function close(call: Call): void {
  const { firmware, reply, fields } = call;
  const { timing, armed } = firmware.hardware;
  const context = firmware.gsm.foreground;
  const socket = closable(call, context);
  if (socket === undefined) throw new Refusal({ code: 567 });
  const delayMs = timing.closeMs + (armed.take('closeSlow')?.ms ?? 0);
  firmware.notices.withdraw(socket);
  // gsm §5.4 shows the index, §3.3 does not (protocol.md D18).
  const hasIndex = context.mux === 1 && fields.has(0);
  firmware.sockets.close(socket, delayMs, timing.closeTimeoutMs, () => {
    if (!socket.isListener) context.wasClosed = true;
    reply.final(hasIndex ? `${socket.id}, CLOSE OK` : 'CLOSE OK');
  });
}

/** What AT+QICLOSE means: the connection of the side that AT+QISRVC chose, then the server (gsm §3.2, §3.4). */
function closable(call: Call, context: GsmContext): VirtualSocket | undefined {
  const { firmware, fields, body } = call;
  const { gsm, sockets } = firmware;
  if (body !== '') fields.expectCount(context.mux, context.mux);
  const role = gsm.roleOf(sockets, context);
  const isNamed = body !== '' || context.mux === 0;
  const connection = isNamed ? gsm.connection(sockets, context, role, indexOf(call, context)) : undefined;
  if (connection !== undefined || role === 'client' || body !== '') return connection;
  return gsm.listener(sockets, context);
}

/** See the head of the file. */
export const gsmConnectionCommands: CommandTable = {
  '+QIOPEN': { family: 'tcpip', test: '+QIOPEN: (0-5),("TCP","UDP"),<address>,(1-65535)', write: open },
  '+QISERVER': { family: 'tcpip', test: '+QISERVER: (0,1),(1-5)', execute: serve, write: serve },
  '+QICLOSE': { family: 'tcpip', test: '+QICLOSE: (0-5)', execute: close, write: close },
  O: resumeCommand,
};
