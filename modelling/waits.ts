/** A modem that waits for something looks for it again and again. A look that is like the one before it is counted, not lived.
 *
 *    wait ──look──▶ wait ──look──▶ wait: twice the same ──▶ count, up to the next timer that neither of them has touched
 */
import type { VirtualTimer } from '../streams/clock.ts';
import type { CalendarClock } from './calendar-clock.ts';
import type { Repeatable } from './repeats.ts';

/** How things are when a wait begins. */
interface Wait<Tally> {
  readonly atMs: number;
  readonly timers: ReadonlySet<VirtualTimer>;
  readonly tally: Tally;
  /** Where everything is, with the timers that were set since the wait before. */
  readonly name: string | undefined;
}

export class Waits<Tally> {
  readonly #clock: CalendarClock;
  readonly #life: Repeatable<Tally>;
  #before: Wait<Tally> | undefined;

  constructor(clock: CalendarClock, life: Repeatable<Tally>) {
    this.#clock = clock;
    this.#life = life;
  }

  /** A wait begins now. Leaves the looks out that would come before `endMs` of the calendar. */
  begin(endMs: number): void {
    const before = this.#before;
    const wait = this.#look(before);
    this.#before = wait;
    if (before === undefined || wait.name === undefined || wait.name !== before.name) return;
    const lookMs = wait.atMs - before.atMs;
    const isOld = (timer: VirtualTimer): boolean => before.timers.has(timer);
    const next = this.#clock.waiting.find(isOld);
    const untilMs = Math.min(
      endMs - this.#clock.uptime(),
      (next?.dueMs ?? Number.POSITIVE_INFINITY) - wait.atMs,
    );
    const times = Math.ceil(untilMs / lookMs) - 1;
    if (times < 1) return;
    this.#clock.leaveOut(times * lookMs, isOld);
    this.#life.leaveOut(times * lookMs);
    this.#life.addAgain(before.tally, wait.tally, times);
    this.#before = { ...wait, tally: this.#life.tally() }; // the looks that were left out are no part of the next one
  }

  #look(before: Wait<Tally> | undefined): Wait<Tally> {
    const atMs = this.#clock.now();
    const { waiting } = this.#clock;
    const isQuiet = this.#life.takeSent().length === 0;
    const life = this.#life.place();
    const fresh = waiting.filter((timer) => !before?.timers.has(timer)).map(({ dueMs }) => dueMs - atMs);
    const isKnown = isQuiet && life !== undefined && before !== undefined;
    const name = isKnown ? [life, atMs - before.atMs, ...fresh].join(' ') : undefined;
    return { atMs, timers: new Set(waiting), tally: this.#life.tally(), name };
  }
}
