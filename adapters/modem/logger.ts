/** The part of a pino logger that is used: bring your own. */
export interface Logger {
  /** Is called when the modem is online. */
  info(fields: object, message: string): void;
  /** Is called with every other `RecoveryStep`. */
  warn(fields: object, message: string): void;
  /** Nothing is so bad so far; as in pino. */
  error(fields: object, message: string): void;
}
