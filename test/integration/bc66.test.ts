import { createModem } from '../../index.ts';
import { type VirtualModuleOptions, virtualPort } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from './rig.ts';
import { ended, randomBytes } from './streams.ts';
import { type Talk, talk, until } from './talks.ts';

async function online(
  module: Partial<VirtualModuleOptions> = {},
  modem: Parameters<typeof rig>[0] = {},
): Promise<Rig> {
  const names = { 'a.example': ['192.0.2.1'] };
  const r = rig({ dialect: 'bc66', ...modem }, { dialect: 'bc66', ...module }, { names });
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

describe.each(['buffer', 'push'] as const)('a connection of bc66 in mode %s', (mode) => {
  it('carries any bytes both ways at the same time, and closes', async () => {
    const r = await online();
    const one = await talk(r, 1, 10_000, { mode });
    await carried(r, [one]);
    one.peer.end();
    await ended(r, one.socket);
    expect(written(r).at(-1)).toBe('AT+QICLOSE=0');
    expect(r.module.state.sockets).toEqual([]);
    await dismantle(r);
  });

  it('sends its data as hexadecimal digits, 700 bytes at most, and never shows them', async () => {
    const r = await online();
    const one = await talk(r, 1, 0, { mode });
    one.socket.write(Buffer.alloc(701, 'x'));
    await r.clock.advance(1000);
    const sends = written(r).filter((line) => line.startsWith('AT+QISEND'));
    expect(sends).toEqual(['AT+QISENDEX=0,700,(payload)', 'AT+QISENDEX=0,1,(payload)']);
    expect(r.trace.join('\n')).not.toContain('7878');
    one.socket.destroy();
    await dismantle(r);
  });

  it('ends when the peer closes, behind its last byte', async () => {
    const r = await online();
    const one = await talk(r, 1, 0, { mode });
    one.peer.write(randomBytes(3000));
    one.peer.end();
    await ended(r, one.socket);
    expect(one.got().down.equals(randomBytes(3000))).toBe(true);
    await dismantle(r);
  });

  it('is stopped where the application does not read, and loses nothing', async () => {
    const r = await online();
    const one = await talk(r, 1, 0, { mode });
    one.socket.pause();
    one.peer.write(randomBytes(120_000));
    await r.clock.advance(60_000);
    expect(one.socket.bytesRead).toBeLessThan(100_000);
    one.socket.resume();
    await until(r, () => one.progressBytes() >= 120_000);
    expect(one.got().down.equals(randomBytes(120_000))).toBe(true);
    one.socket.destroy();
    await dismantle(r);
  });
});

describe('connections of bc66', () => {
  it('are five at once, and a sixth is refused', async () => {
    const r = await online();
    const talks: Talk[] = [];
    for (let seed = 1; seed <= 5; seed++) talks.push(await talk(r, seed, 3000));
    await expect(r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7001 }))).rejects.toMatchObject({
      code: 'TOO_MANY_SOCKETS',
    });
    await carried(r, talks);
    for (const { socket } of talks) socket.destroy();
    await dismantle(r);
  });

  it('tell nothing of what the peer has: acknowledged() says so', async () => {
    const r = await online();
    const one = await talk(r, 1, 0);
    expect(one.socket.countsAcknowledged).toBe(false);
    one.socket.write('reading');
    await expect(one.socket.acknowledged()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await r.clock.advance(1000);
    expect(one.socket.bytesAccepted).toBe(7);
    one.socket.destroy();
    await dismantle(r);
  });

  it('send again what was refused for want of room', async () => {
    const r = await online();
    const one = await talk(r, 1, 5000);
    r.module.inject({ kind: 'sendFail' });
    await carried(r, [one]);
    one.socket.destroy();
    await dismantle(r);
  });

  it('end with an error when a send has no result: to send again might double it', async () => {
    const r = await online();
    const one = await talk(r, 1, 0);
    const failed = new Promise<Error>((resolve) => one.socket.once('error', resolve));
    r.module.inject({ kind: 'sendSilent' });
    one.socket.write('reading');
    await expect(r.clock.runUntil(failed)).resolves.toMatchObject({ code: 'COMMAND_TIMED_OUT' });
    expect(one.got().up.toString()).toBe('reading');
    await dismantle(r);
  });

  it('wait 40 s for the result of an open, and close it then', async () => {
    const r = await online();
    r.module.inject({ kind: 'blackHole', forMs: 120_000 });
    const at = r.clock.now();
    await expect(r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7001 }))).rejects.toMatchObject({
      code: 'OPEN_TIMED_OUT',
    });
    expect(Math.round((r.clock.now() - at) / 1000)).toBe(40);
    await dismantle(r);
  });

  it('end when the network detaches the module, which is waited for and not rebooted', async () => {
    const r = await online();
    const one = await talk(r, 1, 1000);
    await carried(r, [one]);
    const states: string[] = [];
    r.modem.status$.subscribe(({ state, contexts }) => states.push(`${state} ${contexts.length}`));
    one.socket.on('error', () => undefined);
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.advance(500);
    expect(states.at(-1)).toBe('recovering 0');
    const again = await talk(r, 2, 1000);
    expect(states.at(-1)).toBe('online 1');
    await carried(r, [again]);
    expect([r.module.state.rebootCount, one.socket.destroyed]).toEqual([0, true]);
    again.socket.destroy();
    await dismantle(r);
  });

  it('find what the loss of a notice hid', async () => {
    const r = await online();
    for (const urc of ['recv', '+QIOPEN', 'closed']) {
      r.module.inject({ kind: 'loseUrc', urc });
      const one = await talk(r, 1, 1000);
      one.start();
      await until(r, () => one.isDone());
      if (urc === 'closed') one.peer.end();
      await r.clock.advance(urc === 'closed' ? 60_000 : 100);
      one.socket.on('error', () => undefined);
      one.socket.destroy();
      await r.clock.advance(2000);
    }
    await dismantle(r);
  });

  it('use IPv6 for an address of that kind', async () => {
    const r = await online();
    r.network.listen(7009, () => undefined);
    const opening = r.modem.connect({ host: '2001:db8::5', port: 7009 }).catch((error: Error) => error);
    await r.clock.runUntil(opening);
    expect(written(r)).toContain('AT+QIOPEN=1,0,"TCP","2001:db8::5",7009,0,0,1');
    await dismantle(r);
  });

  it('are no servers, and have no transparent mode', async () => {
    const r = await online();
    const before = r.trace.length;
    await expect(r.modem.listen({ port: 1 })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(r.modem.bindUdp({ port: 1 })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(r.modem.connect({ host: 'a', port: 1, mode: 'transparent' })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
    await expect(r.modem.setDnsServers('192.0.2.1')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(written(r, before)).toEqual([]);
    await dismantle(r);
  });
});

describe('a bc66', () => {
  it('that an earlier host has detached is attached again', async () => {
    const r = await online();
    await r.clock.runUntil(r.modem.execute('AT+CGATT=0'));
    await r.clock.runUntil(r.modem.stop());
    const next = createModem({
      port: virtualPort(r.module),
      dialect: 'bc66',
      contexts: [{ id: 1, apn: 'internet' }],
      clock: r.clock,
    });
    const startedAtMs = r.clock.now();
    await r.clock.runUntil(next.start());
    expect(r.clock.now() - startedAtMs).toBeLessThan(5_000);
    await r.clock.runUntil(next.stop());
    await dismantle(r);
  });

  it('that registers again is attached at once, however long the wait for the next look has become', async () => {
    const r = await online();
    for (const forMs of [35_000, 41_000, 47_000]) {
      r.module.inject({ kind: 'radioLoss', forMs });
      await r.clock.advance(forMs - 1);
      expect(r.modem.status.state).not.toBe('online');
      await r.clock.advance(2_000);
      expect(r.modem.status.state).toBe('online');
    }
    await dismantle(r);
  });

  it('that sleeps deeply is woken before it is talked to', async () => {
    const r = await online({ sleepAfterMs: 10_000 });
    const one = await talk(r, 1, 0);
    await r.clock.advance(45_000);
    const before = r.trace.length;
    one.socket.write('reading');
    await r.clock.advance(5000);
    expect(one.got().up.toString()).toBe('reading');
    expect(written(r, before)[0]).toBe('AT');
    expect([r.steps, r.module.state.rebootCount]).toEqual([['online'], 0]);
    one.socket.destroy();
    await dismantle(r);
  });

  it('pings, looks names up and asks for the time', async () => {
    const r = await online();
    expect((await r.clock.runUntil(r.modem.ping('192.0.2.1', { count: 2 }))).received).toBe(2);
    expect((await r.clock.runUntil(r.modem.resolve('a.example'))).addresses).toEqual(['192.0.2.1']);
    expect((await r.clock.runUntil(r.modem.syncTime('192.0.2.1'))).utc).toBeDefined();
    expect((await r.clock.runUntil(r.modem.lastError())).error).toBe(0);
    await dismantle(r);
  });
});
