import type { PlainEntry } from '../trace/trace-entry.ts';
import type { Secrets } from './secrets.ts';

/** The last lines of a trace: the oldest goes when there is no room for another one (invariant 4). */
export class RecentTrace {
  readonly #limit: number;
  readonly #ring: PlainEntry[] = [];
  /** Who knows what must not be shown of an entry, where nobody has looked yet. */
  readonly #unshown: (Secrets | undefined)[] = [];
  #next = 0;

  /** @param limit most entries that are kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get keepsAny(): boolean {
    return this.#limit > 0;
  }

  add(entry: PlainEntry): void {
    this.#keep(entry, undefined);
  }

  /** Keeps an entry whose text is as it was read: what must not be shown is blanked out when somebody wants to see it. Most are
   * never looked at. */
  addUnshown(entry: PlainEntry, secrets: Secrets): void {
    this.#keep(entry, secrets);
  }

  /** Oldest first. */
  get entries(): readonly PlainEntry[] {
    const shown = this.#ring.map((entry, at) => {
      const secrets = this.#unshown[at];
      return secrets ? { ...entry, text: secrets.shown(entry.text) } : entry;
    });
    return [...shown.slice(this.#next), ...shown.slice(0, this.#next)];
  }

  #keep(entry: PlainEntry, secrets: Secrets | undefined): void {
    if (!this.keepsAny) return;
    this.#ring[this.#next] = entry;
    this.#unshown[this.#next] = secrets;
    this.#next = this.#next + 1 < this.#limit ? this.#next + 1 : 0;
  }
}
