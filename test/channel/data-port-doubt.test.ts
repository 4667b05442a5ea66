/** What is received in data mode, and the lines in it that may be its end (protocol §7.7). */
import { dataPort } from './data-port-rig.ts';

const LOSS = '\r\nNO CARRIER\r\n';
const URC = '\r\n+QIURC: "recv",0\r\n';

describe('received data', () => {
  it('goes to the sink at once', async () => {
    const one = await dataPort();
    await one.say('abc');
    expect([one.data(), one.clock.pendingTimers]).toEqual(['abc', 1]);
    await one.clock.advance(1000);
    expect([one.take(), one.clock.pendingTimers]).toEqual([[], 0]);
  });

  it('waits with a line end, which may begin an end, for 100 ms', async () => {
    const one = await dataPort();
    await one.say('abc\r\n');
    await one.clock.advance(99);
    expect(one.data()).toBe('abc');
    await one.clock.advance(1);
    expect(one.data()).toBe('abc\r\n');
  });

  it('waits no longer when more comes', async () => {
    const one = await dataPort();
    await one.say('abc\r\n');
    await one.clock.advance(50);
    await one.say('def');
    expect(one.data()).toBe('abc\r\ndef');
  });

  it('that nobody takes is noted', async () => {
    const one = await dataPort();
    one.port.sink = undefined;
    await one.say('abc');
    expect(one.take()).toEqual(['note: data of a connection that nobody has, 3']);
  });

  it('is remembered for a while', async () => {
    const one = await dataPort();
    expect(one.port.hasReceived(60_000)).toBe(false);
    await one.say('abc');
    await one.clock.advance(59_999);
    expect(one.port.hasReceived(60_000)).toBe(true);
    await one.clock.advance(1);
    expect(one.port.hasReceived(60_000)).toBe(false);
  });
});

describe('a line that may end data mode', () => {
  it('is told after 300 ms without anything behind it', async () => {
    const one = await dataPort();
    await one.say(`abc${LOSS}`);
    await one.clock.advance(299);
    expect([one.take(), one.data()]).toEqual([[], 'abc']);
    await one.clock.advance(1);
    expect([one.take(), one.data(), one.clock.pendingTimers]).toEqual([['rx.doubted'], 'abc', 0]);
  });

  it('is told once', async () => {
    const one = await dataPort();
    await one.say(LOSS);
    await one.clock.advance(400);
    await one.say(URC);
    await one.clock.advance(5000);
    expect(one.take()).toEqual(['rx.doubted']);
  });

  it('is told after a second when notices keep coming', async () => {
    const one = await dataPort();
    await one.say(LOSS);
    for (let at = 0; at < 4; at++) {
      await one.clock.advance(200);
      await one.say(URC);
    }
    expect(one.take()).toEqual([]);
    await one.clock.advance(200);
    await one.say(URC);
    expect(one.take()).toEqual(['rx.doubted']);
  });

  it('was payload when data follows in time, and nothing is told', async () => {
    const one = await dataPort();
    await one.say(LOSS);
    await one.clock.advance(200);
    await one.say('abc\r\n.');
    await one.clock.advance(5000);
    expect([one.take(), one.data()]).toEqual([[], `${LOSS}abc\r\n.`]);
  });

  it('was payload when something unfinished stands behind it', async () => {
    const one = await dataPort();
    await one.say(`${LOSS}+QIURC: "re`);
    await one.clock.advance(299);
    expect(one.data()).toBe('');
    await one.clock.advance(1);
    expect([one.take(), one.data()]).toEqual([[], `${LOSS}+QIURC: "re`]);
  });

  it('of which was told is cleared by data, which is delivered with it', async () => {
    const one = await dataPort();
    await one.say(LOSS);
    await one.clock.advance(400);
    await one.say('abc.\r\n.');
    expect([one.take(), one.data()]).toEqual([['rx.doubted', 'rx.cleared'], `${LOSS}abc.\r\n.`]);
  });

  it('may be followed by another one, which is told anew', async () => {
    const one = await dataPort();
    await one.say(LOSS);
    await one.clock.advance(400);
    await one.say('abc.\r\n.');
    await one.say(LOSS);
    await one.clock.advance(300);
    expect(one.take()).toEqual(['rx.doubted', 'rx.cleared', 'rx.doubted']);
  });

  it('that is settled as the end leaves data mode, and what stands behind it is read as lines', async () => {
    const one = await dataPort();
    await one.say(`abc${LOSS}${URC}`);
    await one.clock.advance(300);
    one.take();
    one.port.settle(true);
    expect([one.port.isOn, one.data(), one.take()]).toEqual([
      false,
      'abc',
      ['ends', 'no_carrier', 'recv', 'rx.cleared', 'left'],
    ]);
    expect(one.clock.pendingTimers).toBe(0);
  });

  it('that is settled as payload is delivered, and data mode goes on', async () => {
    const one = await dataPort();
    await one.say(`abc${LOSS}`);
    await one.clock.advance(300);
    one.take();
    one.port.settle(false);
    await one.clock.advance(100);
    expect([one.port.isOn, one.data(), one.take()]).toEqual([true, `abc${LOSS}`, ['rx.cleared']]);
  });

  it('that is settled as payload may uncover another one', async () => {
    const one = await dataPort();
    await one.say(`${LOSS}${URC}\r\nRDY\r\n`);
    await one.clock.advance(300);
    one.port.settle(false);
    await one.clock.advance(100);
    expect([one.data(), one.take()]).toEqual([`${LOSS}${URC}`, ['rx.doubted', 'rx.cleared', 'rx.doubted']]);
  });

  it('cannot be settled when data mode is over', async () => {
    const one = await dataPort();
    await one.say(LOSS);
    one.port.settle(true);
    one.take();
    one.port.settle(true);
    one.port.settle(false);
    expect(one.take()).toEqual([]);
  });

  it('is forgotten with the port', async () => {
    const one = await dataPort();
    await one.say(LOSS);
    one.port.forget();
    await one.clock.advance(5000);
    expect([one.take(), one.clock.pendingTimers]).toEqual([[], 0]);
  });
});
