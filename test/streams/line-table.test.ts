import fc from 'fast-check';
import { asBuffer, LineTable, latin1 } from '../../streams/line-table.ts';
import { textOf, wire } from '../support/chunkings.ts';

interface Value {
  readonly text: string;
}

function tableWithLog(): { readonly read: string[]; readonly get: (text: string) => Value } {
  const read: string[] = [];
  const table = new LineTable<Value>((text) => {
    read.push(text);
    return { text };
  });
  return { read, get: (text) => table.get(wire(text), 0, text.length) };
}

/** A line that shares its slot with every other one of these. */
const ofOneSlot = (front: string): string => `${front}, the same end`;

describe('a line table', () => {
  it('reads equal lines once and gives the same value again', () => {
    const { read, get } = tableWithLog();
    const first = get('+CSQ: 20,99');
    expect(get('+CSQ: 20,99')).toBe(first);
    expect(read).toEqual(['+CSQ: 20,99']);
  });

  it.each([
    ['in the first byte', ofOneSlot('a'), ofOneSlot('b')],
    ['in the middle', 'a0c, the same end', 'a1c, the same end'],
    ['in the last byte', 'OKa', 'OKb'],
    ['in length, one being the beginning of the other', 'OK', 'OKa'],
    ['in length, one being the end of the other', 'the same end', 'xthe same end'],
  ])('tells lines apart that differ %s', (_, one, other) => {
    const { get } = tableWithLog();
    expect([get(one), get(other), get(one), get(other)].map(({ text }) => text)).toEqual([
      one,
      other,
      one,
      other,
    ]);
  });

  it('gives up the line of a slot that was not there for longer, so that one which comes again and again stays', () => {
    const { read, get } = tableWithLog();
    const [a, ...seldom] = ['a', 'b', 'c', 'd', 'e'].map(ofOneSlot) as [string, ...string[]];
    get(a);
    for (const text of seldom) {
      get(text);
      get(a);
    }
    expect(read).toEqual([a, ...seldom]);
  });

  it('keeps two lines of one slot, and gives up the older one for a third', () => {
    const { read, get } = tableWithLog();
    const [a, b, c] = [ofOneSlot('a'), ofOneSlot('b'), ofOneSlot('c')];
    for (const text of [a, b, a, b, c, b, c, a, c]) get(text);
    expect(read).toEqual([a, b, c, a]);
  });

  it('keeps the lines of a busy port', () => {
    const { read, get } = tableWithLog();
    const lines = Array.from({ length: 12 }, (_, id) => [
      `+QIURC: "recv",${id}`,
      `+QIURC: "closed",${id}`,
      `+QIRD: ${id * 100}`,
    ]).flat();
    for (let turn = 0; turn < 3; turn++) for (const line of lines) get(line);
    expect(read.length).toBeLessThanOrEqual(lines.length + 4);
  });

  it.each([
    [64, 1],
    [65, 2],
  ])('reads a line of %i bytes that comes twice %i times', (length, times) => {
    const { read, get } = tableWithLog();
    get('x'.repeat(length));
    get('x'.repeat(length));
    expect(read.length).toBe(times);
  });

  it('keeps the longest line whole when its neighbour of the same slot is as long', () => {
    const { read, get } = tableWithLog();
    const lines = ['x', 'y'].map((char) => `${char.repeat(51)}, the same end`.slice(0, 64));
    for (const line of [...lines, ...lines]) expect(get(line).text).toBe(line);
    expect(read).toEqual(lines);
  });

  it('takes a part of the bytes, from memory that is used again for other lines', () => {
    const table = new LineTable((text) => ({ text }));
    const memory = new Uint8Array(wire('..OK..'));
    const first = table.get(memory, 2, 4);
    memory.set(wire('NO'), 2);
    expect(table.get(memory, 2, 4)).toEqual({ text: 'NO' });
    expect(first).toEqual({ text: 'OK' });
  });

  it('keeps a value that is undefined without reading the line again', () => {
    let count = 0;
    const table = new LineTable<undefined>(() => void count++);
    for (let turn = 0; turn < 3; turn++) table.get(wire('x'), 0, 1);
    expect(count).toBe(1);
  });

  it('gives what reading gives, for any lines in any order', () => {
    const line = fc
      .oneof(fc.constantFrom('OK', 'ERROR', '', '>'), fc.string({ maxLength: 80 }), fc.nat(99).map(String))
      .map((text) => textOf([wire(text)]));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), fc.boolean(), (lines, isOneSlot) => {
        const { get } = tableWithLog();
        const used = isOneSlot ? lines.map(ofOneSlot) : lines;
        for (const text of used) expect(get(text).text).toBe(text);
      }),
    );
  });
});

describe('bytes as text', () => {
  it('are as many characters, of every byte value', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    expect([...latin1(bytes, 0, 256)].map((char) => char.charCodeAt(0))).toEqual([...bytes]);
  });

  it('begin and end where they are said to, also in an array that begins inside its memory', () => {
    expect(latin1(new Uint8Array(wire('..abcd..')).subarray(2, 6), 1, 3)).toBe('bc');
  });
});

describe('bytes as a Buffer', () => {
  it('are the same memory', () => {
    const bytes = new Uint8Array(wire('..abc..')).subarray(2, 5);
    const buffer = asBuffer(bytes);
    expect(textOf([buffer])).toBe('abc');
    buffer[0] = 0x41;
    expect(textOf([bytes])).toBe('Abc');
  });

  it('stay the Buffer that they are', () => {
    const buffer = Buffer.from('abc');
    expect(asBuffer(buffer)).toBe(buffer);
  });
});
