/** Node's own `http` and `https` over a module. */
import * as http from 'node:http';
import * as https from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { asModemError } from '../../errors.ts';
import type { ConnectOptions } from '../modem/connect-options.ts';
import type { ModemSocket } from '../net/modem-socket.ts';
import { readAnyOptions } from '../plain-options.ts';
import { checkedTls, startedOn } from './tls.ts';

/** How the connections of an agent are opened, beside host and port, which the request says. */
export type AgentConnectOptions = Omit<ConnectOptions, 'host' | 'port' | 'signal'>;

/** What `httpAgent()` takes: Node's options, and those of `connect()`. */
export type HttpAgentOptions = http.AgentOptions & { readonly connect?: AgentConnectOptions };
/** What `httpsAgent()` takes: Node's options with those of TLS, and those of `connect()`. */
export type HttpsAgentOptions = https.AgentOptions & { readonly connect?: AgentConnectOptions };

/** The modem, as an agent needs it. */
export interface AgentHost {
  readonly connect: (options: ConnectOptions) => ModemSocket;
  readonly check: (options: ConnectOptions) => void;
}

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

/** The options of an agent, read once.
 *
 * @throws INVALID_ARGUMENT
 */
function readAgent<T extends { readonly connect?: AgentConnectOptions }>(
  { check }: AgentHost,
  given: T,
): { readonly own: AgentConnectOptions; readonly rest: Omit<T, 'connect'> } {
  const { connect = {}, ...rest } = readAnyOptions(given, 'options') as T;
  const own = readAnyOptions(connect, 'connect') as AgentConnectOptions;
  check({ ...own, host: 'localhost', port: 80 });
  return { own, rest: { ...DEFAULTS, ...rest } };
}

/** Node leaves the time limit of a connection to whoever opens it. */
function limited<T extends { setTimeout(timeoutMs: number): unknown }>(
  stream: T,
  { timeout }: { timeout?: number | undefined },
): T {
  if (timeout) stream.setTimeout(timeout);
  return stream;
}

/** An `http.Agent` whose connections go through the module. */
export class ModemHttpAgent extends http.Agent {
  readonly #host: AgentHost;
  readonly #own: AgentConnectOptions;

  constructor(host: AgentHost, options: HttpAgentOptions) {
    const { own, rest } = readAgent(host, options);
    super(rest);
    this.#host = host;
    this.#own = own;
  }

  override createConnection(options: http.ClientRequestArgs, callback?: Created): Duplex | undefined {
    return refusedTo(callback, () =>
      limited(this.#host.connect({ ...this.#own, ...targetOf(options, 80) }), options),
    );
  }
}

/** An `https.Agent` whose connections go through the module: TLS is Node's, so certificates are checked as ever. */
export class ModemHttpsAgent extends https.Agent {
  readonly #host: AgentHost;
  readonly #own: AgentConnectOptions;

  constructor(host: AgentHost, options: HttpsAgentOptions) {
    const { own, rest } = readAgent(host, options);
    checkedTls(rest);
    super(rest);
    this.#host = host;
    this.#own = own;
  }

  override createConnection(options: https.RequestOptions, callback?: Created): Duplex | null | undefined {
    return refusedTo(callback, () => {
      const socket = this.#host.connect({ ...this.#own, ...targetOf(options, 443) });
      // Node's own goes on from a connection, keeps TLS sessions, and names the host that the certificate must be for.
      const onto = { ...options, socket } as https.RequestOptions;
      const secure = startedOn(socket, () => super.createConnection(onto, callback));
      return secure instanceof Socket ? limited(secure, options) : secure;
    });
  }
}
