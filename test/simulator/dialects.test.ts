import type { VirtualDialect } from '../../simulator/index.ts';
import { type Bench, bench, closeBenches } from './host.ts';

afterEach(closeBenches);

const DIALECTS: readonly VirtualDialect[] = ['lte', 'ugxx', 'rg'];

async function quiet(dialect: VirtualDialect): Promise<Bench> {
  const made = bench({ dialect, errorStyle: 'plain' });
  await made.command('ATE0');
  return made;
}

async function activated(dialect: VirtualDialect): Promise<Bench> {
  const made = bench({ dialect, errorStyle: 'plain' });
  await made.activate();
  return made;
}

describe('the virtual module', () => {
  it.each([
    ['lte', '\r\nQuectel\r\nEC25\r\nRevision: EC25EFAR06A01M4G\r\n', 'EC25'],
    ['ugxx', '\r\nQuectel\r\nUG96\r\nRevision: UG96LNAR02A06E1G\r\n', 'UG96'],
    ['rg', '\r\nQuectel\r\nRG500U-CN\r\nRevision: RG500UCNAAR03A01M2G\r\n', 'RG500U-CN'],
  ] as const)('of dialect %s says what it is', async (dialect, identity, model) => {
    const { command } = await quiet(dialect);
    expect(await command('ATI')).toBe(`${identity}\r\nOK\r\n`);
    expect(await command('AT+CGMM')).toBe(`\r\n${model}\r\n\r\nOK\r\n`);
  });

  it('is an EG91 or EG95 when told so', async () => {
    const { command } = bench({ model: 'EG95' });
    expect(await command('ATI')).toContain('EG95\r\nRevision: EG95EFAR06A01M4G');
  });

  it.each([
    ['lte', ['CREG', 'CGREG', 'CEREG'], ['C5GREG'], 7],
    ['ugxx', ['CREG', 'CGREG'], ['CEREG', 'C5GREG'], 2],
    ['rg', ['CREG', 'CGREG', 'CEREG', 'C5GREG'], [], 11],
  ] as const)(
    'of dialect %s registers with the networks that there are',
    async (dialect, known, unknown, act) => {
      const { command, module } = await quiet(dialect);
      for (const domain of known) {
        await command(`AT+${domain}=2`);
        expect(await command(`AT+${domain}?`)).toBe(
          `\r\n+${domain}: 2,1,"0B1C","0A2B3C4D",${act}\r\n\r\nOK\r\n`,
        );
      }
      for (const domain of unknown) expect(await command(`AT+${domain}?`)).toContain('ERROR');
      expect(module.state.unknownCommands).toHaveLength(unknown.length);
      expect(await command('AT+COPS?')).toContain(`,${act}\r\n`);
    },
  );

  it.each([
    ['lte', [], ['+QIACTEX', '+QIDEACTEX']],
    ['ugxx', [], ['+QIACTEX', '+QIDEACTEX']],
    ['rg', ['+QIACTEX', '+QIDEACTEX'], ['+QISENDEX', '+QNTP', '+QIDNSGIP']],
  ] as const)('of dialect %s has its own commands, and not those of others', async (dialect, own, others) => {
    const { command, module } = await quiet(dialect);
    for (const name of own) expect(await command(`AT${name}=?`)).toContain('OK');
    for (const name of others) expect(await command(`AT${name}=?`)).toContain('ERROR');
    expect(module.state.unknownCommands).toEqual(others.map((name) => `AT${name}=?`));
  });
});

describe('contexts', () => {
  it.each([
    ['lte', 16, 3, 3],
    ['ugxx', 20, 3, 1],
    ['rg', 5, 5, 3],
  ] as const)(
    'of dialect %s have ids up to %d, %d active at once',
    async (dialect, maxId, maxActive, maxType) => {
      const { command, module } = await quiet(dialect);
      expect(await command('AT+QIACT=?')).toBe(`\r\n+QIACT: (1-${maxId})\r\n\r\nOK\r\n`);
      expect(await command(`AT+QICSGP=${maxId + 1},1,"net"`)).toBe('\r\nERROR\r\n');
      expect(await command(`AT+QICSGP=${maxId},${maxType + 1},"net"`)).toBe('\r\nERROR\r\n');
      expect(module.state.protocolViolations).toHaveLength(2);
      const ids = Array.from({ length: maxActive }, (_, at) => maxId - at);
      for (const id of ids) {
        await command(`AT+QICSGP=${id},${maxType},"net"`);
        expect(await command(`AT+QIACT=${id}`, 500)).toBe('\r\nOK\r\n');
      }
      const lines = (await command('AT+QIACT?')).split('\r\n').filter((line) => line.startsWith('+QIACT: '));
      expect(lines).toHaveLength(maxActive);
      expect(lines.at(-1)).toBe(
        maxType === 1
          ? `+QIACT: ${maxId},1,1,"10.7.157.${maxId}"`
          : `+QIACT: ${maxId},1,3,"10.7.157.${maxId}","2001:db8::157:${maxId}"`,
      );
    },
  );

  it.each(['lte', 'ugxx'] as const)('of dialect %s refuse one more than may be active', async (dialect) => {
    const { command } = await quiet(dialect);
    for (const id of [1, 2, 3, 4]) await command(`AT+QICSGP=${id},1,"net"`);
    for (const id of [1, 2, 3]) await command(`AT+QIACT=${id}`, 500);
    expect(await command('AT+QIACT=4', 500)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('561');
  });

  it.each([
    ['lte', true],
    ['ugxx', false],
    ['rg', false],
  ] as const)('of dialect %s take cdma_pwd and a missing password: %s', async (dialect, takes) => {
    const { command } = await quiet(dialect);
    const answer = takes ? '\r\nOK\r\n' : '\r\nERROR\r\n';
    expect(await command('AT+QICSGP=1,1,"net","a","b",1,0')).toBe(answer);
    expect(await command('AT+QICSGP=1,1,"net","",1')).toBe(answer);
    expect(await command('AT+QICSGP=1,1,"net","a","b",1')).toBe('\r\nOK\r\n');
  });

  it.each(DIALECTS)('of dialect %s have sockets of their own, which go with them', async (dialect) => {
    const { command, module } = await activated(dialect);
    await command('AT+QICSGP=2,1,"other"');
    await command('AT+QIACT=2', 500);
    await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7', 200);
    await command('AT+QIOPEN=2,1,"TCP","192.0.2.7",7', 200);
    await command('AT+QIOPEN=2,2,"UDP SERVICE","127.0.0.1",0,3030', 200);
    expect(module.state.sockets.map(({ contextId }) => contextId)).toEqual([1, 2, 2]);
    expect((await command('AT+QISTATE=0,2')).match(/\+QISTATE: /g)).toHaveLength(2);
    module.inject({ kind: 'pdpdeact', context: 2 });
    expect(await command('AT')).toContain('+QIURC: "pdpdeact",2');
    expect(module.state.sockets.map(({ state }) => state)).toEqual([2, 4, 4]);
    await command('AT+QIDEACT=2', 500);
    expect(module.state.sockets.map(({ id }) => id)).toEqual([0]);
  });
});

describe('AT+QICFG', () => {
  it.each([
    ['lte', 14, '+QICFG: "transpktsize",(1-1460)'],
    ['ugxx', 14, '+QICFG: "transpktsize",(1-1460)'],
    ['rg', 14, '+QICFG: "transpktsize", (1-1460)'],
  ] as const)('lists the options of %s', async (dialect, count, first) => {
    const { command } = await quiet(dialect);
    const lines = (await command('AT+QICFG=?')).split('\r\n').filter(Boolean);
    expect(lines).toHaveLength(count + 1);
    expect(lines[0]).toBe(first);
  });

  it.each([
    ['lte', 'tcp/retranscfg', '12,600'],
    ['lte', 'dns/cache', '1'],
    ['lte', 'tcp/keepalive', '0'],
    ['ugxx', 'recv/buffersize', '10240'],
    ['rg', 'tcp/retranscfg', '8,600'],
    ['rg', 'dns/cache', '0'],
    ['rg', 'tcp/keepalive', '0,60,25,3'],
    ['rg', 'close/mode', '0'],
    ['rg', 'sendinfo', '0'],
    ['rg', 'formatcfg', '0'],
  ] as const)('of dialect %s has %s at %s after a start', async (dialect, name, value) => {
    const { command } = await quiet(dialect);
    expect(await command(`AT+QICFG="${name}"`)).toBe(`\r\n+QICFG: "${name}",${value}\r\n\r\nOK\r\n`);
  });

  it.each([
    ['lte', '"close/mode",1'],
    ['ugxx', '"formatcfg",1'],
    ['rg', '"udp/readmode",1'],
    ['rg', '"recv/buffersize",20480'],
    ['lte', '"tcp/keepalive",1,121,25,3'],
    ['rg', '"tcp/keepalive",1,1801,25,3'],
  ] as const)('of dialect %s does not take %s', async (dialect, values) => {
    const { command, module } = await quiet(dialect);
    expect(await command(`AT+QICFG=${values}`)).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });
});

describe('sockets', () => {
  it.each(DIALECTS)('of dialect %s carry data in all access modes', async (dialect) => {
    const { command, say, wait } = await activated(dialect);
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7,0,0', 200)).toContain('+QIOPEN: 0,0');
    await command('AT+QISEND=0,5');
    expect(await say('hello', 100)).toBe('\r\nSEND OK\r\n\r\n+QIURC: "recv",0\r\n');
    expect(await command('AT+QIRD=0,1500')).toBe('\r\n+QIRD: 5\r\nhello\r\n\r\nOK\r\n');
    await command('AT+QISWTMD=0,1');
    await command('AT+QISEND=0,2');
    expect(await say('hi', 100)).toBe('\r\nSEND OK\r\n\r\n+QIURC: "recv",0,2\r\nhi\r\n');
    expect(await command('AT+QISWTMD=0,2')).toBe('\r\nCONNECT\r\n');
    expect(await say('raw', 1500)).toBe('raw');
    expect(await say('+++', 1000)).toBe('\r\nOK\r\n');
    expect(await command('AT+QISEND=0,0')).toBe('\r\n+QISEND: 10,10,0\r\n\r\nOK\r\n');
    expect(await command('AT+QICLOSE=0', 500)).toBe('\r\nOK\r\n');
    expect(await wait(100)).toBe('');
  });

  it('of ugxx are closed without a timeout', async () => {
    const { command, module } = await activated('ugxx');
    await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7', 200);
    expect(await command('AT+QICLOSE=0,10', 500)).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
    expect(await command('AT+QICLOSE=0', 500)).toBe('\r\nOK\r\n');
    expect(await command('AT+QICLOSE=0', 500)).toBe('\r\nOK\r\n');
    expect(await command('AT+QIOPEN?')).toBe('\r\nOK\r\n');
  });

  it('of ugxx give a connect up after 75 seconds', async () => {
    const { command, module, wait } = await activated('ugxx');
    module.inject({ kind: 'blackHole', forMs: 200_000 });
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7', 74_000)).toBe('\r\nOK\r\n');
    expect(await wait(1100)).toBe('\r\n+QIOPEN: 0,566\r\n');
  });

  it.each([
    ['lte', 1],
    ['ugxx', 0],
    ['rg', 1],
  ] as const)(
    'that a listener of dialect %s accepts in push mode have access mode %d',
    async (dialect, mode) => {
      const { command, network, wait, module } = await activated(dialect);
      await command('AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,1', 200);
      network.dial(2020);
      expect(await wait(100)).toContain('"incoming",11,1,');
      expect(module.state.sockets).toMatchObject([{ id: 1 }, { id: 11, accessMode: mode }]);
    },
  );

  it.each(['ugxx', 'rg'] as const)('of dialect %s know no UDP LISTENER', async (dialect) => {
    const { command, module } = await activated(dialect);
    expect(await command('AT+QIOPEN=1,1,"UDP LISTENER","127.0.0.1",0,2020')).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
  });
});
