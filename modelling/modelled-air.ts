/** The network between module and server: a network in memory whose latency goes by the calendar, and that knows what has left.
 *
 * Faults that only make it slower are part of the latency: of them the module notices nothing but that.
 */
import {
  type Latency,
  type MemoryNetwork,
  memoryNetwork,
  type Sender,
  type Strike,
} from '../simulator/index.ts';
import type { CalendarClock } from './calendar-clock.ts';

/** A time in which the network is slower. */
interface Slowdown {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly times: number;
  readonly plusMs: number;
}

/** A packet has left, at that time of the clock. */
export interface SentPacket {
  readonly atMs: number;
  readonly from: Sender;
}

export class ModelledAir {
  readonly network: MemoryNetwork;
  /** Strikes that make it slower, up to the time that was asked for last. */
  readonly slowed: Strike[] = [];
  readonly #slowdowns: Slowdown[] = [];
  readonly #strikes: Iterator<Strike>;
  #next: Strike | undefined;
  #base: Latency;
  #sent: SentPacket[] = [];
  #emptyAtMs = 0;

  /** @param latencyMs one way, until another one is set; @param strikes what makes it slower, in the order of their times. */
  constructor(clock: CalendarClock, latencyMs: number, strikes: Iterator<Strike>) {
    this.#base = latencyMs;
    this.#strikes = strikes;
    this.#proceed();
    this.network = memoryNetwork(clock, {
      latencyMs: (_, from) => {
        const ms = this.latencyMs(clock.uptime());
        this.#sent.push({ atMs: clock.now(), from });
        this.#emptyAtMs = Math.max(this.#emptyAtMs, clock.now() + ms);
        return ms;
      },
    });
  }

  /** Replaces the latency. A function of time is one of the calendar. */
  setLatency(latency: Latency): void {
    this.#base = latency;
  }

  /** Nothing is on its way. */
  isEmptyAt(clockMs: number): boolean {
    return clockMs > this.#emptyAtMs;
  }

  /** Latency of a packet that leaves at that time of the calendar. */
  latencyMs(atMs: number): number {
    this.lookAhead(atMs);
    let ms = typeof this.#base === 'number' ? this.#base : this.#base(atMs, 'module');
    const slowdowns = this.#slowdowns.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
    for (const { times } of slowdowns) ms *= times;
    for (const { plusMs } of slowdowns) ms += plusMs;
    return ms;
  }

  /** Takes note of what strikes up to that time of the calendar. */
  lookAhead(untilMs: number): void {
    while (this.#next !== undefined && this.#next.atMs <= untilMs) {
      const { atMs, untilMs: overMs = Number.POSITIVE_INFINITY, fault } = this.#next;
      this.slowed.push(this.#next);
      if (fault.kind === 'slowNetwork')
        this.#slowdowns.push({
          fromMs: atMs,
          untilMs: overMs,
          times: fault.times ?? 1,
          plusMs: fault.plusMs ?? 0,
        });
      this.#proceed();
    }
  }

  /** Packets that have left since this was asked last. */
  takeSent(): readonly SentPacket[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  #proceed(): void {
    const next = this.#strikes.next();
    this.#next = next.done ? undefined : next.value;
  }
}
