/** What the modem's chart is made of: its messages, services, guards, actions, delays and actors. */
import { assign, enqueueActions, fromCallback, fromPromise, setup, stopChild } from 'xstate';
import type {
  Command,
  ContextParameters,
  Dialect,
  Sharing,
  SimStatus,
} from '../../adapters/dialects/dialect.ts';
import { asModemError, type ErrorCode, ModemError } from '../../errors.ts';
import type { Clock } from '../../streams/clock.ts';
import {
  type ContextLimits,
  type ContextNotice,
  type PdpContextActor,
  pdpContextMachine,
} from '../pdp-context.machine.ts';
import {
  type LadderOptions,
  type LadderRecord,
  type RebootNotice,
  rebootPolicyMachine,
} from '../reboot-policy.machine.ts';
import {
  type SocketActor,
  type SocketFailure,
  type SocketInput,
  type SocketReport,
  socketMachine,
} from '../socket.machine.ts';
import { asking, type CommandOutcome, type CommandRunner } from '../support/command-runner.ts';
import type { CrashedEvent } from '../support/crash-safe.ts';
import {
  type DataModeTiming,
  type DataReport,
  type DataWire,
  transparentModeMachine,
} from '../transparent-mode.machine.ts';

/** What the modem has done for it outside: ports, stores, resets. Each call ends by itself or by its signal. */
export interface ModemServices {
  /** Opens the port and listens. Rejects with a `PORT_…` error. */
  readonly openPort: () => Promise<void>;
  /** Finds out what the module was left in and gets it to answer. */
  readonly synchronise: (signal: AbortSignal) => Promise<'synchronised' | 'silent'>;
  /** One short look before a reset: does the module answer anything? */
  readonly look: (signal: AbortSignal) => Promise<boolean>;
  /** One short look whether a hung module answers again. */
  readonly probe: (signal: AbortSignal) => Promise<'synchronised' | 'silent'>;
  /** Closes sockets that an earlier host left open (protocol.md §10). */
  readonly closeLeftovers: (signal: AbortSignal) => Promise<void>;
  /** Sends the URCs to the port that the options name (protocol.md §10); an unsupported command is no error. */
  readonly routeUrcs: (signal: AbortSignal) => Promise<void>;
  /** A URC never came: sends them to the port in use. */
  readonly rerouteUrcs: (modulePort: string | undefined) => void;
  /** Asks every domain whether the network has taken the SIM in. */
  readonly readRegistration: (signal: AbortSignal) => Promise<Registration>;
  /** Asks whether the packet domain is reached. */
  readonly isAttached: (signal: AbortSignal) => Promise<boolean>;
  /** Gives the PIN to the SIM, once (invariant 16). */
  readonly unlockSim: (
    signal: AbortSignal,
  ) => Promise<'unlocked' | 'rejected' | 'not tried again' | 'unconfirmed' | 'failed'>;
  /** The SIM is ready: a PIN that was given was right. */
  readonly confirmPin: () => void;
  /** Calls back when the module has said nothing for the time of a pulse, once, unless what it returns is called before. */
  readonly watchSilence: (onSilent: () => void) => () => void;
  /** Looks whether a module that has nothing to do still answers; silence is reported as `command.timedOut`. */
  readonly checkPulse: (signal: AbortSignal) => Promise<void>;
  /** Resets the module by the means of the options. */
  readonly resetModule: (situation: ResetSituation, signal: AbortSignal) => Promise<void>;
  /** Opens failed again and again: does anything else answer through the context (invariant 11)? */
  readonly isPathAlive: (contextId: number, signal: AbortSignal) => Promise<boolean>;
  /** Stores the ladder's position; rejects with `STORE_FAILED`. */
  readonly rememberLadder: (record: LadderRecord) => Promise<void>;
  /** Ends every command that waits or is in flight. */
  readonly voidWire: (code: ErrorCode) => void;
  /** Takes note of what went wrong or was mended. */
  readonly report: (step: RecoveryStep) => void;
}

/** What the network says to the SIM (3GPP TS 27.007 §7.2), over all domains. */
export type Registration = 'registered' | 'denied' | 'searching';

/** What a reset is up against. */
export interface ResetSituation {
  /** The module still answers AT commands. */
  readonly answers: boolean;
  /** This one included. */
  readonly rebootsInRow: number;
}

/** One thing that went wrong or was mended, for logs and the progress display. */
export interface RecoveryStep {
  /** What happened. */
  readonly step:
    | 'port lost'
    | 'module hung'
    | 'module rebooted'
    | 'reboot granted'
    | 'reboot delayed'
    | 'reboot denied'
    | 'reset failed'
    /** The module is silent, and nothing that the options name could reset it: it is only looked at. */
    | 'no hard reset'
    | 'SIM not ready'
    | 'not registered'
    | 'not attached'
    /** Opens fail, but other hosts answer through the same context: no reason to reset anything. */
    | 'only peers unreachable'
    | 'context lost'
    | 'context failed'
    | 'escape missed'
    /** The module does not take an option of the user's; it goes on without. */
    | 'option refused'
    /** The module talks at another rate of the list than at the last start. */
    | 'baud rate found'
    | 'online';
  /** The circumstances, in words: the error, the context, the wait. */
  readonly detail: string;
}

/** Limits and waits of the bring-up, milliseconds. */
export interface ModemTiming {
  /** First distance between tries to open a lost port; doubles. */
  readonly reopenMs: number;
  /** Longest distance between these tries. */
  readonly longestReopenMs: number;
  /** The SIM must be ready within this. */
  readonly simTimeoutMs: number;
  /** The network must be found within this. */
  readonly registrationTimeoutMs: number;
  /** The packet domain must be reached within this. */
  readonly attachTimeoutMs: number;
  /** Distance between two queries of the bring-up. */
  readonly pollMs: number;
  /** First and longest distance between looks at a module that waits for its reset; doubles. */
  readonly probeMs: number;
  /** Longest distance between looks at a module that waits for its reset. */
  readonly longestProbeMs: number;
  /** Rounds of failed activations, each from the SIM check on, after which the module is rebooted. */
  readonly contextRounds: number;
  /** Times that failed opens bring a context up anew, without a success, after which the module is rebooted. */
  readonly contextCures: number;
}

/** What the modem's chart needs. */
export interface ModemInput {
  /** How the module is brought up. */
  readonly dialect: Pick<Dialect, 'commands' | 'bringUp' | 'isAttachedByNetwork'>;
  /** PDP contexts that are kept active. */
  readonly contexts: readonly ContextParameters[];
  /** A PIN was given. */
  readonly hasPin: boolean;
  /** False when only an AT command can reset the module: useless on a port that never answered. */
  readonly canResetSilentModule: boolean;
  /** Runs a command at its turn. */
  readonly run: CommandRunner;
  /** Runs a command in front of all others. */
  readonly runUrgent: CommandRunner;
  /** The wire, as transparent mode needs it. */
  readonly dataWire: DataWire;
  /** Limits and waits of transparent mode. */
  readonly dataTiming: DataModeTiming;
  /** What is done for it outside. */
  readonly services: ModemServices;
  /** Limits and waits of the bring-up. */
  readonly timing: ModemTiming;
  /** Limits and waits of the contexts. */
  readonly contextLimits: ContextLimits;
  /** Numbers of the reboot ladder. */
  readonly ladder: LadderOptions;
  /** Tells the time to the ladder. */
  readonly clock: Clock;
}

/** What the modem knows. */
export interface ModemContext extends ModemInput {
  /** One for each context that is kept, by its id. */
  readonly contextActors: Readonly<Record<number, PdpContextActor>>;
  /** Lost before anybody asked for them. */
  readonly droppedContexts: readonly number[];
  /** Local addresses of the active contexts, by their ids. */
  readonly activeContexts: Readonly<Record<number, readonly string[]>>;
  /** One for each connect id in use. */
  readonly socketActors: Readonly<Record<number, SocketActor>>;
  /** Why it has ended. */
  readonly error: ModemError | undefined;
  /** Why it is not online, or was not the last time that it had to be helped. */
  readonly problem: ModemError | undefined;
  /** The port was open once. */
  readonly hasOpened: boolean;
  /** The module answered once. */
  readonly hasAnswered: boolean;
  /** Tries to open the lost port, in a row. */
  readonly reopenings: number;
  /** Row of the set-up that is being written. */
  readonly row: number;
  /** Rounds of failed activations in a row. */
  readonly rounds: number;
  /** Times in a row that failed opens brought a context up anew. */
  readonly cures: number;
  /** What the ladder last put in front of a reset. */
  readonly ladderWaitMs: number;
  /** What the reset is up against. */
  readonly reset: ResetSituation;
  /** Looks at a module that waits for its reset. */
  readonly probes: number;
}

/** What the modem is told: wishes of the application, what the wire brought, and reports of its children. */
export type ModemEvent =
  | { readonly type: 'ask.start' }
  | { readonly type: 'ask.stop' }
  | { readonly type: 'ask.socket'; readonly input: Omit<SocketInput, 'modem'> }
  /** The module accepted a connection under the id of `input.open`. */
  | { readonly type: 'ask.adopt'; readonly input: Omit<SocketInput, 'modem'> }
  | { readonly type: 'id.taken'; readonly connectId: number }
  | { readonly type: 'rx.connected' }
  | { readonly type: 'rx.doubted' }
  | { readonly type: 'rx.cleared' }
  | { readonly type: 'work.waiting'; readonly isUrgent: boolean }
  | { readonly type: 'port.lost'; readonly reason: string }
  | { readonly type: 'module.booted'; readonly notice: string }
  | { readonly type: 'command.timedOut'; readonly command: string }
  /** It has said nothing for a while: nobody knows whether it would. */
  | { readonly type: 'module.silent' }
  | { readonly type: 'urc.open'; readonly connectId: number; readonly err: number }
  | { readonly type: 'urc.recv'; readonly connectId: number }
  | { readonly type: 'urc.closed'; readonly connectId: number }
  | { readonly type: 'urc.pdpdeact' | 'urc.doubted'; readonly contextId: number }
  | { readonly type: 'urc.registered' }
  /** The connections of the context shall share it in another way (gsm). */
  | { readonly type: 'ask.reshare'; readonly contextId: number; readonly sharing: Sharing }
  | {
      readonly type: 'urc.activated' | 'urc.deactivated';
      readonly contextId: number;
      readonly err: number;
    }
  /** Where the ladder stood when an earlier process ended. */
  | { readonly type: 'ladder.recalled'; readonly record: LadderRecord }
  | ContextNotice
  | SocketReport
  | RebootNotice
  | DataReport
  | CrashedEvent;

type SimAnswer = CommandOutcome<SimStatus>;

const isAnswered = (outcome: CommandOutcome<unknown>): boolean =>
  outcome.kind === 'ok' || outcome.kind === 'refused';

/** TS 27.007 §9.2: 10 is "SIM not inserted", in the words of AT+CMEE=2 too. */
const isSimMissing = (sim: SimAnswer): boolean =>
  sim.kind === 'refused' && /^\+CME ERROR: (10|SIM not inserted)$/i.test(sim.result);

/** What keeps a module from being online, and what to do about it. */
const PROBLEMS = {
  PORT_LOST: 'the port vanished and is tried again',
  MODULE_HUNG: 'the module does not answer as it should',
  HARD_RESET_NEEDED:
    'the module is silent and only AT commands could reset it: give power: commandReset(…) or lineReset(…), or cut its power by hand',
  SIM_NOT_READY: 'the SIM did not become ready',
  SIM_MISSING: 'the module finds no SIM: check that one is in, the right way round, with clean contacts',
  NOT_REGISTERED: 'the module searches for a network: check antenna and coverage',
  REGISTRATION_DENIED: 'the network refuses this SIM: check its contract, roaming, and allowed technologies',
  NOT_ATTACHED: 'the network does not let the module into its packet domain: check the contract',
  CONTEXT_LOST: 'a PDP context is gone and is being brought back',
  CONTEXT_FAILED: 'a PDP context could not be activated: check APN, user name and password',
  REBOOTS_EXHAUSTED: 'the reboot ladder is at its configured end: the module is only looked at',
} as const satisfies Partial<Record<ErrorCode, string>>;

/** Problems that are over when the module answers, the SIM is ready, the network is found, the packet domain reached. */
const OVER = {
  answering: ['MODULE_HUNG', 'HARD_RESET_NEEDED', 'RESET_FAILED', 'REBOOTS_EXHAUSTED', 'PORT_LOST'],
  unlocked: ['SIM_NOT_READY', 'SIM_MISSING'],
  registered: ['NOT_REGISTERED', 'REGISTRATION_DENIED'],
  attached: ['NOT_ATTACHED'],
} as const satisfies Readonly<Record<string, readonly ErrorCode[]>>;

const isOver = (problem: ModemError | undefined, stage: keyof typeof OVER): boolean =>
  problem !== undefined && (OVER[stage] as readonly ErrorCode[]).includes(problem.code);

export type Blame = keyof typeof PROBLEMS;

function problemOf({ code, detail }: { readonly code: Blame; readonly detail?: string }): ModemError {
  return new ModemError(code, detail === undefined ? PROBLEMS[code] : `${PROBLEMS[code]} (${detail})`);
}

export const modemSetup = setup({
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
    transparentMode: transparentModeMachine,
    portOpener: fromPromise<void, ModemServices>(({ input }) => input.openPort()),
    synchroniser: fromPromise<'synchronised' | 'silent', ModemServices>(({ input, signal }) =>
      input.synchronise(signal),
    ),
    looker: fromPromise<boolean, ModemServices>(({ input, signal }) => input.look(signal)),
    prober: fromPromise<'synchronised' | 'silent', ModemServices>(({ input, signal }) => input.probe(signal)),
    configurator: asking(
      ({ dialect, row }: ModemContext) => dialect.bringUp[row]?.command ?? dialect.commands.attention(),
    ),
    rowReader: asking(
      ({ dialect, row }: ModemContext): Command => dialect.bringUp[row]?.asks ?? dialect.commands.attention(),
    ),
    urcRouter: fromPromise<void, ModemServices>(({ input, signal }) => input.routeUrcs(signal)),
    cleaner: fromPromise<void, ModemServices>(({ input, signal }) => input.closeLeftovers(signal)),
    simReader: asking(({ dialect }: ModemContext) => dialect.commands.querySim()),
    simUnlocker: fromPromise<Awaited<ReturnType<ModemServices['unlockSim']>>, ModemServices>(
      ({ input, signal }) => input.unlockSim(signal),
    ),
    registrar: fromPromise<Registration, ModemServices>(({ input, signal }) =>
      input.readRegistration(signal),
    ),
    attacher: fromPromise<boolean, ModemServices>(({ input, signal }) => input.isAttached(signal)),
    silenceWatch: fromCallback<ModemEvent, ModemServices>(({ input, sendBack }) =>
      input.watchSilence(() => sendBack({ type: 'module.silent' })),
    ),
    pulseChecker: fromPromise<void, ModemServices>(({ input, signal }) => input.checkPulse(signal)),
    resetter: fromPromise<void, ModemContext>(({ input, signal }) =>
      input.services.resetModule(input.reset, signal),
    ),
    pathProber: fromPromise<boolean, { services: ModemServices; contextId: number }>(({ input, signal }) =>
      input.services.isPathAlive(input.contextId, signal),
    ),
  },
  guards: {
    neverOpened: ({ context }) => !context.hasOpened,
    isSynchronised: (_, answer: 'synchronised' | 'silent') => answer === 'synchronised',
    isOutOfReach: ({ context }) => !context.reset.answers && !context.canResetSilentModule,
    isNoModule: ({ context }) => !context.hasAnswered && !context.canResetSilentModule,
    asksFirst: ({ context }) => context.dialect.bringUp[context.row]?.asks !== undefined,
    isSoAlready: (_, outcome: CommandOutcome<unknown>) => outcome.kind === 'ok' && outcome.value === true,
    isAnswered: (_, outcome: CommandOutcome<unknown>) => isAnswered(outcome),
    hasMoreRows: ({ context }) => context.row < context.dialect.bringUp.length,
    isOptionRefused: ({ context }, outcome: CommandOutcome<unknown>) =>
      outcome.kind === 'refused' && context.dialect.bringUp[context.row]?.option !== undefined,
    mayContinue: ({ context }, outcome: CommandOutcome<unknown>) =>
      outcome.kind === 'ok' ||
      (isAnswered(outcome) && context.dialect.bringUp[context.row]?.required === false),
    isReady: (_, sim: SimAnswer) => sim.kind === 'ok' && sim.value === 'ready',
    wantsPin: ({ context }, sim: SimAnswer) => sim.kind === 'ok' && sim.value === 'pin' && context.hasPin,
    lacksPin: (_, sim: SimAnswer) => sim.kind === 'ok' && sim.value === 'pin',
    wantsPuk: (_, sim: SimAnswer) => sim.kind === 'ok' && sim.value === 'puk',
    isMissing: (_, sim: SimAnswer) => (sim.kind === 'ok' ? sim.value === 'missing' : isSimMissing(sim)),
    is: (_, params: { value: unknown; wanted: unknown }) => params.value === params.wanted,
    hasAllContexts: ({ context }) =>
      context.contexts.every(({ id }) => context.activeContexts[id] !== undefined),
    isLastMissing: ({ context }, params: { id: number }) =>
      context.contexts.every(({ id }) => id === params.id || context.activeContexts[id] !== undefined),
    /** The cure has been tried often enough: what is it that does not answer? */
    isCureInVain: ({ context }, params: { id: number }) =>
      context.cures >= context.timing.contextCures &&
      context.contexts.every(({ id }) => id === params.id || context.activeContexts[id] !== undefined),
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
    endWith: assign((_, params: { code: ErrorCode; message: string }) => ({
      error: new ModemError(params.code, params.message),
    })),
    /** For `status$`: what an engineer who looks at the agent wants to know first. */
    blame: assign((_, params: { code: Blame; detail?: string }) => ({ problem: problemOf(params) })),
    confirmPin: ({ context }) => context.services.confirmPin(),
    blameSim: assign(({ context: { problem } }) => ({
      problem: problem?.code === 'SIM_MISSING' ? problem : problemOf({ code: 'SIM_NOT_READY' }),
    })),
    blameNetwork: assign(({ context: { problem } }) => ({
      problem: problem?.code === 'REGISTRATION_DENIED' ? problem : problemOf({ code: 'NOT_REGISTERED' }),
    })),
    blamePath: assign({
      problem: problemOf({ code: 'MODULE_HUNG', detail: 'opens fail, and nothing else answers either' }),
    }),
    blameError: assign((_, params: { error: unknown }) => ({ problem: asModemError(params.error) })),
    /** A module that stays silent behind a reset: why the reset did not help says more. */
    blameSilence: assign(({ context: { problem } }) => ({
      problem: isOver(problem, 'answering') ? problem : problemOf({ code: 'MODULE_HUNG' }),
    })),
    noteSimBusy: assign(({ context: { problem } }) => ({
      problem: problem?.code === 'SIM_MISSING' ? problemOf({ code: 'SIM_NOT_READY' }) : problem,
    })),
    settleProblem: assign(({ context: { problem } }, params: { stage: keyof typeof OVER }) => ({
      problem: isOver(problem, params.stage) ? undefined : problem,
    })),
    forgetProblem: assign({ problem: undefined }),
    noteSituation: assign(({ context }, params: { answers: boolean }) => ({
      reset: { ...context.reset, answers: params.answers },
    })),
    noteReboot: assign(({ context }, params: { rebootsInRow: number }) => ({
      reset: { ...context.reset, rebootsInRow: params.rebootsInRow },
    })),
    keepAddresses: assign(({ context }, params: { id: number; addresses: readonly string[] }) => ({
      activeContexts: { ...context.activeContexts, [params.id]: params.addresses },
    })),
    rerouteUrcs: ({ context }, params: { modulePort: string | undefined }) =>
      context.services.rerouteUrcs(params.modulePort),
    keepWait: assign((_, params: { waitMs: number }) => ({ ladderWaitMs: params.waitMs })),
    reportRefusedOption: ({ context }, outcome: CommandOutcome<unknown>) => {
      const { option, command } = context.dialect.bringUp[context.row] ?? {};
      const number = outcome.kind === 'refused' ? (outcome.moduleError ?? outcome.result) : '';
      context.services.report({ step: 'option refused', detail: `${option}: ${command?.text}: ${number}` });
    },
    report: ({ context }, step: RecoveryStep) => context.services.report(step),
    reportProblem: ({ context }, { step }: Pick<RecoveryStep, 'step'>) =>
      context.services.report({ step, detail: context.problem?.message ?? '' }),
    /** Invariant 9: contexts and sockets go to initial, the command in flight fails. */
    voidEverything: enqueueActions(({ context, enqueue }, failure: SocketFailure) => {
      enqueue(() => context.services.voidWire(failure.code));
      enqueue.sendTo('transparentMode', { type: 'module.voided' });
      for (const socket of Object.values(context.socketActors)) {
        enqueue.sendTo(socket, { type: 'module.voided', failure });
      }
      for (const pdpContext of Object.values(context.contextActors)) {
        enqueue.sendTo(pdpContext, { type: 'module.voided', code: failure.code });
      }
      const droppedContexts = failure.code === 'MODULE_REBOOTED' ? [] : context.droppedContexts;
      enqueue.assign({ activeContexts: {}, droppedContexts, cures: 0 });
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
        const { commands, isAttachedByNetwork } = dialect;
        const isDoubtedByFailures = commands.queryLastError === undefined;
        const input = {
          parameters,
          commands,
          isAttachedByNetwork,
          isDoubtedByFailures,
          run,
          owner: self,
          limits,
        };
        return [parameters.id, spawn('pdpContext', { id: `context-${parameters.id}`, input })] as const;
      });
      return { contextActors: Object.fromEntries(actors) };
    }),
    activateContexts: enqueueActions(({ context, enqueue }) => {
      for (const [id, pdpContext] of Object.entries(context.contextActors)) {
        if (context.droppedContexts.includes(Number(id)))
          enqueue.sendTo(pdpContext, { type: 'urc.pdpdeact' });
        enqueue.sendTo(pdpContext, { type: 'ask.activate' });
      }
      enqueue.assign({ droppedContexts: [] });
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
    adoptSocket: enqueueActions(({ context, enqueue }, input: Omit<SocketInput, 'modem'>) => {
      const socket = context.socketActors[input.open.connectId];
      if (socket) enqueue.sendTo(socket, { type: 'ask.adopt' });
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
    forwardToDataMode: enqueueActions(({ enqueue, event }) => {
      switch (event.type) {
        case 'rx.connected':
        case 'rx.doubted':
        case 'rx.cleared':
        case 'work.waiting':
        case 'data.claimed':
        case 'data.interrupt':
        case 'data.resume':
        case 'data.released':
          enqueue.sendTo('transparentMode', event);
      }
    }),
    forwardToContext: enqueueActions(({ context, enqueue, event }) => {
      if (event.type === 'urc.pdpdeact' || event.type === 'urc.doubted') {
        const pdpContext = context.contextActors[event.contextId];
        if (pdpContext) enqueue.sendTo(pdpContext, { type: event.type });
        else if (event.type === 'urc.pdpdeact')
          enqueue.assign({ droppedContexts: [...context.droppedContexts, event.contextId] });
      }
      if (event.type === 'urc.registered')
        for (const pdpContext of Object.values(context.contextActors)) enqueue.sendTo(pdpContext, event);
      if (event.type === 'ask.reshare') {
        const pdpContext = context.contextActors[event.contextId];
        if (pdpContext) enqueue.sendTo(pdpContext, { type: event.type, sharing: event.sharing });
      }
      if (event.type === 'urc.activated' || event.type === 'urc.deactivated') {
        const pdpContext = context.contextActors[event.contextId];
        if (pdpContext) enqueue.sendTo(pdpContext, { type: event.type, err: event.err });
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
    tellResetDone: enqueueActions(({ enqueue }) => enqueue.sendTo('rebootPolicy', { type: 'reset.done' })),
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
    probePause: ({ context: { timing, probes } }) =>
      Math.min(timing.probeMs * 2 ** probes, timing.longestProbeMs),
  },
});
