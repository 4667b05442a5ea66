/** The escalating reboot ladder: when the module may be reset, so that it is never reset too often.
 *
 *    healthy ──ask.reboot──▶ rebooting ──recorded──▶ counting ──ask.reboot, too early──▶ waiting
 *       ▲                        ▲  ▲                   │ │                                 │
 *       │                        │  └──ask.reboot, due──┘ │◀────────health.begun────────────┤
 *       │                        └──────────────ladderWait┼─────────────────────────────────┘
 *       └───────────healthStretch after health.begun──────┘     ladder at its end ──▶ exhausted
 *
 * protocol.md §7.2, D10: three reboots in a row are free, the next is immediate, then after 10, 30 and 60 minutes,
 * doubling to 24 h. Position and time are stored before a reset is granted: the ladder outlives the process. Distances count
 * from the end of the reset before.
 */
import { type ActorRefFrom, assign, fromPromise, setup } from 'xstate';
import type { Clock } from '../streams/clock.ts';
import { type CrashedEvent, crashSafe, MOST_MICROSTEPS } from './support/crash-safe.ts';
import type { Receiver } from './support/receiver.ts';

const MINUTE_MS = 60_000;
const UNRECORDED_MS = 10 * MINUTE_MS;

/** Numbers of the ladder. Times are milliseconds. */
export interface LadderOptions {
  /** Reboots in a row that may follow each other at once. */
  readonly freeReboots: number;
  /** Waits before the reboots after the free ones, counted from the reboot before. */
  readonly ladderMs: readonly number[];
  /** Behind the last published wait it doubles, up to this. */
  readonly longestWaitMs: number;
  /** Time online after which the count starts again from nothing. */
  readonly healthStretchMs: number;
  /** Reboots in a row after which no more are tried. */
  readonly mostReboots: number;
}

/** The ladder of the vendor, without an end. */
export const standardLadder: LadderOptions = {
  freeReboots: 3, // lte figure 1, note 3
  ladderMs: [0, 10 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS], // lte figure 1, note 3
  longestWaitMs: 24 * 60 * MINUTE_MS, // D10
  healthStretchMs: 60 * MINUTE_MS,
  mostReboots: Number.POSITIVE_INFINITY,
};

/** What is stored before each reset. */
export interface LadderRecord {
  /** Reboots since the module was healthy last. */
  readonly rebootsInRow: number;
  /** Milliseconds since the epoch; 0 when there was none. */
  readonly lastRebootAtMs: number;
}

/** The record of a module that was never reset. */
export const freshLadder: LadderRecord = { rebootsInRow: 0, lastRebootAtMs: 0 };

/** The wait that the ladder puts between the last reboot and the next one, in milliseconds. */
export function ladderWaitMs(options: LadderOptions, rebootsInRow: number): number {
  const rung = rebootsInRow - options.freeReboots;
  if (rung < 0) return 0;
  const published = options.ladderMs[rung];
  if (published !== undefined) return Math.min(published, options.longestWaitMs);
  const last = options.ladderMs.at(-1) ?? 0;
  return Math.min(last * 2 ** (rung - options.ladderMs.length + 1), options.longestWaitMs);
}

/** What the modem is told: reset the module now, not before `waitMs` have passed, or not at all. */
export type RebootNotice =
  | { readonly type: 'reboot.granted'; readonly rebootsInRow: number }
  | { readonly type: 'reboot.delayed'; readonly waitMs: number; readonly rebootsInRow: number }
  | { readonly type: 'reboot.denied'; readonly rebootsInRow: number };

/** What the ladder needs. */
export interface RebootPolicyInput {
  /** The modem, which is told. */
  readonly owner: Receiver<RebootNotice>;
  /** Tells the time of the resets. */
  readonly clock: Clock;
  /** Numbers of the ladder. */
  readonly options: LadderOptions;
  /** Stores the record durably; a reset is granted only after that. */
  readonly remember: (record: LadderRecord) => Promise<void>;
}

/** Where the ladder stands. */
export interface RebootPolicyContext extends RebootPolicyInput {
  /** What is stored before the next reset. */
  readonly record: LadderRecord;
  /** Where the last reset of this process stands on a clock that nobody sets. */
  readonly stampedAtMs: number | undefined;
}

const uptime = (clock: Clock): number => clock.uptime?.() ?? clock.now();

/** What the ladder is told. */
export type RebootPolicyEvent =
  | { readonly type: 'ask.reboot' }
  /** The reset that was granted is over. */
  | { readonly type: 'reset.done' }
  /** The module answers again by itself: the reset that was asked for is not needed. */
  | { readonly type: 'ask.withdraw' }
  /** Where the ladder stood when an earlier process ended. */
  | { readonly type: 'ladder.recalled'; readonly record: LadderRecord }
  | { readonly type: 'health.begun' }
  | { readonly type: 'health.ended' }
  | CrashedEvent;

/** How long the ladder holds a reset back from now on, in milliseconds. */
export function remainingWaitMs({ clock, options, record, stampedAtMs }: RebootPolicyContext): number {
  // A clock that is set must neither take hours away nor add them.
  const elapsedMs =
    stampedAtMs === undefined
      ? Math.max(0, clock.now() - record.lastRebootAtMs)
      : uptime(clock) - stampedAtMs;
  return Math.max(0, ladderWaitMs(options, record.rebootsInRow) - elapsedMs);
}

/** Distance that is kept when no record of the reboot could be stored: the next process may know of none. */
function unrecordedWaitMs({ options, record }: RebootPolicyContext): number {
  return Math.max(UNRECORDED_MS, ladderWaitMs(options, record.rebootsInRow));
}

const policySetup = setup({
  types: {
    input: {} as RebootPolicyInput,
    context: {} as RebootPolicyContext,
    events: {} as RebootPolicyEvent,
  },
  actors: {
    recorder: fromPromise<void, RebootPolicyContext>(({ input }) => input.remember(input.record)),
  },
  guards: {
    isAtTheEnd: ({ context }) => context.record.rebootsInRow >= context.options.mostReboots,
    isTooEarly: ({ context }) => remainingWaitMs(context) > 0,
    hasRebooted: ({ context }) => context.record.rebootsInRow > 0,
  },
  actions: {
    countReboot: assign(({ context }) => ({
      record: { rebootsInRow: context.record.rebootsInRow + 1, lastRebootAtMs: context.clock.now() },
      stampedAtMs: uptime(context.clock),
    })),
    keepRecord: assign((_, params: { record: LadderRecord }) => ({
      record: params.record,
      stampedAtMs: undefined,
    })),
    forgetReboots: assign({ record: freshLadder, stampedAtMs: undefined }),
    grantReboot: ({ context }) =>
      context.owner.send({ type: 'reboot.granted', rebootsInRow: context.record.rebootsInRow }),
    announceWait: ({ context }) =>
      context.owner.send({
        type: 'reboot.delayed',
        waitMs: remainingWaitMs(context),
        rebootsInRow: context.record.rebootsInRow,
      }),
    announceUnrecordedWait: ({ context }) =>
      context.owner.send({
        type: 'reboot.delayed',
        waitMs: unrecordedWaitMs(context),
        rebootsInRow: context.record.rebootsInRow,
      }),
    /** The next distance counts from the reset itself, not from when it was asked for. */
    stampReboot: assign(({ context }) => ({
      record: { ...context.record, lastRebootAtMs: context.clock.now() },
      stampedAtMs: uptime(context.clock),
    })),
    denyReboot: ({ context }) =>
      context.owner.send({ type: 'reboot.denied', rebootsInRow: context.record.rebootsInRow }),
  },
  delays: {
    ladderWait: ({ context }) => remainingWaitMs(context),
    healthStretch: ({ context }) => context.options.healthStretchMs,
    unrecordedWait: ({ context }) => unrecordedWaitMs(context),
  },
});

const decide = [
  { guard: 'isAtTheEnd', target: '#rebootPolicy.exhausted' },
  { guard: 'isTooEarly', target: '#rebootPolicy.waiting' },
  { target: '#rebootPolicy.rebooting' },
] as const;

/** The chart of the reboot ladder. */
export const rebootPolicyMachine = crashSafe(
  policySetup.createMachine({
    id: 'rebootPolicy',
    options: { maxIterations: MOST_MICROSTEPS },
    context: ({ input }) => ({ ...input, record: freshLadder, stampedAtMs: undefined }),
    initial: 'healthy',
    on: { crashed: { target: '.waiting' } },
    states: {
      healthy: {
        always: { guard: 'hasRebooted', target: 'counting' },
        on: {
          'ask.reboot': [{ guard: 'isAtTheEnd', target: 'exhausted' }, { target: 'rebooting' }],
          'ladder.recalled': { actions: { type: 'keepRecord', params: ({ event }) => event } },
        },
      },
      counting: {
        initial: 'unproven',
        on: { 'ask.reboot': decide },
        states: {
          unproven: {
            on: { 'health.begun': { target: 'recuperating' }, 'reset.done': { target: 'stamping' } },
          },
          stamping: {
            entry: 'stampReboot',
            invoke: {
              src: 'recorder',
              input: ({ context }) => context,
              onDone: { target: 'unproven' },
              onError: { target: 'unproven' }, // the time of the grant is stored
            },
            on: { 'health.begun': { target: 'recuperating' } },
          },
          recuperating: {
            after: { healthStretch: { target: 'proven' } },
            on: { 'health.ended': { target: 'unproven' } },
          },
          proven: {
            entry: 'forgetReboots',
            invoke: {
              src: 'recorder',
              input: ({ context }) => context,
              onDone: { target: '#rebootPolicy.healthy' },
              onError: { target: '#rebootPolicy.healthy' }, // the old record only makes the ladder stricter
            },
          },
        },
      },
      rebooting: {
        entry: 'countReboot',
        invoke: {
          src: 'recorder',
          input: ({ context }) => context,
          onDone: { target: 'counting', actions: ['stampReboot', 'grantReboot'] },
          onError: { target: 'unrecorded' },
        },
      },
      // The record could not be stored: a crash loop could now reboot without end, so keep a long distance.
      unrecorded: {
        entry: 'announceUnrecordedWait',
        after: { unrecordedWait: { target: 'counting', actions: ['stampReboot', 'grantReboot'] } },
        on: {
          'ask.withdraw': { target: 'counting.unproven' },
          'health.begun': { target: 'counting.recuperating' },
        },
      },
      waiting: {
        entry: 'announceWait',
        after: { ladderWait: { target: 'rebooting' } },
        on: {
          'ask.withdraw': { target: 'counting.unproven' },
          'health.begun': { target: 'counting.recuperating' },
        },
      },
      exhausted: {
        entry: 'denyReboot',
        on: { 'health.begun': { target: 'counting.recuperating' }, 'ask.reboot': { actions: 'denyReboot' } },
      },
    },
  }),
);

/** A running `rebootPolicyMachine`. */
export type RebootPolicyActor = ActorRefFrom<typeof rebootPolicyMachine>;
