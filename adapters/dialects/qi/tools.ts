import { flag, integer } from '../arguments.ts';
import { firstLine, plain, query } from '../common.ts';
import type { Command, TimeSync } from '../dialect.ts';
import { lastError, timeSync } from './replies.ts';
import { contextId, hostName, portNumber, type ShapePart } from './shape.ts';

/** `AT+QPING`; `rest` is what one dialect has behind the parameters. Its results are URCs. */
export function pinging(
  shape: ShapePart<'limits' | 'hostBytes'>,
  id: number,
  host: string,
  timeoutS: number,
  count: number,
  rest = '',
): Command<void> {
  const front = `AT+QPING=${contextId(shape, id)},${hostName(shape, 'host', host)}`;
  return plain(`${front},${integer('timeout', timeoutS, 1, 255)},${integer('count', count, 1, 10)}${rest}`); // lte §2.1.11, rg §2.3.13, bc66 §2.8
}

/** Encoders of `AT+QNTP`; `prefixes` are those under which its answers come. */
export function timeCommands(
  shape: ShapePart<'limits' | 'hostBytes'>,
  prefixes: string | readonly string[] = '+QNTP',
) {
  return {
    syncTime: (id: number, server: string, port: number, set: boolean) =>
      plain(
        `AT+QNTP=${contextId(shape, id)},${hostName(shape, 'server', server)},${portNumber(port, 1)},${set ? 1 : 0}`,
      ), // lte §2.1.12, bc66 §2.9
    queryTimeSync: (): Command<TimeSync | null> =>
      query('AT+QNTP?', prefixes, ([line]) => (line === undefined ? null : timeSync(line.fields))), // lte §2.1.12, bc66 §2.9
  };
}

/** Encoder of `AT+QIDNSGIP`, whose results are URCs. */
export function nameLookup(shape: ShapePart<'limits' | 'hostBytes'>) {
  return (id: number, host: string): Command<void> =>
    plain(`AT+QIDNSGIP=${contextId(shape, id)},${hostName(shape, 'host', host)}`); // lte §2.1.14, bc66 §2.10
}

/** Encoder of `AT+QIGETERROR` (lte §2.1.17, rg §2.3.16, bc66 §2.12). */
export const queryLastError = () => query('AT+QIGETERROR', '+QIGETERROR', firstLine(lastError));

/** Encoders for the echo of sent data, and for data mode. */
export const portCommands = {
  echoSentData: (on: boolean) => plain(`AT+QISDE=${on ? 1 : 0}`), // lte §2.1.16, rg §2.3.15
  queryEchoOfSentData: () =>
    query(
      'AT+QISDE?',
      '+QISDE',
      firstLine(([echo]) => (typeof echo === 'number' ? echo === 1 : undefined)),
    ), // lte §2.1.16, rg §2.3.15
  resume: (): Command<void> => ({ ...plain('ATO'), successes: ['CONNECT'], failures: ['NO CARRIER'] }), // lte §1.2, rg §1.2, ugxx §1.2, gsm §4
  escapeByDtr: (on: boolean) => plain(`AT&D${flag('on', on)}`), // lte §1.2, rg §1.2, ugxx §1.2, gsm §4
} as const;
