/** What a module may say by itself, and what only a peer can have sent (protocol §7.7). */
import type { Talk } from '../../streams/cautious-data.ts';
import { HostState } from '../../streams/host-state.ts';
import { lineReaderOf } from '../../streams/line.ts';
import { judgeTalk } from '../../streams/module-talk.ts';
import { wire } from '../support/chunkings.ts';
import { wireDialects } from './session.ts';

const readLine = lineReaderOf(wireDialects.lte);
const state = new HostState(wireDialects.lte, {
  sockets: new Map([
    [0, { mode: 'buffer' }],
    [1, { mode: 'push' }],
  ]),
});

const judge = (text: string, talk: Talk): boolean =>
  judgeTalk(Buffer.from(wire(text)), talk, { readLine, state }).isTalk;
const more: Talk = { isComplete: false, allowsAnswer: false, allowsEcho: false, allowsResults: false };
const whole: Talk = { isComplete: true, allowsAnswer: false, allowsEcho: false, allowsResults: false };
const answered: Talk = { isComplete: true, allowsAnswer: true, allowsEcho: false, allowsResults: false };
const echoed: Talk = { isComplete: true, allowsAnswer: false, allowsEcho: true, allowsResults: false };

const BOOT = '\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n';
const URC = '\r\n+QIURC: "pdpdeact",1\r\n';

describe('the talk of a module', () => {
  it.each<[string, string]>([
    ['nothing at all', ''],
    ['line ends alone', '\r\n\r\n'],
    ['a URC', URC],
    ['a URC behind the line end of the line before', '+QIURC: "closed",0\r\n'],
    ['several URCs', `${URC}\r\n+QIURC: "recv",0\r\n${URC}`],
    ['the notices of a start', BOOT],
    ['a line with a name that the tables do not know', '\r\n+QNEWURC: 1,"a"\r\n'],
    ['the length of what waits for a socket in buffer mode', '\r\n+QIURC: "recv",0,7\r\n'],
    ['a push whole', '\r\n+QIURC: "recv",1,4\r\n\0\xff\r\n'],
    ['a push of what looks like results', '\r\n+QIURC: "recv",1,9\r\n\r\nERROR\r\n'],
    ['a URC behind a push', `\r\n+QIURC: "recv",1,4\r\nabcd${URC}`],
  ])('is %s', (_, text) => {
    expect([judge(text, more), judge(text, whole)]).toEqual([true, true]);
  });

  it.each<[string, string]>([
    ['a text', '\r\nhello\r\n'],
    ['a text behind a URC', `${URC}hello\r\n`],
    ['a byte that cannot be printed', '\r\n+QIURC: "closed",\x01\r\n'],
    ['such a byte in a line that has not ended', '+QIURC:\0'],
    ['a byte above ASCII', '\r\n+QIURC: "closed"\xe9\r\n'],
    ['OK', '\r\nOK\r\n'],
    ['ERROR', '\r\nERROR\r\n'],
    ['NO CARRIER', '\r\nNO CARRIER\r\n'],
    ['CONNECT', '\r\nCONNECT\r\n'],
    ['an error with a number', '\r\n+CME ERROR: 30\r\n'],
    ['an echo', 'AT+CSQ\r\n'],
    ['a name in small letters', '\r\n+qiurc: "x"\r\n\r\n+q: 1\r\n'],
    ['a plus sign alone', '\r\n+: 1\r\n'],
    ['a line that is too long', `\r\n+QIURC: "${'x'.repeat(256)}"\r\n`],
    ['a line that is too long and has not ended', `\r\n+QIURC: "${'x'.repeat(256)}`],
    ['a text behind a push', '\r\n+QIURC: "recv",1,4\r\nabcde\r\n'],
    ['a payload behind a length of a socket in buffer mode', '\r\n+QIURC: "recv",0,4\r\nabcd\r\n'],
  ])('is not %s', (_, text) => {
    expect([judge(text, more), judge(text, whole)]).toEqual([false, false]);
  });

  it.each<[string, string]>([
    ['a line', '\r\n+QIURC: "pdp'],
    ['a first letter', '\r\nR'],
    ['a push', '\r\n+QIURC: "recv",1,40\r\nabcd'],
    ['a push whose first byte has not come', '\r\n+QIURC: "recv",1,4\r\n'],
  ])('may go on behind the beginning of %s, but does not end there', (_, text) => {
    expect([judge(text, more), judge(text, whole)]).toEqual([true, false]);
  });
});

describe('an escape that is repeated', () => {
  const START = '\r\nRDY\r\n\r\n+CFUN: 1\r\n';
  it.each<[string, string]>([
    ['between notices', `${START}+++\r\n+CPIN: READY\r\n`],
    ['several times', `${START}++++++\r\n+CPIN: READY\r\n`],
    ['with nothing behind it yet', `${START}+++`],
  ])('is talk of a module that has started anew: %s', (_, text) => {
    expect([judge(text, echoed), judge(text, whole)]).toEqual([true, false]);
  });

  it.each<[string, string]>([
    ['more plus signs', `${START}++++\r\n`],
    ['a text behind it', `${START}+++ hello\r\n`],
  ])('is none with %s', (_, text) => {
    expect(judge(text, echoed)).toBe(false);
  });
});

describe('an answer to an escape', () => {
  it.each<[string, string]>([
    ['alone', '\r\nOK\r\n'],
    ['with URCs behind it', `\r\nOK\r\n${URC}`],
    ['with URCs in front of it', `${URC}\r\nOK\r\n`],
  ])('is allowed where there may be one: %s', (_, text) => {
    expect(judge(text, answered)).toBe(true);
  });

  it.each<[string, string]>([
    ['a second one', '\r\nOK\r\n\r\nOK\r\n'],
    ['ERROR', '\r\nERROR\r\n'],
    ['NO CARRIER', '\r\nNO CARRIER\r\n'],
    ['OK with a text in the same line', '\r\nOK then\r\n'],
  ])('is not %s', (_, text) => {
    expect(judge(text, answered)).toBe(false);
  });

  it('inside a push is none: another one may follow', () => {
    const push = '\r\n+QIURC: "recv",1,6\r\n\r\nOK\r\n';
    expect([judge(push, answered), judge(`${push}\r\nOK\r\n`, answered)]).toEqual([true, true]);
    expect(judge(push, whole)).toBe(true);
  });
});
