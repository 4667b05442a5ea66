/** What can go wrong with a virtual module. The words are those of the fault file; see `simulator/README.md`. */
export type Fault =
  /** The module answers nothing any more, for a time or until it is reset. */
  | { readonly kind: 'hang'; readonly forMs?: number }
  /** The next command takes `ms` longer. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The next command is refused: with `ERROR` (and `code` for AT+QIGETERROR) or with `+CME ERROR: <cme>`. */
  | { readonly kind: 'error'; readonly code?: number; readonly cme?: number }
  /** The network takes a context away; without `context` every active one. */
  | { readonly kind: 'pdpdeact'; readonly context?: number }
  /** The peer closes a connection; without `socket` all of them. */
  | { readonly kind: 'peerClose'; readonly socket?: number }
  /** A notice stands inside the next answer: before its first line, or between its lines. */
  | { readonly kind: 'urcInResponse'; readonly urc?: string; readonly place?: 'first' | 'between' }
  /** The next notice (of that name) is swallowed. */
  | { readonly kind: 'loseUrc'; readonly urc?: string }
  /** The module restarts by itself: no final result, then the boot notices (not with `silent`). */
  | { readonly kind: 'reboot'; readonly silent?: boolean }
  /** Noise on the line, between two frames. */
  | { readonly kind: 'garbage'; readonly bytes: number }
  /** Output comes byte by byte, `gapMs` apart, for `forMs` (1000). */
  | { readonly kind: 'dribble'; readonly gapMs: number; readonly forMs?: number }
  /** The next send ends with SEND FAIL; `partly` bytes of it were taken all the same. */
  | { readonly kind: 'sendFail'; readonly partly?: number }
  /** The next send ends with ERROR; with `accepted` its bytes were taken all the same. */
  | { readonly kind: 'sendError'; readonly accepted?: boolean }
  /** The next send is taken, and its result never comes. */
  | { readonly kind: 'sendSilent' }
  /** The air carries nothing: sent bytes stay unacknowledged, nothing arrives. A restart ends it, unless `overRestart`. */
  | { readonly kind: 'blackHole'; readonly forMs: number; readonly overRestart?: boolean }
  /** The next open fails with `err` (566). */
  | { readonly kind: 'openFail'; readonly err?: number }
  /** The next activation is refused, `times` (1) times. */
  | { readonly kind: 'refuseActivation'; readonly times?: number }
  /** The transport (USB device, link, connection) vanishes for `forMs`. */
  | { readonly kind: 'portLost'; readonly forMs: number }
  /** The next close takes `ms` longer. */
  | { readonly kind: 'closeSlow'; readonly ms: number }
  /** The next `times` (1) escapes from data mode are not recognised: they are payload. */
  | { readonly kind: 'missEscape'; readonly times?: number }
  /** The next ATO answers NO CARRIER, though the connection stands. */
  | { readonly kind: 'silentResume' }
  /** The next ATO answers CONNECT, though the connection is gone: nothing is acknowledged, nothing comes, nobody tells. */
  | { readonly kind: 'deadResume' }
  /** The answer to the next command (with that head) comes `ms` late: the module goes on with the next ones meanwhile. */
  | { readonly kind: 'lateResult'; readonly ms: number; readonly command?: string }
  /** No network for `forMs`: it is searched for, or has `denied` the module. Every context is lost. */
  | { readonly kind: 'radioLoss'; readonly forMs: number; readonly denied?: boolean }
  /** The latency of the network is `times` (1) as long, and `plusMs` (0) longer than that, for `forMs`. */
  | {
      readonly kind: 'slowNetwork';
      readonly forMs: number;
      readonly times?: number;
      readonly plusMs?: number;
    }
  /** The SIM cannot be read for `forMs`: AT+CPIN? answers +CME ERROR: `cme` (13). Every context is lost. */
  | { readonly kind: 'simFailure'; readonly forMs: number; readonly cme?: number }
  /** The address translation forgets what carried nothing for `idleMs`: nothing arrives, nobody tells. For `forMs`, or for good. */
  | { readonly kind: 'natTimeout'; readonly idleMs: number; readonly forMs?: number }
  /** The supply breaks down when `afterBytes` (1) more have been sent: the module restarts, without a result. */
  | { readonly kind: 'brownOut'; readonly afterBytes?: number; readonly silent?: boolean };

/** The name of a fault. */
export type FaultKind = Fault['kind'];
/** The fault of a certain name. */
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { readonly kind: Kind }>;

/** When a fault strikes. Times count from the moment the module was made. */
export type Trigger =
  | { readonly at: number }
  | { readonly every: number; readonly count?: number }
  | {
      readonly onCommand: string;
      readonly nth?: number;
      readonly every?: number;
      readonly probability?: number;
    }
  | { readonly onUrc: string; readonly nth?: number; readonly every?: number; readonly probability?: number }
  | { readonly onBytes: number };

/** One line of a fault file. */
export interface FaultRule {
  /** When it strikes. */
  readonly when: Trigger;
  /** What strikes. */
  readonly fault: Fault;
}

/** A fault file: what `parseFaultScript` returns. */
export interface FaultScript {
  /** The lines of the file, in their order. */
  readonly rules: readonly FaultRule[];
}

/** A fault file is wrong: the message is one line that names the place and what is expected there. */
export class FaultScriptError extends Error {
  /** Always `FaultScriptError`. */
  override readonly name = 'FaultScriptError';
}
