/** A `Port` whose other end is a virtual module: for tests, models and `sim:` ports. */
import { Subject, type Subscription } from 'rxjs';
import type { Port, PortLines } from '../adapters/port.ts';
import { ModemError } from '../errors.ts';
import type { VirtualModule } from './module.ts';

/** Bytes that the UART of the host takes ahead of the line. */
const FIFO_BYTES = 128;

/** What a port of a virtual module has. */
export interface VirtualPortOptions {
  /** Has control lines, as a serial port does; a raw TCP connection has none. Default true. */
  readonly lines?: boolean;
}

/** Makes a port of a virtual module.
 *
 * With a baud rate `write()` resolves when the UART has taken the bytes, so that its delay is the back-pressure.
 * While a `portLost` fault is on, `open()` rejects with `PORT_NOT_FOUND`. Closing the port does not touch the module:
 * sockets, contexts and data mode outlive the host.
 */
export function virtualPort(module: VirtualModule, options: VirtualPortOptions = {}): Port {
  return new VirtualPort(module, options.lines ?? true);
}

interface PendingWrite {
  readonly resolve: () => void;
  readonly reject: (error: ModemError) => void;
}

class VirtualPort implements Port {
  readonly description: string;
  readonly #module: VirtualModule;
  readonly #bytes = new Subject<Uint8Array>();
  readonly #lost = new Subject<ModemError>();
  readonly bytes$ = this.#bytes.asObservable();
  readonly lost$ = this.#lost.asObservable();
  readonly writeAheadBytes = FIFO_BYTES;
  readonly lines?: PortLines;
  readonly #writes = new Set<PendingWrite>();
  #session: Subscription | undefined;

  constructor(module: VirtualModule, hasLines: boolean) {
    this.#module = module;
    if (hasLines) this.lines = this.#makeLines();
    const { dialect, baud } = module.options;
    this.description = `virtual ${dialect} module${baud === undefined ? '' : ` at ${baud} baud`}`;
  }

  async open(): Promise<void> {
    if (this.#session) return;
    if (!this.#module.transportUp) throw this.#error('PORT_NOT_FOUND', 'is not there now');
    // Opening raises DTR; closing leaves it, so that data mode goes on for the next host.
    this.#module.setDtr(true);
    this.#session = this.#module.output$.subscribe((bytes) => this.#bytes.next(bytes));
    this.#session.add(this.#module.transportLost$.subscribe(() => this.#lose()));
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#session === undefined) throw this.#error('PORT_LOST', 'is not open');
    await new Promise<void>((resolve, reject) => {
      const write = { resolve, reject };
      this.#writes.add(write);
      // The caller keeps its buffer; the line takes its time.
      this.#module.receive(new Uint8Array(bytes));
      this.#module.whenInputBelow(FIFO_BYTES, () => {
        this.#writes.delete(write);
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    this.#end(this.#error('PORT_LOST', 'was closed'));
  }

  #makeLines(): PortLines {
    return {
      // RTS has no effect: the module writes whether or not the host is ready.
      set: async ({ dtr }) => {
        if (this.#session === undefined) throw this.#error('PORT_LOST', 'is not open');
        if (dtr !== undefined) this.#module.setDtr(dtr);
      },
      dcd: async () => (this.#session === undefined ? undefined : this.#module.carrier),
    };
  }

  #lose(): void {
    const error = this.#error('PORT_LOST', 'vanished');
    this.#end(error);
    this.#lost.next(error);
  }

  #end(error: ModemError): void {
    this.#session?.unsubscribe();
    this.#session = undefined;
    for (const write of this.#writes) write.reject(error);
    this.#writes.clear();
  }

  #error(code: 'PORT_NOT_FOUND' | 'PORT_LOST', what: string): ModemError {
    return new ModemError(code, `${this.description} ${what}`, { port: this.description });
  }
}
