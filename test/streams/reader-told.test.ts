/** What the answers to queries teach the reader, where a change was refused. */
import { itReads, sockets, wireDialects, writes } from './session.ts';

const { lte, bc66, rg } = wireDialects;
const OK = '\r\nOK\r\n';
const ERROR = '\r\nERROR\r\n';
const asks = (option: string) => writes(`AT+QICFG="${option}"`);

describe('an option that was asked for', () => {
  itReads(lte, 'is known to the reader: %s', [
    [
      'viewmode, whose change is refused',
      [
        asks('viewmode'),
        `\r\n+QICFG: "viewmode",1\r\n${OK}`,
        writes('AT+QICFG="viewmode",0'),
        ERROR,
        writes('AT+QIRD=0,1500'),
        `\r\n+QIRD: 4,OK\r\n\r\n${OK}`,
      ],
      [
        'info +QICFG:viewmode|1',
        'final OK',
        'final ERROR',
        'info +QIRD:4 <lengthBytes=4> = OK\r\n',
        'final OK',
      ],
      sockets([0, { mode: 'buffer' }]),
    ],
    [
      'hexadecimal data',
      [
        asks('dataformat'),
        `\r\n+QICFG: "dataformat",0,1\r\n${OK}`,
        writes('AT+QIRD=0,1500'),
        `\r\n+QIRD: 2\r\n4F4B\r\n${OK}`,
      ],
      [
        'info +QICFG:dataformat|0|1',
        'final OK',
        'info +QIRD:2 <lengthBytes=2 isDecodedFromHex=true> = OK',
        'final OK',
      ],
      sockets([0, { mode: 'buffer' }]),
    ],
    [
      'sent data that is not echoed',
      [
        writes('AT+QISDE?'),
        `\r\n+QISDE: 0\r\n${OK}`,
        writes('AT+QISEND=0,2'),
        '\r\n> ',
        (reader) => reader.payloadStarted(Buffer.from('hi')),
        'hi\r\n\r\nSEND OK\r\n',
      ],
      ['info +QISDE:0', 'final OK', 'prompt', 'unknown hi', 'final SEND OK'],
      sockets([0, { mode: 'buffer' }]),
    ],
    [
      'not by a line that nobody asked for',
      ['\r\n+QICFG: "viewmode",1\r\n', writes('AT+QIRD=0,1500'), `\r\n+QIRD: 2\r\nab\r\n${OK}`],
      ['unknown +QICFG: "viewmode",1', 'info +QIRD:2 <lengthBytes=2> = ab', 'final OK'],
      sockets([0, { mode: 'buffer' }]),
    ],
    [
      'not by the list of what the firmware supports',
      [
        writes('AT+QICFG=?'),
        `\r\n+QICFG: "viewmode",1\r\n${OK}`,
        writes('AT+QIRD=0,1500'),
        `\r\n+QIRD: 2\r\nab\r\n${OK}`,
      ],
      ['info +QICFG:viewmode|1', 'final OK', 'info +QIRD:2 <lengthBytes=2> = ab', 'final OK'],
      sockets([0, { mode: 'buffer' }]),
    ],
  ]);

  itReads(rg, 'is known to the reader on rg: %s', [
    [
      'a prompt that is a line of its own',
      [asks('formatcfg'), `\r\n+QICFG: "formatcfg",1\r\n${OK}`, writes('AT+QISEND=0,2'), '\r\n>\r\n'],
      ['info +QICFG:formatcfg|1', 'final OK', 'prompt'],
    ],
  ]);

  itReads(bc66, 'is known to the reader on bc66: %s', [
    [
      'hexadecimal data',
      [
        asks('dataformat'),
        `\r\n+QICFG: "dataformat",1,1\r\n${OK}`,
        writes('AT+QIRD=0,512'),
        `\r\n+QIRD: 1\r\n41\r\n${OK}`,
      ],
      [
        'info +QICFG:dataformat|1|1',
        'final OK',
        'info +QIRD:1 <lengthBytes=1 isDecodedFromHex=true> = A',
        'final OK',
      ],
      sockets([0, { mode: 'buffer' }]),
    ],
  ]);
});
