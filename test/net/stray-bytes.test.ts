import { StrayBytes } from '../../adapters/net/stray-bytes.ts';

const counters = (sentBytes: number, acknowledgedBytes: number) => ({
  sentBytes,
  acknowledgedBytes,
  unacknowledgedBytes: sentBytes - acknowledgedBytes,
});

describe('counters with missed escapes in them', () => {
  it('are left alone where no escape was missed', () => {
    expect(new StrayBytes().without(counters(100, 40), 100)).toEqual(counters(100, 40));
  });

  it('lose what the module has counted beyond the bytes of the application', () => {
    const strays = new StrayBytes();
    strays.escapeMissed(50);
    const { sentBytes, acknowledgedBytes } = strays.without(counters(103, 103), 100);
    expect([sentBytes, acknowledgedBytes]).toEqual([100, 100]);
  });

  it('are true up to the place of the first of them', () => {
    const strays = new StrayBytes();
    strays.escapeMissed(50);
    for (const [acknowledged, clean] of [
      [49, 49],
      [50, 50],
      [51, 50],
      [53, 50],
      [54, 51],
    ] as const)
      expect(strays.without(counters(103, acknowledged), 100).acknowledgedBytes).toBe(clean);
  });

  it('keep an escape out of the reckoning that the module did not take', () => {
    const strays = new StrayBytes();
    strays.escapeMissed(0);
    strays.escapeMissed(0);
    expect(strays.without(counters(103, 103), 100).acknowledgedBytes).toBe(100);
    // Later sends that are in doubt do not change what is known.
    expect(strays.without(counters(205, 205), 200).sentBytes).toBe(202);
  });

  it('are a lower bound while the module has not counted everything', () => {
    const strays = new StrayBytes();
    strays.escapeMissed(0);
    expect(strays.without(counters(60, 60), 100).acknowledgedBytes).toBe(57);
  });
});
