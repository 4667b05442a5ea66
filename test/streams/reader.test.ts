import { expectEvents, itReads, wireDialects, writes } from './session.ts';

const { lte } = wireDialects;
const OK = '\r\nOK\r\n';

describe('an answer', () => {
  itReads(lte, 'is read however cut: %s', [
    [
      'a URC with the name of a command that sets',
      [writes('AT+CREG=2'), `+CREG: 5\r\n${OK}`],
      ['urc registration domain=circuit state=5 fields=5', 'final OK'],
    ],
    [
      'echo, line and result',
      [writes('AT+CSQ'), `AT+CSQ\r\r\n+CSQ: 20,99\r\n${OK}`],
      ['echo AT+CSQ', 'info +CSQ:20|99', 'final OK'],
    ],
    [
      'an echo in the letters that were written',
      [writes('at+csq'), `at+csq\r\n${OK}`],
      ['echo at+csq', 'final OK'],
    ],
    [
      'an echo glued to the answer',
      [writes('AT+CSQ'), 'AT+CSQ\r+CSQ: 20,99\r\nOK\r\n'],
      ['echo AT+CSQ', 'info +CSQ:20|99', 'final OK'],
    ],
    ['an echo behind bytes of a wrong baud rate', [writes('AT+CSQ'), '\x80\xffAT+CSQ\r'], ['echo AT+CSQ']],
    [
      'an echo glued to what came before it',
      [writes('AT+CSQ'), 'rubbishAT+CSQ\r'],
      ['unknown rubbish', 'echo AT+CSQ'],
    ],
    [
      'one echo: the second is a line',
      [writes('AT+QISTATE?'), 'AT+QISTATE?\rAT+QISTATE?\r'],
      ['echo AT+QISTATE?', 'unknown AT+QISTATE?'],
    ],
    [
      'no echo at the end of a line by chance',
      [writes('AT'), '\r\nWRONG FORMAT\r\nAT\r'],
      ['unknown WRONG FORMAT', 'echo AT'],
    ],
    ['no echo of a short command glued to a line', [writes('ATE0'), 'xATE0\r'], ['unknown xATE0']],
    [
      'no echo at the end of an information line',
      [writes('AT+CSQ'), '+X: AT+CSQ\r\n'],
      ['unknown +X: AT+CSQ'],
    ],
    [
      'what every command of a chain asked for',
      [writes('AT+CMEE=2;+CPIN?'), `\r\n+CPIN: READY\r\n${OK}`],
      ['info +CPIN:READY', 'final OK'],
    ],
    [
      'a number as result behind any text, once results are numbers',
      [writes('ATV0'), '0\r', writes('AT+CMGR=1'), '+CMGR: 1\r\n0\r', writes('AT'), '4\r'],
      ['final OK numeric=0', 'info +CMGR:1', 'final OK numeric=0', 'final ERROR numeric=4'],
    ],
    [
      'a digit that is noise, where results are words',
      [writes('ATE0'), '\r\nOK\r\n', writes('AT+QIDEACT=1'), '4\r\nOK\r\n'],
      ['final OK', 'unknown 4', 'final OK'],
    ],
    [
      'numbers behind ATZ, which may have brought them',
      [writes('ATE0'), '\r\nOK\r\n', writes('ATZ'), '0\r', writes('AT+QIDEACT=1'), '4\r'],
      ['final OK', 'final OK numeric=0', 'final ERROR numeric=4'],
    ],
    [
      'data behind CONNECT as a number',
      [writes('AT+QIOPEN=1,0,"TCP","h",80,0,2'), '1\r', 'hello\r\nOK\r\n.'],
      ['final CONNECT numeric=1', 'data hello\r\nOK\r\n.'],
    ],
    [
      'a name of an object as text',
      [writes('AT'), `constructor\r\n__proto__\r\n${OK}`],
      ['unknown constructor', 'unknown __proto__', 'final OK'],
    ],
    [
      'a text message of one digit as text',
      [writes('AT+CMGR=1'), `\r\n+CMGR: "REC READ"\r\n0\r\n${OK}`],
      ['info +CMGR:REC READ', 'info 0', 'final OK'],
    ],
    [
      'the noise in front of an echo, not that behind it',
      [writes('AT+CSQ'), `rubbishAT+CSQ\x80\xff\r${OK}`],
      ['unknown rubbish', 'echo AT+CSQ', 'final OK'],
    ],
    ['no echo before a command', ['AT+CSQ\r'], ['unknown AT+CSQ']],
    [
      'lines of all commands of a chain',
      [writes('AT+CSQ;+CREG?'), `+CSQ: 1,99\r\n+CREG: 0,1\r\n${OK}`],
      ['info +CSQ:1|99', 'info +CREG:0|1', 'final OK'],
    ],
    [
      'bare text of a command that may answer so',
      [writes('AT+CGSN'), `\r\n867858030000001\r\n42\r\n${OK}`],
      ['info 867858030000001', 'info 42', 'final OK'],
    ],
    [
      'no bare text of one that does not',
      [writes('AT'), `\r\nhello\r\n${OK}`],
      ['unknown hello', 'final OK'],
    ],
    [
      'every line of a command of the user',
      [writes('AT+X=1', true), `+Y: 1\r\nz\r\n0\r\n+CREG: 1\r\n${OK}`],
      ['info +Y:1', 'info z', 'info 0', 'urc registration domain=circuit state=1 fields=1', 'final OK'],
    ],
    ['an error with its number', [writes('AT+CPIN?'), '\r\n+CME ERROR: 10\r\n'], ['final +CME ERROR: 10']],
    [
      'a line of a query that is a URC otherwise',
      [writes('AT+CPIN?'), `+CPIN: READY\r\n${OK}+CPIN: READY\r\n`],
      ['info +CPIN:READY', 'final OK', 'urc cpin state=READY'],
    ],
    [
      'a URC where the command sets something',
      [writes('AT+CPIN="1234"'), `${OK}`, '+CPIN: READY\r\n'],
      ['final OK', 'urc cpin state=READY'],
    ],
    [
      'ranges, whose prefix is otherwise a result',
      [writes('AT+QIOPEN=?'), `\r\n+QIOPEN: (1-16),(0-11)\r\n+QIOPEN: 3,0\r\n${OK}`],
      ['info +QIOPEN:(1-16)|(0-11)', 'urc open connectId=3 err=0', 'final OK'],
    ],
    ['a result for nobody', [OK], ['final OK']],
    ['unknown lines', ['\r\n+NEW: 1\r\nnoise\r\n'], ['unknown +NEW: 1', 'unknown noise']],
    [
      'control bytes',
      [writes('AT'), '\x11\r\nO\x13K\r\n'],
      ['garbage control bytes 1', 'garbage control bytes 1', 'final OK'],
    ],
  ]);

  it.each([
    ['0', 'final OK numeric=0'],
    ['4', 'final ERROR numeric=4'],
    ['3', 'final NO CARRIER numeric=3'],
  ])('may end with a number: %s', (number, final) => {
    expectEvents(
      lte,
      [writes('AT'), `AT\r${number}\r`, `${number}\r`],
      ['echo AT', final, `unknown ${number}`],
    );
  });

  it.each(['2', '5', '00', '-0'])('does not end with %s', (number) => {
    expectEvents(lte, [writes('AT'), `${number}\r`], [`unknown ${number}`]);
  });
});
