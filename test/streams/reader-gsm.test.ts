/** What modules of the gsm dialect answer and announce. */
import type { SettingName } from '../../adapters/dialects/wire.ts';
import type { KnownState } from '../../streams/host-state.ts';
import { Reader } from '../../streams/reader.ts';
import { expectEvents, itReads, sends, wireDialects, writes } from './session.ts';

const { gsm } = wireDialects;
const OK = '\r\nOK\r\n';
const set = (settings: Partial<Record<SettingName, number>>): KnownState => ({ settings });

describe('results', () => {
  itReads(gsm, '%s', [
    [
      'are a bare address for AT+QILOCIP',
      [writes('AT+QILOCIP'), 'AT+QILOCIP\r\r\n10.1.1.1\r\n'],
      ['echo AT+QILOCIP', 'final ADDRESS address=10.1.1.1'],
    ],
    [
      'are no bare address for another command',
      [writes('AT+QIACT'), `\r\n10.1.1.1\r\n${OK}`],
      ['unknown 10.1.1.1', 'final OK'],
    ],
    ['are CLOSE OK instead of OK', [writes('AT+QICLOSE'), '\r\nCLOSE OK\r\n'], ['final CLOSE OK']],
    [
      'have an index in front',
      [writes('AT+QICLOSE=0'), '\r\n0, CLOSE OK\r\n'],
      ['final CLOSE OK connectId=0'],
    ],
    ['are DEACT OK instead of OK', [writes('AT+QIDEACT'), '\r\nDEACT OK\r\n'], ['final DEACT OK']],
    [
      'of an open come behind OK',
      [writes('AT+QIOPEN="TCP","h",80'), `${OK}\r\nCONNECT OK\r\n`],
      ['final OK', 'urc open_result result=CONNECT OK'],
    ],
    [
      'of an open have an index in front',
      [writes('AT+QIOPEN=1,"TCP","h",80'), `${OK}\r\n1, CONNECT FAIL\r\n`],
      ['final OK', 'urc open_result result=CONNECT FAIL connectId=1'],
    ],
    [
      'of a server come behind OK',
      [writes('AT+QISERVER'), `${OK}\r\nSERVER OK\r\n`],
      ['final OK', 'urc server_result result=SERVER OK'],
    ],
    [
      'of a resolution are bare addresses behind OK',
      [writes('AT+QIDNSGIP="h"'), `${OK}\r\n10.1.1.1\r\n10.1.1.2\r\n`],
      ['final OK', 'urc dns_result address=10.1.1.1', 'urc dns_result address=10.1.1.2'],
    ],
    [
      'of a resolution may come behind and within other commands',
      [writes('AT+QIDNSGIP="h"'), OK, writes('AT+CSQ'), `10.1.1.1\r\n${OK}10.1.1.2\r\n`],
      ['final OK', 'urc dns_result address=10.1.1.1', 'final OK', 'urc dns_result address=10.1.1.2'],
    ],
    [
      'of a status come behind OK',
      [writes('AT+QISTAT'), `${OK}\r\nSTATE: IP INITIAL\r\nother\r\n`],
      ['final OK', 'late info STATE: IP INITIAL', 'unknown other'],
    ],
    [
      'of a status of six come behind OK',
      [writes('AT+QISTATE'), `${OK}\r\nSTATE: IP STATUS\r\n+QISTATE: 0,"TCP"\r\n`],
      ['final OK', 'late info STATE: IP STATUS', 'late info +QISTATE:0|TCP'],
    ],
    [
      'of a server status come behind OK',
      [writes('AT+QISSTAT'), `${OK}\r\nS: LISTENNING\r\nC: 0\r\n`],
      ['final OK', 'late info S: LISTENNING', 'unknown C: 0'],
    ],
    [
      'of the ports are words',
      [writes('AT+QILPORT?'), `TCP: 2020\r\nUDP: 3030\r\nSCTP: 1\r\n${OK}`],
      ['info TCP: 2020', 'info UDP: 3030', 'unknown SCTP: 1', 'final OK'],
    ],
    [
      'of a send have an index in front',
      [writes('AT+QISEND=0,2'), '> ', sends('ab'), '\r\n0, SEND OK\r\n'],
      ['prompt', 'final SEND OK connectId=0'],
      set({ mux: 1 }),
    ],
    ['are numbers', [writes('AT+QIACT'), '0\r'], ['final OK numeric=0']],
    [
      'are counters',
      [writes('AT+QISACK'), `+QISACK: 10, 4, 6\r\n${OK}`],
      ['info +QISACK:10|4|6', 'final OK'],
    ],
  ]);

  it('of a send have no repeated data in front: it is a line', () => {
    expectEvents(
      gsm,
      [writes('AT+QISEND=2'), '> ', sends('ab'), 'ab\r\nSEND OK\r\n'],
      ['prompt', 'unknown ab', 'final SEND OK'],
    );
  });

  it.each([
    ['AT+QISEND=10', {}, 10],
    ['AT+QISEND', {}, undefined],
    ['AT+QISEND=3', { mux: 1 }, undefined],
    ['AT+QISEND=3,10', { mux: 1 }, 10],
  ])('are preceded by as many bytes as the send asks for: %s with %j', (text, settings, length) => {
    const reader = new Reader(gsm, () => undefined, set(settings));
    reader.commandStarted({ text });
    expect(reader.payloadLength).toBe(length);
  });
});

describe('notices', () => {
  itReads(gsm, 'come out typed: %s', [
    [
      'of a client and its loss',
      ['\r\nREMOTE IP: 10.1.1.1\r\n\r\nCLOSED\r\n'],
      ['urc remote_ip address=10.1.1.1', 'urc closed'],
    ],
    [
      'with an index',
      ['0, REMOTE IP: 10.1.1.1\r\n0, CLOSED\r\n'],
      ['urc remote_ip address=10.1.1.1 connectId=0', 'urc closed connectId=0'],
    ],
    ['of a lost context', ['\r\n+PDP DEACT\r\n'], ['urc pdp_deact']],
    [
      'inside an answer',
      [writes('AT+QISACK=1'), `0, CLOSED\r\n+QISACK: 1, 1, 0\r\n${OK}`],
      ['urc closed connectId=0', 'info +QISACK:1|1|0', 'final OK'],
    ],
    ['of data to read', ['\r\n+QIRDI: 0,1,0\r\n'], ['urc qirdi contextId=0 role=1 connectId=0']],
  ]);
});

describe('a read (AT+QINDI=1)', () => {
  const READ = writes('AT+QIRD=0,1,0,1500');
  itReads(gsm, '%s, however cut', [
    [
      'brings payload with its sender',
      [READ, '+QIRD:10.0.0.1:7007,TCP,4\r\nOK\r\n\r\nOK\r\n'],
      [
        'info +QIRD:10.0.0.1:7007|TCP|4 <lengthBytes=4 address=10.0.0.1 port=7007 protocol=TCP> = OK\r\n',
        'final OK',
      ],
    ],
    [
      'brings payload with nothing behind it',
      [READ, '+QIRD:10.0.0.1:7007,UDP,2\r\nabOK\r\n'],
      [
        'info +QIRD:10.0.0.1:7007|UDP|2 <lengthBytes=2 address=10.0.0.1 port=7007 protocol=UDP> = ab',
        'final OK',
      ],
    ],
    ['may be a bare OK', [READ, OK], ['final OK']],
  ]);
});
