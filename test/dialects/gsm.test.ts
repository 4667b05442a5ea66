import type { Command } from '../../adapters/dialects/dialect.ts';
import type { GsmOpenParameters } from '../../adapters/dialects/gsm/parameters.ts';
import { gsm } from '../../adapters/dialects/gsm.ts';
import { linesOf, parsed, refusedArgument } from './answers.ts';

const { encoders: commands } = gsm;

const open: GsmOpenParameters = {
  connection: 'only',
  service: 'TCP',
  host: '124.79.167.121',
  remotePort: 7007,
  isTransparent: false,
};
const buffer = { contextId: 0, role: 'client', connectId: 0 } as const;
const context = { apn: 'CMNET', username: '', password: '' };

describe('gsm writes', () => {
  it.each<[string, Command]>([
    ['AT+QIFGCNT=1', commands.selectContext(1)],
    ['AT+QICSGP=1,"CMNET"', commands.configureContext(context)],
    ['AT+QICSGP=1,"a","u","p"', commands.configureContext({ apn: 'a', username: 'u', password: 'p' })],
    ['AT+QICSGP=1,"a","","p"', commands.configureContext({ apn: 'a', username: '', password: 'p' })],
    [
      'AT+QICSGP=0,"17201","172","172",2',
      commands.configureCircuit({ number: '17201', username: '172', password: '172', bitsPerSecond: 9600 }),
    ],
    ['AT+QIREGAPP', commands.startStack()],
    ['AT+QIACT', commands.activateContext()],
    ['AT+QILOCIP', commands.queryAddress()],
    ['AT+QIDEACT', commands.deactivateContext()],
    ['AT+QIMUX=1', commands.setMultiplexing(true)],
    ['AT+QIMODE=0', commands.setTransparent(false)],
    [
      'AT+QITCFG=3,2,512,1',
      commands.configureTransparent({ retries: 3, waitMs: 200, packetBytes: 512, escapes: true }),
    ],
    ['AT+QIDNSIP=1', commands.useNames(true)],
    [
      'AT+QIDNSCFG="211.136.18.171","211.136.112.50"',
      commands.setDnsServers(['211.136.18.171', '211.136.112.50']),
    ],
    ['AT+QIDNSGIP="www.google.com"', commands.resolve('www.google.com')],
    ['AT+QIOPEN="TCP","124.79.167.121",7007', commands.open(open)],
    ['AT+QIOPEN=0,"TCP","124.79.167.121",7007', commands.open({ ...open, connection: 0 })],
    [
      'AT+QIOPEN="TCP","www.quectel.com",80',
      commands.open({ ...open, host: 'www.quectel.com', remotePort: 80 }),
    ],
    ['AT+QICLOSE', commands.close('only', 10_000)],
    ['AT+QICLOSE=0', commands.close(0, 10_000)],
    ['AT+QICLOSE', commands.closeServer(10_000)],
    ['AT+QISEND', commands.sendOpenEnded('only')],
    ['AT+QISEND=0', commands.sendOpenEnded(0)],
    ['AT+QISEND=30', commands.send('only', 30)],
    ['AT+QISEND=0,30', commands.send(0, 30)],
    ['AT+QIAUTOS=1,10', commands.setTimedSending(10)],
    ['AT+QIAUTOS=0', commands.setTimedSending(undefined)],
    ['AT+QISACK', commands.querySent('only')],
    ['AT+QISACK=0', commands.querySent(0)],
    ['AT+QISHOWRA=1', commands.showRemoteAddress(true)],
    ['AT+QISHOWLA=1', commands.showLocalAddress(true)],
    ['AT+QIHEAD=1', commands.showLength(true)],
    ['AT+QISHOWPT=1', commands.showProtocol(true)],
    ['AT+QINDI=1', commands.setBuffering(true)],
    ['AT+QIRD=0,1,0,1024', commands.read(buffer, 1024)],
    ['AT+QIRD=1,2,5,5', commands.read({ contextId: 1, role: 'server', connectId: 5 }, 5)],
    ['AT+QISERVER', commands.listen()],
    ['AT+QISERVER=1', commands.listen('UDP')],
    ['AT+QISERVER=0,3', commands.listen('TCP', 3)],
    ['AT+QISERVER=0,5', commands.listen(undefined, 5)],
    ['AT+QISRVC=1', commands.selectRole('client')],
    ['AT+QISRVC=2', commands.selectRole('server')],
    ['AT+QILPORT?', commands.queryListenPorts()],
    ['AT+QILPORT="TCP",2020', commands.setListenPort('TCP', 2020)],
    ['AT+QISTAT', commands.queryStack()],
    ['AT+QISTATE', commands.queryConnections()],
    ['AT+QISSTAT', commands.queryServer()],
    ['AT+QSCLK=1', commands.setSleep(true)],
    ['ATO', commands.resume()],
    ['AT&D1', commands.escapeByDtr(true)],
  ])('%s', (text, command) => {
    expect(command.text).toBe(text);
  });

  it('a set-up that ends what an earlier host left behind', () => {
    expect(gsm.bringUp.map(({ command, required }) => [linesOf(command), required])).toEqual([
      [['ATE0'], false],
      [['AT+CMEE=1'], false],
      [['AT+QIFGCNT=1', 'AT+QIDEACT'], false],
      [['AT+QIFGCNT=0', 'AT+QIDEACT'], false],
      [['AT+QISRVC=1'], false],
      [['AT+QISHOWRA=0'], false],
      [['AT+QISHOWLA=0'], false],
    ]);
    expect(commands.queryRegistration().map(({ text }) => text)).toEqual(['AT+CREG?', 'AT+CGREG?']);
  });

  it('no secret in the form that is shown', () => {
    const secret = { username: 'Alice', password: 'Secret7' };
    expect(commands.configureContext({ apn: 'a', ...secret }).redacted).toBe('AT+QICSGP=1,"a","***","***"');
    expect(commands.configureCircuit({ number: '1', bitsPerSecond: 2400, ...secret }).redacted).toBe(
      'AT+QICSGP=0,"1","***","***",0',
    );
    expect(commands.configureContext(context).redacted).toBeUndefined(); // there is none in it
  });
});

describe('gsm takes the outermost values and refuses the next', () => {
  it.each<[string, (value: number) => unknown, number, number]>([
    ['context id', (value) => commands.selectContext(value), 0, 1],
    ['context id', (value) => commands.read({ ...buffer, contextId: value }, 1), 0, 1],
    ['connect id', (value) => commands.open({ ...open, connection: value }), 0, 5],
    ['connect id', (value) => commands.read({ ...buffer, connectId: value }, 1), 0, 5],
    ['connect id', (value) => commands.close(value, 1000), 0, 5],
    ['connect id', (value) => commands.querySent(value), 0, 5],
    ['port', (value) => commands.open({ ...open, remotePort: value }), 1, 65_535],
    ['port', (value) => commands.setListenPort('UDP', value), 0, 65_535],
    ['length', (value) => commands.send(0, value), 1, 1460],
    ['length', (value) => commands.send('only', value), 1, 1460],
    ['length', (value) => commands.read(buffer, value), 1, 1500],
    ['clients', (value) => commands.listen('TCP', value), 1, 5],
    ['close timeout', (value) => commands.close('only', value * 1000), 1, 65_535],
    ['seconds', (value) => commands.setTimedSending(value), 1, 255],
    ['number of DNS servers', (value) => commands.setDnsServers(new Array(value).fill('192.0.2.1')), 1, 2],
    [
      'packetBytes',
      (value) =>
        commands.configureTransparent({ retries: 3, waitMs: 200, packetBytes: value, escapes: true }),
      1,
      1460,
    ],
  ])('%s', (argument, encode, lowest, highest) => {
    expect(refusedArgument(() => encode(lowest))).toBeUndefined();
    expect(refusedArgument(() => encode(highest))).toBeUndefined();
    expect(refusedArgument(() => encode(lowest - 1))).toBe(argument);
    expect(refusedArgument(() => encode(highest + 1))).toBe(argument);
  });

  it('refuses services, roles, rates, waits and switches that are none', () => {
    expect(refusedArgument(() => commands.open({ ...open, service: 'TCP LISTENER' as 'TCP' }))).toBe(
      'service',
    );
    expect(refusedArgument(() => commands.selectRole('both' as 'client'))).toBe('role');
    expect(refusedArgument(() => commands.setSleep(1 as unknown as boolean))).toBe('on');
    expect(refusedArgument(() => commands.close('all' as 'only', 1000))).toBe('connect id');
    const call = { number: '1', username: '', password: '', bitsPerSecond: 300 as 2400 };
    expect(refusedArgument(() => commands.configureCircuit(call))).toBe('bitsPerSecond');
    const packing = { retries: 3, waitMs: 250, packetBytes: 512, escapes: true };
    expect(refusedArgument(() => commands.configureTransparent(packing))).toBe('waitMs');
  });
});

describe('gsm results', () => {
  it('stand in place of OK for a close, a deactivation and an address', () => {
    expect(commands.close(0, 10_000)).toMatchObject({ successes: ['CLOSE OK'], timeoutMs: 10_000 });
    expect(commands.deactivateContext()).toMatchObject({ successes: ['DEACT OK'], timeoutMs: 60_000 });
    expect(commands.queryAddress().resultIsAddress).toBe(true);
    expect(commands.activateContext().timeoutMs).toBe(150_000);
  });

  it('come behind the OK for an open and a server', () => {
    expect(commands.open(open)).toMatchObject({
      timeoutMs: 75_000,
      onSilence: 'in doubt',
      successes: ['CONNECT OK'],
      failures: ['CONNECT FAIL', 'ALREADY CONNECT'],
      laterResults: ['CONNECT OK', 'CONNECT FAIL', 'ALREADY CONNECT'],
    });
    expect(commands.open({ ...open, isTransparent: true }).successes).toEqual(['CONNECT']);
    expect(commands.listen()).toMatchObject({ successes: ['SERVER OK'], laterResults: ['SERVER OK'] });
  });

  it('are followed by the lines of the answer for states and names', () => {
    expect(commands.queryStack().linesAfterOk).toEqual({ least: 1, most: 1 });
    expect(commands.queryServer().linesAfterOk).toEqual({ least: 1, most: 1 });
    expect(commands.queryConnections().linesAfterOk).toEqual({ least: 1, most: 7 });
    expect(commands.resolve('a').linesAfterOk?.least).toBe(1);
  });

  it('of a send are its own', () => {
    for (const command of [commands.send(0, 1), commands.sendOpenEnded('only')]) {
      expect(command).toMatchObject({ prompts: true, successes: ['SEND OK'], failures: ['SEND FAIL'] });
      expect(command.laterResults).toBeUndefined();
    }
  });
});

describe('gsm understands', () => {
  it('the address, as a result or as a line', () => {
    expect(parsed(commands.queryAddress(), [], '10.180.217.206')).toBe('10.180.217.206');
    expect(parsed(commands.queryAddress(), ['10.180.217.206'])).toBe('10.180.217.206');
    expect(parsed(commands.queryAddress(), ['10.180.217'])).toBeUndefined();
    expect(parsed(commands.queryAddress(), [])).toBeUndefined();
  });

  it('the addresses of a name', () => {
    const lines = ['64.233.189.99', '64.233.189.104', '64.233.189.147'];
    expect(parsed(commands.resolve('www.google.com'), lines)).toEqual(lines);
    expect(parsed(commands.resolve('www.google.com'), [])).toBeUndefined();
  });

  it('counters with blanks behind the commas', () => {
    expect(parsed(commands.querySent(0), ['+QISACK: 30, 20, 10'])).toEqual({
      sentBytes: 30,
      acknowledgedBytes: 20,
      unacknowledgedBytes: 10,
    });
    expect(parsed(commands.querySent(0), ['+QISACK: 30, 20'])).toBeUndefined();
  });

  it('the header of a read, without a blank behind the colon', () => {
    expect(parsed(commands.read(buffer, 1024), ['+QIRD:116.228.146.250:7070,TCP,36'])).toEqual({
      lengthBytes: 36,
      address: '116.228.146.250',
      port: 7070,
      protocol: 'TCP',
    });
    expect(parsed(commands.read(buffer, 1024), [])).toMatchObject({ lengthBytes: 0 });
    expect(parsed(commands.read(buffer, 1024), ['+QIRD:116.228.146.250,TCP,36'])).toBeUndefined();
    expect(parsed(commands.read(buffer, 1024), ['+QIRD:116.228.146.250:7070,TCP'])).toBeUndefined();
  });

  it('the ports on which it listens', () => {
    expect(parsed(commands.queryListenPorts(), ['TCP: 2020', 'UDP: 3030'])).toEqual({ tcp: 2020, udp: 3030 });
    expect(parsed(commands.queryListenPorts(), ['TCP: 2020'])).toBeUndefined();
    expect(parsed(commands.queryListenPorts(), ['TCP: x', 'UDP: 3030'])).toBeUndefined();
  });

  it.each(Object.keys(gsm.socketStates).filter((state) => / /.test(state)))('the state %s', (state) => {
    expect(parsed(commands.queryStack(), [`STATE: ${state}`])).toBe(state);
  });

  it('the state of the server, as it is spelt', () => {
    expect(parsed(commands.queryServer(), ['S: LISTENNING'])).toBe('LISTENNING');
    expect(parsed(commands.queryServer(), [])).toBeUndefined();
    expect(parsed(commands.queryStack(), ['STATE:'])).toBeUndefined();
  });

  it('the list of connections, free and connected ones', () => {
    const lines = [
      'STATE: IP PROCESSING',
      '+QISTATE: 0,"TCP","124.79.167.121",7007,"CONNECTED"',
      '+QISTATE: 1,"","",,"INITIAL"',
    ];
    expect(parsed(commands.queryConnections(), lines)).toEqual({
      stack: 'IP PROCESSING',
      connections: [
        {
          connectId: 0,
          serviceType: 'TCP',
          remoteAddress: '124.79.167.121',
          remotePort: 7007,
          state: 'CONNECTED',
        },
        { connectId: 1, serviceType: '', remoteAddress: '', remotePort: 0, state: 'INITIAL' },
      ],
    });
    expect(parsed(commands.queryConnections(), lines.slice(1))).toBeUndefined();
    expect(parsed(commands.queryConnections(), ['STATE: IP INITIAL', '+QISTATE: 0'])).toBeUndefined();
  });
});
