import fc from 'fast-check';
import type { DataEnd } from '../../adapters/dialects/wire.ts';
import { DataMode } from '../../streams/data-mode.ts';
import { chunkingsOf, cutAt, textOf, wire } from '../support/chunkings.ts';
import { wireDialects } from './session.ts';

const LTE = wireDialects.lte.dataEnds;
const GSM = wireDialects.gsm.dataEnds;

interface Session {
  readonly mode: DataMode;
  readonly slices: Uint8Array[];
  /** Takes chunks; returns the text behind the end of data mode. */
  readonly push: (...chunks: readonly Uint8Array[]) => string;
  /** What was passed on as data. */
  readonly data: () => string;
}

function session(ends: readonly DataEnd[]): Session {
  const slices: Uint8Array[] = [];
  const mode = new DataMode((bytes) => slices.push(bytes));
  mode.endsWith(ends);
  mode.enter();
  const push = (...chunks: readonly Uint8Array[]): string => {
    const rest: Uint8Array[] = [];
    for (const chunk of chunks) rest.push(mode.isOn ? mode.push(Buffer.from(chunk)) : chunk);
    return textOf(rest);
  };
  return { mode, slices, push, data: () => textOf(slices) };
}

describe('data mode', () => {
  it.each<[string, readonly DataEnd[], boolean, string, string, string]>([
    ['NO CARRIER', LTE, false, 'abc\r\nNO CARRIER\r\n', 'abc', 'NO CARRIER\r\n'],
    ['NO CARRIER at once', LTE, false, '\r\nNO CARRIER\r\n', '', 'NO CARRIER\r\n'],
    [
      'NO CARRIER with a line behind it',
      LTE,
      false,
      'a\r\nNO CARRIER\r\n\r\nRDY\r\n',
      'a',
      'NO CARRIER\r\n\r\nRDY\r\n',
    ],
    [
      'the first of two ends',
      LTE,
      false,
      'a\r\nNO CARRIER\r\nb\r\nNO CARRIER\r\n',
      'a',
      'NO CARRIER\r\nb\r\nNO CARRIER\r\n',
    ],
    [
      'NO CARRIER behind line ends that are data',
      LTE,
      false,
      'a\r\n\r\n\r\nNO CARRIER\r\n',
      'a\r\n\r\n',
      'NO CARRIER\r\n',
    ],
    [
      'NO CARRIER behind a beginning of its own',
      LTE,
      false,
      '\r\nNO\r\nNO CARRIER\r\n',
      '\r\nNO',
      'NO CARRIER\r\n',
    ],
    [
      'NO CARRIER behind an OK that is data',
      LTE,
      false,
      '\r\nOK\r\nNO CARRIER\r\n',
      '\r\nOK',
      'NO CARRIER\r\n',
    ],
    ['OK to an escape', LTE, true, 'abc\r\nOK\r\n', 'abc', 'OK\r\n'],
    ['OK to an escape on gsm', GSM, true, 'abc\r\nOK\r\nCALL', 'abc', 'OK\r\nCALL'],
    [
      'OK to an escape without other ends',
      [],
      true,
      'abc\r\nNO CARRIER\r\nOK\r\n',
      'abc\r\nNO CARRIER',
      'OK\r\n',
    ],
    ['NO CARRIER instead of OK to an escape', LTE, true, '\r\nNO CARRIER\r\n', '', 'NO CARRIER\r\n'],
  ])('is over behind %s, however cut', (_, ends, isEscaping, text, data, rest) => {
    for (const { name, chunks } of chunkingsOf(wire(text))) {
      const { mode, ...one } = session(ends);
      mode.escape(isEscaping);
      const behind = one.push(...chunks);
      expect({ name, data: one.data(), behind, isOn: mode.isOn }).toEqual({
        name,
        data,
        behind: rest,
        isOn: false,
      });
    }
  });

  it.each<[string, readonly DataEnd[], string]>([
    ['OK without an escape', LTE, '\r\nOK\r\nx'],
    ['NO CARRIER inside a longer line', LTE, '\r\nxNO CARRIER\r\n\r\nNO CARRIERx\r\ny'],
    ['NO CARRIER without its line end', LTE, '\r\nNO CARRIER.'],
    ['NO CARRIER between LF alone', LTE, '\nNO CARRIER\nx'],
    ['NO CARRIER in small letters', LTE, '\r\nno carrier\r\nx'],
    ['what ends data mode on gsm only', LTE, '\r\nCLOSED\r\n\r\n+PDP DEACT\r\nx'],
    ['results, URCs and headers', LTE, '\r\nERROR\r\n\r\n+QIURC: "closed",0\r\n+QIRD: 4\r\n> x'],
    ['CLOSED of a connection with an index', GSM, '\r\n0, CLOSED\r\nx'],
    ['every byte twice', LTE, `${textOf([Uint8Array.from({ length: 512 }, (_, at) => at & 255)])}x`],
  ])('goes on behind %s, however cut', (_, ends, text) => {
    for (const { name, chunks } of chunkingsOf(wire(text))) {
      const one = session(ends);
      const behind = one.push(...chunks);
      const { isHolding, isOn, isInDoubt } = one.mode;
      expect({ name, data: one.data(), behind, isHolding, isOn, isInDoubt }).toEqual({
        name,
        data: text,
        behind: '',
        isHolding: false,
        isOn: true,
        isInDoubt: false,
      });
    }
  });

  it('asks for its escape anew each time it is entered', () => {
    const one = session(LTE);
    one.mode.escape(true);
    one.push(wire('\r\nOK\r\n'));
    one.mode.enter();
    one.push(wire('\r\nOK\r\nx'));
    expect({ isOn: one.mode.isOn, data: one.data() }).toEqual({ isOn: true, data: '\r\nOK\r\nx' });
  });

  it('needs an escape of its own: one before it was entered counts for nothing', () => {
    const one = session(LTE);
    one.push(wire('\r\nNO CARRIER\r\n'));
    one.mode.escape(true);
    one.mode.enter();
    one.push(wire('\r\nOK\r\nx'));
    expect({ isOn: one.mode.isOn, data: one.data() }).toEqual({ isOn: true, data: '\r\nOK\r\nx' });
  });

  it('takes OK for data again when data was written behind the escape', () => {
    const one = session(LTE);
    one.mode.escape(true);
    one.mode.escape(false);
    one.push(wire('\r\nOK\r\nx'));
    expect(one.data()).toBe('\r\nOK\r\nx');
  });

  it('passes data on as slices of the received memory', () => {
    const one = session(LTE);
    const chunk = Buffer.from('0123456789');
    one.mode.push(chunk);
    expect(one.slices.map(({ buffer, byteOffset, length }) => ({ buffer, byteOffset, length }))).toEqual([
      { buffer: chunk.buffer, byteOffset: chunk.byteOffset, length: 10 },
    ]);
  });

  it('emits no empty slices', () => {
    const one = session(LTE);
    one.push(wire(''), wire('\r'), wire('\n'), wire('x'));
    expect(one.slices.map(({ length }) => length)).toEqual([3]);
  });

  it('keeps data and order, whatever comes and however it is cut', () => {
    const piece = fc.constantFrom('\r', '\n', '\r\n', 'NO', ' CARRIER', 'OK', 'a', 'NO CARRIER');
    const cuts = fc.array(fc.nat(60), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), cuts, fc.boolean(), (pieces, places, isEscaping) => {
        const text = pieces.join('');
        const end = /\r\n(?:NO CARRIER)\r\n/.exec(text)?.index ?? Number.POSITIVE_INFINITY;
        const ok = isEscaping ? text.indexOf('\r\nOK\r\n') : -1;
        const over = Math.min(end, ok < 0 ? Number.POSITIVE_INFINITY : ok);
        const one = session(LTE);
        one.mode.escape(isEscaping);
        const behind = one.push(...cutAt(wire(text), places));
        one.mode.release();
        expect([one.data(), behind]).toEqual([text.slice(0, over), text.slice(over + 2)]);
        expect(one.mode.isOn).toBe(over > text.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the beginning of an end', () => {
  it.each(['\r', '\r\n', '\r\nN', '\r\nNO CARRIER', '\r\nNO CARRIER\r'])('is held back: %j', (text) => {
    const one = session(LTE);
    one.push(wire(`data${text}`));
    expect([one.data(), one.mode.isHolding]).toEqual(['data', true]);
  });

  it('is data once released, and what follows is no end with it', () => {
    const one = session(LTE);
    one.push(wire('\r\nNO CARR'));
    one.mode.release();
    expect([one.data(), one.mode.isHolding]).toEqual(['\r\nNO CARR', false]);
    one.push(wire('IER\r\nx'));
    expect([one.data(), one.mode.isOn]).toEqual(['\r\nNO CARRIER\r\nx', true]);
  });

  it.each(['OK', 'CLOSED'])('is not held back where %s ends nothing', (text) => {
    const one = session(LTE);
    one.push(wire(`\r\n${text}`));
    expect([one.data(), one.mode.isHolding]).toEqual([`\r\n${text}`, false]);
  });

  it('of the answer is held back behind an escape', () => {
    const one = session(LTE);
    one.mode.escape(true);
    one.push(wire('\r\nOK'));
    expect([one.data(), one.mode.isHolding]).toEqual(['', true]);
  });
});
