/** Moves what a socket wants to send into the data of transparent mode, while the port is the socket's.
 *
 *    SendWindow ──peek──▶ DataPort.write (holds back what could be an escape) ──accept──▶ SendWindow
 */
import type { PumpOrder } from '../../machines/transparent-mode.machine.ts';
import { type Clock, delay } from '../../streams/clock.ts';
import type { DataPort } from '../channel/data-port.ts';
import { joined } from '../channel/results.ts';
import type { ModemSocket } from './modem-socket.ts';

/** An order to stop is obeyed behind the write under way: so much may still go out. */
const CHUNK_BYTES = 4096;

export class DataPump {
  readonly #socket: ModemSocket;
  readonly #port: DataPort;
  readonly #clock: Clock;
  /** Ends what `open` began. */
  #running: AbortController | undefined;
  #wake: (() => void) | undefined;
  /** A write under way outlives the order to stop: nothing is written again before it is known what it took. */
  #last: Promise<void> = Promise.resolve();

  constructor(socket: ModemSocket, port: DataPort, clock: Clock) {
    this.#socket = socket;
    this.#port = port;
    this.#clock = clock;
  }

  send({ type }: PumpOrder): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#port.sink = (bytes) => this.#socket.receive([bytes]); // also what comes before and behind the writing
    const { strays, window } = this.#socket;
    this.#port.onMissed = () => strays.escapeMissed(window.acceptedBytes);
    if (type === 'pump.stop') return;
    const running = new AbortController();
    this.#running = running;
    this.#last = this.#last.then(() => this.#run(running.signal));
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { window } = this.#socket;
    window.onGrowth = () => this.#wake?.();
    while (!signal.aborted) {
      const bytes = joined(window.peek(CHUNK_BYTES));
      const written = bytes.length === 0 ? 0 : await this.#port.write(bytes).catch(() => undefined);
      if (written === undefined) return; // the port is lost: the modem hears of it elsewhere
      if (written > 0) this.#socket.accepted(written);
      else await this.#more(bytes.length > 0 ? this.#port.heldMs : undefined, signal);
    }
  }

  /** Resolves when more is there to write, or after `withinMs`, or when it is over. */
  async #more(withinMs: number | undefined, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const enough = new AbortController();
    const stop = (): void => enough.abort();
    this.#wake = stop;
    signal.addEventListener('abort', stop, { once: true });
    const over = new Promise<void>((resolve) => enough.signal.addEventListener('abort', () => resolve()));
    const late = withinMs === undefined ? over : delay(this.#clock, withinMs, enough.signal);
    await Promise.race([over, late]).catch(() => undefined);
    enough.abort();
    signal.removeEventListener('abort', stop);
    if (this.#wake === stop) this.#wake = undefined;
  }
}
