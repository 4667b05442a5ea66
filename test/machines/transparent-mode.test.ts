import { refused } from '../support/fake-run.ts';
import {
  claims,
  cleared,
  connects,
  DOUBTED,
  dataMode,
  doubted,
  ESCAPED,
  inData,
  interrupt,
  MISSED,
  released,
  resume,
  voided,
  waits,
} from './data-mode-rig.ts';

const FLOWING = '{data:flowing}';
/** Out to commands, asked for by the socket. */
const OUT = ['pump.stop', 'guard', '+++', 'answer?', 'suspended'];
/** And back again. */
const BACK = ['idle?', 'ATO', 'resumed', 'pump.open', 'carrier?'];

describe('a CONNECT', () => {
  it('gives the port to the socket that claims it: its pump may write', async () => {
    const one = dataMode();
    await one.do(connects);
    expect([one.value(), one.take()]).toEqual(['entering', []]);
    await one.do(claims);
    expect([one.value(), one.take(), one.isInData()]).toEqual([FLOWING, ['pump.open', 'carrier?'], true]);
  });

  it('that nobody claims is escaped from', async () => {
    const one = dataMode();
    await one.do(connects);
    await one.clock.advance(999);
    expect(one.take()).toEqual([]);
    await one.clock.advance(1);
    expect([one.value(), one.take()]).toEqual(['command', ['guard', '+++', 'answer?']]);
    expect(one.clock.pendingTimers).toBe(0);
  });

  it('whose socket was gone before it claimed is escaped from', async () => {
    const one = dataMode();
    await one.do(connects, released);
    await one.clock.advance(1000);
    expect(one.value()).toBe('command');
  });
});

describe('a socket in data mode', () => {
  it('that interrupts gets the port for commands: guard time, escape, answer', async () => {
    const one = await inData();
    await one.do(interrupt);
    expect([one.take(), one.value()]).toEqual([OUT, '{suspended:serving}']);
  });

  it('gets data mode back when it resumes, behind the commands that wait', async () => {
    const one = await inData();
    await one.do(interrupt, resume);
    expect([one.take().slice(OUT.length), one.value()]).toEqual([BACK, FLOWING]);
  });

  it('resumes though commands of others go on and on', async () => {
    const one = await inData({ idles: ['silence'] });
    await one.do(interrupt, resume);
    one.take();
    await one.clock.advance(999);
    expect([one.take(), one.value()]).toEqual([[], '{suspended:awaitingTurn}']);
    await one.clock.advance(1);
    expect([one.take()[0], one.value(), one.aborted]).toEqual(['ATO', FLOWING, ['idle?']]);
  });

  it('that releases the port leaves it to commands, and hears no more', async () => {
    const one = await inData();
    await one.do(released);
    expect([one.take(), one.value()]).toEqual([OUT.slice(0, -1), 'command']);
  });

  it.each([
    ['NO CARRIER', refused()],
    ['silence', { kind: 'timedOut', isSynchronised: true }],
    ['a defect', 'throw'],
  ] as const)('is lost when ATO ends by %s', async (_, end) => {
    const one = await inData({ resumes: [end] });
    await one.do(interrupt, resume);
    expect([one.take().slice(OUT.length), one.value()]).toEqual([
      ['idle?', 'ATO', 'it was the end', 'lost'],
      'command',
    ]);
  });

  it.each<[string, Parameters<typeof inData>[0]]>([
    ['guard time', { guards: ['throw'] }],
    ['escape', { escapes: ['throw'] }],
    ['carrier', { carriers: ['throw'] }],
    ['wait for others', { idles: ['throw'] }],
  ])('goes on when its %s breaks', async (_, script) => {
    const one = await inData(script);
    await one.do(interrupt, resume);
    expect([one.take(), one.value()]).toEqual([[...OUT, ...BACK], FLOWING]);
  });
});

describe('commands of others', () => {
  it.each([
    ['urgent', 'urgent', true],
    ['urgent', 'any', true],
    ['urgent', 'never', false],
    ['other', 'any', false],
    ['other', 'urgent', false],
    ['other', 'never', false],
  ] as const)(
    'that are %s interrupt a socket that allows %s at once: %s',
    async (kind, interruption, isAtOnce) => {
      const one = await inData({ claim: { interruption } });
      await one.do(waits(kind === 'urgent'));
      expect(one.take()).toEqual(isAtOnce ? OUT : []);
    },
  );

  it.each([
    ['any', true],
    ['urgent', false],
    ['never', false],
  ] as const)(
    'that are not urgent get through in the end where %s are allowed: %s',
    async (interruption, isDone) => {
      const one = await inData({ claim: { interruption } });
      await one.do(waits());
      await one.clock.advance(3000);
      await one.do(waits()); // does not put it off
      await one.clock.advance(1999);
      expect(one.take()).toEqual([]);
      await one.clock.advance(1);
      expect(one.take()).toEqual(isDone ? OUT : []);
    },
  );

  it('that wait do not put off the look that is due', async () => {
    const one = await inData({ claim: { interruption: 'any', urcCheckMs: 2000 } });
    await one.do(waits());
    await one.clock.advance(1999);
    expect(one.take()).toEqual([]);
    await one.clock.advance(1);
    expect(one.take()).toEqual(OUT);
  });

  it('that are urgent do not wait behind one that is not', async () => {
    const one = await inData({ claim: { interruption: 'any' } });
    await one.do(waits(), waits(true));
    expect(one.take()).toEqual(OUT);
  });
});

describe('looks at the module', () => {
  it.each([0, 2000])('for URCs of others come every %i ms (0 never)', async (urcCheckMs) => {
    const one = await inData({ claim: { urcCheckMs } });
    await one.clock.advance(1999);
    expect(one.take()).toEqual([]);
    await one.clock.advance(1);
    expect(one.take()).toEqual(urcCheckMs === 0 ? [] : OUT);
    expect(one.clock.pendingTimers).toBe(0);
  });

  it('come after a silence of the peer', async () => {
    const one = await inData({ timing: { checkMs: 60_000 }, hasReceived: [true, true, false] });
    await one.clock.advance(179_999);
    expect(one.take().filter((text) => !text.startsWith('carrier'))).toEqual(
      Array(2).fill('received within 60000?'),
    );
    await one.clock.advance(1);
    expect(one.take()).toEqual(['received within 60000?', ...OUT]);
  });
});

describe('a line in doubt', () => {
  it('was payload while the carrier is there: no escape is written', async () => {
    const one = await inData({ carriers: [true] });
    await one.do(doubted);
    expect([one.take(), one.value()]).toEqual([
      ['pump.stop', 'carrier?', 'it was payload', 'pump.open', 'carrier?'],
      FLOWING,
    ]);
  });

  it('was the end when the carrier has dropped: no escape is written', async () => {
    const one = await inData({ carriers: [true, false] });
    await one.do(doubted);
    expect([one.take(), one.value()]).toEqual([
      ['pump.stop', 'carrier?', 'it was the end', 'lost'],
      'command',
    ]);
  });

  it.each<[string, readonly (boolean | undefined | 'throw')[]]>([
    ['is not wired: it was off from the beginning', [false]],
    ['is on, but was off in the beginning', [false, true]],
    ['cannot be told', [undefined]],
    ['cannot be told any more', [true, undefined]],
    ['cannot be read', [true, 'throw']],
  ])('is verified by an escape where the carrier %s', async (_, carriers) => {
    const one = await inData({ carriers });
    await one.do(doubted);
    expect(one.take()).toEqual(['pump.stop', 'carrier?', ...OUT.slice(1)]);
  });

  it('was the end when two escapes in a row have no answer', async () => {
    const one = await inData({ answers: [DOUBTED] });
    await one.do(doubted);
    expect([one.take().slice(2), one.value()]).toEqual([
      ['guard', '+++', 'answer?', 'guard', '+++', 'answer?', 'it was the end', 'lost'],
      'command',
    ]);
  });

  it('was payload when the second escape is answered', async () => {
    const one = await inData({ answers: [DOUBTED, ESCAPED] });
    await one.do(doubted);
    expect([one.take().slice(-2), one.value()]).toEqual([
      ['missed 1', 'suspended'], // so the peer did get the first plus signs
      '{suspended:serving}',
    ]);
  });

  it('that is cleared while it is verified leads back to data without an escape', async () => {
    const one = await inData({ carriers: [undefined, 'silence'] });
    await one.do(doubted, cleared);
    expect(one.take().slice(0, 3)).toEqual(['pump.stop', 'carrier?', 'pump.open']);
    expect(one.isInData()).toBe(true);
  });

  it('that is cleared during the guard time leads back to data, and the wait is broken off', async () => {
    const one = await inData({ guards: ['silence'] });
    await one.do(doubted, cleared);
    expect([one.take().slice(2), one.value(), one.aborted]).toEqual([
      ['guard', 'pump.open', 'carrier?'],
      FLOWING,
      ['guard'],
    ]);
  });

  it('that is cleared during the guard time of an interruption does not end that', async () => {
    const one = await inData({ guards: ['silence'] });
    await one.do(interrupt, cleared);
    expect(one.value()).toBe('guardingBefore');
  });

  it('is counted anew the next time', async () => {
    const one = await inData({ answers: [DOUBTED, ESCAPED, DOUBTED, ESCAPED] });
    await one.do(doubted, resume, doubted);
    expect([one.value(), one.take().filter((text) => text.startsWith('missed'))]).toEqual([
      '{suspended:serving}',
      ['missed 1', 'missed 1'],
    ]);
  });
});

describe('an escape without an answer', () => {
  it('is told, and tried again up to five times, each behind its guard time; then DTR', async () => {
    const one = await inData({ answers: [MISSED], drops: [ESCAPED] });
    await one.do(interrupt);
    const tries = [1, 2, 3, 4, 5].flatMap((turn) => ['guard', '+++', 'answer?', `missed ${turn}`]);
    expect([one.take(), one.value()]).toEqual([
      ['pump.stop', ...tries, 'DTR', 'suspended'],
      '{suspended:serving}',
    ]);
  });

  it('is not tried again when carrier has dropped: the module has left data mode by itself', async () => {
    const one = await inData({ answers: [MISSED], carriers: [true, false] });
    await one.do(interrupt);
    expect([one.take().slice(-5), one.value()]).toEqual([
      ['answer?', 'missed 1', 'carrier?', 'it was the end', 'lost'],
      'command',
    ]);
  });

  it('is tried as often as the timing says', async () => {
    const one = await inData({ answers: [MISSED], timing: { escapeTries: 2 } });
    await one.do(interrupt);
    expect(one.log.filter((text) => text === '+++')).toHaveLength(2);
  });

  it('may have one at the last try', async () => {
    const one = await inData({ answers: [MISSED, MISSED, MISSED, MISSED, ESCAPED] });
    await one.do(interrupt);
    expect([one.log.includes('DTR'), one.value()]).toEqual([false, '{suspended:serving}']);
  });

  it.each<[string, readonly (typeof MISSED | 'throw')[]]>([
    ['has no answer either', [MISSED]],
    ['breaks', ['throw']],
  ])(
    'and a drop of DTR that %s make the port useless: the socket is lost, the modem is told',
    async (_, drops) => {
      const one = await inData({ answers: [MISSED], drops });
      await one.do(interrupt);
      expect([one.take().slice(-3), one.value()]).toEqual([['DTR', 'lost', 'STUCK'], 'stuck']);
      await one.do(released, interrupt, resume, waits(true), connects, cleared);
      await one.clock.advance(600_000);
      expect([one.take(), one.value()]).toEqual([[], 'stuck']);
      await one.do(voided);
      expect(one.value()).toBe('command');
    },
  );

  it('and a line in doubt behind the drop of DTR was the end', async () => {
    const one = await inData({ answers: [MISSED], drops: [DOUBTED] });
    await one.do(interrupt);
    expect([one.take().slice(-3), one.value()]).toEqual([['DTR', 'it was the end', 'lost'], 'command']);
  });

  it.each<[string, Parameters<typeof inData>[0]]>([
    ['the line does not fall silent', { guards: ['silence'] }],
    ['the port does not take it', { escapes: ['silence'] }],
  ])('because %s for too long is followed by a drop of DTR', async (_, script) => {
    const one = await inData({ ...script, drops: [ESCAPED] });
    await one.do(interrupt);
    await one.clock.advance(119_999);
    expect(one.log).not.toContain('DTR');
    await one.clock.advance(1);
    expect([one.take().slice(-2), one.value()]).toEqual([['DTR', 'suspended'], '{suspended:serving}']);
    expect(one.clock.pendingTimers).toBe(0);
  });

  it('whose wait breaks is followed by a drop of DTR', async () => {
    const one = await inData({ answers: ['throw'] });
    await one.do(interrupt);
    expect(one.log).toContain('DTR');
  });
});

describe('a socket that is gone', () => {
  it('while it is being resumed is escaped from as soon as data mode is back', async () => {
    let finish: (value: { kind: 'ok'; value: undefined; result: string }) => void = () => undefined;
    const resuming = new Promise<{ kind: 'ok'; value: undefined; result: string }>((done) => {
      finish = done;
    });
    const one = await inData({ resumes: [resuming] });
    await one.do(interrupt, resume, released);
    one.take();
    finish({ kind: 'ok', value: undefined, result: 'CONNECT' });
    await one.clock.advance(0);
    expect([one.take(), one.value()]).toEqual([['guard', '+++', 'answer?'], 'command']);
  });

  it('while a line is verified leaves the port to commands', async () => {
    const one = await inData({ guards: ['silence', undefined] });
    await one.do(doubted, released, cleared);
    expect([one.take().slice(-3), one.value()]).toEqual([['guard', '+++', 'answer?'], 'command']);
  });

  it('does not keep the next one from the port', async () => {
    const one = await inData();
    await one.do(released, connects, claims);
    expect(one.value()).toBe(FLOWING);
  });
});
