/** An open in transparent mode whose CONNECT does not come: AT+QICLOSE, not a reboot (protocol §2). */
import type { DialectName } from '../../index.ts';
import { dismantleScripted, scriptedModule } from './scripted-module.ts';

const OPEN = 'AT+QIOPEN=1,0,"TCP","10.1.1.1",7000,0,2';
const SCRIPT = {
  'AT&D1': ['OK'],
  [OPEN]: undefined,
  '+++AT': ['ERROR'], // the port may be in data mode without a CONNECT: an escape goes in front of the probe
  'AT+QISEND=0,0': ['ERROR'],
  'AT+QIRD=0,1500': ['ERROR'],
  'AT+QICLOSE=0,10': ['OK'],
  'AT+QICLOSE=0': ['OK'],
};

describe.each<DialectName>(['lte', 'ugxx', 'rg'])('an open in transparent mode on %s', (dialect) => {
  it('of which nothing comes within 150 s is closed, and the module that answers is not reset', async () => {
    const one = scriptedModule({ dialect }, SCRIPT);
    await one.clock.runUntil(one.modem.start());
    const startMs = one.clock.now();
    const opening = one.modem.connect({ host: '10.1.1.1', port: 7000, mode: 'transparent' });
    await expect(one.clock.runUntil(opening)).rejects.toMatchObject({ code: 'OPEN_TIMED_OUT' });
    expect(Math.round((one.clock.now() - startMs) / 1000)).toBeGreaterThanOrEqual(150);
    await one.clock.advance(10_000);
    expect([
      one.steps,
      one
        .take()
        .filter((line) => line !== 'AT+CSQ')
        .at(-1),
    ]).toEqual([['online'], dialect === 'ugxx' ? 'AT+QICLOSE=0' : 'AT+QICLOSE=0,10']);
    await dismantleScripted(one);
  });
});
