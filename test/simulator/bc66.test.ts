/** The examples of the BC66 TCP/IP manual, byte by byte, and what its tables say. */
import { sinkPeer } from '../../simulator/index.ts';
import { type Bench, type BenchOptions, bench, closeBenches } from './host.ts';

afterEach(closeBenches);

const OPEN = 'AT+QIOPEN=1,0,"TCP","220.180.239.212",8062,1234,0';

/** A module without echo, with a peer on port 8062 that collects. */
async function bc66(options?: BenchOptions): Promise<Bench & { readonly sink: ReturnType<typeof sinkPeer> }> {
  const made = bench({ dialect: 'bc66', ...options });
  const sink = sinkPeer();
  made.network.listen(8062, sink.accept);
  await made.command('ATE0');
  return { ...made, sink };
}

/** The same with socket 0 open. */
async function connected(
  options?: BenchOptions,
  mode = 0,
): Promise<Bench & { readonly sink: ReturnType<typeof sinkPeer> }> {
  const made = await bc66(options);
  const answer = await made.command(OPEN.replace(/0$/, String(mode)), 200);
  expect(answer).toBe('\r\nOK\r\n\r\n+QIOPEN: 0,0\r\n');
  return made;
}

describe('bc66 chapter 4', () => {
  it('opens a socket without any context command, and shows its state (bc66 §4.1.1)', async () => {
    const { command, module } = await connected();
    expect(await command('AT+QISTATE=1,0')).toBe(
      '\r\n+QISTATE: 0,"TCP","220.180.239.212",8062,1234,2,1,0\r\n\r\nOK\r\n',
    );
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('shows the service as a number when told so, as the examples do', async () => {
    const { command } = await connected({ numbersServiceTypes: true });
    expect(await command('AT+QISTATE=1,0')).toBe(
      '\r\n+QISTATE: 0,1,"220.180.239.212",8062,1234,2,1,0\r\n\r\nOK\r\n',
    );
  });

  it('sends what stands in the line, and says SEND OK behind OK (bc66 §4.1.2)', async () => {
    const { command, wait, sink, module } = await connected();
    expect(await command('AT+QISEND=0,10,1234567890')).toBe('\r\nOK\r\n\r\nSEND OK\r\n');
    expect(await command('AT+QISENDEX=0,5,3031323334')).toBe('\r\nOK\r\n\r\nSEND OK\r\n');
    await wait(100);
    expect(Buffer.from(sink.take()).toString()).toBe('123456789001234');
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('refuses a send while the result of the last one is still to come (bc66 §4.1.2)', async () => {
    const { command, wait, module } = await connected({ timing: { sendMs: 500 } });
    expect(await command('AT+QISEND=0,10,1234567890')).toBe('\r\nOK\r\n');
    expect(await command('AT+QISEND=0,10,1234567890')).toBe('\r\nERROR\r\n');
    expect(await wait(500)).toBe('\r\nSEND OK\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
    expect(await command('AT+QISEND=0,10,1234567890', 600)).toBe('\r\nOK\r\n\r\nSEND OK\r\n');
  });

  it('announces data, hands it out, and says when there is no more (bc66 §4.1.3)', async () => {
    const { command, wait, sink } = await connected();
    sink.peers[0]?.write(Buffer.from('1234567890'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0\r\n');
    expect(await command('AT+QIRD=0,512')).toBe('\r\n+QIRD: 10\r\n1234567890\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=0,512')).toBe('\r\n+QIRD: 0\r\n\r\nOK\r\n');
  });

  it('says once that the buffer is full, and lets the peer go on when it is read (bc66 §2.13.3)', async () => {
    const { command, wait, sink } = await connected();
    sink.peers[0]?.write(Buffer.alloc(6000, 0x61));
    expect(await wait(200)).toBe('\r\n+QIURC: "recv",0\r\n\r\n+QIURC: "recv",0,"buff full"\r\n');
    let read = 0;
    for (let n = 0; n < 9; n += 1) {
      const answer = await command('AT+QIRD=0,700', 100);
      read += Number(/\+QIRD: (\d+)/.exec(answer)?.[1]);
    }
    expect(read).toBe(6000);
    expect(await command('AT+QIRD=0,700')).toBe('\r\n+QIRD: 0\r\n\r\nOK\r\n');
  });

  it('closes with CLOSE OK behind OK (bc66 §4.1.4)', async () => {
    const { command } = await connected();
    expect(await command('AT+QICLOSE=0', 200)).toBe('\r\nOK\r\n\r\nCLOSE OK\r\n');
    expect(await command('AT+QISTATE=1,0')).toBe('\r\nOK\r\n');
    expect(await command('AT+QICLOSE=0', 200)).toBe('\r\nOK\r\n\r\nCLOSE FAIL\r\n');
  });

  it('pushes what arrives in direct push mode (bc66 §4.2)', async () => {
    const { command, wait, sink } = await bc66();
    expect(await command('AT+QIOPEN=1,0,"TCP","220.180.239.212",8062,0,1', 200)).toContain('+QIOPEN: 0,0');
    expect(await command('AT+QISTATE=1,0')).toBe(
      '\r\n+QISTATE: 0,"TCP","220.180.239.212",8062,0,2,1,1\r\n\r\nOK\r\n',
    );
    sink.peers[0]?.write(Buffer.from('12345'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0,5\r\n12345\r\n');
  });

  it('tells the last error (bc66 §4.5)', async () => {
    const { command } = await bc66();
    expect(await command('AT+QIOPEN=1,"UDP","220.180.239.212",8063,0,1')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toBe('\r\n+QIGETERROR: 552,invalid parameters\r\n\r\nOK\r\n');
  });

  it('pings, and tells time and addresses', async () => {
    const { command, wait } = await bc66();
    expect(await command('AT+QPING=1,"echo.example"')).toBe('\r\nOK\r\n');
    expect(await wait(5000)).toMatch(
      /^(\r\n\+QPING: 0,"192\.0\.2\.7",32,\d+,255\r\n){4}\r\n\+QPING: 0,4,4,0,\d+,\d+,\d+\r\n$/,
    );
    expect(await command('AT+QNTTP=1,"echo.example"', 200)).toMatch(
      /^\r\nOK\r\n\r\n\+QNTTP: 0,"\d\d\/\d\d\/\d\d,\d\d:\d\d:\d\d[+-]\d+"\r\n$/,
    );
    expect(await command('AT+QNTP=1,"echo.example"', 200)).toContain('\r\n+QNTP: 0,"');
    expect(await command('AT+QIDNSGIP=1,"echo.example"', 200)).toBe(
      '\r\nOK\r\n\r\n+QIURC: "dnsgip",0,1,600\r\n\r\n+QIURC: "dnsgip","192.0.2.7"\r\n',
    );
  });
});

describe('the commands of bc66', () => {
  it('have the test and read forms of the manual', async () => {
    const { command } = await bc66();
    const answers: Readonly<Record<string, string>> = {
      'AT+QIOPEN=?':
        '+QIOPEN: (1-3),(0-4),"TCP/UDP", "<IP_address>/<domain_name>",<remote_port>,<local_port>,<0-1>[,<0-1>]',
      'AT+QIOPEN?': '',
      'AT+QICLOSE=?': '',
      'AT+QISTATE=?': '',
      'AT+QISEND=?': '+QISEND: (0-4),(1-700),(DATA)',
      'AT+QIRD=?': '+QIRD: (0-4),(1-700)',
      'AT+QISENDEX=?': '+QISENDEX: (0-4),(1-700),<hex_string>',
      'AT+QISWTMD=?': '+QISWTMD: (0-4),(0-1)',
      'AT+QISWTMD?': '',
      'AT+QPING=?': '+QPING: (1-3),<host>,(1-255),(1-10)',
      'AT+QIDNSGIP=?': '+QIDNSGIP: (1-3),<hostname>',
      'AT+QICFG=?': '+QICFG: "dataformat",(0,1),(0,1)\r\n+QICFG: "viewmode",(0,1)',
      'AT+QIGETERROR=?': '',
      'AT+QNTP=?': '+QNTP: (1-3),<server>,(1-65535),(0,1)',
    };
    for (const [line, lines] of Object.entries(answers)) {
      expect(await command(line)).toBe(`${lines && `\r\n${lines}\r\n`}\r\nOK\r\n`);
    }
  });

  it('do not include those of others: no contexts, no transparent mode', async () => {
    const { command, module } = await bc66();
    for (const line of [
      'AT+QIACT=1',
      'AT+QIDEACT=1',
      'AT+QICSGP=1',
      'ATO',
      'AT+QISDE=0',
      'AT+QURCCFG="urcport"',
    ]) {
      expect(await command(line)).toBe('\r\nERROR\r\n');
    }
    expect(module.state.unknownCommands).toHaveLength(6);
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7,0,2')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIOPEN=1,0,"TCP LISTENER","127.0.0.1",0,7')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIOPEN=4,0,"TCP","192.0.2.7",7')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIOPEN=1,5,"TCP","192.0.2.7",7')).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(4);
  });

  it('show attachment and addresses', async () => {
    const { command } = await bc66();
    expect(await command('AT+CGATT?')).toBe('\r\n+CGATT: 1\r\n\r\nOK\r\n');
    expect(await command('AT+CEREG?')).toBe('\r\n+CEREG: 0,1\r\n\r\nOK\r\n');
    expect(await command('AT+CGPADDR=1')).toBe('\r\n+CGPADDR: 1,"10.7.157.1"\r\n\r\nOK\r\n');
    expect(await command('AT+CGDCONT=1,"IP","internet"')).toBe('\r\nOK\r\n');
    expect(await command('ATI')).toBe('\r\nQuectel\r\nBC66\r\nRevision: BC66NBR01A04\r\n\r\nOK\r\n');
  });

  it('send up to 700 bytes of any value with AT+QISENDEX', async () => {
    const { command, wait, sink, module } = await connected();
    const bytes = Buffer.from(Array.from({ length: 700 }, (_, at) => at % 256));
    expect(await command(`AT+QISENDEX=0,700,${bytes.toString('hex')}`)).toContain('SEND OK');
    await wait(100);
    expect(Buffer.from(sink.take()).equals(bytes)).toBe(true);
    expect(module.state.protocolViolations).toEqual([]);
    expect(await command(`AT+QISENDEX=0,701,${'00'.repeat(701)}`)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QISENDEX=0,3,0001')).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(2);
  });

  it('say SEND FAIL behind OK when the buffer is full or a fault strikes', async () => {
    const { command, module, sink, wait } = await connected({ sendBufferBytes: 5 });
    expect(await command('AT+QISEND=0,6,abcdef')).toBe('\r\nOK\r\n\r\nSEND FAIL\r\n');
    module.inject({ kind: 'sendFail', partly: 1 });
    expect(await command('AT+QISEND=0,3,abc')).toBe('\r\nOK\r\n\r\nSEND FAIL\r\n');
    module.inject({ kind: 'sendSilent' });
    expect(await command('AT+QISEND=0,1,z')).toBe('\r\nOK\r\n');
    await wait(100);
    expect(await command('AT+QISEND=0,1,y')).toBe('\r\nOK\r\n\r\nSEND OK\r\n');
    await wait(100);
    expect(Buffer.from(sink.take()).toString()).toBe('azy');
    expect(await command('AT+QISEND=1,1,y')).toBe('\r\nERROR\r\n');
  });

  it('write payload in hexadecimal and behind a comma when told so', async () => {
    const { command, wait, sink } = await connected();
    await command('AT+QICFG="viewmode",1');
    sink.peers[0]?.write(Buffer.from('1,2,3'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0\r\n');
    expect(await command('AT+QIRD=0,512')).toBe('\r\n+QIRD: 5,1,2,3\r\n\r\nOK\r\n');
    expect(await command('AT+QISWTMD=0,1')).toBe('\r\nOK\r\n');
    await command('AT+QICFG="dataformat",1,1');
    sink.peers[0]?.write(Buffer.from('hello'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",0,5,68656C6C6F\r\n');
    expect(await command('AT+QISEND=0,2,4F4B')).toContain('SEND OK');
    await wait(100);
    expect(Buffer.from(sink.take()).toString()).toBe('OK');
  });

  it('open IPv6 by protocol_type, and refuse an address of the other kind', async () => {
    const { command, module } = await bc66();
    expect(await command('AT+QIOPEN=1,0,"UDP","2001:db8::9",5000,0,0,1', 200)).toContain('+QIOPEN: 0,0');
    expect(await command('AT+QISTATE=1,0')).toBe(
      '\r\n+QISTATE: 0,"UDP","2001:db8::9",5000,0,2,1,0\r\n\r\nOK\r\n',
    );
    expect(await command('AT+QIOPEN=1,1,"UDP","2001:db8::9",5000,0,0')).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });

  it('want a failed open closed before its id is used again (bc66 §2.1)', async () => {
    const { command, module } = await bc66();
    const open = 'AT+QIOPEN=1,0,"TCP","203.0.113.9",9,0,0';
    expect(await command(open, 200)).toBe('\r\nOK\r\n\r\n+QIOPEN: 0,566\r\n');
    expect(await command('AT+QISTATE=1,0')).toContain(',0,3,1,0\r\n');
    expect(await command(open, 200)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('563,socket identity has been used');
    expect(module.state.protocolViolations).toHaveLength(1);
    expect(await command('AT+QICLOSE=0', 200)).toBe('\r\nOK\r\n\r\nCLOSE OK\r\n');
    expect(await command(open, 200)).toContain('+QIOPEN: 0,566');
  });

  it('leave what the peer sent before its end to be read (bc66 §2.13.1)', async () => {
    const { command, wait, sink } = await connected();
    sink.peers[0]?.write(Buffer.from('rest'));
    sink.peers[0]?.end();
    expect(await wait(200)).toBe('\r\n+QIURC: "recv",0\r\n\r\n+QIURC: "closed",0\r\n');
    expect(await command('AT+QIRD=0,700')).toBe('\r\n+QIRD: 4\r\nrest\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=0,700')).toBe('\r\n+QIRD: 0\r\n\r\nOK\r\n');
    expect(await command('AT+QICLOSE=0', 200)).toContain('CLOSE OK');
    expect(await command('AT+QIRD=0,700')).toBe('\r\nERROR\r\n');
  });
});

describe('the network of bc66', () => {
  it('detaches the module when a context is taken: sockets are closed, and it comes back by itself', async () => {
    const { command, wait, module } = await connected();
    await command('AT+CEREG=1');
    module.inject({ kind: 'pdpdeact' });
    expect(await wait(100)).toBe('\r\n+CEREG: 0\r\n\r\n+QIURC: "closed",0\r\n');
    expect(await command('AT+CGATT?')).toContain('+CGATT: 0');
    expect(await command('AT+QISTATE=1,0')).toContain(',3,1,0\r\n');
    expect(await command('AT+QIOPEN=1,1,"TCP","220.180.239.212",8062')).toBe('\r\nERROR\r\n');
    expect(module.state).toMatchObject({ registered: false });
    expect(await wait(2000)).toBe('\r\n+CEREG: 1\r\n');
    expect(await command('AT+QIOPEN=1,1,"TCP","220.180.239.212",8062', 200)).toContain('+QIOPEN: 1,0');
    expect(await command('AT+QICLOSE=0', 200)).toContain('CLOSE OK');
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('ends an open under way with 570', async () => {
    const { command, wait, module } = await bc66();
    expect(await command('AT+QIOPEN=1,0,"TCP","220.180.239.212",8062')).toBe('\r\nOK\r\n');
    module.inject({ kind: 'pdpdeact' });
    expect(await wait(100)).toBe('\r\n+QIOPEN: 0,570\r\n');
  });

  it('takes and gives contexts with AT+CGATT and AT+CFUN', async () => {
    const { command, wait } = await connected();
    expect(await command('AT+CGATT=0')).toBe('\r\nOK\r\n\r\n+QIURC: "closed",0\r\n');
    expect(await command('AT+QPING=1,"192.0.2.7"')).toBe('\r\nERROR\r\n');
    await command('AT+CGATT=1');
    expect(await command('AT+QPING=1,"192.0.2.7",1,1', 200)).toContain('+QPING: 0');
    await command('AT+CFUN=0');
    await command('AT+CFUN=1');
    await wait(3000);
    expect(await command('AT+QIOPEN=1,1,"TCP","220.180.239.212",8062', 200)).toContain('+QIOPEN: 1,0');
  });
});

describe('the power of bc66', () => {
  it('boots with the notices of its kind', async () => {
    const { wait, module } = await bc66();
    module.inject({ kind: 'reboot' });
    expect(await wait(6000)).toBe('\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n');
  });

  it('sleeps deeply after a silence: the first line only wakes it', async () => {
    const { command, wait, module, sink } = await connected({ sleepAfterMs: 10_000 });
    await wait(9000);
    expect(await command('AT')).toBe('\r\nOK\r\n');
    await wait(10_100);
    expect(await command('AT')).toBe('');
    expect(await command('AT')).toBe('\r\nOK\r\n');
    await wait(9000);
    sink.peers[0]?.write(Buffer.from('x'));
    expect(await wait(9000)).toBe('\r\n+QIURC: "recv",0\r\n');
    expect(await command('AT')).toBe('\r\nOK\r\n');
    expect(module.state.protocolViolations).toEqual([]);
  });
});
