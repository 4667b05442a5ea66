import { RecentTrace } from '../../adapters/channel/recent-trace.ts';
import { echoPeer } from '../../simulator/index.ts';
import { dismantle, rig } from '../integration/rig.ts';

const entry = (atMs: number) => ({ atMs, kind: 'note', text: `${atMs}` }) as const;

describe('the recent trace', () => {
  it('has the last entries in their order, and no more than its limit', () => {
    const recent = new RecentTrace(3);
    expect(recent.entries).toEqual([]);
    for (const [atMs, expected] of [
      [1, [1]],
      [2, [1, 2]],
      [3, [1, 2, 3]],
      [4, [2, 3, 4]],
      [5, [3, 4, 5]],
      [6, [4, 5, 6]],
      [7, [5, 6, 7]],
    ] as const) {
      recent.add(entry(atMs));
      expect(recent.entries.map((one) => one.atMs)).toEqual(expected);
    }
  });

  it('keeps nothing when its limit is 0', () => {
    const recent = new RecentTrace(0);
    recent.add(entry(1));
    expect(recent.entries).toEqual([]);
  });

  it('of a modem tells what went over the wire before anybody listened', async () => {
    const r = rig({ traceLimit: 50 });
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    socket.on('error', () => undefined);
    const { recentTrace } = r.modem;
    expect(recentTrace.length).toBe(50);
    expect(recentTrace.map(({ text }) => text)).toContain('AT+QIOPEN=1,0,"TCP","127.0.0.1",7000,0,0');
    expect(recentTrace).toEqual([...recentTrace].sort((a, b) => a.atMs - b.atMs));
    socket.destroy();
    await dismantle(r);
    expect(r.modem.recentTrace.length).toBe(50); // for those who ask what went wrong
  });

  it.each([-1, 1.5, 100_001, '7'])('of a modem cannot have %p entries', (traceLimit) => {
    expect(() => rig({ traceLimit: traceLimit as number })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { argument: 'traceLimit' } }),
    );
  });
});
