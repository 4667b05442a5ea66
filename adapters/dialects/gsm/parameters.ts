/** Ranges of gsm, and the parameters that its commands take. */
import { integer, quotedName } from '../arguments.ts';
import { COMMAND_TIMEOUT_MS, HOST_BYTES } from '../common.ts';
import type { DialectLimits } from '../dialect.ts';

/** Limits of gsm: the shared ones, and those of its server. */
export interface GsmLimits extends DialectLimits {
  /** Most clients of the server (gsm §3.4). */
  readonly serverClients: number;
}

/** The numbers of gsm. */
export const limits = {
  contextIds: [0, 1], // gsm §7.2: AT+QIFGCNT
  activeContexts: 2, // gsm §7.1
  connectIds: [0, 5], // gsm §3.3
  sendBytes: 1460, // gsm §5.2.2.1
  readBytes: 1500, // gsm §5.3.2 prints 1024 without a range; the modules' drivers read up to 1500
  openTimeoutMs: 75_000, // the manual gives none: protocol §1
  commandTimeoutMs: COMMAND_TIMEOUT_MS, // the manual gives none: protocol §2
  closeTimeoutMs: COMMAND_TIMEOUT_MS, // the manual gives none, and no parameter that ends it sooner: protocol §2, §10
  serverClients: 5, // gsm §3.4
  clientLimit: 5, // gsm §3.4
  sendInputTimeoutMs: 0, // no option ends a send that waits for payload
  escapeGuardMs: 500, // gsm §4
} as const satisfies GsmLimits;

/** The connection that a command is about: its index with QIMUX=1, `'only'` with QIMUX=0. */
export type GsmConnection = number | 'only';

/** The services of a client and of a server (gsm §3.1, §3.2). */
export type GsmService = 'TCP' | 'UDP';
/** From 0 in `AT+QISERVER`, by their names elsewhere. */
export const SERVICES: readonly GsmService[] = ['TCP', 'UDP'];

/** Which connections a command is about: those that the module opened, or those that it accepted. */
export type GsmRole = 'client' | 'server';
/** From 1 in `AT+QISRVC` and `AT+QIRD` (gsm §3.2, §5.3.2). */
export const ROLES: readonly GsmRole[] = ['client', 'server'];

/** The context that `AT+QICSGP=1` sets up: the one in the foreground. */
export interface GsmContextParameters {
  /** Access point name. */
  readonly apn: string;
  /** Empty for none. */
  readonly username: string;
  /** Empty for none. */
  readonly password: string;
}

/** A circuit switched call in place of a packet context. */
export interface GsmCircuitParameters {
  /** Telephone number that is called. */
  readonly number: string;
  /** Empty for none. */
  readonly username: string;
  /** Empty for none. */
  readonly password: string;
  /** Rate of the call. */
  readonly bitsPerSecond: 2400 | 4800 | 9600 | 14_400;
}

/** Parameters of an open. */
export interface GsmOpenParameters {
  /** The connection that is opened. */
  readonly connection: GsmConnection;
  /** TCP or UDP. */
  readonly service: GsmService;
  /** Name or address of the peer. */
  readonly host: string;
  /** Port of the peer. */
  readonly remotePort: number;
  /** What `AT+QIMODE` was set to: it decides what the module answers. */
  readonly isTransparent: boolean;
}

/** How the module packs what it is given in data mode. */
export interface GsmTransparentParameters {
  /** How often a packet is sent again (gsm §4). */
  readonly retries: number;
  /** Wait for more bytes before a smaller packet is sent. */
  readonly waitMs: number;
  /** Longest packet. */
  readonly packetBytes: number;
  /** Whether `+++` leaves data mode. */
  readonly escapes: boolean;
}

/** The buffer that `AT+QIRD` reads from: what `+QIRDI` names. */
export interface GsmBuffer {
  /** Context of the connection. */
  readonly contextId: number;
  /** Opened or accepted by the module. */
  readonly role: GsmRole;
  /** 0 with QIMUX=0. */
  readonly connectId: number;
}

/** The index as text. */
export function index(connectId: number): string {
  return integer('connect id', connectId, ...limits.connectIds);
}

/** What stands behind the name of a command: `=<index>,<more>`, each if there is one. */
export function forConnection(connection: GsmConnection, ...more: readonly string[]): string {
  const parts = connection === 'only' ? more : [index(connection), ...more];
  return parts.length === 0 ? '' : `=${parts.join(',')}`;
}

/** The host name or address between quotation marks. */
export function hostName(host: string): string {
  return quotedName('host', host, HOST_BYTES);
}
