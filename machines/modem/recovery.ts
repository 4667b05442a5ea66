/** What is done about lost contexts and hung modules (protocol.md §7.1 to §7.3). */
import type { SocketInput } from '../socket.machine.ts';
import { modemSetup } from './setup.ts';

type SocketRequest = { readonly event: { readonly input: Omit<SocketInput, 'modem'> } };

/** Sockets are opened and accepted wherever their context may be active. */
export const socketRequests = {
  'ask.socket': {
    actions: [
      { type: 'spawnSocket', params: ({ event }: SocketRequest) => event.input },
      { type: 'openSocket', params: ({ event }: SocketRequest) => event.input },
    ],
  },
  'ask.adopt': {
    actions: [
      { type: 'spawnSocket', params: ({ event }: SocketRequest) => event.input },
      { type: 'adoptSocket', params: ({ event }: SocketRequest) => event.input },
    ],
  },
} as const;

/** What contexts report, wherever contexts may be active. */
export const contextEvents = {
  'context.active': [
    {
      guard: { type: 'isLastMissing', params: ({ event }: { event: { id: number } }) => event },
      target: '#modem.online',
      actions: [
        {
          type: 'keepAddresses',
          params: ({ event }: { event: { id: number; addresses: readonly string[] } }) => event,
        },
      ],
    },
    {
      actions: {
        type: 'keepAddresses',
        params: ({ event }: { event: { id: number; addresses: readonly string[] } }) => event,
      },
    },
  ],
  'context.lost': [
    {
      guard: { type: 'isLastCure', params: ({ event }: { event: { reason: string } }) => event },
      target: '#modem.rebooting',
      actions: 'forgetCures',
    },
    {
      target: '#modem.recovering',
      actions: [
        { type: 'countCure', params: ({ event }: { event: { reason: string } }) => event },
        { type: 'voidSockets', params: ({ event }: { event: { id: number } }) => ({ contextId: event.id }) },
        {
          type: 'report',
          params: ({ event }: { event: { id: number; reason: string } }) => ({
            step: 'context lost' as const,
            detail: `context ${event.id}: ${event.reason}`,
          }),
        },
      ],
    },
  ],
  'context.failed': [
    {
      guard: 'isLastRound',
      target: '#modem.rebooting',
      actions: ['forgetRounds'],
    },
    {
      target: '#modem.unlockingSim', // lte figure 1: start over at the SIM check
      actions: [
        'countRound',
        {
          type: 'report',
          params: ({ event }: { event: { id: number; result: string } }) => ({
            step: 'context failed' as const,
            detail: `context ${event.id}: ${event.result}`,
          }),
        },
      ],
    },
  ],
  'context.stuck': { target: '#modem.rebooting' },
} as const;

export const rebooting = modemSetup.createStateConfig({
  tags: 'offline',
  entry: { type: 'voidEverything', params: { code: 'MODULE_HUNG' } },
  initial: 'asking',
  on: { 'command.timedOut': {}, 'context.stuck': {}, 'context.failed': {} },
  states: {
    asking: {
      entry: 'askReboot',
      on: {
        'reboot.granted': {
          target: 'resetting',
          actions: {
            type: 'report',
            params: ({ event }) => ({
              step: 'reboot granted',
              detail: `number ${event.rebootsInRow} in a row`,
            }),
          },
        },
        'reboot.delayed': {
          target: '#modem.cooling',
          actions: [
            { type: 'keepWait', params: ({ event }) => event },
            {
              type: 'report',
              params: ({ event }) => ({
                step: 'reboot delayed',
                detail: `next reset in ${Math.ceil(event.waitMs / 1000)} s, after ${event.rebootsInRow} in a row`,
              }),
            },
          ],
        },
        'reboot.denied': {
          target: '#modem.cooling',
          actions: {
            type: 'report',
            params: ({ event }) => ({
              step: 'reboot denied',
              detail: `after ${event.rebootsInRow} in a row`,
            }),
          },
        },
      },
    },
    resetting: {
      on: { 'module.booted': {} }, // the notice of our own reset must not cut the reset short
      invoke: {
        src: 'resetter',
        input: ({ context }) => context.services,
        onDone: { target: '#modem.syncing' },
        onError: {
          target: '#modem.syncing',
          actions: {
            type: 'report',
            params: ({ event }) => ({
              step: 'reset failed',
              detail: event.error instanceof Error ? event.error.message : String(event.error),
            }),
          },
        },
      },
    },
  },
});

/** The ladder says wait. A module that answers again by itself is taken back at once. */
export const cooling = modemSetup.createStateConfig({
  tags: 'offline',
  entry: 'forgetProbes',
  initial: 'pausing',
  on: {
    'reboot.granted': {
      target: '#modem.rebooting.resetting',
      actions: {
        type: 'report',
        params: ({ event }) => ({ step: 'reboot granted', detail: `number ${event.rebootsInRow} in a row` }),
      },
    },
    'command.timedOut': {},
  },
  states: {
    pausing: { after: { probePause: { target: 'probing' } } },
    probing: {
      invoke: {
        src: 'prober',
        input: ({ context }) => context.services,
        onDone: [
          {
            guard: { type: 'isSynchronised', params: ({ event }) => event.output },
            target: '#modem.syncing',
            actions: 'withdrawReboot',
          },
          { target: 'pausing', actions: 'countProbe' },
        ],
        onError: { target: 'pausing', actions: 'countProbe' },
      },
    },
  },
});
