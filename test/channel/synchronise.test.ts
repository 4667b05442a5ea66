/** Who may write while the channel is brought back in step. */
import { AtChannel } from '../../adapters/channel/at-channel.ts';
import { WireProbe } from '../../adapters/channel/wire-probe.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { memoryPortPair } from '../../index.ts';
import { VirtualClock } from '../../streams/clock.ts';

const probe = {
  ...{ replyMs: 500, quietMs: 300, tries: 4, guardMs: 1_100 },
  ...{ sendInputTimeoutMs: 0, escapeAfterTries: 0 },
};
const { signal } = new AbortController();

/** A channel whose module says what the test says. */
async function rig() {
  const clock = new VirtualClock(1_000);
  const { host, far } = memoryPortPair();
  const channel = new AtChannel({
    ...{ port: host, dialect: lte, clock, queueLimit: 10 },
    timing: { drainMs: 100, payloadQuietMs: 1_000, probe, data: { guardMs: 1_100, replyMs: 500 } },
  });
  await host.open();
  channel.listen();
  const written: string[] = [];
  far.bytes$.subscribe((bytes) => written.push(Buffer.from(bytes).toString('latin1').trim()));
  const say = async (line: string): Promise<void> => {
    await far.write(Buffer.from(`\r\n${line}\r\n`));
    await clock.advance(0);
  };
  const run = async (text: string): Promise<void> => {
    void channel.execute(lte.commands.raw(text));
    await clock.advance(0);
  };
  return { channel, clock, written, say, run, host };
}

/** Enters data mode, as for a connection. */
async function inData() {
  const one = await rig();
  await one.run('AT+QIOPEN=1,0,"TCP","192.0.2.7",7000,0,2');
  await one.say('CONNECT');
  expect(one.channel.data.isOn).toBe(true);
  one.written.length = 0;
  return one;
}

describe('the silence behind half a payload', () => {
  it('ends also where a rest of it is too small for the clock to advance', async () => {
    const startMs = 1_000.1;
    expect(startMs + 300 - startMs).toBeLessThan(300); // in floating point
    const clock = new VirtualClock(startMs);
    const { setTimeout } = clock;
    let timers = 0;
    clock.setTimeout = (...args) => {
      if (++timers > 50) throw new TypeError('waits for nothing');
      return setTimeout.apply(clock, args);
    };
    const written: string[] = [];
    const wire = new WireProbe({
      ...{ clock, sendInputTimeoutMs: 0, isInPayload: () => true, isInData: () => false },
      giveUpPayload: () => undefined,
      write: async (_, shown) => void written.push(shown),
    });
    const stop = new AbortController();
    const stopped = wire.synchronise(probe, stop.signal).catch(() => undefined);
    await clock.advance(302);
    expect(written).toEqual(['AT']);
    stop.abort();
    await stopped;
  });
});

describe('a module that hung and starts anew', () => {
  it('is probed at the pace of the options again: how long it hung says nothing of the line', async () => {
    const clock = new VirtualClock(1_000);
    const writtenAtMs: number[] = [];
    const wire = new WireProbe({
      ...{ clock, sendInputTimeoutMs: 0, isInPayload: () => false, isInData: () => false },
      giveUpPayload: () => undefined,
      write: async () => void writtenAtMs.push(clock.now()),
    });
    const synchronise = () => wire.synchronise(probe, signal);
    const hung = synchronise();
    await clock.advance(400);
    wire.noteFinal('OK');
    await clock.advance(5_000);
    await hung;
    writtenAtMs.length = 0;
    wire.forget();
    const silent = synchronise();
    await clock.advance(10_000);
    await silent;
    expect(writtenAtMs.slice(1).map((at, n) => at - (writtenAtMs[n] ?? 0))).toEqual([500, 500, 500]);
  });
});

describe('a synchronisation', () => {
  it('waits for the end of the command on the wire, and is in front of those that wait', async () => {
    const { channel, clock, written, say, run } = await rig();
    await run('AT+COPS?');
    await run('AT+CGMM');
    const result = channel.synchronise(probe, signal);
    await clock.advance(2_000);
    expect(written).toEqual(['AT+COPS?']);
    await say('OK');
    expect(written).toEqual(['AT+COPS?', 'AT']);
    await say('OK');
    await clock.advance(300);
    await say('OK');
    await clock.advance(300);
    expect((await result).isSynchronised).toBe(true);
    expect(written).toEqual(['AT+COPS?', 'AT', 'AT', 'AT+CGMM']);
  });

  it('ends the one before, which writes no more', async () => {
    const { channel, clock, written } = await rig();
    const first = channel.synchronise(probe, signal);
    const end = expect(first).rejects.toThrow();
    await clock.advance(100);
    const second = channel.synchronise(probe, signal);
    await end;
    await clock.advance(10_000);
    expect((await second).isSynchronised).toBe(false);
    expect(written).toHaveLength(1 + probe.tries);
  });
});

describe('a module that was in data mode when it fell silent', () => {
  const patient = { ...probe, tries: 7 };

  it('is escaped from again and again, without the wait for the end of a send', async () => {
    const { channel, clock, written } = await inData();
    channel.void('MODULE_HUNG');
    const result = channel.synchronise({ ...patient, sendInputTimeoutMs: 3_000 }, signal);
    await clock.advance(7 * 500 + 3 * 2_200);
    expect((await result).isSynchronised).toBe(false);
    expect(written).toEqual(['AT', 'AT', '+++', 'AT', 'AT', '+++', 'AT', 'AT', '+++', 'AT']);
  });

  it('is believed to take commands when it has answered, and not because RDY was read, which a peer may have sent', async () => {
    const { channel, clock, written, say } = await inData();
    channel.void('MODULE_HUNG');
    await say('RDY');
    const asked = channel.synchronise({ ...patient, tries: 4 }, signal);
    await clock.advance(4 * 500 + 2_200);
    expect((await asked).isSynchronised).toBe(false);
    expect(written).toEqual(['AT', 'AT', '+++', 'AT', 'AT']);
    const answered = channel.synchronise(patient, signal);
    for (const quietMs of [500 + 300, 300]) {
      await clock.advance(1);
      await say('OK'); // others may still be answered
      await clock.advance(quietMs);
    }
    expect((await answered).isSynchronised).toBe(true);
    written.length = 0;
    void channel.synchronise(patient, signal).catch(() => undefined);
    await clock.advance(7 * 500);
    expect(written).toEqual(['AT', 'AT', 'AT', 'AT', 'AT', 'AT', 'AT']);
  });
});

describe('the end of data mode', () => {
  it('is followed by a probe: what was left on the line is carried out as commands, and answered', async () => {
    const { channel, clock, written, say, run } = await inData();
    const heard: string[] = [];
    channel.signals$.subscribe(({ name }) => {
      heard.push(name);
      if (name === 'pdpdeact') void run('AT+QIDEACT=1');
    });
    await say('NO CARRIER');
    await say('+QIURC: "pdpdeact",1');
    await clock.advance(1_000);
    channel.data.settle(true);
    await clock.advance(0);
    expect([heard, written]).toEqual([['no_carrier', 'pdpdeact'], ['AT']]);
  });
});

describe('line ends', () => {
  it('that the line does not take are not waited for without end', async () => {
    const { channel, clock, host } = await rig();
    host.write = () => new Promise(() => undefined);
    const filled = channel.fillInput(1_460, signal);
    await clock.advance(3_000);
    await expect(filled).resolves.toBeUndefined();
  });
});

describe('an OK without the answer', () => {
  it('may be that of an older command: the next one waits until the wire is in step', async () => {
    const { channel, clock, written, say } = await rig();
    const outcome = channel.execute(lte.commands.querySignal());
    await clock.advance(0);
    await say('OK');
    expect((await outcome).kind).toBe('refused');
    void channel.execute(lte.commands.raw('AT+CGMM'));
    await clock.advance(0);
    expect(written).toEqual(['AT+CSQ', 'AT']);
  });
});

describe('a line whose answers take longer than a probe waits for them', () => {
  it.each([550, 600, 1_200, 2_600])('is in step when all of them have come: %i ms', async (roundTripMs) => {
    const { channel, clock, written, say, host } = await rig();
    const write = host.write.bind(host);
    host.write = async (bytes) => {
      await write(bytes);
      const text = Buffer.from(bytes).toString('latin1').trim();
      if (text === '+++') return;
      const lines: Record<string, string> = { 'AT+CSQ': '+CSQ: 20,99', 'AT+CGMM': 'EC25' };
      const answer = lines[text] === undefined ? 'OK' : `${lines[text]}\r\n\r\nOK`;
      clock.setTimeout(() => void say(answer), roundTripMs);
    };
    const result = channel.synchronise({ ...probe, tries: 12, escapeAfterTries: 3 }, signal);
    const first = channel.execute(lte.commands.raw('AT+CGMM'));
    const second = channel.execute(lte.commands.querySignal());
    await clock.advance(60_000);
    expect((await result).isSynchronised).toBe(true);
    expect(await first).toMatchObject({ kind: 'ok', value: { lines: [{ text: 'EC25' }] } });
    expect(await second).toMatchObject({ kind: 'ok', value: { rssi: 20 } });
    expect(written.slice(-2)).toEqual(['AT+CGMM', 'AT+CSQ']);
  });
});
