import { portOver } from '../../adapters/port-lifecycle.ts';
import type { Channel, Sink, Transport } from '../../adapters/transport.ts';
import type { ModemError } from '../../errors.ts';
import { settled, VirtualClock } from '../../streams/clock.ts';

/** A transport whose every step ends when the test says so. */
class HandTransport implements Transport {
  readonly description = 'hand port';
  readonly hasLines = false;
  readonly log: string[] = [];
  sink: Sink | undefined;
  write: Channel['write'] = async () => {};
  release: () => Promise<void> = async () => {};
  onOpen: () => void = () => {};

  async open(sink: Sink): Promise<Channel> {
    this.log.push('open');
    this.sink = sink;
    this.onOpen();
    return {
      write: (bytes) => this.write(bytes),
      release: (discard) => {
        this.log.push(discard ? 'release, discarding' : 'release');
        return this.release();
      },
    };
  }
}

describe('portOver', () => {
  const bytes = Buffer.from('AT');
  let clock: VirtualClock;
  let transport: HandTransport;
  let losses: ModemError[];
  const make = () => {
    const port = portOver(transport, clock, 2_000);
    port.lost$.subscribe((error) => losses.push(error));
    return port;
  };
  beforeEach(() => {
    clock = new VirtualClock();
    transport = new HandTransport();
    losses = [];
  });
  afterEach(() => expect(clock.pendingTimers).toBe(0));

  it('closes within the limit when the driver hangs in its own close', async () => {
    const port = make();
    await port.open();
    transport.release = () => new Promise(() => {});
    let closed = false;
    const closing = port.close().then(() => {
      closed = true;
    });
    await clock.advance(1_999);
    expect(closed).toBe(false);
    await clock.advance(1);
    await closing;
  });

  it('closes when the driver fails to close', async () => {
    const port = make();
    await port.open();
    transport.release = () => Promise.reject(new Error('EIO'));
    await port.close();
  });

  it('does not open again before the handle was released', async () => {
    const port = make();
    await port.open();
    let released = (): void => {};
    transport.release = () =>
      new Promise((resolve) => {
        released = resolve;
      });
    const closing = port.close();
    const opening = port.open();
    await settled();
    expect(transport.log).toEqual(['open', 'release']);
    released();
    await Promise.all([closing, opening]);
    expect(transport.log).toEqual(['open', 'release', 'open']);
    transport.release = async () => {};
    await port.close();
  });

  it('keeps what was written, and discards what was not, when it closes', async () => {
    const port = make();
    await port.open();
    await port.write(bytes);
    await port.close();
    await port.open();
    transport.write = () => new Promise(() => {});
    const pending = expect(port.write(bytes)).rejects.toMatchObject({ code: 'PORT_LOST' });
    await settled();
    await port.close();
    await pending;
    expect(transport.log).toEqual(['open', 'release', 'open', 'release, discarding']);
  });

  it('is lost when a write fails, and rejects the writes behind it', async () => {
    const port = make();
    await port.open();
    const cause = new Error('write EIO');
    transport.write = () => Promise.reject(cause);
    const outcomes = await Promise.allSettled([port.write(bytes), port.write(bytes)]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatchObject({ code: 'PORT_LOST', cause });
    expect(losses[0]?.message).toBe('lost hand port: a write failed (write EIO); open() it again');
    await port.close();
  });

  it('hands one write at a time to the device', async () => {
    const port = make();
    await port.open();
    let running = 0;
    let most = 0;
    transport.write = async () => {
      most = Math.max(most, ++running);
      await settled();
      running--;
    };
    await Promise.all(Array.from({ length: 5 }, () => port.write(bytes)));
    expect(most).toBe(1);
    await port.close();
  });

  it('fails to open when the device vanishes in the same moment', async () => {
    const port = make();
    transport.onOpen = () => transport.sink?.lost('unplugged');
    await expect(port.open()).rejects.toMatchObject({
      code: 'PORT_OPEN_FAILED',
      message: expect.stringContaining('unplugged'),
    });
    expect(losses).toEqual([]);
    expect(transport.log).toEqual(['open', 'release']);
  });

  it('ignores what a device reports after its session', async () => {
    const port = make();
    const seen: Uint8Array[] = [];
    port.bytes$.subscribe((chunk) => seen.push(chunk));
    await port.open();
    const old = transport.sink;
    await port.close();
    await port.open();
    old?.bytes(bytes);
    old?.lost('late');
    expect([seen, losses]).toEqual([[], []]);
    await port.write(bytes);
    await port.close();
  });

  it('can be opened from inside lost$', async () => {
    const port = make();
    await port.open();
    const reopened = new Promise<void>((resolve, reject) => {
      port.lost$.subscribe(() => void port.open().then(resolve, reject));
    });
    transport.sink?.lost('unplugged');
    await reopened;
    await port.write(bytes);
    await port.close();
  });
});
