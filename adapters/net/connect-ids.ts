import { ModemError } from '../../errors.ts';

/** Connect ids in use. The module takes ids as well, for connections that it accepts: then it is right. */
export class ConnectIds {
  readonly #range: readonly [lowest: number, highest: number];
  readonly #used = new Set<number>();

  constructor(range: readonly [lowest: number, highest: number]) {
    this.#range = range;
  }

  /** The lowest free id: modules give accepted connections the highest.
   *
   * @throws TOO_MANY_SOCKETS when every connect id is in use.
   */
  take(endpoint: string): number {
    const [lowest, highest] = this.#range;
    for (let id = lowest; id <= highest; id++) {
      if (this.#used.has(id)) continue;
      this.#used.add(id);
      return id;
    }
    const most = highest - lowest + 1;
    throw new ModemError('TOO_MANY_SOCKETS', `${endpoint}: all ${most} connect ids are in use`);
  }

  has(id: number): boolean {
    return this.#used.has(id);
  }

  add(id: number): void {
    this.#used.add(id);
  }

  free(id: number): void {
    this.#used.delete(id);
  }
}
