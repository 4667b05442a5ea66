import type { ConnectOptions, ModemSocket } from '../../index.ts';
import type { FaultRule, VirtualModuleOptions } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from './rig.ts';
import { ended, randomBytes } from './streams.ts';
import { type Talk, talk, until } from './talks.ts';

type Sharing = 'single' | 'multiple';

async function online(
  contexts: readonly { readonly id: number; readonly apn: string; readonly sharing?: Sharing }[] = [
    { id: 0, apn: 'CMNET' },
  ],
  module: Partial<VirtualModuleOptions> = {},
  modem: Parameters<typeof rig>[0] = {},
): Promise<Rig> {
  const names = { 'a.example': ['192.0.2.1', '192.0.2.2'] };
  const r = rig({ dialect: 'gsm', contexts, ...modem }, { dialect: 'gsm', ...module }, { names });
  await r.clock.runUntil(r.modem.start());
  return r;
}

const written = (r: Rig, from = 0): string[] =>
  r.trace
    .slice(from)
    .filter((line) => / tx /.test(line))
    .map((line) => line.replace(/^\d+ tx /, ''));

async function carried(r: Rig, talks: readonly Talk[]): Promise<void> {
  for (const one of talks) one.start();
  await until(r, () => talks.every((one) => one.isDone()));
  for (const { expected, got } of talks) {
    expect(got().up.equals(expected.up)).toBe(true);
    expect(got().down.equals(expected.down)).toBe(true);
  }
}

const WAYS: readonly (readonly [Sharing, Omit<ConnectOptions, 'host' | 'port'>])[] = [
  ['multiple', { mode: 'buffer' }],
  ['multiple', { mode: 'push' }],
  ['single', { mode: 'buffer' }],
  ['single', { mode: 'push' }],
  ['multiple', { mode: 'transparent' }],
];

describe.each([{ mode: 'buffer' }, { mode: 'push' }] as const)(
  'counters that go with their connection, %j',
  (options) => {
    it.each([
      ['an error when the peer closes before anybody has looked', false, 'PEER_CLOSED'],
      ['a clean end when they were seen complete before', true, 'clean'],
    ])('are %s', async (_, isCounted, expected) => {
      const close: FaultRule = { when: { onCommand: 'AT+QISACK', every: 1 }, fault: { kind: 'peerClose' } };
      const r = await online([{ id: 0, apn: 'CMNET' }], { faults: { rules: isCounted ? [] : [close] } });
      const { socket } = await talk(r, 1, 0, options);
      const outcome = new Promise<string>((resolve) => {
        socket.once('error', (error: Error & { code?: string }) => resolve(String(error.code)));
        socket.once('close', () => resolve('clean'));
      });
      socket.pause();
      socket.write('x'.repeat(500));
      await until(r, () => socket.bytesAccepted === 500);
      if (isCounted) await until(r, () => socket.bytesAcknowledged === 500);
      if (isCounted) r.module.inject({ kind: 'peerClose' });
      socket.resume();
      expect(await r.clock.runUntil(outcome)).toBe(expected);
      await dismantle(r);
    });

    it('are read behind a lone write at once, and while more is sent behind each 16 KiB', async () => {
      const r = await online(undefined, { sendBufferBytes: 1 << 20 }); // a full one is asked more often
      const { socket } = await talk(r, 1, 0, options);
      const counted = (): number => r.trace.filter((line) => line.includes('tx AT+QISACK')).length;
      socket.write('x'.repeat(500));
      await until(r, () => socket.bytesAcknowledged === 500);
      expect(counted()).toBeLessThanOrEqual(2); // it had not arrived when it was read first
      const before = counted();
      socket.write(randomBytes(160 * 1024));
      await until(r, () => socket.bytesAcknowledged === 500 + 160 * 1024);
      expect(counted() - before).toBeGreaterThanOrEqual(10);
      expect(counted() - before).toBeLessThan(30);
      await dismantle(r);
    });
  },
);

describe.each(WAYS)('a connection of gsm, %s, %j', (sharing, options) => {
  it('carries any bytes both ways at the same time, and closes', async () => {
    const r = await online([{ id: 0, apn: 'CMNET', sharing }]);
    const one = await talk(r, 1, 30_000, options);
    await carried(r, [one]);
    await r.clock.runUntil(one.socket.acknowledged());
    expect(one.socket.bytesAcknowledged).toBe(30_000);
    one.socket.end();
    one.peer.end();
    await ended(r, one.socket);
    expect([r.module.state.sockets, r.module.state.rebootCount]).toEqual([[], 0]);
    await dismantle(r);
  });

  it('takes nothing that the peer sends for the words of the module', async () => {
    const r = await online([{ id: 0, apn: 'CMNET', sharing }]);
    const one = await talk(r, 1, 0, options);
    const words = [
      '\r\nCLOSED\r\n',
      '\r\n+PDP DEACT\r\n',
      '0, CLOSED',
      '\r\n0, CLOSED\r\n',
      '+RECEIVE: 0, 5',
      '\r\n+RECEIVE: 0, 5\r\n',
      '\r\n+QIRDI: 0,1,0\r\n',
      'IPD5:',
      '\r\nOK\r\n',
      '\r\nRDY\r\n',
    ];
    for (const word of words) {
      one.peer.write(Buffer.from(word));
      await r.clock.advance(5000);
    }
    one.peer.write(Buffer.from(words.join('')));
    const sent = `${words.join('')}${words.join('')}`;
    await until(r, () => one.progressBytes() >= sent.length);
    expect(one.got().down.toString('latin1')).toBe(sent);
    expect([one.socket.destroyed, r.modem.status.state, r.steps.at(-1)]).toEqual([false, 'online', 'online']);
    expect(r.steps.filter((step) => !/online|shared in another way/.test(step))).toEqual([]);
    one.socket.destroy();
    await dismantle(r);
  });

  it('ends when the peer closes, behind its last byte', async () => {
    const r = await online([{ id: 0, apn: 'CMNET', sharing }]);
    const one = await talk(r, 1, 0, options);
    one.peer.write(randomBytes(3000));
    one.peer.end();
    await ended(r, one.socket);
    expect(one.got().down.equals(randomBytes(3000))).toBe(true);
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });

  it('fails when the network drops the context, which is brought back without a reboot', async () => {
    const r = await online([{ id: 0, apn: 'CMNET', sharing }]);
    const one = await talk(r, 1, 0, options);
    const failed = new Promise<Error>((resolve) => one.socket.once('error', resolve));
    r.module.inject({ kind: 'pdpdeact' });
    const expected = options.mode === 'transparent' ? /PEER_CLOSED|CONTEXT_LOST/ : /CONTEXT_LOST/;
    const outcome = await Promise.race([
      r.clock.runUntil(failed).then((error) => ('code' in error ? String(error.code) : '')),
      ended(r, one.socket).then(() => 'PEER_CLOSED'),
    ]);
    expect(outcome).toMatch(expected);
    const again = await talk(r, 2, 5000, options);
    await carried(r, [again]);
    expect(r.module.state.rebootCount).toBe(0);
    expect(written(r).filter((line) => line === 'AT+QIDEACT').length).toBeGreaterThan(2);
    again.socket.destroy();
    await dismantle(r);
  });
});

describe('connections of gsm', () => {
  it('are six at once, and a seventh is refused', async () => {
    const r = await online();
    const talks: Talk[] = [];
    for (let seed = 1; seed <= 6; seed++) talks.push(await talk(r, seed, 8_000));
    await expect(r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7001 }))).rejects.toMatchObject({
      code: 'TOO_MANY_SOCKETS',
    });
    await carried(r, talks);
    for (const { socket } of talks) socket.destroy();
    await dismantle(r);
  });

  it('are of two contexts at once, in different ways, and lose only what their own context takes along', async () => {
    const r = await online([
      { id: 0, apn: 'CMNET', sharing: 'single' },
      { id: 1, apn: 'CMWAP' },
    ]);
    const one = await talk(r, 1, 6_000, { context: 0 });
    const two = await talk(r, 2, 6_000, { context: 1 });
    const three = await talk(r, 3, 6_000, { context: 1, mode: 'push' });
    await carried(r, [one, two, three]);
    const failed = new Promise<Error>((resolve) => two.socket.once('error', resolve));
    three.socket.on('error', () => undefined);
    r.module.inject({ kind: 'pdpdeact', context: 1 });
    await expect(r.clock.runUntil(failed)).resolves.toMatchObject({ code: 'CONTEXT_LOST' });
    one.peer.write(Buffer.from('still here'));
    await r.clock.advance(2000);
    expect(one.got().down.subarray(6000).toString()).toBe('still here');
    const again = await talk(r, 4, 6_000, { context: 1 });
    await carried(r, [again]);
    expect(r.module.state.rebootCount).toBe(0);
    one.socket.destroy();
    again.socket.destroy();
    await dismantle(r);
  });

  it('keep their lengths apart where modules without AT+QINDI push to contexts that are shared in different ways', async () => {
    const r = await online(
      [
        { id: 0, apn: 'CMNET', sharing: 'single' },
        { id: 1, apn: 'CMWAP' },
      ],
      { hasIndication: false },
    );
    const one = await talk(r, 1, 6_000, { context: 0 });
    const two = await talk(r, 2, 6_000, { context: 1 });
    await carried(r, [one, two]);
    one.socket.destroy();
    two.socket.destroy();
    await dismantle(r);
  });

  it('are received in their own ways also when they are opened at the same time', async () => {
    const r = await online();
    const talks = await Promise.all(
      ([1, 2, 3, 4, 5, 6] as const).map((seed) =>
        talk(r, seed, 4_000, { mode: seed % 2 === 0 ? 'push' : 'buffer' }),
      ),
    );
    await carried(r, talks);
    expect(talks.map(({ socket }) => socket.mode).filter((mode) => mode === 'push')).toHaveLength(3);
    for (const { socket } of talks) socket.destroy();
    await dismantle(r);
  });

  it('that are single and pushed exclude a server, whose client could not be told from them', async () => {
    const r = await online([{ id: 0, apn: 'CMNET', sharing: 'single' }]);
    const one = await talk(r, 1, 0, { mode: 'push' });
    await expect(r.clock.runUntil(r.modem.listen({ port: 4000 }))).rejects.toMatchObject({
      code: 'CONTEXT_BUSY',
    });
    one.socket.destroy();
    await dismantle(r);
  });

  it('get what is pushed beside connections of the other context that are read', async () => {
    const r = await online([0, 1].map((id) => ({ id, apn: 'CMNET' })));
    const talks = await Promise.all(
      ([1, 2, 3, 4, 5, 6] as const).map((seed) =>
        talk(r, seed, 2_000, { mode: seed === 6 ? 'push' : 'buffer' }),
      ),
    );
    talks.push(await talk(r, 7, 2_000, { context: 1 })); // the indexes of context 0 are all in use
    await carried(r, talks);
    for (const { socket } of talks) socket.destroy();
    await dismantle(r);
  });

  it('that are single and pushed are in one context only', async () => {
    const r = await online([0, 1].map((id) => ({ id, apn: 'CMNET', sharing: 'single' })));
    const one = await talk(r, 1, 2_000, { mode: 'push' });
    await expect(
      r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7001, mode: 'push', context: 1 })),
    ).rejects.toMatchObject({ code: 'CONTEXT_BUSY' });
    const other = await talk(r, 2, 2_000, { context: 1 });
    await carried(r, [one, other]);
    for (const { socket } of [one, other]) socket.destroy();
    await dismantle(r);
  });

  it('end with BUFFER_FULL when nobody reads what cannot be stopped', async () => {
    const r = await online();
    const one = await talk(r, 1, 0, { mode: 'push' });
    one.socket.pause();
    const failed = new Promise<Error>((resolve) => one.socket.once('error', resolve));
    one.peer.write(randomBytes(1_200_000));
    await expect(r.clock.runUntil(failed)).resolves.toMatchObject({ code: 'BUFFER_FULL' });
    await dismantle(r);
  });

  it('are refused as long as others use the context in another way', async () => {
    const r = await online();
    const buffered = await talk(r, 1, 0);
    await expect(
      r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7001, mode: 'transparent' })),
    ).rejects.toMatchObject({ code: 'CONTEXT_BUSY', errno: 'EBUSY' });
    buffered.socket.destroy();
    const transparent = await talk(r, 2, 4000, { mode: 'transparent' });
    await carried(r, [transparent]);
    transparent.socket.destroy();
    const again = await talk(r, 3, 4000);
    await carried(r, [again]);
    expect(r.steps.filter((step) => step.includes('shared in another way'))).toHaveLength(2);
    again.socket.destroy();
    await dismantle(r);
  });

  it('are found by name where the host is one', async () => {
    const r = await online();
    r.network.listen(7009, (peer) => peer.write(Buffer.from('hello')));
    const socket = await r.clock.runUntil(r.modem.connect({ host: 'a.example', port: 7009 }));
    expect(written(r).slice(-3)).toContain('AT+QIDNSIP=1');
    socket.destroy();
    await dismantle(r);
  });

  it('say what failed: a refusal, a name without an address', async () => {
    const r = await online();
    await expect(r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 9 }))).rejects.toMatchObject({
      code: 'OPEN_FAILED',
      errno: 'ECONNREFUSED',
    });
    const after = await talk(r, 1, 1000);
    await carried(r, [after]);
    after.socket.destroy();
    await dismantle(r);
  });

  it('are pushed by a module without AT+QINDI', async () => {
    const r = await online(undefined, { hasIndication: false });
    const one = await talk(r, 1, 8000);
    expect(one.socket.mode).toBe('push');
    await carried(r, [one]);
    one.socket.destroy();
    await dismantle(r);
  });

  it.each(['recv', 'closed', '+QIOPEN', 'pdpdeact'])('outlive the loss of the notice %s', async (urc) => {
    const r = await online();
    r.module.inject({ kind: 'loseUrc', urc });
    const one = await talk(r, 1, 4000);
    await carried(r, [one]);
    if (urc === 'closed') {
      one.peer.end();
      await r.clock.advance(1000);
    }
    if (urc === 'pdpdeact') r.module.inject({ kind: 'pdpdeact' });
    one.socket.on('error', () => undefined);
    one.socket.write('lost?');
    if (urc === 'closed' || urc === 'pdpdeact') await ended(r, one.socket);
    else one.socket.destroy();
    // An open tells that the context is gone, where the notice did not; the next one waits for it.
    if (urc === 'pdpdeact')
      await expect(
        r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7001 })),
      ).rejects.toMatchObject({ code: expect.stringMatching(/OPEN_FAILED|CONTEXT_LOST/) });
    const again = await talk(r, 2, 4000);
    await carried(r, [again]);
    again.socket.destroy();
    await dismantle(r);
  });

  it('keep the mode they were opened in, and have no port of their own choice', async () => {
    const r = await online();
    const one = await talk(r, 1, 0);
    await expect(r.clock.runUntil(one.socket.switchMode('push'))).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
    expect(one.socket.mode).toBe('buffer');
    await carried(r, [await talk(r, 2, 1000)]);
    await expect(r.modem.connect({ host: 'a', port: 1, localPort: 5 })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
    await expect(r.modem.ping('a')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(r.modem.syncTime('a')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(r.modem.lastError()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await dismantle(r);
  });
});

describe('an ESC in the data', () => {
  it('is a byte like any other (gsm §5.2.2.2)', async () => {
    const r = await online();
    const one = await talk(r, 1, 0);
    one.socket.write(Buffer.from([1, 27, 2, 26, 3]));
    await r.clock.advance(1000);
    expect([...one.got().up]).toEqual([1, 27, 2, 26, 3]);
    one.socket.destroy();
    await dismantle(r);
  });

  it('is not blamed for sends that fail now and then, with others between them', async () => {
    const r = await online();
    const one = await talk(r, 1, 0);
    const piece = Buffer.from('abc\u001bdef');
    for (let times = 0; times < 5; times++) {
      r.module.inject({ kind: 'sendFail' });
      one.socket.write(piece);
      await r.clock.advance(5_000);
    }
    expect(one.got().up.equals(Buffer.concat(Array(5).fill(piece)))).toBe(true);
    expect(r.trace.filter((line) => line.endsWith('SEND FAIL'))).toHaveLength(5);
    one.socket.destroy();
    await dismantle(r);
  });

  it('that cancels sends ends the connection with an error that says so (D26)', async () => {
    const r = await online(undefined, { escCancelsSend: true });
    const one = await talk(r, 1, 0);
    const failed = new Promise<Error>((resolve) => one.socket.once('error', resolve));
    one.socket.write(Buffer.from('abc\u001bdef'));
    await expect(r.clock.runUntil(failed)).resolves.toMatchObject({
      code: 'SEND_CANCELLED',
      message: expect.stringMatching(/0x1B.*mode transparent/),
    });
    expect(one.got().up).toHaveLength(0);
    await r.clock.runUntil(r.modem.stop());
    r.module.dispose();
  });
});

describe('names and servers of gsm', () => {
  it('are looked up and set', async () => {
    const r = await online();
    const found = await r.clock.runUntil(r.modem.resolve('a.example'));
    expect(found.addresses.length).toBeGreaterThan(0);
    await r.clock.runUntil(r.modem.setDnsServers('211.136.18.171', '211.136.112.50'));
    expect(written(r).at(-1)).toBe('AT+QIDNSCFG="211.136.18.171","211.136.112.50"');
    const at = r.clock.now();
    await expect(r.clock.runUntil(r.modem.resolve('nowhere.invalid'))).rejects.toMatchObject({
      code: 'NAME_NOT_RESOLVED',
    });
    expect(r.clock.now() - at).toBeLessThan(1000);
    await dismantle(r);
  });
});

describe('AT+QIDEACT that does not end (gsm §5.5)', () => {
  it('is answered after a minute by the reset that the options name: EMERG_OFF', async () => {
    const resets: number[] = [];
    const r: Rig = await online(
      undefined,
      {},
      {
        power: {
          description: 'EMERG_OFF',
          reachesSilentModule: true,
          reset: async () => {
            resets.push(r.clock.now());
            r.module.powerCycle();
          },
        },
      },
    );
    const at = r.clock.now();
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.advance(5);
    r.module.inject({ kind: 'hang' });
    await until(r, () => resets.length > 0, 120_000);
    expect((resets[0] ?? 0) - at).toBeGreaterThan(59_000);
    expect((resets[0] ?? 0) - at).toBeLessThan(75_000);
    const one: { socket: ModemSocket } = await talk(r, 1, 0);
    one.socket.destroy();
    await dismantle(r);
  });
});

describe('a module that may sleep (gsm §9)', () => {
  it('is woken before each burst of commands, and sleeps when nothing is to be said', async () => {
    const r = await online(undefined, {}, { module: { sleep: true } });
    expect(written(r)).toContain('AT+QSCLK=1');
    const one = await talk(r, 1, 3000);
    await carried(r, [one]);
    await r.clock.advance(20_000);
    for (const text of ['one', 'two']) {
      one.socket.write(text);
      await r.clock.advance(20_000);
    }
    expect(one.got().up.subarray(3000).toString()).toBe('onetwo');
    one.peer.write(Buffer.from('three'));
    await r.clock.advance(20_000);
    expect(one.got().down.subarray(3000).toString()).toBe('three');
    expect([r.steps, r.module.state.rebootCount]).toEqual([['online'], 0]);
    one.socket.destroy();
    await dismantle(r);
  });

  it('needs a port with control lines', () => {
    const bare = (): Rig =>
      rig({ dialect: 'gsm', contexts: [], module: { sleep: true } }, { dialect: 'gsm' }, { lines: false });
    expect(bare).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
