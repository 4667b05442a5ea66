import { OutageWatch, PHASES } from '../../modelling/outages.ts';
import { estimateOf, spreadOf } from '../../modelling/statistics.ts';
import { VirtualClock } from '../../streams/clock.ts';

async function watch() {
  const clock = new VirtualClock();
  const outages = new OutageWatch(clock);
  outages.changed('modem', 'online');
  outages.changed('context', 'active');
  await clock.advance(1_000);
  outages.connected();
  await clock.advance(9_000);
  return { clock, outages };
}

describe('an outage', () => {
  it('counts from the strike, and its phases add up to it', async () => {
    const { clock, outages } = await watch();
    outages.broke({ kind: 'pdpdeact' });
    await clock.advance(20);
    outages.changed('context', 'lost');
    outages.disconnected();
    await clock.advance(300);
    outages.changed('context', 'activating');
    await clock.advance(2_000);
    outages.changed('context', 'active');
    await clock.advance(500);
    outages.connected();
    const [outage] = outages.outages;
    expect(outage).toMatchObject({ fromMs: 10_000, toMs: 12_820, cause: 'pdpdeact', isRecovered: true });
    expect(outage?.phases).toEqual({
      detect: 20,
      reset: 0,
      bringUp: 0,
      deactivate: 300,
      activate: 2_000,
      reopen: 500,
    });
    expect(PHASES.reduce((sum, phase) => sum + (outage?.phases[phase] ?? 0), 0)).toBe(2_820);
  });

  it('ends with its fault when the connection outlives that', async () => {
    const { clock, outages } = await watch();
    outages.broke({ kind: 'blackHole', untilMs: 15_000 });
    await clock.advance(60_000);
    outages.finish();
    expect(outages.outages).toMatchObject([{ fromMs: 10_000, toMs: 15_000, isRecovered: false }]);
  });

  it('that was over before the host did anything has no phase that is negative, and none that is longer than it', async () => {
    const { clock, outages } = await watch();
    outages.broke({ kind: 'hang', untilMs: 15_000 });
    await clock.advance(600_000);
    outages.changed('modem', 'syncing');
    outages.disconnected();
    await clock.advance(3_000);
    outages.finish();
    const [hang] = outages.outages;
    expect(hang).toMatchObject({ fromMs: 10_000, toMs: 15_000, cause: 'hang' });
    expect(hang?.phases).toMatchObject({ detect: 5_000, bringUp: 0 });
  });

  it('that nothing struck began when the oldest missing reading was made, but not before the last one had ended', async () => {
    const { clock, outages } = await watch();
    outages.disconnected('natTimeout', 4_000);
    await clock.advance(1_000);
    outages.connected();
    await clock.advance(1_000);
    outages.disconnected('natTimeout', 3_000);
    outages.finish();
    expect(outages.outages.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [4_000, 11_000],
      [11_000, 12_000],
    ]);
  });
});

describe('statistics', () => {
  it('tell a distribution by ranks that occur', () => {
    const values = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect(spreadOf(values)).toEqual({ count: 100, median: 50, p95: 95, p99: 99, max: 100 });
    expect(spreadOf([])).toEqual({ count: 0, median: null, p95: null, p99: null, max: null });
  });

  it('tell a mean with its 95 % interval, by Student', () => {
    const { mean, low, high } = estimateOf([1, 2, 3, 4, 5]);
    expect(mean).toBe(3);
    expect(high - mean).toBeCloseTo(2.776 * Math.sqrt(2.5 / 5), 6);
    expect(mean - low).toBeCloseTo(high - mean, 9);
    expect(estimateOf([1]).high).toBe(Number.POSITIVE_INFINITY);
  });
});
