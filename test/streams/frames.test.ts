import type { Framer } from '../../streams/frames.ts';
import { LONGEST_LINE_BYTES } from '../../streams/frames.ts';
import { cutAt, textOf, wire } from '../support/chunkings.ts';
import { expectFrames, framed, type Setting } from './framed.ts';

const expectsPrompt = (framer: Framer<string>): void => {
  framer.expectsPrompt = true;
};

describe('lines', () => {
  it.each<[string, string, string[]]>([
    ['between CR LF', '\r\nOK\r\n', ['line OK']],
    ['with doubled CR LF', '\r\n\r\nOK\r\n\r\n\r\n', ['line OK']],
    ['with CR alone', 'AT+CSQ\r\r\n+CSQ: 20,99\r\n', ['line AT+CSQ', 'line +CSQ: 20,99']],
    ['glued by one CR', 'AT\rOK\r\n', ['line AT', 'line OK']],
    ['with LF alone', 'OK\nERROR\n', ['line OK', 'line ERROR']],
    ['with blanks in front', '   OK\r\n', ['line OK']],
    ['that are empty or blank', '\r\n \r\n\n\r', []],
    ['without an end', 'OK', []],
    ['of bytes above 127', '\xff\xfe\x80\r\n', ['line \xff\xfe\x80']],
    ['with control bytes within', 'a\0b\x11c\r\n', ['line a\0b\x11c']],
    ['that repeat themselves', 'OK\r\nOK\r\nOK\r\n', ['line OK', 'line OK', 'line OK']],
    ['of one byte', '0\r1\r\n>\n', ['line 0', 'line 1', 'line >']],
  ])('are the same however cut: %s', (_, text, expected) => {
    expectFrames(text, expected);
  });

  it.each<[string, string, string[]]>([
    ['in front of a line', '\0\x11\x7fOK\r\n', ['garbage control bytes 3', 'line OK']],
    ['between line ends', '\x11\r\n\x13\r\nOK\r\n', ['garbage control bytes 2', 'line OK']],
    [
      'in front of each of two lines',
      '\0OK\r\n\0\0OK\r\n',
      ['garbage control bytes 1', 'line OK', 'garbage control bytes 2', 'line OK'],
    ],
    ['without a line behind them', 'OK\r\n\0\0', ['line OK']],
  ])('are reported apart from control bytes %s', (_, text, expected) => {
    expectFrames(text, expected);
  });

  it('are read from a chunk that begins inside its memory', () => {
    const { frames, push } = framed();
    push(new Uint8Array(wire('..OK\r\n..')).subarray(2, 6));
    expect(frames).toEqual(['line OK']);
  });

  it('are not disturbed by empty chunks', () => {
    const { frames, push } = framed();
    push('', '\r\nO', '', 'K\r', '', '\n+QIRD: 2\r\n', '', 'a', '', 'b', '');
    expect(frames).toEqual(['line OK', 'line +QIRD: 2', 'payload = ab']);
  });

  it('are shown as far as they have come', () => {
    const { framer, push } = framed();
    push('OK\r\n+CS', 'Q: 1');
    expect(framer.unfinishedText).toBe('+CSQ: 1');
    push('\r');
    expect(framer.unfinishedText).toBe('');
  });

  it('are read by the framer once when they are equal', () => {
    const read: string[] = [];
    const { framer } = framed();
    const lines: string[] = [];
    const other = new (framer.constructor as typeof Framer<string>)({
      read: (text) => `${read.push(text)} ${text}`,
      line: (line) => lines.push(line) && -1,
      inside: () => -1,
      prompt: () => undefined,
      text: () => undefined,
      payload: () => undefined,
      data: () => undefined,
      garbage: () => undefined,
    });
    other.push(wire('OK\r\nERROR\r\nO'));
    other.push(wire('K\r\n'));
    expect([read, lines]).toEqual([
      ['OK', 'ERROR'],
      ['1 OK', '2 ERROR', '1 OK'],
    ]);
  });
});

describe('a long line', () => {
  it.each([LONGEST_LINE_BYTES - 1, LONGEST_LINE_BYTES])('is a line with %i bytes', (length) => {
    const bytes = wire(`${'x'.repeat(length)}\nOK\n`);
    for (const chunks of [
      [bytes],
      cutAt(bytes, [1, 1000]),
      cutAt(bytes, [length]),
      cutAt(bytes, [length - 1]),
    ]) {
      const { frames, push } = framed();
      push(...chunks);
      expect(frames).toEqual([`line of ${length}`, 'line OK']);
    }
  });

  it.each([1, 3, 5000])('is garbage of its whole length with %i bytes more', (more) => {
    const length = LONGEST_LINE_BYTES + more;
    const bytes = wire(`\r\n${'x'.repeat(length)}\nOK\r\n`);
    const cuts = [[], [1, 4000, 4098, 4099], [3], [LONGEST_LINE_BYTES + 2], [length + 1], [length + 2]];
    for (const places of cuts) {
      const { frames, push } = framed();
      push(...cutAt(bytes, places));
      expect({ places, frames }).toEqual({ places, frames: [`garbage line too long ${length}`, 'line OK'] });
    }
  });

  it('holds no prompt and announces nothing when it is garbage', () => {
    const { framer, frames, push } = framed({ set: expectsPrompt });
    framer.looksInside = true;
    push(`+QIRD: ${'0'.repeat(LONGEST_LINE_BYTES)}`, '> ', '9,:\r\n', '> ');
    expect(frames).toEqual([`garbage line too long ${7 + LONGEST_LINE_BYTES + 5}`, 'prompt']);
  });

  it('takes time in proportion to its length', () => {
    const { framer, frames } = framed();
    const chunk = wire('x'.repeat(64));
    const feedMs = (bytes: number): number => {
      const startedAtNs = process.hrtime.bigint();
      for (let fed = 0; fed < bytes; fed += chunk.length) framer.push(chunk);
      return Number(process.hrtime.bigint() - startedAtNs) / 1e6;
    };
    feedMs(2 ** 18);
    const quarterMs = feedMs(2 ** 18);
    const wholeMs = feedMs(2 ** 20);
    expect(frames).toEqual([]);
    expect(wholeMs).toBeLessThan(Math.max(20, quarterMs) * 4 * 4); // quadratic would be 16 times and more
  });
});

describe('a prompt', () => {
  it.each<[string, string, string[]]>([
    ['with a blank', '\r\n> ', ['prompt']],
    ['without a blank', '\r\n>', ['prompt']],
    ['behind an echo', 'AT+QISEND=0,4\r\r\n> ', ['line AT+QISEND=0,4', 'prompt']],
    ['behind blanks', '   > ', ['prompt']],
    ['behind noise', '\x11> ', ['garbage control bytes 1', 'prompt']],
    ['with a result right behind', '> \r\nSEND OK\r\n', ['prompt', 'line SEND OK']],
    ['with a line glued to it', '>OK\r\n', ['prompt', 'line OK']],
    ['in the middle of a line, which is none', 'a> b\r\n', ['line a> b']],
  ])('is found however cut: %s', (_, text, expected) => {
    expectFrames(text, expected, { set: expectsPrompt });
  });

  it('that nobody expects is a line', () => {
    expectFrames('> OK\r\n', ['line > OK']);
  });

  it('ends with CR LF where that is its form', () => {
    const set = (framer: Framer<string>): void => {
      framer.expectsPrompt = true;
      framer.promptEndsLine = true;
    };
    const prompt = (framer: Framer<string>): void => framer.expectEcho(wire('\r\nab'));
    expectFrames('\r\n>\r\n\r\nab\r\nSEND OK\r\n', ['prompt', 'line SEND OK'], { set, prompt });
  });

  it('has one blank at most: a second one is repeated data', () => {
    const prompt = (framer: Framer<string>): void => framer.expectEcho(wire(' ab'));
    expectFrames('>  ab\r\nSEND OK\r\n', ['prompt', 'line SEND OK'], { set: expectsPrompt, prompt });
  });
});

describe('data mode', () => {
  const connects: Setting = {
    set: ({ dataMode }) => dataMode.endsWith([{ text: 'NO CARRIER', isDoubtful: false }]),
    line: (line, framer) => void (line.startsWith('CONNECT') && framer.enterDataMode()),
  };

  it.each<[string, string, string[]]>([
    ['behind the line end of CONNECT', '\r\nCONNECT\r\nab', ['line CONNECT', 'data ab']],
    ['with a line end as its first bytes', '\r\nCONNECT\r\n\r\nab', ['line CONNECT', 'data \r\nab']],
    [
      'with look-alikes',
      'CONNECT\r\n+QIRD: 3\r\nOK\r\n> ab',
      ['line CONNECT', 'data +QIRD: 3\r\nOK\r\n> ab'],
    ],
    [
      'and ends with a line',
      'CONNECT\r\nab\r\nNO CARRIER\r\nOK\r\n',
      ['line CONNECT', 'data ab', 'line NO CARRIER', 'line OK'],
    ],
    [
      'twice',
      'CONNECT\r\na\r\nNO CARRIER\r\n\r\nCONNECT\r\nb',
      ['line CONNECT', 'data a', 'line NO CARRIER', 'line CONNECT', 'data b'],
    ],
  ])('begins however cut: %s', (_, text, expected) => {
    expectFrames(text, expected, connects);
  });

  it('waits for what may be its end, until that is given up', () => {
    const { framer, frames, push } = framed(connects);
    push('CONNECT\r\nab\r\nNO');
    expect([frames.at(-1), framer.isWaiting, framer.isInPayload]).toEqual(['data ab', true, false]);
    framer.giveUp();
    expect([frames.at(-1), framer.isWaiting]).toEqual(['data ab\r\nNO', false]);
  });

  it('passes the received memory on, not a copy', () => {
    const { slices, push } = framed(connects);
    const chunk = new Uint8Array(wire('CONNECT\r\nabc'));
    push(chunk);
    expect(textOf(slices)).toBe('abc');
    expect(slices.map(({ buffer }) => buffer === chunk.buffer)).toEqual([true]);
  });
});
