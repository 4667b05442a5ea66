import { ModemError } from '../errors.ts';

/** What waits in front of what: resets and escapes, then set-up and recovery, then traffic, then polls. */
export const PRIORITIES = ['urgent', 'control', 'traffic', 'background'] as const;
/** One of `PRIORITIES`. */
export type Priority = (typeof PRIORITIES)[number];

interface Lane<Item> {
  /** Waiting items by owner; the owners' order in the map is the order of their turns. */
  readonly owners: Map<string, Item[]>;
}

/** Commands that wait for the wire: by priority, and within a priority each owner in turn, so that one busy
 * socket cannot starve another. Within one owner the order of asking is kept.
 */
export class CommandQueue<Item> {
  readonly #lanes: readonly Lane<Item>[] = PRIORITIES.map(() => ({ owners: new Map() }));
  readonly #limit: number;
  #size = 0;

  /** @param limit most items of one owner that may wait; one more is refused with `QUEUE_FULL`. Each owner has its own,
   * so that a flood of the application's commands cannot shut out the recovery. */
  constructor(limit = 256) {
    this.#limit = limit;
  }

  /** Items that wait. */
  get size(): number {
    return this.#size;
  }

  /** Something waits that goes in front of everything else. */
  get hasUrgent(): boolean {
    return this.#lane('urgent').owners.size > 0;
  }

  /** @throws QUEUE_FULL */
  add(item: Item, priority: Priority, owner: string): void {
    const owners = this.#lane(priority).owners;
    const waiting = owners.get(owner);
    if (waiting && waiting.length >= this.#limit) {
      throw new ModemError(
        'QUEUE_FULL',
        `${this.#limit} commands wait already: slow down, or raise queueLimit`,
      );
    }
    if (waiting) waiting.push(item);
    else owners.set(owner, [item]);
    this.#size++;
  }

  /** Something waits of these owners, or of any. */
  has(owners?: ReadonlySet<string>): boolean {
    if (owners === undefined) return this.#size > 0;
    return this.#lanes.some((lane) => [...lane.owners.keys()].some((owner) => owners.has(owner)));
  }

  /** Takes the next item out, of one of `only` if they are given; `undefined` when none waits. */
  take(only?: ReadonlySet<string>): Item | undefined {
    for (const { owners } of this.#lanes) {
      for (const [owner, items] of owners) {
        if (only && !only.has(owner)) continue;
        const item = items.shift();
        owners.delete(owner);
        if (items.length > 0) owners.set(owner, items); // to the back: the others' turn
        if (item === undefined) continue;
        this.#size--;
        return item;
      }
    }
    return undefined;
  }

  /** Takes one item out that is no longer wanted; false when it does not wait here. */
  remove(item: Item): boolean {
    for (const { owners } of this.#lanes) {
      for (const [owner, items] of owners) {
        const at = items.indexOf(item);
        if (at < 0) continue;
        items.splice(at, 1);
        if (items.length === 0) owners.delete(owner);
        this.#size--;
        return true;
      }
    }
    return false;
  }

  /** Empties the queue and returns what waited, in the order in which it would have gone out. */
  clear(): Item[] {
    const items: Item[] = [];
    for (let item = this.take(); item !== undefined; item = this.take()) items.push(item);
    return items;
  }

  #lane(priority: Priority): Lane<Item> {
    const lane = this.#lanes[PRIORITIES.indexOf(priority)];
    if (lane === undefined) throw new ModemError('INTERNAL', `no priority is called ${priority}`);
    return lane;
  }
}
