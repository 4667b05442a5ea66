/** The oracle itself: each check fails on a fabricated violation, and only then. */
import type { Answer } from '../../index.ts';
import { ModemError } from '../../index.ts';
import type { ModuleEvent, VirtualDialect } from '../../simulator/index.ts';
import { BusyTime } from './busy-time.ts';
import { lengthOf } from './intervals.ts';
import { LadderOracle, prescribedMs } from './ladder-oracle.ts';
import { CANARIES, everythingOf, Oracle, secretIn } from './oracle.ts';
import { PrescribedWait } from './prescribed-wait.ts';
import { STANDARD_LADDER } from './schedule.ts';
import { Receiver, type Stream, StreamBook } from './streams.ts';
import { DatagramLedger } from './udp-flow.ts';
import { strangeAnswer } from './user-commands.ts';
import { Wire } from './wire-oracle.ts';

const MINUTE_MS = 60_000;

function streams() {
  const book = new StreamBook();
  const failures: string[] = [];
  const receiver = (expected?: readonly Stream[]) =>
    new Receiver(book, 'here', (text) => failures.push(text), expected);
  return { book, failures, receiver };
}

describe('a stream', () => {
  it('is right when it arrives in order, in any pieces', () => {
    const { book, failures, receiver } = streams();
    const stream = book.open('a');
    const bytes = book.write(stream, 70_000);
    const end = receiver([stream]);
    for (let at = 0; at < bytes.length; at += 999) end.take(bytes.subarray(at, at + 999));
    expect(failures).toEqual([]);
    expect(stream.receivedBytes).toBe(70_000);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    [
      'a byte is altered',
      (bytes) => Buffer.concat([bytes.subarray(0, 50), Buffer.of(0), bytes.subarray(51)]),
    ],
    ['a byte is missing', (bytes) => Buffer.concat([bytes.subarray(0, 50), bytes.subarray(51)])],
    ['bytes are doubled', (bytes) => Buffer.concat([bytes.subarray(0, 50), bytes.subarray(40)])],
    ['more comes than was written', (bytes) => Buffer.concat([bytes, Buffer.from('x')])],
    ['something else stands in front', (bytes) => Buffer.concat([Buffer.from('OK'), bytes])],
  ])('is wrong when %s', (_, spoil) => {
    const { book, failures, receiver } = streams();
    const stream = book.open('a');
    receiver([stream]).take(spoil(book.write(stream, 100)));
    expect(failures).toHaveLength(1);
  });

  it('is wrong when it arrives at two ends, or at another one than its own', () => {
    const { book, failures, receiver } = streams();
    const [stream, other] = [book.open('a'), book.open('b')];
    const bytes = book.write(stream, 10);
    receiver().take(bytes);
    expect(failures).toHaveLength(0);
    receiver().take(bytes);
    expect(failures).toHaveLength(1);
    receiver([other]).take(bytes);
    expect(failures).toHaveLength(2);
  });

  it('may have so many missed escapes in it, and no more', () => {
    const { book, failures, receiver } = streams();
    const stream = book.open('a');
    book.strayEscapes = 1;
    const bytes = book.write(stream, 60);
    const plus = Buffer.from('+++');
    const end = receiver([stream]);
    end.take(Buffer.concat([bytes.subarray(0, 20), plus, bytes.subarray(20, 30)]));
    expect(failures).toEqual([]);
    end.take(Buffer.concat([plus, bytes.subarray(30)]));
    expect(failures).toHaveLength(1);
  });
});

describe('datagrams', () => {
  it('may be lost, but not come twice, altered or from nowhere', () => {
    const oracle = new Oracle(() => 0);
    const ledger = new DatagramLedger('up', oracle);
    const [first, second] = [ledger.make(20), ledger.make(30)];
    ledger.take(second);
    expect(oracle.violations).toEqual([]);
    ledger.take(second);
    ledger.take(first.subarray(1));
    ledger.take(Buffer.from('nobody sent this'));
    expect(oracle.violations).toHaveLength(3);
  });
});

describe('the ladder', () => {
  it('prescribes 3 free, 0, 10, 30, 60, 120 … minutes up to a day', () => {
    const minutes = Array.from({ length: 13 }, (_, done) => prescribedMs(STANDARD_LADDER, done) / MINUTE_MS);
    expect(minutes).toEqual([0, 0, 0, 0, 10, 30, 60, 120, 240, 480, 960, 1440, 1440]);
  });

  it('is broken by a fifth reset too early, whoever asked for it', () => {
    const ladder = new LadderOracle(STANDARD_LADDER, 0);
    for (let n = 0; n < 4; n += 1) expect(ladder.reset(1000 + n)).toBeUndefined();
    expect(ladder.reset(9 * MINUTE_MS)).toContain('600000 ms are prescribed');
  });

  it('begins anew after an hour of health, not after a shorter one', () => {
    for (const [healthyMs, isRight] of [
      [60 * MINUTE_MS, true],
      [59 * MINUTE_MS, false],
    ] as const) {
      const ladder = new LadderOracle(STANDARD_LADDER, 0);
      for (let n = 0; n < 6; n += 1) ladder.reset(n * 60 * MINUTE_MS);
      const startMs = 300 * MINUTE_MS;
      ladder.health(true, startMs);
      ladder.health(false, startMs + healthyMs);
      ladder.reset(startMs + healthyMs);
      expect(ladder.reset(startMs + healthyMs + 1) === undefined).toBe(isRight);
    }
  });
});

describe('the wire', () => {
  const event = (kind: ModuleEvent['kind'], text: string, atMs = 1000): ModuleEvent => ({ kind, text, atMs });
  function wire(pinIsWrong = false) {
    const oracle = new Oracle(() => 0);
    return { oracle, wire: new Wire(oracle, () => undefined, pinIsWrong) };
  }

  it.each([
    event('violation', 'wrote "AT" while a command was running (lte §1.1 note 1)'),
    event('unknown', 'AT+FOO'),
    event('command', 'AT+COPS=0'),
    event('violation', 'AT+QIACT=1: the context was lost and needs AT+QIDEACT first (lte §2.2.5)'),
  ])('is broken by $kind $text', (breach) => {
    const { oracle, wire: it } = wire();
    it.lossHeard(1);
    it.event(event('command', 'AT', 0));
    it.event(breach);
    expect(oracle.violations).toHaveLength(1);
  });

  it('is not broken by the probe of a process whose predecessor was killed', () => {
    const { oracle, wire: it } = wire();
    it.leftovers = true;
    it.event(event('violation', 'wrote "AT" while a command was running (lte §1.1 note 1)'));
    it.event(event('violation', 'wrote "SEND" while a command was running (lte §1.1 note 1)'));
    expect(oracle.violations).toHaveLength(1);
  });

  it('is not broken by an activation when the loss has not reached the process in charge', () => {
    const { oracle, wire: it } = wire();
    const refusal = event('violation', 'AT+QIACT=1: the context was lost and needs AT+QIDEACT first (x)');
    it.event(refusal);
    it.lossHeard(2);
    it.event(refusal);
    it.lossHeard(1);
    it.launched();
    it.event(refusal);
    expect(oracle.violations).toEqual([]);
    it.lossHeard(1);
    it.event(refusal);
    expect(oracle.violations).toHaveLength(1);
  });

  it('is not broken by what was written before a silent restart could be noticed, but by what comes later', () => {
    const { oracle, wire: it } = wire();
    it.restartUnheard();
    it.event(event('command', 'AT+QISACK=0', 1000));
    it.startsOver(1001);
    it.event(event('violation', 'AT+QISACK=0: 1 parameters, 0 allowed', 1002));
    expect(oracle.violations).toEqual([]);
    it.event(event('command', 'AT+QISACK=0', 1002));
    it.event(event('violation', 'AT+QISACK=0: 1 parameters, 0 allowed', 1004));
    expect(oracle.violations).toHaveLength(1);
  });

  it('is not broken by a step too early behind a late result that no host can expect, for a while', () => {
    const tooEarly = (atMs: number) =>
      event('violation', 'wrote "AT+CSQ" while a command was running (x)', atMs);
    const late = (atMs: number) => event('lost', 'result OK: comes 5000 ms late', atMs);
    const { oracle, wire: it } = wire();
    it.event(event('command', 'AT+CGMM', 1000));
    it.event(late(1002));
    it.event(tooEarly(6100));
    expect(oracle.violations).toHaveLength(1); // of the process in charge: it has to reckon with it
    it.launched();
    it.event(tooEarly(6100));
    it.event(event('command', 'AT', 100_000));
    it.event(late(100_002));
    it.event(tooEarly(105_010));
    expect(oracle.violations).toHaveLength(1);
    it.event(tooEarly(104_000));
    it.event(tooEarly(150_000));
    expect(oracle.violations).toHaveLength(3);
  });

  it.each([
    ['AT+QIDEACTEX=1', 'AT+QIACTEX=1'],
    ['AT+QIDEACT', 'AT+QIREGAPP'],
  ])('is not broken by an activation behind a refused %s', (deactivation, activation) => {
    const { oracle, wire: it } = wire();
    const refusal = event('violation', `${activation}: the context was lost and needs AT+QIDEACT first (x)`);
    it.lossHeard(1);
    it.event(event('command', deactivation));
    it.event(event('result', '+CME ERROR: 100'));
    it.event(refusal);
    expect(oracle.violations).toEqual([]);
    it.event(event('command', deactivation));
    it.event(event('result', 'OK'));
    it.lossHeard(1);
    it.event(refusal);
    expect(oracle.violations).toHaveLength(1);
  });

  it('is broken by a second PIN, a right one only until the next boot', () => {
    for (const [pinIsWrong, count] of [
      [true, 1],
      [false, 0],
    ] as const) {
      const { oracle, wire: it } = wire(pinIsWrong);
      it.event(event('command', 'AT+CPIN=…'));
      it.event(event('power', 'booting'));
      it.event(event('command', 'AT+CPIN=…'));
      expect(oracle.violations).toHaveLength(count);
    }
  });
});

describe('answers', () => {
  const answer = (result: string, ...lines: [prefix: string | null, text: string][]): Answer => ({
    result,
    payload: [],
    lines: lines.map(([prefix, text]) => ({ prefix, text, fields: [] })),
  });

  it('are strange when they are those of another command, or missing', () => {
    expect(strangeAnswer('AT+CSQ', answer('OK', ['+CSQ', '22,99']), false)).toBeUndefined();
    expect(strangeAnswer('AT+CSQ', answer('ERROR'), false)).toBeUndefined();
    expect(strangeAnswer('AT+CGMM', answer('two results, one of them late'), false)).toBeUndefined();
    expect(strangeAnswer('AT+CSQ', answer('OK'), false)).toBeDefined();
    expect(strangeAnswer('AT+CSQ', answer('OK', ['+CCLK', '"x"']), false)).toBeDefined();
    expect(strangeAnswer('AT+CGMM', answer('OK', [null, 'EC25'], ['+CSQ', '1,99']), true)).toBeDefined();
  });

  it('may have noise in them only where there is noise', () => {
    const noisy = answer('OK', [null, '=±'], [null, 'Quectel']);
    expect(strangeAnswer('AT+CGMI', noisy, true)).toBeUndefined();
    expect(strangeAnswer('AT+CGMI', noisy, false)).toBeDefined();
  });
});

describe('secrets', () => {
  const secrets = [CANARIES.username, CANARIES.password, CANARIES.pin, ...CANARIES.identities];

  it.each(secrets)('are seen: %s', (secret) => {
    expect(secretIn(`AT+X="${secret}",1`)).toBe(secret);
    const deep = new ModemError('INTERNAL', 'a', {}, new ModemError('INTERNAL', 'b', { command: secret }));
    expect(secretIn(everythingOf(deep))).toBe(secret);
  });

  it('are not seen where there are none', () => {
    expect(secretIn('AT+QICSGP=1,1,"internet","***","***",2 at 1700000073951 ms')).toBeUndefined();
  });
});

describe('the time that the module needs for itself', () => {
  it('is that of its commands, opens and boots, each moment once', () => {
    const busy = new BusyTime();
    const say = (atMs: number, kind: ModuleEvent['kind'], text: string): void =>
      busy.event({ atMs, kind, text });
    say(1000, 'command', 'AT+QIOPEN=1,0,"TCP","192.0.2.7",7,0,0');
    say(1100, 'result', 'OK');
    say(1500, 'socket', '0 connected');
    say(2000, 'command', 'AT+CSQ');
    say(2300, 'result', 'OK');
    say(5000, 'power', 'booting');
    say(8000, 'power', 'running');
    expect(lengthOf(busy.intervals, 1000, 20_000)).toBe(500 + 300 + 5500);
    say(30_000, 'command', 'AT+QISEND=0,0'); // the counters
    say(90_000, 'result', 'OK');
    say(100_000, 'command', 'AT+QISEND=0,10'); // its payload is the host's matter
    say(190_000, 'result', 'SEND OK');
    expect(lengthOf(busy.intervals, 25_000, 200_000)).toBe(60_000 + 5_000);
  });
});

describe('the time that is prescribed', () => {
  const waits = (dialect: VirtualDialect) => {
    const wait = new PrescribedWait(dialect);
    return {
      wait,
      write: (atMs: number, text: string) => wait.wrote(Buffer.from(text), atMs),
      say: (atMs: number, kind: ModuleEvent['kind'], text: string) => wait.event({ atMs, kind, text }),
      between: (fromMs: number, toMs: number) => lengthOf(wait.intervals, fromMs, toMs),
    };
  };

  it('is the limit of a command whose result never comes, and no more', () => {
    const { write, between } = waits('lte');
    write(1000, 'AT+QIRD=0,1500\r');
    write(62_500, 'AT\r');
    expect(between(0, 200_000)).toBe(61_000); // and the second for a late one
  });

  it('is that of the command alone, and a short silence where another one owes its result (D-061)', () => {
    const { write, say, between } = waits('lte');
    write(1000, 'AT+CSQ\r');
    say(1005, 'result', 'OK');
    expect(between(0, 200_000)).toBe(5);
    write(2000, 'AT+QIRD=0,1500\r');
    write(5000, 'AT\r');
    say(5002, 'result', 'OK');
    write(100_000, 'AT+CGATT?\r');
    say(100_005, 'result', 'OK');
    write(100_250, 'AT+CSQ\r');
    say(100_252, 'result', 'OK');
    expect(between(100_000, 100_251)).toBe(251);
  });

  it('is up to ten minutes for a send without a prompt, and ends when something is written (D-006)', () => {
    const { write, between } = waits('lte');
    write(1000, 'AT+QISEND=0,10\r');
    expect(between(0, 2_000_000)).toBe(601_000);
    write(200_000, 'AT\r');
    expect(between(0, 2_000_000)).toBe(199_000);
    write(1_000_000, 'AT+QISEND=0,10\r');
    write(1_066_000, 'payload');
    expect(between(500_000, 2_000_000)).toBe(66_000);
  });

  it('lasts, on gsm, until the line behind the OK of an open or a server, or until something is written', () => {
    const { write, say, between } = waits('gsm');
    write(1000, 'AT+QISERVER=0,5\r');
    say(1002, 'result', 'OK');
    say(1500, 'urc', 'SERVER OK');
    expect(between(0, 200_000)).toBe(500);
    write(2000, 'AT+QIOPEN="TCP","h",7\r');
    say(2002, 'result', 'OK');
    write(5000, 'AT+QISTATE\r');
    say(5002, 'result', 'OK');
    expect(between(2000, 200_000)).toBe(3002);
  });

  it('ends with what the host writes next', () => {
    const { write, between } = waits('lte');
    write(1000, 'AT+QISEND=0,10\r');
    write(4000, 'AT\r');
    expect(between(0, 200_000)).toBe(3000);
  });

  it('lasts until a result that is late', () => {
    const { write, say, between } = waits('lte');
    write(1000, 'AT+CSQ\r');
    say(1002, 'result', 'OK');
    say(1002, 'lost', 'result OK: comes 8000 ms late');
    expect(between(0, 200_000)).toBe(8002);
  });

  it('lasts, on bc66, until the result behind the OK of a send', () => {
    const { write, say, between } = waits('bc66');
    write(1000, 'AT+QISENDEX=0,1,41\r');
    say(1002, 'result', 'OK');
    say(1500, 'urc', 'SEND OK');
    expect(between(0, 200_000)).toBe(500);
  });

  it('is that of the ladder, and the escape without an answer', () => {
    const { wait, write, between } = waits('gsm');
    wait.cools(true, 9000);
    wait.cools(false, 12_000);
    write(20_000, '+++');
    expect(between(0, 200_000)).toBe(3000 + 1200 + 2000);
  });
});
