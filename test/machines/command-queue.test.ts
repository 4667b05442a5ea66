import fc from 'fast-check';
import { isModemError } from '../../errors.ts';
import { CommandQueue, PRIORITIES, type Priority } from '../../machines/command-queue.ts';

function filled(...items: readonly (readonly [item: string, priority: Priority, owner: string])[]) {
  const queue = new CommandQueue<string>();
  for (const [item, priority, owner] of items) queue.add(item, priority, owner);
  return queue;
}

describe('a command queue', () => {
  it('gives nothing when it is empty', () => {
    const queue = new CommandQueue<string>();
    expect([queue.take(), queue.size, queue.clear(), queue.remove('a')]).toEqual([undefined, 0, [], false]);
  });

  it('gives urgent work first, then control, traffic and background', () => {
    const queue = filled(
      ['d', 'background', 'x'],
      ['c', 'traffic', 'x'],
      ['b', 'control', 'x'],
      ['a', 'urgent', 'x'],
    );
    expect(queue.clear()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps the order of one owner', () => {
    const queue = filled(['1', 'traffic', 'x'], ['2', 'traffic', 'x'], ['3', 'traffic', 'x']);
    expect(queue.clear()).toEqual(['1', '2', '3']);
  });

  it('gives each owner of a priority its turn', () => {
    const queue = filled(
      ['x1', 'traffic', 'x'],
      ['x2', 'traffic', 'x'],
      ['x3', 'traffic', 'x'],
      ['y1', 'traffic', 'y'],
      ['z1', 'traffic', 'z'],
      ['z2', 'traffic', 'z'],
    );
    expect(queue.clear()).toEqual(['x1', 'y1', 'z1', 'x2', 'z2', 'x3']);
  });

  it('puts an owner that asks again behind the others that wait', () => {
    const queue = filled(['x1', 'traffic', 'x'], ['y1', 'traffic', 'y'], ['y2', 'traffic', 'y']);
    expect(queue.take()).toBe('x1');
    queue.add('x2', 'traffic', 'x');
    expect(queue.clear()).toEqual(['y1', 'x2', 'y2']);
  });

  it('removes what is no longer wanted, once', () => {
    const queue = filled(['1', 'traffic', 'x'], ['2', 'traffic', 'x'], ['3', 'control', 'y']);
    expect([queue.remove('2'), queue.remove('2'), queue.remove('3'), queue.size]).toEqual([
      true,
      false,
      true,
      1,
    ]);
    expect(queue.clear()).toEqual(['1']);
  });

  it('refuses one more of an owner than its limit, and takes work again when some has gone', () => {
    const queue = new CommandQueue<number>(1);
    queue.add(1, 'urgent', 'x');
    queue.add(2, 'background', 'y');
    const attempt = (): unknown => {
      try {
        queue.add(3, 'urgent', 'x');
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(isModemError(attempt(), 'QUEUE_FULL')).toBe(true);
    expect(queue.size).toBe(2);
    expect(queue.take()).toBe(1);
    expect(attempt()).toBeUndefined();
    expect(queue.clear()).toEqual([3, 2]);
  });

  it('forgets owners that have nothing left', () => {
    const queue = new CommandQueue<number>();
    for (let turn = 0; turn < 1000; turn++) {
      queue.add(turn, 'traffic', `socket ${turn}`);
      expect(queue.take()).toBe(turn);
    }
    expect(queue.size).toBe(0);
  });

  it('loses and doubles nothing, and never lets one owner go twice before another that waited', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...PRIORITIES), fc.constantFrom('x', 'y', 'z')) },
      { weight: 2, arbitrary: fc.constant('take' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new CommandQueue<number>();
        const waiting = new Map<number, { lane: number; owner: string }>();
        const passedOver = new Map<string, string[]>();
        let next = 0;
        for (const one of steps) {
          if (one !== 'take') {
            waiting.set(next, { lane: PRIORITIES.indexOf(one[0]), owner: one[1] });
            queue.add(next++, one[0], one[1]);
            continue;
          }
          const taken = queue.take();
          if (taken === undefined) {
            expect(waiting.size).toBe(0);
            continue;
          }
          const entry = waiting.get(taken);
          waiting.delete(taken);
          expect(entry).toBeDefined();
          const rivals = [...waiting].filter(([, other]) => other.lane === entry?.lane);
          expect([...waiting.values()].every(({ lane }) => lane >= (entry?.lane ?? 0))).toBe(true);
          expect(rivals.filter(([item, { owner }]) => owner === entry?.owner && item < taken)).toEqual([]);
          for (const owner of new Set(rivals.map(([, one]) => one.owner))) {
            if (owner === entry?.owner) continue;
            const key = `${entry?.lane} ${owner}`;
            const before = passedOver.get(key) ?? [];
            expect(before).not.toContain(entry?.owner);
            passedOver.set(key, [...before, entry?.owner ?? '']);
          }
          passedOver.delete(`${entry?.lane} ${entry?.owner}`);
        }
        expect(queue.size).toBe(waiting.size);
        expect(queue.clear().sort((a, b) => a - b)).toEqual([...waiting.keys()]);
      }),
      { numRuns: 300 },
    );
  });
});
