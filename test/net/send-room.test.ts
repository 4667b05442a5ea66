import { SendRoom } from '../../adapters/net/send-room.ts';
import { VirtualClock } from '../../streams/clock.ts';

const FULL = 1_460;

/** A room, and the connection so far. */
function rig() {
  const clock = new VirtualClock(5_000);
  const room = new SendRoom(clock);
  let sentBytes = 0;
  const take = (lengthBytes = FULL, toldBytes?: number): void => {
    sentBytes += lengthBytes;
    room.taken(lengthBytes, sentBytes, toldBytes);
  };
  const count = (acknowledgedBytes: number): void =>
    room.counted({ sentBytes, acknowledgedBytes, unacknowledgedBytes: sentBytes - acknowledgedBytes });
  return { clock, room, take, count, countAll: () => count(sentBytes) };
}

/** Seven sends, 10 ms apart, and one that was too many: so many are all that the module keeps. */
async function full() {
  const one = rig();
  for (let sends = 0; sends < 7; sends++) {
    one.take();
    await one.clock.advance(10);
  }
  one.room.refused(FULL);
  one.count(0);
  return one;
}

describe('the room in a send buffer', () => {
  it('is tried as long as nothing was refused', () => {
    const { room, take, count } = rig();
    for (let sends = 0; sends < 20; sends++) take();
    count(0);
    expect(room.of(FULL)).toBe(FULL);
    expect(room.expectedInMs(FULL)).toBeUndefined();
  });

  it('is what was acknowledged since a send was refused, and nothing is written that does not fit as a whole', async () => {
    const { room, take, count } = await full();
    expect([room.of(FULL), room.of(1)]).toEqual([0, 0]);
    count(FULL - 1);
    expect([room.of(FULL), room.of(FULL - 1)]).toEqual([0, FULL - 1]);
    count(2 * FULL);
    take();
    expect(room.of(FULL)).toBe(FULL);
    take();
    expect(room.of(FULL)).toBe(0);
  });

  it('is learnt anew from each refusal', async () => {
    const { room, take, count } = await full();
    count(7 * FULL);
    for (let sends = 0; sends < 3; sends++) take();
    room.refused(FULL); // the module has less memory than before
    count(7 * FULL);
    expect(room.of(FULL)).toBe(0);
    count(8 * FULL);
    take();
    expect(room.of(1)).toBe(0);
  });

  it('is tried again, for there may be more of it, behind sends that are more each time it was all', async () => {
    const { room, take, count } = await full();
    let sends = 7;
    for (const untilTried of [4, 8, 16, 32, 64, 64]) {
      for (let taken = 1; taken <= untilTried; taken++) {
        count((sends - 6) * FULL);
        expect([room.of(FULL), room.of(2 * FULL)]).toEqual([FULL, 0]);
        take();
        sends++;
      }
      expect(room.of(2 * FULL)).toBe(2 * FULL);
      room.refused(FULL);
      count((sends - 7) * FULL);
      expect(room.of(FULL)).toBe(0);
    }
  });

  it('is tried behind few sends again, where there was more of it', async () => {
    const { room, take, count } = await full();
    count(4 * FULL);
    for (let sends = 0; sends < 4 + 9; sends++) take(); // the fourth is the last one that is sure
    room.refused(FULL);
    count(4 * FULL);
    for (let sends = 0; sends < 4; sends++) {
      count((5 + sends) * FULL);
      expect(room.of(2 * FULL)).toBe(0);
      take();
    }
    expect(room.of(2 * FULL)).toBe(2 * FULL);
  });

  it('is not believed to be less than a send: that was refused for another reason', () => {
    const { room, take, count } = rig();
    take(10);
    room.refused(FULL);
    count(0);
    expect(room.of(FULL)).toBe(FULL);
  });

  it('is less than a send where an empty buffer refuses one: half of it is tried, and more when that was taken', () => {
    const { room, take, countAll } = rig();
    const lengths: number[] = [];
    for (const isTaken of [false, false, true, true, false]) {
      const lengthBytes = room.of(FULL);
      lengths.push(lengthBytes);
      if (isTaken) take(lengthBytes);
      else room.refused(lengthBytes);
      countAll();
    }
    expect(lengths).toEqual([1_460, 730, 365, 730, 1_460]);
  });

  it('is not to be known where there are no counters', () => {
    const { room } = rig();
    room.refused(FULL);
    room.uncounted();
    expect(room.of(FULL)).toBe(FULL);
  });

  it('is what the module tells, where it does, and more with each acknowledgement (rg)', () => {
    const { room, take, count } = rig();
    take(FULL, 2_000);
    expect(room.of(FULL)).toBe(FULL);
    take(FULL, 540);
    expect(room.of(FULL)).toBe(0);
    count(0);
    expect([room.of(FULL), room.of(540)]).toEqual([0, 540]);
    count(FULL);
    expect([room.of(2_000), room.of(2_001)]).toEqual([2_000, 0]);
  });

  it('is what the module tells of an empty buffer, too, when that is less than a send (rg)', () => {
    const { room, count } = rig();
    room.refused(FULL, 1_000);
    count(0);
    expect(room.of(FULL)).toBe(1_000);
  });

  it('is tried when everything is acknowledged', async () => {
    const { room } = await full();
    room.emptied();
    expect(room.of(8 * FULL)).toBe(8 * FULL);
    const told = rig();
    told.take(FULL, 100);
    told.room.emptied();
    expect(told.room.of(FULL)).toBe(FULL);
  });
});

describe('the next room', () => {
  it('cannot be told before anything was acknowledged', async () => {
    const { room } = await full();
    expect(room.expectedInMs(FULL)).toBeUndefined();
  });

  it('cannot be told by sends of a burst that is over', async () => {
    const { clock, room, take, count } = await full();
    room.emptied();
    await clock.advance(100_000);
    take();
    room.refused(FULL);
    count(7 * FULL);
    expect(room.expectedInMs(FULL)).toBeUndefined();
  });

  it('is expected when what is kept longest has taken as long as the last acknowledgement', async () => {
    const { clock, room, take, count } = await full(); // 70 ms behind the first send
    await clock.advance(135);
    count(FULL); // of the first send, 205 ms old; the second one, 195 ms old, is not acknowledged
    take();
    expect(room.expectedInMs(FULL)).toBe(20); // 10 ms, and never less than that
    expect(room.expectedInMs(3 * FULL)).toBe(30);
    await clock.advance(20);
    count(3 * FULL);
    take();
    take();
    expect(room.of(FULL)).toBe(0);
    // 225 ms behind the first send: the seventh is 165 ms old, and the eighth 20.
    expect([room.expectedInMs(4 * FULL), room.expectedInMs(5 * FULL)]).toEqual([40, 185]);
  });

  it('is looked for in growing steps when it is overdue', async () => {
    const { clock, room, take, count } = await full();
    await clock.advance(135);
    count(FULL);
    take();
    const steps: number[] = [];
    for (let looks = 0; looks < 6; looks++) {
      const waitMs = room.expectedInMs(FULL) ?? Number.NaN;
      steps.push(waitMs);
      await clock.advance(waitMs);
      count(FULL);
    }
    expect(steps).toEqual([20, 20, 30, 60, 120, 240]);
  });

  it('comes later when acknowledgements take longer, and sooner when they do not', async () => {
    const { clock, room, take, count } = await full();
    await clock.advance(135);
    count(FULL);
    take();
    await clock.advance(1_000);
    count(2 * FULL);
    take();
    expect(room.expectedInMs(FULL)).toBe(20); // each of the others is as old
    await clock.advance(10);
    count(7 * FULL); // the last of these was sent 1155 ms ago, the next one 1010
    expect(room.knowledge.split(' ')[0]).toBe('1155');
    await clock.advance(40);
    count(8 * FULL);
    count(9 * FULL);
    expect(room.knowledge.split(' ')[0]).toBe('50');
  });
});
