/** The current XState inspector, by `@statelyai/inspect`.
 *
 *    inspections ──▶ its createInspector ──▶ messages ─┬─▶ viewers
 *                                                      └─▶ log ──▶ viewers that come later
 * The package's own relay server is not used: it listens on every address, takes a port in use for a crash, and never ends (D-091).
 */
import type { AnyEventObject, InspectionEvent } from 'xstate';
import { ModemError } from '../../errors.ts';
import { systemClock } from '../../streams/clock.ts';
import { messageOf } from '../foreign-error.ts';
import type { InspectedActor, InspectedSnapshot, Inspection, Inspector } from './inspector.ts';
import {
  type CheckedInspectorOptions,
  checkedInspectorOptions,
  type InspectorOptions,
} from './inspector-options.ts';
import { InspectorServer, type Viewer } from './inspector-server.ts';
import { SharedInspector } from './shared-inspector.ts';
import { StatelyLog } from './stately-log.ts';
import { statelyPage } from './stately-page.ts';

const PORT = 8080;
/** Our charts are nested deeper than the package's standard. */
const DEPTH = 64;

interface Message {
  readonly type: string;
  readonly sessionId: string;
  readonly rootId?: string | undefined;
}

/** What is left of an actor for the package: it reads these and nothing else. */
interface ActorShape {
  readonly id: string;
  readonly sessionId: string;
  readonly logic: { readonly config: unknown };
  readonly _parent: { readonly sessionId: string } | undefined;
  readonly getSnapshot: () => InspectedSnapshot;
}

class StatelyInspector extends SharedInspector {
  readonly #options: CheckedInspectorOptions;
  readonly #viewers = new Set<Viewer>();
  readonly #log = new StatelyLog();
  #inspect: ((event: InspectionEvent) => void) | undefined;
  #server: InspectorServer | undefined;

  constructor(options: CheckedInspectorOptions) {
    super();
    this.#options = options;
  }

  show(inspection: Inspection): void {
    const { kind, actor } = inspection;
    if (kind === 'end') {
      this.#end(actor);
      return;
    }
    const base = { rootId: actor.rootId, actorRef: shapeOf(actor, inspection) };
    if (kind === 'actor') this.#tell({ ...base, type: '@xstate.actor' });
    else if (kind === 'snapshot')
      this.#tell({
        ...base,
        type: '@xstate.snapshot',
        event: inspection.event,
        snapshot: inspection.snapshot,
      });
    else
      this.#tell({
        ...base,
        type: '@xstate.event',
        event: inspection.event,
        sourceRef: sourceOf(inspection),
      });
  }

  /** The protocol has no word for the end: a last snapshot says it. A modem that is gone leaves the log. */
  #end(actor: InspectedActor): void {
    const { name, sessionId, rootId } = actor;
    if (name === 'exchange') {
      const snapshot: InspectedSnapshot = { status: 'stopped', value: 'idle', context: {} };
      const event = { type: 'xstate.stop' };
      const actorRef = shapeOf(actor, { kind: 'snapshot', actor, event, snapshot });
      this.#tell({ rootId, actorRef, type: '@xstate.snapshot', event, snapshot });
    }
    this.#soon(() => {
      this.#log.ended(sessionId);
      if (sessionId === rootId) this.#log.forgetAll(rootId);
    });
  }

  protected async end(): Promise<void> {
    await new Promise<void>((resolve) => this.#soon(resolve));
    await this.#server?.close();
    this.#server = undefined;
  }

  protected async serve(): Promise<void> {
    const { createInspector } = await library();
    const adapter = { send: (message: Message) => this.#send(message) };
    this.#inspect = createInspector(adapter, { serializationDepthLimit: DEPTH }).inspect.next ?? undefined;
    const { host, port, origins, onListening } = this.#options;
    this.#server = await InspectorServer.open({
      ...{ host, port, origins, page: statelyPage },
      joined: (viewer) => {
        for (const text of this.#log.texts) viewer.send(text);
        this.#viewers.add(viewer);
      },
      said: () => undefined, // it only looks
      left: (viewer) => this.#viewers.delete(viewer),
    });
    onListening(this.#server.url);
  }

  #tell(event: object): void {
    this.#inspect?.(event as InspectionEvent);
  }

  /** Behind what was told before: the package converts each event in a timer of 0 ms. */
  #soon(task: () => void): void {
    systemClock.setTimeout(task, 0);
  }

  #send(message: Message): void {
    const text = JSON.stringify(message);
    const { type, sessionId } = message;
    if (type === '@xstate.actor') this.#log.registered(sessionId, text, message.rootId);
    else this.#log.happened({ sessionId, text, isSnapshot: type === '@xstate.snapshot' });
    for (const viewer of this.#viewers) viewer.send(text);
  }
}

function shapeOf(actor: InspectedActor, inspection: Inspection): ActorShape {
  const { name, sessionId, parentId, machine } = actor;
  const snapshot: InspectedSnapshot =
    'snapshot' in inspection ? inspection.snapshot : { status: 'active', value: {}, context: {} };
  return {
    ...{ id: name, sessionId, logic: { config: machine.config } },
    _parent: parentId === undefined ? undefined : { sessionId: parentId },
    getSnapshot: () => snapshot,
  };
}

function sourceOf({ sourceId }: { readonly event: AnyEventObject; readonly sourceId?: string }) {
  return sourceId === undefined ? undefined : { sessionId: sourceId };
}

/** Loaded when somebody wants to look, not with the rest. */
async function library(): Promise<typeof import('@statelyai/inspect')> {
  try {
    return await import('@statelyai/inspect');
  } catch (error) {
    const text = `the inspector needs the package @statelyai/inspect: ${messageOf(error)}`;
    throw new ModemError('INSPECTOR_FAILED', text, {}, error);
  }
}

/** The current XState inspector: give it to `createModem({ inspect })`, and open its page in a browser.
 *
 * It shows the charts, states and events of the modem and of everything below it, secrets blanked out, payload as its length. The
 * page brings Stately's viewer with it from the internet; without one it lists the states itself.
 *
 * @throws INVALID_ARGUMENT
 */
export function statelyInspector(options: InspectorOptions = {}): Inspector {
  return new StatelyInspector(checkedInspectorOptions(options, PORT, []));
}
