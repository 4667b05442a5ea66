/** What `connect`, `listen`, `connectUdp` and `bindUdp` take, checked before anything goes on the wire. */
import { ModemError } from '../../errors.ts';
import type { Interruption } from '../../machines/transparent-mode.machine.ts';
import { flag, integer } from '../dialects/arguments.ts';
import type { AccessMode, Dialect, OpenParameters } from '../dialects/dialect.ts';
import { shownValue } from '../dialects/shown-value.ts';
import { bytesOf, invalid, needSignal, readOptions } from '../plain-options.ts';
import type { CheckedOptions } from './options.ts';

/** How a connection waits for its context. */
interface ContextChoice {
  /** Context id; the first of the modem's options when left out. */
  readonly context?: number;
  /** Limit for the wait until the context is active. The open itself has the manual's own limit. */
  readonly connectTimeoutMs?: number;
  /** Ends it with `ABORTED`, at whatever time: before it is open, and while it is. */
  readonly signal?: AbortSignal;
}

/** How an idle connection is looked at (protocol.md §7.6, gsm chapter 6). Not on bc66, whose modules tell no counters. */
interface LinkChoice {
  /** Bytes that may be sent when the connection is idle, to see whether it still stands: something that the peer understands and
   * that has no effect. They are bytes of the stream, and count as written. Nothing is sent when left out. */
  readonly probe?: Uint8Array | string;
  /** In place of `recovery.linkIdleMs`: time without traffic after which the connection is looked at; 0 never. */
  readonly linkIdleMs?: number;
}

/** Where to connect to, and how. */
export interface ConnectOptions extends ContextChoice, LinkChoice {
  /** Host name or address; names are resolved by the module. */
  readonly host: string;
  /** TCP port of the peer, 1 to 65535. */
  readonly port: number;
  /** Local port, 0 or left out for any. */
  readonly localPort?: number;
  /** How received data reaches the host: read on demand (`buffer`, the default), written by the module as it comes
   * (`push`), or through a port that carries nothing else (`transparent`, one connection at a time). */
  readonly mode?: AccessMode;
  /** In transparent mode: which commands of others may interrupt it. `urgent` when left out. */
  readonly interrupt?: Interruption;
  /** In transparent mode: distance between looks at what other sockets have to say; 0, also when left out, never looks. */
  readonly urcCheckMs?: number;
  /** True leaves it to the application to `end()` when the peer has, false when left out. What is written behind the end of the peer
   * fails all the same: the module sends nothing any more. */
  readonly allowHalfOpen?: boolean;
  /** How long `end()` waits for more from the peer once everything is acknowledged; 5 s when left out. A module cannot
   * close one direction alone. */
  readonly lingerMs?: number;
  /** Bytes that may wait in each direction of the stream before it holds back; 64 KiB when left out. */
  readonly highWaterMark?: number;
  /** Seconds for which the module tries a connection again, 10 to 150 (rg only, `<connect_timeout>`). */
  readonly retryS?: number;
}

/** Where to accept connections, and how many. */
export interface ListenOptions extends ContextChoice, LinkChoice {
  /** TCP port to listen on, 1 to 65535. */
  readonly port: number;
  /** Access mode of the accepted connections, where the dialect lets them inherit it (not on ugxx: D15). `transparent` is
   * for one connection at a time, on gsm only: elsewhere use `switchMode()`. */
  readonly mode?: AccessMode;
  /** More are refused by the module (rg, up to 11; gsm, up to 5) or closed at once. */
  readonly maxConnections?: number;
  /** As in `ConnectOptions`, of each accepted connection. */
  readonly allowHalfOpen?: boolean;
  /** As in `ConnectOptions`, of each accepted connection. */
  readonly lingerMs?: number;
  /** As in `ConnectOptions`, of each accepted connection. */
  readonly highWaterMark?: number;
}

/** Where datagrams go to. */
export interface ConnectUdpOptions extends ContextChoice {
  /** Host name or address; names are resolved by the module. */
  readonly host: string;
  /** UDP port of the peer, 1 to 65535. */
  readonly port: number;
  /** Local port, 0 or left out for any. On gsm it cannot be chosen. */
  readonly localPort?: number;
  /** How received datagrams reach the host; `buffer` when left out. */
  readonly mode?: Exclude<AccessMode, 'transparent'>;
}

/** Where datagrams are received. */
export interface BindUdpOptions extends ContextChoice {
  /** UDP port to bind, 1 to 65535. */
  readonly port: number;
  /** How received datagrams reach the host; `buffer` when left out. */
  readonly mode?: Exclude<AccessMode, 'transparent'>;
}

type Opening = Omit<OpenParameters, 'connectId' | 'contextId'>;
type Stream = 'allowHalfOpen' | 'lingerMs' | 'highWaterMark';

/** A checked request: what to open, and how long to wait for its context. */
export interface OpenPlan {
  readonly open: Omit<OpenParameters, 'connectId'>;
  readonly connectTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

const CHOICE = ['context', 'connectTimeoutMs', 'mode', 'signal'];
const STREAM = ['allowHalfOpen', 'lingerMs', 'highWaterMark', 'probe', 'linkIdleMs'];
/** Times in milliseconds and the mark in bytes. */
const NUMBERS = ['connectTimeoutMs', 'lingerMs', 'highWaterMark', 'linkIdleMs'];
/** Longer ones a timer takes for none. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const INTERRUPTIONS: readonly Interruption[] = ['never', 'urgent', 'any'];
const KNOWN_MODES: readonly AccessMode[] = ['buffer', 'push', 'transparent'];
/** Hosts of services that have no peer (lte §2.1.4). */
const SELF = '127.0.0.1';
const MOST_CLIENTS = 11; // rg §2.3.7

/** Reads the options once. What they must have is missing in the copy where it was not given: the encoders tell. */
function readShape<T extends object>(given: T, known: readonly string[]): T {
  const options = readOptions<T>(given, known as readonly (keyof T & string)[]);
  for (const name of NUMBERS) {
    const value: unknown = Reflect.get(options, name);
    if (value !== undefined) integer(name, value as number, 0, LONGEST_TIMER_MS);
  }
  const halfOpen: unknown = Reflect.get(options, 'allowHalfOpen');
  if (halfOpen !== undefined) flag('allowHalfOpen', halfOpen as boolean);
  const host: unknown = Reflect.get(options, 'host');
  if (known.includes('host') && typeof host !== 'string')
    throw invalid('host', `must be a string, got ${shownValue(host)}`);
  const mode: unknown = Reflect.get(options, 'mode');
  if (mode !== undefined && !(KNOWN_MODES as readonly unknown[]).includes(mode))
    throw invalid('mode', `must be one of ${KNOWN_MODES.join(', ')}, got ${shownValue(mode)}`);
  needSignal(Reflect.get(options, 'signal'));
  return options as T;
}

function checkedPlan(
  open: Opening,
  { context, connectTimeoutMs, signal }: ContextChoice,
  modem: CheckedOptions,
): OpenPlan {
  checkSupport(open, modem.dialect);
  const contextId = context ?? modem.contexts[0]?.id;
  if (contextId === undefined || !modem.contexts.some(({ id }) => id === contextId)) {
    const known = modem.contexts.map(({ id }) => id).join(', ') || 'none';
    throw invalid('context', `must be one of the modem's contexts (${known})`);
  }
  const plan = { ...open, ...traitsOf(open, contextId, modem), contextId };
  const [connectId = 0] = modem.dialect.connections.idsFor(plan);
  modem.dialect.commands.open({ ...plan, connectId }); // checks every part of it
  return { open: plan, connectTimeoutMs: connectTimeoutMs ?? modem.recovery.openTimeoutMs, signal };
}

/** What no module of the dialect can do.
 *
 * @throws UNSUPPORTED
 */
function checkSupport(
  { service, mode, localPort }: Opening,
  { name, services, accessModes, sharings }: Dialect,
): void {
  const refuse = (what: string, instead: string): never => {
    throw new ModemError('UNSUPPORTED', `${what}: modules of the dialect ${name} cannot do that; ${instead}`);
  };
  if (!services.includes(service))
    refuse(`a socket of the kind ${service}`, `they know ${services.join(', ')}`);
  if (KNOWN_MODES.includes(mode) && !accessModes.includes(mode))
    refuse(`access mode ${mode}`, `use one of ${accessModes.join(', ')}`);
  const isClient = service === 'TCP' || service === 'UDP';
  if (sharings.length > 0 && localPort !== 0 && isClient) refuse('a local port', 'leave it out');
}

/** What the context decides of a connection. */
function traitsOf(
  { mode }: Opening,
  contextId: number,
  { dialect, contexts }: CheckedOptions,
): Partial<OpenParameters> {
  const context = contexts.find(({ id }) => id === contextId);
  if (dialect.isAttachedByNetwork) return context?.type === 'IPv6' ? { protocol: 'IPv6' } : {};
  if (dialect.sharings.length === 0) return {};
  if (mode === 'transparent' && contexts.length > 1)
    throw new ModemError(
      'UNSUPPORTED',
      'transparent mode: gsm modules have it with one context only (gsm §7.2)',
    );
  return { sharing: mode === 'transparent' ? 'transparent' : (context?.sharing ?? 'multiple') };
}

/** A module may take port 0 for a listener, and listen nowhere. */
function servedPort(port: number): number {
  integer('port', port, 1, 65_535);
  return port;
}

function onlyBufferOrPush(mode: AccessMode): void {
  if (mode === 'transparent')
    throw invalid('mode', 'must be buffer or push here: transparent is for TCP connections');
}

/** A checked `LinkChoice`. */
interface LinkPlan extends Pick<LinkChoice, 'linkIdleMs'> {
  readonly probe?: Uint8Array;
}

/** @throws INVALID_ARGUMENT, UNSUPPORTED */
function checkedLink({ probe, linkIdleMs }: LinkChoice, { dialect }: CheckedOptions): LinkPlan {
  const isAsked = probe !== undefined || (linkIdleMs ?? 0) > 0;
  if (isAsked && dialect.commands.querySent === undefined) {
    const name = probe === undefined ? 'linkIdleMs' : 'probe';
    throw new ModemError(
      'UNSUPPORTED',
      `${name}: ${dialect.name} modules do not tell what their peer has; leave it out`,
    );
  }
  const plan = linkIdleMs === undefined ? {} : { linkIdleMs };
  if (probe === undefined) return plan;
  const bytes = bytesOf(probe);
  if (bytes === undefined) throw invalid('probe', 'must be a string or a Uint8Array');
  const mostBytes = dialect.limits.sendBytes;
  if (bytes.length < 1 || bytes.length > mostBytes)
    throw invalid('probe', `must be 1 to ${mostBytes} bytes, got ${bytes.length}`);
  return { ...plan, probe: bytes };
}

export interface ConnectPlan extends OpenPlan, LinkPlan, Pick<ConnectOptions, Stream> {
  readonly host: string;
  readonly port: number;
  readonly interruption: Interruption;
  readonly urcCheckMs: number;
}

/** @throws INVALID_ARGUMENT */
export function checkedConnect(given: ConnectOptions, modem: CheckedOptions): ConnectPlan {
  const options = readShape(given, [
    ...CHOICE,
    ...STREAM,
    'host',
    'port',
    'localPort',
    'interrupt',
    'urcCheckMs',
    'retryS',
  ]);
  const {
    host,
    port,
    localPort = 0,
    mode = 'buffer',
    interrupt = 'urgent',
    urcCheckMs = 0,
    retryS,
  } = options;
  if (!INTERRUPTIONS.includes(interrupt))
    throw invalid('interrupt', `must be one of ${INTERRUPTIONS.join(', ')}, got ${shownValue(interrupt)}`);
  integer('urcCheckMs', urcCheckMs, 0, LONGEST_TIMER_MS);
  const retry = retryS === undefined ? {} : { connectTimeoutS: retried(retryS, modem) };
  const open = { service: 'TCP' as const, host, remotePort: port, localPort, mode, ...retry };
  const { probe: _, ...rest } = options;
  const plan = { ...rest, ...checkedLink(options, modem), ...checkedPlan(open, options, modem) };
  return { ...plan, interruption: interrupt, urcCheckMs };
}

function retried(retryS: number, { dialect }: CheckedOptions): number {
  if (!dialect.limits.retriesConnects) throw invalid('retryS', `is not known by ${dialect.name} modules`);
  return retryS;
}

export interface ListenPlan extends OpenPlan, LinkPlan, Pick<ListenOptions, Stream> {
  readonly port: number;
  readonly maxConnections: number;
}

/** @throws INVALID_ARGUMENT */
export function checkedListen(given: ListenOptions, modem: CheckedOptions): ListenPlan {
  const options = readShape(given, [...CHOICE, ...STREAM, 'port', 'maxConnections']);
  const most = modem.dialect.limits.clientLimit ?? MOST_CLIENTS;
  const { mode = 'buffer', maxConnections = most } = options;
  const port = servedPort(options.port);
  if (modem.dialect.sharings.length === 0) onlyBufferOrPush(mode);
  integer('maxConnections', maxConnections, 1, most);
  const hasLimit = modem.dialect.limits.clientLimit !== undefined && options.maxConnections !== undefined;
  const open = {
    service: 'TCP LISTENER' as const,
    host: SELF,
    remotePort: 0,
    localPort: port,
    mode,
    ...(hasLimit && { clientLimit: maxConnections }),
  };
  const { probe: _, ...rest } = options;
  const plan = { ...rest, ...checkedLink(options, modem), ...checkedPlan(open, options, modem) };
  return { ...plan, port, maxConnections };
}

/** @throws INVALID_ARGUMENT */
export function checkedConnectUdp(given: ConnectUdpOptions, modem: CheckedOptions): OpenPlan {
  const options = readShape(given, [...CHOICE, 'host', 'port', 'localPort']);
  const { host, port, localPort = 0, mode = 'buffer' } = options;
  onlyBufferOrPush(mode);
  return checkedPlan({ service: 'UDP', host, remotePort: port, localPort, mode }, options, modem);
}

/** @throws INVALID_ARGUMENT */
export function checkedBindUdp(given: BindUdpOptions, modem: CheckedOptions): OpenPlan {
  const options = readShape(given, [...CHOICE, 'port']);
  const { mode = 'buffer' } = options;
  onlyBufferOrPush(mode);
  const localPort = servedPort(options.port);
  return checkedPlan({ service: 'UDP SERVICE', host: SELF, remotePort: 0, localPort, mode }, options, modem);
}
