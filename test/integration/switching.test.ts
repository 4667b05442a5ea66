import type { ModemError } from '../../index.ts';
import { echoPeer } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from './rig.ts';
import { collected, ended, randomBytes } from './streams.ts';

const HOST = { host: '127.0.0.1', port: 7000 };
const MODES = ['buffer', 'push', 'transparent'] as const;

async function online(module: Parameters<typeof rig>[1] = {}): Promise<Rig> {
  const r = rig({}, module);
  r.network.listen(7000, echoPeer);
  await r.clock.runUntil(r.modem.start());
  return r;
}

describe.each(MODES)('a socket in mode %s', (mode) => {
  it('changes its mode as often as it is asked at once, in this order, and loses nothing', async () => {
    const r = await online();
    const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, mode }));
    const received = collected(socket);
    const data = randomBytes(5000);
    socket.write(data);
    const modes: string[] = [];
    const wishes = [...MODES, mode, ...MODES.toReversed()].map((wish) =>
      socket.switchMode(wish).then(() => modes.push(wish)),
    );
    await r.clock.runUntil(Promise.all(wishes));
    expect(modes).toEqual([...MODES, mode, ...MODES.toReversed()]);
    expect(socket.mode).toBe('buffer');
    socket.write(data);
    await r.clock.runUntil(received.atLeast(2 * data.length));
    expect(received.bytes().equals(Buffer.concat([data, data]))).toBe(true);
    await ended(r, socket);
    await dismantle(r);
  });

  it.each([0, 500, 1500])('may be asked to go back after %i ms, and stays connected', async (gapMs) => {
    const r = await online();
    const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, mode }));
    const received = collected(socket);
    const there = socket.switchMode(mode === 'buffer' ? 'transparent' : 'buffer');
    await r.clock.advance(gapMs);
    const back = socket.switchMode(mode);
    socket.write('reading 1');
    await r.clock.runUntil(Promise.all([there, back]));
    await r.clock.runUntil(received.atLeast(9));
    expect([socket.mode, received.bytes().toString()]).toEqual([mode, 'reading 1']);
    await ended(r, socket);
    await dismantle(r);
  });

  it('is told when the module refuses, and goes on', async () => {
    const fault = { kind: 'error', code: 560 } as const;
    const r = await online({ faults: { rules: [{ when: { onCommand: 'AT+QISWTMD', nth: 1 }, fault }] } });
    const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, mode }));
    const received = collected(socket);
    const refusal = await r.clock.runUntil(
      socket.switchMode(mode === 'push' ? 'buffer' : 'push').catch((error: ModemError) => error),
    );
    expect(refusal).toMatchObject({ code: 'SWITCH_FAILED' });
    socket.write('reading 1');
    await r.clock.runUntil(received.atLeast(9));
    await ended(r, socket);
    await dismantle(r);
  });
});

it('a socket that can neither leave transparent mode nor go back to it ends with the reason', async () => {
  const fault = { kind: 'error', code: 560 } as const;
  const rules = ['AT+QISWTMD', 'ATO'].map((onCommand) => ({ when: { onCommand, nth: 1 }, fault }));
  const r = await online({ faults: { rules } });
  const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, mode: 'transparent' }));
  const failure = new Promise((resolve) => socket.once('error', resolve));
  const wish = socket.switchMode('push').catch(({ code }: ModemError) => code);
  expect(await r.clock.runUntil(wish)).toBe('SWITCH_FAILED');
  expect(await r.clock.runUntil(failure)).toMatchObject({ code: 'SWITCH_FAILED' });
  await r.clock.advance(1000);
  expect(r.module.state.sockets).toEqual([]);
  await dismantle(r);
});

it.each(['foo', undefined])('a mode that is none (%p) is refused', async (mode) => {
  const r = await online();
  const socket = await r.clock.runUntil(r.modem.connect(HOST));
  await expect(socket.switchMode(mode as 'push')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await ended(r, socket);
  await dismantle(r);
});
