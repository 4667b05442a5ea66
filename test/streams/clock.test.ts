import { debounceTime, delay as delayed, Subject, take, timer } from 'rxjs';
import { delay, scaledClock, schedulerOn, settled, systemClock, VirtualClock } from '../../streams/clock.ts';

describe('a virtual clock', () => {
  it('fires chained timers each at its own instant', async () => {
    const clock = new VirtualClock();
    const firedAtMs: number[] = [];
    const chain = (): void => {
      firedAtMs.push(clock.now());
      if (firedAtMs.length < 4) clock.setTimeout(chain, 10);
    };
    clock.setTimeout(chain, 10);
    await clock.advance(100);
    expect(firedAtMs).toEqual([10, 20, 30, 40]);
    expect(clock.now()).toBe(100);
  });

  it('fires timers of one instant in the order of setting, earlier instants first', async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    for (const [name, delayMs] of [
      ['c', 20],
      ['a', 10],
      ['d', 20],
      ['b', 10],
    ] as const) {
      clock.setTimeout(() => fired.push(name), delayMs);
    }
    await clock.advance(20);
    expect(fired).toEqual(['a', 'b', 'c', 'd']);
  });

  it('fires a timer set for now after those that wait for the same instant, never from inside the call', async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    clock.setTimeout(() => {
      clock.setTimeout(() => fired.push('new'), 0);
      fired.push('first');
    }, 5);
    clock.setTimeout(() => fired.push('second'), 5);
    expect(fired).toEqual([]);
    await clock.advance(5);
    expect(fired).toEqual(['first', 'second', 'new']);
    expect(clock.now()).toBe(5);
  });

  it('takes a negative delay and NaN for none', async () => {
    const clock = new VirtualClock();
    const firedAtMs: number[] = [];
    clock.setTimeout(() => firedAtMs.push(clock.now()), -5);
    clock.setTimeout(() => firedAtMs.push(clock.now()), Number.NaN);
    await clock.advance(0);
    expect(firedAtMs).toEqual([0, 0]);
  });

  it('goes on by the least it can when a delay is too short for it to tell', async () => {
    const clock = new VirtualClock(4_134.886666666618);
    const untilMs = clock.now() + 1e-12;
    clock.setTimeout(() => undefined, 1e-13);
    await clock.advance(1e-13);
    expect(clock.pendingTimers).toBe(1);
    await clock.runUntil(delay(clock, 1e-13));
    expect(clock.now()).toBeGreaterThan(untilMs - 1e-12);
    expect(clock.now()).toBeLessThan(untilMs + 1e-12);
  });

  it('forgets cleared timers and ignores handles that it does not know', async () => {
    const clock = new VirtualClock();
    let fired = 0;
    const kept = clock.setTimeout(() => fired++, 10);
    clock.clearTimeout(clock.setTimeout(() => fired++, 10));
    clock.clearTimeout(undefined);
    clock.clearTimeout({});
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(10);
    clock.clearTimeout(kept);
    expect(fired).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets a timer clear another of the same instant', async () => {
    const clock = new VirtualClock();
    let fired = 0;
    clock.setTimeout(() => clock.clearTimeout(second), 10);
    const second = clock.setTimeout(() => fired++, 10);
    await clock.advance(10);
    expect(fired).toBe(0);
  });

  it('starts at the given time and tells the distance of the next timer', async () => {
    const clock = new VirtualClock(1000);
    expect([clock.now(), clock.nextDelayMs]).toEqual([1000, undefined]);
    clock.setTimeout(() => undefined, 30);
    await clock.advance(10);
    expect([clock.now(), clock.nextDelayMs]).toEqual([1010, 20]);
  });

  it('lets promises run between two timers', async () => {
    const clock = new VirtualClock();
    const firedAtMs: number[] = [];
    const work = async (): Promise<void> => {
      for (let turn = 0; turn < 3; turn++) {
        await delay(clock, 10);
        await Promise.resolve();
        firedAtMs.push(clock.now());
      }
    };
    const done = work();
    await clock.advance(35);
    await done;
    expect(firedAtMs).toEqual([10, 20, 30]);
  });

  it('sees timers that a promise sets just before it is moved', async () => {
    const clock = new VirtualClock();
    let firedAtMs = -1;
    void Promise.resolve().then(() =>
      clock.setTimeout(() => {
        firedAtMs = clock.now();
      }, 5),
    );
    await clock.advance(5);
    expect(firedAtMs).toBe(5);
  });

  it('does not fire what is due one millisecond later', async () => {
    const clock = new VirtualClock();
    let fired = 0;
    clock.setTimeout(() => fired++, 11);
    await clock.advance(10);
    expect([fired, clock.now(), clock.pendingTimers]).toEqual([0, 10, 1]);
  });

  describe('run until a promise settles', () => {
    it('stops at the instant at which it resolves', async () => {
      const clock = new VirtualClock();
      clock.setTimeout(() => undefined, 90);
      const value = await clock.runUntil(delay(clock, 50).then(() => 'done'));
      expect([value, clock.now(), clock.pendingTimers]).toEqual(['done', 50, 1]);
    });

    it('passes a rejection on', async () => {
      const clock = new VirtualClock();
      const failing = delay(clock, 5).then(() => Promise.reject(new Error('broken')));
      await expect(clock.runUntil(failing)).rejects.toThrow('broken');
    });

    it('gives up when no timer is left', async () => {
      const clock = new VirtualClock();
      await expect(clock.runUntil(new Promise<never>(() => undefined))).rejects.toThrow(
        'still pending at 0 ms, 0 timers wait',
      );
    });

    it('gives up at its limit of virtual time, without firing what comes after it', async () => {
      const clock = new VirtualClock();
      const promise = delay(clock, 101);
      await expect(clock.runUntil(promise, 100)).rejects.toThrow(RangeError);
      expect(clock.pendingTimers).toBe(1);
      await clock.runUntil(promise, 101);
      expect(clock.now()).toBe(101);
    });
  });
});

describe('a delay', () => {
  it('rejects with the reason of the signal and leaves no timer when aborted', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const waiting = delay(clock, 1000, controller.signal);
    expect(clock.pendingTimers).toBe(1);
    controller.abort(new Error('no longer needed'));
    await expect(waiting).rejects.toThrow('no longer needed');
    expect(clock.pendingTimers).toBe(0);
  });

  it('sets no timer when the signal was aborted before', async () => {
    const clock = new VirtualClock();
    await expect(delay(clock, 1000, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(clock.pendingTimers).toBe(0);
  });

  it('resolves and stays resolved when the signal is aborted afterwards', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const waiting = delay(clock, 10, controller.signal);
    await clock.advance(10);
    controller.abort();
    await expect(waiting).resolves.toBeUndefined();
  });
});

describe('real clocks', () => {
  it('lets a scaled clock pass as many times faster as its factor says', async () => {
    const clock = scaledClock(100);
    const [startMs, realStartMs] = [clock.now(), systemClock.now()];
    await delay(clock, 4000); // 40 ms
    const realMs = systemClock.now() - realStartMs;
    const passedMs = clock.now() - startMs;
    expect(realMs).toBeLessThan(3000);
    expect(passedMs).toBeGreaterThan(3900);
    expect(passedMs).toBeGreaterThan((realMs - 20) * 100 * 0.9);
  });

  it('clears timers of a scaled clock', async () => {
    const clock = scaledClock(1000);
    let fired = 0;
    clock.clearTimeout(clock.setTimeout(() => fired++, 1000));
    await delay(clock, 10_000);
    expect(fired).toBe(0);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %p as a time scale', (factor) => {
    expect(() => scaledClock(factor)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('settles promises that are queued by promises', async () => {
    let depth = 0;
    const descend = (): Promise<void> | undefined =>
      ++depth < 50 ? Promise.resolve().then(descend) : undefined;
    void descend();
    await settled();
    expect(depth).toBe(50);
  });
});

describe('the RxJS scheduler of a clock', () => {
  it('drives timer, each value at its own instant, and stops on unsubscribe', async () => {
    const clock = new VirtualClock();
    const seen: [number, number][] = [];
    const subscription = timer(5, 10, schedulerOn(clock)).subscribe((value) =>
      seen.push([value, clock.now()]),
    );
    await clock.advance(26);
    expect(seen).toEqual([
      [0, 5],
      [1, 15],
      [2, 25],
    ]);
    subscription.unsubscribe();
    expect(clock.pendingTimers).toBe(0);
  });

  it('completes a limited timer without a timer left', async () => {
    const clock = new VirtualClock();
    let completedAtMs = -1;
    timer(5, 10, schedulerOn(clock))
      .pipe(take(2))
      .subscribe({
        complete: () => {
          completedAtMs = clock.now();
        },
      });
    await clock.advance(100);
    expect([completedAtMs, clock.pendingTimers]).toEqual([15, 0]);
  });

  it('drives delay and debounceTime, and forgets what waits on unsubscribe', async () => {
    const clock = new VirtualClock();
    const source = new Subject<string>();
    const seen: string[] = [];
    const note = (name: string) => (value: string) => seen.push(`${name} ${value} at ${clock.now()}`);
    const subscriptions = [
      source.pipe(delayed(7, schedulerOn(clock))).subscribe(note('delayed')),
      source.pipe(debounceTime(10, schedulerOn(clock))).subscribe(note('debounced')),
    ];
    source.next('a');
    await clock.advance(5);
    source.next('b');
    await clock.advance(15);
    expect(seen).toEqual(['delayed a at 7', 'delayed b at 12', 'debounced b at 15']);
    source.next('c');
    expect(clock.pendingTimers).toBe(2);
    for (const subscription of subscriptions) subscription.unsubscribe();
    expect(clock.pendingTimers).toBe(0);
    expect(schedulerOn(clock).now()).toBe(clock.now());
  });
});
