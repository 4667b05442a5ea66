import type { Inspection, Inspector } from '../../adapters/inspect/index.ts';
import { createModem, memoryPortPair } from '../../index.ts';
import { dismantle, rig } from '../integration/rig.ts';

interface Own extends Inspector {
  readonly seen: Inspection[];
  readonly calls: string[];
}

function own(overrides: Partial<Inspector> = {}): Own {
  const seen: Inspection[] = [];
  const calls: string[] = [];
  return {
    ...{ seen, calls },
    open: async () => void calls.push('open'),
    close: async () => void calls.push('close'),
    show: (inspection) => void seen.push(inspection),
    ...overrides,
  };
}
const names = (seen: readonly Inspection[], kind: Inspection['kind']): string[] =>
  seen.filter((one) => one.kind === kind).map(({ actor }) => actor.name);

describe('an inspector of the user', () => {
  it('is opened before the modem, shown everything, and closed behind it', async () => {
    const inspector = own();
    const r = rig({ inspect: inspector });
    expect(inspector.calls).toEqual([]);
    await r.clock.runUntil(r.modem.start());
    expect(inspector.calls).toEqual(['open']);
    await dismantle(r);
    expect(inspector.calls).toEqual(['open', 'close']);
    expect(names(inspector.seen, 'actor').slice(0, 3)).toEqual(['modem', 'rebootPolicy', 'transparentMode']);
    expect(names(inspector.seen, 'end').sort()).toEqual([...names(inspector.seen, 'actor')].sort());
  });

  it('may be one of several, and may serve several modems with actors that do not mix', async () => {
    const [one, two] = [own(), own()];
    const rigs = [rig({ inspect: [one, two] }), rig({ inspect: [one] })];
    for (const r of rigs) await r.clock.runUntil(r.modem.start());
    for (const r of rigs) await dismantle(r);
    const roots = new Set(one.seen.map(({ actor }) => actor.rootId));
    expect(roots.size).toBe(2);
    expect(new Set(two.seen.map(({ actor }) => actor.rootId)).size).toBe(1);
    const [modems, sessions] = [names(one.seen, 'actor'), one.seen.map(({ actor }) => actor.sessionId)];
    expect(modems.filter((name) => name === 'modem')).toHaveLength(2);
    for (const session of sessions) expect(session).toMatch(/^modem\d+\//);
  });

  it('that cannot be opened ends the start with its reason, and the module is not touched', async () => {
    const cause = new RangeError('no room');
    const broken = own({ open: () => Promise.reject(cause) });
    const first = own();
    const r = rig({ inspect: [first, broken] });
    await expect(r.modem.start()).rejects.toMatchObject({
      ...{ code: 'INSPECTOR_FAILED', message: 'an inspector did not open: no room', cause },
    });
    expect(r.trace).toEqual([]);
    expect(first.calls).toEqual(['open', 'close']);
    await dismantle(r);
  });

  it('that does not end does not keep the modem from ending', async () => {
    const stuck = own({ close: () => new Promise(() => undefined) });
    const r = rig({ inspect: stuck });
    await r.clock.runUntil(r.modem.start());
    const beganMs = Date.now();
    await r.modem.stop();
    expect(Date.now() - beganMs).toBeLessThan(10_000);
    r.module.dispose();
  });

  it('is closed when the modem ends by itself', async () => {
    const inspector = own();
    const r = rig({ inspect: inspector });
    await r.clock.runUntil(r.modem.start());
    r.modem.actor.send({ type: 'crashed', error: new RangeError('a defect') });
    await r.clock.advance(10_000);
    expect(r.modem.status.state).toBe('faulted');
    expect(inspector.calls).toEqual(['open', 'close']);
    await dismantle(r);
  });
});

describe('the option inspect', () => {
  it.each([
    ['a word', 'stately'],
    ['null', null],
    ['an object without show', { open: async () => undefined, close: async () => undefined }],
    ['a list with something else in it', [own(), {}]],
    ['true', true],
  ])('must be an inspector or a list of them, not %s', (_, inspect) => {
    const { host: port } = memoryPortPair();
    expect(() => createModem({ port, dialect: 'lte', inspect: inspect as never })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { argument: 'inspect' } }),
    );
  });
});

describe('what an inspector is shown', () => {
  it('has the end of one command in front of the beginning of the next', async () => {
    const inspector = own();
    const r = rig({ inspect: inspector });
    await r.clock.runUntil(r.modem.start());
    const waiting = ['AT+CSQ', 'AT+CREG?', 'AT+CPIN?'].map((text) => r.modem.execute(text));
    await r.clock.runUntil(Promise.all(waiting)); // the next one begins in the moment in which one ends
    const commands = inspector.seen.flatMap((one) =>
      one.actor.name !== 'exchange' || one.kind !== 'snapshot'
        ? []
        : [[(one.snapshot.context as { command: string }).command, one.snapshot.value]],
    );
    const isBeginning = (value: unknown): boolean =>
      (value as { exchanging?: string }).exchanging === 'commanding';
    const ends = commands.filter(([, value]) => value === 'idle').length;
    expect(ends).toBeGreaterThan(10);
    commands.forEach(([command, value], at) => {
      const [before, last] = commands[at - 1] ?? [undefined, 'idle'];
      expect([command, isBeginning(value) ? last : before]).toEqual([
        command,
        isBeginning(value) ? 'idle' : command,
      ]);
    });
    await dismantle(r);
  });

  it('is the command on the wire, from its first byte to its result', async () => {
    const inspector = own();
    const r = rig({ inspect: inspector });
    await r.clock.runUntil(r.modem.start());
    await new Promise((later) => setTimeout(later, 400)); // the allowance fills up again
    const before = inspector.seen.length;
    await r.clock.runUntil(r.modem.execute('AT+CSQ'));
    const shown = inspector.seen.slice(before).flatMap((one) => (one.kind === 'snapshot' ? [one] : []));
    const exchange = shown.filter(({ actor }) => actor.name === 'exchange');
    expect(exchange.map(({ snapshot }) => snapshot.value)).toEqual([
      { exchanging: 'commanding' },
      { exchanging: 'awaitingFinal' },
      'idle',
    ]);
    expect(exchange[0]?.snapshot.context).toMatchObject({ command: 'AT+CSQ', payloadBytes: 0 });
    await dismantle(r);
  });

  it('names who sent an event, where a statechart did', async () => {
    const inspector = own();
    const r = rig({ inspect: inspector });
    await r.clock.runUntil(r.modem.start());
    const began = inspector.seen.find(({ kind, actor }) => kind === 'event' && actor.name === 'context-1');
    const modem = inspector.seen.find(({ actor }) => actor.name === 'modem');
    expect(began).toMatchObject({ sourceId: modem?.actor.sessionId, event: { type: 'xstate.init' } });
    await dismantle(r);
  });
});
