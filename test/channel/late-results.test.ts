/** A result that comes at any later point than its command allowed. */
import { AtChannel } from '../../adapters/channel/at-channel.ts';
import { bc66 } from '../../adapters/dialects/bc66.ts';
import type { Dialect } from '../../adapters/dialects/dialect.ts';
import { gsm } from '../../adapters/dialects/gsm.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { memoryPortPair } from '../../index.ts';
import type { CommandOutcome } from '../../machines/support/command-runner.ts';
import { VirtualClock } from '../../streams/clock.ts';

const { commands } = lte;

const TRANSPARENT_OPEN = {
  contextId: 1,
  connectId: 0,
  service: 'TCP',
  host: '192.0.2.7',
  remotePort: 7,
  localPort: 0,
  mode: 'transparent',
} as const;

/** A channel whose module answers what the test says, and of itself only AT and AT+CSQ. */
async function rig({ answersSignal = true, limitMs = 1_000, dialect = lte as Dialect } = {}) {
  const clock = new VirtualClock(1_000);
  const { host, far } = memoryPortPair();
  const channel = new AtChannel({
    ...{ port: host, dialect, clock, queueLimit: 10 },
    timing: {
      ...{ drainMs: 100, payloadQuietMs: 1_000, commandTimeoutMs: limitMs },
      probe: {
        ...{
          replyMs: 500,
          quietMs: 300,
          tries: 4,
          guardMs: 1_100,
          sendInputTimeoutMs: 0,
          escapeAfterTries: 0,
        },
      },
      data: { guardMs: 1_100, replyMs: 500 },
    },
  });
  await host.open();
  channel.listen();
  const written: string[] = [];
  const discarded: string[] = [];
  const say = async (...lines: readonly string[]): Promise<void> => {
    await far.write(Buffer.from(lines.map((line) => `\r\n${line}\r\n`).join(''), 'latin1'));
    await clock.advance(0);
  };
  far.bytes$.subscribe((bytes) => {
    const text = Buffer.from(bytes).toString('latin1').trim();
    written.push(text);
    if (text === 'AT') void say('OK');
    if (text === 'AT+CSQ' && answersSignal) void say('+CSQ: 20,99', 'OK');
  });
  channel.discarded$.subscribe((result) => discarded.push(result));
  const outcomes: CommandOutcome<unknown>[] = [];
  const run = async (command: Parameters<AtChannel['execute']>[0]): Promise<void> => {
    void channel.execute(command).then((outcome) => outcomes.push(outcome));
    await clock.advance(0);
  };
  /** A command of the user's own that is given up, while the module goes on with others. */
  const giveUp = async (): Promise<void> => {
    await run(commands.raw('AT+LATE'));
    await clock.advance(limitMs + 3_000);
    expect(outcomes.splice(0)).toEqual([{ kind: 'timedOut', isSynchronised: true }]);
    written.length = 0;
  };
  const end = async (): Promise<void> => {
    channel.void('STOPPED');
    channel.close();
    await clock.advance(0);
    expect(clock.pendingTimers).toBe(0);
  };
  return { clock, channel, written, discarded, outcomes, say, run, giveUp, end };
}

const done = { kind: 'ok', result: 'OK' };

describe('a late OK', () => {
  it('in front of the own result does not complete the next command', async () => {
    const r = await rig();
    await r.giveUp();
    await r.run(commands.deactivateContext(1));
    await r.say('OK');
    await r.clock.advance(200);
    expect(r.outcomes).toEqual([]);
    await r.say('OK');
    await r.clock.advance(1_000);
    expect(r.outcomes).toMatchObject([done]);
    expect(r.discarded).toEqual(['OK']);
    expect(r.written).toEqual(['AT+QIDEACT=1', 'AT+CSQ']);
    await r.run(commands.deactivateContext(1));
    await r.say('OK');
    expect(r.outcomes).toMatchObject([done, done]); // nothing is owed any more
    await r.end();
  });

  it('is no line of an answer: a command that asks for one waits for it', async () => {
    const r = await rig();
    await r.giveUp();
    await r.run(commands.querySim());
    await r.say('OK');
    await r.clock.advance(100);
    expect(r.outcomes).toEqual([]);
    await r.say('+CPIN: READY', 'OK');
    await r.clock.advance(1_000);
    expect([r.outcomes, r.discarded]).toMatchObject([[{ kind: 'ok', value: 'ready' }], ['OK']]);
    await r.end();
  });

  it('with the line of another command does not replace an answer without a name, in either order', async () => {
    for (const answers of [
      [
        ['Quectel_Ltd', 'OK'],
        ['+LATE: 5', 'OK'],
      ],
      [
        ['+LATE: 5', 'OK'],
        ['Quectel_Ltd', 'OK'],
      ],
    ]) {
      const r = await rig();
      await r.giveUp();
      await r.run(commands.raw('AT+CGMI'));
      for (const lines of answers) await r.say(...lines);
      await r.clock.advance(1_000);
      expect(r.outcomes).toMatchObject([
        { kind: 'ok', value: { lines: [{ prefix: null, text: 'Quectel_Ltd' }] } },
      ]);
      await r.end();
    }
  });

  it('does not bring the echo of the question into the answer', async () => {
    const r = await rig({ answersSignal: false });
    await r.giveUp();
    await r.run(commands.raw('AT+CGMI'));
    await r.say('Quectel_Ltd', 'OK');
    await r.clock.advance(400);
    await r.say('AT+CSQ', '+CSQ: 20,99', 'OK');
    expect(r.outcomes).toMatchObject([{ kind: 'ok', value: { lines: [{ text: 'Quectel_Ltd' }] } }]);
    await r.end();
  });

  it('in front of CONNECT completes no open, and nothing is written then: it would be payload', async () => {
    for (const late of ['OK', 'ERROR']) {
      const r = await rig({ limitMs: 20_000 });
      await r.giveUp();
      await r.run(commands.open(TRANSPARENT_OPEN));
      await r.say(late);
      await r.clock.advance(late === 'OK' ? 10_000 : 4_000);
      expect([r.outcomes, r.written.length]).toEqual([[], 1]);
      await r.say('CONNECT');
      expect(r.outcomes).toMatchObject([{ kind: 'ok', result: 'CONNECT' }]);
      r.channel.data.forget();
      await r.end();
    }
  });

  it('is not looked for in the bare OK of a firmware that prints no line', async () => {
    const r = await rig();
    await r.giveUp();
    await r.run(commands.querySim());
    await r.say('OK');
    await r.clock.advance(1_000);
    expect([r.outcomes, r.discarded]).toMatchObject([[{ kind: 'refused' }], []]);
    await r.end();
  });

  it('leaves the payload behind it in step', async () => {
    const r = await rig();
    await r.giveUp();
    await r.run(commands.read(0, 1500));
    await r.say('OK');
    await r.say('+QIRD: 6\r\nOK\r\nOK\r\n\r\nOK');
    await r.clock.advance(1_000);
    expect(r.discarded).toEqual(['OK']);
    const [outcome] = r.outcomes;
    const { bytes } = (outcome?.kind === 'ok' ? outcome.value : {}) as { bytes?: readonly Uint8Array[] };
    expect(outcome?.kind).toBe('ok');
    expect(JSON.stringify(bytes?.map((part) => Buffer.from(part).toString('latin1')) ?? outcome)).toContain(
      'OK',
    );
    await r.end();
  });

  it('with lines of its own does not put them into the answer of the next command', async () => {
    const r = await rig();
    await r.giveUp();
    await r.run(commands.raw('AT+NEXT'));
    await r.say('+LATE: 1', 'OK');
    await r.say('+NEXT: 2', 'OK');
    await r.clock.advance(1_000);
    expect(r.outcomes).toMatchObject([{ kind: 'ok', value: { lines: [{ prefix: '+NEXT' }] } }]);
    await r.end();
  });

  it('behind the own lines and result leaves them to the command', async () => {
    const r = await rig();
    await r.giveUp();
    await r.run(commands.raw('AT+NEXT'));
    await r.say('+NEXT: 2', 'OK');
    await r.clock.advance(100);
    await r.say('OK');
    await r.clock.advance(1_000);
    expect(r.outcomes).toMatchObject([{ kind: 'ok', value: { lines: [{ prefix: '+NEXT' }] } }]);
    expect(r.discarded).toEqual(['OK']);
    await r.end();
  });

  it.each([
    ['AT+NEXT', ['+NEXT: 2', 'OK'], { kind: 'ok', value: { lines: [{ prefix: '+NEXT' }] } }],
    ['AT+NEXT', ['OK'], { kind: 'ok', value: { lines: [] } }],
    ['AT+NEXT', ['ERROR'], { kind: 'refused' }],
    ['AT+CSQ', ['+CSQ: 9,99', 'OK'], { kind: 'ok', value: { lines: [{ prefix: '+CSQ' }] } }],
  ])(
    'in front of an own result that takes a second more completes %s by %j',
    async (text, answer, outcome) => {
      // As a module does: what is written meanwhile is carried out behind the command.
      const r = await rig({ answersSignal: false });
      await r.giveUp();
      await r.run(commands.raw(text));
      await r.say('OK');
      await r.clock.advance(1_000 - 50); // the limit of these commands is a second
      await r.say(...answer);
      const asked = r.written.at(-1) === 'AT+CGATT?' ? '+CGATT: 1' : '+CSQ: 20,99';
      await r.say(asked, 'OK');
      expect(r.outcomes).toMatchObject([outcome]);
      await r.end();
    },
  );

  it('behind the own result completes nothing either', async () => {
    const r = await rig();
    await r.giveUp();
    await r.run(commands.deactivateContext(1));
    await r.say('OK');
    await r.clock.advance(1_000);
    expect(r.outcomes).toMatchObject([done]);
    await r.say('OK'); // for nobody
    expect(r.discarded).toEqual(['OK']);
    await r.end();
  });

  it('completes no command that ends with words of its own, and asks nothing while that runs', async () => {
    const r = await rig({ dialect: gsm, limitMs: 10_000 });
    await r.giveUp();
    await r.run({ text: 'AT+QICLOSE=0', timeoutMs: 10_000, successes: ['CLOSE OK'] });
    await r.clock.advance(1_000);
    r.written.length = 0;
    await r.say('OK');
    await r.clock.advance(5_000);
    expect([r.written, r.outcomes]).toEqual([[], []]);
    await r.say('0, CLOSE OK');
    await r.clock.advance(1_000);
    expect(r.outcomes).toMatchObject([{ kind: 'ok', result: 'CLOSE OK' }]);
    await r.end();
  });

  it('and an own result, both behind lines without a name, leave the command refused: nothing tells whose they are', async () => {
    for (const answers of [
      ['001010123456789', 'BC66'],
      ['BC66', '001010123456789'],
    ]) {
      const r = await rig();
      await r.giveUp();
      await r.run(commands.raw('AT+CGMM'));
      for (const answer of answers) await r.say(answer, 'OK');
      await r.clock.advance(1_000);
      expect(r.outcomes).toMatchObject([{ kind: 'refused' }]);
      await r.end();
    }
  });

  it('and an own error leave the command refused, whichever came first', async () => {
    for (const results of [
      ['OK', 'ERROR'],
      ['ERROR', 'OK'],
    ]) {
      const r = await rig();
      await r.giveUp();
      await r.run(commands.raw('AT+NEXT'));
      for (const result of results) await r.say(result);
      await r.clock.advance(1_000);
      expect(r.outcomes).toMatchObject([{ kind: 'refused' }]);
      await r.end();
    }
  });

  it('costs nothing where nothing is owed', async () => {
    const r = await rig();
    await r.run(commands.deactivateContext(1));
    await r.say('OK');
    expect([r.outcomes, r.written]).toMatchObject([[done], ['AT+QIDEACT=1']]);
    await r.end();
  });

  it('is not waited for once the module was started anew', async () => {
    const r = await rig();
    await r.giveUp();
    await r.say('RDY');
    await r.run(commands.deactivateContext(1));
    await r.say('OK');
    expect(r.outcomes).toMatchObject([done]);
    await r.end();
  });

  it('and silence behind it end the command at its limit', async () => {
    const r = await rig({ answersSignal: false });
    await r.giveUp();
    await r.run(commands.raw('AT+NEXT'));
    await r.say('OK');
    await r.clock.advance(5_000);
    expect(r.outcomes).toMatchObject([{ kind: 'timedOut' }]);
    await r.end();
  });
});

describe('a late ERROR in front of the prompt of a send', () => {
  const payload = [Buffer.from('12345')];

  it('writes nothing into the payload: the prompt is waited for, and the send goes on', async () => {
    const r = await rig();
    await r.giveUp();
    void r.channel.execute(commands.send(0, 5), { payload }).then((outcome) => r.outcomes.push(outcome));
    await r.clock.advance(20);
    await r.say('ERROR');
    await r.clock.advance(800);
    expect(r.written).toEqual(['AT+QISEND=0,5']);
    await r.say('> ');
    await r.say('SEND OK');
    expect([r.written, r.outcomes, r.discarded]).toMatchObject([
      ['AT+QISEND=0,5', '12345'],
      [{ kind: 'ok', result: 'SEND OK' }],
      ['ERROR'],
    ]);
    await r.end();
  });

  it('is its own when no prompt follows', async () => {
    const r = await rig({ limitMs: 20_000 });
    await r.giveUp();
    void r.channel.execute(commands.send(0, 5), { payload }).then((outcome) => r.outcomes.push(outcome));
    await r.clock.advance(20);
    await r.say('+CME ERROR: 4');
    await r.clock.advance(4_900);
    expect(r.outcomes).toEqual([]);
    await r.clock.advance(200);
    expect(r.outcomes).toMatchObject([{ kind: 'refused', result: '+CME ERROR: 4' }]);
    await r.end();
  });
});

describe('a late SEND OK', () => {
  it('does not complete the next send', async () => {
    const r = await rig();
    const payload = [Buffer.from('12345')];
    const send = commands.send(0, 5);
    const sending = async () => {
      void r.channel.execute(send, { payload }).then((outcome) => r.outcomes.push(outcome));
      await r.clock.advance(0);
      await r.say('> ');
    };
    await sending();
    await r.clock.advance(4_000);
    expect(r.outcomes.splice(0)).toMatchObject([{ kind: 'timedOut' }]);
    await sending();
    await r.say('SEND OK');
    await r.clock.advance(200);
    expect(r.outcomes).toEqual([]);
    await r.say('SEND FAIL');
    await r.clock.advance(1_000);
    expect(r.outcomes).toMatchObject([{ kind: 'refused' }]); // and the counters are asked
    await r.end();
  });
});

describe('a send whose data is in the command (bc66)', () => {
  it('goes on from OK to its result, whatever is owed', async () => {
    const r = await rig({ dialect: bc66 });
    await r.giveUp();
    const send = bc66.commands.sendInline?.(0, Buffer.from('12345'));
    if (send === undefined) throw new Error('bc66 sends in the command');
    await r.run(send);
    await r.say('OK');
    await r.say('SEND OK');
    await r.clock.advance(900);
    expect(r.outcomes).toMatchObject([{ kind: 'ok', result: 'SEND OK' }]);
    await r.end();
  });
});
