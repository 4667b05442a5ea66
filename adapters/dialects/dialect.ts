/** What one family of modules says and understands, as data.
 *
 *    a dialect = limits + finals + URC rows + command encoders + bring-up rows + error texts
 *
 * A dialect is a value: the machines and streams read it, nothing in it runs by itself.
 */
import type { Field } from '../../streams/fields.ts';
import type { DialectName } from './dialect-name.ts';
import type { WireDialect } from './wire.ts';

export type { DialectName } from './dialect-name.ts';

/** The manuals' `<access_mode>`: how received data reaches the host. */
export type AccessMode = 'buffer' | 'push' | 'transparent';

/** A line that answers a command: `+CSQ: 20,99` has the prefix `+CSQ`, an identification text has none. */
export interface InfoLine {
  readonly prefix: string | null;
  /** Behind the colon, or the whole line when there is no prefix. */
  readonly text: string;
  readonly fields: readonly Field[];
}

/** What came back for a command that ended with success. */
export interface Answer {
  readonly lines: readonly InfoLine[];
  /** Counted payload (`+QIRD`), in the slices in which it arrived. */
  readonly payload: readonly Uint8Array[];
  /** The final result: `OK`, `SEND OK`, `CONNECT` … */
  readonly result: string;
}

/** One AT command, ready to be written. `T` is what its answer means. */
export interface Command<T = unknown> {
  /** The line without its CR. Every string in it has been validated: it cannot start a second command. */
  readonly text: string;
  /** The line with secrets blanked out, when `text` contains some. Errors and traces show this one. */
  readonly redacted?: string;
  /** The manual's longest response time. After it the module counts as hung. */
  readonly timeoutMs: number;
  /** True when every line that fits nowhere else belongs to it (a command of the user's own). */
  readonly collectsEverything?: boolean;
  /** True when the module asks for the payload by `>`. */
  readonly prompts?: boolean;
  /** Final results that mean success besides `OK`. */
  readonly successes?: readonly string[];
  /** Final results that mean failure besides `ERROR`, `+CME ERROR` and `+CMS ERROR`. */
  readonly failures?: readonly string[];
  /** Results that arrive as a line of their own after `OK` and end the command (bc66, gsm), without the index
   * that may stand in front. Each is in `successes` or `failures` too, which say what it means. */
  readonly laterResults?: readonly string[];
  /** So long such a result is waited for behind `OK`. Its line may be lost: then the command has ended well, and whoever needs to
   * know looks at the state. Without it, as long as for any result. */
  readonly laterTimeoutMs?: number;
  /** Lines of the answer that come after `OK` (gsm): the command ends with the last of them, or with silence
   * once the least number is there. */
  readonly linesAfterOk?: { readonly least: number; readonly most: number };
  /** True when a bare address is the whole answer, and no `OK` follows it (gsm `AT+QILOCIP`). */
  readonly resultIsAddress?: boolean;
  /** What must have taken effect right before it, with no other command in between (gsm). */
  readonly before?: readonly Step[];
  /** What silence means: the module hangs (default), or only this command is in doubt. */
  readonly onSilence?: 'module hangs' | 'in doubt';
  /** Turns the answer into its meaning; `undefined` when it does not have the form of the manual. Without it the
   * result is the whole answer. */
  readonly parse?: ((answer: Answer) => T | undefined) | undefined;
}

/** A command that goes in front of another one. */
export interface Step {
  readonly command: Command;
  /** False when the command behind it is written also after a refusal. */
  readonly isRequired: boolean;
  /** It selects something that stays selected until another one of its name: it is written only when the last one was
   * another. What is selected `within context` is forgotten when another context is selected (gsm `AT+QIFGCNT`). */
  readonly selects?: 'context' | 'within context' | 'for all';
  /** What is selected as long as nobody selected anything. */
  readonly isDefault?: boolean;
  /** What its refusal tells, when it is not required: the module pushes what it receives (gsm `AT+QINDI`). */
  readonly refusalTells?: Learnt;
}

/** What the refusal of a step told. */
export type Learnt = 'module pushes';

/** How the connections of one context share it (gsm): several with an index, a single one, or a single one that has the
 * port to itself. */
export type Sharing = 'multiple' | 'single' | 'transparent';

/** Parameters of a PDP context, as the user gives them. */
export interface ContextParameters {
  readonly id: number;
  readonly apn: string;
  readonly type: 'IPv4' | 'IPv6' | 'IPv4v6';
  readonly username: string;
  readonly password: string;
  readonly authentication: 'none' | 'PAP' | 'CHAP' | 'PAP or CHAP';
  /** Whether user name and password are kept for CDMA networks too; left out when not given. On lte only. */
  readonly savesCredentialsForCdma?: boolean;
  /** `multiple` when left out. On gsm only. */
  readonly sharing?: Sharing;
  /** Pushed data has its length in front also where nothing else needs it: another context does. On gsm only. */
  readonly showsLength?: boolean;
}

export interface ContextStatus {
  readonly id: number;
  readonly active: boolean;
  readonly addresses: readonly string[];
}

export interface SocketStatus {
  readonly connectId: number;
  readonly serviceType: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localPort: number;
  readonly state: SocketState;
  readonly contextId: number;
  /** 0 buffer, 1 direct push, 2 transparent; missing where the module does not tell. */
  readonly accessMode?: number;
  /** The port of the module on which it was opened (`usbat`, `uart1`): the port in use. */
  readonly modulePort?: string;
}

/** Counters of one direction of a socket, in bytes. */
export interface SendCounters {
  readonly sentBytes: number;
  readonly acknowledgedBytes: number;
  readonly unacknowledgedBytes: number;
}

export interface ReceiveCounters {
  readonly receivedBytes: number;
  readonly readBytes: number;
  readonly unreadBytes: number;
}

export type ServiceType =
  | 'TCP'
  | 'UDP'
  | 'TCP LISTENER'
  | 'UDP SERVICE'
  | 'TCP SERVICE'
  | 'UDP LISTENER'
  /** Accepted by the module: never opened. */
  | 'TCP INCOMING'
  | 'UDP INCOMING';

export interface OpenParameters {
  readonly contextId: number;
  readonly connectId: number;
  readonly service: ServiceType;
  readonly host: string;
  readonly remotePort: number;
  readonly localPort: number;
  readonly mode: AccessMode;
  /** Most clients of a TCP LISTENER, 0 to 11; 11 when not given (rg). */
  readonly clientLimit?: number;
  /** Seconds for which a connect is tried again, 10 to 150; 0, also when not given, is no second try (rg). */
  readonly connectTimeoutS?: number;
  /** Which addresses of a name are taken (bc66). */
  readonly protocol?: 'IPv4' | 'IPv6';
  /** How the connections of the context share it (gsm). */
  readonly sharing?: Sharing;
}

/** 3GPP TS 27.007 §7.2: 1 home and 5 roaming count as registered. */
export interface RegistrationStatus {
  readonly domain: 'circuit' | 'packet' | 'eps';
  readonly state: number;
}

export type SimStatus = 'ready' | 'pin' | 'puk' | 'busy' | 'missing' | string;

/** What an `AT+QIRD` without a length announces: one datagram, whose sender is known on service sockets. */
export interface DatagramHeader {
  readonly lengthBytes: number;
  readonly address: string | undefined;
  readonly port: number | undefined;
}

export interface PingReply {
  readonly address: string;
  readonly lengthBytes: number;
  readonly timeMs: number;
  readonly ttl: number;
}

/** One step of the set-up after every start of the module. */
export interface BringUpRow {
  /** Asked first, where there is something to ask: whether the module is already as `command` would make it. `command`
   * is then not written. A query that is refused says nothing. */
  readonly asks?: Command<boolean>;
  readonly command: Command;
  /** False when a module may refuse it and work all the same. */
  readonly required: boolean;
  /** The option of AT+QICFG that it sets. */
  readonly sets?: string;
  /** Name under which the user asked for it: a refusal is then reported. */
  readonly option?: string;
}

/** How a dialect measures the time without traffic behind which TCP keep-alive sets in. */
export interface KeepaliveIdle {
  readonly idleName: string;
  readonly unitMs: number;
  /** Where none is asked for. */
  readonly usual: number;
  readonly most: number;
}

/** An option of the modules that the user may set, under a name of ours. */
export interface ModuleOption {
  /** The option of AT+QICFG that it sets. */
  readonly sets: string;
  /** The command that sets it. Throws INVALID_ARGUMENT with that name of the argument. */
  readonly encode: (argument: string, value: unknown) => Command<void>;
}

/** Commands of TS 27.007 and V.250 that every dialect has. */
export interface CommonCommands {
  readonly attention: () => Command<void>;
  readonly identify: () => Command<readonly string[]>;
  readonly reset: () => Command<void>;
  readonly querySim: () => Command<SimStatus>;
  readonly enterPin: (pin: string) => Command<void>;
  readonly queryRegistration: () => readonly Command<RegistrationStatus>[];
  readonly queryAttached: () => Command<boolean>;
  readonly attach: () => Command<void>;
  readonly querySignal: () => Command<{ readonly rssi: number; readonly bitErrorRate: number }>;
  /** A command of the user's own: validated, otherwise as it is. */
  readonly raw: (text: string, timeoutMs?: number) => Command<Answer>;
}

/** Sends whose payload is part of the command, as hexadecimal digits (not on rg). */
export interface HexCommands {
  readonly sendHex: (connectId: number, bytes: Uint8Array) => Command<void>;
}

/** Time from an NTP server (not on rg). */
export interface TimeCommands {
  readonly syncTime: (contextId: number, server: string, port: number, set: boolean) => Command<void>;
  /** The synchronisation in progress, `null` when there is none. */
  readonly queryTimeSync: () => Command<TimeSync | null>;
}

/** Addresses of a host name, which come as URCs (not on rg). */
export interface LookupCommands {
  readonly resolve: (contextId: number, host: string) => Command<void>;
}

/** The test command (`AT+…=?`) of a name: what this firmware supports, as it prints it. */
export type RangeQuery<Name extends string> = (name: Name) => Command<readonly InfoLine[]>;

/** Contexts that the host configures, activates and deactivates; on bc66 the network attaches (`AT+CGATT`). */
export interface ContextCommands {
  /** The contexts that are active; on gsm only this one, when it is. */
  readonly queryContexts: (id: number) => Command<readonly ContextStatus[]>;
  /** Missing where an active context cannot be compared with what the user wants: it is then set up anew. */
  readonly queryContext?: (id: number) => Command<Omit<ContextParameters, 'id'>>;
  readonly configureContext: (parameters: ContextParameters) => Command<void>;
  readonly activateContext: (id: number) => Command;
  readonly deactivateContext: (id: number) => Command<void>;
  /** Forms whose OK says only that the work has begun; a URC tells the result (rg). */
  readonly activateContextAsync?: (id: number, showsAddress?: boolean) => Command<void>;
  readonly deactivateContextAsync?: (id: number) => Command<void>;
}

/** Sockets and their payload. */
export interface SocketCommands {
  readonly open: (parameters: OpenParameters) => Command<void>;
  readonly close: (connectId: number, timeoutMs: number) => Command<void>;
  /** What tells of sockets that an earlier host left open; none where the set-up has ended them. */
  readonly queryLeftovers: () => readonly Command<readonly SocketStatus[]>[];
  readonly querySocket: (connectId: number) => Command<readonly SocketStatus[]>;
  /** Asks for the payload by a prompt; missing on bc66. */
  readonly send?: (connectId: number, lengthBytes: number) => Command<void>;
  /** The payload is part of the command (bc66). */
  readonly sendInline?: (connectId: number, bytes: Uint8Array) => Command<void>;
  /** A send that tells the room for more (rg, with the option `sendinfo`). */
  readonly sendReported?: (connectId: number, lengthBytes: number) => Command<SendReport>;
  readonly sendTo?: (connectId: number, lengthBytes: number, address: string, port: number) => Command<void>;
  /** Missing where the module does not tell what the peer has acknowledged (bc66). */
  readonly querySent?: (connectId: number) => Command<SendCounters>;
  readonly read: (connectId: number, lengthBytes: number) => Command;
  readonly readDatagram?: (connectId: number) => Command<DatagramHeader>;
  readonly queryReceived?: (connectId: number) => Command<ReceiveCounters>;
  /** Missing where the way of receiving is the same for the life of a connection (gsm). */
  readonly switchMode?: (connectId: number, mode: AccessMode) => Command<void>;
  /** Back to data mode, for the socket that left it last. */
  readonly resume?: () => Command<void>;
  /** Whether dropping DTR leaves data mode. */
  readonly escapeByDtr?: (on: boolean) => Command<void>;
}

/** What a module asks the network. */
export interface ToolCommands extends Partial<TimeCommands & LookupCommands> {
  /** `lengthBytes` where `limits.pingBytes` says that requests may have one. */
  readonly ping?: (
    contextId: number,
    host: string,
    timeoutS: number,
    count: number,
    lengthBytes?: number,
  ) => Command<void>;
  /** As `resolve`, with the addresses as the answer (gsm). */
  readonly resolveAtOnce?: (contextId: number, host: string) => Command<readonly string[]>;
  readonly queryDnsServers?: (contextId: number) => Command<readonly string[]>;
  readonly setDnsServers?: (contextId: number, servers: readonly string[]) => Command<void>;
}

/** Encoders that the machines drive. Arguments out of range throw `INVALID_ARGUMENT`.
 *
 * What some manuals lack is optional here; the types of the dialects say for sure.
 */
export interface DialectCommands extends CommonCommands, ContextCommands, SocketCommands, ToolCommands {
  readonly queryLastError?: () => Command<LastError>;
}

/** Encoders that lte, ugxx and rg share. */
export interface QiCommands extends DialectCommands, Partial<HexCommands> {
  readonly queryContexts: () => Command<readonly ContextStatus[]>;
  readonly querySockets: () => Command<readonly SocketStatus[]>;
  readonly querySocketsOf: (contextId: number) => Command<readonly SocketStatus[]>;
  readonly queryContext: NonNullable<ContextCommands['queryContext']>;
  readonly send: NonNullable<SocketCommands['send']>;
  /** The payload has no announced length: it ends with Ctrl-Z (0x1A), and Esc (0x1B) cancels it. */
  readonly sendOpenEnded: (connectId: number) => Command<void>;
  readonly read: (connectId: number, lengthBytes: number) => Command<number>;
  readonly sendTo: NonNullable<SocketCommands['sendTo']>;
  readonly querySent: NonNullable<SocketCommands['querySent']>;
  readonly readDatagram: NonNullable<SocketCommands['readDatagram']>;
  readonly queryReceived: NonNullable<SocketCommands['queryReceived']>;
  readonly switchMode: NonNullable<SocketCommands['switchMode']>;
  readonly resume: NonNullable<SocketCommands['resume']>;
  readonly escapeByDtr: NonNullable<SocketCommands['escapeByDtr']>;
  readonly ping: NonNullable<ToolCommands['ping']>;
  readonly queryDnsServers: NonNullable<ToolCommands['queryDnsServers']>;
  readonly setDnsServers: NonNullable<ToolCommands['setDnsServers']>;
  readonly queryOption: (name: string) => Command<readonly Field[]>;
  readonly setOption: (name: string, values: readonly number[]) => Command<void>;
  readonly echoSentData: (on: boolean) => Command<void>;
  readonly queryEchoOfSentData: () => Command<boolean>;
  readonly queryLastError: () => Command<LastError>;
}

/** Answer to `AT+QNTP?`. */
export interface TimeSync {
  readonly server: string;
  readonly port: number;
}

/** Answer to `AT+QIGETERROR`: a number of the manual's error table, and the text that the module gives it. */
export interface LastError {
  readonly error: number;
  readonly text: string;
}

/** What a send says on rg. */
export interface SendReport {
  /** False when the send buffer was full and nothing was taken. */
  readonly isAccepted: boolean;
  /** Room in the send buffer; `undefined` when the module said `SEND OK` alone, as without `sendinfo`. */
  readonly freeBytes: number | undefined;
}

/** Names of the commands that only rg has. */
export type RgCommand = 'activateContextAsync' | 'deactivateContextAsync' | 'sendReported';

export interface DialectLimits {
  readonly contextIds: readonly [lowest: number, highest: number];
  readonly activeContexts: number;
  readonly connectIds: readonly [lowest: number, highest: number];
  readonly sendBytes: number;
  readonly readBytes: number;
  /** Wait for the result of an open, counted from its OK. */
  readonly openTimeoutMs: number;
  readonly commandTimeoutMs: number;
  readonly closeTimeoutMs: number;
  /** Range of the length of a ping; missing where it cannot be chosen. */
  readonly pingBytes?: readonly [lowest: number, highest: number];
  /** A module that waits for payload gives the send up after this much silence (set at bring-up); 0 where none does. */
  readonly sendInputTimeoutMs: number;
  /** Silence that an escape from data mode needs on both sides; 0 where there is no data mode. */
  readonly escapeGuardMs: number;
  /** Silence after which the module may sleep deeply and lose the first line that comes (bc66). */
  readonly sleepsAfterMs?: number;
  /** An open can say for how long a connect is tried again (rg). */
  readonly retriesConnects?: boolean;
  /** Most clients of one listener, where an open can say so (rg). */
  readonly clientLimit?: number;
  /** Waits for the results of the asynchronous context commands, counted from their OK (rg). */
  readonly activationTimeoutMs?: number;
  readonly deactivationTimeoutMs?: number;
}

/** The five states that the manuals know of a socket. */
export type SocketState = 'initial' | 'opening' | 'connected' | 'listening' | 'closing';

/** What every dialect says of itself, whatever its commands are. */
export interface DialectTable<Commands extends CommonCommands, Limits> {
  readonly name: DialectName;
  readonly manual: string;
  readonly models: readonly string[];
  readonly limits: Limits;
  readonly commands: Commands;
  readonly bringUp: readonly BringUpRow[];
  /** Manual's socket states by name: numbers, on gsm texts. */
  readonly socketStates: Readonly<Record<number | string, SocketState>>;
  /** Texts of the manual's error table, by number. */
  readonly errors: Readonly<Record<number, string>>;
}

/** How connect ids are given out, and whom a notice may mean. */
export interface ConnectionRules {
  /** The ids that such an open may take, the best one first. */
  readonly idsFor: (open: Pick<OpenParameters, 'contextId' | 'service' | 'sharing'>) => readonly number[];
  /** The ids that a notice with this index may be about; `undefined` is a notice without an index. */
  readonly namedBy: (index: number | undefined) => readonly number[];
  /** The ids whose index a connection with this id uses up: they cannot be open at the same time (gsm). */
  readonly excludedBy?: (id: number) => readonly number[];
  /** Whether the module takes one more of this id beside those in use (gsm: fewer beside a server). */
  readonly hasRoom?: (id: number, used: ReadonlySet<number>) => boolean;
  /** The ids that notices cannot tell from this one (gsm). */
  readonly confusedWith?: (id: number) => readonly number[];
  /** The ids that a notice of waiting data may be about, which names context, role and index (gsm `+QIRDI`). */
  readonly bufferedAs?: (contextId: number, role: number, index: number) => readonly number[];
  /** The id of a connection that this server has accepted (gsm `REMOTE IP`). */
  readonly acceptedAs?: (serverId: number, index: number | undefined) => number;
  /** The id is free when the peer has closed: the close that other ids need would end the listener (gsm §3.2). */
  readonly isFreedByPeer?: (id: number) => boolean;
}

/** A dialect that the machines drive: how to speak it and how to read it. */
export interface Dialect extends DialectTable<DialectCommands, DialectLimits>, Omit<WireDialect, 'name'> {
  readonly services: readonly ServiceType[];
  readonly accessModes: readonly AccessMode[];
  /** How the connections of a context may share it; none where that is no question. */
  readonly sharings: readonly Sharing[];
  readonly connections: ConnectionRules;
  /** The network attaches the module by itself: a context is there or is not, and nothing is configured (bc66). */
  readonly isAttachedByNetwork: boolean;
  /** What a peer has acknowledged can still be asked for when the connection is over (not on gsm). */
  readonly keepsCounters: boolean;
  /** Where its notices go can be chosen: `AT+QURCCFG` (protocol §10; not on gsm and bc66). */
  readonly routesUrcs: boolean;
  /** In transparent mode, data that comes while the port takes commands can be read (not on gsm: it waits in the module
   * for data mode). */
  readonly readsWhileSuspended: boolean;
  /** The idle time of its TCP keep-alive, as the option `tcpKeepalive` has it (not on gsm and bc66). */
  readonly keepalive?: KeepaliveIdle;
  /** By their names. */
  readonly moduleOptions: Readonly<Record<string, ModuleOption>>;
  /** Whether contexts take `savesCredentialsForCdma`. */
  readonly knowsCdma: boolean;
}
