/** A page and a WebSocket for the inspectors of this machine: on the loopback, unless told otherwise.
 *
 * Any page that a browser shows may try to connect to the loopback. Who says where it comes from must come from the page served
 * here, or from one that is named (`origins`); programs that are no browsers say nothing.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ModemError } from '../../errors.ts';
import { systemClock } from '../../streams/clock.ts';
import { errnoOf, messageOf } from '../foreign-error.ts';

/** Somebody who looks. */
export interface Viewer {
  /** Sends a message; what does not get away in time ends the connection: a viewer that is back gets the present state. */
  readonly send: (text: string) => void;
}

export interface InspectorServerOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Pages elsewhere that may connect, by their origins: `https://stately.ai`. */
  readonly origins: readonly string[];
  /** What a browser gets. */
  readonly page: string;
  readonly joined: (viewer: Viewer) => void;
  readonly said: (viewer: Viewer, text: string) => void;
  readonly left: (viewer: Viewer) => void;
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** What a viewer may say at once, and what may wait for it. */
const MOST_RECEIVED_BYTES = 64 * 1024;
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
const GOODBYE_MS = 1_000;

export class InspectorServer {
  readonly #options: InspectorServerOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_RECEIVED_BYTES });

  private constructor(options: InspectorServerOptions) {
    this.#options = options;
    this.#http = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY' });
      response.end(options.page);
    });
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Listens. Rejects with `INSPECTOR_FAILED`. */
  static async open(options: InspectorServerOptions): Promise<InspectorServer> {
    const server = new InspectorServer(options);
    await server.#listen();
    return server;
  }

  /** Address of the page. */
  get url(): string {
    const { address, port, family } = this.#http.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`;
  }

  /** Says goodbye to everybody; who does not answer is cut off. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    for (const socket of this.#sockets.clients) socket.close(1001, 'the modem has stopped');
    const timer = systemClock.setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
      this.#http.closeAllConnections();
    }, GOODBYE_MS);
    this.#http.closeIdleConnections();
    await closed;
    systemClock.clearTimeout(timer);
  }

  #listen(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#http.once('error', (error) => reject(unavailable(host, port, error)));
      this.#http.listen({ host, port }, () => {
        this.#http.removeAllListeners('error');
        this.#http.on('error', () => undefined); // the connections have their own
        resolve();
      });
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (!this.#isWelcome(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (connection) => this.#join(connection));
  }

  /** A name that leads here by a trick of DNS is not one of ours. */
  #isWelcome({ headers: { origin, host = '' } }: IncomingMessage): boolean {
    if (origin === undefined || this.#options.origins.includes(origin)) return true;
    const name = host.replace(/:\d+$/, '');
    return origin === `http://${host}` && (LOOPBACK.has(name) || name === this.#options.host);
  }

  #join(connection: WebSocket): void {
    const viewer: Viewer = {
      send: (text) => {
        if (connection.readyState !== connection.OPEN) return;
        if (connection.bufferedAmount > MOST_WAITING_BYTES) connection.terminate();
        else connection.send(text);
      },
    };
    connection.on('error', () => connection.terminate());
    connection.on('close', () => this.#options.left(viewer));
    connection.on('message', (data, isBinary) => {
      if (!isBinary) this.#options.said(viewer, data.toString());
    });
    this.#options.joined(viewer);
  }
}

function unavailable(host: string, port: number, error: unknown): ModemError {
  const advice =
    errnoOf(error) === 'EADDRINUSE'
      ? 'something else listens there, perhaps another inspector: choose another port'
      : `listening failed: ${messageOf(error)}`;
  return new ModemError('INSPECTOR_FAILED', `inspector on ${host}:${port}: ${advice}`, {}, error);
}
