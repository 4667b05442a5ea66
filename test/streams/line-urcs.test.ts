/** Every URC row of every dialect. */
import type { DialectName } from '../../adapters/dialects/dialect.ts';
import { lineReaderOf } from '../../streams/line.ts';
import type { Urc } from '../../streams/urcs.ts';
import { wireDialects } from './session.ts';

const ALL = ['gsm', 'ugxx', 'bc66', 'lte', 'rg'] as const;
const QI = ['ugxx', 'bc66', 'lte', 'rg'] as const;
const CONTEXTS = ['ugxx', 'lte', 'rg'] as const;

/** Lines, what they are, and where. */
const SAMPLES: readonly (readonly [string, Urc, readonly DialectName[]])[] = [
  ['RDY', { name: 'ready', text: 'RDY' }, ALL],
  ['APP RDY', { name: 'app_ready', text: 'APP RDY' }, ALL],
  ['NORMAL POWER DOWN', { name: 'powered_down' }, ALL],
  ['POWERED DOWN', { name: 'powered_down' }, ALL],
  ['UNDER_VOLTAGE', { name: 'under_voltage' }, ALL],
  ['Call Ready', { name: 'call_ready' }, ALL],
  ['+CFUN: 1', { name: 'cfun', value: 1 }, ALL],
  ['+QUSIM: 1', { name: 'qusim', value: 1 }, ALL],
  ['+CTZV: "+8"', { name: 'ctzv', value: '+8' }, ALL],
  ['+CTZV: -4', { name: 'ctzv', value: -4 }, ALL],
  ['+CPIN: READY', { name: 'cpin', state: 'READY' }, ALL],
  ['+CPIN: SIM PIN', { name: 'cpin', state: 'SIM PIN' }, ALL],
  ['+QIND: PB DONE', { name: 'qind', what: 'PB DONE' }, ALL],
  ['+CMT: "+49151",,"26/01/01"', { name: 'cmt', fields: ['+49151', '', '26/01/01'] }, ALL],
  ['+CREG: 1', { name: 'registration', domain: 'circuit', state: 1, fields: [1] }, ALL],
  [
    '+CGREG: 5,"1A2B","01C3",7',
    { name: 'registration', domain: 'packet', state: 5, fields: [5, '1A2B', '01C3', 7] },
    ALL,
  ],
  ['+CEREG: 2', { name: 'registration', domain: 'eps', state: 2, fields: [2] }, ALL],
  ['+QIOPEN: 0,0', { name: 'open', connectId: 0, err: 0 }, QI],
  ['+QIOPEN:11,566', { name: 'open', connectId: 11, err: 566 }, QI],
  ['+QIURC: "closed",3', { name: 'closed', connectId: 3 }, QI],
  ['+QIURC:"closed",3', { name: 'closed', connectId: 3 }, QI],
  ['+QIURC: "CLOSED",3', { name: 'closed', connectId: 3 }, QI],
  ['+QIURC: closed,3', { name: 'closed', connectId: 3 }, QI],
  ['+QIURC: "recv",0', { name: 'recv', connectId: 0 }, QI],
  ['+QIURC: "recv",0,15', { name: 'recv', connectId: 0, lengthBytes: 15 }, QI],
  [
    '+QIURC: "recv",2,3,"10.7.76.34",7687',
    { name: 'recv', connectId: 2, lengthBytes: 3, address: '10.7.76.34', port: 7687 },
    QI,
  ],
  ['+QIURC: "recv",1,"buff full"', { name: 'buffer_full', connectId: 1 }, QI],
  ['+QIURC: "dnsgip",0,2,600', { name: 'dns_result', err: 0, count: 2, ttl: 600 }, QI],
  ['+QIURC: "dnsgip",565', { name: 'dns_result', err: 565 }, QI],
  ['+QIURC: "dnsgip","192.0.2.1"', { name: 'dns_result', address: '192.0.2.1' }, QI],
  ['+QIURC: "dnsgip","2001:db8::1"', { name: 'dns_result', address: '2001:db8::1' }, QI],
  [
    '+QPING: 0,"61.135.169.125",32,192,255',
    { name: 'ping', result: 0, address: '61.135.169.125', bytes: 32, time: 192, ttl: 255 },
    QI,
  ],
  ['+QPING: 569', { name: 'ping', result: 569 }, QI],
  ['+QPING: 0,"1.2.3.4",32', { name: 'ping', result: 0, address: '1.2.3.4', bytes: 32 }, QI],
  [
    '+QPING: 0,4,3,1,162,192,175',
    { name: 'ping_summary', result: 0, sent: 4, received: 3, lost: 1, min: 162, max: 192, avg: 175 },
    QI,
  ],
  [
    '+QNTP: 0,"17/01/13,03:40:48+32"',
    {
      name: 'ntp',
      err: 0,
      time: '17/01/13,03:40:48+32',
      utc: { year: 2017, month: 1, day: 13, hours: 3, minutes: 40, seconds: 48, zoneMinutes: 480 },
    },
    QI,
  ],
  ['+QNTP: 565', { name: 'ntp', err: 565 }, QI],
  [
    '+QIURC: "incoming",11,1,"10.1.0.10",1030',
    { name: 'incoming', connectId: 11, serverId: 1, address: '10.1.0.10', port: 1030 },
    CONTEXTS,
  ],
  ['+QIURC: "incoming full"', { name: 'incoming_full' }, CONTEXTS],
  ['+QIURC: "incoming full",1', { name: 'incoming_full', serverId: 1 }, CONTEXTS],
  ['+QIURC: "pdpdeact",1', { name: 'pdpdeact', contextId: 1 }, CONTEXTS],
  ['+QIACTEX: 1,0', { name: 'qiactex', contextId: 1, err: 0 }, ['rg']],
  [
    '+QIACTEX: 1,0,3,"10.0.0.1","2001:db8::1"',
    { name: 'qiactex', contextId: 1, err: 0, contextType: 3, addresses: ['10.0.0.1', '2001:db8::1'] },
    ['rg'],
  ],
  ['+QIDEACTEX: 1,562', { name: 'qideactex', contextId: 1, err: 562 }, ['rg']],
  ['SEND OK', { name: 'send_result', result: 'SEND OK' }, ['bc66']],
  ['SEND FAIL', { name: 'send_result', result: 'SEND FAIL' }, ['bc66']],
  ['CLOSE OK', { name: 'close_result', result: 'CLOSE OK' }, ['bc66']],
  ['CLOSE FAIL', { name: 'close_result', result: 'CLOSE FAIL' }, ['bc66']],
  ['+QNTTP: 0,"18/04,11:08:20:35+8"', { name: 'ntp', err: 0, time: '18/04,11:08:20:35+8' }, ['bc66']],
  ['CONNECT OK', { name: 'open_result', result: 'CONNECT OK' }, ['gsm']],
  ['1, CONNECT OK', { name: 'open_result', result: 'CONNECT OK', connectId: 1 }, ['gsm']],
  ['CONNECT FAIL', { name: 'open_result', result: 'CONNECT FAIL' }, ['gsm']],
  ['0,CONNECT FAIL', { name: 'open_result', result: 'CONNECT FAIL', connectId: 0 }, ['gsm']],
  ['ALREADY CONNECT', { name: 'open_result', result: 'ALREADY CONNECT' }, ['gsm']],
  ['5, ALREADY CONNECT', { name: 'open_result', result: 'ALREADY CONNECT', connectId: 5 }, ['gsm']],
  ['SERVER OK', { name: 'server_result', result: 'SERVER OK' }, ['gsm']],
  ['CLOSED', { name: 'closed' }, ['gsm']],
  ['0, CLOSED', { name: 'closed', connectId: 0 }, ['gsm']],
  ['+PDP DEACT', { name: 'pdp_deact' }, ['gsm']],
  ['REMOTE IP: 10.1.1.1', { name: 'remote_ip', address: '10.1.1.1' }, ['gsm']],
  ['REMOTE IP:10.1.1.1', { name: 'remote_ip', address: '10.1.1.1' }, ['gsm']],
  ['2, REMOTE IP: 10.1.1.1', { name: 'remote_ip', address: '10.1.1.1', connectId: 2 }, ['gsm']],
  ['+QIRDI: 0,1,2', { name: 'qirdi', contextId: 0, role: 1, connectId: 2 }, ['gsm']],
  [
    '+QIRDI: 0,1,2,3,1460,2920',
    {
      name: 'qirdi',
      contextId: 0,
      role: 1,
      connectId: 2,
      packet: 3,
      packetLengthBytes: 1460,
      unreadBytes: 2920,
    },
    ['gsm'],
  ],
  ['+RECEIVE: 0, 30', { name: 'receive', connectId: 0, lengthBytes: 30 }, ['gsm']],
];

describe.each(ALL)('a URC of %s', (name) => {
  const dialect = wireDialects[name];
  const read = lineReaderOf(dialect);
  const own = SAMPLES.filter(([, , names]) => names.includes(name));
  const foreign = SAMPLES.filter(([, , names]) => !names.includes(name));

  it.each(own)('is %s', (text, urc) => {
    expect(read(text)).toMatchObject({ text, urc });
    expect(read(text).urc).toEqual(urc);
  });

  it.each(foreign)('is not %s, which other dialects have', (text) => {
    expect(read(text).urc).toBeUndefined();
  });

  it('is in these samples for every row of the table', () => {
    const untested = dialect.urcs.filter(
      ({ prefix, exact, kind }) =>
        !own.some(([text]) => {
          const rest = text.replace(/^\d, ?/, '');
          if (exact === true) return rest === prefix;
          return rest.startsWith(`${prefix}:`) && (kind === undefined || text.includes(`"${kind}"`));
        }),
    );
    expect(untested).toEqual([]);
  });

  it.each([
    ...['+QIOPEN: 0', '+QIOPEN: x,0', '+QIOPEN: ,0', '+QIOPEN: (0-11),(0-1)', '+QIOPEN'],
    ...['+QIURC: "closed"', '+QIURC: "recv","0"', '+QIURC: "recv"', '+QIURC: "pdpdeact"', '+QIURC: 1,2'],
    ...['+QIURC: "incoming",11', '+QIURC: "incoming",11,1', '+QIURC: "something new",1', '+QIURC:'],
    ...[
      '+QPING: x',
      '+QNTP: "x"',
      '+QIACTEX: 1',
      '+QIDEACTEX:',
      '+QIRDI: 0,1',
      '+RECEIVE: 0',
      '+RECEIVE: a,1',
    ],
    ...['+CFUN:', '+CEREG: (0-2)', '+RDY: 1', 'RDY: 1', 'RDYX', 'rdy', 'XRDY', '+PDP DEACT: 1'],
    ...[
      'POWERED DOWN NOW',
      'CALL READY',
      'CLOSED: 1',
      '0, CLOSED NOW',
      '0, RDY',
      '0, SERVER OK',
      '0, REMOTE',
    ],
    ...['REMOTE IP', 'IP: 1', '', '+', '+:', ':', '+CLOSED'],
  ])('is not %j', (text) => {
    expect(read(text)).toMatchObject({ text, urc: undefined });
  });

  it('has its text on the next line for +CMT, and for no other', () => {
    const following = own.filter(([text]) => read(text).textFollows).map(([, { name }]) => name);
    expect(following).toEqual(['cmt']);
  });
});
