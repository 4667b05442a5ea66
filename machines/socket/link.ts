/** The data plane of a socket, as its statechart sees it. */
import type { ErrorCode } from '../../errors.ts';

/** Result of one AT+QIRD. */
export type ReadResult =
  | { readonly kind: 'read'; readonly lengthBytes: number }
  | { readonly kind: 'failed'; readonly failure: SocketFailure };

/** Result of one AT+QISEND. */
export type SendResult =
  | { readonly kind: 'sent' }
  /** SEND FAIL, ERROR or no result: only the counters know what was accepted. */
  | { readonly kind: 'doubtful' }
  | { readonly kind: 'failed'; readonly failure: SocketFailure };

/** What the counters say about a send that did not end with SEND OK. */
export type SettleResult =
  | {
      readonly kind: 'settled';
      readonly progressed: boolean;
      /** What could not be written for want of room can be now. */
      readonly hasRoom?: boolean;
    }
  | { readonly kind: 'failed'; readonly failure: SocketFailure };

/** Why a socket failed. */
export interface SocketFailure {
  /** The code that its error gets. */
  readonly code: ErrorCode;
  /** Number of the manual's error table, where the module told one. */
  readonly moduleError?: number;
  /** What the module said, or what was found. */
  readonly result?: string;
}

/** The data plane of one socket: moves payload between the application and the module, one command a call. */
export interface SocketLink {
  /** True while the application wants received bytes: false is back-pressure. */
  readonly wantsData: () => boolean;
  /** True while bytes wait to be sent. */
  readonly hasData: () => boolean;
  /** True while somebody waits for the peer's acknowledgement of bytes that were sent. */
  readonly awaitsAcknowledgement: () => boolean;
  /** True while the module holds bytes that the peer is not known to have. */
  readonly hasUnacknowledged: () => boolean;
  /** Reads from the module once, as much as the application wants. */
  readonly readOnce: (signal: AbortSignal) => Promise<ReadResult>;
  /** Sends once, at most the longest payload; in doubt also without a word, where the counters must tell first whether there is room. */
  readonly sendOnce: (signal: AbortSignal) => Promise<SendResult>;
  /** What it has learnt of the connection and goes by: equal links go on alike. */
  readonly knowledge?: () => string;
  /** When the module may have room again: milliseconds from now, where that can be told. */
  readonly roomInMs?: () => number | undefined;
  /** Reads the counters and keeps what is to be sent again. */
  readonly settle: (signal: AbortSignal) => Promise<SettleResult>;
}
