/** From the closed port to active contexts (protocol.md §7.8, §7.9). */
import { modemSetup } from './setup.ts';

export const opening = modemSetup.createStateConfig({
  tags: 'starting',
  initial: 'trying',
  on: { 'port.lost': {} },
  states: {
    trying: {
      invoke: {
        src: 'portOpener',
        input: ({ context }) => context.services,
        onDone: { target: '#modem.syncing', actions: 'noteOpened' },
        onError: [
          {
            guard: 'neverOpened',
            target: '#modem.faulted',
            actions: { type: 'keepError', params: ({ event }) => event },
          },
          {
            target: 'backingOff',
            actions: ['countReopening', { type: 'blameError', params: ({ event }) => event }],
          },
        ],
      },
    },
    backingOff: { after: { reopenBackoff: { target: 'trying' } } },
  },
});

export const syncing = modemSetup.createStateConfig({
  tags: 'starting',
  invoke: {
    src: 'synchroniser',
    input: ({ context }) => context.services,
    onDone: [
      {
        guard: { type: 'isSynchronised', params: ({ event }) => event.output },
        target: '#modem.configuring',
        actions: ['noteAnswered', { type: 'settleProblem', params: { stage: 'answering' } }],
      },
      {
        guard: 'isNoModule',
        target: '#modem.faulted',
        actions: {
          type: 'endWith',
          params: {
            code: 'NO_MODULE',
            message:
              'nothing at the port answers AT: check the path (an EC25 answers on ttyUSB2), baud rate, power',
          },
        },
      },
      { target: '#modem.rebooting', actions: 'blameSilence' },
    ],
    onError: { target: '#modem.rebooting' },
  },
  on: { 'command.timedOut': {} },
});

/** Rows of the dialect one by one, then the URC port, then what an earlier host left behind.
 *
 *    advancing ─┬─ asks first ──▶ reading ─┬─ is so already ──▶ advancing
 *               │                          └─ differs, refused ──▶ writing ──▶ advancing
 *               ├─ more rows ──▶ writing
 *               └─ none left ──▶ routingUrcs ──▶ cleaning
 */
export const configuring = modemSetup.createStateConfig({
  tags: 'starting',
  initial: 'advancing',
  states: {
    advancing: {
      always: [
        { guard: 'asksFirst', target: 'reading' },
        { guard: 'hasMoreRows', target: 'writing' },
        { target: 'routingUrcs' },
      ],
    },
    reading: {
      invoke: {
        src: 'rowReader',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isSoAlready', params: ({ event }) => event.output },
            target: 'advancing',
            actions: 'nextRow',
          },
          { guard: { type: 'isAnswered', params: ({ event }) => event.output }, target: 'writing' },
          { target: '#modem.rebooting' },
        ],
        onError: { target: '#modem.rebooting' },
      },
    },
    writing: {
      invoke: {
        src: 'configurator',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isOptionRefused', params: ({ event }) => event.output },
            target: 'advancing',
            actions: [{ type: 'reportRefusedOption', params: ({ event }) => event.output }, 'nextRow'],
          },
          {
            guard: { type: 'mayContinue', params: ({ event }) => event.output },
            target: 'advancing',
            actions: 'nextRow',
          },
          { target: '#modem.rebooting' },
        ],
        onError: { target: '#modem.rebooting' },
      },
    },
    routingUrcs: {
      invoke: {
        src: 'urcRouter',
        input: ({ context }) => context.services,
        onDone: { target: 'cleaning' },
        onError: { target: 'cleaning' },
      },
    },
    cleaning: {
      invoke: {
        src: 'cleaner',
        input: ({ context }) => context.services,
        onDone: { target: '#modem.unlockingSim' },
        onError: { target: '#modem.rebooting' },
      },
    },
  },
});

export const unlockingSim = modemSetup.createStateConfig({
  tags: 'starting',
  after: {
    // lte figure 1: 20 s
    simTimeout: {
      target: '#modem.rebooting',
      actions: ['blameSim', { type: 'reportProblem', params: { step: 'SIM not ready' } }],
    },
  },
  initial: 'asking',
  states: {
    asking: {
      invoke: {
        src: 'simReader',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isReady', params: ({ event }) => event.output },
            target: '#modem.registering',
            actions: ['confirmPin', { type: 'settleProblem', params: { stage: 'unlocked' } }],
          },
          { guard: { type: 'wantsPin', params: ({ event }) => event.output }, target: 'unlocking' },
          {
            guard: { type: 'lacksPin', params: ({ event }) => event.output },
            target: '#modem.faulted',
            actions: {
              type: 'endWith',
              params: { code: 'SIM_PIN_REQUIRED', message: 'the SIM asks for a PIN: set the option pin' },
            },
          },
          {
            guard: { type: 'wantsPuk', params: ({ event }) => event.output },
            target: '#modem.faulted',
            actions: {
              type: 'endWith',
              params: {
                code: 'SIM_PUK_REQUIRED',
                message: 'the SIM is locked: unlock it by its PUK in a phone',
              },
            },
          },
          // Until the time is over this is no verdict: +CME ERROR: 10, then 14, before READY (protocol.md §10).
          {
            guard: { type: 'isMissing', params: ({ event }) => event.output },
            target: 'pausing',
            actions: { type: 'blame', params: { code: 'SIM_MISSING' } },
          },
          { target: 'pausing', actions: 'noteSimBusy' },
        ],
        onError: { target: 'pausing' },
      },
    },
    pausing: { after: { pollPause: { target: 'asking' } } },
    unlocking: {
      invoke: {
        src: 'simUnlocker',
        input: ({ context }) => context.services,
        onDone: [
          {
            guard: { type: 'is', params: ({ event }) => ({ value: event.output, wanted: 'unlocked' }) },
            target: 'pausing',
          },
          {
            guard: { type: 'is', params: ({ event }) => ({ value: event.output, wanted: 'failed' }) },
            target: 'pausing',
          },
          {
            guard: { type: 'is', params: ({ event }) => ({ value: event.output, wanted: 'unconfirmed' }) },
            target: '#modem.faulted',
            actions: {
              type: 'endWith',
              params: {
                code: 'SIM_PIN_UNCONFIRMED',
                message:
                  'this PIN was given to the SIM once, and no answer told whether it is right: it is not tried again, because a wrong one locks ' +
                  'the SIM; check it, then delete simPin from the store, or unlock the SIM by hand',
              },
            },
          },
          {
            target: '#modem.faulted',
            actions: {
              type: 'endWith',
              params: {
                code: 'SIM_PIN_REJECTED',
                message: 'the SIM refused this PIN; it is not tried again before the option pin changes',
              },
            },
          },
        ],
        onError: { target: '#modem.faulted', actions: { type: 'keepError', params: ({ event }) => event } },
      },
    },
  },
});

export const registering = modemSetup.createStateConfig({
  tags: 'starting',
  after: {
    // lte figure 1: 90 s
    registrationTimeout: {
      target: '#modem.rebooting',
      actions: ['blameNetwork', { type: 'reportProblem', params: { step: 'not registered' } }],
    },
  },
  initial: 'asking',
  states: {
    asking: {
      invoke: {
        src: 'registrar',
        input: ({ context }) => context.services,
        onDone: [
          {
            guard: { type: 'is', params: ({ event }) => ({ value: event.output, wanted: 'registered' }) },
            target: '#modem.attaching',
            actions: { type: 'settleProblem', params: { stage: 'registered' } },
          },
          {
            guard: { type: 'is', params: ({ event }) => ({ value: event.output, wanted: 'denied' }) },
            target: 'pausing',
            actions: { type: 'blame', params: { code: 'REGISTRATION_DENIED' } },
          },
          { target: 'pausing', actions: { type: 'blame', params: { code: 'NOT_REGISTERED' } } },
        ],
        onError: { target: 'pausing' },
      },
    },
    pausing: { after: { pollPause: { target: 'asking' } }, on: { 'urc.registered': 'asking' } },
  },
});

/** The packet domain, then every context of the options. */
export const attaching = modemSetup.createStateConfig({
  tags: 'starting',
  initial: 'awaitingPacketDomain',
  states: {
    awaitingPacketDomain: {
      after: {
        // lte figure 1: 60 s
        attachTimeout: {
          target: '#modem.rebooting',
          actions: [
            { type: 'blame', params: { code: 'NOT_ATTACHED' } },
            { type: 'reportProblem', params: { step: 'not attached' } },
          ],
        },
      },
      initial: 'asking',
      states: {
        asking: {
          invoke: {
            src: 'attacher',
            input: ({ context }) => context.services,
            onDone: [
              {
                guard: { type: 'is', params: ({ event }) => ({ value: event.output, wanted: true }) },
                target: '#modem.attaching.activatingContexts',
                actions: { type: 'settleProblem', params: { stage: 'attached' } },
              },
              { target: 'pausing' },
            ],
            onError: { target: 'pausing' },
          },
        },
        pausing: { after: { pollPause: { target: 'asking' } } },
      },
    },
    activatingContexts: {
      entry: ['spawnContexts', 'activateContexts'],
      always: { guard: 'hasAllContexts', target: '#modem.online' },
    },
  },
});
