/** Node's own `http` and `https` over a module. */
import * as http from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';
import { asModemError } from '../../errors.ts';
import type { ConnectOptions } from '../modem/connect-options.ts';
import type { ModemSocket } from '../net/modem-socket.ts';

/** How the connections of an agent are opened, beside host and port, which the request says. */
export type AgentConnectOptions = Omit<ConnectOptions, 'host' | 'port' | 'signal'>;

/** What `httpAgent()` takes: Node's options, and those of `connect()`. */
export type HttpAgentOptions = http.AgentOptions & { readonly connect?: AgentConnectOptions };
/** What `httpsAgent()` takes: Node's options with those of TLS, and those of `connect()`. */
export type HttpsAgentOptions = https.AgentOptions & { readonly connect?: AgentConnectOptions };

type Connect = (options: ConnectOptions) => ModemSocket;
type Created = (error: Error | null, stream: Duplex) => void;
type Target = {
  readonly host?: string | null | undefined;
  readonly port?: number | string | null | undefined;
};

/** A module has 5 to 12 sockets, and its application may want some of them for other things. */
const MOST_SOCKETS = 4;
/** An open costs round trips, so connections are kept; a keep-alive of the module costs traffic, so it is rare. */
const DEFAULTS = {
  keepAlive: true,
  keepAliveMsecs: 300_000,
  maxSockets: MOST_SOCKETS,
  maxTotalSockets: MOST_SOCKETS,
} as const;

function targetOf({ host, port }: Target, usualPort: number): { host: string; port: number } {
  return { host: host ?? 'localhost', port: Number(port ?? usualPort) };
}

/** A connection that cannot even be tried fails its request; it is nothing to throw at whoever made the request. */
function refusedTo<T>(callback: Created | undefined, open: () => T): T | undefined {
  try {
    return open();
  } catch (error) {
    if (callback === undefined) throw error;
    callback(asModemError(error), undefined as unknown as Duplex);
    return undefined;
  }
}

/** An `http.Agent` whose connections go through the module. */
export class ModemHttpAgent extends http.Agent {
  readonly #connect: Connect;
  readonly #options: AgentConnectOptions;

  constructor(connect: Connect, { connect: options = {}, ...rest }: HttpAgentOptions) {
    super({ ...DEFAULTS, ...rest });
    this.#connect = connect;
    this.#options = options;
  }

  override createConnection(options: http.ClientRequestArgs, callback?: Created): Duplex | undefined {
    return refusedTo(callback, () => this.#connect({ ...this.#options, ...targetOf(options, 80) }));
  }
}

/** An `https.Agent` whose connections go through the module: TLS is Node's, so certificates are checked as ever. */
export class ModemHttpsAgent extends https.Agent {
  readonly #connect: Connect;
  readonly #options: AgentConnectOptions;

  constructor(connect: Connect, { connect: options = {}, ...rest }: HttpsAgentOptions) {
    super({ ...DEFAULTS, ...rest });
    this.#connect = connect;
    this.#options = options;
  }

  override createConnection(options: https.RequestOptions, callback?: Created): Duplex | null | undefined {
    return refusedTo(callback, () => {
      const socket = this.#connect({ ...this.#options, ...targetOf(options, 443) });
      // Node's own goes on from a connection, keeps TLS sessions, and names the host that the certificate must be for.
      return super.createConnection({ ...options, socket } as https.RequestOptions, callback);
    });
  }
}
