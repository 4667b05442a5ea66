/** Access modes and data mode, line by line of the manuals' tables (protocol §1). */
import { echoPeer } from '../../simulator/index.ts';
import { dismantle } from '../integration/rig.ts';
import { collected, ended, randomBytes } from '../integration/streams.ts';
import { DIALECTS, online, written } from './capable.ts';

const HOST = { host: '127.0.0.1', port: 7000 };

describe.each(DIALECTS)('%s: access modes', (dialect) => {
  it.each([
    ['buffer', 0],
    ['push', 1],
    ['transparent', 2],
  ] as const)('have the access mode %s', async (mode, number) => {
    const r = await online(dialect);
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, mode }));
    const received = collected(socket);
    const data = randomBytes(5000);
    socket.write(data);
    await r.clock.runUntil(received.atLeast(data.length));
    expect(received.bytes().equals(data)).toBe(true);
    expect(r.module.state.sockets[0]?.accessMode).toBe(number);
    expect(written(r).filter((line) => line.startsWith('AT+QIRD')).length > 0).toBe(mode === 'buffer');
    await ended(r, socket);
    await dismantle(r);
  });

  it('change their access mode, to each of the three and back', async () => {
    const r = await online(dialect);
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect(HOST));
    const received = collected(socket);
    const data = randomBytes(8000);
    const modes = ['push', 'transparent', 'buffer', 'push'] as const;
    for (const [at, mode] of modes.entries()) {
      socket.write(data.subarray(at * 2000, (at + 1) * 2000));
      await r.clock.runUntil(socket.switchMode(mode));
    }
    await r.clock.runUntil(received.atLeast(data.length));
    expect(received.bytes().equals(data)).toBe(true);
    expect(written(r).filter((line) => line.startsWith('AT+QISWTMD'))).toEqual([
      'AT+QISWTMD=0,1',
      'AT+QISWTMD=0,2',
      'AT+QISWTMD=0,0',
      'AT+QISWTMD=0,1',
    ]);
    await ended(r, socket);
    await dismantle(r);
  });

  it('leave data mode by three plus signs with a second of silence around them, and come back by ATO', async () => {
    const r = await online(dialect, {}, {}, { lines: false });
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, mode: 'transparent' }));
    socket.resume();
    socket.write('hello');
    const writtenAtMs = r.clock.now();
    const before = r.trace.length;
    const answer = await r.clock.runUntil(r.modem.execute('AT+CSQ', { urgent: true }));
    expect([answer.result, r.clock.now() - writtenAtMs >= 2000]).toEqual(['OK', true]);
    await r.clock.advance(2000);
    const lines = r.trace.slice(before);
    const [plus, command, resume] = ['+++', 'AT+CSQ', 'ATO'].map((text) =>
      Number.parseInt(lines.find((line) => line.endsWith(` ${text}`)) ?? '', 10),
    );
    expect(Number(plus) - writtenAtMs).toBeGreaterThanOrEqual(1000);
    expect(Number(command) - Number(plus)).toBeGreaterThanOrEqual(1000);
    expect([Number(resume) > Number(command), r.module.state.dataMode]).toEqual([true, 0]);
    await ended(r, socket);
    await dismantle(r);
  });

  it('leave data mode by DTR, where the port has it', async () => {
    const r = await online(dialect, { recovery: { escapeTries: 1 } });
    r.network.listen(7000, echoPeer);
    const socket = await r.clock.runUntil(r.modem.connect({ ...HOST, mode: 'transparent' }));
    socket.resume();
    r.module.inject({ kind: 'missEscape', times: 1 });
    expect((await r.clock.runUntil(r.modem.execute('AT+CSQ', { urgent: true }))).result).toBe('OK');
    expect(r.trace.some((line) => line.endsWith('(DTR dropped)'))).toBe(true);
    await ended(r, socket);
    await dismantle(r);
  });
});
