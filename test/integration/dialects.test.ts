import type { DialectName } from '../../index.ts';
import { dismantle, rig } from './rig.ts';
import { dismantleScripted, scriptedModule } from './scripted-module.ts';

describe.each<[DialectName, readonly string[]]>([
  ['lte', ['AT+CREG?', 'AT+CGREG?', 'AT+CEREG?']],
  ['ugxx', ['AT+CREG?', 'AT+CGREG?']],
  ['rg', ['AT+CREG?', 'AT+CGREG?', 'AT+CEREG?', 'AT+C5GREG?']],
])('a module that speaks %s', (dialect, registration) => {
  it('is brought up by the rows and queries of its own manual', async () => {
    const one = scriptedModule({ dialect });
    await one.clock.runUntil(one.modem.start());
    const written = one.take();
    expect(written).toEqual(
      expect.arrayContaining(one.modem.dialect.bringUp.map(({ command }) => command.text)),
    );
    expect(written.filter((line) => /REG\?/.test(line))).toEqual(registration);
    expect(one.modem.status).toMatchObject({
      state: 'online',
      contexts: [{ id: 1, addresses: ['10.0.0.1'] }],
    });
    expect(one.modem.dialect.name).toBe(dialect);
    await dismantleScripted(one);
  });
});

describe('a modem told to speak ugxx', () => {
  it('drives the TCP client of its successor, which understands all of it', async () => {
    const r = rig({ dialect: 'ugxx' });
    r.network.listen(7000, (peer) => {
      peer.onData = (bytes) => peer.write(bytes);
    });
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ host: '10.1.1.1', port: 7000 }));
    const echoed: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => echoed.push(chunk));
    socket.write('reading 1');
    await r.clock.advance(2000);
    expect(Buffer.concat(echoed).toString()).toBe('reading 1');
    expect(r.trace.join('\n')).not.toContain('AT+CEREG?');
    await dismantle(r);
  });
});
