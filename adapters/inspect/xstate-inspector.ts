/** The classic XState inspector, by `@xstate/inspect`.
 *
 *    inspections ──▶ ClassicBridge (@urchestra/xstate-inspect) ──▶ @xstate/inspect ──▶ viewers
 *    viewers ──▶ events ──allowSend──▶ actors
 * The bridge is a package of its own, which needs XState 4: it is looked for when somebody wants to look.
 */
import type { AnyEventObject } from 'xstate';
import { ModemError } from '../../errors.ts';
import { flag } from '../dialects/arguments.ts';
import { messageOf } from '../foreign-error.ts';
import { classicPage } from './classic-page.ts';
import type { InspectedActor, InspectedSnapshot, Inspection, Inspector } from './inspector.ts';
import {
  type CheckedInspectorOptions,
  checkedInspectorOptions,
  type InspectorOptions,
} from './inspector-options.ts';
import { InspectorServer, type Viewer } from './inspector-server.ts';
import { SharedInspector } from './shared-inspector.ts';

const PORT = 8888;
/** Where the viewer of the classic inspector lives. */
const ORIGINS = ['https://stately.ai', 'https://www.stately.ai'];
const PACKAGE = '@urchestra/xstate-inspect';

/** Options of the classic inspector. */
export interface XstateInspectorOptions extends InspectorOptions {
  /** Lets viewers send events to the actors: whoever reaches the port can then stop the modem, or worse. Off when left out. */
  readonly allowSend?: boolean;
}

/** What the bridge can do. */
interface Bridge {
  joined(viewer: Viewer): void;
  said(viewer: Viewer, text: string): void;
  left(viewer: Viewer): void;
  registered(actor: InspectedActor, snapshot: InspectedSnapshot): void;
  heard(sessionId: string, event: AnyEventObject, sourceId?: string): void;
  changed(sessionId: string, snapshot: InspectedSnapshot, event: AnyEventObject): void;
  ended(sessionId: string): void;
  close(): void;
}

interface Library {
  readonly ClassicBridge: new (wish: (sessionId: string, event: AnyEventObject) => void) => Bridge;
}

class XstateInspector extends SharedInspector {
  readonly #options: CheckedInspectorOptions;
  readonly #allowsSend: boolean;
  readonly #actors = new Map<string, InspectedActor>();
  #bridge: Bridge | undefined;
  #server: InspectorServer | undefined;

  constructor(options: CheckedInspectorOptions, allowsSend: boolean) {
    super();
    this.#options = options;
    this.#allowsSend = allowsSend;
  }

  show(inspection: Inspection): void {
    const { kind, actor } = inspection;
    const { sessionId } = actor;
    if (kind === 'actor') {
      this.#actors.set(sessionId, actor);
      this.#bridge?.registered(actor, inspection.snapshot);
    } else if (kind === 'event') this.#bridge?.heard(sessionId, inspection.event, inspection.sourceId);
    else if (kind === 'snapshot') this.#bridge?.changed(sessionId, inspection.snapshot, inspection.event);
    else {
      this.#actors.delete(sessionId);
      this.#bridge?.ended(sessionId);
    }
  }

  protected async end(): Promise<void> {
    this.#bridge?.close();
    await this.#server?.close();
    this.#bridge = undefined;
    this.#server = undefined;
  }

  protected async serve(): Promise<void> {
    const { ClassicBridge } = await library();
    const bridge = new ClassicBridge((sessionId, event) => this.#wish(sessionId, event));
    const { host, port, origins, onListening } = this.#options;
    this.#server = await InspectorServer.open({
      ...{ host, port, origins, page: classicPage },
      joined: (viewer) => bridge.joined(viewer),
      said: (viewer, text) => bridge.said(viewer, text),
      left: (viewer) => bridge.left(viewer),
    });
    this.#bridge = bridge;
    onListening(this.#server.url);
  }

  #wish(sessionId: string, event: AnyEventObject): void {
    if (this.#allowsSend) this.#actors.get(sessionId)?.send(event);
  }
}

async function library(): Promise<Library> {
  try {
    const name: string = PACKAGE; // not resolved when this is compiled: it need not be there
    return (await import(name)) as Library;
  } catch (error) {
    const text = `the classic inspector needs a package of its own: npm install ${PACKAGE} (${messageOf(error)})`;
    throw new ModemError('INSPECTOR_FAILED', text, {}, error);
  }
}

/** The classic XState inspector: give it to `createModem({ inspect })`. It needs the package `@urchestra/xstate-inspect`, and
 * with it XState 4.
 *
 * Its viewer is `https://stately.ai/viz?inspect&server=ws://localhost:8888`, or a program that uses `createWebSocketReceiver`.
 *
 * @throws INVALID_ARGUMENT
 */
export function xstateInspector(options: XstateInspectorOptions = {}): Inspector {
  const checked = checkedInspectorOptions<XstateInspectorOptions>(options, PORT, ORIGINS, ['allowSend']);
  const { allowSend = false } = checked.read;
  flag('allowSend', allowSend);
  return new XstateInspector(checked, allowSend);
}
