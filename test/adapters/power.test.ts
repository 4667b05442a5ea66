import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PortLines } from '../../adapters/port.ts';
import { atReset } from '../../adapters/power/at-reset.ts';
import { commandReset, parseCommandLine } from '../../adapters/power/command-reset.ts';
import { lineReset } from '../../adapters/power/line-reset.ts';
import type { ResetRequest } from '../../adapters/power/power.ts';
import { ModemError } from '../../errors.ts';
import { settled, VirtualClock } from '../../streams/clock.ts';

const never = new AbortController().signal;
const request = (parts: Partial<ResetRequest> = {}): ResetRequest => ({
  execute: async () => {},
  signal: never,
  answers: true,
  rebootsInRow: 1,
  ...parts,
});
const aborted = AbortSignal.abort(new Error('the agent ends'));

describe('atReset', () => {
  it('sends AT+CFUN=1,1 and nothing else', async () => {
    const sent: string[] = [];
    await atReset().reset(request({ execute: async (command) => void sent.push(command) }));
    expect(sent).toEqual(['AT+CFUN=1,1']);
  });

  it('rejects with RESET_FAILED and the cause when the module refuses', async () => {
    const cause = new ModemError('COMMAND_TIMED_OUT', 'no final result within 15000 ms');
    const resetting = atReset().reset(request({ execute: () => Promise.reject(cause) }));
    await expect(resetting).rejects.toMatchObject({
      code: 'RESET_FAILED',
      message: expect.stringContaining('no final result within 15000 ms'),
      cause,
    });
  });

  it('sends nothing after stop()', async () => {
    const execute = jest.fn();
    const resetting = atReset().reset(request({ execute, signal: aborted }));
    await expect(resetting).rejects.toMatchObject({ code: 'STOPPED' });
    expect(execute).not.toHaveBeenCalled();
  });
});

describe('lineReset', () => {
  let clock: VirtualClock;
  let moves: string[];
  let lines: PortLines;
  beforeEach(() => {
    clock = new VirtualClock();
    moves = [];
    lines = {
      set: async (levels) => void moves.push(`${clock.now()} ${JSON.stringify(levels)}`),
      dcd: async () => undefined,
    };
  });
  afterEach(() => expect(clock.pendingTimers).toBe(0));

  it('drops the line for the length of the pulse and raises it again', async () => {
    const resetting = lineReset({ line: 'dtr', pulseMs: 300, clock }).reset(request({ lines }));
    await clock.runUntil(resetting);
    expect(moves).toEqual(['0 {"dtr":false}', '300 {"dtr":true}']);
  });

  it('pulses the other way where the wiring is inverted', async () => {
    const control = lineReset({ line: 'rts', pulseMs: 600, activeLevel: true, clock });
    await clock.runUntil(control.reset(request({ lines })));
    expect(moves).toEqual(['0 {"rts":true}', '600 {"rts":false}']);
  });

  it('puts the line back to rest at once when it is stopped', async () => {
    const stop = new AbortController();
    const resetting = lineReset({ line: 'dtr', pulseMs: 300, clock }).reset(
      request({ lines, signal: stop.signal }),
    );
    const stopped = expect(resetting).rejects.toMatchObject({ code: 'STOPPED' });
    await clock.advance(100);
    stop.abort();
    await stopped;
    expect(moves).toEqual(['0 {"dtr":false}', '100 {"dtr":true}']);
  });

  it('touches no line when it was stopped before', async () => {
    const resetting = lineReset({ line: 'dtr', pulseMs: 300, clock }).reset(
      request({ lines, signal: aborted }),
    );
    await expect(resetting).rejects.toMatchObject({ code: 'STOPPED' });
    expect(moves).toEqual([]);
  });

  it('rejects with RESET_FAILED on a port without lines', async () => {
    const resetting = lineReset({ line: 'dtr', pulseMs: 300, clock }).reset(request());
    await expect(resetting).rejects.toMatchObject({
      code: 'RESET_FAILED',
      message: expect.stringContaining('no control lines'),
    });
  });

  it('rejects with RESET_FAILED when the driver cannot switch the line', async () => {
    const set = () => Promise.reject(new Error('Inappropriate ioctl'));
    const resetting = lineReset({ line: 'dtr', pulseMs: 300, clock }).reset(
      request({ lines: { ...lines, set } }),
    );
    await expect(resetting).rejects.toMatchObject({
      code: 'RESET_FAILED',
      message: expect.stringContaining('Inappropriate ioctl'),
    });
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a pulse of %d ms', (pulseMs) => {
    expect(() => lineReset({ line: 'dtr', pulseMs })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});

describe('commandReset', () => {
  const script = (text: string): string[] => ['/bin/sh', '-c', text];
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'urchestra-power-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const failureOf = (command: readonly string[]): Promise<ModemError> =>
    commandReset({ command })
      .reset(request())
      .then(
        () => Promise.reject(new TypeError('it succeeded')),
        (error) => error,
      );
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  /** Starts a program that ignores nothing and waits; resolves when it says its process id. */
  const started = async (file: string): Promise<number> => {
    for (;;) {
      const text = await readFile(file, 'utf8').catch(() => '');
      if (text.endsWith('\n')) return Number(text);
      await settled();
    }
  };

  it('passes the arguments as they are, without a shell', async () => {
    const file = join(directory, 'arguments');
    const odd = ['a b', '$HOME', ';', '"', ''];
    await commandReset({ command: ['/bin/sh', '-c', 'printf "%s|" "$@" > "$0"', file, ...odd] }).reset(
      request(),
    );
    expect(await readFile(file, 'utf8')).toBe(`${odd.join('|')}|`);
  });

  it('names the exit code and the last line of stderr', async () => {
    const error = await failureOf(script('echo first >&2; echo "relay 3 is stuck" >&2; echo >&2; exit 7'));
    expect(error).toMatchObject({ code: 'RESET_FAILED' });
    expect(error.message).toMatch(/exit code 7, and said: relay 3 is stuck;/);
    expect(error.message).not.toContain('first');
  });

  it('shows nothing of stderr that a terminal would obey, and no more than a line', async () => {
    const error = await failureOf(script(`printf '\\033[2Jstuck\\007 %0999d' 7 >&2; exit 7`));
    expect(error.message).toContain('and said: [2Jstuck  0000');
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(error.message.length).toBeLessThan(400);
  });

  it('says that the program does not exist', async () => {
    const error = await failureOf([join(directory, 'nothing'), '--password', 'secret']);
    expect(error).toMatchObject({ code: 'RESET_FAILED', message: expect.stringContaining('ENOENT') });
  });

  it('keeps the arguments out of names and errors', async () => {
    const command = [...script('exit 1'), 'secret'];
    expect(commandReset({ command }).description).toBe('/bin/sh');
    expect((await failureOf(command)).message).not.toContain('secret');
  });

  it('names the signal that ended the program', async () => {
    expect((await failureOf(script('kill -9 $$'))).message).toContain('SIGKILL');
  });

  it('survives a program that writes megabytes to stderr', async () => {
    const error = await failureOf(
      script('head -c 3000000 /dev/zero | tr "\\0" x >&2; echo >&2; echo end >&2; exit 1'),
    );
    expect(error.message).toContain('said: end;');
  });

  it('does not wait for what the program leaves running in the background', async () => {
    const file = join(directory, 'pid');
    await commandReset({ command: [...script('sleep 60 & echo $! > "$0"'), file] }).reset(request());
    process.kill(await started(file));
  });

  it('names the exit code also when something in the background holds stderr', async () => {
    const file = join(directory, 'pid');
    const error = await failureOf([...script('echo stuck >&2; sleep 60 & echo $! > "$0"; exit 3'), file]);
    expect(error.message).toContain('exit code 3, and said: stuck');
    process.kill(await started(file));
  });

  it('ends the program and its children at the limit', async () => {
    const clock = new VirtualClock();
    const file = join(directory, 'pid');
    const command = [...script('sleep 60 & echo $! > "$0"; wait'), file];
    const resetting = commandReset({ command, timeoutMs: 5_000, clock }).reset(request());
    const failed = expect(resetting).rejects.toMatchObject({
      code: 'RESET_FAILED',
      message: expect.stringContaining('did not end within 5000 ms'),
    });
    const child = await started(file);
    await clock.advance(5_000);
    await failed;
    while (isAlive(child) && !(await isZombie(child))) await settled(); // it was signalled: it ends in its own time
    expect(clock.pendingTimers).toBe(0);
  });

  it('kills a program that ignores SIGTERM two seconds later', async () => {
    const clock = new VirtualClock();
    const file = join(directory, 'pid');
    const command = [...script('trap "" TERM; echo $$ > "$0"; while :; do sleep 0.01; done'), file];
    const resetting = commandReset({ command, timeoutMs: 1_000, clock }).reset(request());
    const failed = expect(resetting).rejects.toMatchObject({ code: 'RESET_FAILED' });
    const child = await started(file);
    await clock.advance(2_999);
    expect(isAlive(child)).toBe(true);
    await clock.advance(1);
    await failed;
    while (isAlive(child)) await settled();
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends the program when it is stopped', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const file = join(directory, 'pid');
    const command = [...script('echo $$ > "$0"; exec sleep 60'), file];
    const resetting = commandReset({ command, clock }).reset(request({ signal: stop.signal }));
    const stopped = expect(resetting).rejects.toMatchObject({ code: 'STOPPED' });
    const child = await started(file);
    stop.abort();
    await stopped;
    expect(isAlive(child)).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it('starts nothing after stop()', async () => {
    const file = join(directory, 'ran');
    const command = [...script('echo > "$0"'), file];
    await expect(commandReset({ command }).reset(request({ signal: aborted }))).rejects.toMatchObject({
      code: 'STOPPED',
    });
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses an empty command', () => {
    expect(() => commandReset({ command: [] })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });

  async function isZombie(pid: number): Promise<boolean> {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ' Z ');
    return / [ZX] /.test(text);
  }
});

describe('parseCommandLine', () => {
  it.each<[string, string[]]>([
    ['reset', ['reset']],
    ['  gpioset  -t\t500ms  4=1 ', ['gpioset', '-t', '500ms', '4=1']],
    [`echo 'a b' "c d" e\\ f`, ['echo', 'a b', 'c d', 'e f']],
    [`a'b'"c"d`, ['abcd']],
    [`x '' ""`, ['x', '', '']],
    [`x "say \\"hi\\"" "a\\\\b" "a\\nb"`, ['x', 'say "hi"', 'a\\b', 'a\\nb']],
    [`x '$HOME; | "' \\; "a;b" "\\$5"`, ['x', '$HOME; | "', ';', 'a;b', '$5']],
    ['x http://10.0.0.1/cycle?port=3', ['x', 'http://10.0.0.1/cycle?port=3']],
  ])('reads %s', (text, words) => {
    expect(parseCommandLine(text)).toEqual(words);
  });

  it.each([
    '',
    '  ',
    `''`,
    `x 'open`,
    `x "open`,
    'x \\',
    'a | b',
    'a; b',
    'a && b',
    'a > b',
    'x $HOME',
    'x "$HOME"',
    'x `id`',
  ])('refuses [%s]', (text) => {
    expect(() => parseCommandLine(text)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { argument: 'command' } }),
    );
  });
});
