import { createServer } from 'node:net';
import { WebSocket } from 'ws';
import { run, start } from './run.ts';

jest.setTimeout(60_000);

const WATCH = ['status', 'sim:lte', '--watch', '--time-scale', '20'];
const ADDRESS = /inspector \((\w+)\) on http:\/\/127\.0\.0\.1:(\d+)\//;

/** The messages that somebody gets who looks until the command has ended. */
function look(port: string): Promise<readonly string[]> {
  const messages: string[] = [];
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://localhost:${port}`);
    socket.on('open', () => socket.send('{"type":"xstate.inspecting"}'));
    socket.on('message', (data) => messages.push(String(data)));
    socket.on('close', () => resolve(messages));
    socket.on('error', reject);
  });
}

describe.each([
  ['stately', '"type":"@xstate.snapshot"'],
  ['xstate', '"type":"service.stop"'],
])('urchestra status --inspect=%s', (kind, last) => {
  it('tells where the inspector is, serves it until Ctrl-C, and ends by itself', async () => {
    const running = start([...WATCH, `--inspect=${kind}`, '--inspect-port', '0']);
    let warned = '';
    running.child.stderr?.on('data', (chunk) => {
      warned += String(chunk);
    });
    await running.warns('inspector');
    await running.says('online');
    const [, name, port = ''] = ADDRESS.exec(warned) ?? [];
    expect(name).toBe(kind);
    const looking = look(port);
    await new Promise((later) => setTimeout(later, 300));
    running.child.kill('SIGINT');
    const messages = await looking;
    expect(messages.at(-1)).toContain(last);
    expect(messages.some((message) => message.includes('context-1'))).toBe(true);
    expect((await running.result).code).toBe(0);
  });
});

describe('bad usage of --inspect ends with exit code 2 and one line', () => {
  it.each([
    [['--inspect=browser'], 'must be stately, xstate or stately,xstate, got browser'],
    [['--inspect', 'sim:lte'], 'got sim:lte: write --inspect=stately'],
    [['--inspect=stately,stately'], 'twice'],
    [['--inspect', '--inspect-port', '70000'], '--inspect-port must be a whole number from 0 to 65535'],
    [['--inspect=stately,xstate', '--inspect-port', '9000'], 'with two they are on 8080 and 8888'],
    [['--inspect-port', '9000'], '--inspect-port has no effect without --inspect'],
    [['--inspect', '--inspect-allow-send'], 'write --inspect=xstate'],
  ])('%j', async (options, text) => {
    const { code, stderr, stdout } = await run(['status', 'sim:lte', ...options]);
    expect([code, String(stdout)]).toEqual([2, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(text);
  });

  it('when the port is taken, before the module is touched', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => other.once('listening', done));
    const { port } = other.address() as { readonly port: number };
    const { code, stderr } = await run(['demo', '--inspect', '--inspect-port', String(port)]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `error: inspector on 127.0.0.1:${port}: something else listens there, perhaps another inspector: choose another port [INSPECTOR_FAILED]\n`,
    );
    await new Promise((done) => other.close(done));
  });
});
