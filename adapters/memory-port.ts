import { type Observable, Subject } from 'rxjs';
import type { Port } from './port.ts';
import { portOver } from './port-lifecycle.ts';
import { type Channel, openError, type Sink, type Transport } from './transport.ts';

/** Why the far end refuses to be opened: the codes that `Port.open()` rejects with. */
type OpenRefusal = Parameters<typeof openError>[0];

/** The module's side of a memory port: what a test or a simulator of your own holds in its hands. */
export interface FarEnd {
  /** What the host wrote, in order. Hot; the buffers belong to the receiver. */
  readonly bytes$: Observable<Uint8Array>;
  /** Levels of the lines that the host drives; both true after each open, as on a real port. */
  readonly lines: { readonly dtr: boolean; readonly rts: boolean };
  /** Whether the host has the port open. */
  readonly isOpen: boolean;
  /** Sends bytes to the host. They arrive a microtask later; while the port is closed they are lost. */
  write(bytes: Uint8Array): void;
  /** Stops taking bytes: the host's writes stay pending, as with hardware flow control. */
  hold(): void;
  /** Takes bytes again, those that wait first. */
  resume(): void;
  /** Sets data carrier detect. It is off at first. */
  setDcd(on: boolean): void;
  /** Vanishes as if unplugged: the host loses the port, and open() fails with `PORT_NOT_FOUND` until `appear()`. */
  vanish(): void;
  /** Is there again after `vanish()`. */
  appear(): void;
  /** Makes each open() fail with `code` until it is called without one. */
  refuseOpen(code?: OpenRefusal): void;
}

/** A port without hardware: two ends in one process, for tests and for simulators of your own.
 *
 * @example
 * const { host, far } = memoryPortPair();
 * far.bytes$.subscribe(() => far.write(Buffer.from('\r\nOK\r\n')));
 * const modem = createModem({ port: host, dialect: 'lte', ... });
 */
export function memoryPortPair(options: { readonly description?: string } = {}): { host: Port; far: FarEnd } {
  const device = new MemoryDevice(options.description ?? 'memory port');
  return { host: portOver(device), far: device };
}

class MemoryDevice implements Transport, FarEnd {
  readonly hasLines = true;
  readonly description: string;
  readonly bytes$: Observable<Uint8Array>;
  lines = { dtr: false, rts: false };
  readonly #bytes = new Subject<Uint8Array>();
  #sink: Sink | undefined;
  #dcd = false;
  #refusal: OpenRefusal | undefined;
  #present = true;
  #held = false;
  /** Resumes the one write that waits: writes reach a channel one at a time. */
  #onResume: (() => void) | undefined;

  constructor(description: string) {
    this.description = description;
    this.bytes$ = this.#bytes.asObservable();
  }

  get isOpen(): boolean {
    return this.#sink !== undefined;
  }

  async open(sink: Sink): Promise<Channel> {
    const refusal = this.#present ? this.#refusal : 'PORT_NOT_FOUND';
    if (refusal) {
      throw openError(refusal, this.description, 'the far end refuses', 'call appear() or refuseOpen()');
    }
    this.#sink = sink;
    this.lines = { dtr: true, rts: true };
    return {
      lines: {
        set: async (levels) => {
          this.lines = { ...this.lines, ...levels };
        },
        dcd: async () => this.#dcd,
      },
      write: (bytes) => this.#take(sink, Buffer.from(bytes)),
      release: async () => {
        if (this.#sink === sink) this.#sink = undefined;
        this.lines = { dtr: false, rts: false };
        this.#wake();
      },
    };
  }

  write(bytes: Uint8Array): void {
    const sink = this.#sink;
    const copy = Buffer.from(bytes);
    queueMicrotask(() => sink?.bytes(copy));
  }

  hold(): void {
    this.#held = true;
  }

  resume(): void {
    this.#held = false;
    this.#wake();
  }

  setDcd(on: boolean): void {
    this.#dcd = on;
  }

  vanish(): void {
    const sink = this.#sink;
    this.#present = false;
    this.#sink = undefined;
    queueMicrotask(() => sink?.lost('the far end vanished'));
  }

  appear(): void {
    this.#present = true;
  }

  refuseOpen(code?: OpenRefusal): void {
    this.#refusal = code;
  }

  async #take(sink: Sink, bytes: Uint8Array): Promise<void> {
    while (this.#held && this.#sink === sink) await this.#resumed();
    if (this.#sink === sink) this.#bytes.next(bytes);
  }

  #resumed(): Promise<void> {
    return new Promise((resolve) => {
      this.#onResume = resolve;
    });
  }

  #wake(): void {
    this.#onResume?.();
    this.#onResume = undefined;
  }
}
