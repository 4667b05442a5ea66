/** What the socket's chart is made of: its messages, guards, actions, delays and actors. */
import { assign, fromPromise, setup } from 'xstate';
import type {
  AccessMode,
  OpenParameters,
  ReceiveCounters,
  SendCounters,
  SocketCommands,
  SocketState,
  SocketStatus,
} from '../../adapters/dialects/dialect.ts';
import type { ErrorCode } from '../../errors.ts';
import { type LinkReport, type LinkWatchSetting, linkWatchMachine } from '../link-watch.machine.ts';
import { asking, type CommandOutcome, type CommandRunner } from '../support/command-runner.ts';
import type { CrashedEvent } from '../support/crash-safe.ts';
import type { Receiver } from '../support/receiver.ts';
import type { DataClaim, DataNotice } from '../transparent-mode.machine.ts';
import type { ReadResult, SendResult, SettleResult, SocketFailure, SocketLink } from './link.ts';

export type { ReadResult, SendResult, SettleResult, SocketFailure, SocketLink } from './link.ts';

/** What a socket tells its stream. */
export type SocketNotice =
  | { readonly type: 'socket.connected' }
  | { readonly type: 'socket.listening' }
  /** The access mode is another one now, or the module refused to change it. */
  | { readonly type: 'socket.switched'; readonly mode: AccessMode }
  | { readonly type: 'socket.notSwitched'; readonly failure: SocketFailure }
  /** The connection is over; what the module still holds is being read. */
  | { readonly type: 'socket.closing' }
  | { readonly type: 'socket.counted'; readonly counters: SendCounters }
  /** Every byte that the module said it would deliver has been read; no more will come. */
  | { readonly type: 'socket.ended' }
  | { readonly type: 'socket.failed'; readonly failure: SocketFailure }
  /** The id is free again. The last notice. */
  | { readonly type: 'socket.released' };

/** What a socket tells the modem. */
export type SocketReport =
  | { readonly type: 'socket.opened'; readonly contextId: number }
  | { readonly type: 'socket.attemptFailed'; readonly contextId: number; readonly failure: SocketFailure }
  | { readonly type: 'socket.progressed'; readonly contextId: number }
  /** The socket stands but its URC never came: URCs go to another port of the module (protocol.md §10). */
  | { readonly type: 'socket.urcMissed'; readonly modulePort: string | undefined }
  | { readonly type: 'socket.released'; readonly connectId: number }
  /** In transparent mode: the port is this socket's, or is wanted for commands, or given back. */
  | { readonly type: 'data.claimed'; readonly claim: DataClaim }
  | { readonly type: 'data.interrupt' }
  | { readonly type: 'data.resume' }
  | { readonly type: 'data.released' };

/** Limits and waits of a socket; times are milliseconds. */
export interface SocketTiming {
  /** Wait for the result of an open. */
  readonly openTimeoutMs: number;
  /** Distance between looks at the state while the result of an open is missing. */
  readonly openPollMs: number;
  /** Longest distance between these looks. */
  readonly longestOpenPollMs: number;
  /** Limit of AT+QICLOSE. */
  readonly closeTimeoutMs: number;
  /** First and longest distance between polls for data whose URC was lost; doubles while nothing comes. */
  readonly pollMs: number;
  /** Longest distance between these polls. */
  readonly longestPollMs: number;
  /** First and longest wait after SEND FAIL or ERROR; doubles. */
  readonly sendBackoffMs: number;
  /** Longest of these waits. */
  readonly longestSendBackoffMs: number;
  /** Sends in a row that bring nothing forward, after which the socket is given up. */
  readonly sendTries: number;
  /** First and longest distance between reads of the counters; doubles while nothing changes. */
  readonly acknowledgeMs: number;
  /** Longest distance between these reads. */
  readonly longestAcknowledgeMs: number;
  /** The link counts as dead after so many of the longest distances without progress (protocol.md §7.9). */
  readonly acknowledgeTries: number;
}

/** What a socket needs. */
export interface SocketInput {
  /** What is opened. */
  readonly open: OpenParameters;
  /** Encoders. */
  readonly commands: Pick<
    SocketCommands,
    'open' | 'close' | 'querySent' | 'querySocket' | 'switchMode' | 'queryReceived' | 'resume'
  >;
  /** AT+QIDEACT frees the id (lte §2.1.3); not where the network itself takes the context away (bc66). */
  readonly isFreedByContext: boolean;
  /** So does the peer's close, and AT+QICLOSE would end the listener (gsm §3.2: the accepted one of QIMUX=0). */
  readonly isFreedByPeer: boolean;
  /** What comes while the port takes commands can be read in transparent mode (not on gsm). */
  readonly readsWhileSuspended: boolean;
  /** Runs a command at its turn. */
  readonly run: CommandRunner;
  /** Moves the payload. */
  readonly link: SocketLink;
  /** The stream, which is told. */
  readonly owner: Receiver<SocketNotice>;
  /** The modem, which is told. */
  readonly modem: Receiver<SocketReport>;
  /** Limits and waits. */
  readonly timing: SocketTiming;
  /** What moves the payload of transparent mode, and who may interrupt it. */
  readonly data: Omit<DataClaim, 'owner'>;
  /** How an idle link is looked at (protocol.md §7.6); left out where it is not. */
  readonly watch?: LinkWatchSetting;
}

export interface SocketContext extends SocketInput {
  /** Access mode of the socket in the module, and the one that the application wants. */
  readonly mode: AccessMode;
  readonly wantedMode: AccessMode;
  /** The module accepted it by itself: its access mode is to be asked for (D15). */
  readonly isInspected: boolean;
  /** It has been in an access mode that was asked for. */
  readonly isSettled: boolean;
  /** What is to follow when the port takes commands again. */
  readonly isDestroyed: boolean;
  /** The module has said that the connection is over. */
  readonly isGone: boolean;
  readonly failure: SocketFailure | undefined;
  readonly staleRetries: number;
  /** At a socket whose open result is missing. */
  readonly openLooks: number;
  readonly pollMs: number;
  readonly sendFailures: number;
  readonly counters: SendCounters;
  /** Reads of the counters in a row without progress, and the pauses between them: those that follow each other faster
   * do not make a link dead sooner (protocol.md §7.9: 24 times 5 s). */
  readonly uncountedPolls: number;
  readonly stillMs: number;
}

/** What a socket is told. */
export type SocketEvent =
  | { readonly type: 'ask.open' }
  /** The module accepted a connection under this id. */
  | { readonly type: 'ask.adopt' }
  | { readonly type: 'ask.switch'; readonly mode: AccessMode }
  /** The module took the id for a connection that it accepted, before the open reached it. */
  | { readonly type: 'id.taken' }
  | { readonly type: 'urc.open'; readonly err: number }
  | { readonly type: 'urc.recv' }
  | { readonly type: 'urc.closed' }
  /** The application wants more bytes, has bytes to send, or waits for their acknowledgement. */
  | { readonly type: 'reader.wants' }
  /** Pushed data comes faster than the application reads. */
  | { readonly type: 'reader.full' }
  | { readonly type: 'writer.hasData' }
  | { readonly type: 'ask.acknowledge' }
  /** Close after reading what is there (`end`), or at once (`destroy`). */
  | { readonly type: 'ask.close' }
  | { readonly type: 'ask.destroy' }
  /** The network dropped the context: the last that can be learnt is what was acknowledged. */
  | { readonly type: 'context.lost' }
  /** Module rebooted or hung, port lost: nothing can be said to the module about this socket. */
  | { readonly type: 'module.voided'; readonly failure: SocketFailure }
  | DataNotice
  | LinkReport
  | CrashedEvent;

type Opened = CommandOutcome<void>;
type Counted = CommandOutcome<SendCounters>;
type Listed = CommandOutcome<readonly SocketStatus[]>;
type Unread = CommandOutcome<ReceiveCounters>;

export const NONE: SendCounters = { sentBytes: 0, acknowledgedBytes: 0, unacknowledgedBytes: 0 };
export const ID_IN_USE = 563;
/** Whoever opens tries another id. */
export const ID_TAKEN: SocketFailure = { code: 'ID_TAKEN', moduleError: ID_IN_USE };

const STANDING: ReadonlySet<SocketState> = new Set(['connected', 'listening']);
/** Results of an open that are there at once, in place of a notice (gsm §3.1, §3.2). */
const OPENED: ReadonlySet<string> = new Set(['CONNECT OK', 'SERVER OK']);
const ACCESS_MODES: readonly AccessMode[] = ['buffer', 'push', 'transparent'];

/** The id is that of another connection, which must not get our bytes: where the port of its peer tells. */
function isOfAnother({ open }: SocketContext, listed: Listed): boolean {
  const { state = 'initial', remotePort = 0 } = statusIn(listed) ?? {};
  return STANDING.has(state) && remotePort > 0 && open.remotePort > 0 && remotePort !== open.remotePort;
}

function statusIn(listed: Listed): SocketStatus | undefined {
  return listed.kind === 'ok' ? listed.value[0] : undefined;
}

export function failureOf(outcome: CommandOutcome<unknown>, code: ErrorCode = 'OPEN_FAILED'): SocketFailure {
  if (outcome.kind === 'aborted') return { code: outcome.code };
  if (outcome.kind === 'timedOut') return { code: 'COMMAND_TIMED_OUT' };
  const moduleError = outcome.kind === 'refused' ? outcome.moduleError : undefined;
  return {
    code,
    result: outcome.result,
    ...(moduleError !== undefined && { moduleError }),
  };
}

const PUSHED: AccessMode = 'push';

function isPushedInstead(outcome: Opened): boolean {
  return outcome.kind === 'ok' && outcome.learnt === 'module pushes';
}

/** Silence of a module that answers to other commands is that of the peer. */
export function openFailureOf(outcome: CommandOutcome<unknown>): SocketFailure {
  const isSilence = outcome.kind === 'timedOut' && outcome.isSynchronised;
  return isSilence ? { code: 'OPEN_TIMED_OUT' } : failureOf(outcome);
}

export const CRASH: SocketFailure = { code: 'INTERNAL' };

/** Our own mistakes and taken ids say nothing about the network. */
const NOT_THE_NETWORK: ReadonlySet<number | undefined> = new Set([552, 555, 556, 563, 572]);
const NETWORK_FAILURES: ReadonlySet<ErrorCode> = new Set([
  'OPEN_FAILED',
  'OPEN_TIMED_OUT',
  'NOT_ACKNOWLEDGED',
  'SEND_FAILED',
]);

function isNetworkFailure({ code, moduleError }: SocketFailure): boolean {
  return NETWORK_FAILURES.has(code) && !NOT_THE_NETWORK.has(moduleError);
}

export function failureIn(result: ReadResult | SendResult | SettleResult): SocketFailure {
  return result.kind === 'failed' ? result.failure : CRASH;
}

function hasProgressed(context: SocketContext, outcome: Counted): boolean {
  return outcome.kind === 'ok' && outcome.value.acknowledgedBytes > context.counters.acknowledgedBytes;
}

function doubled(firstMs: number, times: number, longestMs: number): number {
  return Math.min(firstMs * 2 ** times, longestMs);
}

function pauseOf({ timing, uncountedPolls }: SocketContext): number {
  return doubled(timing.acknowledgeMs, uncountedPolls - 1, timing.longestAcknowledgeMs);
}

export const socketSetup = setup({
  types: {
    input: {} as SocketInput,
    context: {} as SocketContext,
    events: {} as SocketEvent,
    tags: {} as 'open',
  },
  actors: {
    opener: asking(({ commands, open }: SocketContext) => commands.open(open)),
    closer: asking(({ commands, open, timing }: SocketContext) =>
      commands.close(open.connectId, timing.closeTimeoutMs),
    ),
    stateReader: asking(({ commands, open }: SocketContext) => commands.querySocket(open.connectId)),
    counter: asking(({ commands, open }: SocketContext) => commands.querySent?.(open.connectId)),
    reader: fromPromise<ReadResult, SocketLink>(({ input, signal }) => input.readOnce(signal)),
    sender: fromPromise<SendResult, SocketLink>(({ input, signal }) => input.sendOnce(signal)),
    settler: fromPromise<SettleResult, SocketLink>(({ input, signal }) => input.settle(signal)),
    modeSwitcher: asking(({ commands, open, wantedMode }: SocketContext) =>
      commands.switchMode?.(open.connectId, wantedMode),
    ),
    returner: asking(({ commands }: SocketContext) => commands.resume?.()),
    bufferer: asking(({ commands, open }: SocketContext) => commands.switchMode?.(open.connectId, 'buffer')),
    pusher: asking(({ commands, open }: SocketContext) => commands.switchMode?.(open.connectId, 'push')),
    unreadCounter: asking(({ commands, open }: SocketContext) => commands.queryReceived?.(open.connectId)),
    linkWatch: linkWatchMachine,
  },
  guards: {
    isSuccess: (_, params: { err: number }) => params.err === 0,
    isOk: (_, outcome: Opened) => outcome.kind === 'ok',
    isStale: ({ context }, outcome: Opened) =>
      outcome.kind === 'refused' && outcome.moduleError === ID_IN_USE && context.staleRetries === 0,
    isInDataMode: (_, outcome: Opened) => outcome.kind === 'ok' && outcome.result === 'CONNECT',
    isOpened: (_, outcome: Opened) => outcome.kind === 'ok' && OPENED.has(outcome.result),
    isStaleResult: ({ context }, params: { err: number }) =>
      params.err === ID_IN_USE && context.staleRetries === 0,
    isFreedByPeer: ({ context }) => context.isFreedByPeer && context.isGone,
    isFreedByContext: ({ context }) => context.isFreedByContext,
    wantsDataWhileSuspended: ({ context }) => context.readsWhileSuspended && context.link.wantsData(),
    /** What the module still holds cannot be read: it waits for data mode, or was pushed already (gsm). */
    isUnread: ({ context: { mode, readsWhileSuspended, commands } }) =>
      (mode === 'transparent' && !readsWhileSuspended) ||
      (mode === 'push' && commands.switchMode === undefined),
    canStopPush: ({ context }) => context.commands.switchMode !== undefined,
    isOkAndCounted: ({ context }, outcome: Opened) =>
      outcome.kind === 'ok' && context.commands.queryReceived !== undefined,
    isStanding: (_, listed: Listed) => STANDING.has(statusIn(listed)?.state ?? 'initial'),
    isOfAnother: ({ context }, listed: Listed) => isOfAnother(context, listed),
    mayBeCleared: ({ context }, listed: Listed) => isOfAnother(context, listed) && context.staleRetries === 0,
    isOver: (_, listed: Listed) => statusIn(listed)?.state === 'closing',
    isListener: ({ context: { open } }) => open.service === 'TCP LISTENER' || open.service === 'UDP LISTENER',
    // A connection that is in data mode from the start cannot be asked for (gsm D19).
    needsInspection: ({ context }) =>
      !context.isInspected && (context.mode !== 'transparent' || context.readsWhileSuspended),
    wantsSwitch: ({ context }) => context.wantedMode !== context.mode,
    isPushing: ({ context }) => context.mode === 'push',
    isTransparent: ({ context }) => context.mode === 'transparent',
    wasPushing: ({ context }) => context.mode !== 'buffer',
    isDestroyed: ({ context }) => context.isDestroyed,
    isUnsettled: ({ context }) => !context.isSettled,
    hasUnread: (_, counted: Unread) => counted.kind === 'ok' && counted.value.unreadBytes > 0,
    notWantsData: ({ context }) => !context.link.wantsData(),
    isEmpty: (_, result: ReadResult) => result.kind === 'read' && result.lengthBytes === 0,
    wantsData: ({ context }) => context.link.wantsData(),
    hasData: ({ context }) => context.link.hasData(),
    isAwaited: ({ context }) => context.link.awaitsAcknowledgement(),
    isNotAwaited: ({ context }) => !context.link.awaitsAcknowledgement(),
    isOutstanding: ({ context }) => context.link.hasUnacknowledged(),
    isRead: (_, result: ReadResult) => result.kind === 'read',
    isSent: (_, result: SendResult) => result.kind === 'sent',
    isDoubtful: (_, result: SendResult) => result.kind === 'doubtful',
    isSettledWithProgress: (_, result: SettleResult) => result.kind === 'settled' && result.progressed,
    hasRoom: (_, result: SettleResult) => result.kind === 'settled' && result.hasRoom === true,
    isSettled: (_, result: SettleResult) => result.kind === 'settled',
    isStuck: ({ context }) => context.sendFailures + 1 >= context.timing.sendTries,
    isDead: ({ context }, outcome: Counted) =>
      !hasProgressed(context, outcome) &&
      context.stillMs >= context.timing.acknowledgeTries * context.timing.longestAcknowledgeMs,
  },
  actions: {
    noteStale: assign({ staleRetries: 1 }),
    countOpenLook: assign(({ context }) => ({ openLooks: context.openLooks + 1 })),
    forgetOpenLooks: assign({ openLooks: 0 }),
    fail: assign(({ context }, failure: SocketFailure) => ({ failure: context.failure ?? failure })),
    announceConnected: ({ context }) => {
      context.owner.send({ type: 'socket.connected' });
      context.modem.send({ type: 'socket.opened', contextId: context.open.contextId });
    },
    announceListening: ({ context }) => {
      context.owner.send({ type: 'socket.listening' });
      context.modem.send({ type: 'socket.opened', contextId: context.open.contextId });
    },
    announceSwitched: ({ context }) =>
      context.owner.send({ type: 'socket.switched', mode: context.wantedMode }),
    announceNotSwitched: ({ context }, outcome: Opened) =>
      context.owner.send({ type: 'socket.notSwitched', failure: failureOf(outcome, 'SWITCH_FAILED') }),
    wantMode: assign((_, params: { mode: AccessMode }) => ({ wantedMode: params.mode })),
    keepMode: assign(({ context }) => ({ mode: context.wantedMode })),
    dropWish: assign(({ context }) => ({ wantedMode: context.mode })),
    noteOpened: assign(({ context }) => ({ mode: context.open.mode })),
    /** A module that does not know how to wait for reads pushes (gsm §5.3.2). */
    keepLearnt: assign(({ context }, outcome: Opened) =>
      isPushedInstead(outcome)
        ? { open: { ...context.open, mode: PUSHED }, mode: PUSHED, wantedMode: PUSHED }
        : {},
    ),
    announceLearnt: ({ context }, outcome: Opened) => {
      if (isPushedInstead(outcome)) context.owner.send({ type: 'socket.switched', mode: 'push' });
    },
    /** The result came without CONNECT: the socket stands, and the port takes commands. */
    noteOpenedBuffered: assign(({ context }) => ({
      mode: context.open.mode === 'transparent' ? ('buffer' as const) : context.open.mode,
    })),
    noteSettled: assign({ isSettled: true }),
    noteIncoming: assign({ isInspected: false, isSettled: true }),
    /** D15: as the module says; what it does not say is as the dialect has it. */
    keepInspected: assign(({ context }, listed: Listed) => {
      const found = ACCESS_MODES[statusIn(listed)?.accessMode ?? -1] ?? context.mode;
      const mode = found === 'transparent' && context.readsWhileSuspended ? ('buffer' as const) : found;
      return { isInspected: true, mode };
    }),
    announceMode: ({ context }) => context.owner.send({ type: 'socket.switched', mode: context.mode }),
    noteDestroyed: assign({ isDestroyed: true }),
    noteGone: assign({ isGone: true }),
    claimData: ({ context, self }) =>
      context.modem.send({ type: 'data.claimed', claim: { ...context.data, owner: self } }),
    interruptData: ({ context }) => context.modem.send({ type: 'data.interrupt' }),
    resumeData: ({ context }) => context.modem.send({ type: 'data.resume' }),
    releaseData: ({ context }) => context.modem.send({ type: 'data.released' }),
    announceClosing: ({ context }) => context.owner.send({ type: 'socket.closing' }),
    announceEnd: ({ context }) => context.owner.send({ type: 'socket.ended' }),
    announceFailure: ({ context }) => {
      if (context.failure) context.owner.send({ type: 'socket.failed', failure: context.failure });
    },
    /** Invariant 11: failed opens and sends count across sockets, whatever the status queries claim. */
    reportFailure: ({ context: { failure, modem, open } }) => {
      if (failure && isNetworkFailure(failure)) {
        modem.send({ type: 'socket.attemptFailed', contextId: open.contextId, failure });
      }
    },
    reportProgress: ({ context }) =>
      context.modem.send({ type: 'socket.progressed', contextId: context.open.contextId }),
    announceReleased: ({ context }) => {
      context.owner.send({ type: 'socket.released' });
      context.modem.send({ type: 'socket.released', connectId: context.open.connectId });
    },
    reportMissedUrc: ({ context }, listed: Listed) =>
      context.modem.send({ type: 'socket.urcMissed', modulePort: statusIn(listed)?.modulePort }),
    pollSoon: assign(({ context }) => ({ pollMs: context.timing.pollMs })),
    pollLater: assign(({ context }) => ({
      pollMs: Math.min(context.pollMs * 2, context.timing.longestPollMs),
    })),
    countSendFailure: assign(({ context }) => ({ sendFailures: context.sendFailures + 1 })),
    forgetSendFailures: assign({ sendFailures: 0 }),
    keepCounters: assign(({ context }, outcome: Counted) => ({
      counters: outcome.kind === 'ok' ? outcome.value : context.counters,
      uncountedPolls: hasProgressed(context, outcome) ? 0 : context.uncountedPolls + 1,
      stillMs: hasProgressed(context, outcome) ? 0 : context.stillMs,
    })),
    forgetPolls: assign({ uncountedPolls: 0, stillMs: 0 }),
    countWatch: assign(({ context: { stillMs, timing } }) => ({
      stillMs: stillMs + timing.longestAcknowledgeMs,
    })),
    countPause: assign(({ context }) => ({ stillMs: context.stillMs + pauseOf(context) })),
    announceCounters: ({ context }, outcome: Counted) => {
      if (outcome.kind === 'ok') context.owner.send({ type: 'socket.counted', counters: outcome.value });
    },
  },
  delays: {
    openTimeout: ({ context }) => context.timing.openTimeoutMs,
    openPoll: ({ context: { timing, openLooks } }) =>
      doubled(timing.openPollMs, openLooks, timing.longestOpenPollMs),
    idlePoll: ({ context }) => context.pollMs,
    sendBackoff: ({ context: { link, timing, sendFailures } }) =>
      Math.min(
        link.roomInMs?.() ?? doubled(timing.sendBackoffMs, sendFailures - 1, timing.longestSendBackoffMs),
        timing.longestSendBackoffMs,
      ),
    acknowledgeWatch: ({ context }) => context.timing.longestAcknowledgeMs,
    acknowledgePause: ({ context }) => pauseOf(context),
  },
});
