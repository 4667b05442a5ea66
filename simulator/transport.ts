/** A virtual module that other programs can reach. */
export interface ServedModule {
  /** Where: the path of the link, or `host:port`. */
  readonly address: string;
  /** Takes it away: nothing is left behind. Idempotent. */
  close(): Promise<void>;
}

/** A virtual module cannot be served as asked: the message is one line that says what to do. */
export class ServeError extends Error {
  override readonly name = 'ServeError';
}

/** Bytes of output that may wait for a program that does not read; more are lost, as on a real line. */
export const OUTPUT_LIMIT_BYTES = 65_536;

/** Bytes that are taken from a program ahead of the serial line. */
export const INPUT_AHEAD_BYTES = 4096;
