import { ModemError } from '../../errors.ts';
import type { ConnectionRules } from '../dialects/dialect.ts';

/** Connect ids in use. The module takes ids as well, for connections that it accepts: then it is right. */
export class ConnectIds {
  readonly #rules: ConnectionRules;
  readonly #used = new Set<number>();
  /** The module had them in use for something else when they were tried last. */
  readonly #doubtful = new Set<number>();

  constructor(rules: ConnectionRules) {
    this.#rules = rules;
  }

  /** The best free id for such an open.
   *
   * @throws TOO_MANY_SOCKETS when every connect id is in use.
   */
  take(endpoint: string, open: Parameters<ConnectionRules['idsFor']>[0]): number {
    const ids = this.#rules.idsFor(open);
    const { excludedBy, hasRoom } = this.#rules;
    const free = ids.filter(
      (id) =>
        !this.#used.has(id) && !this.#isUsed(excludedBy?.(id) ?? []) && (hasRoom?.(id, this.#used) ?? true),
    );
    const [sure = []] = [free.filter((one) => !this.#doubtful.has(one)), free].filter(
      ({ length }) => length > 0,
    );
    // Best is one that no notice can mistake for another (gsm).
    const id = sure.find((one) => !this.#isUsed(this.#rules.confusedWith?.(one) ?? [])) ?? sure[0];
    if (id === undefined) {
      const isFull = ids.some((one) => !this.#used.has(one)) && hasRoom !== undefined;
      const reason = isFull ? 'beside a server there is no room' : `all ${ids.length} connect ids are in use`;
      throw new ModemError('TOO_MANY_SOCKETS', `${endpoint}: ${reason}`);
    }
    this.#used.add(id);
    return id;
  }

  has(id: number): boolean {
    return this.#used.has(id);
  }

  add(id: number): void {
    this.#used.add(id);
  }

  /** The module has the id in use for something else: others are tried first. */
  doubt(id: number): void {
    this.#doubtful.add(id);
  }

  /** A connection stands under the id. */
  trust(id: number): void {
    this.#doubtful.delete(id);
  }

  free(id: number): void {
    this.#used.delete(id);
  }

  #isUsed(ids: readonly number[]): boolean {
    return ids.some((id) => this.#used.has(id));
  }
}
