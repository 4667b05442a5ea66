import { pollBothWays } from '../../adapters/serial-poller.ts';

const READABLE = 1;
const WRITABLE = 2;

/** Watches only what was asked for last, as serialport does. */
class LastAskedPoller {
  watched = 0;
  poll(flags = 0): void {
    this.watched = flags;
  }
}

describe('pollBothWays', () => {
  let isWriting: boolean;
  let poller: LastAskedPoller;
  beforeEach(() => {
    isWriting = false;
    poller = new LastAskedPoller();
    pollBothWays({ poller }, () => isWriting);
  });

  it('watches for input while a write waits for room', () => {
    isWriting = true;
    poller.poll(READABLE);
    poller.poll(WRITABLE);
    expect(poller.watched).toBe(READABLE | WRITABLE);
  });

  it('does not end the waiting of a write when reading goes on', () => {
    isWriting = true;
    poller.poll(WRITABLE);
    poller.poll(READABLE);
    expect(poller.watched).toBe(READABLE | WRITABLE);
  });

  it('does not watch for room when nothing is written', () => {
    poller.poll(READABLE);
    expect(poller.watched).toBe(READABLE);
  });

  it('leaves a port alone that does not wait by polling', () => {
    expect(() => pollBothWays({}, () => false)).not.toThrow();
  });
});
