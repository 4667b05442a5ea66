import { createActor } from 'xstate';
import {
  freshLadder,
  type LadderOptions,
  type LadderRecord,
  ladderWaitMs,
  type RebootNotice,
  type RebootPolicyEvent,
  type RebootPolicyInput,
  rebootPolicyMachine,
  standardLadder,
} from '../../machines/reboot-policy.machine.ts';
import type { Clock } from '../../streams/clock.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { declaredTransitions, walkEveryPath, withStubs } from '../support/paths.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START_MS = 1_700_000_000_000;

interface PolicyOptions {
  readonly options?: Partial<LadderOptions>;
  readonly clock?: VirtualClock;
  /** What `now()` says, when it is not what the timers run on: a wall clock that is set. */
  readonly wall?: () => number;
  /** The clock has a part that nobody sets. */
  readonly hasUptime?: boolean;
  readonly remember?: (record: LadderRecord) => Promise<void>;
  readonly onNotice?: (notice: RebootNotice) => void;
}

function policy({
  options,
  clock = new VirtualClock(START_MS),
  wall,
  hasUptime = false,
  remember,
  onNotice,
}: PolicyOptions = {}) {
  const log: string[] = [];
  const records: LadderRecord[] = [];
  const actorClock: Clock = {
    now: wall ?? (() => clock.now()),
    ...(hasUptime && { uptime: () => clock.now() }),
    setTimeout: (task, delayMs) => clock.setTimeout(task, delayMs),
    clearTimeout: (handle) => clock.clearTimeout(handle),
  };
  const actor = createActor(rebootPolicyMachine, {
    clock: actorClock,
    input: {
      clock: actorClock,
      options: { ...standardLadder, ...options },
      owner: {
        send: (notice) => {
          const waitMs = notice.type === 'reboot.delayed' ? ` ${notice.waitMs / MINUTE} min` : '';
          log.push(`${notice.type.slice(7)} ${notice.rebootsInRow}${waitMs}`);
          onNotice?.(notice);
        },
      },
      remember:
        remember ??
        (async (record) => {
          records.push(record);
          log.push(`stored ${record.rebootsInRow}`);
        }),
    },
  });
  actor.start();
  return {
    clock,
    log,
    records,
    actor,
    send: (...events: RebootPolicyEvent[]) => {
      for (const event of events) actor.send(event);
    },
    take: () => log.splice(0),
    state: () => actor.getSnapshot().value,
  };
}

const ask = { type: 'ask.reboot' } as const;
const withdraw = { type: 'ask.withdraw' } as const;
const healthy = { type: 'health.begun' } as const;
const ill = { type: 'health.ended' } as const;

/** Asks as soon as the last reboot was granted, and notes the distances between the grants in minutes. */
async function distances(count: number, options: Partial<LadderOptions> = {}): Promise<number[]> {
  const granted: number[] = [];
  const one = policy({
    options,
    onNotice: ({ type }) => {
      if (type === 'reboot.granted') granted.push(one.clock.now());
    },
  });
  for (let turn = 1; turn <= count; turn++) {
    one.send(ask);
    await one.clock.advance(0);
    while (granted.length < turn) await one.clock.advance(MINUTE / 2);
  }
  one.actor.stop();
  return granted.slice(1).map((at, index) => (at - (granted[index] ?? 0)) / MINUTE);
}

describe('the ladder', () => {
  it('lets three reboots follow each other, then waits 0, 10, 30, 60 minutes, doubling up to 24 hours', async () => {
    expect(await distances(14)).toEqual([0, 0, 0, 10, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440]);
  });

  it('takes other numbers', async () => {
    const options = { freeReboots: 1, ladderMs: [MINUTE, 3 * MINUTE], longestWaitMs: 10 * MINUTE };
    expect(await distances(6, options)).toEqual([1, 3, 6, 10, 10]);
  });

  it('never waits longer than its longest wait, whatever is published', () => {
    const options = { ...standardLadder, longestWaitMs: 20 * MINUTE };
    expect([3, 4, 5, 6, 7, 1000].map((row) => ladderWaitMs(options, row) / MINUTE)).toEqual([
      0, 10, 20, 20, 20, 20,
    ]);
  });

  it('waits nothing without any rungs', () => {
    expect(ladderWaitMs({ ...standardLadder, ladderMs: [] }, 50)).toBe(0);
  });
});

describe('a reboot', () => {
  it('is granted only after its record was stored', async () => {
    const order: string[] = [];
    let stored: () => void = () => undefined;
    const one = policy({
      remember: (record) => {
        order.push(`store ${record.rebootsInRow} at ${record.lastRebootAtMs}`);
        return new Promise((resolve) => {
          stored = resolve;
        });
      },
      onNotice: ({ type }) => order.push(type),
    });
    one.send(ask);
    await one.clock.advance(5000);
    expect(order).toEqual([`store 1 at ${START_MS}`]);
    stored();
    await one.clock.advance(0);
    expect(order).toEqual([`store 1 at ${START_MS}`, 'reboot.granted']);
  });

  it('is announced with its wait when it comes too early', async () => {
    const one = policy();
    one.send({ type: 'ladder.recalled', record: { rebootsInRow: 4, lastRebootAtMs: START_MS - 4 * MINUTE } });
    one.send(ask);
    expect(one.take()).toEqual(['delayed 4 6 min']);
    await one.clock.advance(6 * MINUTE - 1);
    expect(one.take()).toEqual([]);
    await one.clock.advance(1);
    expect(one.take()).toEqual(['stored 5', 'granted 5']);
  });

  it('is not counted again for a second request while it waits', async () => {
    const one = policy();
    one.send({ type: 'ladder.recalled', record: { rebootsInRow: 4, lastRebootAtMs: START_MS } });
    one.send(ask, ask, ask);
    await one.clock.advance(10 * MINUTE);
    expect(one.take()).toEqual(['delayed 4 10 min', 'stored 5', 'granted 5']);
    await one.clock.advance(24 * HOUR);
    expect(one.take()).toEqual([]);
  });

  it('is not granted after it was withdrawn, and the count stays', async () => {
    const one = policy();
    one.send({ type: 'ladder.recalled', record: { rebootsInRow: 4, lastRebootAtMs: START_MS } });
    one.send(ask, withdraw);
    await one.clock.advance(24 * HOUR);
    expect(one.take()).toEqual(['delayed 4 10 min']);
    one.send(ask);
    await one.clock.advance(0);
    expect(one.take()).toEqual(['stored 5', 'granted 5']);
    expect(one.clock.pendingTimers).toBe(0);
  });

  it('is withdrawn by health', async () => {
    const one = policy();
    one.send({ type: 'ladder.recalled', record: { rebootsInRow: 4, lastRebootAtMs: START_MS } });
    one.send(ask, healthy);
    await one.clock.advance(30 * MINUTE);
    expect(one.take()).toEqual(['delayed 4 10 min']);
  });
});

describe('health', () => {
  it('of a whole stretch makes the ladder begin anew, in the store too', async () => {
    const one = policy();
    one.send(ask);
    await one.clock.advance(0);
    one.send(healthy);
    await one.clock.advance(HOUR - 1);
    expect(one.take()).toEqual(['stored 1', 'granted 1']);
    await one.clock.advance(1);
    expect(one.take()).toEqual(['stored 0']);
    expect([one.records.at(-1), one.state()]).toEqual([freshLadder, 'healthy']);
  });

  it('that ends before its stretch counts for nothing', async () => {
    const one = policy();
    one.send(ask);
    await one.clock.advance(0);
    one.send(healthy);
    await one.clock.advance(HOUR - 1);
    one.send(ill, healthy);
    await one.clock.advance(HOUR - 1);
    expect(one.actor.getSnapshot().context.record.rebootsInRow).toBe(1);
    await one.clock.advance(1);
    expect(one.actor.getSnapshot().context.record.rebootsInRow).toBe(0);
  });

  it('is believed even when its record cannot be stored', async () => {
    let fails = false;
    const one = policy({
      remember: async () => {
        if (fails) throw new Error('disk full');
      },
    });
    one.send(ask);
    await one.clock.advance(0);
    fails = true;
    one.send(healthy);
    await one.clock.advance(HOUR);
    expect(one.state()).toBe('healthy');
  });
});

describe('a store that fails', () => {
  const failing = async (): Promise<void> => {
    throw new Error('disk full');
  };

  it('keeps a long distance before the reboot, and says how long', async () => {
    const one = policy({ remember: failing });
    one.send(ask);
    await one.clock.advance(0);
    expect(one.take()).toEqual(['delayed 1 10 min']);
    await one.clock.advance(10 * MINUTE - 1);
    expect(one.take()).toEqual([]);
    await one.clock.advance(1);
    expect(one.take()).toEqual(['granted 1']);
  });

  it('does not shorten the distance to the next reboot, when the store works again', async () => {
    const granted: number[] = [];
    let fails = true;
    const one = policy({
      remember: () => (fails ? failing() : Promise.resolve()),
      onNotice: ({ type }) => {
        if (type === 'reboot.granted') granted.push(one.clock.now());
      },
    });
    one.send({ type: 'ladder.recalled', record: { rebootsInRow: 5, lastRebootAtMs: 1 } });
    one.send(ask);
    await one.clock.advance(60 * MINUTE);
    fails = false;
    one.send(ask);
    await one.clock.advance(3 * HOUR);
    expect(granted.map((at) => (at - START_MS) / MINUTE)).toEqual([60, 120]);
  });

  it.each([withdraw, healthy])('lets the reboot be called off by $type', async (event) => {
    const one = policy({ remember: failing });
    one.send(ask);
    await one.clock.advance(0);
    one.take();
    one.send(event);
    await one.clock.advance(30 * MINUTE);
    expect(one.take()).toEqual([]);
  });
});

describe('after a restart of the process', () => {
  it('the distance to the last reboot is kept', async () => {
    const clock = new VirtualClock(START_MS);
    let stored: LadderRecord = freshLadder;
    const granted: number[] = [];
    // An agent that crashes right after each reset: ten processes, each asks at once.
    for (let process = 0; process < 10; process++) {
      let isGranted = false;
      const one = policy({
        clock,
        remember: async (record) => {
          stored = record;
        },
        onNotice: ({ type }) => {
          if (type === 'reboot.granted') isGranted = true;
        },
      });
      if (stored.rebootsInRow > 0) one.send({ type: 'ladder.recalled', record: stored });
      one.send(ask);
      while (!isGranted) await clock.advance(MINUTE);
      granted.push(clock.now() - (clock.now() % MINUTE));
      one.actor.stop();
    }
    const minutes = granted.slice(1).map((at, index) => (at - (granted[index] ?? 0)) / MINUTE);
    for (const [at, least] of [0, 0, 0, 9, 29, 59, 119, 239, 479].entries()) {
      expect(minutes[at]).toBeGreaterThanOrEqual(least);
    }
  });

  it('a clock that was set back lengthens no wait beyond its own rung', async () => {
    const one = policy();
    one.send({
      type: 'ladder.recalled',
      record: { rebootsInRow: 5, lastRebootAtMs: START_MS + 30 * 24 * HOUR },
    });
    one.send(ask);
    expect(one.take()).toEqual(['delayed 5 30 min']);
    await one.clock.advance(30 * MINUTE);
    expect(one.take()).toEqual(['stored 6', 'granted 6']);
  });

  it('a clock set while the wait runs changes it neither way', async () => {
    const clock = new VirtualClock(START_MS);
    let shiftMs = 0;
    const one = policy({ clock, wall: () => clock.now() + shiftMs });
    one.send({ type: 'ladder.recalled', record: { rebootsInRow: 5, lastRebootAtMs: START_MS } });
    one.send(ask);
    one.take();
    shiftMs = 5 * HOUR;
    await clock.advance(30 * MINUTE - 1);
    expect(one.take()).toEqual([]);
    shiftMs = -5 * HOUR;
    await clock.advance(1);
    expect(one.take()).toEqual(['stored 6', 'granted 6']);
  });

  it('a record that comes after the first reboot does not undo its count', async () => {
    const one = policy();
    one.send(ask);
    await one.clock.advance(0);
    one.send({ type: 'ladder.recalled', record: freshLadder });
    expect(one.actor.getSnapshot().context.record.rebootsInRow).toBe(1);
  });
});

describe('the end of the ladder', () => {
  it('denies further reboots until the module was healthy', async () => {
    const one = policy({ options: { mostReboots: 2 } });
    for (let turn = 0; turn < 4; turn++) {
      one.send(ask);
      await one.clock.advance(0);
    }
    expect(one.take()).toEqual(['stored 1', 'granted 1', 'stored 2', 'granted 2', 'denied 2', 'denied 2']);
    expect(one.state()).toBe('exhausted');
    one.send(healthy);
    await one.clock.advance(HOUR);
    one.take();
    one.send(ask);
    await one.clock.advance(0);
    expect(one.take()).toEqual(['stored 1', 'granted 1']);
  });
});

describe('a clock that is set forward by a year', () => {
  it('takes nothing of the wait away within one process', async () => {
    const clock = new VirtualClock(START_MS);
    let stepMs = 0;
    const one = policy({ clock, wall: () => clock.now() + stepMs, hasUptime: true });
    for (let n = 1; n <= 4; n++) {
      one.send(ask);
      await clock.advance(0);
    }
    stepMs = 365 * 24 * HOUR;
    one.take();
    one.send(ask);
    await clock.advance(10 * MINUTE - 1);
    expect(one.take()).toEqual(['delayed 4 10 min']);
    await clock.advance(1);
    expect(one.take()).toContain('granted 5');
  });
});

describe('the end of a reset', () => {
  it('is where the distance to the next one begins, which is stored as well', async () => {
    const one = policy();
    for (let n = 1; n <= 4; n++) {
      one.send(ask);
      await one.clock.advance(0);
    }
    one.take();
    await one.clock.advance(5 * MINUTE); // a power switch that takes its time
    one.send({ type: 'reset.done' });
    await one.clock.advance(0);
    expect([one.take(), one.records.at(-1)?.lastRebootAtMs]).toEqual([['stored 4'], one.clock.now()]);
    one.send(ask);
    await one.clock.advance(10 * MINUTE - 1);
    expect(one.take().some((text) => text.startsWith('granted'))).toBe(false);
    await one.clock.advance(1);
    expect(one.take()).toContain('granted 5');
  });
});

describe('an owner that throws', () => {
  it('does not make the reboots more frequent', async () => {
    const granted: number[] = [];
    let throws = true;
    const one = policy({
      onNotice: ({ type }) => {
        if (type !== 'reboot.granted') return;
        granted.push(one.clock.now());
        if (throws) throw new Error('defect');
      },
    });
    one.send(ask);
    await one.clock.advance(2 * HOUR);
    throws = false;
    await one.clock.advance(24 * HOUR);
    expect(one.actor.getSnapshot().status).toBe('active');
    const minutes = granted.slice(1).map((at, index) => (at - (granted[index] ?? 0)) / MINUTE);
    for (const [at, least] of [0, 0, 0, 10, 30, 60, 120].entries()) {
      expect(minutes[at] ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(least);
    }
  });
});

describe('every simple path', () => {
  // At 0 the ladder cannot tell "never" from "just now": the first rung has a wait even when healthy.
  const clock = new VirtualClock(0);
  const input = (options: Partial<LadderOptions>) => (): RebootPolicyInput => ({
    clock,
    options: { ...standardLadder, ...options },
    owner: { send: () => undefined },
    remember: async () => undefined,
  });
  const recalled = { type: 'ladder.recalled', record: { rebootsInRow: 6, lastRebootAtMs: 0 } };
  const done = { type: 'reset.done' };
  const events = [
    ask,
    done,
    withdraw,
    healthy,
    ill,
    recalled,
    { type: 'crashed', error: new Error('defect') },
  ];

  it('stays alive, ends in a state that answers a request, and all of them take every transition', () => {
    const taken = new Set<string>();
    let paths = 0;
    for (const options of [
      {},
      { freeReboots: 0, ladderMs: [HOUR] },
      { mostReboots: 1 },
      { mostReboots: 0 },
    ]) {
      paths += walkEveryPath(
        {
          machine: rebootPolicyMachine,
          input: input(options),
          events,
          sameState: ({ context }) => String(context.record.rebootsInRow > 0),
        },
        taken,
        ({ actor, snapshot }) => {
          expect(snapshot.status).toBe('active');
          if (snapshot.matches('healthy') || snapshot.matches('counting')) {
            actor.send(ask);
            const { value } = actor.getSnapshot();
            expect(['rebooting', 'waiting', 'exhausted']).toContain(value);
          }
        },
      );
    }
    expect(paths).toBeGreaterThan(50);
    const uncovered = [...declaredTransitions(withStubs(rebootPolicyMachine))].filter(
      (name) => !taken.has(name),
    );
    expect(uncovered).toEqual([]);
  });
});
