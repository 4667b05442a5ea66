import fc from 'fast-check';
import { parseFields } from '../../streams/fields.ts';

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

  it('never throws, and finds at least one field in any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(parseFields(text).length).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});
