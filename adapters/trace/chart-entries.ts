/** What happens in the statecharts of one modem, as lines of its trace.
 *
 *    root.system ─┬─ event ──────▶ "context-1 gets urc.pdpdeact …"
 *                 └─ microstep ──▶ "context-1: active.serving → lost.yielding …"   (when the state value changed)
 *
 * A microstep is told before the messages that the transition sends and the work that it starts, a snapshot behind them:
 * so a transition stands in front of what it leads to. Exchanges are systems of their own, and not looked at (D-093).
 */
import { Observable } from 'rxjs';
import { type AnyActorRef, type InspectionEvent, isMachineSnapshot, type StateValue } from 'xstate';
import type { Clock } from '../../streams/clock.ts';
import { membersInWords, plainMembers, shortEvent } from './event-words.ts';
import { changeOf, pathOf } from './state-paths.ts';
import type { EventEntry, TransitionEntry } from './trace-entry.ts';

export interface ChartOptions {
  /** The modem's own statechart. */
  readonly root: AnyActorRef;
  readonly clock: Pick<Clock, 'now'>;
  /** Blanks secrets out of plain data. */
  readonly redacted: (value: unknown) => unknown;
}

type ChartEntry = EventEntry | TransitionEntry;

/** An actor that is a machine, and where it is. */
interface Known {
  readonly name: string;
  value: StateValue;
}

/** Events and transitions, as they happen. Looks only while somebody is subscribed: it costs as much as the charts themselves. */
export function chartEntries({ root, clock, redacted }: ChartOptions): Observable<ChartEntry> {
  return new Observable((subscriber) => {
    const actors = new WeakMap<object, Known>();
    const emit = (entry: ChartEntry): void => subscriber.next(entry);

    /** `undefined` for work that a state waits for: it shows in the event that ends it. */
    function known(ref: AnyActorRef): Known | undefined {
      const found = actors.get(ref);
      if (found) return found;
      const snapshot: unknown = ref.getSnapshot();
      if (!isMachineSnapshot(snapshot)) return undefined;
      const fresh = { name: nameOf(ref, root), value: snapshot.value as StateValue };
      actors.set(ref, fresh);
      return fresh;
    }

    function observe(inspection: InspectionEvent): void {
      if (inspection.type === '@xstate.event') readEvent(inspection);
      else if (inspection.type === '@xstate.microstep') readMicrostep(inspection);
    }

    function readEvent({ actorRef, sourceRef, event }: InspectionEvent & { type: '@xstate.event' }): void {
      const actor = known(actorRef as AnyActorRef);
      if (actor === undefined) return;
      const { name } = actor;
      const { type } = event;
      if (type === 'xstate.init') {
        const to = pathOf(actor.value);
        emit({
          ...{ atMs: clock.now(), kind: 'transition', text: `${name}: starts in ${to}` },
          ...{ actor: name, to, event: type },
        });
        return;
      }
      const sender = sourceRef === undefined ? undefined : known(sourceRef as AnyActorRef);
      const source = sender === undefined || sender === actor ? {} : { source: sender.name };
      const members = redactedMembers(event, redacted);
      const words = [
        ...[name, 'gets', shortEvent(type)],
        ...(source.source === undefined ? [] : ['from', source.source]),
        ...(members === undefined ? [] : [membersInWords(members)]),
      ];
      emit({
        ...{ atMs: clock.now(), kind: 'event', text: words.join(' '), actor: name, event: type },
        ...{ ...source, ...(members && { members }) },
      });
    }

    function readMicrostep({
      actorRef,
      event,
      snapshot,
    }: InspectionEvent & { type: '@xstate.microstep' }): void {
      const actor = actors.get(actorRef);
      if (actor === undefined || !isMachineSnapshot(snapshot)) return; // it is only being made
      const { name, value } = actor;
      actor.value = snapshot.value as StateValue;
      const change = changeOf(value, actor.value);
      if (change === undefined) return;
      const { type } = event;
      const text = `${name}: ${change.from} → ${change.to} by ${shortEvent(type)}`;
      emit({ atMs: clock.now(), kind: 'transition', text, actor: name, ...change, event: type });
    }

    const inspecting = root.system.inspect(observe);
    subscriber.add(() => inspecting.unsubscribe());
  });
}

function redactedMembers(
  event: Parameters<typeof plainMembers>[0],
  redacted: ChartOptions['redacted'],
): Readonly<Record<string, unknown>> | undefined {
  const members = plainMembers(event);
  return members && (redacted(members) as Readonly<Record<string, unknown>>);
}

/** Children of the modem by their ids, which tell them apart; what is below them with their parent's in front. */
function nameOf(ref: AnyActorRef, root: AnyActorRef): string {
  if (ref === root) return 'modem';
  const parent: AnyActorRef | undefined = ref._parent;
  return parent === undefined || parent === root ? ref.id : `${nameOf(parent, root)}.${ref.id}`;
}
