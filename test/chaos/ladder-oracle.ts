/** protocol.md §7.2 and D10, computed anew: how far resets of the module have to be apart.
 *
 *    reset · reset · reset · reset ─10 min─ reset ─30 min─ reset ─60 min─ reset ─2 h─ … 24 h
 *      └── free ──────────┘  └ at once
 */
import type { Ladder } from './schedule.ts';

/** The record of a reset is stored before the reset, with the time at which the storing began: what the store and the command
 * take is missing from the distance that the next process keeps. */
const COMMAND_MS = 1_000;

/** The distance that has to lie between reset number `done` in a row and the next. */
export function prescribedMs(ladder: Ladder, done: number): number {
  const rung = done - ladder.freeReboots;
  if (rung < 0) return 0;
  const { ladderMs, longestWaitMs } = ladder;
  let waitMs = ladderMs[Math.min(rung, ladderMs.length - 1)] ?? 0;
  for (let beyond = ladderMs.length; beyond <= rung; beyond += 1) waitMs *= 2;
  return Math.min(waitMs, longestWaitMs);
}

/** Watches the resets of one module, whoever asked for them. */
export class LadderOracle {
  readonly #ladder: Ladder;
  #inRow = 0;
  #lastAtMs = 0;
  #healthySinceMs: number | undefined;
  /** All resets so far. */
  count = 0;
  /** Highest position that was reached. */
  highest = 0;

  readonly #slackMs: number;

  /** @param storeMs what the store takes at most. */
  constructor(ladder: Ladder, storeMs: number) {
    this.#ladder = ladder;
    this.#slackMs = COMMAND_MS + 1.25 * storeMs;
  }

  /** A host is online, or is not any more. A long stretch of it begins the ladder anew. */
  health(isOnline: boolean, nowMs: number): void {
    if (isOnline) this.#healthySinceMs ??= nowMs;
    else {
      this.#notice(nowMs);
      this.#healthySinceMs = undefined;
    }
  }

  /** A reset. Returns what is wrong with it, if something is. */
  reset(nowMs: number): string | undefined {
    this.#notice(nowMs);
    const waitMs = prescribedMs(this.#ladder, this.#inRow);
    const distanceMs = nowMs - this.#lastAtMs;
    const isTooEarly = this.#inRow > 0 && distanceMs + this.#slackMs < waitMs;
    this.#inRow += 1;
    this.count += 1;
    this.highest = Math.max(this.highest, this.#inRow);
    this.#lastAtMs = nowMs;
    if (!isTooEarly) return undefined;
    return `reset ${this.#inRow} in a row came ${distanceMs} ms after the last, ${waitMs} ms are prescribed`;
  }

  #notice(nowMs: number): void {
    const sinceMs = this.#healthySinceMs;
    if (sinceMs !== undefined && nowMs - sinceMs >= this.#ladder.healthStretchMs - 1) this.#inRow = 0;
  }
}
