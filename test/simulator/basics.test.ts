import { bench, closeBenches } from './host.ts';

afterEach(closeBenches);

describe('command lines', () => {
  it('are echoed with their CR and answered by CR LF OK CR LF', async () => {
    expect(await bench().command('AT')).toBe('AT\r\r\nOK\r\n');
  });

  it('are echoed for the last time by ATE0', async () => {
    const { command } = bench();
    expect(await command('ATE0')).toBe('ATE0\r\r\nOK\r\n');
    expect(await command('AT')).toBe('\r\nOK\r\n');
    expect(await command('ATE1')).toBe('\r\nOK\r\n');
    expect(await command('AT')).toBe('AT\r\r\nOK\r\n');
  });

  it('may be written in lower case', async () => {
    expect(await bench().command('at+cpin?')).toBe('at+cpin?\r\r\n+CPIN: READY\r\n\r\nOK\r\n');
  });

  it('may end with CR LF', async () => {
    const { say, module } = bench();
    expect(await say('AT\r\n')).toBe('AT\r\r\nOK\r\n');
    expect(await say('AT\r\n')).toBe('AT\r\r\nOK\r\n');
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('answers several lines: the first after CR LF, the others without', async () => {
    const { command } = bench();
    await command('ATE0');
    expect(await command('ATI')).toBe('\r\nQuectel\r\nEC25\r\nRevision: EC25EFAR06A01M4G\r\n\r\nOK\r\n');
  });

  it('refuses what it does not know, and remembers it', async () => {
    const { command, module } = bench();
    expect(await command('AT+NOSUCH=1')).toBe('AT+NOSUCH=1\r\r\nERROR\r\n');
    expect(module.state.unknownCommands).toEqual(['AT+NOSUCH=…']);
  });

  it('refuses a line of more than 512 bytes', async () => {
    const { command, module } = bench();
    const answer = await command(`AT+QICSGP=1,1,"${'x'.repeat(600)}"`);
    expect(answer.endsWith('\r\nERROR\r\n')).toBe(true);
    expect(module.state.protocolViolations).toHaveLength(1);
  });

  it('keeps a line that comes while a command runs, and records the breach', async () => {
    const { say, module } = bench();
    expect(await say('AT\rAT+CFUN?\r')).toBe('AT\r\r\nOK\r\nAT+CFUN?\r\r\n+CFUN: 1\r\n\r\nOK\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });

  it('are found behind noise', async () => {
    const { say } = bench();
    expect(await say('\x00+++\x1bAT\r')).toMatch(/\r\nOK\r\n$/);
    expect(await say('hello\r')).toBe('hello\r');
  });

  it('never gets output from inside receive()', async () => {
    const { module, output, wait } = bench();
    module.receive(Buffer.from('AT\r'));
    expect(output()).toBe('');
    expect(await wait(10)).toBe('AT\r\r\nOK\r\n');
  });
});

describe('errors', () => {
  it('take the form of AT+CMEE', async () => {
    const { command } = bench({ sim: { present: false } });
    await command('ATE0');
    expect(await command('AT+CPIN?')).toBe('\r\n+CME ERROR: 10\r\n');
    await command('AT+CMEE=2');
    expect(await command('AT+CPIN?')).toBe('\r\n+CME ERROR: SIM not inserted\r\n');
    await command('AT+CMEE=0');
    expect(await command('AT+CPIN?')).toBe('\r\nERROR\r\n');
    expect(await command('AT+CMEE?')).toBe('\r\n+CMEE: 0\r\n\r\nOK\r\n');
  });

  it('of TCP/IP commands are a bare ERROR and a number in AT+QIGETERROR', async () => {
    const { command } = bench();
    await command('ATE0');
    expect(await command('AT+QIOPEN=1,"TCP","220.180.239.212",8009,0,1')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toBe('\r\n+QIGETERROR: 552, invalid parameters\r\n\r\nOK\r\n');
    await command('AT+QIACT?');
    expect(await command('AT+QIGETERROR')).toBe('\r\n+QIGETERROR: 0, operation successful\r\n\r\nOK\r\n');
  });
});
