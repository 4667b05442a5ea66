import type { Inspection, Inspector } from './inspector.ts';

/** An inspector that may be given to several modems: the first one opens it, the last one to go closes it. */
export abstract class SharedInspector implements Inspector {
  #modems = 0;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> = Promise.resolve();

  /** Begins to serve. Rejects with `INSPECTOR_FAILED`. */
  protected abstract serve(): Promise<void>;
  /** Lets everything go. */
  protected abstract end(): Promise<void>;
  abstract show(inspection: Inspection): void;

  async open(): Promise<void> {
    this.#modems++;
    this.#opening ??= this.#closing.then(() => this.serve());
    try {
      await this.#opening;
    } catch (error) {
      this.#modems--;
      this.#opening = undefined;
      throw error;
    }
  }

  close(): Promise<void> {
    this.#modems--;
    if (this.#modems > 0 || this.#opening === undefined) return Promise.resolve();
    this.#opening = undefined;
    this.#closing = this.end();
    return this.#closing;
  }
}
