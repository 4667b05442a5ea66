/** Faults of what is around a module: network, SIM card, address translation, supply. */
import { sinkPeer, VIRTUAL_DIALECTS } from '../../simulator/index.ts';
import { bench, closeBenches } from './host.ts';

afterEach(closeBenches);

describe('slowNetwork', () => {
  it('makes the network slower for its time', async () => {
    const { module, network, wait } = bench();
    module.inject({ kind: 'slowNetwork', forMs: 1000, times: 20, plusMs: 5 });
    expect(network.latencyMs).toBe(405);
    await wait(999);
    expect(network.latencyMs).toBe(405);
    await wait(1);
    expect(network.latencyMs).toBe(20);
  });

  it('leaves the network as it was when the module is disposed of', () => {
    const { module, network } = bench();
    module.inject({ kind: 'slowNetwork', forMs: 1000, times: 20 });
    module.dispose();
    expect(network.latencyMs).toBe(20);
  });
});

describe('simFailure', () => {
  it('takes the network and the contexts away, and gives the SIM back after its time', async () => {
    const { module, activate, command, wait } = bench();
    await activate();
    module.inject({ kind: 'simFailure', forMs: 60_000 });
    expect(await wait(10)).toBe('\r\n+CPIN: NOT READY\r\n\r\n+QIURC: "pdpdeact",1\r\n');
    expect(module.state).toMatchObject({ sim: 'failure', registered: false });
    expect(await command('AT+CPIN?')).toBe('\r\n+CME ERROR: 13\r\n');
    expect(await command('AT+CIMI')).toBe('\r\n+CME ERROR: 13\r\n');
    expect(await command('AT+CREG?')).toContain('+CREG: 0,0');
    await command('AT+QIDEACT=1', 500);
    expect(await command('AT+QIACT=1', 500)).toContain('ERROR');
    expect(await wait(60_000)).toBe('\r\n+CPIN: READY\r\n');
    expect(await command('AT+CPIN?')).toContain('+CPIN: READY');
    await wait(2000);
    expect(await command('AT+CREG?')).toContain('+CREG: 0,1');
  });

  it.each(VIRTUAL_DIALECTS)(
    'is over the restarts of %s, with the error that was asked for',
    async (dialect) => {
      const { module, command, wait } = bench({ dialect });
      module.inject({ kind: 'simFailure', forMs: 60_000, cme: 10 });
      module.inject({ kind: 'simFailure', forMs: 10_000, cme: 10 });
      module.powerCycle();
      expect(await wait(20_000)).toContain('+CPIN: NOT READY');
      expect(await command('AT+CPIN?')).toContain('+CME ERROR: 10');
      expect(await wait(39_900)).toBe('');
      expect(await wait(200)).toContain('+CPIN: READY');
      await wait(2000);
      expect(module.state).toMatchObject({ sim: 'READY', registered: true });
    },
  );

  it('is told by the boot alone when it ends before the boot has read the SIM', async () => {
    const { module, wait } = bench();
    module.inject({ kind: 'simFailure', forMs: 3200 });
    module.powerCycle();
    expect((await wait(10_000)).match(/\+CPIN:.*/g)).toEqual(['+CPIN: READY']);
  });

  it('has the PIN asked for again', async () => {
    const { module, command, wait } = bench({ sim: { pin: '1234' } });
    await command('AT+CPIN="1234"', 3000);
    expect(module.state.registered).toBe(true);
    module.inject({ kind: 'simFailure', forMs: 1000 });
    expect(await wait(1100)).toContain('+CPIN: SIM PIN');
    await command('AT+CPIN="1234"', 3000);
    expect(module.state.registered).toBe(true);
  });
});

describe('natTimeout', () => {
  const limit = { kind: 'natTimeout', idleMs: 60_000 } as const;

  it('forgets a connection that carried nothing for so long: nothing is acknowledged, nothing arrives, nobody tells', async () => {
    const { module, network, connect, command, say, wait, events } = bench();
    const sink = sinkPeer();
    network.listen(9, sink.accept);
    module.inject(limit);
    await connect(0, 9);
    await wait(70_000);
    sink.peers[0]?.write(Buffer.from('hello'));
    await command('AT+QISEND=0,4');
    expect(await say('test', 100)).toBe('\r\nSEND OK\r\n');
    sink.peers[0]?.end();
    module.inject({ kind: 'peerClose' });
    expect(await wait(600_000)).toBe('');
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 4,0,4');
    expect(sink.lengthBytes).toBe(0);
    expect(module.state.sockets[0]).toMatchObject({ state: 2, receivedBytes: 0 });
    expect(events.some(({ text }) => text === '0 forgotten by the address translation')).toBe(true);
    expect(await command('AT+QICLOSE=0', 9_900)).toBe('');
    expect(await wait(200)).toBe('\r\nOK\r\n');
    await connect(0, 9);
  });

  it('keeps a connection on which something is carried, in either direction', async () => {
    const { module, network, connect, command, say, wait } = bench();
    const sink = sinkPeer();
    network.listen(9, sink.accept);
    module.inject(limit);
    await connect(0, 9);
    await wait(50_000);
    await command('AT+QISEND=0,4');
    await say('test', 50_000);
    sink.peers[0]?.write(Buffer.from('hello'));
    expect(await wait(50_000)).toBe('\r\n+QIURC: "recv",0\r\n');
    sink.peers[0]?.end();
    expect(await wait(100)).toBe('\r\n+QIURC: "closed",0\r\n');
  });

  it('forgets at once what has been idle for too long when it strikes', async () => {
    const { module, connect, command, say, wait } = bench();
    await connect();
    await wait(100_000);
    module.inject(limit);
    await wait(0);
    await command('AT+QISEND=0,4');
    await say('test', 1000);
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 4,0,4');
  });

  it('ends after its time, and forgotten connections stay so', async () => {
    const { module, connect, command, say, wait } = bench();
    await connect(0);
    module.inject({ ...limit, forMs: 61_000 });
    await wait(50_000);
    await connect(1);
    await wait(100_000);
    for (const [id, acknowledged] of [
      [0, 0],
      [1, 4],
    ]) {
      await command(`AT+QISEND=${id},4`);
      await say('test', 1000);
      expect(await command(`AT+QISEND=${id},0`)).toContain(`+QISEND: 4,${acknowledged},`);
    }
  });

  it('holds for connections made after a restart', async () => {
    const { module, activate, connect, command, say, wait } = bench();
    module.inject(limit);
    module.powerCycle();
    await wait(10_000);
    await activate();
    await connect();
    await wait(70_000);
    await command('AT+QISEND=0,4');
    await say('test', 1000);
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 4,0,4');
  });

  it('makes a UDP port deaf until it sends the next datagram', async () => {
    const { module, network, activate, command, say, wait } = bench();
    const peer = network.bindPeer(9, '192.0.2.7');
    module.inject(limit);
    await activate();
    await command('AT+QIOPEN=1,0,"UDP","192.0.2.7",9,5000', 100);
    peer.send(Buffer.from('one'), 5000);
    expect(await wait(70_000)).toContain('"recv",0');
    await command('AT+QIRD=0');
    peer.send(Buffer.from('two'), 5000);
    expect(await wait(1000)).toBe('');
    await command('AT+QISEND=0,1');
    await say('x', 50_000);
    peer.send(Buffer.from('three'), 5000);
    expect(await wait(1000)).toContain('"recv",0');
    expect(await command('AT+QIRD=0')).toContain('+QIRD: 5\r\nthree');
    peer.send(Buffer.from('four'), 5000);
    expect(await wait(70_000)).toContain('"recv",0');
    await command('AT+QIRD=0');
    peer.send(Buffer.from('five'), 5000);
    expect(await wait(1000)).toBe('');
  });
});

describe('brownOut', () => {
  it('restarts the module at the next send, which has no result', async () => {
    const { module, connect, command, say, wait } = bench();
    await connect();
    module.inject({ kind: 'brownOut' });
    expect(await wait(60_000)).toBe('');
    await command('AT+QISEND=0,4');
    expect(await say('test', 100)).toBe('');
    expect(module.state).toMatchObject({ power: 'booting', rebootCount: 1 });
    expect(await wait(10_000)).toContain('RDY');
    await command('ATE0');
    expect(module.state.rebootCount).toBe(1);
  });

  it('comes when so many bytes were sent, without notices if silent, and once', async () => {
    const { module, connect, command, say, wait } = bench();
    await connect();
    module.inject({ kind: 'brownOut', afterBytes: 10, silent: true });
    for (const rest of [6, 2]) {
      await command('AT+QISEND=0,4');
      expect(await say('test', 500)).toContain('SEND OK');
      await command('AT+QIRD=0');
      expect(module.state.rebootCount).toBe(0);
      expect(rest).toBeGreaterThan(0);
    }
    await command('AT+QISEND=0,4');
    expect(await say('test', 20_000)).toBe('');
    expect(module.state.rebootCount).toBe(1);
    await connect();
    await command('AT+QISEND=0,4');
    expect(await say('test', 100)).toContain('SEND OK');
    expect(await wait(0)).toBe('');
  });

  it('comes in data mode too', async () => {
    const { module, activate, command, say } = bench();
    await activate();
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7,0,2', 200)).toContain('CONNECT');
    module.inject({ kind: 'brownOut' });
    await say('test', 1000);
    expect(module.state).toMatchObject({ power: 'booting', rebootCount: 1 });
  });
});

describe('blackHole', () => {
  it.each([
    [true, '+QIOPEN: 0,566'],
    [false, '+QIOPEN: 0,0'],
  ])('with overRestart %s and a restart: %s', async (overRestart, expected) => {
    const { module, activate, command, wait } = bench();
    module.inject({ kind: 'blackHole', forMs: 200_000, overRestart });
    module.powerCycle();
    await wait(10_000);
    await activate();
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7,0,0', 80_000)).toContain(expected);
    await command('AT+QICLOSE=0', 120_000);
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7,0,0', 1000)).toContain('+QIOPEN: 0,0');
  });
});
