/** One PDP context: from configured to active, and back after the network dropped it.
 *
 *    deactivated ──ask.activate──▶ configuring ──▶ activating ──▶ active ──urc.pdpdeact──▶ lost
 *        ▲   ▲                       ▲  ▲ ▲            │refused     │ 5 failed opens         │
 *        │   │                       │  │   backingOff◀┘(< 3)       ▼                        │
 *        │   └─(gave up, stopped)── deactivating ◀─────┴── (3rd refusal)                     │
 *        │                           ▲  └─ refused 3 times: context.stuck (reboot policy)    │
 *        └── module.voided           └────────────────── QIDEACT first (lte §2.2.5) ─────────┘
 *
 * On bc66 the network attaches: deactivated, lost ──▶ awaitingNetwork ──▶ active. `active.checking` settles a doubt.
 * protocol.md §7.3 (pdpdeact is no reason to reboot), §7.9 (3 refusals, 5 failed opens), §10 (read QIACT? first).
 */
import type { ActorRefFrom } from 'xstate';
import { contextSetup } from './pdp-context/setup.ts';
import { activating, active, awaitingNetwork, configuring, deactivation } from './pdp-context/states.ts';
import { crashSafe, MOST_MICROSTEPS } from './support/crash-safe.ts';

export type {
  ContextLimits,
  ContextLoss,
  ContextNotice,
  PdpContextEvent,
  PdpContextInput,
} from './pdp-context/setup.ts';

/** The chart of one PDP context. */
export const pdpContextMachine = crashSafe(
  contextSetup.createMachine({
    id: 'pdpContext',
    options: { maxIterations: MOST_MICROSTEPS },
    context: ({ input }) => ({
      ...input,
      refusedActivations: 0,
      refusedDeactivations: 0,
      failedOpens: 0,
      retries: 0,
      wasDropped: false,
      early: undefined,
      lastResult: '',
      addresses: [],
      isAsync: false,
      next: 'rest',
    }),
    initial: 'deactivated',
    on: {
      'module.voided': [
        { guard: 'hasRestarted', target: '.deactivated', actions: ['forgetRetries', 'forgetDropped'] },
        { target: '.deactivated', actions: 'forgetRetries' },
      ],
      'ask.reshare': { actions: { type: 'keepSharing', params: ({ event }) => event } },
      'ask.deactivate': { target: '.deactivating', actions: { type: 'planNext', params: { next: 'rest' } } },
      crashed: { target: '.deactivated', actions: 'announceStuck' },
    },
    states: {
      deactivated: {
        entry: ['forgetRefusals', 'forgetFailedOpens'],
        on: {
          'ask.activate': [{ guard: 'wasDropped', target: 'lost' }, { target: 'configuring' }],
          'ask.deactivate': {},
          'urc.pdpdeact': { actions: 'noteDropped' }, // an earlier host's, heard while the modem was elsewhere
        },
      },
      configuring,
      activating,
      awaitingNetwork,
      active,
      lost: {
        tags: 'busy',
        entry: ['forgetRefusals', 'noteDropped'],
        always: { guard: 'isAttachedByNetwork', target: 'awaitingNetwork' }, // nothing to deactivate
        initial: 'yielding',
        ...deactivation,
        onDone: { target: 'configuring', actions: ['forgetRefusals', 'forgetDropped'] },
      },
      deactivating: {
        tags: 'busy',
        initial: 'yielding',
        ...deactivation,
        onDone: [
          { guard: 'wantsActivation', target: 'configuring', actions: 'forgetDropped' },
          { guard: 'gaveUp', target: 'deactivated', actions: ['forgetDropped', 'announceFailed'] },
          { target: 'deactivated', actions: 'forgetDropped' },
        ],
      },
      // A pdpdeact whose URC was missed refuses every activation until AT+QIDEACT (lte §2.2.5).
      backingOff: {
        tags: 'busy',
        after: {
          retryDelay: {
            target: 'deactivating',
            actions: ['countRetry', { type: 'planNext', params: { next: 'activate' } }],
          },
        },
      },
    },
  }),
);

/** A running `pdpContextMachine`. */
export type PdpContextActor = ActorRefFrom<typeof pdpContextMachine>;
