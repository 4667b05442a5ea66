import { bench, closeBenches } from './host.ts';

afterEach(closeBenches);

describe('boot', () => {
  it('is silent, then tells its steps, and finds the network later', async () => {
    const { wait, command, module } = bench({ startBooting: true });
    expect(module.state.power).toBe('booting');
    module.receive(Buffer.from('AT\r'));
    expect(await wait(2999)).toBe('');
    expect(await wait(1)).toBe('\r\nRDY\r\n');
    expect(await wait(100)).toBe('\r\n+CFUN: 1\r\n');
    await command('ATE0');
    expect(await command('AT+CPIN?')).toBe('\r\n+CME ERROR: 10\r\n');
    await wait(200);
    expect(await command('AT+CPIN?')).toBe('\r\n+CME ERROR: 14\r\n');
    expect(await wait(1000)).toBe(
      '\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n\r\n+QIND: SMS DONE\r\n\r\n+QIND: PB DONE\r\n',
    );
    expect(await command('AT+CEREG?')).toBe('\r\n+CEREG: 0,2\r\n\r\nOK\r\n');
    await command('AT+CEREG=1');
    expect(await wait(2000)).toBe('\r\n+CEREG: 1\r\n');
    expect(await command('AT+CEREG?')).toBe('\r\n+CEREG: 1,1\r\n\r\nOK\r\n');
  });

  it('can be silent throughout', async () => {
    const { wait, command } = bench({ startBooting: true, bootUrcs: false });
    expect(await wait(10_000)).toBe('');
    expect(await command('AT')).toBe('AT\r\r\nOK\r\n');
  });

  it('follows AT+CFUN=1,1 and forgets sockets, contexts, options and ATE0', async () => {
    const { connect, command, wait, module, network } = bench();
    await connect();
    await command('AT+QICFG="viewmode",1');
    expect(await command('AT+CFUN=1,1')).toBe('\r\nOK\r\n');
    expect(await wait(10_000)).toMatch(/^\r\nRDY\r\n/);
    expect(module.state).toMatchObject({ rebootCount: 1, contexts: [], sockets: [] });
    expect(network.openConnections).toBe(0);
    expect(await command('AT+QICFG="viewmode"')).toBe(
      'AT+QICFG="viewmode"\r\r\n+QICFG: "viewmode",0\r\n\r\nOK\r\n',
    );
    expect(await command('AT+QISTATE?')).toBe('AT+QISTATE?\r\r\nOK\r\n');
  });

  it('follows powerCycle() at any time', async () => {
    const { command, wait, module } = bench();
    module.inject({ kind: 'hang' });
    expect(await command('AT')).toBe('');
    module.powerCycle();
    expect(await wait(3000)).toBe('\r\nRDY\r\n');
    expect(module.state).toMatchObject({ rebootCount: 1, hung: false, power: 'running' });
  });
});

describe('AT+QPOWD', () => {
  it('says POWERED DOWN and stays off until the power key', async () => {
    const { command, wait, module } = bench();
    expect(await command('AT+QPOWD', 1000)).toBe('AT+QPOWD\r\r\nOK\r\n\r\nPOWERED DOWN\r\n');
    expect(module.state.power).toBe('off');
    expect(await command('AT', 100_000)).toBe('');
    module.powerCycle();
    expect(await wait(5000)).toMatch(/^\r\nRDY\r\n/);
    expect(module.state.rebootCount).toBe(0);
  });

  it('comes back by itself if the board is made so', async () => {
    const { command } = bench({ restartAfterPowerDownMs: 1000 });
    expect(await command('AT+QPOWD=1', 10_000)).toMatch(/POWERED DOWN\r\n\r\nRDY\r\n/);
  });
});

describe('the SIM', () => {
  it('asks for its PIN after each start, and then lets the module register', async () => {
    const { command, wait, module } = bench({ sim: { pin: '1234' } });
    await command('ATE0');
    expect(await command('AT+CPIN?')).toBe('\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n');
    expect(await command('AT+CIMI')).toBe('\r\n+CME ERROR: 11\r\n');
    expect(module.state.registered).toBe(false);
    expect(await command('AT+CPIN="1234"')).toBe('\r\nOK\r\n\r\n+CPIN: READY\r\n');
    expect(await command('AT+CIMI')).toBe('\r\n001010123456789\r\n\r\nOK\r\n');
    await wait(2000);
    expect(module.state.registered).toBe(true);
    module.powerCycle();
    await wait(10_000);
    expect(module.state.sim).toBe('SIM PIN');
  });

  it('wants its PUK after three wrong PINs, whatever happens in between', async () => {
    const { command, wait, module } = bench({ sim: { pin: '1234', puk: '87654321' } });
    await command('ATE0');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await command('AT+CPIN="1111"')).toBe('\r\n+CME ERROR: 16\r\n');
    }
    module.powerCycle();
    await wait(10_000);
    await command('ATE0');
    expect(module.state.pinAttemptsLeft).toBe(1);
    await command('AT+CPIN="1111"');
    expect(await command('AT+CPIN?')).toBe('\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n');
    expect(await command('AT+CPIN="1234"')).toBe('\r\n+CME ERROR: 12\r\n');
    expect(await command('AT+CPIN="87654321","4321"')).toBe('\r\nOK\r\n\r\n+CPIN: READY\r\n');
  });

  it('never shows its PIN in the event log', async () => {
    const { command, events } = bench({ sim: { pin: '4711' } });
    await command('AT+CPIN="4711"');
    await command('AT+QICSGP=1,1,"net","user","topsecret",1');
    expect(JSON.stringify(events)).not.toMatch(/4711|topsecret/);
  });
});

describe('the radio', () => {
  it('goes off with AT+CFUN=4, which takes the contexts away', async () => {
    const { connect, command } = bench();
    await connect();
    await command('AT+CREG=1');
    expect(await command('AT+CFUN=4')).toBe('\r\nOK\r\n\r\n+QIURC: "pdpdeact",1\r\n\r\n+CREG: 0\r\n');
    expect(await command('AT+CFUN?')).toBe('\r\n+CFUN: 4\r\n\r\nOK\r\n');
    expect(await command('AT+CFUN=1', 3000)).toBe('\r\nOK\r\n\r\n+CREG: 1\r\n');
    expect(await command('AT+CGATT?')).toBe('\r\n+CGATT: 1\r\n\r\nOK\r\n');
  });
});

describe('AT+QURCCFG', () => {
  it('sends notices to another port, where this host does not see them', async () => {
    const { command } = bench({ urcPort: 'usbat' });
    await command('ATE0');
    expect(await command('AT+QURCCFG="urcport"')).toBe('\r\n+QURCCFG: "urcport","usbat"\r\n\r\nOK\r\n');
    await command('AT+QICSGP=1,1,"net"');
    await command('AT+QIACT=1', 500);
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7', 500)).toBe('\r\nOK\r\n');
    expect(await command('AT+QURCCFG="urcport","uart1"')).toBe('\r\nOK\r\n');
    expect(await command('AT+QIOPEN=1,1,"TCP","192.0.2.7",7', 500)).toContain('+QIOPEN: 1,0');
    expect(await command('AT+QURCCFG="urcport","lpt1"')).toBe('\r\n+CME ERROR: 50\r\n');
  });

  it('survives a restart', async () => {
    const { command, wait, module } = bench();
    await command('AT+QURCCFG="urcport","usbat"');
    module.powerCycle();
    await wait(10_000);
    expect(await command('AT+QURCCFG="urcport"')).toContain('"usbat"');
  });
});

describe('options and queries', () => {
  it('shows every form of AT+QICFG', async () => {
    const { command } = bench();
    await command('ATE0');
    const list = await command('AT+QICFG=?');
    expect(list.match(/\+QICFG: /g)).toHaveLength(14);
    expect(list).toMatch(/^\r\n\+QICFG: "transpktsize",\(1-1460\)\r\n\+QICFG: "transwaittm",\(0-20\)\r\n/);
    expect(await command('AT+QICFG="tcp/keepalive",1,120,25,3')).toBe('\r\nOK\r\n');
    expect(await command('AT+QICFG="tcp/keepalive"')).toBe(
      '\r\n+QICFG: "tcp/keepalive",1,120,25,3\r\n\r\nOK\r\n',
    );
    expect(await command('AT+QICFG="tcp/retranscfg"')).toContain('"tcp/retranscfg",12,600');
  });

  it.each([
    'AT+QICFG="recv/buffersize",1',
    'AT+QICFG="viewmode",2',
    'AT+QICFG="dataformat",1',
    'AT+QICFG="nosuch"',
    'AT+QICFG="transpktsize",0',
  ])('refuses %s', async (line) => {
    const { command, module } = bench();
    await command('ATE0');
    expect(await command(line)).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });

  it('answers the test forms of lte §2.1', async () => {
    const { command, module } = bench();
    await command('ATE0');
    for (const name of ['QICSGP', 'QIACT', 'QIDEACT', 'QIOPEN', 'QICLOSE', 'QISTATE', 'QISEND', 'QIRD']) {
      expect(await command(`AT+${name}=?`)).toMatch(/\r\nOK\r\n$/);
    }
    for (const name of [
      'QISENDEX',
      'QISWTMD',
      'QPING',
      'QNTP',
      'QIDNSCFG',
      'QIDNSGIP',
      'QISDE',
      'QIGETERROR',
    ]) {
      expect(await command(`AT+${name}=?`)).toMatch(/\r\nOK\r\n$/);
    }
    expect(module.state).toMatchObject({ protocolViolations: [], unknownCommands: [] });
  });

  it('pings, resolves and tells the time', async () => {
    const { connect, command } = bench();
    await connect();
    expect(await command('AT+QPING=1,"echo.example",1,2', 5000)).toMatch(
      /^\r\nOK\r\n(\r\n\+QPING: 0,"192\.0\.2\.7",32,\d+,255\r\n){2}\r\n\+QPING: 0,2,2,0,\d+,\d+,\d+\r\n$/,
    );
    expect(await command('AT+QPING=1,"no.example"', 5000)).toBe('\r\nOK\r\n\r\n+QPING: 565\r\n');
    expect(await command('AT+QIDNSGIP=1,"echo.example"', 500)).toBe(
      '\r\nOK\r\n\r\n+QIURC: "dnsgip",0,1,600\r\n\r\n+QIURC: "dnsgip","192.0.2.7"\r\n',
    );
    expect(await command('AT+QIDNSGIP=1,"no.example"', 500)).toBe(
      '\r\nOK\r\n\r\n+QIURC: "dnsgip",565,0,0\r\n',
    );
    expect(await command('AT+QIDNSGIP=9,"echo.example"')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QNTP=1,"192.0.2.1",123', 500)).toMatch(
      /^\r\nOK\r\n\r\n\+QNTP: 0,"1970\/01\/01,00:00:\d\d\+00"\r\n$/,
    );
    expect(await command('AT+CCLK?')).toMatch(/^\r\n\+CCLK: "70\/01\/01,00:00:\d\d\+00"\r\n/);
    expect(await command('AT+QIDNSCFG=1,"192.0.2.99"')).toBe('\r\nOK\r\n');
    expect(await command('AT+QIDNSCFG=1')).toBe('\r\n+QIDNSCFG: 1,"192.0.2.99",""\r\n\r\nOK\r\n');
  });

  it('answers the usual questions', async () => {
    const { command } = bench();
    await command('ATE0');
    for (const line of [
      'ATV1',
      'AT&D2',
      'AT&W',
      'AT+GMM',
      'AT+CGMR',
      'AT+CGSN',
      'AT+QCCID',
      'AT+CSQ',
      'AT+COPS?',
    ]) {
      expect(await command(line)).toMatch(/\r\nOK\r\n$/);
    }
    expect(await command('ATV0')).not.toMatch(/OK/);
  });
});
