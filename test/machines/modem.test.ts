import { Subject } from 'rxjs';
import { type Actor, type AnyActorRef, createActor } from 'xstate';
import type { ContextParameters } from '../../adapters/dialects/dialect.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { rg } from '../../adapters/dialects/rg.ts';
import { watchSilence } from '../../adapters/modem/silence-watch.ts';
import { type ErrorCode, ModemError } from '../../errors.ts';
import {
  type ModemEvent,
  type ModemInput,
  type ModemServices,
  modemMachine,
  type ResetSituation,
} from '../../machines/modem.machine.ts';
import { standardLadder } from '../../machines/reboot-policy.machine.ts';
import type { SocketInput, SocketNotice } from '../../machines/socket.machine.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { dataTiming, silentDataWire } from '../support/data-wire.ts';
import { fakeRun, ok, type Reply, refused, scripted } from '../support/fake-run.ts';
import { declaredTransitions, nameOfTransition, withStubs } from '../support/paths.ts';

const MINUTE = 60_000;
const START_MS = 1_700_000_000_000;

const parameters = (id: number): ContextParameters => ({
  id,
  apn: `apn${id}`,
  type: 'IPv4',
  username: '',
  password: '',
  authentication: 'none',
});
const listed = (...ids: readonly number[]): Reply =>
  ok(ids.map((id) => ({ id, active: true, addresses: [`10.0.0.${id}`] })));
const WRITE = (id: number): string => `AT+QICSGP=${id},1,"apn${id}","","",0`;
const QUERIES: readonly string[] = lte.bringUp.flatMap(({ asks }) => asks?.text ?? []);
const SET_UP: readonly string[] = lte.bringUp.flatMap(({ asks, command }) => [
  ...(asks ? [asks.text] : []),
  command.text,
]);
const ANSWERS: Readonly<Record<string, Reply | readonly Reply[]>> = {
  ...Object.fromEntries(SET_UP.map((text) => [text, ok()])),
  ...Object.fromEntries(QUERIES.map((text) => [text, ok(false)])),
  'AT+CPIN?': ok('ready'),
  'AT+QIACT?': [listed(), listed(1), listed(), listed(1), listed(), listed(1)],
  [WRITE(1)]: ok(),
  'AT+QIACT=1': ok(),
  'AT+QIDEACT=1': ok(),
};
const BRING_UP = [
  'openPort',
  'synchronise',
  ...SET_UP,
  'routeUrcs',
  'closeLeftovers',
  'AT+CPIN?',
  'readRegistration',
  'isAttached',
  'AT+QIACT?',
  WRITE(1),
  'AT+QIACT=1',
  'AT+QIACT?',
];

type ServiceName =
  | 'openPort'
  | 'synchronise'
  | 'probe'
  | 'look'
  | 'closeLeftovers'
  | 'routeUrcs'
  | 'readRegistration'
  | 'isAttached'
  | 'unlockSim'
  | 'checkPulse'
  | 'resetModule'
  | 'isPathAlive'
  | 'rememberLadder';
/** One entry a call, the last one stays: a value, an error to reject with, or silence. */
type ServiceScript = Partial<Record<ServiceName, readonly unknown[]>>;

const WELL: Record<ServiceName, readonly unknown[]> = {
  openPort: [undefined],
  synchronise: ['synchronised'],
  probe: ['silent'],
  look: [false],
  closeLeftovers: [undefined],
  routeUrcs: [undefined],
  readRegistration: ['registered'],
  isAttached: [true],
  unlockSim: ['unlocked'],
  checkPulse: [undefined],
  resetModule: [undefined],
  isPathAlive: [false],
  rememberLadder: [undefined],
};

const taken = new Set<string>();

interface Setting {
  readonly services?: ServiceScript;
  readonly answers?: Readonly<Record<string, Reply | readonly Reply[]>>;
  readonly input?: Partial<ModemInput>;
  readonly timing?: Partial<ModemInput['timing']>;
  readonly pulseMs?: number;
  readonly throwsAt?: 'report' | 'voidWire' | 'watchSilence';
}

interface Running {
  readonly clock: VirtualClock;
  readonly actor: Actor<typeof modemMachine>;
  readonly errors: unknown[];
}
const running: Running[] = [];

function modem(setting: Setting = {}) {
  const { services: script = {}, answers = {}, input = {}, timing = {}, pulseMs = 0, throwsAt } = setting;
  const clock = new VirtualClock(START_MS);
  const steps: string[] = [];
  const voided: ErrorCode[] = [];
  const aborted: string[] = [];
  const situations: ResetSituation[] = [];
  const confirmations: string[] = [];
  const { run, log, take } = fakeRun(scripted({ ...ANSWERS, ...answers }));
  const turns = new Map<ServiceName, number>();
  let throwing = throwsAt;
  const heard$ = new Subject<void>();
  const crash = (place: Setting['throwsAt']): void => {
    if (throwing !== place) return;
    throwing = undefined;
    throw new Error('defect');
  };
  const call = <T>(name: ServiceName, signal?: AbortSignal): Promise<T> => {
    log.push(name);
    signal?.addEventListener('abort', () => aborted.push(name));
    const list = script[name] ?? WELL[name];
    const turn = turns.get(name) ?? 0;
    turns.set(name, turn + 1);
    const value = list[Math.min(turn, list.length - 1)];
    if (value === 'silence') return new Promise(() => undefined);
    return value instanceof Error ? Promise.reject(value) : Promise.resolve(value as T);
  };
  const services: ModemServices = {
    openPort: () => call('openPort'),
    synchronise: (signal) => call('synchronise', signal),
    probe: (signal) => call('probe', signal),
    look: (signal) => call('look', signal),
    closeLeftovers: (signal) => call('closeLeftovers', signal),
    routeUrcs: (signal) => call('routeUrcs', signal),
    rerouteUrcs: (modulePort) => {
      log.push(`rerouteUrcs ${modulePort}`);
    },
    readRegistration: (signal) => call('readRegistration', signal),
    isAttached: (signal) => call('isAttached', signal),
    unlockSim: (signal) => call('unlockSim', signal),
    confirmPin: () => confirmations.push('confirmed'),
    watchSilence: (onSilent) => {
      crash('watchSilence');
      return watchSilence({ bytes$: heard$, clock, silenceMs: pulseMs, onSilent });
    },
    checkPulse: (signal) => call('checkPulse', signal),
    resetModule: (situation, signal) => {
      situations.push(situation);
      return call('resetModule', signal);
    },
    isPathAlive: (_, signal) => call('isPathAlive', signal),
    rememberLadder: () => call('rememberLadder'),
    voidWire: (code) => {
      crash('voidWire');
      voided.push(code);
    },
    report: ({ step }) => {
      crash('report');
      steps.push(step);
    },
  };
  const actor = createActor(modemMachine, {
    clock,
    inspect: (event) => {
      if (event.type !== '@xstate.microstep' || event.actorRef !== actor) return;
      for (const transition of event._transitions) taken.add(nameOfTransition(transition));
    },
    input: {
      dialect: lte,
      contexts: [parameters(1)],
      hasPin: false,
      canResetSilentModule: true,
      run,
      runUrgent: run,
      dataWire: silentDataWire(),
      dataTiming,
      services,
      clock,
      ladder: standardLadder,
      contextLimits: {
        activationTries: 3,
        deactivationTries: 3,
        retryDelayMs: 5000,
        longestRetryDelayMs: 5000,
        lookPauseMs: 5000,
        failedOpens: 5,
        activationResultMs: 150_000,
        deactivationResultMs: 150_000,
      },
      timing: {
        reopenMs: 1000,
        longestReopenMs: 8000,
        simTimeoutMs: 20_000,
        registrationTimeoutMs: 90_000,
        attachTimeoutMs: 60_000,
        pollMs: 1000,
        probeMs: 10_000,
        longestProbeMs: 40_000,
        contextRounds: 2,
        contextCures: 2,
        ...timing,
      },
      ...input,
    },
  });
  const errors: unknown[] = [];
  actor.subscribe({ error: (error) => errors.push(error) });
  actor.start();
  const one = {
    clock,
    actor,
    steps,
    voided,
    aborted,
    situations,
    confirmations,
    log,
    take,
    hear: () => heard$.next(),
    errors,
    state: () => {
      const { value } = actor.getSnapshot();
      return typeof value === 'string' ? value : Object.keys(value)[0];
    },
    code: () => actor.getSnapshot().output?.code,
    do: async (...events: readonly ModemEvent[]) => {
      for (const event of events) actor.send(event);
      await clock.advance(0);
    },
  };
  running.push(one);
  return one;
}

afterEach(async () => {
  for (const one of running.splice(0)) {
    one.actor.send({ type: 'ask.stop' });
    await one.clock.advance(0);
    expect(one.actor.getSnapshot().status).not.toBe('active');
    expect(one.clock.pendingTimers).toBe(0);
    expect(one.errors).toEqual([]);
  }
});

const start = { type: 'ask.start' } as const;
const lost = { type: 'port.lost', reason: 'unplugged' } as const;
const booted = { type: 'module.booted', notice: 'RDY' } as const;
const hung = { type: 'command.timedOut', command: 'AT+QISEND=0,1' } as const;
const pdpdeact = { type: 'urc.pdpdeact', contextId: 1 } as const;

async function online(setting: Setting = {}) {
  const one = modem(setting);
  await one.do(start);
  expect(one.state()).toBe('online');
  one.take();
  return one;
}

/** A socket whose module never answers. */
function socketInput(connectId: number, contextId = 1) {
  const notices: SocketNotice['type'][] = [];
  const never = () => new Promise<never>(() => undefined);
  const input: Omit<SocketInput, 'modem'> = {
    open: { contextId, connectId, service: 'TCP', host: 'a', remotePort: 1, localPort: 0, mode: 'buffer' },
    commands: lte.commands,
    isFreedByContext: true,
    isFreedByPeer: false,
    readsWhileSuspended: true,
    run: never,
    data: { pump: { send: () => undefined }, interruption: 'any', urcCheckMs: 0 },
    owner: { send: ({ type }) => notices.push(type) },
    link: {
      wantsData: () => true,
      hasData: () => false,
      awaitsAcknowledgement: () => false,
      hasUnacknowledged: () => false,
      readOnce: never,
      sendOnce: never,
      settle: never,
    },
    timing: {
      openTimeoutMs: 150_000,
      openPollMs: 5000,
      longestOpenPollMs: 5000,
      closeTimeoutMs: 10_000,
      pollMs: 1000,
      longestPollMs: 8000,
      sendBackoffMs: 200,
      longestSendBackoffMs: 1000,
      sendTries: 4,
      acknowledgeMs: 100,
      longestAcknowledgeMs: 400,
      acknowledgeTries: 5,
    },
  };
  return { input, notices };
}

describe('a start', () => {
  it('goes through port, probe, set-up, leftovers, SIM, network and contexts, in this order', async () => {
    const one = modem();
    expect([one.state(), one.take()]).toEqual(['portClosed', []]);
    await one.do(start);
    expect([one.take(), one.state(), one.steps]).toEqual([BRING_UP, 'online', ['online']]);
    expect(one.actor.getSnapshot().context.activeContexts).toEqual({ 1: ['10.0.0.1'] });
  });

  it('is online at once without contexts', async () => {
    const one = await online({ input: { contexts: [] } });
    expect(one.steps).toEqual(['online']);
  });

  it('fails when the port was never there', async () => {
    const one = modem({ services: { openPort: [new ModemError('PORT_NOT_FOUND', 'no such port')] } });
    await one.do(start);
    expect([one.state(), one.code()]).toEqual(['faulted', 'PORT_NOT_FOUND']);
  });

  it('fails when nothing answers and only a command could reset it', async () => {
    const one = modem({ services: { synchronise: ['silent'] }, input: { canResetSilentModule: false } });
    await one.do(start);
    expect([one.state(), one.code(), one.take()]).toEqual([
      'faulted',
      'NO_MODULE',
      ['openPort', 'synchronise'],
    ]);
  });

  it.each([['silent'], [new Error('broken')]])('resets a module that does not answer (%p)', async (probe) => {
    const one = modem({ services: { synchronise: [probe, 'synchronised'] } });
    await one.do(start);
    expect(one.take().slice(0, 7)).toEqual([
      'openPort',
      'synchronise',
      'look',
      'rememberLadder', // before the reset, so that it outlives the process
      'resetModule',
      'rememberLadder', // the distance to the next one counts from its end
      'synchronise',
    ]);
    expect([one.state(), one.steps]).toEqual(['online', ['reboot granted', 'online']]);
  });

  it('goes on when a row that may be refused is refused, and resets when a row is not answered', async () => {
    const tolerant = modem({ answers: { 'AT+QISDE=0': refused() } });
    await tolerant.do(start);
    expect(tolerant.state()).toBe('online');
    const strict = modem({ answers: { 'AT+QISDE=0': [{ kind: 'aborted', code: 'MODULE_HUNG' }, ok()] } });
    await strict.do(start);
    expect([strict.state(), strict.steps]).toEqual(['online', ['reboot granted', 'online']]);
  });

  it('writes no option that the module has already', async () => {
    const one = modem({ answers: { 'AT+QICFG="viewmode"': ok(true), 'AT+QISDE?': ok(true) } });
    await one.do(start);
    const skipped = ['AT+QICFG="viewmode",0', 'AT+QISDE=0'];
    expect([one.state(), one.take()]).toEqual(['online', BRING_UP.filter((text) => !skipped.includes(text))]);
  });

  it('writes an option that the module will not tell, and resets when it says nothing at all', async () => {
    const one = modem({ answers: { 'AT+QICFG="viewmode"': refused(552) } });
    await one.do(start);
    expect([one.state(), one.take()]).toEqual(['online', BRING_UP]);
    for (const answer of ['throw', { kind: 'timedOut', isSynchronised: false }] as const) {
      const deaf = modem({ answers: { 'AT+QICFG="viewmode"': [answer, ok(true)] } });
      await deaf.do(start);
      expect([deaf.state(), deaf.steps]).toEqual(['online', ['reboot granted', 'online']]);
    }
  });

  it('tells when an option of the user is refused, and goes on', async () => {
    const command = { text: 'AT+QICFG="passiveclosed",1', timeoutMs: 1 };
    const row = { command, required: false, option: 'passiveClose' };
    const one = modem({
      input: { dialect: { ...lte, bringUp: [row, ...lte.bringUp] } },
      answers: { [command.text]: [refused(552), { kind: 'aborted', code: 'MODULE_HUNG' }, ok()] },
    });
    await one.do(start);
    expect([one.state(), one.steps]).toEqual(['online', ['option refused', 'online']]);
    await one.do(booted);
    expect(one.steps.slice(2)).toEqual(['module rebooted', 'reboot granted', 'online']); // silence is another matter
  });

  it('goes on when the URC port cannot be set, and resets when leftovers cannot be closed', async () => {
    const one = modem({
      services: { routeUrcs: [new Error('broken')], closeLeftovers: [new Error('broken'), undefined] },
    });
    await one.do(start);
    expect([one.state(), one.steps]).toEqual(['online', ['reboot granted', 'online']]);
  });
});

describe('the SIM', () => {
  it('may be busy at first', async () => {
    const one = modem({ answers: { 'AT+CPIN?': [refused(), refused(), ok('ready')] } });
    await one.do(start);
    expect(one.state()).toBe('unlockingSim');
    await one.clock.advance(2000);
    expect(one.state()).toBe('online');
  });

  it('that asks for a PIN gets it, and is asked again', async () => {
    const one = modem({ answers: { 'AT+CPIN?': [ok('pin'), ok('ready')] }, input: { hasPin: true } });
    await one.do(start);
    await one.clock.advance(1000);
    expect([one.state(), one.take().filter((text) => text === 'unlockSim')]).toEqual([
      'online',
      ['unlockSim'],
    ]);
  });

  it.each([
    ['asks for a PIN that nobody gave', 'pin', false, 'unlocked', 'SIM_PIN_REQUIRED'],
    ['refuses the PIN', 'pin', true, 'rejected', 'SIM_PIN_REJECTED'],
    ['refused this PIN before', 'pin', true, 'not tried again', 'SIM_PIN_REJECTED'],
    ['was given this PIN and not heard', 'pin', true, 'unconfirmed', 'SIM_PIN_UNCONFIRMED'],
    ['asks for the PUK', 'puk', true, 'unlocked', 'SIM_PUK_REQUIRED'],
    [
      'cannot be given a PIN because of the store',
      'pin',
      true,
      new ModemError('STORE_FAILED', 'x'),
      'STORE_FAILED',
    ],
  ] as const)('that %s ends the start, without a reboot', async (_, sim, hasPin, answer, code) => {
    const one = modem({
      answers: { 'AT+CPIN?': ok(sim) },
      input: { hasPin },
      services: { unlockSim: [answer] },
    });
    await one.do(start);
    expect([one.state(), one.code()]).toEqual(['faulted', code]);
    expect(one.take()).not.toContain('resetModule');
  });
});

describe('the limits of the start', () => {
  it.each([
    ['the SIM', 20_000, { answers: { 'AT+CPIN?': refused() } }],
    ['registration', 90_000, { services: { readRegistration: ['searching'] } }],
    ['registration, with errors,', 90_000, { services: { readRegistration: [new Error('broken')] } }],
    ['the packet domain', 60_000, { services: { isAttached: [false] } }],
    ['the packet domain, with errors,', 60_000, { services: { isAttached: [new Error('broken')] } }],
    ['an answer of the SIM', 20_000, { answers: { 'AT+CPIN?': 'silence' } }],
    ['an answer about the SIM, with errors,', 20_000, { answers: { 'AT+CPIN?': 'throw' } }],
    [
      'the unlocking',
      20_000,
      { answers: { 'AT+CPIN?': ok('pin') }, services: { unlockSim: ['failed'] }, input: { hasPin: true } },
    ],
  ] as const)('%s is waited for %i ms, then the module is reset', async (_, limitMs, setting) => {
    const one = modem(setting);
    await one.do(start);
    await one.clock.advance(limitMs - 1);
    expect(one.log).not.toContain('resetModule');
    await one.clock.advance(1);
    expect(one.log).toContain('resetModule');
    expect(one.voided).toEqual(['MODULE_HUNG']);
  });
});

describe('status: the problem', () => {
  const cme = (number: number): Reply => ({ kind: 'refused', result: `+CME ERROR: ${number}` });

  it.each([
    ['SIM_NOT_READY', 20_000, { answers: { 'AT+CPIN?': cme(14) } }],
    ['SIM_MISSING', 20_000, { answers: { 'AT+CPIN?': cme(10) } }],
    ['SIM_MISSING', 20_000, { answers: { 'AT+CPIN?': ok('missing') } }],
    ['SIM_NOT_READY', 20_000, { answers: { 'AT+CPIN?': [cme(10), cme(14)] } }],
    ['NOT_REGISTERED', 1_000, { services: { readRegistration: ['searching'] } }],
    ['REGISTRATION_DENIED', 1_000, { services: { readRegistration: ['searching', 'denied'] } }],
    ['NOT_ATTACHED', 60_000, { services: { isAttached: [false] } }],
  ] as const)('is %s %i ms after what the module says', async (code, afterMs, setting) => {
    const more: ServiceScript = 'services' in setting ? setting.services : {};
    const one = modem({ ...setting, services: { look: [true], ...more } });
    await one.do(start);
    await one.clock.advance(afterMs);
    expect(one.actor.getSnapshot().context.problem?.code).toBe(code);
  });

  it.each([
    ['SIM not ready', 20_000, { answers: { 'AT+CPIN?': [cme(10), cme(10)] } }],
    ['not registered', 90_000, { services: { readRegistration: ['denied'] } }],
    ['not attached', 60_000, { services: { isAttached: [false] } }],
  ] as const)('is reported as %s when the time is over', async (step, limitMs, setting) => {
    const one = modem(setting);
    await one.do(start);
    await one.clock.advance(limitMs);
    expect(one.steps.slice(0, 2)).toEqual([step, 'reboot granted']);
  });

  it('is gone when the modem is online', async () => {
    const one = modem({ services: { readRegistration: ['denied', 'searching', 'registered'] } });
    await one.do(start);
    await one.clock.advance(3_000);
    expect([one.state(), one.actor.getSnapshot().context.problem]).toEqual(['online', undefined]);
  });
});

describe('the port', () => {
  it('that is lost is opened again with a growing distance, and the module set up anew', async () => {
    const gone = new ModemError('PORT_NOT_FOUND', 'gone');
    const one = await online({
      services: { openPort: [undefined, gone, gone, gone, gone, gone, undefined] },
    });
    await one.do(lost);
    expect([one.voided, one.state()]).toEqual([['PORT_LOST'], 'opening']);
    const triedAtS: number[] = [];
    one.take();
    for (let second = 1; second <= 24; second++) {
      await one.clock.advance(1000);
      if (one.take().includes('openPort')) triedAtS.push(second);
    }
    expect(triedAtS).toEqual([1, 3, 7, 15, 23]);
    expect(one.state()).toBe('online');
    expect(one.steps).toEqual(['online', 'port lost', 'online']);
  });
});

describe('a module that activates contexts while other commands run (rg)', () => {
  const asynchronous = {
    input: {
      dialect: {
        ...lte,
        commands: {
          ...lte.commands,
          activateContextAsync: rg.commands.activateContextAsync,
          deactivateContextAsync: rg.commands.deactivateContextAsync,
        },
      },
    },
    answers: {
      'AT+QIACTEX=1': ok(),
      'AT+QIDEACTEX=1': ok(),
      'AT+QIACT?': [listed(), listed(1), listed(), listed(1)],
    },
  };

  it('brings them up by the results that it tells', async () => {
    const one = modem(asynchronous);
    await one.do(start);
    expect(one.state()).toBe('attaching');
    await one.do({ type: 'urc.activated', contextId: 9, err: 0 });
    expect(one.state()).toBe('attaching');
    await one.do({ type: 'urc.activated', contextId: 1, err: 0 });
    expect(one.state()).toBe('online');
    await one.do(pdpdeact);
    expect(one.state()).toBe('recovering');
    one.take();
    await one.do({ type: 'urc.deactivated', contextId: 1, err: 0 });
    expect(one.take()).toContain('AT+QIACTEX=1');
  });
});

/** What holds a modem in each of its states. */
const WAYS: Readonly<Record<string, readonly [Setting, ...ModemEvent[]]>> = {
  opening: [{ services: { openPort: ['silence', undefined] } }, start],
  syncing: [{ services: { synchronise: ['silence', 'synchronised'] } }, start],
  configuring: [{ answers: { 'AT+QISDE=0': ['silence', ok()] } }, start],
  unlockingSim: [{ answers: { 'AT+CPIN?': ['silence', ok('ready')] } }, start],
  registering: [{ services: { readRegistration: ['silence', 'registered'] } }, start],
  attaching: [
    { answers: { 'AT+QIACT=1': ['silence', ok()], 'AT+QIACT?': [listed(), listed(), listed(1)] } },
    start,
  ],
  online: [{}, start],
  recovering: [{ answers: { 'AT+QIDEACT=1': ['silence', ok()] } }, start, pdpdeact],
  rebooting: [{ services: { resetModule: ['silence', undefined] } }, start, hung],
  cooling: [
    {},
    start,
    { type: 'ladder.recalled', record: { rebootsInRow: 5, lastRebootAtMs: START_MS } },
    hung,
  ],
};

async function inState(name: string) {
  const [setting, ...events] = WAYS[name] ?? [{}];
  const one = modem(setting);
  for (const event of events) await one.do(event);
  expect(one.state()).toBe(name);
  one.take();
  return one;
}

describe('in every state', () => {
  it.each(Object.keys(WAYS).filter((name) => name !== 'opening'))(
    'the loss of the port leads back to online through a new opening: %s',
    async (name) => {
      const one = await inState(name);
      await one.do(lost);
      await one.clock.advance(10_000);
      expect(one.take()[0]).toBe('openPort');
      expect(one.voided.at(-1)).toBe('PORT_LOST');
      expect(one.state()).toBe('online');
    },
  );

  it.each(Object.keys(WAYS).filter((name) => name !== 'rebooting'))(
    'a boot notice voids everything, and the set-up runs again: %s',
    async (name) => {
      const one = await inState(name);
      await one.do(booted);
      await one.clock.advance(10_000);
      expect(one.voided.at(-1)).toBe('MODULE_REBOOTED');
      expect(one.take()).toEqual(expect.arrayContaining(['synchronise', ...SET_UP]));
      expect(one.state()).toBe('online');
    },
  );

  it('the notice of our own reset does not cut the reset short', async () => {
    const one = await inState('rebooting');
    await one.do(booted);
    expect([one.state(), one.take(), one.aborted]).toEqual(['rebooting', [], []]);
  });

  it.each(Object.keys(WAYS))('stop ends it, its children and their work: %s', async (name) => {
    const one = await inState(name);
    await one.do({ type: 'ask.stop' }, lost, booted, hung);
    expect([one.state(), one.actor.getSnapshot().status]).toEqual(['stopped', 'done']);
    await one.clock.advance(24 * 60 * MINUTE);
    expect([one.take(), one.clock.pendingTimers]).toEqual([[], 0]);
  });

  it.each(['opening', 'configuring', 'registering', 'online', 'recovering'])(
    'a throw in an action ends in faulted, with nothing left running: %s',
    async (name) => {
      const one = await inState(name);
      await one.do({ type: 'crashed', error: new Error('defect') });
      expect([one.state(), one.code(), one.clock.pendingTimers]).toEqual(['faulted', 'INTERNAL', 0]);
    },
  );

  it.each(['report', 'voidWire', 'watchSilence'] as const)(
    'a %s that throws ends in faulted, with nothing left running',
    async (place) => {
      const one = modem({ throwsAt: place });
      await one.do(start);
      await one.do(lost);
      expect([one.state(), one.code()]).toEqual(['faulted', 'INTERNAL']);
      await one.clock.advance(MINUTE);
      expect(one.clock.pendingTimers).toBe(0);
    },
  );
});

describe('a hung module', () => {
  it('is reset by the ladder and set up again', async () => {
    const one = await online();
    await one.do(hung);
    expect(one.take().slice(0, 6)).toEqual([
      'look',
      'rememberLadder',
      'resetModule',
      'rememberLadder',
      'synchronise',
      'ATE0',
    ]);
    expect(one.voided).toEqual(['MODULE_HUNG']);
    expect(one.steps).toEqual(['online', 'module hung', 'reboot granted', 'online']);
  });

  it('is probed again even when the reset failed', async () => {
    const one = await online({ services: { resetModule: [new Error('no relay')] } });
    await one.do(hung);
    expect([one.state(), one.steps]).toEqual([
      'online',
      ['online', 'module hung', 'reboot granted', 'reset failed', 'online'],
    ]);
  });

  it('cools down while the ladder says wait, looked at with a growing distance, and is reset when it may', async () => {
    const one = await inState('cooling');
    expect(one.steps.slice(-2)).toEqual(['module hung', 'reboot delayed']);
    const probedAtS: number[] = [];
    for (let second = 1; second <= 160; second++) {
      await one.clock.advance(1000);
      if (one.take().includes('probe')) probedAtS.push(second);
    }
    expect(probedAtS).toEqual([10, 30, 70, 110, 150]);
    await one.clock.advance(30 * MINUTE);
    expect([one.state(), one.steps.slice(-2)]).toEqual(['online', ['reboot granted', 'online']]);
  });

  it('that answers again by itself is taken back, and the reset called off', async () => {
    const one = await online({
      services: { probe: [new Error('broken'), 'silent', 'synchronised'] },
    });
    await one.do({ type: 'ladder.recalled', record: { rebootsInRow: 5, lastRebootAtMs: START_MS } }, hung);
    await one.clock.advance(2 * MINUTE);
    expect([one.state(), one.steps.at(-1)]).toEqual(['online', 'online']);
    await one.clock.advance(24 * 60 * MINUTE);
    expect(one.take()).not.toContain('resetModule');
  });

  it('is looked at before its reset, which is told whether it answers and how many there were', async () => {
    const silent = await online({ services: { look: [false] } });
    await silent.do(hung);
    const answering = await online({ services: { look: [true] } });
    await answering.do(hung);
    await answering.do(hung);
    const unknown = await online({ services: { look: [new Error('broken')] } });
    await unknown.do(hung);
    expect([silent.situations, answering.situations, unknown.situations]).toEqual([
      [{ answers: false, rebootsInRow: 1 }],
      [
        { answers: true, rebootsInRow: 1 },
        { answers: true, rebootsInRow: 2 },
      ],
      [{ answers: false, rebootsInRow: 1 }],
    ]);
  });

  it('that only AT commands could reset is not reset while it is silent, but told of and looked at on the times of the ladder', async () => {
    const one = await online({
      input: { canResetSilentModule: false },
      services: { synchronise: ['synchronised', 'silent'] },
    });
    await one.do(hung);
    expect(one.actor.getSnapshot().context.problem?.code).toBe('HARD_RESET_NEEDED');
    const lookedAt: number[] = [];
    one.take();
    for (let minute = 0; minute <= 101; minute++) {
      if (one.take().includes('synchronise')) lookedAt.push(minute);
      await one.clock.advance(MINUTE);
    }
    expect(lookedAt).toEqual([10, 40, 100]);
    expect(one.steps.filter((step) => step === 'no hard reset').length).toBe(7);
    expect(one.log).not.toContain('resetModule');
  });

  it('at the end of the ladder is probed and not reset', async () => {
    const one = await online({ input: { ladder: { ...standardLadder, mostReboots: 0 } } });
    await one.do(hung);
    await one.clock.advance(24 * 60 * MINUTE);
    expect([one.state(), one.steps.at(-1)]).toEqual(['cooling', 'reboot denied']);
    expect(one.take()).not.toContain('resetModule');
  });

  it('is found without traffic by its pulse', async () => {
    const one = await online({ pulseMs: 60_000 });
    await one.clock.advance(60_000);
    expect(one.take()).toEqual(['checkPulse']);
    await one.clock.advance(120_000);
    expect(one.take()).toEqual(['checkPulse', 'checkPulse']);
    const deaf = await online({
      pulseMs: 60_000,
      services: { checkPulse: [new Error('broken')] },
    });
    await deaf.clock.advance(60_000);
    expect(deaf.state()).toBe('online');
  });

  it('is asked for its pulse when it has been silent for so long, neither earlier nor later', async () => {
    const one = await online({ pulseMs: 60_000 });
    await one.clock.advance(40_000);
    one.hear();
    await one.clock.advance(59_999);
    expect(one.take()).toEqual([]);
    await one.clock.advance(1);
    expect(one.take()).toEqual(['checkPulse']);
  });
});

describe('contexts', () => {
  it('lost by the network come back without a reboot, and take their own sockets along', async () => {
    const one = await online({ answers: { 'AT+QIDEACT=1': ['silence'] } });
    const [first, other] = [socketInput(0, 1), socketInput(1, 2)];
    await one.do({ type: 'ask.socket', input: first.input }, { type: 'ask.socket', input: other.input });
    await one.do(pdpdeact);
    expect([one.state(), one.steps.at(-1)]).toEqual(['recovering', 'context lost']);
    await one.do(hung);
    expect(first.notices).toEqual(['socket.failed', 'socket.released']);
    expect(other.notices).toEqual(['socket.failed', 'socket.released']);
    expect(Object.keys(one.actor.getSnapshot().context.socketActors)).toEqual([]);
  });

  it.each([
    [true, 'online', ['online', 'context lost', 'only peers unreachable', 'online']],
    [false, 'online', ['online', 'context lost', 'reboot granted', 'online']],
    [new Error('broken'), 'online', ['online', 'context lost', 'reboot granted', 'online']],
  ])(
    'that opens fail in are told from dead peers by one look before a reset (%p)',
    async (answer, state, steps) => {
      const one = await online({ timing: { contextCures: 1 }, services: { isPathAlive: [answer] } });
      const failed = {
        type: 'socket.attemptFailed',
        contextId: 1,
        failure: { code: 'OPEN_FAILED' },
      } as const;
      await one.do(failed, failed, failed, failed, failed);
      expect(one.log.filter((text) => text === 'isPathAlive').length).toBe(1);
      expect([one.state(), one.steps]).toEqual([state, steps]);
    },
  );

  it('that are being told from dead peers are well as soon as a socket opens, and further failures change nothing', async () => {
    const one = await online({ timing: { contextCures: 1 }, services: { isPathAlive: ['silence'] } });
    const failed = { type: 'socket.attemptFailed', contextId: 1, failure: { code: 'OPEN_FAILED' } } as const;
    await one.do(failed, failed, failed, failed, failed);
    await one.do(failed, failed, failed, failed, failed, failed);
    expect([one.state(), one.aborted]).toEqual(['recovering', []]);
    await one.do({ type: 'socket.opened', contextId: 1 });
    expect([one.state(), one.aborted]).toEqual(['online', ['isPathAlive']]);
  });

  it('that are active again make the modem online again', async () => {
    const one = await online();
    await one.do(pdpdeact);
    expect([one.state(), one.steps]).toEqual(['online', ['online', 'context lost', 'online']]);
    expect(one.log).not.toContain('resetModule');
  });

  it('that cannot be activated start over at the SIM, and after the last round the module is reset', async () => {
    const one = modem({ answers: { 'AT+QIACT=1': refused(), 'AT+QIACT?': listed() } });
    await one.do(start);
    await one.clock.advance(12_000);
    expect([one.steps, one.log.filter((text) => text === 'AT+CPIN?').length]).toEqual([
      ['context failed'],
      2,
    ]);
    await one.clock.advance(12_000);
    expect(one.steps.slice(0, 2)).toEqual(['context failed', 'reboot granted']);
  });

  it('that cannot be deactivated lead to a reset', async () => {
    const one = await online({ answers: { 'AT+QIDEACT=1': refused(), 'AT+QIACT?': [listed(), listed(1)] } });
    await one.do(pdpdeact);
    await one.clock.advance(20_000);
    expect(one.log).toContain('resetModule');
  });

  it('that opens fail in, again and again, lead to a reset', async () => {
    const one = await online();
    const failed = { type: 'socket.attemptFailed', contextId: 1, failure: { code: 'OPEN_FAILED' } } as const;
    await one.do(failed, failed, failed, failed, failed);
    expect([one.state(), one.steps]).toEqual(['online', ['online', 'context lost', 'online']]);
    await one.do(failed, failed, failed, failed, failed);
    expect(one.log).toContain('resetModule');
  });

  it('are not blamed once a socket opened in between', async () => {
    const one = await online();
    const failed = { type: 'socket.attemptFailed', contextId: 1, failure: { code: 'OPEN_FAILED' } } as const;
    for (let round = 0; round < 2; round++) {
      await one.do(failed, failed, failed, failed, failed);
      await one.do({ type: 'socket.opened', contextId: 1 }, { type: 'socket.progressed', contextId: 1 });
    }
    expect(one.log).not.toContain('resetModule');
  });

  describe('of which there are two', () => {
    const two: Setting['input'] = { contexts: [parameters(1), parameters(2)] };
    const lists = {
      'AT+QIACT?': listed(1, 2),
      'AT+QICSGP=1': ok(parameters(1)),
      'AT+QICSGP=2': ok(parameters(2)),
    };

    it('are both active before the modem is online', async () => {
      const one = modem({
        input: two,
        answers: { ...lists, 'AT+QICSGP=2': [refused(), ok(parameters(2))], 'AT+QIDEACT=2': 'silence' },
      });
      await one.do(start);
      expect(one.state()).toBe('attaching');
      await one.do({ type: 'context.active', id: 2, addresses: ['10.0.0.2'] });
      expect(one.state()).toBe('online');
    });
  });
});

describe('what contexts report while the modem is elsewhere', () => {
  const two = { contexts: [parameters(1), parameters(2)] };
  const failed = { type: 'context.failed', id: 2, result: 'ERROR' } as const;

  it('is not forgotten: one that became active during a new SIM check makes the modem online in the end', async () => {
    let activated: () => void = () => undefined;
    const activation = new Promise<{ kind: 'ok'; value: undefined; result: string }>((resolve) => {
      activated = () => resolve({ kind: 'ok', value: undefined, result: 'OK' });
    });
    const one = modem({
      input: two,
      answers: {
        'AT+QIACT?': [listed(), listed(), listed(1), listed(1, 2)],
        'AT+QIACT=1': activation,
        [WRITE(2)]: ok(),
        'AT+QIACT=2': 'silence',
        'AT+CPIN?': [ok('ready'), refused(), ok('ready')],
      },
    });
    await one.do(start);
    expect(one.state()).toBe('attaching');
    await one.do(failed);
    expect(one.state()).toBe('unlockingSim');
    activated();
    await one.do();
    expect(one.take().at(-1)).toBe('AT+QIACT?'); // confirmed: context 1 is active now
    await one.clock.advance(1000);
    await one.do({ type: 'context.active', id: 2, addresses: ['10.0.0.2'] });
    expect(one.state()).toBe('online');
  });

  it('reaches the sockets: a context that is lost during a new SIM check takes them along', async () => {
    const one = modem({
      input: two,
      answers: {
        'AT+QIACT?': listed(1, 2),
        'AT+QICSGP=1': ok(parameters(1)),
        'AT+QICSGP=2': ok(parameters(2)),
        'AT+QIDEACT=1': 'silence',
      },
      services: { readRegistration: ['registered', 'silence'] },
    });
    await one.do(start);
    const [mine, other] = [socketInput(0, 1), socketInput(1, 2)];
    await one.do({ type: 'ask.socket', input: mine.input }, { type: 'ask.socket', input: other.input });
    await one.do(failed);
    expect(one.state()).toBe('registering');
    await one.do(pdpdeact);
    expect(Object.keys(one.actor.getSnapshot().context.activeContexts)).toEqual(['2']);
    const { 0: socket } = one.actor.getSnapshot().context.socketActors;
    expect(socket?.getSnapshot().value).toEqual({ closing: 'lastCounting' });
    expect(other.notices).toEqual([]);
  });
});

describe('a registration that the module tells of by itself', () => {
  it('is looked at without waiting for the next poll', async () => {
    const one = modem({ services: { readRegistration: ['searching', 'registered'] } });
    await one.do(start);
    expect(one.state()).toBe('registering');
    await one.do({ type: 'urc.registered' });
    expect(one.state()).toBe('online');
  });
});

describe('sockets', () => {
  it('are refused while there is no context for them', async () => {
    const one = await inState('registering');
    const { input, notices } = socketInput(0);
    await one.do({ type: 'ask.socket', input });
    expect(notices).toEqual(['socket.failed', 'socket.released']);
  });

  it('get their own URCs, and are forgotten when they are released', async () => {
    const one = await online();
    const [a, b] = [socketInput(0), socketInput(1)];
    await one.do({ type: 'ask.socket', input: a.input }, { type: 'ask.socket', input: b.input });
    await one.do({ type: 'urc.open', connectId: 1, err: 0 }, { type: 'urc.open', connectId: 7, err: 0 });
    expect([a.notices, b.notices]).toEqual([[], ['socket.connected']]);
    await one.do({ type: 'urc.recv', connectId: 1 }, { type: 'urc.closed', connectId: 1 });
    await one.do(booted);
    expect([a.notices, b.notices]).toEqual([
      ['socket.failed', 'socket.released'],
      ['socket.connected', 'socket.closing', 'socket.failed', 'socket.released'],
    ]);
    expect(one.actor.getSnapshot().context.socketActors).toEqual({});
  });

  it('may be opened while another context recovers', async () => {
    const one = await inState('recovering');
    const { input, notices } = socketInput(3);
    await one.do({ type: 'ask.socket', input });
    expect([notices, Object.keys(one.actor.getSnapshot().context.socketActors)]).toEqual([[], ['3']]);
  });

  it('that miss their URCs have these sent to the right port', async () => {
    const one = await online();
    await one.do({ type: 'socket.urcMissed', modulePort: 'uart1' });
    expect(one.take()).toEqual(['rerouteUrcs uart1']);
  });
});

describe('an event', () => {
  const active = (id: number): ModemEvent => ({ type: 'context.active', id, addresses: [] });
  const failed: ModemEvent = { type: 'context.failed', id: 1, result: 'ERROR' };
  const stuck: ModemEvent = { type: 'context.stuck', id: 1, result: 'ERROR' };
  const dropped: ModemEvent = { type: 'context.lost', id: 1, reason: 'pdpdeact' };
  const worn: ModemEvent = { type: 'context.lost', id: 1, reason: 'failed opens' };
  const policyDied = {
    type: 'xstate.error.actor.rebootPolicy',
    error: new Error('defect'),
  } as unknown as ModemEvent;
  const silent: Setting = { services: { resetModule: ['silence'] } };

  it.each<[string, string, string, Setting, readonly ModemEvent[]]>([
    ['context.lost', 'attaching', 'recovering', {}, [dropped]],
    ['context.stuck', 'attaching', 'rebooting', silent, [stuck]],
    [
      'context.failed, in the last round,',
      'attaching',
      'rebooting',
      { ...silent, timing: { contextRounds: 1 } },
      [failed],
    ],
    ['context.active, once more,', 'online', 'online', {}, [active(1)]],
    [
      'context.failed, in the last round,',
      'online',
      'rebooting',
      { ...silent, timing: { contextRounds: 1 } },
      [failed],
    ],
    [
      'context.failed',
      'recovering',
      'unlockingSim',
      { answers: { 'AT+QIDEACT=1': 'silence', 'AT+CPIN?': [ok('ready'), 'silence'] } },
      [failed],
    ],
    [
      'context.failed, in the last round,',
      'recovering',
      'rebooting',
      { ...silent, timing: { contextRounds: 1 } },
      [failed],
    ],
    ['context.lost, once more,', 'recovering', 'recovering', {}, [dropped]],
    [
      'context.active behind the last cure',
      'recovering',
      'rebooting',
      { ...silent, timing: { contextCures: 1 } },
      [worn, active(1)],
    ],
    ['context.stuck', 'online', 'rebooting', silent, [stuck]],
    ['command.timedOut', 'syncing', 'syncing', {}, [hung]],
    ['port.lost', 'opening', 'opening', {}, [lost]],
    ['command.timedOut, again,', 'rebooting', 'rebooting', {}, [hung]],
    ['a report of a context', 'rebooting', 'rebooting', {}, [stuck, failed]],
    ['command.timedOut, again,', 'cooling', 'cooling', {}, [hung]],
    ['a ladder that broke', 'online', 'faulted', {}, [policyDied]],
  ])('%s takes a modem that is %s to %s', async (_, from, to, more, events) => {
    const [setting, ...way] = WAYS[from] ?? [{}];
    const one = modem({
      ...setting,
      ...more,
      services: { ...setting.services, ...more.services },
      answers: { ...setting.answers, ...more.answers },
    });
    for (const event of way) await one.do(event);
    expect(one.state()).toBe(from);
    await one.do(...events);
    expect(one.state()).toBe(to);
  });

  it('of one context among two leaves the modem as it is', async () => {
    const one = modem({
      input: { contexts: [parameters(1), parameters(2)] },
      answers: {
        'AT+QIACT?': listed(1, 2),
        'AT+QICSGP=1': ok(parameters(1)),
        'AT+QICSGP=2': ok(parameters(2)),
        'AT+QIDEACT=1': 'silence',
        'AT+QIDEACT=2': 'silence',
      },
    });
    await one.do(start, { type: 'urc.pdpdeact', contextId: 9 });
    await one.do(
      { type: 'urc.doubted', contextId: 9 },
      { type: 'urc.registered' },
      { type: 'ask.reshare', contextId: 9, sharing: 'single' },
    );
    expect(one.state()).toBe('online');
    await one.do(pdpdeact, { type: 'urc.pdpdeact', contextId: 2 });
    await one.do(active(1));
    expect(one.state()).toBe('recovering');
    await one.do(active(2));
    expect(one.state()).toBe('online');
  });

  it('of a port or a module before the start is none', async () => {
    const one = modem();
    await one.do(lost, booted);
    expect([one.state(), one.take()]).toEqual(['portClosed', []]);
  });

  it('that ends a row of the set-up by a defect leads to a reset', async () => {
    const one = modem({ answers: { 'AT+QISDE=0': ['throw', ok()] } });
    await one.do(start);
    expect(one.steps).toEqual(['reboot granted', 'online']);
  });
});

describe('data mode', () => {
  const claim = {
    owner: { send: () => undefined },
    pump: { send: () => undefined },
    interruption: 'urgent',
    urcCheckMs: 0,
  } as const;

  /** State of the child that knows who has the port. */
  const portState = (one: ReturnType<typeof modem>): unknown =>
    (one.actor.getSnapshot().children as Record<string, AnyActorRef>)['transparentMode']?.getSnapshot().value;

  it('is told to its own statechart, by the wire and by the socket that has the port', async () => {
    const one = await online();
    await one.do({ type: 'rx.connected' });
    expect(portState(one)).toBe('entering');
    await one.do({ type: 'data.claimed', claim });
    expect(portState(one)).toEqual({ data: 'noticing' });
    await one.do({ type: 'work.waiting', isUrgent: false });
    expect(portState(one)).toEqual({ data: 'noticing' });
    await one.do({ type: 'rx.doubted' });
    expect(portState(one)).toBe('verifying');
    await one.do({ type: 'rx.cleared' });
    expect(portState(one)).toEqual({ data: 'noticing' });
    await one.do({ type: 'data.interrupt' });
    expect(portState(one)).toBe('guardingBefore');
    await one.do({ type: 'data.resume' }, { type: 'data.released' });
    await one.do(booted);
    expect(portState(one)).toBe('command');
  });

  it('that cannot be left is a hung module; a missed escape is reported', async () => {
    const one = await online();
    await one.do({ type: 'data.escapeMissed', tries: 2 });
    expect(one.steps).toEqual(['online', 'escape missed']);
    await one.do({ type: 'data.stuck' });
    expect(one.steps.slice(2, 4)).toEqual(['module hung', 'reboot granted']);
  });

  it('whose statechart is defective ends the modem', async () => {
    const one = await online();
    await one.do({
      type: 'xstate.error.actor.transparentMode',
      error: new Error('defect'),
    } as unknown as ModemEvent);
    expect(one.code()).toBe('INTERNAL');
  });
});

describe('a connection that the module accepted', () => {
  it('is a socket of its own, also while a context recovers', async () => {
    const one = await online({ answers: { 'AT+QIDEACT=1': 'silence' } });
    const [first, second] = [socketInput(11), socketInput(10)];
    await one.do({ type: 'ask.adopt', input: first.input });
    expect(first.notices).toEqual(['socket.connected']);
    await one.do({ type: 'id.taken', connectId: 7 }); // nobody's
    expect(first.notices).toEqual(['socket.connected']);
    await one.do({ type: 'id.taken', connectId: 11 }); // the next connection has its id
    expect(first.notices).toEqual(['socket.connected', 'socket.failed', 'socket.released']);
    await one.do(pdpdeact);
    await one.do({ type: 'ask.adopt', input: second.input });
    expect([one.state(), second.notices]).toEqual(['recovering', ['socket.connected']]);
  });

  it('is refused while the port is lost', async () => {
    const one = await online({ services: { openPort: [undefined, 'silence'] } });
    await one.do(lost);
    const late = socketInput(9);
    await one.do({ type: 'ask.adopt', input: late.input });
    expect(late.notices).toEqual(['socket.failed', 'socket.released']);
  });
});

describe('all declared transitions', () => {
  it('were taken by the tests above', () => {
    const uncovered = [...declaredTransitions(withStubs(modemMachine))].filter((name) => !taken.has(name));
    // Online means that all contexts are active: none is missing then, the branch is shared with other states.
    expect(uncovered).toEqual(['modem.online ──context.active[1]──▶ (stays)']);
  });
});
