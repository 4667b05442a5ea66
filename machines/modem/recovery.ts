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
      target: '#modem.recovering',
      actions: [
        { type: 'countCure', params: ({ event }: { event: { reason: string } }) => event },
        { type: 'voidSockets', params: ({ event }: { event: { id: number } }) => ({ contextId: event.id }) },
        {
          type: 'blame',
          params: ({ event }: { event: { id: number; reason: string } }) => ({
            code: 'CONTEXT_LOST' as const,
            detail: `context ${event.id}: ${event.reason}`,
          }),
        },
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
      actions: [
        'forgetRounds',
        {
          type: 'blame',
          params: ({ event }: { event: { id: number; result: string } }) => ({
            code: 'CONTEXT_FAILED' as const,
            detail: `context ${event.id}: ${event.result}`,
          }),
        },
      ],
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
  'context.stuck': {
    target: '#modem.rebooting',
    actions: {
      type: 'blame',
      params: { code: 'MODULE_HUNG', detail: 'a PDP context can be neither activated nor deactivated' },
    },
  },
} as const;

/** A context is being brought back. When failed opens were the reason again and again, it is not believed to be well
 * because it is active: a look at something else tells a dead path from dead peers (invariant 11).
 *
 *    reactivating ── active, but in vain so far ──▶ comparing ──▶ online | rebooting
 */
export const recovering = modemSetup.createStateConfig({
  tags: 'recovering',
  on: {
    ...contextEvents,
    ...socketRequests,
    'context.active': [
      {
        guard: { type: 'isCureInVain', params: ({ event }) => event },
        target: '.comparing',
        actions: { type: 'keepAddresses', params: ({ event }) => event },
      },
      ...contextEvents['context.active'],
    ],
  },
  initial: 'reactivating',
  states: {
    reactivating: {},
    comparing: {
      on: {
        'socket.attemptFailed': {}, // that opens fail is why we look
        'socket.opened': { target: '#modem.online', actions: 'forgetCures' },
      },
      invoke: {
        src: 'pathProber',
        input: ({ context, event }) => ({
          services: context.services,
          contextId: event.type === 'context.active' ? event.id : 0,
        }),
        onDone: [
          {
            guard: { type: 'is', params: ({ event }) => ({ value: event.output, wanted: true }) },
            target: '#modem.online',
            actions: [
              'forgetCures',
              {
                type: 'report',
                params: { step: 'only peers unreachable', detail: 'other hosts answer: nothing is reset' },
              },
            ],
          },
          { target: '#modem.rebooting', actions: ['forgetCures', 'blamePath'] },
        ],
        onError: { target: '#modem.rebooting', actions: ['forgetCures', 'blamePath'] },
      },
    },
  },
});

/** What the ladder's word leads to. A module that is deaf to AT is not helped by a reset that is an AT command: it is told of,
 * and looked at again. */
const granted = [
  {
    guard: 'isOutOfReach',
    target: '#modem.syncing',
    actions: [
      { type: 'noteReboot', params: ({ event }: { event: { rebootsInRow: number } }) => event },
      { type: 'blame', params: { code: 'HARD_RESET_NEEDED' } },
      { type: 'reportProblem', params: { step: 'no hard reset' } },
    ],
  },
  {
    target: '#modem.rebooting.resetting',
    actions: [
      { type: 'noteReboot', params: ({ event }: { event: { rebootsInRow: number } }) => event },
      {
        type: 'report',
        params: ({ event }: { event: { rebootsInRow: number } }) => ({
          step: 'reboot granted' as const,
          detail: `number ${event.rebootsInRow} in a row`,
        }),
      },
    ],
  },
] as const;

/**    looking ──▶ asking ──granted──▶ resetting ──▶ syncing
 *                    └──too early──▶ cooling
 */
export const rebooting = modemSetup.createStateConfig({
  tags: 'offline',
  entry: { type: 'voidEverything', params: { code: 'MODULE_HUNG' } },
  initial: 'looking',
  on: { 'command.timedOut': {}, 'context.stuck': {}, 'context.failed': {} },
  states: {
    looking: {
      invoke: {
        src: 'looker',
        input: ({ context }) => context.services,
        onDone: {
          target: 'asking',
          actions: { type: 'noteSituation', params: ({ event }) => ({ answers: event.output }) },
        },
        onError: {
          target: 'asking',
          actions: { type: 'noteSituation', params: { answers: false } },
        },
      },
    },
    asking: {
      entry: 'askReboot',
      on: {
        'reboot.granted': granted,
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
          actions: [
            { type: 'blame', params: { code: 'REBOOTS_EXHAUSTED' } },
            {
              type: 'report',
              params: ({ event }) => ({
                step: 'reboot denied',
                detail: `after ${event.rebootsInRow} in a row`,
              }),
            },
          ],
        },
      },
    },
    resetting: {
      on: { 'module.booted': {} }, // the notice of our own reset must not cut the reset short
      invoke: {
        src: 'resetter',
        input: ({ context }) => context,
        onDone: { target: '#modem.syncing', actions: 'tellResetDone' },
        onError: {
          target: '#modem.syncing',
          actions: [
            'tellResetDone',
            { type: 'blameError', params: ({ event }) => event },
            { type: 'reportProblem', params: { step: 'reset failed' } },
          ],
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
    'reboot.granted': granted,
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
          {
            target: 'pausing',
            actions: ['countProbe', { type: 'noteSituation', params: { answers: false } }],
          },
        ],
        onError: { target: 'pausing', actions: 'countProbe' },
      },
    },
  },
});
