/** Scenarios on a virtual module: each effect begins when it strikes and ends when it should. */
import {
  parseProfile,
  profileTiming,
  runScenario,
  SCENARIO_PROFILES,
  type Scenario,
  type Strike,
  VIRTUAL_DIALECTS,
} from '../../../simulator/index.ts';
import { DAY_MS, HOUR_MS } from '../../../simulator/scenarios/duration.ts';
import { VirtualClock } from '../../../streams/clock.ts';
import { type Bench, type BenchOptions, bench, closeBenches } from '../host.ts';

const running: Scenario[] = [];

afterEach(async () => {
  for (const scenario of running.splice(0)) scenario.dispose();
  await closeBenches();
});

interface Run extends Bench {
  readonly strikes: Strike[];
  readonly scenario: Scenario;
}

/** A module to which the processes strike, by default an hour after the beginning. */
function run(processes: readonly object[], options: BenchOptions = {}, outer: object = {}): Run {
  const made = bench(options);
  const strikes: Strike[] = [];
  const scenario = runScenario({
    profile: parseProfile({
      ...{ format: 1, name: 'mine', description: 'one of mine', ...outer },
      processes: processes.map((process) => ({ when: { once: { at: '1h' } }, ...process })),
    }),
    ...{ seed: 1, module: made.module, network: made.network, clock: made.clock },
    onStrike: (strike) => strikes.push(strike),
  });
  running.push(scenario);
  return { ...made, strikes, scenario };
}

/** Waits until the strike of an hour after the beginning. */
async function untilStrike({ clock, wait }: Run): Promise<string> {
  await wait(HOUR_MS - clock.now() - 1);
  return wait(1);
}

describe('a strike', () => {
  it('pdpdeact takes the context away', async () => {
    const made = run([{ fault: 'pdpdeact' }]);
    await made.connect();
    expect(await untilStrike(made)).toBe('\r\n+QIURC: "pdpdeact",1\r\n');
    expect(made.strikes).toEqual([
      { atMs: HOUR_MS, kind: 'pdpdeact', fault: { kind: 'pdpdeact' }, process: 0 },
    ]);
  });

  it('peerClose closes the connection', async () => {
    const made = run([{ fault: 'peerClose', socket: 1 }]);
    await made.connect(0);
    await made.connect(1);
    expect(await untilStrike(made)).toBe('\r\n+QIURC: "closed",1\r\n');
  });

  it('radioLoss takes the registration away for its time', async () => {
    const made = run([{ fault: 'radioLoss', for: '10m' }]);
    await untilStrike(made);
    expect(made.module.state.registered).toBe(false);
    await made.wait(599_999);
    expect(made.module.state.registered).toBe(false);
    await made.wait(1);
    expect(made.module.state.registered).toBe(true);
    expect(made.strikes[0]?.untilMs).toBe(HOUR_MS + 600_000);
  });

  it('slowNetwork makes the network slower for its time', async () => {
    const made = run([{ fault: 'slowNetwork', for: '10m', times: 10, plus: '1s' }], {
      net: { latencyMs: 50 },
    });
    await untilStrike(made);
    expect(made.network.latencyMs).toBe(1500);
    await made.wait(599_999);
    expect(made.network.latencyMs).toBe(1500);
    await made.wait(1);
    expect(made.network.latencyMs).toBe(50);
  });

  it('hang lasts its time, or until a reset', async () => {
    const made = run([
      { fault: 'hang', for: '10m' },
      { fault: 'hang', when: { once: { at: '2h' } } },
    ]);
    await untilStrike(made);
    await made.wait(599_999);
    expect(made.module.state.hung).toBe(true);
    await made.wait(1);
    expect(made.module.state.hung).toBe(false);
    await made.wait(10 * HOUR_MS);
    expect(made.module.state.hung).toBe(true);
    made.module.powerCycle();
    await made.wait(10_000);
    expect(made.module.state.hung).toBe(false);
    expect(made.strikes.map(({ untilMs }) => untilMs)).toEqual([HOUR_MS + 600_000, undefined]);
  });

  it.each([
    [false, /RDY/],
    [true, /^$/],
  ])('crash restarts the module, silent: %s', async (silent, output) => {
    const made = run([{ fault: 'crash', silent }]);
    await untilStrike(made);
    expect(made.module.state).toMatchObject({ power: 'booting', rebootCount: 1 });
    expect(await made.wait(20_000)).toMatch(output);
    expect(made.module.state).toMatchObject({ power: 'running', registered: true });
  });

  it('brownOut restarts the module under load', async () => {
    const made = run([{ fault: 'brownOut', afterBytes: 5 }]);
    await made.connect();
    await untilStrike(made);
    for (const rebootCount of [0, 1]) {
      await made.command('AT+QISEND=0,4');
      await made.say('test', 200);
      expect(made.module.state.rebootCount).toBe(rebootCount);
    }
  });

  it('simFailure makes the SIM unreadable for its time', async () => {
    const made = run([{ fault: 'simFailure', for: '10m' }]);
    await untilStrike(made);
    await made.wait(599_000);
    expect(await made.command('AT+CPIN?')).toContain('+CME ERROR: 13');
    await made.wait(1000);
    expect(await made.command('AT+CPIN?')).toContain('+CPIN: READY');
  });

  it('natTimeout kills idle connections from then on', async () => {
    const made = run([{ fault: 'natTimeout', idle: '5m' }]);
    await made.connect();
    await untilStrike(made);
    await made.wait(0);
    await made.command('AT+QISEND=0,4');
    await made.say('test', 10 * HOUR_MS);
    expect(await made.command('AT+QISEND=0,0')).toContain('+QISEND: 4,0,4');
  });

  it.each([
    [false, 4],
    [true, 0],
  ])('blackHole carries nothing for its time, and ends with a restart: %s', async (endsWithRestart, held) => {
    const made = run([{ fault: 'blackHole', for: '10m', endsWithRestart }]);
    await made.connect();
    await untilStrike(made);
    await made.command('AT+QISEND=0,4');
    await made.say('test', 595_000);
    expect(await made.command('AT+QISEND=0,0')).toContain('+QISEND: 4,0,4');
    await made.wait(5100);
    expect(await made.command('AT+QISEND=0,0')).toContain('+QISEND: 4,4,0');

    const again = run([{ fault: 'blackHole', for: '10m', endsWithRestart }]);
    await untilStrike(again);
    again.module.powerCycle();
    await again.wait(10_000);
    await again.activate();
    await again.command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7,0,0', 1000);
    expect(again.module.state.sockets[0]?.state).toBe(held === 4 ? 1 : 2);
  });
});

describe('a scenario', () => {
  it('sets the latency of the network, and leaves it where the profile says nothing', async () => {
    expect(run([]).network.latencyMs).toBe(20);
    const made = run(
      [],
      {},
      { network: { latency: { uniform: { from: '1s', to: '9s' } }, redrawEvery: '1h' } },
    );
    const first = made.network.latencyMs;
    expect(first).toBeGreaterThanOrEqual(1000);
    await made.wait(HOUR_MS - 1);
    expect(made.network.latencyMs).toBe(first);
    await made.wait(1);
    expect(made.network.latencyMs).not.toBe(first);
  });

  it('counts from the moment in which it begins, in the times of its clock', async () => {
    const clock = new VirtualClock(5 * DAY_MS);
    const strikes: Strike[] = [];
    const profile = parseProfile({
      ...{ format: 1, name: 'mine', description: 'one of mine' },
      processes: [{ fault: 'hang', for: '1s', when: { once: { at: '2h' } } }],
    });
    const network = { setLatency: () => {} };
    const module = { inject: () => {} };
    runScenario({ profile, seed: 1, module, network, clock, onStrike: (strike) => strikes.push(strike) });
    await clock.advance(DAY_MS);
    expect(strikes).toMatchObject([
      { atMs: 5 * DAY_MS + 2 * HOUR_MS, untilMs: 5 * DAY_MS + 2 * HOUR_MS + 1000 },
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('has one timer, of a day at most, and none after it was disposed of', async () => {
    const clock = new VirtualClock();
    let strikes = 0;
    const profile = parseProfile({
      ...{ format: 1, name: 'mine', description: 'one of mine' },
      processes: [
        { fault: 'hang', when: { fixed: { every: '40d' } } },
        { fault: 'crash', when: { fixed: { every: '40d' } } },
      ],
    });
    const scenario = runScenario({
      ...{ profile, seed: 1, clock, network: { setLatency: () => {} } },
      module: {
        inject: () => {
          strikes += 1;
        },
      },
    });
    expect(clock.nextDelayMs).toBe(DAY_MS);
    await clock.advance(40 * DAY_MS - 1);
    expect(strikes).toBe(0);
    await clock.advance(1);
    expect(strikes).toBe(2);
    expect(clock.pendingTimers).toBe(1);
    scenario.dispose();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(80 * DAY_MS);
    expect(strikes).toBe(2);
  });

  it('ends also when it is disposed of by who is told of a strike', async () => {
    const made = bench();
    const scenario = runScenario({
      profile: parseProfile({
        ...{ format: 1, name: 'mine', description: 'one of mine' },
        processes: [{ fault: 'pdpdeact', when: { fixed: { every: '1h' } } }],
      }),
      ...{ seed: 1, module: made.module, network: made.network, clock: made.clock },
      onStrike: () => scenario.dispose(),
    });
    await made.wait(10 * HOUR_MS);
    expect(made.events.filter(({ kind }) => kind === 'fault')).toHaveLength(1);
    expect(made.clock.pendingTimers).toBe(0);
  });

  it.each(SCENARIO_PROFILES.map((profile) => [profile.name, profile] as const))(
    'of %s strikes at the same times whatever the host does, on every dialect',
    async (_, profile) => {
      const lives: Strike[][] = [];
      for (const [at, dialect] of VIRTUAL_DIALECTS.entries()) {
        const made = bench({ dialect, timing: profileTiming(profile), seed: at });
        const strikes: Strike[] = [];
        const { module, network, clock } = made;
        const scenario = runScenario({
          profile,
          seed: 3,
          module,
          network,
          clock,
          onStrike: (s) => strikes.push(s),
        });
        running.push(scenario);
        for (let hour = 0; hour < 7 * 24; hour += 1) {
          // Each host has its own manners.
          if (hour % (at + 2) === 0) module.powerCycle();
          if (at > 0) module.receive(Buffer.from('AT+QIACT=1\r'));
          await clock.advance(HOUR_MS);
        }
        lives.push(strikes);
      }
      expect(lives[0]?.length).toBeGreaterThan(10);
      for (const strikes of lives) expect(strikes).toEqual(lives[0]);
    },
  );
});
