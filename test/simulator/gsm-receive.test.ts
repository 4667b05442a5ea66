/** Received data of gsm: what stands in front of it, and reading it on demand (gsm §5.3). */
import { connected, connectedBy, gsm, OK, OPEN_MS, WELCOME } from './gsm-bench.ts';
import { closeBenches } from './host.ts';

afterEach(closeBenches);

const FROM = 'RECV FROM:124.79.167.121:7007';

describe('pushed data', () => {
  it.each([
    [[], WELCOME],
    [['AT+QISHOWPT=1'], WELCOME],
    [['AT+QIHEAD=1'], `\r\nIPD30:${WELCOME}`],
    [['AT+QIHEAD=1', 'AT+QISHOWPT=1'], `\r\nIPD30TCP:${WELCOME}`],
    [['AT+QISHOWRA=1'], `\r\n${FROM}\r\n${WELCOME}`],
    [['AT+QISHOWRA=1', 'AT+QIHEAD=1'], `\r\n${FROM}\r\nIPD30:${WELCOME}`],
    [['AT+QISHOWLA=1', 'AT+QIHEAD=1'], `\r\nTO:10.7.157.100\r\nIPD30:${WELCOME}`],
    [
      ['AT+QISHOWRA=1', 'AT+QISHOWLA=1', 'AT+QIHEAD=1', 'AT+QISHOWPT=1'],
      `\r\n${FROM}\r\nTO:10.7.157.100\r\nIPD30TCP:${WELCOME}`,
    ],
  ])('of a single connection has the lines of %j in front', async (lines, expected) => {
    const { sink, wait } = await connected(lines);
    sink.peers[0]?.write(Buffer.from(WELCOME));
    expect(await wait(100)).toBe(expected);
  });

  it.each([
    [[], `\r\n+RECEIVE: 2, 30\r\n${WELCOME}`],
    [['AT+QISHOWRA=1'], `\r\n+RECEIVE: 2, 30\r\n${FROM}\r\n${WELCOME}`],
    [['AT+QIHEAD=1', 'AT+QISHOWPT=1'], `\r\n+RECEIVE: 2, 30\r\nIPD30:${WELCOME}`],
  ])('of an indexed connection has the lines of %j in front', async (lines, expected) => {
    const { sink, wait } = await connectedBy([2], lines);
    sink.peers[0]?.write(Buffer.from(WELCOME));
    expect(await wait(100)).toBe(expected);
  });

  it('comes in pieces of a segment, all of it in front of CLOSED', async () => {
    const { sink, wait, command, module } = await connectedBy([0]);
    // All of it waits for a command to end.
    module.inject({ kind: 'delay', ms: 300 });
    await command('AT');
    sink.peers[0]?.write(Buffer.alloc(4000, 0x61));
    sink.peers[0]?.end();
    const output = await wait(800);
    const lengths = [...output.matchAll(/\+RECEIVE: 0, (\d+)/g)].map(([, length]) => Number(length));
    expect(lengths.reduce((sum, length) => sum + length)).toBe(4000);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1460);
    expect(output).toMatch(/a\r\n0, CLOSED\r\n$/);
    expect(module.state.sockets).toEqual([]);
  });

  it('of UDP is one datagram each, and is never acknowledged', async () => {
    const { network, wait, command, say, configure, module } = await gsm();
    await configure('AT+QIHEAD=1', 'AT+QISHOWPT=1');
    const peer = network.bindPeer(5000);
    const got: string[] = [];
    peer.onMessage = (bytes) => got.push(Buffer.from(bytes).toString());
    expect(await command('AT+QIOPEN="UDP","203.0.113.9","5000"', OPEN_MS)).toBe(
      '\r\nOK\r\n\r\nCONNECT OK\r\n',
    );
    await command('AT+QISEND=4');
    expect(await say('ping', 100)).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QISACK')).toBe('\r\n+QISACK: 4, 0, 4\r\n\r\nOK\r\n');
    expect(got).toEqual(['ping']);
    const [socket] = module.state.sockets;
    for (const text of ['12:34', ':']) peer.send(Buffer.from(text), socket?.localPort ?? 0);
    expect(await wait(100)).toBe('\r\nIPD5UDP:12:34\r\nIPD1UDP::');
  });
});

describe('AT+QINDI=1', () => {
  it('announces once, and hands out what is asked for (gsm §5.3.2)', async () => {
    const { sink, wait, command, module } = await connected(['AT+QINDI=1']);
    sink.peers[0]?.write(Buffer.from('1234567890abcdefghijklmnopqrstuvwxyz'));
    expect(await wait(100)).toBe('\r\n+QIRDI:0,1,0\r\n');
    sink.peers[0]?.write(Buffer.from('more'));
    expect(await wait(100)).toBe('');
    expect(await command('AT+QIRD=0,1,0,36')).toBe(
      '\r\n+QIRD:124.79.167.121:7007,TCP,36\r\n1234567890abcdefghijklmnopqrstuvwxyz\r\nOK\r\n',
    );
    expect(await command('AT+QIRD=0,1,0,1024')).toBe('\r\n+QIRD:124.79.167.121:7007,TCP,4\r\nmore\r\nOK\r\n');
    expect(await command('AT+QIRD=0,1,0,1024')).toBe(OK);
    sink.peers[0]?.write(Buffer.from('again'));
    expect(await wait(100)).toBe('\r\n+QIRDI:0,1,0\r\n');
    expect(module.state.sockets).toMatchObject([{ accessMode: 0, unreadBytes: 5 }]);
  });

  it('closes the window of the peer while the buffer is full', async () => {
    const { sink, wait, command, module } = await connected(['AT+QINDI=1'], { net: { windowBytes: 4000 } });
    sink.peers[0]?.write(Buffer.alloc(30_000, 0x61));
    expect(await wait(1000)).toBe('\r\n+QIRDI:0,1,0\r\n');
    expect(module.state.sockets[0]?.unreadBytes).toBe(10_240);
    let read = 0;
    for (let n = 0; n < 40 && read < 30_000; n += 1) {
      const answer = await command('AT+QIRD=0,1,0,1500', 200);
      read += Number(/,TCP,(\d+)\r\n/.exec(answer)?.[1] ?? 0);
    }
    expect(read).toBe(30_000);
  });

  it('leaves what was not read after CLOSED, until the connection is opened again', async () => {
    const { sink, wait, command, module } = await connected(['AT+QINDI=1']);
    sink.peers[0]?.write(Buffer.from('rest'));
    sink.peers[0]?.end();
    expect(await wait(200)).toBe('\r\n+QIRDI:0,1,0\r\n\r\nCLOSED\r\n');
    expect(await command('AT+QIRD=0,1,0,100')).toContain(',TCP,4\r\nrest\r\nOK\r\n');
    expect(module.state.sockets).toEqual([]);
    expect(await command('AT+QICLOSE')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIOPEN="TCP","124.79.167.121",7007', OPEN_MS)).toContain('CONNECT OK');
  });

  it('is unknown to a module that lacks it, in every form', async () => {
    const { command, module } = await gsm({ hasIndication: false });
    for (const line of ['AT+QINDI=1', 'AT+QINDI?', 'AT+QINDI=?']) {
      expect(await command(line)).toBe('\r\nERROR\r\n');
    }
    expect(module.state).toMatchObject({ protocolViolations: [], unknownCommands: [] });
  });
});
