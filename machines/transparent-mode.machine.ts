/** Who has the port: commands, or the data of one socket in transparent mode. One for the life of the modem.
 *
 *    command ──rx.connected──▶ entering ──data.claimed──▶ data ──rx.doubted──▶ verifying ──carrier──▶ data, lost
 *       ▲                         │ nobody's               │ interrupt, urgent work, release │ no carrier line
 *       │                         ▼                        ▼                                ▼
 *       │                      guardingBefore ◀──── (again: up to 5) ──────────────── guardingBefore
 *       │                         └─guard─▶ escaping ──▶ guardingAfter ──OK──▶ suspended ──data.resume──▶ resuming ──▶ data
 *       │                                                      │ silence        │ data.released             │ NO CARRIER
 *       └── lost: the line was true ◀── in doubt ──────────────┤                ▼                          ▼
 *                                                              └─▶ droppingDtr ─▶ stuck (reboot policy)    lost
 *
 * protocol.md §6 (enter, escape, resume), §7.7 (a line that ends data mode may be payload), §10 (1.1 s, 5 tries, then
 * DTR); invariant 8. No payload passes here: the pump moves it while the state is `data`.
 */
import { type ActorRefFrom, and, assign, fromPromise, not, setup } from 'xstate';
import type { SocketCommands } from '../adapters/dialects/dialect.ts';
import { asking, type CommandOutcome, type CommandRunner } from './support/command-runner.ts';
import { type CrashedEvent, crashSafe, MOST_MICROSTEPS } from './support/crash-safe.ts';
import type { Receiver } from './support/receiver.ts';

/** What a socket in transparent mode is told. */
export type DataNotice =
  /** The port takes commands for a while; the socket is in buffer mode. */
  | { readonly type: 'data.suspended' }
  | { readonly type: 'data.resumed' }
  /** Data mode is over: the connection is gone. */
  | { readonly type: 'data.lost' };

/** What the mover of payload is told. Nothing is written before `open` and after `stop`. */
export interface PumpOrder {
  /** `pump.open` lets payload flow, `pump.stop` ends that. */
  readonly type: 'pump.open' | 'pump.stop';
}

/** Which commands of others may interrupt data mode. */
export type Interruption = 'never' | 'urgent' | 'any';

/** A socket takes the port that its CONNECT has put into data mode. */
export interface DataClaim {
  /** The socket, which is told. */
  readonly owner: Receiver<DataNotice>;
  /** Moves its payload. */
  readonly pump: Receiver<PumpOrder>;
  /** Who may interrupt it. */
  readonly interruption: Interruption;
  /** Distance between looks at URCs of other sockets; 0 never looks. */
  readonly urcCheckMs: number;
}

/** The wire, as data mode needs it. Each call ends by itself or by its signal. */
export interface DataWire {
  /** Resolves when nothing was written for the guard time. */
  readonly guard: (signal: AbortSignal) => Promise<void>;
  /** Writes `+++`. */
  readonly writeEscape: () => Promise<void>;
  /** Waits for the OK behind an escape, and for the guard time. */
  readonly awaitAnswer: (signal: AbortSignal) => Promise<EscapeAnswer>;
  /** Leaves data mode by a drop of DTR (AT&D1); silent where the port has no control lines. */
  readonly dropDtr: (signal: AbortSignal) => Promise<EscapeAnswer>;
  /** Data carrier detect; `undefined` where the port cannot tell. */
  readonly readCarrier: () => Promise<boolean | undefined>;
  /** The line in doubt was the end of data mode, or payload. */
  readonly settle: (isEnd: boolean) => void;
  /** Resolves when no command waits or runs. */
  readonly idle: (signal: AbortSignal) => Promise<void>;
  /** True when data came in within the last `withinMs`. */
  readonly hasReceived: (withinMs: number) => boolean;
}

/** Whether OK came; whether a line stands in the data that ends data mode or is payload. */
export interface EscapeAnswer {
  /** OK came: the port takes commands. */
  readonly hasEscaped: boolean;
  /** A line stands in the data that ends data mode or is payload. */
  readonly isInDoubt: boolean;
}

/** What the modem is told of data mode. */
export type DataReport =
  /** An escape had no answer: the peer may have received the three plus signs. */
  | { readonly type: 'data.escapeMissed'; readonly tries: number }
  /** The port cannot be brought back to commands. */
  | { readonly type: 'data.stuck' };

/** Times are milliseconds. */
export interface DataModeTiming {
  /** Escapes without an answer, before DTR is tried. */
  readonly escapeTries: number;
  /** Escapes without an answer behind a line in doubt, after which the line is believed. */
  readonly verifyTries: number;
  /** The line must fall silent within this: a peer that takes nothing stops it, and the escape with it. */
  readonly lineMs: number;
  /** A socket must claim data mode within this. */
  readonly claimMs: number;
  /** A command that may interrupt, but is not urgent, waits so long. */
  readonly yieldMs: number;
  /** Commands of others have the port at most so long before data mode is resumed. */
  readonly servingMs: number;
  /** Silence of the peer after which the module is looked at; 0 never. */
  readonly checkMs: number;
}

/** What data mode needs. */
export interface TransparentModeInput {
  /** The wire. */
  readonly wire: DataWire;
  /** Runs a command in front of all others. */
  readonly run: CommandRunner;
  /** Encoder of ATO. */
  readonly commands: Pick<SocketCommands, 'resume'>;
  /** The modem, which is told. */
  readonly modem: Receiver<DataReport>;
  /** Limits and waits. */
  readonly timing: DataModeTiming;
}

/** What is known of data mode. */
export interface TransparentModeContext extends TransparentModeInput {
  /** The socket that has the port, if one has. */
  readonly claim: DataClaim | undefined;
  /** Escapes without an answer, in a row. */
  readonly tries: number;
  /** Only a doubt is the reason for the escape: when it is cleared, data goes on. */
  readonly isVerifying: boolean;
  /** Carrier was seen: its line is wired, and its loss means something. */
  readonly hasCarrier: boolean;
}

/** What data mode is told: by the wire, by its socket, and by work that waits. */
export type TransparentModeEvent =
  /** CONNECT was read: the port is in data mode. */
  | { readonly type: 'rx.connected' }
  /** A line stands in the data that may end data mode, and nothing more came. */
  | { readonly type: 'rx.doubted' }
  | { readonly type: 'rx.cleared' }
  | { readonly type: 'data.claimed'; readonly claim: DataClaim }
  /** The socket wants commands to pass: it closes, switches, counts, or cannot take more data. */
  | { readonly type: 'data.interrupt' }
  | { readonly type: 'data.resume' }
  | { readonly type: 'data.released' }
  | { readonly type: 'work.waiting'; readonly isUrgent: boolean }
  | { readonly type: 'module.voided' }
  | CrashedEvent;

const dataSetup = setup({
  types: {
    input: {} as TransparentModeInput,
    context: {} as TransparentModeContext,
    events: {} as TransparentModeEvent,
    tags: {} as 'data',
  },
  actors: {
    carrierReader: fromPromise<boolean | undefined, DataWire>(({ input }) => input.readCarrier()),
    guardKeeper: fromPromise<void, DataWire>(({ input, signal }) => input.guard(signal)),
    escaper: fromPromise<void, DataWire>(({ input }) => input.writeEscape()),
    answerListener: fromPromise<EscapeAnswer, DataWire>(({ input, signal }) => input.awaitAnswer(signal)),
    lineDropper: fromPromise<EscapeAnswer, DataWire>(({ input, signal }) => input.dropDtr(signal)),
    idleWaiter: fromPromise<void, DataWire>(({ input, signal }) => input.idle(signal)),
    resumer: asking(({ commands }: TransparentModeContext) => commands.resume?.()),
  },
  guards: {
    isClaimed: ({ context }) => context.claim !== undefined,
    isVerifying: ({ context }) => context.isVerifying,
    hasEscaped: (_, answer: EscapeAnswer) => answer.hasEscaped,
    isBelieved: ({ context }, answer: EscapeAnswer) =>
      answer.isInDoubt && context.tries >= context.timing.verifyTries,
    mayTryAgain: ({ context }) => context.tries < context.timing.escapeTries,
    isCarried: ({ context }, carrier: boolean | undefined) => context.hasCarrier && carrier === true,
    cannotTell: ({ context }) => !context.hasCarrier,
    isDropped: ({ context }, carrier: boolean | undefined) => context.hasCarrier && carrier === false,
    isUrgent: ({ context }, params: { isUrgent: boolean }) =>
      params.isUrgent && context.claim?.interruption !== 'never',
    mayWait: ({ context }) => context.claim?.interruption === 'any',
    hasUrcChecks: ({ context }) => (context.claim?.urcCheckMs ?? 0) > 0,
    hasChecks: ({ context }) => context.timing.checkMs > 0,
    hasReceived: ({ context }) => context.wire.hasReceived(context.timing.checkMs),
    isResumed: (_, outcome: CommandOutcome<void>) => outcome.kind === 'ok',
  },
  actions: {
    keepClaim: assign((_, params: { claim: DataClaim }) => ({ claim: params.claim })),
    forgetClaim: assign({ claim: undefined, hasCarrier: false }),
    keepCarrier: assign((_, carrier: boolean | undefined) => ({ hasCarrier: carrier === true })),
    openPump: ({ context }) => context.claim?.pump.send({ type: 'pump.open' }),
    stopPump: ({ context }) => context.claim?.pump.send({ type: 'pump.stop' }),
    settleAsPayload: ({ context }) => context.wire.settle(false),
    settleAsEnd: ({ context }) => context.wire.settle(true),
    forgetTries: assign({ tries: 0, isVerifying: false }),
    noteVerifying: assign({ isVerifying: true }),
    countTry: assign(({ context }) => ({ tries: context.tries + 1 })),
    // Behind a line in doubt no answer may only mean that the line was true: then nobody got the plus signs.
    reportMiss: ({ context }) => {
      if (!context.isVerifying) context.modem.send({ type: 'data.escapeMissed', tries: context.tries });
    },
    reportEarlierMisses: ({ context }) => {
      const misses = context.tries - 1;
      if (context.isVerifying && misses > 0) context.modem.send({ type: 'data.escapeMissed', tries: misses });
    },
    reportStuck: ({ context }) => context.modem.send({ type: 'data.stuck' }),
    announceSuspended: ({ context }) => context.claim?.owner.send({ type: 'data.suspended' }),
    announceResumed: ({ context }) => context.claim?.owner.send({ type: 'data.resumed' }),
    announceLost: ({ context }) => context.claim?.owner.send({ type: 'data.lost' }),
  },
  delays: {
    claimTimeout: ({ context }) => context.timing.claimMs,
    yieldPause: ({ context }) => context.timing.yieldMs,
    urcCheckPause: ({ context }) => context.claim?.urcCheckMs ?? 0,
    checkPause: ({ context }) => context.timing.checkMs,
    lineLimit: ({ context }) => context.timing.lineMs,
    servingLimit: ({ context }) => context.timing.servingMs,
  },
});

/** The port belongs to the socket: its pump writes, what is received is its data. */
const data = dataSetup.createStateConfig({
  tags: 'data',
  entry: ['forgetTries', 'openPump'],
  exit: 'stopPump',
  always: { guard: not('isClaimed'), target: 'guardingBefore' }, // released while it was being resumed
  initial: 'noticing',
  on: {
    'data.interrupt': { target: 'guardingBefore' },
    'data.released': { target: 'guardingBefore', actions: 'forgetClaim' },
    'rx.doubted': { target: 'verifying' },
    'work.waiting': [
      { guard: { type: 'isUrgent', params: ({ event }) => event }, target: 'guardingBefore' },
      { guard: 'mayWait', target: '.yielding' },
    ],
  },
  states: {
    noticing: {
      invoke: {
        src: 'carrierReader',
        input: ({ context }) => context.wire,
        onDone: { target: 'flowing', actions: { type: 'keepCarrier', params: ({ event }) => event.output } },
        onError: { target: 'flowing' },
      },
    },
    flowing: {
      after: {
        urcCheckPause: { guard: 'hasUrcChecks', target: '#transparentMode.guardingBefore' },
        checkPause: [
          { guard: and(['hasChecks', 'hasReceived']), target: 'flowing', reenter: true },
          { guard: 'hasChecks', target: '#transparentMode.guardingBefore' },
        ],
      },
    },
    yielding: {
      after: {
        yieldPause: { target: '#transparentMode.guardingBefore' },
        urcCheckPause: { guard: 'hasUrcChecks', target: '#transparentMode.guardingBefore' },
      },
      on: {
        'work.waiting': [
          {
            guard: { type: 'isUrgent', params: ({ event }) => event },
            target: '#transparentMode.guardingBefore',
          },
          {}, // the pause goes on: more work must not put it off
        ],
      },
    },
  },
});

/** The chart of who has the port. */
export const transparentModeMachine = crashSafe(
  dataSetup.createMachine({
    id: 'transparentMode',
    options: { maxIterations: MOST_MICROSTEPS },
    context: ({ input }) => ({ ...input, claim: undefined, tries: 0, isVerifying: false, hasCarrier: false }),
    initial: 'command',
    on: {
      'module.voided': { target: '.command' },
      'data.released': { actions: 'forgetClaim' },
      crashed: { target: '.lost' },
    },
    states: {
      command: {
        entry: ['forgetClaim', 'forgetTries'],
        on: { 'rx.connected': { target: 'entering' }, 'data.released': {} },
      },
      // CONNECT of a socket that is gone meanwhile, or of a command of the user's own, is nobody's.
      entering: {
        on: {
          'data.claimed': { target: 'data', actions: { type: 'keepClaim', params: ({ event }) => event } },
        },
        after: { claimTimeout: { target: 'guardingBefore' } },
      },
      data,
      verifying: {
        entry: 'noteVerifying',
        on: { 'rx.cleared': { target: 'data' } },
        invoke: {
          src: 'carrierReader',
          input: ({ context }) => context.wire,
          onDone: [
            {
              guard: { type: 'isCarried', params: ({ event }) => event.output },
              target: 'data',
              actions: 'settleAsPayload',
            },
            { guard: { type: 'isDropped', params: ({ event }) => event.output }, target: 'lost' },
            { target: 'guardingBefore' },
          ],
          onError: { target: 'guardingBefore' },
        },
      },
      guardingBefore: {
        on: { 'rx.cleared': { guard: 'isVerifying', target: 'data' } },
        invoke: {
          src: 'guardKeeper',
          input: ({ context }) => context.wire,
          onDone: { target: 'escaping' },
          onError: { target: 'escaping' },
        },
        after: { lineLimit: { target: 'droppingDtr' } },
      },
      escaping: {
        entry: 'countTry',
        invoke: {
          src: 'escaper',
          input: ({ context }) => context.wire,
          onDone: { target: 'guardingAfter' },
          onError: { target: 'guardingAfter' }, // a lost port is reported elsewhere
        },
        after: { lineLimit: { target: 'droppingDtr' } },
      },
      guardingAfter: {
        invoke: {
          src: 'answerListener',
          input: ({ context }) => context.wire,
          onDone: [
            {
              guard: { type: 'hasEscaped', params: ({ event }) => event.output },
              target: 'suspended',
              actions: 'reportEarlierMisses',
            },
            { guard: { type: 'isBelieved', params: ({ event }) => event.output }, target: 'lost' },
            { guard: 'mayTryAgain', target: 'missed', actions: 'reportMiss' },
            { target: 'droppingDtr', actions: 'reportMiss' },
          ],
          onError: { target: 'droppingDtr' },
        },
      },
      // A module that has left data mode by itself echoes the next escape, and that would be data.
      missed: {
        always: { guard: 'cannotTell', target: 'guardingBefore' },
        invoke: {
          src: 'carrierReader',
          input: ({ context }) => context.wire,
          onDone: [
            { guard: { type: 'isDropped', params: ({ event }) => event.output }, target: 'lost' },
            { target: 'guardingBefore' },
          ],
          onError: { target: 'guardingBefore' },
        },
      },
      droppingDtr: {
        invoke: {
          src: 'lineDropper',
          input: ({ context }) => context.wire,
          onDone: [
            { guard: { type: 'hasEscaped', params: ({ event }) => event.output }, target: 'suspended' },
            { guard: { type: 'isBelieved', params: ({ event }) => event.output }, target: 'lost' },
            { target: 'stuck' },
          ],
          onError: { target: 'stuck' },
        },
      },
      suspended: {
        entry: ['forgetTries', 'announceSuspended'],
        always: { guard: not('isClaimed'), target: 'command' },
        initial: 'serving',
        on: { 'data.released': { target: 'command' } },
        states: {
          serving: { on: { 'data.resume': { target: 'awaitingTurn' } } },
          // Commands that waited for the port go first, but not for ever.
          awaitingTurn: {
            invoke: {
              src: 'idleWaiter',
              input: ({ context }) => context.wire,
              onDone: { target: '#transparentMode.resuming' },
              onError: { target: '#transparentMode.resuming' },
            },
            after: { servingLimit: { target: '#transparentMode.resuming' } },
          },
        },
      },
      resuming: {
        invoke: {
          src: 'resumer',
          input: ({ context }) => context,
          onDone: [
            {
              guard: { type: 'isResumed', params: ({ event }) => event.output },
              target: 'data',
              actions: 'announceResumed',
            },
            { target: 'lost' },
          ],
          onError: { target: 'lost' },
        },
      },
      lost: {
        entry: ['settleAsEnd', 'announceLost'],
        always: { target: 'command' },
        on: { crashed: { target: 'command' } },
      },
      stuck: {
        entry: ['announceLost', 'reportStuck'],
        on: { 'data.released': {} },
      },
    },
  }),
);

/** A running `transparentModeMachine`. */
export type TransparentModeActor = ActorRefFrom<typeof transparentModeMachine>;
