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
  /** `+CSQ`; `null` for a line that has none. */
  readonly prefix: string | null;
  /** Behind the colon, or the whole line when there is no prefix. */
  readonly text: string;
  /** What stands between the commas, numbers as numbers. */
  readonly fields: readonly Field[];
}

/** What came back for a command that ended with success. */
export interface Answer {
  /** Information lines, in their order. */
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
  /** What is written first. */
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
  /** Context id of the dialect. */
  readonly id: number;
  /** Access point name. */
  readonly apn: string;
  /** Addresses that it gets. */
  readonly type: 'IPv4' | 'IPv6' | 'IPv4v6';
  /** Empty for none. */
  readonly username: string;
  /** Empty for none. */
  readonly password: string;
  /** How user name and password are shown to the access point. */
  readonly authentication: 'none' | 'PAP' | 'CHAP' | 'PAP or CHAP';
  /** Whether user name and password are kept for CDMA networks too; left out when not given. On lte only. */
  readonly savesCredentialsForCdma?: boolean;
  /** `multiple` when left out. On gsm only. */
  readonly sharing?: Sharing;
  /** Pushed data has its length in front also where nothing else needs it: another context does. On gsm only. */
  readonly showsLength?: boolean;
}

/** A PDP context, as the module reports it. */
export interface ContextStatus {
  /** Context id. */
  readonly id: number;
  /** True when it is activated. */
  readonly active: boolean;
  /** Its local IP addresses. */
  readonly addresses: readonly string[];
}

/** A socket, as the module reports it (`AT+QISTATE`). */
export interface SocketStatus {
  /** Connect id. */
  readonly connectId: number;
  /** As printed: `TCP`, `UDP`, `TCP LISTENER`, `TCP INCOMING` … */
  readonly serviceType: string;
  /** Address of the peer; empty where there is none. */
  readonly remoteAddress: string;
  /** Port of the peer; 0 where there is none. */
  readonly remotePort: number;
  /** Port on the module's side; 0 where it is not told. */
  readonly localPort: number;
  /** Which of the five states. */
  readonly state: SocketState;
  /** Id of its PDP context. */
  readonly contextId: number;
  /** 0 buffer, 1 direct push, 2 transparent; missing where the module does not tell. */
  readonly accessMode?: number;
  /** The port of the module on which it was opened (`usbat`, `uart1`): the port in use. */
  readonly modulePort?: string;
}

/** Counters of one direction of a socket, in bytes. */
export interface SendCounters {
  /** Taken from the host since the connection was opened. */
  readonly sentBytes: number;
  /** Of these, what the peer's TCP has acknowledged. */
  readonly acknowledgedBytes: number;
  /** Of these, what is still on its way. */
  readonly unacknowledgedBytes: number;
}

/** Counters of what a socket has received, in bytes. */
export interface ReceiveCounters {
  /** Received since the connection was opened. */
  readonly receivedBytes: number;
  /** Of these, what the host has read. */
  readonly readBytes: number;
  /** Of these, what is still to be read. */
  readonly unreadBytes: number;
}

/** The manuals' `<service_type>`: what a socket is. */
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

/** Parameters of an open. Each is checked by the encoder. */
export interface OpenParameters {
  /** Id of an active PDP context. */
  readonly contextId: number;
  /** Id that the socket gets. */
  readonly connectId: number;
  /** What is opened. */
  readonly service: ServiceType;
  /** Name or address of the peer; `127.0.0.1` for services that have none. */
  readonly host: string;
  /** Port of the peer, 0 to 65535. */
  readonly remotePort: number;
  /** Port on the module's side, 0 for any. */
  readonly localPort: number;
  /** How received data reaches the host. */
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
  /** Circuit switched (`AT+CREG`), packet switched (`AT+CGREG`) or EPS (`AT+CEREG`). */
  readonly domain: 'circuit' | 'packet' | 'eps';
  /** `<stat>` of TS 27.007: 0 not searching, 2 searching, 3 denied. */
  readonly state: number;
}

/** What the SIM wants (`AT+CPIN?`), in the module's own words where it is none of these. */
export type SimStatus = 'ready' | 'pin' | 'puk' | 'busy' | 'missing' | string;

/** What an `AT+QIRD` without a length announces: one datagram, whose sender is known on service sockets. */
export interface DatagramHeader {
  /** Length of the datagram; 0 when none waits. */
  readonly lengthBytes: number;
  /** IP address of the sender. */
  readonly address: string | undefined;
  /** UDP port of the sender. */
  readonly port: number | undefined;
}

/** An answer to one request of a ping. */
export interface PingReply {
  /** IP address of the host that answered. */
  readonly address: string;
  /** Length of the request. */
  readonly lengthBytes: number;
  /** Time to the answer. */
  readonly timeMs: number;
  /** Time to live of the answer, in hops. */
  readonly ttl: number;
}

/** One step of the set-up after every start of the module. */
export interface BringUpRow {
  /** Asked first, where there is something to ask: whether the module is already as `command` would make it. `command`
   * is then not written. A query that is refused says nothing. */
  readonly asks?: Command<boolean>;
  /** What is written. */
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
  /** Its name in the option `tcpKeepalive`. */
  readonly idleName: string;
  /** Length of its unit. */
  readonly unitMs: number;
  /** Where none is asked for. */
  readonly usual: number;
  /** The longest that the module takes. */
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
  /** `AT`: does it answer? */
  readonly attention: () => Command<void>;
  /** `ATI`: maker, model and revision, a line each. */
  readonly identify: () => Command<readonly string[]>;
  /** `AT+CFUN=1,1`: a full restart. */
  readonly reset: () => Command<void>;
  /** `AT+CPIN?` */
  readonly querySim: () => Command<SimStatus>;
  /** `AT+CPIN=<pin>`; a SIM locks after three wrong ones. */
  readonly enterPin: (pin: string) => Command<void>;
  /** A query for each domain that the dialect has. */
  readonly queryRegistration: () => readonly Command<RegistrationStatus>[];
  /** `AT+CGATT?`: whether the packet domain is reached. */
  readonly queryAttached: () => Command<boolean>;
  /** `AT+CGATT=1` */
  readonly attach: () => Command<void>;
  /** `AT+CSQ`: numbers of TS 27.007 §8.5, 99 for unknown. */
  readonly querySignal: () => Command<{ readonly rssi: number; readonly bitErrorRate: number }>;
  /** A command of the user's own: validated, otherwise as it is. */
  readonly raw: (text: string, timeoutMs?: number) => Command<Answer>;
}

/** Sends whose payload is part of the command, as hexadecimal digits (not on rg). */
export interface HexCommands {
  /** A send with its payload in the line. */
  readonly sendHex: (connectId: number, bytes: Uint8Array) => Command<void>;
}

/** Time from an NTP server (not on rg). */
export interface TimeCommands {
  /** `AT+QNTP=…`: asks the server; `set` writes the answer to the module's clock. The result comes as a URC. */
  readonly syncTime: (contextId: number, server: string, port: number, set: boolean) => Command<void>;
  /** The synchronisation in progress, `null` when there is none. */
  readonly queryTimeSync: () => Command<TimeSync | null>;
}

/** Addresses of a host name, which come as URCs (not on rg). */
export interface LookupCommands {
  /** `AT+QIDNSGIP=…`: its OK says only that the look-up has begun. */
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
  /** Sets the access of a context (`AT+QICSGP`). */
  readonly configureContext: (parameters: ContextParameters) => Command<void>;
  /** Activates it; OK means that it is active. */
  readonly activateContext: (id: number) => Command;
  /** Deactivates it; OK means that its sockets are gone. */
  readonly deactivateContext: (id: number) => Command<void>;
  /** Forms whose OK says only that the work has begun; a URC tells the result (rg). */
  readonly activateContextAsync?: (id: number, showsAddress?: boolean) => Command<void>;
  /** Deactivates it; a URC tells the result. */
  readonly deactivateContextAsync?: (id: number) => Command<void>;
}

/** Sockets and their payload. */
export interface SocketCommands {
  /** Opens a socket (`AT+QIOPEN`); the result comes as a URC or behind OK. */
  readonly open: (parameters: OpenParameters) => Command<void>;
  /** Closes a socket and frees its id. The peer has `timeoutMs` to answer. */
  readonly close: (connectId: number, timeoutMs: number) => Command<void>;
  /** What tells of sockets that an earlier host left open; none where the set-up has ended them. */
  readonly queryLeftovers: () => readonly Command<readonly SocketStatus[]>[];
  /** State of one socket; empty when there is none of the id. */
  readonly querySocket: (connectId: number) => Command<readonly SocketStatus[]>;
  /** Asks for the payload by a prompt; missing on bc66. */
  readonly send?: (connectId: number, lengthBytes: number) => Command<void>;
  /** The payload is part of the command (bc66). */
  readonly sendInline?: (connectId: number, bytes: Uint8Array) => Command<void>;
  /** A send that tells the room for more (rg, with the option `sendinfo`). */
  readonly sendReported?: (connectId: number, lengthBytes: number) => Command<SendReport>;
  /** Sends one datagram to an address (services without a peer). */
  readonly sendTo?: (connectId: number, lengthBytes: number, address: string, port: number) => Command<void>;
  /** Missing where the module does not tell what the peer has acknowledged (bc66). */
  readonly querySent?: (connectId: number) => Command<SendCounters>;
  /** Reads at most so many received bytes; they come as payload of the answer. */
  readonly read: (connectId: number, lengthBytes: number) => Command;
  /** Reads one datagram, with its sender where the module tells it. */
  readonly readDatagram?: (connectId: number) => Command<DatagramHeader>;
  /** What was received, read, and is still to be read. */
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
  /** IP addresses of the context's DNS servers. */
  readonly queryDnsServers?: (contextId: number) => Command<readonly string[]>;
  /** Sets one or two DNS servers by their IP addresses. */
  readonly setDnsServers?: (contextId: number, servers: readonly string[]) => Command<void>;
}

/** Encoders that the machines drive. Arguments out of range throw `INVALID_ARGUMENT`.
 *
 * What some manuals lack is optional here; the types of the dialects say for sure.
 */
export interface DialectCommands extends CommonCommands, ContextCommands, SocketCommands, ToolCommands {
  /** `AT+QIGETERROR`: how the last TCP/IP command ended. */
  readonly queryLastError?: () => Command<LastError>;
}

/** Encoders that lte, ugxx and rg share. */
export interface QiCommands extends DialectCommands, Partial<HexCommands> {
  readonly queryContexts: () => Command<readonly ContextStatus[]>;
  /** `AT+QISTATE`: all sockets. */
  readonly querySockets: () => Command<readonly SocketStatus[]>;
  /** `AT+QISTATE=0,<context>`: the sockets of a context. */
  readonly querySocketsOf: (contextId: number) => Command<readonly SocketStatus[]>;
  readonly queryContext: NonNullable<ContextCommands['queryContext']>;
  readonly send: NonNullable<SocketCommands['send']>;
  /** The payload has no announced length: it ends with Ctrl-Z (0x1A), and Esc (0x1B) cancels it. */
  readonly sendOpenEnded: (connectId: number) => Command<void>;
  /** `AT+QIRD`; its value is the length of the payload. */
  readonly read: (connectId: number, lengthBytes: number) => Command<number>;
  /** `AT+QISEND` with an address. */
  readonly sendTo: NonNullable<SocketCommands['sendTo']>;
  readonly querySent: NonNullable<SocketCommands['querySent']>;
  /** `AT+QIRD` without a length, on UDP services. */
  readonly readDatagram: NonNullable<SocketCommands['readDatagram']>;
  /** `AT+QIRD=<id>,0` */
  readonly queryReceived: NonNullable<SocketCommands['queryReceived']>;
  readonly switchMode: NonNullable<SocketCommands['switchMode']>;
  readonly resume: NonNullable<SocketCommands['resume']>;
  readonly escapeByDtr: NonNullable<SocketCommands['escapeByDtr']>;
  readonly ping: NonNullable<ToolCommands['ping']>;
  /** `AT+QIDNSCFG=<context>` */
  readonly queryDnsServers: NonNullable<ToolCommands['queryDnsServers']>;
  /** `AT+QIDNSCFG=<context>,…` */
  readonly setDnsServers: NonNullable<ToolCommands['setDnsServers']>;
  /** `AT+QICFG=<name>`: values of an option. */
  readonly queryOption: (name: string) => Command<readonly Field[]>;
  /** `AT+QICFG=<name>,…`: checked against the manual's ranges. */
  readonly setOption: (name: string, values: readonly number[]) => Command<void>;
  /** `AT+QISDE`: whether the module repeats what it is given to send. */
  readonly echoSentData: (on: boolean) => Command<void>;
  /** `AT+QISDE?` */
  readonly queryEchoOfSentData: () => Command<boolean>;
  /** `AT+QIGETERROR` */
  readonly queryLastError: () => Command<LastError>;
}

/** Answer to `AT+QNTP?`. */
export interface TimeSync {
  /** Name or address of the NTP server. */
  readonly server: string;
  /** UDP port of the server. */
  readonly port: number;
}

/** Answer to `AT+QIGETERROR`: a number of the manual's error table, and the text that the module gives it. */
export interface LastError {
  /** 0 when it went well, else a number from 550 on. */
  readonly error: number;
  /** The module's own words. */
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

/** The manual's numbers: ranges of ids, longest payloads, longest response times. */
export interface DialectLimits {
  /** Range of the context ids. */
  readonly contextIds: readonly [lowest: number, highest: number];
  /** Most contexts that may be active at once. */
  readonly activeContexts: number;
  /** Range of the connect ids; on gsm of the index. */
  readonly connectIds: readonly [lowest: number, highest: number];
  /** Longest payload of one send, and longest datagram. */
  readonly sendBytes: number;
  /** Most bytes that one read asks for. */
  readonly readBytes: number;
  /** Wait for the result of an open, counted from its OK. */
  readonly openTimeoutMs: number;
  /** Longest response time of commands for which the manual gives none of their own. */
  readonly commandTimeoutMs: number;
  /** Longest response time of a close. */
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
  /** As `activationTimeoutMs`, of a deactivation. */
  readonly deactivationTimeoutMs?: number;
}

/** The five states that the manuals know of a socket. */
export type SocketState = 'initial' | 'opening' | 'connected' | 'listening' | 'closing';

/** What every dialect says of itself, whatever its commands are. */
export interface DialectTable<Commands extends CommonCommands, Limits> {
  /** Name of the dialect. */
  readonly name: DialectName;
  /** Title, version and date of the manual behind the numbers. */
  readonly manual: string;
  /** Models that speak it, as `AT+CGMM` names them; variants (`EC25EFAR06A01M4G`) are not listed. */
  readonly models: readonly string[];
  /** Ranges and longest times. */
  readonly limits: Limits;
  /** Encoders. */
  readonly commands: Commands;
  /** What is written after each start of the module, in this order. */
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
  /** Kinds of sockets that can be opened. */
  readonly services: readonly ServiceType[];
  /** Access modes that a socket can have. */
  readonly accessModes: readonly AccessMode[];
  /** How the connections of a context may share it; none where that is no question. */
  readonly sharings: readonly Sharing[];
  /** Rules of the connect ids. */
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
