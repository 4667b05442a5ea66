import {
  contextSetup,
  type EarlyResult,
  failedWith,
  type Listing,
  type Outcome,
  type PdpContextContext,
} from './setup.ts';

/** `configuring`: adopt what is active with our parameters, otherwise write them. */
export const configuring = contextSetup.createStateConfig({
  tags: 'busy',
  on: { 'urc.pdpdeact': { target: '#pdpContext.lost' } },
  always: { guard: 'isAttachedByNetwork', target: 'awaitingNetwork' },
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

/** `awaitingNetwork`: the module attaches by itself (bc66); asking for it does no harm. What does not succeed within the
 * limit is for the modem: it starts over at the SIM. */
export const awaitingNetwork = contextSetup.createStateConfig({
  tags: 'busy',
  after: { activationResultLimit: { target: '#pdpContext.deactivated', actions: 'announceFailed' } },
  initial: 'looking',
  states: {
    looking: {
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
          { target: 'attaching' },
        ],
        onError: { target: '#pdpContext.deactivated' },
      },
    },
    attaching: {
      entry: 'chooseActivation',
      invoke: {
        src: 'activator',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isVoid', params: ({ event }) => event.output },
            target: '#pdpContext.deactivated',
          },
          {
            target: 'pausing',
            actions: { type: 'keepResult', params: ({ event }) => event.output },
          },
        ],
        onError: { target: '#pdpContext.deactivated' },
      },
    },
    pausing: {
      after: { retryDelay: { target: 'looking', actions: 'countRetry' } },
      on: { 'urc.registered': 'looking' },
    },
  },
});

/** `active`: a doubt is settled by a look. */
export const active = contextSetup.createStateConfig({
  tags: 'active',
  entry: ['forgetFailedOpens', 'forgetRetries', 'announceActive'],
  initial: 'serving',
  on: {
    'urc.pdpdeact': {
      target: 'lost',
      actions: { type: 'announceLost', params: { reason: 'pdpdeact' } },
    },
    'urc.doubted': { target: '.checking' },
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
      { guard: 'isDoubtedByFailures', target: '.checking', actions: 'countFailedOpen' },
      { actions: 'countFailedOpen' },
    ],
    'ask.reshare': {
      target: 'deactivating',
      actions: [
        { type: 'keepSharing', params: ({ event }) => event },
        { type: 'announceLost', params: { reason: 'shared in another way' } },
        { type: 'planNext', params: { next: 'activate' } },
      ],
    },
  },
  states: {
    serving: {},
    checking: {
      invoke: {
        src: 'lister',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isMissing', params: ({ event }) => event.output },
            target: '#pdpContext.lost',
            actions: { type: 'announceLost', params: { reason: 'pdpdeact' } },
          },
          { target: 'serving' },
        ],
        onError: { target: 'serving' },
      },
    },
  },
});

/** `activating`: QIACT or QIACTEX, then QIACT? for the address; an OK without the context in the list is no success. */
export const activating = contextSetup.createStateConfig({
  tags: 'busy',
  on: { 'urc.pdpdeact': { target: '#pdpContext.lost' } },
  initial: 'requesting',
  states: {
    requesting: {
      entry: 'chooseActivation',
      on: { 'urc.activated': { actions: { type: 'keepEarly', params: ({ event }) => event } } },
      invoke: {
        src: 'activator',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'hasBegun', params: ({ event }) => event.output }, target: 'awaiting' },
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
    // AT+QIACTEX (rg §2.3.5): the result comes as a URC; one that is lost is looked for.
    awaiting: {
      entry: 'repeatEarly',
      on: {
        'urc.activated': [
          { guard: { type: 'isSuccess', params: ({ event }) => event }, target: 'confirming' },
          {
            guard: 'isLastActivation',
            target: '#pdpContext.deactivating',
            actions: [
              {
                type: 'countRefusedActivation',
                params: ({ event }) => failedWith('activation of the context', event),
              },
              { type: 'planNext', params: { next: 'give up' } },
            ],
          },
          {
            target: '#pdpContext.backingOff',
            actions: {
              type: 'countRefusedActivation',
              params: ({ event }) => failedWith('activation of the context', event),
            },
          },
        ],
      },
      after: { activationResultLimit: { target: 'confirming' } },
      initial: 'quiet',
      states: {
        quiet: { after: { lookPause: { target: 'looking' } } },
        looking: {
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
              { target: 'quiet' },
            ],
            onError: { target: '#pdpContext.deactivated' },
          },
        },
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

/** QIDEACT or QIDEACTEX, and what its refusal means: a context that the module does not list is deactivated all the same. */
export const deactivation = {
  states: {
    // One turn for the sockets: their counters can be read until AT+QIDEACT resets them.
    yielding: { after: { 0: { target: 'requesting' } } },
    requesting: {
      entry: 'chooseDeactivation',
      on: {
        'urc.deactivated': {
          actions: { type: 'keepEarly', params: ({ event }: { event: EarlyResult }) => event },
        },
      },
      invoke: {
        src: 'deactivator',
        input: ({ context }: { context: PdpContextContext }) => context,
        onDone: [
          {
            guard: { type: 'hasBegun', params: ({ event }: { event: { output: Outcome } }) => event.output },
            target: 'awaiting',
          },
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
    // AT+QIDEACTEX (rg §2.3.6): the result comes as a URC; one that is lost is looked for.
    awaiting: {
      entry: 'repeatEarly',
      on: {
        'urc.deactivated': [
          {
            guard: { type: 'isSuccess', params: ({ event }: { event: { err: number } }) => event },
            target: 'finished',
          },
          {
            target: 'checking',
            actions: {
              type: 'countRefusedDeactivation',
              params: ({ event }: { event: { err: number } }) =>
                failedWith('deactivation of the context', event),
            },
          },
        ],
      },
      after: {
        deactivationResultLimit: {
          target: 'checking',
          actions: {
            type: 'countRefusedDeactivation',
            params: (): Outcome => ({ kind: 'timedOut', isSynchronised: true }),
          },
        },
      },
      initial: 'quiet',
      states: {
        quiet: { after: { lookPause: { target: 'looking' } } },
        looking: {
          invoke: {
            src: 'lister',
            input: ({ context }: { context: PdpContextContext }) => context,
            onDone: [
              {
                guard: {
                  type: 'isMissing',
                  params: ({ event }: { event: { output: Listing } }) => event.output,
                },
                target: 'gone',
              },
              {
                guard: {
                  type: 'isVoid',
                  params: ({ event }: { event: { output: Outcome } }) => event.output,
                },
                target: '#pdpContext.deactivated',
              },
              { target: 'quiet' },
            ],
            onError: { target: '#pdpContext.deactivated' },
          },
        },
        gone: { type: 'final' },
      },
      onDone: { target: 'finished' },
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
    pausing: { after: { lookPause: { target: 'requesting' } } },
    finished: { type: 'final' },
  },
} as const;
