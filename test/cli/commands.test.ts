import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, start, withFolder } from './run.ts';

jest.setTimeout(60_000);

describe('urchestra status', () => {
  it('prints state, identity, signal and context of the virtual module', async () => {
    const { code, stdout } = await run(['status', 'sim:lte', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      state: 'online',
      identity: expect.arrayContaining(['Quectel']),
      contexts: [{ id: 1, addresses: [expect.any(String)] }],
      sockets: [],
    });
  });

  it('stops cleanly on the first Ctrl-C while it watches', async () => {
    const watching = start(['status', 'sim:lte', '--watch']);
    await watching.says('online');
    watching.child.kill('SIGINT');
    expect((await watching.result).code).toBe(0);
  });
});

describe('bad usage ends with exit code 2 and one line', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown subcommand', ['fly'], /unknown command 'fly'/],
    ['an unknown option', ['status', 'sim:lte', '--aqn', 'x'], /unknown option '--aqn'/],
    ['a missing argument', ['pipe', 'sim:lte', '127.0.0.1'], /missing required argument 'peer-port'/],
    [
      'no dialect',
      ['status', '/dev/null'],
      /--dialect gsm \(M95, .*\) or --dialect ugxx .* or --dialect rg .* or --dialect auto /,
    ],
    [
      'an unknown dialect',
      ['status', '/dev/null', '--dialect', 'foo'],
      /dialect must be one of gsm, ugxx, bc66, lte, rg, got "foo"/,
    ],
    ['an unknown virtual module', ['status', 'sim:foo'], /"foo": it must be one of lte, ugxx, rg/],
    ['a port that does not exist', ['status', '/dev/nope', '--dialect', 'lte'], /PORT_NOT_FOUND/],
    ['a port that is a regular file', ['status', __filename, '--dialect', 'lte'], /PORT_OPEN_FAILED/],
    [
      'a TCP port that nobody serves',
      ['status', 'tcp://127.0.0.1:1', '--dialect', 'lte'],
      /PORT_OPEN_FAILED/,
    ],
    ['an APN with a quote', ['status', 'sim:lte', '--apn', 'in"ternet'], /apn must not contain/],
    ['a host with CR LF', ['pipe', 'sim:lte', 'a\r\nAT+CFUN=1,1', '7'], /host must not contain/],
    ['a TCP port out of range', ['pipe', 'sim:lte', 'a', '70000'], /from 1 to 65535, got 70000/],
    ['an unknown access mode', ['pipe', 'sim:lte', 'a', '7', '--mode', 'fast'], /buffer, push, transparent/],
    [
      'a listener in transparent mode',
      ['listen', 'sim:lte', '7000', '--mode', 'transparent'],
      /mode must be buffer or push here/,
    ],
    [
      'datagrams in transparent mode',
      ['pipe', 'sim:lte', 'a', '7', '--udp', '--mode', 'transparent'],
      /--mode buffer or push/,
    ],
    ['datagrams that are sent again', ['pipe', 'sim:lte', 'a', '7', '--udp', '--reconnect'], /is for TCP/],
    ['a listener on port 0', ['listen', 'sim:lte', '0'], /from 1 to 65535, got 0/],
    ['a listener without an APN', ['listen', '/dev/null', '7', '--dialect', 'lte'], /--apn NAME/],
    ['a demonstration of an unknown module', ['demo', '--dialect', 'foo'], /lte, ugxx, rg/],
    ['no APN', ['pipe', '/dev/null', 'a', '7', '--dialect', 'lte'], /--apn NAME/],
    [
      'a password variable that is not set',
      ['status', 'sim:lte', '--password-env', 'NOPE_1'],
      /NOPE_1 is not set/,
    ],
    [
      'a recovery file that is missing',
      ['status', 'sim:lte', '--recovery', '/nope'],
      /--recovery \/nope cannot be read: ENOENT/,
    ],
    ['a recovery file that is not JSON', ['status', 'sim:lte', '--recovery', __filename], /is not JSON/],
    [
      'a reset program that is missing',
      ['status', 'sim:lte', '--reset-command', '/nope/reset now'],
      /\/nope\/reset does not exist/,
    ],
    [
      'a time scale on real hardware',
      ['status', '/dev/null', '--dialect', 'lte', '--time-scale', '2'],
      /only with sim:/,
    ],
    [
      'a fault file that is missing',
      ['simulate', '--dialect', 'lte', '--tcp', '7001', '--faults', '/nope'],
      /nope/,
    ],
    [
      'a fault file that is not JSON',
      ['simulate', '--dialect', 'lte', '--tcp', '7001', '--faults', __filename],
      /JSON/,
    ],
    ['a virtual module without a place', ['simulate', '--dialect', 'lte'], /--pty|--tcp/],
    ['a seed that is no number', ['demo', '--seed', 'x'], /--seed/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2); // a suggestion may follow
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout.toString()).toBe('');
    expect(code).toBe(2);
  });

  it('writes nothing to the port for a host name with CR LF in it', async () => {
    await withFolder(async (folder) => {
      const trace = join(folder, 'trace.jsonl');
      const { code } = await run(['pipe', 'sim:lte', 'a\r\nAT+CFUN=1,1', '7', '--trace', trace]);
      expect(code).toBe(2);
      expect(existsSync(trace) ? await readFile(trace, 'utf8') : '').toBe('');
    });
  });

  it('a recovery number that does not exist', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'recovery.json');
      await writeFile(file, '{"patience": 5}');
      const { code, stderr } = await run(['status', 'sim:lte', '--recovery', file]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/recovery\.patience does not exist/);
    });
  });
});

describe('urchestra demo', () => {
  it('ends with nothing lost and nothing duplicated, and lists the recoveries', async () => {
    const { code, stdout } = await run(['demo']);
    const text = stdout.toString();
    for (const fault of ['peer close', 'pdpdeact', 'lost recv', 'hung command', 'unexpected reboot']) {
      expect(text).toContain(`RECOVERED from ${fault}`);
    }
    expect(text).toMatch(/readings 240 sent, 240 echoed, 0 lost, 0 duplicated\n$/);
    expect(code).toBe(0);
  });
});

describe('urchestra decode', () => {
  const lines = (stdout: Buffer): unknown[] =>
    stdout
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const transcript = join(__dirname, '../transcripts/lte-05-buffer-receive-and-recvind.json');

  it('prints one JSON event per line', async () => {
    const { code, stdout, stderr } = await run(['decode', '--dialect', 'lte', transcript]);
    expect([code, stderr]).toEqual([0, '']);
    const { expected } = JSON.parse(await readFile(transcript, 'utf8'));
    expect(lines(stdout)).toEqual(expected);
  });

  it('prints the same events however the received bytes are cut', async () => {
    const { stdout: whole } = await run(['decode', '--dialect', 'lte', transcript]);
    const { stdout: cut } = await run(['decode', '--dialect', 'lte', '--resplit', '42', transcript]);
    expect(cut.equals(whole)).toBe(true);
  });

  it('reads a text log from stdin', async () => {
    const log = Buffer.from('# M95\n> AT+QILOCIP\\r\n< AT+QILOCIP\\r\\r\\n10.79.142.227\\r\\n\n');
    const { code, stdout } = await run(['decode', '--dialect', 'gsm', '-'], log);
    expect(code).toBe(0);
    expect(lines(stdout)).toEqual([
      { type: 'echo', command: 'AT+QILOCIP' },
      { type: 'final', result: 'ADDRESS', address: '10.79.142.227' },
    ]);
  });

  it.each([
    ['there is no such file', ['decode', '--dialect', 'lte', '/nowhere.json']],
    ['dialect must be one of gsm, ugxx, bc66, lte, rg', ['decode', '--dialect', 'nr', transcript]],
    ['--resplit must be a whole number', ['decode', '--dialect', 'lte', '--resplit', 'x', transcript]],
    ["required option '--dialect", ['decode', transcript]],
    ['must begin with "> "', ['decode', '--dialect', 'lte', join(__dirname, 'run.ts')]],
  ])('ends with exit code 2 and one line: %s', async (words, args) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stdout.length).toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(words);
  });
});
