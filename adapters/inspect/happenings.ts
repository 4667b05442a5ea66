/** What happens in the statecharts of one modem, as XState's own inspection tells it.
 *
 *    modem, contexts, sockets … ──┐
 *    exchange, of the channel ────┴─▶ happenings$ ──▶ inspectors · trace
 *
 * Only machines are looked at: work that a state invokes shows in the state that waits for it and in the event that ends it. Nothing is
 * done, and nothing is paid for, while nobody is subscribed.
 */
import { Observable } from 'rxjs';
import {
  type Actor,
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type InspectionEvent,
  isMachineSnapshot,
} from 'xstate';
import { exchangeMachine } from '../../machines/exchange.machine.ts';
import type { StartedExchange } from '../channel/exchanged.ts';
import type { InspectedActor } from './inspector.ts';

/** One thing that happened, with the live objects: nothing of it is blanked out. */
export type Happening =
  | {
      readonly kind: 'actor';
      readonly actor: InspectedActor;
      readonly snapshot: AnyMachineSnapshot;
      readonly command?: StartedExchange;
    }
  | {
      readonly kind: 'event';
      readonly actor: InspectedActor;
      readonly source: InspectedActor | undefined;
      readonly event: AnyEventObject;
    }
  | {
      readonly kind: 'snapshot';
      readonly actor: InspectedActor;
      readonly event: AnyEventObject;
      readonly snapshot: AnyMachineSnapshot;
      /** What the command on the wire is, as it may be shown: its chart does not know. */
      readonly command?: StartedExchange;
    };

let modems = 0;

/** What the actors of the next modem are called by. */
export function nextModemName(): string {
  return `modem${++modems}`;
}

/** @param root the modem; @param exchanges$ each exchange before it starts; @param prefix of the session ids, the modem's own. */
export function happeningsOf(
  root: AnyActorRef,
  exchanges$: Observable<StartedExchange>,
  prefix: string,
): Observable<Happening> {
  const nameOf = ({ sessionId }: AnyActorRef): string => `${prefix}/${sessionId}`;
  const exchange: InspectedActor = {
    sessionId: `${prefix}/exchange`,
    name: 'exchange',
    parentId: nameOf(root),
    rootId: nameOf(root),
    machine: exchangeMachine,
    send: () => undefined, // it belongs to whoever gave the command
  };

  const inspected = (ref: AnyActorRef): InspectedActor => {
    const parent: AnyActorRef | undefined = ref._parent;
    return {
      sessionId: nameOf(ref),
      name: ref.id,
      ...(parent && { parentId: nameOf(parent) }),
      rootId: nameOf(root),
      machine: (ref as Actor<AnyStateMachine>).logic,
      send: (event) => ref.send(event),
    };
  };

  return new Observable((subscriber) => {
    /** Actors that were shown. */
    const known = new Map<object, InspectedActor>();
    /** The command that is asked for next, if it is to be shown: the one before it ends behind that. */
    let next: StartedExchange | undefined;
    let isExchangeShown = false;

    function actorOf(ref: AnyActorRef): InspectedActor | undefined {
      const shown = known.get(ref);
      if (shown) return shown;
      const snapshot: unknown = ref.getSnapshot();
      if (!isMachineSnapshot(snapshot)) return undefined;
      const actor = inspected(ref);
      known.set(ref, actor);
      subscriber.next({ kind: 'actor', actor, snapshot });
      return actor;
    }

    function observe(inspection: InspectionEvent): void {
      const { type } = inspection;
      if (type !== '@xstate.event' && type !== '@xstate.snapshot') return;
      const actor = actorOf(inspection.actorRef as AnyActorRef);
      if (actor === undefined) return;
      const { event } = inspection;
      if (type === '@xstate.event') {
        const source = inspection.sourceRef && known.get(inspection.sourceRef);
        subscriber.next({ kind: 'event', actor, source, event });
      } else if (isMachineSnapshot(inspection.snapshot)) {
        const { snapshot } = inspection;
        if (snapshot.status !== 'active') known.delete(inspection.actorRef);
        subscriber.next({ kind: 'snapshot', actor, event, snapshot });
      }
    }

    function follow(started: StartedExchange): void {
      next = started;
      if (isExchangeShown) return;
      isExchangeShown = true;
      const { actor } = started;
      subscriber.next({ kind: 'actor', actor: exchange, snapshot: actor.getSnapshot(), command: started });
      let command: StartedExchange | undefined;
      const tell = (event: AnyEventObject): void =>
        subscriber.next({ kind: 'event', actor: exchange, source: undefined, event });
      const inspecting = actor.system.inspect((inspection) => {
        if (inspection.type === '@xstate.event' && command) {
          // A command is asked for in the moment in which the one before ends, and waits until that is over.
          if (inspection.event.type !== 'ask.exchange') tell(inspection.event);
        } else if (inspection.type === '@xstate.snapshot' && isMachineSnapshot(inspection.snapshot)) {
          const { event, snapshot } = inspection;
          if (event.type === 'ask.exchange') {
            command = next;
            next = undefined;
            if (command) tell(event);
          }
          if (command) subscriber.next({ kind: 'snapshot', actor: exchange, event, snapshot, command });
        }
      });
      subscriber.add(() => inspecting.unsubscribe());
    }

    const inspecting = root.system.inspect(observe);
    subscriber.add(() => inspecting.unsubscribe());
    subscriber.add(exchanges$.subscribe(follow));
    for (const ref of runningUnder(root)) actorOf(ref);
  });
}

/** An actor and all below it, parents first; nothing as long as it was not started. */
function runningUnder(ref: AnyActorRef): AnyActorRef[] {
  const snapshot: unknown = ref.getSnapshot();
  if (!isMachineSnapshot(snapshot) || snapshot.status !== 'active') return [];
  const children = Object.values(snapshot.children as Readonly<Record<string, AnyActorRef | undefined>>);
  return [ref, ...children.flatMap((child) => (child ? runningUnder(child) : []))];
}
