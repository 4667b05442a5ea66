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
  | { readonly kind: 'settled'; readonly progressed: boolean }
  | { readonly kind: 'failed'; readonly failure: SocketFailure };

export interface SocketFailure {
  readonly code: ErrorCode;
  readonly moduleError?: number;
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
  readonly readOnce: (signal: AbortSignal) => Promise<ReadResult>;
  readonly sendOnce: (signal: AbortSignal) => Promise<SendResult>;
  readonly settle: (signal: AbortSignal) => Promise<SettleResult>;
}
