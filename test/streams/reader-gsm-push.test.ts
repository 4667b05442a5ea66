/** What modules of the gsm dialect push, and their data mode. */
import type { SettingName } from '../../adapters/dialects/wire.ts';
import type { KnownState } from '../../streams/host-state.ts';
import { Reader } from '../../streams/reader.ts';
import { wire } from '../support/chunkings.ts';
import { escapes, expectEvents, isQuiet, itReads, wireDialects, writes } from './session.ts';

const { gsm } = wireDialects;
const OK = '\r\nOK\r\n';
const set = (settings: Partial<Record<SettingName, number>>): KnownState => ({ settings });

describe('pushed data of six connections (AT+QIMUX=1)', () => {
  const none = { mux: 1, qihead: 0, qishowra: 0, qishowla: 0 } as const;
  const all = { mux: 1, qihead: 1, qishowra: 1, qishowla: 1 } as const;
  itReads(gsm, '%s, however cut', [
    [
      'follows its line',
      ['\r\n+RECEIVE: 0, 4\r\nOK\r\n\r\n+RECEIVE: 1, 2\r\nab'],
      [
        'urc receive connectId=0 lengthBytes=4 <lengthBytes=4> = OK\r\n',
        'urc receive connectId=1 lengthBytes=2 <lengthBytes=2> = ab',
      ],
      set(none),
    ],
    [
      'may look like a header',
      ['+RECEIVE: 0, 5\r\nIPD5:OK\r\n'],
      ['urc receive connectId=0 lengthBytes=5 <lengthBytes=5> = IPD5:', 'final OK'],
      set(none),
    ],
    [
      'has addresses in front',
      ['+RECEIVE: 0, 3\r\nRECV FROM:1.2.3.4:5\r\nTO:10.1.1.1\r\nIPD3:abcOK\r\n'],
      [
        'urc receive connectId=0 lengthBytes=3 address=1.2.3.4 port=5 localAddress=10.1.1.1 <lengthBytes=3> = abc',
        'final OK',
      ],
      set(all),
    ],
    [
      'has them by their looks when nothing is known',
      ['+RECEIVE: 0, 3\r\nIPD3:abcOK\r\n'],
      ['urc receive connectId=0 lengthBytes=3 <lengthBytes=3> = abc', 'final OK'],
      set({ mux: 1 }),
    ],
    [
      'has the echo of a command behind it',
      ['+RECEIVE: 0, 2\r\nab', writes('AT+QISACK=0'), `AT+QISACK=0\r${OK}`],
      ['urc receive connectId=0 lengthBytes=2 <lengthBytes=2> = ab', 'echo AT+QISACK=0', 'final OK'],
      set(none),
    ],
    [
      'has no IPD without its line, though heads are on',
      ['IPD2:ab\r\n'],
      ['unknown IPD2:ab'],
      set({ mux: 1, qihead: 1 }),
    ],
    ['has no IPD without its line', ['IPD2:ab\r\n'], ['unknown IPD2:ab'], set(none)],
    [
      'once the host has set it',
      [writes('AT+QIMUX=1'), OK, writes('AT+QIHEAD=0'), OK, '+RECEIVE: 0, 5\r\nIPD5:'],
      ['final OK', 'final OK', 'urc receive connectId=0 lengthBytes=5 <lengthBytes=5> = IPD5:'],
    ],
  ]);

  it('that stops short is garbage', () => {
    expectEvents(
      gsm,
      ['+RECEIVE: 0, 9\r\nab', isQuiet, OK],
      ['garbage payload cut 2', 'final OK'],
      set(none),
    );
  });
});

describe('pushed data of one connection (AT+QIMUX=0)', () => {
  const heads = set({ qihead: 1, qishowra: 1, qishowla: 1 });
  const ADDRESSES = 'RECV FROM:1.2.3.4:5\r\nTO:10.1.1.1\r\n';

  itReads(gsm, '%s, however cut', [
    [
      'follows IPD',
      ['IPD4:OK\r\nIPD2TCP:ab'],
      [
        'urc ipd lengthBytes=4 <lengthBytes=4> = OK\r\n',
        'urc ipd lengthBytes=2 protocol=TCP <lengthBytes=2 protocol=TCP> = ab',
      ],
      heads,
    ],
    [
      'has addresses in front',
      [`${ADDRESSES}IPD2UDP:ab`],
      [
        'urc ipd lengthBytes=2 protocol=UDP address=1.2.3.4 port=5 localAddress=10.1.1.1 <lengthBytes=2 protocol=UDP> = ab',
      ],
      heads,
    ],
    [
      'has addresses for itself only',
      [`${ADDRESSES}IPD1:aIPD1:b`],
      [
        'urc ipd lengthBytes=1 address=1.2.3.4 port=5 localAddress=10.1.1.1 <lengthBytes=1> = a',
        'urc ipd lengthBytes=1 <lengthBytes=1> = b',
      ],
      heads,
    ],
    [
      'does not follow addresses with another line behind them',
      [`${ADDRESSES}RDY\r\n`],
      ['unknown RECV FROM:1.2.3.4:5', 'unknown TO:10.1.1.1', 'urc ready text=RDY'],
      heads,
    ],
    [
      'does not follow addresses with silence behind them',
      [`${ADDRESSES}`, isQuiet, 'IPD1:a'],
      ['unknown RECV FROM:1.2.3.4:5', 'unknown TO:10.1.1.1', 'urc ipd lengthBytes=1 <lengthBytes=1> = a'],
      heads,
    ],
    [
      'cannot be told from lines without a header (D7)',
      ['IPD2:ab\r\nRECV FROM:1.2.3.4:5\r\n'],
      ['unknown IPD2:ab', 'unknown RECV FROM:1.2.3.4:5'],
      set({ qihead: 0 }),
    ],
    [
      'is no address where these are off',
      ['TO:10.1.1.1\r\nIPD1:a'],
      ['unknown TO:10.1.1.1', 'urc ipd lengthBytes=1 <lengthBytes=1> = a'],
      set({ qihead: 1, qishowla: 0 }),
    ],
    [
      'has the echo of a command behind it',
      ['no header', writes('AT+QISACK'), `AT+QISACK\r${OK}`],
      ['unknown no header', 'echo AT+QISACK', 'final OK'],
      heads,
    ],
  ]);

  it('waits for what belongs to an address', () => {
    const reader = new Reader(gsm, () => undefined, heads);
    reader.push(wire(ADDRESSES));
    expect(reader.isWaiting).toBe(true);
  });
});

describe('data mode', () => {
  const connects = '\r\nCONNECT\r\n';

  itReads(gsm, '%s, however cut', [
    [
      'begins behind the OK of an open',
      [writes('AT+QIOPEN="TCP","h",80'), `${OK}${connects}ab`],
      ['final OK', 'urc open_result result=CONNECT', 'data ab'],
    ],
    [
      'begins with a client, without a command (D19)',
      [`REMOTE IP: 10.1.1.1\r\n${connects}ab`],
      ['urc remote_ip address=10.1.1.1', 'urc open_result result=CONNECT', 'data ab'],
    ],
    ['begins again with ATO', [writes('ATO'), `${connects}ab`], ['final CONNECT', 'data ab']],
    [
      'ends with NO CARRIER',
      [connects, 'ab\r\nNO CARRIER\r\n'],
      ['urc open_result result=CONNECT', 'data ab', 'urc no_carrier'],
    ],
    [
      'goes on behind CLOSED when an escape is answered',
      [connects, 'ab\r\nCLOSED\r\n', escapes, '\r\nOK\r\n'],
      ['urc open_result result=CONNECT', 'data ab\r\nCLOSED\r\n', 'final OK'],
    ],
    [
      'ends with CLOSED when settled so',
      [connects, 'ab\r\nCLOSED\r\n', (reader) => reader.settleDataMode(true)],
      ['urc open_result result=CONNECT', 'data ab', 'urc closed'],
    ],
    [
      'ends with +PDP DEACT when settled so',
      [connects, '\r\n+PDP DEACT\r\n\r\nRDY\r\n', (reader) => reader.settleDataMode(true)],
      ['urc open_result result=CONNECT', 'urc pdp_deact', 'urc ready text=RDY'],
    ],
    [
      'goes on behind CLOSED when settled so',
      [connects, 'ab\r\nCLOSED\r\ncd', (reader) => reader.settleDataMode(false)],
      ['urc open_result result=CONNECT', 'data ab\r\nCLOSED\r\ncd'],
    ],
  ]);

  it('tells that it is in doubt', () => {
    const reader = new Reader(gsm, () => undefined, { isInDataMode: true });
    reader.push(wire('ab\r\nCLOSED\r\n'));
    expect([reader.isInDataMode, reader.isDataModeInDoubt]).toEqual([true, true]);
    reader.settleDataMode(true);
    expect([reader.isInDataMode, reader.isDataModeInDoubt]).toEqual([false, false]);
  });
});

describe('a boot notice (D13)', () => {
  it('puts AT+QIMUX and the headers back', () => {
    const steps = ['\r\nRDY\r\nIPD2:ab', writes('AT+QISEND=3')];
    expectEvents(
      gsm,
      steps,
      ['urc ready text=RDY', 'urc ipd lengthBytes=2 <lengthBytes=2> = ab'],
      set({ mux: 1, qihead: 0 }),
    );
  });
});
