/** Every error that urchestra reports, by code: what happened, and the `errno` name Node uses for it, if any. */
export const ERROR_CODES = {
  INVALID_ARGUMENT: { meaning: 'an option or argument is wrong; nothing was written to the module' },
  UNSUPPORTED: { meaning: 'this dialect has no such feature' },
  INVALID_STATE: { meaning: 'the call does not fit the present state (stopped, closed, not started)' },
  PORT_NOT_FOUND: { meaning: 'the port does not exist', errno: 'ENOENT' },
  PORT_BUSY: { meaning: 'another process holds the port', errno: 'EBUSY' },
  PORT_DENIED: { meaning: 'no permission for the port', errno: 'EACCES' },
  PORT_OPEN_FAILED: { meaning: 'the port could not be opened' },
  PORT_LOST: { meaning: 'the port vanished or broke', errno: 'ENETDOWN' },
  NO_MODULE: { meaning: 'nothing at the port answers AT commands' },
  UNKNOWN_MODULE: { meaning: 'no dialect lists the model of the module: set the dialect by hand' },
  COMMAND_REFUSED: { meaning: 'the module answered a command with an error' },
  COMMAND_TIMED_OUT: { meaning: 'no final result within the time the manual allows', errno: 'ETIMEDOUT' },
  ANSWER_UNREADABLE: { meaning: 'the answer to a command does not have the form of the manual' },
  QUEUE_FULL: { meaning: 'too many commands wait', errno: 'ENOBUFS' },
  MODULE_REBOOTED: { meaning: 'the module restarted: contexts and sockets are gone', errno: 'ECONNRESET' },
  MODULE_HUNG: { meaning: 'the module stopped answering and is being reset', errno: 'ENETDOWN' },
  SIM_NOT_READY: { meaning: 'the SIM did not become ready in time' },
  SIM_MISSING: { meaning: 'the module finds no SIM' },
  SIM_PIN_REQUIRED: { meaning: 'the SIM asks for a PIN and none was given' },
  SIM_PIN_REJECTED: { meaning: 'the SIM refused this PIN; it is not tried again' },
  SIM_PIN_UNCONFIRMED: { meaning: 'this PIN was given once and no verdict was heard; it is not tried again' },
  SIM_PUK_REQUIRED: { meaning: 'the SIM is locked and asks for the PUK' },
  NOT_REGISTERED: { meaning: 'the network was not found in time', errno: 'ENETUNREACH' },
  REGISTRATION_DENIED: { meaning: 'the network refuses this SIM', errno: 'ENETUNREACH' },
  NOT_ATTACHED: { meaning: 'the packet domain was not reached in time', errno: 'ENETUNREACH' },
  CONTEXT_FAILED: { meaning: 'a PDP context could not be activated', errno: 'ENETUNREACH' },
  CONTEXT_LOST: { meaning: 'the network dropped the PDP context', errno: 'ENETDOWN' },
  CONTEXT_BUSY: { meaning: 'other connections use the PDP context in another way', errno: 'EBUSY' },
  OPEN_FAILED: { meaning: 'the module could not open the socket', errno: 'ECONNREFUSED' },
  OPEN_TIMED_OUT: { meaning: 'no result of the open within the time the manual allows', errno: 'ETIMEDOUT' },
  TOO_MANY_SOCKETS: { meaning: 'every connect id of the dialect is in use', errno: 'EMFILE' },
  ID_TAKEN: { meaning: 'the module gave the connect id to a connection that it accepted', errno: 'EAGAIN' },
  DATA_MODE_IN_USE: { meaning: 'another socket has the port in transparent mode', errno: 'EBUSY' },
  SWITCH_FAILED: { meaning: 'the module refused to change the access mode' },
  BUFFER_FULL: { meaning: 'data came faster than it was read, and could not be stopped', errno: 'ENOBUFS' },
  DATA_DAMAGED: { meaning: 'received data was cut or damaged on the wire', errno: 'ECONNRESET' },
  MESSAGE_TOO_LONG: { meaning: 'the datagram is longer than the module can send', errno: 'EMSGSIZE' },
  ADDRESS_IN_USE: { meaning: 'the local port is taken', errno: 'EADDRINUSE' },
  NAME_NOT_RESOLVED: { meaning: 'the host name has no address', errno: 'ENOTFOUND' },
  PEER_CLOSED: { meaning: 'the peer or the network closed the connection', errno: 'ECONNRESET' },
  SOCKET_CLOSED: { meaning: 'the socket is closed', errno: 'EPIPE' },
  SEND_FAILED: { meaning: 'the module does not take the data', errno: 'EPIPE' },
  SEND_CANCELLED: { meaning: 'the module takes a byte of the data for the end of the send', errno: 'EPIPE' },
  TLS_FAILED: { meaning: 'TLS could not be established on the connection', errno: 'EPROTO' },
  NOT_ACKNOWLEDGED: { meaning: 'the peer did not acknowledge the data in time', errno: 'ETIMEDOUT' },
  RESET_FAILED: { meaning: 'the module could not be reset' },
  HARD_RESET_NEEDED: { meaning: 'the module is silent, and only AT commands could reset it' },
  REBOOTS_EXHAUSTED: { meaning: 'the reboot ladder is at its configured end' },
  INSPECTOR_FAILED: { meaning: 'the inspector could not be served' },
  STORE_FAILED: { meaning: 'the durable state could not be read or written' },
  ABORTED: { meaning: 'the signal that was given with the call was aborted', errno: 'ECANCELED' },
  STOPPED: { meaning: 'stop() was called', errno: 'ECANCELED' },
  INTERNAL: { meaning: 'a defect in urchestra: please report it' },
} as const satisfies Record<string, { readonly meaning: string; readonly errno?: string }>;

/** A stable error code: match on it, never on the message. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What is known beyond the message. Which members are there depends on the code. */
export interface ErrorDetails {
  /** The command line, secrets blanked out. */
  readonly command?: string;
  /** The final result that came back: `ERROR`, `+CME ERROR: 30`. */
  readonly result?: string;
  /** Number of the manuals' error table (550 … 574). */
  readonly moduleError?: number;
  /** Connect id of the socket. */
  readonly connectId?: number;
  /** Id of the PDP context. */
  readonly contextId?: number;
  /** Bytes the socket took from the application. */
  readonly bytesWritten?: number;
  /** Of these, what the peer's TCP had acknowledged when the socket died. */
  readonly bytesAcknowledged?: number;
  /** The limit that was exceeded, in milliseconds. */
  readonly timeoutMs?: number;
  /** Name of the option or argument that is wrong. */
  readonly argument?: string;
  /** The port, as its `description` names it. */
  readonly port?: string;
  /** What the network error would be called by Node, when the code alone does not say (`ECONNREFUSED` …). */
  readonly errno?: string;
}

/** The one error class. `code` is urchestra's, `errno` is Node's name for the same thing where Node has one.
 *
 * @example
 * socket.on('error', (error) => {
 *   if (isModemError(error, 'CONTEXT_LOST')) resendFrom(error.details.bytesAcknowledged ?? 0);
 * });
 */
export class ModemError<Code extends ErrorCode = ErrorCode> extends Error {
  /** Always `ModemError`. */
  override readonly name = 'ModemError';
  /** What happened: a key of `ERROR_CODES`. */
  readonly code: Code;
  /** Node's name for it (`ECONNREFUSED` …), where Node has one. */
  readonly errno: string | undefined;
  /** What is known beyond the message; which members are there depends on the code. */
  readonly details: ErrorDetails;

  constructor(code: Code, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
    const alias: { readonly meaning: string; readonly errno?: string } = ERROR_CODES[code];
    this.errno = details.errno ?? alias.errno;
  }
}

/** Tells whether `error` is a `ModemError`, of a certain code if one is given. */
export function isModemError<Code extends ErrorCode>(error: unknown, code?: Code): error is ModemError<Code> {
  return error instanceof ModemError && (code === undefined || error.code === code);
}

/** Returns `error` if it is a `ModemError`, else wraps it as `code`, keeping it as the cause. */
export function asModemError(error: unknown, code: ErrorCode = 'INTERNAL', doing?: string): ModemError {
  if (error instanceof ModemError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new ModemError(code, doing ? `${doing}: ${text}` : text, {}, error);
}
