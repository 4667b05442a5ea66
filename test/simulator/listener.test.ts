import type { MemoryClient } from '../../simulator/index.ts';
import { type Bench, type BenchOptions, bench, closeBenches } from './host.ts';

afterEach(closeBenches);

async function listening(mode = 0, options?: BenchOptions): Promise<Bench> {
  const made = bench(options);
  await made.activate();
  const line = `AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,${mode}`;
  expect(await made.command(line, 200)).toBe('\r\nOK\r\n\r\n+QIOPEN: 1,0\r\n');
  return made;
}

/** A client, and what became of it so far. */
function dial({ network }: Bench, port = 2020): { client: MemoryClient; story: string[] } {
  const client = network.dial(port, { address: '172.31.242.222' });
  const story: string[] = [];
  client.onOpen = () => story.push('open');
  client.onRefused = () => story.push('refused');
  client.onClosed = () => story.push('closed');
  client.onData = (bytes) => story.push(Buffer.from(bytes).toString());
  client.onEnd = () => {
    story.push('end');
    client.end();
  };
  return { client, story };
}

describe('a TCP LISTENER', () => {
  it('listens on its own address', async () => {
    const { command, module } = await listening();
    expect(await command('AT+QISTATE=0,1')).toBe(
      '\r\n+QISTATE: 1,"TCP LISTENER","10.7.157.1",0,2020,3,1,1,0,"uart1"\r\n\r\nOK\r\n',
    );
    expect(module.state.sockets).toMatchObject([{ service: 'TCP LISTENER', state: 3 }]);
  });

  it('gives an accepted connection the highest free id', async () => {
    const made = await listening();
    const { command, say, wait, module } = made;
    const { client, story } = dial(made);
    expect(await wait(100)).toBe(`\r\n+QIURC: "incoming",11,1,"172.31.242.222",${client.port}\r\n`);
    expect(await command('AT+QISTATE=1,11')).toBe(
      `\r\n+QISTATE: 11,"TCP INCOMING","172.31.242.222",${client.port},2020,2,1,1,0,"uart1"\r\n\r\nOK\r\n`,
    );
    client.write(Buffer.from('test'));
    expect(await wait(100)).toBe('\r\n+QIURC: "recv",11\r\n');
    expect(await command('AT+QIRD=11,1500')).toBe('\r\n+QIRD: 4\r\ntest\r\n\r\nOK\r\n');
    expect(await command('AT+QIRD=11,0')).toBe('\r\n+QIRD: 4,4,0\r\n\r\nOK\r\n');
    await command('AT+QISEND=11,6');
    expect(await say('answer', 100)).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QISEND=11,0')).toBe('\r\n+QISEND: 6,6,0\r\n\r\nOK\r\n');
    expect(story).toEqual(['open', 'answer']);
    dial(made);
    expect(await wait(100)).toContain('"incoming",10,1,');
    expect(module.state.sockets).toMatchObject([{ id: 1 }, { id: 10, serverId: 1 }, { id: 11 }]);
  });

  it('tells of the connection before its data, in the access mode of the listener', async () => {
    const made = await listening(1);
    const { client } = dial(made);
    client.write(Buffer.from('GET /'));
    client.end();
    expect(await made.wait(200)).toBe(
      `\r\n+QIURC: "incoming",11,1,"172.31.242.222",${client.port}\r\n` +
        '\r\n+QIURC: "recv",11,5\r\nGET /\r\n\r\n+QIURC: "closed",11\r\n',
    );
    expect(await made.command('AT+QISTATE=1,11')).toContain(',2020,4,1,1,1,');
    expect(await made.command('AT+QICLOSE=11', 200)).toBe('\r\nOK\r\n');
  });

  it('stops listening when it is closed, and leaves its connections alone', async () => {
    const made = await listening();
    const { command, say, wait } = made;
    const { story } = dial(made);
    await wait(100);
    expect(await command('AT+QICLOSE=1', 200)).toBe('\r\nOK\r\n');
    const late = dial(made);
    expect(await wait(100)).toBe('');
    expect(late.story).toEqual(['refused']);
    await command('AT+QISEND=11,5');
    await say('still', 100);
    expect(story).toEqual(['open', 'still']);
    expect(await command('AT+QICLOSE=11', 200)).toBe('\r\nOK\r\n');
    await wait(100);
    expect(story).toEqual(['open', 'still', 'end', 'closed']);
  });

  it('refuses a client for whom no id is free', async () => {
    const made = await listening();
    for (const id of [0, 2, 3, 4, 5, 6, 7, 8, 9, 10]) await made.connect(id);
    const first = dial(made);
    expect(await made.wait(100)).toContain('"incoming",11,1,');
    const second = dial(made);
    expect(await made.wait(100)).toBe('\r\n+QIURC: "incoming full"\r\n');
    expect([first.story, second.story]).toEqual([['open'], ['refused']]);
    await made.command('AT+QICLOSE=5', 500);
    dial(made);
    expect(await made.wait(100)).toContain('"incoming",5,1,');
  });

  it('lets clients wait while tcp/accept is 0, with what they send', async () => {
    const made = await listening();
    const { command, wait, module } = made;
    await command('AT+QICFG="tcp/accept",0');
    const { client, story } = dial(made);
    client.write(Buffer.from('early'));
    expect(await wait(100)).toBe('');
    expect(story).toEqual(['open']);
    expect(module.state.sockets).toHaveLength(1);
    expect(await command('AT+QICFG="tcp/accept",1', 100)).toMatch(
      /^\r\nOK\r\n\r\n\+QIURC: "incoming",11,.*\r\n\r\n\+QIURC: "recv",11\r\n$/,
    );
    expect(await command('AT+QIRD=11')).toContain('early');
  });

  it('refuses those who wait when it ends, and when too many wait', async () => {
    const made = await listening();
    await made.command('AT+QICFG="tcp/accept",0');
    const stories = [1, 2, 3, 4, 5, 6].map(() => dial(made).story);
    await made.wait(100);
    expect(stories.map(([first]) => first)).toEqual(['open', 'open', 'open', 'open', 'open', 'refused']);
    await made.command('AT+QICLOSE=1', 200);
    expect(stories[0]).toEqual(['open', 'closed']);
    expect(made.network.openConnections).toBe(0);
  });

  it('takes a client that has gone while it waited for one that closes', async () => {
    const made = await listening();
    await made.command('AT+QICFG="tcp/accept",0');
    const { client } = dial(made);
    await made.wait(100);
    client.reset();
    await made.wait(100);
    expect(await made.command('AT+QICFG="tcp/accept",1', 100)).toMatch(
      /"incoming",11,.*\r\n\r\n\+QIURC: "closed",11\r\n$/,
    );
  });

  it('tells 556 for a port in use', async () => {
    const { command } = await listening();
    const line = 'AT+QIOPEN=1,2,"TCP LISTENER","127.0.0.1",0,2020';
    expect(await command(line, 200)).toBe('\r\nOK\r\n\r\n+QIOPEN: 2,556\r\n');
  });

  it('carries no data itself', async () => {
    const { command } = await listening();
    for (const line of ['AT+QISEND=1,4', 'AT+QISEND=1,0', 'AT+QIRD=1,10', 'AT+QISENDEX=1,"41"']) {
      expect(await command(line)).toBe('\r\nERROR\r\n');
    }
    expect(await command('AT+QISWTMD=1,1')).toBe('\r\nOK\r\n');
  });

  it.each([
    'AT+QIOPEN=1,2,"TCP LISTENER","192.0.2.7",0,2021',
    'AT+QIOPEN=1,2,"TCP LISTENER","127.0.0.1",80,2021',
    'AT+QIOPEN=1,2,"TCP LISTENER","127.0.0.1",0,0',
  ])('is not opened by %s', async (line) => {
    const { command, module } = await listening();
    expect(await command(line)).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });

  it('ends with its context, and its connections with it', async () => {
    const made = await listening();
    const { command, wait, module, network } = made;
    const { story } = dial(made);
    await wait(100);
    module.inject({ kind: 'pdpdeact' });
    expect(await wait(100)).toBe('\r\n+QIURC: "pdpdeact",1\r\n');
    expect(story).toEqual(['open', 'closed']);
    expect(network.openPorts).toBe(0);
    expect(module.state.sockets).toMatchObject([
      { id: 1, state: 4 },
      { id: 11, state: 4 },
    ]);
    await command('AT+QIDEACT=1', 500);
    expect(module.state.sockets).toEqual([]);
  });

  it('meets nobody in a black hole', async () => {
    const made = await listening();
    made.module.inject({ kind: 'blackHole', forMs: 1000 });
    dial(made);
    expect(await made.wait(900)).toBe('');
    expect(await made.wait(200)).toContain('"incoming",11,1,');
  });
});
