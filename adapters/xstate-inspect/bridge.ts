/** The classic inspector's protocol, spoken by `@xstate/inspect`'s own server over connections that somebody else accepts.
 *
 *    actors ──▶ PresentedService ──▶ @xstate/inspect ──▶ service.register, service.event, service.state, service.stop ──▶ viewers
 *    viewers ──▶ xstate.inspecting ──▶ @xstate/inspect
 *            └─▶ xstate.event ──▶ whoever made the bridge decides
 * The package would take every message for its own and throw at one that is no JSON: here only what a viewer has to say gets through.
 */
import { EventEmitter } from 'node:events';
import type { EventObject } from 'xstate';
import { type PresentedActor, PresentedService, type PresentedSnapshot } from './service.ts';
import { ServiceList } from './service-list.ts';

/** A connection of somebody who looks. */
export interface ClassicViewer {
  readonly send: (text: string) => void;
}

/** A viewer wants an actor to get an event. */
export type Wish = (sessionId: string, event: EventObject) => void;

/** A `ws` connection, as the package uses it. */
class Connection extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  readonly #send: (text: string) => void;

  constructor(send: (text: string) => void) {
    super();
    this.#send = send;
  }

  send(text: string): void {
    this.#send(text);
  }

  terminate(): void {}
}

/** A `ws` server, as the package uses it. */
class Connections extends EventEmitter {
  readonly clients = new Set<Connection>();

  close(): void {
    this.emit('close');
  }
}

const HOOK = '__xstate__';

/** Starts the package's server on our own list of services.
 *
 * It takes the list from a global variable, which it sets to one that all its servers share and that is never cleared. While it
 * starts, the variable is ours.
 */
function startPackage(server: Connections, services: ServiceList): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, HOOK);
  Object.defineProperty(globalThis, HOOK, { configurable: true, get: () => services, set: () => undefined });
  try {
    const { inspect } = require('@xstate/inspect/lib/server') as Package;
    inspect({ server });
  } finally {
    Reflect.deleteProperty(globalThis, HOOK);
    if (before) Object.defineProperty(globalThis, HOOK, before);
  }
}

interface Package {
  readonly inspect: (options: { readonly server: Connections }) => unknown;
}

const REGISTER = '{"type":"service.register"';

export class ClassicBridge {
  readonly #server = new Connections();
  readonly #connections = new Map<ClassicViewer, Connection>();
  readonly #services = new Map<string, PresentedService>();
  readonly #list = new ServiceList();
  readonly #wish: Wish;
  /** Who has just asked for what is there: the package would tell everybody. */
  #asking: ClassicViewer | undefined;

  /** @param wish is called when a viewer sends an event to an actor. */
  constructor(wish: Wish) {
    this.#wish = wish;
    startPackage(this.#server, this.#list);
  }

  /** Somebody looks from now on. */
  joined(viewer: ClassicViewer): void {
    const connection = new Connection((text) => {
      if (this.#asking === undefined || this.#asking === viewer) viewer.send(this.#completed(text));
    });
    this.#connections.set(viewer, connection);
    this.#server.clients.add(connection);
    this.#server.emit('connection', connection);
  }

  /** A viewer has sent a message; what the protocol does not know is ignored. */
  said(viewer: ClassicViewer, text: string): void {
    const message = parsed(text);
    if (message?.['type'] === 'xstate.inspecting') {
      this.#asking = viewer;
      this.#connections.get(viewer)?.emit('message', Buffer.from('{"type":"xstate.inspecting"}'), false);
      this.#asking = undefined;
    } else if (message?.['type'] === 'xstate.event') {
      const { origin, data } = parsed(message['event']) ?? {};
      const event = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : undefined;
      const type = event?.['type'];
      // What XState says to itself is nobody else's to say.
      if (typeof origin === 'string' && typeof type === 'string' && !type.startsWith('xstate.'))
        this.#wish(origin, event as unknown as EventObject);
    }
  }

  /** They have gone. */
  left(viewer: ClassicViewer): void {
    const connection = this.#connections.get(viewer);
    this.#connections.delete(viewer);
    if (connection) this.#server.clients.delete(connection);
  }

  /** An actor is there. */
  registered(actor: PresentedActor, snapshot: PresentedSnapshot): void {
    const service = new PresentedService(actor, snapshot);
    this.#services.set(actor.sessionId, service);
    this.#list.register(service);
  }

  /** An event has reached it. */
  heard(sessionId: string, event: EventObject, sourceId?: string): void {
    this.#services.get(sessionId)?.heard(event, sourceId);
  }

  /** Its state, or what it knows, is another one. */
  changed(sessionId: string, snapshot: PresentedSnapshot, event: EventObject): void {
    this.#services.get(sessionId)?.changed(snapshot, event);
  }

  /** It has ended. */
  ended(sessionId: string): void {
    this.#services.get(sessionId)?.ended();
    this.#services.delete(sessionId);
  }

  close(): void {
    for (const sessionId of [...this.#services.keys()]) this.ended(sessionId);
    this.#server.close();
  }

  /** The protocol has a place for name and parent; the package's server leaves it empty. Its definition of a machine has transitions
   * without an event in a form that version 4 itself complains of: the configuration says the same. */
  #completed(text: string): string {
    if (!text.startsWith(REGISTER)) return text;
    const message = JSON.parse(text) as { readonly sessionId: string };
    const service = this.#services.get(message.sessionId);
    if (service === undefined) return text;
    const { id, parentId, machine } = service;
    return JSON.stringify({ ...message, id, parent: parentId, machine: JSON.stringify(machine.config) });
  }
}

/** A JSON object that may come from anybody. */
function parsed(text: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
