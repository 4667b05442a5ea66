import { choice, integer } from '../arguments.ts';
import { COMMAND_TIMEOUT_MS, everyLine, plain, query } from '../common.ts';
import type { AccessMode, Command, OpenParameters, ServiceType } from '../dialect.ts';
import { socketStatus } from './replies.ts';
import {
  accessMode,
  connectId,
  contextId,
  hostName,
  portNumber,
  type QiShape,
  type ShapePart,
} from './shape.ts';

const CLOSE_MARGIN_MS = 1000; // the module may use up the time it was given, and then answers

type Parameters<Service, Mode> = Omit<OpenParameters, 'service' | 'mode'> & {
  readonly service: Service;
  readonly mode: Mode;
};

/** `AT+QIOPEN` with all parameters; `rest` is what one dialect has behind them. */
export function opening<Service extends ServiceType, Mode extends AccessMode>(
  shape: Pick<QiShape<Service, Mode>, 'limits' | 'services' | 'accessModes' | 'hostBytes'>,
  p: Parameters<Service, Mode>,
  rest = '',
): Command<void> {
  choice('service', p.service, shape.services); // a string of the caller's until it is known to be one of these
  const remote = portNumber(p.remotePort, p.service === 'TCP' || p.service === 'UDP' ? 1 : 0);
  const host = hostName(shape, 'host', p.host);
  const mode = accessMode(shape, p.mode);
  const ids = `${contextId(shape, p.contextId)},${connectId(shape, p.connectId)}`;
  const text = `AT+QIOPEN=${ids},"${p.service}",${host},${remote},${portNumber(p.localPort)},${mode}${rest}`;
  const isTransparent = p.mode === 'transparent';
  return {
    ...plain(text, isTransparent ? shape.limits.openTimeoutMs : COMMAND_TIMEOUT_MS), // lte §2.1.4, rg §2.3.7
    // Silence of a connect is AT+QICLOSE and no reboot (protocol.md §2), when the module answers to AT.
    ...(isTransparent && { successes: ['CONNECT'], onSilence: 'in doubt' }),
  };
}

function closing(
  shape: ShapePart<'limits' | 'closesByTimeout'>,
  id: number,
  timeoutMs: number,
): Command<void> {
  const seconds = integer('close timeout', Math.ceil(timeoutMs / 1000), 0, 65_535); // lte §2.1.5, rg §2.3.8
  const rest = shape.closesByTimeout ? `,${seconds}` : '';
  return plain(`AT+QICLOSE=${connectId(shape, id)}${rest}`, timeoutMs + CLOSE_MARGIN_MS);
}

/** Encoders that open, close and list sockets. */
export function socketCommands(
  shape: ShapePart<'limits' | 'services' | 'accessModes' | 'hostBytes' | 'closesByTimeout'>,
) {
  return {
    open: (p: OpenParameters) => opening(shape, p),
    close: (id: number, timeoutMs: number) => closing(shape, id, timeoutMs),
    querySockets: () => query('AT+QISTATE?', '+QISTATE', everyLine(socketStatus)), // lte §2.1.6, rg §2.3.9
    queryLeftovers: () => [query('AT+QISTATE?', '+QISTATE', everyLine(socketStatus))],
    querySocketsOf: (context: number) =>
      query(`AT+QISTATE=0,${contextId(shape, context)}`, '+QISTATE', everyLine(socketStatus)),
    querySocket: (id: number) =>
      query(`AT+QISTATE=1,${connectId(shape, id)}`, '+QISTATE', everyLine(socketStatus)),
  };
}

/** Encoder of `AT+QISWTMD` (lte §2.1.10, rg §2.3.12, bc66 §2.7). */
export function modeSwitch<Mode extends AccessMode>(
  shape: ShapePart<'limits'> & { readonly accessModes: readonly Mode[] },
) {
  return (id: number, mode: Mode): Command<void> => ({
    ...plain(`AT+QISWTMD=${connectId(shape, id)},${accessMode(shape, mode)}`),
    ...(mode === 'transparent' && { successes: ['CONNECT'] }),
  });
}
