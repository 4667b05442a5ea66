/** The data plane of one TCP socket: one AT command a call, bytes straight to the stream.
 *
 *    ModemSocket ──window──▶ sendOnce ──▶ AT+QISEND ──▶ module ──▶ AT+QIRD ──▶ readOnce ──push──▶ ModemSocket
 *                              └─ not SEND OK ──▶ settle (AT+QISEND=<id>,0): exactly the rest stays in the window
 */
import type {
  ReadResult,
  SendResult,
  SettleResult,
  SocketFailure,
  SocketLink,
} from '../../machines/socket.machine.ts';
import type { CommandOutcome } from '../../machines/support/command-runner.ts';
import type { ExecuteOptions } from '../channel/at-channel.ts';
import type { Command, Dialect, DialectCommands, SendReport } from '../dialects/dialect.ts';
import type { ModemSocket } from './modem-socket.ts';

/** Puts a command of this socket on the queue. */
export type LinkRunner = <T>(
  command: Command<T>,
  options: Pick<ExecuteOptions, 'payload' | 'signal'>,
) => Promise<CommandOutcome<T>>;

export function failureOf(outcome: CommandOutcome<unknown>, code: SocketFailure['code']): SocketFailure {
  if (outcome.kind === 'aborted') return { code: outcome.code };
  if (outcome.kind === 'timedOut') return { code: 'COMMAND_TIMED_OUT' };
  const moduleError = outcome.kind === 'refused' ? outcome.moduleError : undefined;
  return { code, result: outcome.result, ...(moduleError !== undefined && { moduleError }) };
}

/** Makes the link of a socket that was opened as `connectId`. */
export function streamLink(
  socket: ModemSocket,
  connectId: number,
  dialect: Pick<Dialect, 'commands' | 'limits'>,
  run: LinkRunner,
): SocketLink {
  const { commands, limits } = dialect;
  const { window } = socket;
  let doubtfulBytes = 0;
  let acknowledgedBytes = 0;
  /** Room in the module's send buffer, as the last send told it (rg). */
  let freeBytes: number | undefined;

  async function readOnce(signal: AbortSignal): Promise<ReadResult> {
    const command = { ...commands.read(connectId, limits.readBytes), parse: payloadOf };
    const outcome = await run(command, { signal });
    if (outcome.kind !== 'ok') return { kind: 'failed', failure: failureOf(outcome, 'PEER_CLOSED') };
    const lengthBytes = outcome.value.reduce((sum, slice) => sum + slice.length, 0);
    if (lengthBytes > 0) socket.receive(outcome.value);
    return { kind: 'read', lengthBytes };
  }

  async function sendOnce(signal: AbortSignal): Promise<SendResult> {
    const payload = window.peek(Math.min(limits.sendBytes, freeBytes ?? limits.sendBytes));
    const lengthBytes = payload.reduce((sum, slice) => sum + slice.length, 0);
    if (lengthBytes === 0) return { kind: freeBytes === 0 ? 'doubtful' : 'sent' }; // no room: the counters tell when
    const command = sendOf(commands, connectId, lengthBytes);
    const outcome = await run(command, { payload, signal });
    if (outcome.kind === 'ok') freeBytes = outcome.value.freeBytes;
    if (outcome.kind === 'ok' && outcome.value.isAccepted) {
      socket.accepted(lengthBytes);
      return { kind: 'sent' };
    }
    const isRefused = outcome.kind === 'ok' || outcome.kind === 'refused';
    if (isRefused || (outcome.kind === 'timedOut' && outcome.isSynchronised)) {
      doubtfulBytes = lengthBytes;
      return { kind: 'doubtful' };
    }
    return { kind: 'failed', failure: failureOf(outcome, 'SEND_FAILED') };
  }

  async function settle(signal: AbortSignal): Promise<SettleResult> {
    const outcome = await run(commands.querySent(connectId), { signal });
    if (outcome.kind !== 'ok') return { kind: 'failed', failure: failureOf(outcome, 'SEND_FAILED') };
    const counters = outcome.value;
    const acceptedBytes = counters.sentBytes - window.acceptedBytes;
    if (acceptedBytes < 0 || acceptedBytes > doubtfulBytes) {
      const result = `counters say ${counters.sentBytes} bytes sent, ${window.acceptedBytes} were accepted before`;
      return { kind: 'failed', failure: { code: 'SEND_FAILED', result } };
    }
    doubtfulBytes = 0;
    const hasRoom = counters.acknowledgedBytes > acknowledgedBytes || counters.unacknowledgedBytes === 0;
    if (hasRoom) freeBytes = undefined; // at least some: the next send tells how much
    const progressed = acceptedBytes > 0 || counters.acknowledgedBytes > acknowledgedBytes;
    acknowledgedBytes = counters.acknowledgedBytes;
    if (acceptedBytes > 0) socket.accepted(acceptedBytes);
    return { kind: 'settled', progressed };
  }

  return {
    readOnce,
    sendOnce,
    settle,
    wantsData: () => socket.wantsData,
    hasData: () => window.pendingBytes > 0,
    awaitsAcknowledgement: () => socket.awaitsAcknowledgement,
    hasUnacknowledged: () => window.acceptedBytes > socket.bytesAcknowledged,
  };
}

/** SEND OK, as a report. */
export const TAKEN: SendReport = { isAccepted: true, freeBytes: undefined };

/** A send, with a report where the dialect has one. */
export function sendOf(
  { send, sendReported }: Pick<DialectCommands, 'send' | 'sendReported'>,
  connectId: number,
  lengthBytes: number,
): Command<SendReport> {
  if (sendReported) return sendReported(connectId, lengthBytes);
  return { ...send(connectId, lengthBytes), parse: () => TAKEN };
}

/** The answer to a read is its payload: empty when nothing waits, missing when the answer is unreadable. */
function payloadOf(answer: {
  readonly lines: readonly { readonly prefix: string | null }[];
  readonly payload: readonly Uint8Array[];
}): readonly Uint8Array[] | undefined {
  return answer.lines.some((line) => line.prefix === '+QIRD') ? answer.payload : undefined;
}
