/** Runs whose results no virtual module would give so: lone errors, lost and late lines, other texts. */
import type { ModemError } from '../../index.ts';
import { dismantleScripted, type ScriptedModule, scriptedModule } from './scripted-module.ts';

const HOST = '10.1.1.1';

async function online(...options: Parameters<typeof scriptedModule>): Promise<ScriptedModule> {
  const one = scriptedModule(...options);
  await one.clock.runUntil(one.modem.start());
  one.take();
  return one;
}

interface Watched {
  /** What it came to: the value, or the code of the error. */
  readonly result: () => unknown;
  readonly error: () => ModemError | undefined;
}

function watched(call: Promise<unknown>): Watched {
  let result: unknown;
  let error: ModemError | undefined;
  call.then(
    (value) => {
      result = value;
    },
    (failure: ModemError) => {
      error = failure;
      result = failure.code;
    },
  );
  return { result: () => result, error: () => error };
}

const reply = (timeMs: number, address = HOST): string => `+QPING: 0,"${address}",32,${timeMs},64`;

describe('a ping', () => {
  it.each([
    [565, 'NAME_NOT_RESOLVED', 'ENOTFOUND'],
    [561, 'CONTEXT_FAILED', 'ENETUNREACH'],
    [570, 'CONTEXT_LOST', 'ENETDOWN'],
    [568, 'COMMAND_REFUSED', 'EBUSY'],
    [569, 'COMMAND_REFUSED', 'ETIMEDOUT'],
    [550, 'COMMAND_REFUSED', undefined],
  ])(
    'ends with a lone error when no other line follows in the time of one request: %i (D24)',
    async (number, code, errno) => {
      const one = await online();
      const ping = watched(one.modem.ping(HOST, { timeoutS: 3 }));
      await one.clock.advance(0);
      await one.say(`+QPING: ${number}`);
      await one.clock.advance(4_999);
      expect(ping.result()).toBeUndefined();
      await one.clock.advance(1);
      expect(ping.error()).toMatchObject({ code, errno, details: { moduleError: number } });
      await dismantleScripted(one);
    },
  );

  it('goes on when another line follows an error, and counts what was lost', async () => {
    const one = await online();
    const ping = watched(one.modem.ping(HOST, { count: 2 }));
    await one.clock.advance(0);
    await one.say('+QPING: 569');
    await one.clock.advance(4_000);
    await one.say(reply(80), '+QPING: 0,2,1,1,80,80,80');
    expect(ping.result()).toEqual({
      replies: [{ error: 569 }, { address: HOST, lengthBytes: 32, timeMs: 80, ttl: 64 }],
      ...{ sent: 2, received: 1, lost: 1, minMs: 80, maxMs: 80, averageMs: 80 },
    });
    await dismantleScripted(one);
  });

  it('of which nothing came back is no failure when the module says so', async () => {
    const one = await online();
    const [full, bare] = [
      watched(one.modem.ping(HOST, { count: 1 })),
      watched(one.modem.ping(HOST, { count: 1 })),
    ];
    const nothing = {
      ...{ replies: [{ error: 569 }], sent: 1, received: 0, lost: 1 },
      ...{ minMs: 0, maxMs: 0, averageMs: 0 },
    };
    await one.clock.advance(0);
    await one.say('+QPING: 569', '+QPING: 0,1,0,1,0,0,0');
    expect(full.result()).toEqual(nothing);
    await one.say('+QPING: 569', '+QPING: 569'); // the final result, without figures
    expect(bare.result()).toEqual(nothing);
    await dismantleScripted(one);
  });

  it('with results in the chunk of its OK misses none', async () => {
    const one = await online({}, { [`AT+QPING=1,"${HOST}",4,1`]: ['OK', reply(7), '+QPING: 0,1,1,0,7,7,7'] });
    const ping = watched(one.modem.ping(HOST, { count: 1 }));
    await one.clock.advance(0);
    expect(ping.result()).toMatchObject({ received: 1, averageMs: 7 });
    await dismantleScripted(one);
  });

  it('without any result ends after all its requests, a pause each, and 5 s', async () => {
    const one = await online();
    const ping = watched(one.modem.ping(HOST, { count: 3, timeoutS: 10 }));
    await one.clock.advance(3 * 11_000 + 4_999);
    expect(ping.result()).toBeUndefined();
    await one.clock.advance(1);
    expect(ping.error()).toMatchObject({
      code: 'COMMAND_TIMED_OUT',
      errno: 'ETIMEDOUT',
      details: { timeoutMs: 38_000 },
    });
    await dismantleScripted(one);
  });

  it('of a name has a minute more, in which the module looks it up', async () => {
    const one = await online();
    const ping = watched(one.modem.ping('a.example', { count: 1 }));
    await one.clock.advance(69_999);
    expect(ping.result()).toBeUndefined();
    await one.clock.advance(1);
    expect(ping.result()).toBe('COMMAND_TIMED_OUT');
    await dismantleScripted(one);
  });

  it('has requests of a chosen length on rg', async () => {
    const one = await online({ dialect: 'rg' });
    const ping = watched(one.modem.ping(HOST, { count: 1, lengthBytes: 1500 }));
    await one.clock.advance(0);
    expect(one.take()).toEqual([`AT+QPING=1,"${HOST}",4,1,1500`]);
    await one.say(`+QPING: 0,"${HOST}",1500,9,64`, '+QPING: 0,1,1,0,9,9,9');
    expect(ping.result()).toMatchObject({ replies: [{ lengthBytes: 1500 }] });
    const refused = watched(one.modem.ping(HOST, { lengthBytes: 31 }));
    await one.clock.advance(0);
    expect([refused.error()?.details, one.take()]).toEqual([{ argument: 'length' }, []]);
    await dismantleScripted(one);
  });

  it('that the module refuses fails with its number', async () => {
    const one = await online({}, { [`AT+QPING=1,"${HOST}",4,4`]: ['+CME ERROR: 561'] });
    const ping = watched(one.modem.ping(HOST));
    await one.clock.advance(0);
    expect(ping.error()).toMatchObject({ code: 'CONTEXT_FAILED', details: { result: '+CME ERROR: 561' } });
    await dismantleScripted(one);
  });
});

describe('runs of one kind', () => {
  it('go one after the other, each with a limit of its own', async () => {
    const one = await online();
    const first = watched(one.modem.ping(HOST, { count: 1 }));
    const second = watched(one.modem.ping('10.1.1.2', { count: 1 }));
    await one.clock.advance(0);
    expect(one.take()).toEqual([`AT+QPING=1,"${HOST}",4,1`]);
    await one.clock.advance(10_000);
    expect([first.result(), second.result()]).toEqual(['COMMAND_TIMED_OUT', undefined]);
    expect(one.take()).toEqual(['AT+QPING=1,"10.1.1.2",4,1']);
    await one.clock.advance(9_999);
    expect(second.result()).toBeUndefined();
    await one.clock.advance(1);
    expect(second.result()).toBe('COMMAND_TIMED_OUT');
    await dismantleScripted(one);
  });

  it('do not wait for those of another kind', async () => {
    const one = await online();
    const calls = [one.modem.ping(HOST), one.modem.resolve('a.example'), one.modem.syncTime('b.example')];
    const ends = calls.map(watched);
    await one.clock.advance(0);
    expect(one.take()).toHaveLength(3);
    await one.say('+QNTP: 0,"2024/03/01,12:00:00+04"', '+QIURC: "dnsgip",0,1,60', reply(5));
    await one.say('+QIURC: "dnsgip","10.2.2.2"', '+QPING: 0,1,1,0,5,5,5');
    expect(ends.map(({ result }) => result())).toMatchObject([
      { received: 1 },
      { addresses: ['10.2.2.2'], ttlS: 60 },
      { raw: '2024/03/01,12:00:00+04' },
    ]);
    await dismantleScripted(one);
  });

  it('that wait for their turn are as many as commands may be', async () => {
    const one = await online({ queueLimit: 2 });
    const ends = [1, 2, 3, 4].map((at) => watched(one.modem.ping(`10.1.1.${at}`)));
    await one.clock.advance(0);
    expect(ends.map(({ result }) => result())).toEqual([undefined, undefined, undefined, 'QUEUE_FULL']);
    await dismantleScripted(one);
  });

  it('leave the line when their signal is aborted, and the others keep their places', async () => {
    const one = await online();
    const leaving = new AbortController();
    const first = watched(one.modem.ping('10.1.1.1', { count: 1 }));
    const second = watched(one.modem.ping('10.1.1.2', { count: 1, signal: leaving.signal }));
    const third = watched(one.modem.ping('10.1.1.3', { count: 1 }));
    await one.clock.advance(0);
    leaving.abort();
    await one.clock.advance(0);
    expect(second.result()).toBe('STOPPED');
    await one.say(reply(5), '+QPING: 0,1,1,0,5,5,5');
    expect(first.result()).toMatchObject({ received: 1 });
    expect(one.take()).toEqual(['AT+QPING=1,"10.1.1.1",4,1', 'AT+QPING=1,"10.1.1.3",4,1']);
    await one.say(reply(6, '10.1.1.3'), '+QPING: 0,1,1,0,6,6,6');
    expect(third.result()).toMatchObject({ averageMs: 6 });
    await dismantleScripted(one);
  });
});

describe('what a run that was given up still reports', () => {
  it('is waited for before the next one begins', async () => {
    const one = await online();
    const giving = new AbortController();
    const first = watched(one.modem.ping(HOST, { count: 2, signal: giving.signal }));
    const second = watched(one.modem.ping(HOST, { count: 2 }));
    await one.clock.advance(0);
    one.take();
    giving.abort();
    await one.clock.advance(0);
    expect([first.result(), one.take()]).toEqual(['STOPPED', []]);
    await one.say(reply(900), reply(901), '+QPING: 0,2,2,0,900,901,900');
    expect(one.take()).toHaveLength(1);
    await one.say(reply(3), reply(5), '+QPING: 0,2,2,0,3,5,4');
    expect(second.result()).toMatchObject({ averageMs: 4, maxMs: 5 });
    await dismantleScripted(one);
  });

  it('is not taken for the next one when it comes before the OK of that', async () => {
    const one = await online();
    const first = watched(one.modem.resolve('a.example'));
    await one.clock.advance(60_000);
    expect(first.result()).toBe('COMMAND_TIMED_OUT');
    one.answer('AT+QIDNSGIP=1,"b.example"', undefined);
    const second = watched(one.modem.resolve('b.example'));
    await one.clock.advance(0);
    await one.say('+QIURC: "dnsgip",0,1,60', '+QIURC: "dnsgip","10.0.0.66"'); // of a.example
    await one.say('OK', '+QIURC: "dnsgip",0,1,60', '+QIURC: "dnsgip","10.0.0.77"');
    expect(second.result()).toEqual({ addresses: ['10.0.0.77'], ttlS: 60 });
    await dismantleScripted(one);
  });

  it('is told by its address, where an address was pinged', async () => {
    const one = await online();
    const first = watched(one.modem.ping('10.1.1.1', { count: 1 }));
    await one.clock.advance(10_000);
    expect(first.result()).toBe('COMMAND_TIMED_OUT');
    const second = watched(one.modem.ping('10.1.1.2', { count: 1 }));
    await one.clock.advance(0);
    await one.say(reply(950, '10.1.1.1'), reply(4, '10.1.1.2'), '+QPING: 0,1,1,0,4,4,4');
    expect(second.result()).toMatchObject({ replies: [{ address: '10.1.1.2', timeMs: 4 }] });
    await dismantleScripted(one);
  });

  it('may come in front of the OK when nothing older is due', async () => {
    const one = await online();
    one.answer('AT+QNTP=1,"b.example",123,1', undefined);
    const time = watched(one.modem.syncTime('b.example'));
    await one.clock.advance(0);
    await one.say('+QNTP: 0,"2024/03/01,12:00:00+04"', 'OK');
    expect(time.result()).toMatchObject({ raw: '2024/03/01,12:00:00+04' });
    await dismantleScripted(one);
  });
});

describe('the time', () => {
  it.each([
    [
      '+QNTP: 0,"2024/03/01,12:00:00+04"',
      '2024/03/01,12:00:00+04',
      { year: 2024, hours: 12, zoneMinutes: 60 },
    ],
    ['+QNTP: 0,"24/03/01,12:00:00-20"', '24/03/01,12:00:00-20', { year: 2024, zoneMinutes: -300 }],
    ['+QNTP: 0,"18/04,11:08:20:35+8"', '18/04,11:08:20:35+8', undefined],
    ['+QNTP: 0', '', undefined],
  ])('is kept as printed, also where it has not the documented form (D4): %s', async (line, raw, utc) => {
    const one = await online();
    const time = watched(one.modem.syncTime('ntp.example'));
    await one.clock.advance(0);
    await one.say(line);
    expect(time.result()).toEqual({ raw, utc: utc && expect.objectContaining(utc) });
    await dismantleScripted(one);
  });

  it('that does not come ends after 125 s', async () => {
    const one = await online();
    const time = watched(one.modem.syncTime('ntp.example'));
    await one.clock.advance(124_999);
    expect(time.result()).toBeUndefined();
    await one.clock.advance(1);
    expect(time.result()).toBe('COMMAND_TIMED_OUT');
    await dismantleScripted(one);
  });
});

describe('a name', () => {
  it('that has no address at all is not resolved', async () => {
    const one = await online();
    const name = watched(one.modem.resolve('a.example'));
    await one.clock.advance(0);
    await one.say('+QIURC: "dnsgip",0,0,0');
    expect(name.result()).toBe('NAME_NOT_RESOLVED');
    await dismantleScripted(one);
  });

  it('of whose addresses some get lost resolves to the others', async () => {
    const one = await online();
    const name = watched(one.modem.resolve('a.example'));
    await one.clock.advance(0);
    await one.say('+QIURC: "dnsgip",0,2,60', '+QIURC: "dnsgip","10.2.2.2"');
    await one.clock.advance(4_999);
    expect(name.result()).toBeUndefined();
    await one.clock.advance(1);
    expect(name.result()).toEqual({ addresses: ['10.2.2.2'], ttlS: 60 });
    await dismantleScripted(one);
  });
});

describe('on rg, whose manual has no such command,', () => {
  it.each(['resolve', 'syncTime'] as const)('%s() is UNSUPPORTED, and nothing is written', async (name) => {
    const one = await online({ dialect: 'rg' });
    const call = watched(one.modem[name]('a.example'));
    await one.clock.advance(0);
    expect([call.error()?.code, one.take()]).toEqual(['UNSUPPORTED', []]);
    expect(call.error()?.message).toMatch(/rg cannot do that; \w/);
    await dismantleScripted(one);
  });
});
