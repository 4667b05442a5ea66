/** Who may write while the channel is brought back in step. */
import { AtChannel } from '../../adapters/channel/at-channel.ts';
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
  return { channel, clock, written, say, run };
}

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
