/** The data plane of one UDP socket: one datagram a command, its boundaries kept.
 *
 *    ModemDatagram ──outbox──▶ sendOnce ──▶ AT+QISEND ──▶ module ──▶ AT+QIRD ──▶ readOnce ──▶ 'message'
 */
import type { ReadResult, SendResult, SettleResult, SocketLink } from '../../machines/socket.machine.ts';
import type { Answer, Command, DatagramHeader, Dialect } from '../dialects/dialect.ts';
import type { ModemDatagram, Outgoing, Sender } from './modem-datagram.ts';
import { failureOf, type LinkRunner, sendOf, TAKEN } from './socket-link.ts';

interface Received {
  readonly payload: readonly Uint8Array[];
  readonly sender: Sender | undefined;
}

/** What a link moves datagrams from and to. */
type Carried = Pick<ModemDatagram, 'peer' | 'nextOutgoing' | 'receive' | 'sent' | 'notSent'>;

/** Makes the link of a datagram socket that was opened as `connectId`. */
export function datagramLink(
  datagrams: Carried,
  connectId: number,
  dialect: Pick<Dialect, 'commands' | 'limits'>,
  run: LinkRunner,
): SocketLink {
  const { commands, limits } = dialect;
  const isService = datagrams.peer === undefined;
  let sentBytes = 0;

  async function readOnce(signal: AbortSignal): Promise<ReadResult> {
    const reading =
      (isService && commands.readDatagram?.(connectId)) || commands.read(connectId, limits.readBytes);
    const command: Command<Received> = { ...reading, parse: (answer) => receivedOf(reading, answer) };
    const outcome = await run(command, { signal });
    if (outcome.kind !== 'ok') return { kind: 'failed', failure: failureOf(outcome, 'PEER_CLOSED') };
    const { payload, sender } = outcome.value;
    const lengthBytes = payload.reduce((sum, slice) => sum + slice.length, 0);
    if (lengthBytes > 0) datagrams.receive(payload, sender);
    return { kind: 'read', lengthBytes };
  }

  function sending({ bytes, to }: Outgoing, signal: AbortSignal): ReturnType<typeof sendOf> {
    const sendTo = to && isService && commands.sendTo?.(connectId, bytes.length, to.address, to.port);
    if (!sendTo) return sendOf(commands, connectId, [bytes], signal);
    return [
      { ...sendTo, parse: () => TAKEN },
      { payload: [bytes], signal },
    ];
  }

  async function sendOnce(signal: AbortSignal): Promise<SendResult> {
    const next = datagrams.nextOutgoing;
    if (next === undefined) return { kind: 'sent' };
    const outcome = await run(...sending(next, signal));
    if (outcome.kind === 'ok' && !outcome.value.isAccepted) return { kind: 'doubtful' };
    if (outcome.kind === 'ok') {
      sentBytes += next.bytes.length;
      datagrams.sent(next);
      return { kind: 'sent' };
    }
    if (outcome.kind === 'refused' && outcome.result === 'SEND FAIL') return { kind: 'doubtful' };
    if (outcome.kind === 'aborted' || (outcome.kind === 'timedOut' && !outcome.isSynchronised))
      return { kind: 'failed', failure: failureOf(outcome, 'SEND_FAILED') };
    // Nobody can tell whether it went out: a datagram is not repeated then, but its sender must know.
    datagrams.notSent(next, failureOf(outcome, 'SEND_FAILED'));
    return { kind: 'sent' };
  }

  /** SEND FAIL: the buffer was full (D23). The datagram waits, unless the counters say that it was taken all the same. */
  async function settle(signal: AbortSignal): Promise<SettleResult> {
    if (commands.querySent === undefined) return { kind: 'settled', progressed: false };
    const outcome = await run(commands.querySent(connectId), { signal });
    const next = datagrams.nextOutgoing;
    const isTaken =
      outcome.kind === 'ok' && next !== undefined && outcome.value.sentBytes >= sentBytes + next.bytes.length;
    if (isTaken) {
      sentBytes = outcome.value.sentBytes;
      datagrams.sent(next);
    }
    return { kind: 'settled', progressed: isTaken };
  }

  return {
    readOnce,
    sendOnce,
    settle,
    wantsData: () => true, // what nobody reads of UDP is nobody's
    hasData: () => datagrams.nextOutgoing !== undefined,
    awaitsAcknowledgement: () => false,
    hasUnacknowledged: () => false,
  };
}

/** The payload and, on a service, where it came from; missing when the answer is unreadable. */
function receivedOf(command: Command, answer: Answer): Received | undefined {
  const header = command.parse?.(answer);
  if (header === undefined) return undefined;
  const { address, port }: Partial<DatagramHeader> = typeof header === 'object' && header ? header : {};
  const isKnown = address !== undefined && port !== undefined;
  return { payload: answer.payload, sender: isKnown ? { address, port } : undefined };
}
