/** The examples of the GSM TCPIP Application Note, byte by byte. */
import { gsm, OK, OPEN_MS, WELCOME } from './gsm-bench.ts';
import { bench, closeBenches } from './host.ts';

afterEach(closeBenches);

describe('gsm chapter 3, non-transparent mode', () => {
  it('configures and activates a context, and tells its address without OK', async () => {
    const { command, module } = bench({ dialect: 'gsm' });
    for (const line of [
      'AT+QIFGCNT=0',
      'AT+QICSGP=1,"CMNET"',
      'AT+QIMUX=0',
      'AT+QIMODE=0',
      'AT+QIDNSIP=0',
      'AT+QIREGAPP',
      'AT+QIACT',
    ]) {
      expect(await command(line, 500)).toBe(`${line}\r${OK}`);
    }
    expect(await command('AT+QILOCIP')).toBe('AT+QILOCIP\r\r\n10.7.157.100\r\n');
    expect(module.state).toMatchObject({ protocolViolations: [], unknownCommands: [] });
  });

  it('opens a single connection, sends, counts, receives, closes and deactivates (gsm §3.1)', async () => {
    const { command, say, wait, sink, module } = await gsm();
    const open = 'AT+QIOPEN="TCP", "124.79.167.121",7007';
    expect(await command(open, OPEN_MS)).toBe('\r\nOK\r\n\r\nCONNECT OK\r\n');
    expect(module.state.sockets).toMatchObject([{ id: 0, contextId: 0, role: 'client', service: 'TCP' }]);
    expect(await command('AT+QISEND')).toBe('\r\n> ');
    expect(await say(`${WELCOME}\x1a`)).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QISACK')).toBe('\r\n+QISACK: 30, 0, 30\r\n\r\nOK\r\n');
    await wait(100);
    expect(await command('AT+QISACK')).toBe('\r\n+QISACK: 30, 30, 0\r\n\r\nOK\r\n');
    expect(Buffer.from(sink.take()).toString()).toBe(WELCOME);
    sink.peers[0]?.write(Buffer.from(WELCOME));
    expect(await wait(100)).toBe(WELCOME);
    expect(await command('AT+QICLOSE', 200)).toBe('\r\nCLOSE OK\r\n');
    expect(await command('AT+QIDEACT', 500)).toBe('\r\nDEACT OK\r\n');
    expect(module.state).toMatchObject({ sockets: [], protocolViolations: [], unknownCommands: [] });
  });

  it('opens, sends, receives and closes by index (gsm §3.3, §5.4)', async () => {
    const { command, say, wait, sink, module, configure } = await gsm();
    await configure('AT+QIMUX=1');
    expect(await command('AT+QIOPEN=0,"TCP","124.79.167.121",7007', OPEN_MS)).toBe(
      '\r\nOK\r\n\r\n0, CONNECT OK\r\n',
    );
    expect(await command('AT+QISEND=0')).toBe('\r\n> ');
    expect(await say(`${WELCOME}\x1a`, 100)).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QISACK=0')).toBe('\r\n+QISACK: 30, 30, 0\r\n\r\nOK\r\n');
    sink.peers[0]?.write(Buffer.from(WELCOME));
    expect(await wait(100)).toBe(`\r\n+RECEIVE: 0, 30\r\n${WELCOME}`);
    expect(await command('AT+QICLOSE=0', 200)).toBe('\r\n0, CLOSE OK\r\n');
    expect(await command('AT+QIDEACT', 500)).toBe('\r\nDEACT OK\r\n');
    expect(module.state.protocolViolations).toEqual([]);
  });
});
