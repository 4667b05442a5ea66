import { StatelyLog } from '../../adapters/inspect/stately-log.ts';

const state = (sessionId: string, text: string) => ({ sessionId, text, isSnapshot: true });

describe('what somebody is told who comes later', () => {
  it('is who is there, the last state of those that were quiet, and what happened lately', () => {
    const log = new StatelyLog();
    log.registered('a', 'actor a');
    log.registered('b', 'actor b');
    log.happened(state('a', 'a 0'));
    for (let number = 1; number <= 1_000; number++) log.happened(state('b', `b ${number}`));
    const { texts } = log;
    expect(texts.slice(0, 4)).toEqual(['actor a', 'actor b', 'a 0', 'b 801']);
    expect(texts).toHaveLength(203);
    expect(texts.at(-1)).toBe('b 1000');
  });

  it('holds an actor that has ended as long as something of it was lately', () => {
    const log = new StatelyLog();
    log.registered('a', 'actor a');
    log.registered('b', 'actor b');
    log.happened(state('a', 'a ended'));
    log.ended('a');
    expect(log.texts).toContain('actor a');
    for (let number = 1; number <= 1_000; number++) log.happened(state('b', `b ${number}`));
    expect(log.texts.filter((text) => text.startsWith('a '))).toEqual([]);
  });

  it('holds nothing of a modem that is gone, also what comes late', () => {
    const log = new StatelyLog();
    log.registered('one', 'modem one', 'one');
    log.registered('one/x', 'context', 'one');
    log.registered('two', 'modem two', 'two');
    log.happened(state('one/x', 'active'));
    log.forgetAll('one');
    log.happened(state('one/x', 'stopped'));
    expect(log.texts).toEqual(['modem two']);
  });
});
