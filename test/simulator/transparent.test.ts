import { type MemoryPeer, sinkPeer, virtualPort } from '../../simulator/index.ts';
import { type Bench, type BenchOptions, bench, closeBenches } from './host.ts';

afterEach(closeBenches);

interface DataBench extends Bench {
  readonly peer: MemoryPeer;
  /** What the peer got since the last call. */
  got(): string;
  /** Escapes with the guards of the manual, and returns what comes. */
  leave(): Promise<string>;
}

const OPEN = 'AT+QIOPEN=1,0,"TCP","192.0.2.7",9,0,2';

/** A module in data mode, without echo. */
async function inDataMode(options?: BenchOptions): Promise<DataBench> {
  const made = bench(options);
  const sink = sinkPeer();
  made.network.listen(9, sink.accept);
  await made.activate();
  expect(await made.command(OPEN, options?.baud === undefined ? 500 : 3000)).toBe('\r\nCONNECT\r\n');
  const [peer] = sink.peers;
  if (peer === undefined) throw new Error('nobody connected');
  const leave = async (): Promise<string> => {
    const before = await made.wait(1000);
    return before + (await made.say('+++', 1000));
  };
  return { ...made, peer, got: () => Buffer.from(sink.take()).toString('latin1'), leave };
}

describe('entering data mode', () => {
  it('answers CONNECT to a transparent open, and shows the access mode', async () => {
    const { module } = await inDataMode();
    expect(module.state).toMatchObject({ dataMode: 0, sockets: [{ id: 0, state: 2, accessMode: 2 }] });
    expect(module.carrier).toBe(true);
  });

  it('answers ERROR to a transparent open that fails, with its reason for AT+QIGETERROR', async () => {
    const { activate, command, module } = bench();
    await activate();
    expect(await command(OPEN, 500)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('566');
    expect(module.state).toMatchObject({ dataMode: undefined, sockets: [{ id: 0, state: 4 }] });
    expect(await command(OPEN, 500)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('563');
  });

  it('answers ERROR to a transparent open whose context is lost', async () => {
    const { activate, command, module, wait } = bench({ net: { latencyMs: 500 } });
    await activate();
    expect(await command(OPEN, 100)).toBe('');
    module.inject({ kind: 'pdpdeact' });
    expect(await wait(100)).toBe('\r\nERROR\r\n\r\n+QIURC: "pdpdeact",1\r\n');
    expect(await command('AT+QIGETERROR')).toContain('570');
  });

  it('answers CONNECT to AT+QISWTMD, and writes what is unread', async () => {
    const { connect, command, network, wait, module } = bench();
    network.listen(9, (peer) => peer.write(Buffer.from('hello')));
    await connect();
    await command('AT+QICLOSE=0', 500);
    await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",9', 500);
    expect(await command('AT+QISWTMD=0,2')).toBe('\r\nCONNECT\r\nhello');
    expect(await wait(3000)).toBe('');
    expect(module.state.dataMode).toBe(0);
  });

  it('writes data in place of a notice that had to wait for CONNECT', async () => {
    const { module, peer, leave, command, say, wait } = await inDataMode();
    await leave();
    module.inject({ kind: 'delay', ms: 100 });
    expect(await say('AT+QISWTMD=0,2\r', 50)).toBe('');
    peer.write(Buffer.from('early'));
    expect(await wait(200)).toBe('\r\nCONNECT\r\nearly');
    expect(await leave()).toBe('\r\nOK\r\n');
    expect(await command('AT')).toBe('\r\nOK\r\n');
  });

  it('is for TCP connections only', async () => {
    const { activate, command } = bench();
    await activate();
    await command('AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020', 200);
    await command('AT+QIOPEN=1,2,"UDP","192.0.2.7",9', 200);
    for (const id of [1, 2]) {
      expect(await command(`AT+QISWTMD=${id},2`)).toBe('\r\nERROR\r\n');
      expect(await command('AT+QIGETERROR')).toContain('555');
    }
    expect(await command('AT+QIOPEN=1,3,"TCP LISTENER","127.0.0.1",0,2021,2')).toBe('\r\nERROR\r\n');
  });

  it('is possible for accepted connections', async () => {
    const { activate, command, network, wait } = bench();
    await activate();
    await command('AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020', 200);
    const client = network.dial(2020);
    let text = '';
    client.onData = (bytes) => {
      text += Buffer.from(bytes);
    };
    await wait(100);
    expect(await command('AT+QISWTMD=11,2')).toBe('\r\nCONNECT\r\n');
    client.write(Buffer.from('ping'));
    expect(await wait(100)).toBe('ping');
    await command('pong', 500);
    expect(text).toBe('pong\r');
  });
});

describe('data mode', () => {
  it('carries everything both ways, whatever it looks like', async () => {
    const { say, peer, wait, got } = await inDataMode();
    expect(await say('AT+QICLOSE=0\r\x1a\x1b\x00', 500)).toBe('');
    expect(got()).toBe('AT+QICLOSE=0\r\x1a\x1b\x00');
    peer.write(Buffer.from('\r\nOK\r\n\r\nNO CARRIER\r\n'));
    expect(await wait(100)).toBe('\r\nOK\r\n\r\nNO CARRIER\r\n');
  });

  it('sends full packets at once, and the rest after transwaittm', async () => {
    const { say, wait, network, activate, command } = bench({ net: { latencyMs: 0 } });
    const sizes: number[] = [];
    network.listen(9, (peer) => {
      peer.onData = (bytes) => sizes.push(bytes.length);
    });
    await activate();
    await command('AT+QICFG="transpktsize",100');
    await command('AT+QICFG="transwaittm",5');
    await command(OPEN, 500);
    await say('x'.repeat(250), 490);
    expect(sizes).toEqual([100, 100]);
    await wait(20);
    expect(sizes).toEqual([100, 100, 50]);
  });

  it('sends at once when transwaittm is 0', async () => {
    const { say, command, activate, network } = bench();
    const sink = sinkPeer();
    network.listen(9, sink.accept);
    await activate();
    await command('AT+QICFG="transwaittm",0');
    await command(OPEN, 500);
    await say('x', 30);
    expect(sink.lengthBytes).toBe(1);
  });

  it('keeps notices back until it ends', async () => {
    const { command, say, network, wait, leave, module } = await inDataMode();
    await leave();
    const other = sinkPeer();
    network.listen(10, other.accept);
    expect(await command('AT+QIOPEN=1,1,"TCP","192.0.2.7",10', 500)).toContain('+QIOPEN: 1,0');
    await command('ATO');
    other.peers[0]?.write(Buffer.from('later'));
    expect(await wait(100)).toBe('');
    await say('x', 1500);
    expect(await say('+++', 1000)).toBe('\r\nOK\r\n\r\n+QIURC: "recv",1\r\n');
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('holds the line while the send buffer is full, and loses nothing', async () => {
    const { module, peer, got, wait, clock, command, leave } = await inDataMode({
      net: { windowBytes: 4000 },
      sendBufferBytes: 3000,
    });
    const port = virtualPort(module);
    await port.open();
    peer.pause();
    let done = false;
    const payload = Array.from({ length: 30_000 }, (_, n) => String.fromCharCode(97 + (n % 26))).join('');
    const written = port.write(Buffer.from(payload)).then(() => {
      done = true;
    });
    await clock.advance(5000);
    expect(done).toBe(false);
    expect(module.state.sockets[0]).toMatchObject({ acceptedBytes: 7000, acknowledgedBytes: 4000 });
    peer.resume();
    await clock.advance(5000);
    expect(done).toBe(true);
    await written;
    await wait(3000);
    expect(got()).toBe(payload);
    expect(await leave()).toBe('\r\nOK\r\n');
    expect(await command('AT+QISEND=0,0')).toBe('\r\n+QISEND: 30000,30000,0\r\n\r\nOK\r\n');
  });

  it('does not take plus signs for an escape because it held the line in front of them', async () => {
    const { module, peer, wait, say, got } = await inDataMode({
      net: { windowBytes: 1000 },
      sendBufferBytes: 1000,
    });
    peer.pause();
    // 2000 bytes are in the window and the send buffer, 2048 wait for a packet: the plus signs stay on the line.
    await say(`${'x'.repeat(1000)}${'x'.repeat(1000)}${'x'.repeat(2048)}+++`, 3000);
    peer.resume();
    expect(await wait(5000)).toBe('');
    expect(got()).toBe(`${'x'.repeat(4048)}+++`);
    expect(module.state.dataMode).toBe(0);
  });

  it('writes no faster than the line goes, and lets the window of the peer close', async () => {
    const { module, peer, wait } = await inDataMode({ baud: 9600 });
    peer.write(Buffer.alloc(200_000, 'a'));
    expect((await wait(10_000)).length).toBeCloseTo(9600, -2);
    expect(module.state.sockets[0]?.unreadBytes).toBe(10_240);
    expect(peer.acknowledgedBytes).toBeLessThan(200_000);
  });

  it('outlives the port that is closed and opened again', async () => {
    const made = await inDataMode();
    const { module, clock, peer, leave } = made;
    const port = virtualPort(module);
    let text = '';
    port.bytes$.subscribe((bytes) => {
      text += Buffer.from(bytes);
    });
    await port.open();
    await port.close();
    await port.open();
    peer.write(Buffer.from('still'));
    await clock.advance(100);
    expect(text).toBe('still');
    made.output();
    expect(await leave()).toBe('\r\nOK\r\n');
    await port.close();
  });

  it('is over after a restart', async () => {
    const { module, wait, command } = await inDataMode();
    module.inject({ kind: 'reboot' });
    expect(module.carrier).toBe(false);
    expect(await wait(5000)).toContain('RDY');
    expect(module.state.dataMode).toBeUndefined();
    expect(await command('AT')).toContain('OK');
    expect(await command('ATO')).toContain('NO CARRIER');
  });
});

describe('the escape', () => {
  it('answers OK after a second of silence on both sides, and is not sent', async () => {
    const { say, wait, got, module, command } = await inDataMode();
    await say('last', 1000);
    expect(await say('+++', 999)).toBe('');
    expect(module.state.dataMode).toBe(0);
    expect(await wait(1)).toBe('\r\nOK\r\n');
    expect(module.state).toMatchObject({ dataMode: undefined, sockets: [{ state: 2, accessMode: 0 }] });
    expect(module.carrier).toBe(false);
    await wait(100);
    expect(got()).toBe('last');
    expect(await command('AT+QISTATE=1,0')).toContain(',2,1,0,0,"uart1"');
  });

  it('takes plus signs that come one by one within a second', async () => {
    const { say, wait, got } = await inDataMode();
    await wait(1000);
    await say('+', 400);
    await say('+', 400);
    expect(await say('+', 1000)).toBe('\r\nOK\r\n');
    expect(got()).toBe('');
  });

  const payloads: [string, [text: string, waitMs: number][]][] = [
    [
      'plus signs right behind data',
      [
        ['data', 999],
        ['+++', 3000],
      ],
    ],
    [
      'plus signs in front of data',
      [
        ['', 2000],
        ['+++', 999],
        ['x', 3000],
      ],
    ],
    [
      'plus signs with data',
      [
        ['', 2000],
        ['+++x', 3000],
      ],
    ],
    [
      'plus signs with a CR',
      [
        ['', 2000],
        ['+++\r', 3000],
      ],
    ],
    [
      'four plus signs',
      [
        ['', 2000],
        ['++++', 3000],
      ],
    ],
    [
      'a fourth plus sign within the guard',
      [
        ['', 2000],
        ['+++', 500],
        ['+', 3000],
      ],
    ],
    [
      'plus signs further apart',
      [
        ['', 2000],
        ['+', 1100],
        ['++', 3000],
      ],
    ],
    [
      'two plus signs',
      [
        ['', 2000],
        ['++', 3000],
      ],
    ],
    [
      'one plus sign',
      [
        ['', 2000],
        ['+', 3000],
      ],
    ],
    [
      'two escapes in one',
      [
        ['', 2000],
        ['+++', 500],
        ['+++', 3000],
      ],
    ],
  ];
  it.each(payloads)('delivers %s as payload, unaltered', async (_, steps) => {
    const { say, got, module } = await inDataMode();
    for (const [text, waitMs] of steps) expect(await say(text, waitMs)).toBe('');
    expect(got()).toBe(steps.map(([text]) => text).join(''));
    expect(module.state.dataMode).toBe(0);
  });

  it('escapes by the next try after a failed one', async () => {
    const { say, got } = await inDataMode();
    await say('x', 500);
    await say('+++', 1100);
    expect(await say('+++', 1100)).toBe('\r\nOK\r\n');
    expect(got()).toBe('x+++');
  });

  it('goes by the time at which bytes come over a slow line', async () => {
    const { say, wait, got } = await inDataMode({ baud: 300 });
    await say('x', 34);
    await wait(1000);
    await say('+++', 100);
    expect(await wait(1000)).toBe('');
    expect(await wait(200)).toBe('\r\nOK\r\n');
    expect(got()).toBe('x');
  });

  it('sends what was typed just before it, though no packet was full', async () => {
    const { say, got } = await inDataMode();
    await say('short', 1000);
    await say('+++', 1100);
    expect(got()).toBe('short');
  });

  it('leaves unread data in the receive buffer, says so, and ATO writes it out first', async () => {
    const { module, peer, command, leave, wait } = await inDataMode({ baud: 9600 });
    peer.write(Buffer.alloc(9000, 'a'));
    // What is on the line already still goes out in front of the result.
    const answer = (await leave()) + (await wait(2000));
    const written = answer.indexOf('\r');
    expect(answer).toBe(`${'a'.repeat(written)}\r\nOK\r\n\r\n+QIURC: "recv",0\r\n`);
    const unread = module.state.sockets[0]?.unreadBytes ?? 0;
    expect(unread).toBe(9000 - written);
    peer.write(Buffer.from('new'));
    const read = await command('AT+QIRD=0,100', 500);
    expect(read).toContain(`+QIRD: 100\r\n${'a'.repeat(100)}\r\n`);
    expect(await command('ATO', 10_000)).toBe(`\r\nCONNECT\r\n${'a'.repeat(unread - 100)}new`);
    expect(module.state).toMatchObject({ dataMode: 0, sockets: [{ accessMode: 2, receivedBytes: 9003 }] });
  });

  it('counts what was sent in data mode', async () => {
    const { say, leave, command } = await inDataMode();
    await say('x'.repeat(3000), 1000);
    await leave();
    expect(await command('AT+QISEND=0,0')).toBe('\r\n+QISEND: 3000,3000,0\r\n\r\nOK\r\n');
    await command('AT+QISEND=0,2');
    expect(await say('yz', 100)).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 3002,3002,0');
  });
});

describe('ATO', () => {
  it('answers NO CARRIER when nothing was in data mode, or what was is closed', async () => {
    const { command, leave } = await inDataMode();
    await leave();
    await command('AT+QICLOSE=0', 500);
    expect(await command('ATO')).toBe('\r\nNO CARRIER\r\n');
    const other = bench();
    await other.connect();
    expect(await other.command('ATO')).toBe('\r\nNO CARRIER\r\n');
  });

  it('answers NO CARRIER after the context was deactivated', async () => {
    const { command, leave } = await inDataMode();
    await leave();
    await command('AT+QIDEACT=1', 500);
    expect(await command('ATO')).toBe('\r\nNO CARRIER\r\n');
  });

  it('resumes the connection that was in data mode last', async () => {
    const { command, leave, module } = await inDataMode();
    await leave();
    await command('AT+QIOPEN=1,1,"TCP","192.0.2.7",9', 500);
    await command('AT+QISWTMD=1,2');
    await leave();
    expect(await command('ATO')).toBe('\r\nCONNECT\r\n');
    expect(module.state.dataMode).toBe(1);
  });
});

describe('the loss of a connection in data mode', () => {
  const lost = '\r\nNO CARRIER\r\n';

  it('writes what came before the end of the peer, then NO CARRIER', async () => {
    const { peer, wait, module, command } = await inDataMode({ baud: 9600 });
    peer.write(Buffer.alloc(15_000, 'a'));
    peer.end();
    const text = await wait(30_000);
    expect(text).toBe('a'.repeat(15_000) + lost);
    expect(module.state).toMatchObject({ dataMode: undefined, sockets: [{ state: 4, unreadBytes: 0 }] });
    expect(module.carrier).toBe(false);
    expect(await command('ATO', 100)).toBe(lost);
    expect(await command('AT+QISWTMD=0,2', 100)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QICLOSE=0', 500)).toBe('\r\nOK\r\n');
    expect(await command(OPEN, 500)).toBe('\r\nCONNECT\r\n');
  });

  it('tells of a reset', async () => {
    const { peer, wait } = await inDataMode();
    peer.reset();
    expect(await wait(100)).toBe(lost);
  });

  it('tells of a lost context by NO CARRIER, then pdpdeact', async () => {
    const { module, peer, wait } = await inDataMode();
    peer.write(Buffer.from('rest'));
    await wait(30);
    peer.write(Buffer.from('lost on the way'));
    module.inject({ kind: 'pdpdeact' });
    expect(await wait(100)).toBe(`${lost}\r\n+QIURC: "pdpdeact",1\r\n`);
    expect(module.state.sockets).toMatchObject([{ state: 4 }]);
  });

  it('drops what is typed afterwards, and reads commands again after NO CARRIER', async () => {
    const { peer, say, wait, command, events } = await inDataMode({ baud: 9600 });
    peer.write(Buffer.alloc(3000, 'a'));
    peer.end();
    await wait(500);
    await say('too late', 100);
    await wait(5000);
    const lengths = events.flatMap(({ kind, text }) =>
      kind === 'lost' ? [/(\d+) bytes/.exec(text)?.[1]] : [],
    );
    expect(lengths.reduce((sum, length) => sum + Number(length), 0)).toBe(8);
    expect(await command('AT', 100)).toBe('\r\nOK\r\n');
  });

  it('is told by a notice when the host escapes while the rest is being written', async () => {
    const { peer, say, wait, module } = await inDataMode({ baud: 9600 });
    peer.write(Buffer.alloc(9000, 'a'));
    peer.end();
    await wait(1500);
    expect((await say('+++', 3000)).replace(/^a+/, '')).toBe(
      '\r\nOK\r\n\r\n+QIURC: "recv",0\r\n\r\n+QIURC: "closed",0\r\n',
    );
    expect(module.state.sockets[0]?.unreadBytes).toBeGreaterThan(4000);
  });

  it('stays silent in a black hole, and takes what the send buffer holds', async () => {
    const { module, say, wait, got } = await inDataMode();
    module.inject({ kind: 'blackHole', forMs: 60_000 });
    expect(await say('x'.repeat(20_000), 50_000)).toBe('');
    expect(module.state.sockets).toMatchObject([{ acceptedBytes: 10_240, acknowledgedBytes: 0 }]);
    await wait(20_000);
    expect(got()).toBe('x'.repeat(20_000));
  });
});

describe('control lines', () => {
  it('leave data mode when DTR drops and AT&D1 is set', async () => {
    const { module, command, leave, peer, wait, network } = await inDataMode();
    await leave();
    await command('AT&D1');
    await command('ATO');
    await wait(100);
    module.setDtr(false);
    expect(await wait(10)).toBe('\r\nOK\r\n');
    expect(module.state).toMatchObject({ dataMode: undefined, sockets: [{ state: 2, accessMode: 0 }] });
    peer.write(Buffer.from('x'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0\r\n');
    module.setDtr(true);
    expect(await command('ATO')).toBe('\r\nCONNECT\r\nx');
    expect(network.openConnections).toBe(1);
  });

  it('get the port back from a connection that takes nothing', async () => {
    const { module, command, leave, peer, say, wait } = await inDataMode({ sendBufferBytes: 1000 });
    await leave();
    await command('AT&D1');
    await command('ATO');
    peer.pause();
    module.inject({ kind: 'blackHole', forMs: 600_000 });
    await say(`${'x'.repeat(5000)}\r`, 1000);
    module.setDtr(false);
    expect(await wait(10)).toBe('\r\nOK\r\n');
    expect(await command('AT')).toBe('\r\nOK\r\n');
  });

  it('are ignored with AT&D0', async () => {
    const { module, command, leave, wait } = await inDataMode();
    await leave();
    await command('AT&D0');
    await command('ATO');
    module.setDtr(false);
    expect(await wait(100)).toBe('');
    expect(module.state.dataMode).toBe(0);
  });

  it('end the connection when DTR drops and AT&D2 is set', async () => {
    const { module, say, wait, got, network, command } = await inDataMode();
    await say('last', 10);
    module.setDtr(false);
    expect(await wait(200)).toBe('\r\nNO CARRIER\r\n');
    expect(got()).toBe('last');
    expect(module.state.sockets).toMatchObject([{ state: 4 }]);
    expect(network.openConnections).toBe(0);
    expect(await command('AT+QICLOSE=0', 500)).toBe('\r\nOK\r\n');
  });

  it('do nothing in command mode', async () => {
    const { module, connect, wait } = bench();
    await connect();
    module.setDtr(false);
    expect(await wait(100)).toBe('');
    expect(module.state.sockets).toMatchObject([{ state: 2 }]);
  });

  it('show the carrier in data mode only, or always with AT&C0', async () => {
    const { module, leave, command } = await inDataMode();
    const port = virtualPort(module);
    expect(await port.lines?.dcd()).toBeUndefined();
    await port.open();
    expect(await port.lines?.dcd()).toBe(true);
    await leave();
    expect(await port.lines?.dcd()).toBe(false);
    await command('AT&C0');
    expect(await port.lines?.dcd()).toBe(true);
    await command('AT&C1');
    await command('AT&D1');
    await command('ATO');
    await port.lines?.set({ dtr: false, rts: true });
    expect(await port.lines?.dcd()).toBe(false);
    await port.close();
    await expect(port.lines?.set({ dtr: true })).rejects.toMatchObject({ code: 'PORT_LOST' });
    expect(virtualPort(module, { lines: false }).lines).toBeUndefined();
  });
});

describe('faults of data mode', () => {
  it('miss an escape, as often as told', async () => {
    const { module, say, got, wait } = await inDataMode();
    module.inject({ kind: 'missEscape', times: 2 });
    await wait(1000);
    for (const _ of [1, 2]) expect(await say('+++', 1100)).toBe('');
    expect(await say('+++', 1100)).toBe('\r\nOK\r\n');
    expect(got()).toBe('++++++');
  });

  it('answer NO CARRIER to the next ATO', async () => {
    const { module, leave, command } = await inDataMode();
    await leave();
    module.inject({ kind: 'silentResume' });
    expect(await command('ATO')).toBe('\r\nNO CARRIER\r\n');
    expect(await command('AT+QISTATE=1,0')).toContain(',2,1,0,0,');
    expect(await command('ATO')).toBe('\r\nCONNECT\r\n');
  });

  it('resume a connection that is dead', async () => {
    const { module, leave, command, say, got } = await inDataMode();
    await leave();
    module.inject({ kind: 'deadResume' });
    expect(await command('ATO')).toBe('\r\nCONNECT\r\n');
    await say('nobody', 2000);
    await leave();
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 6,0,6');
    expect(got()).toBe('');
  });

  it('hang the module with the line held, and everything comes late', async () => {
    const { module, say, peer, got, wait } = await inDataMode();
    module.inject({ kind: 'hang', forMs: 5000 });
    peer.write(Buffer.from('in'));
    expect(await say('out', 4000)).toBe('');
    expect(got()).toBe('');
    expect(await wait(2000)).toBe('in');
    expect(got()).toBe('out');
  });
});
