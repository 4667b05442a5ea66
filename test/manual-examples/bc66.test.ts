/** The examples of the BC66 TCP/IP manual V1.0: what the host writes, what the virtual module answers. */
import { bc66 } from '../../adapters/dialects/bc66.ts';
import type { ModemSocket } from '../../index.ts';
import { type SinkPeer, sinkPeer } from '../../simulator/index.ts';
import { asked, channelOn, online } from '../capabilities/capable.ts';
import { dismantle, type Rig } from '../integration/rig.ts';
import { collected, ended } from '../integration/streams.ts';
import { type Bench, type BenchOptions, bench, closeBenches } from '../simulator/host.ts';
import { expectAnswers, expectExample, heardOn, sentBy, sentOn } from './example.ts';

afterEach(closeBenches);

const HOST = { host: '220.180.239.212', port: 8062 } as const;
const OPEN = 'AT+QIOPEN=1,0,"TCP","220.180.239.212",8062,1234,0';
const OPEN_PUSH = 'AT+QIOPEN=1,0,"TCP","220.180.239.212",8062,0,1';
const NAMES = { names: { 'hf.quectel.com': '220.180.239.212', 'ntp5.aliyun.com': '203.107.6.88' } };

/** A started modem with a peer on port 8062 that collects. */
async function started(
  options: Parameters<typeof online>[2] = {},
): Promise<Rig & { readonly sink: SinkPeer }> {
  const r = await online('bc66', {}, options, NAMES);
  const sink = sinkPeer();
  r.network.listen(8062, sink.accept);
  return { ...r, sink };
}

const opened = (r: Rig, mode: 'buffer' | 'push'): Promise<ModemSocket> =>
  r.clock.runUntil(r.modem.connect({ ...HOST, mode, ...(mode === 'buffer' && { localPort: 1234 }) }));

describe('bc66: chapter 4, written by the host', () => {
  it.each([
    ['buffer', OPEN, 1234, 0],
    ['push', OPEN_PUSH, 0, 1],
  ] as const)(
    'opens a TCP client in mode %s, and asks for its state (bc66 §4.1.1, §4.2.1)',
    async (mode, open, localPort, accessMode) => {
      const r = await started({ numbersServiceTypes: true });
      const from = r.trace.length;
      const socket = await opened(r, mode);
      expect(await asked(r, bc66.commands.querySocket(0))).toEqual([
        {
          ...{ connectId: 0, serviceType: 'TCP', remoteAddress: HOST.host, remotePort: HOST.port, localPort },
          ...{ state: 'connected', contextId: 1, accessMode },
        },
      ]);
      expectExample(sentBy(r, from), [open, 'AT+QISTATE=1,0'], ['AT+QIRD=0,700']);
      socket.resume();
      await ended(r, socket);
      await dismantle(r);
    },
  );

  it('sends text and hexadecimal digits in the command (bc66 §4.1.2, §4.2.2)', async () => {
    const host = await channelOn('bc66');
    const sink = sinkPeer();
    host.network.listen(8062, sink.accept);
    const { open, sendText, sendHex, close } = bc66.commands;
    const from = host.trace.length;
    await host.run(
      open({
        ...{ contextId: 1, connectId: 0, service: 'TCP', host: HOST.host, remotePort: HOST.port },
        ...{ localPort: 1234, mode: 'buffer' },
      }),
    );
    await host.clock.advance(500);
    await host.run(sendText(0, '1234567890'));
    await host.run(sendHex(0, Buffer.from('01234')));
    await host.run(sendText(0, '1234567890'));
    await host.clock.advance(500);
    expect(String(Buffer.from(sink.take()))).toBe('1234567890012341234567890');
    await host.run(close(0, 10_000));
    expect(sentOn(host, from)).toEqual([
      ...[OPEN, 'AT+QISEND=0,10,1234567890', 'AT+QISENDEX=0,5,(payload)', 'AT+QISEND=0,10,1234567890'],
      'AT+QICLOSE=0',
    ]);
    expect(sendHex(0, Buffer.from('01234')).text).toBe('AT+QISENDEX=0,5,3031323334');
    const answer = ['OK', 'SEND OK'];
    expect(heardOn(host, from)).toEqual([
      'OK',
      '+QIOPEN: 0,0',
      ...answer,
      ...answer,
      ...answer,
      'OK',
      'CLOSE OK',
    ]);
    await host.finish();
  });

  it('never sends before the result of the last send is there (bc66 §4.1.2)', async () => {
    const r = await started({ timing: { sendMs: 500 } });
    const socket = await opened(r, 'push');
    socket.resume();
    const from = r.trace.length;
    socket.write('1234567890');
    await r.clock.advance(100);
    socket.write('1234567890');
    await r.clock.advance(2000);
    const lines = r.trace.slice(from).filter((line) => /QISEND|SEND OK/.test(line));
    expect(lines.map((line) => line.replace(/^\d+ /, ''))).toEqual([
      ...['tx AT+QISENDEX=0,10,(payload)', 'urc SEND OK', 'tx AT+QISENDEX=0,10,(payload)', 'urc SEND OK'],
    ]);
    expect(String(Buffer.from(r.sink.take()))).toBe('12345678901234567890');
    await ended(r, socket);
    await dismantle(r);
  });

  it('reads what is announced until there is no more, also when the buffer was full (bc66 §4.1.3)', async () => {
    const r = await started();
    const socket = await opened(r, 'buffer');
    const received = collected(socket);
    await r.clock.advance(100);
    const from = r.trace.length;
    r.sink.peers[0]?.write(Buffer.from('1234567890'));
    await r.clock.advance(500);
    // As many bytes as the module gives at once, in place of the 512 of the example.
    expectExample(sentBy(r, from), ['AT+QIRD=0,700', 'AT+QIRD=0,700']);
    r.sink.peers[0]?.write(Buffer.alloc(6000, 0x61));
    await r.clock.runUntil(received.atLeast(6010));
    expect(r.trace.join('\n')).toContain('urc +QIURC: "recv",0,"buff full"');
    await ended(r, socket);
    await dismantle(r);
  });

  it('closes, and waits for CLOSE OK (bc66 §4.1.4, §4.2.4)', async () => {
    const r = await started();
    const socket = await opened(r, 'buffer');
    socket.resume();
    const from = r.trace.length;
    await ended(r, socket);
    expectExample(sentBy(r, from), ['AT+QICLOSE=0'], ['AT+QIRD=0,700']);
    expect(r.trace.at(-1)).toMatch(/urc CLOSE OK$/);
    await dismantle(r);
  });

  it('takes what is pushed (bc66 §4.2.3)', async () => {
    const r = await started();
    const socket = await opened(r, 'push');
    const received = collected(socket);
    const from = r.trace.length;
    r.sink.peers[0]?.write(Buffer.from('12345'));
    await r.clock.runUntil(received.atLeast(5));
    expect([String(received.bytes()), sentBy(r, from)]).toEqual(['12345', []]);
    await ended(r, socket);
    await dismantle(r);
  });

  it('pings a host four times (bc66 §4.3)', async () => {
    const r = await started();
    const from = r.trace.length;
    const report = await r.clock.runUntil(r.modem.ping('hf.quectel.com'));
    expect(report).toMatchObject({
      sent: 4,
      received: 4,
      lost: 0,
      replies: [{ address: HOST.host, lengthBytes: 32 }, {}, {}, {}],
    });
    // The seconds and the number, which the example leaves to the module.
    expectExample(sentBy(r, from), ['AT+QPING=1,"hf.quectel.com",4,4']);
    await dismantle(r);
  });

  it('asks an NTP server for the time (bc66 §4.4)', async () => {
    const r = await started();
    const from = r.trace.length;
    await r.clock.runUntil(r.modem.syncTime('ntp5.aliyun.com'));
    // QNTP as in the headings of the manual; port and use, which the example leaves to the module.
    expectExample(sentBy(r, from), ['AT+QNTP=1,"ntp5.aliyun.com",123,1']);
    await dismantle(r);
  });

  it('tells the last error (bc66 §4.5)', async () => {
    const r = await started();
    const from = r.trace.length;
    const { result } = await r.clock.runUntil(
      r.modem.execute('AT+QIOPEN=1,"UDP","220.180.239.212",8063,0,1'),
    );
    expect(result).toBe('ERROR');
    expect(await r.clock.runUntil(r.modem.lastError())).toEqual({ error: 552, text: 'invalid parameters' });
    expectExample(
      sentBy(r, from),
      ['AT+QIOPEN=1,"UDP","220.180.239.212",8063,0,1', 'AT+QIGETERROR'],
      // The host asks by itself why a command was refused.
      ['AT+QIGETERROR'],
    );
    await r.clock.runUntil(r.modem.stop());
    r.module.dispose();
  });
});

describe('bc66: chapter 4, answered by the module', () => {
  async function module(options?: BenchOptions): Promise<Bench & { readonly sink: SinkPeer }> {
    const made = bench({ dialect: 'bc66', numbersServiceTypes: true, net: NAMES, ...options });
    const sink = sinkPeer();
    made.network.listen(8062, sink.accept);
    await made.command('ATE0');
    return { ...made, sink };
  }

  it('is a client in buffer mode: open, state, sends, reads, close (bc66 §4.1)', async () => {
    const made = await module();
    await expectAnswers(
      made,
      [OPEN, 'OK', '+QIOPEN: 0,0'],
      ['AT+QISTATE=1,0', '+QISTATE: 0,1,"220.180.239.212",8062,1234,2,1,0', 'OK'],
      ['AT+QISEND=0,10,1234567890', 'OK', 'SEND OK'],
      ['AT+QISENDEX=0,5,3031323334', 'OK', 'SEND OK'],
    );
    made.sink.peers[0]?.write(Buffer.from('1234567890'));
    await expectAnswers(
      made,
      [null, '+QIURC: "recv",0'],
      ['AT+QIRD=0,512', '+QIRD: 10\r\n1234567890', 'OK'],
      ['AT+QIRD=0,512', '+QIRD: 0', 'OK'],
    );
    made.sink.peers[0]?.write(Buffer.alloc(6000, 0x61));
    await expectAnswers(
      made,
      [null, '+QIURC: "recv",0', '+QIURC: "recv",0,"buff full"'],
      ['AT+QICLOSE=0', 'OK', 'CLOSE OK'],
    );
    expect(made.module.state.protocolViolations).toEqual([]);
  });

  it('refuses a send before SEND OK of the last one (bc66 §4.1.2)', async () => {
    const made = await module({ timing: { sendMs: 1500 } });
    await expectAnswers(
      made,
      [OPEN, 'OK', '+QIOPEN: 0,0'],
      ['AT+QISEND=0,10,1234567890', 'OK'],
      // The result comes within the second that the step takes.
      ['AT+QISEND=0,10,1234567890', 'ERROR', 'SEND OK'],
    );
  });

  it('is a client in direct push mode: open, state, sends, data, close (bc66 §4.2)', async () => {
    const made = await module();
    await expectAnswers(
      made,
      [OPEN_PUSH, 'OK', '+QIOPEN: 0,0'],
      ['AT+QISTATE=1,0', '+QISTATE: 0,1,"220.180.239.212",8062,0,2,1,1', 'OK'],
      ['AT+QISEND=0,10,1234567890', 'OK', 'SEND OK'],
      ['AT+QISENDEX=0,5,3031323334', 'OK', 'SEND OK'],
    );
    made.sink.peers[0]?.write(Buffer.from('12345'));
    await expectAnswers(made, [null, '+QIURC: "recv",0,5\r\n12345'], ['AT+QICLOSE=0', 'OK', 'CLOSE OK']);
    expect(made.module.state.protocolViolations).toEqual([]);
  });

  it('pings, asks for the time by the name of the example, and tells the last error (bc66 §4.3 to §4.5)', async () => {
    const made = await module();
    expect(await made.command('AT+QPING=1,"hf.quectel.com"', 6000)).toMatch(
      /^\r\nOK\r\n(\r\n\+QPING: 0,"220\.180\.239\.212",32,\d+,255\r\n){4}\r\n\+QPING: 0,4,4,0,\d+,\d+,\d+\r\n$/,
    );
    expect(await made.command('AT+QNTTP=1,"ntp5.aliyun.com"', 1000)).toMatch(
      /^\r\nOK\r\n\r\n\+QNTTP: 0,"\d\d\/\d\d\/\d\d,\d\d:\d\d:\d\d[+-]\d\d"\r\n$/,
    );
    await expectAnswers(
      made,
      ['AT+QIOPEN=1,"UDP","220.180.239.212",8063,0,1', 'ERROR'],
      ['AT+QIGETERROR', '+QIGETERROR: 552,invalid parameters', 'OK'],
    );
  });
});
