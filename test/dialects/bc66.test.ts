import { bc66 } from '../../adapters/dialects/bc66.ts';
import type { Bc66OpenParameters } from '../../adapters/dialects/bc66-commands.ts';
import type { Command } from '../../adapters/dialects/dialect.ts';
import { parsed, refusedArgument } from './answers.ts';

const { commands } = bc66;

const open: Bc66OpenParameters = {
  contextId: 1,
  connectId: 0,
  service: 'TCP',
  host: '220.180.239.212',
  remotePort: 8062,
  localPort: 1234,
  mode: 'buffer',
};

describe('bc66 writes', () => {
  it.each<[string, Command]>([
    ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8062,1234,0', commands.open(open)],
    [
      'AT+QIOPEN=1,0,"TCP","220.180.239.212",8062,0,1',
      commands.open({ ...open, localPort: 0, mode: 'push' }),
    ],
    [
      'AT+QIOPEN=1,0,"UDP","2001:db8::9",5000,0,0,1',
      commands.open({
        ...open,
        service: 'UDP',
        host: '2001:db8::9',
        remotePort: 5000,
        localPort: 0,
        protocol: 'IPv6',
      }),
    ],
    ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8062,1234,0,0', commands.open({ ...open, protocol: 'IPv4' })],
    ['AT+QICLOSE=0', commands.close(0, 10_000)],
    ['AT+QISTATE=0,1', commands.querySocketsOf(1)],
    ['AT+QISTATE=1,0', commands.querySocket(0)],
    ['AT+QISEND=0,10,1234567890', commands.sendText(0, '1234567890')],
    ['AT+QISENDEX=0,5,3031323334', commands.sendHex(0, Buffer.from('01234'))],
    ['AT+QIRD=0,512', commands.read(0, 512)],
    ['AT+QISWTMD=2,1', commands.switchMode(2, 'push')],
    ['AT+QPING=1,"hf.quectel.com",4,4', commands.ping(1, 'hf.quectel.com', 4, 4)],
    ['AT+QNTP=1,"ntp5.aliyun.com",123,1', commands.syncTime(1, 'ntp5.aliyun.com', 123, true)],
    ['AT+QNTP?', commands.queryTimeSync()],
    ['AT+QIDNSGIP=1,"www.example.com"', commands.resolve(1, 'www.example.com')],
    ['AT+QICFG="viewmode"', commands.queryOption('viewmode')],
    ['AT+QICFG="dataformat",0,1', commands.setOption('dataformat', [0, 1])],
    ['AT+QIGETERROR', commands.queryLastError()],
    ['AT+QISENDEX=?', commands.queryRanges('QISENDEX')],
  ])('%s', (text, command) => {
    expect(command.text).toBe(text);
  });

  it('one query for the registration, and a set-up without commands that it lacks', () => {
    expect(commands.queryRegistration().map(({ text }) => text)).toEqual(['AT+CEREG?']);
    expect(bc66.bringUp.map(({ command }) => command.text)).toEqual([
      'ATE0',
      'AT+CMEE=1',
      'AT+QICFG="dataformat",0,0',
      'AT+QICFG="viewmode",0',
      'AT+CEREG=1',
    ]);
  });
});

describe('bc66 takes the outermost values and refuses the next', () => {
  it.each<[string, (value: number) => unknown, number, number]>([
    ['context id', (value) => commands.open({ ...open, contextId: value }), 1, 3],
    ['connect id', (value) => commands.open({ ...open, connectId: value }), 0, 4],
    ['port', (value) => commands.open({ ...open, remotePort: value }), 1, 65_535],
    ['length', (value) => commands.sendHex(0, new Uint8Array(Math.max(value, 0))), 1, 700],
    ['length', (value) => commands.read(0, value), 1, 700],
    ['close timeout', (value) => commands.close(0, value * 1000), 1, 65_535],
    ['timeout', (value) => commands.ping(1, 'a', value, 1), 1, 255],
    ['count', (value) => commands.ping(1, 'a', 1, value), 1, 10],
  ])('%s', (argument, encode, lowest, highest) => {
    expect(refusedArgument(() => encode(lowest))).toBeUndefined();
    expect(refusedArgument(() => encode(highest))).toBeUndefined();
    expect(refusedArgument(() => encode(lowest - 1))).toBe(argument);
    expect(refusedArgument(() => encode(highest + 1))).toBe(argument);
  });

  it('refuses modes, services and protocols that it has not', () => {
    expect(refusedArgument(() => commands.open({ ...open, mode: 'transparent' as 'push' }))).toBe('mode');
    expect(refusedArgument(() => commands.switchMode(0, 'transparent' as 'push'))).toBe('mode');
    expect(refusedArgument(() => commands.open({ ...open, service: 'TCP LISTENER' as 'TCP' }))).toBe(
      'service',
    );
    expect(refusedArgument(() => commands.open({ ...open, protocol: 'IPv4v6' as 'IPv4' }))).toBe('protocol');
  });

  it.each(['', ' ', 'a b', 'a,b', 'a"b', 'a;b', 'a\rb', 'a\nb', 'ä', '\u001a', 'x'.repeat(701)])(
    'refuses %j as text inside a command',
    (text) => {
      expect(refusedArgument(() => commands.sendText(0, text))).toBe('text');
    },
  );
});

describe('bc66 results', () => {
  it('come behind the OK for sends and closes', () => {
    expect(commands.close(0, 10_000)).toMatchObject({
      timeoutMs: 10_000,
      successes: ['CLOSE OK'],
      failures: ['CLOSE FAIL'],
      laterResults: ['CLOSE OK', 'CLOSE FAIL'],
    });
    for (const command of [commands.sendHex(0, Uint8Array.of(1)), commands.sendText(0, 'a')]) {
      expect(command).toMatchObject({ laterResults: ['SEND OK', 'SEND FAIL'], onSilence: 'in doubt' });
      expect(command.prompts).toBeUndefined();
    }
  });

  it('of the last error may be ERROR', () => {
    expect(commands.queryLastError().successes).toEqual(['ERROR']);
    expect(parsed(commands.queryLastError(), ['+QIGETERROR: 552,invalid parameters'], 'ERROR')).toEqual({
      error: 552,
      text: 'invalid parameters',
    });
  });
});

describe('bc66 understands', () => {
  const socket = {
    connectId: 0,
    serviceType: 'TCP',
    remoteAddress: '220.180.239.212',
    remotePort: 8062,
    localPort: 1234,
    state: 'connected',
    contextId: 1,
    accessMode: 0,
  };

  it.each(['1', '"TCP"'])('a state whose service is printed as %s', (service) => {
    const line = `+QISTATE: 0,${service},"220.180.239.212",8062,1234,2,1,0`;
    expect(parsed(commands.querySocket(0), [line])).toEqual([socket]);
  });

  it('states of several sockets, of none, and no broken ones', () => {
    const closing = '+QISTATE: 4,"UDP","203.0.113.9",5000,0,3,1,1';
    expect(parsed(commands.querySocketsOf(1), [closing])).toMatchObject([
      { connectId: 4, serviceType: 'UDP', state: 'closing', accessMode: 1 },
    ]);
    expect(bc66.socketStates[3]).toBe('closing');
    expect(parsed(commands.querySocketsOf(1), [])).toEqual([]);
    expect(parsed(commands.querySocketsOf(1), [closing, '+QISTATE: 0'])).toBeUndefined();
  });

  it('the header of a read', () => {
    expect(parsed(commands.read(0, 512), ['+QIRD: 10'])).toBe(10);
    expect(parsed(commands.read(0, 512), ['+QIRD: 0'])).toBe(0);
    expect(parsed(commands.read(0, 512), [])).toBeUndefined();
  });

  it.each(['+QNTP', '+QNTTP'])('a synchronisation in progress under the name %s', (prefix) => {
    const answer = { server: 'ntp5.aliyun.com', port: 123 };
    expect(parsed(commands.queryTimeSync(), [`${prefix}: "ntp5.aliyun.com",123`])).toEqual(answer);
    expect(parsed(commands.queryTimeSync(), [`${prefix}: "ntp5.aliyun.com"`])).toBeUndefined();
    expect(parsed(commands.queryRanges('QNTP'), [`${prefix}: (1-3)`])).toHaveLength(1);
  });

  it('that no synchronisation is in progress', () => {
    expect(parsed(commands.queryTimeSync(), [])).toBeNull();
  });
});
