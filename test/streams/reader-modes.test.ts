/** Data mode and boots of the dialects with connect ids. */
import type { KnownState } from '../../streams/host-state.ts';
import { Reader } from '../../streams/reader.ts';
import { wire } from '../support/chunkings.ts';
import { escapes, expectEvents, isQuiet, itReads, sockets, wireDialects, writes } from './session.ts';

const { lte, rg } = wireDialects;
const OK = '\r\nOK\r\n';
const READ = writes('AT+QIRD=0,1500');

describe('data mode', () => {
  const opens = writes('AT+QIOPEN=1,0,"TCP","host",80,0,2');

  itReads(lte, '%s, however cut', [
    [
      'begins with CONNECT and ends with OK to an escape',
      [opens, '\r\nCONNECT\r\n\r\nOK\r\n', escapes, 'a\r\nOK\r\n'],
      ['final CONNECT', 'data \r\nOK\r\na', 'final OK'],
    ],
    ['begins with CONNECT and a speed', [opens, '\r\nCONNECT 9600\r\nab'], ['final CONNECT', 'data ab']],
    [
      'ends with NO CARRIER',
      [opens, '\r\nCONNECT\r\nab\r\nNO CARRIER\r\n\r\nRDY\r\n'],
      ['final CONNECT', 'data ab', 'urc no_carrier', 'urc ready text=RDY'],
    ],
    [
      'begins again with ATO',
      [writes('ATO'), 'ATO\r\r\nCONNECT\r\nab'],
      ['echo ATO', 'final CONNECT', 'data ab'],
    ],
    [
      'does not begin again when there is nothing',
      [writes('ATO'), '\r\nNO CARRIER\r\nRDY\r\n'],
      ['final NO CARRIER', 'urc ready text=RDY'],
    ],
    ['begins by a switch', [writes('AT+QISWTMD=0,2'), '\r\nCONNECT\r\nab'], ['final CONNECT', 'data ab']],
    [
      'does not begin when the open fails',
      [opens, '\r\nERROR\r\nRDY\r\n'],
      ['final ERROR', 'urc ready text=RDY'],
    ],
    [
      'is there from the start where that is known',
      ['ab\r\nNO CARRIER\r\nRDY\r\n'],
      ['data ab', 'urc no_carrier', 'urc ready text=RDY'],
      { isInDataMode: true },
    ],
    ['does not begin without a command', ['\r\nCONNECT\r\nRDY\r\n'], ['final CONNECT', 'urc ready text=RDY']],
    [
      'holds back what may be its end for a while',
      [opens, '\r\nCONNECT\r\nab\r\nNO', isQuiet, '\r\n'],
      ['final CONNECT', 'data ab\r\nNO'],
    ],
  ]);

  it('leaves its socket in buffer mode after an escape', () => {
    const steps = [opens, '\r\nCONNECT\r\n', escapes, '\r\nOK\r\n', '+QIURC: "recv",0,2\r\nab\r\n'];
    expectEvents(lte, steps, [
      'final CONNECT',
      'final OK',
      'urc recv connectId=0 lengthBytes=2',
      'unknown ab',
    ]);
  });

  it('is told', () => {
    const reader = new Reader(lte, () => undefined);
    reader.commandStarted({ text: 'ATO' });
    reader.push(wire('CONNECT\r\nab'));
    expect([reader.isInDataMode, reader.isDataModeInDoubt]).toEqual([true, false]);
    reader.push(wire('\r\nNO CARRIER\r\n'));
    expect(reader.isInDataMode).toBe(false);
  });
});

describe('a boot notice (D13)', () => {
  const known: KnownState = {
    options: { viewmode: [1], dataformat: [1, 1], formatcfg: [1] },
    ...sockets([0, { mode: 'buffer' }]),
  };

  it.each([
    ['RDY', 'ready text=RDY'],
    ['APP RDY', 'app_ready text=APP RDY'],
    ['POWERED DOWN', 'powered_down'],
    ['NORMAL POWER DOWN', 'powered_down'],
  ])('%s puts sockets and options back', (line, urc) => {
    const steps = [`\r\n${line}\r\n+QIURC: "recv",0,2\r\nab`, READ, `+QIRD: 1\r\n4\r\n${OK}`];
    const pushed = 'urc recv connectId=0 lengthBytes=2 <lengthBytes=2> = ab';
    expectEvents(lte, steps, [`urc ${urc}`, pushed, 'info +QIRD:1 <lengthBytes=1> = 4', 'final OK'], known);
  });

  it.each([
    ['+CPIN: READY', 'cpin state=READY'],
    ['+QIND: PB DONE', 'qind what=PB DONE'],
    ['+CFUN: 1', 'cfun value=1'],
  ])('is not %s', (line, urc) => {
    const steps = [`\r\n${line}\r\n+QIURC: "recv",0,2\r\nRDY\r\n`];
    expectEvents(
      lte,
      steps,
      [`urc ${urc}`, 'urc recv connectId=0 lengthBytes=2', 'urc ready text=RDY'],
      known,
    );
  });

  it('ends the wait for a prompt and for payload', () => {
    expectEvents(lte, [writes('AT+QISEND=0,4'), '\r\nRDY\r\n>\r\n'], ['urc ready text=RDY', 'unknown >']);
    expectEvents(
      lte,
      [READ, '\r\nRDY\r\n+QIRD: 2\r\nab\r\n'],
      ['urc ready text=RDY', 'info +QIRD:2', 'unknown ab'],
    );
  });

  it('has the module repeat sent data again', () => {
    const steps = [
      writes('AT+QISDE=0'),
      `${OK}\r\nRDY\r\n`,
      writes('AT+QISEND=0,2'),
      '> ',
      (reader: Reader) => reader.payloadStarted(wire('ab')),
      'ab\r\nSEND OK\r\n',
    ];
    expectEvents(rg, steps, ['final OK', 'urc ready text=RDY', 'prompt', 'final SEND OK']);
  });
});
