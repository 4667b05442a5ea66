import { asModemError, type ErrorDetails, ModemError } from '../../errors.ts';
import type { SocketActor, SocketFailure, SocketNotice } from '../../machines/socket.machine.ts';
import type { Clock, TimerHandle } from '../../streams/clock.ts';
import type { AccessMode, SendCounters } from '../dialects/dialect.ts';
import { shownValue } from '../dialects/shown-value.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { ModeSwitches } from './mode-switches.ts';
import { NetShape, type NetShapeOptions } from './net-shape.ts';
import { QuietTimer } from './quiet-timer.ts';
import { SendWindow } from './send-window.ts';
import { socketError } from './socket-error.ts';
import { StrayBytes } from './stray-bytes.ts';
import type { TrafficObserver } from './traffic.ts';

/** Options of a stream socket. */
export interface ModemSocketOptions extends NetShapeOptions {
  /** Access mode at the beginning. */
  readonly mode?: AccessMode;
  /** Access modes that the module can switch it to. */
  readonly switchableModes?: readonly AccessMode[];
  /** More pushed bytes may not wait for the reader, where the module cannot be stopped (gsm). */
  readonly mostUnreadBytes?: number;
  /** False where the module does not tell what the peer has acknowledged (bc66). */
  readonly countsAcknowledged?: boolean;
  /** True when the module has accepted the connection already. */
  readonly isIncoming?: boolean;
  /** True leaves it to the application to `end()` when the peer has; what is written then fails: the module sends nothing any more. */
  readonly allowHalfOpen?: boolean;
  /** How long `end()` waits for more from the peer once everything is acknowledged: a module cannot close one
   * direction alone, so AT+QICLOSE would cut off what is still on its way. */
  readonly lingerMs?: number;
  readonly highWaterMark?: number;
  /** Bytes that may be sent when the connection is idle, to see whether it still stands. */
  readonly probe?: Uint8Array;
  /** Is told of payload that the module has taken or given. */
  readonly moved?: TrafficObserver;
}

type Done = (error?: Error | null) => void;

/** The counters are read at least this often, so that a loss does not leave much in doubt. */
const COUNT_EVERY_BYTES = 64 * 1024;
const MODES: readonly AccessMode[] = ['buffer', 'push', 'transparent'];
const DEFAULT_LINGER_MS = 5_000;
const DEFAULT_HIGH_WATER_MARK = 64 * 1024;

/** A TCP connection through the module, shaped like `net.Socket`.
 *
 * - A `write` callback fires when the module has accepted the bytes; `acknowledged()` resolves when the peer's TCP
 *   has them; `end()` waits for that, then for the peer, before it closes.
 * - Back-pressure works both ways: what the application does not read stays in the module, whose TCP window closes.
 * - With the option `probe` an idle connection is probed: the probe counts as written bytes, and the event `probe` says how many
 *   they are and what `bytesWritten` is behind them.
 * - `error` carries a `ModemError` whose details say how many bytes the peer had acknowledged.
 *
 * @example
 * const socket = await modem.connect({ host: 'telemetry.example', port: 7000 });
 * socket.write('reading 1\n');
 * await socket.acknowledged();
 */
export class ModemSocket extends NetShape {
  /** The module's connect id while the socket is open. */
  connectId: number | undefined;
  /** Payload bytes received so far. */
  bytesRead = 0;
  /** Whether the module tells what the peer has acknowledged: not on bc66. */
  readonly countsAcknowledged: boolean;
  /** @internal Bytes on their way to the module. */
  readonly window = new SendWindow();
  /** @internal What the module had accepted when its counters were read last. */
  countedAtBytes = 0;
  /** @internal Tells when no byte has moved for a while. */
  readonly quiet: QuietTimer;
  /** @internal True while the stream wants more received bytes. */
  wants = false;
  readonly #clock: Clock;
  readonly #moved: TrafficObserver | undefined;
  readonly #lingerMs: number;
  readonly #probe: Uint8Array | undefined;
  readonly #mostUnreadBytes: number;
  readonly #switchableModes: readonly AccessMode[];
  readonly #acknowledgements = new Acknowledgements();
  readonly #modes: ModeSwitches;
  #actor: SocketActor | undefined;
  /** Never goes back, although a stream that is destroyed forgets what it had not written. */
  #bytesWritten = 0;
  /** Of a probe that the module has not taken yet: the stream does not know of it. */
  #probingBytes = 0;
  /** Where the last probe ends in the stream. */
  #probeEndBytes = 0;
  #isReleased = false;
  #hasEnded = false;
  #isClosing = false;
  #finalDone: Done | undefined;
  #writeDone: Done | undefined;
  #lingerTimer: TimerHandle;
  /** @internal */
  readonly strays = new StrayBytes();

  /** @internal Use `modem.connect()`. */
  constructor(options: ModemSocketOptions) {
    super(options, {
      allowHalfOpen: options.allowHalfOpen ?? false,
      highWaterMark: options.highWaterMark ?? DEFAULT_HIGH_WATER_MARK,
      emitClose: true,
    });
    this.#clock = options.clock;
    this.quiet = new QuietTimer(options.clock);
    this.#probe = options.probe;
    this.#moved = options.moved;
    this.#lingerMs = options.lingerMs ?? DEFAULT_LINGER_MS;
    this.#mostUnreadBytes = options.mostUnreadBytes ?? Number.POSITIVE_INFINITY;
    this.#switchableModes = options.switchableModes ?? MODES;
    this.#modes = new ModeSwitches(options.mode ?? 'buffer', (mode) =>
      this.#actor?.send({ type: 'ask.switch', mode }),
    );
    this.countsAcknowledged = options.countsAcknowledged ?? true;
    this.connecting = options.isIncoming !== true;
  }

  /** The access mode: how received data reaches the host. */
  get mode(): AccessMode {
    return this.#modes.mode;
  }

  /** Payload bytes that were written to the socket, accepted by the module or not; sent probes are among them. */
  get bytesWritten(): number {
    this.#noteWritten();
    return this.#bytesWritten;
  }

  /** Payload bytes that the module has taken. */
  get bytesAccepted(): number {
    return this.window.acceptedBytes;
  }

  /** Payload bytes that the peer's TCP is known to have; as of the last look at the counters. */
  get bytesAcknowledged(): number {
    return this.#acknowledgements.bytes;
  }

  /** Resolves when the peer's TCP has acknowledged every byte written so far.
   *
   * Rejects with `UNSUPPORTED` on bc66, whose modules do not tell (`countsAcknowledged`): let the peer answer.
   * Rejects with the error that ends the socket; its `details.bytesAcknowledged` says how far it came. On a socket
   * that is closed already it rejects: look at `bytesAcknowledged` then.
   */
  acknowledged(): Promise<void> {
    const targetBytes = this.#owedBytes;
    if (!this.countsAcknowledged) return Promise.reject(this.#uncounted());
    if (this.destroyed) return Promise.reject(this.#closedError());
    if (this.bytesAcknowledged >= targetBytes) return Promise.resolve();
    if (this.#isReleased) return Promise.reject(this.#closedError());
    const acknowledged = this.#acknowledgements.await(targetBytes);
    this.#actor?.send({ type: 'ask.acknowledge' });
    return acknowledged;
  }

  /** Changes the access mode (AT+QISWTMD); nothing is lost by it. Several calls are carried out one after the other.
   *
   * Rejects with `INVALID_ARGUMENT` for a mode that is none, with `UNSUPPORTED` for one that the module cannot switch to (any
   * on gsm, transparent on bc66).
   * Rejects with `SWITCH_FAILED` when the module refuses, and the mode stays; with the error that ends the socket meanwhile.
   */
  switchMode(mode: AccessMode): Promise<void> {
    if (!MODES.includes(mode)) {
      const text = `switchMode(): mode must be one of ${MODES.join(', ')}, got ${shownValue(mode)}`;
      return Promise.reject(new ModemError('INVALID_ARGUMENT', text, { argument: 'mode' }));
    }
    if (this.destroyed || this.#actor === undefined || this.connecting)
      return Promise.reject(this.#closedError());
    if (mode !== this.mode && !this.#switchableModes.includes(mode)) {
      const text = `switchMode(): connection to ${this.endpoint}: its module cannot switch to ${mode}: open another one`;
      return Promise.reject(new ModemError('UNSUPPORTED', text));
    }
    return this.#modes.wish(mode);
  }

  // ---- for the modem

  /** @internal The socket's machine has been started. */
  attach(actor: SocketActor, connectId: number): void {
    this.#actor = actor;
    this.connectId = connectId;
    this.#isReleased = false;
    if (this.destroyed) actor.send({ type: 'ask.destroy' });
  }

  /** @internal Something the machine has to say. */
  notice(notice: SocketNotice): void {
    if (notice.type === 'socket.connected') this.#connected();
    else if (notice.type === 'socket.closing') this.#isClosing = true;
    else if (notice.type === 'socket.counted') this.#counted(notice.counters);
    else if (notice.type === 'socket.ended') this.#ended();
    else if (notice.type === 'socket.failed') this.fail(notice.failure);
    else if (notice.type === 'socket.switched') this.#modes.switched(notice.mode);
    else if (notice.type === 'socket.notSwitched') this.#modes.refused(this.#errorOf(notice.failure));
    else if (notice.type === 'socket.released') this.#released();
  }

  /** @internal Received payload, in the slices in which it arrived. */
  receive(slices: readonly Uint8Array[]): void {
    if (this.#hasEnded && slices.length > 0) {
      this.fail({ code: 'DATA_DAMAGED' }); // behind the end: nobody can say which connection this is of
      return;
    }
    for (const slice of slices) {
      this.bytesRead += slice.length;
      this.#moved?.({ transport: 'tcp', direction: 'receive', lengthBytes: slice.length });
      if (!this.destroyed) this.wants = this.push(slice);
    }
    if (!this.wants && this.mode !== 'buffer' && !this.destroyed) this.#actor?.send({ type: 'reader.full' });
    if (this.mode === 'push' && this.readableLength > this.#mostUnreadBytes)
      this.fail({ code: 'BUFFER_FULL' });
    this.#touch();
    if (this.#isClosing) this.#linger();
  }

  /** @internal Ends the socket with the error that `failure` means. */
  fail(failure: SocketFailure): void {
    this.destroy(this.#errorOf(failure));
  }

  /** @internal The modem is being stopped. An error only where something is lost by it. */
  stop(): void {
    const isIdle = !this.connecting && !this.#hasUnsent && !this.#acknowledgements.isAwaited;
    if (isIdle) this.destroy();
    else this.fail({ code: 'STOPPED' });
  }

  /** @internal Received bytes are wanted: by the reader, or because nobody will ever read and the rest must go. */
  get wantsData(): boolean {
    return this.wants || (this.#isClosing && this.readableFlowing === null);
  }

  /** @internal */
  get awaitsAcknowledgement(): boolean {
    const behindBytes = this.window.acceptedBytes - this.bytesAcknowledged;
    // The counters cost an escape in transparent mode: only somebody who waits is worth that.
    const isFarBehind = this.mode !== 'transparent' && behindBytes > COUNT_EVERY_BYTES;
    return isFarBehind || this.#acknowledgements.isAwaitedWithin(this.window.acceptedBytes);
  }

  /** @internal The module has accepted bytes: those who wait for the peer may now be answered. */
  accepted(lengthBytes: number): void {
    this.window.accept(lengthBytes);
    this.#moved?.({ transport: 'tcp', direction: 'transmit', lengthBytes });
    this.#touch();
    this.#actor?.send({ type: 'ask.acknowledge' });
  }

  /** @internal Length of the probe; 0 when none was given. */
  get probeBytes(): number {
    return this.#probe?.length ?? 0;
  }

  /** @internal The module holds bytes of the application's that the peer is not known to have. */
  get hasUnacknowledged(): boolean {
    return this.bytesAcknowledged < Math.min(this.window.acceptedBytes, this.#owedBytes);
  }

  /** @internal A probe was given, and it would not be put into something that is being sent or has ended. */
  get canProbe(): boolean {
    const isBusy = this.window.pendingBytes > 0 || this.writableLength > 0;
    return this.#probe !== undefined && !isBusy && !this.writableEnded && !this.destroyed;
  }

  /** @internal Sends the probe, as bytes of the stream; `probe` tells the application where they stand in it. */
  sendProbe(): void {
    const probe = this.#probe;
    if (probe === undefined || !this.canProbe) return;
    this.#probingBytes = probe.length;
    this.window.push([probe], () => {
      this.#probingBytes = 0;
    });
    const { bytesWritten } = this;
    this.#probeEndBytes = bytesWritten;
    queueMicrotask(() => this.emit('probe', probe.length, bytesWritten));
    this.#actor?.send({ type: 'writer.hasData' });
  }

  // ---- stream

  /** @internal */
  override _read(): void {
    this.wants = true;
    this.#actor?.send({ type: 'reader.wants' });
  }

  /** @internal */
  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: Done): void {
    this.#queue([chunk], callback);
  }

  /** @internal */
  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], callback: Done): void {
    this.#queue(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  /** @internal */
  override _final(callback: Done): void {
    this.#finalDone = callback;
    if (this.#isReleased) {
      if (this.readableFlowing === null) this.resume(); // nobody reads: nothing else would end the stream
      this.#finish();
    } else if (this.connecting) this.once('connect', () => this.#closePolitely());
    else this.#closePolitely();
  }

  /** @internal */
  override _destroy(error: Error | null, callback: Done): void {
    this.connecting = false;
    this.#noteWritten(); // the stream is about to forget what waits
    this.#clock.clearTimeout(this.#lingerTimer);
    this.stopIdleTimer();
    const reason = error ?? this.#closedError();
    this.#acknowledgements.fail(reason);
    this.#modes.fail(reason);
    this.window.clear();
    this.#actor?.send({ type: 'ask.destroy' });
    callback(error);
    this.#writeDone?.(reason); // a stream that is destroyed forgets the write that is under way
    this.#writeDone = undefined;
  }

  /** Where the application's last byte stands in the stream: nobody but the watch of the link waits for a probe behind it. */
  get #owedBytes(): number {
    const { bytesWritten } = this;
    const isBehindProbe = this.probeBytes > 0 && bytesWritten === this.#probeEndBytes;
    return isBehindProbe ? bytesWritten - this.probeBytes : bytesWritten;
  }

  /** The module has not taken all that the application wrote; nobody misses a probe. */
  get #hasUnsent(): boolean {
    return this.window.pendingBytes > this.#probingBytes;
  }

  #noteWritten(): void {
    const waitingBytes = this.writableLength + this.#probingBytes;
    this.#bytesWritten = Math.max(this.#bytesWritten, this.window.completedBytes + waitingBytes);
  }

  #queue(chunks: readonly Buffer[], callback: Done): void {
    this.#noteWritten(); // a refused write is taken out again, but it was written
    if (this.#isReleased || this.#hasEnded) {
      callback(this.#errorOf({ code: 'PEER_CLOSED' }));
      return;
    }
    this.#writeDone = callback;
    this.window.push(chunks, () => {
      this.#writeDone = undefined;
      callback();
    });
    this.#actor?.send({ type: 'writer.hasData' });
  }

  #counted(counters: SendCounters): void {
    this.countedAtBytes = this.window.acceptedBytes;
    const { acknowledgedBytes } = this.strays.without(counters, this.window.acceptedBytes);
    this.#acknowledgements.reach(acknowledgedBytes);
  }

  #connected(): void {
    if (this.destroyed) return;
    this.connecting = false;
    this.#touch();
    this.emit('connect');
    this.emit('ready');
  }

  #ended(): void {
    this.#hasEnded = true;
    if (!this.destroyed) this.push(null);
  }

  /** The id is free again: whatever was not accepted by now never will be. */
  #released(): void {
    this.#isReleased = true;
    this.#actor = undefined;
    this.connectId = undefined;
    if (this.destroyed) return;
    if (!this.#hasEnded) this.#ended();
    if (this.readableFlowing === null && this.readableLength === 0) this.resume(); // lets `end` and `close` come
    // What nobody has seen arrive may be lost: the module's counters may have gone with the connection.
    const isInDoubt = this.countsAcknowledged && this.hasUnacknowledged;
    if (this.#hasUnsent || this.#acknowledgements.isAwaited || isInDoubt) this.#failAfterReading();
    else this.#finish();
  }

  /** What was received before the end is delivered before the error. */
  #failAfterReading(): void {
    const fail = (): void => this.fail({ code: 'PEER_CLOSED' });
    if (this.readableLength === 0 || this.readableFlowing === null) fail();
    else this.once('end', fail);
  }

  #finish(): void {
    this.#finalDone?.();
    this.#finalDone = undefined;
  }

  #uncounted(): ModemError {
    const text = `acknowledged(): connection to ${this.endpoint}: the module does not tell what its peer has`;
    return new ModemError('UNSUPPORTED', `${text}; let the peer answer, and wait for that`);
  }

  #closePolitely(): void {
    const settled = this.countsAcknowledged ? this.acknowledged() : Promise.resolve();
    settled.then(
      () => {
        if (this.#isReleased) return this.#finish();
        this.#isClosing = true;
        this.#linger();
      },
      (error: unknown) => this.destroy(asModemError(error)),
    );
  }

  #linger(): void {
    this.#clock.clearTimeout(this.#lingerTimer);
    if (this.destroyed) return;
    this.#lingerTimer = this.#clock.setTimeout(() => {
      this.#actor?.send({ type: 'ask.close' });
    }, this.#lingerMs);
  }

  #touch(): void {
    this.quiet.touch();
    this.restartIdleTimer();
  }

  #errorOf(failure: SocketFailure): ModemError {
    return socketError(this.endpoint, failure, this.#details());
  }

  #details(): ErrorDetails {
    return {
      bytesWritten: this.bytesWritten,
      bytesAcknowledged: this.bytesAcknowledged,
      ...(this.connectId !== undefined && { connectId: this.connectId }),
    };
  }

  #closedError(): ModemError {
    return new ModemError('SOCKET_CLOSED', `connection to ${this.endpoint} is closed`, this.#details());
  }
}
