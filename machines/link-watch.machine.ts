/** Whether a TCP connection that carries nothing still stands. One for each connection, from connected to closing.
 *
 *    fresh ──idleMs without traffic──▶ idle ──counters: bytes are not acknowledged──▶ dead
 *      ▲                                │ └──all acknowledged, a probe is allowed──▶ probing ──12 reads──▶ dead
 *      ├──bytes moved, no counters──────┤                                             │   without progress
 *      │                                └──all acknowledged──▶ alive                  │
 *      └─────────────────────────────────────────────────────────┴◀──probe acknowledged, bytes received
 *
 * protocol.md §7.6 (gsm §6.1, §6.2): after 8 minutes without traffic the counters are read: bytes without an
 * acknowledgement mean a dead link. Otherwise a probe is sent, if the application gave one, and the counters are read
 * after 5 s and then every 10 s, 12 times at most. No payload passes here: the link sends the probe.
 */
import { type ActorRefFrom, assign, fromPromise, not, setup } from 'xstate';
import type { SendCounters, SocketCommands } from '../adapters/dialects/dialect.ts';
import type { SocketFailure } from './socket/link.ts';
import { asking, type CommandOutcome, type CommandRunner } from './support/command-runner.ts';
import { type CrashedEvent, crashSafe, MOST_MICROSTEPS } from './support/crash-safe.ts';
import type { Receiver } from './support/receiver.ts';

/** A link, as far as its watch looks at it. */
export interface WatchedLink {
  /** Resolves when no byte has moved in either direction for `idleMs`, counted from the call. */
  readonly quiet: (idleMs: number, signal: AbortSignal) => Promise<void>;
  /** Bytes that have moved so far, and bytes that the peer is known to have. */
  readonly receivedBytes: () => number;
  /** Bytes that the module has taken so far. */
  readonly sentBytes: () => number;
  /** Bytes that the peer is known to have. */
  readonly acknowledgedBytes: () => number;
  /** True while bytes wait for the module. */
  readonly hasData: () => boolean;
  /** True when the application gave probe bytes, and its own bytes are all on their way. */
  readonly canProbe: () => boolean;
  /** Length of the probe; 0 when none was given. */
  readonly probeBytes: () => number;
  /** Puts the probe into the stream. */
  readonly sendProbe: () => void;
}

/** Limits and waits of the watch (gsm §6.1); times are milliseconds. */
export interface LinkTiming {
  /** Time without traffic after which the link is looked at; 0 never. */
  readonly idleMs: number;
  /** Wait behind the probe, then between the reads of the counters. */
  readonly firstWaitMs: number;
  /** Wait between the reads of the counters. */
  readonly intervalMs: number;
  /** Reads in a row that show nothing new, after which the link is dead. */
  readonly tries: number;
}

/** What the watch tells the socket. */
export type LinkReport =
  | { readonly type: 'link.counted'; readonly outcome: CommandOutcome<SendCounters> }
  | { readonly type: 'link.dead'; readonly failure: SocketFailure };

/** What a socket needs to have its link watched. */
export interface LinkWatchSetting {
  /** The link that is watched. */
  readonly link: WatchedLink;
  /** Limits and waits. */
  readonly timing: LinkTiming;
  /** Runs a read behind a probe: in transparent mode it interrupts, if the application allows that to urgent commands. */
  readonly runSoon: CommandRunner;
}

/** What a watch needs. */
export interface LinkWatchInput extends LinkWatchSetting {
  /** Connect id of the socket. */
  readonly connectId: number;
  /** Encoder of the query for the counters. */
  readonly commands: Pick<SocketCommands, 'querySent'>;
  /** Runs a command at its turn. */
  readonly run: CommandRunner;
  /** The socket, which is told. */
  readonly owner: Receiver<LinkReport>;
}

/** What a watch knows. */
export interface LinkWatchContext extends LinkWatchInput {
  /** What was known when the link had become idle, or was probed. */
  readonly receivedBytes: number;
  /** As `receivedBytes`, of bytes that the module has taken. */
  readonly sentBytes: number;
  /** As `receivedBytes`, of bytes that the peer has; renewed by each progress. */
  readonly acknowledgedBytes: number;
  /** Where the probe ends in the stream. */
  readonly probeEndBytes: number;
  /** Reads in a row that showed nothing new. */
  readonly reads: number;
}

/** A watch looks by itself: nobody tells it anything. */
export type LinkWatchEvent = CrashedEvent;

type Counted = CommandOutcome<SendCounters>;

/** A link that nobody asked to watch. */
export const UNWATCHED: LinkWatchSetting = {
  link: {
    quiet: () => new Promise(() => undefined),
    receivedBytes: () => 0,
    sentBytes: () => 0,
    acknowledgedBytes: () => 0,
    hasData: () => false,
    canProbe: () => false,
    probeBytes: () => 0,
    sendProbe: () => undefined,
  },
  timing: { idleMs: 0, firstWaitMs: 0, intervalMs: 0, tries: 1 },
  runSoon: () => Promise.resolve({ kind: 'aborted', code: 'INTERNAL' }),
};

const unacknowledgedIn = (outcome: Counted): number =>
  outcome.kind === 'ok' ? outcome.value.unacknowledgedBytes : 0;
const acknowledgedIn = (outcome: Counted): number =>
  outcome.kind === 'ok' ? outcome.value.acknowledgedBytes : 0;

function dead(what: string, { timing }: LinkWatchContext): LinkReport {
  const result = `the link is dead: ${what}, after ${timing.idleMs / 1000} s without traffic`;
  return { type: 'link.dead', failure: { code: 'NOT_ACKNOWLEDGED', result } };
}

const watchSetup = setup({
  types: {
    input: {} as LinkWatchInput,
    context: {} as LinkWatchContext,
    events: {} as LinkWatchEvent,
  },
  actors: {
    quietKeeper: fromPromise<void, LinkWatchContext>(({ input: { link, timing }, signal }) =>
      timing.idleMs > 0 ? link.quiet(timing.idleMs, signal) : new Promise(() => undefined),
    ),
    counter: asking(({ commands, connectId }: LinkWatchContext) => commands.querySent?.(connectId)),
  },
  guards: {
    isUnreadable: (_, outcome: Counted) => outcome.kind !== 'ok',
    /** The read may have waited: what it shows may be younger than the silence. */
    isStill: ({ context: { link, receivedBytes, sentBytes } }) =>
      link.receivedBytes() === receivedBytes && link.sentBytes() === sentBytes && !link.hasData(),
    isOutstanding: (_, outcome: Counted) => unacknowledgedIn(outcome) > 0,
    hasProgressed: ({ context }, outcome: Counted) => acknowledgedIn(outcome) > context.acknowledgedBytes,
    /** Slow, but alive. */
    isMovingOn: ({ context }, outcome: Counted) =>
      unacknowledgedIn(outcome) > 0 && acknowledgedIn(outcome) > context.acknowledgedBytes,
    hasReceived: ({ context }) => context.link.receivedBytes() > context.receivedBytes,
    isUnsent: ({ context }) => context.link.sentBytes() < context.probeEndBytes,
    isProbeAcknowledged: ({ context }, outcome: Counted) => acknowledgedIn(outcome) >= context.probeEndBytes,
    canProbe: ({ context }) => context.link.canProbe(),
    isLastTry: ({ context }) => context.reads + 1 >= context.timing.tries,
  },
  actions: {
    noteWhatMoved: assign(({ context: { link } }) => ({
      receivedBytes: link.receivedBytes(),
      sentBytes: link.sentBytes(),
      acknowledgedBytes: link.acknowledgedBytes(),
    })),
    expectProbe: assign(({ context: { link, sentBytes } }) => ({
      probeEndBytes: sentBytes + link.probeBytes(),
      reads: 0,
    })),
    sendProbe: ({ context }) => context.link.sendProbe(),
    keepProgress: assign((_, outcome: Counted) => ({
      acknowledgedBytes: acknowledgedIn(outcome),
      reads: 0,
    })),
    countRead: assign(({ context }) => ({ reads: context.reads + 1 })),
    tellCounters: ({ context }, outcome: Counted) => context.owner.send({ type: 'link.counted', outcome }),
    tellOutstanding: ({ context }, outcome: Counted) =>
      context.owner.send(dead(`${unacknowledgedIn(outcome)} bytes are not acknowledged`, context)),
    tellProbeLost: ({ context }) => {
      const { firstWaitMs, intervalMs, tries } = context.timing;
      const seconds = (firstWaitMs + (tries - 1) * intervalMs) / 1000;
      context.owner.send(dead(`a probe was not acknowledged in ${seconds} s`, context));
    },
  },
  delays: {
    firstWait: ({ context }) => context.timing.firstWaitMs,
    interval: ({ context }) => context.timing.intervalMs,
  },
});

const look = [
  { guard: 'hasReceived', target: '#linkWatch.alive' },
  { guard: 'isUnsent', target: 'pausing', reenter: true }, // it waits for the module: no counter tells of it
  { target: 'reading' },
] as const;

const probing = watchSetup.createStateConfig({
  entry: ['noteWhatMoved', 'expectProbe', 'sendProbe'],
  initial: 'sent',
  states: {
    sent: { after: { firstWait: look } },
    pausing: { after: { interval: look } },
    reading: {
      invoke: {
        src: 'counter',
        input: ({ context }) => ({ ...context, run: context.runSoon }),
        onDone: [
          {
            guard: { type: 'isUnreadable', params: ({ event }) => event.output },
            target: '#linkWatch.fresh',
          },
          {
            guard: { type: 'isProbeAcknowledged', params: ({ event }) => event.output },
            target: '#linkWatch.alive',
            actions: { type: 'tellCounters', params: ({ event }) => event.output },
          },
          { guard: 'hasReceived', target: '#linkWatch.alive' },
          {
            guard: { type: 'hasProgressed', params: ({ event }) => event.output },
            target: 'pausing',
            actions: [
              { type: 'tellCounters', params: ({ event }) => event.output },
              { type: 'keepProgress', params: ({ event }) => event.output },
            ],
          },
          { guard: 'isLastTry', target: '#linkWatch.dead', actions: 'tellProbeLost' },
          { target: 'pausing', actions: 'countRead' },
        ],
        onError: { target: '#linkWatch.fresh' },
      },
    },
  },
});

/** The chart that tells a dead link from an idle one. */
export const linkWatchMachine = crashSafe(
  watchSetup.createMachine({
    id: 'linkWatch',
    options: { maxIterations: MOST_MICROSTEPS },
    context: ({ input }) => ({
      ...input,
      receivedBytes: 0,
      sentBytes: 0,
      acknowledgedBytes: 0,
      probeEndBytes: 0,
      reads: 0,
    }),
    initial: 'fresh',
    on: { crashed: { target: '.fresh' } },
    states: {
      fresh: {
        invoke: {
          src: 'quietKeeper',
          input: ({ context }) => context,
          onDone: { target: 'idle' },
          onError: {}, // a defect of the link's: the connection goes on without being watched
        },
      },
      idle: {
        entry: 'noteWhatMoved',
        invoke: {
          src: 'counter',
          input: ({ context }) => context,
          onDone: [
            { guard: { type: 'isUnreadable', params: ({ event }) => event.output }, target: 'fresh' },
            {
              guard: not('isStill'),
              target: 'fresh',
              actions: { type: 'tellCounters', params: ({ event }) => event.output },
            },
            {
              guard: { type: 'isMovingOn', params: ({ event }) => event.output },
              target: 'alive',
              actions: { type: 'tellCounters', params: ({ event }) => event.output },
            },
            {
              guard: { type: 'isOutstanding', params: ({ event }) => event.output },
              target: 'dead',
              actions: { type: 'tellOutstanding', params: ({ event }) => event.output },
            },
            {
              guard: 'canProbe',
              target: 'probing',
              actions: { type: 'tellCounters', params: ({ event }) => event.output },
            },
            { target: 'alive', actions: { type: 'tellCounters', params: ({ event }) => event.output } },
          ],
          onError: { target: 'fresh' },
        },
      },
      probing,
      alive: { always: { target: 'fresh' } },
      // The socket closes, and with it ends the watch.
      dead: { on: { crashed: {} } },
    },
  }),
);

/** A running `linkWatchMachine`. */
export type LinkWatchActor = ActorRefFrom<typeof linkWatchMachine>;
