/** The examples of the GSM TCPIP Application Note V1.2, as the virtual module answers them: every byte. */
import { silentPeer } from '../../simulator/index.ts';
import { connected, connectedBy, type GsmBench, gsm } from '../simulator/gsm-bench.ts';
import { closeBenches } from '../simulator/host.ts';
import { bare, CTRL_Z, expectAnswers, WELCOME } from './example.ts';

afterEach(closeBenches);

const VISITOR = { address: '10.79.141.26' };
const ADDRESS = '10.7.157.100';
const OPEN = 'AT+QIOPEN="TCP","124.79.167.121",7007';
/** The two ways to name a connection: none, with AT+QIMUX=0, and its index. */
const WAYS = [
  ['AT+QIMUX=0', ''],
  ['AT+QIMUX=1', '0'],
] as const;

const one = (index: string, lines: readonly string[] = []): Promise<GsmBench> =>
  index === '' ? connected(lines) : connectedBy([0], lines);
/** `=<index>,<more>`, each where it is there. */
const of = (index: string, more = ''): string => {
  const parts = [index, more].filter((part) => part !== '');
  return parts.length === 0 ? '' : `=${parts.join(',')}`;
};
const got = (made: GsmBench): string => Buffer.from(made.sink.take()).toString();

describe('gsm: chapter 4, answered by the module', () => {
  it('takes the configuration of data mode, and is activated (gsm §4)', async () => {
    const made = await gsm();
    await expectAnswers(
      made,
      ['AT+QIFGCNT=0', 'OK'],
      ['AT+QICSGP=1,"CMNET"', 'OK'],
      ['AT+QIMUX=0', 'OK'],
      ['AT+QIMODE=1', 'OK'],
      ['AT+QITCFG=3,2,512,1', 'OK'],
      ['AT+QIDNSIP=0', 'OK'],
      ['AT+QIREGAPP', 'OK'],
      ['AT+QIACT', 'OK'],
      ['AT+QILOCIP', ADDRESS],
    );
    expect(made.module.state.protocolViolations).toEqual([]);
  });

  it('is a transparent client: data, +++, ATO, +++, counters, close, deactivation (gsm §4.1)', async () => {
    const made = await gsm();
    await expectAnswers(made, ['AT+QIMODE=1', 'OK'], [OPEN, 'OK', 'CONNECT'], [WELCOME]);
    made.sink.peers[0]?.write(Buffer.from(WELCOME));
    await expectAnswers(
      made,
      [null, bare(WELCOME)],
      ['+++', 'OK'],
      ['ATO', 'CONNECT'],
      ['+++', 'OK'],
      ['AT+QISACK', '+QISACK: 30, 30, 0', 'OK'],
      ['AT+QICLOSE', 'CLOSE OK'],
      ['AT+QIDEACT', 'DEACT OK'],
    );
    expect([got(made), made.module.state.protocolViolations]).toEqual([WELCOME, []]);
  });

  it('is a transparent server: the port goes to the client that comes (gsm §4.2)', async () => {
    const made = await gsm();
    await expectAnswers(
      made,
      ['AT+QIMODE=1', 'OK'],
      ['AT+QISERVER', 'OK', 'SERVER OK'],
      ['AT+QILOCIP', ADDRESS],
      ['AT+QILPORT?', 'TCP: 2020\r\nUDP: 3030', 'OK'],
    );
    const visitor = made.network.dial(2020, VISITOR);
    const heard: string[] = [];
    visitor.onData = (bytes) => heard.push(Buffer.from(bytes).toString());
    await expectAnswers(made, [null, 'REMOTE IP: 10.79.141.26', 'CONNECT'], [WELCOME]);
    visitor.write(Buffer.from(WELCOME));
    await expectAnswers(
      made,
      [null, bare(WELCOME)],
      ['+++', 'OK'],
      ['ATO', 'CONNECT'],
      ['+++', 'OK'],
      ['AT+QISACK', '+QISACK: 30, 30, 0', 'OK'],
      ['AT+QICLOSE', 'CLOSE OK'],
      ['AT+QIDEACT', 'DEACT OK'],
    );
    expect([heard.join(''), made.module.state.protocolViolations]).toEqual([WELCOME, []]);
  });
});

describe('gsm: chapter 5, answered by the module', () => {
  it.each([
    ['one connection', [], ['REMOTE IP: 10.79.141.26']],
    ['data mode', ['AT+QIMODE=1'], ['REMOTE IP: 10.79.141.26', 'CONNECT']],
    ['several connections', ['AT+QIMUX=1'], ['0, REMOTE IP: 10.79.141.26']],
  ] as const)('tells who has come: with %s (gsm §5.1)', async (_, lines, notices) => {
    const made = await gsm();
    await made.configure(...lines);
    await expectAnswers(made, ['AT+QISERVER', 'OK', 'SERVER OK']);
    made.network.dial(2020, VISITOR);
    await expectAnswers(made, [null, ...notices]);
  });

  it.each(WAYS)('sends with changeable length: %s (gsm §5.2.2.1)', async (_, index) => {
    const made = await one(index);
    await expectAnswers(made, [`AT+QISEND${of(index)}`, '> '], [WELCOME], [CTRL_Z, 'SEND OK']);
    await made.wait(100);
    expect(got(made)).toBe(WELCOME);
  });

  it.each(WAYS)('sends with fixed length: %s (gsm §5.2.2.2)', async (_, index) => {
    const made = await one(index);
    await expectAnswers(made, [`AT+QISEND${of(index, '30')}`, '> '], [WELCOME, 'SEND OK']);
    await made.wait(100);
    expect(got(made)).toBe(WELCOME);
  });

  it.each(WAYS)('sends when the time is over: %s (gsm §5.2.2.3)', async (_, index) => {
    const made = await one(index);
    await expectAnswers(made, ['AT+QIAUTOS=1,10', 'OK'], [`AT+QISEND${of(index)}`, '> '], [WELCOME]);
    expect(await made.wait(10_000)).toBe('\r\nSEND OK\r\n');
    await expectAnswers(made, [`AT+QISEND${of(index)}`, '> ']);
    expect(await made.wait(10_000)).toBe('\r\nSEND FAIL\r\n');
    expect(got(made)).toBe(WELCOME);
  });

  it.each(WAYS)('counts 30 sent, 20 acknowledged, 10 on their way: %s (gsm §5.2.2)', async (mux, index) => {
    // A peer that takes 20 bytes and reads none.
    const made = await gsm({ net: { windowBytes: 20 } });
    made.network.listen(7008, silentPeer);
    const open = OPEN.replace('=', index === '' ? '=' : `=${index},`).replace('7007', '7008');
    await expectAnswers(
      made,
      [mux, 'OK'],
      [open, 'OK', index === '' ? 'CONNECT OK' : `${index}, CONNECT OK`],
      [`AT+QISEND${of(index, '30')}`, '> '],
      [WELCOME, 'SEND OK'],
      [`AT+QISACK${of(index)}`, '+QISACK: 30, 20, 10', 'OK'],
    );
  });

  it('puts the length and the protocol in front of what it received (gsm §5.3.1)', async () => {
    const made = await connected();
    await expectAnswers(
      made,
      ['AT+QISHOWRA=1', 'OK'],
      ['AT+QISHOWLA=1', 'OK'],
      ['AT+QISHOWRA=0', 'OK'],
      ['AT+QISHOWLA=0', 'OK'],
      ['AT+QIHEAD=1', 'OK'],
      ['AT+QISHOWPT=1', 'OK'],
    );
    made.sink.peers[0]?.write(Buffer.from(WELCOME));
    await expectAnswers(made, [null, bare(`\r\nIPD30TCP:${WELCOME}`)]);
  });

  it('announces what it received, and hands it out (gsm §5.3.2)', async () => {
    const made = await gsm();
    made.network.listen(7070, made.sink.accept);
    await expectAnswers(
      made,
      ['AT+QINDI=1', 'OK'],
      ['AT+QIOPEN="TCP","116.228.146.250",7070', 'OK', 'CONNECT OK'],
    );
    const text = '1234567890abcdefghijklmnopqrstuvwxyz';
    made.sink.peers[0]?.write(Buffer.from(text));
    await expectAnswers(
      made,
      [null, '+QIRDI:0,1,0'],
      ['AT+QIRD=0,1,0,1024', bare(`\r\n+QIRD:116.228.146.250:7070,TCP,36\r\n${text}`), 'OK'],
    );
  });

  it.each([
    ['', 'CLOSE OK'],
    ['0', '0, CLOSE OK'],
  ] as const)('closes the connection "%s" with %s (gsm §5.4)', async (index, result) => {
    await expectAnswers(await one(index), [`AT+QICLOSE${of(index)}`, result]);
  });

  it('is deactivated with DEACT OK (gsm §5.5)', async () => {
    await expectAnswers(await connected(), ['AT+QIDEACT', 'DEACT OK']);
  });

  it('tells its state, that of each index and that of its server (gsm §5.6.2)', async () => {
    const made = await gsm();
    const free = [0, 1, 2, 3, 4, 5].map((index) => `+QISTATE: ${index},"","",,"INITIAL"`);
    await expectAnswers(
      made,
      ['AT+QISTAT', 'OK', 'STATE: IP INITIAL'],
      ['AT+QIMUX=1', 'OK'],
      ['AT+QISTATE', 'OK', 'STATE: IP INITIAL', ...free],
      ['AT+QISERVER', 'OK', 'SERVER OK'],
      ['AT+QISSTAT', 'OK', 'S: LISTENNING'],
    );
  });
});

describe('gsm: chapters 6 to 8, answered by the module', () => {
  it.each([
    ['§6.1', 0],
    ['§6.2', 10],
  ])('tells that a connection still stands (gsm %s)', async (_, earlier) => {
    const made = await connected();
    if (earlier > 0) await expectAnswers(made, ['AT+QISEND=10', '> '], ['TCP detect', 'SEND OK']);
    await made.wait(8 * 60_000);
    await expectAnswers(
      made,
      ['AT+QISTAT', 'OK', 'STATE: CONNECT OK'],
      ['AT+QISACK', `+QISACK: ${earlier}, ${earlier}, 0`, 'OK'],
      ['AT+QISEND', '> '],
      [`TCP detect${CTRL_Z}`, 'SEND OK'],
    );
    await made.wait(5000);
    await expectAnswers(made, ['AT+QISACK', `+QISACK: ${earlier + 10}, ${earlier + 10}, 0`, 'OK']);
  });

  it('answers +++ with OK while CLOSED is data, and echoes it when it is the end (gsm §6.3)', async () => {
    const made = await connected(['AT+QIMODE=1']);
    const text = '\r\nCLOSED\r\n\r\n+PDP DEACT\r\n';
    made.sink.peers[0]?.write(Buffer.from(text));
    await expectAnswers(made, [null, bare(text)], ['+++', 'OK'], ['ATE1', 'OK']);
    made.sink.peers[0]?.end();
    expect(await made.wait(1000)).toBe('\r\nCLOSED\r\n');
    expect(await made.say('+++', 1000)).toBe('+++');
    expect(await made.command('AT+QIDEACT', 1000)).toBe('AT+QIDEACT\r\r\nDEACT OK\r\n');
  });

  it('opens a connection to a name (gsm §8.1)', async () => {
    const made = await gsm({ net: { names: { 'www.quectel.com': '124.79.167.80' } } });
    made.network.listen(80, silentPeer);
    await expectAnswers(
      made,
      ['AT+QIFGCNT=0', 'OK'],
      ['AT+QICSGP=1,"CMNET"', 'OK'],
      ['AT+QIMUX=0', 'OK'],
      ['AT+QIMODE=0', 'OK'],
      ['AT+QIDNSIP=1', 'OK'],
      ['AT+QIOPEN="TCP", "www.quectel.com", 80', 'OK', 'CONNECT OK'],
    );
  });

  it.each([
    ['activated before', true],
    ['activated by the question', false],
  ])('tells the addresses of a name, the context %s (gsm §8.2)', async (_, isActivated) => {
    const addresses = ['64.233.189.99', '64.233.189.104', '64.233.189.147'];
    const made = await gsm({ net: { names: { 'www.google.com': addresses } } });
    if (isActivated)
      await expectAnswers(
        made,
        ['AT+QIFGCNT=0', 'OK'],
        ['AT+QICSGP=1,"CMNET"', 'OK'],
        ['AT+QIREGAPP', 'OK'],
        ['AT+QIACT', 'OK'],
        ['AT+QILOCIP', ADDRESS],
        ['AT+QIDNSCFG="211.136.18.171","211.136.112.50"', 'OK'],
      );
    await expectAnswers(made, ['AT+QIDNSGIP="www.google.com"', 'OK', ...addresses]);
  });
});
