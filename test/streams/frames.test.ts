import fc from 'fast-check';
import { Subject } from 'rxjs';
import {
  createFramer,
  type Frame,
  type FrameHints,
  frames,
  LONGEST_LINE_BYTES,
} from '../../streams/frames.ts';
import { chunkingsOf, cutAt, textOf, wire } from '../support/chunkings.ts';

const NO_HINTS: FrameHints = {
  expectsPrompt: () => false,
  inDataMode: () => false,
  payloadBehind: () => 0,
};
const COUNTED: FrameHints = {
  ...NO_HINTS,
  payloadBehind: (line) => (line.startsWith('+QIRD:') ? Number(line.slice(6)) : 0),
};

/** Frames with their bytes as text; neighbouring data counts as one. */
function shown(list: readonly Frame[]): string[] {
  const texts: string[] = [];
  for (const frame of list) {
    if (frame.kind === 'line') texts.push(`line ${frame.text}`);
    else if (frame.kind === 'prompt') texts.push('prompt');
    else if (frame.kind === 'payload') texts.push(`payload ${frame.header} ${textOf(frame.chunks)}`);
    else if (frame.kind === 'garbage') texts.push(`garbage ${frame.reason} ${frame.lengthBytes}`);
    else if (texts.at(-1)?.startsWith('data ')) texts.push(`${texts.pop()}${textOf([frame.bytes])}`);
    else texts.push(`data ${textOf([frame.bytes])}`);
  }
  return texts;
}

function framesOf(chunks: readonly Uint8Array[], hints: FrameHints = NO_HINTS): string[] {
  const list: Frame[] = [];
  const framer = createFramer(hints, (frame) => list.push(frame));
  for (const chunk of chunks) framer.push(chunk);
  return shown(list);
}

/** A prompt is expected until it has come. */
function expectingPrompt(): FrameHints {
  return { ...NO_HINTS, expectsPrompt: () => true };
}

describe('frames', () => {
  it.each<[string, string, string[], (() => FrameHints)?]>([
    ['a line between CR LF', '\r\nOK\r\n', ['line OK']],
    ['doubled CR LF', '\r\n\r\nOK\r\n\r\n\r\n', ['line OK']],
    ['an echo that ends with CR alone', 'AT+CSQ\r\r\n+CSQ: 20,99\r\n', ['line AT+CSQ', 'line +CSQ: 20,99']],
    ['an echo glued to a line by one CR', 'AT\rOK\r\n', ['line AT', 'line OK']],
    ['a line that ends with LF alone', 'OK\nERROR\n', ['line OK', 'line ERROR']],
    ['blanks around a line', '  OK  \r\n', ['line OK']],
    ['empty and blank lines only', '\r\n \r\n\n\r', []],
    ['a line without its end', 'OK', []],
    ['a prompt with a blank', '\r\n> ', ['prompt'], expectingPrompt],
    ['a prompt without a blank', '\r\n>', ['prompt'], expectingPrompt],
    ['a prompt behind an echo', 'AT+QISEND=0,4\r\r\n> ', ['line AT+QISEND=0,4', 'prompt'], expectingPrompt],
    ['a prompt that nobody expects', '> OK\r\n', ['line > OK']],
    ['a blank in front of a prompt', '>  > ', ['prompt', 'prompt'], expectingPrompt],
    ['a prompt in the middle of a line', 'a> b\r\n', ['line a> b'], expectingPrompt],
    ['a result right behind a prompt', '> \r\nSEND OK\r\n', ['prompt', 'line SEND OK'], expectingPrompt],
    [
      'a counted payload full of look-alikes',
      '+QIRD: 17\r\n\r\nOK\r\n> +QIURC:\r\n\r\nOK\r\n',
      ['payload +QIRD: 17 \r\nOK\r\n> +QIURC:\r\n', 'line OK'],
      () => COUNTED,
    ],
    [
      'a payload without an end of its own',
      '+QIRD: 2\r\nabOK\r\n',
      ['payload +QIRD: 2 ab', 'line OK'],
      () => COUNTED,
    ],
    ['no payload', '+QIRD: 0\r\n\r\nOK\r\n', ['line +QIRD: 0', 'line OK'], () => COUNTED],
    [
      'two payloads in a row',
      '+QIRD: 1\r\n>\r\nOK\r\n+QIRD: 2\r\n\r\n\r\nOK\r\n',
      ['payload +QIRD: 1 >', 'line OK', 'payload +QIRD: 2 \r\n', 'line OK'],
      () => COUNTED,
    ],
    [
      'data mode',
      '\r\nOK\r\n> +QIRD: 3\r\n',
      ['data \r\nOK\r\n> +QIRD: 3\r\n'],
      () => ({ ...COUNTED, inDataMode: () => true }),
    ],
    ['bytes above 127', '\xff\xfe\x80\r\n', ['line \xff\xfe\x80']],
  ])('are the same however %s is cut', (_, text, expected, hints = () => NO_HINTS) => {
    for (const { name, chunks } of chunkingsOf(wire(text))) {
      expect({ name, frames: framesOf(chunks, hints()) }).toEqual({ name, frames: expected });
    }
  });

  it('asks the hints anew behind each frame, within one chunk', () => {
    let inDataMode = false;
    const list: Frame[] = [];
    const framer = createFramer({ ...NO_HINTS, inDataMode: () => inDataMode }, (frame) => {
      list.push(frame);
      if (frame.kind === 'line' && frame.text === 'CONNECT') inDataMode = true;
    });
    framer.push(wire('\r\nCONNECT\r\nOK\r\n'));
    expect(shown(list)).toEqual(['line CONNECT', 'data OK\r\n']);
  });

  it('hands payload on as slices of the received chunks, without a copy', () => {
    const list: Frame[] = [];
    const framer = createFramer(COUNTED, (frame) => list.push(frame));
    const chunks = cutAt(wire('+QIRD: 10\r\n0123456789\r\n'), [14, 18]);
    for (const chunk of chunks) framer.push(chunk);
    const [payload] = list;
    const slices = payload?.kind === 'payload' ? payload.chunks : [];
    expect(textOf(slices)).toBe('0123456789');
    expect(slices.map((slice) => slice.buffer)).toEqual(chunks.map((chunk) => chunk.buffer));
    for (const [at, slice] of slices.entries()) expect(slice.buffer).toBe(chunks[at]?.buffer);
  });

  it('hands data on without a copy, and reads chunks that begin inside their memory', () => {
    const list: Frame[] = [];
    const framer = createFramer({ ...NO_HINTS, inDataMode: () => true }, (frame) => list.push(frame));
    const chunk = new Uint8Array(wire('..abc..')).subarray(2, 5);
    framer.push(chunk);
    expect(shown(list)).toEqual(['data abc']);
    expect(list[0]?.kind === 'data' && list[0].bytes.buffer).toBe(chunk.buffer);
  });
});

describe('a line that does not end', () => {
  it.each([LONGEST_LINE_BYTES, LONGEST_LINE_BYTES - 1])('is a line with %i bytes', (length) => {
    expect(framesOf([wire(`${'x'.repeat(length)}\n`)])).toEqual([`line ${'x'.repeat(length)}`]);
  });

  it('is garbage of its whole length beyond that, and the next line is read again', () => {
    const bytes = wire(`${'x'.repeat(LONGEST_LINE_BYTES + 3)}\nOK\r\n`);
    for (const chunks of [[bytes], cutAt(bytes, [1, 4000, LONGEST_LINE_BYTES, LONGEST_LINE_BYTES + 1])]) {
      expect(framesOf(chunks)).toEqual([`garbage line too long ${LONGEST_LINE_BYTES + 3}`, 'line OK']);
    }
  });

  it('takes linear time and bounded memory: 1 MiB without LF, in small chunks', () => {
    const list: Frame[] = [];
    const framer = createFramer(NO_HINTS, (frame) => list.push(frame));
    const chunk = wire('x'.repeat(64));
    const feed = (bytes: number): number => {
      const startedAtNs = process.hrtime.bigint();
      for (let fed = 0; fed < bytes; fed += chunk.length) framer.push(chunk);
      return Number(process.hrtime.bigint() - startedAtNs) / 1e6;
    };
    feed(2 ** 18);
    const quarterMs = feed(2 ** 18);
    const wholeMs = feed(2 ** 20);
    expect(list).toEqual([]);
    expect(wholeMs).toBeLessThan(Math.max(20, quarterMs) * 4 * 4); // quadratic would be 16 times and more
    framer.push(wire('\r\nOK\r\n'));
    const lengthBytes = 2 ** 18 * 2 + 2 ** 20 + 1;
    expect(shown(list)).toEqual([`garbage line too long ${lengthBytes}`, 'line OK']);
  });
});

describe('a payload that is cut short', () => {
  it('is given up as garbage of the bytes that came, and the next line is read again', () => {
    const list: Frame[] = [];
    const framer = createFramer(COUNTED, (frame) => list.push(frame));
    framer.push(wire('+QIRD: 10\r\n0123'));
    expect(framer.isInPayload()).toBe(true);
    framer.giveUp();
    expect(framer.isInPayload()).toBe(false);
    framer.push(wire('\r\nOK\r\n'));
    expect(shown(list)).toEqual(['garbage payload cut 4', 'line OK']);
  });

  it('cannot be given up when there is none', () => {
    const list: Frame[] = [];
    const framer = createFramer(COUNTED, (frame) => list.push(frame));
    framer.push(wire('O'));
    framer.giveUp();
    framer.push(wire('K\r\n'));
    expect(shown(list)).toEqual(['line OK']);
  });
});

describe('the frames operator', () => {
  it('begins anew for each subscriber, reports a cut payload at the end, and completes', () => {
    const bytes$ = new Subject<Uint8Array>();
    const seen: string[] = [];
    bytes$.pipe(frames(COUNTED)).subscribe({
      next: (frame) => seen.push(...shown([frame])),
      complete: () => seen.push('complete'),
    });
    bytes$.next(wire('OK\r\nER'));
    const late: string[] = [];
    bytes$.pipe(frames(COUNTED)).subscribe((frame) => late.push(...shown([frame])));
    bytes$.next(wire('ROR\r\n+QIRD: 4\r\nab'));
    bytes$.complete();
    expect(seen).toEqual(['line OK', 'line ERROR', 'garbage payload cut 2', 'complete']);
    expect(late).toEqual(['line ROR', 'garbage payload cut 2']);
  });

  it('passes an error on and lets go of the source on unsubscribe', () => {
    const bytes$ = new Subject<Uint8Array>();
    const errors: unknown[] = [];
    bytes$.pipe(frames(NO_HINTS)).subscribe({ error: (error) => errors.push(error) });
    const subscription = bytes$.pipe(frames(NO_HINTS)).subscribe();
    subscription.unsubscribe();
    bytes$.error('broken');
    expect(errors).toEqual(['broken']);
    expect(bytes$.observed).toBe(false);
  });
});

describe('any bytes at all', () => {
  const anything = fc.uint8Array({ maxLength: 300 });
  const wireLike = fc
    .array(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '> ',
        '>',
        ' ',
        '+QIRD: 3',
        '+QIRD: 0',
        '+QIRD: x',
        'OK',
        'AT',
        '\0',
      ),
      { maxLength: 40 },
    )
    .map((parts) => wire(parts.join('')));
  const places = fc.array(fc.nat({ max: 300 }), { maxLength: 12 });

  it.each([
    ['outside payloads', () => NO_HINTS],
    ['with counted payloads', () => COUNTED],
    ['while a prompt is expected', expectingPrompt],
  ])('give the same frames however they are cut, %s', (_, hints) => {
    fc.assert(
      fc.property(fc.oneof(anything, wireLike), places, (bytes, cuts) => {
        expect(framesOf(cutAt(bytes, cuts), hints())).toEqual(framesOf([bytes], hints()));
      }),
      { numRuns: 300 },
    );
  });
});
