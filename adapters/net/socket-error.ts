import { ERROR_CODES, type ErrorCode, type ErrorDetails, ModemError } from '../../errors.ts';
import type { SocketFailure } from '../../machines/socket.machine.ts';
import { moduleErrorText } from '../command-error.ts';

/** Error numbers of the manuals (lte §4) that have a code, and a name in Node, of their own. */
const BY_NUMBER: Readonly<Record<number, { readonly code: ErrorCode; readonly errno: string }>> = {
  556: { code: 'ADDRESS_IN_USE', errno: 'EADDRINUSE' },
  561: { code: 'OPEN_FAILED', errno: 'ENETDOWN' },
  565: { code: 'NAME_NOT_RESOLVED', errno: 'ENOTFOUND' },
  566: { code: 'OPEN_FAILED', errno: 'ECONNREFUSED' },
  569: { code: 'OPEN_TIMED_OUT', errno: 'ETIMEDOUT' },
  570: { code: 'OPEN_FAILED', errno: 'ENETDOWN' },
};

/** The error that ends a socket: what was attempted, what came back, what the peer had acknowledged. */
export function socketError(endpoint: string, failure: SocketFailure, details: ErrorDetails): ModemError {
  const { moduleError, result } = failure;
  const known = moduleError === undefined ? undefined : BY_NUMBER[moduleError];
  const code = failure.code === 'OPEN_FAILED' ? (known?.code ?? failure.code) : failure.code;
  const number = moduleError === undefined ? '' : `: ${moduleErrorText(moduleError)}`;
  const said = result === undefined ? '' : ` (${result})`;
  return new ModemError(code, `connection to ${endpoint}: ${ERROR_CODES[code].meaning}${said}${number}`, {
    ...details,
    ...(moduleError !== undefined && { moduleError }),
    ...(result !== undefined && { result }),
    ...(failure.code === 'OPEN_FAILED' && known && { errno: known.errno }),
  });
}
