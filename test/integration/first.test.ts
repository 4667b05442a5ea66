import { echoPeer } from '../../simulator/index.ts';
import { dismantle, rig } from './rig.ts';

describe('a modem on a virtual EC25', () => {
  it('comes online, echoes and stops', async () => {
    const r = rig();
    r.network.listen(7000, echoPeer);
    try {
      await r.clock.runUntil(r.modem.start());
      const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
      const got: Buffer[] = [];
      socket.on('data', (b: Buffer) => got.push(b));
      socket.write('hello ');
      socket.write('world');
      await r.clock.runUntil(socket.acknowledged());
      await r.clock.advance(2000);
      expect(Buffer.concat(got).toString()).toBe('hello world');
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.end();
      await r.clock.runUntil(closed);
      await dismantle(r);
    } catch (e) {
      console.log(r.trace.join('\n'), r.steps, r.modem.status, r.module.state.protocolViolations);
      throw e;
    }
    console.log(r.trace.join('\n'));
  });
});
