/** Everything of the application's that has a connect id: connections, servers, datagram sockets. */
import type { EventEmitter } from 'node:events';
import type { Observable } from 'rxjs';
import { ModemError } from '../../errors.ts';
import type { Sharing } from '../dialects/dialect.ts';
import { ModemDatagram } from '../net/modem-datagram.ts';
import { ModemServer } from '../net/modem-server.ts';
import { ModemSocket } from '../net/modem-socket.ts';
import type { NetShapeOptions } from '../net/net-shape.ts';
import type { SocketOpener } from '../net/socket-opener.ts';
import { streamTraits } from '../net/stream-traits.ts';
import type { TrafficObserver } from '../net/traffic.ts';
import {
  type BindUdpOptions,
  type ConnectOptions,
  type ConnectUdpOptions,
  checkedBindUdp,
  checkedConnect,
  checkedConnectUdp,
  checkedListen,
  type ListenOptions,
  type OpenPlan,
} from './connect-options.ts';
import { type ContextWait, contextActive, contextUnused } from './context-wait.ts';
import type { CheckedOptions } from './options.ts';
import type { ModemStatus } from './status.ts';
import type { TcpKeepalive } from './tcp-keepalive.ts';

/** The modem, as its sockets need it. */
export interface SocketsHost {
  readonly options: CheckedOptions;
  readonly opener: SocketOpener;
  readonly moved: TrafficObserver;
  readonly status$: Observable<ModemStatus>;
  /** The address that the network gave to a context. */
  readonly addressOf: (contextId: number) => string | undefined;
  readonly keepalive: TcpKeepalive;
  /** How the connections of a context share it (gsm). */
  readonly sharing: {
    readonly of: (contextId: number) => Sharing;
    readonly isUsed: (contextId: number) => boolean;
    readonly change: (contextId: number, sharing: Sharing) => void;
  };
  /** The error that says why nothing can be opened now, if nothing can. */
  readonly refusal: (doing: string) => ModemError | undefined;
  readonly ended: (doing: string) => ModemError;
}

/** A signal may end what it was given for at any time. */
function endOnAbort(
  target: Opening,
  { signal }: Pick<OpenPlan, 'signal'>,
  doing: string,
  end: (error: ModemError) => void,
): void {
  if (signal === undefined) return;
  const abort = (): void =>
    end(new ModemError('ABORTED', `${doing}: the signal was aborted`, {}, signal.reason));
  if (signal.aborted) queueMicrotask(abort);
  else signal.addEventListener('abort', abort, { once: true });
  target.once('close', () => signal.removeEventListener('abort', abort));
}

const isServer = ({ service }: OpenPlan['open']): boolean =>
  service === 'TCP LISTENER' || service === 'UDP SERVICE';

type Opening = Pick<EventEmitter, 'once' | 'removeListener'>;

export class ModemSockets {
  readonly #host: SocketsHost;
  readonly #sockets = new Set<ModemSocket>();
  readonly #servers = new Set<ModemServer>();
  readonly #datagrams = new Set<ModemDatagram>();
  /** Calls that wait for their context (invariant 4). */
  #waiting = 0;
  /** Who uses a context, where that decides how it is shared (gsm). */
  readonly #users = new Map<Opening, OpenPlan['open'] & { readonly isOver: () => boolean }>();

  constructor(host: SocketsHost) {
    this.#host = host;
    host.opener.onAccepted = (socket) => this.#keep(socket);
    host.opener.surroundings = (contextId) => this.#surroundings(contextId);
  }

  createConnection(options: ConnectOptions): ModemSocket {
    const plan = checkedConnect(options, this.#host.options);
    const { moved, options: all } = this.#host;
    const { clock, dialect } = all;
    const { mode, localPort, contextId } = plan.open;
    const socket = new ModemSocket({
      ...{ ...plan, mode, localPort, clock, moved, ...streamTraits(dialect) },
      ...this.#surroundings(contextId),
    });
    this.#keep(socket);
    endOnAbort(socket, plan, `connection to ${socket.endpoint}`, (error) => socket.destroy(error));
    this.#ready(plan, `connection to ${socket.endpoint}`, socket, () => socket.destroyed)
      .then(() => {
        if (!socket.destroyed) this.#host.opener.openStream(socket, plan);
      })
      .catch((error: Error) => socket.destroy(error));
    return socket;
  }

  connect(options: ConnectOptions): Promise<ModemSocket> {
    const socket = this.createConnection(options);
    return this.#opened(socket, socket, 'connect', `connect to ${socket.endpoint}`);
  }

  listen(options: ListenOptions): Promise<ModemServer> {
    const plan = checkedListen(options, this.#host.options);
    const server = new ModemServer({ ...plan, clock: this.#host.options.clock });
    this.#servers.add(server);
    endOnAbort(server, plan, `listening on ${server.endpoint}`, (error) => server.fail(error));
    this.#start(server, this.#servers, plan, () => this.#host.opener.openServer(server, plan));
    return this.#opened(server, server, 'listening', `listen on ${server.endpoint}`);
  }

  connectUdp(options: ConnectUdpOptions): Promise<ModemDatagram> {
    const plan = checkedConnectUdp(options, this.#host.options);
    return this.#openDatagrams(plan, { address: plan.open.host, port: plan.open.remotePort });
  }

  bindUdp(options: BindUdpOptions): Promise<ModemDatagram> {
    return this.#openDatagrams(checkedBindUdp(options, this.#host.options));
  }

  /** Nothing works any more: everything ends with the error. */
  fail(error: ModemError | undefined): void {
    const { ended } = this.#host;
    for (const socket of this.#sockets) socket.destroy(error ?? ended(`connection to ${socket.endpoint}`));
    for (const server of this.#servers) server.fail(error ?? ended(`listening on ${server.endpoint}`));
    for (const datagrams of this.#datagrams) datagrams.fail(error ?? ended(datagrams.endpoint));
  }

  /** The modem is being stopped. */
  stop(): void {
    for (const socket of this.#sockets) socket.stop();
    for (const server of this.#servers) server.stop();
    for (const datagrams of this.#datagrams) datagrams.close();
  }

  /** Nothing works any more, and the statecharts are gone. */
  end(): void {
    this.#host.opener.end();
  }

  /** What a stream asks of the modem beside moving bytes. */
  #surroundings(contextId: number): Pick<NetShapeOptions, 'localAddress' | 'keepAlive'> {
    const { addressOf, keepalive } = this.#host;
    return {
      localAddress: () => addressOf(contextId),
      keepAlive: (isWanted, idleMs) => keepalive.set(isWanted, idleMs),
    };
  }

  #keep(socket: ModemSocket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #openDatagrams(plan: OpenPlan, peer?: { address: string; port: number }): Promise<ModemDatagram> {
    const longestBytes = this.#host.options.dialect.limits.sendBytes;
    const { moved } = this.#host;
    const datagrams = new ModemDatagram({ peer, localPort: plan.open.localPort, longestBytes, moved });
    this.#datagrams.add(datagrams);
    endOnAbort(datagrams, plan, datagrams.endpoint, (error) => {
      datagrams.fail(error);
      datagrams.close();
    });
    this.#start(datagrams, this.#datagrams, plan, () => this.#host.opener.openDatagrams(datagrams, plan));
    return this.#opened(datagrams, datagrams, peer ? 'connect' : 'listening', `open ${datagrams.endpoint}`);
  }

  #start<T extends ModemServer | ModemDatagram>(
    target: T,
    all: Set<T>,
    plan: OpenPlan,
    open: () => void,
  ): void {
    const emitter: Opening = target;
    emitter.once('close', () => all.delete(target));
    this.#ready(plan, target.endpoint, emitter, () => target.closed)
      .then(() => {
        if (!target.closed) open();
      })
      .catch((error: Error) => {
        target.fail(error);
        target.close();
      });
  }

  /** Waits for the context. Rejects also when what waits is closed: nobody hears that then. */
  async #ready(
    { open, connectTimeoutMs }: OpenPlan,
    doing: string,
    waiting: Opening,
    isOver: () => boolean,
  ): Promise<void> {
    const { refusal, status$, options } = this.#host;
    const error = refusal(doing) ?? this.#refusalOfOneMore(doing);
    if (error) throw error;
    const closed = new AbortController();
    const close = (): void => closed.abort();
    waiting.once('close', close);
    const wait = {
      ...{ clock: options.clock, status$, contextId: open.contextId, limitMs: connectTimeoutMs, doing },
      code: 'OPEN_TIMED_OUT',
      signal: closed.signal,
    } as const;
    this.#waiting++;
    try {
      await contextActive(wait);
      if (open.sharing !== undefined) await this.#share({ ...open, isOver }, wait, waiting);
    } finally {
      this.#waiting--;
      waiting.removeListener('close', close);
    }
  }

  #refusalOfOneMore(doing: string): ModemError | undefined {
    const { queueLimit } = this.#host.options;
    if (this.#waiting < queueLimit) return undefined;
    const text = `${doing}: ${queueLimit} others wait for their context already: slow down, or raise queueLimit`;
    return new ModemError('QUEUE_FULL', text);
  }

  /** gsm figure 1: how the connections of a context share it is chosen before the context is activated. */
  async #share(
    open: OpenPlan['open'] & { readonly isOver: () => boolean },
    wait: ContextWait,
    waiting: Opening,
  ): Promise<void> {
    const { sharing, contextId } = open;
    const { of, isUsed, change } = this.#host.sharing;
    const users = [...this.#users.values()].filter((user) => !user.isOver());
    const others = users.filter((user) => user.contextId === contextId);
    const abroad = users.filter((user) => user.contextId !== contextId && user.sharing === sharing);
    const other = others.find((user) => user.sharing !== sharing);
    if (sharing === undefined) return;
    if (other) {
      const text = `${wait.doing}: context ${contextId} is in use as ${other.sharing}, and this needs it as ${sharing}`;
      throw new ModemError('CONTEXT_BUSY', `${text}: close the other connections first`, { contextId });
    }
    // Pushed to single connections, data does not say whether it came from the server or to the client (gsm §5.3.1).
    const mixed = others.find((user) => isServer(user) !== isServer(open));
    if (sharing === 'single' && mixed && (open.mode === 'push' || mixed.mode === 'push')) {
      const text = `${wait.doing}: context ${contextId} has a single connection that is pushed what it receives`;
      throw new ModemError('CONTEXT_BUSY', `${text}: use mode buffer for both`, { contextId });
    }
    // No notice says which context it is about (gsm §5.1, §5.3.1).
    if (isServer(open) && abroad.some(isServer)) {
      const text = `${wait.doing}: another context has a server that is ${sharing} too, and a client would be of either`;
      throw new ModemError('CONTEXT_BUSY', `${text}: close that one first`, { contextId });
    }
    if (sharing === 'single' && open.mode === 'push' && abroad.some(({ mode }) => mode === 'push')) {
      const text = `${wait.doing}: another context has a single connection that is pushed what it receives`;
      throw new ModemError('CONTEXT_BUSY', `${text}: use mode buffer for one of them`, { contextId });
    }
    this.#users.set(waiting, open);
    waiting.once('close', () => this.#users.delete(waiting));
    if (of(contextId) === sharing) return;
    await contextUnused(wait, isUsed); // connections that were given up are on their way out
    if (of(contextId) !== sharing) change(contextId, sharing);
    await contextActive(wait);
  }

  /** Resolves with `value` at the event, rejects with the error of the attempt. */
  #opened<T>(value: T, emitter: Opening, event: string, doing: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (done: () => void): void => {
        emitter.removeListener(event, opened);
        emitter.removeListener('error', failed);
        emitter.removeListener('close', closed);
        done();
      };
      const opened = (): void => settle(() => resolve(value));
      const failed = (error: Error): void => settle(() => reject(error));
      const closed = (): void => settle(() => reject(this.#host.ended(doing)));
      emitter.once(event, opened);
      emitter.once('error', failed);
      emitter.once('close', closed);
    });
  }
}
