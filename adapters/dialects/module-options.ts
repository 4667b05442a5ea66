/** What the user may have set in the modules of each dialect, by names of ours.
 *
 * Options that decide how answers are read (`dataformat`, `viewmode`, `recvind`; on rg `formatcfg`, `sendinfo`) are not
 * among them: urchestra needs them as it sets them itself.
 */

/** Options of every dialect. What is left out stays as the module has it. */
export interface SharedModuleOptions {
  /** Most bytes of a packet in transparent mode: 1 to 1460 (`transpktsize`; 1024 in a module that nobody told). */
  readonly transparentPacketBytes?: number;
  /** Wait for more before a smaller packet is sent in transparent mode: 0 to 2000 ms in steps of 100 (`transwaittm`). */
  readonly transparentWaitMs?: number;
  /** How long TCP goes on without an acknowledgement: 3 to 20 retransmissions, the last ones 500 to 100,000 ms apart, in
   * steps of 100 (`tcp/retranscfg`). */
  readonly tcpRetransmissions?: { readonly most: number; readonly longestIntervalMs: number };
  /** The number of `dns/cache` as it is written: on rg 0 keeps a cache and 1 does not; the manual of lte calls both the
   * same (D2), so try it on your firmware. */
  readonly dnsCache?: 0 | 1;
  /** Silence after the prompt at which the module gives a send up: 1 to 3600 ms (`qisend/timeout`; urchestra sets 3000).
   * 0, which is never, is not offered: a module that lost its host in a send would swallow all that comes. */
  readonly sendInputTimeoutMs?: number;
  /** Whether the module closes a connection by itself when the peer did (`passiveclosed`). */
  readonly passiveClose?: boolean;
  /** Whether listeners accept clients by themselves (`tcp/accept`). */
  readonly acceptsIncoming?: boolean;
}

/** Options of lte. */
export interface LteModuleOptions extends SharedModuleOptions {
  /** Probes of an idle connection by TCP: after 1 to 120 minutes, 25 to 100 s apart, 3 to 10 of them. */
  readonly tcpKeepalive?:
    | false
    | { readonly idleMinutes: number; readonly intervalS: number; readonly probes: number };
  /** Receive buffer of each socket: 10,240 to 524,288 bytes (`recv/buffersize`). */
  readonly receiveBufferBytes?: number;
  /** Whether a read ends with a datagram; `datagrams` unless this is set (`udp/readmode`). */
  readonly udpReadMode?: 'datagrams' | 'stream';
  /** Whether a send is a datagram; `datagrams` unless this is set (`udp/sendmode`). */
  readonly udpSendMode?: 'datagrams' | 'stream';
}

/** Options of ugxx, whose own list is missing from its manual: those of its successor. A module that does not know one
 * of them refuses it, which `recoveries$` tells. */
export interface UgxxModuleOptions extends LteModuleOptions {}

/** Options of rg. */
export interface RgModuleOptions extends SharedModuleOptions {
  /** Probes of an idle connection by TCP: after 1 to 1800 s, 25 to 100 s apart, 3 to 10 of them. */
  readonly tcpKeepalive?:
    | false
    | { readonly idleS: number; readonly intervalS: number; readonly probes: number };
  /** Whether the module confirms one's own close by a `closed` URC too (`close/mode`; urchestra sets no). */
  readonly closeNotice?: boolean;
}

/** Options of gsm. */
export interface GsmModuleOptions {
  /** Lets the module sleep while nobody talks to it: with DTR, which wakes it (gsm §9). For ports with control lines. */
  readonly sleep?: boolean;
}

/** The options of each dialect. */
export interface ModuleOptionsByDialect {
  /** See `LteModuleOptions`. */
  readonly lte: LteModuleOptions;
  /** See `UgxxModuleOptions`. */
  readonly ugxx: UgxxModuleOptions;
  /** See `RgModuleOptions`. */
  readonly rg: RgModuleOptions;
  /** See `GsmModuleOptions`. */
  readonly gsm: GsmModuleOptions;
  /** None can be set. */
  readonly bc66: never;
}
