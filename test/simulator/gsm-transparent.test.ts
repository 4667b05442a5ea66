/** Transparent mode of gsm (gsm chapter 4, §6.3). */
import { connected, gsm, OK, OPEN_MS, WELCOME } from './gsm-bench.ts';
import { closeBenches } from './host.ts';

afterEach(closeBenches);

const TRANSPARENT = ['AT+QIMODE=1'];

describe('a transparent client', () => {
  it('has the port after CONNECT, leaves it with +++ and comes back with ATO (gsm §4.1)', async () => {
    const { say, wait, command, sink, module } = await connected(TRANSPARENT);
    expect(module.state).toMatchObject({ dataMode: 0, sockets: [{ accessMode: 2 }] });
    expect(await say(WELCOME, 500)).toBe('');
    sink.peers[0]?.write(Buffer.from(WELCOME));
    expect(await wait(500)).toBe(WELCOME);
    expect(Buffer.from(sink.take()).toString()).toBe(WELCOME);
    expect(await say('+++', 600)).toBe(OK);
    expect(module.state.dataMode).toBeUndefined();
    sink.peers[0]?.write(Buffer.from('kept'));
    expect(await wait(100)).toBe('');
    expect(await command('AT+QISACK')).toBe('\r\n+QISACK: 30, 30, 0\r\n\r\nOK\r\n');
    expect(await command('ATO', 50)).toBe('\r\nCONNECT\r\nkept');
    expect(await wait(500)).toBe('');
    expect(await say('+++', 600)).toBe(OK);
    expect(await command('AT+QICLOSE', 200)).toBe('\r\nCLOSE OK\r\n');
    expect(await command('ATO')).toBe('\r\nNO CARRIER\r\n');
    expect(await command('AT+QIDEACT', 500)).toBe('\r\nDEACT OK\r\n');
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('is escaped only with 500 ms around the signs and less than 20 ms between them', async () => {
    const { say, wait, sink } = await connected(TRANSPARENT);
    await wait(1000);
    await say('+', 20);
    await say('+', 19);
    expect(await say('+', 600)).toBe('');
    await say('x', 499);
    expect(await say('+++', 600)).toBe('');
    await say('y', 500);
    await say('+', 19);
    await say('+', 19);
    await say('+', 499);
    expect(await say('z', 600)).toBe('');
    await wait(1000);
    expect(Buffer.from(sink.take()).toString()).toBe('+++x+++y+++z');
    await say('+', 19);
    await say('+', 19);
    expect(await say('+', 500)).toBe(OK);
  });

  it('has no escape when AT+QITCFG switches it off, and packs as that says', async () => {
    const { say, wait, sink, command, module } = await connected(['AT+QIMODE=1', 'AT+QITCFG=3,2,512,0']);
    await wait(1000);
    expect(await say('+++', 150)).toBe('');
    expect(module.state.sockets[0]?.acceptedBytes).toBe(0);
    expect(await wait(100)).toBe('');
    expect(module.state.sockets[0]?.acceptedBytes).toBe(3);
    await say('x'.repeat(600), 10);
    expect(module.state.sockets[0]?.acceptedBytes).toBe(515);
    await wait(1000);
    expect(Buffer.from(sink.take()).toString()).toBe(`+++${'x'.repeat(600)}`);
    module.setDtr(false);
    expect(await wait(100)).toBe('\r\nCLOSED\r\n');
    module.setDtr(true);
    expect(await command('AT+QITCFG?')).toBe('\r\n+QITCFG: 3,2,512,0\r\n\r\nOK\r\n');
  });

  it('leaves data mode when DTR goes off after AT&D1', async () => {
    const { wait, command, module } = await connected(['AT+QIMODE=1', 'AT&D1']);
    module.setDtr(false);
    expect(await wait(10)).toBe(OK);
    module.setDtr(true);
    expect(await command('ATO')).toBe('\r\nCONNECT\r\n');
  });

  it('shows by carrier detect whether the connection stands (gsm §5.6.2)', async () => {
    const { say, wait, sink, module } = await connected(TRANSPARENT);
    expect(module.carrier).toBe(true);
    await wait(1000);
    await say('+++', 600);
    expect(module.carrier).toBe(true);
    sink.peers[0]?.end();
    expect(await wait(100)).toBe('\r\nCLOSED\r\n');
    expect(module.carrier).toBe(false);
  });

  it('ends with CLOSED behind the last data; +++ then is only echoed (gsm §6.3)', async () => {
    const { say, wait, sink, command, module } = await connected(TRANSPARENT);
    sink.peers[0]?.write(Buffer.from('measurement 17'));
    sink.peers[0]?.end();
    expect(await wait(200)).toBe('measurement 17\r\nCLOSED\r\n');
    expect(module.state).toMatchObject({ dataMode: undefined, sockets: [] });
    expect(await command('ATE1')).toBe(OK);
    await wait(1000);
    expect(await say('+++', 2000)).toBe('+++');
    expect(await command('AT+QIDEACT', 500)).toBe('AT+QIDEACT\r\r\nDEACT OK\r\n');
  });

  it('ends with +PDP DEACT when the context is lost, and comes back after AT+QIDEACT', async () => {
    const { wait, command, module, sink } = await connected(TRANSPARENT);
    sink.peers[0]?.write(Buffer.from('measurement 18'));
    await wait(100);
    module.inject({ kind: 'pdpdeact' });
    expect(await wait(100)).toBe('\r\n+PDP DEACT\r\n');
    expect(module.state).toMatchObject({
      dataMode: undefined,
      sockets: [],
      contexts: [{ state: 'lost' }, {}],
    });
    expect(await command('AT+QISTAT')).toBe('\r\nOK\r\n\r\nSTATE: PDP DEACT\r\n');
    expect(await command('AT+QIOPEN="TCP","124.79.167.121",7007')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIDEACT', 500)).toBe('\r\nDEACT OK\r\n');
    expect(await command('AT+QIOPEN="TCP","124.79.167.121",7007', OPEN_MS)).toBe('\r\nOK\r\n\r\nCONNECT\r\n');
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('has the faults of data mode: missed escapes, refused and dead resumes', async () => {
    const { say, wait, sink, command, module } = await connected(TRANSPARENT);
    await wait(1000);
    module.inject({ kind: 'missEscape' });
    expect(await say('+++', 600)).toBe('');
    await wait(1000);
    expect(Buffer.from(sink.take()).toString()).toBe('+++');
    expect(await say('+++', 600)).toBe(OK);
    module.inject({ kind: 'silentResume' });
    expect(await command('ATO')).toBe('\r\nNO CARRIER\r\n');
    module.inject({ kind: 'deadResume' });
    expect(await command('ATO')).toBe('\r\nCONNECT\r\n');
    await say('lost', 1000);
    expect(module.state.sockets).toMatchObject([{ acceptedBytes: 7, acknowledgedBytes: 3 }]);
  });
});

describe('a transparent server', () => {
  it('gives the port to whoever comes (gsm §4.2)', async () => {
    const { network, command, wait, say, configure, module } = await gsm();
    await configure('AT+QIMODE=1');
    expect(await command('AT+QISERVER', OPEN_MS)).toBe('\r\nOK\r\n\r\nSERVER OK\r\n');
    const client = network.dial(2020, { address: '10.79.141.26' });
    const got: string[] = [];
    client.onData = (bytes) => got.push(Buffer.from(bytes).toString());
    expect(await wait(200)).toBe('\r\nREMOTE IP: 10.79.141.26\r\n\r\nCONNECT\r\n');
    expect(module.state).toMatchObject({ dataMode: 0 });
    await say(WELCOME, 500);
    expect(got.join('')).toBe(WELCOME);
    client.write(Buffer.from(WELCOME));
    expect(await wait(500)).toBe(WELCOME);
    expect(await say('+++', 600)).toBe(OK);
    expect(await command('AT+QISACK')).toBe('\r\n+QISACK: 30, 30, 0\r\n\r\nOK\r\n');
    expect(await command('AT+QICLOSE', 200)).toBe('\r\nCLOSE OK\r\n');
    await configure('AT+QISRVC=2');
    expect(await command('AT+QICLOSE', 200)).toBe('\r\nCLOSE OK\r\n');
    expect(await command('AT+QICLOSE')).toBe('\r\nERROR\r\n');
  });

  it('turns others away while the port is taken', async () => {
    const { network, command, wait, configure, module } = await gsm();
    await configure('AT+QIMODE=1');
    await command('AT+QISERVER', OPEN_MS);
    network.dial(2020);
    expect(await wait(200)).toContain('CONNECT');
    network.dial(2020);
    expect(await wait(200)).toBe('');
    expect(module.state.sockets.filter(({ service }) => service === 'TCP INCOMING')).toHaveLength(1);
  });
});

it('UDP is transparent too: a packet is a datagram', async () => {
  const { network, command, wait, say, configure, module } = await gsm();
  await configure('AT+QIMODE=1');
  const peer = network.bindPeer(5000);
  const got: string[] = [];
  peer.onMessage = (bytes) => got.push(Buffer.from(bytes).toString());
  expect(await command('AT+QIOPEN="UDP","203.0.113.9",5000', OPEN_MS)).toBe('\r\nOK\r\n\r\nCONNECT\r\n');
  await say('one', 500);
  await say('two', 500);
  expect(got).toEqual(['one', 'two']);
  peer.send(Buffer.from('answer'), module.state.sockets[0]?.localPort ?? 0);
  expect(await wait(500)).toBe('answer');
  expect(await say('+++', 600)).toBe(OK);
});

it('the escape goes by the times of the bytes on a paced line', async () => {
  const { say, wait, sink, command } = await gsm({ baud: 9600 });
  await command('AT+QIMODE=1', 200);
  expect(await command('AT+QIOPEN="TCP","124.79.167.121",7007', OPEN_MS)).toContain('CONNECT\r\n');
  await wait(1000);
  await say('x'.repeat(96), 700);
  // The last byte was over 100 ms after the first: 500 ms of silence since.
  expect(await say('+++', 700)).toBe(OK);
  expect(sink.lengthBytes).toBe(96);
  expect(await command('ATO', 100)).toBe('\r\nCONNECT\r\n');
  await say('x'.repeat(96), 590);
  expect(await say('+++', 700)).toBe('');
});
