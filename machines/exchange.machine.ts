/** The AT command on the wire: from its first byte to its final result code, one after the other.
 *
 *    idle ──ask.exchange──▶ exchanging                                                    ──▶ idle, the outcome is told
 *      commanding ──prompts──▶ awaitingPrompt ──rx.prompt──▶ sendingPayload ──▶ awaitingFinal ──rx.final──▶
 *           └───────────────────────────────────────────────────────────────────────▲    │
 *                                     ◀── awaitingResult ◀────────── (later result) ──────┤
 *                                     ◀── awaitingLines ◀─────────── (lines behind) ──────┘
 *      any of them ──replyTimeout──▶ draining ──▶
 *
 * One command is in flight at a time (protocol.md §2). A timeout is not an answer: a late final result is
 * swallowed while draining, and the channel is resynchronised before the next command is written.
 */
import { type ActorRefFrom, assign, cancel, setup } from 'xstate';
import type { ErrorCode } from '../errors.ts';
import { type CrashedEvent, crashSafe, MOST_MICROSTEPS } from './support/crash-safe.ts';
import type { Receiver } from './support/receiver.ts';

/** How a command ended. A refusal is a value, not an exception. */
export type ExchangeOutcome =
  | { readonly kind: 'ok'; readonly result: string }
  | { readonly kind: 'refused'; readonly result: string }
  | { readonly kind: 'timedOut'; readonly lateResult?: string }
  | { readonly kind: 'aborted'; readonly code: ErrorCode };

/** What the statechart of the exchanges says to the channel. */
export type ExchangeOrder =
  /** Put bytes on the wire, and answer with `tx.written`. */
  | { readonly type: 'write.command' }
  | { readonly type: 'write.payload' }
  /** The command is over; the next one may be asked for at once. */
  | { readonly type: 'exchange.ended'; readonly outcome: ExchangeOutcome };

/** What the statechart of the exchanges is made with. */
export interface ExchangeInput {
  /** The channel. */
  readonly owner: Receiver<ExchangeOrder>;
}

/** What a command needs to be carried out; times are milliseconds. */
export interface ExchangeTask {
  /** The module asks for the payload by `>`. */
  readonly prompts: boolean;
  /** OK is not the end: a line of its own tells the result. */
  readonly hasLaterResult: boolean;
  /** So long it is waited for behind OK, which counts then; without it as long as for any result. */
  readonly laterTimeoutMs?: number | undefined;
  /** Lines of the answer that come behind the result: at least so many, and no more than so many (gsm). */
  readonly linesBehind?: LineCount | undefined;
  /** Silence behind the last of them, when more could come. */
  readonly lineQuietMs: number;
  /** Longest response time of the command (protocol.md §2). */
  readonly replyTimeoutMs: number;
  /** How long a late final result is waited for after that. */
  readonly drainMs: number;
}

/** How many lines come behind a result. */
export interface LineCount {
  /** With fewer the command goes on. */
  readonly least: number;
  /** With the last one the command ends at once. */
  readonly most: number;
}

/** What is known of the command under way. */
export interface ExchangeContext extends ExchangeInput {
  /** What it needs; that of the last one while none is under way. */
  readonly task: ExchangeTask;
  /** The result that lines follow. */
  readonly result: string;
  /** Lines that came behind the result. */
  readonly lines: number;
}

/** What a command is told: that it begins, the notes of the writer, what the reader found, and the wish to give it up. */
export type ExchangeEvent =
  | { readonly type: 'ask.exchange'; readonly task: ExchangeTask }
  | { readonly type: 'tx.written' }
  | { readonly type: 'rx.prompt' }
  /** A line of the answer behind its result. */
  | { readonly type: 'rx.lineBehind' }
  | { readonly type: 'rx.final'; readonly result: string; readonly success: boolean }
  | { readonly type: 'rx.later'; readonly result: string; readonly success: boolean }
  | { readonly type: 'ask.abort'; readonly code: ErrorCode }
  | CrashedEvent;

/** Before the first command. */
const NO_TASK: ExchangeTask = {
  ...{ prompts: false, hasLaterResult: false, lineQuietMs: 0, replyTimeoutMs: 0, drainMs: 0 },
};

const exchangeSetup = setup({
  types: {
    input: {} as ExchangeInput,
    context: {} as ExchangeContext,
    events: {} as ExchangeEvent,
  },
  guards: {
    prompts: ({ context }) => context.task.prompts,
    waitsForLaterResult: ({ context, event }) =>
      context.task.hasLaterResult && event.type === 'rx.final' && event.success,
    mayMissLaterResult: ({ context }) => context.task.laterTimeoutMs !== undefined,
    waitsForLines: ({ context, event }) =>
      context.task.linesBehind !== undefined && event.type === 'rx.final' && event.success,
    isFailure: ({ event }) => event.type === 'rx.final' && !event.success,
    hasEnoughLines: ({ context }) => context.lines >= (context.task.linesBehind?.least ?? 0),
    isLastLine: ({ context }) => context.lines + 1 >= (context.task.linesBehind?.most ?? 0),
  },
  actions: {
    forgetTimeout: cancel('xstate.after.replyTimeout.exchange.exchanging'),
    begin: assign((_, params: { task: ExchangeTask }) => ({ task: params.task, lines: 0 })),
    writeCommand: ({ context }) => context.owner.send({ type: 'write.command' }),
    writePayload: ({ context }) => context.owner.send({ type: 'write.payload' }),
    keepResult: assign((_, params: { result: string }) => ({ result: params.result })),
    countLine: assign(({ context }) => ({ lines: context.lines + 1 })),
    tellResult: ({ context }, { success, result }: { result: string; success: boolean }) =>
      context.owner.send({ type: 'exchange.ended', outcome: { kind: success ? 'ok' : 'refused', result } }),
    tellKeptResult: ({ context }) =>
      context.owner.send({ type: 'exchange.ended', outcome: { kind: 'ok', result: context.result } }),
    tellTimeout: ({ context }) =>
      context.owner.send({ type: 'exchange.ended', outcome: { kind: 'timedOut' } }),
    tellLateResult: ({ context }, { result }: { result: string }) =>
      context.owner.send({ type: 'exchange.ended', outcome: { kind: 'timedOut', lateResult: result } }),
    tellAbort: ({ context }, { code }: { code: ErrorCode }) =>
      context.owner.send({ type: 'exchange.ended', outcome: { kind: 'aborted', code } }),
  },
  delays: {
    replyTimeout: ({ context }) => context.task.replyTimeoutMs,
    laterTimeout: ({ context }) => context.task.laterTimeoutMs ?? context.task.replyTimeoutMs,
    drainQuiet: ({ context }) => context.task.drainMs,
    lineQuiet: ({ context }) => context.task.lineQuietMs,
  },
});

/** The chart of the AT command on the wire. */
export const exchangeMachine = crashSafe(
  exchangeSetup.createMachine({
    id: 'exchange',
    options: { maxIterations: MOST_MICROSTEPS },
    context: ({ input }) => ({ ...input, task: NO_TASK, result: '', lines: 0 }),
    initial: 'idle',
    states: {
      idle: {
        on: {
          'ask.exchange': {
            target: 'exchanging',
            actions: { type: 'begin', params: ({ event }) => event },
          },
          // it could not even begin
          crashed: { actions: ['forgetTimeout', { type: 'tellAbort', params: { code: 'INTERNAL' } }] },
        },
      },
      exchanging: {
        initial: 'commanding',
        after: { replyTimeout: { target: '.draining' } },
        on: {
          'rx.final': [
            { guard: 'waitsForLaterResult', target: '.awaitingResult' },
            {
              guard: 'waitsForLines',
              target: '.awaitingLines',
              actions: { type: 'keepResult', params: ({ event }) => event },
            },
            { target: 'idle', actions: { type: 'tellResult', params: ({ event }) => event } },
          ],
          'ask.abort': { target: 'idle', actions: { type: 'tellAbort', params: ({ event }) => event } },
          crashed: { target: 'idle', actions: { type: 'tellAbort', params: { code: 'INTERNAL' } } },
        },
        states: {
          commanding: {
            entry: 'writeCommand',
            on: {
              'tx.written': [{ guard: 'prompts', target: 'awaitingPrompt' }, { target: 'awaitingFinal' }],
              'rx.prompt': { guard: 'prompts', target: 'sendingPayload' }, // the prompt may outrun our own note
            },
          },
          awaitingPrompt: { on: { 'rx.prompt': { target: 'sendingPayload' } } },
          sendingPayload: {
            entry: 'writePayload',
            on: { 'tx.written': { target: 'awaitingFinal' } },
          },
          awaitingFinal: {},
          awaitingResult: {
            after: {
              laterTimeout: {
                guard: 'mayMissLaterResult',
                target: '#exchange.idle',
                actions: { type: 'tellResult', params: { result: 'OK', success: true } },
              },
            },
            on: {
              'rx.later': {
                target: '#exchange.idle',
                actions: { type: 'tellResult', params: ({ event }) => event },
              },
            },
          },
          // gsm §5.6.2: the states come behind OK. gsm §3: an address has no OK behind it, and one that comes is no answer.
          awaitingLines: {
            after: {
              lineQuiet: { guard: 'hasEnoughLines', target: '#exchange.idle', actions: 'tellKeptResult' },
            },
            on: {
              'rx.lineBehind': [
                { guard: 'isLastLine', target: '#exchange.idle', actions: 'tellKeptResult' },
                { target: 'awaitingLines', reenter: true, actions: 'countLine' },
              ],
              'rx.final': {
                guard: 'isFailure',
                target: '#exchange.idle',
                actions: { type: 'tellResult', params: ({ event }) => event },
              },
            },
          },
          draining: {
            after: { drainQuiet: { target: '#exchange.idle', actions: 'tellTimeout' } },
            on: {
              'rx.prompt': { guard: 'prompts', actions: 'writePayload' }, // it would take anything else for it
              'rx.final': {
                target: '#exchange.idle',
                actions: { type: 'tellLateResult', params: ({ event }) => event },
              },
            },
          },
        },
      },
    },
  }),
);

/** A running `exchangeMachine`. */
export type ExchangeActor = ActorRefFrom<typeof exchangeMachine>;
