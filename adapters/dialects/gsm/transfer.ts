/** Encoders that move data, and those that say what received data looks like. */
import { choice, flag, integer } from '../arguments.ts';
import { firstLine, plain, query, sending } from '../common.ts';
import type { Command } from '../dialect.ts';
import { sendCounters } from '../qi/replies.ts';
import { forConnection, type GsmBuffer, type GsmConnection, index, limits, ROLES } from './parameters.ts';
import { type GsmReadHeader, readHeader } from './replies.ts';

function reading({ contextId, role, connectId }: GsmBuffer, length: number): Command<GsmReadHeader> {
  const context = integer('context id', contextId, ...limits.contextIds);
  const bytes = integer('length', length, 1, limits.readBytes);
  const text = `AT+QIRD=${context},${choice('role', role, ROLES, 1)},${index(connectId)},${bytes}`; // gsm §5.3.2
  return query(text, '+QIRD', ([line]) => readHeader(line?.fields));
}

/** Encoders that send and read. */
export const transferCommands = {
  send: (connection: GsmConnection, length: number) =>
    sending(`AT+QISEND${forConnection(connection, integer('length', length, 1, limits.sendBytes))}`), // gsm §5.2.2.2
  /** The payload ends with Ctrl-Z (0x1A), or with the timer; Esc (0x1B) cancels it. */
  sendOpenEnded: (connection: GsmConnection) => sending(`AT+QISEND${forConnection(connection)}`), // gsm §5.2.2.1
  /** Lets open-ended sends go by themselves after so many seconds; `undefined` ends that. */
  setTimedSending: (seconds: number | undefined) =>
    plain(seconds === undefined ? 'AT+QIAUTOS=0' : `AT+QIAUTOS=1,${integer('seconds', seconds, 1, 255)}`), // gsm §5.2.2.3 prints 10 and gives no range
  querySent: (connection: GsmConnection) =>
    query(`AT+QISACK${forConnection(connection)}`, '+QISACK', firstLine(sendCounters)), // gsm §5.2.2
  /** Received data waits for a read, and is only announced. To be set before the open. */
  setBuffering: (on: boolean) => plain(`AT+QINDI=${flag('on', on)}`), // gsm §5.3.2
  read: reading,

  /** `IPD<n>:` in front of received data. */
  showLength: (on: boolean) => plain(`AT+QIHEAD=${flag('on', on)}`), // gsm §5.3.1
  /** `RECV FROM:<address>:<port>` in front of received data. */
  showRemoteAddress: (on: boolean) => plain(`AT+QISHOWRA=${flag('on', on)}`), // gsm §5.3.1
  /** `TO:<address>` in front of received data. */
  showLocalAddress: (on: boolean) => plain(`AT+QISHOWLA=${flag('on', on)}`), // gsm §5.3.1
  /** TCP or UDP behind the length of `IPD`, with QIMUX=0. */
  showProtocol: (on: boolean) => plain(`AT+QISHOWPT=${flag('on', on)}`), // gsm §5.3.1
} as const;
