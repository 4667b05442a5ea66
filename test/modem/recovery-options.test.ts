import { gsm } from '../../adapters/dialects/gsm.ts';
import { recoveryDefaults, recoveryFrom, recoveryPresets } from '../../adapters/modem/recovery-options.ts';
import { ladderWaitMs } from '../../machines/reboot-policy.machine.ts';

const ladderOf = ({
  freeReboots,
  ladderMs,
  longestWaitMs,
  healthStretchMs,
}: ReturnType<typeof recoveryFrom>) => ({
  ...{ freeReboots, ladderMs, longestWaitMs, healthStretchMs },
  mostReboots: Number.POSITIVE_INFINITY,
});

describe('the numbers of the recovery', () => {
  it('are the manuals’ when nothing is said', () => {
    expect(recoveryFrom()).toEqual(recoveryDefaults);
    expect(recoveryFrom({ preset: 'standard' })).toEqual(recoveryDefaults);
  });

  it('come from the user, then the preset, then the dialect, then the defaults', () => {
    const numbers = recoveryFrom({ preset: 'patient', pulseMs: 7 }, gsm.limits);
    const { pulseMs, registrationTimeoutMs, openTimeoutMs, sendTries } = numbers;
    expect([pulseMs, registrationTimeoutMs, openTimeoutMs, sendTries]).toEqual([7, 300_000, 75_000, 31]);
    expect(numbers).not.toHaveProperty('preset');
  });

  it.each(Object.keys(recoveryPresets) as (keyof typeof recoveryPresets)[])(
    'never reset a module more often than the manuals allow: %s',
    (preset) => {
      const [ladder, manual] = [ladderOf(recoveryFrom({ preset })), ladderOf(recoveryFrom())];
      for (let n = 0; n < 40; n++)
        expect(ladderWaitMs(ladder, n)).toBeGreaterThanOrEqual(ladderWaitMs(manual, n));
      expect(ladder.healthStretchMs).toBeGreaterThanOrEqual(manual.healthStretchMs);
    },
  );

  it.each([
    ['recovery.preset', { preset: 'brave' }],
    ['recovery.preset', { preset: 'toString' }],
    ['recovery.preset', { preset: 7 }],
    ['recovery.pulse', { pulse: 1 }],
    ['recovery.pulseMs', { pulseMs: '1' }],
    ['recovery.pulseMs', { pulseMs: Number.NaN }],
    ['recovery.sendTries', { sendTries: 0 }],
    ['recovery.ladderMs', { ladderMs: [] }],
    ['recovery', [1]],
    ['recovery', 'patient'],
    ['recovery', null],
  ])('%s is refused when it is %j', (argument, options) => {
    expect(() => recoveryFrom(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { argument } }),
    );
  });
});
