import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulate } from '../../cli/simulate.ts';
import {
  loopbackNetwork,
  type ServedModule,
  serveOnPty,
  serveOnTcp,
  VirtualModule,
} from '../../simulator/index.ts';
import { delay, systemClock } from '../../streams/clock.ts';

const hasSocat = spawnSync('socat', ['-V']).status === 0;
if (!hasSocat && process.env['URCHESTRA_REQUIRE_ALL'] === '1') throw new Error('socat is not installed');
const withSocat = hasSocat ? it : it.skip;

const timing = { commandLatencyMs: 0, activateMs: 1, openMs: 1, closeMs: 1, deactivateMs: 1 };
const directory = mkdtempSync(join(tmpdir(), 'urchestra-'));
const link = join(directory, 'modem');
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
});
afterAll(() => rmSync(directory, { recursive: true }));

function makeModule(network = loopbackNetwork()): VirtualModule {
  const module = new VirtualModule({ dialect: 'lte', clock: systemClock, network, timing });
  cleanups.push(() => module.dispose());
  return module;
}

async function pty(module: VirtualModule): Promise<ServedModule> {
  const served = await serveOnPty(module, link);
  cleanups.push(() => served.close());
  return served;
}

function echoServer(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  cleanups.push(() => server.close());
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function freePort(): Promise<number> {
  const server = await echoServer();
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 300) throw new Error(`timed out: ${what}`);
    await delay(systemClock, 10);
  }
}

interface Talk {
  write(text: string): void;
  expect(pattern: RegExp): Promise<string>;
}

/** Waits for text on a growing transcript; what matched is consumed. */
function talk(write: (text: string) => void, poll: () => string): Talk {
  let text = '';
  return {
    write,
    async expect(pattern) {
      await until(
        () => {
          text += poll();
          return pattern.test(text);
        },
        `${pattern} in ${JSON.stringify(text)}`,
      );
      const seen = text;
      text = '';
      return seen;
    },
  };
}

function talkToModule(module: VirtualModule): Talk {
  let fresh = '';
  module.output$.subscribe((bytes) => {
    fresh += Buffer.from(bytes).toString('latin1');
  });
  return talk(
    (text) => module.receive(Buffer.from(text, 'latin1')),
    () => {
      const taken = fresh;
      fresh = '';
      return taken;
    },
  );
}

async function bringUp(host: Talk): Promise<void> {
  host.write('ATE0\r');
  await host.expect(/OK/);
  host.write('AT+QICSGP=1,1,"net"\r');
  await host.expect(/OK/);
  host.write('AT+QIACT=1\r');
  await host.expect(/OK/);
  host.write('AT+QISDE=0\r');
  await host.expect(/OK/);
}

describe('loopbackNetwork', () => {
  it('carries bytes to real servers and counts what they acknowledged', async () => {
    const server = await echoServer();
    const { port } = server.address() as AddressInfo;
    const network = loopbackNetwork({ names: { 'echo.example': '127.0.0.1' } });
    const module = makeModule(network);
    const host = talkToModule(module);
    await bringUp(host);
    host.write(`AT+QIOPEN=1,0,"TCP","echo.example",${port}\r`);
    await host.expect(/\+QIOPEN: 0,0/);
    host.write('AT+QISEND=0,5\r');
    await host.expect(/> $/);
    host.write('hello');
    await host.expect(/SEND OK[\s\S]*recv",0/);
    host.write('AT+QIRD=0\r');
    await host.expect(/\+QIRD: 5\r\nhello\r\n\r\nOK/);
    host.write('AT+QISEND=0,0\r');
    await host.expect(/\+QISEND: 5,5,0/);
    host.write('AT+QICLOSE=0\r');
    await host.expect(/OK/);
    await until(() => network.openConnections === 0, 'connection closed');
    host.write(`AT+QIOPEN=1,0,"TCP","127.0.0.1",1\r`);
    await host.expect(/\+QIOPEN: 0,566/);
    server.close();
  });

  it('closes the window of a real server while nobody reads', async () => {
    const peers: Socket[] = [];
    const server = createServer((socket) => {
      peers.push(socket);
      socket.on('error', () => {}).write(Buffer.alloc(8_000_000));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const network = loopbackNetwork();
    const module = makeModule(network);
    const host = talkToModule(module);
    await bringUp(host);
    host.write(`AT+QIOPEN=1,0,"TCP","127.0.0.1",${(server.address() as AddressInfo).port}\r`);
    await host.expect(/recv",0/);
    await delay(systemClock, 100);
    expect(module.state.sockets[0]?.unreadBytes).toBe(10_240);
    expect(peers[0]?.writableLength).toBeGreaterThan(0);
    module.dispose();
    await until(() => network.openConnections === 0, 'connection closed');
    for (const peer of peers) peer.destroy();
    server.close();
  });

  it('carries datagrams to and from real UDP ports', async () => {
    const peer = createSocket('udp4');
    cleanups.push(() => peer.close());
    peer.on('message', (bytes, { port }) => peer.send(`${bytes}!`, port, '127.0.0.1'));
    await new Promise<void>((resolve) => peer.bind(0, '127.0.0.1', resolve));
    const network = loopbackNetwork();
    const host = talkToModule(makeModule(network));
    await bringUp(host);
    host.write(`AT+QIOPEN=1,0,"UDP","127.0.0.1",${peer.address().port}\r`);
    await host.expect(/\+QIOPEN: 0,0/);
    host.write('AT+QISEND=0,5\r');
    await host.expect(/> $/);
    host.write('hello');
    await host.expect(/recv",0/);
    host.write('AT+QIRD=0\r');
    await host.expect(/\+QIRD: 6\r\nhello!/);
    host.write(`AT+QIOPEN=1,1,"UDP SERVICE","127.0.0.1",0,${peer.address().port}\r`);
    await host.expect(/\+QIOPEN: 1,556/);
    host.write('AT+QICLOSE=0\r');
    await host.expect(/OK/);
    expect(network.openConnections).toBe(0);
  });

  it('lets real clients in, and turns them away', async () => {
    const network = loopbackNetwork();
    const module = makeModule(network);
    const host = talkToModule(module);
    await bringUp(host);
    const port = await freePort();
    host.write(`AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,${port},1\r`);
    await host.expect(/\+QIOPEN: 1,0/);
    const client = connect(port, '127.0.0.1');
    client.write('early');
    await host.expect(/"incoming",11,1,"127\.0\.0\.1",\d+[\s\S]*recv",11,5\r\nearly\r\n/);
    let answer = '';
    client.on('data', (bytes) => {
      answer += bytes;
    });
    host.write('AT+QISEND=11,2\r');
    await host.expect(/> $/);
    host.write('ok');
    await until(() => answer === 'ok', 'answer');
    host.write('AT+QICFG="tcp/accept",0\r');
    await host.expect(/OK/);
    const waiting = connect(port, '127.0.0.1').on('error', () => {});
    const gone = new Promise((resolve) => waiting.on('close', resolve));
    await until(() => network.openConnections === 3, 'a client that waits');
    module.dispose();
    await gone;
    client.destroy();
    await until(() => network.openConnections === 0, 'everything closed');
  });

  it('refuses other machines, and says so', async () => {
    const lines: string[] = [];
    const network = loopbackNetwork({ log: (line) => lines.push(line) });
    const module = makeModule(network);
    const host = talkToModule(module);
    await bringUp(host);
    host.write('AT+QIOPEN=1,0,"TCP","192.0.2.1",80\r');
    await host.expect(/\+QIOPEN: 0,566/);
    expect(lines).toEqual(['connection to 192.0.2.1:80 refused: only loopback addresses are allowed']);
  });
});

describe('serveOnTcp', () => {
  it('makes a client wait in data mode while the peer does not read', async () => {
    const lengthBytes = 24_000_000;
    let peer: Socket | undefined;
    let received = 0;
    const server = createServer((socket) => {
      peer = socket
        .on('error', () => {})
        .on('data', (bytes) => {
          received += bytes.length;
        });
      peer.pause();
    });
    cleanups.push(() => server.close());
    cleanups.push(() => peer?.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const module = makeModule();
    const host = talkToModule(module);
    await bringUp(host);
    host.write(`AT+QIOPEN=1,0,"TCP","127.0.0.1",${(server.address() as AddressInfo).port},0,2\r`);
    await host.expect(/CONNECT\r\n$/);
    const served = await serveOnTcp(module, 0);
    cleanups.push(() => served.close());
    const client = connect(Number(served.address.split(':')[1]), '127.0.0.1');
    let written = false;
    client.write(Buffer.alloc(lengthBytes, 'x'), () => {
      written = true;
    });
    await until(() => (module.state.sockets[0]?.acknowledgedBytes ?? 0) > 0, 'first bytes');
    await delay(systemClock, 300);
    expect(written).toBe(false);
    peer?.resume();
    await until(() => received === lengthBytes, 'everything');
    expect(module.state.sockets[0]?.acceptedBytes).toBe(lengthBytes);
    client.destroy();
  });

  it('serves one client at a time, and the next one after it', async () => {
    const module = makeModule();
    const served = await serveOnTcp(module, 0);
    const port = Number(served.address.split(':')[1]);
    for (let round = 0; round < 2; round += 1) {
      const client = connect(port, '127.0.0.1');
      let text = '';
      client.on('data', (bytes) => {
        text += bytes;
      });
      client.write('AT\r');
      await until(() => text.includes('OK'), 'OK');
      const second = connect(port, '127.0.0.1');
      second.on('error', () => {});
      await new Promise((resolve) => second.on('close', resolve));
      client.destroy();
      await delay(systemClock, 20);
    }
    await served.close();
  });
});

/** A program that uses the pseudo terminal. */
function openTerminal(): Talk & { close(): void } {
  const file = openSync(link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  cleanups.push(close);
  const buffer = Buffer.alloc(4096);
  const poll = (): string => {
    try {
      return buffer.toString('latin1', 0, readSync(file, buffer));
    } catch {
      return '';
    }
  };
  return { ...talk((text) => void writeSync(file, text), poll), close };
}

describe('serveOnPty', () => {
  withSocat('survives programs that close and open it again (needs socat)', async () => {
    const module = makeModule();
    const served = await pty(module);
    for (let round = 0; round < 3; round += 1) {
      const program = openTerminal();
      program.write('AT\r');
      expect(await program.expect(/OK\r\n$/)).toBe('AT\r\r\nOK\r\n');
      program.close();
    }
    await served.close();
    await served.close();
    expect(existsSync(link)).toBe(false);
  });

  withSocat('carries every byte value unchanged (needs socat)', async () => {
    const module = makeModule();
    const received: Uint8Array[] = [];
    module.receive = (bytes) => void received.push(bytes);
    const served = await pty(module);
    const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    const file = openSync(link, constants.O_RDWR | constants.O_NOCTTY);
    writeSync(file, all);
    await until(() => Buffer.concat(received).length >= 256, '256 bytes');
    expect(Buffer.concat(received)).toEqual(all);
    closeSync(file);
    await served.close();
  });

  withSocat('loses its link with portLost, and gets it back (needs socat)', async () => {
    const module = makeModule();
    const served = await pty(module);
    module.inject({ kind: 'portLost', forMs: 200 });
    await until(() => !existsSync(link), 'link gone');
    await until(() => existsSync(link), 'link back');
    const program = openTerminal();
    program.write('AT\r');
    await program.expect(/OK\r\n$/);
    program.close();
    await served.close();
  });

  withSocat('replaces a link that leads nowhere, and nothing else (needs socat)', async () => {
    const module = makeModule();
    symlinkSync('/nowhere/at/all', link);
    const served = await pty(module);
    await served.close();
    writeFileSync(link, 'mine');
    await expect(serveOnPty(module, link)).rejects.toThrow(/exists already/);
    expect(lstatSync(link).isFile()).toBe(true);
    rmSync(link);
  });
});

describe('simulate', () => {
  async function run(options: Partial<Parameters<typeof simulate>[0]>) {
    const stop = new AbortController();
    cleanups.push(() => stop.abort());
    let out = '';
    let err = '';
    const ended = simulate(
      { dialect: 'lte', ...options },
      {
        stdout: { write: (text) => (out += text) },
        stderr: { write: (text) => (err += text) },
        signal: stop.signal,
      },
    );
    await until(() => out !== '' || err !== '', 'a line of output');
    return { ended, stop, out: () => out, err: () => err };
  }

  it.each([
    ['ugxx', 'UG96'],
    ['rg', 'RG500U'],
  ])('serves a module of dialect %s', async (dialect, model) => {
    const { ended, stop, out } = await run({ tcp: 0, dialect });
    expect(out()).toMatch(
      new RegExp(`^virtual ${model} \\(${dialect}\\) on 127\\.0\\.0\\.1:\\d+, pid \\d+\n$`),
    );
    stop.abort();
    expect(await ended).toBe(0);
  });

  it('runs until it is stopped, and logs what happens', async () => {
    const log = join(directory, 'log.jsonl');
    const { ended, stop, out } = await run({ tcp: 0, log });
    const port = /^virtual EC25 \(lte\) on 127\.0\.0\.1:(\d+), pid \d+\n$/.exec(out())?.[1];
    const client = connect(Number(port), '127.0.0.1');
    let text = '';
    client.on('data', (bytes) => {
      text += bytes;
    });
    client.write('AT+CSQ\r');
    await until(() => text.includes('OK'), 'OK');
    client.destroy();
    stop.abort();
    expect(await ended).toBe(0);
    const events = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toContainEqual(expect.objectContaining({ kind: 'command', text: 'AT+CSQ' }));
  });

  it.each([
    [{}, 'write either --pty LINK or --tcp PORT'],
    [{ tcp: 0, pty: 'x' }, 'write either --pty LINK or --tcp PORT'],
    [{ tcp: 0, dialect: 'nokia' }, 'no virtual module for dialect nokia: write --dialect lte|ugxx|rg'],
    [{ tcp: 0, baud: 0.5 }, '--baud must be a whole number above 0, got 0.5'],
    [{ tcp: 0, faults: '/no/such/file' }, 'cannot read the fault file /no/such/file: ENOENT'],
    [{ tcp: 0, log: '/no/such/dir/log' }, 'cannot write the log /no/such/dir/log: ENOENT'],
  ])('ends with 2 and one line: %j', async (options, message) => {
    const { ended, err } = await run(options);
    expect(await ended).toBe(2);
    expect(err()).toContain(`urchestra simulate: ${message}`);
    expect(err().trim().split('\n')).toHaveLength(1);
  });

  it('names the place of a mistake in a fault file', async () => {
    const faults = join(directory, 'faults.json');
    writeFileSync(faults, '[{"when":{"at":1},"fault":{"kind":"hangs"}}]');
    const { ended, err } = await run({ tcp: 0, faults });
    expect(await ended).toBe(2);
    expect(err()).toContain(`${faults}: [0].fault.kind: unknown fault "hangs"`);
  });

  it('ends with 2 when the port is in use', async () => {
    const server = await echoServer();
    const { port } = server.address() as AddressInfo;
    const { ended, err } = await run({ tcp: port });
    expect(await ended).toBe(2);
    expect(err()).toBe(`urchestra simulate: TCP port ${port} is in use: choose another\n`);
    server.close();
  });
});
