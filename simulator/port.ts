/** A `Port` whose other end is a virtual module: for tests, models and `sim:` ports. */
import { Subject, type Subscription } from 'rxjs';
import type { Port } from '../adapters/port.ts';
import { ModemError } from '../errors.ts';
import type { VirtualModule } from './module.ts';

/** Bytes that the UART of the host takes ahead of the line. */
const FIFO_BYTES = 128;

/** Makes a port of a virtual module.
 *
 * With a baud rate `write()` resolves when the UART has taken the bytes, so that its delay is the back-pressure.
 * While a `portLost` fault is on, `open()` rejects with `PORT_NOT_FOUND`. Closing the port does not touch the module:
 * sockets and contexts outlive the host, as on real ones.
 */
export function virtualPort(module: VirtualModule): Port {
  return new VirtualPort(module);
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
  readonly #writes = new Set<PendingWrite>();
  #session: Subscription | undefined;

  constructor(module: VirtualModule) {
    this.#module = module;
    const { dialect, baud } = module.options;
    this.description = `virtual ${dialect} module${baud === undefined ? '' : ` at ${baud} baud`}`;
  }

  async open(): Promise<void> {
    if (this.#session) return;
    if (!this.#module.transportUp) throw this.#error('PORT_NOT_FOUND', 'is not there now');
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
