/** One AT command on the wire: from its first byte to its final result code.
 *
 *    commanding ──prompts──▶ awaitingPrompt ──rx.prompt──▶ sendingPayload ──▶ awaitingFinal
 *         └───────────────────────────────────────────────────────────────────────▲  │ rx.final
 *                                        finished ◀── awaitingResult ◀── (later result) ┤
 *                                        finished ◀── awaitingLines ◀── (lines behind) ─┤
 *                                            ▲                                          ▼
 *    any state ──replyTimeout──▶ draining ───┴──────────────────────────────────── finished
 *
 * One command is in flight at a time (protocol.md §2). A timeout is not an answer: a late final result is
 * swallowed while draining, and the channel is resynchronised before the next command is written.
 */
import { type ActorRefFrom, assign, setup } from 'xstate';
import type { ErrorCode } from '../errors.ts';
import { type CrashedEvent, crashSafe, MOST_MICROSTEPS } from './support/crash-safe.ts';
import type { Receiver } from './support/receiver.ts';

/** How a command ended. A refusal is a value, not an exception. */
export type ExchangeOutcome =
  | { readonly kind: 'ok'; readonly result: string }
  | { readonly kind: 'refused'; readonly result: string }
  | { readonly kind: 'timedOut'; readonly lateResult?: string }
  | { readonly kind: 'aborted'; readonly code: ErrorCode };

/** What a command needs to be carried out; times are milliseconds. */
export interface ExchangeInput {
  /** Takes the orders to put bytes on the wire; answers with `tx.written`. */
  readonly writer: Receiver<{ readonly type: 'write.command' } | { readonly type: 'write.payload' }>;
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

/** What is known of a command under way. */
export interface ExchangeContext extends ExchangeInput {
  /** How it ended, as far as that is known; `INTERNAL` until then. */
  readonly outcome: ExchangeOutcome;
  /** Lines that came behind the result. */
  readonly lines: number;
}

/** What a command is told: the notes of the writer, what the reader found, and the wish to give it up. */
export type ExchangeEvent =
  | { readonly type: 'tx.written' }
  | { readonly type: 'rx.prompt' }
  /** A line of the answer behind its result. */
  | { readonly type: 'rx.lineBehind' }
  | { readonly type: 'rx.final'; readonly result: string; readonly success: boolean }
  | { readonly type: 'rx.later'; readonly result: string; readonly success: boolean }
  | { readonly type: 'ask.abort'; readonly code: ErrorCode }
  | CrashedEvent;

const exchangeSetup = setup({
  types: {
    input: {} as ExchangeInput,
    context: {} as ExchangeContext,
    events: {} as ExchangeEvent,
    output: {} as ExchangeOutcome,
  },
  guards: {
    prompts: ({ context }) => context.prompts,
    waitsForLaterResult: ({ context, event }) =>
      context.hasLaterResult && event.type === 'rx.final' && event.success,
    mayMissLaterResult: ({ context }) => context.laterTimeoutMs !== undefined,
    waitsForLines: ({ context, event }) =>
      context.linesBehind !== undefined && event.type === 'rx.final' && event.success,
    isFailure: ({ event }) => event.type === 'rx.final' && !event.success,
    hasEnoughLines: ({ context }) => context.lines >= (context.linesBehind?.least ?? 0),
    isLastLine: ({ context }) => context.lines + 1 >= (context.linesBehind?.most ?? 0),
  },
  actions: {
    writeCommand: ({ context }) => context.writer.send({ type: 'write.command' }),
    writePayload: ({ context }) => context.writer.send({ type: 'write.payload' }),
    recordResult: assign((_, params: { result: string; success: boolean }) => ({
      outcome: { kind: params.success ? 'ok' : 'refused', result: params.result } as const,
    })),
    countLine: assign(({ context }) => ({ lines: context.lines + 1 })),
    recordTimeout: assign({ outcome: { kind: 'timedOut' } as const }),
    recordLateResult: assign((_, params: { result: string }) => ({
      outcome: { kind: 'timedOut', lateResult: params.result } as const,
    })),
    recordAbort: assign((_, params: { code: ErrorCode }) => ({
      outcome: { kind: 'aborted', code: params.code } as const,
    })),
  },
  delays: {
    replyTimeout: ({ context }) => context.replyTimeoutMs,
    laterTimeout: ({ context }) => context.laterTimeoutMs ?? context.replyTimeoutMs,
    drainQuiet: ({ context }) => context.drainMs,
    lineQuiet: ({ context }) => context.lineQuietMs,
  },
});

/** The chart of one AT command on the wire; its output is an `ExchangeOutcome`. */
export const exchangeMachine = crashSafe(
  exchangeSetup.createMachine({
    id: 'exchange',
    options: { maxIterations: MOST_MICROSTEPS },
    context: ({ input }) => ({ ...input, outcome: { kind: 'aborted', code: 'INTERNAL' }, lines: 0 }),
    initial: 'commanding',
    after: { replyTimeout: { target: '.draining', actions: 'recordTimeout' } },
    on: {
      'rx.final': [
        { guard: 'waitsForLaterResult', target: '.awaitingResult' },
        {
          guard: 'waitsForLines',
          target: '.awaitingLines',
          actions: { type: 'recordResult', params: ({ event }) => event },
        },
        { target: '.finished', actions: { type: 'recordResult', params: ({ event }) => event } },
      ],
      'ask.abort': { target: '.finished', actions: { type: 'recordAbort', params: ({ event }) => event } },
      crashed: { target: '.finished', actions: { type: 'recordAbort', params: { code: 'INTERNAL' } } },
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
            target: 'finished',
            actions: { type: 'recordResult', params: { result: 'OK', success: true } },
          },
        },
        on: {
          'rx.later': { target: 'finished', actions: { type: 'recordResult', params: ({ event }) => event } },
        },
      },
      // gsm §5.6.2: the states come behind OK. gsm §3: an address has no OK behind it, and one that comes is no answer.
      awaitingLines: {
        after: { lineQuiet: { guard: 'hasEnoughLines', target: 'finished' } },
        on: {
          'rx.lineBehind': [
            { guard: 'isLastLine', target: 'finished' },
            { target: 'awaitingLines', reenter: true, actions: 'countLine' },
          ],
          'rx.final': {
            guard: 'isFailure',
            target: 'finished',
            actions: { type: 'recordResult', params: ({ event }) => event },
          },
        },
      },
      draining: {
        after: { drainQuiet: { target: 'finished' } },
        on: {
          'rx.prompt': { guard: 'prompts', actions: 'writePayload' }, // it would take anything else for it
          'rx.final': {
            target: 'finished',
            actions: { type: 'recordLateResult', params: ({ event }) => event },
          },
        },
      },
      finished: { type: 'final' },
    },
    output: ({ context }) => context.outcome,
  }),
);

/** A running `exchangeMachine`. */
export type ExchangeActor = ActorRefFrom<typeof exchangeMachine>;
