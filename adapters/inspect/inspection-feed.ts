/** From what happens in the statecharts to what inspectors are shown: less of it where it comes too fast, and nothing secret.
 *
 *    happenings$ ──▶ allowance of each actor ──▶ redaction ──▶ inspectors
 *                          └─ used up: only the latest snapshot is kept, and shown when something is left again
 *
 * A change of the outermost state is shown unless it flaps. Commands are shown from their first byte to their result, or not at all. What is
 * left out is counted and told by the event `inspection.skipped`. All that counts in the time of the wall, also where the modem lives
 * in a faster one: the wall's is the reader's.
 */
import type { Observable, Subscription } from 'rxjs';
import type { AnyMachineSnapshot } from 'xstate';
import type { Clock, TimerHandle } from '../../streams/clock.ts';
import { Allowance } from './allowance.ts';
import type { Happening } from './happenings.ts';
import type { InspectedActor, InspectedSnapshot, Inspection, Inspector } from './inspector.ts';

/** What is shown of each actor: so much at once, and so much each second after that. */
const BURST = 200;
const PER_SECOND = 20;
/** How long the latest snapshot of a busy actor waits. */
const CATCH_UP_MS = 250;
/** The same for changes of the outermost state: more than any chart that is well, and a limit for one that is not. */
const TURN_BURST = 500;
const TURNS_PER_SECOND = 20;
/** The same for commands: each of them is eight messages. */
const COMMAND_BURST = 60;
const COMMANDS_PER_SECOND = 3;

type Shown = Extract<Happening, { kind: 'snapshot' }>;
type Heard = Extract<Happening, { kind: 'event' }>;

interface Watched {
  readonly allowance: Allowance;
  readonly turns: Allowance;
  /** Outermost state that was shown last. */
  top: string;
  /** What was left out since. */
  events: number;
  snapshots: number;
  lastEvent: Heard | undefined;
  latest: Shown | undefined;
}

export interface InspectionFeedOptions {
  /** What happens; the exchanges among it only where `takesExchange` says so. */
  readonly happenings$: (takesExchange: () => boolean) => Observable<Happening>;
  readonly inspectors: readonly Inspector[];
  readonly redacted: (value: unknown) => unknown;
  readonly clock: Clock;
}

export class InspectionFeed {
  readonly #options: InspectionFeedOptions;
  readonly #watched = new Map<InspectedActor, Watched>();
  readonly #subscription: Subscription;
  readonly #commands: Allowance;
  #skippedCommands = 0;
  #timer: TimerHandle;

  constructor(options: InspectionFeedOptions) {
    this.#options = options;
    this.#commands = new Allowance(COMMAND_BURST, COMMANDS_PER_SECOND, options.clock.now());
    const happenings$ = options.happenings$(() => this.#takesExchange());
    this.#subscription = happenings$.subscribe((happening) => this.#take(happening));
  }

  /** Shows what is left, and that it has ended. */
  close(): void {
    this.#subscription.unsubscribe();
    this.#options.clock.clearTimeout(this.#timer);
    for (const [actor, watched] of this.#watched) {
      if (watched.latest) this.#showSnapshot(watched, watched.latest);
      this.#show({ kind: 'end', actor });
    }
    this.#watched.clear();
  }

  #takesExchange(): boolean {
    if (this.#commands.take(this.#options.clock.now())) return true;
    this.#skippedCommands++;
    return false;
  }

  #take(happening: Happening): void {
    const { kind, actor } = happening;
    if (kind === 'actor') {
      const nowMs = this.#options.clock.now();
      const allowance = new Allowance(BURST, PER_SECOND, nowMs);
      const turns = new Allowance(TURN_BURST, TURNS_PER_SECOND, nowMs);
      const top = outermost(happening.snapshot);
      this.#watched.set(actor, {
        ...{ allowance, turns, top, events: 0, snapshots: 0, lastEvent: undefined, latest: undefined },
      });
      this.#show({ kind: 'actor', actor, snapshot: this.#plain(happening) });
      return;
    }
    const watched = this.#watched.get(actor);
    if (watched === undefined) return; // it has ended
    if (actor.name === 'exchange') this.#showCommand(happening);
    else if (kind === 'event') this.#hear(watched, happening);
    else this.#see(watched, happening);
  }

  #hear(watched: Watched, heard: Heard): void {
    if (watched.latest === undefined && watched.allowance.take(this.#options.clock.now()))
      this.#showEvent(heard);
    else {
      watched.events++;
      watched.lastEvent = heard;
    }
  }

  #see(watched: Watched, shown: Shown): void {
    const { actor, snapshot } = shown;
    const isOver = snapshot.status !== 'active';
    const nowMs = this.#options.clock.now();
    const isTurn = isOver || (outermost(snapshot) !== watched.top && watched.turns.take(nowMs));
    const isNext = watched.latest === undefined && watched.allowance.take(nowMs);
    if (isTurn || isNext) this.#showSnapshot(watched, shown);
    else this.#keep(watched, shown);
    if (!isOver) return;
    this.#watched.delete(actor);
    this.#show({ kind: 'end', actor });
  }

  #keep(watched: Watched, shown: Shown): void {
    if (watched.latest) watched.snapshots++;
    watched.latest = shown;
    this.#timer ??= this.#options.clock.setTimeout(() => this.#catchUp(), CATCH_UP_MS);
  }

  #catchUp(): void {
    this.#timer = undefined;
    const { clock } = this.#options;
    for (const watched of this.#watched.values()) {
      if (watched.latest && watched.allowance.take(clock.now())) this.#showSnapshot(watched, watched.latest);
      if (watched.latest) this.#timer ??= clock.setTimeout(() => this.#catchUp(), CATCH_UP_MS);
    }
  }

  #showSnapshot(watched: Watched, shown: Shown): void {
    const { actor, event, snapshot } = shown;
    const { lastEvent } = watched;
    if (watched.latest && watched.latest !== shown) watched.snapshots++;
    const isLast = lastEvent !== undefined && lastEvent.event === event;
    const events = watched.events - (isLast ? 1 : 0);
    if (events > 0 || watched.snapshots > 0) {
      const left = { type: 'inspection.skipped', events, snapshots: watched.snapshots };
      this.#show({ kind: 'event', actor, event: left });
    }
    Object.assign(watched, { events: 0, snapshots: 0, lastEvent: undefined, latest: undefined });
    if (isLast) this.#showEvent(lastEvent);
    watched.top = outermost(snapshot);
    this.#show({ kind: 'snapshot', actor, event: this.#plainEvent(event), snapshot: this.#plain(shown) });
  }

  #showCommand(happening: Heard | Shown): void {
    const { actor, event, kind } = happening;
    if (event.type === 'xstate.init' && this.#skippedCommands > 0) {
      const skipped = { type: 'inspection.skipped', commands: this.#skippedCommands };
      this.#skippedCommands = 0;
      this.#show({ kind: 'event', actor, event: skipped });
    }
    if (kind === 'event') this.#showEvent(happening);
    else this.#show({ kind, actor, event: this.#plainEvent(event), snapshot: this.#plain(happening) });
  }

  #showEvent({ actor, source, event }: Heard): void {
    const sourceId = source?.sessionId;
    this.#show({
      ...{ kind: 'event', actor, event: this.#plainEvent(event) },
      ...(sourceId !== undefined && { sourceId }),
    });
  }

  /** What an actor begins with is its context, which its first snapshot shows. */
  #plainEvent(event: Shown['event']): Shown['event'] {
    const { type } = event;
    if (type === 'xstate.init') return { type };
    return { ...(this.#options.redacted(event) as object), type };
  }

  #plain({ snapshot, command: exchange }: Omit<Shown, 'kind' | 'event'>): InspectedSnapshot {
    const { redacted } = this.#options;
    const { value, output, error } = snapshot;
    // One command follows the other: that it has ended is said by its state.
    const status = exchange ? 'active' : snapshot.status;
    const { command, payloadBytes } = exchange ?? {};
    const context = exchange ? { ...snapshot.context, command, payloadBytes } : snapshot.context;
    return {
      ...{ status, value, context: redacted(context) },
      ...(output !== undefined && { output: redacted(output) }),
      ...(error !== undefined && { error: redacted(error) }),
    };
  }

  /** An inspector must not disturb what it looks at. */
  #show(inspection: Inspection): void {
    for (const inspector of this.#options.inspectors) {
      try {
        const shown: unknown = inspector.show(inspection);
        if (shown instanceof Promise) shown.catch(() => undefined); // written as an async function
      } catch {
        // It is its own loss.
      }
    }
  }
}

/** Name of the outermost state: a value is a name, or names of the states within by the names of their parents. */
function outermost({ value }: AnyMachineSnapshot): string {
  return typeof value === 'string' ? value : Object.keys(value as object).join('+');
}
