/** What becomes of a payload that is complete: the same on every generation, told in other words. */
import type { Firmware } from '../firmware.ts';
import type { RemoteEndpoint } from '../network.ts';
import { SOCKET_STATE, type VirtualSocket } from '../virtual-socket.ts';

/** `full`: the send buffer has no room for it; `silent`: it was taken, and nobody is told (a fault). */
export type SendOutcome = 'sent' | 'full' | 'failed' | 'closed' | 'silent';

/** Hands a payload to a socket, unless its state, its send buffer or a fault is against it. */
export function offerPayload(
  firmware: Firmware,
  socket: VirtualSocket,
  payload: Uint8Array,
  to?: RemoteEndpoint,
): SendOutcome {
  const { armed } = firmware.hardware;
  const accept = (bytes: Uint8Array): void => {
    socket.accept(bytes, to);
    firmware.hardware.faults.bytesMoved(bytes.length);
    firmware.hardware.sent(bytes.length);
  };
  if (socket.state !== SOCKET_STATE.connected) return 'closed';
  const failed = armed.take('sendFail');
  // A datagram goes as a whole or not at all.
  if (failed?.partly && socket.request.service.startsWith('TCP')) accept(payload.subarray(0, failed.partly));
  if (failed || payload.length > socket.sendRoomBytes) return 'full';
  const refused = armed.take('sendError');
  if (refused === undefined || refused.accepted) accept(payload);
  if (refused) return 'failed';
  return armed.take('sendSilent') ? 'silent' : 'sent';
}
