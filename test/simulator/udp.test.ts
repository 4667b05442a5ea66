import type { MemoryDatagramPeer } from '../../simulator/index.ts';
import { type Bench, type BenchOptions, bench, closeBenches } from './host.ts';

afterEach(closeBenches);

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

interface Heard {
  readonly text: string;
  readonly from: string;
}

function listenTo(peer: MemoryDatagramPeer): Heard[] {
  const heard: Heard[] = [];
  peer.onMessage = (bytes, { address, port }) =>
    void heard.push({ text: text(bytes), from: `${address}:${port}` });
  return heard;
}

async function open(
  line: string,
  options?: BenchOptions,
): Promise<Bench & { peer: MemoryDatagramPeer; heard: Heard[] }> {
  const made = bench(options);
  const peer = made.network.bindPeer(5000, '192.0.2.9');
  await made.activate();
  expect(await made.command(line, 200)).toMatch(/^\r\nOK\r\n\r\n\+QIOPEN: \d+,0\r\n$/);
  return { ...made, peer, heard: listenTo(peer) };
}

describe('a UDP client', () => {
  const openClient = (mode = 0) => open(`AT+QIOPEN=1,3,"UDP","192.0.2.9",5000,4000,${mode}`);

  it('shows its remote, and the mode it was opened in', async () => {
    const { command, module } = await openClient();
    expect(await command('AT+QISTATE=1,3')).toBe(
      '\r\n+QISTATE: 3,"UDP","192.0.2.9",5000,4000,2,1,3,0,"uart1"\r\n\r\nOK\r\n',
    );
    expect(module.state.sockets).toMatchObject([{ service: 'UDP', accessMode: 0, localPort: 4000 }]);
  });

  it('sends each payload as one datagram, and knows of no acknowledgement', async () => {
    const { command, say, heard, wait } = await openClient();
    for (const payload of ['one', 'three']) {
      expect(await command(`AT+QISEND=3,${payload.length}`)).toBe('\r\n> ');
      expect(await say(payload)).toBe('\r\nSEND OK\r\n');
    }
    expect(await command('AT+QISENDEX=3,"4142"')).toBe('\r\nSEND OK\r\n');
    await wait(100);
    const from = '10.7.157.1:4000';
    expect(heard).toEqual(['one', 'three', 'AB'].map((payload) => ({ text: payload, from })));
    expect(await command('AT+QISEND=3,0')).toBe('\r\n+QISEND: 10,0,10\r\n\r\nOK\r\n');
  });

  it('goes on sending when more than the send buffer holds is unacknowledged', async () => {
    const { command, say, heard, wait } = await open('AT+QIOPEN=1,3,"UDP","192.0.2.9",5000', {
      sendBufferBytes: 2000,
    });
    for (let n = 0; n < 3; n += 1) {
      await command('AT+QISEND=3,1460');
      expect(await say('x'.repeat(1460))).toBe('\r\nSEND OK\r\n');
    }
    await wait(100);
    expect(heard.map((one) => one.text.length)).toEqual([1460, 1460, 1460]);
  });

  it('reads one datagram at a time, also in parts', async () => {
    const { command, peer, wait } = await openClient();
    peer.send(Buffer.from('first'), 4000);
    peer.send(Buffer.from('second'), 4000);
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",3\r\n');
    expect(await command('AT+QIRD=3,0')).toBe('\r\n+QIRD: 11,0,11\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=3,3')).toBe('\r\n+QIRD: 3\r\nfir\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=3,1500')).toBe('\r\n+QIRD: 2\r\nst\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=3,1500')).toBe('\r\n+QIRD: 6\r\nsecond\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=3,1500')).toBe('\r\n+QIRD: 0\r\n\r\nOK\r\n');
    peer.send(Buffer.from('third'), 4000);
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",3\r\n');
  });

  it('reads across datagrams when udp/readmode is 1', async () => {
    const { command, peer, wait } = await openClient();
    await command('AT+QICFG="udp/readmode",1');
    for (const payload of ['ab', 'cd', 'ef']) peer.send(Buffer.from(payload), 4000);
    await wait(100);
    expect(await command('AT+QIRD=3,3')).toBe('\r\n+QIRD: 3\r\nabc\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=3')).toBe('\r\n+QIRD: 3\r\ndef\r\n\r\nOK\r\n');
  });

  it('pushes one notice per datagram', async () => {
    const { peer, wait, command } = await openClient(1);
    await command('AT+QICFG="udp/readmode",1');
    peer.send(Buffer.from('a'), 4000);
    peer.send(Buffer.from('bc'), 4000);
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",3,1\r\na\r\n\r\n+QIURC: "recv",3,2\r\nbc\r\n');
  });

  it('pushes what is unread when it is switched to push mode, and announces it when switched back', async () => {
    const { command, peer, wait } = await openClient();
    peer.send(Buffer.from('a'), 4000);
    peer.send(Buffer.from('b'), 4000);
    await wait(100);
    expect(await command('AT+QISWTMD=3,1')).toBe(
      '\r\nOK\r\n\r\n+QIURC: "recv",3,1\r\na\r\n\r\n+QIURC: "recv",3,1\r\nb\r\n',
    );
    expect(await command('AT+QISWTMD=3,0')).toBe('\r\nOK\r\n');
    peer.send(Buffer.from('c'), 4000);
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",3\r\n');
  });

  it('announces what could not be pushed before push mode ended', async () => {
    const { command, peer, wait, say } = await openClient();
    peer.send(Buffer.from('a'), 4000);
    await wait(100);
    const notice = '\r\n+QIURC: "recv",3\r\n';
    expect(await say('AT+QISWTMD=3,1\rAT+QISWTMD=3,0\r')).toBe(`\r\nOK\r\n\r\nOK\r\n${notice}`);
    expect(await command('AT+QISWTMD=3,0')).toBe('\r\nOK\r\n');
    expect(await command('AT+QIRD=3')).toContain('+QIRD: 1');
  });

  it('pushes nothing once it is in buffer mode', async () => {
    const { peer, wait, command, module } = await openClient(1);
    module.inject({ kind: 'delay', ms: 50 });
    const answer = command('AT+QISWTMD=3,0', 30);
    peer.send(Buffer.from('a'), 4000);
    await answer;
    expect(await wait(100)).toBe('\r\nOK\r\n\r\n+QIURC: "recv",3\r\n');
  });

  it('does not hear strangers, nor datagrams without a byte', async () => {
    const { network, peer, wait, events } = await openClient();
    network.bindPeer(5001, '192.0.2.9').send(Buffer.from('port'), 4000);
    network.bindPeer(5000, '192.0.2.10').send(Buffer.from('address'), 4000);
    peer.send(new Uint8Array(0), 4000);
    expect(await wait(100)).toBe('');
    expect(events.filter(({ kind }) => kind === 'lost')).toHaveLength(1);
  });

  it('loses whole datagrams when the receive buffer is full', async () => {
    const { command, peer, wait, events } = await openClient();
    for (let n = 0; n < 8; n += 1) peer.send(Buffer.alloc(1400, `${n}`), 4000);
    await wait(100);
    expect(events.filter(({ kind }) => kind === 'lost')).toHaveLength(1);
    let last = '';
    for (let reads = 0; reads < 7; reads += 1) last = await command('AT+QIRD=3,1500');
    expect(last).toContain('6666');
    expect(await command('AT+QIRD=3,1500')).toContain('+QIRD: 0');
  });

  it('loses what is under way in a black hole', async () => {
    const { module, command, say, heard, peer, wait } = await openClient();
    module.inject({ kind: 'blackHole', forMs: 1000 });
    await command('AT+QISEND=3,4');
    expect(await say('lost')).toBe('\r\nSEND OK\r\n');
    peer.send(Buffer.from('lost too'), 4000);
    expect(await wait(2000)).toBe('');
    expect(heard).toEqual([]);
    peer.send(Buffer.from('back'), 4000);
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",3\r\n');
  });

  it('resolves names, tells 565 for unknown ones, and 556 for a port in use', async () => {
    const { command } = await open('AT+QIOPEN=1,3,"UDP","echo.example",5000,4000');
    expect(await command('AT+QIOPEN=1,4,"UDP","no.example",5000', 500)).toContain('+QIOPEN: 4,565');
    expect(await command('AT+QIOPEN=1,5,"UDP","192.0.2.9",5000,4000', 500)).toContain('+QIOPEN: 5,556');
    expect(await command('AT+QIOPEN=1,6,"UDP","192.0.2.9",5000,0,2', 500)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('555');
  });

  it('frees its port when it is closed', async () => {
    const { command, network, peer, wait } = await openClient();
    expect(await command('AT+QICLOSE=3', 200)).toBe('\r\nOK\r\n');
    expect(network.openPorts).toBe(0);
    peer.send(Buffer.from('late'), 4000);
    expect(await wait(100)).toBe('');
    expect(await command('AT+QIOPEN=1,5,"UDP","192.0.2.9",5000,4000', 200)).toContain('+QIOPEN: 5,0');
  });
});

describe('a UDP SERVICE', () => {
  const openService = (mode = 0) => open(`AT+QIOPEN=1,2,"UDP SERVICE","127.0.0.1",0,3030,${mode}`);

  it('shows its own address and port', async () => {
    const { command } = await openService();
    expect(await command('AT+QISTATE=0,1')).toBe(
      '\r\n+QISTATE: 2,"UDP SERVICE","10.7.157.1",0,3030,2,1,2,0,"uart1"\r\n\r\nOK\r\n',
    );
  });

  it('sends to the address in the command, and reads whole datagrams with theirs', async () => {
    const { command, say, heard, peer, wait, network } = await openService();
    expect(await command('AT+QISEND=2,10,"192.0.2.9",5000')).toBe('\r\n> ');
    expect(await say('1234567890')).toBe('\r\nSEND OK\r\n');
    const other = network.bindPeer(7687, '10.7.76.34');
    other.send(Buffer.from('AAAA'), 3030);
    peer.send(Buffer.from('BB'), 3030);
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",2\r\n');
    expect(heard).toEqual([{ text: '1234567890', from: '10.7.157.1:3030' }]);
    expect(await command('AT+QIRD=2')).toBe('\r\n+QIRD: 4,"10.7.76.34",7687\r\nAAAA\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=2')).toBe('\r\n+QIRD: 2,"192.0.2.9",5000\r\nBB\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=2')).toBe('\r\n+QIRD: 0\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=2,0')).toBe('\r\n+QIRD: 6,6,0\r\n\r\nOK\r\n');
    expect(await command('AT+QISEND=2,0')).toBe('\r\n+QISEND: 10,0,10\r\n\r\nOK\r\n');
  });

  it('pushes datagrams with their address', async () => {
    const { command, peer, wait } = await openService(1);
    peer.send(Buffer.from('AAAA'), 3030);
    peer.send(Buffer.from('\r\n'), 3030);
    expect(await wait(100)).toBe(
      '\r\n+QIURC: "recv",2,4,"192.0.2.9",5000\r\nAAAA\r\n\r\n+QIURC: "recv",2,2,"192.0.2.9",5000\r\n\r\n\r\n',
    );
    await command('AT+QICFG="viewmode",1');
    await command('AT+QICFG="dataformat",0,1');
    peer.send(Buffer.from('AZ'), 3030);
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",2,2,"192.0.2.9",5000,415A\r\n');
  });

  it.each([
    ['a send without an address', 'AT+QISEND=2,4'],
    ['a send without a length', 'AT+QISEND=2'],
    ['a send without a port', 'AT+QISEND=2,4,"192.0.2.9"'],
    ['a send to a name', 'AT+QISEND=2,4,"echo.example",5000'],
    ['a send of nothing', 'AT+QISEND=2,0,"192.0.2.9",5000'],
    ['a send of too much', 'AT+QISEND=2,1461,"192.0.2.9",5000'],
    ['a hexadecimal send', 'AT+QISENDEX=2,"41"'],
    ['a read with a length', 'AT+QIRD=2,100'],
  ])('takes %s for a violation', async (_, line) => {
    const { command, module } = await openService();
    expect(await command(line)).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });

  it.each([
    'AT+QIOPEN=1,3,"UDP SERVICE","192.0.2.9",0,3031',
    'AT+QIOPEN=1,3,"UDP SERVICE","127.0.0.1",5000,3031',
    'AT+QIOPEN=1,3,"UDP SERVICE","127.0.0.1",0',
    'AT+QIOPEN=1,3,"UDP SERVICE","127.0.0.1",0,0',
  ])('is not opened by %s', async (line) => {
    const { command, module } = await openService();
    expect(await command(line)).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });

  it('ends with its context, whether that is lost or deactivated', async () => {
    const { command, module, network, peer, wait } = await openService();
    peer.send(Buffer.from('rest'), 3030);
    await wait(100);
    module.inject({ kind: 'pdpdeact' });
    expect(network.openPorts).toBe(0);
    expect(await command('AT+QISEND=2,4,"192.0.2.9",5000')).toContain('ERROR');
    expect(await command('AT+QIRD=2')).toContain('rest');
    await command('AT+QIDEACT=1', 500);
    expect(module.state.sockets).toEqual([]);
  });
});

describe('a UDP LISTENER', () => {
  const line = 'AT+QIOPEN=1,4,"UDP LISTENER","127.0.0.1",0,3030,0';

  it('exists on EG91 and EG95 only', async () => {
    const { activate, command } = bench();
    await activate();
    expect(await command(line)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('555');
  });

  it('makes a socket of each remote that sends something', async () => {
    const { command, say, peer, heard, network, wait } = await open(line, { model: 'EG95' });
    peer.send(Buffer.from('AAAA'), 3030);
    expect(await wait(100)).toBe('\r\n+QIURC: "incoming",11,4,"192.0.2.9",5000\r\n\r\n+QIURC: "recv",11\r\n');
    peer.send(Buffer.from('BB'), 3030);
    network.bindPeer(6000, '192.0.2.8').send(Buffer.from('CC'), 3030);
    expect(await wait(100)).toBe('\r\n+QIURC: "incoming",10,4,"192.0.2.8",6000\r\n\r\n+QIURC: "recv",10\r\n');
    expect(await command('AT+QISTATE=1,11')).toBe(
      '\r\n+QISTATE: 11,"UDP INCOMING","192.0.2.9",5000,3030,2,1,4,0,"uart1"\r\n\r\nOK\r\n',
    );
    expect(await command('AT+QISTATE=1,4')).toContain('4,"UDP LISTENER","10.7.157.1",0,3030,3,1,4,0,');
    expect(await command('AT+QIRD=11,1500')).toBe('\r\n+QIRD: 4\r\nAAAA\r\n\r\nOK\r\n');
    await command('AT+QISEND=11,2');
    expect(await say('ok')).toBe('\r\nSEND OK\r\n');
    await wait(100);
    expect(heard).toEqual([{ text: 'ok', from: '10.7.157.1:3030' }]);
  });

  it('leaves accepted sockets working when it is closed, and meets strangers no more', async () => {
    const { command, say, peer, heard, network, wait } = await open(line, { model: 'EG91' });
    peer.send(Buffer.from('AAAA'), 3030);
    await wait(100);
    await command('AT+QICLOSE=4', 200);
    network.bindPeer(6000).send(Buffer.from('CC'), 3030);
    peer.send(Buffer.from('BB'), 3030);
    expect(await wait(100)).toBe('');
    await command('AT+QISEND=11,2');
    await say('ok');
    await wait(100);
    expect(heard).toHaveLength(1);
    expect(await command('AT+QIRD=11,0')).toContain('+QIRD: 6,0,6');
    expect(network.openPorts).toBe(1);
    await command('AT+QICLOSE=11', 200);
    expect(network.openPorts).toBe(0);
  });
});
