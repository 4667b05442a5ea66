import { type MemoryPeer, silentPeer, sinkPeer } from '../../simulator/index.ts';
import { bench, closeBenches } from './host.ts';

afterEach(closeBenches);

describe('AT+QICSGP', () => {
  it('stores and shows the settings of a context', async () => {
    const { command } = bench();
    await command('ATE0');
    expect(await command('AT+QICSGP=1')).toBe('\r\n+QICSGP: 1,"","","",0\r\n\r\nOK\r\n');
    expect(await command('AT+QICSGP=1,3,"net","me","secret",2')).toBe('\r\nOK\r\n');
    expect(await command('AT+QICSGP=1')).toBe('\r\n+QICSGP: 3,"net","me","secret",2\r\n\r\nOK\r\n');
  });

  it('takes the example of the manual, which has no password', async () => {
    const { command } = bench();
    await command('ATE0');
    expect(await command('AT+QICSGP=1,1,"UNINET","",1')).toBe('\r\nOK\r\n');
    expect(await command('AT+QICSGP=1')).toBe('\r\n+QICSGP: 1,"UNINET","","",1\r\n\r\nOK\r\n');
  });

  it.each([
    'AT+QICSGP=0',
    'AT+QICSGP=17,1,"net"',
    'AT+QICSGP=1,4,"net"',
    'AT+QICSGP=1,1,net',
    'AT+QICSGP=1,1',
    'AT+QICSGP=1,1,"net","a","b",4',
    `AT+QICSGP=1,1,"net","${'a'.repeat(128)}"`,
    'AT+QICSGP=1,1,"n"et"',
  ])('refuses %s', async (line) => {
    const { command, module } = bench();
    await command('ATE0');
    expect(await command(line)).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });
});

describe('AT+QIACT', () => {
  it('activates a configured context and lists its address', async () => {
    const { command } = bench();
    await command('ATE0');
    expect(await command('AT+QIACT=1', 500)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('573');
    await command('AT+QICSGP=1,1,"net"');
    expect(await command('AT+QIACT=1', 500)).toBe('\r\nOK\r\n');
    expect(await command('AT+QIACT?')).toBe('\r\n+QIACT: 1,1,1,"10.7.157.1"\r\n\r\nOK\r\n');
    expect(await command('AT+QIACT=1', 500)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIDEACT=1', 500)).toBe('\r\nOK\r\n');
    expect(await command('AT+QIACT?')).toBe('\r\nOK\r\n');
    expect(await command('AT+QIDEACT=1', 500)).toBe('\r\nERROR\r\n');
  });

  it('lets three contexts be active at once', async () => {
    const { command } = bench();
    await command('ATE0');
    for (const id of [1, 2, 3, 4]) await command(`AT+QICSGP=${id},1,"net"`);
    for (const id of [1, 2, 3]) expect(await command(`AT+QIACT=${id}`, 500)).toBe('\r\nOK\r\n');
    expect(await command('AT+QIACT=4', 500)).toBe('\r\nERROR\r\n');
  });

  it('needs the network', async () => {
    const { command, wait } = bench({ startBooting: true });
    await wait(3600);
    await command('ATE0');
    await command('AT+QICSGP=1,1,"net"');
    expect(await command('AT+QIACT=1', 500)).toMatch(/^\r\nERROR\r\n/);
    await wait(2000);
    expect(await command('AT+QIACT=1', 500)).toBe('\r\nOK\r\n');
  });
});

describe('AT+QIOPEN', () => {
  it('answers OK, and tells the outcome later', async () => {
    const { connect, command } = bench();
    await connect();
    expect(await command('AT+QISTATE=1,0')).toBe(
      '\r\n+QISTATE: 0,"TCP","192.0.2.7",7,49152,2,1,0,0,"uart1"\r\n\r\nOK\r\n',
    );
    expect(await command('AT+QISTATE=0,1')).toContain('+QISTATE: 0,');
    expect(await command('AT+QISTATE?')).toContain('+QISTATE: 0,');
    expect(await command('AT+QISTATE')).toContain('+QISTATE: 0,');
    expect(await command('AT+QISTATE=0,2')).toBe('\r\nOK\r\n');
    expect(await command('AT+QISTATE=1,5')).toBe('\r\nOK\r\n');
  });

  it('tells 566 when nobody listens, and keeps the id until AT+QICLOSE', async () => {
    const { connect, command, module } = bench();
    await connect(1);
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",9', 500)).toBe('\r\nOK\r\n\r\n+QIOPEN: 0,566\r\n');
    expect(await command('AT+QIGETERROR')).toContain('566, socket connect failed');
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7', 500)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('563, socket identity has been used');
    expect(module.state.protocolViolations).toHaveLength(1);
    expect(await command('AT+QICLOSE=0', 500)).toBe('\r\nOK\r\n');
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7', 500)).toBe('\r\nOK\r\n\r\n+QIOPEN: 0,0\r\n');
  });

  it('resolves names, and tells 565 for those that have no address', async () => {
    const { connect, command } = bench();
    await connect(1);
    expect(await command('AT+QIOPEN=1,2,"TCP","echo.example",7', 500)).toContain('+QIOPEN: 2,0');
    expect(await command('AT+QIOPEN=1,3,"TCP","no.example",7', 500)).toContain('+QIOPEN: 3,565');
  });

  it('refuses an id in use and a context that is not active', async () => {
    const { connect, command } = bench();
    await connect();
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('563');
    expect(await command('AT+QIOPEN=2,1,"TCP","192.0.2.7",7')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('561');
  });

  it.each([
    'AT+QIOPEN=1,12,"TCP","192.0.2.7",7',
    'AT+QIOPEN=1,0,"TCP","192.0.2.7",65536',
    'AT+QIOPEN=1,0,"TCP","192.0.2.7","7"',
    'AT+QIOPEN=1,0,"TCP","192.0.2.7",7,0,3',
    'AT+QIOPEN=1,0,"SCTP","192.0.2.7",7',
    'AT+QIOPEN=1,0,"TCP","192.0.2.7"',
  ])('refuses %s', async (line) => {
    const { connect, command, module } = bench();
    await connect(5);
    expect(await command(line)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('552');
    expect(module.state.protocolViolations).toHaveLength(1);
  });
});

describe('AT+QISEND', () => {
  it('takes exactly as many bytes as announced, whatever they are', async () => {
    const { connect, command, say } = bench();
    await connect();
    expect(await command('AT+QISEND=0,6')).toBe('\r\n> ');
    expect(await say('\x1a\x1b\rAT')).toBe('');
    expect(await say('\r')).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QISEND=0,0', 100)).toContain('+QISEND: 6,0,6\r\n\r\nOK\r\n');
    expect(await command('AT+QISEND=0,0')).toBe('\r\n+QISEND: 6,6,0\r\n\r\nOK\r\n');
  });

  it('echoes the payload with AT+QISDE=1, the default', async () => {
    const { connect, command, say } = bench();
    await connect();
    expect(await command('AT+QISDE?')).toBe('\r\n+QISDE: 0\r\n\r\nOK\r\n');
    await command('AT+QISDE=1');
    expect(await command('AT+QISEND=0,4')).toBe('\r\n> ');
    expect(await say('test')).toBe('test\r\nSEND OK\r\n');
  });

  it('takes text up to Ctrl-Z, and nothing after ESC', async () => {
    const sink = sinkPeer();
    const { connect, command, say, network, wait } = bench();
    network.listen(9, sink.accept);
    await connect(0, 9);
    expect(await command('AT+QISEND=0')).toBe('\r\n> ');
    expect(await say('test1\x1a')).toBe('\r\nSEND OK\r\n');
    await command('AT+QISEND=0');
    expect(await say('test2\x1b')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('571, cancel send');
    await wait(100);
    expect(Buffer.from(sink.take()).toString()).toBe('test1');
  });

  it('takes up to 1460 bytes', async () => {
    const { connect, command, say, module } = bench();
    await connect();
    expect(await command('AT+QISEND=0,1461')).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
    await command('AT+QISEND=0,1460');
    expect(await say('x'.repeat(1460))).toBe('\r\nSEND OK\r\n');
  });

  it('answers ERROR and 567 for a socket that is not connected', async () => {
    const { connect, command } = bench();
    await connect();
    expect(await command('AT+QISEND=3,4')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('567, socket has been closed');
  });

  it('answers SEND FAIL when the send buffer is full, and takes nothing', async () => {
    const { connect, command, say, network } = bench({ sendBufferBytes: 2000, net: { latencyMs: 500 } });
    network.listen(9, () => {});
    await expect(connect(0, 9)).rejects.toThrow();
    await command('AT', 2000);
    await command('AT+QISEND=0,1460');
    expect(await say('x'.repeat(1460))).toBe('\r\nSEND OK\r\n');
    await command('AT+QISEND=0,1000');
    expect(await say('x'.repeat(1000))).toBe('\r\nSEND FAIL\r\n');
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 1460,0,1460');
    await command('AT', 1000);
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 1460,1460,0');
  });

  it('reads what follows the payload as the next command, and blames the host', async () => {
    const { connect, command, say, module } = bench();
    await connect();
    await command('AT+QISEND=0,4');
    expect(await say('testAT\r')).toBe('\r\nSEND OK\r\n\r\nOK\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });

  it('ends by itself when nothing is typed in the time of qisend/timeout', async () => {
    const { connect, command, wait } = bench();
    await connect();
    await command('AT+QICFG="qisend/timeout",2000');
    expect(await command('AT+QISEND=0,4', 1900)).toBe('\r\n> ');
    expect(await wait(200)).toBe('\r\nSEND FAIL\r\n');
    expect(await command('AT')).toBe('\r\nOK\r\n');
  });

  it('stops being acknowledged when the window of a peer that does not read is full', async () => {
    const { connect, command, say, network, module } = bench({ net: { windowBytes: 4000 } });
    network.listen(9, silentPeer);
    await connect(0, 9);
    for (let n = 0; n < 4; n += 1) {
      await command('AT+QISEND=0,1460');
      await say('x'.repeat(1460), 200);
    }
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 5840,4000,1840');
    expect(module.state.sockets[0]).toMatchObject({ acceptedBytes: 5840, acknowledgedBytes: 4000 });
  });

  it('is joined by AT+QISENDEX, which takes hexadecimal digits', async () => {
    const { connect, command, module, wait } = bench();
    await connect();
    expect(await command('AT+QISENDEX=0,"3132333435"')).toBe('\r\nSEND OK\r\n');
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0\r\n');
    expect(await command('AT+QIRD=0')).toBe('\r\n+QIRD: 5\r\n12345\r\n\r\nOK\r\n');
    expect(await command(`AT+QISENDEX=0,"${'41'.repeat(256)}"`)).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QISENDEX=0,"123"')).toBe('\r\nERROR\r\n');
    expect(await command(`AT+QISENDEX=0,"${'41'.repeat(257)}"`)).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(2);
  });
});

describe('receiving', () => {
  async function withPeer(mode = 0): Promise<ReturnType<typeof bench> & { peer: MemoryPeer }> {
    const made = bench();
    const sink = sinkPeer();
    made.network.listen(9, sink.accept);
    await made.connect(0, 9, mode);
    const [peer] = sink.peers;
    if (peer === undefined) throw new Error('nobody connected');
    return { ...made, peer };
  }

  it('is announced once until the buffer has been read empty', async () => {
    const { peer, wait, command } = await withPeer();
    peer.write(Buffer.from('hello'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0\r\n');
    peer.write(Buffer.from('world'));
    expect(await wait(100)).toBe('');
    expect(await command('AT+QIRD=0,7')).toBe('\r\n+QIRD: 7\r\nhellowo\r\n\r\nOK\r\n');
    peer.write(Buffer.from('!'));
    expect(await wait(100)).toBe('');
    expect(await command('AT+QIRD=0,1500')).toBe('\r\n+QIRD: 4\r\nrld!\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=0,1500')).toBe('\r\n+QIRD: 0\r\n\r\nOK\r\n');
    peer.write(Buffer.from('x'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0\r\n');
    expect(await command('AT+QIRD=0,0')).toBe('\r\n+QIRD: 12,11,1\r\n\r\nOK\r\n');
  });

  it('is announced with its length when recvind is 1', async () => {
    const { peer, wait, command } = await withPeer();
    await command('AT+QICFG="recvind",1');
    peer.write(Buffer.from('hello'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0,5\r\n');
  });

  it('is pushed out in direct push mode', async () => {
    const { peer, wait, command } = await withPeer(1);
    peer.write(Buffer.from('test'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0,4\r\ntest\r\n');
    await command('AT+QICFG="viewmode",1');
    peer.write(Buffer.from('test'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0,4,test\r\n');
    expect(await command('AT+QISWTMD=0,0')).toBe('\r\nOK\r\n');
    peer.write(Buffer.from('test'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0\r\n');
    expect(await command('AT+QISWTMD=0,1')).toBe('\r\nOK\r\n\r\n+QIURC: "recv",0,4,test\r\n');
  });

  it('follows AT+QICFG="dataformat" in both directions', async () => {
    const { peer, wait, command, say } = await withPeer();
    await command('AT+QICFG="dataformat",1,1');
    peer.write(Buffer.from('jkl\n'));
    await wait(100);
    expect(await command('AT+QIRD=0')).toBe('\r\n+QIRD: 4\r\n6A6B6C0A\r\n\r\nOK\r\n');
    await command('AT+QISEND=0');
    await say('3132333435\x1a');
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 5,');
  });

  it('stops the peer when the receive buffer is full, and loses nothing', async () => {
    const { peer, wait, command, module } = await withPeer();
    peer.write(Buffer.alloc(200_000, 'a'));
    await wait(1000);
    expect(module.state.sockets[0]?.unreadBytes).toBe(10_240);
    expect(peer.acknowledgedBytes).toBeLessThan(200_000);
    let total = 0;
    for (let length = 1; length > 0; total += length) {
      length = Number(/\+QIRD: (\d+)/.exec(await command('AT+QIRD=0,1500', 100))?.[1]);
    }
    expect(total).toBe(200_000);
    expect(peer.acknowledgedBytes).toBe(200_000);
  });

  it('refuses more than 1500 bytes at once, and sockets that do not exist', async () => {
    const { command, module } = await withPeer();
    expect(await command('AT+QIRD=0,1501')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIRD=1,100')).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });

  it('leaves the rest readable after the peer has closed', async () => {
    const { peer, wait, command } = await withPeer();
    peer.write(Buffer.from('rest'));
    peer.end();
    expect(await wait(200)).toBe('\r\n+QIURC: "recv",0\r\n\r\n+QIURC: "closed",0\r\n');
    expect(await command('AT+QISTATE=1,0')).toContain(',4,1,0,0,');
    expect(await command('AT+QISEND=0,4')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIRD=0')).toBe('\r\n+QIRD: 4\r\nrest\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=0')).toBe('\r\n+QIRD: 0\r\n\r\nOK\r\n');
    expect(await command('AT+QICLOSE=0', 500)).toBe('\r\nOK\r\n');
    expect(await command('AT+QIRD=0')).toBe('\r\nERROR\r\n');
  });

  it('is told of a reset by the same notice as of an end', async () => {
    const { peer, wait } = await withPeer();
    peer.reset();
    expect(await wait(200)).toBe('\r\n+QIURC: "closed",0\r\n');
  });
});

describe('AT+QICLOSE', () => {
  it('delivers everything before it ends the connection', async () => {
    const sink = sinkPeer();
    const { connect, command, say, network, wait } = bench();
    network.listen(9, sink.accept);
    await connect(0, 9);
    await command('AT+QISEND=0,4');
    await say('last');
    expect(await command('AT+QICLOSE=0', 500)).toBe('\r\nOK\r\n');
    expect(Buffer.from(sink.take()).toString()).toBe('last');
    await wait(1000);
    expect(network.openConnections).toBe(0);
    expect(await command('AT+QISTATE=1,0')).toBe('\r\nOK\r\n');
  });

  it('leaves a peer that does not read its data, and nothing after the module is gone', async () => {
    const { connect, command, say, network } = bench();
    network.listen(9, silentPeer);
    await connect(0, 9);
    await command('AT+QISEND=0,4');
    await say('last');
    expect(await command('AT+QICLOSE=0', 500)).toBe('\r\nOK\r\n');
    expect(network.openConnections).toBe(1);
  });

  it('answers OK for an id that was never open', async () => {
    const { command } = bench();
    await command('ATE0');
    expect(await command('AT+QICLOSE=4')).toBe('\r\nOK\r\n');
    expect(await command('AT+QICLOSE=4,10')).toBe('\r\nOK\r\n');
    expect(await command('AT+QICLOSE=12')).toBe('\r\nERROR\r\n');
  });

  it('ends an open that has not succeeded yet', async () => {
    const { connect, command, wait } = bench({ net: { latencyMs: 60 } });
    await expect(connect()).rejects.toThrow();
    expect(await command('AT+QICLOSE=0', 60)).toBe('\r\nOK\r\n');
    expect(await wait(1000)).toBe('');
  });
});
