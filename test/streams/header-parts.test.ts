import fc from 'fast-check';
import { type HeaderParts, PartsScanner } from '../../streams/header-parts.ts';
import { chunkingsOf, textOf, wire } from '../support/chunkings.ts';

const ALL: HeaderParts = ['remote', 'local', 'head'];

interface Scan {
  readonly found: Readonly<Record<string, string>>;
  /** What is no part: given up bytes and bytes not taken. */
  readonly payload: string;
  readonly isDone: boolean;
}

function scan(parts: HeaderParts, chunks: readonly Uint8Array[]): Scan {
  const scanner = new PartsScanner(parts, 9);
  const payload: Uint8Array[] = [];
  let isOver = false;
  for (const chunk of chunks) {
    const end = isOver ? 0 : scanner.push(chunk, 0);
    if (!isOver && scanner.isDone) {
      isOver = true;
      payload.push(scanner.giveUp());
    }
    payload.push(chunk.subarray(end));
  }
  const { isDone } = scanner;
  if (!isOver) payload.push(scanner.giveUp());
  return { found: Object.fromEntries(scanner.found), payload: textOf(payload), isDone };
}

const REMOTE = 'RECV FROM:10.7.76.34:7687\r\n';
const LOCAL = 'TO:10.1.1.1\r\n';

describe('header parts', () => {
  it.each<[string, HeaderParts, string, Readonly<Record<string, string>>, string]>([
    ['an address of the sender', ['remote'], `${REMOTE}abc`, { remote: '10.7.76.34:7687' }, 'abc'],
    ['a blank behind the colon', ['remote'], 'RECV FROM: 1.2.3.4:5\r\nabc', { remote: '1.2.3.4:5' }, 'abc'],
    ['a line end of LF alone', ['remote'], 'RECV FROM:1.2.3.4:5\nabc', { remote: '1.2.3.4:5' }, 'abc'],
    ['an own address', ['local'], `${LOCAL}abc`, { local: '10.1.1.1' }, 'abc'],
    ['a head', ['head'], 'IPD9:abc', { head: '9' }, 'abc'],
    ['a head with its protocol', ['head'], 'IPD9TCP:abc', { head: '9TCP' }, 'abc'],
    ['no head of another length: it is payload', ['head'], 'IPD1460TCP:abc', {}, 'IPD1460TCP:abc'],
    ['a head of a datagram', ['head'], 'IPD9UDP:abc', { head: '9UDP' }, 'abc'],
    [
      'all of them',
      ALL,
      `${REMOTE}${LOCAL}IPD9TCP:abc`,
      { remote: '10.7.76.34:7687', local: '10.1.1.1', head: '9TCP' },
      'abc',
    ],
    [
      'all of them in another order',
      ALL,
      `IPD9:${LOCAL}${REMOTE}abc`,
      { head: '9', local: '10.1.1.1', remote: '10.7.76.34:7687' },
      'abc',
    ],
    ['some of them', ALL, `${LOCAL}abc`, { local: '10.1.1.1' }, 'abc'],
    ['none of them', ALL, 'abc', {}, 'abc'],
  ])('are found: %s, however cut', (_, parts, text, found, payload) => {
    for (const { name, chunks } of chunkingsOf(wire(text))) {
      expect({ name, ...scan(parts, chunks) }).toEqual({ name, found, payload, isDone: true });
    }
  });

  it.each<[string, HeaderParts, string]>([
    ['a part that is not expected', ['local'], `${REMOTE}abc`],
    ['a head where only addresses are expected', ['remote', 'local'], 'IPD9:abc'],
    ['no part at all where none is expected', [], `${REMOTE}${LOCAL}IPD9:`],
    ['the beginning of an address line, then something else', ALL, 'RECV FROM everyone\r\n'],
    ['letters for an address', ALL, 'RECV FROM:a.b.c.d:7\r\n'],
    ['an address without its port', ALL, 'RECV FROM:10.7.76.34\r\nabc'],
    ['an address that is too long', ALL, 'RECV FROM:123.123.123.123.123:70070\r\nabc'],
    ['a CR without LF', ALL, 'TO:10.1.1.1\rabc'],
    ['a head with five digits', ALL, 'IPD12345:abc'],
    ['a head without a length', ALL, 'IPD:abc'],
    ['a head with another protocol', ALL, 'IPD9XCP:abc'],
    ['a head in small letters', ALL, 'ipd9:abc'],
    ['a line end in front', ALL, `\r\n${LOCAL}`],
  ])('are not found in %s: every byte is payload', (_, parts, text) => {
    for (const { name, chunks } of chunkingsOf(wire(text))) {
      expect({ name, ...scan(parts, chunks) }).toMatchObject({ name, found: {}, payload: text });
    }
  });

  it('are found once each: the second of a kind is payload', () => {
    for (const { chunks } of chunkingsOf(wire(`${LOCAL}${LOCAL}abc`))) {
      expect(scan(ALL, chunks)).toEqual({
        found: { local: '10.1.1.1' },
        payload: `${LOCAL}abc`,
        isDone: true,
      });
    }
  });

  it('that have only begun are given up as the bytes that they were', () => {
    for (const { chunks } of chunkingsOf(wire('IPD9:RECV FROM:10.7'))) {
      expect(scan(ALL, chunks)).toEqual({ found: { head: '9' }, payload: 'RECV FROM:10.7', isDone: false });
    }
  });

  it('are looked for no more once given up', () => {
    const scanner = new PartsScanner(ALL, 4);
    scanner.push(wire('TO'), 0);
    expect(textOf([scanner.giveUp()])).toBe('TO');
    expect(scanner.isDone).toBe(true);
    expect(scanner.push(wire(LOCAL), 0)).toBe(0);
    expect(textOf([scanner.giveUp()])).toBe('');
  });

  it('begin at the given place of a chunk, and end where the payload begins', () => {
    const scanner = new PartsScanner(['head'], 3);
    expect(scanner.push(wire('TO:IPD3:abc'), 3)).toBe(8);
    expect(scanner.lengthBytes).toBe(3);
  });

  it('lose and add no byte, whatever comes', () => {
    const part = fc.constantFrom('RECV FROM:', 'TO:', 'IPD', '1.2.3.4', ':7', '9', 'TCP', '\r\n', '\r', ' ');
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 12 }), (list) => {
        const text = textOf([wire(list.join(''))]);
        const { found, payload } = scan(ALL, [wire(text)]);
        expect(text.endsWith(payload)).toBe(true);
        if (Object.keys(found).length === 0) expect(payload).toBe(text);
        for (const value of Object.values(found)) expect(text).toContain(value);
      }),
    );
  });
});
