import { parseTextLog } from '../../adapters/transcript/text-log.ts';
import { isModemError } from '../../errors.ts';

const shown = (log: string): [string, string][] =>
  parseTextLog(log).elements.map(({ direction, bytes }) => [direction, bytes.toString('latin1')]);

/** What was said about a log that cannot be read. */
function complaint(log: string): string | undefined {
  try {
    parseTextLog(log);
  } catch (error) {
    if (isModemError(error, 'INVALID_ARGUMENT')) return error.message;
    throw error;
  }
  return undefined;
}

describe('a text log', () => {
  it('has one write or read per line, with the escapes of C', () => {
    expect(shown('> AT\\r\n< \\r\\nOK\\r\\n\n< \\x00\\0\\033\\t\\\\\\"\\e\\r\n')).toEqual([
      ['tx', 'AT\r'],
      ['rx', '\r\nOK\r\n'],
      ['rx', '\x00\x00\x1b\t\\"\x1b\r'],
    ]);
  });

  it('may have comments, empty lines and the line ends of any system', () => {
    expect(shown('# EC25\r\n\r\n> AT\\r\r\n<\r\n')).toEqual([
      ['tx', 'AT\r'],
      ['rx', ''],
    ]);
  });

  it('keeps blanks: the prompt has one', () => {
    expect(shown('< \\r\\n> \n>  a\n')).toEqual([
      ['rx', '\r\n> '],
      ['tx', ' a'],
    ]);
  });

  it('without any escaped line end gets those that a terminal does not show', () => {
    expect(shown('> AT+QISEND=0,4\n< >\n> test\n< SEND OK\n')).toEqual([
      ['tx', 'AT+QISEND=0,4\r'],
      ['rx', '\r\n>'],
      ['tx', 'test'],
      ['rx', '\r\nSEND OK\r\n'],
    ]);
  });

  it('without any escaped line end has payload as it stands, whatever a comment says', () => {
    const log = '# ends with \\r\n> AT+QIRD=0,9\n< +QIRD: 5\n< hello\n< OK\n';
    expect(
      shown(log)
        .map(([, text]) => text)
        .join(''),
    ).toBe('AT+QIRD=0,9\r\r\n+QIRD: 5\r\nhello\r\nOK\r\n');
  });

  it.each([
    ['> AT\nhello', 'line 2'],
    ['> AT\\q', 'line 1'],
    ['> AT\\', 'line 1'],
    ['> AT€\\r', 'line 1'],
    ['', 'no line'],
    ['# nothing\n', 'no line'],
  ])('%j is refused with the place of what is wrong', (log, place) => {
    expect(complaint(log)).toContain(place);
  });
});
