/** The clock of a modelled life: a stretch of time that only repeats what was lived before can be left out of it.
 *
 *    now()     what host, module and network go by; they do not notice that a stretch was left out
 *    uptime()  the calendar: all of the time since the beginning, with what was left out
 *
 * Faults, outages and the reboot ladder go by the calendar.
 */
import { type Clock, VirtualClock, type VirtualTimer } from '../streams/clock.ts';

export class CalendarClock extends VirtualClock {
  #leftOutMs = 0;
  /** Timers that wait for a time of the calendar; some of them have fired. */
  readonly #ofCalendar = new WeakSet<VirtualTimer>();
  /** For what goes by the calendar alone. */
  readonly calendar: Clock = {
    now: () => this.uptime(),
    setTimeout: (task, delayMs) => {
      const timer = this.setTimeout(task, delayMs);
      this.#ofCalendar.add(timer);
      return timer;
    },
    clearTimeout: (handle) => this.clearTimeout(handle),
  };

  /** Milliseconds of the calendar. */
  uptime(): number {
    return this.now() + this.#leftOutMs;
  }

  /** Timers that wait, soonest first. */
  get waiting(): readonly VirtualTimer[] {
    return this.timers;
  }

  /** Whether a timer waits for a time of the calendar. */
  isOfCalendar(timer: VirtualTimer): boolean {
    return this.#ofCalendar.has(timer);
  }

  /** A timer that nobody has touched while everything else came round waits for a time of the calendar. */
  putOnCalendar(timer: VirtualTimer): void {
    this.#ofCalendar.add(timer);
  }

  /** Lives up to a time of the calendar, or to the timer behind which `stops` says so; tells whether it did. */
  liveUntil(calendarMs: number, stops: () => boolean): Promise<boolean> {
    return this.advanceTo(calendarMs - this.#leftOutMs, stops);
  }

  /** Leaves a stretch out that begins now. What waits for a time of the calendar comes nearer. */
  leaveOut(stretchMs: number, waitsForCalendar = (timer: VirtualTimer) => this.isOfCalendar(timer)): void {
    this.#leftOutMs += stretchMs;
    const nearer = new Set(this.timers.filter(waitsForCalendar));
    for (const timer of nearer) timer.dueMs -= stretchMs;
    // Of two that are due at once the one that has waited longer comes first.
    this.timers.sort((a, b) => a.dueMs - b.dueMs || Number(nearer.has(b)) - Number(nearer.has(a)));
  }
}
