/** What an inspector is, and what it is shown: `statelyInspector()` and `xstateInspector()` make one, or you do. */
import type { AnyEventObject, AnyStateMachine, StateValue } from 'xstate';

/** A statechart that is running. */
export interface InspectedActor {
  /** Different for each actor of the process. */
  readonly sessionId: string;
  /** `modem`, `context-1`, `socket-0`, `exchange` … */
  readonly name: string;
  /** Session id of the actor that started it; missing for the modem. */
  readonly parentId?: string;
  /** Session id of the modem. */
  readonly rootId: string;
  /** The chart itself. */
  readonly machine: AnyStateMachine;
  /** Sends it an event, as if the inspector were one of the modem's own parts. Handle with care. */
  readonly send: (event: AnyEventObject) => void;
}

/** What is known of an actor at one moment; plain data, secrets blanked out, payload as its length. */
export interface InspectedSnapshot {
  /** Anything but `active` is its end. */
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  /** The state it is in: a name, or names by the names of the states around them. */
  readonly value: StateValue;
  /** What the chart knows. */
  readonly context: unknown;
  /** What it ended with, when it is `done`. */
  readonly output?: unknown;
  /** What ended it, when it is `error`. */
  readonly error?: unknown;
}

/** One thing that an inspector is shown, in the order in which it happened. */
export type Inspection =
  /** It is there from now on, or was there before somebody looked. */
  | { readonly kind: 'actor'; readonly actor: InspectedActor; readonly snapshot: InspectedSnapshot }
  | {
      readonly kind: 'event';
      readonly actor: InspectedActor;
      /** Session id of the actor that sent it, if one did. */
      readonly sourceId?: string;
      readonly event: AnyEventObject;
    }
  | {
      readonly kind: 'snapshot';
      readonly actor: InspectedActor;
      /** What led to it. */
      readonly event: AnyEventObject;
      readonly snapshot: InspectedSnapshot;
    }
  /** Nothing more is to come from it. */
  | { readonly kind: 'end'; readonly actor: InspectedActor };

/** Shows the statecharts of one modem or of several. */
export interface Inspector {
  /** A modem starts. Rejects with `INSPECTOR_FAILED`. */
  open(): Promise<void>;
  /** Takes one thing that happened. It is not waited for, and what it throws is ignored. */
  show(inspection: Inspection): void;
  /** That modem has ended. The last one to go takes everything with it that holds the process. */
  close(): Promise<void>;
}
