/** A broker on the loopback, and what a subscriber gets from it. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';

export class TestBroker {
  /** Texts that arrived, by sequence number; more than one where a reading came twice. */
  readonly received = new Map<number, string[]>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #broker: Aedes;
  #subscriber: mqtt.MqttClient | undefined;
  port = 0;

  private constructor(broker: Aedes) {
    this.#broker = broker;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket.once('close', () => this.#sockets.delete(socket)));
      broker.handle(socket);
    });
  }

  static async start(topic: string): Promise<TestBroker> {
    const one = new TestBroker(await Aedes.createBroker());
    await one.listen();
    const subscriber = await mqtt.connectAsync(`mqtt://127.0.0.1:${one.port}`, { reconnectPeriod: 50 });
    subscriber.on('error', () => undefined);
    subscriber.on('message', (_topic, payload) => one.#take(payload.toString()));
    await subscriber.subscribeAsync(topic, { qos: 1 });
    one.#subscriber = subscriber;
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
    await this.#subscriber?.endAsync(true);
    await this.goAway();
    await new Promise<void>((done) => this.#broker.close(() => done()));
  }

  #take(text: string): void {
    const { sequence } = JSON.parse(text) as { sequence: number };
    this.received.set(sequence, [...(this.received.get(sequence) ?? []), text]);
  }
}
