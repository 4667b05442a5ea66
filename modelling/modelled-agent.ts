/** The agent that is modelled: it keeps each reading until the peer's TCP has it, and connects again as soon as that is possible.
 *
 *    reading ──▶ outbox ──▶ socket ──acknowledged──▶ forgotten
 *                  └── again, on the next connection, from the first one that was not acknowledged
 */
import type { Modem } from '../adapters/modem/modem.ts';
import type { ModemSocket } from '../adapters/net/modem-socket.ts';
import { asModemError } from '../errors.ts';
import { type Clock, delay } from '../streams/clock.ts';
import { frameOf, type Load } from './load.ts';
import type { Policy } from './policy.ts';

/** What is told of the agent. */
interface AgentEvents {
  readonly made: (number: number) => void;
  readonly connected: () => void;
  /** The connection has ended, or could not be made: by that code. */
  readonly disconnected: (code: string) => void;
}

export interface AgentOptions {
  readonly modem: Modem;
  readonly clock: Clock;
  readonly load: Load;
  readonly policy: Policy;
  readonly port: number;
  readonly events: AgentEvents;
}

const HOST = '198.51.100.7';

export class ModelledAgent {
  readonly #options: AgentOptions;
  /** Numbers of the readings that are not known to have arrived, oldest first. */
  #outbox: number[] = [];
  #made = 0;
  #socket: ModemSocket | undefined;
  /** Where the readings on the present connection end in its stream, probes included, and how many of them were acknowledged. */
  #ends: number[] = [];
  #confirmed = 0;
  /** Readings that the module has taken on the present connection. */
  #accepted = 0;

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** Readings so far. */
  get made(): number {
    return this.#made;
  }

  /** Readings that are not known to have arrived. */
  get unconfirmed(): readonly number[] {
    this.#confirm();
    return this.#outbox;
  }

  /** Readings wait for room in the module: when they arrive is told by nothing that lies on the way. */
  get isWriting(): boolean {
    return (this.#socket?.writableLength ?? 0) > 0;
  }

  /** What it has yet to do, where that decides how it goes on. */
  get place(): string {
    const { writableLength = -1, bytesWritten = 0, bytesAcknowledged = 0 } = this.#socket ?? {};
    const outstandingBytes = this.#hasCounters ? bytesWritten - bytesAcknowledged : 0;
    const waiting = [
      this.#outbox.length,
      this.#ends.length - this.#confirmed,
      this.#ends.length - this.#accepted,
    ];
    return [...waiting, writableLength, outstandingBytes].join(' ');
  }

  /** Readings were made, and have left the outbox, in time that was not lived. */
  skip(readings: number): void {
    this.#made += readings;
  }

  /** Lives until the signal says stop. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#makeReadings(signal), this.#keepConnected(signal)]);
  }

  async #makeReadings(signal: AbortSignal): Promise<void> {
    const { clock, load, events } = this.#options;
    while (!signal.aborted) {
      this.#made++;
      this.#outbox.push(this.#made);
      events.made(this.#made);
      this.#confirm();
      this.#write(this.#made);
      await delay(clock, load.everyMs, signal).catch(() => undefined);
    }
  }

  async #keepConnected(signal: AbortSignal): Promise<void> {
    const { clock, policy, events } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      await this.#online(signal);
      if (signal.aborted) return;
      try {
        const socket = await this.#connect(signal);
        failures = 0;
        await this.#use(socket);
      } catch (error) {
        if (signal.aborted) return;
        events.disconnected(asModemError(error).code);
        const { firstMs, longestMs } = policy.reconnect;
        await delay(clock, Math.min(longestMs, firstMs * 2 ** failures), signal).catch(() => undefined);
        failures = Math.min(failures + 1, 30);
      }
    }
  }

  /** Nothing can be opened before. */
  #online(signal: AbortSignal): Promise<void> {
    const { modem } = this.#options;
    if (modem.status.state === 'online') return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        states.unsubscribe();
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      const states = modem.status$.subscribe({
        next: ({ state }) => {
          if (state === 'online') queueMicrotask(done);
        },
        complete: () => queueMicrotask(done),
      });
    });
  }

  #connect(signal: AbortSignal): Promise<ModemSocket> {
    const { modem, port, policy } = this.#options;
    const { mode, linkIdleMs, probe } = policy;
    return modem.connect({
      ...{ host: HOST, port, signal, mode },
      ...(linkIdleMs !== undefined && { linkIdleMs }),
      ...(probe !== undefined && { probe }),
    });
  }

  async #use(socket: ModemSocket): Promise<void> {
    const { events } = this.#options;
    let code = 'PEER_CLOSED';
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', (error) => {
      code = asModemError(error).code;
    });
    socket.resume(); // nobody answers; the end must be seen
    this.#socket = socket;
    this.#ends = [];
    this.#confirmed = 0;
    this.#accepted = 0;
    events.connected();
    for (const number of this.#outbox) this.#write(number);
    await ended;
    this.#confirm();
    this.#socket = undefined;
    events.disconnected(code);
  }

  #write(number: number): void {
    if (this.#socket === undefined || this.#socket.writableEnded || this.#socket.destroyed) return;
    const socket = this.#socket;
    socket.write(frameOf(number, this.#options.load.sizeBytes), () => {
      if (socket === this.#socket) this.#accepted++;
    });
    this.#ends.push(socket.bytesWritten);
  }

  get #hasCounters(): boolean {
    return this.#options.modem.dialect.commands.querySent !== undefined;
  }

  /** Forgets what the peer's TCP has. */
  #confirm(): void {
    if (this.#socket === undefined) return;
    // Without counters (bc66) nobody knows more than that the module has taken them.
    const { bytesAcknowledged } = this.#socket;
    const hasArrived = (at: number): boolean =>
      this.#hasCounters ? (this.#ends[at] ?? Infinity) <= bytesAcknowledged : at < this.#accepted;
    let confirmed = this.#confirmed;
    while (confirmed < this.#ends.length && hasArrived(confirmed)) confirmed++;
    this.#outbox = this.#outbox.slice(confirmed - this.#confirmed);
    this.#confirmed = confirmed;
  }
}
