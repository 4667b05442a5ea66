/** Data mode on a live port: which lines are believed, and when. */
import { chunkingsOf, textOf } from '../support/chunkings.ts';
import { cautiousSession } from './cautious.ts';

const LOSS = '\r\nNO CARRIER\r\n';
const OK = '\r\nOK\r\n';
const URC = '\r\n+QIURC: "pdpdeact",1\r\n';
const PUSH = '\r\n+QIURC: "recv",1,8\r\n';

type Step = (one: ReturnType<typeof cautiousSession>) => void;
const escapes: Step = ({ stream }) => stream.escape(true);
const writes: Step = ({ stream }) => stream.escape(false);
/** Nothing has come for a while. */
const quiet: Step = ({ stream }) => {
  stream.conclude();
  stream.release();
};

describe('data', () => {
  it.each<[string, string]>([
    ['NO CARRIER inside a line', `\r\nxNO CARRIER\r\n\r\nNO CARRIERx\r\ny`],
    ['NO CARRIER with a text behind it', `${LOSS}hello`],
    ['NO CARRIER with a byte behind it that no line has', `${LOSS}\x01`],
    ['NO CARRIER with a result behind it', `${LOSS}OK\r\n.`],
    ['NO CARRIER again and again', `${LOSS.repeat(5)}.`],
    ['NO CARRIER with a URC and a text behind it', `${LOSS}${URC}hello`],
    ['RDY with a text behind it', '\r\nRDY\r\nreally'],
    ['OK, which nobody has asked for', `${OK}${URC}`],
    ['URCs and pushes', `${URC}${PUSH}12345678${URC}`],
    ['a push that is too long', `${LOSS}${PUSH}123456789`],
    ['every byte', textOf([Uint8Array.from({ length: 256 }, (_, at) => at)])],
  ])('goes on behind %s, however cut', (_, text) => {
    for (const { name, chunks } of chunkingsOf(Buffer.from(text, 'latin1'))) {
      const one = cautiousSession();
      one.push(...chunks);
      quiet(one);
      const { isInDoubt, isHolding, isOn } = one.stream;
      expect({ name, data: one.data(), isInDoubt, isHolding, isOn }).toEqual({
        name,
        data: text,
        isInDoubt: false,
        isHolding: false,
        isOn: true,
      });
    }
  });

  it.each<[string, string, string]>([
    ['NO CARRIER', 'abc', LOSS],
    ['NO CARRIER with URCs behind it', 'abc', `${LOSS}${URC}${URC}`],
    ['NO CARRIER with a push behind it', 'abc', `${LOSS}${PUSH}\r\nOK\r\n\0\xff`],
    ['RDY with the notices of a start behind it', 'abc', '\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n'],
    ['NO CARRIER that shares its line end', '\r\nNO CARRIER', LOSS],
    ['NO CARRIER behind a line end of the data', 'abc\r\n\r', LOSS],
    ['NO CARRIER behind one that had a text behind it', `${LOSS}abc`, `${LOSS}${URC}`],
    ['NO CARRIER behind the beginning of a URC', `${LOSS}+QIURC: "recv`, LOSS],
    ['NO CARRIER within what was announced as a push', `${LOSS}\r\n+QIURC: "recv",1,900\r\nabc`, LOSS],
  ])('is over behind %s when that is settled as the end, however cut', (_, data, end) => {
    for (const { name, chunks } of chunkingsOf(Buffer.from(data + end, 'latin1'))) {
      const one = cautiousSession();
      one.push(...chunks);
      one.stream.conclude();
      const { isInDoubt } = one.stream;
      const lines = textOf([one.stream.settle(true)]);
      expect({ name, isInDoubt, data: one.data(), lines, isOn: one.stream.isOn }).toEqual({
        name,
        isInDoubt: true,
        data,
        lines: end.slice(2),
        isOn: false,
      });
      expect([one.stream.heldBytes, one.stream.isInDoubt]).toEqual([0, false]);
    }
  });

  it('goes on when the line is settled as payload, with all that was held behind it', () => {
    const one = cautiousSession();
    one.push(`abc${LOSS}${URC}`);
    expect([one.data(), one.stream.isInDoubt]).toEqual(['abc', true]);
    expect(textOf([one.stream.settle(false)])).toBe('');
    one.stream.release();
    expect([one.data(), one.stream.isInDoubt, one.stream.isOn]).toEqual([`abc${LOSS}${URC}`, false, true]);
  });

  it('that was settled as payload may be followed by another line in doubt', () => {
    const one = cautiousSession();
    one.push(`${LOSS}${URC}\r\nRDY\r\n`);
    one.stream.settle(false);
    expect([one.data(), one.stream.isInDoubt]).toEqual([`${LOSS}${URC}`, true]);
  });

  it('cannot be ended where nothing is in doubt', () => {
    const one = cautiousSession();
    one.push('abc');
    expect(textOf([one.stream.settle(true), one.stream.settle(false)])).toBe('');
    expect([one.data(), one.stream.isOn]).toEqual(['abc', true]);
  });

  it.each(['+QIURC: "rec', `${URC}+QIU`, '\r\n+QIURC: "recv",1,9\r\nabc'])(
    'goes on when nothing more comes behind NO CARRIER and %j',
    (beginning) => {
      const one = cautiousSession();
      one.push(`${LOSS}${beginning}`);
      expect([one.data(), one.stream.isInDoubt]).toEqual(['', true]);
      one.stream.conclude();
      expect([one.data(), one.stream.isInDoubt]).toEqual([`${LOSS}${beginning}`, false]);
    },
  );

  it('stays in doubt when nothing more comes behind whole lines, and a release changes nothing', () => {
    const one = cautiousSession();
    one.push(`abc${LOSS}${URC}`);
    one.stream.conclude();
    one.stream.release();
    expect([one.data(), one.stream.isInDoubt, one.stream.isHolding]).toEqual(['abc', true, false]);
  });

  it('is held back while it may become an end, until it is released', () => {
    const one = cautiousSession();
    one.push('abc\r\nNO CARR');
    expect([one.data(), one.stream.isHolding]).toEqual(['abc', true]);
    one.stream.release();
    one.push('IER\r\n.');
    expect([one.data(), one.stream.isInDoubt]).toEqual(['abc\r\nNO CARRIER\r\n.', false]);
  });
});

describe('an escape', () => {
  it.each<[string, string, string]>([
    ['alone', 'abc', OK],
    ['with URCs behind it', 'abc', `${OK}${URC}\r\n+QIURC: "recv",0\r\n`],
    ['with a push behind it', 'abc', `${OK}${PUSH}\r\nOK\r\n\0\xff`],
    ['behind an OK that is data', `abc${OK}`, OK],
    ['behind an OK that is data and a URC', `abc${OK}${URC}`, `${OK}${URC}`],
    ['behind NO CARRIER, which was payload then', `abc${LOSS}`, OK],
    ['behind NO CARRIER and a URC', `abc${LOSS}${URC}`, `${OK}${URC}`],
    ['behind NO CARRIER and a push of an OK', `abc${LOSS}${PUSH}\r\nOK\r\nab`, OK],
    ['behind NO CARRIER, within what was announced as a push', `${LOSS}${PUSH}a`, OK],
    ['behind an OK and an announcement', `${OK}\r\n+QIURC: "recv",1,900\r\nabc`, OK],
    ['that shares its line end', '\r\nOK', OK],
    ['behind the beginning of NO CARRIER', '\r\nNO CARR', OK],
  ])('is answered by OK %s, however cut', (_, data, answer) => {
    for (const { name, chunks } of chunkingsOf(Buffer.from(data + answer, 'latin1'))) {
      const one = cautiousSession();
      escapes(one);
      one.push(...chunks);
      const rest = one.stream.settleEscape();
      expect({ name, rest: rest && textOf([rest]), data: one.data(), isOn: one.stream.isOn }).toEqual({
        name,
        rest: answer.slice(2),
        data,
        isOn: false,
      });
      expect([one.stream.heldBytes, one.stream.isInDoubt, one.stream.isHolding]).toEqual([0, false, false]);
    }
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['data', 'abc'],
    ['OK with a text behind it', `${OK}abc`],
    ['OK with the beginning of a line behind it', `${OK}+QIURC: "re`],
    ['OK with another result behind it', `${OK}\r\nERROR\r\n`],
    ['the beginning of OK', 'abc\r\nOK'],
    ['OK inside a line', '\r\nOKAY\r\n\r\nTOOK\r\n'],
    ['NO CARRIER', `${LOSS}${URC}`],
    ['NO CARRIER and a push of an OK', `${LOSS}${PUSH}\r\nOK\r\nab`],
  ])('is not answered by %s: nothing is lost, however cut', (_, text) => {
    for (const { name, chunks } of chunkingsOf(Buffer.from(text, 'latin1'))) {
      const one = cautiousSession();
      escapes(one);
      one.push(...chunks);
      expect({ name, rest: one.stream.settleEscape(), isOn: one.stream.isOn }).toEqual({
        name,
        rest: undefined,
        isOn: true,
      });
      writes(one);
      one.stream.settle(false);
      one.stream.release();
      expect({ name, data: one.data() }).toEqual({ name, data: text });
    }
  });

  it('without an answer clears the doubt about a line behind which something unfinished stands', () => {
    const one = cautiousSession();
    escapes(one);
    one.push(`${LOSS}+QIURC: "re`);
    expect([one.stream.isInDoubt, one.stream.settleEscape()]).toEqual([true, undefined]);
    expect([one.data(), one.stream.isInDoubt]).toEqual([`${LOSS}+QIURC: "re`, false]);
  });

  it('was not answered by an OK that came before it', () => {
    const one = cautiousSession();
    one.push(OK);
    quiet(one);
    escapes(one);
    expect([one.stream.settleEscape(), one.data()]).toEqual([undefined, OK]);
  });

  it('that is over lets go of an OK that waited, and of nothing else', () => {
    const one = cautiousSession();
    escapes(one);
    one.push(`a${OK}`);
    expect([one.data(), one.stream.isInDoubt]).toEqual(['a', false]);
    writes(one);
    one.stream.release();
    expect(one.data()).toBe(`a${OK}`);
    one.push(`${LOSS}${URC}`);
    escapes(one);
    writes(one);
    expect([one.data(), one.stream.isInDoubt]).toEqual([`a${OK}`, true]);
  });

  it('is answered in front of all that the module has kept for other sockets', () => {
    const one = cautiousSession();
    const kept = '\r\n+QIURC: "recv",1,1000\r\n'.concat('x'.repeat(1000)).repeat(100);
    escapes(one);
    one.push(`abc${OK}${kept.slice(0, 50_000)}`, kept.slice(50_000));
    const rest = one.stream.settleEscape();
    expect([one.data(), rest && textOf([rest])]).toEqual(['abc', `OK\r\n${kept}`]);
  });

  it('that a module repeats, which has started anew, keeps the doubt: also when its answer is waited for no longer', () => {
    const start = '\r\nRDY\r\n\r\n+CFUN: 1\r\n+++\r\n+CPIN: READY\r\n';
    for (const { name, chunks } of chunkingsOf(Buffer.from(start, 'latin1'))) {
      const one = cautiousSession();
      escapes(one);
      one.push(...chunks);
      const answer = one.stream.settleEscape();
      writes(one);
      const { isInDoubt } = one.stream;
      const lines = textOf([one.stream.settle(true)]);
      expect({ name, answer, isInDoubt, lines, data: one.data() }).toEqual({
        ...{ name, answer: undefined, isInDoubt: true, lines: start.slice(2), data: '' },
      });
    }
  });

  it('must be written anew when data mode is entered again', () => {
    const one = cautiousSession();
    escapes(one);
    one.push(OK);
    one.stream.settleEscape();
    one.stream.enter();
    one.push(OK);
    quiet(one);
    expect([one.stream.settleEscape(), one.data(), one.stream.isOn]).toEqual([undefined, OK, true]);
  });
});

describe('data when carrier has dropped', () => {
  it.each<[string, string, string]>([
    ['the line alone', 'abc', LOSS],
    ['the line with a URC and a push behind it', 'abc', `${LOSS}${URC}${PUSH}12345678`],
    ['the line with a push of the same line behind it', 'abc', `${LOSS}\r\n+QIURC: "recv",1,14\r\n${LOSS}`],
    ['data that looks like the line, and the line', `abc${LOSS}def`, LOSS],
    ['the line with answers to lost payload behind it', `abc${LOSS}def`, `${LOSS}+CSQ: 20,99\r\nOK\r\n`],
    [
      'the line with answers and a push of another such line behind it',
      'abc',
      `${LOSS}ERROR\r\n\r\n+QIURC: "recv",1,7\r\n\r\nRDY\r\n+CSQ: 20,99\r\nOK\r\n`,
    ],
    ['data that looks like the line, an answer, and the line', `abc${LOSS}ERROR\r\n`, LOSS],
    ['data alone', 'abc', ''],
    ['data and the beginning of the line', 'abc\r\nNO CARR', ''],
  ])('is delivered as far as %s, however cut', (_, data, end) => {
    for (const { name, chunks } of chunkingsOf(Buffer.from(data + end, 'latin1'))) {
      const one = cautiousSession();
      one.stream.carrierDropped();
      one.push(...chunks);
      quiet(one);
      const { isInDoubt } = one.stream;
      const lines = textOf([one.stream.settle(true)]);
      expect({ name, isInDoubt, data: one.data(), lines, isOn: one.stream.isOn }).toEqual({
        name,
        isInDoubt: true,
        data,
        lines: end.slice(2),
        isOn: false,
      });
      expect(one.stream.heldBytes).toBe(0);
    }
  });

  it('goes on when carrier is back, with all that was held', () => {
    const one = cautiousSession();
    one.push('abc');
    one.stream.carrierDropped();
    one.push('def');
    expect(one.data()).toBe('abc');
    expect(textOf([one.stream.settle(false)])).toBe('');
    one.push('ghi');
    expect([one.data(), one.stream.isInDoubt, one.stream.isOn]).toEqual(['abcdefghi', false, true]);
  });

  it('is not kept without a limit', () => {
    const one = cautiousSession();
    one.stream.carrierDropped();
    one.push(Buffer.alloc(100_000, 'x'));
    expect(one.stream.heldBytes).toBe(65_536);
    one.stream.settle(true);
    expect(one.data()).toHaveLength(100_000);
  });
});

describe('the same line twice, settled as the end', () => {
  it('was payload at first: a connection ends once', () => {
    const one = cautiousSession();
    const boot = '\r\nRDY\r\n';
    one.push(`abc${boot}${boot}`);
    expect([textOf([one.stream.settle(true)]), one.data()]).toEqual([boot.slice(2), `abc${boot}`]);
  });
});
