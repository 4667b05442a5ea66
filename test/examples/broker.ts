/** A broker on the loopback, and what it was given.
 *
 * Noted before the PUBACK: a subscriber's connection may break between that and what it would have got.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';

export class TestBroker {
  /** Texts that arrived, by sequence number; more than one where a reading came twice. */
  readonly received = new Map<number, string[]>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #broker: Aedes;
  port = 0;

  private constructor(broker: Aedes) {
    this.#broker = broker;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket.once('close', () => this.#sockets.delete(socket)));
      broker.handle(socket);
    });
  }

  /** @param topics how the topics of readings begin. */
  static async start(topics: string): Promise<TestBroker> {
    const broker = await Aedes.createBroker();
    const one = new TestBroker(broker);
    broker.authorizePublish = (_client, packet, allow) => {
      if (packet.topic.startsWith(topics)) one.#take(packet.payload.toString());
      allow(null);
    };
    await one.listen();
    return one;
  }

  get duplicates(): number {
    return [...this.received.values()].reduce((sum, texts) => sum + texts.length - 1, 0);
  }

  /** Readings of one number that say different things: they cannot all have been stored. */
  get contradictions(): readonly number[] {
    return [...this.received].filter(([, texts]) => new Set(texts).size > 1).map(([sequence]) => sequence);
  }

  /** Numbers up to `newest` that never arrived. */
  missing(newest: number): readonly number[] {
    return Array.from({ length: newest }, (_, index) => index + 1).filter((n) => !this.received.has(n));
  }

  /** Is not there for a while: connections end, new ones are refused. */
  async goAway(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  listen(): Promise<void> {
    return new Promise((done) =>
      this.#server.listen(this.port, '127.0.0.1', () => {
        this.port = (this.#server.address() as AddressInfo).port;
        done();
      }),
    );
  }

  async stop(): Promise<void> {
    await this.goAway();
    await new Promise<void>((done) => this.#broker.close(() => done()));
  }

  #take(text: string): void {
    const { sequence } = JSON.parse(text) as { sequence: number };
    this.received.set(sequence, [...(this.received.get(sequence) ?? []), text]);
  }
}
