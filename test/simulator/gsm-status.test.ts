/** States of gsm (gsm §5.6), its settings, names, and what it says of itself. */
import { connected, connectedBy, gsm, OK, OPEN_MS } from './gsm-bench.ts';
import { bench, closeBenches } from './host.ts';

afterEach(closeBenches);

const ERROR = '\r\nERROR\r\n';
const state = (name: string): string => `\r\nOK\r\n\r\nSTATE: ${name}\r\n`;
const free = (index: number): string => `\r\n+QISTATE: ${index},"","",,"INITIAL"\r\n`;

describe('AT+QISTAT', () => {
  it('goes through the states of a single connection (gsm figure 3)', async () => {
    const { command, module, sink, wait } = await gsm();
    const expectState = async (name: string): Promise<void> =>
      expect(await command('AT+QISTAT')).toBe(state(name));
    await expectState('IP INITIAL');
    await command('AT+QIREGAPP');
    await expectState('IP START');
    await command('AT+QIACT', 500);
    await expectState('IP GPRSACT');
    await command('AT+QILOCIP');
    await expectState('IP STATUS');
    expect(await command('AT+QIOPEN="TCP","124.79.167.121",7007')).toBe(OK);
    await expectState('TCP CONNECTING');
    expect(await wait(500)).toBe('\r\nCONNECT OK\r\n');
    await expectState('CONNECT OK');
    sink.peers[0]?.end();
    expect(await wait(200)).toBe('\r\nCLOSED\r\n');
    await expectState('IP CLOSE');
    expect(await command('AT+QIOPEN="UDP","124.79.167.121",7007')).toBe(OK);
    await expectState('UDP CONNECTING');
    await wait(500);
    await command('AT+QICLOSE', 200);
    await expectState('IP CLOSE');
    module.inject({ kind: 'pdpdeact' });
    expect(await wait(10)).toBe('\r\n+PDP DEACT\r\n');
    await expectState('PDP DEACT');
    await command('AT+QIDEACT', 500);
    await expectState('IP INITIAL');
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('shows an activation that an open began', async () => {
    const { command, wait } = await gsm();
    expect(await command('AT+QIOPEN="TCP","124.79.167.121",7007')).toBe(OK);
    expect(await command('AT+QISTAT')).toBe(state('IP CONFIG'));
    await wait(200);
    expect(await command('AT+QISTAT')).toBe(state('IP IND'));
    expect(await wait(500)).toBe('\r\nCONNECT OK\r\n');
  });

  it('is PDP DEACT after AT+CGATT=0 (gsm figure 3)', async () => {
    const { command } = await connected();
    expect(await command('AT+CGATT=0')).toBe('\r\nOK\r\n\r\n+PDP DEACT\r\n');
    expect(await command('AT+QISTAT')).toBe(state('PDP DEACT'));
  });
});

describe('AT+QISTATE', () => {
  it('has a line per index, behind OK (gsm §5.6.2)', async () => {
    const { command, configure } = await gsm();
    await configure('AT+QIMUX=1');
    expect(await command('AT+QISTATE')).toBe(
      `${state('IP INITIAL')}${[0, 1, 2, 3, 4, 5].map(free).join('')}`,
    );
  });

  it('shows connections', async () => {
    const { command } = await connectedBy([0]);
    expect(await command('AT+QIOPEN=1,"UDP","203.0.113.9",5000', OPEN_MS)).toContain('1, CONNECT OK');
    await command('AT+QIOPEN=5,"TCP","203.0.113.9",81');
    expect(await command('AT+QISTATE')).toBe(
      `${state('IP PROCESSING')}\r\n+QISTATE: 0,"TCP","124.79.167.121",7007,"CONNECTED"\r\n` +
        `\r\n+QISTATE: 1,"UDP","203.0.113.9",5000,"CONNECTED"\r\n${[2, 3, 4].map(free).join('')}` +
        '\r\n+QISTATE: 5,"TCP","203.0.113.9",81,"CONNECTING"\r\n',
    );
  });

  it('is refused without indexes', async () => {
    expect(await (await gsm()).command('AT+QISTATE')).toBe(ERROR);
  });
});

describe('the context', () => {
  it('needs AT+QIREGAPP before AT+QIACT, and has no address before that', async () => {
    const { command } = await gsm();
    expect(await command('AT+QIACT')).toBe(ERROR);
    expect(await command('AT+QILOCIP')).toBe(ERROR);
    await command('AT+QIREGAPP');
    expect(await command('AT+QIREGAPP')).toBe(ERROR);
    expect(await command('AT+QIACT', 500)).toBe(OK);
    expect(await command('AT+QIACT', 500)).toBe(ERROR);
  });

  it('is deactivated with DEACT OK in every state (gsm §5.5)', async () => {
    const { command, wait } = await gsm();
    expect(await command('AT+QIDEACT', 500)).toBe('\r\nDEACT OK\r\n');
    await command('AT+QIREGAPP');
    expect(await command('AT+QIDEACT', 500)).toBe('\r\nDEACT OK\r\n');
    await command('AT+QIOPEN="TCP","124.79.167.121",7007');
    expect(await command('AT+QIDEACT', 500)).toBe('\r\nDEACT OK\r\n');
    expect(await wait(1000)).toBe('');
    expect(await command('AT+QISTAT')).toBe(state('IP INITIAL'));
  });

  it('may change between one and several connections, and between the modes, only while it is IP INITIAL', async () => {
    const { command, configure } = await gsm();
    await configure('AT+QIMUX=1', 'AT+QIMUX=0', 'AT+QIMODE=1');
    expect(await command('AT+QIMUX=1')).toBe(ERROR);
    await configure('AT+QIMODE=0', 'AT+QIMUX=1');
    expect(await command('AT+QIMODE=1')).toBe(ERROR);
    await configure('AT+QIREGAPP');
    expect(await command('AT+QIMUX=0')).toBe(ERROR);
    await configure('AT+QIMUX=1', 'AT+QIMODE=0');
    expect(await command('AT+QIMUX?')).toBe('\r\n+QIMUX: 1\r\n\r\nOK\r\n');
  });

  it('is configured without showing secrets to the log', async () => {
    const { command, configure, events } = await gsm();
    await configure('AT+QICSGP=1,"internet","ann","secret"');
    expect(await command('AT+QICSGP?')).toBe('\r\n+QICSGP: 1,"internet","ann","secret"\r\n\r\nOK\r\n');
    const written = JSON.stringify(events.filter(({ kind }) => kind === 'command'));
    expect(written).toContain('internet');
    expect(written).not.toMatch(/ann|secret/);
  });
});

describe('an open', () => {
  it('ends with CONNECT FAIL, and may be tried again at once', async () => {
    const { command, network } = await gsm();
    expect(await command('AT+QIOPEN="TCP","192.0.2.9",81', OPEN_MS)).toBe('\r\nOK\r\n\r\nCONNECT FAIL\r\n');
    expect(await command('AT+QICLOSE')).toBe(ERROR);
    network.listen(81, () => {});
    expect(await command('AT+QIOPEN="TCP","192.0.2.9",81', OPEN_MS)).toContain('CONNECT OK');
  });

  it('of a connection in use ends with ALREADY CONNECT, and is a violation', async () => {
    const { command, module } = await connected();
    expect(await command('AT+QIOPEN="TCP","124.79.167.121",7007')).toBe('\r\nOK\r\n\r\nALREADY CONNECT\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
    expect(module.state.sockets).toHaveLength(1);
    const several = await connectedBy([4]);
    expect(await several.command('AT+QIOPEN=4,"TCP","124.79.167.121",7007')).toBe(
      '\r\nOK\r\n\r\nALREADY CONNECT\r\n',
    );
  });

  it('takes a name only with AT+QIDNSIP=1, and an address always (gsm §8.1)', async () => {
    const { command, configure } = await gsm();
    expect(await command('AT+QIOPEN="TCP","echo.example",7')).toBe(ERROR);
    await configure('AT+QIDNSIP=1');
    expect(await command('AT+QIOPEN="TCP", "echo.example", 7', OPEN_MS)).toBe('\r\nOK\r\n\r\nCONNECT OK\r\n');
    await command('AT+QICLOSE', 200);
    expect(await command('AT+QIOPEN="TCP","192.0.2.7","7"', OPEN_MS)).toContain('CONNECT OK');
    await command('AT+QICLOSE', 200);
    expect(await command('AT+QIOPEN="TCP","nobody.example",7', OPEN_MS)).toContain('CONNECT FAIL');
  });

  it('wants an index when there are several connections, and none else', async () => {
    const { command, configure } = await gsm();
    expect(await command('AT+QIOPEN=0,"TCP","192.0.2.7",7')).toBe(ERROR);
    await configure('AT+QIMUX=1');
    expect(await command('AT+QIOPEN="TCP","192.0.2.7",7')).toBe(ERROR);
  });

  it('that comes while the context is on its way waits for it like the first', async () => {
    const { command, wait, configure } = await gsm();
    await configure('AT+QIMUX=1');
    expect(await command('AT+QIOPEN=0,"TCP","124.79.167.121",7007')).toBe(OK);
    expect(await command('AT+QIOPEN=1,"TCP","192.0.2.7",7')).toBe(OK);
    expect(await wait(1000)).toBe('\r\n0, CONNECT OK\r\n\r\n1, CONNECT OK\r\n');
  });

  it('ends with CONNECT FAIL when the network says nothing', async () => {
    const { command, wait, module } = await gsm({ timing: { connectTimeoutMs: 75_000 } });
    module.inject({ kind: 'blackHole', forMs: 200_000 });
    expect(await command('AT+QIOPEN="TCP","124.79.167.121",7007', 74_000)).toBe(OK);
    expect(await wait(2000)).toBe('\r\nCONNECT FAIL\r\n');
  });

  it('can be given up with AT+QICLOSE while it lasts', async () => {
    const { command, wait, module } = await connected();
    await command('AT+QICLOSE', 200);
    expect(await command('AT+QIOPEN="TCP","124.79.167.121",7007', 5)).toBe(OK);
    expect(await command('AT+QICLOSE', 200)).toBe('\r\nCLOSE OK\r\n');
    expect(await wait(500)).toBe('');
    expect(module.state.sockets).toEqual([]);
  });
});

describe('AT+QIDNSGIP', () => {
  it('activates the context, and writes one address per line behind OK (gsm §8.2)', async () => {
    const { command } = await gsm({
      net: { names: { 'www.google.com': ['64.233.189.99', '64.233.189.104'] } },
    });
    expect(await command('AT+QIDNSGIP="www.google.com"', OPEN_MS)).toBe(
      '\r\nOK\r\n\r\n64.233.189.99\r\n\r\n64.233.189.104\r\n',
    );
    expect(await command('AT+QISTAT')).toBe(state('IP STATUS'));
    expect(await command('AT+QIDNSCFG="211.136.18.171","211.136.112.50"')).toBe(OK);
    expect(await command('AT+QIDNSGIP="nobody.example"', OPEN_MS)).toBe('\r\nOK\r\n\r\nERROR\r\n');
  });
});

describe('the module', () => {
  it('tells what it is', async () => {
    const { command } = await gsm();
    expect(await command('ATI')).toBe(
      '\r\nQuectel_Ltd\r\nQuectel_M95\r\nRevision: M95FAR02A08\r\n\r\nOK\r\n',
    );
    expect(await command('AT+CGMM')).toBe('\r\nQuectel_M95\r\n\r\nOK\r\n');
    expect(await command('AT+GMM')).toBe('\r\nQuectel_M95\r\n\r\nOK\r\n');
  });

  it('is named as its maker of tests likes', async () => {
    const { command } = await gsm({ model: 'Quectel_M66' });
    expect(await command('ATI')).toBe(
      '\r\nQuectel_Ltd\r\nQuectel_M66\r\nRevision: M66FAR02A08\r\n\r\nOK\r\n',
    );
  });

  it('boots with the notices of its kind, and forgets its settings', async () => {
    const { command, wait, configure, module } = await gsm();
    await configure('AT+QIMUX=1', 'AT+QIHEAD=1', 'AT+CREG=1');
    module.inject({ kind: 'reboot' });
    expect(await wait(5000)).toBe('\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\nCall Ready\r\n');
    expect(await command('AT+QIMUX?')).toBe('AT+QIMUX?\r\r\n+QIMUX: 0\r\n\r\nOK\r\n');
    expect(await command('AT+QIHEAD?')).toContain('+QIHEAD: 0');
    expect(await command('AT+QPOWD=1', 1000)).toContain('\r\nOK\r\n\r\nNORMAL POWER DOWN\r\n');
  });

  it('knows the registration of its generation, and none of the commands of others', async () => {
    const { command, module } = await gsm();
    expect(await command('AT+CGREG?')).toBe('\r\n+CGREG: 0,1\r\n\r\nOK\r\n');
    for (const line of [
      'AT+CEREG?',
      'AT+QIGETERROR',
      'AT+QICFG=?',
      'AT+QISWTMD=0,1',
      'AT+QPING=1,"a"',
      'AT+QNTP?',
    ]) {
      expect(await command(line)).toBe(ERROR);
    }
    expect(module.state.unknownCommands).toHaveLength(6);
  });

  it('sleeps while AT+QSCLK=1 and DTR is off, and hears its host 20 ms after DTR is on (gsm chapter 9)', async () => {
    const { command, wait, module, sink, say } = await connected();
    expect(await command('AT+QSCLK=1')).toBe(OK);
    expect(await command('AT+QSCLK?')).toBe('\r\n+QSCLK: 1\r\n\r\nOK\r\n');
    module.setDtr(false);
    expect(await command('AT', 100)).toBe('');
    sink.peers[0]?.write(Buffer.from('still here'));
    expect(await wait(100)).toBe('still here');
    module.setDtr(true);
    await wait(19);
    expect(await say('AT\r', 1)).toBe('');
    expect(await command('AT')).toBe(OK);
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('is awake with DTR off as long as AT+QSCLK=0', async () => {
    const { command, module } = await gsm();
    module.setDtr(false);
    expect(await command('AT')).toBe(OK);
  });
});

it('answers the test form of every command of its own', async () => {
  const { command } = bench({ dialect: 'gsm' });
  await command('ATE0');
  const names =
    'QIFGCNT QICSGP QIREGAPP QIACT QILOCIP QIDEACT QIMUX QIMODE QIDNSIP QITCFG QISRVC QIHEAD QISHOWRA QISHOWLA ' +
    'QISHOWPT QINDI QIAUTOS QSCLK QILPORT QISTAT QISTATE QISSTAT QIOPEN QISERVER QICLOSE QISEND QISACK QIRD ' +
    'QIDNSCFG QIDNSGIP';
  for (const name of names.split(' ')) expect(await command(`AT+${name}=?`)).toMatch(/\r\nOK\r\n$/);
});
