/** The clock and the port of a process that can be killed: from then on nothing that it does reaches the world. */
import { Subject, type Subscription } from 'rxjs';
import type { ModemError, Port, PortLines } from '../../index.ts';
import type { Clock, TimerHandle } from '../../streams/clock.ts';

/** Never settles: what a dead process waits for. */
const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** A clock whose timers die with the process. */
export class MortalClock implements Clock {
  readonly #clock: Clock;
  readonly #handles = new Set<TimerHandle>();
  #isDead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Timers of this process that wait. */
  get pendingTimers(): number {
    return this.#handles.size;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimeout(task: () => void, delayMs: number): TimerHandle {
    if (this.#isDead) return undefined;
    const handle = this.#clock.setTimeout(() => {
      this.#handles.delete(handle);
      task();
    }, delayMs);
    this.#handles.add(handle);
    return handle;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#handles.delete(handle);
    this.#clock.clearTimeout(handle);
  }

  die(): void {
    this.#isDead = true;
    for (const handle of this.#handles) this.#clock.clearTimeout(handle);
    this.#handles.clear();
  }
}

/** What a port asks about a write. */
export interface Fate {
  /** How many bytes of a write get out before the process dies in it; `undefined` when it lives on. */
  readonly cut: (bytes: Uint8Array) => number | undefined;
  /** Ends the process. */
  readonly kill: () => void;
}

/** A port that is closed without a farewell when the process dies. */
export class MortalPort implements Port {
  readonly description: string;
  readonly bytes$: Port['bytes$'];
  readonly lost$: Port['lost$'];
  readonly lines?: PortLines;
  readonly writeAheadBytes: number | undefined;
  readonly #port: Port;
  readonly #bytes = new Subject<Uint8Array>();
  readonly #lost = new Subject<ModemError>();
  readonly #subscriptions: readonly Subscription[];
  readonly #fate: Fate;
  #isDead = false;
  isOpen = false;
  #writes = 0;

  /** The line has not taken what was written. */
  get isHeld(): boolean {
    return this.#writes > 0;
  }

  constructor(port: Port, fate: Fate) {
    this.#port = port;
    this.#fate = fate;
    this.description = port.description;
    this.writeAheadBytes = port.writeAheadBytes;
    this.bytes$ = this.#bytes.asObservable();
    this.lost$ = this.#lost.asObservable();
    if (port.lines) this.lines = this.#mortalLines(port.lines);
    this.#subscriptions = [
      port.bytes$.subscribe((bytes) => this.#bytes.next(bytes)),
      port.lost$.subscribe((error) => {
        this.isOpen = false;
        this.#lost.next(error);
      }),
    ];
  }

  async open(): Promise<void> {
    await this.#alive(() => this.#port.open());
    this.isOpen = true;
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#isDead) return never();
    const cut = this.#fate.cut(bytes);
    if (cut === undefined) return this.#alive(() => this.#follow(this.#port.write(bytes)));
    if (cut > 0) this.#port.write(bytes.subarray(0, cut)).catch(() => undefined);
    this.#fate.kill();
    return never();
  }

  async #follow(write: Promise<void>): Promise<void> {
    this.#writes++;
    await write.finally(() => this.#writes--);
  }

  async close(): Promise<void> {
    await this.#alive(() => this.#port.close());
    this.isOpen = false;
  }

  die(): void {
    this.#isDead = true;
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    void this.#port.close();
  }

  #alive<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isDead) return never();
    return new Promise((resolve, reject) => {
      work().then(
        (value) => this.#isDead || resolve(value),
        (error: unknown) => this.#isDead || reject(error),
      );
    });
  }

  #mortalLines(lines: PortLines): PortLines {
    return {
      set: (levels) => this.#alive(() => lines.set(levels)),
      dcd: () => this.#alive(() => lines.dcd()),
    };
  }
}
