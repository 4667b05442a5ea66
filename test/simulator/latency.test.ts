/** The latency of the network in memory, while it changes. */
import { sinkPeer } from '../../simulator/index.ts';
import { bench, closeBenches } from './host.ts';

afterEach(closeBenches);

describe('the latency of a network in memory', () => {
  it('changes while the network runs, for what is sent from then on', async () => {
    const { network, connect, command, say } = bench();
    await connect();
    network.setLatency(500);
    expect(network.latencyMs).toBe(500);
    await command('AT+QISEND=0,4');
    expect(await say('test', 980)).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QISEND=0,0', 20)).toContain('+QISEND: 4,0,4');
    expect(await command('AT+QISEND=0,0', 20)).toContain('+QISEND: 4,4,0');
  });

  it('may be told for each time of the clock', async () => {
    const { network, clock } = bench({ net: { latencyMs: (atMs) => atMs / 10 } });
    await clock.advance(500);
    expect(network.latencyMs).toBe(50);
  });

  it('lets nothing of a connection overtake what was sent before', async () => {
    const { network, clock, connect, command, say } = bench();
    const sink = sinkPeer();
    network.listen(9, sink.accept);
    await connect(0, 9);
    network.setLatency(2000);
    await command('AT+QISEND=0,5');
    await say('first', 100);
    network.setLatency(5);
    await command('AT+QISEND=0,6');
    await say('second', 100);
    expect(sink.lengthBytes).toBe(0);
    await clock.advance(1900);
    expect(Buffer.from(sink.take()).toString()).toBe('firstsecond');
  });

  it('lets no end of the peer come before the acknowledgement that it sent first', async () => {
    const { network, connect, command, say, wait } = bench();
    const sink = sinkPeer();
    network.listen(9, sink.accept);
    await connect(0, 9);
    network.setLatency(3000);
    await command('AT+QISEND=0,4');
    await say('test', 3500);
    network.setLatency(5);
    sink.peers[0]?.end();
    expect(await wait(2000)).toBe('');
    expect(await wait(600)).toContain('+QIURC: "closed",0');
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 4,4,0');
  });

  it('tells a client of the module that it is connected before its first bytes', async () => {
    const { network, clock, activate, command, say, module } = bench();
    await activate();
    await command('AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,0', 200);
    network.setLatency(1000);
    const client = network.dial(2020);
    const told: string[] = [];
    client.onOpen = () => told.push('open');
    client.onData = (bytes) => told.push(Buffer.from(bytes).toString());
    await clock.advance(1000);
    network.setLatency(1);
    const id = module.state.sockets.find(({ service }) => service === 'TCP INCOMING')?.id;
    await command(`AT+QISEND=${id},2`, 10);
    await say('hi', 2000);
    expect(told).toEqual(['open', 'hi']);
  });
});

describe('a slow down of a network in memory', () => {
  it('multiplies and adds, on top of others and of a new latency, until it is ended', () => {
    const { network } = bench();
    const endTimes = network.slowDown({ times: 10 });
    expect(network.latencyMs).toBe(200);
    const endPlus = network.slowDown({ plusMs: 50 });
    const endBoth = network.slowDown({ times: 2, plusMs: 1 });
    expect(network.latencyMs).toBe(451);
    network.setLatency(1);
    expect(network.latencyMs).toBe(71);
    endTimes();
    endTimes();
    expect(network.latencyMs).toBe(53);
    endPlus();
    endBoth();
    expect(network.latencyMs).toBe(1);
  });
});
