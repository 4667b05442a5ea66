/** A store that outlives processes: what was written becomes durable a random while later, and a death may come before
 * that, between that and the answer, or after both. */
import type { Store } from '../../index.ts';
import type { Random } from '../../simulator/random.ts';
import type { Clock, TimerHandle } from '../../streams/clock.ts';
import { begin, type Interval } from './intervals.ts';

/** The disk. */
export class DurableStore {
  readonly texts = new Map<string, string>();
  /** When it was at work. */
  readonly busy: Interval[] = [];
}

interface Pending {
  readonly key: string;
  readonly text: string;
  isDurable: boolean;
  timer: TimerHandle;
}

/** A process's view of the disk. */
export class MortalStore implements Store {
  readonly #disk: DurableStore;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #longestMs: number;
  readonly #onWrite: () => void;
  readonly #pending: Pending[] = [];
  #lastDueMs = 0;
  #isDead = false;

  constructor(disk: DurableStore, clock: Clock, random: Random, longestMs: number, onWrite: () => void) {
    this.#disk = disk;
    this.#clock = clock;
    this.#random = random;
    this.#longestMs = longestMs;
    this.#onWrite = onWrite;
  }

  async read(key: string): Promise<unknown> {
    if (this.#longestMs > 0) {
      const tookMs = this.#random.integer(0, this.#longestMs);
      begin(this.#disk.busy, this.#clock.now(), tookMs);
      await new Promise<void>((resolve) => this.#clock.setTimeout(resolve, tookMs));
    }
    const text = this.#disk.texts.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  write(key: string, value: unknown): Promise<void> {
    const pending: Pending = { key, text: JSON.stringify(value), isDurable: false, timer: undefined };
    return new Promise((resolve) => {
      if (this.#isDead) return;
      const nowMs = this.#clock.now();
      const dueMs = Math.max(this.#lastDueMs, nowMs + this.#random.integer(0, this.#longestMs));
      this.#lastDueMs = dueMs;
      this.#pending.push(pending);
      pending.timer = this.#clock.setTimeout(() => {
        this.#commit(pending);
        const confirmsMs = this.#random.integer(0, Math.floor(this.#longestMs / 4));
        begin(this.#disk.busy, dueMs, confirmsMs);
        this.#clock.setTimeout(resolve, confirmsMs);
      }, dueMs - nowMs);
      begin(this.#disk.busy, nowMs, dueMs - nowMs);
      this.#onWrite();
    });
  }

  /** The process is dead: some of what was on its way becomes durable, the rest never. */
  die(): void {
    this.#isDead = true;
    const waiting = this.#pending.filter(({ isDurable }) => !isDurable);
    const saved = this.#random.integer(0, waiting.length);
    for (const pending of waiting.slice(0, saved)) this.#commit(pending);
  }

  #commit(pending: Pending): void {
    pending.isDurable = true;
    this.#disk.texts.set(pending.key, pending.text);
  }
}
