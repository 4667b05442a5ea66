import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExample } from './run.ts';

describe('an example', () => {
  it('raw-tcp sends again what was not acknowledged', async () => {
    const one = startExample('raw-tcp.js');
    expect(await one.exit).toBe(0);
    expect(one.text()).toMatch(/^CONTEXT_LOST: the peer has everything before reading \d+$/m);
    expect(one.text()).toContain('20 of 20 readings arrived');
  });

  it('listener answers who calls', async () => {
    const one = startExample('listener.js');
    expect(await one.exit).toBe(0);
    expect(one.text()).toContain('the device answered: level 12.5 m');
  });

  it('statechart-only goes through the loss of a context', async () => {
    const one = startExample('statechart-only.js');
    expect(await one.exit).toBe(0);
    const [, behind = ''] = one.text().split('pdpdeact');
    expect(behind).toMatch(/context\.lost[\s\S]*AT\+QIDEACT=1[\s\S]*AT\+QIACT=1[\s\S]*context\.active/);
    expect(behind).toContain('the context is back');
  });

  it('latest-reading-wins sends fewer readings than there are, and the last of them', async () => {
    const one = startExample('latest-reading-wins.js');
    expect(await one.exit).toBe(0);
    const sent = Number(/^(\d+) of 60 readings sent, the newest is 60,/m.exec(one.text())?.[1]);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(60);
  });

  it('never-drop brings every reading through two losses', async () => {
    const one = startExample('never-drop.js');
    expect(await one.exit).toBe(0);
    expect(one.text()).toMatch(/^40 of 40 readings arrived, [0-2] came twice, 0 left in the journal$/m);
  });
});

describe('the example https-get', () => {
  let folder: string;
  let server: Server;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'urchestra-https-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-keyout', key, '-out', cert, ...names],
    ]);
    if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
    server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_request, response) =>
      response.end('hello'),
    );
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });

  afterAll(async () => {
    await new Promise((done) => server.close(done));
    await rm(folder, { recursive: true, force: true });
  });

  const get = (env: NodeJS.ProcessEnv) => {
    const { port } = server.address() as AddressInfo;
    return startExample('https-get.js', [`https://localhost:${port}/`], env);
  };

  it('prints what a server answers whose certificate is trusted', async () => {
    const one = get({ NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') });
    expect(await one.exit).toBe(0);
    expect(one.text()).toBe('200 hello\n');
  });

  it('fails with one line when the certificate is not trusted', async () => {
    const one = get({});
    expect(await one.exit).toBe(1);
    expect(one.text()).toContain('self-signed certificate');
  });
});
