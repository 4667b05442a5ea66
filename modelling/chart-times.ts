/** How long each chart was in each of its states, and how often each of its transitions was taken.
 *
 * Actors of one chart count together: all sockets are `socket`. Times are milliseconds of the clock.
 */
import { type AnyActorRef, type InspectionEvent, isMachineSnapshot, type StateValue } from 'xstate';

/** Where an actor is, and since when. */
interface Place {
  readonly chart: string;
  value: StateValue;
  sinceMs: number;
}

type Taken = { -readonly [Name in keyof TakenTransition]: TakenTransition[Name] };

/** A transition of a chart, as XState has it. */
type Transition = (InspectionEvent & { type: '@xstate.microstep' })['_transitions'][number];

/** A transition that was taken: from a state, by an event, to a state (or to nowhere: it was handled where it was). */
export interface TakenTransition {
  /** Name of the chart. */
  readonly chart: string;
  /** State from which it led, e.g. `online.serving`; empty for the chart itself. */
  readonly source: string;
  /** Event by which it was taken. */
  readonly event: string;
  /** State to which it led; empty where the event was handled without leaving. */
  readonly target: string;
  /** How often. */
  readonly count: number;
}

/** What had been counted at one moment, in the order in which it was counted first. */
export interface ChartTally {
  readonly times: readonly number[];
  readonly taken: readonly number[];
}

/** Time in one state of a chart. */
interface StateTime {
  readonly chart: string;
  readonly state: string;
  ms: number;
}

/** Who is told of the charts. */
export interface ChartObserver {
  /** An actor's outermost state is another one. */
  readonly changed: (name: string, state: string) => void;
  /** A transition has led to a state. */
  readonly entered: (chart: string, state: string) => void;
}

export class ChartTimes {
  readonly #now: () => number;
  readonly #places = new Map<AnyActorRef, Place>();
  readonly #times: StateTime[] = [];
  readonly #timeOf = new Map<string, StateTime>();
  /** By the transition of the chart, and the event that it was taken by. */
  readonly #takenBy = new Map<object, Map<string, Taken>>();
  readonly #taken: Taken[] = [];
  readonly #observer: ChartObserver;
  readonly #inspecting: { unsubscribe(): void };

  /** @param now time of the calendar, milliseconds. */
  constructor(root: AnyActorRef, now: () => number, observer: ChartObserver) {
    this.#now = now;
    this.#observer = observer;
    this.#inspecting = root.system.inspect((event) => this.#observe(event));
  }

  /** Milliseconds by chart and state; a state holds the time of those within. */
  get times(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    for (const place of this.#places.values()) this.#spend(place);
    const charts: Record<string, Record<string, number>> = {};
    const sorted = [...this.#timeOf].sort(byName);
    for (const [, { chart, state, ms }] of sorted) charts[chart] = { ...charts[chart], [state]: ms };
    return charts;
  }

  get transitions(): readonly TakenTransition[] {
    const sums = new Map<string, Taken>();
    for (const one of this.#taken) {
      const key = `${one.chart} ${one.source} ${one.event} ${one.target}`;
      const known = sums.get(key);
      if (known) known.count += one.count;
      else sums.set(key, { ...one });
    }
    return [...sums].sort(byName).map(([, one]) => one);
  }

  /** Where every chart is. */
  get place(): string {
    return [...this.#places].map(([ref, { value }]) => `${ref.id} ${JSON.stringify(value)}`).join(' ');
  }

  /** What has been counted up to now. */
  tally(): ChartTally {
    for (const place of this.#places.values()) this.#spend(place);
    return { times: this.#times.map(({ ms }) => ms), taken: this.#taken.map(({ count }) => count) };
  }

  /** Counts what was counted between two moments so many times more. */
  addAgain(from: ChartTally, to: ChartTally, times: number): void {
    this.#times.forEach((time, at) => {
      time.ms += times * ((to.times[at] ?? 0) - (from.times[at] ?? 0));
    });
    this.#taken.forEach((taken, at) => {
      taken.count += times * ((to.taken[at] ?? 0) - (from.taken[at] ?? 0));
    });
  }

  /** The calendar has gone on by a stretch that does not count. */
  leaveOut(stretchMs: number): void {
    for (const place of this.#places.values()) place.sinceMs += stretchMs;
  }

  close(): void {
    this.#inspecting.unsubscribe();
  }

  #observe(inspection: InspectionEvent): void {
    const { type } = inspection;
    if (type === '@xstate.microstep') this.#step(inspection);
    else if (type === '@xstate.snapshot') this.#look(inspection);
  }

  #step({ actorRef, snapshot, event, _transitions }: InspectionEvent & { type: '@xstate.microstep' }): void {
    const ref = actorRef as AnyActorRef;
    if (!isMachineSnapshot(snapshot)) return;
    const place = this.#places.get(ref);
    if (place === undefined) {
      if (ref.getSnapshot() !== undefined)
        this.#enter(ref, snapshot.machine.id, snapshot.value as StateValue);
    } else if (place.value !== snapshot.value) this.#move(ref, place, snapshot.value as StateValue);
    for (const transition of _transitions) {
      const { chart, target } = this.#count(transition, snapshot.machine.id, event.type);
      this.#observer.entered(chart, target);
    }
  }

  #look({ actorRef, snapshot }: InspectionEvent & { type: '@xstate.snapshot' }): void {
    const ref = actorRef as AnyActorRef;
    if (!isMachineSnapshot(snapshot)) return;
    const place = this.#places.get(ref);
    if (place === undefined) this.#enter(ref, snapshot.machine.id, snapshot.value as StateValue);
    else if (place.value !== snapshot.value) this.#move(ref, place, snapshot.value as StateValue);
    if (snapshot.status === 'active') return;
    const last = this.#places.get(ref);
    if (last) this.#spend(last);
    this.#places.delete(ref);
  }

  #enter(ref: AnyActorRef, chart: string, value: StateValue): void {
    const place = { chart, value, sinceMs: this.#now() };
    this.#places.set(ref, place);
    this.#observer.changed(ref.id, outermost(value));
  }

  #move(ref: AnyActorRef, place: Place, value: StateValue): void {
    this.#spend(place);
    const before = outermost(place.value);
    place.value = value;
    const now = outermost(value);
    if (now !== before) this.#observer.changed(ref.id, now);
  }

  #spend(place: Place): void {
    const nowMs = this.#now();
    const ms = nowMs - place.sinceMs;
    place.sinceMs = nowMs;
    if (ms === 0) return;
    for (const state of pathsOf(place.value)) this.#timeIn(place.chart, state).ms += ms;
  }

  #timeIn(chart: string, state: string): StateTime {
    const name = `${chart} ${state}`;
    const known = this.#timeOf.get(name);
    if (known) return known;
    const time = { chart, state, ms: 0 };
    this.#timeOf.set(name, time);
    this.#times.push(time);
    return time;
  }

  #count(transition: Transition, chart: string, event: string): Taken {
    const byEvent = this.#takenBy.get(transition) ?? new Map<string, Taken>();
    this.#takenBy.set(transition, byEvent);
    const known = byEvent.get(event);
    if (known) known.count++;
    return known ?? this.#countFirst(transition, chart, event, byEvent);
  }

  #countFirst(transition: Transition, chart: string, event: string, byEvent: Map<string, Taken>): Taken {
    const { source, target: [to] = [] } = transition;
    const taken = { chart, source: nameOf(source), event, target: nameOf(to), count: 1 };
    byEvent.set(event, taken);
    this.#taken.push(taken);
    return taken;
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function nameOf(state: { readonly path: readonly string[] } | undefined): string {
  return state?.path.join('.') ?? '';
}

/** Every state that a value stands for, outer ones too. */
function pathsOf(value: StateValue, within = ''): string[] {
  if (typeof value === 'string') return [within + value];
  return Object.entries(value).flatMap(([name, inner]) =>
    inner === undefined ? [] : [within + name, ...pathsOf(inner, `${within}${name}.`)],
  );
}

function outermost(value: StateValue): string {
  return typeof value === 'string' ? value : (Object.keys(value)[0] ?? '');
}
