/** How long written bytes are still on their way: silence in front of an escape begins behind them. */
import { WriteAhead } from '../../adapters/channel/write-ahead.ts';
import { VirtualClock } from '../../streams/clock.ts';

/** 115200 bit/s are 11.52 bytes in a millisecond. */
const PER_MS = 11.52;

function line(kind: ConstructorParameters<typeof WriteAhead>[1] = {}) {
  const clock = new VirtualClock(1000);
  const ahead = new WriteAhead(clock, kind);
  const write = async (lengthBytes: number, takesMs = 0): Promise<void> => {
    ahead.begin(lengthBytes);
    await clock.advance(takesMs);
    ahead.end();
  };
  return { clock, ahead, write };
}

describe('the time until the line has been silent', () => {
  it('is over where nothing was written', () => {
    expect(line().ahead.restMs(1100)).toBe(0);
  });

  it('is the silence and the time that the bytes need on the line', async () => {
    const { ahead, write } = line();
    await write(1152);
    expect(ahead.restMs(1100)).toBeCloseTo(100 + 1100);
  });

  it('goes by the baud rate', async () => {
    const { ahead, write } = line({ baudRate: 9600 });
    await write(96);
    expect(ahead.restMs(0)).toBeCloseTo(100);
  });

  it('passes with the clock, and does not become less than nothing', async () => {
    const { clock, ahead, write } = line();
    await write(1152);
    await clock.advance(700);
    expect(ahead.restMs(1100)).toBeCloseTo(500);
    await clock.advance(10_000);
    expect(ahead.restMs(1100)).toBe(0);
  });

  it('adds up over writes in a row', async () => {
    const { clock, ahead, write } = line();
    await write(1152);
    await clock.advance(50);
    await write(1152);
    expect(ahead.restMs(0)).toBeCloseTo(200);
  });

  it('starts anew once the line has been empty', async () => {
    const { clock, ahead, write } = line();
    await write(11_520);
    await clock.advance(1001);
    await write(115.2);
    expect(ahead.restMs(0)).toBeCloseTo(10);
  });

  it('is bounded by what an operating system takes ahead', async () => {
    const { ahead, write } = line({ writeAheadBytes: 4096 });
    await write(1_000_000, 10);
    expect(ahead.restMs(0)).toBeLessThanOrEqual(4096 / PER_MS + 1);
  });

  it('is never less than the line needs, however much is written at a time', async () => {
    const { clock, ahead, write } = line({ writeAheadBytes: 4096 });
    const startMs = clock.now();
    let length = 0;
    // A driver that takes 4096 bytes ahead and then the pace of the line.
    for (const lengthBytes of [1000, 3096, 2000, 10_000, 500, 40_000]) {
      length += lengthBytes;
      const takenAtMs = startMs + Math.max(0, length - 4096) / PER_MS;
      await write(lengthBytes, Math.max(0, takenAtMs - clock.now()));
      const emptyAtMs = startMs + length / PER_MS;
      expect(ahead.restMs(0)).toBeGreaterThanOrEqual(emptyAtMs - clock.now() - 1);
    }
  });

  it('goes by the pace of the port once that is known: a network or USB is faster than any baud rate', async () => {
    const { ahead, write } = line({ writeAheadBytes: 4096 });
    for (let turn = 0; turn < 50; turn++) await write(1000, 1); // 1000 bytes in a millisecond
    expect(ahead.restMs(0)).toBeLessThan(10);
  });

  it('does not believe a pace that is slower than the baud rate: the module held the line', async () => {
    const { ahead, write } = line({ writeAheadBytes: 1000 });
    for (let turn = 0; turn < 5; turn++) await write(1000, 10_000);
    expect(ahead.restMs(0)).toBeLessThanOrEqual(1000 / PER_MS + 1);
  });
});
