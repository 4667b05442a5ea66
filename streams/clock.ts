/** Time, as everything in urchestra sees it. The only file that names the platform's timers.
 *
 *    Clock ──▶ statecharts (an actor's clock) · RxJS operators (schedulerOn) · ports · virtual module
 *      ├─ systemClock      the wall clock
 *      ├─ scaledClock(f)   the wall clock, f times as fast (demonstrations)
 *      └─ VirtualClock     moves only when told (tests, modelling)
 */
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import { ModemError } from '../errors.ts';

/** What `Clock.setTimeout` returned; only good for `clearTimeout` of the same clock. */
export type TimerHandle = unknown;

/** A source of time. Shaped so that it can be handed to XState's `createActor({ clock })` as it is. */
export interface Clock {
  /** Milliseconds since the Unix epoch on real clocks, since the start on a `VirtualClock`. */
  now(): number;
  /** Milliseconds from any beginning, which go on evenly when the clock is set; where it is missing, `now()` does. */
  uptime?(): number;
  /** Calls `task` once, `delayMs` from now; never from inside this call. */
  setTimeout(task: () => void, delayMs: number): TimerHandle;
  /** Forgets a timer. Unknown, fired and `undefined` handles are ignored. */
  clearTimeout(handle: TimerHandle): void;
}

/** The wall clock. Its timers keep the process alive until they fire or are cleared. */
export const systemClock: Clock = {
  now: () => Date.now(),
  uptime: () => performance.now(),
  setTimeout: (task, delayMs) => setTimeout(task, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout | undefined),
};

/** A clock on which `factor` milliseconds pass in each real one.
 *
 * @param factor positive; 1 is real time, 20 shows a minute in three seconds.
 */
export function scaledClock(factor: number): Clock {
  if (!(typeof factor === 'number' && factor > 0 && Number.isFinite(factor)))
    throw new ModemError('INVALID_ARGUMENT', 'factor must be a number above 0', { argument: 'factor' });
  const startedAtMs = Date.now();
  const origin = performance.now();
  return {
    now: () => startedAtMs + (performance.now() - origin) * factor,
    setTimeout: (task, delayMs) => setTimeout(task, delayMs / factor),
    clearTimeout: systemClock.clearTimeout,
  };
}

/** Milliseconds on a clock that nobody sets. */
export function uptimeOf(clock: Clock): number {
  return clock.uptime?.() ?? clock.now();
}

/** A time of the wall in ISO 8601; empty for a number that is none. */
export function isoTime(atMs: number): string {
  const time = new Date(atMs);
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
}

/** A timer of a `VirtualClock`. */
export interface VirtualTimer {
  /** Time of the clock at which it fires. */
  dueMs: number;
  /** What it then calls. */
  readonly task: () => void;
}

/** A clock that stands still until it is told to move, and fires each timer at its own instant.
 *
 * Timers due at the same instant fire in the order in which they were set. Between two timers every promise
 * and stream callback that is ready gets to run, so chains of timers keep their true distances.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  /** Sorted by due time, then by the order of setting. */
  protected readonly timers: VirtualTimer[] = [];

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(task: () => void, delayMs: number): VirtualTimer {
    const timer = { dueMs: later(this.#nowMs, Math.max(0, delayMs || 0)), task };
    this.timers.splice(this.#positionAfter(timer.dueMs), 0, timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    const at = this.timers.indexOf(handle as VirtualTimer);
    if (at >= 0) this.timers.splice(at, 1);
  }

  /** Number of timers that wait: 0 when nothing was left behind. */
  get pendingTimers(): number {
    return this.timers.length;
  }

  /** Milliseconds until the next timer, `undefined` when there is none. */
  get nextDelayMs(): number | undefined {
    const next = this.timers[0];
    return next && next.dueMs - this.#nowMs;
  }

  /** Moves time by `ms`, firing what falls due on the way; resolves when all that follows from it has run. */
  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.#nowMs + ms, () => false);
  }

  /** Moves time up to `targetMs`, or to the timer behind which `stops` says so; tells whether it did. */
  protected async advanceTo(targetMs: number, stops: () => boolean): Promise<boolean> {
    await settled();
    while (this.#fireNext(targetMs)) {
      await settled();
      if (stops()) return true;
    }
    this.#nowMs = targetMs;
    await settled();
    return false;
  }

  /** Moves from timer to timer until `promise` settles, and passes its outcome on.
   *
   * @throws RangeError when `limitMs` of virtual time pass, or no timer is left, before that.
   */
  async runUntil<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
    const limit = this.#nowMs + limitMs;
    let done = false;
    const finish = (): void => {
      done = true;
    };
    promise.then(finish, finish);
    await settled();
    while (!done) {
      if (!this.#fireNext(limit)) {
        throw new RangeError(`still pending at ${this.#nowMs} ms, ${this.timers.length} timers wait`);
      }
      await settled();
    }
    return promise;
  }

  #fireNext(limitMs: number): boolean {
    const next = this.timers[0];
    if (next === undefined || next.dueMs > limitMs) return false;
    this.timers.shift();
    this.#nowMs = next.dueMs;
    next.task();
    return true;
  }

  #positionAfter(dueMs: number): number {
    let low = 0;
    let high = this.timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.timers[middle]?.dueMs ?? 0) <= dueMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Any delay at all ends later than it began: who waits for the rest of a time would wait for ever at the same instant. */
function later(nowMs: number, delayMs: number): number {
  const dueMs = nowMs + delayMs;
  return delayMs > 0 && dueMs === nowMs ? nowMs + nowMs * Number.EPSILON : dueMs;
}

/** Resolves after every microtask and `process.nextTick` callback that is queued now, and what these queue. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Resolves `delayMs` later on `clock`; rejects with the signal's reason, and leaves no timer, when aborted. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = (): void => {
      clock.clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** An RxJS scheduler whose time is `clock`: pass it to every time operator. */
export function schedulerOn(clock: Clock): SchedulerLike {
  return {
    now: () => clock.now(),
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delayMs = 0, state?: T): Subscription {
      return new ClockAction(clock, work).schedule(state, delayMs);
    },
  };
}

class ClockAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #clock: Clock;
  readonly #work: (this: SchedulerAction<T>, state?: T) => void;
  #timer: TimerHandle;

  constructor(clock: Clock, work: (this: SchedulerAction<T>, state?: T) => void) {
    super(() => clock.clearTimeout(this.#timer));
    this.#clock = clock;
    this.#work = work;
  }

  schedule(state?: T, delayMs = 0): Subscription {
    if (this.closed) return this;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#work.call(this, state), delayMs);
    return this;
  }
}
