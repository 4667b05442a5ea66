/** The data plane of one TCP socket: one AT command a call, bytes straight to the stream.
 *
 *    ModemSocket ──window──▶ sendOnce ──▶ AT+QISEND ──▶ module ──▶ AT+QIRD ──▶ readOnce ──push──▶ ModemSocket
 *                              └─ not SEND OK ──▶ settle (AT+QISEND=<id>,0): exactly the rest stays in the window
 */

import { ModemError } from '../../errors.ts';
import type {
  ReadResult,
  SendResult,
  SettleResult,
  SocketFailure,
  SocketLink,
} from '../../machines/socket.machine.ts';
import type { CommandOutcome } from '../../machines/support/command-runner.ts';
import type { Clock } from '../../streams/clock.ts';
import type { ExecuteOptions } from '../channel/channel-options.ts';
import { joined } from '../channel/results.ts';
import type { Command, Dialect, SendReport, SocketCommands } from '../dialects/dialect.ts';
import type { ModemSocket } from './modem-socket.ts';
import { SendRoom } from './send-room.ts';

/** Puts a command of this socket on the queue. */
export type LinkRunner = <T>(
  command: Command<T>,
  options: Pick<ExecuteOptions, 'payload' | 'signal'>,
) => Promise<CommandOutcome<T>>;

/** Of a connection id that carries nothing itself. */
export const NOTHING_TO_MOVE: SocketLink = {
  wantsData: () => false,
  hasData: () => false,
  awaitsAcknowledgement: () => false,
  hasUnacknowledged: () => false,
  readOnce: async () => ({ kind: 'read', lengthBytes: 0 }),
  sendOnce: async () => ({ kind: 'sent' }),
  settle: async () => ({ kind: 'settled', progressed: false }),
};

export function failureOf(outcome: CommandOutcome<unknown>, code: SocketFailure['code']): SocketFailure {
  if (outcome.kind === 'aborted') return { code: outcome.code };
  if (outcome.kind === 'timedOut') return { code: 'COMMAND_TIMED_OUT' };
  const moduleError = outcome.kind === 'refused' ? outcome.moduleError : undefined;
  return { code, result: outcome.result, ...(moduleError !== undefined && { moduleError }) };
}

/** What may be sent before the counters are read again: about what a module keeps of unacknowledged bytes. */
const UNCOUNTED_BYTES = 16 * 1024;

/** gsm §5.2.2.2: it may cancel a send. D26: it is sent as it is, and whether it does shows in the counters. */
const ESCAPE_BYTE = 0x1b;
const MOST_CANCELLED_SENDS = 3;
const CANCELLED: SocketFailure = {
  code: 'SEND_CANCELLED',
  result: 'every send with an ESC (0x1B) in it was cancelled: use mode transparent, or text without ESC',
};

/** Makes the link of a socket that was opened as `connectId`. */
export function streamLink(
  socket: ModemSocket,
  connectId: number,
  dialect: Pick<Dialect, 'commands' | 'limits' | 'keepsCounters'>,
  run: LinkRunner,
  clock: Clock,
): SocketLink {
  const { commands, limits, keepsCounters } = dialect;
  const { window } = socket;
  let doubtfulBytes = 0;
  let acknowledgedBytes = 0;
  const room = new SendRoom(clock);
  /** The last send was not taken for want of room, or not even written. */
  let isFull = false;
  let isUnwritten = false;
  let hasEscapeByte = false;
  /** Sends in a row with an ESC in them that left no trace, though there was room. */
  let cancelledSends = 0;

  const nextLength = (): number => Math.min(limits.sendBytes, window.pendingBytes);
  const isOutstanding = (): boolean => socket.hasUnacknowledged;
  /** Counters that go with the connection are looked at while there is one: at rest at once, between sends so often. */
  const isToBeCounted = (): boolean => {
    if (socket.mode === 'transparent' || !isOutstanding()) return false;
    return window.pendingBytes === 0 || window.acceptedBytes - socket.countedAtBytes >= UNCOUNTED_BYTES;
  };

  async function readOnce(signal: AbortSignal): Promise<ReadResult> {
    const command = payloadOf(commands.read(connectId, limits.readBytes));
    const outcome = await run(command, { signal });
    if (outcome.kind !== 'ok') return { kind: 'failed', failure: failureOf(outcome, 'PEER_CLOSED') };
    const lengthBytes = outcome.value.reduce((sum, slice) => sum + slice.length, 0);
    if (lengthBytes > 0) socket.receive(outcome.value);
    return { kind: 'read', lengthBytes };
  }

  async function sendOnce(signal: AbortSignal): Promise<SendResult> {
    if (!isOutstanding()) room.emptied();
    const wantedBytes = nextLength();
    const lengthBytes = room.of(wantedBytes);
    isUnwritten = lengthBytes === 0 && wantedBytes > 0;
    isFull = isUnwritten;
    if (lengthBytes === 0) return { kind: isFull ? 'doubtful' : 'sent' }; // the counters tell when there is room
    const payload = window.peek(lengthBytes);
    const outcome = await run(...sendOf(commands, connectId, payload, signal));
    if (outcome.kind === 'ok' && outcome.value.isAccepted) {
      room.taken(lengthBytes, window.acceptedBytes + lengthBytes, outcome.value.freeBytes);
      socket.accepted(lengthBytes);
      cancelledSends = 0;
      return { kind: 'sent' };
    }
    const isRefused = outcome.kind === 'ok' || outcome.kind === 'refused';
    isFull = outcome.kind === 'ok' || (outcome.kind === 'refused' && outcome.result === 'SEND FAIL');
    if (isFull) room.refused(lengthBytes, outcome.kind === 'ok' ? outcome.value.freeBytes : 0);
    const isInDoubt = outcome.kind === 'timedOut' && outcome.isSynchronised;
    // Without counters silence cannot be settled: to send again might double what has arrived (invariant 6).
    if (isRefused || (isInDoubt && commands.querySent !== undefined)) {
      doubtfulBytes = lengthBytes;
      hasEscapeByte = payload.some((slice) => slice.includes(ESCAPE_BYTE));
      return { kind: 'doubtful' };
    }
    return { kind: 'failed', failure: failureOf(outcome, 'SEND_FAILED') };
  }

  async function settle(signal: AbortSignal): Promise<SettleResult> {
    // SEND FAIL and ERROR mean that nothing was taken (D23), where no counters say otherwise.
    if (commands.querySent === undefined) {
      room.uncounted();
      return { kind: 'settled', progressed: false };
    }
    const outcome = await run(commands.querySent(connectId), { signal });
    if (outcome.kind !== 'ok') return { kind: 'failed', failure: failureOf(outcome, 'SEND_FAILED') };
    const counters = socket.strays.without(outcome.value, window.acceptedBytes);
    const acceptedBytes = counters.sentBytes - window.acceptedBytes;
    if (acceptedBytes < 0 || acceptedBytes > doubtfulBytes) {
      const result = `counters say ${counters.sentBytes} bytes sent, ${window.acceptedBytes} were accepted before`;
      return { kind: 'failed', failure: { code: 'SEND_FAILED', result } };
    }
    doubtfulBytes = 0;
    if (!isUnwritten) {
      const isCancelled = hasEscapeByte && acceptedBytes === 0 && counters.unacknowledgedBytes === 0;
      cancelledSends = isCancelled ? cancelledSends + 1 : 0;
      if (cancelledSends >= MOST_CANCELLED_SENDS) return { kind: 'failed', failure: CANCELLED };
    }
    if (acceptedBytes > 0) room.taken(acceptedBytes, counters.sentBytes);
    room.counted(counters);
    const progressed = acceptedBytes > 0 || counters.acknowledgedBytes > acknowledgedBytes;
    acknowledgedBytes = counters.acknowledgedBytes;
    if (acceptedBytes > 0) socket.accepted(acceptedBytes);
    return { kind: 'settled', progressed, hasRoom: isUnwritten && room.of(nextLength()) > 0 };
  }

  return {
    readOnce,
    sendOnce,
    settle,
    wantsData: () => socket.wantsData,
    hasData: () => window.pendingBytes > 0,
    knowledge: () => room.knowledge,
    roomInMs: () => (isFull ? room.expectedInMs(nextLength()) : undefined),
    awaitsAcknowledgement: () =>
      socket.countsAcknowledged && (socket.awaitsAcknowledgement || (!keepsCounters && isToBeCounted())),
    hasUnacknowledged: () => socket.countsAcknowledged && isOutstanding(),
  };
}

/** SEND OK, as a report. */
export const TAKEN: SendReport = { isAccepted: true, freeBytes: undefined };

/** A send, with a report where the dialect has one; the payload behind a prompt or, on bc66, in the command. */
export function sendOf(
  { send, sendInline, sendReported }: Pick<SocketCommands, 'send' | 'sendInline' | 'sendReported'>,
  connectId: number,
  payload: readonly Uint8Array[],
  signal: AbortSignal,
): [command: Command<SendReport>, options: Pick<ExecuteOptions, 'payload' | 'signal'>] {
  const bytes = joined(payload);
  if (sendReported) return [sendReported(connectId, bytes.length), { payload, signal }];
  if (send)
    return [
      { ...send(connectId, bytes.length), parse: () => TAKEN },
      { payload, signal },
    ];
  if (sendInline) return [{ ...sendInline(connectId, bytes), parse: () => TAKEN }, { signal }];
  throw new ModemError('UNSUPPORTED', 'the dialect has no command that sends');
}

/** The read, with its payload as the answer: empty when nothing waits, missing when the answer is unreadable. */
function payloadOf({ parse, ...command }: Command): Command<readonly Uint8Array[]> {
  return {
    ...command,
    parse: (answer) => (parse?.(answer) === undefined ? undefined : answer.payload),
  };
}
