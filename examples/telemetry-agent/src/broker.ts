import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { MqttClient } from 'mqtt';
import type { BrokerConfig } from './config.ts';
import { log } from './log.ts';
import type { Reading } from './outbox.ts';

/** A module may need 150 s to open a connection, and the broker must answer behind that. */
const CONNACK_MS = 180_000;
const LAST_WAIT_MS = 5_000;

/** The MQTT connection: opened again as often as it ends. What was published without a PUBACK is then sent again by MQTT.js. */
export class Broker {
  readonly #config: BrokerConfig;
  readonly #openStream: () => Duplex;
  #client: MqttClient | undefined;
  #told = '';
  /** Why the last try failed, while there is no connection. */
  problem: string | undefined;
  /** Time of the last PUBACK of this process, on the clock of `performance.now()`. */
  lastPubackAtMs: number | undefined;

  constructor(config: BrokerConfig, openStream: () => Duplex) {
    this.#config = config;
    this.#openStream = openStream;
  }

  get isConnected(): boolean {
    return this.#client?.connected ?? false;
  }

  /** From here on it connects, and connects again. The first reading asks for it: by then the modem has been started. */
  #open(): MqttClient {
    const { clientId, username, password, keepaliveS, reconnectMs } = this.#config;
    const client = new MqttClient(() => this.#watchedStream(), {
      clientId,
      // The outbox is the memory, not a session: message ids of another life mean nothing in this one.
      clean: true,
      keepalive: keepaliveS,
      reconnectPeriod: reconnectMs,
      connectTimeout: CONNACK_MS,
      reconnectOnConnackError: true, // a password can be mended at the broker, and nobody is here to start the agent again
      ...(username && { username }),
      ...(password && { password }),
    });
    client.on('connect', () => this.#connected());
    client.on('close', () => this.#tell(`no connection${this.problem ? `: ${this.problem}` : ''}`));
    client.on('error', (error) => this.#failed(error));
    return client;
  }

  /** Resolves at the PUBACK, whatever happens to connections until then; rejects only when the signal says stop. */
  async publish(reading: Reading, signal: AbortSignal): Promise<void> {
    this.#client ??= this.#open();
    while (!(await this.#tryPublish(this.#client, JSON.stringify(reading))))
      await sleep(this.#config.reconnectMs, undefined, { signal });
    this.lastPubackAtMs = performance.now();
  }

  /** Says goodbye where there is somebody to say it to; never takes long. */
  async close(): Promise<void> {
    const goodbye = this.#client?.endAsync(!this.#client.connected);
    await Promise.race([goodbye, sleep(LAST_WAIT_MS, undefined, { ref: false })]);
  }

  /** MQTT.js repeats what is on its way, but gives up what it was asked for while it did so when the connection ends once more. */
  async #tryPublish(client: MqttClient, payload: string): Promise<boolean> {
    try {
      await client.publishAsync(this.#config.topic, payload, { qos: 1 });
      return true;
    } catch {
      return false;
    }
  }

  /** MQTT.js tells only that a connection has closed, not why. */
  #watchedStream(): Duplex {
    return this.#openStream().once('error', (error) => this.#failed(error));
  }

  #connected(): void {
    this.problem = undefined;
    this.#tell('connected');
  }

  #failed(error: Error): void {
    this.problem = error.message;
  }

  /** A broker that is away for a night is one line in the journal, not thousands. */
  #tell(text: string): void {
    if (text !== this.#told) log(`broker: ${text}`);
    this.#told = text;
  }
}
