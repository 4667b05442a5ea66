import { expectEvents, itReads, type Step, sockets, wireDialects, writes } from './session.ts';

const { ugxx, bc66, lte } = wireDialects;
const OK = '\r\nOK\r\n';

describe('pushed data (D1)', () => {
  const text = '\r\n+QIURC: "recv",0,2\r\nab\r\n';
  const withPayload = ['urc recv connectId=0 lengthBytes=2 <lengthBytes=2> = ab'];
  const without = ['urc recv connectId=0 lengthBytes=2', 'unknown ab'];
  const opens = (mode: string): Step[] => [writes(`AT+QIOPEN=1,0,"TCP","host",80${mode}`), OK];

  itReads(lte, 'follows its URC %s', [
    ['when nothing is known of the socket', [text], withPayload],
    ['when it was in push mode before', [text], withPayload, sockets([0, { mode: 'push' }])],
    ['when it was opened so', [...opens(',0,1'), text], ['final OK', ...withPayload]],
    [
      'when it was switched so',
      [...opens(''), writes('AT+QISWTMD=0,1'), OK, text],
      ['final OK', 'final OK', ...withPayload],
    ],
    [
      'when switching it back was refused',
      [...opens(',0,1'), writes('AT+QISWTMD=0,0'), '\r\nERROR\r\n', text],
      ['final OK', 'final ERROR', ...withPayload],
    ],
    [
      'when AT+QISTATE says so',
      [writes('AT+QISTATE=1,0'), `+QISTATE: 0,"TCP","h",80,5000,2,1,0,1,"uart1"\r\n${OK}${text}`],
      ['info +QISTATE:0|TCP|h|80|5000|2|1|0|1|uart1', 'final OK', ...withPayload],
      sockets([0, { mode: 'buffer' }]),
    ],
    [
      'when its buffer socket was closed',
      [writes('AT+QICLOSE=0'), OK, text],
      ['final OK', ...withPayload],
      sockets([0, { mode: 'buffer' }]),
    ],
  ]);

  itReads(lte, 'does not follow the URC of a socket that %s', [
    ['was in buffer mode before', [text], without, sockets([0, { mode: 'buffer' }])],
    ['was opened without a mode', [...opens(''), text], ['final OK', ...without]],
    [
      'was switched so',
      [writes('AT+QISWTMD=0,0'), OK, text],
      ['final OK', ...without],
      sockets([0, { mode: 'push' }]),
    ],
    [
      'failed to close',
      [writes('AT+QICLOSE=0'), '\r\nERROR\r\n', text],
      ['final ERROR', ...without],
      sockets([0, { mode: 'buffer' }]),
    ],
  ]);

  it('of an accepted socket comes as its listener has it on lte, never on ugxx (D15)', () => {
    const steps = ['\r\n+QIURC: "incoming",0,1,"10.0.0.1",5000\r\n', text];
    const listener = sockets([1, { mode: 'push', service: 'TCP LISTENER' }]);
    const accepted = 'urc incoming connectId=0 serverId=1 address=10.0.0.1 port=5000';
    expectEvents(lte, steps, [accepted, ...withPayload], listener);
    expectEvents(ugxx, steps, [accepted, ...without], listener);
  });

  it('has its sender in front of the payload, inside an answer', () => {
    const steps = [writes('AT+CSQ'), `\r\n+QIURC: "recv",2,2,"10.7.76.34",7687\r\nOK\r\n+CSQ: 1,99\r\n${OK}`];
    expectEvents(ugxx, steps, [
      'urc recv connectId=2 lengthBytes=2 address=10.7.76.34 port=7687 <lengthBytes=2 address=10.7.76.34 port=7687> = OK',
      'info +CSQ:1|99',
      'final OK',
    ]);
  });

  it('may fill the buffer, which brings none (bc66)', () => {
    expectEvents(
      bc66,
      ['\r\n+QIURC: "recv",0,"buff full"\r\n\r\nRDY\r\n'],
      ['urc buffer_full connectId=0', 'urc ready text=RDY'],
    );
  });
});
