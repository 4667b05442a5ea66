import { ModemError } from '../../errors.ts';
import type { CheckedOptions } from './options.ts';

/** Where to connect to, and how. */
export interface ConnectOptions {
  /** Host name or address; names are resolved by the module. */
  readonly host: string;
  readonly port: number;
  /** Context id; the first of the modem's options when left out. */
  readonly context?: number;
  /** Local port, 0 or left out for any. */
  readonly localPort?: number;
  /** How received data reaches the host. Only `buffer` so far. */
  readonly mode?: 'buffer';
  readonly allowHalfOpen?: boolean;
  readonly lingerMs?: number;
  readonly highWaterMark?: number;
  /** Limit for the wait until the context is active. The open itself has the manual's own limit. */
  readonly connectTimeoutMs?: number;
}

const KNOWN = [
  'host',
  'port',
  'context',
  'localPort',
  'mode',
  'allowHalfOpen',
  'lingerMs',
  'highWaterMark',
  'connectTimeoutMs',
];

/** Checks what would go on the wire before anything does.
 *
 * @throws INVALID_ARGUMENT
 */
export function checkedConnect(options: ConnectOptions, modem: CheckedOptions) {
  const unknown = Object.keys(options).find((name) => !KNOWN.includes(name));
  if (unknown) {
    throw new ModemError(
      'INVALID_ARGUMENT',
      `${unknown} is no option: it must be one of ${KNOWN.join(', ')}`,
      {
        argument: unknown,
      },
    );
  }
  const context = options.context ?? modem.contexts[0]?.id;
  if (context === undefined || !modem.contexts.some(({ id }) => id === context)) {
    const known = modem.contexts.map(({ id }) => id).join(', ') || 'none';
    throw new ModemError('INVALID_ARGUMENT', `context must be one of the modem's contexts (${known})`, {
      argument: 'context',
    });
  }
  const { host, port, localPort = 0, mode = 'buffer' } = options;
  const service = 'TCP' as const;
  const parameters = { contextId: context, connectId: modem.dialect.limits.connectIds[0], service, host };
  if (mode !== 'buffer') {
    throw new ModemError('INVALID_ARGUMENT', `mode must be buffer, got ${String(mode)}`, {
      argument: 'mode',
    });
  }
  modem.dialect.commands.open({ ...parameters, remotePort: port, localPort, mode }); // checks every part of it
  return {
    ...options,
    context,
    localPort,
    connectTimeoutMs: options.connectTimeoutMs ?? modem.recovery.openTimeoutMs,
  };
}
