/** The sockets of a running module: opening, accepting, closing, losing them. Reading and writing is theirs. */
import { ListeningSocket } from './listening-socket.ts';
import { makeSocket } from './make-socket.ts';
import { NatWatch } from './nat-watch.ts';
import type { IncomingConnection, RemoteEndpoint } from './network.ts';
import type { SocketTableSetting } from './socket-setting.ts';
import { StreamSocket } from './stream-socket.ts';
import { SOCKET_STATE, type SocketEvents, type SocketRequest, type VirtualSocket } from './virtual-socket.ts';

/** A connection that was closed in good order may take this long until the peer has ended it too. */
const LINGER_MS = 10_000;

/** Between two attempts to connect (rg §2.3.7). */
const RETRY_PAUSE_MS = 1000;

/** See the head of the file. */
export class SocketTable {
  readonly #setting: SocketTableSetting;
  readonly #sockets = new Map<number, VirtualSocket>();
  readonly #closeWaiters = new Map<VirtualSocket, () => void>();
  /** Who must be told when an open ends with its context. */
  readonly #openWaiters = new Map<VirtualSocket, () => void>();
  /** Connections that the module has closed and the peer has not. */
  readonly #lingering = new Set<{ destroy(): void }>();
  readonly #nat: NatWatch;
  #blackHoles = 0;
  #ended = false;

  constructor(setting: SocketTableSetting) {
    this.#setting = setting;
    const { clock, timers, options } = setting;
    this.#nat = new NatWatch({
      ...{ clock, timers, idleMs: options.natIdleMs },
      onForgotten: (socket) => this.#changed(socket, 'forgotten by the address translation'),
    });
  }

  get(key: number): VirtualSocket | undefined {
    return this.#sockets.get(key);
  }

  /** All sockets that are not initial, by key. */
  get all(): readonly VirtualSocket[] {
    return [...this.#sockets.values()].sort((a, b) => a.key - b.key);
  }

  /** Resolves, connects, and tells the outcome (0 or an error number) once; `onAbandoned` is called in place of that
   * when the context is lost before.
   *
   * @param prepare what has to be done before that, by default nothing; it tells 0 or an error number.
   */
  open(
    request: SocketRequest,
    onOpened: (error: number) => void,
    onAbandoned = (): void => {},
    prepare = (ready: (error: number) => void): void => ready(0),
  ): void {
    const { timers, timing, network } = this.#setting;
    const socket = this.#make(request);
    this.#openWaiters.set(socket, onAbandoned);
    const settle = (error: number): void => {
      if (!this.#isOpening(socket)) return;
      stopLimit();
      this.#openWaiters.delete(socket);
      this.#settleOpen(socket, error);
      onOpened(error);
    };
    const retryForMs = request.retryForMs ?? 0;
    let stopLimit = (): void => {};
    const begin = (error: number): void => {
      if (!this.#isOpening(socket)) return;
      if (error !== 0) {
        settle(error);
        return;
      }
      stopLimit = timers.after(retryForMs || timing.connectTimeoutMs, () => settle(retryForMs ? 569 : 566));
      timers.after(timing.openMs, attempt);
    };
    const attempt = (): void => {
      if (!this.#isOpening(socket)) return;
      socket.start(network, (error) => {
        if (error === 566 && retryForMs > 0) timers.after(RETRY_PAUSE_MS, attempt);
        else settle(error);
      });
    };
    prepare(begin);
  }

  /** Makes an open fail without asking the network. */
  openInVain(request: SocketRequest, error: number, onOpened: (error: number) => void): void {
    const socket = this.#make(request);
    this.#setting.timers.after(this.#setting.timing.openMs, () => {
      if (!this.#isOpening(socket)) return;
      this.#settleOpen(socket, error);
      onOpened(error);
    });
  }

  /** Closes a socket in good order; `done` comes when the peer has acknowledged everything, or after `limitMs`. */
  close(socket: VirtualSocket, delayMs: number, limitMs: number, done: () => void): void {
    const { timers } = this.#setting;
    const hasPeer = socket.hasPeer && socket.state !== SOCKET_STATE.opening;
    if (hasPeer) socket.finish();
    else socket.drop();
    socket.state = SOCKET_STATE.closing;
    let mayFinish = false;
    const finish = (): void => {
      stopLimit();
      stopMinimum();
      this.#closeWaiters.delete(socket);
      this.#remove(socket);
      done();
    };
    const check = (): void => {
      if (mayFinish && (!hasPeer || socket.isFlushed)) finish();
    };
    const stopLimit = timers.after(Math.max(limitMs, delayMs), finish);
    const stopMinimum = timers.after(delayMs, () => {
      mayFinish = true;
      check();
    });
    this.#closeWaiters.set(socket, check);
  }

  /** The network dropped a context: its sockets are dead, and stay until AT+QIDEACT (lte §2.2.5). Returns those that were
   * connected. */
  loseContext(contextId: number): readonly VirtualSocket[] {
    const connected: VirtualSocket[] = [];
    for (const socket of this.all) {
      if (socket.request.contextId !== contextId) continue;
      const wasOpening = socket.state === SOCKET_STATE.opening;
      if (socket.state === SOCKET_STATE.connected) connected.push(socket);
      socket.drop();
      socket.state = SOCKET_STATE.closing;
      this.#changed(socket, 'lost with its context');
      if (wasOpening) this.#openWaiters.get(socket)?.();
    }
    return connected;
  }

  /** Frees the sockets of a context (lte §2.1.3). */
  resetContext(contextId: number): void {
    for (const socket of this.all) {
      if (socket.request.contextId === contextId) this.#remove(socket);
    }
  }

  /** Ends this side of a connection that the peer has closed; what it has sent stays readable. */
  letGo(socket: VirtualSocket): void {
    this.#release(socket);
  }

  /** Frees the place of a socket that is over. */
  forget(socket: VirtualSocket): void {
    this.#remove(socket);
  }

  /** Listeners may accept by themselves again. */
  acceptWaiting(): void {
    for (const socket of this.all) if (socket instanceof ListeningSocket) socket.acceptWaiting();
  }

  /** Ends TCP connections as if their peers had done it; without `id` all of them. */
  peerClose(id?: number): void {
    for (const socket of this.all) {
      if (!(socket instanceof StreamSocket) || (id !== undefined && socket.id !== id)) continue;
      if (socket.state !== SOCKET_STATE.connected || socket.isCutOff) continue;
      socket.drop();
      this.#peerClosed(socket);
    }
  }

  /** Begins or ends a time in which the air carries nothing. */
  freeze(frozen: boolean): void {
    this.#blackHoles += frozen ? 1 : -1;
    if (this.#blackHoles !== (frozen ? 1 : 0)) return;
    for (const socket of this.all) {
      socket.freeze(frozen);
      this.#closeWaiters.get(socket)?.();
    }
  }

  /** The limit for idle connections has changed. */
  followIdle(): void {
    for (const socket of this.all) this.#followNat(socket);
  }

  get isFrozen(): boolean {
    return this.#blackHoles > 0;
  }

  /** Breaks every connection and goes quiet. */
  end(): void {
    this.#ended = true;
    for (const socket of this.all) socket.drop();
    for (const connection of this.#lingering) connection.destroy();
    this.#sockets.clear();
    this.#lingering.clear();
  }

  #isOpening(socket: VirtualSocket): boolean {
    return (
      !this.#ended && this.#isCurrent(socket) && socket.state === SOCKET_STATE.opening && !socket.openFailed
    );
  }

  #isCurrent(socket: VirtualSocket): boolean {
    return this.#sockets.get(socket.key) === socket;
  }

  #settleOpen(socket: VirtualSocket, error: number): void {
    const opened = socket.isListener ? SOCKET_STATE.listening : SOCKET_STATE.connected;
    socket.state = error === 0 ? opened : SOCKET_STATE.closing;
    socket.openFailed = error !== 0;
    if (error !== 0) socket.drop();
    const success = socket.isListener ? `listens on port ${socket.localPort}` : 'connected';
    this.#followNat(socket);
    this.#changed(socket, error === 0 ? success : `open failed: ${error}`);
  }

  #make(request: SocketRequest): VirtualSocket {
    const socket = makeSocket(request, this.#setting.options, this.#socketEvents());
    this.#sockets.set(socket.key, socket);
    if (this.#blackHoles > 0) socket.freeze(true);
    return socket;
  }

  #incoming(listener: VirtualSocket, incoming: IncomingConnection): void {
    const socket = this.#makeAccepted(listener, incoming, 'TCP INCOMING');
    if (!(socket instanceof StreamSocket)) {
      incoming.refuse();
      return;
    }
    socket.attach(incoming.accept(socket.connectionEvents()));
  }

  /** A socket for somebody who came by himself. */
  #makeAccepted(
    listener: VirtualSocket,
    { address, port }: RemoteEndpoint,
    service: 'TCP INCOMING' | 'UDP INCOMING',
  ): VirtualSocket | undefined {
    const clients = this.all.filter(({ request }) => request.acceptedBy === listener.key);
    const isFull = clients.length >= (listener.request.clientLimit ?? Number.POSITIVE_INFINITY);
    const place = isFull ? undefined : this.#setting.placeFor(listener);
    if (place === undefined) {
      this.#changed(listener, `turned ${address}:${port} away`);
      this.#setting.events.onFull(listener);
      return undefined;
    }
    const { contextId } = listener.request;
    const accessMode = this.#setting.inheritsAccessMode ? listener.accessMode : 0;
    const { localPort } = listener;
    const acceptedBy = listener.key;
    const socket = this.#make({
      ...place,
      contextId,
      service,
      host: address,
      port,
      localPort,
      accessMode,
      acceptedBy,
    });
    socket.state = SOCKET_STATE.connected;
    this.#followNat(socket);
    this.#changed(socket, `accepted from ${address}:${port} by ${listener.id}`);
    this.#setting.events.onAccepted(socket);
    return socket;
  }

  #socketEvents(): SocketEvents {
    return {
      onReadable: (socket) => {
        if (this.#isCurrent(socket)) this.#setting.events.onReadable(socket);
      },
      onPeerClosed: (socket) => this.#peerClosed(socket),
      onProgress: (socket) => {
        this.#closeWaiters.get(socket)?.();
        this.#setting.events.onProgress(socket);
      },
      onLost: (socket, what) => this.#setting.events.onLost(socket, what),
      onIncoming: (listener, incoming) => this.#incoming(listener, incoming),
      onCarried: (socket) => this.#followNat(socket),
      onStranger: (listener, from) => this.#makeAccepted(listener, from, 'UDP INCOMING'),
    };
  }

  #peerClosed(socket: VirtualSocket): void {
    if (this.#ended || !this.#isCurrent(socket) || socket.state !== SOCKET_STATE.connected) return;
    socket.state = SOCKET_STATE.closing;
    this.#changed(socket, 'closed by the peer');
    this.#setting.events.onClosed(socket);
  }

  /** Every connection carried something last at that time of the clock. */
  carriedLast(atMs: number): void {
    for (const socket of this.#sockets.values()) {
      socket.carriedAtMs = atMs;
      this.#followNat(socket);
    }
  }

  #followNat(socket: VirtualSocket): void {
    if (socket.state === SOCKET_STATE.connected && !socket.isCutOff) this.#nat.follow(socket);
  }

  #remove(socket: VirtualSocket): void {
    if (!this.#isCurrent(socket)) return;
    this.#nat.leave(socket);
    this.#sockets.delete(socket.key);
    this.#openWaiters.delete(socket);
    socket.state = SOCKET_STATE.closing;
    this.#changed(socket, 'closed');
    if (this.#release(socket)) socket.discard();
  }

  /** Ends this side in good order, if that can be. */
  #release(socket: VirtualSocket): boolean {
    const connection = socket.isFlushed ? socket.release() : undefined;
    if (connection === undefined) {
      socket.drop();
      return false;
    }
    const entry = { destroy: () => connection.destroy() };
    this.#lingering.add(entry);
    connection.end();
    this.#setting.timers.after(LINGER_MS, () => {
      this.#lingering.delete(entry);
      connection.destroy();
    });
    return true;
  }

  #changed(socket: VirtualSocket, what: string): void {
    this.#setting.events.onChange(socket, what);
  }
}
