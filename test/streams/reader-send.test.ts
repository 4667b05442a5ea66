import { Reader } from '../../streams/reader.ts';
import { expectEvents, isQuiet, itReads, type Step, sends, wireDialects, writes } from './session.ts';

const { bc66, lte, rg } = wireDialects;
const OK = '\r\nOK\r\n';

describe('a send', () => {
  const send = (...rest: readonly Step[]): Step[] => [writes('AT+QISEND=0,4'), '\r\n> ', ...rest];

  itReads(lte, '%s, however cut', [
    ['asks for its data and ends', send(sends('abcd'), 'abcd\r\nSEND OK\r\n'), ['prompt', 'final SEND OK']],
    ['fails', send(sends('abcd'), '\r\nSEND FAIL\r\n'), ['prompt', 'final SEND FAIL']],
    [
      'has its data repeated, which is a result itself',
      send(sends('\r\nSEND FAIL\r\n'), '\r\nSEND FAIL\r\n\r\nSEND OK\r\n'),
      ['prompt', 'final SEND OK'],
    ],
    [
      'has its data repeated piece by piece',
      send(sends('ab'), 'ab', sends('OK\r\n'), 'OK\r\n\r\nSEND OK\r\n'),
      ['prompt', 'final SEND OK'],
    ],
    [
      'has its data repeated behind a URC, data that is a result itself',
      send(sends('\r\nERROR\r\n'), '\r\n+QIURC: "recv",0\r\n\r\nERROR\r\n\r\nSEND OK\r\n'),
      ['prompt', 'urc recv connectId=0', 'final SEND OK'],
    ],
    [
      'fails when its data begins like the result, and nothing more comes',
      send(sends('\r\nERROR\r\nabc'), '\r\nERROR\r\n', isQuiet),
      ['prompt', 'final ERROR'],
    ],
    [
      'is not ended by the result of an older one before its prompt',
      [writes('AT+QISEND=0,4'), '\r\nSEND OK\r\n', '\r\n> ', sends('abcd'), '\r\nSEND FAIL\r\n'],
      ['final SEND OK', 'prompt', 'final SEND FAIL'],
    ],
    [
      'leaves a URC whole whose end looks like the data',
      [writes('AT+QISEND=0,2'), '\r\n> \r\n+QIU', sends('RC'), 'RC: "recv",0\r\n\r\nSEND OK\r\n'],
      ['prompt', 'urc recv connectId=0', 'final SEND OK'],
    ],
    [
      'has its data repeated behind pushed payload',
      send(sends('OK\r\n'), '\r\n+QIURC: "recv",1,4\r\nOK\r\n\r\n', 'OK\r\n\r\nSEND OK\r\n'),
      ['prompt', 'urc recv connectId=1 lengthBytes=4 <lengthBytes=4> = OK\r\n', 'final SEND OK'],
    ],
    [
      'has its data repeated that was written before the prompt was read',
      [writes('AT+QISEND=0,4'), sends('OK\r\n'), 'AT+QISEND=0,4\r\r\n> OK\r\n\r\nSEND OK\r\n'],
      ['echo AT+QISEND=0,4', 'prompt', 'final SEND OK'],
    ],
    [
      'has data repeated that begins with a blank, behind a prompt without one',
      [writes('AT+QISEND=0,5'), '\r\n>', sends(' OK\r\n'), ' OK\r\n\r\nSEND OK\r\n'],
      ['prompt', 'final SEND OK'],
    ],
    [
      'has data repeated that begins with a blank, behind the blank of the prompt',
      [writes('AT+QISEND=0,5'), '\r\n>', sends(' OK\r\n'), '  OK\r\n\r\nSEND OK\r\n'],
      ['prompt', 'final SEND OK'],
    ],
    ['has one prompt', send('\r\n> \r\nSEND OK\r\n'), ['prompt', 'unknown >', 'final SEND OK']],
    ['is refused instead of a prompt', [writes('AT+QISEND=0,4'), '\r\nERROR\r\n> '], ['final ERROR']],
    [
      'has URCs around its prompt',
      [writes('AT+QISEND=0,4'), '\r\n+QIURC: "closed",3\r\n\r\n> \r\n+QIURC: "recv",0\r\n\r\nSEND OK\r\n'],
      ['urc closed connectId=3', 'prompt', 'urc recv connectId=0', 'final SEND OK'],
    ],
    ['has no numeric result behind its prompt', send('\r\n0\r\n'), ['prompt', 'unknown 0']],
    [
      'shows its counters',
      [writes('AT+QISEND=0,0'), `\r\n+QISEND: 10,4,6\r\n${OK}`],
      ['info +QISEND:10|4|6', 'final OK'],
    ],
    [
      'of hexadecimal text has no prompt',
      [writes('AT+QISENDEX=0,"3132"'), '\r\nSEND OK\r\n'],
      ['final SEND OK'],
    ],
    [
      'has its result also when nobody waits',
      [writes('AT+CSQ'), `\r\nSEND OK\r\n+CSQ: 1,99\r\n${OK}`],
      ['final SEND OK', 'info +CSQ:1|99', 'final OK'],
    ],
    [
      'shows its repeated data where the host switched that off',
      [writes('AT+QISDE=0'), OK, ...send(sends('abcd'), 'abcd\r\nSEND OK\r\n')],
      ['final OK', 'prompt', 'unknown abcd', 'final SEND OK'],
    ],
  ]);

  it('has a prompt with a line end where formatcfg says so (rg)', () => {
    const steps = [
      writes('AT+QICFG="formatcfg",1'),
      OK,
      writes('AT+QISEND=0,4'),
      '\r\n>\r\n',
      sends('\r\nab'),
      '\r\nab\r\nSEND OK\r\n',
    ];
    expectEvents(rg, steps, ['final OK', 'prompt', 'final SEND OK']);
  });

  it('reports its free space where sendinfo says so (rg)', () => {
    const steps = [writes('AT+QISEND=0,4'), '> ', sends('abcd'), `abcd\r\n+QISEND: 0,0,1000\r\n${OK}`];
    expectEvents(rg, steps, ['prompt', 'info +QISEND:0|0|1000', 'final OK']);
  });

  it('of bc66 has its result behind OK', () => {
    const steps = [
      writes('AT+QISENDEX=0,2,3132'),
      `${OK}\r\nSEND OK\r\n`,
      writes('AT+QICLOSE=0'),
      `${OK}\r\nCLOSE OK\r\n`,
    ];
    expectEvents(bc66, steps, [
      'final OK',
      'urc send_result result=SEND OK',
      'final OK',
      'urc close_result result=CLOSE OK',
    ]);
  });

  it('of bc66 with data in its line never ends with SEND OK alone', () => {
    expectEvents(
      bc66,
      [writes('AT+QISEND=0,2,ab'), `\r\nSEND FAIL\r\n${OK}`],
      ['urc send_result result=SEND FAIL', 'final OK'],
    );
  });

  it('has a prompt no longer once given up, unless it may still come', () => {
    const ended =
      (mayPrompt: boolean): Step =>
      (reader) =>
        reader.commandEnded(mayPrompt);
    expectEvents(lte, [writes('AT+QISEND=0,4'), ended(false), '\r\n>\r\n'], ['unknown >']);
    expectEvents(lte, [writes('AT+QISEND=0,4'), ended(true), '\r\n> '], ['prompt']);
    expectEvents(lte, [writes('AT+CSQ'), ended(true), '\r\n>\r\n'], ['unknown >']);
  });

  it.each([
    ['AT+QISEND=0,4', {}, 4],
    ['AT+QISEND=0', {}, undefined],
    ['AT+QISEND=0,4', { options: { dataformat: [1, 0] } }, 8],
    ['AT+QISEND=0,0', {}, 0],
    ['AT+CMGS="+49"', {}, undefined],
    ['AT+CSQ', {}, 0],
  ] as const)('tells how much it asks for: %s, %j', (text, known, length) => {
    const reader = new Reader(lte, () => undefined, known);
    expect(reader.payloadLength).toBe(0);
    reader.commandStarted({ text });
    expect(reader.payloadLength).toBe(length);
  });
});
