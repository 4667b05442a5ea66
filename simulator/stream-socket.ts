/** A TCP connection of the module.
 *
 *    accept ──▶ (send buffer: accepted − acknowledged) ──▶ connection
 *    read  ◀── [receive buffer] ◀── connection; paused while the buffer is full
 */
import { ByteQueue } from './bytes.ts';
import type { ConnectionEvents, NetworkConnection, SimulatedNetwork } from './network.ts';
import { type Received, VirtualSocket } from './virtual-socket.ts';

/** See the head of the file. */
export class StreamSocket extends VirtualSocket {
  readonly #received = new ByteQueue();
  /** What the network delivered in one piece and the receive buffer had no room for. */
  readonly #overflow = new ByteQueue();
  #connection: NetworkConnection | undefined;
  #paused = false;

  override start(network: SimulatedNetwork, settle: (error: number) => void): void {
    network.resolve(this.request.host, ([address]) => {
      if (this.isDropped) return;
      if (address === undefined) return settle(565);
      this.address = address;
      const { port, localPort } = this.request;
      this.attach(network.connect({ address, port, localPort }, this.connectionEvents(settle)));
    });
  }

  /** The events to connect with; `settle` gets 0 or an error number of lte chapter 4. */
  connectionEvents(settle: (error: number) => void = () => {}): ConnectionEvents {
    return {
      onOpen: (localPort) =>
        this.later(() => {
          this.localPort = localPort;
          settle(0);
        }),
      onFailed: (reason) => this.later(() => settle(this.failureOf(reason))),
      onData: (bytes) => this.later(() => this.#take(bytes)),
      onAcknowledged: (lengthBytes) =>
        this.later(() => {
          this.acknowledgedBytes += lengthBytes;
          this.events.onProgress(this);
        }),
      onEnd: () => this.later(() => this.events.onPeerClosed(this)),
      onClosed: () =>
        this.later(() => {
          this.#connection = undefined;
          this.events.onPeerClosed(this);
        }),
    };
  }

  /** Puts a connection under it. */
  attach(connection: NetworkConnection): void {
    this.#connection = connection;
    if (this.isFrozen) connection.pause();
  }

  override get unreadBytes(): number {
    return this.#received.lengthBytes;
  }

  override get sendRoomBytes(): number {
    return this.options.sendBytes - (this.acceptedBytes - this.acknowledgedBytes);
  }

  override get hasPeer(): boolean {
    return this.#connection !== undefined;
  }

  override get isFlushed(): boolean {
    return !this.isFrozen && this.acknowledgedBytes === this.acceptedBytes;
  }

  override accept(bytes: Uint8Array): void {
    this.acceptedBytes += bytes.length;
    this.later(() => this.#connection?.write(bytes));
  }

  override read(maxBytes: number): Received {
    const bytes = this.#received.take(maxBytes);
    this.announcedFull = false;
    if (this.#received.lengthBytes === 0) this.announced = false;
    this.#fill();
    return { bytes };
  }

  override freeze(frozen: boolean): void {
    super.freeze(frozen);
    this.#adjustWindow();
  }

  override forgottenByNat(): void {
    this.cutOff();
    this.#adjustWindow();
  }

  override finish(): void {
    this.later(() => this.#connection?.end());
  }

  override drop(): void {
    super.drop();
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  override release(): NetworkConnection | undefined {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.resume();
    return connection;
  }

  override discard(): void {
    this.#received.clear();
    this.#overflow.clear();
  }

  #take(bytes: Uint8Array): void {
    if (this.#connection === undefined) return;
    this.#overflow.push(bytes);
    this.#fill();
  }

  #fill(): void {
    const roomBytes = Math.max(0, this.options.receiveBytes() - this.#received.lengthBytes);
    const bytes = this.#overflow.take(roomBytes);
    this.receivedBytes += bytes.length;
    this.#received.push(bytes);
    this.#adjustWindow();
    if (bytes.length > 0) this.events.onReadable(this);
  }

  /** A full buffer closes the window of the peer's TCP. */
  #adjustWindow(): void {
    const paused = this.isFrozen || this.#received.lengthBytes >= this.options.receiveBytes();
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#connection?.pause();
    else this.#connection?.resume();
  }
}
