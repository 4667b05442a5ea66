import { DatagramSocket } from './datagram-socket.ts';
import { DatagramListener, ListeningSocket } from './listening-socket.ts';
import { StreamSocket } from './stream-socket.ts';
import type { SocketEvents, SocketOptions, SocketRequest, VirtualSocket } from './virtual-socket.ts';

/** Makes the kind of socket that a service needs. */
export function makeSocket(
  request: SocketRequest,
  options: SocketOptions,
  events: SocketEvents,
): VirtualSocket {
  switch (request.service) {
    case 'TCP':
    case 'TCP INCOMING':
      return new StreamSocket(request, options, events);
    case 'TCP LISTENER':
      return new ListeningSocket(request, options, events);
    case 'UDP LISTENER':
      return new DatagramListener(request, options, events);
    default:
      return new DatagramSocket(request, options, events);
  }
}
