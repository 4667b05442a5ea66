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
import { type ActorRefFrom, assign, enqueueActions, fromPromise, setup, stopChild } from 'xstate';
import type { ContextParameters, Dialect, SimStatus } from '../adapters/dialects/dialect.ts';
import { type ErrorCode, ModemError } from '../errors.ts';
import type { Clock } from '../streams/clock.ts';
import {
  type ContextLimits,
  type ContextNotice,
  type PdpContextActor,
  pdpContextMachine,
} from './pdp-context.machine.ts';
import {
  type LadderOptions,
  type LadderRecord,
  type RebootNotice,
  rebootPolicyMachine,
} from './reboot-policy.machine.ts';
import {
  type SocketActor,
  type SocketFailure,
  type SocketInput,
  type SocketReport,
  socketMachine,
} from './socket.machine.ts';
import { asking, type CommandOutcome, type CommandRunner } from './support/command-runner.ts';
import { type CrashedEvent, crashSafe, MOST_MICROSTEPS } from './support/crash-safe.ts';

/** What the modem has done for it outside: ports, stores, resets. Each call ends by itself or by its signal. */
export interface ModemServices {
  /** Opens the port and listens. Rejects with a `PORT_…` error. */
  readonly openPort: () => Promise<void>;
  /** Finds out what the module was left in and gets it to answer. */
  readonly synchronise: (signal: AbortSignal) => Promise<'synchronised' | 'silent'>;
  /** One short look whether a hung module answers again. */
  readonly probe: (signal: AbortSignal) => Promise<'synchronised' | 'silent'>;
  /** Closes sockets that an earlier host left open (protocol.md §10). */
  readonly closeLeftovers: (signal: AbortSignal) => Promise<void>;
  /** Sends the URCs to the port that the options name (protocol.md §10); an unsupported command is no error. */
  readonly routeUrcs: (signal: AbortSignal) => Promise<void>;
  /** A URC never came: sends them to the port in use. */
  readonly rerouteUrcs: (modulePort: string | undefined) => void;
  readonly isRegistered: (signal: AbortSignal) => Promise<boolean>;
  readonly isAttached: (signal: AbortSignal) => Promise<boolean>;
  /** Gives the PIN to the SIM, once (invariant 16). */
  readonly unlockSim: (
    signal: AbortSignal,
  ) => Promise<'unlocked' | 'rejected' | 'not tried again' | 'failed'>;
  /** Looks whether a module that has nothing to do still answers; silence is reported as `command.timedOut`. */
  readonly checkPulse: (signal: AbortSignal) => Promise<void>;
  readonly resetModule: (signal: AbortSignal) => Promise<void>;
  /** Stores the ladder's position; rejects with `STORE_FAILED`. */
  readonly rememberLadder: (record: LadderRecord) => Promise<void>;
  /** Ends every command that waits or is in flight. */
  readonly voidWire: (code: ErrorCode) => void;
  readonly report: (step: RecoveryStep) => void;
}

/** One thing that went wrong or was mended, for logs and the progress display. */
export interface RecoveryStep {
  readonly step:
    | 'port lost'
    | 'module hung'
    | 'module rebooted'
    | 'reboot granted'
    | 'reboot delayed'
    | 'reboot denied'
    | 'reset failed'
    | 'context lost'
    | 'context failed'
    | 'context restored'
    | 'online';
  readonly detail: string;
}

/** Limits and waits of the bring-up, milliseconds. */
export interface ModemTiming {
  readonly reopenMs: number;
  readonly longestReopenMs: number;
  readonly simTimeoutMs: number;
  readonly registrationTimeoutMs: number;
  readonly attachTimeoutMs: number;
  readonly pollMs: number;
  /** First and longest distance between looks at a module that waits for its reset; doubles. */
  readonly probeMs: number;
  readonly longestProbeMs: number;
  /** Silence after which an idle module is asked whether it still answers; 0 never. */
  readonly pulseMs: number;
  /** Rounds of failed activations, each from the SIM check on, after which the module is rebooted. */
  readonly contextRounds: number;
  /** Times that failed opens bring a context up anew, without a success, after which the module is rebooted. */
  readonly contextCures: number;
}

export interface ModemInput {
  readonly dialect: Pick<Dialect, 'commands' | 'bringUp'>;
  readonly contexts: readonly ContextParameters[];
  readonly hasPin: boolean;
  /** False when only an AT command can reset the module: useless on a port that never answered. */
  readonly canResetSilentModule: boolean;
  readonly run: CommandRunner;
  readonly services: ModemServices;
  readonly timing: ModemTiming;
  readonly contextLimits: ContextLimits;
  readonly ladder: LadderOptions;
  readonly clock: Clock;
}

export interface ModemContext extends ModemInput {
  readonly contextActors: Readonly<Record<number, PdpContextActor>>;
  readonly activeContexts: Readonly<Record<number, readonly string[]>>;
  readonly socketActors: Readonly<Record<number, SocketActor>>;
  readonly error: ModemError | undefined;
  readonly hasOpened: boolean;
  readonly hasAnswered: boolean;
  readonly reopenings: number;
  readonly row: number;
  readonly rounds: number;
  readonly cures: number;
  readonly ladderWaitMs: number;
  readonly probes: number;
}

export type ModemEvent =
  | { readonly type: 'ask.start' }
  | { readonly type: 'ask.stop' }
  | { readonly type: 'ask.socket'; readonly input: Omit<SocketInput, 'modem'> }
  | { readonly type: 'port.lost'; readonly reason: string }
  | { readonly type: 'module.booted'; readonly notice: string }
  | { readonly type: 'command.timedOut'; readonly command: string }
  | { readonly type: 'urc.open'; readonly connectId: number; readonly err: number }
  | { readonly type: 'urc.recv'; readonly connectId: number }
  | { readonly type: 'urc.closed'; readonly connectId: number }
  | { readonly type: 'urc.pdpdeact'; readonly contextId: number }
  /** Where the ladder stood when an earlier process ended. */
  | { readonly type: 'ladder.recalled'; readonly record: LadderRecord }
  | ContextNotice
  | SocketReport
  | RebootNotice
  | CrashedEvent;

type SimAnswer = CommandOutcome<SimStatus>;

const isAnswered = (outcome: CommandOutcome<unknown>): boolean =>
  outcome.kind === 'ok' || outcome.kind === 'refused';

const modemSetup = setup({
  types: {
    input: {} as ModemInput,
    context: {} as ModemContext,
    events: {} as ModemEvent,
    output: {} as ModemError | undefined,
    tags: {} as 'starting' | 'online' | 'recovering' | 'offline' | 'ended',
  },
  actors: {
    pdpContext: pdpContextMachine,
    socket: socketMachine,
    rebootPolicy: rebootPolicyMachine,
    portOpener: fromPromise<void, ModemServices>(({ input }) => input.openPort()),
    synchroniser: fromPromise<'synchronised' | 'silent', ModemServices>(({ input, signal }) =>
      input.synchronise(signal),
    ),
    prober: fromPromise<'synchronised' | 'silent', ModemServices>(({ input, signal }) => input.probe(signal)),
    configurator: asking(
      ({ dialect, row }: ModemContext) => dialect.bringUp[row]?.command ?? dialect.commands.attention(),
    ),
    urcRouter: fromPromise<void, ModemServices>(({ input, signal }) => input.routeUrcs(signal)),
    cleaner: fromPromise<void, ModemServices>(({ input, signal }) => input.closeLeftovers(signal)),
    simReader: asking(({ dialect }: ModemContext) => dialect.commands.querySim()),
    simUnlocker: fromPromise<Awaited<ReturnType<ModemServices['unlockSim']>>, ModemServices>(
      ({ input, signal }) => input.unlockSim(signal),
    ),
    registrar: fromPromise<boolean, ModemServices>(({ input, signal }) => input.isRegistered(signal)),
    attacher: fromPromise<boolean, ModemServices>(({ input, signal }) => input.isAttached(signal)),
    pulseChecker: fromPromise<void, ModemServices>(({ input, signal }) => input.checkPulse(signal)),
    resetter: fromPromise<void, ModemServices>(({ input, signal }) => input.resetModule(signal)),
  },
  guards: {
    neverOpened: ({ context }) => !context.hasOpened,
    isSynchronised: (_, answer: 'synchronised' | 'silent') => answer === 'synchronised',
    isNoModule: ({ context }) => !context.hasAnswered && !context.canResetSilentModule,
    hasMoreRows: ({ context }) => context.row < context.dialect.bringUp.length,
    mayContinue: ({ context }, outcome: CommandOutcome<unknown>) =>
      outcome.kind === 'ok' ||
      (isAnswered(outcome) && context.dialect.bringUp[context.row]?.required === false),
    isReady: (_, sim: SimAnswer) => sim.kind === 'ok' && sim.value === 'ready',
    wantsPin: ({ context }, sim: SimAnswer) => sim.kind === 'ok' && sim.value === 'pin' && context.hasPin,
    lacksPin: (_, sim: SimAnswer) => sim.kind === 'ok' && sim.value === 'pin',
    wantsPuk: (_, sim: SimAnswer) => sim.kind === 'ok' && sim.value === 'puk',
    is: (_, params: { value: unknown; wanted: unknown }) => params.value === params.wanted,
    hasNoContexts: ({ context }) => context.contexts.length === 0,
    hasPulseChecks: ({ context }) => context.timing.pulseMs > 0,
    isLastMissing: ({ context }, params: { id: number }) =>
      context.contexts.every(({ id }) => id === params.id || context.activeContexts[id] !== undefined),
    isLastCure: ({ context }, params: { reason: string }) =>
      params.reason === 'failed opens' && context.cures + 1 >= context.timing.contextCures,
    isLastRound: ({ context }) => context.rounds + 1 >= context.timing.contextRounds,
  },
  actions: {
    noteOpened: assign({ hasOpened: true, reopenings: 0 }),
    noteAnswered: assign({ hasAnswered: true, row: 0 }),
    countReopening: assign(({ context }) => ({ reopenings: context.reopenings + 1 })),
    nextRow: assign(({ context }) => ({ row: context.row + 1 })),
    countCure: assign(({ context }, params: { reason: string }) => ({
      cures: context.cures + (params.reason === 'failed opens' ? 1 : 0),
    })),
    forgetCures: assign({ cures: 0 }),
    countProbe: assign(({ context }) => ({ probes: context.probes + 1 })),
    forgetProbes: assign({ probes: 0 }),
    countRound: assign(({ context }) => ({ rounds: context.rounds + 1 })),
    forgetRounds: assign({ rounds: 0 }),
    keepError: assign((_, params: { error: unknown }) => ({
      error:
        params.error instanceof ModemError
          ? params.error
          : new ModemError('INTERNAL', `modem machine failed: ${String(params.error)}`, {}, params.error),
    })),
    keepProblem: assign((_, params: { code: ErrorCode; message: string }) => ({
      error: new ModemError(params.code, params.message),
    })),
    keepAddresses: assign(({ context }, params: { id: number; addresses: readonly string[] }) => ({
      activeContexts: { ...context.activeContexts, [params.id]: params.addresses },
    })),
    rerouteUrcs: ({ context }, params: { modulePort: string | undefined }) =>
      context.services.rerouteUrcs(params.modulePort),
    keepWait: assign((_, params: { waitMs: number }) => ({ ladderWaitMs: params.waitMs })),
    report: ({ context }, step: RecoveryStep) => context.services.report(step),
    /** Invariant 9: contexts and sockets go to initial, the command in flight fails. */
    voidEverything: enqueueActions(({ context, enqueue }, failure: SocketFailure) => {
      enqueue(() => context.services.voidWire(failure.code));
      for (const socket of Object.values(context.socketActors)) {
        enqueue.sendTo(socket, { type: 'module.voided', failure });
      }
      for (const pdpContext of Object.values(context.contextActors)) {
        enqueue.sendTo(pdpContext, { type: 'module.voided' });
      }
      enqueue.assign({ activeContexts: {} });
    }),
    /** lte §2.2.5: a lost context takes its sockets along; the others' sockets are left alone. */
    voidSockets: enqueueActions(({ context, enqueue }, params: { contextId: number }) => {
      for (const socket of Object.values(context.socketActors)) {
        if (socket.getSnapshot().context.open.contextId !== params.contextId) continue;
        enqueue.sendTo(socket, { type: 'context.lost' });
      }
      const { [params.contextId]: _, ...activeContexts } = context.activeContexts;
      enqueue.assign({ activeContexts });
    }),
    spawnContexts: assign(({ context, spawn, self }) => {
      if (Object.keys(context.contextActors).length > 0) return {};
      const { dialect, run, contextLimits: limits } = context;
      const actors = context.contexts.map((parameters) => {
        const input = { parameters, commands: dialect.commands, run, owner: self, limits };
        return [parameters.id, spawn('pdpContext', { id: `context-${parameters.id}`, input })] as const;
      });
      return { contextActors: Object.fromEntries(actors) };
    }),
    activateContexts: enqueueActions(({ context, enqueue }) => {
      for (const pdpContext of Object.values(context.contextActors)) {
        enqueue.sendTo(pdpContext, { type: 'ask.activate' });
      }
    }),
    spawnSocket: assign(({ context, spawn, self }, input: Omit<SocketInput, 'modem'>) => {
      const id = input.open.connectId;
      const socket = spawn('socket', { id: `socket-${id}`, input: { ...input, modem: self } });
      return { socketActors: { ...context.socketActors, [id]: socket } };
    }),
    openSocket: enqueueActions(({ context, enqueue }, input: Omit<SocketInput, 'modem'>) => {
      const socket = context.socketActors[input.open.connectId];
      if (socket) enqueue.sendTo(socket, { type: 'ask.open' });
    }),
    refuseSocket: (_, input: Omit<SocketInput, 'modem'>) => {
      input.owner.send({ type: 'socket.failed', failure: { code: 'CONTEXT_LOST' } });
      input.owner.send({ type: 'socket.released' });
    },
    forgetSocket: enqueueActions(({ context, enqueue }, params: { connectId: number }) => {
      const { [params.connectId]: socket, ...socketActors } = context.socketActors;
      if (socket) enqueue(stopChild(socket));
      enqueue.assign({ socketActors });
    }),
    forwardToSocket: enqueueActions(({ context, enqueue, event }) => {
      if (!('connectId' in event)) return;
      const socket = context.socketActors[event.connectId];
      if (socket && event.type !== 'socket.released') enqueue.sendTo(socket, event);
    }),
    forwardToContext: enqueueActions(({ context, enqueue, event }) => {
      if (event.type === 'urc.pdpdeact') {
        const pdpContext = context.contextActors[event.contextId];
        if (pdpContext) enqueue.sendTo(pdpContext, { type: 'urc.pdpdeact' });
      }
      if (event.type === 'socket.attemptFailed' || event.type === 'socket.progressed') {
        const pdpContext = context.contextActors[event.contextId];
        if (pdpContext) enqueue.sendTo(pdpContext, { type: event.type });
      }
    }),
    forwardToPolicy: enqueueActions(({ enqueue, event }) => {
      if (event.type === 'ladder.recalled') enqueue.sendTo('rebootPolicy', event);
    }),
    askReboot: enqueueActions(({ enqueue }) => enqueue.sendTo('rebootPolicy', { type: 'ask.reboot' })),
    withdrawReboot: enqueueActions(({ enqueue }) => enqueue.sendTo('rebootPolicy', { type: 'ask.withdraw' })),
    beginHealth: enqueueActions(({ enqueue }) => enqueue.sendTo('rebootPolicy', { type: 'health.begun' })),
    endHealth: enqueueActions(({ enqueue }) => enqueue.sendTo('rebootPolicy', { type: 'health.ended' })),
  },
  delays: {
    reopenBackoff: ({ context: { timing, reopenings } }) =>
      Math.min(timing.reopenMs * 2 ** (reopenings - 1), timing.longestReopenMs),
    simTimeout: ({ context }) => context.timing.simTimeoutMs,
    registrationTimeout: ({ context }) => context.timing.registrationTimeoutMs,
    attachTimeout: ({ context }) => context.timing.attachTimeoutMs,
    pollPause: ({ context }) => context.timing.pollMs,
    pulsePause: ({ context }) => context.timing.pulseMs,
    probePause: ({ context: { timing, probes } }) =>
      Math.min(timing.probeMs * 2 ** probes, timing.longestProbeMs),
  },
});

const opening = modemSetup.createStateConfig({
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
          { target: 'backingOff', actions: 'countReopening' },
        ],
      },
    },
    backingOff: { after: { reopenBackoff: { target: 'trying' } } },
  },
});

const syncing = modemSetup.createStateConfig({
  tags: 'starting',
  invoke: {
    src: 'synchroniser',
    input: ({ context }) => context.services,
    onDone: [
      {
        guard: { type: 'isSynchronised', params: ({ event }) => event.output },
        target: '#modem.configuring',
        actions: 'noteAnswered',
      },
      {
        guard: 'isNoModule',
        target: '#modem.faulted',
        actions: {
          type: 'keepProblem',
          params: {
            code: 'NO_MODULE',
            message:
              'nothing at the port answers AT: check the path (an EC25 answers on ttyUSB2), baud rate, power',
          },
        },
      },
      { target: '#modem.rebooting' },
    ],
    onError: { target: '#modem.rebooting' },
  },
  on: { 'command.timedOut': {} },
});

/** Rows of the dialect one by one, then the URC port, then what an earlier host left behind. */
const configuring = modemSetup.createStateConfig({
  tags: 'starting',
  initial: 'writing',
  states: {
    writing: {
      invoke: {
        src: 'configurator',
        input: ({ context }) => context,
        onDone: [
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
    advancing: { always: [{ guard: 'hasMoreRows', target: 'writing' }, { target: 'routingUrcs' }] },
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

const unlockingSim = modemSetup.createStateConfig({
  tags: 'starting',
  after: { simTimeout: { target: '#modem.rebooting' } }, // lte figure 1: 20 s
  initial: 'asking',
  states: {
    asking: {
      invoke: {
        src: 'simReader',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'isReady', params: ({ event }) => event.output }, target: '#modem.registering' },
          { guard: { type: 'wantsPin', params: ({ event }) => event.output }, target: 'unlocking' },
          {
            guard: { type: 'lacksPin', params: ({ event }) => event.output },
            target: '#modem.faulted',
            actions: {
              type: 'keepProblem',
              params: { code: 'SIM_PIN_REQUIRED', message: 'the SIM asks for a PIN: set the option pin' },
            },
          },
          {
            guard: { type: 'wantsPuk', params: ({ event }) => event.output },
            target: '#modem.faulted',
            actions: {
              type: 'keepProblem',
              params: {
                code: 'SIM_PUK_REQUIRED',
                message: 'the SIM is locked: unlock it by its PUK in a phone',
              },
            },
          },
          { target: 'pausing' }, // +CME ERROR: 10, then 14, before READY (protocol.md §10)
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
            target: '#modem.faulted',
            actions: {
              type: 'keepProblem',
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

const registering = modemSetup.createStateConfig({
  tags: 'starting',
  after: { registrationTimeout: { target: '#modem.rebooting' } }, // lte figure 1: 90 s
  initial: 'asking',
  states: {
    asking: {
      invoke: {
        src: 'registrar',
        input: ({ context }) => context.services,
        onDone: [
          {
            guard: { type: 'is', params: ({ event }) => ({ value: event.output, wanted: true }) },
            target: '#modem.attaching',
          },
          { target: 'pausing' },
        ],
        onError: { target: 'pausing' },
      },
    },
    pausing: { after: { pollPause: { target: 'asking' } } },
  },
});

/** The packet domain, then every context of the options. */
const attaching = modemSetup.createStateConfig({
  tags: 'starting',
  initial: 'awaitingPacketDomain',
  states: {
    awaitingPacketDomain: {
      after: { attachTimeout: { target: '#modem.rebooting' } }, // lte figure 1: 60 s
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
      always: { guard: 'hasNoContexts', target: '#modem.online' },
    },
  },
});

/** What contexts report, wherever contexts may be active. */
const contextEvents = {
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

const rebooting = modemSetup.createStateConfig({
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
const cooling = modemSetup.createStateConfig({
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

export const modemMachine = crashSafe(
  modemSetup.createMachine({
    id: 'modem',
    options: { maxIterations: MOST_MICROSTEPS },
    context: ({ input }) => ({
      ...input,
      contextActors: {},
      activeContexts: {},
      socketActors: {},
      error: undefined,
      hasOpened: false,
      hasAnswered: false,
      reopenings: 0,
      row: 0,
      rounds: 0,
      cures: 0,
      ladderWaitMs: 0,
      probes: 0,
    }),
    invoke: {
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
    initial: 'portClosed',
    on: {
      'ask.stop': { target: '.stopped' },
      crashed: { target: '.faulted', actions: { type: 'keepError', params: ({ event }) => event } },
      'port.lost': {
        target: '.opening',
        actions: [
          'withdrawReboot',
          { type: 'voidEverything', params: { code: 'PORT_LOST' } },
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
        actions: {
          type: 'report',
          params: ({ event }) => ({ step: 'module hung', detail: `no answer to ${event.command}` }),
        },
      },
      'ask.socket': { actions: { type: 'refuseSocket', params: ({ event }) => event.input } },
      'socket.released': { actions: { type: 'forgetSocket', params: ({ event }) => event } },
      'socket.opened': { actions: 'forgetCures' },
      'socket.urcMissed': { actions: { type: 'rerouteUrcs', params: ({ event }) => event } },
      'socket.attemptFailed': { actions: 'forwardToContext' },
      'socket.progressed': { actions: 'forwardToContext' },
      'ladder.recalled': { actions: 'forwardToPolicy' },
      'urc.open': { actions: 'forwardToSocket' },
      'urc.recv': { actions: 'forwardToSocket' },
      'urc.closed': { actions: 'forwardToSocket' },
      'urc.pdpdeact': { actions: 'forwardToContext' },
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
        entry: ['forgetRounds', 'beginHealth', { type: 'report', params: { step: 'online', detail: '' } }],
        exit: 'endHealth',
        initial: 'serving',
        states: {
          serving: { after: { pulsePause: { guard: 'hasPulseChecks', target: 'checkingPulse' } } },
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
          'ask.socket': {
            actions: [
              { type: 'spawnSocket', params: ({ event }) => event.input },
              { type: 'openSocket', params: ({ event }) => event.input },
            ],
          },
        },
      },
      recovering: {
        tags: 'recovering',
        on: {
          ...contextEvents,
          'ask.socket': {
            actions: [
              { type: 'spawnSocket', params: ({ event }) => event.input },
              { type: 'openSocket', params: ({ event }) => event.input },
            ],
          },
        },
      },
      rebooting,
      cooling,
      stopped: { tags: 'ended', type: 'final' },
      faulted: { tags: 'ended', type: 'final' },
    },
    output: ({ context }) => context.error,
  }),
);

export type ModemActor = ActorRefFrom<typeof modemMachine>;
