import { RecentTrace } from '../../adapters/channel/recent-trace.ts';
import { Secrets } from '../../adapters/channel/secrets.ts';
import { WireTrace } from '../../adapters/channel/wire-trace.ts';
import { VirtualClock } from '../../streams/clock.ts';
import type { WireEvent } from '../../streams/wire-event.ts';

const notice = (text: string, payload: readonly Uint8Array[] = []): WireEvent => ({
  ...{ kind: 'urc', urc: { name: 'closed', connectId: 0 }, text, payload },
});

/** A trace whose clock moves on by a millisecond whenever it is asked. */
function rig(secrets = new Secrets({ pin: 'canary' })) {
  const clock = new VirtualClock();
  let askedTimes = 0;
  clock.now = () => 1_000 + askedTimes++;
  const recent = new RecentTrace(10);
  const trace = new WireTrace({ clock, secrets, recent });
  return { trace, recent, secrets, askedTimes: () => askedTimes };
}

describe('the time of a line', () => {
  it('is that of the chunk in which it stood', () => {
    const { trace, recent, askedTimes } = rig();
    trace.began(500);
    for (const text of ['+A: 1', '+A: 2', '+A: 3']) trace.read(notice(text));
    trace.ended();
    expect(recent.entries.map(({ atMs }) => atMs)).toEqual([500, 500, 500]);
    expect(askedTimes()).toBe(0);
  });

  it('is asked for, where a line came to be read by time alone', () => {
    const { trace, recent } = rig();
    trace.began(500);
    trace.ended();
    trace.read({ kind: 'garbage', lengthBytes: 3, reason: 'payload cut' });
    expect(recent.entries).toEqual([{ atMs: 1_000, kind: 'garbage', text: 'payload cut, 3 bytes' }]);
  });

  it('is never before that of the line in front of it', () => {
    const { trace, recent } = rig();
    trace.began(500);
    trace.read(notice('+A: 1'));
    trace.note({ kind: 'tx', text: 'AT' });
    const stepMs = trace.now();
    trace.read(notice('+A: 2'));
    trace.ended();
    expect(recent.entries.map(({ atMs }) => atMs)).toEqual([500, 1_000, 1_000]);
    expect(stepMs).toBe(1_000);
  });
});

describe('what is kept of a notice', () => {
  it('has no secrets in it when somebody looks', () => {
    const { trace, recent } = rig();
    trace.read(notice('+A: "canary"', [Buffer.from('xyz'), Buffer.from('z')]));
    expect(recent.entries).toEqual([{ atMs: 1_000, kind: 'urc', text: '+A: "***"', payloadBytes: 4 }]);
  });

  it('has none either that only a command on the wire told of, however late somebody looks', () => {
    const { trace, recent, secrets } = rig();
    const command = { text: 'AT+CLCK="SC",1,"9513"', redacted: 'AT+CLCK=***', collectsEverything: true };
    secrets.started(command);
    trace.read(notice('+A: 9513'));
    secrets.ended(command, true);
    const harmless = { text: 'AT', collectsEverything: false };
    secrets.started(harmless);
    secrets.ended(harmless, true);
    expect(recent.entries.map(({ text }) => text)).toEqual(['+A: ***']);
  });

  it('is told to subscribers at once, without them', () => {
    const { trace, recent } = rig();
    const told: string[] = [];
    trace.entries$.subscribe(({ text }) => told.push(text));
    trace.read(notice('+A: "canary"'));
    expect(told).toEqual(['+A: "***"']);
    expect(recent.entries.map(({ text }) => text)).toEqual(told);
  });
});
