/** Sent data that the module repeats (AT+QISDE=1). */
import type { Framer } from '../../streams/frames.ts';
import { wire } from '../support/chunkings.ts';
import { expectFrames, framed, type Setting } from './framed.ts';

describe('what was sent and is repeated', () => {
  const echoes = (sent: string): Setting => ({
    set: (framer) => {
      framer.expectsPrompt = true;
    },
    prompt: (framer) => {
      framer.expectsPrompt = false;
      framer.expectEcho(wire(sent));
    },
  });

  it('is skipped behind a line that came between, when told so', () => {
    const line = (text: string, framer: Framer<string>): undefined => {
      if (text === 'URC') framer.resumeEcho();
    };
    expectFrames('> \r\nURC\r\nabcd\r\nSEND OK\r\n', ['prompt', 'line URC', 'line SEND OK'], {
      ...echoes('abcd'),
      line,
    });
  });

  it.each<[string, string, string, string[]]>([
    ['is skipped', 'abcd', '> abcd\r\nSEND OK\r\n', ['prompt', 'line SEND OK']],
    [
      'is skipped when it looks like results',
      'OK\r\n> \r\n',
      '> OK\r\n> \r\n\r\nSEND OK\r\n',
      ['prompt', 'line SEND OK'],
    ],
    ['is skipped once', 'ab', '> abab\r\n', ['prompt', 'line ab']],
    ['need not be repeated', 'abcd', '> \r\nSEND OK\r\n', ['prompt', 'line SEND OK']],
    ['is read as a line when it only began like that', 'ERRATIC', '> ERROR\r\n', ['prompt', 'line ERROR']],
    [
      'is read as lines when it began with some',
      '\r\nOK\r\nx',
      '> \r\nOK\r\nERROR\r\n',
      ['prompt', 'line OK', 'line ERROR'],
    ],
  ])('%s, however cut', (_, sent, text, expected) => {
    expectFrames(text, expected, echoes(sent));
  });

  it('is more when more is sent', () => {
    const { framer, frames, push } = framed(echoes('ab'));
    push('> ');
    framer.extendEcho(wire('cd'));
    push('abc');
    framer.extendEcho(wire('ef'));
    push('defOK\r\n');
    framer.extendEcho(wire('gh'));
    push('ghOK\r\n');
    expect(frames).toEqual(['prompt', 'line OK', 'line OK']);
  });

  it('is expected no longer when that is over', () => {
    const { framer, frames, push } = framed(echoes('ab'));
    push('> ');
    framer.expectEcho(wire(''));
    push('ab\r\n');
    expect(frames).toEqual(['prompt', 'line ab']);
  });

  it('is a line behind another one, when not told so', () => {
    expectFrames('> \r\nURC\r\nabcd\r\n', ['prompt', 'line URC', 'line abcd'], echoes('abcd'));
  });
});
