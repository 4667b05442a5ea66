/** Most minutes of a life are like minutes that were before. What begins with everything at a known place is lived once, and
 * counted as often as it comes.
 *
 *    look ──▶ live a period ──▶ look ──▶ keep what the period came to, from place to place
 *     ▲                                            │
 *     └── count kept periods that come round ◀─────┘
 *         to the same place, up to the next fault
 *
 * The figures are those of a life that was lived throughout, to the last digit. What makes two periods differ are faults, which are timers
 * of the calendar, and the latency of each packet (`Packets`).
 */
import type { VirtualTimer } from '../streams/clock.ts';
import type { CalendarClock } from './calendar-clock.ts';
import type { SentPacket } from './modelled-air.ts';
import { Packets } from './packets.ts';
import { Waits } from './waits.ts';

/** What is being lived, as far as it has to repeat itself. */
export interface Repeatable<Tally> {
  /** Everything that decides how it goes on, timers apart; `undefined` while something does that cannot be told. */
  place(): string | undefined;
  /** What has been counted so far. */
  tally(): Tally;
  /** How often something has happened that cannot happen again by itself: an outage has begun or ended, a reset was granted. */
  readonly turns: number;
  /** The calendar has gone on by a stretch that was not lived. */
  leaveOut(stretchMs: number): void;
  /** Counts again what was counted between two tallies. */
  addAgain(from: Tally, to: Tally, times: number): void;
  /** Readings that have arrived since this was asked last: at which time of the clock, and how old. */
  takeArrived(): readonly { readonly atMs: number; readonly latencyMs: number }[];
  /** Counts the arrival of a reading that was not lived. */
  arriveAgain(latencyMs: number): void;
  /** A connection carried something last at that time of the calendar, in a stretch that was left out. */
  carriedLast(atMs: number): void;
  /** Latency of a packet that leaves at that time of the calendar, as things are now. */
  latencyMs(atMs: number): number;
  /** Packets that have left since this was asked last. */
  takeSent(): readonly SentPacket[];
  /** Whether the modem has begun to wait before it looks again, since this was asked last. */
  takeWait(): boolean;
  /** Times of the clock at which the module was asked what may depend on arrivals, since this was asked last. */
  takeQuestions(): readonly number[];
}

/** A period that was lived. */
interface Lived<Tally> {
  readonly packets: Packets;
  /** Readings that arrived, by the place of their packets. */
  readonly arrived: readonly { readonly place: number; readonly latencyMs: number }[];
  readonly from: Tally;
  readonly to: Tally;
  /** Name of the place at its end. */
  readonly next: string;
}

/** A kept period that comes again, and how old the readings are that arrive in it. */
interface Repeat<Tally> {
  readonly lived: Lived<Tally>;
  readonly latenciesMs: readonly number[];
  /** When its last packet was carried. */
  readonly carriedAtMs: number | undefined;
}

/** Where everything is, and how long the timers wait that are set anew in each period. */
interface Place {
  readonly life: string | undefined;
  readonly waits: readonly { readonly timer: VirtualTimer; readonly ms: number }[];
}

/** Places from which periods are kept. */
const MOST_PLACES = 200;

export class Repeats<Tally> {
  readonly #clock: CalendarClock;
  readonly #life: Repeatable<Tally>;
  readonly #periodMs: number;
  #place: Place;
  /** Periods by the name of the place at which they begin. */
  readonly #lived = new Map<string, Lived<Tally>[]>();

  constructor(clock: CalendarClock, life: Repeatable<Tally>, periodMs: number) {
    this.#clock = clock;
    this.#life = life;
    this.#periodMs = periodMs;
    this.#place = this.#look();
  }

  /** Lets time pass up to that time of the calendar, in periods; the last of them may be cut. */
  async liveUntil(endMs: number): Promise<void> {
    while (this.#clock.uptime() < endMs) {
      this.#count(endMs);
      await this.#live(Math.min(this.#periodMs, endMs - this.#clock.uptime()));
    }
  }

  async #live(lengthMs: number): Promise<void> {
    const startMs = this.#clock.now();
    const before = this.#place;
    const faults = this.#calendarTimers;
    const { turns } = this.#life;
    const from = this.#life.tally();
    this.#life.takeSent();
    this.#life.takeQuestions();
    this.#life.takeArrived();
    const isWhole = await this.#pass(this.#clock.uptime() + lengthMs);
    this.#place = this.#look();
    const waiting = new Set(this.#clock.waiting);
    for (const { timer } of before.waits) if (waiting.has(timer)) this.#clock.putOnCalendar(timer);
    const [name, next] = [this.#nameOf(before), this.#nameOf(this.#place)];
    if (!isWhole || lengthMs < this.#periodMs || name === undefined || next === undefined) return;
    if (turns !== this.#life.turns) return;
    if (faults.some((timer) => !waiting.has(timer))) return; // it is not what comes again
    const packets = this.#packetsSince(startMs);
    const arrived = this.#life
      .takeArrived()
      .map(({ atMs, latencyMs }) => ({ place: packets?.placeOf(atMs - startMs) ?? -1, latencyMs }));
    if (packets === undefined || arrived.some(({ place }) => place < 0)) return;
    if (this.#repeatFrom(name, this.#clock.uptime() - lengthMs) !== undefined) return; // kept already
    this.#keep(name, { packets, arrived, from, to: this.#life.tally(), next });
  }

  /** Lets time pass. Looks for something that come one like the other are counted too; tells whether none was. */
  async #pass(endMs: number): Promise<boolean> {
    const waits = new Waits(this.#clock, this.#life);
    let isWhole = true;
    while (await this.#clock.liveUntil(endMs, () => this.#life.takeWait())) {
      waits.begin(endMs);
      isWhole = false;
    }
    return isWhole;
  }

  #packetsSince(startMs: number): Packets | undefined {
    const leftOutMs = this.#clock.uptime() - this.#clock.now();
    const sent = this.#life
      .takeSent()
      .map(({ atMs, from }) => ({ atMs, from, latencyMs: this.#life.latencyMs(atMs + leftOutMs) }));
    return Packets.of({ startMs, endMs: this.#clock.now(), sent, questionsMs: this.#life.takeQuestions() });
  }

  #keep(name: string, lived: Lived<Tally>): void {
    const known = this.#lived.get(name) ?? [];
    known.push(lived);
    this.#lived.delete(name);
    this.#lived.set(name, known);
    const [oldest] = this.#lived.keys();
    if (this.#lived.size > MOST_PLACES && oldest !== undefined) this.#lived.delete(oldest);
  }

  /** Counts as many periods as come round to the present place before a timer of the calendar fires. */
  #count(endMs: number): void {
    const repeats = this.#repeatsUntil(endMs);
    if (repeats.length === 0) return;
    const stretchMs = repeats.length * this.#periodMs;
    this.#clock.leaveOut(stretchMs);
    this.#life.leaveOut(stretchMs);
    const times = new Map<Lived<Tally>, number>();
    for (const { lived, latenciesMs } of repeats) {
      times.set(lived, (times.get(lived) ?? 0) + 1);
      for (const latencyMs of latenciesMs) this.#life.arriveAgain(latencyMs);
    }
    for (const [{ from, to }, count] of times) this.#life.addAgain(from, to, count);
    const { carriedAtMs } = repeats.findLast((one) => one.carriedAtMs !== undefined) ?? {};
    if (carriedAtMs !== undefined) this.#life.carriedLast(carriedAtMs);
  }

  #repeatsUntil(endMs: number): readonly Repeat<Tally>[] {
    const here = this.#nameOf(this.#place);
    if (here === undefined || !this.#lived.has(here)) return [];
    const startMs = this.#clock.uptime();
    const [next] = this.#calendarTimers;
    const nextMs = (next?.dueMs ?? Number.POSITIVE_INFINITY) - this.#clock.now();
    const most = Math.min(
      Math.ceil(nextMs / this.#periodMs) - 1,
      Math.floor((endMs - startMs) / this.#periodMs),
    );
    const repeats: Repeat<Tally>[] = [];
    let round = 0;
    for (let name = here; repeats.length < most; ) {
      const repeat = this.#repeatFrom(name, startMs + repeats.length * this.#periodMs);
      if (repeat === undefined) break;
      repeats.push(repeat);
      name = repeat.lived.next;
      if (name === here) round = repeats.length;
    }
    return repeats.slice(0, round);
  }

  #repeatFrom(name: string, startMs: number): Repeat<Tally> | undefined {
    for (const lived of this.#lived.get(name) ?? []) {
      const laterMs = lived.packets.again(startMs, (atMs) => this.#life.latencyMs(atMs));
      if (laterMs === undefined) continue;
      const latenciesMs = lived.arrived.map(({ place, latencyMs }) => latencyMs + (laterMs[place] ?? 0));
      const carriedMs = lived.packets.carriedMs(laterMs);
      return { lived, latenciesMs, carriedAtMs: carriedMs === undefined ? undefined : startMs + carriedMs };
    }
    return undefined;
  }

  get #calendarTimers(): readonly VirtualTimer[] {
    return this.#clock.waiting.filter((timer) => this.#clock.isOfCalendar(timer));
  }

  #look(): Place {
    const nowMs = this.#clock.now();
    const waits = this.#clock.waiting
      .filter((timer) => !this.#clock.isOfCalendar(timer))
      .map((timer) => ({ timer, ms: timer.dueMs - nowMs }));
    return { life: this.#life.place(), waits };
  }

  /** Two places of the same name go on in the same way. */
  #nameOf({ life, waits }: Place): string | undefined {
    if (life === undefined) return undefined;
    const own = waits.filter(({ timer }) => !this.#clock.isOfCalendar(timer));
    const near = own.filter(({ ms }) => ms <= this.#periodMs);
    return `${life} ${near.map(({ ms }) => ms.toFixed(3)).join(' ')} +${own.length - near.length}`;
  }
}
