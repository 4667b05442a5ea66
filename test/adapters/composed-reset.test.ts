import { atReset } from '../../adapters/power/at-reset.ts';
import { powerDownReset, softThenHard } from '../../adapters/power/composed-reset.ts';
import { lineReset } from '../../adapters/power/line-reset.ts';
import type { PowerControl, ResetRequest } from '../../adapters/power/power.ts';
import { settled, VirtualClock } from '../../streams/clock.ts';

const never = new AbortController().signal;

/** A reset that notes its name, and fails with `failure` if there is one. */
function noting(log: string[], name: string, failure?: Error): PowerControl {
  return {
    description: name,
    reachesSilentModule: true,
    reset: async () => {
      log.push(name);
      if (failure) throw failure;
    },
  };
}

function request(log: string[], parts: Partial<ResetRequest> = {}): ResetRequest {
  const execute = async (command: string) => void log.push(command);
  return { answers: true, rebootsInRow: 1, signal: never, execute, ...parts };
}

describe('softThenHard', () => {
  it.each([
    ['a module that answers is reset softly first', { answers: true, rebootsInRow: 1 }, ['soft']],
    ['a module that soft did not help is reset hard', { answers: true, rebootsInRow: 2 }, ['hard']],
    ['a silent module is reset hard at once', { answers: false, rebootsInRow: 1 }, ['hard']],
  ] as const)('%s', async (_, situation, expected) => {
    const log: string[] = [];
    await softThenHard(noting(log, 'soft'), noting(log, 'hard')).reset(request(log, situation));
    expect(log).toEqual(expected);
  });

  it('is hard when soft failed, but not when the modem was stopped meanwhile', async () => {
    const log: string[] = [];
    const control = softThenHard(noting(log, 'soft', new Error('refused')), noting(log, 'hard'));
    await control.reset(request(log));
    expect(log).toEqual(['soft', 'hard']);
    const stopped = control.reset(request(log, { signal: AbortSignal.abort(new Error('stop')) }));
    await expect(stopped).rejects.toThrow('refused');
    expect(log).toEqual(['soft', 'hard', 'soft']);
  });

  it('takes the soft way as often as it is told', async () => {
    const log: string[] = [];
    const control = softThenHard(noting(log, 'soft'), noting(log, 'hard'), { softResets: 2 });
    for (const rebootsInRow of [1, 2, 3]) await control.reset(request(log, { rebootsInRow }));
    expect(log).toEqual(['soft', 'soft', 'hard']);
  });

  it('names both, and reaches a silent module', () => {
    const control = softThenHard(atReset(), lineReset({ line: 'dtr', pulseMs: 300 }));
    expect([control.description, control.reachesSilentModule]).toEqual([
      'AT+CFUN=1,1, else 300 ms pulse on DTR',
      true,
    ]);
  });

  it.each([
    ['an AT command as the hard way', () => softThenHard(atReset(), atReset())],
    ['no soft reset at all', () => softThenHard(atReset(), noting([], 'hard'), { softResets: 0 })],
    ['half a reset', () => softThenHard(atReset(), noting([], 'hard'), { softResets: 1.5 })],
  ])('refuses %s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('powerDownReset', () => {
  it('switches off by AT+QPOWD, waits until the module is down, and switches on', async () => {
    const log: string[] = [];
    const clock = new VirtualClock();
    const resetting = powerDownReset({ on: noting(log, 'on'), offMs: 5_000, clock }).reset(request(log));
    await clock.advance(4_999);
    expect(log).toEqual(['AT+QPOWD=1']);
    await clock.advance(1);
    await resetting;
    expect(log).toEqual(['AT+QPOWD=1', 'on']);
  });

  it('goes straight to the hardware when the module is silent or refuses', async () => {
    const log: string[] = [];
    const control = powerDownReset({ on: noting(log, 'on') });
    await control.reset(request(log, { answers: false }));
    await control.reset(request(log, { execute: () => Promise.reject(new Error('ERROR')) }));
    expect(log).toEqual(['on', 'on']);
  });

  it('ends with STOPPED, and switches nothing on, when the modem is stopped in between', async () => {
    const log: string[] = [];
    const clock = new VirtualClock();
    const stop = new AbortController();
    const resetting = powerDownReset({ on: noting(log, 'on'), clock }).reset(
      request(log, { signal: stop.signal }),
    );
    const failed = expect(resetting).rejects.toMatchObject({ code: 'STOPPED' });
    await settled();
    stop.abort(new Error('stop'));
    await failed;
    expect([log, clock.pendingTimers]).toEqual([['AT+QPOWD=1'], 0]);
  });

  it.each([
    ['an AT command as the way on', () => powerDownReset({ on: atReset() })],
    ['a time below zero', () => powerDownReset({ on: noting([], 'on'), offMs: -1 })],
  ])('refuses %s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('lineReset with several pulses', () => {
  it('holds the line for each, with a rest between', async () => {
    const clock = new VirtualClock();
    const levels: string[] = [];
    const lines = {
      set: async ({ dtr }: { dtr?: boolean }) => void levels.push(`${clock.now()} ${dtr}`),
      dcd: async () => undefined,
    };
    const control = lineReset({ line: 'dtr', pulseMs: 700, pulses: 2, pauseMs: 3_000, clock });
    await clock.runUntil(control.reset({ ...request([]), lines }));
    expect(levels).toEqual(['0 false', '700 true', '3700 false', '4400 true']);
    expect(control.description).toBe('2 × 700 ms pulse on DTR');
  });

  it.each([
    ['pulses', { pulses: 0 }],
    ['pulses', { pulses: 1.5 }],
    ['pauseMs', { pauseMs: 0 }],
    ['line', { line: 'cts' as 'dtr' }],
  ])('refuses a wrong %s', (argument, wrong) => {
    const details = { argument };
    expect(() => lineReset({ line: 'dtr', pulseMs: 300, ...wrong })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details }),
    );
  });
});
