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
