import fc from 'fast-check';
import { wireDialectOf } from '../../adapters/dialects/registry.ts';
import { replay, resplit } from '../../adapters/transcript/replay.ts';
import { parseTranscript, type Transcript } from '../../adapters/transcript/transcript.ts';
import type { DecodedEvent } from '../../adapters/transcript/vocabulary.ts';
import { isModemError } from '../../errors.ts';

/** What was said about a file that cannot be read. */
function complaint(text: string): string | undefined {
  try {
    parseTranscript(text);
  } catch (error) {
    if (isModemError(error, 'INVALID_ARGUMENT')) return error.message;
    throw error;
  }
  return undefined;
}

function decoded(dialect: string, exchanges: readonly object[], state: object = {}): DecodedEvent[] {
  const events: DecodedEvent[] = [];
  const transcript = parseTranscript(JSON.stringify({ exchanges, state }));
  replay(wireDialectOf(dialect), transcript, (event) => events.push(event));
  return events;
}

const tx = (data: string) => ({ dir: 'tx', data });
const rx = (data: string, gapMs?: number) => ({
  dir: 'rx',
  data,
  ...(gapMs !== undefined && { gap_before_ms: gapMs }),
});

describe('a transcript', () => {
  it.each([
    ['{', 'is not JSON'],
    ['[]', 'must be a JSON object'],
    ['{}', 'no list "exchanges"'],
    ['{"exchanges":[3]}', 'exchanges[0] must be an object'],
    ['{"exchanges":[{"dir":"up","data":""}]}', 'exchanges[0].dir must be "tx" or "rx"'],
    ['{"exchanges":[{"dir":"rx"}]}', 'exchanges[0].data must be a string'],
    ['{"exchanges":[{"dir":"rx","data":"\u20ac"}]}', 'is no byte'],
    ['{"exchanges":[{"dir":"rx","data":"","gap_before_ms":"x"}]}', 'gap_before_ms'],
    ['{"exchanges":[],"state":3}', '"state" must be an object'],
    ['{"exchanges":[],"state":{"viewmode":2}}', 'state.viewmode must be 0 or 1'],
    ['{"exchanges":[],"state":{"colour":1}}', 'state.colour is not known'],
    ['{"exchanges":[],"state":{"access_mode":{"0":7}}}', 'state.access_mode'],
    ['{"exchanges":[],"state":{"dataformat":1}}', 'state.dataformat'],
  ])('%s is refused in words', (text, words) => {
    expect(complaint(text)).toContain(words);
  });

  it('is read or refused, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (exchanges, state) => {
        complaint(JSON.stringify({ exchanges, state }));
      }),
    );
  });

  it('keeps its bytes when its reads are cut anew', () => {
    const cases = fc.array(fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 20 })));
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 9 }), (parts, length) => {
        const elements: Transcript['elements'] = parts.map(([isTx, bytes]) => ({
          direction: isTx ? 'tx' : 'rx',
          bytes: Buffer.from(bytes),
        }));
        const text = (list: Transcript['elements'], way: string): string =>
          Buffer.concat(list.filter(({ direction }) => direction === way).map(({ bytes }) => bytes)).toString(
            'hex',
          );
        const again = resplit(elements, () => length);
        expect(text(again, 'rx')).toBe(text(elements, 'rx'));
        expect(text(again, 'tx')).toBe(text(elements, 'tx'));
      }),
    );
  });
});

describe('the host of a transcript', () => {
  it('may write a command in pieces, and end it with CR LF', () => {
    const events = decoded('lte', [tx('AT+C'), tx('SQ'), tx('\r\n'), rx('\r\n+CSQ: 20,99\r\n\r\nOK\r\n')]);
    expect(events).toEqual([
      { type: 'info', prefix: '+CSQ', fields: [20, 99] },
      { type: 'final', result: 'OK' },
    ]);
  });

  it('may write payload that looks like a command: it is counted', () => {
    const events = decoded('lte', [
      tx('AT+QISEND=0,7\r'),
      rx('\r\n> '),
      tx('AT+Q'),
      tx('IX\r'),
      rx('\r\nSEND OK\r\n'),
      tx('AT\r'),
      rx('AT\r\r\nOK\r\n'),
    ]);
    expect(events.map(({ type }) => type)).toEqual(['prompt', 'final', 'echo', 'final']);
  });

  it('ends payload of open length with Ctrl-Z, or with the result of the send', () => {
    const events = decoded('gsm', [
      tx('AT+QISEND\r'),
      rx('\r\n> '),
      tx('AT\rhello\u001aAT\r'),
      rx('\r\nSEND OK\r\n\r\nOK\r\n'),
      tx('AT+QISEND\r'),
      rx('\r\n> \r\nSEND FAIL\r\n'),
      tx('AT+QISACK\r'),
      rx('\r\n+QISACK: 5, 5, 0\r\n\r\nOK\r\n'),
    ]);
    expect(events.map(({ type, result }) => result ?? type)).toEqual([
      'prompt',
      'SEND OK',
      'OK',
      'prompt',
      'SEND FAIL',
      'info',
      'OK',
    ]);
  });

  it('forgets its send when the module starts anew', () => {
    const events = decoded('lte', [
      tx('AT+QISEND=0,20\r'),
      rx('AT+QISEND=0,20\r\r\n> '),
      tx('half'),
      rx('\r\nRDY\r\n'),
      tx('AT+QIRD=0,10\r'),
      rx('AT+QIRD=0,10\r\r\nERROR\r\n'),
    ]);
    expect(events.map(({ type, name }) => name ?? type)).toEqual([
      'echo',
      'prompt',
      'ready',
      'echo',
      'final',
    ]);
  });

  it.each([
    ['an escape outside data mode', [tx('+++')]],
    ['the body of a request', [tx('http://www.example.com/')]],
    ['control bytes in front of it', [tx('\u001b')]],
  ])('has a command of its own behind %s', (_, front) => {
    const events = decoded('lte', [
      ...front,
      tx('AT+QIRD=0,9\r'),
      rx('AT+QIRD=0,9\r\r\n+QIRD: 4\r\nOK\r\n\r\n\r\nOK\r\n'),
    ]);
    expect(events).toEqual([
      { type: 'echo', command: 'AT+QIRD=0,9' },
      { type: 'info', prefix: '+QIRD', length: 4, data_hex: '4f4b0d0a' },
      { type: 'final', result: 'OK' },
    ]);
  });

  it('sets what every command of a chain sets', () => {
    const exchanges = [
      tx('AT+QISDE=0;+QICFG="viewmode",1\r'),
      rx('\r\nOK\r\n'),
      rx('\r\n+QIURC: "recv",0,4,test\r\n'),
    ];
    expect(decoded('lte', exchanges, { access_mode: { 0: 1 } })[1]).toMatchObject({
      name: 'recv',
      data_hex: '74657374',
    });
  });

  it('gives a payload up that is shorter than announced when the recording pauses', () => {
    const events = decoded(
      'lte',
      [rx('\r\n+QIURC: "recv",0,9\r\nabc'), rx('\r\n+QIURC: "closed",0\r\n', 3000)],
      { access_mode: { 0: 1 } },
    );
    expect(events).toEqual([
      { type: 'unknown', garbage: 'payload cut', length: 3 },
      { type: 'urc', name: 'closed', connectId: 0 },
    ]);
  });

  it('shows what never became complete as partial', () => {
    expect(decoded('lte', [rx('\r\n+CSQ: 2')])).toEqual([{ type: 'partial', text: '+CSQ: 2' }]);
  });
});
