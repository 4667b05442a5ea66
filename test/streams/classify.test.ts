import type { Command } from '../../adapters/dialects/dialect.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { createClassifier, type LineMeaning } from '../../streams/classify.ts';

const classify = createClassifier(lte);
const { commands } = lte;

function meaningOf(text: string, command?: Command): LineMeaning {
  return classify(text, command);
}

describe('an echo', () => {
  it.each(['AT+CSQ', '  AT+CSQ', 'xAT+CSQ'])('is recognised in %j', (text) => {
    expect(meaningOf(text, commands.querySignal())).toEqual({ kind: 'echo' });
  });

  it('is unknown when no command is in flight', () => {
    expect(meaningOf('AT+CSQ')).toEqual({ kind: 'unknown', text: 'AT+CSQ' });
  });
});

describe('a final result', () => {
  it.each(['OK', 'ERROR', 'SEND OK', 'SEND FAIL', 'NO CARRIER', '+CME ERROR: 30', '+CMS ERROR: 500'])(
    'is %s, with or without a command',
    (result) => {
      expect(meaningOf(result)).toEqual({ kind: 'final', result });
      expect(meaningOf(result, commands.querySignal())).toEqual({ kind: 'final', result });
    },
  );

  it('is CONNECT for a command that may end with it, and for no other', () => {
    const open = {
      contextId: 1,
      connectId: 0,
      service: 'TCP',
      host: 'a',
      remotePort: 1,
      localPort: 0,
    } as const;
    expect(meaningOf('CONNECT', commands.open({ ...open, mode: 'transparent' })).kind).toBe('final');
    expect(meaningOf('CONNECT', commands.open({ ...open, mode: 'buffer' })).kind).toBe('unknown');
    expect(meaningOf('CONNECT').kind).toBe('unknown');
  });

  it.each(['ok', 'OK!', 'OKAY', 'ERRORS', 'SEND OKAY', 'CLOSE OK'])('is not %s', (text) => {
    expect(meaningOf(text, commands.querySignal())).toEqual({ kind: 'unknown', text });
  });
});

describe('an information line', () => {
  it('belongs to the command that claims its prefix, whatever it means otherwise', () => {
    expect(meaningOf('+CPIN: READY', commands.querySim())).toEqual({
      kind: 'info',
      line: { prefix: '+CPIN', text: 'READY', fields: ['READY'] },
    });
    expect(meaningOf('+CPIN: READY', commands.querySignal())).toMatchObject({
      kind: 'urc',
      urc: { name: 'cpin', state: 'READY' },
    });
  });

  it.each(['+CSQ: 20,99', '+CSQ:20,99', '+CSQ : 20 , 99', '+CSQ:   20,99'])('is read from %j', (text) => {
    expect(meaningOf(text, commands.querySignal())).toMatchObject({
      kind: 'info',
      line: { prefix: '+CSQ', fields: [20, 99] },
    });
  });

  it('may be bare text for a command that asks for text, but a notice stays a notice', () => {
    expect(meaningOf('Quectel', commands.identify())).toEqual({
      kind: 'info',
      line: { prefix: null, text: 'Quectel', fields: [] },
    });
    expect(meaningOf('RDY', commands.identify()).kind).toBe('urc');
    expect(meaningOf('Quectel', commands.querySignal()).kind).toBe('unknown');
  });

  it('is unknown with a prefix that nobody claims', () => {
    expect(meaningOf('+CSQ: 20,99')).toEqual({ kind: 'unknown', text: '+CSQ: 20,99' });
    expect(meaningOf('+XYZ: 1', commands.querySignal())).toEqual({ kind: 'unknown', text: '+XYZ: 1' });
  });
});

describe('a URC', () => {
  it.each([
    ['+QIOPEN: 0,0', { name: 'open', connectId: 0, err: 0 }],
    ['+QIOPEN:11,566', { name: 'open', connectId: 11, err: 566 }],
    ['+QIURC: "closed",3', { name: 'closed', connectId: 3 }],
    ['+QIURC:"closed",3', { name: 'closed', connectId: 3 }],
    ['+QIURC: "CLOSED",3', { name: 'closed', connectId: 3 }],
    ['+QIURC: "recv",0', { name: 'recv', connectId: 0 }],
    ['+QIURC: "recv",0,15', { name: 'recv', connectId: 0, lengthBytes: 15 }],
    [
      '+QIURC: "recv",2,3,"10.7.76.34",7687',
      { name: 'recv', connectId: 2, lengthBytes: 3, address: '10.7.76.34', port: 7687 },
    ],
    [
      '+QIURC: "incoming",11,1,"10.1.0.10",1030',
      { name: 'incoming', connectId: 11, serverId: 1, address: '10.1.0.10', port: 1030 },
    ],
    ['+QIURC: "incoming full"', { name: 'incoming_full' }],
    ['+QIURC: "incoming full",1', { name: 'incoming_full', serverId: 1 }],
    ['+QIURC: "pdpdeact",1', { name: 'pdpdeact', contextId: 1 }],
    ['+QIURC: "dnsgip",0,2,600', { name: 'dns_result', err: 0, count: 2, ttl: 600 }],
    ['+QIURC: "dnsgip",565', { name: 'dns_result', err: 565 }],
    ['+QIURC: "dnsgip","192.0.2.1"', { name: 'dns_result', address: '192.0.2.1' }],
    [
      '+QPING: 0,"61.135.169.125",32,192,255',
      { name: 'ping', result: 0, address: '61.135.169.125', bytes: 32, time: 192, ttl: 255 },
    ],
    ['+QPING: 569', { name: 'ping', result: 569 }],
    [
      '+QPING: 0,4,3,1,162,192,175',
      { name: 'ping_summary', result: 0, sent: 4, received: 3, lost: 1, min: 162, max: 192, avg: 175 },
    ],
    ['+QNTP: 0,"17/01/13,03:40:48+32"', { name: 'ntp', err: 0, time: '17/01/13,03:40:48+32' }],
    ['+QNTP: 565', { name: 'ntp', err: 565 }],
    ['RDY', { name: 'ready', text: 'RDY' }],
    ['APP RDY', { name: 'app_ready', text: 'APP RDY' }],
    ['NORMAL POWER DOWN', { name: 'powered_down' }],
    ['POWERED DOWN', { name: 'powered_down' }],
    ['UNDER_VOLTAGE', { name: 'under_voltage' }],
    ['Call Ready', { name: 'call_ready' }],
    ['+CFUN: 1', { name: 'cfun', value: 1 }],
    ['+QUSIM: 1', { name: 'qusim', value: 1 }],
    ['+CPIN: SIM PIN', { name: 'cpin', state: 'SIM PIN' }],
    ['+QIND: PB DONE', { name: 'qind', what: 'PB DONE' }],
    ['+CREG: 1', { name: 'registration', domain: 'circuit', state: 1 }],
    ['+CGREG: 5,"1A2B","01C3D4E5",7', { name: 'registration', domain: 'packet', state: 5 }],
    ['+CEREG: 2', { name: 'registration', domain: 'eps', state: 2 }],
  ])('is %s', (text, urc) => {
    expect(meaningOf(text)).toEqual({ kind: 'urc', urc, text });
    expect(meaningOf(text, commands.querySignal())).toEqual({ kind: 'urc', urc, text });
  });

  it.each([
    '+QIOPEN: 0',
    '+QIOPEN: x,0',
    '+QIURC: "closed"',
    '+QIURC: "recv","0"',
    '+QIURC: "pdpdeact"',
    '+QIURC: "incoming",11',
    '+QIURC: "something new",1',
    '+QIURC:',
    '+CFUN: on',
    '+CREG: 0,1',
    '+RDY: 1',
    'RDYX',
    'POWERED DOWN NOW',
    '',
  ])('is not %j: it is kept as unknown', (text) => {
    expect(meaningOf(text)).toEqual({ kind: 'unknown', text });
  });
});
