/** The life of one module, from the closed port to online and back after every kind of loss.
 *
 *    portClosed ─ask.start─▶ opening ─▶ syncing ─▶ configuring ─▶ unlockingSim ─▶ registering ─▶ attaching ─▶ online
 *                              ▲           ▲             ▲ context.failed             20 s│ 90 s│ 60 s│        │ ▲
 *                     port.lost│           │ boot URC    └────────────────────┐           ▼     ▼     ▼        ▼ │
 *                              │           │                            recovering     rebooting ◀── hung   recovering
 *                              │           ├───────────────── reset ───────────────────── │ ▲ granted
 *                              │           └── answers again ── cooling ◀── too early ────┘─┘
 *    any state: ask.stop ─▶ stopped · no module, SIM locked, port never there ─▶ faulted
 *
 * protocol.md §7.1 (silence), §7.2 (ladder), §7.8 and §7.9 (process of a start), §10 (leftovers, URC port, SIM).
 */
import type { ActorRefFrom } from 'xstate';
import { attaching, configuring, opening, registering, syncing, unlockingSim } from './modem/bring-up.ts';
import { contextEvents, cooling, rebooting, recovering, socketRequests } from './modem/recovery.ts';
import { modemSetup } from './modem/setup.ts';
import { crashSafe, MOST_MICROSTEPS } from './support/crash-safe.ts';

export type {
  ModemContext,
  ModemEvent,
  ModemInput,
  ModemServices,
  ModemTiming,
  RecoveryStep,
  Registration,
  ResetSituation,
} from './modem/setup.ts';

/** The chart of the module's life; its output is the error that ended it, if any. */
export const modemMachine = crashSafe(
  modemSetup.createMachine({
    id: 'modem',
    options: { maxIterations: MOST_MICROSTEPS },
    context: ({ input }) => ({
      ...input,
      contextActors: {},
      activeContexts: {},
      droppedContexts: [],
      socketActors: {},
      error: undefined,
      problem: undefined,
      hasOpened: false,
      hasAnswered: false,
      reopenings: 0,
      row: 0,
      rounds: 0,
      cures: 0,
      ladderWaitMs: 0,
      reset: { answers: false, rebootsInRow: 0 },
      probes: 0,
    }),
    invoke: [
      {
        src: 'rebootPolicy',
        id: 'rebootPolicy',
        input: ({ context, self }) => ({
          owner: self,
          clock: context.clock,
          options: context.ladder,
          remember: context.services.rememberLadder,
        }),
        onError: { target: '.faulted', actions: { type: 'keepError', params: ({ event }) => event } },
      },
      {
        src: 'transparentMode',
        id: 'transparentMode',
        input: ({ context, self }) => ({
          wire: context.dataWire,
          run: context.runUrgent,
          commands: context.dialect.commands,
          modem: self,
          timing: context.dataTiming,
        }),
        onError: { target: '.faulted', actions: { type: 'keepError', params: ({ event }) => event } },
      },
    ],
    initial: 'portClosed',
    on: {
      'ask.stop': { target: '.stopped' },
      crashed: { target: '.faulted', actions: { type: 'keepError', params: ({ event }) => event } },
      'port.lost': {
        target: '.opening',
        actions: [
          'withdrawReboot',
          { type: 'voidEverything', params: { code: 'PORT_LOST' } },
          { type: 'blame', params: ({ event }) => ({ code: 'PORT_LOST', detail: event.reason }) },
          { type: 'report', params: ({ event }) => ({ step: 'port lost', detail: event.reason }) },
        ],
      },
      'module.booted': {
        target: '.syncing',
        actions: [
          'withdrawReboot',
          { type: 'voidEverything', params: { code: 'MODULE_REBOOTED' } },
          { type: 'report', params: ({ event }) => ({ step: 'module rebooted', detail: event.notice }) },
        ],
      },
      'command.timedOut': {
        target: '.rebooting',
        actions: [
          {
            type: 'blame',
            params: ({ event }) => ({ code: 'MODULE_HUNG', detail: `no answer to ${event.command}` }),
          },
          {
            type: 'report',
            params: ({ event }) => ({ step: 'module hung', detail: `no answer to ${event.command}` }),
          },
        ],
      },
      'data.stuck': {
        target: '.rebooting',
        actions: [
          { type: 'blame', params: { code: 'MODULE_HUNG', detail: 'no answer to +++ in data mode' } },
          { type: 'report', params: { step: 'module hung', detail: 'no answer to +++ in data mode' } },
        ],
      },
      'data.escapeMissed': {
        actions: {
          type: 'report',
          params: ({ event }) => ({
            step: 'escape missed',
            detail: `try ${event.tries}: the peer may have received the three plus signs`,
          }),
        },
      },
      'ask.socket': { actions: { type: 'refuseSocket', params: ({ event }) => event.input } },
      'ask.adopt': { actions: { type: 'refuseSocket', params: ({ event }) => event.input } },
      'socket.released': { actions: { type: 'forgetSocket', params: ({ event }) => event } },
      // In the middle of a bring-up: no change of state, but the sockets of a lost context must know.
      'context.active': { actions: { type: 'keepAddresses', params: ({ event }) => event } },
      'context.lost': { actions: { type: 'voidSockets', params: ({ event }) => ({ contextId: event.id }) } },
      'socket.opened': { actions: 'forgetCures' },
      'socket.urcMissed': { actions: { type: 'rerouteUrcs', params: ({ event }) => event } },
      'socket.attemptFailed': { actions: 'forwardToContext' },
      'socket.progressed': { actions: 'forwardToContext' },
      'ladder.recalled': { actions: 'forwardToPolicy' },
      'urc.open': { actions: 'forwardToSocket' },
      'urc.recv': { actions: 'forwardToSocket' },
      'urc.closed': { actions: 'forwardToSocket' },
      'urc.pdpdeact': { actions: 'forwardToContext' },
      'urc.doubted': { actions: 'forwardToContext' },
      'urc.registered': { actions: 'forwardToContext' },
      'ask.reshare': { actions: 'forwardToContext' },
      'urc.activated': { actions: 'forwardToContext' },
      'urc.deactivated': { actions: 'forwardToContext' },
      'id.taken': { actions: 'forwardToSocket' },
      'rx.connected': { actions: 'forwardToDataMode' },
      'rx.doubted': { actions: 'forwardToDataMode' },
      'rx.cleared': { actions: 'forwardToDataMode' },
      'work.waiting': { actions: 'forwardToDataMode' },
      'data.claimed': { actions: 'forwardToDataMode' },
      'data.interrupt': { actions: 'forwardToDataMode' },
      'data.resume': { actions: 'forwardToDataMode' },
      'data.released': { actions: 'forwardToDataMode' },
    },
    states: {
      portClosed: {
        tags: 'offline',
        on: { 'ask.start': { target: 'opening' }, 'port.lost': {}, 'module.booted': {} },
      },
      opening,
      syncing,
      configuring,
      unlockingSim,
      registering,
      attaching: { ...attaching, on: contextEvents },
      online: {
        tags: 'online',
        entry: [
          'forgetRounds',
          'forgetProblem',
          'beginHealth',
          { type: 'report', params: { step: 'online', detail: '' } },
        ],
        exit: 'endHealth',
        initial: 'serving',
        states: {
          serving: {
            invoke: {
              src: 'silenceWatch',
              input: ({ context }) => context.services,
              onError: {
                target: '#modem.faulted',
                actions: { type: 'keepError', params: ({ event }) => event },
              },
            },
            on: { 'module.silent': { target: 'checkingPulse' } },
          },
          checkingPulse: {
            invoke: {
              src: 'pulseChecker',
              input: ({ context }) => context.services,
              onDone: { target: 'serving' },
              onError: { target: 'serving' },
            },
          },
        },
        on: {
          ...contextEvents,
          ...socketRequests,
        },
      },
      recovering,
      rebooting,
      cooling,
      stopped: { tags: 'ended', type: 'final' },
      faulted: { tags: 'ended', type: 'final' },
    },
    output: ({ context }) => context.error,
  }),
);

/** A running `modemMachine`. */
export type ModemActor = ActorRefFrom<typeof modemMachine>;
