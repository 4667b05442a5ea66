import { readFile, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { timeInWords } from '../../cli/time.ts';
import { run, start, withFolder } from './run.ts';

jest.setTimeout(60_000);

/** Resolves when the file holds `text`. */
async function holds(folder: string, file: string, text: string): Promise<void> {
  for await (const _ of watch(folder)) {
    const content = await readFile(join(folder, file), 'utf8').catch(() => '');
    if (content.includes(text)) return;
  }
}

const json = (stdout: Buffer): unknown => JSON.parse(stdout.toString());

describe('urchestra ping', () => {
  it('prints a line for each reply and the figures', async () => {
    const { code, stdout, stderr } = await run(['ping', 'sim:lte', '127.0.0.1', '--count', '2']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toMatch(
      /^(?:32 bytes from 127\.0\.0\.1: \d+ ms, TTL 255\n){2}2 sent, 2 received, 0 lost; \d+ ms at least, /,
    );
  });

  it('prints the report as JSON', async () => {
    const { code, stdout } = await run(['ping', 'sim:lte', '127.0.0.1', '--count', '1', '--json']);
    expect([code, json(stdout)]).toEqual([
      0,
      expect.objectContaining({ sent: 1, received: 1, replies: [expect.objectContaining({ ttl: 255 })] }),
    ]);
  });

  it('ends with 130 on Ctrl-C, without a word', async () => {
    await withFolder(async (folder) => {
      const trace = join(folder, 'trace.jsonl');
      await writeFile(trace, '');
      const begun = holds(folder, 'trace.jsonl', 'AT+QPING');
      const pinging = start(['ping', 'sim:lte', '127.0.0.1', '--count', '10', '--trace', trace]);
      await begun;
      pinging.child.kill('SIGINT');
      const { code, stdout, stderr } = await pinging.result;
      expect([code, stdout.toString(), stderr]).toEqual([130, '', '']);
    });
  });
});

describe('urchestra ping on a module that cannot', () => {
  it.each([[[]], [['--dialect', 'auto']]])('ends with 2 and one line that says so: %j', async (options) => {
    const { code, stderr } = await run(['ping', 'sim:gsm', '127.0.0.1', ...options]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: ping .*\[UNSUPPORTED\]\n$/)]);
  });
});

describe('urchestra status', () => {
  it.each(['gsm', 'bc66'])('asks %s what it is with --dialect auto', async (dialect) => {
    const { code, stdout } = await run(['status', `sim:${dialect}`, '--dialect', 'auto', '--json']);
    const model = dialect === 'gsm' ? 'Quectel_M95' : 'BC66';
    expect([code, json(stdout)]).toEqual([
      0,
      expect.objectContaining({ state: 'online', identity: expect.arrayContaining([model]) }),
    ]);
  });
});

describe('urchestra resolve', () => {
  it('prints the addresses of a name, one a line', async () => {
    const { code, stdout } = await run(['resolve', 'sim:lte', 'localhost']);
    expect([code, stdout.toString()]).toEqual([0, expect.stringMatching(/^127\.0\.0\.1\n/)]);
  });

  it.each([
    ['sim:gsm', []],
    ['sim:bc66', ['--dialect', 'auto']],
  ])('prints them on %s %j', async (port, options) => {
    const { code, stdout } = await run(['resolve', port, 'localhost', ...options]);
    expect([code, stdout.toString()]).toEqual([0, expect.stringMatching(/^127\.0\.0\.1\n/)]);
  });

  it('prints them as JSON', async () => {
    const { code, stdout } = await run(['resolve', 'sim:lte', '127.0.0.1', '--json']);
    expect([code, json(stdout)]).toEqual([0, { addresses: ['127.0.0.1'], ttlS: expect.any(Number) }]);
  });

  it('ends with 1 and one line when the name has none', async () => {
    const { code, stdout, stderr } = await run(['resolve', 'sim:lte', 'nowhere.invalid']);
    expect([code, stdout.length]).toEqual([1, 0]);
    expect(stderr).toMatch(/^error: look-up of nowhere\.invalid: .*565 .*\[NAME_NOT_RESOLVED\]\n$/);
  });
});

describe('urchestra time', () => {
  it('prints UTC, and what the module printed', async () => {
    const { code, stdout } = await run(['time', 'sim:lte', '127.0.0.1', '--port', '1123']);
    expect(code).toBe(0);
    expect(stdout.toString()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(printed as \d{4}\/.*\)\n$/);
  });

  it('says so when the text has not the documented form (D4)', () => {
    expect(timeInWords({ utc: undefined, raw: '18/04,11:08:20:35+8' })).toEqual([
      'printed as "18/04,11:08:20:35+8", which is not the documented form: take it as it is',
    ]);
  });

  it('prints both as JSON', async () => {
    const { code, stdout } = await run(['time', 'sim:lte', '127.0.0.1', '--json']);
    expect([code, json(stdout)]).toEqual([
      0,
      { utc: expect.stringMatching(/Z$/), zoneMinutes: 0, raw: expect.any(String) },
    ]);
  });
});

describe('bad usage of these ends with 2 and one line, before any port is opened', () => {
  it.each<[string, string[], RegExp]>([
    ['too many requests', ['ping', 'sim:lte', 'a', '--count', '11'], /count must be .* 1 to 10, got 11/],
    [
      'a count in words',
      ['ping', 'sim:lte', 'a', '--count', 'few'],
      /--count must be a whole number, got few/,
    ],
    ['a size on lte', ['ping', 'sim:lte', 'a', '--size', '64'], /lte cannot do that; .*\[UNSUPPORTED\]/],
    ['a host with CR', ['ping', 'sim:lte', 'a\rAT'], /host must not contain/],
    ['no host', ['ping', 'sim:lte'], /missing required argument 'host'/],
    ['no APN', ['resolve', '/dev/null', 'a', '--dialect', 'lte'], /--apn NAME/],
    ['names on rg', ['resolve', '/dev/null', 'a', '--dialect', 'rg', '--apn', 'x'], /rg cannot do that/],
    ['the time on rg', ['time', '/dev/null', 'a', '--dialect', 'rg', '--apn', 'x'], /rg cannot do that/],
    ['port 0', ['time', 'sim:lte', 'a', '--port', '0'], /port must be .* 1 to 65535, got 0/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout.length]).toEqual([2, 0]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
