/** The recorder, on observables and a look of the test's own. */
import { createNoopMeter, type Meter } from '@opentelemetry/api';
import { Subject } from 'rxjs';
import type { Exchanged } from '../../adapters/channel/exchanged.ts';
import { headOf } from '../../adapters/metrics/command-heads.ts';
import { type Measured, observeModem } from '../../adapters/metrics/observe-modem.ts';
import type { ModemStatus } from '../../adapters/modem/status.ts';
import type { Traffic } from '../../adapters/net/traffic.ts';
import type { ExchangeOutcome, RecoveryStep } from '../../machines/index.ts';
import { VirtualClock } from '../../streams/clock.ts';
import type { Urc } from '../../streams/urcs.ts';
import { sourceFiles, withoutComments } from '../support/imports.ts';
import { type Readings, readings } from './readings.ts';

function source() {
  const subjects = {
    exchanged$: new Subject<Exchanged>(),
    discarded$: new Subject<string>(),
    urcs$: new Subject<Urc>(),
    status$: new Subject<ModemStatus>(),
    recoveries$: new Subject<RecoveryStep>(),
    traffic$: new Subject<Traffic>(),
  };
  const clock = new VirtualClock(1_000);
  const measured: Measured = {
    ...subjects,
    ...{ port: 'a port', dialect: 'lte', clock },
    queueLength: () => 0,
    look: () => ({ sockets: [], rebootsInRow: 0, ladderWaitMs: 0 }),
  };
  const step = (name: RecoveryStep['step'], afterMs = 0): Promise<void> => {
    const advanced = clock.advance(afterMs);
    return advanced.then(() => subjects.recoveries$.next({ step: name, detail: 'secret' }));
  };
  const observed = (): string[] =>
    Object.entries(subjects).flatMap(([name, { observed: is }]) => (is ? [name] : []));
  return { measured, subjects, step, observed };
}

type Source = ReturnType<typeof source>;

async function withReadings(work: (one: Source & { read: Readings }) => Promise<void>): Promise<void> {
  const one = source();
  const read = readings();
  const measuring = observeModem(read.meter, one.measured);
  await work({ ...one, read });
  measuring.unsubscribe();
}

const answer = (text: string, lines: Exchanged['lines'], outcome?: ExchangeOutcome): Exchanged => ({
  command: { text, timeoutMs: 300 },
  outcome: outcome ?? { kind: 'ok', result: 'OK' },
  lines,
  waitedMs: 0,
  durationMs: 1,
});
const line = (prefix: string, ...fields: (number | string)[]) => ({ prefix, text: fields.join(), fields });

describe('observing', () => {
  it('takes nothing up where no SDK is registered', () => {
    const { measured, observed } = source();
    const measuring = observeModem(createNoopMeter(), measured);
    expect(observed()).toEqual([]);
    measuring.unsubscribe();
  });

  it('leaves nothing observed and no callback behind', () => {
    const { measured, observed } = source();
    const callbacks = new Set<unknown>();
    const meter: Meter = Object.assign(Object.create(readings().meter) as Meter, {
      addBatchObservableCallback: (one: unknown) => callbacks.add(one),
      removeBatchObservableCallback: (one: unknown) => callbacks.delete(one),
    });
    const measuring = observeModem(meter, measured);
    expect(observed()).toHaveLength(6);
    expect(callbacks.size).toBe(1);
    measuring.unsubscribe();
    expect(observed()).toEqual([]);
    expect(callbacks.size).toBe(0);
  });
});

describe('a recovery', () => {
  const duration = 'urchestra.recovery.duration';

  it('has the cause that came first, whatever else went wrong meanwhile', () =>
    withReadings(async ({ step, read }) => {
      await step('online');
      await step('context lost', 1_000);
      await step('module hung', 2_000);
      await step('reboot granted', 3_000);
      await step('module rebooted', 4_000);
      await step('online', 5_000);
      expect(await read.times(duration, { 'urchestra.recovery.cause': 'context lost' })).toEqual({
        count: 1,
        sum: 14,
      });
      expect((await read.times(duration)).count).toBe(1);
    }));

  it('is not what a modem does before it is online for the first time', () =>
    withReadings(async ({ step, read }) => {
      await step('module rebooted');
      await step('context failed', 1_000);
      await step('online', 1_000);
      expect((await read.times(duration)).count).toBe(0);
      expect(await read.total('urchestra.reboots')).toBe(0);
      expect(await read.total('urchestra.recovery.steps')).toBe(3);
    }));

  it.each(['escape missed', 'option refused'] as const)('is not begun by “%s”', (remark) =>
    withReadings(async ({ step, read }) => {
      await step('online');
      await step(remark, 1_000);
      await step('port lost', 1_000);
      await step('online', 2_000);
      expect(await read.times(duration)).toEqual({ count: 1, sum: 2 });
    }),
  );

  it('counts every reset, and one restart by itself until the modem is online', () =>
    withReadings(async ({ step, read }) => {
      const kinds = async () =>
        Object.fromEntries(
          (await read.series('urchestra.reboots')).map(({ attributes, value }) => [
            attributes['urchestra.reboot.kind'],
            value,
          ]),
        );
      await step('online');
      await step('module rebooted');
      await step('module rebooted');
      await step('online');
      await step('module rebooted');
      expect(await kinds()).toEqual({ unexpected: 2 });
      await step('reboot granted');
      await step('module rebooted');
      await step('reboot granted');
      expect(await kinds()).toEqual({ unexpected: 2, reset: 2 });
    }));

  it('says nothing of details', () =>
    withReadings(async ({ step, read }) => {
      await step('port lost');
      expect(JSON.stringify(await read.metrics())).not.toContain('secret');
    }));
});

describe('signal strength', () => {
  const rssi = async (read: Readings) =>
    (await read.series('urchestra.signal.rssi')).map(({ value }) => value);

  it.each([
    [0, [-113]],
    [20, [-73]],
    [31, [-51]],
    [32, []],
    [99, []],
    [199, []],
  ])('+CSQ: %s is %j dBm', (told, dbm) =>
    withReadings(async ({ subjects, read }) => {
      subjects.exchanged$.next(answer('AT+CSQ', [line('+CSQ', 10, 99)]));
      subjects.exchanged$.next(answer('AT+CSQ', [line('+CSQ', told, 99)]));
      expect(await rssi(read)).toEqual(dbm);
    }),
  );

  it('is not read from a command that asks for its range, nor from one that is refused', () =>
    withReadings(async ({ subjects, read }) => {
      subjects.exchanged$.next(answer('AT+CSQ=?', [line('+CSQ', 1, 2)]));
      subjects.exchanged$.next(answer('AT+CSQ', [line('+CSQ', 1, 2)], { kind: 'refused', result: 'ERROR' }));
      expect(await rssi(read)).toEqual([]);
    }));
});

describe('registration', () => {
  const states = async (read: Readings) =>
    Object.fromEntries(
      (await read.series('urchestra.registration.state')).map(({ attributes, value }) => [
        attributes['urchestra.registration.domain'],
        value,
      ]),
    );

  it('is what was told last, by an answer or a notice', () =>
    withReadings(async ({ subjects, read }) => {
      subjects.exchanged$.next(answer('AT+CREG?', [line('+CREG', 0, 2)]));
      subjects.exchanged$.next(answer('AT+CGREG?', [line('+CGREG', 2, 5, '1A2B')]));
      subjects.exchanged$.next(answer('AT+CEREG=?', [line('+CEREG', 0, 4)]));
      expect(await states(read)).toEqual({ circuit: 2, packet: 5 });
      subjects.urcs$.next({ name: 'registration', domain: 'circuit', state: 1, fields: [1] });
      expect(await states(read)).toEqual({ circuit: 1, packet: 5 });
    }));

  it('is unknown when the module starts anew', () =>
    withReadings(async ({ subjects, step, read }) => {
      subjects.exchanged$.next(answer('AT+CREG?', [line('+CREG', 0, 1)]));
      await step('module rebooted');
      expect(await states(read)).toEqual({});
    }));
});

describe('the head of a command', () => {
  it.each([
    ['AT', 'AT'],
    ['ATE0', 'ATE'],
    ['at+csq', 'AT+CSQ'],
    ['AT+QISEND=0,5', 'AT+QISEND'],
    ['AT+QIRD=0,1500', 'AT+QIRD'],
    ['AT&D1', 'AT&D'],
    ['AT+CPIN="1234"', 'AT+CPIN'],
    ['AT+C5GREG?', 'AT+C5GREG'],
    ['AT+MYOWN=1', 'other'],
    ['ATSESAME', 'other'],
    ['', 'other'],
  ])('%s is counted as %s', (text, head) => {
    expect(headOf(text)).toBe(head);
  });

  it('is known for every command that the product writes', () => {
    const code = sourceFiles()
      .filter(({ path }) => /^adapters\/(?:dialects|modem|channel)\//.test(path))
      .map(({ text }) => withoutComments(text))
      .join('\n');
    const written = new Set([...code.matchAll(/['"`](AT(?:[+&]?[A-Z]+)?)/g)].map(([, head = '']) => head));
    expect(written.size).toBeGreaterThan(40);
    expect([...written].filter((head) => headOf(head) !== head)).toEqual([]);
  });
});
