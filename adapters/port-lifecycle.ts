/** What every port has in common: open, write in order, lose, close, open again.
 *
 *    write() ─▶ one at a time ─▶ Channel.write ─▶ device
 *    bytes$  ◀── only while open ◀── sink.bytes ◀── device
 *    lost$   ◀── once per session ◀── sink.lost ◀── device, or a write that failed
 */
import { type Observable, Subject } from 'rxjs';
import type { ModemError } from '../errors.ts';
import { type Clock, systemClock } from '../streams/clock.ts';
import type { Port, PortLines } from './port.ts';
import type { Channel, Sink, Transport } from './transport.ts';
import { closedError, linesOf, lostError, openError, settledWithin } from './transport.ts';

/** Makes a `Port` of a transport. `releaseLimitMs` bounds `close()`: a driver can hang in its own close. */
export function portOver(transport: Transport, clock: Clock = systemClock, releaseLimitMs = 2_000): Port {
  return new TransportPort(transport, clock, releaseLimitMs);
}

interface Session {
  readonly channel: Channel;
  /** The `reject` of each write that has not settled. */
  readonly pending: Set<(error: ModemError) => void>;
  tail: Promise<void>;
}

interface Opening {
  readonly done: Promise<void>;
  readonly abort: AbortController;
}

class TransportPort implements Port {
  readonly description: string;
  readonly bytes$: Observable<Uint8Array>;
  readonly lost$: Observable<ModemError>;
  readonly lines?: PortLines;
  readonly #bytes = new Subject<Uint8Array>();
  readonly #lost = new Subject<ModemError>();
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #releaseLimitMs: number;
  #session: Session | undefined;
  #opening: Opening | undefined;
  #releasing: Promise<void> = Promise.resolve();

  constructor(transport: Transport, clock: Clock, releaseLimitMs: number) {
    this.description = transport.description;
    this.bytes$ = this.#bytes.asObservable();
    this.lost$ = this.#lost.asObservable();
    if (transport.hasLines) this.lines = linesOf(this.description, () => this.#session?.channel);
    this.#transport = transport;
    this.#clock = clock;
    this.#releaseLimitMs = releaseLimitMs;
  }

  async open(): Promise<void> {
    if (this.#session) return;
    this.#opening ??= this.#startOpening();
    await this.#opening.done;
  }

  write(bytes: Uint8Array): Promise<void> {
    const session = this.#session;
    if (!session) return Promise.reject(closedError(this.description, `cannot write ${bytes.length} bytes`));
    return new Promise((resolve, reject) => {
      session.pending.add(reject);
      session.tail = session.tail.then(async () => {
        if (session !== this.#session) return;
        try {
          await session.channel.write(bytes);
          session.pending.delete(reject);
          resolve();
        } catch (cause) {
          if (session === this.#session) this.#lose('a write failed', cause);
        }
      });
    });
  }

  async close(): Promise<void> {
    this.#opening?.abort.abort();
    this.#end(closedError(this.description, 'the write was not finished'));
    await this.#opening?.done.catch(ignore);
    await this.#releasing;
  }

  #startOpening(): Opening {
    const abort = new AbortController();
    const finish = (): void => {
      this.#opening = undefined;
    };
    return { done: this.#openNow(abort.signal).finally(finish), abort };
  }

  async #openNow(signal: AbortSignal): Promise<void> {
    await this.#releasing;
    let session: Session | undefined;
    let lostEarly: ModemError | undefined;
    const sink: Sink = {
      bytes: (chunk) => {
        if (session && session === this.#session) this.#bytes.next(chunk);
      },
      lost: (reason, cause) => {
        if (!session) lostEarly = openError('PORT_OPEN_FAILED', this.description, reason, 'check it', cause);
        else if (session === this.#session) this.#lose(reason, cause);
      },
    };
    const channel = await this.#openChannel(sink, signal);
    session = { channel, pending: new Set(), tail: Promise.resolve() };
    this.#session = session;
    const failure = signal.aborted ? this.#abortedError() : lostEarly;
    if (!failure) return;
    this.#end(failure);
    throw failure;
  }

  async #openChannel(sink: Sink, signal: AbortSignal): Promise<Channel> {
    if (signal.aborted) throw this.#abortedError();
    try {
      return await this.#transport.open(sink, signal);
    } catch (error) {
      throw signal.aborted ? this.#abortedError() : error;
    }
  }

  #lose(reason: string, cause?: unknown): void {
    const error = lostError(this.description, reason, cause);
    this.#end(error);
    this.#lost.next(error);
  }

  /** Ends the session, if there is one: rejects what is pending and starts to let the handle go. */
  #end(error: ModemError): void {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    const discard = session.pending.size > 0;
    for (const reject of session.pending) reject(error);
    const released = session.channel.release(discard);
    this.#releasing = settledWithin(this.#clock, this.#releaseLimitMs, released);
  }

  #abortedError(): ModemError {
    return openError('PORT_OPEN_FAILED', this.description, 'close() was called meanwhile', 'open() it again');
  }
}

function ignore(): undefined {
  return undefined;
}
