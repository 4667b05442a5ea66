import { Subject } from 'rxjs';
import type { AnyMachineSnapshot } from 'xstate';
import type { Happening } from '../../adapters/inspect/happenings.ts';
import { InspectionFeed } from '../../adapters/inspect/inspection-feed.ts';
import type { InspectedActor, Inspection } from '../../adapters/inspect/inspector.ts';
import { socketMachine } from '../../machines/index.ts';
import { VirtualClock } from '../../streams/clock.ts';

const BURST = 200;
const actor: InspectedActor = {
  ...{ sessionId: 'modem1/x:7', name: 'socket-0', rootId: 'modem1/x:0', machine: socketMachine },
  send: () => undefined,
};
const snapshotOf = (value: object | string, context: object = {}, status = 'active'): AnyMachineSnapshot =>
  ({ status, value, context }) as unknown as AnyMachineSnapshot;

function feeding(inspectors?: ConstructorParameters<typeof InspectionFeed>[0]['inspectors']) {
  const clock = new VirtualClock();
  const happenings = new Subject<Happening>();
  const seen: Inspection[] = [];
  const taken: (() => boolean)[] = [];
  const feed = new InspectionFeed({
    clock,
    happenings$: (takesExchange) => {
      taken.push(takesExchange);
      return happenings;
    },
    inspectors: inspectors ?? [
      { open: async () => undefined, close: async () => undefined, show: (one) => void seen.push(one) },
    ],
    redacted: (value) => value,
  });
  const takesExchange = (): boolean => taken[0]?.() ?? false;
  const happen = (one: object): void => happenings.next({ actor, ...one } as Happening);
  happen({ kind: 'actor', snapshot: snapshotOf({ connected: 'idle' }) });
  const change = (number: number, value: object | string = { connected: 'sending' }): void => {
    const event = { type: 'writer.hasData', number };
    happen({ kind: 'event', source: undefined, event });
    happen({ kind: 'snapshot', event, snapshot: snapshotOf(value, { number }) });
  };
  return { clock, feed, seen, happen, change, happenings, takesExchange };
}
const kindsOf = (seen: readonly Inspection[]): string[] => seen.map(({ kind }) => kind);
const skippedIn = (seen: readonly Inspection[]) =>
  seen.flatMap((one) => (one.kind === 'event' && one.event.type === 'inspection.skipped' ? [one.event] : []));

describe('an actor that does little', () => {
  it('is shown in everything that happens to it, in order', () => {
    const { seen, change, feed } = feeding();
    change(1);
    change(2);
    expect(kindsOf(seen)).toEqual(['actor', 'event', 'snapshot', 'event', 'snapshot']);
    feed.close();
  });
});

describe('an actor that does much', () => {
  it('is shown no more than the allowance, and in the end as it is', async () => {
    const { clock, seen, change, feed } = feeding();
    for (let number = 1; number <= 1_000; number++) change(number);
    expect(seen.length).toBeLessThanOrEqual(BURST + 1);
    await clock.advance(250);
    const last = seen.at(-1);
    expect(last?.kind === 'snapshot' && last.snapshot.context).toEqual({ number: 1_000 });
    feed.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('is told of what was left out, to the last one', async () => {
    const { clock, seen, change, feed } = feeding();
    for (let number = 1; number <= 1_000; number++) change(number);
    await clock.advance(250);
    const shownEvents = seen.filter(
      (one) => one.kind === 'event' && one.event.type === 'writer.hasData',
    ).length;
    const shownSnapshots = seen.filter(({ kind }) => kind === 'snapshot').length;
    expect(skippedIn(seen)).toEqual([
      { type: 'inspection.skipped', events: 1_000 - shownEvents, snapshots: 1_000 - shownSnapshots },
    ]);
    feed.close();
  });

  it('is shown at the rate of the allowance from then on', async () => {
    const { clock, seen, change, feed } = feeding();
    for (let tick = 0; tick < 1_000; tick++) {
      change(tick);
      await clock.advance(10);
    }
    const perSecond = (seen.length - BURST) / 10;
    expect(perSecond).toBeGreaterThan(10);
    expect(perSecond).toBeLessThanOrEqual(60);
    feed.close();
  });

  it('is always shown when its outermost state is another one, with the event that led to it', () => {
    const { seen, change, feed } = feeding();
    for (let number = 1; number <= 500; number++) change(number);
    const before = seen.length;
    change(501, 'closing');
    expect(seen.slice(before).map((one) => (one.kind === 'event' ? one.event.type : one.kind))).toEqual([
      'inspection.skipped',
      'writer.hasData',
      'snapshot',
    ]);
    feed.close();
  });

  it('is always shown at its end', () => {
    const { seen, change, happen, feed } = feeding();
    for (let number = 1; number <= 500; number++) change(number);
    happen({
      kind: 'snapshot',
      event: { type: 'xstate.stop' },
      snapshot: snapshotOf({ connected: 'sending' }, {}, 'stopped'),
    });
    expect(kindsOf(seen).slice(-2)).toEqual(['snapshot', 'end']);
    change(501);
    expect(kindsOf(seen).slice(-2)).toEqual(['snapshot', 'end']); // nothing behind it
    feed.close();
    expect(kindsOf(seen).filter((kind) => kind === 'end')).toHaveLength(1);
  });
});

describe('an actor that flaps', () => {
  it('is shown in the changes of its outermost state up to a limit', () => {
    const { seen, change, feed } = feeding();
    for (let number = 1; number <= 5_000; number++) change(number, number % 2 === 0 ? 'closing' : 'initial');
    expect(kindsOf(seen).filter((kind) => kind === 'snapshot').length).toBeLessThanOrEqual(700);
    feed.close();
  });
});

describe('commands', () => {
  it('are shown whole or not at all, so many at once and so many each second', async () => {
    const { clock, takesExchange, feed } = feeding();
    const atOnce = Array.from({ length: 100 }, takesExchange).filter(Boolean).length;
    await clock.advance(1_000);
    const later = Array.from({ length: 100 }, takesExchange).filter(Boolean).length;
    expect([atOnce, later]).toEqual([60, 3]);
    feed.close();
  });

  it('are counted when they are left out', () => {
    const { seen, takesExchange, happen, feed } = feeding();
    for (let number = 0; number < 65; number++) takesExchange();
    const exchange = { ...actor, name: 'exchange' };
    const command = { command: 'AT', payloadBytes: 0 };
    happen({ actor: exchange, kind: 'actor', snapshot: snapshotOf('commanding'), command });
    happen({ actor: exchange, kind: 'event', event: { type: 'xstate.init' } });
    expect(skippedIn(seen)).toEqual([{ type: 'inspection.skipped', commands: 5 }]);
    feed.close();
  });

  it('are told with what was written, and never as ended', () => {
    const { seen, happen, feed } = feeding();
    const exchange = { ...actor, name: 'exchange' };
    const command = { command: 'AT+CSQ', payloadBytes: 0 };
    happen({ actor: exchange, kind: 'actor', snapshot: snapshotOf('commanding'), command });
    const done = snapshotOf('finished', { lines: 0 }, 'done');
    happen({ actor: exchange, kind: 'snapshot', event: { type: 'rx.final' }, snapshot: done, command });
    const last = seen.at(-1);
    expect(last?.kind === 'snapshot' && last.snapshot).toEqual({
      ...{ status: 'active', value: 'finished' },
      context: { lines: 0, command: 'AT+CSQ', payloadBytes: 0 },
    });
    feed.close();
  });
});

describe('an inspector that fails', () => {
  it('may fail later, too', async () => {
    const show = async (): Promise<void> => {
      throw new TypeError('broken');
    };
    const { change, feed } = feeding([{ open: async () => undefined, close: async () => undefined, show }]);
    change(1);
    await new Promise((later) => setImmediate(later)); // an unhandled rejection would fail the test
    feed.close();
  });

  it('disturbs neither the others nor the modem', () => {
    const seen: Inspection[] = [];
    const quiet = { open: async () => undefined, close: async () => undefined };
    const { change, feed } = feeding([
      {
        ...quiet,
        show: () => {
          throw new TypeError('broken');
        },
      },
      { ...quiet, show: (one) => void seen.push(one) },
    ]);
    change(1);
    expect(kindsOf(seen)).toEqual(['actor', 'event', 'snapshot']);
    feed.close();
  });
});

describe('the input of an actor', () => {
  it('is not shown with its first event: its context is', () => {
    const { seen, happen, feed } = feeding();
    happen({ kind: 'event', source: undefined, event: { type: 'xstate.init', input: { password: 'x' } } });
    expect(seen.at(-1)).toMatchObject({ event: { type: 'xstate.init' } });
    expect(JSON.stringify(seen.at(-1))).not.toContain('password');
    feed.close();
  });
});
