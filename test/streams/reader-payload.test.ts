/** Reads of the dialects with connect ids, and the forms of their payload. */
import type { KnownState, SocketState } from '../../streams/host-state.ts';
import { Reader } from '../../streams/reader.ts';
import { wire } from '../support/chunkings.ts';
import {
  abandons,
  expectEvents,
  isQuiet,
  itReads,
  type Step,
  sockets,
  wireDialects,
  writes,
} from './session.ts';

const { bc66, lte } = wireDialects;
const OK = '\r\nOK\r\n';
const READ = writes('AT+QIRD=0,1500');
const configures = (option: string): Step[] => [writes(`AT+QICFG=${option}`), OK];

describe('a read', () => {
  itReads(lte, '%s, however cut', [
    [
      'brings payload',
      [READ, `\r\n+QIRD: 6\r\n${OK}\r\n${OK}`],
      ['info +QIRD:6 <lengthBytes=6> = \r\nOK\r\n', 'final OK'],
    ],
    ['may be empty', [READ, `\r\n+QIRD: 0\r\n${OK}`], ['info +QIRD:0 <lengthBytes=0>', 'final OK']],
    [
      'brings a datagram with its sender',
      [READ, `+QIRD: 2,"10.7.76.34",7687\r\nab\r\n${OK}`],
      ['info +QIRD:2|10.7.76.34|7687 <lengthBytes=2 address=10.7.76.34 port=7687> = ab', 'final OK'],
    ],
    [
      'brings what remains',
      [READ, `+QIRD: 2,30\r\nab\r\n${OK}`],
      ['info +QIRD:2|30 <lengthBytes=2 remainingBytes=30> = ab', 'final OK'],
    ],
    [
      'of counters brings no payload',
      [writes('AT+QIRD=0,0'), `+QIRD: 100,40,60\r\n${OK}`],
      ['info +QIRD:100|40|60', 'final OK'],
    ],
    [
      'of ranges brings no payload',
      [writes('AT+QIRD=?'), `+QIRD: (0-11),(0-1500)\r\n${OK}`],
      ['info +QIRD:(0-11)|(0-1500)', 'final OK'],
    ],
    [
      'is none in the counters that are asked for behind a read that was given up',
      [READ, abandons, writes('AT+QIRD=0,0'), `\r\n+QIRD: 100,40,60\r\n${OK}`],
      ['info +QIRD:100|40|60', 'final OK'],
    ],
    [
      'that was given up brings its payload to nobody',
      [READ, abandons, `+QIRD: 6\r\n${OK}${OK}`],
      ['unknown +QIRD: 6', 'final OK'],
    ],
    [
      'that was given up is over with a result',
      [READ, abandons, `${OK}+QIRD: 2\r\nab\r\n`],
      ['final OK', 'unknown +QIRD: 2', 'unknown ab'],
    ],
    [
      'announces no more than a module can',
      [READ, '+QIRD: 65536\r\nab\r\n'],
      ['info +QIRD:65536', 'unknown ab'],
    ],
  ]);

  it('that brings less than announced is given up as garbage', () => {
    const steps = [READ, '+QIRD: 6\r\nab', isQuiet, OK];
    expectEvents(lte, steps, ['garbage payload cut 2', 'final OK']);
  });

  it('tells that it lacks payload', () => {
    const reader = new Reader(lte, () => undefined);
    reader.commandStarted({ text: 'AT+QIRD=0,1500' });
    reader.push(wire('+QIRD: 6\r\nab'));
    expect([reader.isInPayload, reader.isWaiting]).toEqual([true, true]);
    reader.giveUp();
    expect([reader.isInPayload, reader.isWaiting]).toEqual([false, false]);
  });
});

describe('payload in line (viewmode 1)', () => {
  const inLine: KnownState = { options: { viewmode: [1] } };
  const of = (socket: SocketState): KnownState => ({ ...inLine, ...sockets([0, socket]) });

  itReads(lte, 'is counted %s', [
    [
      'in a read',
      [READ, `+QIRD: 4,a,\r\n\r\n${OK}`],
      ['info +QIRD:4 <lengthBytes=4> = a,\r\n', 'final OK'],
      inLine,
    ],
    [
      'in a read once the option is set',
      [...configures('"viewmode",1'), READ, `+QIRD: 1,a\r\n${OK}`],
      ['final OK', 'info +QIRD:1 <lengthBytes=1> = a', 'final OK'],
    ],
    [
      'in a read with commas like counters',
      [READ, `+QIRD: 3,1,2\r\n${OK}`],
      ['info +QIRD:3 <lengthBytes=3> = 1,2', 'final OK'],
      inLine,
    ],
    [
      'not in counters',
      [writes('AT+QIRD=0,0'), `+QIRD: 3,1,2\r\n${OK}`],
      ['info +QIRD:3|1|2', 'final OK'],
      inLine,
    ],
    [
      'in a read of a datagram',
      [READ, `+QIRD: 2,"1.2.3.4",7,ab\r\n${OK}`],
      ['info +QIRD:2|1.2.3.4|7 <lengthBytes=2 address=1.2.3.4 port=7> = ab', 'final OK'],
      of({ service: 'UDP SERVICE' }),
    ],
    [
      'in a read of UDP, whose payload looks like an address',
      [READ, `+QIRD: 13,"1.2.3.4",7,x\r\n${OK}`],
      ['info +QIRD:13 <lengthBytes=13> = "1.2.3.4",7,x', 'final OK'],
      of({ service: 'UDP' }),
    ],
    [
      'in a read with what remains',
      [READ, `+QIRD: 2,30,ab\r\n${OK}`],
      ['info +QIRD:2|30 <lengthBytes=2 remainingBytes=30> = ab', 'final OK'],
      { options: { viewmode: [1], showlength: [1] } },
    ],
    [
      'in direct push',
      ['+QIURC: "recv",0,3,a,b\r\n'],
      ['urc recv connectId=0 lengthBytes=3 <lengthBytes=3> = a,b'],
      inLine,
    ],
    [
      'in direct push of a datagram',
      ['+QIURC: "recv",0,2,"1.2.3.4",7,ab\r\n'],
      [
        'urc recv connectId=0 lengthBytes=2 address=1.2.3.4 port=7 <lengthBytes=2 address=1.2.3.4 port=7> = ab',
      ],
      of({ service: 'UDP SERVICE', mode: 'push' }),
    ],
    [
      'not in the URC of a buffer socket',
      ['+QIURC: "recv",0,2\r\n+QIURC: "recv",0\r\n'],
      ['urc recv connectId=0 lengthBytes=2', 'urc recv connectId=0'],
      of({ mode: 'buffer' }),
    ],
    [
      'not behind other commas',
      [writes('AT+CSQ'), `+CSQ: 20,99\r\n+QIURC: "closed",0\r\n${OK}`],
      ['info +CSQ:20|99', 'urc closed connectId=0', 'final OK'],
      inLine,
    ],
    [
      'no more once the option is back',
      [...configures('"viewmode",0'), READ, '+QIRD: 1\r\na\r\n'],
      ['final OK', 'info +QIRD:1 <lengthBytes=1> = a'],
      inLine,
    ],
  ]);

  it('is told by the header itself on bc66', () => {
    expectEvents(bc66, [READ, `+QIRD: 2,ab\r\n${OK}`], ['info +QIRD:2 <lengthBytes=2> = ab', 'final OK']);
    expectEvents(
      bc66,
      ['+QIURC: "recv",0,2,ab\r\n'],
      ['urc recv connectId=0 lengthBytes=2 <lengthBytes=2> = ab'],
    );
  });
});

describe('hexadecimal data', () => {
  const hex: KnownState = { options: { dataformat: [0, 1] } };
  const header = '<lengthBytes=2 isDecodedFromHex=true>';

  itReads(lte, 'is decoded %s', [
    ['in a read', [READ, `+QIRD: 2\r\n4F4b\r\n${OK}`], [`info +QIRD:2 ${header} = OK`, 'final OK'], hex],
    [
      'once the option is set',
      [...configures('"dataformat",0,1'), READ, `+QIRD: 2\r\n4F4B\r\n${OK}`],
      ['final OK', `info +QIRD:2 ${header} = OK`, 'final OK'],
    ],
    [
      'in direct push',
      ['+QIURC: "recv",0,2\r\n4F4B\r\n'],
      [`urc recv connectId=0 lengthBytes=2 ${header} = OK`],
      hex,
    ],
    [
      'in line',
      [READ, `+QIRD: 2,4F4B\r\n${OK}`],
      [`info +QIRD:2 ${header} = OK`, 'final OK'],
      { options: { viewmode: [1], dataformat: [0, 1] } },
    ],
    [
      'in quotation marks',
      [READ, `+QIRD: 2,"4F4B"\r\n${OK}`],
      [`info +QIRD:2 ${header} = OK`, 'final OK'],
      { options: { viewmode: [1], dataformat: [0, 1] } },
    ],
    [
      'not where only sent data is',
      [READ, `+QIRD: 2\r\n4F\r\n${OK}`],
      ['info +QIRD:2 <lengthBytes=2> = 4F', 'final OK'],
      { options: { dataformat: [1, 0] } },
    ],
    ['not in an empty read', [READ, `+QIRD: 0\r\n${OK}`], ['info +QIRD:0 <lengthBytes=0>', 'final OK'], hex],
  ]);

  it('that is none is garbage', () => {
    expectEvents(
      lte,
      [READ, `+QIRD: 2\r\n4F4X\r\n${OK}`],
      ['garbage payload is not hexadecimal 4', 'final OK'],
      hex,
    );
  });
});
