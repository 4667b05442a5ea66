/** Counted payload, the header parts in front of it, and what the module repeats. */
import fc from 'fast-check';
import type { Framer } from '../../streams/frames.ts';
import { cutAt, textOf, wire } from '../support/chunkings.ts';
import { counted, expectFrames, framed, type Setting } from './framed.ts';

describe('counted payload', () => {
  it.each<[string, string, string[]]>([
    [
      'full of look-alikes',
      '+QIRD: 17\r\n\r\nOK\r\n> +QIURC:\r\n\r\nOK\r\n',
      ['line +QIRD: 17', 'payload = \r\nOK\r\n> +QIURC:\r\n', 'line OK'],
    ],
    ['without a line end behind it', '+QIRD: 2\r\nabOK\r\n', ['line +QIRD: 2', 'payload = ab', 'line OK']],
    ['behind a line end of LF alone', '+QIRD: 2\nab\nOK\n', ['line +QIRD: 2', 'payload = ab', 'line OK']],
    ['behind a doubled CR', '+QIRD: 2\r\r\nab\r\nOK\r\n', ['line +QIRD: 2', 'payload = ab', 'line OK']],
    ['of no byte', '+QIRD: 0\r\n\r\nOK\r\n', ['line +QIRD: 0', 'payload = ', 'line OK']],
    ['that begins with LF', '+QIRD: 2\r\n\na\r\nOK\r\n', ['line +QIRD: 2', 'payload = \na', 'line OK']],
    ['that is a line end', '+QIRD: 2\r\n\r\n\r\nOK\r\n', ['line +QIRD: 2', 'payload = \r\n', 'line OK']],
    [
      'twice in a row',
      '+QIRD: 1\r\n>+QIRD: 3\r\n\r\n>OK\r\n',
      ['line +QIRD: 1', 'payload = >', 'line +QIRD: 3', 'payload = \r\n>', 'line OK'],
    ],
  ])('is the same however cut: %s', (_, text, expected) => {
    expectFrames(text, expected);
  });

  it('is any bytes of any length in any slices', () => {
    const bytes = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(10, 13)), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(60), { maxLength: 6 }), (list, places) => {
        const payload = textOf([Uint8Array.from(list)]);
        const { frames, push } = framed();
        push(...cutAt(wire(`\r\n+QIRD: ${payload.length}\r\n${payload}\r\n\r\nOK\r\n`), places));
        expect(frames).toEqual([`line +QIRD: ${payload.length}`, `payload = ${payload}`, 'line OK']);
      }),
    );
  });

  it('passes as slices of the received memory, without a copy', () => {
    const { slices, push } = framed();
    const chunks = cutAt(wire('+QIRD: 10\r\n0123456789\r\n'), [14, 18]);
    push(...chunks);
    expect(textOf(slices)).toBe('0123456789');
    expect(slices.map(({ length }) => length)).toEqual([3, 4, 3]);
    for (const [at, slice] of slices.entries()) expect(slice.buffer).toBe(chunks[at]?.buffer);
  });
});

describe('payload that is shorter than announced', () => {
  it('is garbage of the bytes that came once given up, and the next line is read', () => {
    const { framer, frames, push } = framed();
    push('+QIRD: 10\r\n01', '23');
    expect([framer.isInPayload, framer.isWaiting]).toEqual([true, true]);
    framer.giveUp();
    expect([framer.isInPayload, framer.isWaiting]).toEqual([false, false]);
    push('\r\nOK\r\n');
    expect(frames).toEqual(['line +QIRD: 10', 'garbage payload cut 4', 'line OK']);
  });

  it('is garbage of no byte when nothing came, and the line end of its header is not its beginning', () => {
    const { framer, frames, push } = framed();
    push('+QIRD: 10\r');
    framer.giveUp();
    push('\n+QIRD: 2\r\nab');
    expect(frames).toEqual(['line +QIRD: 10', 'garbage payload cut 0', 'line +QIRD: 2', 'payload = ab']);
  });

  it('cannot be given up where there is none', () => {
    const { framer, frames, push } = framed();
    push('O');
    framer.giveUp();
    push('K\r\n');
    expect(frames).toEqual(['line OK']);
  });
});

describe('payload on the line of its header', () => {
  const inLine: Setting = {
    set: (framer) => {
      framer.looksInside = true;
    },
    line: () => undefined,
    inside: (text) => (/^\+QIRD: \d+,$/.test(text) ? Number(text.slice(7, -1)) : undefined),
  };

  it.each<[string, string, string[]]>([
    ['begins behind the comma', '\r\n+QIRD: 4,a,\r\n\r\nOK\r\n', ['payload = a,\r\n', 'line OK']],
    ['may be of no byte', '+QIRD: 0,\r\nOK\r\n', ['payload = ', 'line OK']],
    ['comes behind noise', '\x11+QIRD: 1,a\r\n', ['garbage control bytes 1', 'payload = a']],
    ['comes twice', '+QIRD: 1,a+QIRD: 1,b', ['payload = a', 'payload = b']],
    ['is not in other lines', '+CSQ: 20,99\r\n+QIRD: 1\r\n', ['line +CSQ: 20,99', 'line +QIRD: 1']],
  ])('%s, however cut', (_, text, expected) => {
    expectFrames(text, expected, inLine);
  });

  it('is not looked for where none can be', () => {
    expectFrames('+QIRD: 1,a\r\n', ['line +QIRD: 1,a'], { ...inLine, set: () => undefined });
  });

  it('is asked for at commas and colons of at most 96 bytes', () => {
    const asked: number[] = [];
    const inside = (text: string): undefined => void asked.push(text.length);
    expectFrames(`${'x'.repeat(95)},:,\r\n`, [`line ${'x'.repeat(95)},:,`], { ...inLine, inside });
    expect([...new Set(asked)]).toEqual([96]);
  });

  const quoted: Setting = {
    ...inLine,
    inside: (text, framer) => {
      framer.mayBeQuoted = true;
      return inLine.inside?.(text, framer);
    },
  };

  it.each<[string, string, string[]]>([
    [
      'may stand in quotation marks, which are not counted',
      '+QIRD: 2,"ab"\r\nOK\r\n',
      ['payload = ab', 'line OK'],
    ],
    ['may stand without them', '+QIRD: 2,ab\r\nOK\r\n', ['payload = ab', 'line OK']],
    ['may lack the closing one', '+QIRD: 2,"abOK\r\n', ['payload = ab', 'line OK']],
    ['may contain them', '+QIRD: 2,"a""\r\nOK\r\n', ['payload = a"', 'line OK']],
    ['has no closing one without an opening one', '+QIRD: 2,ab"\r\n', ['payload = ab', 'line "']],
  ])('%s, however cut', (_, text, expected) => {
    expectFrames(text, expected, quoted);
  });
});

describe('header parts', () => {
  const receives = (length = 3): Setting => ({
    line: (line, framer) => {
      if (!line.startsWith('+RECEIVE')) return counted(line);
      framer.headerParts = ['remote', 'local', 'head'];
      return length;
    },
  });

  it.each<[string, number, string, string]>([
    [
      'stand in front of the payload, not counted',
      3,
      'RECV FROM:1.2.3.4:5\r\nTO:10.1.1.1\r\nIPD3:abc',
      ' remote=1.2.3.4:5 local=10.1.1.1 head=3 = abc',
    ],
    ['may be missing', 3, 'abc', ' = abc'],
    ['may only seem to begin', 5, 'RECV ', ' = RECV '],
    ['may seem to begin and go on as payload', 6, 'TO:10x', ' = TO:10x'],
    ['may be followed by a payload that looks like one', 6, 'IPD6:IPD6:x', ' head=6 = IPD6:x'],
    [
      'may announce no byte',
      0,
      'RECV FROM:1.2.3.4:5\r\nTO:1.1.1.1\r\nIPD0:',
      ' remote=1.2.3.4:5 local=1.1.1.1 head=0 = ',
    ],
  ])('%s, however cut', (_, length, text, payload) => {
    expectFrames(
      `+RECEIVE\r\n${text}\r\n\r\nOK\r\n`,
      ['line +RECEIVE', `payload${payload}`, 'line OK'],
      receives(length),
    );
  });

  it('belong to one payload only', () => {
    expectFrames(
      '+RECEIVE\r\nIPD3:abc+QIRD: 5\r\nIPD3:\r\nOK\r\n',
      ['line +RECEIVE', 'payload head=3 = abc', 'line +QIRD: 5', 'payload = IPD3:', 'line OK'],
      { line: (line, framer) => (line === '+RECEIVE' ? receives().line?.(line, framer) : counted(line)) },
    );
  });

  it('that do not go on are payload once given up', () => {
    const { framer, frames, push } = framed(receives());
    push('+RECEIVE\r\nTO:');
    expect([framer.isInPayload, frames.length]).toEqual([true, 1]);
    framer.giveUp();
    expect([frames.at(-1), framer.isInPayload]).toEqual(['payload = TO:', false]);
  });
});

describe('a framer', () => {
  it('heeds within a chunk what is set when a line has ended', () => {
    const line = (text: string, framer: Framer<string>): undefined => {
      if (text === 'VIEW') framer.looksInside = true;
      if (text === 'SEND') framer.expectsPrompt = true;
    };
    const inside = (text: string): number | undefined => (text === '+QIRD: 2,' ? 2 : undefined);
    expectFrames('VIEW\r\n+QIRD: 2,abSEND\r\n> ', ['line VIEW', 'payload = ab', 'line SEND', 'prompt'], {
      line,
      inside,
    });
  });
});
