/** All connect ids of a module at once: nothing is lost, nothing is mixed up, nobody is starved. */
import type { VirtualDialect } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from './rig.ts';
import { ended } from './streams.ts';
import { type Talk, talk, until } from './talks.ts';

const SOCKETS = 12;
const LENGTH_BYTES = 60_000;
const BAUD = 921_600;

type Mode = 'buffer' | 'push';

async function connectedAll(dialect: VirtualDialect, modeOf: (at: number) => Mode) {
  const r = rig({ dialect }, { dialect, baud: BAUD });
  await r.clock.runUntil(r.modem.start());
  const talks: Talk[] = [];
  for (let at = 0; at < SOCKETS; at++) talks.push(await talk(r, at, LENGTH_BYTES, { mode: modeOf(at) }));
  return { r, talks };
}

async function finish(r: Rig, talks: readonly Talk[]): Promise<void> {
  await Promise.all(talks.map(({ socket }) => ended(r, socket)));
  expect(r.network.openConnections).toBe(0);
  await dismantle(r);
}

describe.each<VirtualDialect>(['lte', 'ugxx', 'rg'])(
  'twelve sockets of a module that speaks %s',
  (dialect) => {
    it.each<[string, (at: number) => Mode]>([
      ['in buffer mode', () => 'buffer'],
      ['in push mode', () => 'push'],
      ['in both modes', (at) => (at % 2 === 0 ? 'buffer' : 'push')],
    ])('carry streams of their own both ways, and the slowest keeps up: %s', async (_, modeOf) => {
      const { r, talks } = await connectedAll(dialect, modeOf);
      expect(new Set(talks.map(({ socket }) => socket.connectId)).size).toBe(SOCKETS);
      for (const { start } of talks) start();
      await until(r, () => talks.some((one) => one.isDone()));
      const progress = talks.map((one) => one.progressBytes());
      const fairBytes = progress.reduce((sum, bytes) => sum + bytes, 0) / SOCKETS;
      expect(Math.min(...progress)).toBeGreaterThanOrEqual(fairBytes / 2);
      await until(r, () => talks.every((one) => one.isDone()));
      for (const { got, expected } of talks) {
        expect([got().up.equals(expected.up), got().down.equals(expected.down)]).toEqual([true, true]);
      }
      await r.clock.runUntil(Promise.all(talks.map(({ socket }) => socket.acknowledged())));
      expect(talks.map(({ socket }) => socket.bytesAcknowledged)).toEqual(Array(SOCKETS).fill(LENGTH_BYTES));
      expect([r.steps, r.module.state.rebootCount]).toEqual([['online'], 0]);
      await finish(r, talks);
    });

    it('are all there are: one more is refused, and has its turn when one is closed', async () => {
      const { r, talks } = await connectedAll(dialect, () => 'buffer');
      const [host, port] = ['127.0.0.1', 7000];
      const before = r.trace.length;
      await expect(r.clock.runUntil(r.modem.connect({ host, port }))).rejects.toMatchObject({
        code: 'TOO_MANY_SOCKETS',
      });
      expect(r.trace.slice(before).filter((line) => line.includes('QIOPEN'))).toEqual([]);
      const [first, ...rest] = talks;
      if (first) await ended(r, first.socket);
      const next = await talk(r, 20, 3000);
      next.start();
      await until(r, () => next.isDone());
      expect(next.got().down.equals(next.expected.down)).toBe(true);
      await finish(r, [...rest, next]);
    });
  },
);
