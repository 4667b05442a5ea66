import fc from 'fast-check';
import { type Field, parseFields, trimmed } from '../../streams/fields.ts';

/** Splits the text one character after the other, then reads each field by regular expressions. */
function slowFields(text: string): Field[] {
  const pieces = [''];
  let depth = 0;
  let isQuoted = false;
  for (const char of text.split('')) {
    if (char === '"') isQuoted = !isQuoted;
    if (!isQuoted && char === '(') depth += 1;
    if (!isQuoted && char === ')') depth -= 1;
    if (char === ',' && !isQuoted && depth <= 0) pieces.push('');
    else pieces.push(`${pieces.pop()}${char}`);
  }
  return pieces.map((piece) => {
    const bare = piece.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
    const quoted = /^"(.*)"$/s.exec(bare)?.[1];
    if (quoted !== undefined) return quoted;
    return /^-?(?:0|[1-9]\d{0,14})$/.test(bare) ? Number(bare) : bare;
  });
}

describe('fields', () => {
  it.each([
    ['0,"TCP","10.0.0.1",8009', [0, 'TCP', '10.0.0.1', 8009]],
    ['"recv",0', ['recv', 0]],
    ['"", "a,b" ,"(c"', ['', 'a,b', '(c']],
    [' 1 , 2 ', [1, 2]],
    ['-113,99', [-113, 99]],
    ['007,+5,1.5,0x10,1e3', ['007', '+5', '1.5', '0x10', '1e3']],
    ['', ['']],
    [',,', ['', '', '']],
    ['1,', [1, '']],
    ['(1-16),(0-11),"TCP/UDP"', ['(1-16)', '(0-11)', 'TCP/UDP']],
    ['(0,1),(2,(3,4)),5', ['(0,1)', '(2,(3,4))', 5]],
    ['READY', ['READY']],
    ['SIM PIN', ['SIM PIN']],
    ['567, socket has been closed', [567, 'socket has been closed']],
    ['"', ['"']],
    ['"open, never closed', ['"open, never closed']],
    [')1,2', [')1', 2]],
    ['-0', [0]],
  ])('reads %j as %j', (text, fields) => {
    expect(parseFields(text).map((field) => (Object.is(field, -0) ? 0 : field))).toEqual(fields);
  });

  it('keeps numbers that would lose digits as text: an ICCID is no number', () => {
    expect(parseFields('123456789012345,89860025128306012474')).toEqual([
      123_456_789_012_345,
      '89860025128306012474',
    ]);
  });

  it('brings back any list of quoted texts and integers', () => {
    const text = fc
      .string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) })
      .map((value) => value.replaceAll('"', ''));
    const number = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
    fc.assert(
      fc.property(fc.array(fc.oneof(text, number), { minLength: 1 }), (values) => {
        const line = values.map((value) => (typeof value === 'string' ? `"${value}"` : value)).join(',');
        expect(parseFields(line)).toEqual(values);
      }),
    );
  });

  it('are those of a slow, obvious reading of any text', () => {
    const token = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('"', ',', '(', ')', ' ', '\t', '-', '0', '1', '42', 'a', '+') },
      { weight: 1, arbitrary: fc.constantFrom('\u00a0', '\r', '\n', '1234567890123456', '-0') },
      { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
    );
    const text = fc.array(token, { maxLength: 16 }).map((tokens) => tokens.join(''));
    fc.assert(
      fc.property(text, (line) => {
        expect(parseFields(line)).toEqual(slowFields(line));
      }),
      { numRuns: 3000 },
    );
  });

  it('begin where they are said to', () => {
    const text = fc.string({ unit: fc.constantFrom('"', ',', '(', ')', ' ', '1', 'a'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (front, rest) => {
        expect(parseFields(front + rest, front.length)).toEqual(slowFields(rest));
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws, and finds at least one field in any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(parseFields(text).length).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe('a trimmed text', () => {
  it.each([
    ['a', 'a'],
    ['  a b\t ', 'a b'],
    [' \t ', ''],
    ['', ''],
    ['\u00a0a\u00a0', '\u00a0a\u00a0'],
    ['\r\na\r\n', '\r\na\r\n'],
  ])('of %j is %j', (text, bare) => {
    expect(trimmed(text)).toBe(bare);
  });

  it('is cut from the given range', () => {
    expect(trimmed('x a y', 1, 4)).toBe('a');
    expect(trimmed(' a b ', 2)).toBe('b');
    expect(trimmed('    ', 1, 3)).toBe('');
  });
});
