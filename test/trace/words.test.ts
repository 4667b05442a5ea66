import fc from 'fast-check';
import type { StateValue } from 'xstate';
import { Secrets } from '../../adapters/channel/secrets.ts';
import { redactorOf } from '../../adapters/inspect/redacted.ts';
import { membersInWords, plainMembers, shortEvent } from '../../adapters/trace/event-words.ts';
import { changeOf, pathOf } from '../../adapters/trace/state-paths.ts';
import { textOfLine } from '../../adapters/trace/trace-text.ts';
import { ModemError } from '../../errors.ts';

describe('a state in a trace', () => {
  it.each<[StateValue, string]>([
    ['online', 'online'],
    [{ online: 'serving' }, 'online.serving'],
    [{ attaching: { awaitingPacketDomain: 'asking' } }, 'attaching.awaitingPacketDomain.asking'],
    [
      { connected: { buffer: { receiving: 'quiet', sending: 'idle' } } },
      'connected.buffer.receiving.quiet + connected.buffer.sending.idle',
    ],
    [{ a: { b: {} } }, 'a.b'],
  ])('%j is %s', (value, path) => {
    expect(pathOf(value)).toBe(path);
  });

  it('names the regions that change, and no others', () => {
    const before = { connected: { buffer: { receiving: 'quiet', sending: 'idle' } } };
    const after = { connected: { buffer: { receiving: 'reading', sending: 'idle' } } };
    expect(changeOf(before, after)).toEqual({
      from: 'connected.buffer.receiving.quiet',
      to: 'connected.buffer.receiving.reading',
    });
    expect(changeOf(before, { closing: 'counting' })).toEqual({
      from: 'connected.buffer.receiving.quiet + connected.buffer.sending.idle',
      to: 'closing.counting',
    });
    expect(changeOf(before, { ...before })).toBeUndefined();
  });
});

describe('an event in a trace', () => {
  it.each([
    ['urc.pdpdeact', 'urc.pdpdeact'],
    ['xstate.done.actor.0.modem.opening.trying', 'done(opening.trying)'],
    ['xstate.done.actor.rebootPolicy', 'done(rebootPolicy)'],
    ['xstate.error.actor.0.modem.syncing', 'error(syncing)'],
    ['xstate.done.state.pdpContext.lost', 'done(lost)'],
    ['xstate.after.idlePoll.socket.connected.buffer.receiving.quiet', 'after(idlePoll)'],
    ['xstate.after.0.pdpContext.lost.yielding', 'after(0)'],
  ])('%s is called %s', (type, name) => {
    expect(shortEvent(type)).toBe(name);
  });

  it('shows numbers, words, short lists and errors, of objects what is plain in them, and nothing else', () => {
    const error = new ModemError('SIM_MISSING', 'no SIM');
    const members = plainMembers({
      ...{
        type: 'x',
        actorId: '0',
        input: { apn: 'internet' },
        id: 1,
        reason: 'two words',
        isOn: true,
        list: [1, 'a'],
      },
      ...{
        bytes: Buffer.from('payload'),
        send: () => undefined,
        actor: new Map(),
        long: Array(20).fill(1),
        error,
      },
      output: { kind: 'ok', value: { deep: { deeper: 1 } }, payload: [Buffer.from('payload')] },
    });
    const shown = redactorOf(new Secrets())(members) as Record<string, unknown>;
    expect(membersInWords(shown)).toBe('id=1 reason="two words" isOn=true list=[1,"a"]');
    const few = plainMembers({
      type: 'x',
      error,
      output: { kind: 'ok', value: { deep: 1 }, payload: [Buffer.from('p')] },
    });
    expect(membersInWords(redactorOf(new Secrets())(few) as Record<string, unknown>)).toBe(
      'error.code=SIM_MISSING error.message="no SIM" output.kind=ok',
    );
    expect(plainMembers({ type: 'x', bytes: Buffer.from('payload') })).toBeUndefined();
  });
});

describe('a line for people', () => {
  it('has the time since the beginning, the kind and the text in columns', () => {
    const lines = [
      textOfLine({ atMs: 1_000, kind: 'tx', text: 'AT+CSQ' }, 1_000),
      textOfLine({ atMs: 62_002.4, kind: 'tx', text: '(payload)', payloadBytes: 1 }, 1_000),
      textOfLine({ atMs: 62_002.4, kind: 'rx', text: '+QIRD: 10', payloadBytes: 10 }, 1_000),
    ];
    expect(lines).toEqual([
      '     0.000  tx          AT+CSQ',
      '    61.002  tx          (payload) (1 byte)',
      '    61.002  rx          +QIRD: 10 (10 bytes)',
    ]);
  });

  it('tells by the header when it was, where the clock is that of the wall', () => {
    const header = { kind: 'header', text: 'urchestra', format: 1, version: '1' } as const;
    expect(textOfLine({ ...header, atMs: Date.UTC(2026, 0, 2) }, 0)).toMatch(
      /urchestra, at 2026-01-02T00:00:00.000Z$/,
    );
    expect(textOfLine({ ...header, atMs: 5 }, 5)).toMatch(/urchestra$/);
    expect(textOfLine({ ...header, atMs: 1e20 }, 5)).toMatch(/urchestra, at$/);
  });

  it('never moves the cursor', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(textOfLine({ atMs: 0, kind: 'unknown', text }, 0)).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/,
        );
      }),
    );
  });
});
