import { EventEmitter } from 'node:events';
import { isIP, isIPv6 } from 'node:net';
import { ModemError } from '../../errors.ts';
import type { SocketActor, SocketFailure, SocketNotice } from '../../machines/socket.machine.ts';
import { joined } from '../channel/results.ts';
import { shownValue } from '../dialects/shown-value.ts';
import { bytesOf, readList } from '../plain-options.ts';
import { familyOf } from './net-shape.ts';
import { socketError } from './socket-error.ts';
import type { TrafficObserver } from './traffic.ts';

/** An address and port. */
export interface Sender {
  /** IP address. */
  readonly address: string;
  /** UDP or TCP port. */
  readonly port: number;
}

/** What comes with a received datagram, as in Node's `dgram`. */
export interface RemoteInfo extends Sender {
  /** Kind of the address. */
  readonly family: 'IPv4' | 'IPv6';
  /** Length of the datagram, in bytes. */
  readonly size: number;
}

/** A datagram that waits for the module. */
export interface Outgoing {
  readonly bytes: Uint8Array;
  readonly to: Sender | undefined;
  readonly done: ((error: Error | null, lengthBytes: number) => void) | undefined;
}

export interface ModemDatagramOptions {
  /** Where a connected socket sends to; left out for one that is bound to a port. */
  readonly peer?: Sender | undefined;
  readonly localPort: number;
  /** Longest datagram of the dialect. */
  readonly longestBytes: number;
  /** Is told of payload that the module has taken or given. */
  readonly moved?: TrafficObserver;
}

/** Is called when the module has taken a datagram of `lengthBytes`, or with why it has not. */
export type SendDone = (error: Error | null, lengthBytes: number) => void;
/** The bytes of a datagram, or parts that make one. */
export type DatagramMessage = Uint8Array | string | readonly (Uint8Array | string)[];
/** What stands behind the message in `send()`, as in `dgram`. */
export type DatagramSendArguments =
  | [done?: SendDone]
  | [port?: number, address?: string, done?: SendDone]
  | [offset: number, length: number, done?: SendDone]
  | [offset: number, length: number, port: number, address?: string, done?: SendDone];

/** More may not wait to be sent (invariant 4). */
const MOST_WAITING = 1024;

/** Datagrams through the module, shaped like Node's `dgram.Socket`.
 *
 * - `message` brings one whole datagram: none is merged or split.
 * - `send` calls back when the module has taken the datagram; UDP promises nothing beyond that.
 * - `error` ends it (`CONTEXT_LOST` …), `close` follows; but not the error of one `send` that has no callback.
 *
 * @example
 * const udp = await modem.bindUdp({ port: 3030 });
 * udp.on('message', (bytes, from) => udp.send(bytes, from.port, from.address));
 */
export class ModemDatagram extends EventEmitter<{
  listening: [];
  connect: [];
  message: [bytes: Buffer, from: RemoteInfo];
  error: [error: Error];
  close: [];
}> {
  /** @internal Where it sends to. */
  readonly peer: Sender | undefined;
  /** The module's connect id while it is open. */
  connectId: number | undefined;
  readonly #localPort: number;
  readonly #longestBytes: number;
  readonly #moved: TrafficObserver | undefined;
  readonly #outbox: Outgoing[] = [];
  #actor: SocketActor | undefined;
  #isOpen = false;
  #isClosing = false;
  #isClosed = false;

  /** @internal Use `modem.bindUdp()` or `modem.connectUdp()`. */
  constructor({ peer, localPort, longestBytes, moved }: ModemDatagramOptions) {
    super();
    this.peer = peer;
    this.#localPort = localPort;
    this.#longestBytes = longestBytes;
    this.#moved = moved;
  }

  /** For messages: what it is connected or bound to. */
  get endpoint(): string {
    return this.peer ? `${this.peer.address}:${this.peer.port} (UDP)` : `UDP port ${this.#localPort}`;
  }

  /** True when it has ended and its connect id is free. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** The local end. The module does not tell its own address here: see `modem.status.contexts`. */
  address(): { readonly address: string; readonly port: number } {
    return { address: '', port: this.#localPort };
  }

  /** Where a connected socket sends to.
   *
   * @throws INVALID_STATE on a bound one.
   */
  remoteAddress(): Sender & { readonly family: 'IPv4' | 'IPv6' | undefined } {
    if (this.peer === undefined)
      throw new ModemError('INVALID_STATE', `remoteAddress(): ${this.endpoint} is not connected to one peer`);
    return { ...this.peer, family: familyOf(this.peer.address) };
  }

  /** Datagrams that wait for the module. */
  getSendQueueCount(): number {
    return this.#outbox.length;
  }

  /** Their bytes. */
  getSendQueueSize(): number {
    return this.#outbox.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Without effect: what keeps the process alive is the port, which is shared. */
  ref(): this {
    return this;
  }

  /** Without effect, as `ref()`. */
  unref(): this {
    return this;
  }

  /** Sends one datagram: to the peer, or on a bound socket to `address` and `port`. In the forms of `dgram`:
   * `send(message, done)`, `send(message, port, address, done)`, and both with `offset` and `length` behind the message, which may
   * be a list of parts.
   *
   * The callback gets `MESSAGE_TOO_LONG` (nothing is written then), `INVALID_ARGUMENT`, `QUEUE_FULL`, `SEND_FAILED`, or the
   * error that ended the socket. Without a callback these are `error` events, as in Node.
   */
  send(message: DatagramMessage, ...rest: DatagramSendArguments): void {
    const done = rest.find((one) => typeof one === 'function') as SendDone | undefined;
    const given = rest.filter((one) => typeof one !== 'function') as unknown[];
    const isPart = given.length > 2 || (given.length === 2 && typeof given[1] === 'number');
    const [offset, length] = isPart ? given.splice(0, 2) : [];
    const all = wholeMessage(message);
    const bytes = isPart && all ? partOf(all, offset, length) : all;
    if (bytes === undefined) {
      const [argument, must] =
        all === undefined
          ? ['message', 'message must be a Uint8Array, a string, or a list of these']
          : ['offset', 'offset and length must be whole numbers within the message'];
      const text = `datagram through ${this.endpoint}: ${must}`;
      this.#tell(done, new ModemError('INVALID_ARGUMENT', text, { argument }));
      return;
    }
    const [port, address] = given;
    const to = port === undefined && address === undefined ? undefined : { port, address };
    const error = this.#refusal(bytes, to);
    if (error) {
      this.#tell(done, error);
      return;
    }
    this.#outbox.push({ bytes, to: to as Sender | undefined, done });
    this.#actor?.send({ type: 'writer.hasData' });
  }

  /** Closes it; what waits is not sent any more. Idempotent. */
  close(listener?: () => void): this {
    if (listener && this.#isClosed) queueMicrotask(listener);
    else if (listener) this.once('close', listener);
    this.#isClosing = true;
    if (this.#actor) this.#actor.send({ type: 'ask.destroy' });
    else this.#end();
    return this;
  }

  // ---- for the modem

  /** @internal */
  attach(actor: SocketActor, connectId: number): void {
    this.#actor = actor;
    this.connectId = connectId;
    if (this.#isClosing) actor.send({ type: 'ask.destroy' });
  }

  /** @internal Something the machine has to say. */
  notice(notice: SocketNotice): void {
    if (notice.type === 'socket.connected') this.#opened();
    else if (notice.type === 'socket.failed') this.fail(notice.failure);
    else if (notice.type === 'socket.released') this.#end();
  }

  /** @internal The datagram that is to be sent next. */
  get nextOutgoing(): Outgoing | undefined {
    return this.#outbox[0];
  }

  /** @internal The module has taken it. */
  sent(datagram: Outgoing): void {
    if (!this.#remove(datagram)) return; // it was given up meanwhile
    this.#moved?.({ transport: 'udp', direction: 'transmit', lengthBytes: datagram.bytes.length });
    datagram.done?.(null, datagram.bytes.length);
  }

  /** @internal Nobody knows what became of it. */
  notSent(datagram: Outgoing, failure: SocketFailure): void {
    if (!this.#remove(datagram)) return;
    this.#tell(datagram.done, socketError(this.endpoint, failure, {}));
  }

  /** @internal One datagram, in the slices in which it arrived. */
  receive(slices: readonly Uint8Array[], sender: Sender | undefined): void {
    const bytes = Buffer.from(joined(slices));
    this.#moved?.({ transport: 'udp', direction: 'receive', lengthBytes: bytes.length });
    if (this.#isClosing || this.#isClosed) return;
    const from = sender ?? this.peer ?? { address: '', port: 0 };
    const family = isIPv6(from.address) ? 'IPv6' : 'IPv4';
    this.emit('message', bytes, { ...from, family, size: bytes.length });
  }

  /** @internal Ends it with the error that `failure` means. */
  fail(failure: SocketFailure | Error): void {
    if (this.#isClosed || this.#isClosing) return;
    this.#isClosing = true;
    const error = failure instanceof Error ? failure : socketError(this.endpoint, failure, {});
    this.#reject(error);
    this.emit('error', error);
  }

  #opened(): void {
    if (this.#isClosing) return;
    this.#isOpen = true;
    this.emit(this.peer ? 'connect' : 'listening');
    if (this.#outbox.length > 0) this.#actor?.send({ type: 'writer.hasData' });
  }

  #refusal(bytes: Uint8Array, to: Recipient | undefined): ModemError | undefined {
    const doing = `datagram of ${bytes.length} bytes through ${this.endpoint}`;
    if (this.#isClosing || this.#isClosed) return new ModemError('SOCKET_CLOSED', `${doing}: it is closed`);
    if (bytes.length > this.#longestBytes) {
      const most = `the module sends ${this.#longestBytes} at most: split it`;
      return new ModemError('MESSAGE_TOO_LONG', `${doing}: ${most}`);
    }
    const wrong = wrongSend(bytes, to, this.peer);
    if (wrong)
      return new ModemError('INVALID_ARGUMENT', `${doing}: ${wrong.problem}`, { argument: wrong.argument });
    if (this.#outbox.length < MOST_WAITING) return undefined;
    return new ModemError('QUEUE_FULL', `${doing}: ${MOST_WAITING} wait already; wait for the callbacks`);
  }

  #tell(done: SendDone | undefined, error: Error): void {
    if (done) queueMicrotask(() => done(error, 0));
    else this.emit('error', error);
  }

  /** False when it was settled before. */
  #remove(datagram: Outgoing): boolean {
    const at = this.#outbox.indexOf(datagram);
    if (at >= 0) this.#outbox.splice(at, 1);
    return at >= 0;
  }

  #reject(error: Error): void {
    for (const { done } of this.#outbox.splice(0)) done?.(error, 0);
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#actor = undefined;
    this.connectId = undefined;
    const why = this.#isOpen ? 'it was closed' : 'it never opened';
    this.#reject(new ModemError('SOCKET_CLOSED', `datagrams through ${this.endpoint}: ${why}`));
    this.emit('close');
  }
}

/** The bytes of a message; `undefined` when it is none. */
function wholeMessage(message: unknown): Uint8Array | undefined {
  const alone = bytesOf(message);
  if (alone !== undefined) return alone;
  try {
    const parts = readList(message, 'message').map(bytesOf);
    return parts.every((part) => part !== undefined) ? Buffer.concat(parts) : undefined;
  } catch {
    return undefined;
  }
}

function partOf(bytes: Uint8Array, offset: unknown, length: unknown): Uint8Array | undefined {
  const isWithin = [offset, length].every((one) => Number.isInteger(one) && (one as number) >= 0);
  if (!isWithin) return undefined;
  const end = (offset as number) + (length as number);
  return end <= bytes.length ? bytes.subarray(offset as number, end) : undefined;
}

/** As the caller gives it. */
interface Recipient {
  readonly port: unknown;
  readonly address: unknown;
}

function wrongSend(
  bytes: Uint8Array,
  to: Recipient | undefined,
  peer: Sender | undefined,
): { readonly argument: string; readonly problem: string } | undefined {
  if (bytes.length === 0) return { argument: 'message', problem: 'a module cannot send an empty one' };
  if (peer && to) return { argument: 'address', problem: `it is connected to ${peer.address}:${peer.port}` };
  if (!peer && !to) return { argument: 'address', problem: 'give port and address' };
  if (to && (typeof to.address !== 'string' || isIP(to.address) === 0))
    return { argument: 'address', problem: 'must be an IP address: resolve the name first' };
  const isPort = to && typeof to.port === 'number' && Number.isInteger(to.port);
  if (to && !(isPort && Number(to.port) >= 1 && Number(to.port) <= 65_535))
    return {
      argument: 'port',
      problem: `must be a whole number from 1 to 65535, got ${shownValue(to.port)}`,
    };
  return undefined;
}
