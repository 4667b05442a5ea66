/** A store of the application's own, whatever it does. */
import { AwaitedStore } from '../../adapters/store/awaited-store.ts';
import { ModemError, type Store } from '../../index.ts';
import { VirtualClock } from '../../streams/clock.ts';

function store(own: Partial<Record<keyof Store, unknown>>) {
  const clock = new VirtualClock();
  return { clock, awaited: new AwaitedStore(own as unknown as Store, clock) };
}

describe('a store of the application', () => {
  it('that works is as it is, and leaves no timer', async () => {
    const { clock, awaited } = store({ read: async () => 7, write: async () => undefined });
    await expect(awaited.read('a')).resolves.toBe(7);
    await expect(awaited.write('a', 1)).resolves.toBeUndefined();
    await awaited.settled();
    expect(clock.pendingTimers).toBe(0);
  });

  it('that never ends is given up, and stop() does not wait for it either', async () => {
    const { clock, awaited } = store({ write: () => new Promise(() => undefined) });
    const written = awaited.write('rebootLadder', 1);
    const settled = awaited.settled();
    const refused = expect(written).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('write "rebootLadder": it did not end within 20000 ms'),
    });
    await clock.advance(20_000);
    await refused;
    await settled;
  });

  it.each<[string, () => unknown]>([
    ['rejects with an error without a code', () => Promise.reject(new Error('disk full'))],
    [
      'throws at once',
      () => {
        throw new TypeError('disk full');
      },
    ],
    ['rejects with no error at all', () => Promise.reject('disk full')],
  ])('that %s has failed with a code, and what it said', async (_, work) => {
    const { awaited } = store({ read: work, write: work });
    const failure = { code: 'STORE_FAILED', message: expect.stringContaining('disk full') };
    await expect(awaited.read('a')).rejects.toMatchObject(failure);
    await expect(awaited.write('a', 1)).rejects.toMatchObject(failure);
  });

  it('that fails with a code of ours is heard as it is', async () => {
    const own = new ModemError('STORE_FAILED', 'mine');
    const { awaited } = store({ read: () => Promise.reject(own) });
    await expect(awaited.read('a')).rejects.toBe(own);
  });
});
