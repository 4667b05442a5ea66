import { EventEmitter } from 'node:events';
import type { SocketActor, SocketFailure, SocketNotice } from '../../machines/socket.machine.ts';
import type { Clock } from '../../streams/clock.ts';
import type { Sender } from './modem-datagram.ts';
import type { ModemSocket } from './modem-socket.ts';
import { socketError } from './socket-error.ts';

const CLOSE_LIMIT_MS = 30_000;

/** A TCP listener in the module, shaped like `net.Server`.
 *
 * - `connection` brings a connected `ModemSocket`; the module chose its connect id.
 * - `full`: the module had no room for another one. `drop`: one more than `maxConnections` was closed at once.
 * - `error` ends it (`CONTEXT_LOST` …), `close` follows.
 *
 * @example
 * const server = await modem.listen({ port: 2020 });
 * server.on('connection', (socket) => socket.pipe(socket));
 */
export class ModemServer extends EventEmitter<{
  listening: [];
  connection: [socket: ModemSocket];
  full: [];
  drop: [from: Sender];
  error: [error: Error];
  close: [];
}> {
  /** The TCP port that it listens on. */
  readonly port: number;
  /** The module's connect id while it listens. */
  connectId: number | undefined;
  readonly #most: number;
  readonly #clock: Clock;
  readonly #connections = new Set<ModemSocket>();
  #actor: SocketActor | undefined;
  #isListening = false;
  #closing: Promise<void> | undefined;
  #isClosed = false;

  /** @internal Use `modem.listen()`. */
  constructor(options: {
    readonly port: number;
    readonly maxConnections: number;
    readonly clock: Clock;
  }) {
    super();
    this.#clock = options.clock;
    this.port = options.port;
    this.#most = options.maxConnections;
  }

  /** For messages: what it listens on. */
  get endpoint(): string {
    return `TCP port ${this.port}`;
  }

  /** True from `listening` until it closes. */
  get listening(): boolean {
    return this.#isListening && this.#closing === undefined;
  }

  /** True when it has ended and its connect id is free. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** Connections that were accepted and have not ended. */
  get connections(): ReadonlySet<ModemSocket> {
    return this.#connections;
  }

  /** More than these are closed at once, or refused by the module. */
  get maxConnections(): number {
    return this.#most;
  }

  /** The port that the module listens on. Its address is that of the context: see `modem.status.contexts`. */
  address(): { readonly address: string; readonly port: number } {
    return { address: '', port: this.port };
  }

  /** As in `net.Server`; `connections` is the simpler way. */
  getConnections(done: (error: Error | null, count: number) => void): this {
    const { size } = this.#connections;
    queueMicrotask(() => done(null, size));
    return this;
  }

  /** Without effect: what keeps the process alive is the port, which is shared. */
  ref(): this {
    return this;
  }

  /** Without effect, as `ref()`. */
  unref(): this {
    return this;
  }

  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Accepts nothing more, ends the connections as `end()` does, then stops listening (the order of lte §3.5.4).
   *
   * A connection that has not ended within 30 s, because nobody reads what it has received, is destroyed.
   */
  close(listener?: () => void): Promise<void> {
    if (listener && this.#isClosed) queueMicrotask(listener);
    else if (listener) this.once('close', listener);
    this.#closing ??= this.#close();
    return this.#closing;
  }

  // ---- for the modem

  /** @internal */
  attach(actor: SocketActor, connectId: number): void {
    this.#actor = actor;
    this.connectId = connectId;
    if (this.#closing) actor.send({ type: 'ask.destroy' });
  }

  /** @internal Something the machine has to say. */
  notice(notice: SocketNotice): void {
    if (notice.type === 'socket.listening') this.#listening();
    else if (notice.type === 'socket.failed') this.fail(notice.failure);
    else if (notice.type === 'socket.released') this.#end();
  }

  /** @internal The module has accepted a connection. */
  accept(socket: ModemSocket, from: Sender): void {
    if (!this.listening || this.#connections.size >= this.#most) {
      socket.on('error', () => undefined); // it was never handed out
      socket.destroy();
      if (this.listening) this.emit('drop', from);
      return;
    }
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    this.emit('connection', socket);
  }

  /** @internal The module had no room for another connection. */
  full(): void {
    if (this.listening) this.emit('full');
  }

  /** @internal Ends it with the error that `failure` means. */
  fail(failure: SocketFailure | Error): void {
    if (this.#isClosed || this.#closing) return;
    this.#closing = Promise.resolve();
    this.emit('error', failure instanceof Error ? failure : socketError(this.endpoint, failure, {}));
    if (this.#actor) this.#actor.send({ type: 'ask.destroy' });
    else this.#end(); // it never had a connect id
  }

  /** @internal The modem is being stopped; its connections are told by themselves. */
  stop(): void {
    this.#closing ??= Promise.resolve();
    if (this.#actor) this.#actor.send({ type: 'ask.destroy' });
    else this.#end();
  }

  #listening(): void {
    if (this.#closing) return;
    this.#isListening = true;
    this.emit('listening');
  }

  async #close(): Promise<void> {
    const ended = [...this.#connections].map((socket) => closed(socket));
    for (const socket of this.#connections) socket.end();
    const limit = this.#clock.setTimeout(() => {
      for (const socket of this.#connections) socket.destroy();
    }, CLOSE_LIMIT_MS);
    await Promise.all(ended);
    this.#clock.clearTimeout(limit);
    if (this.#isClosed) return;
    const released = new Promise<void>((resolve) => this.once('close', resolve));
    if (this.#actor) this.#actor.send({ type: 'ask.destroy' });
    else this.#end();
    await released;
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closing ??= Promise.resolve();
    this.#actor = undefined;
    this.connectId = undefined;
    this.emit('close');
  }
}

function closed(socket: ModemSocket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}
