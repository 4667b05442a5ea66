import { echoPeer, type MemoryPeer } from '../../simulator/index.ts';
import { dismantle, rig } from './rig.ts';
import { collected, ended, randomBytes } from './streams.ts';

const HOST = { host: '127.0.0.1', port: 7000 };

describe('a socket in direct push mode', () => {
  it('carries a stream both ways, and nothing of it is asked for', async () => {
    const r = rig();
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, mode: 'push' }));
    const received = collected(socket);
    const data = randomBytes(60_000);
    socket.write(data);
    await r.clock.runUntil(received.atLeast(data.length));
    await r.clock.runUntil(socket.acknowledged());
    expect(received.bytes().equals(data)).toBe(true);
    expect(r.trace.filter((line) => line.includes('tx AT+QIRD'))).toEqual([]);
    await ended(r, socket);
    await dismantle(r);
  });

  it('is stopped while the application does not read, and loses nothing', async () => {
    const r = rig();
    let peer: MemoryPeer | undefined;
    r.network.listen(7000, (one) => {
      peer = one;
    });
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, mode: 'push', highWaterMark: 8192 }));
    const data = randomBytes(300_000);
    socket.pause();
    peer?.write(data);
    await r.clock.advance(60_000);
    expect(socket.readableLength).toBeLessThan(64_000);
    expect(peer?.acknowledgedBytes).toBeLessThan(200_000); // TCP's own window is closed
    const received = collected(socket);
    socket.resume();
    await r.clock.runUntil(received.atLeast(data.length));
    expect(received.bytes().equals(data)).toBe(true);
    await ended(r, socket);
    await dismantle(r);
  });

  it('delivers what came before the peer closed, then ends', async () => {
    const r = rig();
    r.network.listen(7000, (peer) => {
      peer.write(randomBytes(5000));
      peer.end();
    });
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, mode: 'push' }));
    const received = collected(socket);
    await r.clock.runUntil(new Promise((resolve) => socket.once('close', resolve)));
    expect(received.bytes().equals(randomBytes(5000))).toBe(true);
    await dismantle(r);
  });

  it('fails when a push is cut short, instead of leaving a gap', async () => {
    const r = rig();
    let peer: MemoryPeer | undefined;
    r.network.listen(7000, (one) => {
      peer = one;
    });
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, mode: 'push' }));
    const failed = new Promise<Error & { code?: string }>((resolve) => socket.once('error', resolve));
    peer?.write(randomBytes(1000));
    await r.clock.advance(21); // on its way
    r.module.inject({ kind: 'dribble', gapMs: 100, forMs: 1000 });
    await r.clock.advance(500);
    r.module.inject({ kind: 'reboot', silent: true }); // in the middle of the payload
    expect((await r.clock.runUntil(failed)).code).toMatch(/DATA_DAMAGED|MODULE_REBOOTED/);
    await r.clock.runUntil(r.modem.stop());
    r.module.dispose();
  });
});

describe('AT+QISWTMD on an open socket', () => {
  it('changes the access mode back and forth in the middle of a stream, and no byte is lost', async () => {
    const r = rig();
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect(HOST));
    const received = collected(socket);
    const data = randomBytes(80_000);
    socket.write(data.subarray(0, 30_000));
    await r.clock.advance(200);
    await r.clock.runUntil(socket.switchMode('push'));
    expect(socket.mode).toBe('push');
    socket.write(data.subarray(30_000, 60_000));
    await r.clock.advance(150);
    await r.clock.runUntil(socket.switchMode('buffer'));
    expect(socket.mode).toBe('buffer');
    socket.write(data.subarray(60_000));
    await r.clock.runUntil(received.atLeast(data.length));
    expect(received.bytes().equals(data)).toBe(true);
    await ended(r, socket);
    await dismantle(r);
  });

  it('that the module refuses rejects, and the socket stays as it was', async () => {
    const r = rig(
      {},
      { faults: { rules: [{ when: { onCommand: 'AT+QISWTMD' }, fault: { kind: 'error', code: 572 } }] } },
    );
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect(HOST));
    const received = collected(socket);
    await expect(r.clock.runUntil(socket.switchMode('push'))).rejects.toMatchObject({
      code: 'SWITCH_FAILED',
      details: { moduleError: 572 },
    });
    expect(socket.mode).toBe('buffer');
    socket.write('still here');
    await r.clock.runUntil(received.atLeast(10));
    await ended(r, socket);
    await dismantle(r);
  });
});
