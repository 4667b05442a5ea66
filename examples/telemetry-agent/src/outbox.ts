/** Readings on disk, from the moment they are made until the broker has them.
 *
 *    add ──sync write──▶ 0000000000000007 {…} ──▶ follow ──▶ publish ──PUBACK──▶ remove
 *                        newest           {…}     a copy, so that numbers go on from it when all is delivered
 */
import { EventEmitter, once } from 'node:events';
import { Level } from 'level';
import type { Values } from './measure.ts';

export interface Reading {
  /** Counts from 1 and never starts again: what arrives twice is known by it. */
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly values: Values;
}

/** The store cannot be opened or read; the message says which, why, and what to do. */
class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** Behind all digits. */
const NEWEST = 'newest';

/** Padded, so that the order of the keys is that of the numbers. */
const keyOf = (sequence: number): string => String(sequence).padStart(16, '0');

export class Outbox {
  readonly #db: Level<string, Reading>;
  readonly #events = new EventEmitter();
  #newest: number;
  #stored: number;

  private constructor(db: Level<string, Reading>, newest: number, stored: number) {
    this.#db = db;
    this.#newest = newest;
    this.#stored = stored;
  }

  /** @throws StoreError */
  static async open(folder: string): Promise<Outbox> {
    const db = new Level<string, Reading>(folder, { valueEncoding: 'json' });
    try {
      await db.open();
      const newest = (await db.get(NEWEST)) as Reading | undefined;
      let stored = 0;
      for await (const _key of db.keys({ lt: NEWEST })) stored++;
      return new Outbox(db, newest?.sequence ?? 0, stored);
    } catch (error) {
      await db.close().catch(() => undefined);
      const advice =
        'is another agent running? If not, move the folder away: its readings are lost to this agent';
      throw new StoreError(`cannot read the store ${folder}: ${reasonOf(error)}; ${advice}`, {
        cause: error,
      });
    }
  }

  /** Number of readings that the broker is not known to have. */
  get stored(): number {
    return this.#stored;
  }

  /** Resolves when the reading is on the disk. Call it again only after that: the number is taken then. */
  async add(values: Values): Promise<Reading> {
    const sequence = this.#newest + 1;
    const reading = { sequence, takenAt: new Date().toISOString(), values };
    // One batch is all or nothing, and `sync` outlives a power cut.
    await this.#db.batch(
      [
        { type: 'put', key: keyOf(sequence), value: reading },
        { type: 'put', key: NEWEST, value: reading },
      ],
      { sync: true },
    );
    this.#newest = sequence;
    this.#stored++;
    this.#events.emit('added');
    return reading;
  }

  /** No sync: what a power cut brings back is published twice, which QoS 1 allows. */
  async remove({ sequence }: Reading): Promise<void> {
    await this.#db.del(keyOf(sequence));
    this.#stored--;
  }

  /** What is stored, oldest first, then what is added; each reading once, until the signal says stop. */
  async *follow(signal: AbortSignal): AsyncGenerator<Reading, void> {
    let seen = 0;
    while (!signal.aborted) {
      const newest = this.#newest;
      yield* this.#db.values({ gt: keyOf(seen), lte: keyOf(newest) });
      seen = newest;
      if (seen === this.#newest) await once(this.#events, 'added', { signal }).catch(() => undefined);
    }
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}

/** Level's own message says only that it is not open; the cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
