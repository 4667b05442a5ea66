/** Sending with gsm: the three ways of gsm §5.2.1, and how they end. */
import { silentPeer } from '../../simulator/index.ts';
import { connected, connectedBy, gsm, OK, OPEN_MS, WELCOME } from './gsm-bench.ts';
import { closeBenches } from './host.ts';

afterEach(closeBenches);

const PROMPT = '\r\n> ';
const SEND_OK = '\r\nSEND OK\r\n';
const SEND_FAIL = '\r\nSEND FAIL\r\n';

describe('AT+QISEND with changeable length', () => {
  it('ends with Ctrl-Z', async () => {
    const { command, say, sink, wait } = await connected();
    expect(await command('AT+QISEND')).toBe(PROMPT);
    expect(await say(WELCOME)).toBe('');
    expect(await say('\x1a')).toBe(SEND_OK);
    await wait(100);
    expect(Buffer.from(sink.take()).toString()).toBe(WELCOME);
  });

  it('is cancelled by ESC', async () => {
    const { command, say, sink, wait, module } = await connected();
    await command('AT+QISEND');
    expect(await say(`${WELCOME}\x1b`)).toBe(SEND_FAIL);
    await wait(100);
    expect(sink.lengthBytes).toBe(0);
    expect(await command('AT')).toBe(OK);
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('omits what is beyond 1460 bytes, which is a violation (gsm §3.1)', async () => {
    const { command, say, sink, wait, module } = await connected();
    await command('AT+QISEND');
    expect(await say(`${'x'.repeat(1500)}\x1a`)).toBe(SEND_OK);
    await wait(100);
    expect(sink.lengthBytes).toBe(1460);
    expect(module.state.protocolViolations).toHaveLength(1);
  });
});

describe('AT+QISEND with fixed length', () => {
  it('takes every byte as it is (gsm §5.2.2.2)', async () => {
    const { command, say, sink, wait } = await connectedBy([0]);
    const every = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
    expect(await command('AT+QISEND=0,256')).toBe(PROMPT);
    expect(await say(every)).toBe(SEND_OK);
    expect(await command('AT+QISEND=0,12')).toBe(PROMPT);
    expect(await say('A\x1aB\rAT+QIACT')).toBe(SEND_OK);
    await wait(100);
    expect(Buffer.from(sink.take()).toString('latin1')).toBe(`${every}A\x1aB\rAT+QIACT`);
  });

  it('is cancelled by ESC where the module does that, and what follows is commands (D26)', async () => {
    const { command, say, sink, wait, module } = await connected([], { escCancelsSend: true });
    await command('AT+QISEND=30');
    expect(await say('Welcome\x1bAT+QISACK\r')).toBe(`${SEND_FAIL}\r\n+QISACK: 0, 0, 0\r\n\r\nOK\r\n`);
    await wait(100);
    expect(sink.lengthBytes).toBe(0);
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('refuses more than 1460 bytes, and counts it as a violation', async () => {
    const { command, module } = await connected();
    expect(await command('AT+QISEND=1461')).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });
});

describe('timed sending', () => {
  it('sends when the time is over, and fails when nothing was typed (gsm §5.2.2.3)', async () => {
    const { command, say, sink, wait } = await connected(['AT+QIAUTOS=1,10']);
    expect(await command('AT+QIAUTOS?')).toBe('\r\n+QIAUTOS: 1,10\r\n\r\nOK\r\n');
    expect(await command('AT+QISEND')).toBe(PROMPT);
    expect(await say(WELCOME, 9900)).toBe('');
    expect(await wait(200)).toBe(SEND_OK);
    await wait(100);
    expect(Buffer.from(sink.take()).toString()).toBe(WELCOME);
    expect(await command('AT+QISEND')).toBe(PROMPT);
    expect(await wait(10_100)).toBe(SEND_FAIL);
  });

  it('sends at once with Ctrl-Z, or when the length is there, and part of the length when the time is over', async () => {
    const { command, say, sink, wait } = await connected(['AT+QIAUTOS=1,10']);
    await command('AT+QISEND');
    expect(await say('one\x1a')).toBe(SEND_OK);
    await command('AT+QISEND=3');
    expect(await say('two')).toBe(SEND_OK);
    await command('AT+QISEND=10');
    expect(await say('three', 10_100)).toBe(SEND_OK);
    await wait(20_000);
    expect(Buffer.from(sink.take()).toString()).toBe('onetwothree');
  });
});

describe('the end of a send', () => {
  it('is ERROR without a connection', async () => {
    const { command, configure } = await gsm();
    expect(await command('AT+QISEND')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QISACK')).toBe('\r\nERROR\r\n');
    await configure('AT+QIMUX=1');
    expect(await command('AT+QISEND=3')).toBe('\r\nERROR\r\n');
  });

  it('is SEND FAIL when the send buffer is full', async () => {
    const { network, command, say } = await gsm({ sendBufferBytes: 2000, net: { windowBytes: 100 } });
    network.listen(9, silentPeer);
    await command('AT+QIOPEN="TCP","192.0.2.9",9', OPEN_MS);
    await command('AT+QISEND=1460');
    expect(await say('x'.repeat(1460), 100)).toBe(SEND_OK);
    await command('AT+QISEND=1460');
    expect(await say('x'.repeat(1460), 100)).toBe(SEND_FAIL);
    expect(await command('AT+QISACK')).toBe('\r\n+QISACK: 1460, 100, 1360\r\n\r\nOK\r\n');
  });

  it('is what a fault makes of it', async () => {
    const { command, say, module, sink, wait } = await connected();
    const send = async (text: string): Promise<string> => {
      await command('AT+QISEND');
      return say(`${text}\x1a`, 100);
    };
    module.inject({ kind: 'sendFail', partly: 2 });
    expect(await send('abc')).toBe(SEND_FAIL);
    module.inject({ kind: 'sendError', accepted: true });
    expect(await send('def')).toBe('\r\nERROR\r\n');
    module.inject({ kind: 'sendSilent' });
    expect(await send('ghi')).toBe('');
    await wait(100);
    expect(Buffer.from(sink.take()).toString()).toBe('abdefghi');
    expect(await command('AT+QISACK')).toBe('\r\n+QISACK: 8, 8, 0\r\n\r\nOK\r\n');
  });
});
