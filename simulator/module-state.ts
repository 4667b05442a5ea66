/** What tests may see of a module. */
import type { ContextState } from './contexts.ts';
import type { FaultKind } from './faults/fault.ts';
import type { SimState } from './sim-card.ts';
import type { SocketRole, VirtualSocket } from './virtual-socket.ts';

/** Whether the module runs. */
export type PowerState = 'off' | 'booting' | 'running';

/** One socket, as a test sees it. */
export interface SocketView {
  /** Connect id; on gsm the index, 0 for a single connection. */
  readonly id: number;
  /** Id of its PDP context. */
  readonly contextId: number;
  /** As in +QISTATE: `TCP`, `TCP INCOMING`, … */
  readonly service: string;
  /** As in +QISTATE: 1 opening, 2 connected, 3 listening, 4 closing. */
  readonly state: number;
  /** 0 buffer, 1 direct push, 2 transparent. */
  readonly accessMode: number;
  /** As in +QISTATE: the listener of an accepted socket. */
  readonly serverId: number;
  /** The module asked for the connection, or the peer did. */
  readonly role: SocketRole;
  /** Port on the module's side. */
  readonly localPort: number;
  /** Payload taken from the host. */
  readonly acceptedBytes: number;
  /** Of these, what the peer has acknowledged. */
  readonly acknowledgedBytes: number;
  /** Payload received from the peer. */
  readonly receivedBytes: number;
  /** Of these, what the host has not read. */
  readonly unreadBytes: number;
}

/** What a test may look at. A snapshot: it does not change by itself. */
export interface ModuleState {
  /** Whether it runs. */
  readonly power: PowerState;
  /** What the SIM waits for. */
  readonly sim: SimState;
  /** PINs that may still be tried. */
  readonly pinAttemptsLeft: number;
  /** The network has taken the SIM in. */
  readonly registered: boolean;
  /** It answers nothing (fault `hang`). */
  readonly hung: boolean;
  /** Faults that wait for their occasion (`brownOut`: for its bytes), oldest first. */
  readonly armedFaults: readonly FaultKind[];
  /** Idle time after which the network forgets a connection, ms; infinite without a limit (fault `natTimeout`). */
  readonly natIdleMs: number;
  /** PDP contexts that were named so far. */
  readonly contexts: readonly { readonly id: number; readonly state: ContextState }[];
  /** Sockets that are not free. */
  readonly sockets: readonly SocketView[];
  /** Connect id of the socket that has the port to itself, while the port is in data mode. */
  readonly dataMode: number | undefined;
  /** Restarts of any cause since the module was made. */
  readonly rebootCount: number;
  /** Breaches of the manual by the host, in words. The last thousand. */
  readonly protocolViolations: readonly string[];
  /** Commands that no table knows. The last thousand. */
  readonly unknownCommands: readonly string[];
}

/** The view of a socket. */
export function viewOf(socket: VirtualSocket): SocketView {
  const { contextId, service } = socket.request;
  const { id, state, accessMode, serverId, role, localPort } = socket;
  const { acceptedBytes, acknowledgedBytes, receivedBytes, unreadBytes } = socket;
  const bytes = { acceptedBytes, acknowledgedBytes, receivedBytes, unreadBytes };
  return { id, contextId, service, state, accessMode, serverId, role, localPort, ...bytes };
}
