import { silentPeer, sinkPeer } from '../../simulator/index.ts';
import { type Bench, type BenchOptions, bench, closeBenches } from './host.ts';

afterEach(closeBenches);

const rg = (options?: BenchOptions): Bench => bench({ dialect: 'rg', ...options });

async function activated(options?: BenchOptions): Promise<Bench> {
  const made = rg(options);
  await made.activate();
  return made;
}

describe('AT+QIACTEX', () => {
  it('answers OK, and tells the outcome later, while other commands run', async () => {
    const { command, wait } = rg();
    await command('ATE0');
    await command('AT+QICSGP=1,1,"net"');
    await command('AT+QICSGP=2,2,"net"');
    await command('AT+QICSGP=3,3,"net"');
    expect(await command('AT+QIACTEX=1')).toBe('\r\nOK\r\n');
    expect(await command('AT+QIACTEX=2,0')).toBe('\r\nOK\r\n');
    expect(await command('AT+QIACTEX?')).toBe('\r\nOK\r\n');
    expect(await command('AT+CSQ')).toContain('OK');
    expect(await wait(500)).toBe('\r\n+QIACTEX: 1,0\r\n\r\n+QIACTEX: 2,0\r\n');
    expect(await command('AT+QIACTEX=3,1', 500)).toBe(
      '\r\nOK\r\n\r\n+QIACTEX: 3,0,3,"10.7.157.3","2001:db8::157:3"\r\n',
    );
    expect(await command('AT+QIACTEX?')).toBe(
      '\r\n+QIACTEX: 1,1,1,"10.7.157.1"\r\n+QIACTEX: 2,1,2,"2001:db8::157:2"\r\n' +
        '+QIACTEX: 3,1,3,"10.7.157.3","2001:db8::157:3"\r\n\r\nOK\r\n',
    );
  });

  it('tells what the network or the state of the context forbids, without an address', async () => {
    const { command, module } = await activated();
    expect(await command('AT+QIACTEX=1,1', 500)).toBe('\r\nOK\r\n\r\n+QIACTEX: 1,561\r\n');
    expect(await command('AT+QIACTEX=2,1', 500)).toBe('\r\nOK\r\n\r\n+QIACTEX: 2,573\r\n');
    await command('AT+QICSGP=2,1,"net"');
    module.inject({ kind: 'refuseActivation' });
    expect(await command('AT+QIACTEX=2,1', 500)).toBe('\r\nOK\r\n\r\n+QIACTEX: 2,561\r\n');
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('refuses a context that is busy or lost, and ids that do not exist', async () => {
    const { command, module, wait } = await activated();
    await command('AT+QICSGP=2,1,"net"');
    await command('AT+QIACTEX=2');
    expect(await command('AT+QIACTEX=2')).toBe('\r\n+CME ERROR: 568\r\n');
    expect(await command('AT+QIACT=2')).toBe('\r\n+CME ERROR: 568\r\n');
    expect(await command('AT+QIDEACTEX=2')).toBe('\r\n+CME ERROR: 568\r\n');
    expect(await wait(500)).toBe('\r\n+QIACTEX: 2,0\r\n');
    module.inject({ kind: 'pdpdeact', context: 2 });
    expect(await command('AT+QIACTEX=2')).toContain('+CME ERROR: 572\r\n');
    expect(await command('AT+QIACTEX=6')).toContain('+CME ERROR: 552\r\n');
    expect(await command('AT+QIACTEX=3,2')).toContain('+CME ERROR: 552\r\n');
    expect(module.state.protocolViolations).toHaveLength(3);
  });
});

describe('AT+QIDEACTEX', () => {
  it('answers OK, and tells the end later, with all sockets gone', async () => {
    const { command, wait, module } = await activated();
    await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7', 200);
    expect(await command('AT+QIDEACTEX=1')).toBe('\r\nOK\r\n');
    expect(await command('AT+CSQ')).toContain('OK');
    expect(module.state.sockets).toHaveLength(1);
    expect(await wait(500)).toBe('\r\n+QIDEACTEX: 1,0\r\n');
    expect(module.state.sockets).toEqual([]);
    expect(await command('AT+QIDEACTEX=1')).toBe('\r\nOK\r\n\r\n+QIDEACTEX: 1,562\r\n');
  });

  it('recovers a lost context', async () => {
    const { command, module } = await activated();
    module.inject({ kind: 'pdpdeact' });
    expect(await command('AT+QIDEACTEX=1', 500)).toContain('\r\n+QIDEACTEX: 1,0\r\n');
    expect(await command('AT+QIACTEX=1', 500)).toBe('\r\nOK\r\n\r\n+QIACTEX: 1,0\r\n');
  });

  it('ends data mode with NO CARRIER', async () => {
    const { command, wait, module } = await activated();
    await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7', 200);
    await command('AT+QIDEACTEX=1');
    expect(await command('AT+QISWTMD=0,2')).toBe('\r\nCONNECT\r\n');
    expect(await wait(500)).toBe('\r\nNO CARRIER\r\n\r\n+QIDEACTEX: 1,0\r\n');
    expect(module.state).toMatchObject({ dataMode: undefined, sockets: [] });
  });
});

describe('close/mode', () => {
  it('puts a notice behind the OK of AT+QICLOSE when it is 1', async () => {
    const { connect, command } = rg();
    await connect(0);
    await connect(1);
    expect(await command('AT+QICLOSE=0', 500)).toBe('\r\nOK\r\n');
    await command('AT+QICFG="close/mode",1');
    expect(await command('AT+QICLOSE=1', 500)).toBe('\r\nOK\r\n\r\n+QIURC: "closed",1\r\n');
    expect(await command('AT+QICLOSE=1', 500)).toBe('\r\n+CME ERROR: 567\r\n');
  });
});

describe('sendinfo', () => {
  it('reports the free space and OK in place of SEND OK and SEND FAIL', async () => {
    const { connect, command, say, network } = rg({ net: { windowBytes: 1000 } });
    network.listen(9, silentPeer);
    await connect(0, 9);
    await command('AT+QICFG="sendinfo",1');
    await command('AT+QISEND=0,5');
    expect(await say('test1')).toBe('\r\n+QISEND: 0,0,10235\r\n\r\nOK\r\n');
    await command('AT+QISEND=0');
    expect(await say('test2\x1a')).toBe('\r\n+QISEND: 0,0,10230\r\n\r\nOK\r\n');
    for (let n = 0; n < 7; n += 1) {
      await command('AT+QISEND=0,1460');
      expect(await say('x'.repeat(1460), 100)).toContain('+QISEND: 0,0,');
    }
    await command('AT+QISEND=0,1460');
    expect(await say('x'.repeat(1460))).toBe('\r\n+QISEND: 0,1,1010\r\n\r\nOK\r\n');
    expect(await command('AT+QISEND=0,0')).toBe('\r\n+QISEND: 10230,1000,9230\r\n\r\nOK\r\n');
  });

  it('reports for UDP and accepted connections, not for a UDP SERVICE', async () => {
    const { activate, command, say, network, wait } = rg();
    await activate();
    await command('AT+QICFG="sendinfo",1');
    await command('AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020', 200);
    network.dial(2020);
    await wait(100);
    await command('AT+QIOPEN=1,2,"UDP","192.0.2.7",5000', 200);
    await command('AT+QIOPEN=1,3,"UDP SERVICE","127.0.0.1",0,3030', 200);
    await command('AT+QISEND=11,2');
    expect(await say('ab')).toBe('\r\n+QISEND: 11,0,10238\r\n\r\nOK\r\n');
    await command('AT+QISEND=2,2');
    expect(await say('ab')).toBe('\r\n+QISEND: 2,0,10240\r\n\r\nOK\r\n');
    await command('AT+QISEND=3,2,"192.0.2.7",5000');
    expect(await say('ab')).toBe('\r\nSEND OK\r\n');
  });

  it('shows a send that failed as status 1, and one that was refused as an error', async () => {
    const { connect, command, say, module } = rg();
    await connect();
    await command('AT+QICFG="sendinfo",1');
    module.inject({ kind: 'sendFail' });
    await command('AT+QISEND=0,2');
    expect(await say('ab')).toBe('\r\n+QISEND: 0,1,10240\r\n\r\nOK\r\n');
    module.inject({ kind: 'sendError' });
    await command('AT+QISEND=0,2');
    expect(await say('ab')).toBe('\r\n+CME ERROR: 558\r\n');
  });
});

describe('formatcfg', () => {
  it('puts a line end behind the prompt when it is 1', async () => {
    const { connect, command, say } = rg();
    await connect();
    await command('AT+QICFG="formatcfg",1');
    expect(await command('AT+QISEND=0,4')).toBe('\r\n>\r\n');
    expect(await say('test')).toBe('\r\nSEND OK\r\n');
    await command('AT+QICFG="formatcfg",0');
    expect(await command('AT+QISEND=0,4')).toBe('\r\n> ');
    await say('test');
  });
});

describe('errors', () => {
  const refused: [string, number][] = [
    ['AT+QICSGP=9', 552],
    ['AT+QIACT=2', 573],
    ['AT+QIDEACT=2', 562],
    ['AT+QICLOSE=7', 567],
    ['AT+QISTATE=2,0', 552],
    ['AT+QISEND=7', 567],
    ['AT+QIRD=7,10', 567],
    ['AT+QISWTMD=7,1', 567],
    ['AT+QPING=9,"x"', 552],
    ['AT+QIDNSCFG=9', 552],
    ['AT+QISDE=2', 552],
    ['AT+QICFG="none"', 552],
  ];
  it.each(refused)('of %s have the number %d', async (line, code) => {
    const { command } = rg();
    await command('ATE0');
    expect(await command(line)).toBe(`\r\n+CME ERROR: ${code}\r\n`);
    expect(await command('AT+QIGETERROR')).toContain(`+QIGETERROR: ${code}, `);
  });

  it('are plain with AT+CMEE=0, or when the module is made so', async () => {
    const { command } = rg();
    await command('ATE0');
    await command('AT+CMEE=0');
    expect(await command('AT+QIACT=2')).toBe('\r\nERROR\r\n');
    const plain = rg({ errorStyle: 'plain' });
    await plain.command('ATE0');
    expect(await plain.command('AT+QIACT=2')).toBe('\r\nERROR\r\n');
    const numbered = bench({ errorStyle: 'cme' });
    await numbered.command('ATE0');
    expect(await numbered.command('AT+QIACT=2')).toBe('\r\n+CME ERROR: 573\r\n');
  });

  it('have the words of this generation', async () => {
    const { command } = rg();
    await command('ATE0');
    await command('AT+QIDEACT=2');
    expect(await command('AT+QIGETERROR')).toContain('562, PDP context closure failed');
  });
});

describe('AT+QIOPEN', () => {
  it('limits the clients of a listener, and names it when it is full', async () => {
    const { activate, command, network, wait } = rg();
    await activate();
    expect(await command('AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,0,1,30', 200)).toContain(
      '+QIOPEN: 1,0',
    );
    expect(await command('AT+QISTATE=1,1')).toContain('1,"TCP LISTENER","127.0.0.1",0,2020,3,1,1,0,');
    const first = network.dial(2020);
    expect(await wait(100)).toContain('"incoming",11,1,');
    const story: string[] = [];
    network.dial(2020).onRefused = () => story.push('refused');
    expect(await wait(100)).toBe('\r\n+QIURC: "incoming full",1\r\n');
    expect(story).toEqual(['refused']);
    first.end();
    await wait(100);
    await command('AT+QICLOSE=11', 500);
    network.dial(2020);
    expect(await wait(100)).toContain('"incoming",11,1,');
  });

  it('lets nobody in when the limit is 0', async () => {
    const { command, network, wait } = await activated();
    await command('AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,0,0', 200);
    network.dial(2020);
    expect(await wait(100)).toBe('\r\n+QIURC: "incoming full",1\r\n');
  });

  it('tries a connect again for as long as it is told', async () => {
    const { command, network, wait } = await activated();
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",9,0,0,11,10', 3000)).toBe('\r\nOK\r\n');
    const sink = sinkPeer();
    network.listen(9, sink.accept);
    expect(await wait(2000)).toBe('\r\n+QIOPEN: 0,0\r\n');
    expect(sink.peers).toHaveLength(1);
    expect(await command('AT+QIOPEN=1,1,"TCP","192.0.2.7",10,0,0,11,10', 9900)).toBe('\r\nOK\r\n');
    expect(await wait(200)).toBe('\r\n+QIOPEN: 1,569\r\n');
    expect(await command('AT+QIOPEN=1,2,"TCP","192.0.2.7",10', 500)).toContain('+QIOPEN: 2,566');
  });

  it('stops trying when the socket is closed', async () => {
    const { command, network, wait } = await activated();
    await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",9,0,0,11,150', 3000);
    expect(await command('AT+QICLOSE=0', 500)).toBe('\r\nOK\r\n');
    const sink = sinkPeer();
    network.listen(9, sink.accept);
    expect(await wait(160_000)).toBe('');
    expect(sink.peers).toHaveLength(0);
  });

  it.each(['12', '11,9', '11,151', '11,150,0'])('refuses …,%s', async (rest) => {
    const { command, module } = await activated();
    expect(await command(`AT+QIOPEN=1,0,"TCP","192.0.2.7",7,0,0,${rest}`)).toBe('\r\n+CME ERROR: 552\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });
});

describe('the tools', () => {
  it('ping with the size that was asked for', async () => {
    const { command } = await activated();
    expect(await command('AT+QPING=1,"192.0.2.7",4,1,1500', 500)).toContain('+QPING: 0,"192.0.2.7",1500,');
    expect(await command('AT+QPING=1,"192.0.2.7",4,1', 500)).toContain('+QPING: 0,"192.0.2.7",32,');
    expect(await command('AT+QPING=1,"192.0.2.7",4,1,31')).toBe('\r\n+CME ERROR: 552\r\n');
    const lte = bench();
    await lte.activate();
    expect(await lte.command('AT+QPING=1,"192.0.2.7",4,1,32')).toBe('\r\nERROR\r\n');
  });

  it('take only DNS servers that fit the context', async () => {
    const { command } = await activated();
    expect(await command('AT+QIDNSCFG=1,"2001:db8::53"')).toBe('\r\n+CME ERROR: 552\r\n');
    expect(await command('AT+QIDNSCFG=1,"192.0.2.53","192.0.2.54"')).toBe('\r\nOK\r\n');
  });
});
