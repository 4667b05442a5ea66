/** One PDP context: from configured to active, and back after the network dropped it.
 *
 *    deactivated ──ask.activate──▶ configuring ──▶ activating ──▶ active ──urc.pdpdeact──▶ lost
 *        ▲   ▲                       ▲  ▲ ▲            │refused     │ 5 failed opens         │
 *        │   │                       │  │   backingOff◀┘(< 3)       ▼                        │
 *        │   └─(gave up, stopped)── deactivating ◀─────┴── (3rd refusal)                     │
 *        │                           ▲  └─ refused 3 times: context.stuck (reboot policy)    │
 *        └── module.voided           └────────────────── QIDEACT first (lte §2.2.5) ─────────┘
 *
 * protocol.md §7.3 (pdpdeact is no reason to reboot), §7.9 (3 refusals, 5 failed opens), §10 (read QIACT? first).
 */
import { type ActorRefFrom, assign, setup } from 'xstate';
import type { ContextParameters, ContextStatus, DialectCommands } from '../adapters/dialects/dialect.ts';
import { asking, type CommandOutcome, type CommandRunner } from './support/command-runner.ts';
import { type CrashedEvent, crashSafe, MOST_MICROSTEPS } from './support/crash-safe.ts';
import type { Receiver } from './support/receiver.ts';

/** What a context tells the modem. */
export type ContextNotice =
  | { readonly type: 'context.active'; readonly id: number; readonly addresses: readonly string[] }
  | { readonly type: 'context.lost'; readonly id: number; readonly reason: 'pdpdeact' | 'failed opens' }
  /** Three activations were refused; the context is deactivated: start over at the SIM. */
  | { readonly type: 'context.failed'; readonly id: number; readonly result: string }
  /** Three deactivations were refused: only a reboot helps. */
  | { readonly type: 'context.stuck'; readonly id: number; readonly result: string };

export interface ContextLimits {
  /** Refused activations after which the context is deactivated (protocol.md §7.9). */
  readonly activationTries: number;
  readonly deactivationTries: number;
  readonly retryDelayMs: number;
  /** Failed opens in a row, across sockets, after which the context is activated anew (protocol.md §7.9). */
  readonly failedOpens: number;
}

export interface PdpContextInput {
  readonly parameters: ContextParameters;
  readonly commands: Pick<
    DialectCommands,
    'queryContexts' | 'queryContext' | 'configureContext' | 'activateContext' | 'deactivateContext'
  >;
  readonly run: CommandRunner;
  readonly owner: Receiver<ContextNotice>;
  readonly limits: ContextLimits;
}

export interface PdpContextContext extends PdpContextInput {
  readonly refusedActivations: number;
  readonly refusedDeactivations: number;
  readonly failedOpens: number;
  readonly lastResult: string;
  readonly addresses: readonly string[];
  /** What follows a deactivation. */
  readonly next: 'activate' | 'give up' | 'rest';
}

export type PdpContextEvent =
  | { readonly type: 'ask.activate' }
  | { readonly type: 'ask.deactivate' }
  | { readonly type: 'urc.pdpdeact' }
  | { readonly type: 'socket.attemptFailed' }
  | { readonly type: 'socket.progressed' }
  | { readonly type: 'module.voided' }
  | CrashedEvent;

type Outcome = CommandOutcome<unknown>;
type Listing = CommandOutcome<readonly ContextStatus[]>;
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

const contextSetup = setup({
  types: {
    input: {} as PdpContextInput,
    context: {} as PdpContextContext,
    events: {} as PdpContextEvent,
    tags: {} as 'active' | 'busy',
  },
  actors: {
    lister: asking(({ commands }: PdpContextContext) => commands.queryContexts()),
    inspector: asking(({ commands, parameters }: PdpContextContext) => commands.queryContext(parameters.id)),
    configurator: asking(({ commands, parameters }: PdpContextContext) =>
      commands.configureContext(parameters),
    ),
    activator: asking(({ commands, parameters }: PdpContextContext) =>
      commands.activateContext(parameters.id),
    ),
    deactivator: asking(({ commands, parameters }: PdpContextContext) =>
      commands.deactivateContext(parameters.id),
    ),
  },
  guards: {
    isOk: (_, outcome: Outcome) => outcome.kind === 'ok',
    /** The channel was cleared or the module hangs: the modem knows and acts. */
    isVoid: (_, outcome: Outcome) => outcome.kind === 'aborted' || outcome.kind === 'timedOut',
    isListed: ({ context }, listing: Listing) => entry(listing, context.parameters.id) !== undefined,
    isMissing: ({ context }, listing: Listing) =>
      listing.kind === 'ok' && entry(listing, context.parameters.id) === undefined,
    hasOurParameters: ({ context }, found: Parameters) => isSame(found, context.parameters),
    isLastActivation: ({ context }) => context.refusedActivations + 1 >= context.limits.activationTries,
    isLastDeactivation: ({ context }) => context.refusedDeactivations >= context.limits.deactivationTries,
    isLastOpen: ({ context }) => context.failedOpens + 1 >= context.limits.failedOpens,
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
    forgetRefusals: assign({ refusedActivations: 0, refusedDeactivations: 0 }),
    keepAddresses: assign(({ context }, listing: Listing) => ({
      addresses: entry(listing, context.parameters.id)?.addresses ?? [],
      refusedActivations: 0,
    })),
    countFailedOpen: assign(({ context }) => ({ failedOpens: context.failedOpens + 1 })),
    forgetFailedOpens: assign({ failedOpens: 0 }),
    planNext: assign((_, params: { next: PdpContextContext['next'] }) => ({
      next: params.next,
      refusals: 0,
    })),
    announceActive: ({ context }) =>
      context.owner.send({ type: 'context.active', id: context.parameters.id, addresses: context.addresses }),
    announceLost: ({ context }, params: { reason: 'pdpdeact' | 'failed opens' }) =>
      context.owner.send({ type: 'context.lost', id: context.parameters.id, reason: params.reason }),
    announceFailed: ({ context }) =>
      context.owner.send({ type: 'context.failed', id: context.parameters.id, result: context.lastResult }),
    announceStuck: ({ context }) =>
      context.owner.send({ type: 'context.stuck', id: context.parameters.id, result: context.lastResult }),
  },
  delays: { retryDelay: ({ context }) => context.limits.retryDelayMs },
});

/** `configuring`: adopt what is active with our parameters, otherwise write them. */
const configuring = contextSetup.createStateConfig({
  tags: 'busy',
  initial: 'checking',
  states: {
    checking: {
      invoke: {
        src: 'lister',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isVoid', params: ({ event }) => event.output },
            target: '#pdpContext.deactivated',
          },
          { guard: { type: 'isListed', params: ({ event }) => event.output }, target: 'comparing' },
          { target: 'writing' },
        ],
        onError: { target: '#pdpContext.deactivated' },
      },
    },
    comparing: {
      invoke: {
        src: 'inspector',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isVoid', params: ({ event }) => event.output },
            target: '#pdpContext.deactivated',
          },
          {
            guard: { type: 'hasOurParameters', params: ({ event }) => event.output },
            target: '#pdpContext.activating.confirming',
          },
          { target: '#pdpContext.deactivating', actions: { type: 'planNext', params: { next: 'activate' } } },
        ],
        onError: { target: '#pdpContext.deactivated' },
      },
    },
    writing: {
      invoke: {
        src: 'configurator',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isOk', params: ({ event }) => event.output },
            target: '#pdpContext.activating',
          },
          {
            guard: { type: 'isVoid', params: ({ event }) => event.output },
            target: '#pdpContext.deactivated',
          },
          {
            guard: 'isLastActivation',
            target: '#pdpContext.deactivated',
            actions: [
              { type: 'countRefusedActivation', params: ({ event }) => event.output },
              'announceFailed',
            ],
          },
          {
            target: '#pdpContext.backingOff',
            actions: { type: 'countRefusedActivation', params: ({ event }) => event.output },
          },
        ],
        onError: { target: '#pdpContext.deactivated' },
      },
    },
  },
});

/** `activating`: QIACT, then QIACT? for the address; an OK without the context in the list is no success. */
const activating = contextSetup.createStateConfig({
  tags: 'busy',
  initial: 'requesting',
  states: {
    requesting: {
      invoke: {
        src: 'activator',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'isOk', params: ({ event }) => event.output }, target: 'confirming' },
          {
            guard: { type: 'isVoid', params: ({ event }) => event.output },
            target: '#pdpContext.deactivated',
          },
          {
            guard: 'isLastActivation',
            target: '#pdpContext.deactivating',
            actions: [
              { type: 'countRefusedActivation', params: ({ event }) => event.output },
              { type: 'planNext', params: { next: 'give up' } },
            ],
          },
          {
            target: '#pdpContext.backingOff',
            actions: { type: 'countRefusedActivation', params: ({ event }) => event.output },
          },
        ],
        onError: { target: '#pdpContext.deactivated' },
      },
    },
    confirming: {
      invoke: {
        src: 'lister',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isListed', params: ({ event }) => event.output },
            target: '#pdpContext.active',
            actions: { type: 'keepAddresses', params: ({ event }) => event.output },
          },
          {
            guard: { type: 'isVoid', params: ({ event }) => event.output },
            target: '#pdpContext.deactivated',
          },
          {
            guard: 'isLastActivation',
            target: '#pdpContext.deactivating',
            actions: { type: 'planNext', params: { next: 'give up' } },
          },
          {
            target: '#pdpContext.backingOff',
            actions: { type: 'countRefusedActivation', params: ({ event }) => event.output },
          },
        ],
        onError: { target: '#pdpContext.deactivated' },
      },
    },
  },
});

/** QIDEACT, and what its refusal means: a context that the module does not list is deactivated all the same. */
const deactivation = {
  states: {
    // One turn for the sockets: their counters can be read until AT+QIDEACT resets them.
    yielding: { after: { 0: { target: 'requesting' } } },
    requesting: {
      invoke: {
        src: 'deactivator',
        input: ({ context }: { context: PdpContextContext }) => context,
        onDone: [
          {
            guard: { type: 'isOk', params: ({ event }: { event: { output: Outcome } }) => event.output },
            target: 'finished',
          },
          {
            guard: { type: 'isVoid', params: ({ event }: { event: { output: Outcome } }) => event.output },
            target: '#pdpContext.deactivated',
          },
          {
            target: 'checking',
            actions: {
              type: 'countRefusedDeactivation',
              params: ({ event }: { event: { output: Outcome } }) => event.output,
            },
          },
        ],
        onError: { target: '#pdpContext.deactivated' },
      },
    },
    checking: {
      invoke: {
        src: 'lister',
        input: ({ context }: { context: PdpContextContext }) => context,
        onDone: [
          {
            guard: { type: 'isMissing', params: ({ event }: { event: { output: Listing } }) => event.output },
            target: 'finished',
          },
          {
            guard: { type: 'isVoid', params: ({ event }: { event: { output: Outcome } }) => event.output },
            target: '#pdpContext.deactivated',
          },
          { guard: 'isLastDeactivation', target: '#pdpContext.deactivated', actions: 'announceStuck' },
          { target: 'pausing' },
        ],
        onError: { target: '#pdpContext.deactivated' },
      },
    },
    pausing: { after: { retryDelay: { target: 'requesting' } } },
    finished: { type: 'final' },
  },
} as const;

export const pdpContextMachine = crashSafe(
  contextSetup.createMachine({
    id: 'pdpContext',
    options: { maxIterations: MOST_MICROSTEPS },
    context: ({ input }) => ({
      ...input,
      refusedActivations: 0,
      refusedDeactivations: 0,
      failedOpens: 0,
      lastResult: '',
      addresses: [],
      next: 'rest',
    }),
    initial: 'deactivated',
    on: {
      'module.voided': { target: '.deactivated' },
      'ask.deactivate': { target: '.deactivating', actions: { type: 'planNext', params: { next: 'rest' } } },
      crashed: { target: '.deactivated', actions: 'announceStuck' },
    },
    states: {
      deactivated: {
        entry: ['forgetRefusals', 'forgetFailedOpens'],
        on: { 'ask.activate': { target: 'configuring' }, 'ask.deactivate': {} },
      },
      configuring,
      activating,
      active: {
        tags: 'active',
        entry: ['forgetFailedOpens', 'announceActive'],
        on: {
          'urc.pdpdeact': {
            target: 'lost',
            actions: { type: 'announceLost', params: { reason: 'pdpdeact' } },
          },
          'socket.progressed': { actions: 'forgetFailedOpens' },
          'socket.attemptFailed': [
            {
              guard: 'isLastOpen',
              target: 'deactivating',
              actions: [
                { type: 'announceLost', params: { reason: 'failed opens' } },
                { type: 'planNext', params: { next: 'activate' } },
              ],
            },
            { actions: 'countFailedOpen' },
          ],
        },
      },
      lost: {
        tags: 'busy',
        entry: 'forgetRefusals',
        initial: 'yielding',
        ...deactivation,
        onDone: { target: 'configuring', actions: 'forgetRefusals' },
      },
      deactivating: {
        tags: 'busy',
        initial: 'yielding',
        ...deactivation,
        onDone: [
          { guard: 'wantsActivation', target: 'configuring' },
          { guard: 'gaveUp', target: 'deactivated', actions: 'announceFailed' },
          { target: 'deactivated' },
        ],
      },
      // A pdpdeact whose URC was missed refuses every activation until AT+QIDEACT (lte §2.2.5).
      backingOff: {
        tags: 'busy',
        after: {
          retryDelay: { target: 'deactivating', actions: { type: 'planNext', params: { next: 'activate' } } },
        },
      },
    },
  }),
);

export type PdpContextActor = ActorRefFrom<typeof pdpContextMachine>;
