import { createActor } from 'xstate';
import type { SendCounters } from '../../adapters/dialects/dialect.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import {
  type LinkReport,
  type LinkTiming,
  type LinkWatchInput,
  linkWatchMachine,
  UNWATCHED,
  type WatchedLink,
} from '../../machines/link-watch.machine.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { fakeRun, ok, type Reply, refused, scripted } from '../support/fake-run.ts';
import { declaredTransitions, walkEveryPath, withStubs } from '../support/paths.ts';

/** The manual's numbers (gsm §6.1). */
const timing: LinkTiming = { idleMs: 480_000, firstWaitMs: 5_000, intervalMs: 10_000, tries: 12 };
const COUNT = 'AT+QISEND=0,0';
const MINUTE = 60_000;

const counters = (sentBytes: number, acknowledgedBytes: number): SendCounters => ({
  sentBytes,
  acknowledgedBytes,
  unacknowledgedBytes: sentBytes - acknowledgedBytes,
});

interface Setting {
  /** Answers to the reads of the counters, one after the other; the last one stays. */
  readonly counts?: Reply | readonly Reply[];
  readonly probes?: boolean;
  readonly timing?: Partial<LinkTiming>;
  readonly quiet?: WatchedLink['quiet'];
  readonly onReport?: (report: LinkReport) => void;
}

/** A watch over a link of which 10 bytes were sent and acknowledged. A probe has 4 bytes. */
function watch({ counts = ok(counters(10, 10)), probes = false, quiet, onReport, ...more }: Setting = {}) {
  const clock = new VirtualClock();
  const { run, log, aborted } = fakeRun(scripted({ [COUNT]: counts }));
  const at: number[] = [];
  const reports: string[] = [];
  const link = { received: 0, sent: 10, acknowledged: 10, hasData: false, takesProbe: true, probes: 0 };
  let end: (() => void) | undefined;
  let restart = (): void => undefined;
  const input: LinkWatchInput = {
    connectId: 0,
    commands: lte.commands,
    run: (command, signal) => {
      at.push(clock.now());
      return run(command, signal);
    },
    runSoon: (command, signal) => {
      at.push(clock.now());
      log.push('soon');
      return run(command, signal);
    },
    timing: { ...timing, ...more.timing },
    owner: {
      send: (report) => {
        onReport?.(report);
        if (report.type === 'link.dead') reports.push(`${report.failure.code}: ${report.failure.result}`);
        else if (report.outcome.kind === 'ok') {
          link.acknowledged = report.outcome.value.acknowledgedBytes;
          reports.push(`counted ${link.acknowledged}`);
        }
      },
    },
    link: {
      quiet:
        quiet ??
        ((idleMs, signal) =>
          new Promise((resolve) => {
            let timer = clock.setTimeout(resolve, idleMs);
            end = () => clock.clearTimeout(timer);
            restart = () => {
              end?.();
              timer = clock.setTimeout(resolve, idleMs);
            };
            signal.addEventListener('abort', () => end?.());
          })),
      receivedBytes: () => link.received,
      sentBytes: () => link.sent,
      acknowledgedBytes: () => link.acknowledged,
      hasData: () => link.hasData,
      canProbe: () => probes,
      probeBytes: () => 4,
      sendProbe: () => {
        link.probes++;
        if (link.takesProbe) link.sent += 4;
      },
    },
  };
  const actor = createActor(linkWatchMachine, { clock, input });
  actor.start();
  const state = (): string => {
    const { value } = actor.getSnapshot();
    return typeof value === 'string' ? value : (Object.keys(value)[0] ?? '');
  };
  return { clock, actor, link, log, at, reports, aborted, state, moved: () => restart() };
}

const OUTSTANDING =
  'NOT_ACKNOWLEDGED: the link is dead: 3 bytes are not acknowledged, after 480 s without traffic';
const PROBE_LOST =
  'NOT_ACKNOWLEDGED: the link is dead: a probe was not acknowledged in 115 s, after 480 s without traffic';

describe('an idle link', () => {
  it('is looked at after 8 minutes without traffic, and then every 8 minutes', async () => {
    const one = watch();
    await one.clock.advance(24 * MINUTE);
    expect(one.at).toEqual([8 * MINUTE, 16 * MINUTE, 24 * MINUTE]);
    expect([one.state(), one.reports.at(-1)]).toEqual(['fresh', 'counted 10']);
  });

  it('is left alone while bytes move', async () => {
    const one = watch();
    for (let minute = 0; minute < 30; minute += 5) {
      one.moved();
      await one.clock.advance(5 * MINUTE);
    }
    expect(one.at).toEqual([]);
    await one.clock.advance(3 * MINUTE);
    expect(one.at).toEqual([33 * MINUTE]);
  });

  it('is never looked at with an idle time of 0', async () => {
    const one = watch({ timing: { idleMs: 0 } });
    await one.clock.advance(60 * MINUTE);
    expect([one.at, one.clock.pendingTimers]).toEqual([[], 0]);
  });

  it('with bytes that nobody has acknowledged is dead', async () => {
    const one = watch({ counts: ok(counters(13, 10)) });
    await one.clock.advance(60 * MINUTE);
    expect([one.state(), one.reports, one.at]).toEqual(['dead', [OUTSTANDING], [8 * MINUTE]]);
  });

  it('lives when the counters have gone forward, though not to the end', async () => {
    const one = watch({ counts: [ok(counters(20, 15)), ok(counters(20, 20))] });
    await one.clock.advance(16 * MINUTE);
    expect([one.state(), one.reports]).toEqual(['fresh', ['counted 15', 'counted 20']]);
  });

  it('is fresh again when the counters cannot be read', async () => {
    const one = watch({
      counts: [refused(), { kind: 'timedOut', isSynchronised: true }, 'throw'],
      probes: true,
    });
    await one.clock.advance(24 * MINUTE);
    expect([one.state(), one.at.length, one.reports, one.link.probes]).toEqual(['fresh', 3, [], 0]);
  });

  it.each([
    ['bytes came', { received: 5 }],
    ['bytes were sent', { sent: 13 }],
    ['bytes wait to be sent', { hasData: true }],
  ])('is fresh again when %s while the read waited for the port', async (_, change) => {
    let answer: (counted: { kind: 'ok'; value: SendCounters; result: string }) => void = () => undefined;
    const one = watch({
      counts: [
        new Promise((resolve) => {
          answer = resolve;
        }),
      ],
      probes: true,
    });
    await one.clock.advance(10 * MINUTE);
    Object.assign(one.link, change);
    answer({ kind: 'ok', value: counters(13, 10), result: 'OK' });
    await one.clock.advance(0);
    expect([one.state(), one.link.probes]).toEqual(['fresh', 0]);
  });

  it('ends its read and its wait with the watch', async () => {
    const one = watch({ counts: 'silence' });
    await one.clock.advance(8 * MINUTE);
    one.actor.stop();
    expect([one.aborted, one.clock.pendingTimers]).toEqual([[COUNT], 0]);
    const waiting = watch();
    waiting.actor.stop();
    expect(waiting.clock.pendingTimers).toBe(0);
  });
});

describe('a probe', () => {
  it('is not sent when the application gave none', async () => {
    const one = watch();
    await one.clock.advance(60 * MINUTE);
    expect(one.link.probes).toBe(0);
  });

  it('that is acknowledged after 5 seconds makes the link fresh', async () => {
    const one = watch({ counts: [ok(counters(10, 10)), ok(counters(14, 14))], probes: true });
    await one.clock.advance(8 * MINUTE + 5_000);
    expect([one.state(), one.reports, one.log]).toEqual([
      'fresh',
      ['counted 10', 'counted 14'],
      [COUNT, 'soon', COUNT],
    ]);
    await one.clock.advance(8 * MINUTE);
    expect(one.link.probes).toBe(2);
  });

  it('that is not acknowledged is looked for 12 times, then the link is dead', async () => {
    const one = watch({ counts: [ok(counters(10, 10)), ok(counters(14, 10))], probes: true });
    await one.clock.advance(8 * MINUTE + 114_999);
    expect([one.state(), one.at.length]).toEqual(['probing', 12]);
    await one.clock.advance(1);
    expect([one.state(), one.reports]).toEqual(['dead', ['counted 10', PROBE_LOST]]);
    expect(one.at.slice(1).map((ms) => (ms - 8 * MINUTE) / 1000)).toEqual([
      5, 15, 25, 35, 45, 55, 65, 75, 85, 95, 105, 115,
    ]);
    await one.clock.advance(60 * MINUTE);
    expect([one.at.length, one.clock.pendingTimers]).toEqual([13, 0]);
  });

  it('of which a part is acknowledged has its tries anew', async () => {
    const silent = (acknowledged: number) => Array.from({ length: 11 }, () => ok(counters(14, acknowledged)));
    const counts = [
      ok(counters(10, 10)),
      ...silent(10),
      ok(counters(14, 12)),
      ...silent(12),
      ok(counters(14, 13)),
    ];
    const one = watch({ counts, probes: true });
    await one.clock.advance(8 * MINUTE + 5_000 + 23 * 10_000);
    expect([one.state(), one.reports.at(-1)]).toEqual(['probing', 'counted 13']);
    await one.clock.advance(12 * 10_000);
    expect([one.state(), one.at.length]).toEqual(['dead', 1 + 24 + 12]);
  });

  it.each([
    [3_000, 5_000, 1],
    [50_000, 55_000, 6],
  ])(
    'is overtaken by bytes of the peer after %i ms: it needs no acknowledgement',
    async (cameMs, seenMs, reads) => {
      const one = watch({ counts: [ok(counters(10, 10)), ok(counters(14, 10))], probes: true });
      await one.clock.advance(8 * MINUTE + cameMs);
      one.link.received = 1;
      await one.clock.advance(seenMs - cameMs);
      expect([one.state(), one.at.length]).toEqual(['fresh', reads]);
    },
  );

  it('is overtaken by bytes of the peer also while the counters are read', async () => {
    let answer: (counted: { kind: 'ok'; value: SendCounters; result: string }) => void = () => undefined;
    const late: Reply = new Promise((resolve) => {
      answer = resolve;
    });
    const one = watch({ counts: [ok(counters(10, 10)), late], probes: true, timing: { tries: 1 } });
    await one.clock.advance(8 * MINUTE + 5_000);
    one.link.received = 1;
    answer({ kind: 'ok', value: counters(14, 10), result: 'OK' });
    await one.clock.advance(0);
    expect([one.state(), one.at.length]).toEqual(['fresh', 2]);
  });

  it('is enough for the bytes that the application sends behind it', async () => {
    const one = watch({ counts: [ok(counters(10, 10)), ok(counters(114, 14))], probes: true });
    await one.clock.advance(8 * MINUTE);
    one.link.sent += 100;
    await one.clock.advance(5_000);
    expect(one.state()).toBe('fresh');
  });

  it('that the module has not taken yet is waited for, without a read', async () => {
    const one = watch({ counts: [ok(counters(10, 10)), ok(counters(14, 14))], probes: true });
    one.link.takesProbe = false;
    await one.clock.advance(13 * MINUTE);
    expect([one.state(), one.at]).toEqual(['probing', [8 * MINUTE]]);
    one.link.sent += 4;
    await one.clock.advance(10_000);
    expect([one.state(), one.at.length]).toEqual(['fresh', 2]);
  });

  it.each(['throw', refused()] as const)('is given up when the counters end with %j', async (end) => {
    const one = watch({ counts: [ok(counters(10, 10)), end], probes: true });
    await one.clock.advance(8 * MINUTE + 5_000);
    expect([one.state(), one.at.length]).toEqual(['fresh', 2]);
  });
});

describe('a defect', () => {
  it('of the link leaves it unwatched', async () => {
    const one = watch({ quiet: () => Promise.reject(new Error('defect')) });
    await one.clock.advance(60 * MINUTE);
    expect([one.state(), one.at, one.actor.getSnapshot().status]).toEqual(['fresh', [], 'active']);
  });

  it('of the owner makes the link fresh', async () => {
    let isBroken = true;
    const onReport = (): void => {
      if (isBroken) throw new Error('defect');
    };
    const one = watch({ counts: ok(counters(13, 10)), onReport });
    await one.clock.advance(8 * MINUTE);
    expect([one.state(), one.reports]).toEqual(['fresh', []]);
    isBroken = false;
    await one.clock.advance(8 * MINUTE);
    expect(one.reports).toEqual([OUTSTANDING]);
  });
});

describe('a link that nobody watches', () => {
  it('is never looked at', async () => {
    const clock = new VirtualClock();
    const { run, log } = fakeRun(scripted({}));
    const owner = { send: () => undefined };
    const input = { ...UNWATCHED, connectId: 0, commands: lte.commands, run, owner };
    const actor = createActor(linkWatchMachine, { clock, input });
    actor.start();
    await clock.advance(60 * MINUTE);
    expect([actor.getSnapshot().value, log, clock.pendingTimers]).toEqual(['fresh', [], 0]);
    actor.stop();
  });
});

describe('every simple path', () => {
  interface Change {
    readonly hasData?: boolean;
    readonly canProbe?: boolean;
    /** Length of a probe that the module takes at once, or never. */
    readonly probeBytes?: number;
    readonly tries?: number;
  }

  const input =
    ({ hasData = false, canProbe = true, probeBytes = 0, tries = 3 }: Change) =>
    (): LinkWatchInput => ({
      connectId: 0,
      commands: lte.commands,
      run: () => new Promise(() => undefined),
      runSoon: () => new Promise(() => undefined),
      owner: { send: () => undefined },
      timing: { ...timing, tries },
      link: {
        quiet: () => new Promise(() => undefined),
        receivedBytes: () => 0,
        sentBytes: () => 14,
        acknowledgedBytes: () => 10,
        hasData: () => hasData,
        canProbe: () => canProbe,
        probeBytes: () => probeBytes,
        sendProbe: () => undefined,
      },
    });

  it('ends in one of the five states, never dead without a word, and all of them take every transition', () => {
    const taken = new Set<string>();
    let paths = 0;
    const changes = [{}, { hasData: true }, { canProbe: false }, { probeBytes: 4 }, { tries: 1 }];
    for (const change of changes) {
      const told: string[] = [];
      const make = input(change);
      paths += walkEveryPath(
        {
          machine: linkWatchMachine,
          input: () => {
            told.length = 0;
            return { ...make(), owner: { send: ({ type }: LinkReport) => told.push(type) } };
          },
          events: [{ type: 'crashed', error: new Error('defect') }],
          outputs: {
            counter: [
              ok(counters(10, 10)),
              ok(counters(14, 10)),
              ok(counters(14, 12)),
              ok(counters(14, 14)),
              refused(),
            ],
          },
          sameState: ({ context }) => String(context.reads),
        },
        taken,
        ({ snapshot }) => {
          expect(snapshot.status).toBe('active');
          expect(told.includes('link.dead')).toBe(snapshot.matches('dead'));
        },
      );
    }
    expect(paths).toBeGreaterThan(20);
    const uncovered = [...declaredTransitions(withStubs(linkWatchMachine))].filter(
      (name) => !taken.has(name),
    );
    // These need bytes that come at that time: see "is overtaken by bytes of the peer".
    expect(uncovered.sort()).toEqual([
      'linkWatch.probing.pausing ──xstate.after.interval.linkWatch.probing.pausing[0]──▶ linkWatch.alive',
      'linkWatch.probing.reading ──xstate.done.actor.0.linkWatch.probing.reading[2]──▶ linkWatch.alive',
      'linkWatch.probing.sent ──xstate.after.firstWait.linkWatch.probing.sent[0]──▶ linkWatch.alive',
    ]);
  });
});
