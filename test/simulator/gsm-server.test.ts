/** Servers of gsm (gsm §3.2, §3.4, §5.1), and the two contexts (gsm chapter 7). */
import { connected, type GsmBench, gsm, OK, OPEN_MS, WELCOME } from './gsm-bench.ts';
import { type BenchOptions, closeBenches } from './host.ts';

afterEach(closeBenches);

const VISITOR = { address: '10.79.141.26' };
const CLOSE_OK = '\r\nCLOSE OK\r\n';

async function serving(
  command: string,
  lines: readonly string[] = [],
  options?: BenchOptions,
): Promise<GsmBench> {
  const made = await gsm(options);
  await made.configure(...lines);
  expect(await made.command(command, OPEN_MS)).toBe('\r\nOK\r\n\r\nSERVER OK\r\n');
  return made;
}

describe('a single server', () => {
  it('listens, accepts one client, sends to it and beside it as a client, and closes all (gsm §3.2)', async () => {
    const { command, say, wait, network, sink, module, configure } = await serving('AT+QISERVER');
    expect(await command('AT+QILOCIP')).toBe('\r\n10.7.157.100\r\n');
    expect(await command('AT+QILPORT?')).toBe('\r\nTCP: 2020\r\nUDP: 3030\r\n\r\nOK\r\n');
    expect(await command('AT+QISSTAT')).toBe('\r\nOK\r\n\r\nS: LISTENNING\r\n');
    const visitor = network.dial(2020, VISITOR);
    const got: string[] = [];
    visitor.onData = (bytes) => got.push(Buffer.from(bytes).toString());
    expect(await wait(200)).toBe('\r\nREMOTE IP: 10.79.141.26\r\n');
    expect(await command('AT+QIOPEN="TCP","124.79.167.121",7007', OPEN_MS)).toBe(
      '\r\nOK\r\n\r\nCONNECT OK\r\n',
    );
    await configure('AT+QISRVC=2');
    await command('AT+QISEND');
    expect(await say(`${WELCOME}\x1a`, 100)).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QISACK')).toBe('\r\n+QISACK: 30, 30, 0\r\n\r\nOK\r\n');
    expect(got.join('')).toBe(WELCOME);
    await configure('AT+QISRVC=1');
    expect(await command('AT+QISACK')).toBe('\r\n+QISACK: 0, 0, 0\r\n\r\nOK\r\n');
    sink.peers[0]?.write(Buffer.from(WELCOME));
    expect(await wait(100)).toBe(WELCOME);
    expect(module.state.sockets).toMatchObject([
      { id: 0, role: 'client' },
      { id: 0, role: 'server', service: 'TCP INCOMING' },
      { role: 'server', service: 'TCP LISTENER' },
    ]);
    await configure('AT+QISRVC=2');
    expect(await command('AT+QICLOSE', 200)).toBe(CLOSE_OK);
    expect(await command('AT+QICLOSE', 200)).toBe(CLOSE_OK);
    await configure('AT+QISRVC=1');
    expect(await command('AT+QICLOSE', 200)).toBe(CLOSE_OK);
    expect(await command('AT+QIDEACT', 500)).toBe('\r\nDEACT OK\r\n');
    expect(module.state).toMatchObject({ sockets: [], protocolViolations: [] });
  });

  it('closes the server at once when nobody has come, and refuses a second server', async () => {
    const { command, configure } = await serving('AT+QISERVER=0');
    expect(await command('AT+QISERVER')).toBe('\r\nERROR\r\n');
    await configure('AT+QISRVC=2');
    expect(await command('AT+QICLOSE', 200)).toBe(CLOSE_OK);
    expect(await command('AT+QISSTAT')).toBe('\r\nOK\r\n\r\nS: INITIAL\r\n');
    expect(await command('AT+QISERVER', OPEN_MS)).toContain('SERVER OK');
  });

  it('tells a UDP client when its first datagram comes', async () => {
    const { wait, network, command, say, configure } = await serving('AT+QISERVER=1', ['AT+QIHEAD=1']);
    const peer = network.bindPeer(5000, '10.79.141.26');
    const got: string[] = [];
    peer.onMessage = (bytes) => got.push(Buffer.from(bytes).toString());
    expect(await wait(200)).toBe('');
    peer.send(Buffer.from('first'), 3030);
    expect(await wait(200)).toBe('\r\nREMOTE IP: 10.79.141.26\r\n\r\nIPD5:first');
    await configure('AT+QISRVC=2');
    await command('AT+QISEND=2');
    expect(await say('hi', 100)).toBe('\r\nSEND OK\r\n');
    expect(got).toEqual(['hi']);
  });

  it('listens on the port that AT+QILPORT sets', async () => {
    const { wait, network } = await serving('AT+QISERVER', ['AT+QILPORT="TCP",8080']);
    network.dial(8080, VISITOR);
    expect(await wait(200)).toBe('\r\nREMOTE IP: 10.79.141.26\r\n');
  });

  it('announces what its client sends with its role when AT+QINDI=1', async () => {
    const { wait, network, command } = await serving('AT+QISERVER', ['AT+QINDI=1']);
    const visitor = network.dial(2020, VISITOR);
    visitor.onOpen = () => visitor.write(Buffer.from('hello'));
    expect(await wait(300)).toBe('\r\nREMOTE IP: 10.79.141.26\r\n\r\n+QIRDI:0,2,0\r\n');
    expect(await command('AT+QIRD=0,2,0,100')).toMatch(
      /^\r\n\+QIRD:10\.79\.141\.26:\d+,TCP,5\r\nhello\r\nOK\r\n$/,
    );
  });

  it('is refused with ERROR when the network refuses the context', async () => {
    const { command, module } = await gsm();
    module.inject({ kind: 'refuseActivation' });
    expect(await command('AT+QISERVER', OPEN_MS)).toBe('\r\nERROR\r\n');
    expect(module.state.sockets).toEqual([]);
    expect(await command('AT+QISERVER', OPEN_MS)).toContain('SERVER OK');
  });
});

describe('a server with several clients', () => {
  it('gives each the lowest free index, and tells data and ends by it (gsm §3.4)', async () => {
    const { command, say, wait, network, configure, module } = await serving('AT+QISERVER=0,3', [
      'AT+QIMUX=1',
    ]);
    const first = network.dial(2020, VISITOR);
    expect(await wait(200)).toBe('\r\n0, REMOTE IP: 10.79.141.26\r\n');
    expect(await command('AT+QIOPEN=3,"TCP","124.79.167.121",7007', OPEN_MS)).toBe(
      '\r\nOK\r\n\r\n3, CONNECT OK\r\n',
    );
    await configure('AT+QISRVC=2');
    await command('AT+QISEND=0');
    expect(await say(`${WELCOME}\x1a`, 100)).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QISEND=3')).toBe('\r\nERROR\r\n');
    first.write(Buffer.from(WELCOME));
    expect(await wait(100)).toBe(`\r\n+RECEIVE: 0, 30\r\n${WELCOME}`);
    expect(await command('AT+QISTATE')).toContain(
      '\r\nSTATE: IP PROCESSING\r\n\r\n+QISTATE: 0,"TCP","10.79.141.26",',
    );
    const second = network.dial(2020, { address: '10.79.141.27' });
    expect(await wait(200)).toBe('\r\n1, REMOTE IP: 10.79.141.27\r\n');
    second.end();
    expect(await wait(200)).toBe('\r\n1, CLOSED\r\n');
    expect(await command('AT+QICLOSE=0', 200)).toBe('\r\n0, CLOSE OK\r\n');
    expect(await command('AT+QICLOSE', 200)).toBe(CLOSE_OK);
    await configure('AT+QISRVC=1');
    expect(await command('AT+QICLOSE=3', 200)).toBe('\r\n3, CLOSE OK\r\n');
    expect(await command('AT+QIDEACT', 500)).toBe('\r\nDEACT OK\r\n');
    expect(module.state).toMatchObject({ sockets: [], protocolViolations: [] });
  });

  it('takes no more clients than it was told, and five connections in all', async () => {
    const { command, wait, network } = await serving('AT+QISERVER=0,2', ['AT+QIMUX=1']);
    for (const index of [5, 4, 3]) {
      expect(await command(`AT+QIOPEN=${index},"TCP","192.0.2.7",7`, OPEN_MS)).toContain('CONNECT OK');
    }
    for (let n = 0; n < 3; n += 1) network.dial(2020, VISITOR);
    expect(await wait(300)).toBe('\r\n0, REMOTE IP: 10.79.141.26\r\n\r\n1, REMOTE IP: 10.79.141.26\r\n');
    expect(await command('AT+QIOPEN=2,"TCP","192.0.2.7",7', OPEN_MS)).toBe('\r\nERROR\r\n');
  });

  it('has six connections without a server', async () => {
    const { command, configure, module } = await gsm();
    await configure('AT+QIMUX=1');
    for (let index = 0; index < 6; index += 1) {
      expect(await command(`AT+QIOPEN=${index},"TCP","192.0.2.7",7`, OPEN_MS)).toContain('CONNECT OK');
    }
    expect(module.state.sockets).toHaveLength(6);
    expect(await command('AT+QIOPEN=6,"TCP","192.0.2.7",7')).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });
});

describe('two contexts', () => {
  it('have a client and a server at the same time (gsm §7.2)', async () => {
    const { command, wait, network, configure, module } = await connected(['AT+QICSGP=1,"CMNET"']);
    expect(await command('AT+QILOCIP')).toBe('\r\n10.7.157.100\r\n');
    await configure('AT+QIFGCNT=1', 'AT+QICSGP=1,"CMNET"', 'AT+QIMUX=1', 'AT+QIMODE=0');
    expect(await command('AT+QISERVER=0,3', OPEN_MS)).toBe('\r\nOK\r\n\r\nSERVER OK\r\n');
    expect(await command('AT+QILOCIP')).toBe('\r\n10.7.157.1\r\n');
    network.dial(2020, VISITOR);
    expect(await wait(200)).toBe('\r\n0, REMOTE IP: 10.79.141.26\r\n');
    expect(module.state.contexts).toEqual([
      { id: 0, state: 'active' },
      { id: 1, state: 'active' },
    ]);
    expect(module.state.sockets).toMatchObject([
      { id: 0, contextId: 0 },
      { id: 0, contextId: 1, role: 'server' },
      { contextId: 1, service: 'TCP LISTENER' },
    ]);
    expect(await command('AT+QIDEACT', 500)).toBe('\r\nDEACT OK\r\n');
    expect(module.state.sockets).toMatchObject([{ id: 0, contextId: 0 }]);
    await configure('AT+QIFGCNT=0');
    expect(await command('AT+QISTAT')).toBe('\r\nOK\r\n\r\nSTATE: CONNECT OK\r\n');
  });

  it('have no transparent mode while the other is active (gsm §7.2)', async () => {
    const { command, configure, module } = await connected();
    await configure('AT+QIFGCNT=1');
    expect(await command('AT+QIMODE=1')).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
    await configure('AT+QIFGCNT=0');
    await command('AT+QIDEACT', 500);
    await configure('AT+QIFGCNT=1', 'AT+QIMODE=1', 'AT+QIFGCNT=0');
    expect(await command('AT+QIOPEN="TCP","192.0.2.7",7', OPEN_MS)).toContain('CONNECT OK');
    await configure('AT+QIFGCNT=1');
    expect(await command('AT+QIOPEN="TCP","192.0.2.7",7', OPEN_MS)).toBe('\r\nERROR\r\n');
    expect(module.state.sockets).toHaveLength(1);
    expect(await command('AT')).toBe(OK);
  });
});
