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

/** A transition that was taken: from a state, by an event, to a state (or to nowhere: it was handled where it was). */
export interface TakenTransition {
  readonly chart: string;
  readonly source: string;
  readonly event: string;
  readonly target: string;
  readonly count: number;
}

/** What had been counted at one moment: milliseconds by chart and state, and transitions. */
export interface ChartTally {
  readonly times: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly taken: ReadonlyMap<object, number>;
}

/** A change of an actor's outermost state. */
export type OutermostChange = (name: string, state: string) => void;

export class ChartTimes {
  readonly #now: () => number;
  readonly #places = new Map<AnyActorRef, Place>();
  readonly #times = new Map<string, Map<string, number>>();
  readonly #taken = new Map<string, Taken>();
  readonly #changed: OutermostChange;
  readonly #inspecting: { unsubscribe(): void };

  /** @param now time of the calendar, milliseconds. */
  constructor(root: AnyActorRef, now: () => number, changed: OutermostChange) {
    this.#now = now;
    this.#changed = changed;
    this.#inspecting = root.system.inspect((event) => this.#observe(event));
  }

  /** Milliseconds by chart and state; a state holds the time of those within. */
  get times(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    for (const place of this.#places.values()) this.#spend(place);
    const sorted = [...this.#times]
      .sort(byName)
      .map(([chart, states]) => [chart, Object.fromEntries([...states].sort(byName))]);
    return Object.fromEntries(sorted);
  }

  get transitions(): readonly TakenTransition[] {
    return [...this.#taken].sort(byName).map(([, one]) => one);
  }

  /** Where every chart is. */
  get place(): string {
    return [...this.#places].map(([ref, { value }]) => `${ref.id} ${JSON.stringify(value)}`).join(' ');
  }

  /** What has been counted up to now. */
  tally(): ChartTally {
    for (const place of this.#places.values()) this.#spend(place);
    const times = new Map([...this.#times].map(([chart, states]) => [chart, new Map(states)]));
    return { times, taken: new Map([...this.#taken.values()].map((one) => [one, one.count])) };
  }

  /** Counts what was counted between two moments so many times more. */
  addAgain(from: ChartTally, to: ChartTally, times: number): void {
    for (const [chart, states] of to.times) {
      const own = this.#statesOf(chart);
      for (const [state, ms] of states)
        own.set(state, (own.get(state) ?? 0) + times * (ms - (from.times.get(chart)?.get(state) ?? 0)));
    }
    for (const [transition, count] of to.taken)
      (transition as Taken).count += times * (count - (from.taken.get(transition) ?? 0));
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
    for (const { source, target } of _transitions) {
      const [to] = target ?? [];
      this.#count(
        snapshot.machine.id,
        source.path.join('.'),
        event.type,
        to === undefined ? '' : to.path.join('.'),
      );
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
    this.#changed(ref.id, outermost(value));
  }

  #move(ref: AnyActorRef, place: Place, value: StateValue): void {
    this.#spend(place);
    const before = outermost(place.value);
    place.value = value;
    const now = outermost(value);
    if (now !== before) this.#changed(ref.id, now);
  }

  #spend(place: Place): void {
    const nowMs = this.#now();
    const ms = nowMs - place.sinceMs;
    place.sinceMs = nowMs;
    if (ms === 0) return;
    const states = this.#statesOf(place.chart);
    for (const path of pathsOf(place.value)) states.set(path, (states.get(path) ?? 0) + ms);
  }

  #statesOf(chart: string): Map<string, number> {
    const known = this.#times.get(chart);
    if (known) return known;
    const states = new Map<string, number>();
    this.#times.set(chart, states);
    return states;
  }

  #count(chart: string, source: string, event: string, target: string): void {
    const key = `${chart} ${source} ${event} ${target}`;
    const known = this.#taken.get(key);
    if (known) known.count++;
    else this.#taken.set(key, { chart, source, event, target, count: 1 });
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
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
