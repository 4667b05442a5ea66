import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { echoServer, run, start, withFolder } from './run.ts';

jest.setTimeout(200_000);

const requireAll = process.env['URCHESTRA_REQUIRE_ALL'] === '1';
const hasSocat = spawnSync('socat', ['-V']).status === 0;
const withPty = hasSocat || requireAll ? it : it.skip; // skipped by name: socat is not installed
const DIALECTS = ['lte', 'ugxx', 'rg'] as const;

/** A port that nobody uses now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** `URCHESTRA_PIPE_BYTES=5000000 npx jest test/cli/pipe` for more of it. */
const PIPE_BYTES = Number(process.env['URCHESTRA_PIPE_BYTES'] ?? 50_000);

/** What a module says, in words that a peer may use as well. */
const TALK = ['+++', 'NO CARRIER\r\n', '\r\nOK\r\n', '\r\nNO CARRIER\r\n', '\r\nRDY\r\n'];
const QI_TALK = [...TALK, '+QIURC: "pdpdeact",1', '\r\n+QIURC: "closed",0\r\n', '\r\nSEND OK\r\n'];
const GSM_TALK = [
  ...TALK,
  '\r\nCLOSED\r\n',
  '\r\n+PDP DEACT\r\n',
  '\r\n0, CLOSED\r\n',
  '0, CLOSED',
  '\r\n+RECEIVE: 0, 5\r\n',
  '+RECEIVE: 0, 5',
  'IPD5:',
  '\r\n+QIRDI: 0,1,0\r\n',
  '\r\n0, CONNECT OK\r\n',
];

/** Random bytes, and in between what could be taken for the module's own words. */
function lookAlikes(lengthBytes: number, dialect: string): Buffer {
  const texts = dialect === 'gsm' ? GSM_TALK : QI_TALK;
  const parts: Buffer[] = [];
  for (let at = 0; at * 40 < lengthBytes; at++)
    parts.push(Buffer.from(texts[at % texts.length] ?? ''), randomBytes(at % 3 === 0 ? 90 : 0));
  return Buffer.concat(parts).subarray(0, lengthBytes);
}

/** Dialect, access mode, how the connections of the context share it (gsm), and what is sent. */
const RUNS = [
  ...DIALECTS.flatMap((dialect) => [
    [dialect, 'buffer', '', 'random'] as const,
    [dialect, 'push', '', 'random'] as const,
    [dialect, 'transparent', '', 'random'] as const,
    [dialect, 'transparent', '', 'look-alikes'] as const,
  ]),
  ['gsm', 'buffer', 'multiple', 'random'],
  ['gsm', 'buffer', 'multiple', 'look-alikes'],
  ['gsm', 'buffer', 'single', 'look-alikes'],
  ['gsm', 'push', 'multiple', 'look-alikes'],
  ['gsm', 'push', 'single', 'look-alikes'],
  ['gsm', 'transparent', '', 'random'],
  ['gsm', 'transparent', '', 'look-alikes'],
  ['bc66', 'buffer', '', 'random'],
  ['bc66', 'push', '', 'look-alikes'],
] as const;

describe('urchestra pipe over a PTY', () => {
  for (const [dialect, mode, sharing, content] of RUNS)
    withPty(
      `to ${dialect} ${sharing} in mode ${mode} returns a file of ${content} byte for byte (needs socat)`,
      async () => {
        await withFolder(async (folder) => {
          const link = join(folder, 'tty');
          const module = start(['simulate', '--dialect', dialect, '--pty', link]);
          await module.says('virtual');
          const server = await echoServer();
          const data = content === 'random' ? randomBytes(PIPE_BYTES) : lookAlikes(PIPE_BYTES, dialect);
          const target = ['pipe', link, '127.0.0.1', server.port, '--dialect', dialect, '--apn', 'internet'];
          const options = ['--mode', mode, '--linger', '1', '--baud', '921600'];
          const shared = sharing === '' ? [] : ['--sharing', sharing];
          const { code, stdout, stderr } = await run([...target, ...options, ...shared], data);
          await server.close();
          module.child.kill('SIGINT');
          await module.result;
          expect([code, stderr]).toEqual([0, '']);
          expect(stdout.equals(data)).toBe(true);
        });
      },
    );
});

describe.each([
  ...DIALECTS.map((dialect) => [dialect, [1460, 1460, 1080]] as const),
  ['gsm', [1460, 1460, 1080]],
  ['bc66', [700, 700, 700, 700, 700, 500]],
] as const)('urchestra pipe sim:%s', (dialect, pieces) => {
  it('sends what it reads as datagrams, and prints those that come back', async () => {
    const peer = createSocket('udp4');
    const lengths: number[] = [];
    peer.on('message', (bytes, from) => {
      lengths.push(bytes.length);
      peer.send(bytes, from.port, from.address);
    });
    await new Promise<void>((done) => peer.bind(0, '127.0.0.1', done));
    const data = randomBytes(4000);
    const args = [
      'pipe',
      `sim:${dialect}`,
      '127.0.0.1',
      String(peer.address().port),
      '--udp',
      '--linger',
      '1',
    ];
    const { code, stdout, stderr } = await run(args, data);
    await new Promise<void>((done) => peer.close(done));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.equals(data)).toBe(true);
    expect(lengths).toEqual(pieces);
  });
});

describe('urchestra listen', () => {
  it.each([
    ['lte', 'buffer'],
    ['lte', 'push'],
    ['ugxx', 'buffer'],
    ['rg', 'buffer'],
    ['gsm', 'buffer'],
    ['gsm', 'push'],
  ])('carries both ways over the first connection to sim:%s in mode %s', async (dialect, mode) => {
    const port = await freePort();
    const [up, down] = [randomBytes(20_000), randomBytes(20_000)];
    const args = ['listen', `sim:${dialect}`, String(port), '--mode', mode, '--linger', '1'];
    const listening = start(args, up);
    await listening.warns(`port ${port}`);
    const client = connect({ port, host: '127.0.0.1' });
    client.write(down);
    const received = await buffer(client);
    const { code, stdout, stderr } = await listening.result;
    expect(stderr).toMatch(new RegExp(`^listening on \\d+\\.\\d+\\.\\d+\\.\\d+ port ${port}\\n$`));
    expect(code).toBe(0);
    expect(received.equals(up)).toBe(true);
    expect(stdout.equals(down)).toBe(true);
  });

  it('ends with 130 on Ctrl-C while nobody has connected', async () => {
    const port = await freePort();
    const listening = start(['listen', 'sim:lte', String(port)]);
    await listening.warns('listening');
    listening.child.kill('SIGINT');
    expect((await listening.result).code).toBe(130);
  });
});

describe('urchestra pipe', () => {
  // No counters of a bc66 could tell how much of a failed send was taken.
  for (const [dialect, failed] of [
    ['lte', { kind: 'sendFail', partly: 700 }],
    ['gsm', { kind: 'sendFail', partly: 700 }],
    ['bc66', { kind: 'sendFail' }],
  ] as const)
    withPty(
      `returns a random file byte for byte over a PTY while a module of ${dialect} misbehaves (needs socat)`,
      async () => {
        await withFolder(async (folder) => {
          const [link, faults] = [join(folder, 'tty'), join(folder, 'faults.json')];
          const rules = [
            { when: { onUrc: 'recv', every: 3 }, fault: { kind: 'loseUrc', urc: 'recv' } },
            { when: { onCommand: 'AT+QISEND', every: 9 }, fault: failed },
            { when: { onCommand: 'AT+QIRD', every: 5 }, fault: { kind: 'urcInResponse', place: 'between' } },
            { when: { onCommand: 'AT+QIRD', nth: 12 }, fault: { kind: 'dribble', gapMs: 1, forMs: 300 } },
          ];
          await writeFile(faults, JSON.stringify(rules));
          const log = join(folder, 'log.jsonl');
          const module = start([
            'simulate',
            '--dialect',
            dialect,
            '--pty',
            link,
            '--faults',
            faults,
            '--log',
            log,
          ]);
          await module.says('virtual');
          const server = await echoServer();
          const data = randomBytes(100_000);
          const args = [
            'pipe',
            link,
            '--dialect',
            dialect,
            '--apn',
            'internet',
            '127.0.0.1',
            server.port,
            '--linger',
            '2',
          ];
          const { code, stdout, stderr } = await run(args, data);
          await server.close();
          module.child.kill('SIGINT');
          const { code: moduleCode } = await module.result;
          expect(stderr).toBe('');
          expect(code).toBe(0);
          expect(stdout.equals(data)).toBe(true);
          expect(moduleCode).toBe(0);
          expect(existsSync(link)).toBe(false);
          const happened = await readFile(log, 'utf8');
          expect(happened).toContain('"fault"');
          expect(happened).not.toContain('"violation"');
        });
      },
    );

  it('fails with one line when the peer refuses the connection', async () => {
    const server = await echoServer();
    await server.close();
    const { code, stderr } = await run(['pipe', 'sim:lte', '127.0.0.1', server.port]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: connection to 127\.0\.0\.1:\d+: .*566.*\[OPEN_FAILED\]\n$/);
  });
});
