import type { Command, OpenParameters } from '../../adapters/dialects/dialect.ts';
import { rg } from '../../adapters/dialects/rg.ts';
import { parsed, refusedArgument } from './answers.ts';

const { commands } = rg;

const open: OpenParameters = {
  contextId: 1,
  connectId: 0,
  service: 'TCP',
  host: '220.180.239.212',
  remotePort: 8009,
  localPort: 0,
  mode: 'buffer',
};
const listener: OpenParameters = {
  ...open,
  connectId: 1,
  service: 'TCP LISTENER',
  host: '127.0.0.1',
  remotePort: 0,
  localPort: 2020,
};
const context = {
  id: 1,
  apn: 'UNINET',
  type: 'IPv4',
  username: '',
  password: '',
  authentication: 'none',
} as const;

describe('rg writes', () => {
  it.each<[string, Command]>([
    ['AT+QICSGP=1', commands.queryContext(1)],
    ['AT+QICSGP=1,1,"UNINET","","",0', commands.configureContext(context)],
    [
      'AT+QICSGP=5,3,"a","u","p",3',
      commands.configureContext({
        ...context,
        id: 5,
        apn: 'a',
        type: 'IPv4v6',
        username: 'u',
        password: 'p',
        authentication: 'PAP or CHAP',
      }),
    ],
    ['AT+QIACT=1', commands.activateContext(1)],
    ['AT+QIACT?', commands.queryContexts()],
    ['AT+QIDEACT=1', commands.deactivateContext(1)],
    ['AT+QIACTEX=1', commands.activateContextAsync(1)],
    ['AT+QIACTEX=1,0', commands.activateContextAsync(1, false)],
    ['AT+QIACTEX=1,1', commands.activateContextAsync(1, true)],
    ['AT+QIACTEX?', commands.queryContextsAsync()],
    ['AT+QIDEACTEX=1', commands.deactivateContextAsync(1)],
    ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0', commands.open(open)],
    ['AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,2', commands.open({ ...open, mode: 'transparent' })],
    ['AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,0', commands.open(listener)],
    ['AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,0,1', commands.open({ ...listener, clientLimit: 1 })],
    [
      'AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0,11,150',
      commands.open({ ...open, connectTimeoutS: 150 }),
    ],
    [
      'AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0,0,0',
      commands.open({ ...open, clientLimit: 0, connectTimeoutS: 0 }),
    ],
    ['AT+QICLOSE=1,60', commands.close(1, 60_000)],
    ['AT+QISTATE?', commands.querySockets()],
    ['AT+QISTATE=0,1', commands.querySocketsOf(1)],
    ['AT+QISTATE=1,0', commands.querySocket(0)],
    ['AT+QISEND=0', commands.sendOpenEnded(0)],
    ['AT+QISEND=0,4', commands.send(0, 4)],
    ['AT+QISEND=0,4', commands.sendReported(0, 4)],
    ['AT+QISEND=2,10,"10.7.89.10",6969', commands.sendTo(2, 10, '10.7.89.10', 6969)],
    ['AT+QISEND=0,0', commands.querySent(0)],
    ['AT+QIRD=0,1500', commands.read(0, 1500)],
    ['AT+QIRD=2', commands.readDatagram(2)],
    ['AT+QIRD=0,0', commands.queryReceived(0)],
    ['AT+QISWTMD=0,2', commands.switchMode(0, 'transparent')],
    ['AT+QPING=1,"www.baidu.com",4,4', commands.ping(1, 'www.baidu.com', 4, 4)],
    ['AT+QPING=1,"203.0.113.9",4,1,1500', commands.ping(1, '203.0.113.9', 4, 1, 1500)],
    ['AT+QIDNSCFG=1', commands.queryDnsServers(1)],
    ['AT+QIDNSCFG=2,"2001:db8::53"', commands.setDnsServers(2, ['2001:db8::53'])],
    ['AT+QISDE?', commands.queryEchoOfSentData()],
    ['AT+QISDE=0', commands.echoSentData(false)],
    ['AT+QICFG="sendinfo"', commands.queryOption('sendinfo')],
    ['AT+QICFG="close/mode",1', commands.setOption('close/mode', [1])],
    ['AT+QIGETERROR', commands.queryLastError()],
    ['AT+QIACTEX=?', commands.queryRanges('QIACTEX')],
    ['ATO', commands.resume()],
    ['AT&D0', commands.escapeByDtr(false)],
  ])('%s', (text, command) => {
    expect(command.text).toBe(text);
  });

  it('a query for the registration with a 5G core', () => {
    const fifth = commands.queryRegistration().at(-1);
    expect(fifth?.text).toBe('AT+C5GREG?');
    expect(fifth && parsed(fifth, ['+C5GREG: 0,1'])).toEqual({ domain: 'packet', state: 1 });
  });

  it('its set-up, with the options that change the form of answers off', () => {
    expect(rg.bringUp.map(({ asks, command }) => [asks?.text, command.text])).toEqual([
      [undefined, 'ATE0'],
      [undefined, 'AT+CMEE=1'],
      ['AT+QISDE?', 'AT+QISDE=0'],
      ['AT+QICFG="dataformat"', 'AT+QICFG="dataformat",0,0'],
      ['AT+QICFG="viewmode"', 'AT+QICFG="viewmode",0'],
      ['AT+QICFG="recvind"', 'AT+QICFG="recvind",0'],
      [undefined, 'AT+QICFG="qisend/timeout",3000'],
      ['AT+QICFG="close/mode"', 'AT+QICFG="close/mode",0'],
      ['AT+QICFG="sendinfo"', 'AT+QICFG="sendinfo",1'],
      ['AT+QICFG="formatcfg"', 'AT+QICFG="formatcfg",0'],
    ]);
  });

  it('no time, no hexadecimal send and no look-up of names: its manual has none', () => {
    for (const name of ['syncTime', 'sendHex', 'resolve']) expect(commands).not.toHaveProperty(name);
  });
});

describe('rg takes the outermost values and refuses the next', () => {
  it.each<[string, (value: number) => unknown, number, number]>([
    ['context id', (value) => commands.activateContext(value), 1, 5],
    ['context id', (value) => commands.activateContextAsync(value), 1, 5],
    ['context id', (value) => commands.deactivateContextAsync(value), 1, 5],
    ['connect id', (value) => commands.querySocket(value), 0, 11],
    ['clientLimit', (value) => commands.open({ ...listener, clientLimit: value }), 0, 11],
    ['length', (value) => commands.ping(1, 'a', 4, 4, value), 32, 1500],
    ['timeout', (value) => commands.ping(1, 'a', value, 4), 1, 255],
    ['count', (value) => commands.ping(1, 'a', 4, value), 1, 10],
    ['length', (value) => commands.send(0, value), 1, 1460],
    ['length', (value) => commands.sendReported(0, value), 1, 1460],
    ['length', (value) => commands.read(0, value), 1, 1500],
    ['close timeout', (value) => commands.close(0, value * 1000), 0, 65_535],
    ['host', (value) => commands.open({ ...open, host: 'x'.repeat(value) }), 1, 256],
  ])('%s', (argument, encode, lowest, highest) => {
    expect(refusedArgument(() => encode(lowest))).toBeUndefined();
    expect(refusedArgument(() => encode(highest))).toBeUndefined();
    expect(refusedArgument(() => encode(highest + 1))).toBe(argument);
    expect(refusedArgument(() => encode(lowest - 1))).toBe(argument);
  });

  it.each(['username', 'password'])('%s of 127 bytes', (name) => {
    const encode = (length: number) => commands.configureContext({ ...context, [name]: 'x'.repeat(length) });
    expect(refusedArgument(() => encode(127))).toBeUndefined();
    expect(refusedArgument(() => encode(128))).toBe(name);
  });

  it.each([0, 10, 150])('a connect timeout of %d s', (seconds) => {
    expect(refusedArgument(() => commands.open({ ...open, connectTimeoutS: seconds }))).toBeUndefined();
  });

  it.each([-1, 1, 9, 151, 10.5, Number.NaN])('no connect timeout of %d s', (seconds) => {
    expect(refusedArgument(() => commands.open({ ...open, connectTimeoutS: seconds }))).toBe(
      'connectTimeoutS',
    );
  });
});

describe('rg commands carry', () => {
  it('their longest times', () => {
    expect(commands.activateContext(1).timeoutMs).toBe(150_000);
    expect(commands.deactivateContext(1).timeoutMs).toBe(40_000);
    expect(commands.activateContextAsync(1).timeoutMs).toBe(60_000); // of the OK alone
    expect(rg.limits).toMatchObject({ activationTimeoutMs: 150_000, deactivationTimeoutMs: 40_000 });
  });

  it('the results that end them', () => {
    expect(commands.sendReported(0, 1)).toMatchObject({ prompts: true, successes: ['OK', 'SEND OK'] });
    expect(commands.send(0, 1)).toMatchObject({
      prompts: true,
      successes: ['SEND OK'],
      failures: ['SEND FAIL'],
    });
    expect(commands.resume()).toMatchObject({ successes: ['CONNECT'], failures: ['NO CARRIER'] });
  });
});

describe('rg understands', () => {
  it('contexts in both lists, with addresses of both kinds', () => {
    const both = { id: 3, active: true, addresses: ['10.7.157.2', '2001:db8::1'] };
    expect(parsed(commands.queryContexts(), ['+QIACT: 3,1,3,"10.7.157.2","2001:db8::1"'])).toEqual([both]);
    expect(parsed(commands.queryContextsAsync(), ['+QIACTEX: 3,1,3,"10.7.157.2","2001:db8::1"'])).toEqual([
      both,
    ]);
    expect(parsed(commands.queryContextsAsync(), ['+QIACTEX: x'])).toBeUndefined();
  });

  it('what a send reports', () => {
    expect(parsed(commands.sendReported(0, 4), ['+QISEND: 0,0,10236'])).toEqual({
      isAccepted: true,
      freeBytes: 10_236,
    });
    expect(parsed(commands.sendReported(0, 4), ['+QISEND: 0,1,0'])).toEqual({
      isAccepted: false,
      freeBytes: 0,
    });
    expect(parsed(commands.sendReported(0, 4), ['+QISEND: 0,1,0'], 'SEND OK')?.isAccepted).toBe(false);
    expect(parsed(commands.sendReported(0, 4), ['+QISEND: 0'])).toBeUndefined();
    expect(parsed(commands.sendReported(0, 4), ['+QISEND: 0'], 'SEND OK')).toBeUndefined();
    expect(parsed(commands.sendReported(0, 4), [])).toBeUndefined();
  });

  it('a send without a report as taken, with room that is not known', () => {
    expect(parsed(commands.sendReported(0, 4), [], 'SEND OK')).toEqual({
      isAccepted: true,
      freeBytes: undefined,
    });
  });

  it('the ten fields of a listener', () => {
    const line = '+QISTATE: 1,"TCP LISTENER","127.0.0.1",0,2020,3,1,1,0,"usbmodem"';
    const [listening] = parsed(commands.querySocketsOf(1), [line]) ?? [];
    expect(listening).toMatchObject({
      connectId: 1,
      localPort: 2020,
      state: 'listening',
      modulePort: 'usbmodem',
    });
    expect(rg.socketStates[3]).toBe('listening');
  });

  it('whether sent data is echoed', () => {
    expect(parsed(commands.queryEchoOfSentData(), ['+QISDE: 1'])).toBe(true);
    expect(parsed(commands.queryEchoOfSentData(), ['+QISDE: 0'])).toBe(false);
    expect(parsed(commands.queryEchoOfSentData(), ['+QISDE: x'])).toBeUndefined();
    expect(parsed(commands.queryEchoOfSentData(), [])).toBeUndefined();
  });

  it('the last error', () => {
    expect(parsed(commands.queryLastError(), ['+QIGETERROR: 552, invalid parameters'])).toEqual({
      error: 552,
      text: 'invalid parameters',
    });
  });
});
