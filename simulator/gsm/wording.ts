/** The notices of gsm: lines in front of pushed data, CLOSED, REMOTE IP, +QIRDI (gsm §5.1, §5.3). */
import { bytesOf } from '../bytes.ts';
import { localAddress } from '../contexts.ts';
import type { Settings } from '../settings.ts';
import type { VirtualSocket } from '../virtual-socket.ts';
import type { Wording } from '../wording.ts';
import type { GsmStack } from './stack.ts';

/** One TCP segment. */
const PUSH_LIMIT_BYTES = 1460;

/** See the head of the file. */
export function gsmWording(settings: Settings, stack: GsmStack): Wording {
  const isMultiple = ({ request }: VirtualSocket): boolean => stack.of(request.contextId).mux === 1;
  const withIndex = (socket: VirtualSocket, text: string): string =>
    isMultiple(socket) ? `${socket.id}, ${text}` : text;
  return {
    pushLimitBytes: PUSH_LIMIT_BYTES,
    pushesFirst: true,
    // In transparent mode data waits for ATO (gsm chapter 4).
    readable: ({ accessMode, request, role, id }) =>
      accessMode === 0 ? `+QIRDI:${request.contextId},${role === 'client' ? 1 : 2},${id}` : undefined,
    full: () => '',
    pushed: (socket, bytes) => {
      const lines = pushedLines(settings, stack, socket, bytes.length);
      const head = lines.length === 0 ? '' : `\r\n${lines.join('\r\n')}`;
      return Buffer.concat([bytesOf(head), bytes]);
    },
    accepted: (socket) => withIndex(socket, `REMOTE IP: ${socket.address}`),
    turnedAway: () => undefined,
    closed: (socket) => withIndex(socket, 'CLOSED'),
    contextLost: () => '+PDP DEACT',
  };
}

/** The lines in front of pushed data (gsm §5.3.1, protocol.md D17). Data follows IPD without a line end, else a line. */
function pushedLines(settings: Settings, stack: GsmStack, socket: VirtualSocket, length: number): string[] {
  const { contextId, port } = socket.request;
  const context = stack.of(contextId);
  const isMultiple = context.mux === 1;
  const lines: string[] = [];
  if (isMultiple) lines.push(`+RECEIVE: ${socket.id}, ${length}`);
  if (settings.value('QISHOWRA') === 1) lines.push(`RECV FROM:${socket.address}:${port}`);
  if (settings.value('QISHOWLA') === 1) lines.push(`TO:${localAddress(context.pdp)}`);
  if (settings.value('QIHEAD') === 1) {
    const protocol =
      settings.value('QISHOWPT') === 1 && !isMultiple ? socket.request.service.slice(0, 3) : '';
    lines.push(`IPD${length}${protocol}:`);
  } else if (lines.length > 0) lines.push('');
  return lines;
}
