/** How the notices about sockets and contexts read: what differs between the generations. */
import { bytesOf } from './bytes.ts';
import type { RemoteEndpoint } from './network.ts';
import type { Settings } from './settings.ts';
import type { VirtualSocket } from './virtual-socket.ts';

/** See the head of the file. */
export interface Wording {
  /** Most payload of one notice of direct push. */
  readonly pushLimitBytes: number;
  /** What is pushed goes out before anything else is said, so that the end of a connection stands behind its data. */
  readonly pushesFirst: boolean;
  /** Data waits to be read; `undefined` if nobody is told. */
  readable(socket: VirtualSocket): string | undefined;
  /** The receive buffer is full. */
  full(socket: VirtualSocket): string;
  /** Data that is handed out unasked. */
  pushed(socket: VirtualSocket, bytes: Uint8Array, from: RemoteEndpoint | undefined): Uint8Array;
  accepted(socket: VirtualSocket): string;
  /** Somebody was turned away; `undefined` if nobody is told. */
  turnedAway(listener: VirtualSocket): string | undefined;
  closed(socket: VirtualSocket): string;
  contextLost(contextId: number): string;
}

/** The words of +QIURC (lte §2.2).
 *
 * @param namesFullListener `incoming full` names the listener (protocol.md D9).
 */
export function numberedWording(settings: Settings, namesFullListener: boolean): Wording {
  return {
    // lte §2.1.8 allows as much per read.
    pushLimitBytes: 1500,
    pushesFirst: false,
    readable: ({ id, unreadBytes }) => {
      const length = settings.value('recvind') === 1 ? `,${unreadBytes}` : '';
      return `+QIURC: "recv",${id}${length}`;
    },
    full: ({ id }) => `+QIURC: "recv",${id},"buff full"`,
    pushed: ({ id }, bytes, from) => {
      const source = from === undefined ? '' : addressFields(from);
      const head = `\r\n+QIURC: "recv",${id},${bytes.length}${source}${settings.separator}`;
      return Buffer.concat([bytesOf(head), settings.formatted(bytes), bytesOf('\r\n')]);
    },
    accepted: ({ id, serverId, address, request }) =>
      `+QIURC: "incoming",${id},${serverId},"${address}",${request.port}`,
    turnedAway: ({ id }) => `+QIURC: "incoming full"${namesFullListener ? `,${id}` : ''}`,
    closed: ({ id }) => `+QIURC: "closed",${id}`,
    contextLost: (id) => `+QIURC: "pdpdeact",${id}`,
  };
}

/** Where a datagram came from, behind a length: `,"10.7.76.34",7687`. */
export function addressFields({ address, port }: RemoteEndpoint): string {
  return `,"${address}",${port}`;
}
