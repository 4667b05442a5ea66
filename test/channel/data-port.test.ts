/** The port in data mode (protocol §6, §7.7): silence, escapes and their answers. */
import { textOf, wire } from '../support/chunkings.ts';
import { type DataPortRig, dataPort, GUARD_MS, never, REPLY_MS } from './data-port-rig.ts';

const OK = '\r\nOK\r\n';

/** Writes an escape and listens; `at` says what the module says when. Returns the answer and its time. */
async function escaped(one: DataPortRig, ...at: readonly (readonly [atMs: number, text: string])[]) {
  await one.port.writeEscape();
  const startMs = one.clock.now();
  for (const [atMs, text] of at) one.clock.setTimeout(() => one.far.write(wire(text)), atMs);
  const answer = await one.clock.runUntil(one.port.awaitAnswer(never()));
  return { ...answer, afterMs: one.clock.now() - startMs };
}

describe('the guard time in front of an escape', () => {
  const guarded = async (one: DataPortRig): Promise<number> => {
    const startMs = one.clock.now();
    await one.clock.runUntil(one.port.guard(never()));
    return one.clock.now() - startMs;
  };

  it('is over where nothing was written', async () => {
    expect(await guarded(await dataPort())).toBe(0);
  });

  it('begins behind CONNECT: the command was no silence', async () => {
    const one = await dataPort();
    one.port.connected();
    expect([await guarded(one), one.take()]).toEqual([GUARD_MS, ['rx.connected']]);
  });

  it('begins behind the last byte on the line', async () => {
    const one = await dataPort();
    await one.port.write(Buffer.alloc(1152));
    expect(await guarded(one)).toBeCloseTo(GUARD_MS + 100);
  });

  it('begins anew when something is written meanwhile', async () => {
    const one = await dataPort();
    await one.port.write(Buffer.alloc(1));
    one.clock.setTimeout(() => void one.port.write(Buffer.alloc(1)), 600);
    expect(await guarded(one)).toBeCloseTo(600 + GUARD_MS, 0);
  });

  it('does not begin while the port has not taken what was written', async () => {
    const one = await dataPort();
    one.far.hold();
    const writing = one.port.write(Buffer.alloc(1));
    one.clock.setTimeout(() => one.far.resume(), 5000);
    expect(await guarded(one)).toBeCloseTo(5000 + GUARD_MS, 0);
    expect(await writing).toBe(1);
  });

  it('is not shortened by a write that fails: the port is lost, which is told elsewhere', async () => {
    const one = await dataPort();
    one.far.vanish();
    await one.clock.advance(0);
    await expect(one.port.write(Buffer.alloc(1))).rejects.toMatchObject({ code: 'PORT_LOST' });
    expect(await guarded(one)).toBe(0);
  });

  it('ends by its signal', async () => {
    const one = await dataPort();
    one.port.connected();
    const aborted = new AbortController();
    const waiting = one.port.guard(aborted.signal);
    aborted.abort();
    await expect(waiting).rejects.toBeDefined();
    expect(one.clock.pendingTimers).toBe(0);
  });
});

describe('an escape', () => {
  it('that is answered behind its guard time leaves data mode', async () => {
    const one = await dataPort();
    expect(await escaped(one, [1000, OK])).toEqual({ hasEscaped: true, isInDoubt: false, afterMs: 1150 });
    expect([one.port.isOn, one.written, one.take(), one.data()]).toEqual([
      false,
      ['0 +++'],
      ['OK', 'left, answered'],
      '',
    ]);
    expect(one.clock.pendingTimers).toBe(0);
  });

  it('that is answered early waits for the guard time all the same', async () => {
    const one = await dataPort();
    expect(await escaped(one, [100, OK])).toEqual({ hasEscaped: true, isInDoubt: false, afterMs: GUARD_MS });
  });

  it('that is answered late leaves data mode as soon as nothing follows', async () => {
    const one = await dataPort();
    expect(await escaped(one, [2900, OK])).toEqual({ hasEscaped: true, isInDoubt: false, afterMs: 3050 });
  });

  it('that is answered in pieces leaves data mode', async () => {
    const one = await dataPort();
    const answer = await escaped(one, [900, '\r\n'], [1050, 'O'], [1190, 'K\r'], [1330, '\n']);
    expect(answer).toEqual({ hasEscaped: true, isInDoubt: false, afterMs: 1480 });
  });

  it('has its answer in front of notices, which are read as such', async () => {
    const one = await dataPort();
    const answer = await escaped(
      one,
      [1000, `${OK}\r\n+QIURC: "recv",0\r\n`],
      [1100, '\r\n+QIURC: "pdpdeact",1\r\n'],
    );
    expect(answer).toMatchObject({ hasEscaped: true, afterMs: 1250 });
    expect(one.take()).toEqual(['OK', 'recv', 'pdpdeact', 'left, answered']);
  });

  it('has its answer behind data, which is delivered', async () => {
    const one = await dataPort();
    expect(await escaped(one, [10, 'abc'], [400, `def\r\nNO CARRIER\r\n${OK}`])).toMatchObject({
      hasEscaped: true,
    });
    expect(one.data()).toBe('abcdef\r\nNO CARRIER\r\n');
  });

  it('is not answered by an OK among data, and takes its whole time', async () => {
    const one = await dataPort();
    const answer = await escaped(one, [400, `abc${OK}def`], [1900, `${OK}g`]);
    expect(answer).toEqual({ hasEscaped: false, isInDoubt: false, afterMs: GUARD_MS + REPLY_MS });
    await one.clock.advance(1000);
    expect([one.data(), one.port.isOn, one.take()]).toEqual([`abc${OK}def${OK}g`, true, []]);
  });

  it('that is not answered leaves the port in data mode: an OK that comes later is data', async () => {
    const one = await dataPort();
    expect(await escaped(one)).toEqual({ hasEscaped: false, isInDoubt: false, afterMs: GUARD_MS + REPLY_MS });
    await one.say(OK);
    await one.clock.advance(1000);
    expect([one.data(), one.port.isOn]).toEqual([OK, true]);
  });

  it('that is not answered says whether a line is in doubt', async () => {
    const one = await dataPort();
    expect(await escaped(one, [10, '\r\nNO CARRIER\r\n'])).toMatchObject({
      hasEscaped: false,
      isInDoubt: true,
    });
  });

  it('may be tried again', async () => {
    const one = await dataPort();
    await escaped(one);
    expect(await escaped(one, [1000, OK])).toMatchObject({ hasEscaped: true });
    expect(one.written).toEqual(['0 +++', '3100 +++']);
  });

  it('that is answered clears a doubt that was told: the line was payload', async () => {
    const one = await dataPort();
    await one.say('\r\nNO CARRIER\r\n');
    await one.clock.advance(300);
    expect(await escaped(one, [1000, OK])).toMatchObject({ hasEscaped: true });
    expect([one.data(), one.take()]).toEqual([
      '\r\nNO CARRIER\r\n',
      ['rx.doubted', 'OK', 'rx.cleared', 'left, answered'],
    ]);
  });

  it('ends by its signal, and leaves no timer', async () => {
    const one = await dataPort();
    await one.port.writeEscape();
    const aborted = new AbortController();
    const waiting = one.port.awaitAnswer(aborted.signal);
    aborted.abort();
    await expect(waiting).rejects.toBeDefined();
    expect(one.clock.pendingTimers).toBe(0);
  });
});

describe('a drop of DTR', () => {
  it('leaves data mode when OK comes, and the line is raised again', async () => {
    const one = await dataPort();
    const dropping = one.port.dropDtr(never());
    await one.clock.advance(0);
    expect(one.far.lines.dtr).toBe(false);
    await one.say(`abc${OK}`);
    expect(await one.clock.runUntil(dropping)).toEqual({ hasEscaped: true, isInDoubt: false });
    expect([one.clock.now(), one.far.lines.dtr, one.data()]).toEqual([150, true, 'abc']);
  });

  it('that nobody answers raises the line again', async () => {
    const one = await dataPort();
    expect(await one.clock.runUntil(one.port.dropDtr(never()))).toEqual({
      hasEscaped: false,
      isInDoubt: false,
    });
    expect([one.clock.now(), one.far.lines.dtr, one.port.isOn]).toEqual([REPLY_MS, true, true]);
  });

  it('that is broken off raises the line again', async () => {
    const one = await dataPort();
    const aborted = new AbortController();
    const dropping = one.port.dropDtr(aborted.signal);
    await one.clock.advance(0);
    aborted.abort();
    await expect(dropping).rejects.toBeDefined();
    expect([one.far.lines.dtr, one.clock.pendingTimers]).toEqual([true, 0]);
  });

  it('is not tried where the port has no control lines', async () => {
    const one = await dataPort({ lines: null });
    expect(await one.port.dropDtr(never())).toEqual({ hasEscaped: false, isInDoubt: false });
    expect(one.clock.now()).toBe(0);
  });
});

describe('carrier detect', () => {
  it('is read from the line', async () => {
    const one = await dataPort();
    expect(await one.port.readCarrier()).toBe(false);
    one.far.setDcd(true);
    expect(await one.port.readCarrier()).toBe(true);
  });

  it('is unknown where the port has no control lines, and where reading fails', async () => {
    const broken = { set: async () => undefined, dcd: () => Promise.reject(new Error('no such control')) };
    const found = [await dataPort({ lines: null }), await dataPort({ lines: broken })];
    expect(await Promise.all(found.map(({ port }) => port.readCarrier()))).toEqual([undefined, undefined]);
  });
});

describe('writing', () => {
  it('takes all but a plus sign that could complete an escape, and says when that may go', async () => {
    const one = await dataPort();
    const lengths: number[] = [];
    for (const text of ['abc', '++', '+', '+x', '', '+++']) lengths.push(await one.port.write(wire(text)));
    expect([lengths, one.port.heldMs]).toEqual([[3, 2, 0, 2, 0, 2], GUARD_MS]);
    await one.clock.advance(GUARD_MS);
    expect([await one.port.write(wire('+')), one.port.heldMs]).toEqual([1, GUARD_MS]);
    expect(textOf(one.written.map((line) => wire(line.replace(/^\d+ /, ''))))).toBe('abc+++x+++');
  });

  it('resolves when the port has taken the bytes', async () => {
    const one = await dataPort();
    one.far.hold();
    let length: number | undefined;
    void one.port.write(wire('abc')).then((taken) => {
      length = taken;
    });
    await one.clock.advance(1000);
    expect(length).toBeUndefined();
    one.far.resume();
    await one.clock.advance(0);
    expect(length).toBe(3);
  });
});

describe('waiting for others', () => {
  it('is over when no command waits or runs, and none comes for a moment', async () => {
    const one = await dataPort();
    let isOver = false;
    void one.port.idle(never()).then(() => {
      isOver = true;
    });
    await one.clock.advance(29);
    expect(isOver).toBe(false);
    await one.clock.advance(1);
    expect(isOver).toBe(true);
  });

  it('goes on when the end of one command brings the next', async () => {
    let isIdle = true;
    const one = await dataPort({ isIdle: () => isIdle });
    let isOver = false;
    void one.port.idle(never()).then(() => {
      isOver = true;
    });
    await one.clock.advance(10);
    isIdle = false;
    await one.clock.advance(1000);
    expect(isOver).toBe(false);
    isIdle = true;
    one.port.idled();
    await one.clock.advance(30);
    expect(isOver).toBe(true);
  });

  it('is over when it is broken off', async () => {
    const one = await dataPort({ isIdle: () => false });
    const aborted = new AbortController();
    let isOver = false;
    void one.port.idle(aborted.signal).then(() => {
      isOver = true;
    });
    await one.clock.advance(10_000);
    expect(isOver).toBe(false);
    aborted.abort();
    await one.clock.advance(0);
    expect(isOver).toBe(true);
  });
});
