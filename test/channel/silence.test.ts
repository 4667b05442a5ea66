import { Silence } from '../../adapters/channel/silence.ts';
import { VirtualClock } from '../../streams/clock.ts';

/** A silence of a second, and when it was told. */
function rig() {
  const clock = new VirtualClock();
  const toldMs: number[] = [];
  const silence = new Silence(clock, 1_000, () => toldMs.push(clock.now()));
  return { clock, toldMs, silence };
}

describe('a silence', () => {
  it('is told once, when nothing came for as long as it takes', async () => {
    const { clock, toldMs, silence } = rig();
    for (let times = 0; times < 25; times++) {
      silence.heard();
      await clock.advance(300);
    }
    expect(toldMs).toEqual([]);
    await clock.advance(10_000);
    expect(toldMs).toEqual([24 * 300 + 1_000]);
  });

  it('is not told when nothing is waited for any more', async () => {
    const { clock, toldMs, silence } = rig();
    silence.heard();
    await clock.advance(999);
    silence.stop();
    await clock.advance(10_000);
    expect(toldMs).toEqual([]);
    silence.heard();
    await clock.advance(1_000);
    expect(toldMs).toEqual([11_999]);
  });

  it('is measured on the clock that nobody sets', async () => {
    const { clock, toldMs, silence } = rig();
    const uptime = clock.now.bind(clock);
    Object.assign(clock, { uptime });
    silence.heard();
    await clock.advance(900);
    silence.heard();
    clock.now = () => uptime() + 86_400_000; // the time came by NTP
    await clock.advance(999);
    expect(toldMs).toEqual([]);
    await clock.advance(1);
    expect(toldMs).toHaveLength(1);
  });

  it('needs one timer for many chunks', async () => {
    const { clock, silence } = rig();
    const { setTimeout } = clock;
    let timers = 0;
    clock.setTimeout = (...args) => {
      timers++;
      return setTimeout.apply(clock, args);
    };
    for (let chunks = 0; chunks < 1_000; chunks++) {
      silence.heard();
      await clock.advance(1);
    }
    expect(timers).toBeLessThanOrEqual(2);
  });
});
