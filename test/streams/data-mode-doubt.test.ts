/** Lines that end data mode or are payload (gsm §6.3). */
import { DataMode } from '../../streams/data-mode.ts';
import { chunkingsOf, textOf, wire } from '../support/chunkings.ts';
import { wireDialects } from './session.ts';

interface Session {
  readonly mode: DataMode;
  readonly data: () => string;
  /** Takes chunks; returns the text behind the end of data mode. */
  readonly push: (...chunks: readonly Uint8Array[]) => string;
}

function session(): Session {
  const slices: Uint8Array[] = [];
  const mode = new DataMode((bytes) => slices.push(bytes));
  mode.endsWith(wireDialects.gsm.dataEnds);
  mode.enter();
  const push = (...chunks: readonly Uint8Array[]): string =>
    textOf(chunks.map((chunk) => (mode.isOn ? mode.push(Buffer.from(chunk)) : chunk)));
  return { mode, data: () => textOf(slices), push };
}

describe.each(['CLOSED', '+PDP DEACT'])('%s in the data', (line) => {
  it('is in doubt and held back with all that follows, however cut', () => {
    for (const { name, chunks } of chunkingsOf(wire(`ab\r\n${line}\r\ncd`))) {
      const { mode, data, push } = session();
      const behind = push(...chunks);
      expect({ name, data: data(), behind, isOn: mode.isOn, isInDoubt: mode.isInDoubt }).toEqual({
        name,
        data: 'ab',
        behind: '',
        isOn: true,
        isInDoubt: true,
      });
    }
  });

  it('is payload when OK to an escape follows, however cut', () => {
    for (const { name, chunks } of chunkingsOf(wire(`ab\r\n${line}\r\ncd\r\nOK\r\nrest`))) {
      const { mode, data, push } = session();
      mode.escape(true);
      const behind = push(...chunks);
      expect({ name, data: data(), behind, isOn: mode.isOn, isInDoubt: mode.isInDoubt }).toEqual({
        name,
        data: `ab\r\n${line}\r\ncd`,
        behind: 'OK\r\nrest',
        isOn: false,
        isInDoubt: false,
      });
    }
  });

  it('is payload when OK to an escape follows at once', () => {
    const { mode, data, push } = session();
    push(wire(`\r\n${line}\r\n`));
    mode.escape(true);
    expect([push(wire('\r\nOK\r\n')), data()]).toEqual(['OK\r\n', `\r\n${line}\r\n`]);
  });

  it('shares its line end with the OK to an escape', () => {
    const { mode, data, push } = session();
    mode.escape(true);
    expect([push(wire(`\r\n${line}\r\nOK\r\n`)), data()]).toEqual(['OK\r\n', `\r\n${line}`]);
  });

  it('stays in doubt behind OK without an escape', () => {
    const { mode, push } = session();
    push(wire(`\r\n${line}\r\n\r\nOK\r\n`));
    expect(mode.isInDoubt).toBe(true);
  });

  it('is read as a line when settled as the end', () => {
    const { mode, data, push } = session();
    push(wire(`ab\r\n${line}\r\n\r\nRDY\r\n`));
    expect(textOf([mode.settle(true)])).toBe(`${line}\r\n\r\nRDY\r\n`);
    expect([data(), mode.isOn, mode.isInDoubt]).toEqual(['ab', false, false]);
  });

  it('is data when settled as payload, with what was held behind it', () => {
    const { mode, data, push } = session();
    push(wire(`ab\r\n${line}\r\ncd`));
    expect(textOf([mode.settle(false)])).toBe('');
    expect([data(), mode.isOn, mode.isInDoubt]).toEqual([`ab\r\n${line}\r\ncd`, true, false]);
  });

  it('that was payload may be followed by another one in doubt', () => {
    const { mode, data, push } = session();
    push(wire(`\r\n${line}\r\nab\r\nCLOSED\r\ncd`));
    mode.settle(false);
    expect([data(), mode.isInDoubt]).toEqual([`\r\n${line}\r\nab`, true]);
    expect(textOf([mode.settle(true)])).toBe('CLOSED\r\ncd');
  });

  it('is settled by OK to the escape however many lines are in doubt', () => {
    const { mode, data, push } = session();
    push(wire(`a\r\n${line}\r\nb\r\nCLOSED\r\n`));
    mode.escape(true);
    expect(push(wire('\r\nOK\r\n'))).toBe('OK\r\n');
    expect([data(), mode.isOn]).toEqual([`a\r\n${line}\r\nb\r\nCLOSED\r\n`, false]);
  });

  it('passes a flood of such lines on, and keeps no more than a doubt', () => {
    const { mode, data, push } = session();
    push(wire(`\r\n${line}`.repeat(20_000)));
    expect(mode.heldBytes).toBeLessThanOrEqual(4096);
    expect(data().length + mode.heldBytes).toBe(20_000 * (line.length + 2));
  });

  it('was payload when a certain end follows, which may share its line end', () => {
    const { mode, data, push } = session();
    expect(push(wire(`\r\n${line}\r\nNO CARRIER\r\n`))).toBe('NO CARRIER\r\n');
    expect([data(), mode.isOn]).toEqual([`\r\n${line}`, false]);
  });
});

describe('doubt', () => {
  it('is over as payload when too much follows for an answer to the escape', () => {
    const { mode, data, push } = session();
    push(wire('\r\nCLOSED\r\n'), wire('x'.repeat(4096)));
    expect([data(), mode.isInDoubt]).toEqual([`\r\nCLOSED\r\n${'x'.repeat(4096)}`, false]);
  });

  it('lasts as long as an answer may still come', () => {
    const { mode, push } = session();
    push(wire('\r\nCLOSED\r\n'), wire('x'.repeat(4096 - 10)));
    expect(mode.isInDoubt).toBe(true);
  });

  it('is not settled by a release', () => {
    const { mode, data, push } = session();
    push(wire('ab\r\nCLOSED\r\n'));
    mode.release();
    expect([data(), mode.isInDoubt, mode.isHolding]).toEqual(['ab', true, false]);
  });

  it('cannot be settled where there is none', () => {
    const { mode, data, push } = session();
    push(wire('ab'));
    expect(textOf([mode.settle(true), mode.settle(false)])).toBe('');
    expect([data(), mode.isOn]).toEqual(['ab', true]);
  });
});
