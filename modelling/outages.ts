/** When a reading could not have been delivered, why, and what the time went to.
 *
 *    strike ──▶ detect ─▶ reset ─▶ bring up ─▶ deactivate ─▶ activate ─▶ reopen ──▶ connected        (each where there is one)
 *
 * A fault counts from the moment in which it strikes, not from the one in which the host takes note of it. Faults that end by
 * themselves before the host noticed end the outage with them.
 */
import type { Clock } from '../streams/clock.ts';

/** What the time of an outage goes to. */
export const PHASES = ['detect', 'reset', 'bringUp', 'deactivate', 'activate', 'reopen'] as const;
/** One of these. */
export type Phase = (typeof PHASES)[number];

/** One stretch without service. Times are milliseconds of the clock. */
export interface Outage {
  /** When it began. */
  readonly fromMs: number;
  /** When it was over. */
  readonly toMs: number;
  /** Kind of the fault that began it; `other` when none did. */
  readonly cause: string;
  /** Milliseconds by phase: together they are the whole. */
  readonly phases: Readonly<Record<Phase, number>>;
  /** The host has made a new connection: it did not end by itself. */
  readonly isRecovered: boolean;
}

/** A fault, as far as it takes the service away. */
export interface Break {
  readonly kind: string;
  /** When it is over by itself; missing where it is not. */
  readonly untilMs?: number;
}

const RESETTING: ReadonlySet<string> = new Set(['rebooting', 'cooling']);
const COMING_UP: ReadonlySet<string> = new Set([
  'portClosed',
  'opening',
  'syncing',
  'configuring',
  'unlockingSim',
  'registering',
]);
const GOING_DOWN: ReadonlySet<string> = new Set(['lost', 'deactivating']);

interface Current {
  readonly fromMs: number;
  readonly cause: string;
  readonly untilMs: number | undefined;
  readonly phases: Record<Phase, number>;
  phase: Phase;
  sinceMs: number;
}

export class OutageWatch {
  readonly #clock: Clock;
  readonly outages: Outage[] = [];
  #firstMs: number | undefined;
  #current: Current | undefined;
  #isConnected = false;
  #modem = 'portClosed';
  #context = 'deactivated';
  #lastBreak: string | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How often an outage has begun or ended. */
  turns = 0;

  /** First time that there was service; `undefined` before. */
  get firstMs(): number | undefined {
    return this.#firstMs;
  }

  /** The outermost state of the modem's chart, or of its context's. */
  changed(chart: 'modem' | 'context', state: string): void {
    this.#expire(); // what is over has no part in the phase that begins now
    if (chart === 'modem') this.#modem = state;
    else this.#context = state;
    this.#turn();
  }

  /** A fault takes the service away. */
  broke({ kind, untilMs }: Break): void {
    this.#expire();
    this.#lastBreak = kind;
    if (this.#isConnected && this.#current === undefined) this.#begin(kind, untilMs);
  }

  connected(): void {
    this.#expire();
    this.#firstMs ??= this.#clock.now();
    this.#isConnected = true;
    this.#lastBreak = undefined;
    if (this.#current) this.#end(this.#clock.now(), true);
  }

  /** @param cause what is to blame where no fault has struck: one that waits for its moment; @param sinceMs when it began to be felt. */
  disconnected(cause = 'other', sinceMs = this.#clock.now()): void {
    this.#expire();
    if (!this.#isConnected) return;
    this.#isConnected = false;
    if (this.#current === undefined) this.#begin(this.#lastBreak ?? cause, undefined, sinceMs);
    this.#turn();
  }

  /** The end of the model: what is still on ends here. */
  finish(): void {
    this.#expire();
    if (this.#current) this.#end(this.#clock.now(), false);
  }

  #begin(cause: string, untilMs: number | undefined, fromMs = this.#clock.now()): void {
    this.turns++;
    const phases = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
    const lastMs = this.outages.at(-1)?.toMs ?? this.#firstMs ?? fromMs;
    const beganMs = Math.max(fromMs, lastMs);
    this.#current = { fromMs: beganMs, cause, untilMs, phases, phase: 'detect', sinceMs: beganMs };
  }

  #turn(): void {
    const current = this.#current;
    if (current === undefined) return;
    const phase = this.#phase();
    if (phase === current.phase) return;
    this.#spend(current, this.#clock.now());
    current.phase = phase;
  }

  #phase(): Phase {
    if (RESETTING.has(this.#modem)) return 'reset';
    if (COMING_UP.has(this.#modem)) return 'bringUp';
    if (GOING_DOWN.has(this.#context)) return 'deactivate';
    if (this.#context !== 'active') return 'activate';
    return this.#isConnected ? 'detect' : 'reopen';
  }

  #spend(current: Current, untilMs: number): void {
    current.phases[current.phase] += untilMs - current.sinceMs;
    current.sinceMs = untilMs;
  }

  #end(toMs: number, isRecovered: boolean): void {
    const current = this.#current;
    if (current === undefined) return;
    this.turns++;
    this.#spend(current, toMs);
    const { fromMs, cause, phases } = current;
    this.outages.push({ fromMs, toMs, cause, phases, isRecovered });
    this.#current = undefined;
  }

  /** A fault that is over, and that the host has not noticed. */
  #expire(): void {
    const { untilMs } = this.#current ?? {};
    if (untilMs !== undefined && this.#isConnected && untilMs <= this.#clock.now()) this.#end(untilMs, false);
  }
}
