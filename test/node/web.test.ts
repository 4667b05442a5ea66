/** Node's http, https and tls, and ws, over a module. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import {
  type ClientRequest,
  createServer as createHttpServer,
  get,
  type IncomingMessage,
  request,
  type Server,
} from 'node:http';
import { get as getSecurely } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { WebSocket, WebSocketServer } from 'ws';
import type { ModemError } from '../../index.ts';
import { randomBytes } from '../integration/streams.ts';
import { answering, freePort } from './ports.ts';
import { DIALECTS, type Simulated, simulated } from './simulated.ts';

const MEGABYTE = 1_048_576;

/** The whole body of an answer. */
function bodyOf(ask: (done: (answer: IncomingMessage) => void) => ClientRequest): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    ask((answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve(Buffer.concat(chunks)));
      answer.on('error', reject);
    }).on('error', reject);
  });
}

const listening = (server: { listen: Server['listen']; address: Server['address'] }): Promise<number> =>
  new Promise((done) => {
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port));
  });

/** A certificate for `localhost` that nobody has signed but itself. */
let directory: string;
let key: string;
let certificate: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'urchestra-tls-'));
  const files = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    ...subject,
    ...files,
  ]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  key = await readFile(join(directory, 'key.pem'), 'utf8');
  certificate = await readFile(join(directory, 'cert.pem'), 'utf8');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe.each(DIALECTS)('over %s', (dialect) => {
  let run: Simulated;
  beforeEach(async () => {
    run = await simulated(dialect);
  });
  afterEach(() => run.stop());

  it('50 requests by an agent of four kept connections are answered', async () => {
    let connections = 0;
    const server = createHttpServer((asked, answer) => answer.end(`answer to ${asked.url}`));
    server.on('connection', () => connections++);
    const port = await listening(server);
    const agent = run.modem.httpAgent({ maxSockets: 4 });
    const bodies = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        bodyOf((done) => get({ host: '127.0.0.1', port, path: `/${n}`, agent }, done)),
      ),
    );
    expect(bodies.map(String)).toEqual(Array.from({ length: 50 }, (_, n) => `answer to /${n}`));
    expect(connections).toBe(4);
    agent.destroy();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }, 60_000);

  it('a WebSocket of ws echoes texts and bytes', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((done) => server.once('listening', done));
    server.on('connection', (peer) =>
      peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary })),
    );
    const { port } = server.address() as AddressInfo;
    const client = new WebSocket(`ws://127.0.0.1:${port}`, { agent: run.modem.httpAgent() });
    await new Promise((done, fail) => client.once('open', done).once('error', fail));
    const bytes = randomBytes(20_000);
    const echoes: Buffer[] = [];
    const both = new Promise<void>((done) => {
      client.on('message', (data) => {
        echoes.push(data as Buffer);
        if (echoes.length === 2) done();
      });
    });
    client.send('a reading');
    client.send(bytes);
    await both;
    expect(echoes[0]?.toString()).toBe('a reading');
    expect(echoes[1]).toEqual(bytes);
    const closed = new Promise((done) => client.once('close', done));
    client.close();
    await closed;
    await new Promise((done) => server.close(done));
  }, 60_000);

  it('a request and its answer go as datagrams', async () => {
    const { createSocket } = await import('node:dgram');
    const server = createSocket('udp4').on('message', (bytes, from) =>
      server.send(`ACK ${bytes}`, from.port, from.address),
    );
    await new Promise<void>((done) => server.bind(0, '127.0.0.1', done));
    const udp = await run.modem.connectUdp({ host: '127.0.0.1', port: server.address().port });
    const answers: string[] = [];
    for (let n = 0; n < 5; n++) {
      const answer = new Promise<string>((done) => udp.once('message', (bytes) => done(bytes.toString())));
      udp.send(`GET ${n}`);
      answers.push(await answer);
    }
    expect(answers).toEqual([0, 1, 2, 3, 4].map((n) => `ACK GET ${n}`));
    expect(udp.remoteAddress()).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
    const closed = new Promise<void>((done) => udp.close(() => done()));
    await closed;
    await new Promise<void>((done) => server.close(() => done()));
  }, 60_000);
});

describe('https from openssl s_server', () => {
  let peer: ChildProcess | undefined;
  afterEach(() => peer?.kill());

  it.each(DIALECTS)(
    'brings a megabyte over %s, with the certificate checked',
    async (dialect) => {
      const bytes = randomBytes(MEGABYTE);
      await writeFile(join(directory, 'megabyte.bin'), bytes);
      const port = await freePort();
      const args = ['-accept', String(port), '-cert', 'cert.pem', '-key', 'key.pem', '-WWW', '-quiet'];
      peer = spawn('openssl', ['s_server', ...args], { cwd: directory, stdio: 'ignore' });
      await answering(port);
      const run = await simulated(dialect, {}, {}, 60);
      const agent = run.modem.httpsAgent({ ca: certificate });
      const body = await bodyOf((done) =>
        getSecurely({ host: 'localhost', port, path: '/megabyte.bin', agent }, done),
      );
      expect(body.equals(bytes)).toBe(true);
      agent.destroy();
      await run.stop();
    },
    120_000,
  );
});

describe('TLS over lte', () => {
  let run: Simulated;
  const server = () =>
    createTlsServer({ key, cert: certificate }, (socket) => socket.on('error', () => undefined).pipe(socket));
  beforeEach(async () => {
    run = await simulated('lte');
  });
  afterEach(() => run.stop());

  it('echoes through a connection whose certificate is trusted', async () => {
    const peer = server();
    const port = await listening(peer as unknown as Server);
    const secure = await run.modem.connectTls({ host: 'localhost', port, tls: { ca: certificate } });
    expect(secure.authorized).toBe(true);
    const echo = new Promise<string>((done) => secure.once('data', (bytes) => done(String(bytes))));
    secure.write('a reading');
    expect(await echo).toBe('a reading');
    const closed = new Promise((done) => secure.once('close', done));
    secure.end();
    await closed;
    await new Promise((done) => peer.close(done));
  });

  it.each([
    ['that nobody trusts', 'localhost', {}, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['of another name', '127.0.0.1', { trusted: true }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])(
    'rejects with TLS_FAILED for a certificate %s',
    async (_, host, { trusted }: { trusted?: boolean }, errno) => {
      const peer = server().on('tlsClientError', () => undefined);
      const port = await listening(peer as unknown as Server);
      const failure = run.modem.connectTls({ host, port, ...(trusted && { tls: { ca: certificate } }) });
      await expect(failure).rejects.toMatchObject({ code: 'TLS_FAILED', errno });
      await new Promise((done) => peer.close(done));
    },
  );

  it('rejects with TLS_FAILED when the peer never answers the handshake, and with the error of the connection', async () => {
    const mute = createServer((socket) => socket.on('error', () => undefined).resume());
    const port = await listening(mute as unknown as Server);
    const late = run.modem.connectTls({ host: 'localhost', port, handshakeTimeoutMs: 2_000 });
    await expect(late).rejects.toMatchObject({
      code: 'TLS_FAILED',
      message: expect.stringContaining('2000 ms'),
    });
    await new Promise((done) => mute.close(done));
    await expect(run.modem.connectTls({ host: 'localhost', port: 1 })).rejects.toMatchObject({
      code: 'OPEN_FAILED',
      errno: 'ECONNREFUSED',
    });
  });
});

describe('wrong options of TLS', () => {
  it('are INVALID_ARGUMENT before anything is opened', async () => {
    const run = await simulated('lte');
    const wrong = { ca: 'no certificate', minVersion: 'bogus' } as unknown as object;
    const target = { host: 'localhost', port: 1 };
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { argument: 'tls' } });
    await expect(run.modem.connectTls({ ...target, tls: wrong })).rejects.toEqual(refused);
    expect(() => run.modem.mqttStream({ ...target, tls: wrong })).toThrow(refused);
    expect(() => run.modem.httpsAgent(wrong)).toThrow(refused);
    const each = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
    await expect(run.modem.connectTls(null as never)).rejects.toEqual(each);
    for (const bad of [null, 5, { connect: 5 }, { connect: { bogus: 1 } }]) {
      expect(() => run.modem.httpAgent(bad as never)).toThrow(each);
      expect(() => run.modem.mqttStream(bad as never)).toThrow(each);
    }
    expect(run.modem.status.connectIds).toEqual([]);
    await run.stop();
  });

  it('that only one request has end its connection', async () => {
    const run = await simulated('lte');
    const peer = createServer((socket) => socket.on('error', () => undefined).resume());
    const port = await listening(peer as unknown as Server);
    const agent = run.modem.httpsAgent();
    const failure = await new Promise((done) =>
      getSecurely({ host: 'localhost', port, agent, minVersion: 'bogus' as 'TLSv1.2' }).on('error', done),
    );
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT' });
    while (run.modem.status.connectIds.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await run.stop();
    await new Promise((done) => peer.close(done));
  });
});

describe('the end of the modem in the middle of a handshake', () => {
  it('is STOPPED, not a fault of the certificate', async () => {
    const run = await simulated('lte');
    const mute = createServer((socket) => socket.on('error', () => undefined).resume());
    const port = await listening(mute as unknown as Server);
    const connecting = expect(run.modem.connectTls({ host: 'localhost', port })).rejects.toMatchObject({
      code: 'STOPPED',
    });
    await new Promise((done) => mute.once('connection', (socket: Socket) => socket.once('data', done)));
    await new Promise((resolve) => setTimeout(resolve, 100)); // the module has said SEND OK
    await run.stop();
    await connecting;
    await new Promise((done) => mute.close(done));
  });
});

describe('an agent', () => {
  it.each(['httpAgent', 'httpsAgent'] as const)(
    'of %s has the timeout that Node gives to connections',
    async (kind) => {
      const run = await simulated('lte');
      const server =
        kind === 'httpAgent'
          ? createHttpServer()
          : createTlsServer({ key, cert: certificate }, (socket) =>
              socket.on('error', () => undefined).resume(),
            );
      const port = await listening(server as Server);
      const agent = run.modem[kind]({ timeout: 200, ...(kind === 'httpsAgent' && { ca: certificate }) });
      const ask = kind === 'httpAgent' ? request : getSecurely;
      const asked = ask({ host: 'localhost', port, agent }).on('error', () => undefined);
      asked.end();
      await new Promise((done) => asked.once('timeout', done));
      asked.destroy();
      agent.destroy();
      await run.stop();
      await new Promise((done) => server.close(done));
    },
  );

  it('fails the request, and does not throw, when the modem has stopped', async () => {
    const run = await simulated('lte');
    const agents = [run.modem.httpAgent(), run.modem.httpsAgent()] as const;
    await run.stop();
    const failures = await Promise.all(
      agents.map((agent, n) => {
        const ask = n === 0 ? request : getSecurely;
        return new Promise<ModemError>((done) =>
          ask({ host: 'localhost', port: 1, agent })
            .on('error', (error) => done(error as ModemError))
            .end(),
        );
      }),
    );
    expect(failures.map(({ code }) => code)).toEqual(['STOPPED', 'STOPPED']);
  });
});
