/** An actor of XState 5 as a service of XState 4: what the classic inspector asks of one, and nothing that runs. */
import {
  type AnyState,
  type AnyStateMachine,
  createMachine,
  type EventObject,
  State,
  type StateValue,
  toSCXMLEvent,
} from 'xstate';
import { delayNames, version4Config } from './definition.ts';

/** Who is presented. */
export interface PresentedActor {
  readonly sessionId: string;
  readonly name: string;
  readonly parentId?: string;
  readonly machine: { readonly config: unknown };
}

/** What is known of it at one moment: plain data. */
export interface PresentedSnapshot {
  readonly status: string;
  readonly value: unknown;
  readonly context: unknown;
}

const machines = new WeakMap<object, AnyStateMachine>();

/** One machine for each chart: a socket's is the same for all sockets. */
function machineOf({ config }: PresentedActor['machine']): AnyStateMachine {
  const known = machines.get(config as object);
  if (known) return known;
  const delays = Object.fromEntries(delayNames(config).map((name) => [name, 0]));
  const machine: AnyStateMachine = createMachine(version4Config(config), { delays });
  machines.set(config as object, machine);
  return machine;
}

type Listener = (state: AnyState) => void;

export class PresentedService {
  readonly id: string;
  readonly sessionId: string;
  readonly parentId: string | undefined;
  readonly machine: AnyStateMachine;
  state: AnyState;
  readonly #listeners: Listener[] = [];
  readonly #stops: (() => void)[] = [];

  constructor(actor: PresentedActor, snapshot: PresentedSnapshot) {
    this.id = actor.name;
    this.sessionId = actor.sessionId;
    this.parentId = actor.parentId;
    this.machine = machineOf(actor.machine);
    this.state = this.#stateOf(snapshot, { type: 'xstate.init' });
  }

  // ---- what the inspector calls

  get initialState(): AnyState {
    return this.state;
  }

  /** The inspector replaces it to hear of each event; nobody else sends anything here. */
  send(_event: unknown): void {}

  subscribe(listener: Listener): { unsubscribe(): void } {
    this.#listeners.push(listener);
    return { unsubscribe: () => undefined };
  }

  onStop(listener: () => void): this {
    this.#stops.push(listener);
    return this;
  }

  // ---- what has happened to the actor

  heard(event: EventObject, sourceId: string | undefined): void {
    this.send(toSCXMLEvent(event, sourceId === undefined ? {} : { origin: sourceId }));
  }

  changed(snapshot: PresentedSnapshot, event: EventObject): void {
    this.state = this.#stateOf(snapshot, event);
    for (const listener of this.#listeners) listener(this.state);
  }

  ended(): void {
    for (const stop of this.#stops) stop();
  }

  #stateOf({ value, context, status }: PresentedSnapshot, event: EventObject): AnyState {
    const resolved = this.machine.resolveState(State.from(value as StateValue, context));
    return new State({
      ...resolved,
      ...{ _event: toSCXMLEvent(event), _sessionid: this.sessionId, done: status === 'done' },
      machine: this.machine,
    }) as AnyState;
  }
}
