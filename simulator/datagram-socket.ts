/** UDP sockets of the module: whole datagrams in, whole datagrams out.
 *
 *    accept ──▶ endpoint (nothing is acknowledged: what is lost is lost)
 *    read  ◀── [datagrams] ◀── endpoint; what the receive buffer has no room for is lost
 */
import type { DatagramEndpoint, RemoteEndpoint, SimulatedNetwork } from './network.ts';
import { type Received, VirtualSocket } from './virtual-socket.ts';

/** A UDP client, a UDP SERVICE, or a remote that a UDP LISTENER accepted. */
export class DatagramSocket extends VirtualSocket {
  readonly #received: { readonly bytes: Uint8Array; readonly from: RemoteEndpoint }[] = [];
  #unreadBytes = 0;
  #endpoint: DatagramEndpoint | undefined;
  #forgotten = false;

  override start(network: SimulatedNetwork, settle: (error: number) => void): void {
    if (this.#isService) {
      this.#bind(network, settle);
      return;
    }
    network.resolve(this.request.host, ([address]) => {
      if (this.isDropped) return;
      if (address === undefined) return settle(565);
      this.address = address;
      this.#bind(network, settle);
    });
  }

  /** Sends through a port that is shared with others. */
  attach(endpoint: DatagramEndpoint): void {
    this.#endpoint = endpoint;
  }

  override get unreadBytes(): number {
    return this.#unreadBytes;
  }

  override accept(
    bytes: Uint8Array,
    to: RemoteEndpoint = { address: this.address, port: this.request.port },
  ): void {
    this.acceptedBytes += bytes.length;
    if (this.isFrozen) return;
    this.carry();
    this.#forgotten = false;
    this.#endpoint?.send(bytes, to);
  }

  override read(maxBytes: number): Received {
    // lte §3.6.3: a service yields one whole packet.
    return this.#isService ? this.#taken(this.#shift()) : this.#taken({ bytes: this.#take(maxBytes) });
  }

  override readForPush(): Received {
    const { bytes, from } = this.#shift();
    return this.#taken(this.#isService && from ? { bytes, from } : { bytes });
  }

  /** A datagram arrived. */
  deliver(bytes: Uint8Array, from: RemoteEndpoint): void {
    if (this.isFrozen || this.isDropped || this.#forgotten || !this.#hears(from)) return;
    this.carry();
    const roomBytes = this.options.receiveBytes() - this.#unreadBytes;
    if (bytes.length === 0 || bytes.length > roomBytes) {
      const why = bytes.length === 0 ? 'it is empty' : 'the receive buffer is full';
      this.events.onLost(this, `datagram of ${bytes.length} bytes: ${why}`);
      return;
    }
    this.#received.push({ bytes, from });
    this.#unreadBytes += bytes.length;
    this.receivedBytes += bytes.length;
    this.events.onReadable(this);
  }

  /** Until the next datagram of the module. */
  override forgottenByNat(): void {
    this.#forgotten = true;
  }

  override drop(): void {
    super.drop();
    this.#endpoint?.close();
    this.#endpoint = undefined;
  }

  get #isService(): boolean {
    return this.request.service === 'UDP SERVICE';
  }

  /** All but a service have one peer, and are deaf to others. */
  #hears({ address, port }: RemoteEndpoint): boolean {
    return this.#isService || (address === this.address && port === this.request.port);
  }

  #bind(network: SimulatedNetwork, settle: (error: number) => void): void {
    this.#endpoint = network.openDatagrams(this.request.localPort, {
      onOpen: (localPort) => {
        this.localPort = localPort;
        settle(0);
      },
      onFailed: (reason) => settle(this.failureOf(reason)),
      onDatagram: (bytes, from) => this.deliver(bytes, from),
    });
  }

  #taken(received: Received): Received {
    this.#unreadBytes -= received.bytes.length;
    this.announcedFull = false;
    if (this.#unreadBytes === 0) this.announced = false;
    return received;
  }

  #shift(): Received {
    return this.#received.shift() ?? { bytes: new Uint8Array(0) };
  }

  /** Of one datagram (AT+QICFG="udp/readmode",0), or of all as if they were a stream. */
  #take(maxBytes: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let roomBytes = maxBytes;
    do {
      const part = this.#takeFromFirst(roomBytes);
      roomBytes -= part.length;
      parts.push(part);
    } while (this.options.readsAsStream() && roomBytes > 0 && this.#received.length > 0);
    return Buffer.concat(parts);
  }

  /** The first datagram, or as much of it as fits: the rest stays. */
  #takeFromFirst(maxBytes: number): Uint8Array {
    const first = this.#received.shift();
    if (first === undefined) return new Uint8Array(0);
    const { bytes, from } = first;
    if (bytes.length > maxBytes) this.#received.unshift({ bytes: bytes.subarray(maxBytes), from });
    return bytes.subarray(0, maxBytes);
  }
}
