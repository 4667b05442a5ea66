/** What the chart of a PDP context is made of: its messages, guards, actions and actors. */
import { assign, enqueueActions, setup } from 'xstate';
import type {
  ContextCommands,
  ContextParameters,
  ContextStatus,
  Sharing,
} from '../../adapters/dialects/dialect.ts';
import type { ErrorCode } from '../../errors.ts';
import { asking, type CommandOutcome, type CommandRunner } from '../support/command-runner.ts';
import type { CrashedEvent } from '../support/crash-safe.ts';
import type { Receiver } from '../support/receiver.ts';

/** Why a context is brought up anew. */
export type ContextLoss = 'pdpdeact' | 'failed opens' | 'shared in another way';

/** What a context tells the modem. */
export type ContextNotice =
  | { readonly type: 'context.active'; readonly id: number; readonly addresses: readonly string[] }
  | { readonly type: 'context.lost'; readonly id: number; readonly reason: ContextLoss }
  /** Three activations were refused; the context is deactivated: start over at the SIM. */
  | { readonly type: 'context.failed'; readonly id: number; readonly result: string }
  /** Three deactivations were refused: only a reboot helps. */
  | { readonly type: 'context.stuck'; readonly id: number; readonly result: string };

/** Limits and waits of a context; times are milliseconds. */
export interface ContextLimits {
  /** Refused activations after which the context is deactivated (protocol.md §7.9). */
  readonly activationTries: number;
  /** Refused deactivations after which only a reboot helps. */
  readonly deactivationTries: number;
  /** First and longest wait behind an activation that was refused; doubles until the context is active. */
  readonly retryDelayMs: number;
  /** Longest wait behind a refused activation. */
  readonly longestRetryDelayMs: number;
  /** Distance between looks at what takes long, and between refused deactivations. */
  readonly lookPauseMs: number;
  /** Failed opens in a row, across sockets, after which the context is activated anew (protocol.md §7.9). */
  readonly failedOpens: number;
  /** Waits for the results of the asynchronous forms, where the dialect has them. */
  readonly activationResultMs: number;
  /** As `activationResultMs`, of a deactivation. */
  readonly deactivationResultMs: number;
}

/** What a context needs. */
export interface PdpContextInput {
  /** Id and access of the context. */
  readonly parameters: ContextParameters;
  /** Encoders. */
  readonly commands: ContextCommands;
  /** Refusals have no numbers: any of them may mean that the notice of a loss was missed (gsm). */
  readonly isDoubtedByFailures: boolean;
  /** The network attaches the module by itself: the context is there or is not (bc66). */
  readonly isAttachedByNetwork: boolean;
  /** Runs a command at its turn. */
  readonly run: CommandRunner;
  /** The modem, which is told. */
  readonly owner: Receiver<ContextNotice>;
  /** Limits and waits. */
  readonly limits: ContextLimits;
}

export interface PdpContextContext extends PdpContextInput {
  readonly refusedActivations: number;
  readonly refusedDeactivations: number;
  /** Waits behind refused activations since it was active last, over all rounds. */
  readonly retries: number;
  readonly early: EarlyResult | undefined;
  /** `pdpdeact` was heard, and AT+QIDEACT has not been carried out since: it comes first (lte §2.2.5). */
  readonly wasDropped: boolean;
  readonly failedOpens: number;
  readonly lastResult: string;
  readonly addresses: readonly string[];
  /** The OK of the command under way says only that the work has begun; a URC says how it ended. */
  readonly isAsync: boolean;
  /** What follows a deactivation. */
  readonly next: 'activate' | 'give up' | 'rest';
}

/** What a context is told. */
export type PdpContextEvent =
  | { readonly type: 'ask.activate' }
  | { readonly type: 'ask.deactivate' }
  | { readonly type: 'urc.pdpdeact' }
  /** It may be lost: a notice did not say which context it was about, or the network was (gsm, bc66). */
  | { readonly type: 'urc.doubted' }
  | { readonly type: 'urc.registered' }
  /** The connections of the context shall share it in another way (gsm). */
  | { readonly type: 'ask.reshare'; readonly sharing: Sharing }
  /** Results of the asynchronous forms; 0 is success. */
  | { readonly type: 'urc.activated' | 'urc.deactivated'; readonly err: number }
  | { readonly type: 'socket.attemptFailed' }
  | { readonly type: 'socket.progressed' }
  /** Why: what only seemed to hang, or was out of reach, is as it was. */
  | { readonly type: 'module.voided'; readonly code: ErrorCode }
  | CrashedEvent;

/** The result of an asynchronous form that came in the same breath as its OK. */
export type EarlyResult = Extract<PdpContextEvent, { readonly type: 'urc.activated' | 'urc.deactivated' }>;

export type Outcome = CommandOutcome<unknown>;
export type Listing = CommandOutcome<readonly ContextStatus[]>;
type Parameters = CommandOutcome<Omit<ContextParameters, 'id'>>;

function entry(listing: Listing, id: number): ContextStatus | undefined {
  return listing.kind === 'ok'
    ? listing.value.find((status) => status.id === id && status.active)
    : undefined;
}

function resultOf(outcome: Outcome): string | undefined {
  return outcome.kind === 'refused' ? outcome.result : undefined;
}

function isSame(found: Parameters, wanted: ContextParameters): boolean {
  if (found.kind !== 'ok') return false;
  const { type, apn, username, password, authentication } = found.value;
  const access = type === wanted.type && apn === wanted.apn && authentication === wanted.authentication;
  return access && username === wanted.username && password === wanted.password;
}

/** A failure that a URC tells, as the outcome of the command. */
export function failedWith(what: string, { err }: { readonly err: number }): Outcome {
  return { kind: 'refused', result: `${what}: error ${err}`, moduleError: err };
}

export const contextSetup = setup({
  types: {
    input: {} as PdpContextInput,
    context: {} as PdpContextContext,
    events: {} as PdpContextEvent,
    tags: {} as 'active' | 'busy',
  },
  actors: {
    lister: asking(({ commands, parameters }: PdpContextContext) => commands.queryContexts(parameters.id)),
    inspector: asking(({ commands, parameters }: PdpContextContext) =>
      commands.queryContext?.(parameters.id),
    ),
    configurator: asking(({ commands, parameters }: PdpContextContext) =>
      commands.configureContext(parameters),
    ),
    activator: asking<PdpContextContext, unknown>(({ commands, parameters, isAsync }) =>
      ((isAsync && commands.activateContextAsync) || commands.activateContext)(parameters.id),
    ),
    deactivator: asking(({ commands, parameters, isAsync }: PdpContextContext) =>
      ((isAsync && commands.deactivateContextAsync) || commands.deactivateContext)(parameters.id),
    ),
  },
  guards: {
    isOk: (_, outcome: Outcome) => outcome.kind === 'ok',
    hasBegun: ({ context }, outcome: Outcome) => outcome.kind === 'ok' && context.isAsync,
    isSuccess: (_, params: { err: number }) => params.err === 0,
    /** The channel was cleared or the module hangs: the modem knows and acts. Nobody acts on a full queue. */
    isVoid: (_, outcome: Outcome) =>
      outcome.kind === 'timedOut' || (outcome.kind === 'aborted' && outcome.code !== 'QUEUE_FULL'),
    isListed: ({ context }, listing: Listing) => entry(listing, context.parameters.id) !== undefined,
    isDoubtedByFailures: ({ context }) => context.isDoubtedByFailures,
    isAttachedByNetwork: ({ context }) => context.isAttachedByNetwork,
    isMissing: ({ context }, listing: Listing) =>
      listing.kind === 'ok' && entry(listing, context.parameters.id) === undefined,
    hasOurParameters: ({ context }, found: Parameters) => isSame(found, context.parameters),
    isLastActivation: ({ context }) => context.refusedActivations + 1 >= context.limits.activationTries,
    isLastDeactivation: ({ context }) => context.refusedDeactivations >= context.limits.deactivationTries,
    isLastOpen: ({ context }) => context.failedOpens + 1 >= context.limits.failedOpens,
    wasDropped: ({ context }) => context.wasDropped,
    hasRestarted: ({ event }) => event.type === 'module.voided' && event.code === 'MODULE_REBOOTED',
    wantsActivation: ({ context }) => context.next === 'activate',
    gaveUp: ({ context }) => context.next === 'give up',
  },
  actions: {
    countRefusedActivation: assign(({ context }, outcome: Outcome) => ({
      refusedActivations: context.refusedActivations + 1,
      lastResult: resultOf(outcome) ?? context.lastResult,
    })),
    countRefusedDeactivation: assign(({ context }, outcome: Outcome) => ({
      refusedDeactivations: context.refusedDeactivations + 1,
      lastResult: resultOf(outcome) ?? context.lastResult,
    })),
    // Other commands can run meanwhile. A module that refuses the asynchronous form may know the plain one.
    chooseActivation: assign(({ context: { commands, refusedActivations } }) => ({
      early: undefined,
      isAsync: refusedActivations === 0 && commands.activateContextAsync !== undefined,
    })),
    chooseDeactivation: assign(({ context: { commands, refusedDeactivations } }) => ({
      early: undefined,
      isAsync: refusedDeactivations === 0 && commands.deactivateContextAsync !== undefined,
    })),
    noteDropped: assign({ wasDropped: true }),
    forgetDropped: assign({ wasDropped: false }),
    keepEarly: assign((_, early: EarlyResult) => ({ early })),
    repeatEarly: enqueueActions(({ context: { early }, enqueue }) => {
      if (early) enqueue.raise(early);
    }),
    keepResult: assign(({ context }, outcome: Outcome) => ({
      lastResult: resultOf(outcome) ?? context.lastResult,
    })),
    forgetRefusals: assign({ refusedActivations: 0, refusedDeactivations: 0 }),
    keepAddresses: assign(({ context }, listing: Listing) => ({
      addresses: entry(listing, context.parameters.id)?.addresses ?? [],
      refusedActivations: 0,
    })),
    keepSharing: assign(({ context }, { sharing }: { sharing: Sharing }) => ({
      parameters: { ...context.parameters, sharing },
    })),
    countFailedOpen: assign(({ context }) => ({ failedOpens: context.failedOpens + 1 })),
    forgetFailedOpens: assign({ failedOpens: 0 }),
    countRetry: assign(({ context }) => ({ retries: context.retries + 1 })),
    forgetRetries: assign({ retries: 0 }),
    planNext: assign((_, params: { next: PdpContextContext['next'] }) => ({
      next: params.next,
      refusals: 0,
    })),
    announceActive: ({ context }) =>
      context.owner.send({ type: 'context.active', id: context.parameters.id, addresses: context.addresses }),
    announceLost: ({ context }, params: { reason: ContextLoss }) =>
      context.owner.send({ type: 'context.lost', id: context.parameters.id, reason: params.reason }),
    announceFailed: ({ context }) =>
      context.owner.send({ type: 'context.failed', id: context.parameters.id, result: context.lastResult }),
    announceStuck: ({ context }) =>
      context.owner.send({ type: 'context.stuck', id: context.parameters.id, result: context.lastResult }),
  },
  delays: {
    retryDelay: ({ context: { limits, retries } }) =>
      Math.min(limits.retryDelayMs * 2 ** retries, limits.longestRetryDelayMs),
    lookPause: ({ context }) => context.limits.lookPauseMs,
    activationResultLimit: ({ context }) => context.limits.activationResultMs,
    deactivationResultLimit: ({ context }) => context.limits.deactivationResultMs,
  },
});
