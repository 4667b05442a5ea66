/** What somebody may write on the command line, and what must not come out again. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, start, withFolder } from './run.ts';

jest.setTimeout(60_000);

const CANARIES = { user: 'canary-user', password: 'kanarienvogel-27', pin: '7395' };

describe('hostile values end with exit code 2 and one line', () => {
  it.each<[string, string[]]>([
    ['an APN with a line end', ['status', 'sim:lte', '--apn', 'a\r\nAT']],
    ['a user name with a quotation mark', ['status', 'sim:lte', '--user', '"']],
    ['a host with a control character', ['ping', 'sim:lte', 'a\u001b[2Jb']],
    ['a host with a quotation mark', ['pipe', 'sim:lte', 'a";+CFUN=0;"', '7']],
    ['a name with a line separator', ['resolve', 'sim:lte', 'a\u2028b']],
    ['a server that is too long', ['time', 'sim:lte', 'a'.repeat(5_000)]],
    ['an option with a line end in its name', ['status', 'sim:lte', '--a\nb\u001b[31m']],
    ['a dialect with control characters', ['status', '/dev/null', '--dialect', 'a\u001b]0;x\u0007\nb']],
    ['a virtual module of such a name', ['simulate', '--dialect', 'a\nb\u001b', '--tcp', '1']],
    ['a port with a control character', ['status', '/dev/a\u001bb', '--dialect', 'lte']],
    ['a reset command that needs a shell', ['status', 'sim:lte', '--reset-command', 'a $(b)\u001b']],
  ])('%s', async (_, args) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028]|\n./);
    expect([code, stdout.toString(), stderr.length < 2_500]).toEqual([2, '', true]);
  });
});

describe('secrets stay in', () => {
  const env = { CANARY_PASSWORD: CANARIES.password, CANARY_PIN: CANARIES.pin };
  const access = ['--user', CANARIES.user, '--password-env', 'CANARY_PASSWORD', '--pin-env', 'CANARY_PIN'];
  const expectNone = (text: string): void => {
    for (const secret of [CANARIES.user, CANARIES.password, `"${CANARIES.pin}"`])
      expect(text).not.toContain(secret);
  };

  it('in standard output, standard error, the trace and the store of the command', async () => {
    await withFolder(async (folder) => {
      const [trace, store] = [join(folder, 'trace.jsonl'), join(folder, 'store.json')];
      await writeFile(store, '{}');
      for (const more of [['--json'], []]) {
        const args = [
          'status',
          'sim:lte',
          '--apn',
          'internet',
          ...access,
          '--trace',
          trace,
          '--store',
          store,
          ...more,
        ];
        const { code, stdout, stderr } = await run(args, undefined, env);
        expect(code).toBe(0);
        expectNone(stdout.toString() + stderr);
        const traced = await readFile(trace, 'utf8');
        expect(traced).toContain('\\"***\\",\\"***\\"');
        expectNone(traced + (await readFile(store, 'utf8')));
      }
    });
  });

  it('while it watches, and in the log of the virtual module', async () => {
    await withFolder(async (folder) => {
      const log = join(folder, 'log.jsonl');
      const simulator = start(['simulate', '--dialect', 'lte', '--tcp', '17395', '--log', log]);
      await simulator.says('pid');
      const args = [
        'status',
        'tcp://127.0.0.1:17395',
        '--dialect',
        'lte',
        '--apn',
        'internet',
        ...access,
        '--watch',
      ];
      const watching = start(args, undefined, env);
      await watching.says('context 1');
      watching.child.kill('SIGINT');
      const { stdout, stderr } = await watching.result;
      simulator.child.kill('SIGINT');
      await simulator.result;
      const logged = await readFile(log, 'utf8');
      expect(logged).toContain('AT+QICSGP');
      expectNone(stdout.toString() + stderr + logged);
    });
  });
});
