import type { Domain } from '../registration.ts';
import type { OptionTable } from '../settings.ts';

/** The limits of a number. */
interface Range {
  readonly min: number;
  readonly max: number;
}

/** What sets the modules of one generation apart: limits, parameters, texts. Each number cites its manual. */
export interface Profile {
  readonly manufacturer: string;
  readonly model: string;
  readonly revision: string;
  readonly contextIds: Range;
  /** Contexts that may be active at once. */
  readonly maxActiveContexts: number;
  /** The network attaches by itself and brings the contexts along: there is nothing to activate. */
  readonly contextsComeWithNetwork: boolean;
  /** Contexts with states of their own and connections by role and index, told in other words (gsm §5.6). */
  readonly hasForegroundContexts: boolean;
  /** 1 IPv4, 2 IPv6, 3 IPv4v6. */
  readonly contextTypes: Range;
  /** AT+QICSGP has `<cdma_pwd>` behind the others. */
  readonly savesPasswordForCdma: boolean;
  /** An example of the manual leaves the password out, but not what follows it. */
  readonly toleratesMissingPassword: boolean;
  /** A DNS server must be of the kind of its context. */
  readonly dnsFollowsContextType: boolean;
  readonly hostLimitBytes: number;
  readonly connectIds: Range;
  /** Highest `<access_mode>` of AT+QIOPEN. */
  readonly accessModeMax: number;
  /** AT+QIOPEN has `<protocol_type>`. */
  readonly opensByProtocol: boolean;
  /** Receive buffer of a socket where AT+QICFG has no option for it. */
  readonly receiveBufferBytes: number;
  /** A full receive buffer is told (bc66 §2.13.3). */
  readonly tellsFullBuffer: boolean;
  readonly lineLimits: LineLimits;
  readonly escape: EscapeTiming;
  /** Line with which data mode ends when the connection is lost. */
  readonly lossOfCarrier: string;
  /** Carrier detect shows whether a connection stands, also in command mode (gsm §5.6.2 note). */
  readonly carrierShowsConnection: boolean;
  /** Blanks may stand in front of a field: the examples of the manual have them. */
  readonly toleratesBlanks: boolean;
  /** +QUSIM stands behind +CPIN in a start. */
  readonly tellsSimState: boolean;
  /** Notices of a start behind those. */
  readonly lastBootNotices: readonly string[];
  readonly powerDownNotice: string;
  /** Values of `<service_type>` in AT+QIOPEN. */
  readonly services: readonly string[];
  /** AT+QIOPEN has `<TCP_client_maxnum>` and `<connect_timeout>`. */
  readonly opensWithLimits: boolean;
  /** AT+QICLOSE has `<timeout>`. */
  readonly closesWithTimeout: boolean;
  /** AT+QICLOSE of an id that is not open is an error. */
  readonly refusesNeedlessClose: boolean;
  /** An accepted connection has the access mode of its listener (protocol.md D15). */
  readonly inheritsAccessMode: boolean;
  /** `incoming full` names the listener (protocol.md D9). */
  readonly namesFullListener: boolean;
  /** Address that listeners and services show in +QISTATE; without it that of the context. */
  readonly shownListenerAddress: string | undefined;
  /** Sizes that AT+QPING takes; without it there is no such parameter. */
  readonly pingSizes: Range | undefined;
  readonly options: OptionTable;
  /** Between the name and the values of an option in AT+QICFG=?. */
  readonly optionSeparator: string;
  readonly domains: readonly Domain[];
  /** `<AcT>` of 27.007 §7.3. */
  readonly accessTechnology: number;
  /** Form of the errors of TCP/IP commands. */
  readonly errorStyle: ErrorStyle;
  /** The time of +QNTP has a year of two digits. */
  readonly shortYears: boolean;
  /** Between number and text of AT+QIGETERROR. */
  readonly errorTextSeparator: string;
  /** For AT+QIGETERROR. */
  readonly errorTexts: Readonly<Record<number, string>>;
  /** Answers to the test forms that differ between the generations, by command. */
  readonly tests: Readonly<Record<ProfileTest, string>>;
}

/** Longest command lines, in bytes. */
export interface LineLimits {
  readonly plain: number;
  /** Of lines that carry a payload. */
  readonly payload: number;
}

/** How the escape sequence is told from payload. */
export interface EscapeTiming {
  /** Silence in front of it and behind it. */
  readonly guardMs: number;
  /** For all plus signs together, or from each to the next. */
  readonly limitMs: number;
  readonly limits: 'all' | 'each';
}

/** Form of the errors of TCP/IP commands: `ERROR`, or `+CME ERROR: <err>` unless AT+CMEE=0. */
export type ErrorStyle = 'plain' | 'cme';

/** Commands whose test form a profile answers. */
export type ProfileTest =
  | '+QICSGP'
  | '+QIOPEN'
  | '+QICLOSE'
  | '+QISTATE'
  | '+QISEND'
  | '+QPING'
  | '+QNTP'
  | '+QIDNSCFG'
  | '+QIDNSGIP';
