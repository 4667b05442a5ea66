/** What gsm has beside its two contexts: which of them has the port, how each is set, where its connections stand.
 *
 *    AT+QIFGCNT ──▶ foreground ──▶ GsmContext 0 | 1 ──▶ slots of the socket table
 */
import type { ContextTable, VirtualContext } from '../contexts.ts';
import type { Packing } from '../data-mode.ts';
import type { SocketPlace } from '../socket-setting.ts';
import type { SocketTable } from '../socket-table.ts';
import { SOCKET_STATE, type SocketRole, type VirtualSocket } from '../virtual-socket.ts';

/** Indexes of AT+QIMUX=1 (gsm §3.3). */
export const INDEXES = { min: 0, max: 5 } as const;
/** Connections beside a server, and its clients (gsm §3.4: n + m ≤ 5). */
export const SHARED_LIMIT = 5;
/** Places of a context: 0 to 5 the indexes (0 also the single client), then the single accepted client, the server. */
const ACCEPTED_SLOT = 6;
const LISTENER_SLOT = 7;
const SLOTS = 8;
const WAIT_UNIT_MS = 100;

/** AT+QITCFG: `<retries>,<wait>,<size>,<escape>` (gsm chapter 4). */
export type TransparentOptions = readonly [retries: number, wait: number, sizeBytes: number, escape: number];

/** One of the two contexts, as AT+QIFGCNT chooses them (gsm chapter 7). */
export class GsmContext {
  readonly pdp: VirtualContext;
  /** AT+QIREGAPP was given. */
  isRegistered = false;
  /** When the activation under way began. */
  activatingSinceMs = 0;
  /** The local address has been asked for, or was needed. */
  hasAddress = false;
  /** The single connection has ended (IP CLOSE). */
  wasClosed = false;
  /** AT+QIMUX, AT+QIMODE, AT+QIDNSIP, AT+QISRVC. */
  mux = 0;
  mode = 0;
  byName = 0;
  service = 1;
  transparent: TransparentOptions = [3, 2, 1024, 1];
  /** AT+QISERVER: most clients at once. */
  clientLimit = 1;
  cancelActivation = (): void => {};
  /** Who waits for the activation. */
  waiters: ((granted: boolean) => void)[] = [];

  constructor(pdp: VirtualContext) {
    this.pdp = pdp;
  }

  get id(): number {
    return this.pdp.id;
  }

  /** "IP INITIAL": nothing is registered or active (gsm §5.6.1). */
  get isInitial(): boolean {
    return this.pdp.state === 'deactivated' && !this.isRegistered;
  }

  /** AT+QITCFG for data mode. */
  get packing(): Packing {
    const [, wait, sizeBytes, escapes] = this.transparent;
    return { sizeBytes, waitMs: wait * WAIT_UNIT_MS, escapes: escapes === 1 };
  }
}

/** See the head of the file. */
export class GsmStack {
  readonly #table: ContextTable;
  readonly #contexts = new Map<number, GsmContext>();
  foregroundId = 0;
  /** AT+QILPORT. */
  readonly ports = { TCP: 2020, UDP: 3030 };
  /** AT+QIAUTOS: 0 off; and the seconds after which a send goes out. */
  timedSend = { isOn: false, afterS: 0 };

  constructor(table: ContextTable) {
    this.#table = table;
  }

  /** Both contexts are there from the start. */
  makeContexts(): void {
    for (const id of [0, 1]) this.of(id);
  }

  get foreground(): GsmContext {
    return this.of(this.foregroundId);
  }

  of(id: number): GsmContext {
    const known = this.#contexts.get(id);
    if (known) return known;
    const made = new GsmContext(this.#table.get(id));
    this.#contexts.set(id, made);
    return made;
  }

  /** The other context. */
  besides({ id }: GsmContext): GsmContext {
    return this.of(1 - id);
  }

  /** Where a connection that the module makes stands. */
  clientPlace({ id }: GsmContext, index: number): Required<SocketPlace> {
    return { id: index, key: id * SLOTS + index };
  }

  listenerPlace({ id }: GsmContext): Required<SocketPlace> {
    return { id: LISTENER_SLOT, key: id * SLOTS + LISTENER_SLOT };
  }

  /** The connection that a role and an index mean, if there is one. What is over is not in the way. */
  connection(
    sockets: SocketTable,
    context: GsmContext,
    role: SocketRole,
    index: number,
  ): VirtualSocket | undefined {
    const socket = this.#at(sockets, context, role, index);
    return isAlive(socket) ? socket : undefined;
  }

  /** The same, also when it is over but has left something to read. */
  readable(
    sockets: SocketTable,
    context: GsmContext,
    role: SocketRole,
    index: number,
  ): VirtualSocket | undefined {
    return this.#at(sockets, context, role, index);
  }

  /** Whose connection AT+QISEND and its sisters mean: AT+QISRVC says it. In transparent mode there is but one (gsm §4.2 does
   * without AT+QISRVC). */
  roleOf(sockets: SocketTable, context: GsmContext): SocketRole {
    const [only] = context.mode === 1 ? this.connections(sockets, context) : [];
    return only?.role ?? (context.service === 2 ? 'server' : 'client');
  }

  /** The server of a context. */
  listener(sockets: SocketTable, context: GsmContext): VirtualSocket | undefined {
    const socket = sockets.get(this.listenerPlace(context).key);
    return isAlive(socket) ? socket : undefined;
  }

  /** All connections of a context that stand or are being made, without the server. */
  connections(sockets: SocketTable, { id }: GsmContext): readonly VirtualSocket[] {
    return sockets.all.filter(
      (socket) => socket.request.contextId === id && !socket.isListener && isAlive(socket),
    );
  }

  /** A connection has ended by itself. */
  ended({ request }: VirtualSocket): void {
    this.of(request.contextId).wasClosed = true;
  }

  /** A place for a client of the server: the lowest free index (gsm §3.4 shows 0). */
  placeFor(listener: VirtualSocket, sockets: SocketTable): SocketPlace | undefined {
    const context = this.of(listener.request.contextId);
    const present = this.connections(sockets, context);
    const accepted = present.filter(({ role }) => role === 'server');
    if (accepted.length >= context.clientLimit) return undefined;
    if (context.mux === 0) {
      // In transparent mode a connection has the port to itself.
      if (context.mode === 1 && present.length > 0) return undefined;
      return this.#cleared(sockets, { id: 0, key: context.id * SLOTS + ACCEPTED_SLOT });
    }
    if (present.length >= SHARED_LIMIT) return undefined;
    for (let index = INDEXES.min; index <= INDEXES.max; index += 1) {
      const place = this.clientPlace(context, index);
      if (!isAlive(sockets.get(place.key))) return this.#cleared(sockets, place);
    }
    return undefined;
  }

  #at(sockets: SocketTable, context: GsmContext, role: SocketRole, index: number): VirtualSocket | undefined {
    const slot = context.mux === 0 && role === 'server' ? ACCEPTED_SLOT : index;
    const socket = sockets.get(context.id * SLOTS + slot);
    return socket?.role === role ? socket : undefined;
  }

  /** A place with nothing left of the connection that was there. */
  #cleared(sockets: SocketTable, place: Required<SocketPlace>): SocketPlace {
    const old = sockets.get(place.key);
    if (old !== undefined) sockets.forget(old);
    return place;
  }
}

function isAlive(socket: VirtualSocket | undefined): boolean {
  return socket !== undefined && socket.state !== SOCKET_STATE.closing;
}
