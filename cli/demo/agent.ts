/** The telemetry agent of the demonstration: numbered readings, each kept until its echo has come back.
 *
 *    every second: reading N ──▶ unechoed ──▶ socket ──▶ echo server ──▶ socket ──▶ crossed off
 *                                   ▲ after a loss: connect again, send what has no echo yet, in order
 */
import type { Modem } from '../../adapters/modem/modem.ts';
import type { ModemSocket } from '../../adapters/net/modem-socket.ts';
import { type Clock, delay } from '../../streams/clock.ts';

export interface AgentOptions {
  readonly modem: Modem;
  readonly clock: Clock;
  readonly port: number;
  readonly readings: number;
  readonly intervalMs: number;
  /** Called after each reading was made. */
  readonly onReading: (number: number) => void;
  /** Called when an echo came back. */
  readonly onEcho: (number: number) => void;
  readonly onLoss: (error: Error | undefined) => void;
}

/** What became of the readings. */
export interface Tally {
  sent: number;
  echoed: number;
  duplicated: number;
  /** Readings that went out again because their connection was lost before their echo came. */
  repeated: number;
}

const RECONNECT_MS = 2_000;

/** Sends readings until all are made and all are echoed, or the signal says stop. */
export class Agent {
  readonly tally: Tally = { sent: 0, echoed: 0, duplicated: 0, repeated: 0 };
  readonly #options: AgentOptions;
  /** Readings without an echo, in order; true when they were sent at least once. */
  readonly #unechoed = new Map<number, boolean>();
  readonly #echoed = new Set<number>();
  #socket: ModemSocket | undefined;
  #partial = '';

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** Readings that still wait for their echo. */
  get waiting(): number {
    return this.#unechoed.size;
  }

  async run(signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const connection = this.#keepConnected(both);
    try {
      await this.#makeReadings(both);
      while (this.#unechoed.size > 0) await delay(this.#options.clock, this.#options.intervalMs, both);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      stop.abort();
      this.#socket?.destroy();
      await connection;
    }
  }

  async #makeReadings(signal: AbortSignal): Promise<void> {
    const { readings, intervalMs, clock, onReading } = this.#options;
    for (let number = 1; number <= readings; number++) {
      this.#unechoed.set(number, false);
      this.tally.sent++;
      this.#send(number);
      onReading(number);
      await delay(clock, intervalMs, signal);
    }
  }

  async #keepConnected(signal: AbortSignal): Promise<void> {
    const { modem, clock, port, onLoss } = this.#options;
    while (!signal.aborted) {
      try {
        const socket = await modem.connect({ host: '127.0.0.1', port });
        const failure = await this.#useUntilClosed(socket, signal);
        if (!signal.aborted) onLoss(failure);
      } catch (error) {
        if (!signal.aborted) onLoss(error instanceof Error ? error : new Error(String(error)));
        await delay(clock, RECONNECT_MS, signal).catch(() => undefined);
      }
    }
  }

  #useUntilClosed(socket: ModemSocket, signal: AbortSignal): Promise<Error | undefined> {
    if (signal.aborted) socket.destroy();
    this.#socket = socket;
    this.#partial = '';
    return new Promise((resolve) => {
      let failure: Error | undefined;
      socket.on('error', (error) => {
        failure = error;
      });
      socket.on('data', (chunk: Buffer) => this.#read(chunk));
      socket.once('close', () => {
        this.#socket = undefined;
        resolve(failure);
      });
      for (const number of this.#unechoed.keys()) this.#send(number);
    });
  }

  #send(number: number): void {
    if (this.#socket === undefined || this.#socket.writableEnded) return;
    if (this.#unechoed.get(number)) this.tally.repeated++;
    this.#unechoed.set(number, true);
    const celsius = 12 + ((number * 7) % 40) / 10;
    this.#socket.write(`reading ${number} ${celsius.toFixed(1)} C\n`);
  }

  #read(chunk: Buffer): void {
    const lines = (this.#partial + chunk.toString('latin1')).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) {
      const number = Number(/^reading (\d+) /.exec(line)?.[1]);
      if (this.#echoed.has(number)) this.tally.duplicated++;
      else if (this.#unechoed.delete(number)) {
        this.#echoed.add(number);
        this.tally.echoed++;
        this.#options.onEcho(number);
      }
    }
  }
}
