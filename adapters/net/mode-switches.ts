import { ModemError } from '../../errors.ts';
import type { AccessMode } from '../dialects/dialect.ts';

/** More may not wait (invariant 4). */
const MOST_WISHES = 64;

interface Wish {
  readonly mode: AccessMode;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Wishes for another access mode, carried out one after the other. */
export class ModeSwitches {
  mode: AccessMode;
  readonly #ask: (mode: AccessMode) => void;
  readonly #wishes: Wish[] = [];

  constructor(mode: AccessMode, ask: (mode: AccessMode) => void) {
    this.mode = mode;
    this.#ask = ask;
  }

  wish(mode: AccessMode): Promise<void> {
    if (this.#wishes.length >= MOST_WISHES) {
      const text = `switchMode(): ${MOST_WISHES} of this connection wait already: slow down`;
      return Promise.reject(new ModemError('QUEUE_FULL', text));
    }
    return new Promise((resolve, reject) => {
      this.#wishes.push({ mode, resolve, reject });
      if (this.#wishes.length === 1) this.#next();
    });
  }

  switched(mode: AccessMode): void {
    this.mode = mode;
    if (this.#wishes[0]?.mode === mode) this.#next();
  }

  refused(reason: Error): void {
    this.#wishes.shift()?.reject(reason);
    this.#next();
  }

  fail(reason: Error): void {
    for (const { reject } of this.#wishes.splice(0)) reject(reason);
  }

  /** Asks for the first mode that is waited for; one that is there already is done. */
  #next(): void {
    for (let next = this.#wishes[0]; next; next = this.#wishes[0]) {
      if (next.mode !== this.mode) {
        this.#ask(next.mode);
        return;
      }
      this.#wishes.shift();
      next.resolve();
    }
  }
}
