import { createActor } from 'xstate';
import { bc66 } from '../../adapters/dialects/bc66.ts';
import type { ContextParameters } from '../../adapters/dialects/dialect.ts';
import { gsm } from '../../adapters/dialects/gsm.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { rg } from '../../adapters/dialects/rg.ts';
import {
  type ContextNotice,
  type PdpContextEvent,
  type PdpContextInput,
  pdpContextMachine,
} from '../../machines/pdp-context.machine.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { fakeRun, ok, type Reply, refused, scripted } from '../support/fake-run.ts';
import { declaredTransitions, walkEveryPath, withStubs } from '../support/paths.ts';

const parameters: ContextParameters = {
  id: 1,
  apn: 'internet',
  type: 'IPv4',
  username: 'u',
  password: 'p',
  authentication: 'CHAP',
};
const { id: _, ...ours } = parameters;
const limits = {
  activationTries: 3,
  deactivationTries: 3,
  retryDelayMs: 5000,
  longestRetryDelayMs: 5000,
  lookPauseMs: 5000,
  failedOpens: 5,
  activationResultMs: 150_000,
  deactivationResultMs: 40_000,
};

const LIST = 'AT+QIACT?';
const READ = 'AT+QICSGP=1';
const WRITE = 'AT+QICSGP=1,1,"internet","u","p",2';
const ACTIVATE = 'AT+QIACT=1';
const DEACTIVATE = 'AT+QIDEACT=1';
const NONE = ok([]);
const LISTED = ok([{ id: 1, active: true, addresses: ['10.0.0.1'] }]);
const BRING_UP = [LIST, WRITE, ACTIVATE, LIST];
const WORKS: Readonly<Record<string, Reply | readonly Reply[]>> = {
  [LIST]: [NONE, LISTED],
  [READ]: ok(ours),
  [WRITE]: ok(),
  [ACTIVATE]: ok(),
  [DEACTIVATE]: ok(),
};

function context(
  script: Readonly<Record<string, Reply | readonly Reply[]>> = {},
  throwsOnce?: string,
  commands: PdpContextInput['commands'] = lte.commands,
) {
  const clock = new VirtualClock();
  const notices: string[] = [];
  let throwing = throwsOnce;
  const { run, take, log, aborted } = fakeRun(scripted({ ...WORKS, ...script }));
  const actor = createActor(pdpContextMachine, {
    clock,
    input: {
      parameters,
      commands,
      isAttachedByNetwork: false,
      isDoubtedByFailures: false,
      run,
      limits,
      owner: {
        send: (notice: ContextNotice) => {
          if (notice.type === throwing) {
            throwing = undefined;
            throw new Error('defect');
          }
          const detail =
            notice.type === 'context.active'
              ? notice.addresses.join(' ')
              : notice.type === 'context.lost'
                ? notice.reason
                : notice.result;
          notices.push(`${notice.type} ${notice.id} ${detail}`.trim());
        },
      },
    },
  });
  actor.start();
  const events: PdpContextEvent[] = [];
  return {
    clock,
    actor,
    notices,
    take,
    log,
    aborted,
    state: () => JSON.stringify(actor.getSnapshot().value).replaceAll('"', ''),
    do: async (...next: readonly PdpContextEvent['type'][]) => {
      for (const type of next) {
        events.push({ type } as PdpContextEvent);
        actor.send({ type } as PdpContextEvent);
      }
      await clock.advance(0);
    },
    hear: async (event: PdpContextEvent) => {
      actor.send(event);
      await clock.advance(0);
    },
  };
}

describe('a context', () => {
  it('is configured, activated and confirmed by its address', async () => {
    const one = context();
    await one.do('ask.activate');
    expect(one.take()).toEqual(BRING_UP);
    expect(one.notices).toEqual(['context.active 1 10.0.0.1']);
    expect(one.actor.getSnapshot().hasTag('active')).toBe(true);
    expect(one.clock.pendingTimers).toBe(0);
  });

  it('is adopted when it is active with our parameters', async () => {
    const one = context({ [LIST]: LISTED });
    await one.do('ask.activate');
    expect(one.take()).toEqual([LIST, READ, LIST]);
    expect(one.notices).toEqual(['context.active 1 10.0.0.1']);
  });

  it.each([
    ['apn', { ...ours, apn: 'other' }],
    ['type', { ...ours, type: 'IPv6' }],
    ['username', { ...ours, username: '' }],
    ['password', { ...ours, password: 'x' }],
    ['authentication', { ...ours, authentication: 'PAP' }],
  ])('is deactivated first when it is active with another %s', async (_name, found) => {
    const one = context({ [LIST]: [LISTED, NONE, LISTED], [READ]: ok(found) });
    await one.do('ask.activate');
    expect(one.take()).toEqual([LIST, READ, DEACTIVATE, ...BRING_UP]);
    expect(one.notices).toEqual(['context.active 1 10.0.0.1']);
  });

  it('is not taken for active while it is listed as deactivated, or another is', async () => {
    const listed = ok([
      { id: 1, active: false, addresses: [] },
      { id: 2, active: true, addresses: ['10.0.0.2'] },
    ]);
    const one = context({ [LIST]: [listed, LISTED] });
    await one.do('ask.activate');
    expect(one.take()).toEqual(BRING_UP);
  });

  it('is configured all the same when the list is refused', async () => {
    const one = context({ [LIST]: [refused(), LISTED] });
    await one.do('ask.activate');
    expect(one.take()).toEqual(BRING_UP);
    expect(one.notices).toEqual(['context.active 1 10.0.0.1']);
  });
});

describe('a refused activation', () => {
  it('is tried again after a pause, from a deactivation and the list on', async () => {
    const one = context({ [LIST]: [NONE, NONE, LISTED], [ACTIVATE]: [refused(), ok()] });
    await one.do('ask.activate');
    expect([one.take(), one.state()]).toEqual([[LIST, WRITE, ACTIVATE], 'backingOff']);
    await one.clock.advance(4999);
    expect(one.take()).toEqual([]);
    await one.clock.advance(1);
    expect(one.take()).toEqual([DEACTIVATE, ...BRING_UP]);
    expect(one.notices).toEqual(['context.active 1 10.0.0.1']);
  });

  it('for the third time leads to a deactivation and is reported', async () => {
    const one = context({ [LIST]: NONE, [ACTIVATE]: refused() });
    await one.do('ask.activate');
    await one.clock.advance(20_000);
    const once = [LIST, WRITE, ACTIVATE];
    expect(one.take()).toEqual([...once, DEACTIVATE, ...once, DEACTIVATE, ...once, DEACTIVATE]);
    expect([one.notices, one.state()]).toEqual([['context.failed 1 ERROR'], 'deactivated']);
    expect(one.clock.pendingTimers).toBe(0);
  });

  it('counts when the module says OK and does not list the context', async () => {
    const one = context({ [LIST]: NONE });
    await one.do('ask.activate');
    await one.clock.advance(20_000);
    expect(one.log.filter((text) => text === ACTIVATE)).toHaveLength(3);
    expect([one.notices, one.state()]).toEqual([['context.failed 1'], 'deactivated']);
  });

  it('counts from nothing after a success', async () => {
    const one = context({
      [LIST]: [NONE, NONE, NONE, LISTED, NONE, NONE, NONE, LISTED],
      [ACTIVATE]: [refused(), refused(), ok(), refused(), refused(), ok()],
    });
    await one.do('ask.activate');
    await one.clock.advance(20_000);
    await one.do('urc.pdpdeact');
    await one.clock.advance(20_000);
    expect(one.notices).toEqual([
      'context.active 1 10.0.0.1',
      'context.lost 1 pdpdeact',
      'context.active 1 10.0.0.1',
    ]);
  });

  it('of its parameters is reported after the third time', async () => {
    const one = context({ [LIST]: NONE, [WRITE]: refused() });
    await one.do('ask.activate');
    await one.clock.advance(20_000);
    expect(one.take()).toEqual([LIST, WRITE, DEACTIVATE, LIST, WRITE, DEACTIVATE, LIST, WRITE]);
    expect([one.notices, one.state()]).toEqual([['context.failed 1 ERROR'], 'deactivated']);
  });

  it('can be asked for anew', async () => {
    const one = context({
      [LIST]: [NONE, NONE, NONE, NONE, LISTED],
      [ACTIVATE]: [refused(), refused(), refused(), ok()],
    });
    await one.do('ask.activate');
    await one.clock.advance(20_000);
    await one.do('ask.activate');
    expect(one.notices).toEqual(['context.failed 1 ERROR', 'context.active 1 10.0.0.1']);
  });
});

describe('a queue that is full', () => {
  it('delays an activation and does not end it: the user asks for too much, the module is well', async () => {
    const one = context({
      [ACTIVATE]: [{ kind: 'aborted', code: 'QUEUE_FULL' }, ok()],
      [LIST]: [NONE, NONE, LISTED],
    });
    await one.do('ask.activate');
    await one.clock.advance(5000);
    expect(one.notices).toEqual(['context.active 1 10.0.0.1']);
  });
});

describe('a context that the network drops', () => {
  it('is deactivated, configured and activated again', async () => {
    const one = context({ [LIST]: [NONE, LISTED, NONE, LISTED] });
    await one.do('ask.activate');
    one.take();
    await one.do('urc.pdpdeact');
    expect(one.take()).toEqual([DEACTIVATE, ...BRING_UP]);
    expect(one.notices.slice(1)).toEqual(['context.lost 1 pdpdeact', 'context.active 1 10.0.0.1']);
  });

  it('is lost once, however often the notice comes', async () => {
    const one = context({ [LIST]: [NONE, LISTED, NONE, LISTED] });
    await one.do('ask.activate');
    await one.do('urc.pdpdeact', 'urc.pdpdeact');
    expect(one.notices.slice(1)).toEqual(['context.lost 1 pdpdeact', 'context.active 1 10.0.0.1']);
  });

  it('is taken for deactivated when QIDEACT is refused but the module does not list it', async () => {
    const one = context({ [LIST]: [NONE, LISTED, NONE, NONE, LISTED], [DEACTIVATE]: refused() });
    await one.do('ask.activate');
    one.take();
    await one.do('urc.pdpdeact');
    expect(one.take()).toEqual([DEACTIVATE, LIST, ...BRING_UP]);
    expect(one.notices.at(-1)).toBe('context.active 1 10.0.0.1');
  });

  it('is stuck when QIDEACT is refused three times and the module lists it still', async () => {
    const one = context({ [LIST]: [NONE, LISTED], [DEACTIVATE]: refused() });
    await one.do('ask.activate');
    one.take();
    await one.do('urc.pdpdeact');
    await one.clock.advance(20_000);
    expect(one.take()).toEqual([DEACTIVATE, LIST, DEACTIVATE, LIST, DEACTIVATE, LIST]);
    expect([one.notices.at(-1), one.state()]).toEqual(['context.stuck 1 ERROR', 'deactivated']);
    expect(one.clock.pendingTimers).toBe(0);
  });
});

describe('failed opens', () => {
  it('five in a row bring the context up anew', async () => {
    const one = context({ [LIST]: [NONE, LISTED, NONE, LISTED] });
    await one.do('ask.activate');
    one.take();
    const fail = 'socket.attemptFailed' as const;
    await one.do(fail, fail, fail, fail);
    expect(one.take()).toEqual([]);
    await one.do(fail);
    expect(one.take()).toEqual([DEACTIVATE, ...BRING_UP]);
    expect(one.notices.slice(1)).toEqual(['context.lost 1 failed opens', 'context.active 1 10.0.0.1']);
    await one.do(fail, fail, fail, fail);
    expect(one.take()).toEqual([]);
  });

  it('are forgotten by progress of any socket', async () => {
    const one = context();
    await one.do('ask.activate');
    one.take();
    const fail = 'socket.attemptFailed' as const;
    await one.do(fail, fail, fail, fail, 'socket.progressed', fail, fail, fail, fail);
    expect(one.take()).toEqual([]);
  });
});

describe('a deactivation on request', () => {
  it('leaves the context deactivated, without a notice', async () => {
    const one = context();
    await one.do('ask.activate');
    one.take();
    await one.do('ask.deactivate');
    expect([one.take(), one.state(), one.notices.length]).toEqual([[DEACTIVATE], 'deactivated', 1]);
  });

  it('of a context that is not active writes nothing', async () => {
    const one = context();
    await one.do('ask.deactivate');
    expect([one.take(), one.state()]).toEqual([[], 'deactivated']);
  });

  it('calls an activation off', async () => {
    const one = context({ [ACTIVATE]: 'silence' });
    await one.do('ask.activate');
    await one.do('ask.deactivate');
    expect([one.aborted, one.state()]).toEqual([[ACTIVATE], 'deactivated']);
  });
});

/** Scripts that leave a context in each state. */
const WAYS: Readonly<
  Record<string, readonly [Readonly<Record<string, Reply | readonly Reply[]>>, ...PdpContextEvent['type'][]]>
> = {
  deactivated: [{}],
  '{configuring:checking}': [{ [LIST]: 'silence' }, 'ask.activate'],
  '{configuring:comparing}': [{ [LIST]: LISTED, [READ]: 'silence' }, 'ask.activate'],
  '{configuring:writing}': [{ [WRITE]: 'silence' }, 'ask.activate'],
  '{activating:requesting}': [{ [ACTIVATE]: 'silence' }, 'ask.activate'],
  '{activating:confirming}': [{ [LIST]: [NONE, 'silence'] }, 'ask.activate'],
  active: [{}, 'ask.activate'],
  '{lost:requesting}': [{ [DEACTIVATE]: 'silence' }, 'ask.activate', 'urc.pdpdeact'],
  '{lost:checking}': [
    { [DEACTIVATE]: refused(), [LIST]: [NONE, LISTED, 'silence'] },
    'ask.activate',
    'urc.pdpdeact',
  ],
  '{lost:pausing}': [{ [DEACTIVATE]: refused() }, 'ask.activate', 'urc.pdpdeact'],
  '{deactivating:requesting}': [{ [DEACTIVATE]: 'silence' }, 'ask.activate', 'ask.deactivate'],
  backingOff: [{ [ACTIVATE]: refused() }, 'ask.activate'],
};

async function inState(name: string) {
  const [script, ...events] = WAYS[name] ?? [{}];
  const one = context(script);
  for (const event of events) await one.do(event);
  expect(one.state()).toBe(name === 'active' ? '{active:serving}' : name);
  one.take();
  return one;
}

describe('in every state', () => {
  it.each(Object.keys(WAYS))('a voided module leaves nothing of the context: %s', async (name) => {
    const one = await inState(name);
    const notices = one.notices.length;
    await one.do('module.voided');
    await one.clock.advance(600_000);
    expect([one.state(), one.take(), one.notices.length]).toEqual(['deactivated', [], notices]);
    expect(one.clock.pendingTimers).toBe(0);
  });

  it.each([
    { kind: 'aborted', code: 'PORT_LOST' },
    { kind: 'timedOut', isSynchronised: false },
    'throw',
  ] as const)('a command that ends by %j leaves it to the modem', async (end) => {
    for (const command of [LIST, WRITE, ACTIVATE]) {
      const one = context({ [command]: end });
      await one.do('ask.activate');
      await one.clock.advance(600_000);
      expect([one.state(), one.notices]).toEqual(['deactivated', []]);
    }
    const adopting = context({ [LIST]: LISTED, [READ]: end });
    await adopting.do('ask.activate');
    expect([adopting.state(), adopting.notices]).toEqual(['deactivated', []]);
    const losing = context({ [DEACTIVATE]: end });
    await losing.do('ask.activate', 'module.voided');
    expect(losing.state()).toBe('deactivated');
  });

  it.each(['context.active', 'context.lost'])(
    'an owner that throws at %s finds the context stuck and at rest',
    async (type) => {
      const one = context({}, type);
      await one.do('ask.activate');
      await one.do('urc.pdpdeact');
      expect(one.notices.some((notice) => notice.startsWith('context.stuck'))).toBe(true);
      expect(one.actor.getSnapshot().status).toBe('active');
      expect(one.state()).toBe('deactivated');
    },
  );
});

describe('a context whose module activates while other commands run (rg §2.3.5, §2.3.6)', () => {
  const [BEGIN, END] = ['AT+QIACTEX=1', 'AT+QIDEACTEX=1'];
  const asynchronous = (script: Parameters<typeof context>[0] = {}) =>
    context({ [BEGIN]: ok(), [END]: ok(), ...script }, undefined, rg.commands);

  it('is active when the result says so', async () => {
    const one = asynchronous();
    await one.do('ask.activate');
    expect(one.state()).toBe('{activating:{awaiting:quiet}}');
    await one.hear({ type: 'urc.activated', err: 0 });
    expect(one.take()).toEqual([LIST, WRITE, BEGIN, LIST]);
    expect(one.notices).toEqual(['context.active 1 10.0.0.1']);
  });

  it('takes a result that comes in the same breath as the OK', async () => {
    const one = asynchronous({ [LIST]: [NONE, LISTED] });
    const until = async (state: string): Promise<void> => {
      for (let turn = 0; turn < 100 && one.state() !== state; turn++) await Promise.resolve();
      expect(one.state()).toBe(state);
    };
    one.actor.send({ type: 'ask.activate' });
    await until('{activating:requesting}');
    await one.hear({ type: 'urc.activated', err: 0 });
    expect(one.state()).toBe('{active:serving}');
  });

  it('counts a result that tells an error as a refusal, and tries the plain form then', async () => {
    const one = asynchronous({ [LIST]: [NONE, NONE, NONE, LISTED] });
    await one.do('ask.activate');
    await one.hear({ type: 'urc.activated', err: 561 });
    expect(one.state()).toBe('backingOff');
    one.take();
    await one.clock.advance(limits.retryDelayMs);
    await one.hear({ type: 'urc.deactivated', err: 0 });
    expect(one.take()).toEqual([END, LIST, WRITE, ACTIVATE, LIST]);
  });

  it('finds the context active when the result was lost', async () => {
    const one = asynchronous({ [LIST]: [NONE, NONE, LISTED] });
    await one.do('ask.activate');
    await one.clock.advance(limits.retryDelayMs);
    expect(one.state()).toBe('{activating:{awaiting:quiet}}');
    await one.clock.advance(limits.retryDelayMs);
    expect(one.state()).toBe('{active:serving}');
  });

  it('gives a result that never comes 150 s', async () => {
    const one = asynchronous({ [LIST]: NONE });
    await one.do('ask.activate');
    await one.clock.advance(limits.activationResultMs - 1);
    expect(one.state()).toBe('{activating:{awaiting:quiet}}');
    await one.clock.advance(1);
    expect(one.state()).toBe('backingOff');
  });

  it('is deactivated when the result says so, or when the list does', async () => {
    const told = asynchronous();
    await told.do('ask.activate');
    await told.hear({ type: 'urc.activated', err: 0 });
    await told.do('ask.deactivate');
    expect(told.state()).toBe('{deactivating:{awaiting:quiet}}');
    await told.hear({ type: 'urc.deactivated', err: 0 });
    expect(told.state()).toBe('deactivated');

    const silent = asynchronous({ [LIST]: [NONE, LISTED, NONE] });
    await silent.do('ask.activate');
    await silent.hear({ type: 'urc.activated', err: 0 });
    await silent.do('ask.deactivate');
    await silent.clock.advance(limits.retryDelayMs);
    expect(silent.state()).toBe('deactivated');
  });
});

describe('every simple path', () => {
  const input =
    (commands: PdpContextInput['commands'], tries: number, failedOpens: number) => (): PdpContextInput => ({
      parameters,
      commands,
      isAttachedByNetwork: commands === bc66.commands,
      isDoubtedByFailures: commands === gsm.commands,
      run: () => new Promise(() => undefined),
      owner: { send: () => undefined },
      limits: { ...limits, activationTries: tries, deactivationTries: tries, failedOpens },
    });
  const rebooted = { type: 'module.voided', code: 'MODULE_REBOOTED' } as const;
  const hung = { type: 'module.voided', code: 'MODULE_HUNG' } as const;
  const asks = [
    'ask.activate',
    'ask.deactivate',
    'urc.pdpdeact',
    'socket.attemptFailed',
    'socket.progressed',
  ] as const;
  const own = [...asks.map((type) => ({ type })), hung];
  const results = (['urc.activated', 'urc.deactivated'] as const).flatMap((type) => [
    { type, err: 0 },
    { type, err: 561 },
  ]);
  // gsm, bc66: what only those have.
  const rare = [
    { type: 'ask.activate' } as const,
    { type: 'urc.pdpdeact' } as const,
    { type: 'urc.doubted' } as const,
    { type: 'urc.registered' } as const,
    { type: 'ask.reshare', sharing: 'single' } as const,
    { type: 'socket.attemptFailed' } as const,
    rebooted,
    hung,
  ];
  const bad = [refused(), { kind: 'aborted', code: 'STOPPED' }];
  const lists = [LISTED, NONE, ...bad];

  const everyOutput = {
    lister: lists,
    inspector: [ok(ours), ok({ ...ours, apn: 'other' }), ...bad],
    configurator: [ok(), ...bad],
    activator: [ok(), ...bad],
    deactivator: [ok(), ...bad],
  };
  // What the asynchronous forms add is behind the commands that have succeeded.
  const asyncOutput = {
    lister: lists,
    inspector: [],
    configurator: [ok()],
    activator: [ok()],
    deactivator: [ok()],
  };

  const briefOutput = { ...asyncOutput, configurator: [ok()], activator: [ok(), ...bad] };

  it('leads back to rest when the module is voided, and all of them take every transition', () => {
    const taken = new Set<string>();
    let paths = 0;
    for (const [commands, outputs, tries, opens, asked] of [
      [lte.commands, everyOutput, 1, 1, own],
      [lte.commands, everyOutput, 3, 2, own],
      [rg.commands, asyncOutput, 1, 1, own],
      [rg.commands, asyncOutput, 2, 1, own],
      [gsm.commands, briefOutput, 1, 2, rare],
      [bc66.commands, briefOutput, 1, 1, rare],
    ] as const) {
      paths += walkEveryPath(
        {
          machine: pdpContextMachine,
          input: input(commands, tries, opens),
          events: [
            ...asked,
            ...(asked === own ? results : []),
            { type: 'crashed', error: new Error('defect') },
          ],
          outputs,
          onlyLast: /^(module\.voided|crashed)$/,
          sameState: (snapshot) =>
            `${snapshot.context.wasDropped} ${snapshot.matches('deactivating') ? snapshot.context.next : ''}`,
        },
        taken,
        ({ actor, snapshot }) => {
          expect(snapshot.status).toBe('active');
          actor.send({ type: 'module.voided', code: 'MODULE_REBOOTED' });
          expect(actor.getSnapshot().value).toBe('deactivated');
        },
      );
    }
    expect(paths).toBeGreaterThan(100);
    const uncovered = [...declaredTransitions(withStubs(pdpContextMachine))].filter(
      (name) => !taken.has(name),
    );
    expect(uncovered).toEqual([]);
  });
});

describe('a context that was dropped before anybody asked for it', () => {
  it('is deactivated before it is activated (lte §2.2.5)', async () => {
    const one = context();
    await one.do('urc.pdpdeact', 'ask.activate');
    expect(one.take()).toEqual([DEACTIVATE, LIST, WRITE, ACTIVATE, LIST]);
    expect(one.notices).toEqual(['context.active 1 10.0.0.1']);
  });
});

describe('a loss that was heard, and AT+QIDEACT not yet carried out', () => {
  async function voidedFor(code: 'MODULE_REBOOTED' | 'MODULE_HUNG' | 'PORT_LOST') {
    const one = context({ [DEACTIVATE]: ['silence', ok()], [LIST]: [NONE, LISTED, NONE, LISTED] });
    await one.do('ask.activate', 'urc.pdpdeact');
    await one.hear({ type: 'module.voided', code });
    one.take();
    await one.do('ask.activate');
    return one.take();
  }

  it.each(['MODULE_HUNG', 'PORT_LOST'] as const)('is remembered over %s', async (code) => {
    expect((await voidedFor(code))[0]).toBe(DEACTIVATE);
  });

  it('is over when the module has started anew', async () => {
    expect(await voidedFor('MODULE_REBOOTED')).not.toContain(DEACTIVATE);
  });

  it('is over when the context was deactivated', async () => {
    const one = context({ [LIST]: [NONE, LISTED, NONE, LISTED, NONE, LISTED] });
    await one.do('ask.activate', 'urc.pdpdeact');
    await one.clock.advance(0);
    await one.hear({ type: 'module.voided', code: 'MODULE_HUNG' });
    one.take();
    await one.do('ask.activate');
    expect(one.take()).not.toContain(DEACTIVATE);
  });
});
