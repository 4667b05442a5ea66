import { type Fault, parseFaultScript, type VirtualModuleOptions } from '../../simulator/index.ts';
import { bench, closeBenches } from './host.ts';

afterEach(closeBenches);

const script = (...rules: object[]): Pick<VirtualModuleOptions, 'faults'> => ({
  faults: parseFaultScript(JSON.stringify(rules)),
});

describe('fault files', () => {
  it.each([
    ['{', /^not JSON: /],
    ['{}', 'must be a list of { "when": …, "fault": … }'],
    ['[1]', '[0]: must be an object, got 1'],
    ['[{"fault":{"kind":"hang"}}]', '[0].when: is missing'],
    ['[{"when":{"at":1}}]', '[0].fault: is missing'],
    [
      '[{"when":{},"fault":{"kind":"hang"}}]',
      '[0].when: must have one of at, every, onCommand, onUrc, onBytes',
    ],
    [
      '[{"when":{"at":"x"},"fault":{"kind":"hang"}}]',
      '[0].when.at: must be a number of milliseconds, 0 or more, got "x"',
    ],
    ['[{"when":{"at":1,"nth":2},"fault":{"kind":"hang"}}]', '[0].when.nth: unknown name (known: at)'],
    [
      '[{"when":{"at":1},"fault":{"kind":"hangs"}}]',
      /^\[0\]\.fault\.kind: unknown fault "hangs" \(known: hang, delay, /,
    ],
    ['[{"when":{"at":1},"fault":{"kind":"hang","ms":1}}]', '[0].fault.ms: unknown name (known: forMs)'],
    ['[{"when":{"at":1},"fault":{"kind":"delay"}}]', /^\[0\]\.fault\.ms: must be a number .* got nothing$/],
    [
      '[{"when":{"at":1},"fault":{"kind":"error","code":1}}]',
      '[0].fault.code: must be a whole number from 550 to 574, got 1',
    ],
    [
      '[{"when":{"onCommand":"AT","nth":1,"every":2},"fault":{"kind":"hang"}}]',
      '[0].when: may have only one of nth, every, probability',
    ],
    ['[{"when":{"at":1},"fault":{"kind":"hang"},"x":1}]', '[0].x: unknown name (known: when, fault)'],
  ])('are refused: %s', (text, message) => {
    expect(() => parseFaultScript(text)).toThrow(message);
    expect(() => parseFaultScript(text)).toThrow(expect.objectContaining({ name: 'FaultScriptError' }));
  });
});

describe('triggers', () => {
  const noise: Fault = { kind: 'urcInResponse', urc: '+X', place: 'first' };

  it('strike at a time, once', async () => {
    const { events, wait } = bench(script({ when: { at: 500 }, fault: noise }));
    await wait(499);
    expect(events.filter(({ kind }) => kind === 'fault')).toHaveLength(0);
    await wait(10_000);
    expect(events.filter(({ kind }) => kind === 'fault').map(({ atMs }) => atMs)).toEqual([500]);
  });

  it('strike again and again, up to a count', async () => {
    const { events, wait } = bench(script({ when: { every: 100, count: 3 }, fault: noise }));
    await wait(1000);
    expect(events.filter(({ kind }) => kind === 'fault').map(({ atMs }) => atMs)).toEqual([100, 200, 300]);
  });

  it.each([
    [{ onCommand: 'at+csq' }, [0, 1, 2, 3]],
    [{ onCommand: 'AT+CSQ', nth: 3 }, [2]],
    [{ onCommand: 'AT+CSQ', every: 2 }, [1, 3]],
    [{ onCommand: 'AT+CSQ', probability: 1 }, [0, 1, 2, 3]],
    [{ onCommand: 'AT+CSQ', probability: 0 }, []],
    [{ onCommand: 'AT+CS' }, []],
  ])('strike on commands: %j', async (when, expected) => {
    const { command } = bench(script({ when, fault: noise }));
    const struck: number[] = [];
    for (let n = 0; n < 4; n += 1) if ((await command('AT+CSQ')).includes('+X')) struck.push(n);
    expect(struck).toEqual(expected);
  });

  it('strike when so many bytes were moved', async () => {
    const { connect, command, say } = bench(script({ when: { onBytes: 6 }, fault: noise }));
    await connect();
    await command('AT+QISEND=0,5');
    expect(await say('12345')).toBe('\r\nSEND OK\r\n');
    await command('AT+QISEND=0,5', 200);
    expect(await say('12345', 200)).toContain('+X');
  });

  it('count what is read, too', async () => {
    const { connect, command, say } = bench(script({ when: { onBytes: 10 }, fault: noise }));
    await connect();
    await command('AT+QISEND=0,5');
    await say('12345', 200);
    expect(await command('AT+QIRD=0')).toContain('+X');
  });

  it('strike on notices', async () => {
    const { connect, command, say, events } = bench(script({ when: { onUrc: 'recv' }, fault: noise }));
    await connect();
    await command('AT+QISEND=0,5');
    await say('12345', 200);
    expect(events.filter(({ kind }) => kind === 'fault')).toHaveLength(1);
  });
});

describe('fault', () => {
  it('hang: nothing comes, and what was asked is answered late', async () => {
    const { module, command, wait } = bench();
    module.inject({ kind: 'hang', forMs: 5000 });
    expect(module.state.hung).toBe(true);
    expect(await command('AT+CSQ', 1000)).toBe('');
    expect(await command('AT', 1000)).toBe('');
    expect(await wait(3100)).toBe('AT+CSQ\r\r\n+CSQ: 22,99\r\n\r\nOK\r\nAT\r\r\nOK\r\n');
    expect(module.state).toMatchObject({ hung: false, protocolViolations: [] });
  });

  it('hang: input is kept up to 16 KiB, the rest is lost', async () => {
    const { module, say, wait, events } = bench();
    module.inject({ kind: 'hang', forMs: 1000 });
    await say('\n'.repeat(16_000));
    await say(`AT\r${'\n'.repeat(1000)}AT\r`);
    expect(await wait(2000)).toBe('AT\r\r\nOK\r\n');
    expect(events.filter(({ kind }) => kind === 'lost')).toHaveLength(1);
  });

  it('delay: the next command takes longer', async () => {
    const { module, command, wait } = bench();
    module.inject({ kind: 'delay', ms: 3000 });
    expect(await command('AT', 2900)).toBe('AT\r');
    expect(await wait(200)).toBe('\r\nOK\r\n');
    expect(await command('AT')).toBe('AT\r\r\nOK\r\n');
  });

  it('error: the next command is refused', async () => {
    const { module, command } = bench();
    await command('ATE0');
    module.inject({ kind: 'error', code: 550 });
    expect(await command('AT+QIACT?')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIGETERROR')).toContain('550, unknown error');
    module.inject({ kind: 'error', cme: 30 });
    expect(await command('AT+CSQ')).toBe('\r\n+CME ERROR: 30\r\n');
  });

  it('pdpdeact: the sockets are dead until AT+QIDEACT, which is required', async () => {
    const { module, connect, command, wait, network } = bench();
    await connect();
    module.inject({ kind: 'pdpdeact', context: 1 });
    expect(await wait(100)).toBe('\r\n+QIURC: "pdpdeact",1\r\n');
    expect(network.openConnections).toBe(0);
    expect(await command('AT+QIACT?')).toBe('\r\nOK\r\n');
    expect(await command('AT+QISTATE=1,0')).toContain(',4,1,0,0,');
    expect(await command('AT+QISEND=0,4')).toBe('\r\nERROR\r\n');
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 0,0,0');
    expect(await command('AT+QIACT=1', 500)).toBe('\r\nERROR\r\n');
    expect(module.state.protocolViolations).toHaveLength(1);
    expect(await command('AT+QIDEACT=1', 500)).toBe('\r\nOK\r\n');
    expect(await command('AT+QISTATE?')).toBe('\r\nOK\r\n');
    expect(await command('AT+QIACT=1', 500)).toBe('\r\nOK\r\n');
    await connect();
  });

  it('peerClose: the notice comes, and the connection is gone', async () => {
    const { module, connect, wait, network } = bench();
    await connect(0);
    await connect(1);
    module.inject({ kind: 'peerClose', socket: 1 });
    expect(await wait(100)).toBe('\r\n+QIURC: "closed",1\r\n');
    expect(network.openConnections).toBe(1);
    module.inject({ kind: 'peerClose' });
    expect(await wait(100)).toBe('\r\n+QIURC: "closed",0\r\n');
  });

  it('urcInResponse: a notice stands between echo, lines and result', async () => {
    const { module, command } = bench();
    module.inject({ kind: 'urcInResponse', urc: '+QIURC: "closed",3', place: 'first' });
    expect(await command('AT+CSQ')).toBe('AT+CSQ\r\r\n+QIURC: "closed",3\r\n\r\n+CSQ: 22,99\r\n\r\nOK\r\n');
    module.inject({ kind: 'urcInResponse', place: 'between' });
    expect(await command('AT+CSQ')).toBe('AT+CSQ\r\r\n+CSQ: 22,99\r\n\r\n+QIND: "csq",22,99\r\n\r\nOK\r\n');
  });

  it('loseUrc: the data is there all the same', async () => {
    const { module, connect, command, say } = bench();
    await connect();
    module.inject({ kind: 'loseUrc', urc: 'recv' });
    await command('AT+QISEND=0,4');
    expect(await say('test', 500)).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QIRD=0')).toContain('+QIRD: 4\r\ntest');
    await command('AT+QISEND=0,4');
    expect(await say('test', 500)).toContain('+QIURC: "recv",0');
  });

  it('reboot: in the middle of a command there is no result, only the notices of a boot', async () => {
    const { command, module } = bench(script({ when: { onCommand: 'AT+CSQ' }, fault: { kind: 'reboot' } }));
    expect(await command('AT+CSQ', 3000)).toMatch(/^(AT\+CSQ\r)?\r\nRDY\r\n$/);
    expect(module.state.rebootCount).toBe(1);
  });

  it('reboot, silent: only the echo tells', async () => {
    const { command, module, wait } = bench();
    await command('ATE0');
    module.inject({ kind: 'reboot', silent: true });
    expect(await wait(10_000)).toBe('');
    expect(await command('AT')).toBe('AT\r\r\nOK\r\n');
  });

  it('garbage: noise on the line, but not inside a send', async () => {
    const { module, wait, connect, command, say } = bench();
    module.inject({ kind: 'garbage', bytes: 50 });
    expect(await wait(10)).toHaveLength(50);
    await connect();
    await command('AT+QISEND=0,4');
    module.inject({ kind: 'garbage', bytes: 5 });
    expect(await wait(10)).toBe('');
    expect(await say('test')).toMatch(/^\r\nSEND OK\r\n[\s\S]{5}$/);
  });

  it('dribble: the bytes come one by one', async () => {
    const { module, clock } = bench();
    const chunks: [number, string][] = [];
    module.output$.subscribe((bytes) => chunks.push([clock.now(), Buffer.from(bytes).toString()]));
    module.inject({ kind: 'dribble', gapMs: 10 });
    module.receive(Buffer.from('AT\r'));
    await clock.advance(100);
    expect(chunks.map(([, text]) => text)).toEqual(['A', 'T', '\r', '\r', '\n', 'O', 'K', '\r', '\n']);
    expect(chunks.map(([atMs]) => atMs)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
    await clock.advance(2000);
    chunks.length = 0;
    module.receive(Buffer.from('AT\r'));
    await clock.advance(100);
    expect(chunks).toHaveLength(2);
  });

  it('sendFail: part of the payload may have been taken', async () => {
    const { module, connect, command, say } = bench();
    await connect();
    module.inject({ kind: 'sendFail', partly: 3 });
    await command('AT+QISEND=0,10');
    expect(await say('0123456789')).toBe('\r\nSEND FAIL\r\n');
    expect(await command('AT+QISEND=0,0', 200)).toContain('+QISEND: 3,0,3');
    expect(await command('AT+QIRD=0')).toContain('+QIRD: 3\r\n012\r\n');
  });

  it.each([
    [true, 10],
    [false, 0],
  ])('sendError, accepted %s: the counters tell', async (accepted, count) => {
    const { module, connect, command, say } = bench();
    await connect();
    module.inject({ kind: 'sendError', accepted });
    await command('AT+QISEND=0,10');
    expect(await say('0123456789', 200)).toMatch(/^\r\nERROR\r\n/);
    expect(await command('AT+QISEND=0,0')).toContain(`+QISEND: ${count},${count},0`);
  });

  it('sendSilent: the payload is taken, the result never comes, the next command works', async () => {
    const { module, connect, command, say } = bench();
    await connect();
    module.inject({ kind: 'sendSilent' });
    await command('AT+QISEND=0,4');
    expect(await say('test', 30)).toBe('');
    expect(await command('AT+QISEND=0,0', 200)).toContain('+QISEND: 4,');
    expect(module.state.protocolViolations).toEqual([]);
  });

  it('blackHole: nothing is acknowledged and nothing arrives until it is over', async () => {
    const { module, connect, command, say, wait } = bench();
    await connect();
    module.inject({ kind: 'blackHole', forMs: 60_000 });
    await command('AT+QISEND=0,4');
    expect(await say('test', 30_000)).toBe('\r\nSEND OK\r\n');
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 4,0,4');
    expect(await wait(30_100)).toBe('\r\n+QIURC: "recv",0\r\n');
    expect(await command('AT+QISEND=0,0')).toContain('+QISEND: 4,4,0');
  });

  it('blackHole: a close takes its full time', async () => {
    const { module, connect, command, wait } = bench();
    await connect();
    module.inject({ kind: 'blackHole', forMs: 60_000 });
    expect(await command('AT+QICLOSE=0,20', 19_000)).toBe('');
    expect(await wait(2000)).toBe('\r\nOK\r\n');
  });

  it('openFail: the next open fails with that number', async () => {
    const { module, connect, command } = bench();
    await connect(1);
    module.inject({ kind: 'openFail', err: 569 });
    expect(await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",7', 200)).toBe('\r\nOK\r\n\r\n+QIOPEN: 0,569\r\n');
    expect(await command('AT+QICLOSE=0', 200)).toBe('\r\nOK\r\n');
    await connect(0);
  });

  it('refuseActivation: so many times', async () => {
    const { module, command } = bench();
    await command('ATE0');
    await command('AT+QICSGP=1,1,"net"');
    module.inject({ kind: 'refuseActivation', times: 2 });
    expect(await command('AT+QIACT=1', 500)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIACT=1', 500)).toBe('\r\nERROR\r\n');
    expect(await command('AT+QIACT=1', 500)).toBe('\r\nOK\r\n');
  });

  it('closeSlow: the next close takes longer', async () => {
    const { module, connect, command, wait } = bench();
    await connect();
    module.inject({ kind: 'closeSlow', ms: 8000 });
    expect(await command('AT+QICLOSE=0', 8000)).toBe('');
    expect(await wait(100)).toBe('\r\nOK\r\n');
  });
});

describe('the same seed', () => {
  async function trace(seed: number): Promise<string> {
    const rules = [
      { when: { onCommand: 'AT+CSQ', probability: 0.3 }, fault: { kind: 'garbage', bytes: 8 } },
      { when: { onCommand: 'AT+CSQ', probability: 0.3 }, fault: { kind: 'urcInResponse' } },
    ];
    const { command } = bench({ ...script(...rules), seed });
    let text = '';
    for (let n = 0; n < 50; n += 1) text += await command('AT+CSQ');
    return text;
  }

  it('gives the same bytes twice, another seed others', async () => {
    const first = await trace(7);
    expect(await trace(7)).toBe(first);
    expect(await trace(8)).not.toBe(first);
  });
});

describe('lateResult and radioLoss', () => {
  it('lateResult: the answer comes late, and the next commands have theirs meanwhile', async () => {
    const { module, command, wait } = bench();
    await command('ATE0');
    module.inject({ kind: 'lateResult', ms: 3000, command: 'AT+CSQ' });
    expect(await command('AT+CGMM', 50)).toContain('EC25');
    expect(await command('AT+CSQ', 50)).toBe('');
    expect(await command('AT', 50)).toBe('\r\nOK\r\n');
    expect(await wait(3000)).toBe('\r\n+CSQ: 22,99\r\n\r\nOK\r\n');
  });

  it('lateResult: what is late waits while a payload is typed', async () => {
    const { module, activate, connect, command, say, wait } = bench();
    await activate();
    await connect();
    module.inject({ kind: 'lateResult', ms: 1000 });
    await command('AT+CSQ', 50);
    expect(await say('AT+QISEND=0,4\r', 2000)).toBe('\r\n> ');
    expect(await say('ping', 100)).toContain('SEND OK');
    expect(await wait(0)).toBe('');
  });

  it.each([
    [false, 2],
    [true, 3],
  ])(
    'radioLoss: contexts are lost, registration is gone (denied: %s), also over a restart',
    async (denied, status) => {
      const { module, activate, command, wait } = bench();
      await activate();
      await command('AT+CEREG=1');
      module.inject({ kind: 'radioLoss', forMs: 60_000, denied });
      expect(await wait(10)).toBe(`\r\n+CEREG: ${status}\r\n\r\n+QIURC: "pdpdeact",1\r\n`);
      await command('AT+QIDEACT=1', 500);
      expect(await command('AT+QIACT=1', 500)).toContain('ERROR');
      module.powerCycle();
      await wait(20_000);
      await command('ATE0');
      expect(await command('AT+CREG?')).toContain(`+CREG: 0,${status}`);
      await wait(60_000);
      expect(await command('AT+CREG?')).toContain('+CREG: 0,1');
    },
  );
});
