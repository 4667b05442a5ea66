import type { Command, ContextParameters, OpenParameters } from '../../adapters/dialects/dialect.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { ugxx } from '../../adapters/dialects/ugxx.ts';
import { parsed, refusedArgument } from './answers.ts';

const { commands } = ugxx;

const context: ContextParameters = {
  id: 1,
  apn: 'UNINET',
  type: 'IPv4',
  username: '',
  password: '',
  authentication: 'PAP',
};
const open: OpenParameters = {
  contextId: 1,
  connectId: 0,
  service: 'TCP',
  host: '124.74.41.170',
  remotePort: 8009,
  localPort: 0,
  mode: 'buffer',
};

describe('ugxx writes', () => {
  it.each<[string, Command]>([
    ['AT+QICSGP=1', commands.queryContext(1)],
    ['AT+QICSGP=1,1,"UNINET","","",1', commands.configureContext(context)],
    ['AT+QIACT=20', commands.activateContext(20)],
    ['AT+QIACT?', commands.queryContexts()],
    ['AT+QIDEACT=1', commands.deactivateContext(1)],
    ['AT+QIOPEN=1,0,"TCP","124.74.41.170",8009,0,0', commands.open(open)],
    ['AT+QIOPEN=1,0,"TCP","124.74.41.170",8009,0,2', commands.open({ ...open, mode: 'transparent' })],
    ['AT+QICLOSE=0', commands.close(0, 10_000)],
    ['AT+QISTATE=0,1', commands.querySocketsOf(1)],
    ['AT+QISTATE=1,0', commands.querySocket(0)],
    ['AT+QISEND=0,1460', commands.send(0, 1460)],
    ['AT+QISEND=0', commands.sendOpenEnded(0)],
    ['AT+QISENDEX=0,"3132333435"', commands.sendHex(0, Buffer.from('12345'))],
    ['AT+QIRD=0,1500', commands.read(0, 1500)],
    ['AT+QISWTMD=0,2', commands.switchMode(0, 'transparent')],
    ['ATO', commands.resume()],
    ['AT&D1', commands.escapeByDtr(true)],
    ['AT+QPING=1,"203.0.113.9",4,2', commands.ping(1, '203.0.113.9', 4, 2)],
    ['AT+QNTP=1,"ntp.example.com",123,0', commands.syncTime(1, 'ntp.example.com', 123, false)],
    ['AT+QIDNSCFG=1,"192.0.2.53"', commands.setDnsServers(1, ['192.0.2.53'])],
    ['AT+QIDNSGIP=1,"www.example.com"', commands.resolve(1, 'www.example.com')],
    ['AT+QISDE=0', commands.echoSentData(false)],
    ['AT+QICSGP=?', commands.queryRanges('QICSGP')],
  ])('%s', (text, command) => {
    expect(command.text).toBe(text);
  });

  it('no timeout into AT+QICLOSE, yet waits as long as it was told', () => {
    expect(commands.close(0, 20_000)).toMatchObject({ text: 'AT+QICLOSE=0', timeoutMs: 21_000 });
  });

  it('no query for the registration with a network of the next generation', () => {
    expect(commands.queryRegistration().map(({ text }) => text)).toEqual(['AT+CREG?', 'AT+CGREG?']);
  });

  it('the set-up of its successor', () => {
    const texts = ugxx.bringUp.map(({ command }) => command.text);
    expect(texts).toEqual(lte.bringUp.map(({ command }) => command.text));
  });
});

describe('ugxx takes the outermost values and refuses the next', () => {
  it.each<[string, (value: number) => unknown, number, number]>([
    ['context id', (value) => commands.activateContext(value), 1, 20],
    ['connect id', (value) => commands.close(value, 1000), 0, 11],
    ['length', (value) => commands.send(0, value), 1, 1460],
    ['length', (value) => commands.read(0, value), 1, 1500],
    ['port', (value) => commands.open({ ...open, remotePort: value }), 1, 65_535],
  ])('%s', (argument, encode, lowest, highest) => {
    expect(refusedArgument(() => encode(lowest))).toBeUndefined();
    expect(refusedArgument(() => encode(highest))).toBeUndefined();
    expect(refusedArgument(() => encode(lowest - 1))).toBe(argument);
    expect(refusedArgument(() => encode(highest + 1))).toBe(argument);
  });

  it('refuses what its successor added', () => {
    expect(refusedArgument(() => commands.configureContext({ ...context, type: 'IPv6' }))).toBe('type');
    expect(refusedArgument(() => commands.open({ ...open, service: 'TCP SERVICE' }))).toBe('service');
    expect(refusedArgument(() => commands.open({ ...open, service: 'UDP LISTENER' }))).toBe('service');
  });
});

describe('ugxx understands', () => {
  it('the configuration of a context that has none', () => {
    expect(parsed(commands.queryContext(1), ['+QICSGP: 1,"","","",0'])).toEqual({
      type: 'IPv4',
      apn: '',
      username: '',
      password: '',
      authentication: 'none',
    });
    expect(parsed(commands.queryContext(1), ['+QICSGP: 2,"","","",0'])).toBeUndefined(); // no IPv6 here
  });

  it('contexts with an id of two digits', () => {
    expect(parsed(commands.queryContexts(), ['+QIACT: 20,1,1,"10.7.157.9"'])).toEqual([
      { id: 20, active: true, addresses: ['10.7.157.9'] },
    ]);
  });

  it('the answer to a test command, as it is printed', () => {
    const lines = parsed(commands.queryRanges('QIACT'), ['+QIACT: (1-20)']);
    expect(lines?.map(({ text }) => text)).toEqual(['(1-20)']);
  });
});
