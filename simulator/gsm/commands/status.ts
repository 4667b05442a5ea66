/** What a context of gsm is doing (gsm §5.6). The answers stand behind OK. */
import type { Call, CommandTable } from '../../commands/command.ts';
import { Refusal } from '../../errors.ts';
import type { Firmware } from '../../firmware.ts';
import { SOCKET_STATE, type VirtualSocket } from '../../virtual-socket.ts';
import { type GsmContext, INDEXES } from '../stack.ts';

/** The state of a context in the words of gsm §5.6.1. */
function stateOf(firmware: Firmware, context: GsmContext): string {
  const { hardware } = firmware;
  switch (context.pdp.state) {
    case 'lost':
      return 'PDP DEACT';
    case 'deactivated':
      return context.isRegistered ? 'IP START' : 'IP INITIAL';
    case 'activating': {
      const isHalfWay = hardware.clock.now() - context.activatingSinceMs >= hardware.timing.activateMs / 2;
      return isHalfWay ? 'IP IND' : 'IP CONFIG';
    }
    default:
      return activeStateOf(firmware, context);
  }
}

function activeStateOf({ gsm, sockets }: Firmware, context: GsmContext): string {
  const resting = context.hasAddress ? 'IP STATUS' : 'IP GPRSACT';
  if (context.mux === 1) {
    const isBusy = gsm.connections(sockets, context).length > 0 || gsm.listener(sockets, context);
    return isBusy ? 'IP PROCESSING' : resting;
  }
  const socket = gsm.connection(sockets, context, gsm.roleOf(sockets, context), 0);
  if (socket === undefined) return context.wasClosed ? 'IP CLOSE' : resting;
  const isOpening = socket.state === SOCKET_STATE.opening;
  return isOpening ? `${socket.request.service.slice(0, 3)} CONNECTING` : 'CONNECT OK';
}

function showState({ firmware, reply }: Call): void {
  reply.final('OK', `STATE: ${stateOf(firmware, firmware.gsm.foreground)}`);
}

/** One line per index (gsm §5.6.2). */
function showConnections({ firmware, reply }: Call): void {
  const { gsm, sockets } = firmware;
  const context = gsm.foreground;
  if (context.mux === 0) throw new Refusal({ code: 572 });
  const lines: string[] = [];
  for (let index = INDEXES.min; index <= INDEXES.max; index += 1) {
    const present = gsm.connections(sockets, context).find(({ id }) => id === index);
    lines.push(`+QISTATE: ${index},${describe(present)}`);
  }
  reply.final('OK', `STATE: ${stateOf(firmware, context)}`, ...lines);
}

function describe(socket: VirtualSocket | undefined): string {
  if (socket === undefined) return '"","",,"INITIAL"';
  const { service, port } = socket.request;
  const state = socket.state === SOCKET_STATE.opening ? 'CONNECTING' : 'CONNECTED';
  return `"${service.slice(0, 3)}","${socket.address}",${port},"${state}"`;
}

function showServer({ firmware, reply }: Call): void {
  const { gsm, sockets } = firmware;
  // The spelling of the manual (protocol.md D20).
  reply.final('OK', `S: ${gsm.listener(sockets, gsm.foreground) ? 'LISTENNING' : 'INITIAL'}`);
}

/** See the head of the file. */
export const gsmStatusCommands: CommandTable = {
  '+QISTAT': { family: 'tcpip', test: '', execute: showState },
  '+QISTATE': { family: 'tcpip', test: '', execute: showConnections },
  '+QISSTAT': { family: 'tcpip', test: '', execute: showServer },
};
