import { parseFields } from '../../streams/fields.ts';
import { type Line, lineReaderOf, splitPrefix, withoutNoise } from '../../streams/line.ts';
import { wireDialects } from './session.ts';

const { gsm, ugxx, bc66, lte, rg } = wireDialects;
const all = [gsm, ugxx, bc66, lte, rg];

/** What a line is besides its text, fields left out. */
function meaning({ text: _, info: __, ...line }: Line): object {
  return Object.fromEntries(
    Object.entries({ ...line, noiseBytes: line.noiseBytes || undefined }).filter(
      ([, member]) => member !== undefined && member !== false,
    ),
  );
}

const NUMBERED = all.map((dialect) => [dialect.name, lineReaderOf(dialect)] as const);

describe.each(NUMBERED)('a result of %s', (_, read) => {
  it.each(['OK', 'ERROR', 'NO CARRIER', 'SEND OK', 'SEND FAIL', 'CONNECT'])('is %s', (text) => {
    expect(read(text)).toMatchObject({ text, result: text });
  });

  it.each(['+CME ERROR: 30', '+CME ERROR: SIM not inserted', '+CMS ERROR: 500', '+CME ERROR:30'])(
    'is the whole line of %s',
    (text) => {
      expect(meaning(read(text))).toEqual({ result: text });
    },
  );

  it.each(['CONNECT 9600', 'CONNECT 115200'])('is CONNECT also with a speed: %s', (text) => {
    expect(meaning(read(text))).toEqual({ result: 'CONNECT' });
  });

  it.each([
    ...['ok', 'OK!', 'OKAY', 'OK 1', 'ERRORS', 'ERROR: 3', 'SEND OKAY', 'SEND', 'NO CARRIERS', 'NO  CARRIER'],
    ...['CONNECT fast', 'CONNECTED', 'CONNECT9600', 'RING', '0', '', '>', 'constructor'],
  ])('is not %j', (text) => {
    expect(read(text).result).toBeUndefined();
  });

  it.each(['OK', 'RDY', '+CME ERROR: 30'])('or notice has blanks around it taken away: %s', (text) => {
    expect(read(` \t${text}  `)).toEqual(read(text));
  });
});

describe('a result', () => {
  it.each(['CLOSE OK', 'DEACT OK'])('is %s on gsm only', (text) => {
    const results = all.map((dialect) => lineReaderOf(dialect)(text).result);
    expect(results).toEqual([text, undefined, undefined, undefined, undefined]);
  });

  it.each([
    ['0, CLOSE OK', 0, 'CLOSE OK'],
    ['5, SEND OK', 5, 'SEND OK'],
    ['11,SEND FAIL', 11, 'SEND FAIL'],
    ['1 , CLOSE OK', 1, 'CLOSE OK'],
  ])('of gsm may have a connect id in front: %s', (text, connectId, result) => {
    const read = lineReaderOf(gsm);
    expect(meaning(read(text))).toEqual({ connectId, result });
    expect(read(text).text).toBe(text);
  });

  it.each(['123, CLOSE OK', ', CLOSE OK', '0 CLOSE OK', '0, close ok', '0; CLOSE OK', '0, NOTHING', 'x, OK'])(
    'of gsm is not %j',
    (text) => {
      expect(meaning(lineReaderOf(gsm)(text))).toEqual({});
    },
  );
});

describe('a bare address', () => {
  it.each(['10.1.1.1', '0.0.0.0', '255.255.255.255'])('is %s on every dialect', (text) => {
    for (const [, read] of NUMBERED) expect(meaning(read(text))).toEqual({ address: text });
  });

  it.each(['10.1.1', '10.1.1.1.1', '10.1.1.1:80', '1000.1.1.1', '10.1.1.', 'a.b.c.d', '"10.1.1.1"'])(
    'is not %s',
    (text) => {
      expect(lineReaderOf(gsm)(text).address).toBeUndefined();
    },
  );
});

describe('an information line', () => {
  it.each([
    ['+CSQ: 20,99', '+CSQ', '20,99'],
    ['+CSQ:20,99', '+CSQ', '20,99'],
    ['+CSQ : 20 , 99', '+CSQ', '20 , 99'],
    ['+CSQ:   20,99', '+CSQ', '20,99'],
    ['+QIRD:10.0.0.1:7007,TCP,18', '+QIRD', '10.0.0.1:7007,TCP,18'],
    ['+QIGETERROR: 567, socket closed', '+QIGETERROR', '567, socket closed'],
    ['+X:', '+X', ''],
  ])('has prefix, text and fields: %j', (text, prefix, rest) => {
    const info = { prefix, text: rest, fields: parseFields(rest) };
    expect(splitPrefix(text)).toEqual(info);
    expect(lineReaderOf(lte)(text)).toMatchObject({ text, info });
  });

  it.each(['Quectel', 'STATE: IP INITIAL', 'TCP: 2020', '+NOCOLON', '', '0', 'x+CSQ: 1'])(
    'without a prefix is text: %j',
    (text) => {
      expect(splitPrefix(text)).toEqual({ prefix: null, text, fields: [] });
      expect(lineReaderOf(gsm)(text)).toMatchObject({ text, info: { prefix: null, text, fields: [] } });
    },
  );
});

describe('noise in a line', () => {
  it.each([
    ['nothing to take away', 'OK', 'OK'],
    ['XON in front', '\x11OK', 'OK'],
    ['XOFF behind', 'OK\x13', 'OK'],
    ['NUL in the middle', 'O\0K', 'OK'],
    ['DEL', '\x7fOK', 'OK'],
    ['bytes of a wrong baud rate around it', '\xff\xfeOK\x80', 'OK'],
    ['noise and blanks', '\x80 OK \x11', 'OK'],
    ['high bytes within the text, which stay', 'caf\xe9s', 'caf\xe9s'],
    ['nothing but noise', '\x80\0\xff', ''],
  ])('is taken away: %s', (_, text, clean) => {
    expect(withoutNoise(text)).toBe(clean);
  });

  it.each([
    ['\x11OK', { result: 'OK', noiseBytes: 1 }],
    ['O\0\0K\xff', { result: 'OK', noiseBytes: 3 }],
    ['+CME ERROR: 3\x110', { result: '+CME ERROR: 30', noiseBytes: 1 }],
    ['\xffRDY', { urc: { name: 'ready', text: 'RDY' }, noiseBytes: 1 }],
    ['+QIURC: "clo\x13sed",1', { urc: { name: 'closed', connectId: 1 }, noiseBytes: 1 }],
    ['10.1.1\0.1', { address: '10.1.1.1', noiseBytes: 1 }],
  ])('does not keep it from being read, and is counted: %j', (text, expected) => {
    expect(meaning(lineReaderOf(lte)(text))).toEqual(expected);
  });

  it.each(['\xff\x80', 'a\x11b', '\xe9t\xe9', 'x\0OK'])(
    'stays in a line that is nothing without it: %j',
    (text) => {
      expect(lineReaderOf(lte)(text)).toMatchObject({ text, info: { text }, noiseBytes: 0 });
    },
  );
});
