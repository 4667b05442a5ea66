import { createHash } from 'node:crypto';
import type { ModemError, ModemSocket } from '../../index.ts';
import type { Fault, FaultRule, MemoryPeer } from '../../simulator/index.ts';
import { echoPeer, sinkPeer } from '../../simulator/index.ts';
import { delay } from '../../streams/clock.ts';
import { dismantle, type Rig, rig } from './rig.ts';

const bytes = (length: number, seed = 7): Buffer => {
  const parts: Buffer[] = [];
  for (let i = 0; i * 32 < length; i++) parts.push(createHash('sha256').update(`${seed}-${i}`).digest());
  return Buffer.concat(parts).subarray(0, length);
};

/** Sends `data` to an echo peer and collects what comes back until everything is there. */
async function echoed(r: Rig, data: Buffer): Promise<Buffer> {
  const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
  const received: Buffer[] = [];
  let length = 0;
  const complete = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      length += chunk.length;
      if (length >= data.length) resolve();
    });
  });
  socket.write(data);
  await r.clock.runUntil(complete);
  await r.clock.runUntil(socket.acknowledged());
  expect(socket.bytesAcknowledged).toBe(data.length);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.end();
  await r.clock.runUntil(closed);
  return Buffer.concat(received);
}

async function withRules(rules: readonly FaultRule[], size = 60_000): Promise<Rig> {
  const r = rig({}, { faults: { rules } });
  r.network.listen(7000, echoPeer);
  await r.clock.runUntil(r.modem.start());
  try {
    const data = bytes(size);
    const back = await echoed(r, data);
    expect(back.length).toBe(data.length);
    expect(back.equals(data)).toBe(true);
  } catch (error) {
    console.log(r.trace.slice(-60).join('\n'), r.steps, r.modem.status, r.module.state.protocolViolations);
    throw error;
  }
  return r;
}

const every = (command: string, n: number, fault: Fault): FaultRule => ({
  when: { onCommand: command, every: n },
  fault,
});

describe('a TCP stream arrives byte for byte', () => {
  it.each<[string, FaultRule[]]>([
    ['without faults', []],
    [
      'when recv URCs are lost',
      [{ when: { onUrc: 'recv', every: 2 }, fault: { kind: 'loseUrc', urc: 'recv' } }],
    ],
    ['when sends fail', [every('AT+QISEND', 5, { kind: 'sendFail' })]],
    ['when sends fail half accepted', [every('AT+QISEND', 5, { kind: 'sendFail', partly: 700 })]],
    ['when sends end with ERROR', [every('AT+QISEND', 5, { kind: 'sendError' })]],
    [
      'when sends end with ERROR but were taken',
      [every('AT+QISEND', 5, { kind: 'sendError', accepted: true })],
    ],
    [
      'when a send is never answered',
      [{ when: { onCommand: 'AT+QISEND', nth: 6 }, fault: { kind: 'sendSilent' } }],
    ],
    ['when URCs stand inside responses', [every('AT+QIRD', 3, { kind: 'urcInResponse' })]],
    [
      'when URCs stand between the lines of responses',
      [every('AT+QIRD', 3, { kind: 'urcInResponse', place: 'between' })],
    ],
    [
      'when output dribbles byte by byte',
      [{ when: { every: 2000, count: 10 }, fault: { kind: 'dribble', gapMs: 3 } }],
    ],
    [
      'when there is noise on the line',
      [{ when: { every: 700, count: 20 }, fault: { kind: 'garbage', bytes: 30 } }],
    ],
    ['when commands are slow', [every('AT+QIRD', 4, { kind: 'delay', ms: 2500 })]],
    [
      'when the air is silent for a while',
      [{ when: { at: 3000 }, fault: { kind: 'blackHole', forMs: 20_000 } }],
    ],
  ])('%s', async (_, rules) => {
    const r = await withRules(rules);
    expect(r.steps).toEqual(['online']);
    await dismantle(r);
  });
});

describe('a module that repeats what is sent (AT+QISDE refused)', () => {
  it('is understood although the sent bytes look like its own results', async () => {
    const refuse: FaultRule = { when: { onCommand: 'AT+QISDE', every: 1 }, fault: { kind: 'error' } };
    const r = rig({}, { faults: { rules: [refuse] } });
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    socket.resume();
    const writes = [
      '\r\nSEND OK\r\n',
      'ERROR\r\n',
      '\r\nSEND FAIL\r\n',
      ' > blank first',
      '\r\n+QIRD: 5\r\n',
      'x',
    ];
    for (const text of writes) {
      socket.write(text);
      await r.clock.runUntil(socket.acknowledged());
    }
    expect(Buffer.from(sink.take()).toString()).toBe(writes.join(''));
    expect(r.steps).toEqual(['online']);
    await dismantle(r);
  });
});

describe('a socket that loses its ground', () => {
  async function connected(options: Parameters<typeof rig>[0] = {}) {
    const r = rig(options);
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    socket.resume();
    socket.write(bytes(5000));
    await r.clock.runUntil(socket.acknowledged());
    return { r, socket, sink };
  }

  const failure = (r: Rig, socket: ModemSocket) =>
    r.clock.runUntil(
      new Promise<Error & { code: string; errno: string }>((resolve) => socket.once('error', resolve)),
    );

  it('fails with CONTEXT_LOST and what was acknowledged after pdpdeact, and the context is back without a reboot', async () => {
    const { r, socket } = await connected();
    r.module.inject({ kind: 'pdpdeact' });
    const error = await failure(r, socket);
    expect(error).toMatchObject({
      code: 'CONTEXT_LOST',
      errno: 'ENETDOWN',
      details: { bytesAcknowledged: 5000 },
    });
    const again = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    expect(again.connectId).toBe(0);
    expect(r.steps).toEqual(['online', 'context lost: context 1: pdpdeact', 'online']);
    again.destroy();
    await dismantle(r);
  });

  it('fails with MODULE_REBOOTED when the module restarts, which is then set up again', async () => {
    const { r, socket } = await connected();
    r.module.inject({ kind: 'reboot' });
    expect(await failure(r, socket)).toMatchObject({ code: 'MODULE_REBOOTED' });
    const again = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    again.destroy();
    expect(r.steps[1]).toMatch(/module rebooted: RDY/);
    await dismantle(r);
  });

  it('fails when the module restarts without a word, found by its echo', async () => {
    const { r, socket } = await connected();
    r.module.inject({ kind: 'reboot', silent: true });
    await r.clock.advance(10_000);
    socket.write('more');
    expect(await failure(r, socket)).toMatchObject({
      code: expect.stringMatching(/MODULE_REBOOTED|MODULE_HUNG/),
    });
    const again = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    again.destroy();
    await dismantle(r);
  });

  it('fails with MODULE_HUNG when the module does not answer, which is then reset and set up again', async () => {
    const { r, socket } = await connected({
      power: {
        description: 'power cycle',
        reachesSilentModule: true,
        reset: async () => r.module.powerCycle(),
      },
    });
    r.module.inject({ kind: 'hang' });
    socket.write('more');
    expect(await failure(r, socket)).toMatchObject({ code: 'MODULE_HUNG' });
    const again = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    again.destroy();
    expect(r.steps).toEqual([
      'online',
      expect.stringMatching(/^module hung/),
      'reboot granted: number 1 in a row',
      'module rebooted: RDY',
      'online',
    ]);
    await dismantle(r);
  });

  it('fails with PORT_LOST when the port vanishes, which is then opened again', async () => {
    const { r, socket } = await connected();
    r.module.inject({ kind: 'portLost', forMs: 5000 });
    expect(await failure(r, socket)).toMatchObject({ code: 'PORT_LOST' });
    const again = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    again.destroy();
    await dismantle(r);
  });

  it('delivers what was received and then ends when the peer closes', async () => {
    const { r, socket, sink } = await connected();
    const got: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => got.push(chunk));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const tail = bytes(4000, 3);
    sink.peers[0]?.write(tail);
    sink.peers[0]?.end();
    await r.clock.runUntil(closed);
    expect(Buffer.concat(got).equals(tail)).toBe(true);
    expect(socket.errored).toBeNull();
    await dismantle(r);
  });

  it('learns of the end although nobody reads: the writes fail, the stream closes, the id is free', async () => {
    const r = rig();
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const errors: unknown[] = [];
    socket.on('error', (error) => errors.push(error));
    sink.peers[0]?.write(bytes(3000));
    sink.peers[0]?.end();
    await r.clock.advance(2000);
    const late = new Promise((resolve) => socket.write('late reading', resolve));
    expect(await r.clock.runUntil(late)).toMatchObject({ code: 'PEER_CLOSED' });
    await r.clock.runUntil(closed);
    expect(errors).toMatchObject([
      { code: 'PEER_CLOSED', details: { bytesWritten: 12, bytesAcknowledged: 0 } },
    ]);
    await expect(socket.acknowledged()).rejects.toMatchObject({ code: 'SOCKET_CLOSED' });
    expect(r.modem.status.connectIds).toEqual([]);
    await dismantle(r);
  });
});

describe('a module that restarts without a word in the middle of a command', () => {
  it('is found out when the command is given up, and not reset once more', async () => {
    const r = rig();
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    r.module.inject({ kind: 'reboot', silent: true });
    const lost = r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    await expect(lost).rejects.toMatchObject({ code: 'MODULE_HUNG' });
    await r.clock.advance(10_000);
    expect(r.modem.status.state).toBe('online');
    expect(r.steps).toEqual([
      'online',
      expect.stringMatching(/^module hung: no answer to AT\+QIOPEN/),
      'module rebooted: echo is on again',
      'online',
    ]);
    expect(r.module.state.rebootCount).toBe(1);
    await dismantle(r);
  });
});

describe('a command while the module is being reset', () => {
  it('waits until the module is in step again, and has its own answer', async () => {
    const r = rig({
      power: {
        description: 'a relay that takes its time',
        reachesSilentModule: true,
        reset: async () => {
          r.module.powerCycle();
          await delay(r.clock, 3_100);
        },
      },
    });
    await r.clock.runUntil(r.modem.start());
    r.module.inject({ kind: 'hang' });
    await expect(r.clock.runUntil(r.modem.execute('AT+CSQ'))).rejects.toMatchObject({
      code: 'COMMAND_TIMED_OUT',
    });
    while (r.modem.status.state !== 'rebooting' || !r.steps.at(-1)?.startsWith('reboot granted'))
      await r.clock.advance(100);
    const asked = r.modem.execute('AT+CCLK?');
    expect(await r.clock.runUntil(asked)).toMatchObject({ result: 'OK', lines: [{ prefix: '+CCLK' }] });
    await dismantle(r);
  });
});

describe('a peer that is gone before it has everything', () => {
  it('ends the connection with an error that says how much it has, though nobody waited for that', async () => {
    const r = rig();
    const peers: MemoryPeer[] = [];
    r.network.listen(7000, (peer) => peers.push(peer));
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    const words: unknown[] = [];
    socket.on('error', ({ code, details }: ModemError) => words.push(code, details.bytesAcknowledged));
    socket.on('close', () => words.push('close'));
    socket.resume();
    socket.write('first');
    await r.clock.runUntil(socket.acknowledged());
    peers[0]?.pause();
    peers[0]?.reset();
    socket.write('second');
    await r.clock.advance(5_000);
    expect(words).toEqual(['PEER_CLOSED', 5, 'close']);
    await dismantle(r);
  });
});
