import { sinkPeer } from '../../simulator/index.ts';
import { dismantle, rig } from './rig.ts';
import { randomBytes } from './streams.ts';

const rg = { dialect: 'rg' } as const;
const activations = (trace: readonly string[]): string[] =>
  trace.filter((line) => /tx AT\+QI(DE)?ACT(EX)?=/.test(line)).map((line) => line.replace(/^\d+ tx /, ''));

describe('contexts of rg', () => {
  it('are activated and deactivated while other commands can run', async () => {
    const r = rig(rg, rg);
    await r.clock.runUntil(r.modem.start());
    expect(activations(r.trace)).toEqual(['AT+QIACTEX=1']);
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.advance(10_000);
    expect(r.modem.status.state).toBe('online');
    expect(activations(r.trace)).toEqual(['AT+QIACTEX=1', 'AT+QIDEACTEX=1', 'AT+QIACTEX=1']);
    await dismantle(r);
  });

  it('come up although the result of the activation is lost', async () => {
    const r = rig(rg, {
      ...rg,
      faults: {
        rules: [{ when: { onUrc: '+QIACTEX', nth: 1 }, fault: { kind: 'loseUrc', urc: '+QIACTEX' } }],
      },
    });
    await r.clock.runUntil(r.modem.start());
    expect(activations(r.trace)).toEqual(['AT+QIACTEX=1']);
    expect(r.events.map(({ kind }) => kind)).toContain('fault');
    await dismantle(r);
  });

  it('may be five at once', async () => {
    const contexts = [1, 2, 3, 4, 5].map((id) => ({ id, apn: `apn${id}` }));
    const r = rig({ ...rg, contexts }, rg);
    await r.clock.runUntil(r.modem.start());
    expect(r.modem.status.contexts.map(({ id, addresses }) => [id, addresses.length])).toEqual(
      contexts.map(({ id }) => [id, 1]),
    );
    await dismantle(r);
  });
});

describe('sends on rg', () => {
  it('follow the free space that the module tells, so that none is refused', async () => {
    const r = rig(rg, rg, { windowBytes: 1000 });
    const sink = sinkPeer();
    r.network.listen(7000, sink.accept);
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ host: '10.1.1.1', port: 7000 }));
    const data = randomBytes(60_000);
    socket.write(data);
    await r.clock.runUntil(socket.acknowledged());
    expect(Buffer.from(sink.take()).equals(data)).toBe(true);
    const reports = r.trace.filter((line) => /rx \+QISEND: 0,[01],\d+$/.test(line));
    expect(reports.length).toBeGreaterThan(40);
    expect(reports.filter((line) => line.includes('0,1,'))).toEqual([]);
    await dismantle(r);
  });

  it('are repeated when the module refuses one all the same', async () => {
    const r = rig(rg, rg);
    r.network.listen(7000, (peer) => {
      peer.onData = (bytes) => peer.write(bytes);
    });
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ host: '10.1.1.1', port: 7000 }));
    const echoed: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => echoed.push(chunk));
    r.module.inject({ kind: 'sendFail' });
    socket.write('reading 1');
    await r.clock.runUntil(socket.acknowledged());
    await r.clock.advance(5000);
    expect(Buffer.concat(echoed).toString()).toBe('reading 1');
    expect(r.trace.some((line) => /rx \+QISEND: 0,1,/.test(line))).toBe(true);
    await dismantle(r);
  });
});
